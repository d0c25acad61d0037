//! Row security that is half there: enabled without policies, policies without it.

use super::cx::Cx;
use super::find;
use super::relation::Relation;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};

rule!(ROW_SECURITY_WITHOUT_POLICIES, Warning, "row-security-without-policies");
rule!(POLICIES_WITHOUT_ROW_SECURITY, Warning, "policies-without-row-security");
rule!(ONLY_RESTRICTIVE_POLICIES, Warning, "only-restrictive-policies");
rule!(UNFORCED_ROW_SECURITY, Warning, Off, "unforced-row-security");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[
    &ROW_SECURITY_WITHOUT_POLICIES,
    &POLICIES_WITHOUT_ROW_SECURITY,
    &ONLY_RESTRICTIVE_POLICIES,
    &UNFORCED_ROW_SECURITY,
];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        let security = relation.table.row_security;
        match (security.enabled, relation.policies.is_empty()) {
            (true, true) => without_policies(cx, relation),
            (false, false) => not_enabled(cx, relation),
            (true, false) => only_restrictive(cx, relation),
            (false, true) => {}
        }
        if security.enabled && !security.forced {
            let message =
                format!("the owner of `{}` passes by its policies", relation.at.name);
            let diagnostic = Diagnostic::new(&UNFORCED_ROW_SECURITY, message)
                .label(enabled_at(cx, relation), "this holds for other roles only")
                .help("write `row level security force`");
            cx.report(&relation.origin.place, diagnostic);
        }
    }
}

/// Returns where a table enables row security, or its name where a mixin does.
fn enabled_at(cx: &Cx<'_>, relation: &Relation<'_>) -> crate::source::Span {
    let place = &relation.origin.place;
    find::words(cx, place.whole, &["row", "level", "security"]).unwrap_or(place.name)
}

fn without_policies(cx: &Cx<'_>, relation: &Relation<'_>) {
    // Who reads a partition by way of its parent passes the policies of the parent.
    if relation.table.partition_of.is_some() || cx.is_in_raw(relation.at) {
        return;
    }
    let message =
        format!("`{}` has row security and no policy: only its owner sees a row", relation.at.name);
    let diagnostic = Diagnostic::new(&ROW_SECURITY_WITHOUT_POLICIES, message)
        .label(enabled_at(cx, relation), "this shows nothing until a policy does")
        .help("add a policy: `policy NAME for select using (…);`");
    cx.report(&relation.origin.place, diagnostic);
}

fn not_enabled(cx: &Cx<'_>, relation: &Relation<'_>) {
    let Some((at, _)) = relation.policies.first() else { return };
    let Some(place) = cx.place(at).filter(|_| !cx.is_in_raw(relation.at)) else { return };
    let name = &relation.at.name;
    let message = format!("`{name}` has policies and no row security: they do nothing");
    let help = "add `row level security;` to the table";
    let mut diagnostic = Diagnostic::new(&POLICIES_WITHOUT_ROW_SECURITY, message)
        .label(place.name, "this policy hides and refuses nothing")
        .help(help);
    let block = relation.origin.place.whole;
    if !relation.table.row_security.forced
        && let Some((at, text)) = find::last_member(cx, block, "row level security;")
    {
        diagnostic = diagnostic.fix(Fix::likely(help).replace(at, text));
    }
    cx.report(place, diagnostic);
}

fn only_restrictive(cx: &Cx<'_>, relation: &Relation<'_>) {
    let all = relation.policies.iter().all(|(_, policy)| policy.restrictive);
    let Some((at, _)) = relation.policies.first().filter(|_| all) else { return };
    let Some(place) = cx.place(at).filter(|_| !cx.is_in_raw(relation.at)) else { return };
    let message = format!("all policies of `{}` take rows away", relation.at.name);
    let diagnostic = Diagnostic::new(&ONLY_RESTRICTIVE_POLICIES, message)
        .label(place.name, "this narrows what a permissive policy gives, and there is none")
        .help("add a permissive policy, or leave `as restrictive` out");
    cx.report(place, diagnostic);
}
