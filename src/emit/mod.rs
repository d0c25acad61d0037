//! What is made of a source: SQL and Rust.

pub mod rust;
pub mod sql;
