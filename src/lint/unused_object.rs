//! Schemas, sequences, extensions, roles and functions that nothing of the source uses.

use super::cx::Cx;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::address::{Address, Kind};
use crate::object::reader::Form;
use crate::object::routine::{Returns, Routine};
use crate::object::signature;
use crate::sql::builtin::extensions;

rule!(UNUSED_SCHEMA, Warning, "unused-schema");
rule!(UNUSED_SEQUENCE, Note, "unused-sequence");
rule!(UNUSED_EXTENSION, Warning, Off, "unused-extension");
rule!(UNUSED_ROLE, Warning, Off, "unused-role");
rule!(UNUSED_FUNCTION, Warning, Off, "unused-function");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] =
    &[&UNUSED_SCHEMA, &UNUSED_SEQUENCE, &UNUSED_EXTENSION, &UNUSED_ROLE, &UNUSED_FUNCTION];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, _) in cx.catalog().of(Kind::Schema) {
        if at.name != "public" {
            report(cx, &UNUSED_SCHEMA, at, "nothing lives in the schema", "empty");
        }
    }
    for (at, entry) in cx.catalog().of(Kind::Sequence) {
        let owned = matches!(&entry.object, Object::Sequence(it) if it.owned_by.is_some());
        if !owned && !cx.is_used(at) && !is_in_a_body(cx, at) {
            report(cx, &UNUSED_SEQUENCE, at, "no column takes numbers of the sequence", "here");
        }
    }
    for (at, _) in cx.catalog().of(Kind::Extension) {
        if brings_functions_only(&at.name) {
            report(cx, &UNUSED_EXTENSION, at, "nothing uses the extension", "declared here");
        }
    }
    for (at, entry) in cx.catalog().of(Kind::Role) {
        let logs_in = matches!(&entry.object, Object::Role(it) if it.flags.iter().any(|it| it == "LOGIN"));
        let is_member = matches!(&entry.object, Object::Role(it) if !it.member_of.is_empty());
        if !logs_in && !is_member {
            report(cx, &UNUSED_ROLE, at, "nothing is granted to the role", "declared here");
        }
    }
    for (at, entry) in cx.catalog().of(Kind::Routine) {
        if matches!(&entry.object, Object::Routine(it) if !runs_in_a_trigger(it)) {
            report(cx, &UNUSED_FUNCTION, at, "nothing of the source calls", "declared here");
        }
    }
}

/// Tells whether an extension is known to bring functions and nothing else, so that each use of it is seen.
fn brings_functions_only(name: &str) -> bool {
    let known = extensions::find(name).and_then(|it| it.provided.as_ref());
    known.is_some_and(|it| {
        it.all_functions().next().is_some()
            && it.all_types().next().is_none()
            && it.all_operators().next().is_none()
            && it.all_operator_classes().next().is_none()
            && it.all_relations().next().is_none()
    })
}

fn report(cx: &Cx<'_>, rule: &'static Rule, at: &Address, what: &str, label: &str) {
    let Some(place) = cx.place(at).filter(|_| !cx.is_used(at)) else { return };
    let name = if at.kind == Kind::Routine { signature::split(&at.name).0 } else { &at.name };
    let diagnostic = Diagnostic::new(rule, format!("{what} `{name}`"))
        .label(place.name, label)
        .help("use it, or delete it");
    cx.report(place, diagnostic);
}

/// A function of a trigger has a lint of its own.
fn runs_in_a_trigger(routine: &Routine) -> bool {
    matches!(&routine.returns, Returns::One(ty) if ty.name.ends_with("trigger"))
}

/// Tells whether a body that is not read has the name in it, as in `nextval('numbers')`.
fn is_in_a_body(cx: &Cx<'_>, at: &Address) -> bool {
    let mut texts = cx.compiled.texts.iter().filter(|it| it.sql.form == Form::Opaque);
    let name = at.name.as_str();
    texts.any(|text| {
        let mut found = text.sql.text.match_indices(name);
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        found.any(|(start, _)| {
            let (before, rest) = text.sql.text.split_at(start);
            let after = rest.get(name.len()..).unwrap_or("");
            !before.ends_with(is_part) && !after.starts_with(is_part)
        })
    })
}
