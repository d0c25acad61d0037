//! What default privileges give to objects that are made while they hold (manual: ALTER DEFAULT PRIVILEGES).
//!
//! A source says the privileges of an object relative to what PostgreSQL gives it by itself, and its default privileges
//! come last. So an object that is made in a database that has some already is given back what they took, and loses what
//! they gave. Whose objects they are for is not asked: what was not given can be taken all the same.

use super::belongings::{born_of_public, of_kind};
use super::fate::Fates;
use super::privileges::Holder;
use crate::catalog::Entry;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::Column;
use crate::object::default_privileges::DefaultPrivileges;
use crate::object::identity;
use crate::object::privilege::{Privilege, sort};
use crate::plan::privilege_target;

/// Writes what makes the privileges of an object that was just made what they shall be.
pub(super) fn settle(at: &Address, entry: &Entry, fates: &Fates<'_>) -> Vec<String> {
    let held: Vec<&DefaultPrivileges> = held(fates).collect();
    if held.is_empty() {
        return Vec::new();
    }
    let kind = match &entry.object {
        Object::PrivilegesOn(it) if it.relation.is_some() => it.like,
        Object::PrivilegesOn(_) => return Vec::new(),
        _ => at.kind,
    };
    let target = privilege_target(at, entry);
    let holder = Holder {
        target: &target,
        of_public: born_of_public(at, entry),
        owner: entry.owner.as_ref(),
    };
    let given = given(&held, kind, &at.schema);
    let mut out = holder.change(&together(given, &entry.privileges), &entry.privileges);
    let columns: &[Column] = match &entry.object {
        Object::Table(it) => &it.columns,
        Object::ForeignTable(it) => &it.columns,
        _ => &[],
    };
    let table = at.relation();
    let sequences = columns.iter().filter_map(|it| identity::sequence(it, &table));
    for sequence in sequences.filter(|it| !has_item(it, &table, fates)) {
        let target = format!("SEQUENCE {sequence}");
        let given = given_to_sequence(&held, &sequence.schema);
        out.extend(Holder { target: &target, ..holder }.change(&given, &[]));
    }
    out
}

/// Returns the default privileges that hold while objects are made.
fn held<'f>(fates: &'f Fates<'_>) -> impl Iterator<Item = &'f DefaultPrivileges> {
    let all = fates.old.catalog.of(Kind::DefaultPrivileges);
    all.filter(|(at, _)| !fates.is_gone(at)).filter_map(|(_, entry)| match &entry.object {
        Object::DefaultPrivileges(it) => Some(it.as_ref()),
        _ => None,
    })
}

/// Returns what they give to an object of a kind in a schema, and take from it.
fn given(held: &[&DefaultPrivileges], kind: Kind, schema: &Name) -> Vec<Privilege> {
    let Some(objects) = of_kind(kind) else { return Vec::new() };
    let fits = |it: &&&DefaultPrivileges| {
        let objects_fit =
            it.objects == objects || (objects == "FUNCTIONS" && it.objects == "ROUTINES");
        objects_fit && (it.schemas.is_empty() || it.schemas.contains(schema))
    };
    held.iter().filter(fits).flat_map(|it| it.privileges.iter().cloned()).collect()
}

fn given_to_sequence(held: &[&DefaultPrivileges], schema: &Name) -> Vec<Privilege> {
    let mut given = given(held, Kind::Sequence, schema);
    sort(&mut given);
    given
}

/// Returns what is there once the object's own privileges are given: what it says itself stands.
fn together(mut given: Vec<Privilege>, own: &[Privilege]) -> Vec<Privilege> {
    let key = |it: &Privilege| (it.grantee.clone(), it.privilege.clone(), it.column.clone());
    given.retain(|it| own.iter().all(|other| key(other) != key(it)));
    given.extend(own.iter().cloned());
    sort(&mut given);
    given
}

/// Tells whether the sequence of a column has an item of its own.
fn has_item(sequence: &Qualified, table: &Qualified, fates: &Fates<'_>) -> bool {
    let at = Address::of(Kind::PrivilegesOn, table, format!("SEQUENCE {sequence}"));
    fates.new.catalog.get(&at).is_some()
}
