//! How the differences of two catalogs are shown: for people, and for programs.

use std::collections::BTreeSet;

use serde::Serialize;
use similar::TextDiff;

use super::json;
use crate::compare::Change;
use crate::object::address::Qualified;

/// Returns a line for each object, and below it what differs in it.
pub(super) fn summary(changes: &[Change]) -> String {
    let whole = |change: &&Change| change.at.relation.is_none() && change.word() != "change";
    let made: BTreeSet<(Qualified, &str)> =
        changes.iter().filter(whole).map(|it| (it.at.relation(), it.word())).collect();
    // What belongs to a table goes and comes with it.
    let follows =
        |it: &&Change| it.at.relation.is_some() && made.contains(&(it.at.relation(), it.word()));
    let mut out = String::new();
    for change in changes.iter().filter(|it| !follows(it)) {
        out.push_str(&format!("{} {}\n", change.word(), change.at));
        if let (Some(old), Some(new)) = (&change.old, &change.new) {
            let diff = TextDiff::from_lines(old, new);
            let diff = diff.unified_diff().context_radius(0).to_string();
            let lines = diff.lines().filter(|line| !line.starts_with("@@"));
            lines.for_each(|line| out.push_str(&format!("    {line}\n")));
        }
    }
    out
}

#[derive(Serialize)]
struct Shape<'c> {
    version: u32,
    changes: Vec<One<'c>>,
}

#[derive(Serialize)]
struct One<'c> {
    change: &'static str,
    kind: &'static str,
    object: String,
    old: Option<&'c str>,
    new: Option<&'c str>,
}

/// Returns the changes as one object (docs/json.md).
pub(super) fn as_json(changes: &[Change]) -> String {
    let changes = changes.iter().map(|it| One {
        change: it.word(),
        kind: it.at.kind.word(),
        object: it.at.to_string(),
        old: it.old.as_deref(),
        new: it.new.as_deref(),
    });
    json::text(&Shape { version: json::VERSION, changes: changes.collect() })
}
