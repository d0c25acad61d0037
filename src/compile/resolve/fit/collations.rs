//! Collations that are named, and the types that take one (`GetColumnDefCollation`, `get_collation_oid`).
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some name a collation"
)]

use super::Fit;
use crate::compile::read::Read;
use crate::compile::resolve::value::key;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::constraint::Demand;
use crate::object::index_element::{IndexElement, Key};
use crate::source::Span;
use crate::sql::builtin::objects::ObjectKind;
use crate::sql::builtin::postgresql;
use crate::sql::definition;
use crate::syntax::Rule;

rule!(UNKNOWN_COLLATION, Error, "unknown-collation");
rule!(NOT_COLLATABLE, Error, "collation-of-type-without");

/// The rules of this file.
pub(crate) const RULES: &[&crate::diagnostic::Rule] = &[&UNKNOWN_COLLATION, &NOT_COLLATABLE];

/// How many domains deep a type is looked at.
const MAX_DEPTH: usize = 32;

/// Checks the collations that an object names.
pub(super) fn check(cx: &Fit<'_, '_>, read: &Read) {
    match &read.entry.object {
        Object::Table(table) => {
            for column in &table.columns {
                let Some(name) = &column.collation else { continue };
                let place = read.in_column(&column.name, Rule::collate);
                one(cx, read, name, key(&column.ty).as_deref(), place);
            }
            if let Some(by) = &table.partition_by {
                elements(cx, read, by.elements.iter());
            }
        }
        Object::ForeignTable(table) => {
            for column in &table.columns {
                let Some(name) = &column.collation else { continue };
                let place = read.in_column(&column.name, Rule::collate);
                one(cx, read, name, key(&column.ty).as_deref(), place);
            }
        }
        Object::CompositeType(it) => {
            for attribute in &it.attributes {
                let Some(name) = &attribute.collation else { continue };
                let place = read.in_column(&attribute.name, Rule::collate);
                one(cx, read, name, key(&attribute.ty).as_deref(), place);
            }
        }
        Object::Domain(domain) => {
            if let Some(name) = &domain.collation {
                let place = read.part(Rule::collate, &name.name);
                one(cx, read, name, key(&domain.base).as_deref(), place);
            }
        }
        Object::Index(index) => elements(cx, read, index.elements.iter()),
        Object::Constraint(constraint) => {
            if let Demand::Exclusion(it) = &constraint.demand {
                elements(cx, read, it.elements.iter().map(|(element, _)| element));
            }
        }
        Object::RangeType(range) => {
            if let Some(text) = definition::value(&range.definition, "collation") {
                let name = crate::object::signature::named(text, &Name::default());
                let place = read.part(Rule::definition_value, "collation");
                one(cx, read, &name, key(&range.subtype).as_deref(), place);
            }
        }
        Object::Collation(it) => {
            if let Some(from) = &it.from {
                exists(cx, read, from, read.clause(Rule::collation_from));
            }
        }
        _ => {}
    }
}

fn elements<'e>(cx: &Fit<'_, '_>, read: &Read, elements: impl Iterator<Item = &'e IndexElement>) {
    for (n, element) in elements.enumerate() {
        let Some(name) = &element.collation else { continue };
        let ty = match &element.key {
            Key::Column(name) => cx.column_type(read, name),
            Key::Expr(_) => None,
        };
        one(cx, read, name, ty.as_deref(), read.in_element(n, Rule::collate));
    }
}

fn one(cx: &Fit<'_, '_>, read: &Read, name: &Qualified, ty: Option<&str>, place: Span) {
    if !exists(cx, read, name, place) {
        return;
    }
    let Some(ty) = ty else { return };
    if is_collatable(cx, ty) == Some(false) {
        let message = format!("the type `{ty}` has no collation");
        let diagnostic =
            Diagnostic::new(&NOT_COLLATABLE, message).label(place, "so this has no use");
        cx.report(read, diagnostic.help("delete it"));
    }
}

/// Tells whether a type takes a collation, if that is known.
fn is_collatable(cx: &Fit<'_, '_>, ty: &str) -> Option<bool> {
    let mut base = cx.world.types.base(ty);
    for _ in 0..MAX_DEPTH {
        let Some(element) = base.strip_suffix("[]") else { break };
        base = cx.world.types.base(element);
    }
    if let Some(found) = postgresql().type_named(base) {
        return Some(found.collatable);
    }
    let (schema, name) = match crate::object::path::split_path(base).as_slice() {
        [schema, name] => (schema.name.clone(), name.name.clone()),
        _ => return None,
    };
    let plain = [Kind::EnumType, Kind::CompositeType, Kind::RangeType, Kind::Table];
    let is_plain = |kind: &Kind| {
        cx.world.catalog.get(&Address::new(*kind, schema.clone(), name.clone())).is_some()
    };
    plain.iter().any(is_plain).then_some(false)
}

/// Tells whether a collation may exist, and reports one that can't.
fn exists(cx: &Fit<'_, '_>, read: &Read, name: &Qualified, place: Span) -> bool {
    let own = matches!(name.schema.as_str(), "" | "pg_catalog");
    if cx.open
        || own && postgresql().object(ObjectKind::Collation, &name.name).is_some()
        || cx.declared(Kind::Collation, read, name).is_some()
        || own && may_be_of_the_machine(&name.name)
    {
        return true;
    }
    let declared = cx.world.catalog.of(Kind::Collation).map(|(at, _)| at.name.as_str());
    let known: Vec<&str> =
        postgresql().objects(ObjectKind::Collation).map(|it| it.name).chain(declared).collect();
    let same = known.iter().find(|it| it.eq_ignore_ascii_case(&name.name));
    let help = match same {
        Some(same) => Some(format!("write `{}`", crate::sql::ident::quote_ident(same))),
        None => did_you_mean(&name.name, known),
    };
    let message = format!("there is no collation `{}`", name.name);
    let diagnostic = Diagnostic::new(&UNKNOWN_COLLATION, message).label(place, "named here");
    cx.report(read, diagnostic.help_if(help));
    false
}

/// Tells whether `initdb` may have found a locale of this name on the machine: `de_DE`, `de_DE.utf8`, `german`,
/// `und-x-icu`, `German_Germany.1252`.
fn may_be_of_the_machine(name: &str) -> bool {
    if name.contains(['-', '.', '@', ' ']) {
        return true;
    }
    let (language, territory) = name.split_once('_').unwrap_or((name, "XX"));
    let is_language = language.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_territory = matches!(territory.len(), 2 | 3)
        && (territory.bytes().all(|byte| byte.is_ascii_uppercase()) && territory.len() == 2
            || territory.bytes().all(|byte| byte.is_ascii_digit()));
    // `C` and `POSIX` are folded where they have no quotes; no locale is called so.
    is_language && is_territory && !matches!(name, "c" | "posix")
}
