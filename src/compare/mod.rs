//! What differs between two catalogs, object by object, as people read it: each object in the words of the source.
//!
//! Both catalogs are what a server holds ([`crate::introspect`]), so that expressions are in PostgreSQL's own form and equal
//! text means equal meaning. Roles belong to the server and are left out, as are owners.

#![expect(clippy::wildcard_enum_match_arm, reason = "of the many kinds, only some have columns")]

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::{Catalog, Entry};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::print::Texts;

/// An object that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The object.
    pub at: Address,
    /// Its text on the side to start from; `None` where that side lacks it.
    pub old: Option<String>,
    /// Its text on the side to arrive at; `None` where that side lacks it.
    pub new: Option<String>,
}

impl Change {
    /// Returns what must be done to the object: `create`, `drop` or `change`.
    pub fn word(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "create",
            (_, None) => "drop",
            (Some(_), Some(_)) => "change",
        }
    }
}

/// Compares two catalogs. Of objects in schemas, only those in the schemas given count; `None` stands for all.
pub fn compare(old: &Catalog, new: &Catalog, schemas: Option<&BTreeSet<Name>>) -> Vec<Change> {
    let counts = |at: &Address| {
        let home = if at.kind == Kind::Schema { &at.name } else { &at.schema };
        let managed = home.is_empty() || schemas.is_none_or(|schemas| schemas.contains(home));
        managed && at.kind != Kind::Role
    };
    let (old_texts, new_texts) = (Texts::new(old), Texts::new(new));
    let all: BTreeSet<&Address> = old.iter().chain(new.iter()).map(|(at, _)| at).collect();
    let changed = |at: &&Address| match (old.get(at), new.get(at)) {
        (Some(old), Some(new)) => !same(old, new),
        (old, new) => old.is_some() || new.is_some(),
    };
    let change = |at: &Address| Change {
        old: old.get(at).map(|entry| old_texts.text(at, entry)),
        new: new.get(at).map(|entry| new_texts.text(at, entry)),
        at: at.clone(),
    };
    all.into_iter().filter(|at| counts(at)).filter(changed).map(change).collect()
}

/// Tells whether two objects are the same, whoever owns them and in whatever order their columns stand: no statement
/// moves a column, so that a database that grew has another order than one that was made at once.
fn same(old: &Entry, new: &Entry) -> bool {
    let rest = |it: &Entry| (it.comment.clone(), it.privileges.clone());
    (old.object == new.object || ordered(&old.object) == ordered(&new.object))
        && rest(old) == rest(new)
}

/// Returns an object with its columns in the order of their names.
fn ordered(object: &Object) -> Object {
    let mut object = object.clone();
    let columns = match &mut object {
        Object::Table(it) => &mut Arc::make_mut(it).columns,
        Object::ForeignTable(it) => &mut Arc::make_mut(it).columns,
        _ => return object,
    };
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    object
}
