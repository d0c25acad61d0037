//! Where things stand in a source that is parsed once: its items, and the members of their blocks.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar and kinds, only some are looked for here"
)]

use std::collections::BTreeSet;

use crate::compile::file_schema;
use crate::object::address::Name;
use crate::source::{FileId, Sources, Span};
use crate::syntax::{self, Ast, Item, Node, Rule};

/// The items of a source.
pub(super) struct Layout<'s> {
    asts: Vec<Ast<'s>>,
}

impl<'s> Layout<'s> {
    pub(super) fn of(sources: &'s Sources) -> Layout<'s> {
        Layout { asts: syntax::parse(sources).0 }
    }

    /// Parses one file of them.
    pub(super) fn of_file(sources: &'s Sources, file: FileId) -> Layout<'s> {
        Layout { asts: vec![syntax::parse_one(sources, file)] }
    }

    /// Returns the item that holds a place.
    pub(super) fn item(&self, place: Span) -> Option<&Item<'s>> {
        let items = &self.ast(place.file)?.items;
        let n = items.partition_point(|it| it.span().end < place.end);
        items.get(n).filter(|it| it.span().start <= place.start)
    }

    /// Returns the last item of a file.
    pub(super) fn last(&self, file: FileId) -> Option<&Item<'s>> {
        self.ast(file)?.items.last()
    }

    /// Returns the place of the `in schema` of a file that has nothing else.
    pub(super) fn only_head(&self, file: FileId) -> Option<Span> {
        let mut items = self.ast(file)?.items.iter();
        let head = items.next().filter(|_| items.next().is_none())?;
        (head.node()?.rule() == Rule::in_schema_item).then(|| head.span())
    }

    /// Returns the schema of a file's bare names.
    pub(super) fn home(&self, file: FileId) -> Name {
        self.ast(file).map(file_schema).unwrap_or_default()
    }

    /// Returns the rules of all members of mixins.
    pub(super) fn in_mixins(&self) -> BTreeSet<Rule> {
        let items = self.asts.iter().flat_map(|it| &it.items).filter_map(Placed::item);
        let mixins = items.filter(|it| it.node.rule() == Rule::mixin_item);
        mixins.filter_map(|it| it.members()).flatten().map(|it| it.node.rule()).collect()
    }

    fn ast(&self, file: FileId) -> Option<&Ast<'s>> {
        let n = self.asts.binary_search_by_key(&file, |it| it.file).ok()?;
        self.asts.get(n)
    }
}

/// A node with the documentation and attributes before it.
pub(super) struct Placed<'a> {
    pub(super) metas: Vec<Node<'a>>,
    pub(super) node: Node<'a>,
}

impl<'a> Placed<'a> {
    /// Takes an item.
    pub(super) fn item(item: &'a Item<'_>) -> Option<Placed<'a>> {
        let mut metas: Vec<Node<'a>> = item.nodes().collect();
        let node = metas.pop()?;
        Some(Placed { metas, node })
    }

    /// Returns the members of an item's block, in order; `None` where it has no block.
    pub(super) fn members(&self) -> Option<Vec<Placed<'a>>> {
        let mut members = Vec::new();
        let mut metas = Vec::new();
        for node in self.node.child(Rule::members)?.children() {
            match node.rule() {
                Rule::doc | Rule::attribute => metas.push(node),
                _ => members.push(Placed { metas: std::mem::take(&mut metas), node }),
            }
        }
        Some(members)
    }

    /// Returns the place of the documentation and attributes, and the blanks behind them: empty where there are none.
    pub(super) fn before(&self) -> Span {
        let node = self.node.span();
        let start = self.metas.first().map_or(node.start, |it| it.span().start);
        Span { start, end: node.start, ..node }
    }

    /// Returns the place of all of it, with its `;`.
    pub(super) fn span(&self) -> Span {
        Span { start: self.before().start, ..self.node.span_with_semicolon() }
    }

    /// Returns the attributes that say nothing of the database, each on a line: those that no printer writes.
    pub(super) fn hints(&self) -> String {
        const WRITTEN: [&str; 4] = ["comment", "inherited", "unchecked", "depends_on_extension"];
        let is_hint = |it: &&Node<'_>| {
            let name = it.child(Rule::attr_name).map_or("", |it| it.text());
            it.rule() == Rule::attribute && !WRITTEN.contains(&name)
        };
        self.metas.iter().filter(is_hint).map(|it| format!("{}\n", it.text())).collect()
    }
}
