//! A check whose result changes with time.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::lint::cx::Cx;
use crate::lint::volatility::changing;
use crate::object::Object;
use crate::object::constraint::Demand;

rule!(VOLATILE_CHECK, Warning, "volatile-check");

pub(super) fn check(cx: &Cx<'_>, seen: &Seen<'_>) {
    let is_check = match seen.object {
        Some(Object::Constraint(it)) => matches!(it.demand, Demand::Check { .. }),
        Some(Object::Domain(_)) => true,
        _ => false,
    };
    if !is_check {
        return;
    }
    for (range, word) in changing(cx, seen.text) {
        let message = format!("this check changes with `{word}`, and is looked at once");
        let diagnostic = Diagnostic::new(&VOLATILE_CHECK, message)
            .label(seen.place(range), "a row that fitted when it was written may not fit a restore")
            .help("check it in a trigger, or compare with a column that keeps the time");
        seen.report(cx, diagnostic);
    }
}
