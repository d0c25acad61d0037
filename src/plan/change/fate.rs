//! What becomes of each object: whether it is made, dropped, altered, or dropped and made again.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{
    changed_columns, columns, is_only_order, is_reordered, mentions, names_any, parents,
    primary_key, text_mentions,
};
use super::dependents::{Dependents, multirange, needs};
use super::{Options, State};
use crate::catalog::Entry;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::{Column, Value};
use crate::object::steps::{Altering, Steps};
use crate::object::{Alter, Object};
use crate::sql::version::PgVersion;

/// What becomes of an object. One of which nothing is said stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is made.
    Create,
    /// It is dropped.
    Drop,
    /// It is altered.
    Alter,
    /// It is dropped and made again.
    Replace,
    /// It is a type that columns have: it is made beside the old one, and the columns are altered to it.
    Swap,
}

/// What becomes of every object that does not stay as it is.
pub(super) struct Fates<'s> {
    pub(super) old: State<'s>,
    pub(super) new: State<'s>,
    pub(super) version: Option<PgVersion>,
    using: &'s BTreeMap<(Address, Name), String>,
    map: BTreeMap<Address, Fate>,
    pub(super) altering: BTreeMap<Address, Altering>,
    /// Tables whose columns will stand in another order than the new catalog has them in.
    pub(super) reordered: Vec<Address>,
    /// Objects that are dropped or made again, and columns that change, whose dependents were not looked at.
    todo: Vec<Todo>,
}

enum Todo {
    Gone(Address),
    Columns(Address, BTreeSet<Name>),
}

impl<'s> Fates<'s> {
    pub(super) fn decide(old: State<'s>, new: State<'s>, options: &'s Options) -> Fates<'s> {
        let mut fates = Fates {
            old,
            new,
            version: options.version,
            using: &options.using,
            map: BTreeMap::new(),
            altering: BTreeMap::new(),
            reordered: Vec::new(),
            todo: Vec::new(),
        };
        for (at, entry) in old.catalog.iter().filter(|(at, _)| !options.unchanged.contains(*at)) {
            match new.catalog.get(at) {
                None => fates.drop(at),
                Some(other) => fates.compare(at, entry, other),
            }
        }
        for (at, _) in new.catalog.iter() {
            if old.catalog.get(at).is_none() && !options.unchanged.contains(at) {
                fates.map.insert(at.clone(), Fate::Create);
            }
        }
        if !fates.todo.is_empty() {
            let dependents = Dependents::new(old.catalog);
            while let Some(todo) = fates.todo.pop() {
                match todo {
                    Todo::Gone(at) => fates.leave(&at, &dependents),
                    Todo::Columns(at, columns) => fates.leave_columns(&at, &columns, &dependents),
                }
            }
        }
        fates
    }

    pub(super) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    pub(super) fn of(&self, at: &Address) -> Option<Fate> {
        self.map.get(at).copied()
    }

    /// Returns the objects that something holds for, by address.
    pub(super) fn all(&self, holds: impl Fn(&Self, &Address) -> bool) -> Vec<&Address> {
        self.map.keys().filter(|at| holds(self, at)).collect()
    }

    /// Tells whether an object is made, be it again.
    pub(super) fn is_made(&self, at: &Address) -> bool {
        matches!(self.of(at), Some(Fate::Create | Fate::Replace | Fate::Swap))
    }

    /// Tells whether an object is dropped, be it to be made again.
    pub(super) fn is_gone(&self, at: &Address) -> bool {
        matches!(self.of(at), Some(Fate::Drop | Fate::Replace))
    }

    /// Tells whether a relation is dropped, be it to be made again.
    pub(super) fn is_relation_gone(&self, relation: &Qualified) -> bool {
        self.old.catalog.relation(relation).is_some_and(|(at, _)| self.is_gone(&at))
    }

    /// Returns what to write an alteration with.
    pub(super) fn steps(&self, at: &Address) -> Steps<'static> {
        let known = |state: State<'_>| {
            let columns = state.views.get(at).map(Vec::as_slice).unwrap_or_default();
            let columns = columns.iter().map(|it| Some((it.name.clone(), it.ty.clone()?)));
            columns.collect::<Option<Vec<_>>>().unwrap_or_default()
        };
        let altering = self.altering.get(at).cloned().unwrap_or_default();
        let using = self.using.iter().filter(|((of, _), _)| of == at);
        let using = using.map(|((_, column), text)| (column.clone(), text.clone())).collect();
        Steps {
            columns: known(self.new),
            altering: Altering { old_columns: known(self.old), using, ..altering },
            version: self.version,
            ..Steps::default()
        }
    }

    fn drop(&mut self, at: &Address) {
        // A role belongs to the server, and other databases may know it.
        if at.kind != Kind::Role {
            self.map.insert(at.clone(), Fate::Drop);
            self.todo.push(Todo::Gone(at.clone()));
        }
    }

    fn replace(&mut self, at: &Address) {
        if self.is_gone(at) || self.of(at) == Some(Fate::Swap) || at.kind == Kind::Role {
            return;
        }
        self.map.insert(at.clone(), Fate::Replace);
        self.todo.push(Todo::Gone(at.clone()));
    }

    pub(super) fn alter(&mut self, at: &Address) {
        self.map.entry(at.clone()).or_insert(Fate::Alter);
    }

    /// Compares an object with what is at its address in the new catalog.
    fn compare(&mut self, at: &Address, old: &Entry, new: &Entry) {
        let has_other_columns = self.has_other_columns(at);
        let is_same = old.object == new.object && !has_other_columns;
        if at.kind == Kind::Role {
            return;
        }
        if is_same && old == new {
            return self.keep_from_parent(at);
        }
        if is_same {
            return self.alter(at);
        }
        self.know_table(at);
        let mut steps = self.steps(at);
        // What a view with `*` has besides, it can get in place.
        let knows_columns = at.kind == Kind::View && !steps.columns.is_empty();
        if (has_other_columns && !knows_columns)
            || old.object.alter(&new.object, at, &mut steps) == Alter::Replace
        {
            return self.replace(at);
        }
        if is_reordered(&old.object, &new.object) {
            self.reordered.push(at.clone());
        }
        if is_only_order(&old.object, &new.object)
            && steps.statements.is_empty()
            && steps.before.is_empty()
        {
            let rest = |it: &Entry| {
                (it.comment.clone(), it.owner.clone(), it.privileges.clone(), it.extensions.clone())
            };
            if rest(old) == rest(new) && !self.has_late_difference(at, old, new) {
                return;
            }
        }
        self.alter(at);
        let changed = changed_columns(&old.object, &new.object);
        if !changed.is_empty() {
            self.todo.push(Todo::Columns(at.clone(), changed));
        }
    }

    fn has_late_difference(&self, at: &Address, old: &Entry, new: &Entry) -> bool {
        let late = |it: &Entry| {
            let mut steps = Steps::default();
            it.object.finish(at, &mut Vec::new(), &mut steps);
            steps.statements
        };
        late(old) != late(new)
    }

    /// Tells whether a view whose text is the same has other columns, as one with `*` does when its table gets one more.
    fn has_other_columns(&self, at: &Address) -> bool {
        if !matches!(at.kind, Kind::View | Kind::MaterializedView) {
            return false;
        }
        let columns = |state: State<'_>| -> Option<Vec<_>> {
            let columns = state.views.get(at)?;
            Some(columns.iter().map(|it| (it.name.clone(), it.ty.clone())).collect())
        };
        let same_text = self.old.catalog.get(at).map(|it| &it.object)
            == self.new.catalog.get(at).map(|it| &it.object);
        match (columns(self.old), columns(self.new)) {
            (Some(old), Some(new)) => same_text && old != new,
            _ => false,
        }
    }

    /// Decides what becomes of all that hangs on an object that is dropped or made again.
    fn leave(&mut self, gone: &Address, dependents: &Dependents) {
        for at in dependents.of(gone) {
            if self.is_gone(at) || self.new.catalog.get(at).is_none() {
                continue;
            }
            match at.kind {
                Kind::Table | Kind::ForeignTable => self.release(at, gone),
                // It is let go of by its own alteration, before the table is dropped.
                Kind::Sequence if self.is_owned_elsewhere(at, gone) => self.alter(at),
                // DROP TABLE takes it out by itself.
                Kind::Publication if self.of(gone) == Some(Fate::Drop) => {}
                _ if self.survives(at, gone) => {}
                _ => self.replace(at),
            }
        }
    }

    /// Tells whether an object that is altered gets by without what goes: that is dropped once it is altered.
    fn survives(&self, at: &Address, gone: &Address) -> bool {
        self.of(gone) == Some(Fate::Drop)
            && (is_type(gone.kind) || is_holder(gone.kind))
            && self.of(at) == Some(Fate::Alter)
            && matches!(at.kind, Kind::CompositeType | Kind::Domain)
    }

    fn is_owned_elsewhere(&self, at: &Address, gone: &Address) -> bool {
        let owner = |state: State<'_>| match state.catalog.get(at).map(|it| &it.object) {
            Some(Object::Sequence(it)) => it.owned_by.clone(),
            _ => None,
        };
        owner(self.old).is_some_and(|(table, _)| table == gone.relation())
            && owner(self.new).is_none_or(|(table, _)| table != gone.relation())
    }

    /// Lets a table go of what is dropped or made again, as far as it can.
    fn release(&mut self, at: &Address, gone: &Address) {
        let Some(entry) = self.old.catalog.get(at) else { return };
        let is_parent = parents(self.old, &at.relation()).contains(&gone.relation());
        if is_parent && matches!(gone.kind, Kind::Table | Kind::ForeignTable) {
            if self.of(gone) == Some(Fate::Replace) {
                self.replace(at);
            }
            return;
        }
        // It can't be given another server.
        if gone.kind == Kind::Server && self.of(gone) == Some(Fate::Replace) {
            return self.replace(at);
        }
        self.know_table(at);
        let mut remade = BTreeSet::new();
        let uses = self.old.catalog.uses(at).to_vec();
        let used_by = |column: &Column| {
            let of_column = uses.iter().filter(|it| it.column.as_ref() == Some(&column.name));
            of_column.flat_map(|it| self.old.catalog.matching(&it.target)).any(|it| it == gone)
        };
        let is_replaced = self.of(gone) != Some(Fate::Drop);
        let range = self.old.catalog.get(gone);
        let of_multirange = range.and_then(|entry| multirange(gone, &entry.object));
        let (mut released, mut retyped) = (BTreeSet::new(), BTreeSet::new());
        for column in columns(&entry.object) {
            if used_by(column) {
                match column.value {
                    Value::Generated(..) => remade.insert(column.name.clone()),
                    Value::Default(_) => released.insert(column.name.clone()),
                    Value::Null | Value::Identity(..) => false,
                };
            }
            let of_type = Qualified::new(column.ty.schema.clone(), column.ty.name.clone());
            let is_of_type = is_type(gone.kind)
                && (of_type == gone.relation() || of_multirange.as_ref() == Some(&of_type));
            let is_collated = gone.kind == Kind::Collation
                && column.collation.as_ref().is_some_and(|it| {
                    it.name == gone.name && (it.schema.is_empty() || it.schema == gone.schema)
                });
            if (is_of_type || is_collated) && is_replaced {
                retyped.insert(column.name.clone());
            }
        }
        if !retyped.is_empty() {
            self.map.insert(gone.clone(), Fate::Swap);
            self.todo.push(Todo::Columns(at.clone(), retyped.clone()));
        }
        let altering = self.altering.entry(at.clone()).or_default();
        altering.released.extend(released);
        altering.retyped.extend(retyped);
        altering.regenerated.extend(remade.iter().cloned());
        self.alter(at);
        if !remade.is_empty() {
            self.todo.push(Todo::Columns(at.clone(), remade));
        }
    }

    /// Decides what becomes of all that hangs on columns that are dropped, made again, or get another type.
    fn leave_columns(&mut self, at: &Address, changed: &BTreeSet<Name>, dependents: &Dependents) {
        self.remake_generated(at, changed);
        let relation = at.relation();
        let is_dropped = |name: &Name| self.is_dropped(at, name);
        let dropped: BTreeSet<Name> = changed.iter().filter(|it| is_dropped(it)).cloned().collect();
        let retyped = self.altering.get(at).map(|it| it.retyped.clone()).unwrap_or_default();
        let key = primary_key(self.old, at);
        let mut found = Vec::new();
        for other in dependents.of(at) {
            let Some(entry) = self.old.catalog.get(other) else { continue };
            let of_table = other.relation.is_some() && other.relation() == relation;
            let hangs = match &entry.object {
                Object::Table(_) | Object::ForeignTable(_) => {
                    let children = parents(self.old, &other.relation()).contains(&relation);
                    if children {
                        self.todo.push(Todo::Columns(other.clone(), changed.clone()));
                    }
                    false
                }
                Object::Sequence(_) => false,
                Object::ForeignKey(it) => {
                    (of_table && it.columns.iter().any(|name| changed.contains(name)))
                        || (it.table == relation
                            && (it.referenced.iter().any(|name| changed.contains(name))
                                || (it.referenced.is_empty() && !key.is_disjoint(changed))))
                }
                // PostgreSQL makes these anew with the column: from texts that may cast to what was below a domain.
                Object::Index(_) | Object::Constraint(_) | Object::Statistics(_) => {
                    mentions(&entry.object, &dropped) || text_mentions(&entry.object, &retyped)
                }
                it => mentions(it, changed),
            };
            if hangs && self.new.catalog.get(other).is_some() {
                found.push(other.clone());
            }
        }
        found.iter().for_each(|it| self.replace(it));
    }

    /// Tells whether a column goes, be it to be made again.
    fn is_dropped(&self, at: &Address, name: &Name) -> bool {
        let column = |state: State<'_>| {
            let object = &state.catalog.get(at)?.object;
            columns(object).iter().find(|it| it.name == *name).cloned()
        };
        let again = self.altering.get(at).is_some_and(|it| it.regenerated.contains(name));
        match (column(self.old), column(self.new)) {
            (Some(old), Some(new)) => {
                again
                    || (old.value != new.value && matches!(new.value, Value::Generated(..)))
                    || (old.ty != new.ty && matches!(new.value, Value::Generated(..)))
            }
            _ => true,
        }
    }

    /// Columns that are generated from what changes are made again.
    fn remake_generated(&mut self, at: &Address, changed: &BTreeSet<Name>) {
        let Some(entry) = self.old.catalog.get(at) else { return };
        let known = self.altering.get(at).map(|it| it.regenerated.clone()).unwrap_or_default();
        let is_from = |it: &&Column| match &it.value {
            Value::Generated(expr, _) => names_any(expr.text(), changed),
            Value::Null | Value::Default(_) | Value::Identity(..) => false,
        };
        let found: BTreeSet<Name> = columns(&entry.object)
            .iter()
            .filter(is_from)
            .map(|it| it.name.clone())
            .filter(|it| !known.contains(it) && !changed.contains(it))
            .collect();
        if found.is_empty() {
            return;
        }
        self.know_table(at);
        self.altering.entry(at.clone()).or_default().regenerated.extend(found.iter().cloned());
        self.alter(at);
        self.todo.push(Todo::Columns(at.clone(), found));
    }

    /// Tells whether what is dropped goes last, since others are altered away from it.
    pub(super) fn goes_last(&self, at: &Address) -> bool {
        if self.of(at) != Some(Fate::Drop) {
            return false;
        }
        if is_holder(at.kind) {
            return true;
        }
        let is_user = |other: &Address, entry: &Entry| {
            self.of(other) == Some(Fate::Alter)
                && needs(self.old.catalog, other, entry).contains(at)
        };
        is_type(at.kind) && self.old.catalog.iter().any(|(other, entry)| is_user(other, entry))
    }
}

/// Tells whether the kind's objects are types that columns have.
pub(super) fn is_type(kind: Kind) -> bool {
    Kind::TYPES.contains(&kind)
}

/// Tells whether objects of other kinds live in these, or by them.
fn is_holder(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Schema
            | Kind::Extension
            | Kind::Language
            | Kind::AccessMethod
            | Kind::ForeignDataWrapper
            | Kind::Server
            | Kind::Collation
    )
}
