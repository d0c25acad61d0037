//! A schema compiler for PostgreSQL and Rust.
//!
// The parser that pest makes without `std` names it.
extern crate alloc;

pub mod build_script;
pub mod catalog;
#[cfg(feature = "cli")]
pub mod chain;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compare;
pub mod compile;
#[cfg(feature = "postgres")]
pub mod database;
pub mod diagnostic;
pub mod emit;
pub mod format;
pub mod hazard;
#[cfg(feature = "postgres")]
pub mod introspect;
pub mod lint;
#[cfg(feature = "migrate")]
pub mod migrate;
pub mod object;
pub mod plan;
pub mod print;
pub mod project;
#[cfg(feature = "postgres")]
pub mod pull;
pub mod rules;
pub mod source;
pub mod sql;
pub mod syntax;

pub use build_script::{Build, BuildError, build};
