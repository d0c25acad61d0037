//! Finds words in a part of the source, for labels and edits.

use super::cx::Cx;
use crate::source::Span;
use crate::sql::lex::{Token, TokenKind, tokens};
use crate::syntax::without_comments;

/// The tokens of a part of the source, comments left out, with their places.
pub(super) struct Words {
    text: String,
    whole: Span,
    tokens: Vec<Token>,
}

impl Words {
    pub(super) fn of(cx: &Cx<'_>, whole: Span) -> Words {
        let text = without_comments(cx.text(whole)).into_owned();
        let mut tokens = tokens(&text);
        tokens.pop();
        Words { text, whole, tokens }
    }

    /// Returns the place of a token.
    pub(super) fn span(&self, token: &Token) -> Span {
        self.whole.part(token.range.start, token.range.end)
    }

    /// Returns the text of a token.
    pub(super) fn text(&self, token: &Token) -> &str {
        token.range.of(&self.text)
    }

    /// Returns the tokens from the first one of a kind on.
    pub(super) fn kind(&self, kind: TokenKind) -> Option<Span> {
        self.tokens.iter().find(|token| token.kind == kind).map(|token| self.span(token))
    }

    /// Returns the number of the token at which some words begin that stand in no block inside of this part.
    pub(super) fn position(&self, wanted: &[&str]) -> Option<usize> {
        let mut depth = 0_u32;
        (0..self.tokens.len()).find(|n| {
            let Some(here) = self.tokens.get(*n..n + wanted.len()) else { return false };
            match here.first().map(|token| self.text(token)) {
                Some("{") => depth += 1,
                Some("}") => depth = depth.saturating_sub(1),
                Some(_) | None => {}
            }
            let same = |(token, word): (&Token, &&str)| {
                token.kind == TokenKind::Word && self.text(token).eq_ignore_ascii_case(word)
            };
            depth <= 1 && here.iter().zip(wanted).all(same)
        })
    }

    /// Returns the tokens from a number on.
    pub(super) fn from(&self, n: usize) -> &[Token] {
        self.tokens.get(n..).unwrap_or(&[])
    }

    /// Returns the place of some words that stand in no block inside of this part.
    pub(super) fn find(&self, wanted: &[&str]) -> Option<Span> {
        let first = self.position(wanted)?;
        let (first, last) = (self.tokens.get(first)?, self.tokens.get(first + wanted.len() - 1)?);
        Some(self.whole.part(first.range.start, last.range.end))
    }
}

/// Returns the place of some words in a part of the source, outside of blocks in it.
pub(super) fn words(cx: &Cx<'_>, within: Span, wanted: &[&str]) -> Option<Span> {
    Words::of(cx, within).find(wanted)
}

/// Returns where to put a member in as the last of a block, and the text to put there.
pub(super) fn last_member(cx: &Cx<'_>, block: Span, member: &str) -> Option<(Span, String)> {
    let text = cx.file_text(block);
    let brace = block.end.checked_sub(1)?;
    if !text.get(brace as usize..)?.starts_with('}') {
        return None;
    }
    let before = text.get(..brace as usize)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let indentation = before.get(line_start..)?;
    if indentation.trim().is_empty() {
        let at = line_start as u32;
        let text = format!("{indentation}  {member}\n");
        return Some((Span { start: at, end: at, ..block }, text));
    }
    let blank = if before.ends_with(char::is_whitespace) { "" } else { " " };
    Some((Span { start: brace, end: brace, ..block }, format!("{blank}{member} ")))
}
