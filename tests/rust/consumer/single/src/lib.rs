//! Generated code as `include!` takes it, in edition 2024, with other crates than `app` has and without serde.

#![deny(warnings)]

pub mod jiff_types {
    include!("jiff_types.rs");
}

pub mod time_types {
    include!("time_types.rs");
}

pub mod odd_names {
    include!("odd_names.rs");
}
