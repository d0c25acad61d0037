//! The lines of one statement: one line where it fits, else broken where the tree allows it, outermost first.
//!
//! Clauses fill the line and go on in the next, one level to the right. A clause that is longer than a line is broken at
//! its own clauses or commas; what has none is a list in parentheses, which then gets a line an element.

use super::output::{Output, width};
use super::sql_text::{SqlLine, SqlText};
use super::token::{Kind, Token};

/// How many characters a line may have.
pub(super) const WIDTH: usize = 100;

/// The tokens of one part of a file, and where they are written.
pub(super) struct Printer<'p, 's> {
    pub(super) tokens: &'p [Token<'s>],
    pub(super) out: &'p mut Output<'s>,
}

impl<'s> Printer<'_, 's> {
    pub(super) fn token(&self, at: usize) -> Option<&Token<'s>> {
        self.tokens.get(at)
    }

    /// Writes tokens `from..to`, the first of them where the line stands.
    pub(super) fn fill(&mut self, from: usize, to: usize) {
        if self.is_flat(from, to) {
            return self.flat(from, to);
        }
        let indent = self.out.indent();
        let Some(level) = self.outermost_level(from, to) else {
            return self.spread_widest(from, to);
        };
        let mut start = from;
        let mut was_broken = false;
        while start < to {
            let end = self.next_of_level(start + 1, to, level);
            if start != from {
                let forced =
                    was_broken || self.token(start).is_some_and(|it| it.forced || it.eager);
                if (forced || !self.stays(start, end, indent + 1)) && self.may_break(start) {
                    self.out.line(indent + 1);
                }
                self.lead(start, indent + 1);
            }
            let fits = self.is_flat(start, end);
            was_broken = !fits && self.outermost_level(start, end).is_some();
            if fits {
                self.flat(start, end)
            } else {
                self.fill(start, end)
            }
            start = end;
        }
    }

    /// Tells whether a clause is written behind what is on the line: if it fits there, or if it fits on no line but its
    /// bracket can be opened there.
    fn stays(&self, from: usize, to: usize, indent: usize) -> bool {
        if self.must_break(from, to) {
            return false;
        }
        if self.fits_behind(from, to) {
            return true;
        }
        if self.fit_from(indent * 2, from, to) || self.outermost_level(from, to).is_some() {
            return false;
        }
        self.widest(from, to).is_some_and(|open| self.fits_behind(from, open + 1))
    }

    /// A comment before the token may already end the line.
    fn may_break(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.token(at));
        match (before, self.token(at)) {
            (Some(before), Some(token)) => !before.line_ends_before(token),
            _ => true,
        }
    }

    /// Writes what stands between a token and the one before: a blank, a line end or nothing. On a line that was just
    /// begun it is nothing.
    fn lead(&mut self, at: usize, indent: usize) {
        let before = at.checked_sub(1).and_then(|at| self.token(at));
        let (Some(before), Some(token)) = (before, self.token(at)) else { return };
        if before.line_ends_before(token) {
            self.out.line(indent);
        } else if before.blank_before(token) && !self.out.at_line_start() {
            self.out.blank();
        }
    }

    /// Writes tokens without breaking where they need not be.
    fn flat(&mut self, from: usize, to: usize) {
        let indent = self.out.indent();
        let mut at = from;
        while at < to {
            if at != from {
                self.lead(at, indent + 1);
            }
            at = self.one(at);
        }
    }

    /// Writes a token, or a bracket that goes over several lines with all it holds; returns the number of the next.
    fn one(&mut self, at: usize) -> usize {
        match self.token(at) {
            Some(token) if token.kind == Kind::Open && token.special => self.spread(at),
            _ => {
                self.write(at);
                at + 1
            }
        }
    }

    /// Writes one token.
    pub(super) fn write(&mut self, at: usize) {
        let Some(token) = self.tokens.get(at) else { return };
        let range = token.start as usize..token.end as usize;
        self.out.token(range, |out| match &token.sql {
            Some(sql) => write_sql(sql, out),
            None => out.push(&token.text),
        });
    }

    /// Writes a bracket with a line for each of its elements; returns the number of the token after it.
    fn spread(&mut self, open: usize) -> usize {
        let indent = self.out.indent();
        let close = self.token(open).map_or(open, |it| it.pair);
        self.write(open);
        let mut at = open + 1;
        while at < close {
            let end = self.end_of_element(at, close);
            at = self.comments(at, end, indent + 1);
            if at < end {
                self.out.line(indent + 1);
                self.fill(at, end);
            }
            at = end.max(at);
            if at < close {
                self.lead(at, indent + 1);
                self.write(at);
                at += 1;
            }
        }
        self.out.line(indent);
        self.write(close);
        close + 1
    }

    /// Writes the comments in front of an element: those on the line of the one before stay there.
    fn comments(&mut self, from: usize, to: usize, indent: usize) -> usize {
        let mut at = from;
        while at < to {
            let Some(token) = self.token(at).filter(|it| it.kind.is_comment()) else { break };
            let next_is_below = self.token(at + 1).is_none_or(|it| 0 < it.newlines);
            let is_line = token.kind == Kind::LineComment;
            if token.newlines == 0 && (is_line || next_is_below) {
                self.out.blank();
                self.write(at);
            } else if is_line || next_is_below {
                self.out.line(indent);
                self.write(at);
            } else {
                break;
            }
            at += 1;
        }
        at
    }

    /// Finds the comma that ends the element, or the closing bracket.
    fn end_of_element(&self, from: usize, close: usize) -> usize {
        self.find(from, close, |token| token.kind == Kind::Comma)
    }

    fn next_of_level(&self, from: usize, to: usize, level: u8) -> usize {
        self.find(from, to, |token| token.level == level)
    }

    /// Finds a token outside of brackets.
    fn find(&self, from: usize, to: usize, is: impl Fn(&Token<'s>) -> bool) -> usize {
        let mut at = from;
        while at < to {
            match self.token(at) {
                Some(token) if is(token) => return at,
                Some(token) if token.kind == Kind::Open => at = token.pair.max(at) + 1,
                _ => at += 1,
            }
        }
        to
    }

    /// Returns the level of the outermost place where these tokens may be broken.
    fn outermost_level(&self, from: usize, to: usize) -> Option<u8> {
        let mut least: Option<u8> = None;
        let mut at = from;
        while at < to {
            let token = self.token(at)?;
            if at != from && token.level != 0 {
                least = Some(least.map_or(token.level, |it| it.min(token.level)));
            }
            let inner = token.kind == Kind::Open;
            at = if inner { token.pair.max(at) + 1 } else { at + 1 };
        }
        least
    }

    /// Writes tokens that can be broken nowhere but in brackets.
    fn spread_widest(&mut self, from: usize, to: usize) {
        let widest = self.widest(from, to);
        let indent = self.out.indent();
        let mut at = from;
        while at < to {
            if at != from {
                self.lead(at, indent + 1);
            }
            at = if widest == Some(at) { self.spread(at) } else { self.one(at) };
        }
    }

    /// Finds the bracket that holds most.
    fn widest(&self, from: usize, to: usize) -> Option<usize> {
        let mut widest: Option<(usize, u32)> = None;
        let mut at = from;
        while let Some(token) = self.token(at).filter(|_| at < to) {
            if token.kind != Kind::Open {
                at += 1;
                continue;
            }
            let close = token.pair.max(at);
            // Of an attribute, the list of its arguments.
            let inner =
                (at + 1..close).find(|at| self.token(*at).is_some_and(|it| it.kind == Kind::Open));
            if let Some(inner) = inner.filter(|_| token.text.starts_with('#')) {
                return Some(inner);
            }
            let size = self.written(at, close);
            if at + 1 < close && widest.is_none_or(|(_, most)| most < size) {
                widest = Some((at, size));
            }
            at = close + 1;
        }
        widest.map(|(at, _)| at)
    }

    /// Returns the number of bytes of all tokens up to one.
    fn written(&self, from: usize, to: usize) -> u32 {
        let tokens = self.tokens.get(from..to).unwrap_or(&[]);
        tokens.iter().map(|it| it.text.len() as u32).sum()
    }

    /// Tells whether tokens fit behind what is on the line.
    fn fits_behind(&self, from: usize, to: usize) -> bool {
        let before = from.checked_sub(1).and_then(|at| self.token(at));
        let has_blank = match (before, self.token(from)) {
            (Some(before), Some(token)) => before.blank_before(token),
            _ => false,
        };
        self.fit_from(self.out.column() + usize::from(has_blank), from, to)
    }

    /// Tells whether tokens are written without breaking a line where it need not be.
    fn is_flat(&self, from: usize, to: usize) -> bool {
        !self.must_break(from, to) && self.fit_from(self.out.column(), from, to)
    }

    /// Tells whether a comment ends a line among clauses. They are broken then wherever they would be if they did not
    /// fit: a line that is broken behind a comment for that is one that the comment ends when it is formatted again.
    fn must_break(&self, from: usize, to: usize) -> bool {
        let ends = |at: usize| {
            let pair = at.checked_sub(1).and_then(|at| self.token(at)).zip(self.token(at));
            pair.is_some_and(|(before, token)| before.line_ends_before(token))
        };
        (from + 1..to).any(ends) && self.outermost_level(from, to).is_some()
    }

    /// Tells whether tokens can be written from a column on with no more line breaks than they must have.
    fn fit_from(&self, column: usize, from: usize, to: usize) -> bool {
        let mut column = column;
        let mut at = from;
        while let Some(token) = self.token(at).filter(|_| at < to) {
            if at != from {
                let before = self.token(at - 1);
                if token.forced {
                    return false;
                }
                if before.is_some_and(|it| it.line_ends_before(token)) {
                    column = (self.out.indent() + 1) * 2;
                } else if before.is_some_and(|it| it.blank_before(token)) {
                    column += 1;
                }
            }
            let lines = Lines::of(token);
            if !token.kind.is_comment() && WIDTH < column + lines.first {
                return false;
            }
            column = lines.last.unwrap_or(column + lines.first);
            at += 1;
            if token.kind == Kind::Open && token.special {
                at = token.pair.max(at - 1) + 1;
                column = self.out.indent() * 2 + 1;
            }
        }
        true
    }
}

/// The widths of a token.
struct Lines {
    first: usize,
    /// Of its last line, where it has several.
    last: Option<usize>,
}

impl Lines {
    fn of(token: &Token<'_>) -> Lines {
        if let Some(sql) = &token.sql {
            let last = match sql.rest.last() {
                Some(SqlLine::Moved(text) | SqlLine::Kept(text)) => width(text),
                None => 0,
            };
            return Lines { first: width(sql.first), last: Some(last) };
        }
        match (token.text.find('\n'), token.text.rfind('\n')) {
            (Some(first), Some(last)) => Lines {
                first: width(token.text.get(..first).unwrap_or("")),
                last: Some(width(token.text.get(last + 1..).unwrap_or(""))),
            },
            _ => Lines { first: width(&token.text), last: None },
        }
    }
}

fn write_sql(sql: &SqlText<'_>, out: &mut Output<'_>) {
    let indent = out.indent();
    let inner = if sql.own_line || sql.closes { indent } else { indent + 1 };
    out.push(sql.lead);
    out.push(sql.first);
    for line in &sql.rest {
        match line {
            SqlLine::Moved(text) => out.inner_line(inner, text),
            SqlLine::Kept(text) => {
                out.inner_line(0, "");
                out.push(text);
            }
        }
    }
}
