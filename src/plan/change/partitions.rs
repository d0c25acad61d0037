//! Partitions that get another parent, or none, or leave theirs when they are dropped: they are planned as tables by themselves.
//!
//! A partition that its parent makes says nothing of its columns, indexes and constraints. Once it is detached they are
//! its own, and before it is attached it must have those columns and checks; what it has of the rest is taken over. So both
//! catalogs are seen as they are between: after what leaves was detached, and before what comes is attached.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::State;
use super::columns::{columns, with_columns};
use crate::catalog::{Catalog, Entry};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::{Column, Value};
use crate::object::constraint::Demand;
use crate::object::partition::PartitionOf;
use crate::plan::{Action, Step, Transaction};
use crate::sql::default_name::object_name;
use crate::sql::version::PgVersion;

/// Both catalogs as they are between, and the statements that detach.
pub(super) struct Apart {
    pub(super) old: Catalog,
    pub(super) new: Catalog,
    pub(super) steps: Vec<Step>,
}

/// Looks at partitions that change their place by themselves; `None` where there are none.
pub(super) fn apart(old: State<'_>, new: State<'_>, version: Option<PgVersion>) -> Option<Apart> {
    let moved = moved(old.catalog, new.catalog);
    if moved.is_empty() {
        return None;
    }
    let mut out = Apart { old: old.catalog.clone(), new: new.catalog.clone(), steps: Vec::new() };
    for (at, leaves) in &moved {
        make_own(&mut out.old, at, version);
        make_own(&mut out.new, at, version);
        if let (Leaves::Yes, Some(of)) = (leaves, partition_of(old.catalog, at)) {
            // Those of a parent come and go while a partition is attached, and stay when it is detached.
            add_implied(&mut out.old, at, &of.parent, &[Kind::ForeignKey]);
            let sql = format!("ALTER TABLE {} DETACH PARTITION {}", of.parent, at.sql());
            out.steps.push(detach(at, sql));
            set_partition_of(&mut out.old, at, None);
        }
    }
    Some(out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaves {
    Yes,
    No,
}

/// Returns the partitions to look at, and whether they leave their old parent.
fn moved(old: &Catalog, new: &Catalog) -> Vec<(Address, Leaves)> {
    let mut out = Vec::new();
    let mut referenced: Option<BTreeSet<&Qualified>> = None;
    for at in tables(old) {
        let before = partition_of(old, at);
        let Some(_) = new.get(at) else {
            // A foreign key that refers to the parent holds the partition, and lets it go when it is detached.
            let of = before.filter(|it| new.relation(&it.parent).is_some());
            let targets = referenced.get_or_insert_with(|| referenced_tables(old));
            if of.is_some_and(|it| ancestors(old, &it.parent).any(|it| targets.contains(it))) {
                out.push((at.clone(), Leaves::Yes));
            }
            continue;
        };
        match (before, partition_of(new, at)) {
            (None, None) => {}
            (Some(was), Some(is)) if (&was.parent, &was.bound) == (&is.parent, &is.bound) => {
                if was.attached != is.attached {
                    out.push((at.clone(), Leaves::No));
                }
            }
            (Some(_), _) => out.push((at.clone(), Leaves::Yes)),
            (None, Some(_)) => out.push((at.clone(), Leaves::No)),
        }
    }
    out
}

fn tables(catalog: &Catalog) -> impl Iterator<Item = &Address> {
    catalog.of(Kind::Table).chain(catalog.of(Kind::ForeignTable)).map(|(at, _)| at)
}

fn referenced_tables(catalog: &Catalog) -> BTreeSet<&Qualified> {
    catalog
        .of(Kind::ForeignKey)
        .filter_map(|(_, entry)| match &entry.object {
            Object::ForeignKey(it) => Some(&it.table),
            _ => None,
        })
        .collect()
}

/// Returns a table and those that it is a partition of.
fn ancestors<'c>(
    catalog: &'c Catalog,
    table: &'c Qualified,
) -> impl Iterator<Item = &'c Qualified> {
    let mut seen = BTreeSet::new();
    std::iter::successors(Some(table), move |it| {
        let (at, _) = catalog.relation(it)?;
        let parent = &partition_of(catalog, &at)?.parent;
        // A circle of parents is reported elsewhere.
        seen.insert(parent).then_some(parent)
    })
}

fn partition_of<'c>(catalog: &'c Catalog, at: &Address) -> Option<&'c PartitionOf> {
    match &catalog.get(at)?.object {
        Object::Table(it) => it.partition_of.as_ref(),
        Object::ForeignTable(it) => it.partition_of.as_ref(),
        _ => None,
    }
}

fn set_partition_of(catalog: &mut Catalog, at: &Address, of: Option<PartitionOf>) {
    match catalog.get_mut(at).map(|it| &mut it.object) {
        Some(Object::Table(it)) => Arc::make_mut(it).partition_of = of,
        Some(Object::ForeignTable(it)) => Arc::make_mut(it).partition_of = of,
        _ => {}
    }
}

fn detach(at: &Address, sql: String) -> Step {
    Step {
        at: at.clone(),
        action: Action::Alter,
        sql,
        search: Vec::new(),
        loss: None,
        transaction: Transaction::Inside,
        n_locks: 2,
    }
}

/// Gives a partition that its parent makes all that it has of it.
fn make_own(catalog: &mut Catalog, at: &Address, version: Option<PgVersion>) {
    let Some(of) = partition_of(catalog, at).filter(|it| !it.attached).cloned() else { return };
    let mut columns = effective(catalog, &at.relation());
    if version.is_some_and(|it| it.is_at_least(18)) {
        name_not_null(&mut columns, catalog, &of.parent);
    }
    add_implied(catalog, at, &of.parent, &[Kind::Constraint, Kind::Index]);
    let above = catalog.relation(&of.parent).map(|(at, _)| catalog.uses(&at).to_vec());
    let of_columns = above.unwrap_or_default().into_iter().filter(|it| it.column.is_some());
    let uses = catalog.uses(at).iter().cloned().chain(of_columns).collect();
    catalog.set_uses(at, uses);
    if let Some(entry) = catalog.get_mut(at) {
        with_columns(&mut entry.object, columns);
    }
    set_partition_of(catalog, at, Some(PartitionOf { attached: true, ..of }));
}

/// Gives the NOT NULL constraints of a partition the names that they have of its parents (PostgreSQL 18 and later).
fn name_not_null(columns: &mut [Column], catalog: &Catalog, parent: &Qualified) {
    let made = |it: &&Qualified| {
        let table = catalog.relation(it).map(|(at, _)| at);
        table.and_then(|at| partition_of(catalog, &at)).is_none_or(|of| of.attached)
    };
    let Some(first) = ancestors(catalog, parent).find(made) else { return };
    for column in columns.iter_mut().filter(|it| it.not_null && it.not_null_name.is_none()) {
        let name = object_name(&first.name, &column.name, "not_null");
        column.not_null_name = Some(name.into());
    }
}

fn add_implied(catalog: &mut Catalog, at: &Address, parent: &Qualified, kinds: &[Kind]) {
    for (at, above, entry) in implied(catalog, at, parent, kinds) {
        let (uses, search) = (catalog.uses(&above).to_vec(), catalog.search(&above).to_vec());
        catalog.add(at.clone(), entry);
        catalog.set_uses(&at, uses);
        catalog.set_search(&at, search);
    }
}

/// Returns all columns of a table, as it has them of its parents and says them itself.
pub(super) fn effective(catalog: &Catalog, table: &Qualified) -> Vec<Column> {
    let Some((at, entry)) = catalog.relation(table) else { return Vec::new() };
    let own = columns(&entry.object);
    let Some(of) = partition_of(catalog, &at).filter(|it| !it.attached) else {
        return own.to_vec();
    };
    if ancestors(catalog, &of.parent).any(|it| it == table) {
        return own.to_vec();
    }
    let above = effective(catalog, &of.parent);
    above.into_iter().map(|it| of_parent(it, own)).collect()
}

/// Returns the column that a partition has of its parent's.
pub(super) fn of_parent(above: Column, own: &[Column]) -> Column {
    let said = own.iter().find(|it| it.name == above.name);
    let value = match (&above.value, said.map(|it| &it.value)) {
        (Value::Generated(..), _) | (_, None) => above.value.clone(),
        (_, Some(Value::Null)) if !said.is_some_and(|it| it.inherited) => above.value.clone(),
        (_, Some(own)) => own.clone(),
    };
    Column {
        // A partition has no identity column of its own.
        value: if matches!(value, Value::Identity(..)) { Value::Null } else { value },
        not_null: above.not_null || said.is_some_and(|it| it.not_null),
        storage: said.and_then(|it| it.storage.clone()).or(above.storage),
        compression: said.and_then(|it| it.compression.clone()).or(above.compression),
        statistics: said.and_then(|it| it.statistics.clone()),
        with: said.map(|it| it.with.clone()).unwrap_or_default(),
        options: said.map(|it| it.options.clone()).unwrap_or_default(),
        comment: said.and_then(|it| it.comment.clone()),
        comments_beside: None,
        inherited: false,
        ..above
    }
}

/// Returns the indexes and constraints that a partition has of its parents, and those that they come from.
fn implied(
    catalog: &Catalog,
    at: &Address,
    parent: &Qualified,
    kinds: &[Kind],
) -> Vec<(Address, Address, Entry)> {
    let table = at.relation();
    let mut taken: BTreeSet<Name> = names(catalog, &table);
    let mut out: BTreeMap<Address, (Address, Entry)> = BTreeMap::new();
    let mut next = Some(parent);
    let mut seen = BTreeSet::new();
    while let Some(above) = next.filter(|it| seen.insert((*it).clone())) {
        for kind in kinds.iter().copied() {
            for (from, entry) in catalog.of_relation(kind, above) {
                let Some(object) = passed_on(&entry.object) else { continue };
                if has_like(catalog, &table, kind, &object) {
                    continue;
                }
                let name = name(&table, from, &object, &taken);
                taken.insert(name.clone());
                let at = Address::of(kind, &table, name);
                out.insert(at, (from.clone(), Entry::new(object)));
            }
        }
        let of = catalog.relation(above).and_then(|(at, _)| partition_of(catalog, &at));
        next = of.filter(|it| !it.attached || kinds == [Kind::ForeignKey]).map(|it| &it.parent);
    }
    out.into_iter().map(|(at, (from, entry))| (at, from, entry)).collect()
}

/// Returns what a partition has of an index or constraint of its parent.
fn passed_on(object: &Object) -> Option<Object> {
    match object {
        Object::Index(it) if it.only => None,
        Object::Constraint(it) => match &it.demand {
            Demand::Check { no_inherit: true, .. } => None,
            Demand::PrimaryKey(_)
            | Demand::Unique(_)
            | Demand::Exclusion(_)
            | Demand::Check { .. } => {
                let mut own = it.as_ref().clone();
                own.index_comment = None;
                Some(own.into())
            }
        },
        Object::Index(_) | Object::ForeignKey(_) => Some(object.clone()),
        _ => None,
    }
}

/// Tells whether a table has such an index or constraint already.
fn has_like(catalog: &Catalog, table: &Qualified, kind: Kind, object: &Object) -> bool {
    let mut own = catalog.of_relation(kind, table);
    own.any(|(_, entry)| match (&entry.object, object) {
        (Object::Index(own), Object::Index(above)) => {
            (own.unique, &own.method, &own.elements, &own.include, &own.predicate)
                == (above.unique, &above.method, &above.elements, &above.include, &above.predicate)
        }
        (Object::Constraint(own), Object::Constraint(above)) => {
            own.demand == above.demand || (own.has_index() && own.has_index_of(above))
        }
        (Object::ForeignKey(own), Object::ForeignKey(above)) => own == above,
        _ => false,
    })
}

/// Returns the names that an index or constraint of a table can't have.
fn names(catalog: &Catalog, table: &Qualified) -> BTreeSet<Name> {
    let relations = catalog.iter().filter(|(at, _)| at.schema == table.schema);
    let is_one = |at: &Address| at.kind.is_relation() || at.kind == Kind::Index;
    let relations = relations.filter(|(at, entry)| {
        let of_table = at.relation.is_some() && at.relation() == *table;
        is_one(at) || of_table || matches!(&entry.object, Object::Constraint(it) if it.has_index())
    });
    relations.map(|(at, _)| at.name.clone()).collect()
}

/// Returns the name that PostgreSQL gives what a partition has of its parent.
fn name(table: &Qualified, above: &Address, object: &Object, taken: &BTreeSet<Name>) -> Name {
    let (parts, label): (Vec<Name>, &str) = match object {
        Object::Index(it) => (it.name_parts(), "idx"),
        Object::Constraint(it) => match &it.demand {
            Demand::PrimaryKey(_) => (Vec::new(), "pkey"),
            Demand::Unique(key) => {
                (key.columns.iter().chain(&key.include).cloned().collect(), "key")
            }
            Demand::Exclusion(it) => (it.name_parts(), "excl"),
            Demand::Check { .. } => return above.name.clone(),
        },
        _ => return above.name.clone(),
    };
    let parts = parts.join("_");
    let numbered = |n: usize| match n {
        0 => object_name(&table.name, &parts, label).into(),
        n => object_name(&table.name, &parts, &format!("{label}{n}")).into(),
    };
    let mut free = (0..).map(numbered).filter(|it: &Name| !taken.contains(it));
    free.next().unwrap_or_else(|| above.name.clone())
}
