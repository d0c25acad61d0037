//! Cuts a file into items by looking only at strings, comments, brackets and `;`.
//!
//! It never fails: whatever it can't balance becomes an item with a [`Problem`], and the next line that begins in
//! column 1 with the word of an item starts afresh, so that a broken item hides no other. Its time is linear in the
//! size of the file, whatever the bytes.

use std::borrow::Cow;

use super::grammar::Rule;
use super::keyword::item_rule;
use super::scan::{Problem, Scanner, Skipped};

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

/// Cutting a text into pieces.
impl<'s> Scanner<'s> {
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
            self.skip_line();
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
                self.skip_line();
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
                b'-' | b'/' if self.at_comment(byte) => {
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
                b'}' if nesting.close_brace() => return (nesting.deepest, None),
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
