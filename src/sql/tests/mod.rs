//! Tests of the reader: every construct's tree, ranges, messages, and the bounds.

mod bounds;
mod dump;
mod exprs;
mod statements;
mod tokens;

use crate::sql::{parse_expr, parse_statement, parse_type};

#[track_caller]
fn expr(text: &str, tree: &str) {
    let found = parse_expr(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(dump::expr(&found), tree, "{text}");
}

#[track_caller]
fn type_ref(text: &str, tree: &str) {
    let found = parse_type(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(dump::type_ref(&found), tree, "{text}");
}

#[track_caller]
fn statement(text: &str, tree: &str) {
    let found = parse_statement(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(dump::statement(&found), tree, "{text}");
}

#[track_caller]
fn expr_error(text: &str, at: std::ops::Range<u32>, message: &str) {
    let error = parse_expr(text).expect_err(text);
    assert_eq!((error.message.as_str(), error.at.start..error.at.end), (message, at), "{text}");
}
