//! Indexes, and the indexes behind keys, in one form.

use super::cx::Cx;
use super::relation::Relation;
use crate::object::address::{Address, Name, Qualified};
use crate::object::constraint::{Constraint, Demand, KeyIndex};
use crate::object::constraint_flags::Timing;
use crate::object::index::Index;
use crate::object::index_element::{IndexElement, Key, OperatorClassUse};
use crate::object::origin::Place;

/// An index, or the one behind a key.
pub(super) struct IndexLike<'c> {
    pub(super) at: &'c Address,
    pub(super) place: &'c Place,
    pub(super) comment: Option<&'c str>,
    pub(super) method: &'c str,
    pub(super) parts: Vec<Part<'c>>,
    pub(super) include: &'c [Name],
    pub(super) predicate: Option<&'c str>,
    /// Whether its last column is a range that must not overlap.
    pub(super) period: bool,
    /// Which of two that are the same is kept: the primary key, then constraints, then unique indexes.
    pub(super) order: u8,
    /// For an index that is unique: whether two NULLs count as the same, and when it is checked.
    unique: Option<(bool, Timing)>,
}

/// What an index is made of, and how it treats it.
#[derive(PartialEq, Eq)]
pub(super) struct Part<'c> {
    key: PartKey<'c>,
    collation: Option<&'c Qualified>,
    class: Option<&'c OperatorClassUse>,
    descending: bool,
    nulls_first: Option<bool>,
}

#[derive(PartialEq, Eq)]
enum PartKey<'c> {
    Column(&'c Name),
    Expr(&'c str),
}

/// Returns the indexes of a table, those of its keys first.
pub(super) fn all<'c>(cx: &Cx<'c>, relation: &Relation<'c>) -> Vec<IndexLike<'c>> {
    let keys = relation.constraints.iter().filter_map(|(at, it)| IndexLike::of_key(cx, at, it));
    keys.chain(relation.indexes.iter().filter_map(|(at, it)| IndexLike::of(cx, at, it))).collect()
}

impl<'c> IndexLike<'c> {
    fn of_key(cx: &Cx<'c>, at: &'c Address, constraint: &'c Constraint) -> Option<Self> {
        let key: &KeyIndex = constraint.key()?;
        let parts = key.columns.iter().map(Part::of_column).collect();
        let primary = matches!(constraint.demand, Demand::PrimaryKey(_));
        Some(IndexLike {
            at,
            place: cx.place(at)?,
            comment: cx.comment(at),
            method: "btree",
            parts,
            include: &key.include,
            predicate: None,
            period: key.without_overlaps,
            order: u8::from(!primary),
            unique: Some((key.nulls_not_distinct, constraint.timing)),
        })
    }

    fn of(cx: &Cx<'c>, at: &'c Address, index: &'c Index) -> Option<Self> {
        Some(IndexLike {
            at,
            place: cx.place(at)?,
            comment: cx.comment(at),
            method: &index.method,
            parts: index.elements.iter().map(Part::of).collect(),
            include: &index.include,
            predicate: index.predicate.as_ref().map(|it| it.text()),
            period: false,
            order: if index.unique { 2 } else { 3 },
            unique: index.unique.then_some((index.nulls_not_distinct, Timing::Immediate)),
        })
    }

    pub(super) fn is_primary(&self) -> bool {
        self.order == 0
    }

    pub(super) fn is_unique(&self) -> bool {
        self.unique.is_some()
    }

    /// Tells whether two NULLs count as the same.
    pub(super) fn has_equal_nulls(&self) -> bool {
        self.unique.is_some_and(|(equal, _)| equal)
    }

    /// Tells whether its author gave it a name.
    pub(super) fn is_named(&self) -> bool {
        self.place.name != self.place.whole
    }

    /// Returns its columns; expressions are left out.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'c Name> {
        self.parts.iter().filter_map(|part| match part.key {
            PartKey::Column(name) => Some(name),
            PartKey::Expr(_) => None,
        })
    }

    pub(super) fn sorted_columns(&self) -> Vec<&'c Name> {
        let mut columns: Vec<&Name> = self.columns().collect();
        columns.sort();
        columns
    }

    /// Tells whether a column's value stands in the index.
    pub(super) fn stores(&self, column: &Name) -> bool {
        self.include.contains(column) || self.columns().any(|it| it == column)
    }

    /// Tells whether another key on the same columns demands all that this one does.
    pub(super) fn is_same_key(&self, other: &IndexLike<'_>) -> bool {
        match (self.unique, other.unique) {
            // A primary key has no NULLs.
            (Some((_, timing)), Some((_, by))) if other.is_primary() => timing == by,
            (own, by) => own == by,
        }
    }

    /// Tells whether another key holds some of its columns, so that nothing is left for it to demand.
    pub(super) fn is_superset_of(&self, other: &IndexLike<'_>) -> bool {
        let (Some((nulls, _)), Some((by_nulls, Timing::Immediate))) = (self.unique, other.unique)
        else {
            return false;
        };
        let nulls_covered = !nulls || by_nulls || other.is_primary();
        let fewer = other.parts.len() < self.parts.len();
        nulls_covered && fewer && other.parts.iter().all(|part| self.parts.contains(part))
    }
}

impl<'c> Part<'c> {
    fn of_column(name: &'c Name) -> Self {
        let key = PartKey::Column(name);
        Part { key, collation: None, class: None, descending: false, nulls_first: None }
    }

    fn of(element: &'c IndexElement) -> Self {
        Part {
            key: match &element.key {
                Key::Column(name) => PartKey::Column(name),
                Key::Expr(expr) => PartKey::Expr(expr.text()),
            },
            collation: element.collation.as_ref(),
            class: element.class.as_ref(),
            descending: element.descending,
            nulls_first: element.nulls_first,
        }
    }
}
