//! The tree of one item: an untyped node has a rule, a text, a place and children.
//!
//! What a node means is read in the file of its kind (`object/`); layout, folding and highlighting need no meaning.

use std::borrow::Cow;

use pest::Token;
use pest::iterators::Pairs;

use super::grammar::Rule;
use crate::source::{FileId, Span};

/// All items of one file, in order.
#[derive(Debug)]
pub struct Ast<'s> {
    /// The file.
    pub file: FileId,
    /// Its items.
    pub items: Vec<Item<'s>>,
}

/// One item of a file and its nodes, each before its children.
#[derive(Debug)]
pub struct Item<'s> {
    file: FileId,
    /// The text with comments blanked and broken members blanked.
    text: Cow<'s, str>,
    offset: u32,
    nodes: Vec<NodeData>,
    /// What could not be read of the item.
    pub state: State,
    /// The places of the members that could not be read: offsets into the file, in order.
    pub unread: Vec<(u32, u32)>,
}

/// How much of an item could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All of it.
    Whole,
    /// All but some members, which were reported: what is not found in it is no mistake.
    Incomplete,
    /// Nothing but its first words. It was reported, and what refers to it is no mistake.
    Broken,
}

#[derive(Clone, Copy, Debug)]
struct NodeData {
    rule: Rule,
    start: u32,
    end: u32,
    /// Number of the node after this one's last descendant.
    next: u32,
}

/// One node of an item's tree.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    item: &'a Item<'a>,
    index: u32,
    data: NodeData,
}

impl<'s> Item<'s> {
    pub(super) fn new(
        file: FileId,
        offset: u32,
        text: Cow<'s, str>,
        pairs: Pairs<'_, Rule>,
        unread: Vec<(u32, u32)>,
    ) -> Self {
        let nodes = collect(pairs);
        let state = if unread.is_empty() { State::Whole } else { State::Incomplete };
        Item { file, text, offset, nodes, state, unread }
    }

    /// Makes an item of which only the first words are known.
    pub(super) fn broken(file: FileId, offset: u32, text: Cow<'s, str>, rule: Rule) -> Self {
        let end = text.len() as u32;
        Item {
            file,
            text,
            offset,
            nodes: vec![NodeData { rule, start: 0, end, next: 1 }],
            state: State::Broken,
            unread: Vec::new(),
        }
    }

    /// Returns the nodes at the top: doc-comments, attributes, and last the item itself.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        Children { item: self, next: 0, end: self.nodes.len() as u32 }
    }

    /// Returns the node of the item itself, after its doc-comments and attributes.
    pub fn node(&self) -> Option<Node<'_>> {
        self.nodes().last()
    }

    /// Returns the place of the whole item.
    pub fn span(&self) -> Span {
        Span { file: self.file, start: self.offset, end: self.offset + self.text.len() as u32 }
    }
}

fn collect(pairs: Pairs<'_, Rule>) -> Vec<NodeData> {
    let tokens = pairs.tokens();
    let mut nodes: Vec<NodeData> = Vec::with_capacity(tokens.len() / 2);
    let mut open: Vec<usize> = Vec::new();
    for token in tokens {
        match token {
            Token::Start { rule, pos } => {
                open.push(nodes.len());
                nodes.push(NodeData { rule, start: pos.pos() as u32, end: 0, next: 0 });
            }
            Token::End { pos, .. } => {
                let next = nodes.len() as u32;
                if let Some(node) = open.pop().and_then(|index| nodes.get_mut(index)) {
                    node.end = pos.pos() as u32;
                    node.next = next;
                }
            }
        }
    }
    // `item_entry` and `member_entry` end in EOI, which says nothing.
    nodes.retain(|node| node.rule != Rule::EOI);
    nodes
}

struct Children<'a> {
    item: &'a Item<'a>,
    next: u32,
    end: u32,
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        if self.end <= self.next {
            return None;
        }
        let data = *self.item.nodes.get(self.next as usize)?;
        let node = Node { item: self.item, index: self.next, data };
        self.next = data.next.max(self.next + 1);
        Some(node)
    }
}

impl<'a> Node<'a> {
    /// Returns the rule of the grammar that the node was parsed by.
    pub fn rule(self) -> Rule {
        self.data.rule
    }

    /// Returns the text, comments blanked.
    pub fn text(self) -> &'a str {
        self.item.text.get(self.data.start as usize..self.data.end as usize).unwrap_or("")
    }

    /// Returns the place.
    pub fn span(self) -> Span {
        let offset = self.item.offset;
        Span { file: self.item.file, start: offset + self.data.start, end: offset + self.data.end }
    }

    /// Returns the place where the node ends, as an empty span.
    pub fn end(self) -> Span {
        let span = self.span();
        Span { start: span.end, ..span }
    }

    /// Returns the place together with the blanks in front of it: what to delete to be rid of a clause.
    pub fn span_with_blanks(self) -> Span {
        let before = self.item.text.get(..self.data.start as usize).unwrap_or("");
        let n_blanks = before.len() - before.trim_end().len();
        // A blank may stand for part of a comment, but none is one byte long.
        let is_blank = n_blanks == 1 || matches!(self.item.text, Cow::Borrowed(_));
        let span = self.span();
        Span { start: span.start - if is_blank { n_blanks as u32 } else { 0 }, ..span }
    }

    /// Returns the place together with the `;` behind it, where there is one.
    pub fn span_with_semicolon(self) -> Span {
        let after = self.item.text.get(self.data.end as usize..).unwrap_or("");
        let blanks = after.len() - after.trim_start().len();
        let has_semicolon = after.trim_start().starts_with(';');
        let span = self.span();
        Span { end: span.end + if has_semicolon { blanks as u32 + 1 } else { 0 }, ..span }
    }

    /// Returns all children in order.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        Children { item: self.item, next: self.index + 1, end: self.data.next }
    }

    /// Returns the children of one rule.
    pub fn all(self, rule: Rule) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.children().filter(move |child| child.data.rule == rule)
    }

    /// Returns the first child of one rule.
    pub fn child(self, rule: Rule) -> Option<Node<'a>> {
        self.all(rule).next()
    }

    /// Tells whether there is a child of this rule.
    pub fn has(self, rule: Rule) -> bool {
        self.child(rule).is_some()
    }

    /// Returns the first child of any rule.
    pub fn first(self) -> Option<Node<'a>> {
        self.children().next()
    }

    /// Tells whether the text consists of these words, in any case and with any blanks between.
    pub fn is(self, words: &str) -> bool {
        self.text().split_ascii_whitespace().map(str::to_ascii_lowercase).eq(words.split(' '))
    }

    /// Returns the words of the text in lower case with one blank between, as for `on  DELETE`.
    pub fn words(self) -> String {
        self.text()
            .split_ascii_whitespace()
            .map(str::to_ascii_lowercase)
            .collect::<Vec<_>>()
            .join(" ")
    }
}
