//! The lines of a file or a block: one a member, comments where they were, blank lines one at most.

use super::output::Output;
use super::statement::{Printer, WIDTH};
use super::token::{Kind, Token};

/// What was written last; it lives from one part of a file to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// Nothing yet, or the brace that opens the block.
    Opening,
    Comment,
    /// Documentation or an attribute: what follows is what it belongs to.
    Meta,
    Statement,
    /// A statement that ends in a block of several lines.
    Block,
}

/// Writes the tokens of a part of a file.
pub(super) fn write<'s>(tokens: &[Token<'s>], out: &mut Output<'s>, last: Last) -> Last {
    let n = tokens.len();
    Printer { tokens, out }.block(0, n, 0, last)
}

/// Returns where the statements and comments of all blocks begin in the source, in order.
pub(super) fn starts(tokens: &[Token<'_>]) -> impl Iterator<Item = usize> {
    let mut is_inside = false;
    tokens.iter().filter_map(move |token| {
        let begins = !is_inside || token.kind == Kind::BlockClose;
        if is_inside || !token.kind.is_comment() {
            is_inside = !(token.last || token.kind == Kind::BlockOpen);
        }
        begins.then_some(token.start as usize)
    })
}

impl Printer<'_, '_> {
    /// Writes the comments and statements of a block.
    fn block(&mut self, from: usize, to: usize, indent: usize, mut last: Last) -> Last {
        let mut at = from;
        while let Some(token) = self.token(at).filter(|_| at < to) {
            let (kind, newlines) = (token.kind, token.newlines);
            match kind {
                Kind::LineComment | Kind::BlockComment => {
                    if newlines == 0 && self.trails(at, to) && !self.out.is_empty() {
                        self.out.blank();
                    } else {
                        self.separate(newlines, indent, last, at);
                    }
                    self.write(at);
                    at += 1;
                    last = Last::Comment;
                }
                Kind::Unread => {
                    let to = token.start as usize;
                    self.out.blanks_of_source(to);
                    self.write(at);
                    at += 1;
                    last = Last::Statement;
                }
                Kind::Semicolon => {
                    let before = at.checked_sub(1).and_then(|at| self.token(at));
                    if before.is_some_and(|it| it.line_ends_before(token)) {
                        self.out.line(indent);
                    }
                    self.write(at);
                    at += 1;
                    last = Last::Statement;
                }
                Kind::Word
                | Kind::Text
                | Kind::Open
                | Kind::Close
                | Kind::Comma
                | Kind::Colon
                | Kind::Mark
                | Kind::Doc
                | Kind::BlockOpen
                | Kind::BlockClose => {
                    let of_file = token.text.starts_with("//!") || token.text.starts_with("#!");
                    self.separate(newlines, indent, last, at);
                    let end = self.end_of_statement(at, to);
                    let had_lines = self.statement(at, end);
                    let is_meta = matches!(kind, Kind::Doc | Kind::Open) && !of_file;
                    last = match (is_meta, had_lines) {
                        (true, _) => Last::Meta,
                        (false, true) => Last::Block,
                        (false, false) => Last::Statement,
                    };
                    at = end;
                }
            }
        }
        last
    }

    /// Begins the line of a statement or of a comment.
    fn separate(&mut self, newlines: u32, indent: usize, last: Last, at: usize) {
        // A comment in front of a statement stays on its line.
        if last == Last::Comment && newlines == 0 && !self.ends_in_line_comment(at) {
            return self.out.blank();
        }
        let is_blank = match last {
            Last::Opening | Last::Meta => false,
            Last::Block if indent == 0 => true,
            Last::Block | Last::Statement | Last::Comment => 1 < newlines,
        };
        if is_blank && !self.out.is_empty() {
            self.out.blank_line();
        }
        self.out.line(indent);
    }

    fn ends_in_line_comment(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.token(at));
        before.is_some_and(|it| it.ends_line)
    }

    /// Tells whether a comment belongs to what stands before it on its line, as nothing else follows on it.
    fn trails(&self, at: usize, to: usize) -> bool {
        let mut next = at + 1;
        while next < to
            && self.token(next).is_some_and(|it| it.kind.is_comment() && it.newlines == 0)
        {
            next += 1;
        }
        let ends = |it: &Token<'_>| 0 < it.newlines || it.kind == Kind::Semicolon;
        next == to || self.token(next).is_none_or(ends)
    }

    /// Returns the number of the token after the last of a statement.
    fn end_of_statement(&self, from: usize, to: usize) -> usize {
        let mut at = from;
        while let Some(token) = self.token(at).filter(|_| at < to) {
            at = if token.kind == Kind::BlockOpen { token.pair.max(at) } else { at };
            if self.token(at).is_some_and(|it| it.last) {
                return at + 1;
            }
            at += 1;
        }
        to
    }

    /// Writes a statement with its blocks; returns whether one of them has lines of its own.
    fn statement(&mut self, from: usize, to: usize) -> bool {
        let indent = self.out.indent();
        let mut had_lines = false;
        let mut start = from;
        while start < to {
            let open = self.next_block(start, to);
            let Some((open, close)) = open else {
                self.rest(from, start, to);
                break;
            };
            let is_empty = close == open + 1;
            let one_line = !is_empty && self.fits_on_one_line(open, close);
            let end = if is_empty { close } else { open } + 1;
            self.rest(from, start, end);
            if one_line {
                for at in open + 1..=close {
                    if self
                        .token(at - 1)
                        .zip(self.token(at))
                        .is_some_and(|(a, b)| a.blank_before(b))
                    {
                        self.out.blank();
                    }
                    self.write(at);
                }
            } else if !is_empty {
                let last = self.block(open + 1, close, indent + 1, Last::Opening);
                // What can't be read may end in a comment, and keeps its blanks.
                debug_assert!(last != Last::Opening, "a block that is not empty was written");
                self.out.line(indent);
                self.write(close);
                had_lines = true;
            }
            start = close + 1;
        }
        had_lines
    }

    /// Writes a part of a statement, the first or that behind a block.
    fn rest(&mut self, first: usize, from: usize, to: usize) {
        if from != first {
            let before = from.checked_sub(1).and_then(|at| self.token(at));
            if before.zip(self.token(from)).is_some_and(|(a, b)| a.blank_before(b)) {
                self.out.blank();
            }
        }
        self.fill(from, to);
    }

    fn next_block(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        let open =
            (from..to).find(|at| self.token(*at).is_some_and(|it| it.kind == Kind::BlockOpen))?;
        Some((open, self.token(open)?.pair))
    }

    /// Tells whether a block that may stay on one line holds a single member and does.
    fn fits_on_one_line(&self, open: usize, close: usize) -> bool {
        if !self.token(open).is_some_and(|it| it.special) {
            return false;
        }
        let inner = self.tokens.get(open + 1..close).unwrap_or(&[]);
        let is_plain = inner.iter().enumerate().all(|(n, it)| {
            let is_single = it.last == (n + 1 == inner.len());
            let is_simple = !it.kind.is_comment()
                && !matches!(it.kind, Kind::Doc | Kind::Unread | Kind::BlockOpen);
            is_single && is_simple && !it.ends_line && it.sql.is_none() && !it.text.contains('\n')
        });
        let starts_plain = inner.first().is_some_and(|it| it.kind != Kind::Open);
        let width: usize = inner.iter().map(|it| super::output::width(&it.text) + 1).sum();
        let head = self.head_width(open);
        is_plain && starts_plain && head + width + " { }".len() <= WIDTH
    }

    /// Returns how wide the line of a statement is up to its block.
    fn head_width(&self, open: usize) -> usize {
        let mut start = open;
        while start
            .checked_sub(1)
            .and_then(|at| self.token(at))
            .is_some_and(|it| !it.last && it.kind != Kind::BlockOpen)
        {
            start -= 1;
        }
        let head = self.tokens.get(start..open).unwrap_or(&[]);
        let width: usize = head.iter().map(|it| super::output::width(&it.text) + 1).sum();
        self.out.indent() * 2 + width
    }
}
