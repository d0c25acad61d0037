//! A table without a primary key.

use super::cx::Cx;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;

rule!(MISSING_PRIMARY_KEY, Warning, "missing-primary-key");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&MISSING_PRIMARY_KEY];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        // A partition has the key of its parent; a child and a typed table may have been made for anything.
        let table = relation.table;
        let is_own = table.partition_of.is_none() && table.inherits.is_empty();
        if !is_own || relation.primary_key().is_some() {
            continue;
        }
        let message = format!("the table `{}` has no primary key", relation.at.name);
        let diagnostic = Diagnostic::new(&MISSING_PRIMARY_KEY, message)
            .label(relation.origin.place.name, "nothing tells its rows apart")
            .help("say `primary key` of a column, or add `primary key (…);`");
        cx.report(&relation.origin.place, diagnostic);
    }
}
