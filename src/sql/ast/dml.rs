//! The tree of a statement: queries, the four that change rows, and a place for all others.

use crate::sql::ast::query::{FromItem, Query, TableName, Target, With};
use crate::sql::ast::{Expr, Ident, Index, Path};
use crate::sql::lex::TextRange;

/// A statement and where it stands, without its `;`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Statement {
    pub range: TextRange,
    pub kind: StatementKind,
}

/// What sort of statement it is.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum StatementKind {
    Query(Box<Query>),
    Insert(Box<Insert>),
    Update(Box<Update>),
    Delete(Box<Delete>),
    Merge(Box<Merge>),
    /// `RETURN x`: the body of a function (manual: CREATE FUNCTION).
    Return(Box<Expr>),
    /// The query of `CREATE TABLE … AS` or `CREATE MATERIALIZED VIEW … AS`; the rest is not read.
    CreateAs(Box<Query>),
    /// Any other statement: it is skipped, not read.
    Other,
}

/// The table a statement changes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct ChangedTable {
    pub table: TableName,
    pub alias: Option<Ident>,
}

/// `INSERT`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Insert {
    pub with: Option<Box<With>>,
    pub into: ChangedTable,
    pub columns: Vec<ColumnTarget>,
    pub overriding: Option<Overriding>,
    pub source: InsertSource,
    pub on_conflict: Option<OnConflict>,
    pub returning: Option<Returning>,
}

/// Whose value an identity column gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum Overriding {
    User,
    System,
}

/// The rows an `INSERT` adds.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum InsertSource {
    DefaultValues,
    Query(Query),
}

/// A column, or a part of one, that gets a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct ColumnTarget {
    pub column: Ident,
    pub steps: Vec<Step>,
}

/// A step from a column into a part of it.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Step {
    Field(Ident),
    Index(Index),
}

/// `ON CONFLICT …`.
#[derive(Clone, Debug, PartialEq)]
pub struct OnConflict {
    /// What must be in conflict; none for any.
    pub target: Option<ConflictTarget>,
    /// `DO UPDATE SET …`; none for `DO NOTHING`.
    pub update: Option<ConflictUpdate>,
}

/// What two rows are in conflict about.
#[derive(Clone, Debug, PartialEq)]
pub enum ConflictTarget {
    /// `ON CONSTRAINT name`.
    Constraint(Ident),
    /// The keys of a unique index, and its condition.
    Index(Vec<IndexKey>, Option<Expr>),
}

/// One key that names an index by what it is on.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct IndexKey {
    pub value: Expr,
    pub operator_class: Option<Path>,
}

/// `DO UPDATE SET … WHERE …`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct ConflictUpdate {
    pub set: Vec<Assignment>,
    pub condition: Option<Expr>,
}

/// `column = value`, or `(column, …) = row`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Assignment {
    Column(ColumnTarget, Expr),
    Columns(Vec<ColumnTarget>, Expr),
}

/// `UPDATE`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Update {
    pub with: Option<Box<With>>,
    pub table: ChangedTable,
    pub set: Vec<Assignment>,
    pub from: Vec<FromItem>,
    pub condition: Condition,
    pub returning: Option<Returning>,
}

/// `DELETE`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Delete {
    pub with: Option<Box<With>>,
    pub from: ChangedTable,
    pub using: Vec<FromItem>,
    pub condition: Condition,
    pub returning: Option<Returning>,
}

/// Which rows an `UPDATE` or `DELETE` is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All.
    None,
    /// `WHERE …`.
    Where(Expr),
    /// `WHERE CURRENT OF cursor`.
    CurrentOf(Ident),
}

/// `RETURNING [WITH (OLD AS …, NEW AS …)] …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Returning {
    /// The names for the row before the change, PostgreSQL 18 and later.
    pub old: Option<Ident>,
    /// The names for the row after the change, PostgreSQL 18 and later.
    pub new: Option<Ident>,
    /// The result.
    pub targets: Vec<Target>,
}

/// `MERGE`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Merge {
    pub with: Option<Box<With>>,
    pub into: ChangedTable,
    pub using: FromItem,
    pub on: Expr,
    pub whens: Vec<MergeWhen>,
    pub returning: Option<Returning>,
}

/// `WHEN … THEN …`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct MergeWhen {
    pub case: MergeCase,
    pub condition: Option<Expr>,
    pub action: MergeAction,
}

/// Which rows of a `MERGE` an action is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum MergeCase {
    Matched,
    NotMatchedBySource,
    NotMatchedByTarget,
}

/// What a `MERGE` does.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum MergeAction {
    DoNothing,
    Delete,
    Update(Vec<Assignment>),
    Insert {
        columns: Vec<ColumnTarget>,
        overriding: Option<Overriding>,
        /// The row; none for `DEFAULT VALUES`.
        values: Option<Vec<Expr>>,
    },
}
