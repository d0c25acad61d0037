//! Puts together what came in pieces: relations get their columns, and what a table only has of its parents is left to
//! them.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::found::{Found, FoundColumn};
use super::row::Oid;
use super::{PG_CLASS, PG_CONSTRAINT};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::{Column, Value};
use crate::object::constraint::Demand;
use crate::object::partition::PartitionOf;
use crate::object::table::Table;
use crate::sql::default_name::object_name;
use crate::sql::expr::Expr;

/// Settles all relations.
pub(super) fn settle(found: &mut Found) {
    let columns = std::mem::take(&mut found.columns);
    let by_name: FxHashMap<Qualified, Oid> =
        columns.keys().filter_map(|oid| Some((found.relation(*oid)?, *oid))).collect();
    let family = Family { columns: &columns, by_name: &by_name };
    let mut relations: Vec<Oid> = columns.keys().copied().collect();
    relations.sort_unstable();
    attach_indexes(found);
    let mut gone = Gone::of(found);
    for relation in relations {
        let Some(of_relation) = columns.get(&relation) else { continue };
        let strange = gone.indexes_have_names_of_their_own(found, relation);
        let has_checks_of_parents = gone.checks.contains_key(&relation);
        let Some(entry) = found.entry_mut(PG_CLASS, relation) else { continue };
        match &mut entry.object {
            Object::Table(it) => {
                let it: &mut Table = Arc::make_mut(it);
                it.attached =
                    !has_checks_of_parents && family.is_made_apart(of_relation, &it.inherits);
                it.columns = family.own_columns(
                    of_relation,
                    it.of_type.is_some(),
                    (&it.inherits, it.attached),
                    &mut it.partition_of,
                    strange,
                );
                if it.partition_of.as_ref().is_some_and(|of| !of.attached) {
                    gone.leave_to_parent(relation);
                }
            }
            Object::ForeignTable(it) => {
                let it = Arc::make_mut(it);
                it.attached =
                    !has_checks_of_parents && family.is_made_apart(of_relation, &it.inherits);
                it.columns = family.own_columns(
                    of_relation,
                    false,
                    (&it.inherits, it.attached),
                    &mut it.partition_of,
                    strange,
                );
                if it.partition_of.as_ref().is_some_and(|of| !of.attached) {
                    gone.leave_to_parent(relation);
                }
            }
            Object::View(it) => Arc::make_mut(it).columns = super::view::declared(of_relation),
            Object::MaterializedView(it) => {
                Arc::make_mut(it).columns = super::view::declared(of_relation);
            }
            Object::CompositeType(it) => {
                super::composite_type::give_columns(Arc::make_mut(it), of_relation);
            }
            _ => {}
        }
    }
    gone.remove(found);
    without_primary_keys(found);
}

/// The columns of all relations.
struct Family<'f> {
    columns: &'f FxHashMap<Oid, Vec<FoundColumn>>,
    by_name: &'f FxHashMap<Qualified, Oid>,
}

impl Family<'_> {
    fn of(&self, table: &Qualified) -> Option<&[FoundColumn]> {
        self.columns.get(self.by_name.get(table)?).map(Vec::as_slice)
    }

    /// Tells whether a table has its columns in an order that `CREATE TABLE … INHERITS` would not give: it was made by
    /// itself, and `ALTER TABLE … INHERIT` came then. All it has must be its own for that.
    fn is_made_apart(&self, columns: &[FoundColumn], inherits: &[Qualified]) -> bool {
        if inherits.is_empty() || columns.iter().any(|it| !it.local || it.not_null_inherited) {
            return false;
        }
        let parents = inherits.iter().filter_map(|it| self.of(it));
        let mut made: Vec<&Name> = Vec::with_capacity(columns.len());
        for it in parents.chain([columns]).flatten() {
            if !made.contains(&&it.column.name) {
                made.push(&it.column.name);
            }
        }
        !columns.iter().map(|it| &it.column.name).eq(made)
    }

    /// Returns the columns that a table says itself, and decides whether a partition is made by its parent or attached.
    fn own_columns(
        &self,
        columns: &[FoundColumn],
        typed: bool,
        (inherits, is_made_apart): (&[Qualified], bool),
        partition_of: &mut Option<PartitionOf>,
        strange_indexes: bool,
    ) -> Vec<Column> {
        if let Some(of) = partition_of {
            let parent = self.of(&of.parent).unwrap_or_default();
            let equal = parent.len() == columns.len()
                && parent.iter().zip(columns).all(|(a, b)| passes_on(a, b));
            of.attached = strange_indexes || !equal;
            return if of.attached { columns.iter().map(attached).collect() } else { Vec::new() };
        }
        if is_made_apart {
            return columns.iter().map(attached).collect();
        }
        let parents: Vec<&[FoundColumn]> = inherits.iter().filter_map(|it| self.of(it)).collect();
        let own = |it: &FoundColumn| {
            if typed {
                let says = it.column.not_null || it.column.value != Value::Null;
                return (says || has_settings(&it.column)).then(|| it.column.clone());
            }
            let of_name = parents.iter().filter_map(|parent| {
                parent.iter().find(|other| other.column.name == it.column.name)
            });
            let above: Vec<&Column> = of_name.map(|it| &it.column).collect();
            if it.local {
                // How its value is generated a child has of its parent, and must not say.
                let inherits = matches!(it.column.value, Value::Generated(..))
                    && above.iter().any(|above| above.value == it.column.value);
                let value = match &it.column.value {
                    _ if inherits => Value::Null,
                    // Of one that says nothing the parent's default would become its own.
                    Value::Null if above.iter().any(|it| matches!(it.value, Value::Default(_))) => {
                        Value::Default(Expr::new("NULL"))
                    }
                    own => own.clone(),
                };
                // NOT NULL of the parent holds for the child, which need not say it.
                let not_null = it.column.not_null && !it.not_null_inherited;
                return Some(Column { value, not_null, ..it.column.clone() });
            }
            differs(&it.column, &above).then(|| Column { inherited: true, ..it.column.clone() })
        };
        columns.iter().filter_map(own).collect()
    }
}

/// Returns the column of a table that is made by itself and attached: the names of its constraints are its own.
fn attached(it: &FoundColumn) -> Column {
    let mut column = it.column.clone();
    if let Some(name) = it.not_null_name.as_ref().filter(|_| !it.has_default_not_null_name) {
        column.not_null_name = Some(name.clone());
    }
    column
}

/// Tells whether `CREATE TABLE … PARTITION OF` makes this column of the parent's.
fn passes_on(parent: &FoundColumn, child: &FoundColumn) -> bool {
    let (above, own) = (&parent.column, &child.column);
    let same_value = match (&above.value, &own.value) {
        // Before PostgreSQL 17 a partition has no identity column; since then it shares its parent's.
        (Value::Identity(..), Value::Null) => true,
        (a, b) => a == b,
    };
    let names_agree = parent.not_null_name == child.not_null_name || child.not_null_name.is_none();
    same_value
        && names_agree
        && (&above.name, &above.ty, above.not_null, &above.collation)
            == (&own.name, &own.ty, own.not_null, &own.collation)
        && (&above.storage, &above.compression) == (&own.storage, &own.compression)
        && own.comment.is_none()
        && own.comments_beside.is_none()
        && !(own.statistics.is_some() || !own.with.0.is_empty() || !own.options.is_empty())
}

fn has_settings(column: &Column) -> bool {
    column.comment.is_some()
        || column.comments_beside.is_some()
        || column.storage.is_some()
        || column.compression.is_some()
        || column.statistics.is_some()
        || !column.with.0.is_empty()
        || column.not_null_name.is_some()
}

/// Tells whether a column that a table only inherits is not as its parents would have it.
fn differs(column: &Column, above: &[&Column]) -> bool {
    let Some(first) = above.first() else { return true };
    let has_value = above.iter().any(|it| it.value == column.value)
        || matches!(column.value, Value::Null)
            && above.iter().all(|it| matches!(it.value, Value::Null | Value::Identity(..)));
    let not_null = column.not_null && !above.iter().any(|it| it.not_null);
    !has_value
        || not_null
        || column.comment.is_some()
        || column.comments_beside.is_some()
        || (&first.storage, &first.compression) != (&column.storage, &column.compression)
        || column.statistics.is_some()
        || !column.with.0.is_empty()
        || !column.options.is_empty()
}

/// An index `ON ONLY` makes none for the partitions and takes none over, so theirs say that they belong to it.
fn attach_indexes(found: &mut Found) {
    for (index, parent) in std::mem::take(&mut found.index_parents) {
        let above = found.index(PG_CLASS.0, parent).and_then(|at| found.entries.get(at));
        let above = above.and_then(|(at, entry)| match &entry.object {
            Object::Index(it) => Some((it.only, at.clone())),
            _ => None,
        });
        let of_partition = found.index(PG_CLASS.0, index).and_then(|at| found.entries.get_mut(at));
        match (above, of_partition.map(|(at, entry)| (at, &mut entry.object))) {
            (Some((true, above)), Some((_, Object::Index(it)))) => {
                let above = Qualified { schema: above.schema, name: above.name };
                Arc::make_mut(it).attached_to = Some(above);
            }
            (Some((true, above)), Some((at, Object::Constraint(_)))) => {
                let (at, above) = (at.to_string(), above.name);
                found.problem(
                    at,
                    format!("its index is attached to {above}, which is not valid: only an index by itself can say so"),
                    "build an index on each partition and attach it, which makes that of the parent valid",
                );
            }
            // The parent's takes it over, and would make an index without the constraint.
            (Some((false, _)), Some((_, Object::Constraint(_)))) => {}
            _ => found.index_parents.push((index, parent)),
        }
    }
}

/// What parents make for their children, and is no object of its own then.
struct Gone {
    /// Indexes of each relation that belong to an index of its parent: their places in the list of entries.
    indexes: FxHashMap<Oid, Vec<usize>>,
    /// Checks of each relation that it has of its parents only.
    checks: BTreeMap<Oid, Vec<usize>>,
    /// The relations that leave their indexes and checks to their parents.
    left: BTreeSet<Oid>,
    partitions: FxHashSet<Oid>,
}

impl Gone {
    fn of(found: &Found) -> Gone {
        let itself = |oid: Oid| {
            found
                .address(PG_CLASS, oid)
                .filter(|it| it.relation.is_none())
                .map(|it| (it.relation(), oid))
        };
        let relations: FxHashMap<Qualified, Oid> =
            found.numbers_of(PG_CLASS).filter_map(itself).collect();
        let mut indexes: FxHashMap<Oid, Vec<usize>> = FxHashMap::default();
        for (index, _) in &found.index_parents {
            let at = found.index(PG_CLASS.0, *index);
            let relation = at
                .and_then(|at| found.entries.get(at))
                .and_then(|(at, _)| relations.get(&at.relation()));
            if let (Some(at), Some(relation)) = (at, relation) {
                indexes.entry(*relation).or_default().push(at);
            }
        }
        let mut checks: BTreeMap<Oid, Vec<usize>> = BTreeMap::new();
        for (relation, oid) in &found.inherited_checks {
            checks.entry(*relation).or_default().extend(found.index(PG_CONSTRAINT.0, *oid));
        }
        let is_partition = |oid: &Oid| {
            let at = found.index(PG_CLASS.0, *oid).and_then(|at| found.entries.get(at));
            at.is_some_and(|(_, entry)| match &entry.object {
                Object::Table(it) => it.partition_of.is_some(),
                Object::ForeignTable(it) => it.partition_of.is_some(),
                _ => false,
            })
        };
        let partitions = found.numbers_of(PG_CLASS).filter(is_partition).collect();
        Gone { indexes, checks, left: BTreeSet::new(), partitions }
    }

    /// Tells whether an index that belongs to one of the parent has a name or a setting that the parent would not give it.
    fn indexes_have_names_of_their_own(&self, found: &Found, relation: Oid) -> bool {
        let Some(table) = found.relation(relation) else { return false };
        let marked = match found
            .index(PG_CLASS.0, relation)
            .and_then(|at| found.entries.get(at))
            .map(|(_, it)| &it.object)
        {
            Some(Object::Table(it)) => {
                it.cluster_on.is_some()
                    || matches!(
                        it.replica_identity,
                        crate::object::replica_identity::ReplicaIdentity::Index(_)
                    )
            }
            _ => false,
        };
        let own = |at: &usize| {
            let Some((at, entry)) = found.entries.get(*at) else { return false };
            let index_comment = match &entry.object {
                Object::Constraint(it) => it.index_comment.is_some(),
                _ => false,
            };
            index_comment
                || entry.comment.is_some()
                || default_name(&table, &entry.object).is_none_or(|it| it != at.name)
                || is_set(&entry.object)
        };
        let indexes = self.indexes.get(&relation).map(Vec::as_slice).unwrap_or_default();
        marked && !indexes.is_empty() || indexes.iter().any(own)
    }

    fn leave_to_parent(&mut self, relation: Oid) {
        self.left.insert(relation);
    }

    fn remove(self, found: &mut Found) {
        let mut gone: FxHashSet<usize> = FxHashSet::default();
        for relation in &self.left {
            gone.extend(self.indexes.get(relation).into_iter().flatten());
        }
        for (relation, checks) in &self.checks {
            // A partition that is attached brings the checks of its parent along.
            if !self.partitions.contains(relation) || self.left.contains(relation) {
                gone.extend(checks);
            }
        }
        found.remove(&gone);
    }
}

/// Returns the name that PostgreSQL gives an index that it makes for a partition, where no other relation has it.
fn default_name(table: &Qualified, object: &Object) -> Option<Name> {
    let (columns, label): (Vec<Name>, &str) = match object {
        Object::Index(it) => (it.name_parts(), "idx"),
        Object::Constraint(it) => match &it.demand {
            Demand::PrimaryKey(_) => (Vec::new(), "pkey"),
            Demand::Unique(key) => {
                (key.columns.iter().chain(&key.include).cloned().collect(), "key")
            }
            Demand::Exclusion(it) => (it.name_parts(), "excl"),
            Demand::Check { .. } => return None,
        },
        _ => return None,
    };
    let mut parts = columns.clone();
    parts.sort();
    parts.dedup();
    // Equal parts are told apart by numbers, which is not worth the repetition here.
    (parts.len() == columns.len())
        .then(|| object_name(&table.name, &columns.join("_"), label).into())
}

fn is_set(object: &Object) -> bool {
    match object {
        Object::Index(it) => {
            it.tablespace.is_some() || it.elements.iter().any(|it| it.statistics.is_some())
        }
        Object::Constraint(it) => it.key().is_some_and(|it| it.tablespace.is_some()),
        _ => false,
    }
}

/// A foreign key that refers to the primary key need not name its columns.
fn without_primary_keys(found: &mut Found) {
    let mut keys: FxHashMap<Qualified, Vec<Name>> = FxHashMap::default();
    for (at, entry) in &found.entries {
        if let Object::Constraint(it) = &entry.object
            && let Demand::PrimaryKey(key) = &it.demand
        {
            keys.insert(at.relation(), key.columns.clone());
        }
    }
    let is_key = |(at, _): &&mut (Address, crate::catalog::Entry)| at.kind == Kind::ForeignKey;
    for (_, entry) in found.entries.iter_mut().filter(|it| is_key(it)) {
        if let Object::ForeignKey(it) = &mut entry.object
            && keys.get(&it.table) == Some(&it.referenced)
        {
            Arc::make_mut(it).referenced.clear();
        }
    }
}
