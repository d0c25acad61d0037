//! Which members need no name, because PostgreSQL would give them the one they have.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only one can be in another schema"
)]

use rustc_hash::FxHashSet;

use crate::catalog::Catalog;
use crate::compile::naming::{Named, name_all};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};

/// Returns the members that have the name they would get without one.
///
/// Each is tried on all together; those that would get another name are named, and the rest is tried again, until all
/// have the names they should.
pub(super) fn unnamed(catalog: &Catalog) -> FxHashSet<Address> {
    let kinds = [Kind::Constraint, Kind::ForeignKey, Kind::Index, Kind::Statistics];
    let members = kinds.into_iter().flat_map(|kind| catalog.of(kind));
    let is_here = |object: &Object| match object {
        Object::Statistics(it) => it.schema.is_none(),
        _ => true,
    };
    let members = members.filter(|(_, entry)| is_here(&entry.object));
    let mut candidates: FxHashSet<Address> = members.map(|(at, _)| at.clone()).collect();
    let objects: Vec<(&Address, &Object)> =
        catalog.iter().map(|(at, entry)| (at, &entry.object)).collect();
    loop {
        let blank = |at: &Address| Address { name: Name::default(), ..at.clone() };
        let mut addresses: Vec<Address> = objects
            .iter()
            .map(|(at, _)| if candidates.contains(*at) { blank(at) } else { (*at).clone() })
            .collect();
        let mut named: Vec<Named<'_>> = addresses
            .iter_mut()
            .zip(&objects)
            .map(|(at, (_, object))| Named { at, object })
            .collect();
        name_all(&mut named);
        let wrong: Vec<&Address> = objects
            .iter()
            .zip(&addresses)
            .filter(|((at, _), named)| **at != **named)
            .map(|((at, _), _)| *at)
            .collect();
        if wrong.is_empty() {
            return candidates;
        }
        for at in wrong {
            candidates.remove(at);
        }
    }
}
