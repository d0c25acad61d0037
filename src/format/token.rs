//! The tokens that a formatter moves: words, marks, comments, and texts that stay as they are.

use std::borrow::Cow;

use super::sql_text::SqlText;

/// One token of a file, with all that its place on a line depends on.
#[derive(Debug)]
pub(super) struct Token<'s> {
    /// Offset of its first byte in the source.
    pub(super) start: u32,
    /// Offset after its last byte.
    pub(super) end: u32,
    pub(super) kind: Kind,
    /// What is written for it.
    pub(super) text: Cow<'s, str>,
    /// How many line ends stand before it in the source, after the token before.
    pub(super) newlines: u32,
    /// A line may be broken before it: the outermost level is 1, and 0 means never.
    pub(super) level: u8,
    /// The line is broken before it wherever its statement is longer than a line.
    pub(super) forced: bool,
    /// The line is broken before it wherever it is broken at its level.
    pub(super) eager: bool,
    /// It stands right behind the token before.
    pub(super) tight: bool,
    /// It ends in what goes on to the end of the line, as a comment does.
    pub(super) ends_line: bool,
    /// It is the last of its statement.
    pub(super) last: bool,
    /// Of an opening bracket or brace: the number of its closing one.
    pub(super) pair: usize,
    /// Of an opening bracket: what it holds goes over several lines. Of a brace: it may stay on one line.
    pub(super) special: bool,
    /// Lines of SQL text that may be moved.
    pub(super) sql: Option<Box<SqlText<'s>>>,
}

/// What sort of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword.
    Word,
    /// A name, number, string or SQL text: its author's, and not to be changed.
    Text,
    /// `(`, `[`, `#[`, `#![`
    Open,
    /// `)`, `]`
    Close,
    Comma,
    Semicolon,
    Colon,
    /// `=` and other marks.
    Mark,
    LineComment,
    BlockComment,
    /// `/// …` or `//! …`
    Doc,
    /// What can't be read, with the blanks before it.
    Unread,
    /// `{` of a block of members or statements.
    BlockOpen,
    /// `}`
    BlockClose,
}

impl Kind {
    pub(super) fn is_comment(self) -> bool {
        matches!(self, Kind::LineComment | Kind::BlockComment)
    }
}

impl Token<'_> {
    /// Tells whether a blank stands between this token and the next on its line.
    pub(super) fn blank_before(&self, next: &Token<'_>) -> bool {
        let closes = matches!(next.kind, Kind::Comma | Kind::Semicolon | Kind::Colon | Kind::Close);
        if self.kind.is_comment() || next.kind == Kind::LineComment {
            return !closes;
        }
        let is_empty = self.kind == Kind::BlockOpen && next.kind == Kind::BlockClose;
        !(next.tight || closes || is_empty || self.kind == Kind::Open)
    }

    /// Tells whether a line must end between this token and the next within a statement.
    pub(super) fn line_ends_before(&self, next: &Token<'_>) -> bool {
        self.ends_line || (self.kind.is_comment() || next.kind.is_comment()) && 0 < next.newlines
    }
}
