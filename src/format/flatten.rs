//! From the tree of an item to its tokens: the tree says where lines may be broken and which words are keywords, the
//! source has the comments.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, few need more than their class"
)]

use std::borrow::Cow;

use super::rules::{Class, begins_clause, calls, class, continues, is_eager, takes_plain_name};
use super::spelling;
use super::sql_text::SqlText;
use super::token::{Kind, Token};
use crate::sql::lex::{self, TokenKind};
use crate::sql::lines::BLANKS;
use crate::syntax::{Item, Node, Rule};

/// Makes tokens of one part of a file after another.
pub(super) struct Flattener<'s> {
    source: &'s str,
    /// Names of types that the file declares, where PostgreSQL has one of that name too.
    declared: &'s [String],
    tokens: Vec<Token<'s>>,
    /// How far the source has been read.
    at: usize,
    newlines: u32,
    /// The level of the next token, where a line may be broken before it.
    level: u8,
    eager: bool,
    tight: bool,
    /// The members that can't be read, those to come last.
    unread: Vec<(u32, u32)>,
    /// The numbers of the brackets that are open.
    open: Vec<usize>,
    in_mixin: bool,
    /// Where the item begins that is read.
    item_start: u32,
}

/// Where a text between nodes stands.
#[derive(Clone, Copy)]
struct Place {
    /// The node that the text belongs to.
    rule: Rule,
    /// Where that node begins.
    start: u32,
    level: u8,
}

impl<'s> Flattener<'s> {
    pub(super) fn new(source: &'s str, declared: &'s [String]) -> Self {
        Flattener {
            source,
            declared,
            tokens: Vec::new(),
            at: 0,
            newlines: 0,
            level: 0,
            eager: false,
            tight: false,
            unread: Vec::new(),
            open: Vec::new(),
            in_mixin: false,
            item_start: 0,
        }
    }

    /// Takes the tokens that were made.
    pub(super) fn take(&mut self) -> Vec<Token<'s>> {
        self.open.clear();
        std::mem::take(&mut self.tokens)
    }

    /// Reads the comments between two items.
    pub(super) fn between(&mut self, to: u32) {
        self.gap(to as usize, Place { rule: Rule::item, start: 0, level: 0 });
    }

    /// Takes a part of the source as it is.
    pub(super) fn unread(&mut self, start: u32, end: u32) {
        self.between(start);
        self.push_unread(end as usize);
    }

    /// Takes what can't be read, with the blanks at the end of its line: where an item begins may depend on them.
    fn push_unread(&mut self, end: usize) {
        let rest = self.source.get(end..).unwrap_or("");
        let after = rest.trim_start_matches([' ', '\t']);
        let n_blanks =
            if after.is_empty() || after.starts_with('\n') { rest.len() - after.len() } else { 0 };
        self.push(Kind::Unread, end + n_blanks, None);
        self.close_statement();
    }

    /// Reads an item.
    pub(super) fn item(&mut self, item: &Item<'_>) {
        self.unread = item.unread.iter().rev().copied().collect();
        for node in item.nodes() {
            self.in_mixin = node.rule() == Rule::mixin_item;
            self.item_start = node.span().start;
            self.statement(node);
        }
    }

    /// Reads a doc-comment, an attribute, or what it stands before.
    fn statement(&mut self, node: Node<'_>) {
        self.walk(node, Place { rule: node.rule(), start: 0, level: 1 });
        self.close_statement();
    }

    fn close_statement(&mut self) {
        if let Some(last) = self.tokens.last_mut() {
            last.last = true;
        }
    }

    fn walk(&mut self, node: Node<'_>, parent: Place) {
        let span = node.span();
        let rule = node.rule();
        self.gap(span.start as usize, parent);
        let end = span.end as usize;
        match class(rule) {
            Class::Composed => self.composed(node, parent.level),
            Class::Members => self.members(node),
            Class::Statements => self.statements(node),
            Class::Group => self.group(node),
            Class::Sql if rule == Rule::sql && parent.rule == Rule::view_query => {
                self.level = 1;
                self.sql(node.text(), end, true);
                self.force_level();
            }
            Class::Sql => self.sql(node.text(), end, false),
            Class::Block => {
                self.sql(node.text(), end, true);
                self.close_statement();
            }
            Class::Author => self.push(Kind::Text, end, None),
            Class::Behind => {
                self.tight = true;
                let text = self.part(self.at, end);
                let is_types =
                    matches!(parent.rule, Rule::routine_ref | Rule::target | Rule::requirement);
                let text = match is_types {
                    true => spelling::signature(text, self.declared),
                    false => Cow::Borrowed(text),
                };
                self.push(Kind::Text, end, Some(text));
            }
            Class::Doc => {
                let text = spelling::doc(self.part(self.at, end));
                self.push(Kind::Doc, end, Some(text));
            }
            Class::Name => {
                let text = self.part(self.at, end);
                let is_free = takes_plain_name(parent.rule) && !self.in_mixin;
                let text = if is_free { spelling::name(text) } else { text };
                self.push(Kind::Text, end, Some(Cow::Borrowed(text)));
            }
            Class::Type => {
                let text = spelling::type_name(self.part(self.at, end), self.declared);
                self.push(Kind::Text, end, Some(text));
            }
        }
    }

    /// Reads a node of words, marks and other nodes.
    fn composed(&mut self, node: Node<'_>, level: u8) {
        let (start, end) = (node.span().start, node.span().end as usize);
        let own = Place { rule: node.rule(), start, level };
        let first = self.tokens.len();
        let mut before = own.rule;
        for child in node.children() {
            let at = child.span().start;
            self.gap(at as usize, own);
            let is_first = at == start;
            if !is_first && self.begins_with_word(at) && begins_clause(child.rule()) {
                self.level = level + u8::from(continues(before, child.rule()));
                self.eager |= is_eager(child.rule());
            }
            before = child.rule();
            let is_level = is_first || child.rule() == Rule::class_items;
            let level = if is_level { level } else { level.saturating_add(1) };
            self.walk(child, Place { level, ..own });
        }
        self.gap(end, own);
        match node.rule() {
            Rule::partition_block => self.collapsible(first),
            // A body of several lines is seen better where it begins a line.
            Rule::return_body | Rule::raw_up | Rule::raw_down => {
                let has_lines = |it: &Token<'_>| it.sql.is_some() || it.text.contains('\n');
                let force = self.tokens.get(first..).unwrap_or(&[]).iter().any(has_lines);
                if let Some(token) = self.tokens.get_mut(first).filter(|_| force) {
                    token.forced = true;
                }
            }
            Rule::returns_table => {
                let tokens = self.tokens.get_mut(first..).unwrap_or(&mut []);
                if let Some(open) = tokens.iter_mut().find(|it| it.kind == Kind::Open) {
                    open.tight = false;
                }
            }
            _ => {}
        }
    }

    fn begins_with_word(&self, at: u32) -> bool {
        self.source.as_bytes().get(at as usize).is_some_and(u8::is_ascii_alphabetic)
    }

    /// Allows the last block to stay on one line.
    fn collapsible(&mut self, first: usize) {
        let tokens = self.tokens.get_mut(first..).unwrap_or(&mut []);
        if let Some(open) = tokens.iter_mut().find(|it| it.kind == Kind::BlockOpen) {
            open.special = true;
        }
    }

    fn members(&mut self, node: Node<'_>) {
        let end = node.span().end as usize;
        let open = self.brace_open();
        let place = Place { rule: Rule::members, start: 0, level: 0 };
        for child in node.children() {
            self.gap(child.span().start as usize, place);
            self.walk(child, Place { rule: child.rule(), start: 0, level: 1 });
            let is_whole =
                matches!(child.rule(), Rule::partition_block | Rule::doc | Rule::attribute);
            if is_whole {
                self.close_statement();
            }
        }
        self.gap(end - 1, place);
        self.brace_close(open);
    }

    fn statements(&mut self, node: Node<'_>) {
        let end = node.span().end as usize;
        let open = self.brace_open();
        let place = Place { rule: Rule::sql_block, start: 0, level: 0 };
        for child in node.children() {
            self.walk(child, place);
        }
        self.gap(end - 1, place);
        self.brace_close(open);
    }

    fn brace_open(&mut self) -> usize {
        self.push(Kind::BlockOpen, self.at + 1, None);
        self.tokens.len() - 1
    }

    fn brace_close(&mut self, open: usize) {
        self.push(Kind::BlockClose, self.at + 1, None);
        let close = self.tokens.len() - 1;
        if let Some(open) = self.tokens.get_mut(open) {
            open.pair = close;
        }
    }

    /// Reads SQL text in parentheses: blanks next to them mean nothing.
    fn group(&mut self, node: Node<'_>) {
        let (start, end) = (node.span().start as usize, node.span().end as usize);
        self.mark(Kind::Open, 1);
        let raw = self.part(start + 1, end - 1);
        let is_blank = |c: char| c == '\n' || BLANKS.contains(&c);
        let inner = raw.trim_matches(is_blank);
        if !inner.is_empty() {
            let from = start + 1 + (raw.len() - raw.trim_start_matches(is_blank).len());
            let to = from + inner.len();
            self.skip_blanks(from);
            let code = node.text().get(from - start..to - start).unwrap_or(inner);
            let behind = self.part(to, end - 1);
            self.sql(code, to, true);
            // A comment to the end of the line can't be followed by the closing parenthesis.
            let last_line = |text: &'_ str| text.rsplit('\n').next().unwrap_or("").to_owned();
            let ends_in_comment = behind.contains('\n') && last_line(inner) != last_line(code);
            let has_lines = |it: &Token<'_>| it.sql.is_some() || it.ends_line;
            let several = self.tokens.last().is_some_and(has_lines) || ends_in_comment;
            if several {
                self.spread();
            }
        }
        self.skip_blanks(end - 1);
        self.mark(Kind::Close, 1);
    }

    /// Notes that all brackets that are open go over several lines.
    fn spread(&mut self) {
        for open in &self.open {
            if let Some(open) = self.tokens.get_mut(*open) {
                open.special = true;
            }
        }
    }

    fn sql(&mut self, code: &str, end: usize, own_line: bool) {
        let start = self.at;
        let sql = SqlText::new(self.part(start, end), code, self.part(0, start), own_line);
        self.push(Kind::Text, end, None);
        if let (Some(sql), Some(token)) = (sql, self.tokens.last_mut()) {
            token.sql = Some(Box::new(sql));
        }
    }

    /// Breaks the line before the last token if it has several lines.
    fn force_level(&mut self) {
        if let Some(last) = self.tokens.last_mut() {
            last.forced = last.sql.is_some();
        }
    }

    fn part(&self, from: usize, to: usize) -> &'s str {
        self.source.get(from..to).unwrap_or("")
    }

    fn skip_blanks(&mut self, to: usize) {
        self.newlines += self.part(self.at, to).bytes().filter(|it| *it == b'\n').count() as u32;
        self.at = to;
    }

    /// Adds a token of the text from where the source has been read to, up to an offset.
    fn push(&mut self, kind: Kind, end: usize, text: Option<Cow<'s, str>>) {
        let text = text.unwrap_or_else(|| Cow::Borrowed(self.part(self.at, end)));
        let is_comment = kind.is_comment();
        if 0 < self.newlines && self.tokens.last().is_some_and(|it| it.kind.is_comment()) {
            self.spread();
        }
        let ends_line = kind == Kind::LineComment || kind == Kind::Text && ends_in_doc(&text);
        let closes = matches!(kind, Kind::Close | Kind::Comma | Kind::Semicolon);
        self.tokens.push(Token {
            start: self.at as u32,
            end: end as u32,
            kind,
            text,
            newlines: self.newlines,
            level: if is_comment || closes { 0 } else { self.level },
            forced: false,
            eager: self.eager && !is_comment,
            tight: self.tight,
            ends_line,
            last: false,
            pair: 0,
            special: false,
            sql: None,
        });
        if !is_comment {
            self.level_of_comments();
            self.level = 0;
            self.eager = false;
        }
        self.tight = false;
        self.newlines = 0;
        self.at = end;
    }

    /// Lets the lines of comments in front of a clause begin where the clause does.
    fn level_of_comments(&mut self) {
        let Some((token, before)) = self.tokens.split_last_mut() else { return };
        let own_line = |it: &&mut Token<'_>| it.kind.is_comment() && 0 < it.newlines;
        for comment in before.iter_mut().rev().take_while(own_line) {
            comment.level = token.level;
        }
    }

    /// Adds a bracket, and finds the one it belongs to.
    fn mark(&mut self, kind: Kind, len: usize) {
        self.push(kind, self.at + len, None);
        let number = self.tokens.len() - 1;
        if kind == Kind::Open {
            self.open.push(number);
        } else if let Some(open) = self.open.pop().and_then(|open| self.tokens.get_mut(open)) {
            open.pair = number;
        }
    }

    /// Reads the words, marks and comments up to an offset.
    fn gap(&mut self, to: usize, place: Place) {
        while self.at < to {
            if self.unread.last().is_some_and(|(start, _)| *start as usize == self.at) {
                let (_, end) = self.unread.pop().unwrap_or_default();
                self.push_unread(end as usize);
                continue;
            }
            let bytes = self.source.as_bytes();
            let Some(first) = bytes.get(self.at).copied() else { return };
            let second = bytes.get(self.at + 1).copied();
            match (first, second) {
                (b'\t'..=b' ', _) => self.skip_blanks(self.at + 1),
                (b'/', Some(b'/')) | (b'-', Some(b'-')) => self.line_comment(to),
                (b'/', Some(b'*')) => self.block_comment(to),
                (b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | 0x80.., _) => {
                    self.word(to, place)
                }
                (b'#', Some(b'!')) => self.mark(Kind::Open, 3),
                (b'#', _) => self.mark(Kind::Open, 2),
                (b'(', _) => {
                    self.tight = calls(place.rule);
                    self.mark(Kind::Open, 1);
                }
                (b'[', _) => self.mark(Kind::Open, 1),
                (b')' | b']', _) => self.mark(Kind::Close, 1),
                (b',', _) => {
                    self.push(Kind::Comma, self.at + 1, None);
                    self.level = place.level;
                    self.eager = is_eager(place.rule);
                }
                (b';', _) if place.rule == Rule::item => self.skip_blanks(self.at + 1),
                (b';', _) => {
                    self.push(Kind::Semicolon, self.at + 1, None);
                    if place.rule == Rule::members {
                        self.close_statement();
                    }
                }
                (b':', _) => self.push(Kind::Colon, self.at + 1, None),
                _ => self.push(Kind::Mark, self.at + 1, None),
            }
        }
    }

    fn line_comment(&mut self, to: usize) {
        let rest = self.part(self.at, to);
        let line = rest.split('\n').next().unwrap_or(rest).trim_end_matches(BLANKS);
        self.comment(Kind::LineComment, line);
    }

    fn block_comment(&mut self, to: usize) {
        let rest = self.part(self.at, to);
        let (mut depth, mut n) = (0_u32, 0);
        let bytes = rest.as_bytes();
        while let Some(pair) = bytes.get(n..n + 2) {
            n += match pair {
                b"/*" => {
                    depth += 1;
                    2
                }
                b"*/" => {
                    depth = depth.saturating_sub(1);
                    2
                }
                _ => 1,
            };
            if depth == 0 {
                break;
            }
        }
        // One that is not closed goes on to the end.
        let n = if depth == 0 { n } else { rest.trim_ascii_end().len() };
        self.comment(Kind::BlockComment, rest.get(..n).unwrap_or(rest));
    }

    fn comment(&mut self, kind: Kind, text: &'s str) {
        // A line that has but the first word of an item does not show that an item begins: what can't be read before
        // it would go on.
        let is_first = |it: &Token<'_>| it.kind == Kind::Word && it.start == self.item_start;
        if self.tokens.last().is_some_and(is_first) {
            self.newlines = 0;
        }
        let owns_line = 0 < self.newlines;
        let several = kind == Kind::LineComment || owns_line || text.contains('\n');
        self.push(kind, self.at + text.len(), None);
        if several {
            self.spread();
        }
    }

    /// Reads a keyword. One that follows a name, a list or the like begins a clause.
    fn word(&mut self, to: usize, place: Place) {
        let rest = self.part(self.at, to).as_bytes();
        let is_word = |it: &&u8| it.is_ascii_alphanumeric() || **it == b'_' || 0x80 <= **it;
        let n = rest.iter().take_while(is_word).count().max(1);
        let text = self.part(self.at, self.at + n);
        let follows = self.tokens.last().filter(|it| !it.last).map(|it| it.kind);
        let grants = matches!(place.rule, Rule::grant_item | Rule::revoke_item);
        let is_clause = matches!(follows, Some(Kind::Text | Kind::Close))
            || grants && text.eq_ignore_ascii_case("on");
        if is_clause && self.level == 0 && self.at != place.start as usize {
            self.level = place.level;
        }
        let text = match text.bytes().any(|it| it.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
        self.push(Kind::Word, self.at + n, Some(text));
    }
}

/// Tells whether SQL text ends in a doc-comment, which is none within it: to the parser it is SQL.
fn ends_in_doc(text: &str) -> bool {
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    let is_doc = |text: &str| text.contains("///") || text.contains("//!");
    let last_line = text.get(start..).unwrap_or("");
    let is_operator =
        |it: &lex::Token| it.kind == TokenKind::Operator && start <= it.range.start as usize;
    is_doc(last_line)
        && lex::tokens(text).iter().any(|it| is_operator(it) && is_doc(it.range.of(text)))
}
