//! Where the parts of a declaration stand, for checks that can only be made once everything is read.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those that checks point at are kept"
)]

use super::read::Read;
use crate::object::address::{Address, Kind, Name};
use crate::object::origin::Place;
use crate::object::path::split_path;
use crate::source::Span;
use crate::syntax::{Node, Rule};

/// A part of a declaration.
#[derive(Debug)]
pub(super) struct Part {
    /// The clause that it stands in, or is.
    clause: Rule,
    /// The name that it is, or the key of a definition.
    name: Name,
    span: Span,
}

impl Read {
    /// Returns the place of a name in a clause, or that of the object.
    pub(super) fn part(&self, clause: Rule, name: &str) -> Span {
        let found = self.parts.iter().find(|it| it.clause == clause && it.name == name);
        found.map_or(self.span(), |it| it.span)
    }

    /// Returns the place of the first clause of a sort, or that of the object.
    pub(super) fn clause(&self, clause: Rule) -> Span {
        self.parts.iter().find(|it| it.clause == clause).map_or(self.span(), |it| it.span)
    }

    /// Returns the place of a part of the element at a place in a list of index elements, or that of the element.
    pub(super) fn in_element(&self, n: usize, clause: Rule) -> Span {
        let mut elements =
            self.parts.iter().filter(|it| it.clause == Rule::index_element && it.name.is_empty());
        let Some(element) = elements.nth(n) else { return self.span() };
        let inside = |it: &&Part| {
            it.clause == clause
                && element.span.start <= it.span.start
                && it.span.end <= element.span.end
        };
        self.parts.iter().find(inside).map_or(element.span, |it| it.span)
    }

    /// Returns the place of a clause of the column of a name, or that of the column.
    pub(super) fn in_column(&self, column: &str, clause: Rule) -> Span {
        let place = self.place(column);
        let starts =
            self.origin.members.iter().map(|(_, it)| it.name).filter(|it| it.file == place.file);
        let next = starts.map(|it| it.start).filter(|it| place.start < *it).min();
        let inside = |it: &&Part| {
            it.clause == clause
                && it.span.file == place.file
                && place.start <= it.span.start
                && next.is_none_or(|next| it.span.start < next)
        };
        self.parts.iter().find(inside).map_or(place, |it| it.span)
    }

    /// Returns the place of the type of a member, or that of the member.
    pub(super) fn type_of(&self, member: &str) -> Span {
        let found = self.origin.member(member);
        found.and_then(|it| it.ty).unwrap_or_else(|| self.place(member))
    }

    /// Returns the place where a name stands last, or that of the object.
    pub(super) fn last_part(&self, name: &str) -> Span {
        self.parts.iter().rev().find(|it| it.name == name).map_or(self.span(), |it| it.span)
    }
}

/// Adds the parts of a node, what stands in its block aside.
pub(super) fn gather(node: Node<'_>, parts: &mut Vec<Part>) {
    let start = parts.len();
    let mut todo: Vec<(Node<'_>, Rule)> = node.children().map(|it| (it, node.rule())).collect();
    while let Some((node, parent)) = todo.pop() {
        let (clause, name) = match node.rule() {
            Rule::members => continue,
            Rule::name | Rule::path => (parent, last_name(node.text())),
            Rule::definition_value => {
                let key = parts.last().filter(|it| it.clause == Rule::definition_key);
                (Rule::definition_value, key.map(|it| it.name.clone()).unwrap_or_default())
            }
            Rule::definition_key => (Rule::definition_key, key(node.text())),
            Rule::operator_ref => (Rule::operator_ref, node.text().into()),
            own @ (Rule::index_element
            | Rule::collation_from
            | Rule::include_columns
            | Rule::direction
            | Rule::nulls_order
            | Rule::type_ref
            | Rule::bound
            | Rule::group
            | Rule::element_call
            | Rule::string) => (own, Name::default()),
            _ => {
                push_children(node, &mut todo);
                continue;
            }
        };
        parts.push(Part { clause, name, span: node.span() });
        push_children(node, &mut todo);
    }
    if let Some(new) = parts.get_mut(start..) {
        new.sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end)));
    }
}

/// The children are taken from the end, so the last is put there first.
fn push_children<'n>(node: Node<'n>, todo: &mut Vec<(Node<'n>, Rule)>) {
    let from = todo.len();
    todo.extend(node.children().map(|it| (it, node.rule())));
    if let Some(new) = todo.get_mut(from..) {
        new.reverse();
    }
}

/// Adds the parts of a column that checks may point at; most columns have none.
pub(super) fn gather_column(node: Node<'_>, parts: &mut Vec<Part>) {
    for clause in node.children() {
        match clause.rule() {
            Rule::collate | Rule::storage | Rule::compression | Rule::with => {
                gather(clause, parts);
            }
            _ => {}
        }
    }
}

fn last_name(text: &str) -> Name {
    split_path(text).pop().map(|part| part.name).unwrap_or_default()
}

fn key(text: &str) -> Name {
    let parts: Vec<String> = split_path(text).iter().map(|part| part.name.to_string()).collect();
    parts.join(".").into()
}

/// Returns the names that stand in a member, with their places.
pub(super) fn names_in(node: Node<'_>) -> Vec<(Name, Place)> {
    let mut found = Vec::new();
    let mut todo: Vec<Node<'_>> = node.children().collect();
    while let Some(node) = todo.pop() {
        if node.rule() == Rule::name {
            let span = node.span();
            let place = Place { name: span, whole: span, ty: None, inclusion: None };
            found.push((last_name(node.text()), place));
        }
        todo.extend(node.children());
    }
    found.sort_by_key(|(_, place)| place.name);
    found
}

/// Returns the owner of the relation that statistics are about: they have an owner of their own, and it is the same where
/// none is said.
pub(super) fn owner_of_relation(objects: &[Read], at: &Address) -> Option<Name> {
    if at.kind != Kind::Statistics {
        return None;
    }
    let relation = at.relation();
    let is_it = |it: &&Read| it.at.relation.is_none() && it.at.relation() == relation;
    objects.iter().rev().find(is_it).and_then(|it| it.entry.owner.clone())
}
