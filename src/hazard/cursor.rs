//! Steps through the tokens of one statement, word by word.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a token is one of dozens, and a place in a statement looks for a few"
)]

use crate::object::address::Name;
use crate::sql::ident::fold;
use crate::sql::lex::{TextRange, Token, TokenKind, tokens};
use crate::sql::type_name::{Builtin, TypeName, builtin, take_apart};
use crate::sql::word::Word;

use super::statement::{Named, Path};

/// The place in the tokens of a statement.
pub(super) struct Cursor<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Cursor { text, tokens: tokens(text), at: 0 }
    }

    /// Returns the token so many after the one at hand; the last one is the end.
    fn token(&self, n: usize) -> Token {
        let eof = Token { kind: TokenKind::Eof, word: Word::Plain, range: TextRange::default() };
        self.tokens.get(self.at + n).or(self.tokens.last()).copied().unwrap_or(eof)
    }

    pub(super) fn kind(&self) -> TokenKind {
        self.token(0).kind
    }

    pub(super) fn range(&self) -> TextRange {
        self.token(0).range
    }

    pub(super) fn text(&self, range: TextRange) -> &'t str {
        range.of(self.text)
    }

    pub(super) fn bump(&mut self) {
        if self.kind() != TokenKind::Eof {
            self.at += 1;
        }
    }

    /// Tells whether nothing follows but a `;`.
    pub(super) fn at_end(&self) -> bool {
        matches!(self.kind(), TokenKind::Eof | TokenKind::Semicolon)
    }

    /// Tells whether the next tokens are these words, lower case, with blanks between.
    pub(super) fn at(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(n, word)| {
            let token = self.token(n);
            token.kind == TokenKind::Word && token.range.of(self.text).eq_ignore_ascii_case(word)
        })
    }

    /// Tells whether the next token is one of these words.
    pub(super) fn at_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.at(word))
    }

    /// Tells whether the second token from here is of a kind.
    pub(super) fn is_second(&self, kind: TokenKind) -> bool {
        self.token(1).kind == kind
    }

    /// Tells whether a word is one of the next so many tokens.
    pub(super) fn has_within(&self, word: &str, n: usize) -> bool {
        (0..n).any(|n| self.token(n).range.of(self.text).eq_ignore_ascii_case(word))
    }

    /// Steps over these words, if they stand here.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        let found = self.at(words);
        if found {
            self.at += words.split(' ').count();
        }
        found
    }

    pub(super) fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.bump();
        }
        found
    }

    /// Reads a name, whatever keyword it may be.
    pub(super) fn name(&mut self) -> Option<Name> {
        let token = self.token(0);
        let text = token.range.of(self.text);
        let name = match token.kind {
            TokenKind::Word => fold(text).as_ref().into(),
            TokenKind::QuotedWord => crate::sql::ident::unquote_ident(text),
            _ => return None,
        };
        self.bump();
        Some(name)
    }

    /// Reads a name and where it stands.
    pub(super) fn named(&mut self) -> Option<Named> {
        let at = self.range();
        Some(Named { name: self.name()?, at })
    }

    /// Reads a name with its schema.
    pub(super) fn path(&mut self) -> Option<Path> {
        let first = self.range();
        let mut names = vec![self.name()?];
        let mut last = first;
        while self.kind() == TokenKind::Dot {
            self.bump();
            last = self.range();
            names.push(self.name()?);
        }
        let name = names.pop()?;
        Some(Path { schema: names.pop(), name, at: first.to(last) })
    }

    /// Reads paths with commas between.
    pub(super) fn paths(&mut self) -> Option<Vec<Path>> {
        let mut found = vec![self.path()?];
        while self.eat_kind(TokenKind::Comma) {
            self.eat("only");
            found.push(self.path()?);
        }
        Some(found)
    }

    /// Steps over what stands in brackets, if a bracket stands here, and returns the range of what is in them.
    pub(super) fn parens(&mut self) -> Option<TextRange> {
        if self.kind() != TokenKind::LeftParen {
            return None;
        }
        self.bump();
        let start = self.range().start;
        let mut depth = 0_u32;
        let mut end = start;
        loop {
            match self.kind() {
                TokenKind::Eof => return None,
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen if depth == 0 => break,
                TokenKind::RightParen => depth -= 1,
                _ => {}
            }
            end = self.range().end;
            self.bump();
        }
        self.bump();
        Some(TextRange::new(start, end.max(start)))
    }

    /// Reads names in brackets, with commas between.
    pub(super) fn names_in_parens(&mut self) -> Option<Vec<Name>> {
        self.eat_kind(TokenKind::LeftParen).then_some(())?;
        let mut found = vec![self.name()?];
        while self.eat_kind(TokenKind::Comma) {
            self.eat("period");
            found.push(self.name()?);
        }
        // `WITHOUT OVERLAPS` of a period key (PostgreSQL 18).
        self.eat("without overlaps");
        self.eat_kind(TokenKind::RightParen).then_some(found)
    }

    /// Steps to a comma, a closing bracket or one of these words outside brackets, or to the end.
    pub(super) fn until(&mut self, words: &[&str]) -> TextRange {
        let start = self.range().start;
        let mut end = start;
        let mut depth = 0_u32;
        while !self.at_end() {
            match self.kind() {
                TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
                TokenKind::RightParen if depth == 0 => break,
                TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
                TokenKind::Comma if depth == 0 => break,
                TokenKind::Word if depth == 0 && self.at_any(words) => break,
                _ => {}
            }
            end = self.range().end;
            self.bump();
        }
        TextRange::new(start, end.max(start))
    }

    /// Steps to the next of these words, at any depth, and over it.
    pub(super) fn find(&mut self, words: &str) -> bool {
        while !self.at_end() {
            if self.eat(words) {
                return true;
            }
            self.bump();
        }
        false
    }

    /// Tells whether a word stands anywhere in what is left, outside brackets.
    pub(super) fn has(&self, words: &str) -> bool {
        let mut ahead = Cursor { text: self.text, tokens: self.tokens.clone(), at: self.at };
        let mut depth = 0_u32;
        while !ahead.at_end() {
            match ahead.kind() {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen => depth = depth.saturating_sub(1),
                _ if depth == 0 && ahead.at(words) => return true,
                _ => {}
            }
            ahead.bump();
        }
        false
    }

    /// Reads a type; it ends before one of the words that go on with a column.
    pub(super) fn type_name(&mut self) -> Option<TypeName> {
        let range = self.until(&AFTER_TYPE);
        let text = range.of(self.text);
        if text.is_empty() {
            return None;
        }
        Some(type_of(text))
    }
}

/// The words that go on with a column or a change of its type.
const AFTER_TYPE: [&str; 16] = [
    "collate",
    "compression",
    "constraint",
    "not",
    "null",
    "default",
    "generated",
    "unique",
    "primary",
    "check",
    "references",
    "storage",
    "options",
    "using",
    "cascade",
    "restrict",
];

/// Returns the names that stand in an expression, whatever each is the name of.
pub(super) fn words_of(text: &str) -> Vec<Name> {
    let mut cursor = Cursor::new(text);
    let mut found = Vec::new();
    while cursor.kind() != TokenKind::Eof {
        match cursor.name() {
            Some(name) => found.push(name),
            None => cursor.bump(),
        }
    }
    found
}

/// Takes a spelling of a type for what it means; one that is not PostgreSQL's own keeps its name.
pub(super) fn type_of(text: &str) -> TypeName {
    let own = text.strip_prefix("pg_catalog.").unwrap_or(text);
    let spelled = take_apart(own);
    if let Builtin::Type(ty) = builtin(&spelled) {
        return ty;
    }
    let spelled = take_apart(text);
    let mut path = Cursor::new(&spelled.name);
    let path = path.path();
    let (schema, name) = match path {
        Some(path) => (path.schema.unwrap_or_default(), path.name),
        None => (Name::default(), spelled.name.as_ref().into()),
    };
    TypeName { schema, name, modifier: spelled.modifier, dimensions: u8::from(spelled.is_array) }
}
