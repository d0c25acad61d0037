//! Statements in the making.

use std::collections::{BTreeMap, BTreeSet};

use super::address::Name;
use crate::sql::version::PgVersion;

/// Collects the statements of one object.
#[derive(Debug, Default)]
pub struct Steps<'a> {
    /// Statements without their `;`.
    pub statements: Vec<String>,
    /// Constraints to write inside CREATE TABLE: name and clause.
    pub folded: &'a [(Name, String)],
    /// Columns whose default is part of a circle and is set later by a statement of its own.
    pub later_defaults: BTreeSet<Name>,
    /// The columns of a view, as far as their types are known.
    pub columns: Vec<(Name, crate::sql::type_name::TypeName)>,
    /// Whether the object is written in two parts because it is in a circle: now only what others need of it.
    pub outline: Outline,
    /// What statements lose that was in the database, by their place among them.
    pub losses: BTreeMap<usize, String>,
    /// Statements of an alteration that come before anything is dropped: they let go of what is.
    pub before: Vec<String>,
    /// What an alteration must know besides the old object and the new one.
    pub altering: Altering,
    /// The server's version, where statements differ; the oldest one where nothing is known.
    pub version: Option<PgVersion>,
}

/// What an alteration must know besides the two objects.
#[derive(Clone, Debug, Default)]
pub struct Altering {
    /// The columns of the old view, none where a type is not known; those of the new one are `Steps::columns`.
    pub old_columns: Vec<(Name, crate::sql::type_name::TypeName)>,
    /// The expressions that make values of a column's new type of its old ones, where the source says one.
    pub using: BTreeMap<Name, String>,
    /// Columns whose type is replaced by one of the same name, and what the old one is called meanwhile.
    pub retyped: BTreeSet<Name>,
    /// Columns whose default names what is dropped, or made again.
    pub released: BTreeSet<Name>,
    /// Columns that are generated from what is dropped or made again, or whose type changes: they are made again.
    pub regenerated: BTreeSet<Name>,
    /// The columns of the old primary key, which refuse NULL without saying so.
    pub old_key: BTreeSet<Name>,
    /// Those of the new one.
    pub new_key: BTreeSet<Name>,
    /// Columns that come, go and change with those of a parent.
    pub inherited: BTreeSet<Name>,
    /// Columns whose default is set anew because their parent's changed.
    pub overridden: BTreeSet<Name>,
    /// Columns of a partition as they are once its parent is altered, and as they shall be.
    pub passed_on: Vec<(super::column::Column, super::column::Column)>,
}

/// Whether all of an object is written at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outline {
    /// All of it.
    #[default]
    Whole,
    /// Only its name and columns, as a view in a circle needs it (`pg_dump` calls it a dummy view).
    Only,
}

impl Steps<'_> {
    /// Adds a statement.
    pub fn push(&mut self, sql: impl Into<String>) {
        self.statements.push(sql.into());
    }

    /// Adds a statement that loses something that no statement brings back.
    pub fn push_lossy(&mut self, sql: impl Into<String>, loss: impl Into<String>) {
        self.losses.insert(self.statements.len(), loss.into());
        self.push(sql);
    }
}
