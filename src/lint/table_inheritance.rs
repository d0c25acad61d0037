//! A table that inherits from another.

use super::cx::Cx;
use super::find;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;

rule!(TABLE_INHERITANCE, Warning, Off, "table-inheritance");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&TABLE_INHERITANCE];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        let Some(parent) = relation.table.inherits.first() else { continue };
        let place = &relation.origin.place;
        let span = find::words(cx, place.whole, &["inherits"]).unwrap_or(place.name);
        let message = format!("`{}` inherits from `{}`", relation.at.name, parent.name);
        let diagnostic = Diagnostic::new(&TABLE_INHERITANCE, message)
            .label(span, "keys and foreign keys of the parent don't hold for its rows")
            .help("use partitions, a foreign key, or a mixin for columns that they share");
        cx.report(place, diagnostic);
    }
}
