//! Who needs whom, turned round: what hangs on an object.

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, Entry, Strength};
use crate::object::Object;
use crate::object::address::{Address, Kind, Qualified};
use crate::object::constraint::{Constraint, Demand};
use crate::object::steps::Steps;

/// The objects of a catalog that PostgreSQL would not let stand without another, by that other.
pub(super) struct Dependents(FxHashMap<Address, Vec<Address>>);

impl Dependents {
    pub(super) fn new(catalog: &Catalog) -> Dependents {
        let mut out: FxHashMap<Address, Vec<Address>> = FxHashMap::default();
        for (at, entry) in catalog.iter() {
            for need in needs(catalog, at, entry) {
                out.entry(need).or_default().push(at.clone());
            }
        }
        Dependents(out)
    }

    /// Returns what hangs on an object, by address.
    pub(super) fn of(&self, at: &Address) -> &[Address] {
        self.0.get(at).map_or(&[], Vec::as_slice)
    }
}

/// Returns what an object can't stand without, each once.
///
/// What the text of a function names that is read when it runs is no part of it.
pub(super) fn needs(catalog: &Catalog, at: &Address, entry: &Entry) -> Vec<Address> {
    let mut named = Vec::new();
    entry.object.depends_on(at, &mut named);
    entry.object.finish(at, &mut named, &mut Steps::default());
    let hard = catalog.uses(at).iter().filter(|it| it.strength == Strength::Hard);
    named.extend(hard.map(|it| it.target.clone()));
    let mut found: Vec<Address> =
        named.iter().flat_map(|it| catalog.matching(it)).filter(|it| *it != at).cloned().collect();
    found.extend(named.iter().flat_map(|it| bare_collations(catalog, it)));
    found.extend(named.iter().filter_map(|it| range_of(catalog, it)));
    found.extend(referenced_key(catalog, entry));
    found.extend(index_above(catalog, at, entry));
    found.sort();
    found.dedup();
    found
}

/// Returns the collations that a bare name may mean: the search path says which.
fn bare_collations<'c>(catalog: &'c Catalog, at: &Address) -> impl Iterator<Item = Address> + 'c {
    let name = (at.kind == Kind::Collation && at.schema.is_empty()).then(|| at.name.clone());
    let all = name.is_some().then(|| catalog.of(Kind::Collation)).into_iter().flatten();
    all.map(|(at, _)| at).filter(move |at| Some(&at.name) == name.as_ref()).cloned()
}

/// Returns the range type that a multirange type comes with.
fn range_of(catalog: &Catalog, at: &Address) -> Option<Address> {
    if at.kind != Kind::RangeType || catalog.get(at).is_some() {
        return None;
    }
    let comes_with = |(range, entry): &(&Address, &Entry)| {
        multirange(range, &entry.object).is_some_and(|it| it == at.relation())
    };
    catalog.of(Kind::RangeType).find(comes_with).map(|(range, _)| range.clone())
}

/// Returns the multirange type that comes with a range type.
pub(super) fn multirange(at: &Address, object: &Object) -> Option<Qualified> {
    match object {
        Object::RangeType(it) => Some(it.multirange(at)),
        _ => None,
    }
}

/// A foreign key hangs on the key that it refers to.
fn referenced_key(catalog: &Catalog, entry: &Entry) -> Option<Address> {
    let Object::ForeignKey(foreign) = &entry.object else { return None };
    let mut constraints = catalog.of_relation(Kind::Constraint, &foreign.table);
    let key = constraints.find(|(_, entry)| match &entry.object {
        Object::Constraint(it) if foreign.referenced.is_empty() => {
            matches!(it.demand, Demand::PrimaryKey(_))
        }
        Object::Constraint(it) => it.key().is_some_and(|key| {
            key.columns.len() == foreign.referenced.len()
                && key.columns.iter().all(|column| foreign.referenced.contains(column))
        }),
        _ => false,
    });
    let index = || {
        let mut indexes = catalog.of_relation(Kind::Index, &foreign.table);
        indexes.find(|(_, entry)| match &entry.object {
            Object::Index(it) => {
                it.unique
                    && it.predicate.is_none()
                    && it.elements.len() == foreign.referenced.len()
                    && it.leading_columns().all(|column| foreign.referenced.contains(column))
            }
            _ => false,
        })
    };
    key.or_else(index).map(|(at, _)| at.clone())
}

/// An index or key of a partition hangs on that of its parent which it is part of.
fn index_above(catalog: &Catalog, at: &Address, entry: &Entry) -> Vec<Address> {
    let index = match &entry.object {
        Object::Index(it) => it,
        Object::Constraint(it) => return key_above(catalog, at, it),
        _ => return Vec::new(),
    };
    let Some(parent) = parent(catalog, &at.relation()) else { return Vec::new() };
    if let Some(above) = &index.attached_to {
        return vec![Address::of(Kind::Index, &parent, above.name.clone())];
    }
    let same = |other: &Entry| match &other.object {
        Object::Index(it) => {
            !it.only
                && (&it.elements, it.unique, &it.predicate)
                    == (&index.elements, index.unique, &index.predicate)
        }
        _ => false,
    };
    let above = catalog.of_relation(Kind::Index, &parent);
    above.filter(|(_, entry)| same(entry)).map(|(at, _)| at.clone()).collect()
}

/// The index behind a key of a partition may be part of a key of the parent, or of an index that is no key there.
fn key_above(catalog: &Catalog, at: &Address, constraint: &Constraint) -> Vec<Address> {
    let Some(key) = constraint.key() else { return Vec::new() };
    let Some(parent) = parent(catalog, &at.relation()) else { return Vec::new() };
    let same = |other: &Entry| match &other.object {
        Object::Index(it) => {
            !it.only
                && it.unique
                && it.predicate.is_none()
                && it.elements.len() == key.columns.len()
                && it.leading_columns().eq(&key.columns)
        }
        Object::Constraint(it) => it.has_index() && it.has_index_of(constraint),
        _ => false,
    };
    let kinds = [Kind::Index, Kind::Constraint];
    let above = kinds.into_iter().flat_map(|kind| catalog.of_relation(kind, &parent));
    above.filter(|(_, entry)| same(entry)).map(|(at, _)| at.clone()).collect()
}

/// Returns the table that a table is a partition of.
pub(super) fn parent(catalog: &Catalog, table: &Qualified) -> Option<Qualified> {
    let of = match &catalog.relation(table)?.1.object {
        Object::Table(it) => it.partition_of.as_ref(),
        Object::ForeignTable(it) => it.partition_of.as_ref(),
        _ => None,
    };
    of.map(|it| it.parent.clone())
}
