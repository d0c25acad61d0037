//! The name of a type with what may follow it (manual: chapter 8).

use smol_str::SmolStr;

use crate::sql::ast::{Expr, Path};
use crate::sql::lex::TextRange;

/// A type as it is written where PostgreSQL wants one.
///
/// A type spelled with SQL's own words has the name PostgreSQL's grammar gives it: `double precision` is
/// `pg_catalog.float8`, `timestamp with time zone` is `pg_catalog.timestamptz`; the implied `pg_catalog` has an
/// empty range. `char` and `bit` without a length get the modifier `1`, as PostgreSQL gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeRef {
    /// From `SETOF` or the first word to the last bracket.
    pub range: TextRange,
    /// The name, resolved by the usual search path.
    pub path: Path,
    /// What stands in parentheses after the name: `10, 2` in `numeric(10, 2)`.
    pub modifiers: Vec<Expr>,
    /// One entry for each pair of brackets; PostgreSQL takes note of neither the number nor the size.
    pub dimensions: Vec<Option<SmolStr>>,
    /// The fields of an interval: `day to second`, in lower case with single blanks.
    pub interval_fields: Option<SmolStr>,
    /// What the name is and whether it stands for one value.
    pub arity: Arity,
    /// What the path names.
    pub source: TypeSource,
}

/// Whether a type stands for one value or for a set of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Arity {
    One,
    SetOf,
}

/// What the path of a type names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeSource {
    /// The type itself.
    Name,
    /// A column that has the type: `table.column%TYPE`.
    Column,
}
