//! Cuts a file into items by looking only at strings, comments, brackets and `;`.
//!
//! It never fails: whatever it can't balance becomes an item with a [`Problem`], and the next line that begins in
//! column 1 with the word of an item starts afresh, so that a broken item hides no other. Its time is linear in the
//! size of the file, whatever the bytes.

use rustc_hash::FxHashMap;
use std::borrow::Cow;

use super::grammar::Rule;
use super::keyword::{is_word, item_rule};

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

/// One item of a file as the splitter cut it.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// From the first doc-comment or attribute.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Offset of the first word.
    pub(super) keyword: u32,
    /// What the first words lead to; `None` when no item begins so.
    pub(super) rule: Option<Rule>,
    /// Deepest nesting of brackets: it bounds the recursion of the parser.
    pub(super) depth: u32,
    /// Whether there are comments inside that must be blanked.
    pub(super) comments: bool,
    /// Whether there are `$` inside that must be masked.
    pub(super) dollars: bool,
    pub(super) problem: Option<Problem>,
}

/// Cuts a file into its items, in order.
pub(super) fn split(text: &str) -> Vec<Piece> {
    let mut scanner = Scanner::new(text.as_bytes());
    let mut pieces = Vec::with_capacity(text.len() / 300 + 4);
    while let Some(piece) = scanner.piece() {
        // A lone `;`, as after the `}` of someone used to SQL, says nothing.
        if piece.end != piece.start {
            pieces.push(piece);
        }
    }
    pieces
}

/// Replaces comments by blanks, byte for byte; doc-comments stay. Borrowed when there is none.
pub(super) fn blank_comments(text: &str) -> Cow<'_, str> {
    let mut scanner = Scanner::new(text.as_bytes());
    let mut out: Option<Vec<u8>> = None;
    while let Some(byte) = scanner.peek() {
        let start = scanner.at;
        let skipped = scanner.token(byte);
        if skipped == Skipped::Comment {
            let blanked = out.get_or_insert_with(|| text.as_bytes().to_vec());
            for byte in
                blanked.iter_mut().take(scanner.at).skip(start).filter(|byte| **byte != b'\n')
            {
                *byte = b' ';
            }
        }
    }
    match out {
        None => Cow::Borrowed(text),
        // A comment begins and ends at ASCII bytes, so whole characters are overwritten.
        Some(bytes) => String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned),
    }
}

/// Replaces each `$` that delimits no dollar quote: by `_` in names and parameters, by a blank within a dollar quote.
///
/// The parser can then find the end of a dollar quote without remembering its tag. Offsets hold.
pub(super) fn mask_dollars(text: &str) -> String {
    let mut scanner = Scanner::new(text.as_bytes());
    let mut out = text.as_bytes().to_vec();
    while let Some(byte) = scanner.peek() {
        let start = scanner.at;
        let (mask, from, to) = match scanner.token(byte) {
            Skipped::Byte => (b'_', start, scanner.at),
            Skipped::Dollar { tag } => (b' ', start + tag, scanner.at - tag),
            Skipped::Quoted => (b' ', start, scanner.at),
            Skipped::Comment | Skipped::Problem(_) => continue,
        };
        for byte in out.iter_mut().take(to).skip(from).filter(|byte| **byte == b'$') {
            *byte = mask;
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Cuts what stands between the braces of an item into its members: the ranges of each, up to its `;` or its own block.
///
/// `text` is the blanked text of the item and `open` the offset of its `{`.
pub(super) fn members(text: &str, open: usize) -> Vec<(usize, usize)> {
    let mut scanner = Scanner::new(text.as_bytes());
    scanner.at = open + 1;
    let mut found = Vec::new();
    let mut depth = 0;
    scanner.blanks();
    let mut start = scanner.at;
    while let Some(byte) = scanner.peek() {
        let before = scanner.at;
        scanner.token(byte);
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => {
                let end = text.get(..before).map_or(before, |head| head.trim_end().len());
                if start < end {
                    found.push((start, end));
                }
                return found;
            }
            b'}' => depth -= 1,
            b';' => {}
            _ => continue,
        }
        if depth == 0 && byte != b'{' {
            found.push((start, scanner.at));
            scanner.blanks();
            start = scanner.at;
        }
    }
    if start < text.len() {
        found.push((start, text.len()));
    }
    found
}

/// What [`Scanner::token`] went over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skipped {
    Byte,
    Quoted,
    /// A dollar quote, whose delimiters have this many bytes.
    Dollar {
        tag: usize,
    },
    Comment,
    Problem(Problem),
}

struct Scanner<'s> {
    bytes: &'s [u8],
    at: usize,
    /// Set once braces were left open at the end: from then on a word of an item in column 1 ends the item before it.
    sync: bool,
    comments: bool,
    /// Set at a `$` that delimits nothing.
    dollars: bool,
    /// Comments that were found open to the end of the file; after a few, the rest of the file is taken as comment.
    open_comments: u32,
    /// Offsets of every `$tag$`, found once.
    tags: Option<FxHashMap<&'s [u8], Vec<u32>>>,
}

impl<'s> Scanner<'s> {
    fn new(bytes: &'s [u8]) -> Self {
        Scanner {
            bytes,
            at: 0,
            sync: false,
            comments: false,
            dollars: false,
            open_comments: 0,
            tags: None,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn ahead(&self, n: usize) -> Option<u8> {
        self.bytes.get(self.at + n).copied()
    }

    fn rest(&self) -> &'s [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    fn blanks(&mut self) {
        self.at += self.rest().iter().take_while(|byte| (b'\t'..=b' ').contains(byte)).count();
    }

    /// Skips blanks and comments between items.
    fn trivia(&mut self) -> Result<(), Problem> {
        loop {
            self.blanks();
            let Some(byte) = self.peek() else { return Ok(()) };
            if !self.at_comment(byte) {
                return Ok(());
            }
            if let Skipped::Problem(problem) = self.token(byte) {
                return Err(problem);
            }
        }
    }

    fn at_comment(&self, byte: u8) -> bool {
        match (byte, self.ahead(1)) {
            (b'-', Some(b'-')) | (b'/', Some(b'*')) => true,
            (b'/', Some(b'/')) => !self.at_doc(),
            _ => false,
        }
    }

    /// At `//`: tells whether it is `///` (but not `////`) or `//!`.
    fn at_doc(&self) -> bool {
        self.ahead(2) == Some(b'!') || self.ahead(2) == Some(b'/') && self.ahead(3) != Some(b'/')
    }

    fn to_line_end(&mut self) {
        self.at = memchr::memchr(b'\n', self.rest()).map_or(self.bytes.len(), |n| self.at + n);
    }

    /// Scans the next item, after blanks and comments.
    fn piece(&mut self) -> Option<Piece> {
        if let Err(problem) = self.trivia() {
            let start = self.at;
            self.at = self.next_sync(start);
            return Some(self.finish(start, start, None, 0, Some(problem)));
        }
        let start = self.at;
        self.comments = false;
        self.dollars = false;
        self.peek()?;
        let own_line = self.file_meta();
        if let Some(rule) = own_line {
            return Some(self.finish(start, start, Some(rule), 0, None));
        }
        self.meta();
        let keyword = self.at;
        let rule = item_rule(self.rest());
        let (depth, problem) = self.body(keyword);
        let lone = self.bytes.get(start..self.at) == Some(b";");
        let start = if lone { self.at } else { start };
        Some(self.finish(start, keyword.max(start), rule, depth, problem))
    }

    fn finish(
        &self,
        start: usize,
        keyword: usize,
        rule: Option<Rule>,
        depth: u32,
        problem: Option<Problem>,
    ) -> Piece {
        let text = self.bytes.get(start..self.at).unwrap_or(&[]);
        let end = start + text.trim_ascii_end().len();
        Piece {
            start: start as u32,
            end: end as u32,
            keyword: keyword.min(end) as u32,
            rule,
            depth,
            comments: self.comments,
            dollars: self.dollars,
            problem,
        }
    }

    /// Skips `//! …` or `#![…]`, each an item of its own.
    fn file_meta(&mut self) -> Option<Rule> {
        if self.rest().starts_with(b"//!") {
            self.to_line_end();
            return Some(Rule::file_doc);
        }
        if self.rest().starts_with(b"#![") {
            self.at += 2;
            self.attribute();
            return Some(Rule::file_attribute);
        }
        None
    }

    /// Skips doc-comments and attributes before the item they belong to.
    fn meta(&mut self) {
        loop {
            if self.rest().starts_with(b"//") && self.at_doc() {
                self.to_line_end();
            } else if self.rest().starts_with(b"#[") {
                self.at += 1;
                self.attribute();
            } else {
                return;
            }
            if self.trivia().is_err() {
                return;
            }
        }
    }

    /// At the `[` of an attribute: skips to after its `]`, or to a line that begins an item.
    fn attribute(&mut self) {
        let mut depth = 0u32;
        while let Some(byte) = self.peek() {
            match byte {
                b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                b'\n' if self.line_begins_item(self.at + 1) => return,
                b'"' | b'\'' => {
                    self.token(byte);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Scans from the first word of an item to its end; returns the deepest nesting and what is wrong.
    fn body(&mut self, start: usize) -> (u32, Option<Problem>) {
        let mut nesting = Nesting::default();
        while let Some(byte) = self.peek() {
            let at = self.at;
            if byte == b'\n'
                && start < at
                && (self.sync || nesting.braces == 0)
                && self.line_begins_item(at + 1)
            {
                let problem = self.left_open(start, &nesting);
                return (nesting.deepest, Some(problem));
            }
            if let Skipped::Problem(problem) = self.token(byte) {
                if 0 < nesting.braces && !self.sync {
                    return self.again(start);
                }
                self.at = self.next_sync(self.at.max(start));
                return (nesting.deepest, Some(problem));
            }
            match byte {
                b'{' => nesting.open_brace(at),
                b'(' | b'[' => nesting.open(),
                b')' | b']' => nesting.close(),
                b'}' if nesting.braces == 0 => {
                    return (nesting.deepest, Some(Problem::StrayClose(at as u32)));
                }
                b'}' => {
                    if nesting.close_brace() {
                        return (nesting.deepest, None);
                    }
                }
                b';' if nesting.braces == 0 => return (nesting.deepest, None),
                _ => {}
            }
        }
        if 0 < nesting.braces && !self.sync {
            return self.again(start);
        }
        (nesting.deepest, Some(self.left_open(start, &nesting)))
    }

    /// Scans an item again whose brace is not closed. Where it is missing can't be known; an item that begins in
    /// column 1 is the best guess, from here to the end of the file.
    fn again(&mut self, start: usize) -> (u32, Option<Problem>) {
        self.sync = true;
        self.at = start;
        self.body(start)
    }

    fn left_open(&self, start: usize, nesting: &Nesting) -> Problem {
        if 0 < nesting.braces {
            return Problem::UnclosedBrace(nesting.outermost as u32);
        }
        let text = self.bytes.get(start..self.at).unwrap_or(&[]);
        Problem::MissingSemicolon((start + text.trim_ascii_end().len()) as u32)
    }

    /// Goes over one token: a string, a quoted name, a dollar quote, a comment, or one byte.
    fn token(&mut self, byte: u8) -> Skipped {
        match byte {
            b'\'' => self.string(),
            b'"' => self.quoted_name(),
            b'$' => self.dollar_quote(),
            b'-' | b'/' if self.at_comment(byte) => self.comment(),
            b'/' if self.ahead(1) == Some(b'/') => {
                // A doc-comment: its text is no code.
                self.to_line_end();
                Skipped::Quoted
            }
            _ => {
                self.at += 1;
                Skipped::Byte
            }
        }
    }

    fn comment(&mut self) -> Skipped {
        self.comments = true;
        if self.ahead(1) != Some(b'*') {
            self.to_line_end();
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

    fn string(&mut self) -> Skipped {
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
                    if self.line_begins_item(self.at + 1) {
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

    fn quoted_name(&mut self) -> Skipped {
        let start = self.at;
        self.at += 1;
        while let Some(n) = memchr::memchr2(b'"', b'\n', self.rest()) {
            self.at += n + 1;
            if self.bytes.get(self.at - 1) == Some(&b'"') {
                return Skipped::Quoted;
            }
            if self.line_begins_item(self.at) {
                self.at -= 1;
                return Skipped::Problem(Problem::UnterminatedName(start as u32));
            }
        }
        self.at = self.bytes.len();
        Skipped::Problem(Problem::UnterminatedName(start as u32))
    }

    fn dollar_quote(&mut self) -> Skipped {
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
            if end < close || close == bytes.len() {
                self.at = start + tag.len();
                return Skipped::Problem(Problem::UnterminatedDollar(start as u32));
            }
        }
        self.at = close + tag.len();
        let inside = bytes.get(start + tag.len()..close).unwrap_or(&[]);
        self.dollars |= memchr::memchr(b'$', inside).is_some();
        Skipped::Dollar { tag: tag.len() }
    }

    /// Tells whether an item begins at this offset, the first of a line. Words that can begin a line of SQL don't count.
    fn line_begins_item(&self, at: usize) -> bool {
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
    fn next_sync(&self, from: usize) -> usize {
        self.next_sync_before(from, self.bytes.len())
    }

    fn next_sync_before(&self, from: usize, limit: usize) -> usize {
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

#[derive(Default)]
struct Nesting {
    braces: u32,
    /// Brackets of every sort that are open.
    open: u32,
    deepest: u32,
    /// Offset of the outermost `{`.
    outermost: usize,
}

impl Nesting {
    fn open(&mut self) {
        self.open += 1;
        self.deepest = self.deepest.max(self.open);
    }

    fn close(&mut self) {
        self.open = self.open.saturating_sub(1).max(self.braces);
    }

    fn open_brace(&mut self, at: usize) {
        if self.braces == 0 {
            self.outermost = at;
        }
        self.braces += 1;
        self.open();
    }

    /// Returns whether the outermost brace was closed. Whatever else is open inside is closed with it.
    fn close_brace(&mut self) -> bool {
        self.braces -= 1;
        self.open = self.braces;
        self.braces == 0
    }
}

/// Returns the `$tag$` that the text begins with (PostgreSQL manual 4.1.2.4).
fn dollar_tag(text: &[u8]) -> Option<&[u8]> {
    let tag = text.get(1..)?;
    let n = tag.iter().take_while(|byte| is_word(**byte) && **byte != b'$').count();
    if tag.get(n) != Some(&b'$') || tag.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    text.get(..n + 2)
}

fn dollar_tags(bytes: &[u8]) -> FxHashMap<&[u8], Vec<u32>> {
    let mut tags: FxHashMap<&[u8], Vec<u32>> = FxHashMap::default();
    let mut next = 0;
    for at in memchr::memchr_iter(b'$', bytes) {
        if at < next {
            continue;
        }
        if let Some(tag) = bytes.get(at..).and_then(dollar_tag) {
            tags.entry(tag).or_default().push(at as u32);
            // `$$$` is one tag and a `$`, but the `$` that ends `$a$` can begin another tag only after it.
            next = at + tag.len();
        }
    }
    tags
}
