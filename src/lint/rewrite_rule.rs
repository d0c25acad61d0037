//! A rewrite rule on a table.

use super::cx::Cx;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::address::{Address, Kind};

rule!(REWRITE_RULE, Warning, "rewrite-rule");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&REWRITE_RULE];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, _) in cx.catalog().of(Kind::Rule) {
        let relation = at.relation();
        let table = Address::new(Kind::Table, relation.schema.clone(), relation.name.clone());
        if cx.catalog().get(&table).is_none() {
            continue;
        }
        let Some(place) = cx.place(at) else { continue };
        let diagnostic = Diagnostic::new(
            &REWRITE_RULE,
            format!("the rule `{}` rewrites statements on `{}`", at.name, relation.name),
        )
        .label(place.name, "its expressions may run more than once a row, or not at all")
        .help("use a trigger instead");
        cx.report(place, diagnostic);
    }
}
