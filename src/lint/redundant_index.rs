//! Indexes and keys that another index or key makes unnecessary.

use rustc_hash::FxHashSet;

use super::cx::Cx;
use super::edit;
use super::index_like::{IndexLike, all};
use super::relation::Relation;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Rule};
use crate::object::address::{Name, Qualified};
use crate::object::replica_identity::ReplicaIdentity;

rule!(DUPLICATE_INDEX, Warning, "duplicate-index");
rule!(REDUNDANT_INDEX, Warning, "redundant-index");
rule!(UNIQUE_PRIMARY_KEY, Warning, "unique-primary-key");
rule!(REDUNDANT_UNIQUE, Warning, "redundant-unique");

/// The rules of this module.
pub(super) static RULES: &[&Rule] =
    &[&DUPLICATE_INDEX, &REDUNDANT_INDEX, &UNIQUE_PRIMARY_KEY, &REDUNDANT_UNIQUE];

/// Columns that foreign keys refer to by name, in the order of names, with their table.
type Referenced<'c> = FxHashSet<(&'c Qualified, Vec<&'c Name>)>;

pub(super) fn check(cx: &Cx<'_>) {
    let referenced = referenced(cx);
    for relation in cx.relations.iter().filter(|it| 1 < it.constraints.len() + it.indexes.len()) {
        let indexes = all(cx, relation);
        for (n, index) in indexes.iter().enumerate() {
            if is_referred_to(relation, index) {
                continue;
            }
            let others = indexes.iter().enumerate().filter(|(other, _)| *other != n);
            let found = others.filter_map(|(other, it)| {
                let rule = compare(index, it, n < other)?;
                let needed = rule.name == REDUNDANT_UNIQUE.name
                    && referenced.contains(&(&relation.name, index.sorted_columns()));
                (!needed).then_some((rule, it))
            });
            // What is the same says more than what begins the same.
            if let Some((rule, by)) = found.min_by_key(|(rule, by)| (rank(rule), by.order)) {
                report(cx, relation, index, by, rule);
            }
        }
    }
}

fn referenced<'c>(cx: &Cx<'c>) -> Referenced<'c> {
    let mut found = Referenced::default();
    for (_, key) in cx.relations.iter().flat_map(|it| &it.foreign_keys) {
        if !key.referenced.is_empty() {
            let mut columns: Vec<&Name> = key.referenced.iter().collect();
            columns.sort();
            found.insert((&key.table, columns));
        }
    }
    found
}

/// Tells whether the table names the index for something else.
fn is_referred_to(relation: &Relation<'_>, index: &IndexLike<'_>) -> bool {
    let name = &index.at.name;
    let identity = matches!(&relation.table.replica_identity, ReplicaIdentity::Index(it) if it == name);
    identity || relation.table.cluster_on.as_ref() == Some(name)
}

fn rank(rule: &Rule) -> usize {
    RULES.iter().position(|it| it.name == rule.name).unwrap_or(RULES.len())
}

/// Returns which rule an index breaks because there is another one. Of two that are the same, the later one goes.
fn compare(index: &IndexLike<'_>, by: &IndexLike<'_>, is_first: bool) -> Option<&'static Rule> {
    if index.method != by.method || index.predicate != by.predicate || index.period || by.period {
        return None;
    }
    let serves = !index.is_unique() || index.is_same_key(by);
    if index.parts == by.parts && serves {
        if !index.include.iter().all(|it| by.include.contains(it)) {
            return None;
        }
        let same = index.include.len() == by.include.len();
        let kept = index.order < by.order || (index.order == by.order && is_first);
        let both_ways = same && (!by.is_unique() || by.is_same_key(index));
        if both_ways && kept {
            return None;
        }
        return Some(match (index.is_unique() && by.is_primary(), same) {
            (true, true) => &UNIQUE_PRIMARY_KEY,
            (false, true) => &DUPLICATE_INDEX,
            (_, false) => &REDUNDANT_INDEX,
        });
    }
    if index.is_unique() {
        return index.is_superset_of(by).then_some(&REDUNDANT_UNIQUE);
    }
    // Only of a B-tree does the beginning serve alone.
    let begins = by.parts.starts_with(&index.parts) && index.method == "btree";
    let stored = index.include.iter().all(|it| by.stores(it));
    (begins && stored).then_some(&REDUNDANT_INDEX)
}

fn report(
    cx: &Cx<'_>,
    relation: &Relation<'_>,
    index: &IndexLike<'_>,
    by: &IndexLike<'_>,
    rule: &'static Rule,
) {
    let table = &relation.at.name;
    let (message, label, help) = match rank(rule) {
        0 => (
            format!("`{table}` has two indexes on the same columns"),
            "each change of a row writes both",
            "delete it",
        ),
        1 => (
            format!("another index of `{table}` begins with the columns of this one"),
            "the other one serves the same queries",
            "delete it",
        ),
        2 => (
            format!("the primary key of `{table}` is unique anyway"),
            "makes a second index on the same columns",
            "delete it",
        ),
        _ => (
            format!("part of these columns is a key of `{table}` already"),
            "adds nothing to what is unique",
            "delete it, or make it a plain index",
        ),
    };
    let mut diagnostic = Diagnostic::new(rule, message)
        .label(index.place.name, label)
        .label(by.place.name, if by.is_unique() { "the key" } else { "the other index" })
        .help(help);
    if index.place.inclusion.is_none()
        && let Some(span) = edit::without(cx, relation, index.place, index.columns().next())
    {
        let is_plain = rank(rule) == 0 && !index.is_named() && index.comment.is_none();
        let fix = if is_plain { Fix::certain("delete it") } else { Fix::likely("delete it") };
        diagnostic = diagnostic.fix(fix.delete(span));
    }
    cx.report(index.place, diagnostic);
}
