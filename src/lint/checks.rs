//! Checks that say nothing, and constraints that were left half done.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds of token, only some matter here"
)]

use super::cx::Cx;
use super::edit;
use super::relation::Relation;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Rule};
use crate::object::address::{Address, Name};
use crate::object::constraint::Demand;
use crate::object::constraint_flags::Validation;
use crate::object::origin::Place;
use crate::source::Span;
use crate::sql::expr::Expr;
use crate::sql::ident::fold;
use crate::sql::lex::{TokenKind, tokens};
use crate::sql::word::Word;

rule!(CONSTANT_CHECK, Warning, "constant-check");
rule!(NOT_NULL_CHECK, Warning, "not-null-check");
rule!(DUPLICATE_CHECK, Warning, "duplicate-check");
rule!(NOT_VALID_CONSTRAINT, Warning, "not-valid-constraint");

/// The rules of this module.
pub(super) static RULES: &[&Rule] =
    &[&CONSTANT_CHECK, &NOT_NULL_CHECK, &DUPLICATE_CHECK, &NOT_VALID_CONSTRAINT];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        let mut seen: Vec<(&str, &Place)> = Vec::new();
        for (at, constraint) in &relation.constraints {
            let Some(place) = cx.place(at) else { continue };
            if constraint.validation == Validation::NotValid {
                not_valid(cx, relation, at, place);
            }
            let Demand::Check { condition, no_inherit } = &constraint.demand else { continue };
            if let Some((_, first)) = seen.iter().find(|(text, _)| *text == condition.text()) {
                duplicate(cx, relation, place, first);
                continue;
            }
            seen.push((condition.text(), place));
            let constant = is_constant(condition);
            // With `no inherit`, it may be meant to keep rows out of a parent.
            if constant && !*no_inherit {
                constant_check(cx, relation, condition, place);
            } else if let Some(column) = not_null(condition) {
                not_null_check(cx, relation, &column, place);
            }
        }
        for (at, key) in &relation.foreign_keys {
            if key.validation == Validation::NotValid
                && let Some(place) = cx.place(at)
            {
                not_valid(cx, relation, at, place);
            }
        }
    }
}

/// Tells whether a condition has no names: neither columns nor functions.
fn is_constant(condition: &Expr) -> bool {
    const WORDS: [Word; 8] = [
        Word::True,
        Word::False,
        Word::Null,
        Word::And,
        Word::Or,
        Word::Not,
        Word::Is,
        Word::In,
    ];
    tokens(condition.text()).iter().all(|token| match token.kind {
        TokenKind::Word => WORDS.contains(&token.word),
        TokenKind::QuotedWord | TokenKind::Bad(_) | TokenKind::ColonColon => false,
        _ => true,
    })
}

fn constant_check(cx: &Cx<'_>, relation: &Relation<'_>, condition: &Expr, place: &Place) {
    let diagnostic = Diagnostic::new(&CONSTANT_CHECK, "this check names no column")
        .label(place.whole, "the same for every row")
        .help("delete it, or say which column it is about");
    let column = column_of(relation, place);
    let is_true = condition.text().eq_ignore_ascii_case("true");
    cx.report(place, with_deletion(cx, relation, place, column, diagnostic, is_true));
}

/// Returns the column of `column is not null`.
fn not_null(condition: &Expr) -> Option<Name> {
    let text = condition.text();
    let found = tokens(text);
    let [column, is, not, null, _end] = &found[..] else { return None };
    let words = [is.word, not.word, null.word] == [Word::Is, Word::Not, Word::Null];
    let name = column.range.of(text);
    match column.kind {
        TokenKind::Word if words => Some(fold(name).as_ref().into()),
        TokenKind::QuotedWord if words => Some(name.trim_matches('"').into()),
        _ => None,
    }
}

fn not_null_check(cx: &Cx<'_>, relation: &Relation<'_>, column: &Name, place: &Place) {
    let own = column_of(relation, place);
    if relation.refuses_null(column) {
        let message = format!("`{column}` is NOT NULL anyway");
        let diagnostic = Diagnostic::new(&NOT_NULL_CHECK, message)
            .label(place.whole, "always holds")
            .help("delete it");
        cx.report(place, with_deletion(cx, relation, place, own, diagnostic, true));
        return;
    }
    let Some(ty) = relation.origin.member(column).and_then(|it| it.ty) else { return };
    let mark = Span { start: ty.end, end: ty.end + 1, ..ty };
    let message = format!("this check is NOT NULL of `{column}` in other words");
    let mut diagnostic = Diagnostic::new(&NOT_NULL_CHECK, message)
        .label(place.whole, "neither the planner nor the Rust types see it")
        .label(mark, "NULL is allowed here")
        .help("take the `?` off the type, and delete the check");
    if cx.text(mark) == "?"
        && place.inclusion.is_none()
        && let Some(span) = edit::without(cx, relation, place, own)
    {
        let fix = Fix::likely("take the `?` off the type, and delete the check");
        diagnostic = diagnostic.fix(fix.delete(mark).delete(span));
    }
    cx.report(place, diagnostic);
}

fn duplicate(cx: &Cx<'_>, relation: &Relation<'_>, place: &Place, first: &Place) {
    // Of two, the one that stands later in the file is the second.
    let (second, first) =
        if first.whole < place.whole { (place, first) } else { (first, place) };
    let diagnostic = Diagnostic::new(&DUPLICATE_CHECK, "two checks demand the same")
        .label(second.whole, "again here")
        .label(first.whole, "first here")
        .help("delete one of them");
    let column = column_of(relation, second);
    cx.report(second, with_deletion(cx, relation, second, column, diagnostic, false));
}

/// Adds a fix that deletes a constraint, unless it came by an include.
fn with_deletion(
    cx: &Cx<'_>,
    relation: &Relation<'_>,
    place: &Place,
    column: Option<&Name>,
    diagnostic: Diagnostic,
    is_certain: bool,
) -> Diagnostic {
    let is_named = place.name != place.whole;
    let span = edit::without(cx, relation, place, column).filter(|_| place.inclusion.is_none());
    match span {
        Some(span) if is_certain && !is_named => {
            diagnostic.fix(Fix::certain("delete it").delete(span))
        }
        Some(span) => diagnostic.fix(Fix::likely("delete it").delete(span)),
        None => diagnostic,
    }
}

fn not_valid(cx: &Cx<'_>, relation: &Relation<'_>, at: &Address, place: &Place) {
    // Among the clauses of a column, its flags stand after it.
    let after = column_of(relation, place).and_then(|it| relation.origin.member(it));
    let within = after.map_or(place.whole, |column| Span {
        start: place.whole.end,
        ..column.whole
    });
    let words = edit::words(cx, within, &["not", "valid"]);
    let message = format!("`{}` does not hold for rows that were there before it", at.name);
    let mut diagnostic = Diagnostic::new(&NOT_VALID_CONSTRAINT, message)
        .label(words.unwrap_or(place.name), "left from a migration")
        .help("delete `not valid` once the rows are mended");
    if let Some(words) = words {
        let text = cx.file_text(words);
        let before = text.get(..words.start as usize).unwrap_or("").trim_end().len() as u32;
        let span = Span { start: before, ..words };
        diagnostic = diagnostic.fix(Fix::likely("delete `not valid`").delete(span));
    }
    cx.report(place, diagnostic);
}

/// Returns the column among whose clauses a constraint stands.
fn column_of<'c>(relation: &Relation<'c>, place: &Place) -> Option<&'c Name> {
    let columns = relation.table.columns.iter().map(|it| &it.name);
    let mut columns = columns;
    columns.find(|it| edit::column_around(relation, Some(it), place.whole).is_some())
}
