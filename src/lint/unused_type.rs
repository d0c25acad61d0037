//! An enum, domain, composite or range type that nothing of the source uses.

use std::collections::BTreeSet;

use super::cx::Cx;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::address::{Address, Kind};

rule!(UNUSED_TYPE, Warning, "unused-type");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&UNUSED_TYPE];

const KINDS: [Kind; 4] = [Kind::EnumType, Kind::Domain, Kind::CompositeType, Kind::RangeType];

pub(super) fn check(cx: &Cx<'_>) {
    let used = used(cx);
    for (at, entry) in KINDS.into_iter().flat_map(|kind| cx.catalog().of(kind)) {
        if used.contains(at) {
            continue;
        }
        let Some(place) = cx.place(at) else { continue };
        let word = entry.object.kind().word();
        let message = format!("nothing uses the {word} `{}`", at.name);
        let diagnostic = Diagnostic::new(&UNUSED_TYPE, message)
            .label(place.name, "declared here")
            .help("delete it, or use it");
        cx.report(place, diagnostic);
    }
}

/// Returns all that some other object needs.
fn used(cx: &Cx<'_>) -> BTreeSet<Address> {
    let mut used = BTreeSet::new();
    for (at, entry) in cx.catalog().iter() {
        let mut named = Vec::new();
        entry.object.depends_on(at, &mut named);
        named.retain(|target| KINDS.contains(&target.kind) && target != at);
        used.extend(named);
        let uses = cx.catalog().uses(at).iter().map(|it| &it.target);
        used.extend(uses.filter(|target| *target != at).cloned());
    }
    used
}
