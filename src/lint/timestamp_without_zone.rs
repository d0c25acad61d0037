//! A column of type `timestamp`, which names no point in time.

use super::cx::Cx;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};

rule!(TIMESTAMP_WITHOUT_ZONE, Warning, "timestamp-without-zone");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&TIMESTAMP_WITHOUT_ZONE];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        for column in &relation.table.columns {
            if column.ty.name != "timestamp without time zone" || !column.ty.is_builtin() {
                continue;
            }
            let Some(place) = relation.origin.member(&column.name) else { continue };
            let Some(ty) = place.ty else { continue };
            let message = format!("`{}` has no time zone: it names no point in time", column.name);
            let mut wanted = column.ty.clone();
            wanted.name = "timestamp with time zone".into();
            let short = wanted.to_string().replace(" with time zone", "");
            let short = short.replacen("timestamp", "timestamptz", 1);
            let diagnostic = Diagnostic::new(&TIMESTAMP_WITHOUT_ZONE, message)
                .label(ty, "read in whatever zone the session has")
                .help(format!("write `{short}`"))
                .fix(Fix::likely(format!("write `{short}`")).replace(ty, short));
            cx.report(place, diagnostic);
        }
    }
}
