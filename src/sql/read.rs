//! The reader of SQL text: PostgreSQL 14 to 18, as it stands in defaults, checks, policies, views and bodies.
//!
//! [`parse_expr`] and its neighbours give a tree whose every name has its range, so that what is read can be
//! resolved, its dependencies found and its types inferred. Nothing is looked up here.
//!
//! Any text is taken: what is no SQL gives a [`SyntaxError`], the time is linear in the text, and neither the
//! reader nor a walk over its tree goes deeper than a bound ([`MAX_DEPTH`], [`MAX_HEIGHT`]).

use smol_str::SmolStr;

use crate::sql::ast::dml::Statement;
use crate::sql::ast::query::Query;
use crate::sql::ast::type_ref::TypeRef;
use crate::sql::ast::{Expr, Path};
use crate::sql::lex::TextRange;
use crate::sql::parse::Parser;

/// How deep constructs may stand in each other.
pub const MAX_DEPTH: u32 = 1000;

/// How high a tree may grow; a chain such as `a || b || c` is as high as it is long.
pub const MAX_HEIGHT: u32 = 4000;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The token that does not fit; empty at the end of the text.
    pub at: TextRange,
    /// What is wrong: lower case, without a full stop.
    pub message: SmolStr,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Reads one expression.
///
/// # Errors
/// The first token that cannot be part of an expression, or stands after its end.
pub fn parse_expr(text: &str) -> Result<Expr, SyntaxError> {
    Parser::new(text)?.whole(Parser::expr)
}

/// Reads expressions with commas between; there may be none.
///
/// # Errors
/// As [`parse_expr`].
pub fn parse_expr_list(text: &str) -> Result<Vec<Expr>, SyntaxError> {
    Parser::new(text)?.whole(Parser::whole_expr_list)
}

/// Reads a type, `SETOF` and `%TYPE` included.
///
/// # Errors
/// The first token that cannot be part of a type, or stands after its end.
pub fn parse_type(text: &str) -> Result<TypeRef, SyntaxError> {
    Parser::new(text)?.whole(Parser::type_ref)
}

/// Reads a name with the names that qualify it.
///
/// # Errors
/// The first token that cannot be part of a name, or stands after its end.
pub fn parse_path(text: &str) -> Result<Path, SyntaxError> {
    Parser::new(text)?.whole(Parser::path)
}

/// Reads one query; a `;` may follow it.
///
/// # Errors
/// The first token that cannot be part of a query, or stands after its end.
pub fn parse_query(text: &str) -> Result<Query, SyntaxError> {
    Parser::new(text)?.whole(Parser::whole_query)
}

/// Reads one statement; a `;` may follow it.
///
/// # Errors
/// The first token that cannot be part of the statement, or stands after its end.
pub fn parse_statement(text: &str) -> Result<Statement, SyntaxError> {
    Parser::new(text)?.whole(Parser::whole_statement)
}

/// Reads statements with `;` between, each on its own: one that cannot be read does not keep the next from it.
///
/// `BEGIN ATOMIC … END` around them is taken off, so this reads the body of a SQL function in either form.
pub fn parse_statements(text: &str) -> Vec<Result<Statement, SyntaxError>> {
    match Parser::new(text) {
        Ok(mut parser) => parser.statements(),
        Err(error) => vec![Err(error)],
    }
}
