//! The vocabulary of SQL: names, types, expressions, statements, and what PostgreSQL has built in.

pub mod ast;
pub mod builtin;
pub(crate) mod default_name;
pub mod definition;
pub mod expr;
pub mod figure;
pub mod ident;
pub mod keywords;
pub mod lex;
pub mod lines;
pub mod literal;
mod parse;
mod read;
mod scan;
#[cfg(test)]
mod tests;
pub mod type_name;
pub mod typing;
pub mod unfold;
mod unquote;
pub mod version;
pub mod word;
pub mod writer;

pub use read::{
    MAX_DEPTH, MAX_HEIGHT, SyntaxError, parse_expr, parse_expr_list, parse_path, parse_query,
    parse_statement, parse_statements, parse_type,
};
