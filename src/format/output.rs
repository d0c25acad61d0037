//! What is written, and where each token of it came from.

use std::ops::Range;

/// Blanks of one level of indentation.
const STEP: usize = 2;

/// A change of a source: its bytes in `range` become `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Byte offsets into the source.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

/// The text that is written, line by line.
pub(super) struct Output<'s> {
    source: &'s str,
    text: String,
    /// Characters on the line so far.
    column: usize,
    /// Levels of indentation of the line.
    indent: usize,
    /// Nothing stands on the line yet.
    is_fresh: bool,
    pieces: Vec<Piece>,
}

/// A token: where it stood and where it stands.
struct Piece {
    source: Range<usize>,
    out: Range<usize>,
}

impl<'s> Output<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Output {
            source,
            text: String::with_capacity(source.len() + source.len() / 16),
            column: 0,
            indent: 0,
            is_fresh: true,
            pieces: Vec::new(),
        }
    }

    pub(super) fn column(&self) -> usize {
        self.column
    }

    pub(super) fn indent(&self) -> usize {
        self.indent
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn at_line_start(&self) -> bool {
        self.is_fresh
    }

    /// Begins a line; at the start of the text there is one.
    pub(super) fn line(&mut self, indent: usize) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.indent = indent;
        self.column = indent * STEP;
        self.text.extend(std::iter::repeat_n(' ', self.column));
        self.is_fresh = true;
    }

    /// Leaves a line blank; a line must be begun after it.
    pub(super) fn blank_line(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn blank(&mut self) {
        self.text.push(' ');
        self.column += 1;
    }

    /// Writes what becomes of a token of the source.
    pub(super) fn token(&mut self, source: Range<usize>, write: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        self.is_fresh = false;
        write(self);
        self.pieces.push(Piece { source, out: start..self.text.len() });
    }

    /// Adds a text that may have lines of its own.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        match text.rfind('\n') {
            Some(at) => self.column = width(text.get(at + 1..).unwrap_or("")),
            None => self.column += width(text),
        }
    }

    /// Begins a line within a token.
    pub(super) fn inner_line(&mut self, indent: usize, text: &str) {
        self.text.push('\n');
        if text.is_empty() {
            self.column = 0;
            return;
        }
        self.column = indent * STEP;
        self.text.extend(std::iter::repeat_n(' ', self.column));
        self.push(text);
    }

    /// Writes the blanks in front of a token as they stand in the source.
    pub(super) fn blanks_of_source(&mut self, to: usize) {
        let from = self.pieces.last().map_or(0, |it| it.source.end);
        let blanks = self.source.get(from..to).unwrap_or("").replace(';', "");
        self.push(&blanks);
    }

    /// Ends the last line.
    pub(super) fn finish(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// Returns the whole text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Returns what differs from the source, in order. Of two tokens, the blanks between belong to the second.
    pub(super) fn edits(&self) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let (mut from, mut out) = (0, 0);
        let end = Piece {
            source: self.source.len()..self.source.len(),
            out: self.text.len()..self.text.len(),
        };
        for piece in self.pieces.iter().chain([&end]) {
            let blanks = (from..piece.source.start, out..piece.out.start);
            for (source, out) in [blanks, (piece.source.clone(), piece.out.clone())] {
                let new = self.text.get(out).unwrap_or("");
                if self.source.get(source.clone()) != Some(new) {
                    edits.push(Edit { range: source, text: new.to_owned() });
                }
            }
            (from, out) = (piece.source.end, piece.out.end);
        }
        edits
    }
}

/// Returns the number of characters.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}
