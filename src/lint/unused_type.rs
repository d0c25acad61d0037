//! An enum, domain, composite or range type that nothing of the source uses.

use super::cx::Cx;
use super::edit;
use crate::diagnostic::{Diagnostic, Fix};
use crate::diagnostic::rule::rule;
use crate::object::address::Kind;

rule!(UNUSED_TYPE, Warning, "unused-type");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&UNUSED_TYPE];

const KINDS: [Kind; 4] = [Kind::EnumType, Kind::Domain, Kind::CompositeType, Kind::RangeType];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in KINDS.into_iter().flat_map(|kind| cx.catalog().of(kind)) {
        if cx.is_used(at) {
            continue;
        }
        let Some(place) = cx.place(at) else { continue };
        let word = entry.object.kind().word();
        let message = format!("nothing uses the {word} `{}`", at.name);
        let mut diagnostic = Diagnostic::new(&UNUSED_TYPE, message)
            .label(place.name, "declared here")
            .help("delete it, or use it");
        if let Some(span) = edit::without_member(cx, place.whole) {
            diagnostic = diagnostic.fix(Fix::likely("delete it").delete(span));
        }
        cx.report(place, diagnostic);
    }
}
