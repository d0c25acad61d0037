//! `#[allow(rule, reason = "…")]` before an item or member, `#![allow(rule)]` for a file.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use crate::diagnostic::Allow;
use crate::source::{Sources, Span};
use crate::syntax::{Ast, Item, Node, Rule};

/// Gathers all of a source.
pub(super) fn all(asts: &[Ast<'_>], sources: &Sources) -> Vec<Allow> {
    let mut found = Vec::new();
    for ast in asts {
        let text = &sources.get(ast.file).text;
        if memchr::memmem::find(text.as_bytes(), b"allow").is_none() {
            continue;
        }
        let whole = Span { file: ast.file, start: 0, end: text.len() as u32 };
        ast.items.iter().for_each(|item| of_item(item, whole, &mut found));
    }
    found
}

fn of_item(item: &Item<'_>, file: Span, found: &mut Vec<Allow>) {
    for node in item.nodes() {
        match node.rule() {
            Rule::file_attribute => of_attribute(node, file, found),
            Rule::attribute => of_attribute(node, item.span(), found),
            _ => node.all(Rule::members).for_each(|block| of_block(block, found)),
        }
    }
}

fn of_block(block: Node<'_>, found: &mut Vec<Allow>) {
    let mut before: Vec<Node<'_>> = Vec::new();
    for node in block.children() {
        match node.rule() {
            Rule::attribute => before.push(node),
            Rule::doc => {}
            _ => {
                for attribute in before.drain(..) {
                    let region = Span { end: node.span().end, ..attribute.span() };
                    of_attribute(attribute, region, found);
                }
                node.all(Rule::members).for_each(|block| of_block(block, found));
            }
        }
    }
}

fn of_attribute(node: Node<'_>, region: Span, found: &mut Vec<Allow>) {
    if node.child(Rule::attr_name).is_none_or(|name| name.text() != "allow") {
        return;
    }
    let arguments = node.child(Rule::attr_args).into_iter().flat_map(|it| it.all(Rule::attr_arg));
    for argument in arguments.filter(|it| !it.has(Rule::attr_key)) {
        found.push(Allow { rule: argument.text().to_owned(), place: argument.span(), region });
    }
}
