//! SQL text of several lines: its lines move together, so that the catalog sees the same text.
//!
//! The catalog takes off the indentation that all lines after the first have ([`crate::sql::lines`]). So that
//! indentation can be changed, and nothing else: not the blanks inside a line, nor how far one line stands from another.

use crate::sql::lines::{BLANKS, Line, common_indentation, common_start, lines};

/// SQL text of several lines.
#[derive(Debug)]
pub(super) struct SqlText<'s> {
    pub(super) first: &'s str,
    /// The blanks by which the first line stands to the right of the others; only where it begins a line.
    pub(super) lead: &'s str,
    /// The lines after the first.
    pub(super) rest: Vec<SqlLine<'s>>,
    /// The text begins a line of its own, and its other lines are indented as that.
    pub(super) own_line: bool,
    /// The last line begins with the bracket or the word that closes what the first line opened.
    pub(super) closes: bool,
}

/// A line after the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqlLine<'s> {
    /// To be written after as many blanks as the whole text is indented by.
    Moved(&'s str),
    /// To be written as it is: it begins in a string, or nothing may be moved.
    Kept(&'s str),
}

impl<'s> SqlText<'s> {
    /// Takes a text apart; `None` for one of a single line.
    ///
    /// `code` is the text with comments blanked, byte for byte; `before` the source in front of it; `own_line` whether
    /// it will begin a line of its own.
    pub(super) fn new(raw: &'s str, code: &str, before: &'s str, own_line: bool) -> Option<Self> {
        if !raw.contains('\n') {
            return None;
        }
        let code_lines = lines(code);
        let raw_lines: Vec<Line<'s>> =
            raw.split('\n').zip(&code_lines).map(|(text, code)| Line { text, ..*code }).collect();
        let first = raw_lines.first()?.trimmed_end();
        let begins_line = own_line.then(|| indentation_before(before)).flatten();
        let rest = raw_lines.get(1..).unwrap_or(&[]);
        let Some(counted) = movable(rest, code_lines.get(1..).unwrap_or(&[])) else {
            let rest = rest.iter().map(|line| SqlLine::Kept(line.trimmed_end())).collect();
            return Some(SqlText { first, lead: "", rest, own_line, closes: false });
        };
        let common = match (common_indentation(&counted), begins_line) {
            (Some(rest), Some(first)) => common_start(rest, first),
            (Some(rest), None) => rest,
            (None, first) => first.unwrap_or(""),
        };
        let moved = |line: &Line<'s>| match line.begins_quoted {
            true => SqlLine::Kept(line.trimmed_end()),
            false => SqlLine::Moved(without(line, common)),
        };
        let rest: Vec<SqlLine<'s>> = rest.iter().map(moved).collect();
        let closes = closes(&rest);
        let lead = begins_line.and_then(|blanks| blanks.get(common.len()..)).unwrap_or("");
        Some(SqlText { first, lead, rest, own_line, closes })
    }
}

/// Tells whether the last line closes what the first opened, and all between stand to the right of it.
fn closes(rest: &[SqlLine<'_>]) -> bool {
    let Some((SqlLine::Moved(last), between)) = rest.split_last() else { return false };
    let is_inner = |line: &SqlLine<'_>| match line {
        SqlLine::Moved(text) => text.is_empty() || text.starts_with(BLANKS),
        SqlLine::Kept(_) => true,
    };
    (last.starts_with([')', ']']) || is_word(last, "end")) && between.iter().all(is_inner)
}

fn is_word(text: &str, word: &str) -> bool {
    let (head, rest) = text.split_at_checked(word.len()).unwrap_or((text, ""));
    head.eq_ignore_ascii_case(word) && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Returns the blanks in front of what begins a line, or `None` where it does not begin one.
fn indentation_before(before: &str) -> Option<&str> {
    let line = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?;
    line.trim_start_matches(BLANKS).is_empty().then_some(line)
}

fn without<'s>(line: &Line<'s>, common: &str) -> &'s str {
    let text = line.trimmed_end();
    // A line of a comment may stand further to the left than the code.
    text.strip_prefix(common).unwrap_or_else(|| text.trim_start_matches(BLANKS))
}

/// Returns the lines whose indentation counts: those that begin inside a comment don't. `None` where code follows on
/// such a line: to the catalog the comment is blanks, and the line stands where its code does.
fn movable<'s>(raw: &[Line<'s>], code: &[Line<'_>]) -> Option<Vec<Line<'s>>> {
    let mut counted = Vec::with_capacity(raw.len());
    for (raw, code) in raw.iter().zip(code) {
        let indentation = raw.indentation();
        if code.text.get(..indentation.len()) != Some(indentation) {
            return None;
        }
        let begins = |line: &Line<'_>| line.text.as_bytes().get(indentation.len()).copied();
        let opens = |text: &str| ["--", "//", "/*"].iter().any(|it| text.starts_with(it));
        let inside = raw.text.get(indentation.len()..).unwrap_or("");
        if raw.begins_quoted || begins(raw) == begins(code) || opens(inside) {
            counted.push(*raw);
        } else if !code.is_blank() {
            return None;
        }
    }
    Some(counted)
}
