//! `null` and `not null` of a column, which its type says: with `?` or without.

use super::reader::Reader;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::syntax::{Node, Rule};

rule!(EXPLICIT_NULLABILITY, Error, "explicit-nullability");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&EXPLICIT_NULLABILITY];

/// Refuses such a clause of a column.
pub(super) fn refuse(column: Node<'_>, clause: Node<'_>, cx: &mut Reader<'_>) {
    let word = clause.words();
    let diagnostic =
        Diagnostic::new(&EXPLICIT_NULLABILITY, format!("a column does not say `{word}`"))
            .label(clause.span(), "here");
    let (help, fix) = if clause.rule() == Rule::null {
        let fix = nullable(column).map(|fix| fix.delete(clause.span_with_blanks()));
        ("write `?` after the type instead", fix)
    } else {
        // With a `?`, or a `null`, nobody knows which of the two is meant.
        let is_clear = !column.has(Rule::nullable) && !column.has(Rule::null);
        let fix = Fix::certain(format!("delete `{word}`")).delete(clause.span_with_blanks());
        ("delete it: a column is NOT NULL unless its type ends in `?`", is_clear.then_some(fix))
    };
    cx.report(diagnostic.help(help).fix_if(fix));
}

/// Returns a fix that makes a column nullable, if nothing else speaks against it.
fn nullable(column: Node<'_>) -> Option<Fix> {
    if column.has(Rule::not_null) || column.has(Rule::primary_key) {
        return None;
    }
    let fix = Fix::certain("write `?` after the type");
    match column.child(Rule::type_ref) {
        Some(ty) if !column.has(Rule::nullable) => Some(fix.insert_after(ty.span(), "?")),
        _ => Some(fix),
    }
}
