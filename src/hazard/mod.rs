//! What a statement costs and endangers, told from its text and from what is known of the database before it.
//!
//! [`effect()`] reads one statement, of a plan or written by hand, against a [`State`]; [`remarks`] says the same in
//! comment lines; [`check`] goes through the migrations of a directory. Nothing is guessed: what can't be read or is
//! not known is said to be so.
//!
//! # Adding a hazard
//! A `rule!` with its function in `rules/`, where its family is, a line in that file's `RULES`, a page in
//! `docs/rules/`, and the call from the statement's family in `effect/`.

mod check;
mod cursor;
mod effect;
mod lock;
mod online;
mod read;
mod remarks;
mod rules;
mod script;
mod size;
mod state;
mod statement;

pub use check::{Subject, check};
pub use effect::{Effect, InTransaction, effect};
pub use lock::LockLevel;
pub use online::{Online, Part, online};
pub use remarks::{remarks, remarks_of_all};
pub use rules::Hazard;
pub use script::Migration;
pub use size::Size;
pub use state::State;

use crate::diagnostic::Rule;

/// The rules of all hazards, a list a family.
pub(crate) static RULES: [&[&Rule]; 4] = [
    rules::data_loss::RULES,
    rules::blocking::RULES,
    rules::running_code::RULES,
    rules::transaction::RULES,
];
