//! Migrations: read from a directory, cut into statements, applied to a database.
//!
//! Nothing here needs the compiler: with the feature `migrate` alone this is all that is built.

#![expect(clippy::disallowed_methods, reason = "the directory of migrations is read here")]

pub mod directory;
pub mod error;
pub mod lock;
pub mod statements;

mod checksum;
mod lexer;
mod nature;

pub use checksum::sha256;
