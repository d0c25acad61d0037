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
        let mut allows = Allows { text, found: &mut found };
        let whole = Span { file: ast.file, start: 0, end: text.len() as u32 };
        ast.items.iter().for_each(|item| allows.of_item(item, whole));
    }
    found
}

/// The `allow`s of a file.
struct Allows<'t> {
    text: &'t str,
    found: &'t mut Vec<Allow>,
}

impl Allows<'_> {
    fn of_item(&mut self, item: &Item<'_>, file: Span) {
        for node in item.nodes() {
            match node.rule() {
                Rule::file_attribute => self.of_attribute(node, file),
                Rule::attribute => self.of_attribute(node, item.span()),
                _ => node.all(Rule::members).for_each(|block| self.of_block(block)),
            }
        }
    }

    fn of_block(&mut self, block: Node<'_>) {
        let mut before: Vec<Node<'_>> = Vec::new();
        for node in block.children() {
            match node.rule() {
                Rule::attribute => before.push(node),
                Rule::doc => {}
                _ => {
                    for attribute in before.drain(..) {
                        let region = Span { end: node.span().end, ..attribute.span() };
                        self.of_attribute(attribute, region);
                    }
                    node.all(Rule::members).for_each(|block| self.of_block(block));
                }
            }
        }
    }

    fn of_attribute(&mut self, node: Node<'_>, region: Span) {
        if node.child(Rule::attr_name).is_none_or(|name| name.text() != "allow") {
            return;
        }
        let arguments = node.child(Rule::attr_args).into_iter();
        let arguments = arguments.flat_map(|it| it.all(Rule::attr_arg));
        let rules: Vec<Node<'_>> = arguments.filter(|it| !it.has(Rule::attr_key)).collect();
        for argument in &rules {
            let (rule, place) = (argument.text().to_owned(), argument.span());
            let whole = match rules.len() {
                1 => self.with_its_line(node.span()),
                _ => self.with_its_comma(place),
            };
            self.found.push(Allow { rule, place, whole, region });
        }
    }

    /// Returns a place, or all of its lines where nothing else stands on them.
    fn with_its_line(&self, place: Span) -> Span {
        let before = self.text.get(..place.start as usize).unwrap_or("");
        let after = self.text.get(place.end as usize..).unwrap_or("");
        let indentation = before.len() - before.trim_end_matches([' ', '\t']).len();
        let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
        let is_first =
            before.len() == indentation || before.trim_end_matches([' ', '\t']).ends_with('\n');
        let rest = after.get(blanks..).unwrap_or("");
        if is_first && rest.starts_with('\n') {
            let (start, end) = (place.start - indentation as u32, place.end + blanks as u32 + 1);
            return Span { start, end, ..place };
        }
        Span { end: place.end + blanks as u32, ..place }
    }

    /// Returns an argument with the comma and the blanks that part it from its neighbour.
    fn with_its_comma(&self, place: Span) -> Span {
        let after = self.text.get(place.end as usize..).unwrap_or("");
        if let Some(rest) = after.trim_start().strip_prefix(',') {
            let len = after.len() - rest.trim_start().len();
            return Span { end: place.end + len as u32, ..place };
        }
        let before = self.text.get(..place.start as usize).unwrap_or("").trim_end();
        match before.strip_suffix(',') {
            Some(before) => Span { start: before.len() as u32, ..place },
            None => place,
        }
    }
}
