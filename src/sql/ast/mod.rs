//! The tree of a SQL expression, with the range of every part; queries and the rest are in the modules below.
//!
//! Names are folded and without quotes, strings are without escapes, so a later pass compares and resolves them
//! as they are. Parentheses leave no node: the range of what stands in them is widened over them.
//! Where PostgreSQL's grammar turns a form into a call of a `pg_catalog` function (`extract`, `trim`,
//! `AT TIME ZONE`), the tree has that call, marked by [`Call::syntax`].

use smol_str::SmolStr;

use crate::sql::ast::call::{Call, Form};
use crate::sql::ast::query::Query;
use crate::sql::ast::type_ref::TypeRef;
use crate::sql::lex::TextRange;

pub mod call;
pub mod dml;
pub mod query;
pub mod type_ref;
pub mod walk;

/// A name as PostgreSQL sees it: folded to lower case unless it was quoted.
///
/// A name the grammar implies (`pg_catalog` in what `extract` calls) has an empty range.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Ident {
    pub name: SmolStr,
    pub range: TextRange,
    pub quoted: bool,
}

/// A name with the names that qualify it; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<Ident>);

impl Path {
    /// Gives the range from the first name to the last.
    pub fn range(&self) -> TextRange {
        let first = self.0.first().map_or(TextRange::default(), |ident| ident.range);
        first.to(self.0.last().map_or(first, |ident| ident.range))
    }

    /// Gives the last name, which is the object's own.
    pub fn last(&self) -> Option<&Ident> {
        self.0.last()
    }
}

/// An expression and where it stands, its parentheses included.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Expr {
    pub range: TextRange,
    pub kind: ExprKind,
}

/// What sort of expression it is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A column, a whole row, or a parameter of a function by name: `a`, `t.a`, `s.t.a`.
    Column(Path),
    /// `*` or `t.*`.
    Star(Option<Path>),
    /// `$1` or `:name`.
    Param(Param),
    /// A string of any quoting, decoded.
    String(SmolStr),
    /// The digits of `B'01'` after a `b`, or of `X'1F'` after an `x`.
    Bits(SmolStr),
    /// A number as it is written.
    Number(SmolStr),
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// `NULL`.
    Null,
    /// `DEFAULT`, where a row is written.
    Default,
    /// `DATE '2020-01-01'`.
    Typed(Box<TypedLiteral>),
    /// `CAST (x AS t)` or `x::t`.
    Cast(Box<Cast>),
    /// A call of a function, an aggregate or a window function.
    Call(Box<Call>),
    /// A form that is no function: `COALESCE`, `XMLELEMENT`, `JSON_VALUE`, …
    Form(Box<Form>),
    /// `CURRENT_DATE` and its like, with the precision if one is given.
    Value(SqlValue, Option<SmolStr>),
    /// `a AND b AND …`, two or more.
    And(Vec<Expr>),
    /// `a OR b OR …`, two or more.
    Or(Vec<Expr>),
    /// `NOT a`.
    Not(Box<Expr>),
    /// A prefix operator.
    Unary(Box<Unary>),
    /// An infix operator.
    Binary(Box<Binary>),
    /// `a = ANY (…)`.
    Quantified(Box<Quantified>),
    /// `a IS NULL` and its like.
    Is(Box<Is>),
    /// `a IS DISTINCT FROM b`.
    Distinct(Box<Distinct>),
    /// `a BETWEEN b AND c`.
    Between(Box<Between>),
    /// `a IN (…)`.
    In(Box<In>),
    /// `a LIKE b ESCAPE c` and its like.
    Like(Box<Like>),
    /// `CASE … END`.
    Case(Box<Case>),
    /// `ARRAY[…]`; an inner `[…]` is an array too.
    Array(Vec<Expr>),
    /// `ARRAY(SELECT …)`.
    ArrayQuery(Box<Query>),
    /// `ROW(…)` or `(a, b)`.
    Row(Vec<Expr>),
    /// `(SELECT …)` as a value.
    Subquery(Box<Query>),
    /// `EXISTS (SELECT …)`.
    Exists(Box<Query>),
    /// `a[1]` or `a[1:2]`.
    Subscript(Box<Subscript>),
    /// `(a).b`.
    Field(Box<Field>),
    /// `(a).*`.
    FieldStar(Box<Expr>),
    /// `a COLLATE "C"`.
    Collate(Box<Collate>),
}

/// A parameter of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// `$1`: the digits.
    Number(SmolStr),
    /// `:name`.
    Name(Ident),
}

/// A string with the type to read it as.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct TypedLiteral {
    pub ty: TypeRef,
    pub value: SmolStr,
}

/// A cast.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Cast {
    pub operand: Expr,
    pub ty: TypeRef,
}

/// A value SQL has a word for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum SqlValue {
    CurrentCatalog,
    CurrentDate,
    CurrentRole,
    CurrentSchema,
    CurrentTime,
    CurrentTimestamp,
    CurrentUser,
    LocalTime,
    LocalTimestamp,
    SessionUser,
    SystemUser,
    User,
}

/// An operator by name, with its schema if it was written `OPERATOR(schema.+)`.
///
/// The range covers the whole of what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Operator {
    pub schema: Option<Path>,
    pub name: SmolStr,
    pub range: TextRange,
}

/// A prefix operator and its operand.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Unary {
    pub operator: Operator,
    pub operand: Expr,
}

/// An infix operator and its operands.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Binary {
    pub operator: Operator,
    pub left: Expr,
    pub right: Expr,
}

/// An operator applied to each of many values; for `LIKE ANY` the operator is `~~` (manual 9.7.1).
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Quantified {
    pub left: Expr,
    pub operator: Operator,
    pub quantifier: Quantifier,
    pub right: Quantity,
}

/// Of how many values an operator must hold; `SOME` is `ANY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum Quantifier {
    Any,
    All,
}

/// Where the many values come from.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Quantity {
    Array(Expr),
    Query(Query),
}

/// Whether a test is negated by `NOT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Sense {
    Plain,
    Negated,
}

/// A test after `IS`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Is {
    pub operand: Expr,
    pub test: IsTest,
    pub sense: Sense,
}

/// What `IS` tests for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum IsTest {
    Null,
    True,
    False,
    Unknown,
    Document,
    Normalized,
    Json,
}

/// Inequality that takes `NULL` for a value.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Distinct {
    pub left: Expr,
    pub right: Expr,
    pub sense: Sense,
}

/// A test for a range of values.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Between {
    pub operand: Expr,
    pub low: Expr,
    pub high: Expr,
    pub order: BetweenOrder,
    pub sense: Sense,
}

/// Whether the bounds may come in either order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum BetweenOrder {
    Asymmetric,
    Symmetric,
}

/// A test for being one of many values.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct In {
    pub operand: Expr,
    pub set: InSet,
    pub sense: Sense,
}

/// The values `IN` looks through.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum InSet {
    List(Vec<Expr>),
    Query(Query),
}

/// A test against a pattern.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Like {
    pub matcher: Matcher,
    pub operand: Expr,
    pub pattern: Expr,
    pub escape: Option<Expr>,
    pub sense: Sense,
}

/// The language of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum Matcher {
    Like,
    Ilike,
    SimilarTo,
}

/// A choice of values.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Case {
    pub operand: Option<Expr>,
    pub arms: Vec<CaseArm>,
    pub otherwise: Option<Expr>,
}

/// `WHEN condition THEN value`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct CaseArm {
    pub condition: Expr,
    pub value: Expr,
}

/// An element or a slice of an array.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Subscript {
    pub operand: Expr,
    pub index: Index,
}

/// What stands in the brackets.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Index {
    Element(Expr),
    Slice(Option<Expr>, Option<Expr>),
}

/// A field of a composite value.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Field {
    pub operand: Expr,
    pub name: Ident,
}

/// A value with its collation.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Collate {
    pub operand: Expr,
    pub collation: Path,
}
