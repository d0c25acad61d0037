//! What stands once: members of a block, and clauses of a head or member.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::reader::Reader;
use crate::source::Span;
use crate::syntax::{Node, Rule};

rule!(REPEATED_MEMBER, Error, "repeated-member");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&REPEATED_MEMBER];

/// Clauses of heads and members that stand once, whatever the kind.
pub(super) const CLAUSES: &[Rule] = &[
    Rule::as_rust,
    Rule::collate,
    Rule::connection_limit,
    Rule::cost,
    Rule::default,
    Rule::handler,
    Rule::in_schema,
    Rule::include_columns,
    Rule::inline_handler,
    Rule::nulls_distinct,
    Rule::options,
    Rule::owner,
    Rule::parallel,
    Rule::routine_language,
    Rule::rows,
    Rule::sequence_cache,
    Rule::sequence_cycle,
    Rule::sequence_increment,
    Rule::sequence_max,
    Rule::sequence_min,
    Rule::sequence_owned,
    Rule::sequence_start,
    Rule::sequence_type,
    Rule::support,
    Rule::tablespace,
    Rule::valid_until,
    Rule::validator,
    Rule::version,
    Rule::where_clause,
    Rule::with,
];

/// Tells whether a block has at most one member of this sort.
pub(crate) fn stands_once(rule_of: Rule) -> bool {
    matches!(
        rule_of,
        Rule::with
            | Rule::tablespace
            | Rule::using
            | Rule::owner
            | Rule::partition_by
            | Rule::partition_of
            | Rule::inherits
            | Rule::of_type
            | Rule::replica_identity
            | Rule::cluster_on
            | Rule::table_server
            | Rule::options
            | Rule::view_query
            | Rule::check_option
            | Rule::with_no_data
    )
}

pub(super) fn repeated(node: Node<'_>, first: Span, cx: &mut Reader<'_>) {
    let word = first_word(node);
    let diagnostic = Diagnostic::new(&REPEATED_MEMBER, format!("`{word}` stands here twice"))
        .label(node.span(), "again here")
        .label(first, "first here");
    cx.report(diagnostic.help("make one of both"));
}

/// A file's declarations live in one schema.
pub(super) fn one_schema(node: Node<'_>, first: &mut Option<Span>, cx: &mut Reader<'_>) {
    let Some(first) = first.replace(node.span()) else { return };
    let diagnostic = Diagnostic::new(&REPEATED_MEMBER, "`in schema` stands here twice")
        .label(node.span(), "again here")
        .label(first, "first here");
    cx.report(diagnostic.help("split the file, or write `schema.name` where a name is declared"));
}

pub(super) fn first_word(node: Node<'_>) -> &str {
    let words = node.text().split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.into_iter().find(|it| !it.is_empty()).unwrap_or("")
}
