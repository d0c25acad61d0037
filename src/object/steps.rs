//! Statements in the making.

use std::collections::BTreeSet;

use super::address::Name;

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
}
