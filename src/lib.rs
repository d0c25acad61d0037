//! A schema compiler for PostgreSQL and Rust.
//!
//! # Features
//! `compiler`: from source to SQL and Rust, for build scripts. `postgres`: what reads databases. `cli`: the commands. `migrate-postgres` and
//! `migrate-tokio-postgres`: the runner of migrations alone, for programs that apply theirs when they start.

// The parser that pest makes without `std` names it.
#[cfg(feature = "compiler")]
extern crate alloc;

#[cfg(feature = "compiler")]
pub mod build_script;
#[cfg(feature = "compiler")]
pub mod catalog;
#[cfg(feature = "cli")]
pub mod chain;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "compiler")]
pub mod compare;
#[cfg(feature = "compiler")]
pub mod compile;
#[cfg(feature = "postgres")]
pub mod database;
#[cfg(feature = "compiler")]
pub mod diagnostic;
#[cfg(feature = "compiler")]
pub mod emit;
#[cfg(feature = "compiler")]
pub mod format;
#[cfg(feature = "compiler")]
pub mod hazard;
#[cfg(feature = "postgres")]
pub mod introspect;
#[cfg(feature = "compiler")]
pub mod lint;
#[cfg(feature = "migrate")]
pub mod migrate;
#[cfg(feature = "compiler")]
pub mod object;
#[cfg(feature = "compiler")]
pub mod plan;
#[cfg(feature = "compiler")]
pub mod print;
#[cfg(feature = "compiler")]
pub mod project;
#[cfg(feature = "postgres")]
pub mod pull;
#[cfg(feature = "compiler")]
pub mod rules;
#[cfg(feature = "compiler")]
pub mod source;
#[cfg(feature = "compiler")]
pub mod sql;
#[cfg(feature = "compiler")]
pub mod syntax;

#[cfg(feature = "compiler")]
pub use build_script::{Build, BuildError, build};
#[cfg(any(feature = "migrate-postgres", feature = "migrate-tokio-postgres"))]
pub use migrate::migrator::Migrator;
#[cfg(any(feature = "migrate-postgres", feature = "migrate-tokio-postgres"))]
pub use schemac_macros::migrate;
