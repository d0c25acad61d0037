//! The lexer itself: one function a sort of token, after the rules of PostgreSQL's `scan.l`.

use crate::sql::lex::{Bad, TextRange, Token, TokenKind};
use crate::sql::word::Word;

/// The text and how far it has been read.
pub(super) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    /// Reads the next token; at the end of the text it is [`TokenKind::Eof`], again and again.
    pub(super) fn next(&mut self) -> Token {
        let unclosed_comment = self.skip_blanks();
        let start = self.at;
        if let Some(open) = unclosed_comment {
            return self.token(TokenKind::Bad(Bad::Comment), open);
        }
        let Some(first) = self.peek(0) else { return self.token(TokenKind::Eof, start) };
        let kind = match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => return self.word(first),
            b'0'..=b'9' => self.number(),
            b'\'' => self.string(TokenKind::String),
            b'"' => self.quoted_word(),
            b'$' => self.dollar(),
            b'.' if self.peek(1).is_some_and(|b| b.is_ascii_digit()) => self.number(),
            b'.' if self.peek(1) == Some(b'.') => self.punctuation(TokenKind::DotDot, 2),
            b'.' => self.punctuation(TokenKind::Dot, 1),
            b':' if self.peek(1) == Some(b':') => self.punctuation(TokenKind::ColonColon, 2),
            b':' if self.peek(1) == Some(b'=') => self.punctuation(TokenKind::ColonEqual, 2),
            b':' => self.punctuation(TokenKind::Colon, 1),
            b'(' => self.punctuation(TokenKind::LeftParen, 1),
            b')' => self.punctuation(TokenKind::RightParen, 1),
            b'[' => self.punctuation(TokenKind::LeftBracket, 1),
            b']' => self.punctuation(TokenKind::RightBracket, 1),
            b',' => self.punctuation(TokenKind::Comma, 1),
            b';' => self.punctuation(TokenKind::Semicolon, 1),
            _ if is_operator(first) => self.operator(first),
            _ => self.punctuation(TokenKind::Bad(Bad::Character), 1),
        };
        self.token(kind, start)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn token(&self, kind: TokenKind, start: usize) -> Token {
        Token { kind, word: Word::Plain, range: range(start, self.at) }
    }

    fn punctuation(&mut self, kind: TokenKind, len: usize) -> TokenKind {
        self.at += len;
        kind
    }

    /// Skips white space and comments; gives the start of a comment that is not closed.
    fn skip_blanks(&mut self) -> Option<usize> {
        loop {
            match self.peek(0) {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) => self.at += 1,
                Some(b'-') if self.peek(1) == Some(b'-') => self.skip_line(),
                Some(b'/') if self.peek(1) == Some(b'*') => {
                    let open = self.at;
                    if !self.skip_comment() {
                        return Some(open);
                    }
                }
                _ => return None,
            }
        }
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|b| b != b'\n' && b != b'\r') {
            self.at += 1;
        }
    }

    /// Skips a comment, which may hold comments; false if the text ends first.
    fn skip_comment(&mut self) -> bool {
        let mut depth = 0_u32;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return true;
                    }
                }
                (Some(_), _) => self.at += 1,
                (None, _) => return false,
            }
        }
    }

    fn word(&mut self, first: u8) -> Token {
        let start = self.at;
        if let Some(kind) = self.prefixed_string(first) {
            return self.token(kind, start);
        }
        while self.peek(0).is_some_and(is_word) {
            self.at += 1;
        }
        let range = range(start, self.at);
        Token { kind: TokenKind::Word, word: Word::of(range.of(self.text)), range }
    }

    /// Reads a string with a letter before its quote; nothing is consumed if this is a word.
    fn prefixed_string(&mut self, first: u8) -> Option<TokenKind> {
        let second = self.peek(1);
        let kind = match (first, second) {
            (b'e' | b'E', Some(b'\'')) => TokenKind::EscapeString,
            (b'b' | b'B' | b'x' | b'X', Some(b'\'')) => TokenKind::BitString,
            (b'n' | b'N', Some(b'\'')) => TokenKind::String,
            (b'u' | b'U', Some(b'&')) => return self.unicode(),
            _ => return None,
        };
        self.at += 1;
        Some(self.string(kind))
    }

    fn unicode(&mut self) -> Option<TokenKind> {
        let kind = match self.peek(2) {
            Some(b'\'') => {
                self.at += 2;
                self.string(TokenKind::UnicodeString)
            }
            Some(b'"') => {
                self.at += 2;
                self.quoted_word()
            }
            _ => return None,
        };
        self.uescape();
        Some(kind)
    }

    /// Takes `UESCAPE 'c'` into the token, as the escape character is needed to read its value.
    fn uescape(&mut self) {
        let before = self.at;
        let word_follows = self.skip_blanks().is_none()
            && self
                .bytes
                .get(self.at..self.at + 7)
                .is_some_and(|word| word.eq_ignore_ascii_case(b"uescape"));
        if word_follows {
            self.at += 7;
            if self.skip_blanks().is_none()
                && self.peek(0) == Some(b'\'')
                && self.peek(2) == Some(b'\'')
            {
                self.at += 3;
                return;
            }
        }
        self.at = before;
    }

    /// Reads from the opening quote to the closing one, and on if the string continues on a later line.
    fn string(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        loop {
            match self.peek(0) {
                Some(b'\'') if self.peek(1) == Some(b'\'') => self.at += 2,
                Some(b'\'') => {
                    self.at += 1;
                    if !self.continues() {
                        return kind;
                    }
                }
                Some(b'\\') if kind == TokenKind::EscapeString && self.peek(1).is_some() => {
                    self.at += 2;
                }
                Some(_) => self.at += 1,
                None => return TokenKind::Bad(Bad::String),
            }
        }
    }

    /// Steps behind the quote that continues a string after a line break, if there is one (manual 4.1.2.1).
    fn continues(&mut self) -> bool {
        let end = self.at;
        let mut line_break = false;
        loop {
            match self.peek(0) {
                Some(b'\n' | b'\r') => {
                    line_break = true;
                    self.at += 1;
                }
                Some(b' ' | b'\t' | 0x0b | 0x0c) => self.at += 1,
                Some(b'-') if self.peek(1) == Some(b'-') => self.skip_line(),
                Some(b'\'') if line_break => {
                    self.at += 1;
                    return true;
                }
                _ => {
                    self.at = end;
                    return false;
                }
            }
        }
    }

    fn quoted_word(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek(0) {
                Some(b'"') if self.peek(1) == Some(b'"') => self.at += 2,
                Some(b'"') => {
                    self.at += 1;
                    let empty = self.at - start == 2;
                    return if empty {
                        TokenKind::Bad(Bad::EmptyName)
                    } else {
                        TokenKind::QuotedWord
                    };
                }
                Some(_) => self.at += 1,
                None => return TokenKind::Bad(Bad::QuotedWord),
            }
        }
    }

    fn dollar(&mut self) -> TokenKind {
        self.at += 1;
        if self.peek(0).is_some_and(|b| b.is_ascii_digit()) {
            while self.peek(0).is_some_and(|b| b.is_ascii_digit()) {
                self.at += 1;
            }
            return self.unless_junk(TokenKind::Param);
        }
        let rest = self.text.get(self.at..).unwrap_or("");
        let tag = rest.bytes().take_while(|&b| is_word(b) && b != b'$').count();
        if rest.as_bytes().get(tag) != Some(&b'$') {
            return TokenKind::Bad(Bad::Character);
        }
        let (body, delimiter) = (self.at + tag + 1, self.at - 1..self.at + tag + 1);
        let delimiter = self.text.get(delimiter).unwrap_or("$$");
        match self.text.get(body..).and_then(|rest| rest.find(delimiter)) {
            Some(len) => {
                self.at = body + len + delimiter.len();
                TokenKind::DollarString
            }
            None => {
                self.at = self.bytes.len();
                TokenKind::Bad(Bad::DollarString)
            }
        }
    }

    fn number(&mut self) -> TokenKind {
        let is_digit: Option<fn(&u8) -> bool> = match (self.peek(0), self.peek(1)) {
            (Some(b'0'), Some(b'x' | b'X')) => Some(u8::is_ascii_hexdigit),
            (Some(b'0'), Some(b'o' | b'O')) => Some(|byte| matches!(byte, b'0'..=b'7')),
            (Some(b'0'), Some(b'b' | b'B')) => Some(|byte| matches!(byte, b'0' | b'1')),
            _ => None,
        };
        if let Some(is_digit) = is_digit {
            self.at += 2;
            let is_empty = self.digits(is_digit) == 0;
            let kind = if is_empty { TokenKind::Bad(Bad::Number) } else { TokenKind::Number };
            return self.unless_junk(kind);
        }
        self.digits(u8::is_ascii_digit);
        // `1..10` is a number and a range's dots.
        if self.peek(0) == Some(b'.') && self.peek(1) != Some(b'.') {
            self.at += 1;
            self.digits(u8::is_ascii_digit);
        }
        if matches!(self.peek(0), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(0), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits(u8::is_ascii_digit) == 0 {
                return self.unless_junk(TokenKind::Bad(Bad::Number));
            }
        }
        self.unless_junk(TokenKind::Number)
    }

    /// Reads digits, with a single `_` before any but the first; gives how many bytes.
    fn digits(&mut self, is_digit: fn(&u8) -> bool) -> usize {
        let start = self.at;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(digit), _) if is_digit(&digit) => self.at += 1,
                (Some(b'_'), Some(digit)) if is_digit(&digit) => self.at += 2,
                _ => return self.at - start,
            }
        }
    }

    /// Takes letters that touch a number into it: PostgreSQL 15 and later refuse them.
    fn unless_junk(&mut self, kind: TokenKind) -> TokenKind {
        let end = self.at;
        while self.peek(0).is_some_and(is_word) {
            self.at += 1;
        }
        if self.at == end { kind } else { TokenKind::Bad(Bad::Number) }
    }

    /// Reads the longest operator, without a comment's start and without a sign at its end that belongs to what
    /// follows (manual 4.1.3).
    fn operator(&mut self, first: u8) -> TokenKind {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let (mut len, mut len_without_signs) = (0, 1);
        let (mut before, mut may_end_in_sign) = (0, false);
        for &byte in rest.iter().take(LONGEST_OPERATOR) {
            if !is_operator(byte) {
                break;
            }
            if matches!((before, byte), (b'-', b'-') | (b'/', b'*')) {
                len -= 1;
                len_without_signs = len_without_signs.min(len);
                break;
            }
            len += 1;
            if !matches!(byte, b'+' | b'-') {
                len_without_signs = len;
            }
            may_end_in_sign |= lets_end_in_sign(byte);
            before = byte;
        }
        let len = if may_end_in_sign { len } else { len_without_signs };
        self.at += len;
        match rest.get(..len).unwrap_or(rest) {
            [_] => single_operator(first),
            b"<=" => TokenKind::LessEqual,
            b">=" => TokenKind::GreaterEqual,
            b"<>" | b"!=" => TokenKind::NotEqual,
            b"=>" => TokenKind::Arrow,
            _ => TokenKind::Operator,
        }
    }
}

/// Whether an operator with this character in it may end in `+` or `-`.
const fn lets_end_in_sign(byte: u8) -> bool {
    matches!(byte, b'~' | b'!' | b'@' | b'#' | b'^' | b'&' | b'|' | b'`' | b'?' | b'%')
}

/// PostgreSQL refuses operators of more than 63 bytes; so a run of signs is not looked through again and again.
const LONGEST_OPERATOR: usize = 64;

const fn single_operator(byte: u8) -> TokenKind {
    match byte {
        b'+' => TokenKind::Plus,
        b'-' => TokenKind::Minus,
        b'*' => TokenKind::Star,
        b'/' => TokenKind::Slash,
        b'%' => TokenKind::Percent,
        b'^' => TokenKind::Caret,
        b'<' => TokenKind::Less,
        b'>' => TokenKind::Greater,
        b'=' => TokenKind::Equal,
        _ => TokenKind::Operator,
    }
}

const fn is_word(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | 0x80..)
}

const fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'-'
            | b'*'
            | b'/'
            | b'<'
            | b'>'
            | b'='
            | b'~'
            | b'!'
            | b'@'
            | b'#'
            | b'%'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
    )
}

fn range(start: usize, end: usize) -> TextRange {
    let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    TextRange::new(clamp(start), clamp(end))
}
