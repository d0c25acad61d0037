//! Partitions: made, attached, detached. And foreign keys of tables that are made.

use super::Cx;
use crate::hazard::lock::LockLevel;
use crate::hazard::rules::blocking;
use crate::hazard::state;
use crate::hazard::statement::{CreateTable, Demand};
use crate::object::address::Qualified;
use crate::sql::lex::TextRange;

pub(super) fn create_table(it: &CreateTable, cx: &mut Cx<'_>) {
    let inline = it.columns.iter().flat_map(|column| &column.constraints);
    let mut referenced = Vec::new();
    for constraint in it.constraints.iter().chain(inline) {
        if let Demand::ForeignKey { table, .. } = &constraint.demand {
            referenced.push(cx.state.resolve(table));
        }
    }
    let own = cx.state.made(&it.name);
    for table in referenced.iter().filter(|table| **table != own) {
        let tree = cx.state.tree_of_partitions(table);
        cx.lock_all(&tree, LockLevel::ShareRowExclusive);
    }
    for parent in &it.inherits {
        let parent = cx.state.resolve(parent);
        cx.lock(&parent, LockLevel::ShareUpdateExclusive);
    }
    if let Some(parent) = &it.partition_of {
        let parent = cx.state.resolve(parent);
        cx.lock(&parent, LockLevel::AccessExclusive);
        lock_referenced(&parent, cx);
        scan_default(&parent, it.name.at, cx);
    }
}

/// A new partition takes over the foreign keys of its parent.
fn lock_referenced(parent: &Qualified, cx: &mut Cx<'_>) {
    let referenced: Vec<Qualified> =
        cx.state.foreign_keys_of(parent).map(|(_, _, table)| table.clone()).collect();
    cx.lock_all(&referenced, LockLevel::ShareRowExclusive);
}

/// The rows of the default partition are looked through for those of a new one.
fn scan_default(parent: &Qualified, at: TextRange, cx: &mut Cx<'_>) {
    let Some(default) = cx.state.default_partition(parent).cloned() else { return };
    cx.lock(&default, LockLevel::AccessExclusive);
    cx.scan(&default);
    cx.endanger(&default, || blocking::attach_without_check(&default, at));
}

pub(super) fn attach(parent: &Qualified, partition: &Qualified, at: TextRange, cx: &mut Cx<'_>) {
    let tree = cx.state.tree_of_partitions(partition);
    cx.lock(parent, LockLevel::ShareUpdateExclusive);
    cx.lock_all(&tree, LockLevel::AccessExclusive);
    lock_referenced(parent, cx);
    scan_default(parent, at, cx);
    let checks = cx.state.relations.get(partition).is_some_and(|it| {
        let is_check = |it: &state::Constraint| matches!(it.demand, state::Demand::Check(_));
        it.constraints.values().any(|it| it.validated && is_check(it))
    });
    if checks {
        cx.unsure(format!("whether the checks of `{partition}` prove its bounds"));
    } else {
        cx.scan_all(&tree);
        cx.endanger(partition, || blocking::attach_without_check(partition, at));
    }
}

pub(super) fn detach(
    parent: &Qualified,
    partition: &Qualified,
    concurrently: bool,
    at: TextRange,
    cx: &mut Cx<'_>,
) {
    if concurrently {
        cx.refuse_transaction();
        cx.lock(parent, LockLevel::ShareUpdateExclusive);
        cx.lock(partition, LockLevel::AccessExclusive);
        return;
    }
    cx.lock(parent, LockLevel::AccessExclusive);
    cx.lock(partition, LockLevel::AccessExclusive);
    if let Some(default) = cx.state.default_partition(parent).cloned() {
        cx.lock(&default, LockLevel::AccessExclusive);
    } else {
        // With a default partition PostgreSQL has no other way.
        cx.endanger(parent, || blocking::detach_not_concurrent(parent, partition, at));
    }
}
