//! What every object has, of one that stays: its comment, its owner, its privileges, the extensions that take it with them.

use super::columns::columns;
use super::privileges::{Holder, of_public};
use crate::catalog::Entry;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::column::Value;
use crate::object::privilege::{Granted, Privilege, role_sql};
use crate::object::steps::Steps;
use crate::plan::{alter_target, privilege_target};
use crate::sql::ident::quote_ident;
use crate::sql::writer::comment_on;

/// The comment that `public` has in a new database.
const OF_PUBLIC: &str = "standard public schema";

/// Writes what leads from what an object has to what another at its address has.
pub(super) fn belongings(at: &Address, old: &Entry, new: &Entry, steps: &mut Steps<'_>) {
    let target = alter_target(at, new);
    let owner = owner(at, old, new);
    if let Some(owner) = owner {
        steps.push(format!("ALTER {target} OWNER TO {}", role_sql(owner)));
    }
    if old.comment != new.comment {
        let born = (at.kind == Kind::Schema && at.name == "public").then_some(OF_PUBLIC);
        steps.push(comment_on(&target, new.comment.as_deref().or(born)));
    }
    extensions(&target, old, new, steps);
    let mut privileges = kept_privileges(old, new, steps);
    if let (Some(before), Some(owner)) = (&old.owner, owner) {
        pass_to(owner, before, &mut privileges);
    }
    let holder = Holder {
        target: &privilege_target(at, new),
        of_public: born_of_public(at, new),
        owner: new.owner.as_ref().or(old.owner.as_ref()),
    };
    steps.statements.extend(holder.change(&privileges, &new.privileges));
}

/// Takes back what was said of something that is there without an item: PostgreSQL's own objects, the schema `public`.
pub(super) fn forget(at: &Address, old: &Entry, steps: &mut Steps<'_>) {
    if at.kind == Kind::PrivilegesOn || (at.kind == Kind::Schema && at.name == "public") {
        belongings(at, old, &Entry::new(old.object.clone()), steps);
    }
}

/// Returns the new owner, where there is another.
fn owner<'e>(at: &Address, old: &Entry, new: &'e Entry) -> Option<&'e Name> {
    let table = |it: &Entry| match &it.object {
        Object::Sequence(it) => it.owned_by.clone(),
        _ => None,
    };
    // That of a column's sequence changes with that of its table, and not without.
    let goes_along = at.kind == Kind::Sequence && table(old).is_some() && table(old) == table(new);
    new.owner.as_ref().filter(|it| old.owner.as_ref() != Some(it) && !goes_along)
}

fn extensions(target: &str, old: &Entry, new: &Entry, steps: &mut Steps<'_>) {
    for gone in old.extensions.iter().filter(|it| !new.extensions.contains(it)) {
        steps.push(format!("ALTER {target} NO DEPENDS ON EXTENSION {}", quote_ident(gone)));
    }
    // CREATE OR REPLACE forgets them.
    let is_forgotten =
        old.object != new.object && matches!(new.object, Object::Routine(_) | Object::Trigger(_));
    for it in new.extensions.iter().filter(|it| is_forgotten || !old.extensions.contains(it)) {
        steps.push(format!("ALTER {target} DEPENDS ON EXTENSION {}", quote_ident(it)));
    }
}

/// Returns what PUBLIC has of the object when it is made.
pub(super) fn born_of_public(at: &Address, entry: &Entry) -> &'static [&'static str] {
    match &entry.object {
        Object::PrivilegesOn(it) if it.like == Kind::Table && it.relation.is_none() => &["select"],
        Object::PrivilegesOn(it) => of_public(it.like),
        Object::Schema(_) if at.name == "public" => &["usage"],
        _ => of_public(at.kind),
    }
}

/// Returns what default privileges call objects of a kind.
pub(super) fn of_kind(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => Some("TABLES"),
        Kind::Sequence => Some("SEQUENCES"),
        Kind::Routine | Kind::Aggregate => Some("FUNCTIONS"),
        Kind::Schema => Some("SCHEMAS"),
        _ if Kind::TYPES.contains(&kind) => Some("TYPES"),
        _ => None,
    }
}

/// Returns the old privileges without those on columns that went, or were made again.
fn kept_privileges(old: &Entry, new: &Entry, steps: &Steps<'_>) -> Vec<Privilege> {
    let (before, after) = (columns(&old.object), columns(&new.object));
    let is_kept = |name: &Name| {
        let Some(before) = before.iter().find(|it| it.name == *name) else { return true };
        let Some(after) = after.iter().find(|it| it.name == *name) else { return false };
        let is_made_again = matches!(after.value, Value::Generated(..))
            && (before.value != after.value || before.ty != after.ty);
        !is_made_again && !steps.altering.regenerated.contains(name)
    };
    let privileges = old.privileges.iter();
    privileges.filter(|it| it.column.as_ref().is_none_or(is_kept)).cloned().collect()
}

/// Changes privileges as ALTER … OWNER TO does: what the old owner had the new one has (`aclnewowner`).
fn pass_to(owner: &Name, before: &Name, privileges: &mut Vec<Privilege>) {
    let of_owner: Vec<Privilege> =
        privileges.iter().filter(|it| it.grantee == *owner).cloned().collect();
    let is_given = |it: &Privilege| {
        let same =
            |other: &&Privilege| (&other.privilege, &other.column) == (&it.privilege, &it.column);
        it.granted == Granted::Revoked && of_owner.iter().any(|other| same(&other))
    };
    privileges.retain(|it| it.grantee != *owner && !(it.grantee == *before && is_given(it)));
    for it in privileges.iter_mut().filter(|it| it.grantee == *before) {
        it.grantee = owner.clone();
    }
}
