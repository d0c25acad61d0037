//! Cuts SQL text into tokens by PostgreSQL's lexical rules (manual 4.1).
//!
//! White space and comments are left out. Nothing is decoded here: a token is a kind, a keyword if it is one,
//! and a range; `unquote` gives values. Text that is no token (an unterminated string, say) becomes
//! [`TokenKind::Bad`], so the lexer takes any input and its ranges always lie on character boundaries.
//!
//! `:name` is two tokens, because `a[x:y]` has the same letters; the parser joins them where an operand stands.

use crate::sql::scan::Lexer;
use crate::sql::word::Word;

/// A part of the text that was given: byte offsets, the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct TextRange {
    pub start: u32,
    pub end: u32,
}

impl TextRange {
    /// Makes the range from `start` up to `end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Makes the empty range at `offset`.
    pub const fn empty(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// Makes the range from the start of `self` to the end of `last`.
    pub const fn to(self, last: Self) -> Self {
        Self { start: self.start, end: last.end }
    }

    /// Whether the range holds no byte.
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Gives the part of `text` the range covers, or nothing if it is a range of another text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// What sort of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or keyword without quotes.
    Word,
    /// `"name"` or `U&"name"`, with the `UESCAPE` clause if there is one.
    QuotedWord,
    /// `'text'` or `N'text'`, with its continuation lines.
    String,
    /// `E'text'`.
    EscapeString,
    /// `U&'text'`, with the `UESCAPE` clause if there is one.
    UnicodeString,
    /// `B'0101'` or `X'1FF'`.
    BitString,
    /// `$tag$text$tag$`.
    DollarString,
    /// A number: decimal, hexadecimal, octal or binary, with `_` between digits.
    Number,
    /// `$1`.
    Param,
    /// An operator that has no kind of its own below.
    Operator,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `^`
    Caret,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `=`
    Equal,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
    /// `<>` or `!=`
    NotEqual,
    /// `=>`
    Arrow,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `:`
    Colon,
    /// `::`
    ColonColon,
    /// `:=`
    ColonEqual,
    /// What is no token of SQL.
    Bad(Bad),
    /// The end of the text.
    Eof,
}

impl TokenKind {
    /// Whether it is an operator, be it one that has a kind of its own.
    pub(super) const fn is_operator(self) -> bool {
        matches!(
            self,
            TokenKind::Operator
                | TokenKind::Plus
                | TokenKind::Minus
                | TokenKind::Star
                | TokenKind::Slash
                | TokenKind::Percent
                | TokenKind::Caret
                | TokenKind::Less
                | TokenKind::Greater
                | TokenKind::Equal
                | TokenKind::LessEqual
                | TokenKind::GreaterEqual
                | TokenKind::NotEqual
        )
    }
}

/// Why a part of the text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    /// A string without its closing quote.
    String,
    /// A quoted name without its closing quote.
    QuotedWord,
    /// A quoted name with nothing in it.
    EmptyName,
    /// A dollar quote that is not closed.
    DollarString,
    /// A `/*` without its `*/`.
    Comment,
    /// A number with other letters right after it, or without the digits it needs.
    Number,
    /// A character that starts no token.
    Character,
}

/// A token: its kind, the keyword if it is one, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Token {
    pub kind: TokenKind,
    pub word: Word,
    pub range: TextRange,
}

/// Gives the tokens of `text`, the last of them [`TokenKind::Eof`]. O(n).
///
/// Text past 4 GiB is left out; the parser refuses such a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer::new(text);
    let mut tokens = Vec::with_capacity(text.len() / 4 + 4);
    loop {
        let token = lexer.next();
        tokens.push(token);
        if token.kind == TokenKind::Eof {
            return tokens;
        }
    }
}
