//! A materialized view that can't be refreshed while it is read.

use super::cx::Cx;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::Kind;
use crate::object::index_element::IndexElement;

rule!(MATERIALIZED_VIEW_WITHOUT_KEY, Warning, Off, "materialized-view-without-key");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&MATERIALIZED_VIEW_WITHOUT_KEY];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, _) in cx.catalog().of(Kind::MaterializedView) {
        let relation = at.relation();
        let mut indexes = cx.catalog().of_relation(Kind::Index, &relation);
        let columns = |it: &IndexElement| it.column().is_some();
        let has_key = indexes.any(|(_, entry)| {
            matches!(&entry.object, Object::Index(index)
                if index.unique && index.predicate.is_none() && index.elements.iter().all(columns))
        });
        let Some(place) = cx.place(at).filter(|_| !has_key) else { continue };
        let diagnostic = Diagnostic::new(
            &MATERIALIZED_VIEW_WITHOUT_KEY,
            format!("`{}` has no unique index", at.name),
        )
        .label(place.name, "a refresh locks out all who read it")
        .help("add `unique index (…);` over columns, so that `REFRESH … CONCURRENTLY` can be used");
        cx.report(place, diagnostic);
    }
}
