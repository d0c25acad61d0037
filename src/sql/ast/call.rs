//! Calls of functions, and the forms that look like calls but have a grammar of their own.

use crate::sql::ast::query::SortKey;
use crate::sql::ast::type_ref::TypeRef;
use crate::sql::ast::{Expr, Ident, Path};
use crate::sql::lex::TextRange;

/// A call of a function, an aggregate or a window function (manual 4.2.6 to 4.2.8).
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function; with an implied `pg_catalog` if `syntax` is no plain call.
    pub function: Path,
    /// How the call was written.
    pub syntax: CallSyntax,
    /// The arguments, in the order the function takes them.
    pub args: Vec<Arg>,
    /// `count(*)`, `count(DISTINCT x)`.
    pub quantity: CallQuantity,
    /// `ORDER BY` inside the parentheses.
    pub order_by: Vec<SortKey>,
    /// `WITHIN GROUP (ORDER BY …)`.
    pub within_group: Vec<SortKey>,
    /// `FILTER (WHERE …)`.
    pub filter: Option<Expr>,
    /// `OVER …`.
    pub over: Option<Over>,
}

/// How a call was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallSyntax {
    /// `f(…)`.
    Plain,
    /// A form of SQL that PostgreSQL's grammar turns into this call, such as `EXTRACT(year FROM x)`.
    Sql,
}

/// What an aggregate is to take of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallQuantity {
    /// Nothing was said.
    Default,
    /// `ALL`.
    All,
    /// `DISTINCT`.
    Distinct,
    /// `*` instead of arguments.
    Star,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// The name before `=>` or `:=`.
    pub name: Option<Ident>,
    /// Whether it is the array after `VARIADIC`.
    pub spread: Spread,
    /// The value.
    pub value: Expr,
}

/// Whether an argument stands for one parameter or for all that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum Spread {
    One,
    Variadic,
}

/// The window a function is computed over.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Over {
    Name(Ident),
    Window(Box<Window>),
}

/// A window: its rows, their order and the frame (manual 4.2.8).
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// With the parentheses.
    pub range: TextRange,
    /// The named window it starts from.
    pub base: Option<Ident>,
    /// `PARTITION BY`.
    pub partition_by: Vec<Expr>,
    /// `ORDER BY`.
    pub order_by: Vec<SortKey>,
    /// `ROWS`, `RANGE` or `GROUPS` and what follows.
    pub frame: Option<Frame>,
}

/// The frame of a window.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are SQL's words")]
pub struct Frame {
    pub unit: FrameUnit,
    pub start: FrameBound,
    pub end: Option<FrameBound>,
    pub exclude: Option<FrameExclude>,
}

/// What a frame's distances count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum FrameUnit {
    Rows,
    Range,
    Groups,
}

/// Where a frame starts or ends.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum FrameBound {
    UnboundedPreceding,
    UnboundedFollowing,
    CurrentRow,
    Preceding(Expr),
    Following(Expr),
}

/// The rows a frame leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum FrameExclude {
    CurrentRow,
    Group,
    Ties,
    NoOthers,
}

/// An expression with a grammar of its own.
///
/// Its clauses are kept as far as they hold expressions, names and types; the words between
/// (`NULL ON NULL`, `WITH WRAPPER`) are only in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Which it is.
    pub kind: FormKind,
    /// All expressions in it, in the order of the text.
    pub args: Vec<FormArg>,
    /// The type after `RETURNING` or `AS`.
    pub ty: Option<TypeRef>,
    /// `ORDER BY` of `JSON_ARRAYAGG`.
    pub order_by: Vec<SortKey>,
    /// `FILTER` of a JSON aggregate.
    pub filter: Option<Expr>,
    /// `OVER` of a JSON aggregate.
    pub over: Option<Over>,
}

/// One expression in a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormArg {
    /// What it is to the form.
    pub role: FormRole,
    /// The name after `AS`.
    pub label: Option<Ident>,
    /// The expression.
    pub value: Expr,
}

/// What an expression is to the form it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormRole {
    /// An ordinary argument.
    Value,
    /// A key of a JSON object; its value comes next.
    Key,
    /// An attribute of an XML element.
    Attribute,
    /// A variable given after `PASSING`.
    Passing,
    /// The value after `DEFAULT`.
    Default,
}

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are SQL's words")]
pub enum FormKind {
    Coalesce,
    Greatest,
    Least,
    NullIf,
    Grouping,
    /// `TREAT (x AS t)`: the type is in [`Form::ty`].
    Treat,
    XmlConcat,
    XmlElement,
    XmlExists,
    XmlForest,
    XmlParse,
    XmlPi,
    XmlRoot,
    XmlSerialize,
    /// `JSON (x)`, PostgreSQL 17 and later.
    Json,
    JsonArray,
    /// `JSON_ARRAY (SELECT …)`: the query is the only argument.
    JsonArrayQuery,
    JsonArrayAgg,
    JsonExists,
    JsonObject,
    JsonObjectAgg,
    JsonQuery,
    JsonScalar,
    JsonSerialize,
    JsonValue,
    MergeAction,
}
