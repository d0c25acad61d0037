//! Indexes: built, built anew, dropped.

use super::Cx;
use crate::hazard::lock::LockLevel;
use crate::hazard::rules::{blocking, transaction};
use crate::hazard::statement::{CreateIndex, Path, Reindexed};
use crate::object::address::Qualified;

pub(super) fn create(it: &CreateIndex, cx: &mut Cx<'_>) {
    let table = cx.state.resolve(&it.table);
    let tree = if it.only { vec![table.clone()] } else { cx.state.tree_of_partitions(&table) };
    if it.concurrently {
        cx.refuse_transaction();
        cx.lock(&table, LockLevel::ShareUpdateExclusive);
        cx.scan(&table);
        if it.if_not_exists {
            cx.endanger(&table, || transaction::index_may_be_invalid(&table, it.table.at));
        }
        return;
    }
    cx.lock_all(&tree, LockLevel::Share);
    if !(it.only && cx.state.is_partitioned(&table)) {
        cx.scan_all(&tree);
        let partitioned = cx.state.is_partitioned(&table);
        cx.endanger(&table, || blocking::index_not_concurrent(&table, it.table.at, partitioned));
    }
}

pub(super) fn reindex(what: Reindexed, name: Option<&Path>, concurrently: bool, cx: &mut Cx<'_>) {
    let Some(path) = name.filter(|_| what != Reindexed::Many) else {
        cx.refuse_transaction();
        cx.unsure("which tables it reindexes");
        return;
    };
    let name = cx.state.resolve(path);
    let (table, indexes) = match what {
        Reindexed::Index => {
            let table = cx.state.indexes.get(&name).map(|it| it.table.clone());
            (table, vec![name])
        }
        Reindexed::Table | Reindexed::Many => {
            let indexes = cx.state.indexes_of(&name).map(|(index, _)| index.clone()).collect();
            (Some(name), indexes)
        }
    };
    let level = if concurrently { LockLevel::ShareUpdateExclusive } else { LockLevel::Share };
    if concurrently {
        cx.refuse_transaction();
    }
    match &table {
        Some(table) => {
            cx.lock(table, level);
            cx.scan(table);
        }
        None => cx.unsure("the table that the index is on"),
    }
    let about = table.or_else(|| indexes.first().cloned());
    if let Some(about) = about.filter(|_| !concurrently) {
        cx.endanger(&about, || blocking::reindex_not_concurrent(&about, path.at));
    }
    indexes.into_iter().for_each(|it| cx.rebuild(it));
}

pub(super) fn drop(index: &Qualified, path: &Path, concurrently: bool, cx: &mut Cx<'_>) {
    let table = cx.state.indexes.get(index).map(|it| it.table.clone());
    if concurrently {
        cx.refuse_transaction();
        match &table {
            Some(table) => cx.lock(table, LockLevel::ShareUpdateExclusive),
            None => cx.unsure("the table that the index is on"),
        }
        return;
    }
    let Some(table) = table else {
        cx.unsure("the table that the index is on");
        cx.endanger(index, || blocking::drop_index_not_concurrent(index, None, path.at));
        return;
    };
    let tree = cx.state.tree_of_partitions(&table);
    cx.lock_all(&tree, LockLevel::AccessExclusive);
    // PostgreSQL can't drop the index of a partitioned table otherwise.
    if !cx.state.is_partitioned(&table) && !cx.state.is_new(index) {
        cx.endanger(&table, || blocking::drop_index_not_concurrent(index, Some(&table), path.at));
    }
}
