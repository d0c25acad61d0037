//! How names are spelled: not empty, not too long, and in lower case where they have no quotes (manual 4.1.1).

use super::path::Part;
use super::reader::Reader;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Span;
use crate::sql::ident::MAX_BYTES;

rule!(UPPER_CASE_NAME, Error, "upper-case-name");
rule!(NAME_TOO_LONG, Error, "name-too-long");
rule!(EMPTY_NAME, Error, "empty-name");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&UPPER_CASE_NAME, &NAME_TOO_LONG, &EMPTY_NAME];

/// Checks the parts of a dotted name. `text` is what they are part of, `span` where that stands.
pub(super) fn check(text: &str, parts: &[Part<'_>], span: Span, cx: &mut Reader<'_>) {
    let is_exact = cx.is_as_written() && text.len() == span.len();
    // Where a part ends, as long as each is found as it is written.
    let mut end = is_exact.then_some(0);
    for part in parts {
        let start = end.and_then(|end| Some(end + text.get(end..)?.find(part.text.as_ref())?));
        end = start.map(|start| start + part.text.len());
        let place = start.zip(end).map(|(start, end)| span.part(start as u32, end as u32));
        check_part(part, span, place, cx);
    }
}

/// Checks one part. `place` is that of the part alone, where it is known.
fn check_part(part: &Part<'_>, span: Span, place: Option<Span>, cx: &mut Reader<'_>) {
    if part.name.is_empty() {
        let diagnostic = Diagnostic::new(&EMPTY_NAME, "a name has at least one character");
        cx.report(diagnostic.label(span, "here").help("write the name between the quotes"));
    }
    if MAX_BYTES < part.name.len() {
        let message = format!("`{}` has {} bytes", part.name, part.name.len());
        let diagnostic = Diagnostic::new(&NAME_TOO_LONG, message)
            .label(span, format!("PostgreSQL keeps {MAX_BYTES} bytes of a name"));
        cx.report(diagnostic.help("choose a shorter name"));
    }
    if !part.quoted && part.text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let message = format!("`{}` has upper-case letters and no quotes", part.text);
        let diagnostic = Diagnostic::new(&UPPER_CASE_NAME, message)
            .label(span, "PostgreSQL would fold it to lower case");
        let quoted = format!("\"{}\"", part.text);
        let fix = place.map(|it| Fix::certain(format!("write `{quoted}`")).replace(it, &quoted));
        let help = format!("write `{quoted}` to keep the letters, or `{}`", part.name);
        cx.report(diagnostic.help(help).fix_if(fix));
    }
}
