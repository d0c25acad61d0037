//! Types that say no more than another type would.

use super::cx::Cx;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::Kind;

rule!(ENUM_WITHOUT_CHOICE, Note, Off, "enum-without-choice");
rule!(DOMAIN_WITHOUT_CONSTRAINT, Note, Off, "domain-without-constraint");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] =
    &[&ENUM_WITHOUT_CHOICE, &DOMAIN_WITHOUT_CONSTRAINT];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::EnumType) {
        let Object::EnumType(it) = &entry.object else { continue };
        let (n, label) = match it.labels.len() {
            0 => ("no label", "its only value is NULL"),
            1 => ("one label", "its values are this label and NULL"),
            _ => continue,
        };
        let Some(place) = cx.place(at) else { continue };
        let diagnostic =
            Diagnostic::new(&ENUM_WITHOUT_CHOICE, format!("the enum `{}` has {n}", at.name))
                .label(place.name, label)
                .help("add the labels that are still to come, or delete the enum");
        cx.report(place, diagnostic);
    }
    for (at, entry) in cx.catalog().of(Kind::Domain) {
        let Object::Domain(it) = &entry.object else { continue };
        if it.not_null || !it.checks.is_empty() || it.default.is_some() || it.collation.is_some() {
            continue;
        }
        let Some(place) = cx.place(at) else { continue };
        let message = format!("the domain `{}` takes every `{}`", at.name, it.base);
        let diagnostic = Diagnostic::new(&DOMAIN_WITHOUT_CONSTRAINT, message)
            .label(place.name, "another name, and nothing is refused")
            .help("add `check (value …)`, or use the type itself");
        cx.report(place, diagnostic);
    }
}
