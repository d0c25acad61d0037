//! `#[renamed_from(old)]` where what has the old name is declared still.

use super::cx::Cx;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::origin::Place;
use crate::object::path::split_path;
use crate::source::Span;

rule!(STALE_RENAMED_FROM, Warning, "stale-renamed-from");

/// The rules of this module.
pub(super) static RULES: &[&Rule] = &[&STALE_RENAMED_FROM];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, member, old) in cx.compiled.hints.renames() {
        match member {
            None => object(cx, at, old),
            Some(name) => self::member(cx, at, name, old),
        }
    }
}

/// An object, and another of its sort that has its old name.
fn object(cx: &Cx<'_>, at: &Address, old: &str) {
    let Some(new) = cx.place(at) else { return };
    let mut parts: Vec<Name> = split_path(old).into_iter().map(|part| part.name).collect();
    let Some(name) = parts.pop() else { return };
    let schema = parts.pop().unwrap_or_else(|| at.schema.clone());
    let declared = if at.kind.is_relation() {
        cx.catalog().relation(&Qualified { schema, name }).map(|(found, _)| found)
    } else if matches!(at.kind, Kind::Routine | Kind::Aggregate) {
        let qualified = Qualified { schema, name };
        cx.catalog().routines(&qualified).next().map(|(found, _)| found.clone())
    } else {
        let same_kind = Address { schema, name, ..at.clone() };
        cx.catalog().get(&same_kind).map(|_| same_kind)
    };
    if let Some(declared) = declared {
        report(cx, new, old, cx.place(&declared), declared == *at);
    }
}

/// A column, attribute or label, and another one that has its old name.
fn member(cx: &Cx<'_>, at: &Address, new: &Name, old: &str) {
    let Some(origin) = cx.origin(at) else { return };
    let is_label = matches!(cx.catalog().get(at).map(|it| &it.object), Some(Object::EnumType(_)));
    let old_name = match is_label {
        true => Name::from(old),
        false => split_path(old).pop().map(|part| part.name).unwrap_or_default(),
    };
    // Names in clauses such as `partition by` are no members: only what has a type is, or is a label.
    let declares = |place: &Place| place.ty.is_some() || is_label;
    let found = origin.members.iter().find(|(it, place)| *it == old_name && declares(place));
    if let (Some((_, declared)), Some(place)) = (found, origin.member(new)) {
        report(cx, place, old, Some(declared), *new == old_name);
    }
}

fn report(cx: &Cx<'_>, new: &Place, old: &str, declared: Option<&Place>, is_itself: bool) {
    let at = attribute(cx, new, old).unwrap_or(new.name);
    let message = match is_itself {
        true => format!("`{old}` is its name already"),
        false => format!("`{old}` is still declared: this can't be what it is called now"),
    };
    let diagnostic = Diagnostic::new(&STALE_RENAMED_FROM, message)
        .label(at, "said to be the old name")
        .label_if(declared.filter(|_| !is_itself).map(|it| it.name), "declared here");
    let help = "delete the attribute, or the declaration of the old name";
    cx.report(new, diagnostic.help(if is_itself { "delete the attribute" } else { help }));
}

/// Returns the place of the old name in the attributes before an object or member.
fn attribute(cx: &Cx<'_>, new: &Place, old: &str) -> Option<Span> {
    let before = cx.file_text(new.whole).get(..new.whole.start as usize)?;
    let attributes = before.rfind("renamed_from")?;
    let written = before.get(attributes..)?;
    let start = attributes + written.find(old)?;
    let is_before_another = written.contains([';', '{', '}']);
    let span = Span { start: start as u32, end: (start + old.len()) as u32, ..new.whole };
    (!is_before_another).then_some(span)
}
