//! Goes over a text token by token: strings, quoted names, dollar quotes, comments, and single bytes of all else.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::grammar::Rule;
use super::keyword::{is_word, item_rule};
use super::plain::{dollar_tag, in_operator, is_closed};

/// What a piece of the file could not be balanced for, with the offset of the token that is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    UnclosedBrace(u32),
    UnterminatedString(u32),
    UnterminatedName(u32),
    UnterminatedComment(u32),
    UnterminatedDollar(u32),
    StrayClose(u32),
    MissingSemicolon(u32),
}
/// What [`Scanner::token`] went over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Skipped {
    Byte,
    Quoted,
    /// A dollar quote, whose delimiters have this many bytes.
    Dollar {
        tag: usize,
    },
    Comment,
    Problem(Problem),
}

/// Returns a text of a source with blanks in place of its comments, so that places in it stay.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    let mut scanner = Scanner::new(text.as_bytes());
    let mut comments = Vec::new();
    while let Some(byte) = scanner.peek() {
        let start = scanner.at;
        let skipped = scanner.token(byte);
        if skipped == Skipped::Comment || skipped == Skipped::Quoted && byte == b'/' {
            comments.push(start..scanner.at);
        }
    }
    if comments.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for comment in comments {
        out.push_str(text.get(copied..comment.start).unwrap_or(""));
        let blanks = text.get(comment.clone()).unwrap_or("").bytes();
        out.extend(blanks.map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        copied = comment.end;
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    Cow::Owned(out)
}

pub(super) struct Scanner<'s> {
    pub(super) bytes: &'s [u8],
    pub(super) at: usize,
    /// Set once braces were left open at the end: from then on a word of an item in column 1 ends the item before it.
    pub(super) sync: bool,
    pub(super) comments: bool,
    /// Set at a `$` that delimits nothing.
    pub(super) dollars: bool,
    /// Comments that were found open to the end of the file; after a few, the rest of the file is taken as comment.
    open_comments: u32,
    /// Offsets of every `$tag$`, found once.
    tags: Option<FxHashMap<&'s [u8], Vec<u32>>>,
    /// Whether the whole text closes all that it opens, found out where that is in doubt.
    closed: Option<bool>,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(bytes: &'s [u8]) -> Self {
        Scanner {
            bytes,
            at: 0,
            sync: false,
            comments: false,
            dollars: false,
            open_comments: 0,
            tags: None,
            closed: None,
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn ahead(&self, n: usize) -> Option<u8> {
        self.bytes.get(self.at + n).copied()
    }

    pub(super) fn rest(&self) -> &'s [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    pub(super) fn blanks(&mut self) {
        self.at += self.rest().iter().take_while(|byte| (b'\t'..=b' ').contains(byte)).count();
    }

    pub(super) fn at_comment(&self, byte: u8) -> bool {
        match (byte, self.ahead(1)) {
            (b'-', Some(b'-')) | (b'/', Some(b'*')) => true,
            (b'/', Some(b'/')) => !self.at_doc() && !in_operator(self.bytes, self.at),
            _ => false,
        }
    }

    /// At `//`: tells whether it is `///` (but not `////`) or `//!`.
    pub(super) fn at_doc(&self) -> bool {
        self.ahead(2) == Some(b'!') || self.ahead(2) == Some(b'/') && self.ahead(3) != Some(b'/')
    }

    pub(super) fn skip_line(&mut self) {
        self.at = memchr::memchr(b'\n', self.rest()).map_or(self.bytes.len(), |n| self.at + n);
    }

    /// Goes over one token: a string, a quoted name, a dollar quote, a comment, or one byte.
    pub(super) fn token(&mut self, byte: u8) -> Skipped {
        match byte {
            b'\'' => self.string(),
            b'"' => self.quoted_name(),
            b'$' => self.dollar_quote(),
            b'-' | b'/' if self.at_comment(byte) => self.comment(),
            b'/' if self.ahead(1) == Some(b'/') && !in_operator(self.bytes, self.at) => {
                // A doc-comment: its text is no code.
                self.skip_line();
                Skipped::Quoted
            }
            _ => {
                self.at += 1;
                Skipped::Byte
            }
        }
    }

    pub(super) fn comment(&mut self) -> Skipped {
        self.comments = true;
        if self.ahead(1) != Some(b'*') {
            self.skip_line();
            return Skipped::Comment;
        }
        let start = self.at;
        let mut depth = 1;
        self.at += 2;
        while let Some(n) = memchr::memchr2(b'*', b'/', self.rest()) {
            self.at += n;
            match (self.peek(), self.ahead(1)) {
                (Some(b'*'), Some(b'/')) => {
                    self.at += 2;
                    depth -= 1;
                    if depth == 0 {
                        return Skipped::Comment;
                    }
                }
                (Some(b'/'), Some(b'*')) => {
                    self.at += 2;
                    depth += 1;
                }
                _ => self.at += 1,
            }
        }
        self.open_comments += 1;
        self.at = if self.open_comments < 8 { start + 2 } else { self.bytes.len() };
        Skipped::Problem(Problem::UnterminatedComment(start as u32))
    }

    pub(super) fn string(&mut self) -> Skipped {
        let start = self.at;
        let before = |n: usize| start.checked_sub(n).and_then(|at| self.bytes.get(at));
        let escapes = before(1).is_some_and(|e| e.eq_ignore_ascii_case(&b'e'))
            && !before(2).is_some_and(|b| is_word(*b));
        self.at += 1;
        while let Some(n) = memchr::memchr3(b'\'', b'\\', b'\n', self.rest()) {
            self.at += n;
            match self.peek() {
                Some(b'\\') => self.at += if escapes { 2 } else { 1 },
                Some(b'\n') => {
                    if self.line_begins_item(self.at + 1) && !self.is_closed() {
                        return Skipped::Problem(Problem::UnterminatedString(start as u32));
                    }
                    self.at += 1;
                }
                _ if self.ahead(1) == Some(b'\'') => self.at += 2,
                _ => {
                    self.at += 1;
                    return Skipped::Quoted;
                }
            }
        }
        self.at = self.bytes.len();
        Skipped::Problem(Problem::UnterminatedString(start as u32))
    }

    pub(super) fn quoted_name(&mut self) -> Skipped {
        let start = self.at;
        self.at += 1;
        while let Some(n) = memchr::memchr2(b'"', b'\n', self.rest()) {
            self.at += n + 1;
            if self.bytes.get(self.at - 1) == Some(&b'"') {
                return Skipped::Quoted;
            }
            if self.line_begins_item(self.at) && !self.is_closed() {
                self.at -= 1;
                return Skipped::Problem(Problem::UnterminatedName(start as u32));
            }
        }
        self.at = self.bytes.len();
        Skipped::Problem(Problem::UnterminatedName(start as u32))
    }

    pub(super) fn dollar_quote(&mut self) -> Skipped {
        let start = self.at;
        let inside_word = start
            .checked_sub(1)
            .and_then(|at| self.bytes.get(at))
            .is_some_and(|byte| is_word(*byte));
        let Some(tag) = dollar_tag(self.rest()).filter(|_| !inside_word) else {
            self.dollars = true;
            self.at += 1;
            return Skipped::Byte;
        };
        let bytes = self.bytes;
        let places = self.tags.get_or_insert_with(|| dollar_tags(bytes)).get(tag);
        let after = places.and_then(|places| {
            let from = places.partition_point(|at| (*at as usize) < start + tag.len());
            places.get(from).map(|close| (*close as usize, (places.len() - from) % 2 == 1))
        });
        // An even number of tags after this one means that one is missing: then the body ends where an item begins.
        let (close, paired) = after.unwrap_or((bytes.len(), false));
        if !paired {
            let end = self.next_sync_before(start, close);
            if close == bytes.len() || end < close && !self.is_closed() {
                self.at = start + tag.len();
                return Skipped::Problem(Problem::UnterminatedDollar(start as u32));
            }
        }
        self.at = close + tag.len();
        let inside = bytes.get(start + tag.len()..close).unwrap_or(&[]);
        self.dollars |= memchr::memchr(b'$', inside).is_some();
        Skipped::Dollar { tag: tag.len() }
    }

    /// Tells whether nothing is missing anywhere, so that a quote ends where it ends.
    fn is_closed(&mut self) -> bool {
        let bytes = self.bytes;
        *self.closed.get_or_insert_with(|| is_closed(bytes))
    }

    /// Tells whether an item begins at this offset, the first of a line. Words that can begin a line of SQL don't count.
    pub(super) fn line_begins_item(&self, at: usize) -> bool {
        let line = self.bytes.get(at..).unwrap_or(&[]);
        if line.starts_with(b"#[") || line.starts_with(b"///") {
            return true;
        }
        if !line.first().is_some_and(u8::is_ascii_alphabetic) {
            return false;
        }
        match item_rule(line) {
            None
            | Some(
                Rule::grant_item
                | Rule::revoke_item
                | Rule::cast_item
                | Rule::default_privileges_item,
            ) => false,
            Some(
                Rule::operator_item
                | Rule::collation_item
                | Rule::language_item
                | Rule::server_item,
            ) => false,
            Some(_) => {
                let word = line.iter().take_while(|byte| is_word(**byte)).count();
                line.get(word).is_some_and(|byte| *byte == b' ' || *byte == b'\t')
            }
        }
    }

    /// Returns the offset of the next line, after the one at `from`, that begins an item, or the end of the file.
    pub(super) fn next_sync(&self, from: usize) -> usize {
        self.next_sync_before(from, self.bytes.len())
    }

    pub(super) fn next_sync_before(&self, from: usize, limit: usize) -> usize {
        let mut at = from;
        while let Some(n) = self.bytes.get(at..limit).and_then(|rest| memchr::memchr(b'\n', rest)) {
            at += n + 1;
            if self.line_begins_item(at) {
                return at;
            }
        }
        limit
    }
}
/// Returns the offsets of each `$tag$`; the `$` that ends one can begin another.
fn dollar_tags(bytes: &[u8]) -> FxHashMap<&[u8], Vec<u32>> {
    let mut tags: FxHashMap<&[u8], Vec<u32>> = FxHashMap::default();
    let mut next = 0;
    for at in memchr::memchr_iter(b'$', bytes) {
        if at < next {
            continue;
        }
        if let Some(tag) = bytes.get(at..).and_then(dollar_tag) {
            tags.entry(tag).or_default().push(at as u32);
            next = at + tag.len() - 1;
        }
    }
    tags
}
