//! What a table has of its parents, and what it keeps otherwise when they are altered.

use std::collections::BTreeSet;

use super::State;
use super::columns::{columns_of, parents, primary_key};
use super::dependents::parent;
use super::fate::Fates;
use super::partitions::{effective, of_parent};
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::Column;

impl Fates<'_> {
    /// Keeps what a partition that stays has otherwise than its parent, which would pass on what it becomes.
    pub(super) fn keep_from_parent(&mut self, at: &Address) {
        let Some(above) = parent(self.old.catalog, &at.relation()) else { return };
        let object =
            |state: State<'_>| state.catalog.relation(&above).map(|(_, it)| it.object.clone());
        if matches!(at.kind, Kind::Table | Kind::ForeignTable)
            && object(self.old) != object(self.new)
            && !self.passed_on(at).is_empty()
        {
            self.know_table(at);
            self.alter(at);
        }
    }

    /// Gathers what the alteration of a table must know of its keys and parents.
    pub(super) fn know_table(&mut self, at: &Address) {
        if !matches!(at.kind, Kind::Table | Kind::ForeignTable) {
            return;
        }
        let (old_key, new_key) = (primary_key(self.old, at), primary_key(self.new, at));
        let inherited = self.inherited(at);
        let overridden = self.overridden(at);
        let passed_on = self.passed_on(at);
        let altering = self.altering.entry(at.clone()).or_default();
        altering.old_key = old_key;
        altering.new_key = new_key;
        altering.inherited = inherited;
        altering.overridden = overridden;
        altering.passed_on = passed_on;
    }

    /// Returns the columns of a partition that differ from what they become with its parent's: as they are then, and as
    /// they shall be.
    fn passed_on(&self, at: &Address) -> Vec<(Column, Column)> {
        let above = parent(self.old.catalog, &at.relation());
        let Some(above) =
            above.filter(|it| parent(self.new.catalog, &at.relation()).as_ref() == Some(it))
        else {
            return Vec::new();
        };
        let (was, is) =
            (all_columns(self.old, &at.relation()), all_columns(self.new, &at.relation()));
        let (above_was, above_is) = (all_columns(self.old, &above), all_columns(self.new, &above));
        let find = |list: &[Column], name: &Name| list.iter().find(|it| it.name == *name).cloned();
        let said = self.old.catalog.columns(&at.relation()).unwrap_or_default();
        let says_not_null = |name: &Name| said.iter().any(|it| it.name == *name && it.not_null);
        let mut out = Vec::new();
        for wanted in is {
            let Some(parent) = find(&above_is, &wanted.name) else { continue };
            let then = match (find(&was, &wanted.name), find(&above_was, &wanted.name)) {
                (Some(own), Some(before)) => {
                    let mut then = follow(own.clone(), &before, &parent);
                    if before.not_null && !parent.not_null && says_not_null(&own.name) {
                        then.not_null = match self.version {
                            // From PostgreSQL 18 on the constraint is the partition's own, too.
                            Some(it) if it.is_at_least(18) => own.not_null,
                            Some(_) => then.not_null,
                            // What is so already may be said again.
                            None => !wanted.not_null,
                        };
                    }
                    then
                }
                _ => {
                    Column { not_null_name: wanted.not_null_name.clone(), ..of_parent(parent, &[]) }
                }
            };
            out.extend(differing(then, wanted));
        }
        out
    }

    /// Returns the columns that come, go and change with those of a parent.
    fn inherited(&self, at: &Address) -> BTreeSet<Name> {
        let mut out = BTreeSet::new();
        let relation = at.relation();
        let after = parents(self.new, &relation);
        for parent in parents(self.old, &relation).iter().filter(|it| after.contains(it)) {
            for state in [self.old, self.new] {
                out.extend(columns_of(state, parent).into_iter().map(|it| it.name.clone()));
            }
        }
        out
    }

    /// Returns the columns that say something else than a parent whose own default changes: it would be passed on.
    fn overridden(&self, at: &Address) -> BTreeSet<Name> {
        let mut out = BTreeSet::new();
        for parent in parents(self.new, &at.relation()) {
            let (old, new) = (columns_of(self.old, &parent), columns_of(self.new, &parent));
            let changed = new.iter().filter(|it| {
                old.iter().any(|other| {
                    other.name == it.name
                        && (other.value != it.value || other.not_null != it.not_null)
                })
            });
            out.extend(changed.map(|it| it.name.clone()));
        }
        out
    }
}

/// Returns all columns of a table, NOT NULL where its primary key makes them so.
fn all_columns(state: State<'_>, table: &Qualified) -> Vec<Column> {
    let mut columns = effective(state.catalog, table);
    let relation = state.catalog.relation(table);
    let key = relation.map(|(at, _)| primary_key(state, &at)).unwrap_or_default();
    columns.iter_mut().for_each(|it| it.not_null |= key.contains(&it.name));
    columns
}

/// Returns what becomes of a partition's column when that of its parent is altered.
fn follow(own: Column, before: &Column, after: &Column) -> Column {
    let mut then = own;
    if before.value != after.value {
        then.value = of_parent(after.clone(), &[]).value;
    }
    if before.not_null != after.not_null {
        then.not_null = after.not_null;
    }
    then
}

/// Returns two columns if they differ in what a partition can have otherwise than its parent.
fn differing(then: Column, wanted: Column) -> Option<(Column, Column)> {
    let own = |it: &Column| Column {
        value: it.value.clone(),
        not_null: it.not_null,
        statistics: it.statistics.clone(),
        with: it.with.clone(),
        options: it.options.clone(),
        comment: it.comment.clone(),
        ..wanted.clone()
    };
    (own(&then) != wanted).then(|| (own(&then), wanted.clone()))
}
