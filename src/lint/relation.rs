//! A table with all that belongs to it, gathered once for all lints.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only those that belong to tables are gathered"
)]

use rustc_hash::FxHashMap;

use crate::compile::Compiled;
use crate::object::Object;
use crate::object::address::{Address, Name, Qualified};
use crate::object::constraint::{Constraint, Demand, KeyIndex};
use crate::object::foreign_key::ForeignKey;
use crate::object::index::Index;
use crate::object::origin::Origin;
use crate::object::policy::Policy;
use crate::object::table::Table;
use crate::object::trigger::Trigger;

/// A table with all that belongs to it, each by name.
pub(super) struct Relation<'c> {
    pub(super) at: &'c Address,
    pub(super) name: Qualified,
    pub(super) table: &'c Table,
    pub(super) origin: &'c Origin,
    pub(super) constraints: Vec<(&'c Address, &'c Constraint)>,
    pub(super) foreign_keys: Vec<(&'c Address, &'c ForeignKey)>,
    pub(super) indexes: Vec<(&'c Address, &'c Index)>,
    pub(super) policies: Vec<(&'c Address, &'c Policy)>,
    pub(super) triggers: Vec<(&'c Address, &'c Trigger)>,
}

impl<'c> Relation<'c> {
    /// Returns the primary key.
    pub(super) fn primary_key(&self) -> Option<(&'c Address, &'c KeyIndex)> {
        self.constraints.iter().find_map(|(at, it)| match &it.demand {
            Demand::PrimaryKey(key) => Some((*at, key)),
            _ => None,
        })
    }

    /// Tells whether a column refuses NULL: it says so, or is part of the primary key. A column that is not written here
    /// is taken for one that does not.
    pub(super) fn refuses_null(&self, column: &Name) -> bool {
        let says = self.table.column(column).is_some_and(|it| it.not_null);
        says || self.primary_key().is_some_and(|(_, key)| key.columns.contains(column))
    }
}

/// Gathers the tables of a catalog, by address, and the place of each in the list.
pub(super) fn relations(compiled: &Compiled) -> (Vec<Relation<'_>>, FxHashMap<Qualified, usize>) {
    let mut found: Vec<Relation<'_>> = Vec::new();
    let mut numbers: FxHashMap<Qualified, usize> = FxHashMap::default();
    for (at, entry) in compiled.catalog.iter() {
        if let Object::Table(table) = &entry.object {
            let Some(origin) = compiled.origins.get(at) else { continue };
            numbers.insert(at.relation(), found.len());
            found.push(Relation {
                at,
                name: at.relation(),
                table,
                origin,
                constraints: Vec::new(),
                foreign_keys: Vec::new(),
                indexes: Vec::new(),
                policies: Vec::new(),
                triggers: Vec::new(),
            });
            continue;
        }
        if at.relation.is_none() {
            continue;
        }
        let number = numbers.get(&at.relation());
        let Some(relation) = number.and_then(|n| found.get_mut(*n)) else { continue };
        match &entry.object {
            Object::Constraint(it) => relation.constraints.push((at, it)),
            Object::ForeignKey(it) => relation.foreign_keys.push((at, it)),
            Object::Index(it) => relation.indexes.push((at, it)),
            Object::Policy(it) => relation.policies.push((at, it)),
            Object::Trigger(it) => relation.triggers.push((at, it)),
            _ => {}
        }
    }
    (found, numbers)
}
