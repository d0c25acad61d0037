//! The tree of a query: `SELECT`, `VALUES`, `TABLE`, what combines them, and what they read from.

use smol_str::SmolStr;

use crate::sql::ast::call::Window;
use crate::sql::ast::dml::Statement;
use crate::sql::ast::type_ref::TypeRef;
use crate::sql::ast::{Expr, Ident, Operator, Path};
use crate::sql::lex::TextRange;

/// A query with the clauses that hold for the whole of it (manual: SELECT).
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// From `WITH` or the first word to the last clause, without parentheses around it.
    pub range: TextRange,
    /// `WITH …`.
    pub with: Option<Box<With>>,
    /// What yields the rows.
    pub body: QueryBody,
    /// `ORDER BY …`.
    pub order_by: Vec<SortKey>,
    /// `LIMIT`, `OFFSET`, `FETCH`.
    pub limit: Option<Box<Limit>>,
    /// `FOR UPDATE OF …` and its like.
    pub locks: Vec<Lock>,
}

/// What yields the rows of a query.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum QueryBody {
    Select(Box<Select>),
    Values(Vec<Vec<Expr>>),
    /// `TABLE x`.
    Table(Box<TableName>),
    SetOperation(Box<SetOperation>),
    /// A query in parentheses that is a part of another or has clauses after it.
    Nested(Box<Query>),
}

/// `SELECT …` up to `WINDOW`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Select {
    pub distinct: SelectDistinct,
    pub targets: Vec<Target>,
    /// `INTO x`: the table that is made.
    pub into: Option<Path>,
    pub from: Vec<FromItem>,
    pub condition: Option<Expr>,
    pub group_by: Vec<GroupItem>,
    pub having: Option<Expr>,
    pub windows: Vec<(Ident, Window)>,
}

/// Which rows of a `SELECT` are kept.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectDistinct {
    /// All.
    All,
    /// `DISTINCT`.
    Distinct,
    /// `DISTINCT ON (…)`.
    On(Vec<Expr>),
}

/// One column of a result.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Target {
    pub value: Expr,
    pub alias: Option<Ident>,
}

/// One entry of `GROUP BY` (manual 7.2.4).
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum GroupItem {
    Expr(Expr),
    /// `()`.
    Empty,
    Rollup(Vec<Expr>),
    Cube(Vec<Expr>),
    Sets(Vec<GroupItem>),
}

/// Two queries made one.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct SetOperation {
    pub operator: SetOperator,
    pub duplicates: Duplicates,
    pub left: Query,
    pub right: Query,
}

/// How two queries are made one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum SetOperator {
    Union,
    Intersect,
    Except,
}

/// Whether equal rows are made one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Duplicates {
    Removed,
    Kept,
}

/// `WITH [RECURSIVE] …`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct With {
    pub recursion: Recursion,
    pub tables: Vec<CommonTable>,
}

/// Whether the tables of a `WITH` may name themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Recursion {
    None,
    Recursive,
}

/// One table of a `WITH` (manual 7.8).
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct CommonTable {
    pub name: Ident,
    pub columns: Vec<Ident>,
    pub materialized: Materialized,
    pub statement: Statement,
    pub search: Option<Search>,
    pub cycle: Option<Cycle>,
}

/// Whether a table of a `WITH` is computed on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Materialized {
    Default,
    Always,
    Never,
}

/// `SEARCH BREADTH FIRST BY … SET …`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Search {
    pub order: SearchOrder,
    pub columns: Vec<Ident>,
    pub set: Ident,
}

/// The order a recursive query is searched in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum SearchOrder {
    BreadthFirst,
    DepthFirst,
}

/// `CYCLE … SET … [TO … DEFAULT …] USING …`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Cycle {
    pub columns: Vec<Ident>,
    pub set: Ident,
    pub to: Option<Expr>,
    pub default: Option<Expr>,
    pub using: Ident,
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct SortKey {
    pub value: Expr,
    pub direction: Direction,
    pub nulls: Nulls,
}

/// Which way a key sorts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Nothing was said: ascending.
    Default,
    /// `ASC`.
    Ascending,
    /// `DESC`.
    Descending,
    /// `USING <`.
    Using(Operator),
}

/// Where a key puts nulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum Nulls {
    Default,
    First,
    Last,
}

/// How many rows, and from which on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limit {
    /// `LIMIT n` or `FETCH FIRST n ROWS`; none for `LIMIT ALL`.
    pub count: Option<Expr>,
    /// `OFFSET n`.
    pub offset: Option<Expr>,
    /// `WITH TIES`.
    pub ties: Ties,
}

/// Whether rows equal to the last one come too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum Ties {
    #[default]
    Only,
    WithTies,
}

/// `FOR UPDATE OF …` and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// `update`, `no key update`, `share` or `key share`.
    pub strength: SmolStr,
    /// The relations after `OF`.
    pub of: Vec<Path>,
    /// Whether a locked row is waited for.
    pub wait: LockWait,
}

/// What to do about a row that is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum LockWait {
    Wait,
    NoWait,
    SkipLocked,
}

/// A table by name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct TableName {
    pub path: Path,
    pub inheritance: Inheritance,
}

/// Whether the tables that inherit from a table are read too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inheritance {
    /// They are.
    Included,
    /// `ONLY`.
    Only,
}

/// The name a row source has in a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// The name; a function with a list of columns may have none.
    pub name: Option<Ident>,
    /// The new names of its first columns.
    pub columns: Vec<Ident>,
    /// The columns of a function that returns `record`.
    pub definitions: Vec<ColumnDefinition>,
}

/// A column with its type, for a function that returns `record`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct ColumnDefinition {
    pub name: Ident,
    pub ty: TypeRef,
    pub collation: Option<Path>,
}

/// One source of rows in `FROM`, and where it stands.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct FromItem {
    pub range: TextRange,
    pub source: FromSource,
    pub lateral: Lateral,
    pub alias: Option<Box<Alias>>,
}

/// Whether a source sees those before it; a function always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum Lateral {
    No,
    Lateral,
}

/// What sort of source it is.
#[derive(Clone, Debug, PartialEq)]
pub enum FromSource {
    /// `t`, `ONLY t`, `t *`, with `TABLESAMPLE` if it is given.
    Table(TableName, Option<Box<Sample>>),
    /// `f(…)`.
    Function(Box<FunctionSource>),
    /// `ROWS FROM (f(…), g(…))`.
    RowsFrom(Vec<FunctionSource>, Ordinality),
    /// `(SELECT …)`.
    Query(Box<Query>),
    /// A join; in parentheses it may have an alias.
    Join(Box<Join>),
    /// `XMLTABLE (…)` or `JSON_TABLE (…)`.
    Document(Box<DocumentTable>),
}

/// A function as a source of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionSource {
    /// A call, a form or a value such as `CURRENT_DATE`.
    pub call: Expr,
    /// `WITH ORDINALITY`; none inside `ROWS FROM`.
    pub ordinality: Ordinality,
    /// `AS (column type, …)` inside `ROWS FROM`.
    pub definitions: Vec<ColumnDefinition>,
}

/// Whether a function's rows are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum Ordinality {
    No,
    WithOrdinality,
}

/// `TABLESAMPLE method (…) REPEATABLE (…)`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Sample {
    pub method: Path,
    pub args: Vec<Expr>,
    pub repeatable: Option<Expr>,
}

/// Two sources joined.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Join {
    pub kind: JoinKind,
    pub left: FromItem,
    pub right: FromItem,
    pub condition: JoinCondition,
}

/// Which rows without a partner a join keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum JoinKind {
    Cross,
    Inner,
    Left,
    Right,
    Full,
}

/// Which rows of a join are partners.
#[derive(Clone, Debug, PartialEq)]
pub enum JoinCondition {
    /// All: a cross join.
    None,
    /// `NATURAL`.
    Natural,
    /// `ON …`.
    On(Expr),
    /// `USING (…) [AS alias]`.
    Using(Vec<Ident>, Option<Ident>),
}

/// A table read out of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentTable {
    /// `XMLTABLE` or `JSON_TABLE`.
    pub kind: DocumentKind,
    /// All expressions that are no column's, in the order of the text: document, path, variables, namespaces.
    pub args: Vec<Expr>,
    /// The columns.
    pub columns: Vec<DocumentColumn>,
}

/// The sort of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum DocumentKind {
    Xml,
    Json,
}

/// A column of a table read out of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum DocumentColumn {
    /// `name FOR ORDINALITY`.
    Ordinality(Ident),
    /// `name type …` with the expressions after it (path and defaults), in the order of the text.
    Value(Ident, Box<TypeRef>, Vec<Expr>),
    /// `NESTED PATH … COLUMNS (…)`.
    Nested(Vec<DocumentColumn>),
}
