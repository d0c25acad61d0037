//! Triggers whose names decide which fires first, and triggers that never fire.

use super::cx::Cx;
use super::find;
use super::relation::Relation;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::execute::Enabled;
use crate::object::trigger::{Each, Trigger};

rule!(TRIGGER_ORDER_BY_NAME, Note, Off, "trigger-order-by-name");
rule!(DISABLED_TRIGGER, Note, "disabled-trigger");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&TRIGGER_ORDER_BY_NAME, &DISABLED_TRIGGER];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        for (n, (at, trigger)) in relation.triggers.iter().enumerate() {
            let Some(place) = cx.place(at) else { continue };
            if trigger.enabled == Enabled::Disabled {
                let message = format!("the trigger `{}` never fires", at.name);
                let span = find::words(cx, place.whole, &["disabled"]).unwrap_or(place.name);
                let diagnostic = Diagnostic::new(&DISABLED_TRIGGER, message)
                    .label(span, "until someone enables it by hand")
                    .help("delete `disabled`, or the trigger");
                cx.report(place, diagnostic);
            }
            order(cx, relation, n);
        }
    }
}

/// Reports a trigger before whose row the triggers of other names have been.
fn order(cx: &Cx<'_>, relation: &Relation<'_>, n: usize) {
    let Some((at, trigger)) = relation.triggers.get(n) else { return };
    let before = relation.triggers.iter().take(n);
    let together = |(_, other): &&(_, &Trigger)| fire_together(trigger, other);
    let Some((first, _)) = before.into_iter().find(together) else { return };
    let (Some(place), Some(other)) = (cx.place(at), cx.place(first)) else { return };
    let message = format!("`{}` fires after `{}` because of its name", at.name, first.name);
    let diagnostic = Diagnostic::new(&TRIGGER_ORDER_BY_NAME, message)
        .label(place.name, "PostgreSQL fires them in the order of the alphabet")
        .label(other.name, "this one fires first")
        .help("do both in one function, or begin the names with numbers");
    cx.report(place, diagnostic);
}

/// Tells whether the order of two triggers of one table can matter: both may change the row that the other sees.
fn fire_together(a: &Trigger, b: &Trigger) -> bool {
    let same_event = a.events.iter().any(|a| {
        b.events.iter().any(|b| {
            let meet = a.columns.is_empty()
                || b.columns.is_empty()
                || a.columns.iter().any(|column| b.columns.contains(column));
            a.verb == b.verb && meet
        })
    });
    let row = a.each == Each::Row && b.each == Each::Row;
    row && a.when == "BEFORE" && b.when == "BEFORE" && same_event
}
