//! The parser: recursive descent over a list of tokens, each construct in the module named after it.
//!
//! It never goes back: what a construct is shows in the tokens ahead, or it is read as what both readings share
//! (a parenthesis may hold an expression or a query; see `paren`). So its time is linear in the text.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a token or keyword is one of hundreds, and a place in the grammar looks for a few"
)]

use smol_str::{SmolStr, format_smolstr};

use crate::sql::ast::{Expr, Ident, Path};
use crate::sql::lex::{Bad, TextRange, Token, TokenKind, tokens};
use crate::sql::unquote;
use crate::sql::word::{Category, Word};
use crate::sql::{MAX_DEPTH, MAX_HEIGHT, SyntaxError};

mod call;
mod dml;
mod document;
mod expr;
mod from;
mod infix;
mod json;
mod merge;
mod name;
mod paren;
mod primary;
mod query;
mod select;
mod special;
mod statement;
mod types;
mod window;
mod with;
mod xml;

/// What a part of the parser gives.
type Parsed<T> = Result<T, SyntaxError>;

/// The place in the tokens, and how deep the parser and the tree are.
pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// The token at `at`.
    now: Token,
    /// The token before it.
    before: Option<Token>,
    depth: u32,
    /// The height of what has been read in the expression at hand, or more.
    height: u32,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Parsed<Self> {
        if u32::try_from(text.len()).is_err() {
            let message = SmolStr::new_static("the text is longer than 4 GiB");
            return Err(SyntaxError { at: TextRange::default(), message });
        }
        let tokens = tokens(text);
        let eof = Token { kind: TokenKind::Eof, word: Word::Plain, range: TextRange::default() };
        let now = tokens.first().copied().unwrap_or(eof);
        Ok(Self { text, tokens, at: 0, now, before: None, depth: 0, height: 0 })
    }

    /// Reads with `read` and makes sure that nothing follows.
    pub(super) fn whole<T>(mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let value = read(&mut self)?;
        if self.now.kind == TokenKind::Eof { Ok(value) } else { Err(self.expected("the end")) }
    }

    // ---- the tokens ----

    fn bump(&mut self) -> Token {
        let token = self.now;
        if token.kind != TokenKind::Eof {
            self.at += 1;
            self.before = Some(token);
            self.now = self.ahead(0);
        }
        token
    }

    /// Gives the token `count` after the one at hand; the last one is the end of the text.
    fn ahead(&self, count: usize) -> Token {
        let token = self.tokens.get(self.at + count).or(self.tokens.last());
        token.copied().unwrap_or(self.now)
    }

    fn at(&self, kind: TokenKind) -> bool {
        self.now.kind == kind
    }

    fn at_word(&self, word: Word) -> bool {
        self.now.word == word
    }

    /// Whether the next tokens are these words.
    fn at_words(&self, words: &[Word]) -> bool {
        words.iter().enumerate().all(|(index, &word)| self.ahead(index).word == word)
    }

    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    fn eat_word(&mut self, word: Word) -> bool {
        let found = self.at_word(word);
        if found {
            self.bump();
        }
        found
    }

    fn eat_words(&mut self, words: &[Word]) -> bool {
        let found = self.at_words(words);
        if found {
            self.skip(words.len());
        }
        found
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.bump();
        }
    }

    fn expect(&mut self, kind: TokenKind, what: &str) -> Parsed<Token> {
        if self.at(kind) { Ok(self.bump()) } else { Err(self.expected(what)) }
    }

    fn expect_word(&mut self, word: Word) -> Parsed<Token> {
        if self.at_word(word) {
            return Ok(self.bump());
        }
        Err(self.expected(&format_smolstr!("`{}`", word.text().to_ascii_uppercase())))
    }

    fn open(&mut self) -> Parsed<Token> {
        self.expect(TokenKind::LeftParen, "`(`")
    }

    fn close(&mut self) -> Parsed<Token> {
        self.expect(TokenKind::RightParen, "`)`")
    }

    /// Reads what `read` reads between parentheses.
    fn in_parens<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.open()?;
        let value = read(self)?;
        self.close()?;
        Ok(value)
    }

    /// Reads one or more of what `read` reads, with commas between.
    fn comma_list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut list = vec![read(self)?];
        while self.eat(TokenKind::Comma) {
            list.push(read(self)?);
        }
        Ok(list)
    }

    /// Gives the range from `start` to the last token read.
    fn since(&self, start: u32) -> TextRange {
        let end = self.before.map_or(start, |token| token.range.end);
        TextRange::new(start, end.max(start))
    }

    fn start(&self) -> u32 {
        self.now.range.start
    }

    fn slice(&self, range: TextRange) -> &'a str {
        range.of(self.text)
    }

    // ---- names ----

    /// Whether `token` may name a column or a relation.
    fn is_column_name(token: Token) -> bool {
        Self::is_name(token, &[Category::Unreserved, Category::ColumnName])
    }

    /// Whether `token` may name a function or a type.
    fn is_function_name(token: Token) -> bool {
        Self::is_name(token, &[Category::Unreserved, Category::TypeOrFunctionName])
    }

    fn is_name(token: Token, categories: &[Category]) -> bool {
        match token.kind {
            TokenKind::QuotedWord => true,
            TokenKind::Word => categories.contains(&token.word.category()),
            _ => false,
        }
    }

    /// Whether `token` may be a name where any keyword may.
    fn is_label(token: Token) -> bool {
        matches!(token.kind, TokenKind::Word | TokenKind::QuotedWord)
    }

    /// Reads a name of a column or a relation.
    fn name(&mut self, what: &str) -> Parsed<Ident> {
        if Self::is_column_name(self.now) { Ok(self.ident()) } else { Err(self.expected(what)) }
    }

    /// Reads a name where any keyword may be one: after `AS` or a dot.
    fn label(&mut self, what: &str) -> Parsed<Ident> {
        if Self::is_label(self.now) { Ok(self.ident()) } else { Err(self.expected(what)) }
    }

    /// Reads the token at hand as a name.
    fn ident(&mut self) -> Ident {
        let token = self.bump();
        let text = self.slice(token.range);
        let quoted = token.kind == TokenKind::QuotedWord;
        let name = if quoted { unquote::name(text) } else { unquote::fold(text) };
        Ident { name, range: token.range, quoted }
    }

    /// Reads a name of a relation, a collation or the like with its schema.
    pub(super) fn path(&mut self) -> Parsed<Path> {
        if !Self::is_column_name(self.now) && !Self::is_function_name(self.now) {
            return Err(self.expected("a name"));
        }
        self.path_from_here()
    }

    /// Reads the names from the token at hand on, as far as there are dots and names.
    fn path_from_here(&mut self) -> Parsed<Path> {
        let mut names = Vec::with_capacity(1);
        names.push(self.ident());
        while self.at(TokenKind::Dot) && self.ahead(1).kind != TokenKind::Star {
            self.bump();
            names.push(self.label("a name")?);
        }
        Ok(Path(names))
    }

    fn names_in_parens(&mut self) -> Parsed<Vec<Ident>> {
        self.in_parens(|p| p.comma_list(|p| p.name("a column name")))
    }

    /// Reads the string at hand, of any quoting.
    fn string(&mut self) -> Parsed<SmolStr> {
        if !self.at_string() {
            return Err(self.expected("a string"));
        }
        let token = self.bump();
        unquote::string(token.kind, self.slice(token.range)).map_err(|message| SyntaxError {
            at: token.range,
            message: SmolStr::new_static(message),
        })
    }

    fn at_string(&self) -> bool {
        Self::is_string(self.now)
    }

    fn is_string(token: Token) -> bool {
        matches!(
            token.kind,
            TokenKind::String
                | TokenKind::EscapeString
                | TokenKind::UnicodeString
                | TokenKind::DollarString
        )
    }

    /// Reads expressions to the end of the text, or nothing.
    pub(super) fn whole_expr_list(&mut self) -> Parsed<Vec<Expr>> {
        if self.at(TokenKind::Eof) { Ok(Vec::new()) } else { self.expr_list() }
    }

    // ---- bounds ----

    /// Reads one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error("this is nested too deeply"));
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// Reads a part of its own: its height and that of what has been read before do not add up.
    fn apart<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let before = std::mem::take(&mut self.height);
        let value = read(self)?;
        self.height = self.height.max(before);
        Ok(value)
    }

    /// Notes that the tree grows one level over all that has been read.
    fn grow(&mut self) -> Parsed<()> {
        if self.height >= MAX_HEIGHT {
            return Err(self.error("this chain of operators is too long"));
        }
        self.height += 1;
        Ok(())
    }

    // ---- errors ----

    fn error(&self, message: &'static str) -> SyntaxError {
        SyntaxError { at: self.now.range, message: SmolStr::new_static(message) }
    }

    /// Says that `what` should stand where the token at hand is.
    #[cold]
    fn expected(&self, what: &str) -> SyntaxError {
        if let TokenKind::Bad(bad) = self.now.kind {
            return self.error(bad_message(bad));
        }
        let found = quoted(self.slice(self.now.range));
        let before = self.before.map(|token| quoted(self.slice(token.range)));
        let message = match (before, self.at(TokenKind::Eof)) {
            (Some(before), true) => format_smolstr!("expected {what} after {before}"),
            (Some(before), false) => {
                format_smolstr!("expected {what} after {before}, found {found}")
            }
            (None, true) => format_smolstr!("expected {what}, found nothing"),
            (None, false) => format_smolstr!("expected {what}, found {found}"),
        };
        SyntaxError { at: self.now.range, message }
    }
}

/// Puts a token in backquotes, shortened if it is long.
fn quoted(token: &str) -> SmolStr {
    const MAX_CHARS: usize = 24;
    match token.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format_smolstr!("`{}…`", token.get(..end).unwrap_or(token)),
        None => format_smolstr!("`{token}`"),
    }
}

const fn bad_message(bad: Bad) -> &'static str {
    match bad {
        Bad::String => "this string has no closing quote",
        Bad::QuotedWord => "this name has no closing quote",
        Bad::EmptyName => "a quoted name needs at least one character",
        Bad::DollarString => "this dollar quote is not closed",
        Bad::Comment => "this comment has no closing `*/`",
        Bad::Number => "this number has letters in it that do not belong there",
        Bad::Character => "this character starts nothing in SQL",
    }
}
