//! Privileges that are given twice, in vain, or to more than they should be.

use std::collections::BTreeMap;

use super::cx::Cx;
use super::edit;
use super::find::Words;
use crate::compile::{Grant, GrantScope};
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Rule};
use crate::object::address::Address;
use crate::object::privilege::{Granted, Privilege};
use crate::source::Span;

rule!(REDUNDANT_GRANT, Warning, "redundant-grant");
rule!(REVOKE_WITHOUT_EFFECT, Warning, "revoke-without-effect");
rule!(GRANT_TO_PUBLIC, Note, Off, "grant-to-public");
rule!(GRANT_OF_ALL, Warning, Off, "grant-of-all");
rule!(GRANT_OPTION, Warning, Off, "grant-option");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] =
    &[&REDUNDANT_GRANT, &REVOKE_WITHOUT_EFFECT, &GRANT_TO_PUBLIC, &GRANT_OF_ALL, &GRANT_OPTION];

/// One privilege and the statement that it stands in.
#[derive(Clone, Copy)]
struct Given<'c> {
    grant: &'c Grant,
    it: &'c Privilege,
}

pub(super) fn check(cx: &Cx<'_>) {
    let mut by_object: BTreeMap<&Address, Vec<Given<'_>>> = BTreeMap::new();
    for grant in &cx.compiled.grants {
        let given = by_object.entry(&grant.at).or_default();
        given.extend(grant.privileges.iter().map(|it| Given { grant, it }));
        opinions(cx, grant);
    }
    for (at, given) in by_object {
        redundant(cx, at, &given);
        in_vain(cx, at, &given);
    }
}

/// Reports privileges that a role has by another grant. What is said of many objects at once is never too much.
fn redundant(cx: &Cx<'_>, at: &Address, given: &[Given<'_>]) {
    let is_covered = |n: usize, one: &Given<'_>| {
        one.grant.scope == GrantScope::One
            && given.iter().enumerate().find(|(m, other)| *m != n && covers(other, one, *m < n)).is_some()
    };
    let covered: Vec<&Given<'_>> =
        given.iter().enumerate().filter(|(n, one)| is_covered(*n, one)).map(|(_, it)| it).collect();
    for one in &covered {
        let same = |it: &&&Given<'_>| std::ptr::eq(it.grant, one.grant);
        let all = covered.iter().filter(same).count() == one.grant.privileges.len();
        let what = described(one.it);
        let message = format!("`{}` has {what} on `{}` already", one.it.grantee, at.name);
        let mut diagnostic = Diagnostic::new(&REDUNDANT_GRANT, message)
            .label(place_of(cx, one.grant, one.it), "another grant gives it")
            .help("delete it");
        if all && let Some(span) = edit::without_member(cx, one.grant.whole) {
            diagnostic = diagnostic.fix(Fix::certain("delete it").delete(span));
        }
        cx.report_in(one.grant.inclusion.as_deref(), diagnostic);
    }
}

/// Tells whether one privilege gives all that another does; of two that are the same the first does.
fn covers(one: &Given<'_>, other: &Given<'_>, is_first: bool) -> bool {
    let (one, other) = (one.it, other.it);
    let given = Granted::Plain <= other.granted && other.granted <= one.granted;
    let same_privilege = one.privilege == other.privilege;
    let same_column = one.column == other.column;
    let wider = (same_privilege || one.privilege == "all") && (same_column || one.column.is_none());
    let is_same = same_privilege && same_column && one.granted == other.granted;
    given && one.grantor == other.grantor && one.grantee == other.grantee && wider && (!is_same || is_first)
}

/// Reports what is taken from a role that is given the same: what is taken is taken first.
fn in_vain(cx: &Cx<'_>, at: &Address, given: &[Given<'_>]) {
    for one in given.iter().filter(|one| one.it.granted == Granted::Revoked) {
        let is_same = |other: &&Given<'_>| {
            other.it.granted != Granted::Revoked
                && (&other.it.grantee, &other.it.privilege, &other.it.column)
                    == (&one.it.grantee, &one.it.privilege, &one.it.column)
        };
        let Some(other) = given.iter().find(is_same) else { continue };
        let (grantee, what) = (&one.it.grantee, described(one.it));
        let message = format!("{what} on `{}` is taken from `{grantee}` and given to it", at.name);
        let diagnostic = Diagnostic::new(&REVOKE_WITHOUT_EFFECT, message)
            .label(place_of(cx, one.grant, one.it), "taken first, so this does nothing")
            .label(place_of(cx, other.grant, other.it), "given here")
            .help("delete one of them");
        cx.report_in(one.grant.inclusion.as_deref(), diagnostic);
    }
}

/// Reports what some do not want in a schema.
fn opinions(cx: &Cx<'_>, grant: &Grant) {
    let report = |rule: &'static Rule, it: &Privilege, message: String, label: &str, help: &str| {
        let diagnostic = Diagnostic::new(rule, message);
        let diagnostic = diagnostic.label(place_of(cx, grant, it), label).help(help);
        cx.report_in(grant.inclusion.as_deref(), diagnostic);
    };
    let given = grant.privileges.iter().filter(|it| it.granted != Granted::Revoked);
    for it in given {
        let (name, grantee) = (&grant.at.name, &it.grantee);
        if grantee == "public" {
            let message = format!("every role has {} on `{name}`", described(it));
            report(&GRANT_TO_PUBLIC, it, message, "given to `public`", "name the roles that need it");
        }
        if it.privilege == "all" {
            let message = format!("`{grantee}` has every privilege on `{name}`");
            let help = "name the privileges that it needs";
            report(&GRANT_OF_ALL, it, message, "those of later versions of PostgreSQL too", help);
        }
        if it.granted == Granted::WithGrantOption {
            let message = format!("`{grantee}` may give {} on `{name}` to others", described(it));
            let help = "leave `with grant option` out, and grant here what others need";
            report(&GRANT_OPTION, it, message, "what it gives is not in this source", help);
        }
    }
}

fn described(it: &Privilege) -> String {
    match &it.column {
        _ if it.privilege == "all" => "every privilege".to_owned(),
        Some(column) => format!("`{} ({column})`", it.privilege),
        None => format!("`{}`", it.privilege),
    }
}

/// Returns where a statement names a privilege.
fn place_of(cx: &Cx<'_>, grant: &Grant, it: &Privilege) -> Span {
    let words = Words::of(cx, grant.whole);
    let wanted: Vec<&str> = it.privilege.split(' ').collect();
    words.find(&wanted).unwrap_or(grant.whole)
}
