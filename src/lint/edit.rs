//! Edits that several lints make: a member or clause is taken out, or a member put in.
//!
//! Each gives nothing where the text around is not of the shape that it knows: then there is no fix.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds of token, only some matter here"
)]

use super::cx::Cx;
use super::relation::Relation;
use crate::object::address::Name;
use crate::object::origin::Place;
use crate::source::Span;
use crate::sql::lex::{Token, TokenKind, tokens};

/// Returns the column that a constraint stands at, where it is a clause of one.
pub(super) fn column_around<'c>(
    relation: &Relation<'c>,
    column: Option<&Name>,
    clause: Span,
) -> Option<&'c Place> {
    let place = relation.origin.member(column?)?;
    let holds = place.whole.file == clause.file
        && place.whole.start < clause.start
        && clause.end <= place.whole.end;
    holds.then_some(place)
}

/// Returns what to delete to be rid of a constraint or index, which stands in its block or at a column.
pub(super) fn without(
    cx: &Cx<'_>,
    relation: &Relation<'_>,
    place: &Place,
    column: Option<&Name>,
) -> Option<Span> {
    match column_around(relation, column, place.whole) {
        Some(column) => without_clause(cx, column.whole, place.whole),
        None => without_member(cx, place.whole),
    }
}

/// Returns what to delete to be rid of a member or item: all its lines, documentation and attributes included, where
/// nothing else stands on them.
pub(super) fn without_member(cx: &Cx<'_>, whole: Span) -> Option<Span> {
    let text = cx.file_text(whole);
    let end = member_end(text, whole)?;
    let before = text.get(..whole.start as usize)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(end..)?;
    let tail = rest.find('\n').map_or(rest, |at| rest.get(..at).unwrap_or(rest));
    let indentation = before.get(line_start..)?;
    if indentation.trim().is_empty() && tail.trim().is_empty() {
        let start = start_with_metas(before.get(..line_start)?)?;
        let end = (end + tail.len() + 1).min(text.len());
        return Some(Span { start: start as u32, end: end as u32, ..whole });
    }
    let begins_well = indentation.trim_end().ends_with(['{', ';', '}']);
    let blanks = tail.len() - tail.trim_start().len();
    begins_well.then_some(Span { end: (end + blanks) as u32, ..whole })
}

/// Returns the offset after a member's `;`, or after an item whose end is its own.
fn member_end(text: &str, whole: Span) -> Option<usize> {
    let own = text.get(whole.start as usize..whole.end as usize)?;
    if own.ends_with([';', '}']) {
        return Some(whole.end as usize);
    }
    let rest = text.get(whole.end as usize..)?;
    let end = text.len() - rest.trim_start().len();
    text.get(end..)?.starts_with(';').then_some(end + 1)
}

/// Returns where the lines of documentation and attributes begin that end a text.
fn start_with_metas(before: &str) -> Option<usize> {
    let mut start = before.len();
    while let Some(above) = before.get(..start)?.strip_suffix('\n') {
        let line_start = above.rfind('\n').map_or(0, |at| at + 1);
        let line = above.get(line_start..)?.trim();
        let is_attribute = line.starts_with("#[") && line.ends_with(']');
        if !line.starts_with("///") && !is_attribute {
            // An attribute of several lines, or one before something else.
            return (!line.ends_with(']') && !line.starts_with("#[")).then_some(start);
        }
        start = line_start;
    }
    Some(start)
}

/// Returns what to delete to be rid of a clause of a column: with the blanks before it, its name and its flags.
pub(super) fn without_clause(cx: &Cx<'_>, column: Span, clause: Span) -> Option<Span> {
    let text = cx.file_text(column);
    let before = plain_tokens(text, Span { end: clause.start, ..column })?;
    let after = plain_tokens(text, Span { start: clause.end, ..column })?;
    let word = |token: &Token| text_of(text, token).to_ascii_lowercase();
    let mut start = clause.start;
    if let [.., constraint, _name] = &before[..]
        && word(constraint) == "constraint"
    {
        start = constraint.range.start;
    }
    let flags = ["not", "deferrable", "initially", "no", "valid", "enforced"];
    if after.first().is_some_and(|token| flags.contains(&word(token).as_str())) {
        return None;
    }
    let blank = text.get(..start as usize)?.trim_end().len() as u32;
    Some(Span { start: blank, ..clause })
}

/// Returns where to put a new member in, and the member as it is to stand there.
///
/// It comes last in the block of its table; in a mixin it follows the member that wants it.
pub(super) fn new_member(
    cx: &Cx<'_>,
    relation: &Relation<'_>,
    near: &Place,
    member: &str,
) -> Option<(Span, String)> {
    let block = relation.origin.place.whole;
    let text = cx.file_text(near.whole);
    if near.inclusion.is_some() {
        let end = statement_end(text, near.whole)?;
        let at = Span { start: end, end, ..near.whole };
        let line_start = text.get(..near.whole.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
        let line = text.get(line_start..)?;
        let indentation = line.get(..line.len() - line.trim_start().len())?;
        return Some((at, format!("\n{indentation}{member}")));
    }
    let brace = block.end.checked_sub(1)?;
    if block.file != near.whole.file || !text.get(brace as usize..)?.starts_with('}') {
        return None;
    }
    let before = text.get(..brace as usize)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let indentation = before.get(line_start..)?;
    if indentation.trim().is_empty() {
        let start = line_start as u32;
        return Some((Span { start, end: start, ..block }, format!("{indentation}  {member}\n")));
    }
    let blank = if before.ends_with(char::is_whitespace) { "" } else { " " };
    Some((Span { start: brace, end: brace, ..block }, format!("{blank}{member} ")))
}

/// Returns the offset after the `;` that ends the member in which a clause stands.
fn statement_end(text: &str, clause: Span) -> Option<u32> {
    let rest = text.get(clause.end as usize..)?;
    let line = rest.lines().next()?;
    if line.contains("//") {
        return None;
    }
    let found = tokens(line).into_iter().find(|token| token.kind == TokenKind::Semicolon)?;
    Some(clause.end + found.range.end)
}

/// Returns the place of some words within a place, outside of brackets.
pub(super) fn words(cx: &Cx<'_>, within: Span, wanted: &[&str]) -> Option<Span> {
    let text = cx.file_text(within);
    let tokens = plain_tokens(text, within)?;
    let mut depth = 0_u32;
    for (n, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
            TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
            _ if 0 < depth => {}
            _ => {
                let here = tokens.get(n..n + wanted.len())?;
                let same = |(token, word): (&Token, &&str)| {
                    token.kind == TokenKind::Word && text_of(text, token).eq_ignore_ascii_case(word)
                };
                if here.iter().zip(wanted).all(same) {
                    let end = here.last()?.range.end;
                    return Some(Span { start: token.range.start, end, ..within });
                }
            }
        }
    }
    None
}

/// Returns the place of the value after the word `default` of a column or domain, as it is written.
pub(super) fn default_value(cx: &Cx<'_>, within: Span, value: &str) -> Option<Span> {
    let word = words(cx, within, &["default"])?;
    let text = cx.file_text(within);
    let rest = text.get(word.end as usize..within.end as usize)?;
    let start = within.end - rest.trim_start().len() as u32;
    let is_it = text.get(start as usize..)?.starts_with(value);
    is_it.then_some(Span { start, end: start + value.len() as u32, ..within })
}

/// Returns what to delete to be rid of the default of a column or domain: the clause and the blanks before it.
pub(super) fn without_default(cx: &Cx<'_>, within: Span, value: &str) -> Option<Span> {
    let found = default_value(cx, within, value)?;
    let word = words(cx, within, &["default"])?;
    let text = cx.file_text(within);
    let start = text.get(..word.start as usize)?.trim_end().len() as u32;
    Some(Span { start, ..found })
}

/// Returns the tokens of a part of a file, with their places in the file; nothing where there are comments of our own,
/// which are none in SQL.
fn plain_tokens(text: &str, part: Span) -> Option<Vec<Token>> {
    let slice = text.get(part.start as usize..part.end as usize)?;
    if slice.contains("//") || slice.contains("/*") {
        return None;
    }
    let mut found = tokens(slice);
    found.retain(|token| token.kind != TokenKind::Eof);
    for token in &mut found {
        token.range.start += part.start;
        token.range.end += part.start;
    }
    Some(found)
}

fn text_of<'t>(text: &'t str, token: &Token) -> &'t str {
    token.range.of(text)
}
