//! Edits that several lints make: a member or item is taken out.
//!
//! Each gives nothing where the text around is not of the shape that it knows: then there is no fix.

use super::cx::Cx;
use crate::source::Span;

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
