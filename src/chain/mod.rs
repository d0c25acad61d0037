//! The chain of migrations: what is generated of a source and its lock, and what it leads to on a server.
//!
//! # Steps
//! 1. [`draft()`] plans the way from the lock's state to the source's, and back.
//! 2. `name.rs` and `script.rs` give the migration its name and its two files.
//! 3. [`prove`](mod@prove) applies a chain on a scratch database, and compares what it leads to.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

pub mod adopt;
pub mod lookalike;
mod name;
pub mod prove;
mod script;
mod version;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalog::Catalog;
use crate::compile::Compiled;
use crate::diagnostic::Diagnostics;
use crate::migrate::sha256;
use crate::object::Object;
use crate::object::address::Address;
use crate::plan::{self, Options, Plan, Rename, State};

pub use name::name;
pub use script::{Heading, script};
pub use version::version_after;

/// The way from one state to another, and back.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What leads to the new state.
    pub up: Plan,
    /// What leads back.
    pub down: Plan,
}

/// Plans the way from one state to another, and back.
///
/// # Errors
/// As [`plan::change()`].
pub fn draft(old: &Compiled, new: &Compiled, options: &Options) -> Result<Draft, Diagnostics> {
    let (old, new) = (State::from(old), State::from(new));
    let up = plan::change(old, new, options)?;
    // How values get the new type says nothing of the way back.
    let using = BTreeMap::new();
    let back = Options { renames: reversed(&options.renames), using, ..options.clone() };
    let down = plan::change(new, old, &back)?;
    Ok(Draft { up, down })
}

/// Returns the renames that undo these.
fn reversed(renames: &[Rename]) -> Vec<Rename> {
    let renamed = |at: &Address| {
        let to = renames.iter().find_map(|it| match it {
            Rename::Object { from, to } if from == at => Some(to),
            Rename::Object { .. } | Rename::Member { .. } => None,
        });
        to.unwrap_or(at).clone()
    };
    let reverse = |it: &Rename| match it {
        Rename::Object { from, to } => Rename::Object { from: to.clone(), to: from.clone() },
        Rename::Member { of, from, to } => {
            Rename::Member { of: renamed(of), from: to.clone(), to: from.clone() }
        }
    };
    renames.iter().rev().map(reverse).collect()
}

/// Returns a catalog whose tables have their columns in the order of their names: PostgreSQL can't move a column, so
/// that their order is no difference.
#[must_use]
pub fn without_order(catalog: &Catalog) -> Catalog {
    let entries = catalog.iter().map(|(at, entry)| {
        let mut entry = entry.clone();
        match &mut entry.object {
            Object::Table(it) => {
                std::sync::Arc::make_mut(it).columns.sort_by(|a, b| a.name.cmp(&b.name));
            }
            Object::ForeignTable(it) => {
                std::sync::Arc::make_mut(it).columns.sort_by(|a, b| a.name.cmp(&b.name));
            }
            _ => {}
        }
        (at.clone(), entry)
    });
    Catalog::from_entries(entries.collect())
}

/// Returns what tells whether a catalog is still the same, to the schemac that made it.
pub fn fingerprint(catalog: &Catalog) -> String {
    let mut text = String::new();
    let is_own = |at: &Address| at.schema == adopt::OWN_SCHEMA || at.name == adopt::OWN_SCHEMA;
    for (at, entry) in catalog.iter().filter(|(at, _)| !is_own(at)) {
        let _ = write!(text, "{at:?}{entry:?}");
    }
    sha256(text.as_bytes())
}
