//! Migrations: read from a directory, cut into statements, applied to a database.
//!
//! Nothing here needs the compiler: with the feature `migrate` alone this is all that is built.
//!
//! # Steps
//! - [`directory::read`] reads the files, [`statements::split`] cuts one into its statements, [`lock::Lock`] says what they lead to;
//! - [`standing::standings`] puts them beside the history of a database;
//! - `Migrator` does that in a program of yours;
//! - [`runner::run`] makes a [`machine::Machine`], which says what is to be sent to the database and goes on with the replies.

#![expect(clippy::disallowed_methods, reason = "the directory of migrations is read here")]

pub mod directory;
pub mod error;
pub mod event;
pub mod history;
pub mod lock;
pub mod machine;
#[cfg(any(feature = "migrate-postgres", feature = "migrate-tokio-postgres"))]
pub mod migrator;
pub mod runner;
pub mod standing;
pub mod statements;

#[cfg(feature = "migrate-tokio-postgres")]
mod asynchronous;
#[cfg(feature = "migrate-postgres")]
mod blocking;
mod checksum;
mod difference;
mod engine;
mod lexer;
mod nature;
mod probe;
mod session;
mod stop;
mod work;

pub use checksum::sha256;
