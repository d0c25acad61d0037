//! Which constraints CREATE TABLE holds.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::graph::{Graph, Node};
use crate::catalog::Catalog;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::constraint::Constraint;

/// A table and what it is created with: name and clause of each constraint.
pub(super) type Folded = BTreeMap<Address, Vec<(Name, String)>>;

/// Finds the constraints that CREATE TABLE can hold: all they need is there before the table is.
pub(super) fn fold(
    catalog: &Catalog,
    graph: &Graph,
    sorted: &[usize],
    folds: &dyn Fn(&Address) -> bool,
) -> Folded {
    let mut place: Vec<usize> = vec![0; graph.nodes.len()];
    for (at, n) in sorted.iter().enumerate() {
        if let Some(slot) = place.get_mut(*n) {
            *slot = at;
        }
    }
    let place_of = |n: usize| place.get(n).copied().unwrap_or(usize::MAX);
    let tables = tables(graph);
    let mut held: BTreeMap<&Address, Vec<(&Name, &Constraint)>> = BTreeMap::new();
    for (n, node) in graph.nodes.iter().enumerate() {
        let Node::Main(at) = node else { continue };
        let Some(constraint) = constraint_at(catalog, at) else { continue };
        let relation = at.relation();
        let kinds = [Kind::Table, Kind::ForeignTable];
        let mut found = kinds.iter().filter_map(|kind| {
            tables.get_key_value(&Address::new(
                *kind,
                relation.schema.clone(),
                relation.name.clone(),
            ))
        });
        let Some((table, number)) = found.next() else { continue };
        let mut needs = graph.edges.get(n).into_iter().flatten().map(|edge| edge.before);
        let in_time = needs.all(|it| it == *number || place_of(it) < place_of(*number));
        if constraint.folds() && in_time && folds(table) {
            held.entry(table).or_default().push((&at.name, constraint));
        }
    }
    let write = |(table, list): (&Address, Vec<(&Name, &Constraint)>)| {
        (table.clone(), clauses(list, &keys_above(catalog, table)))
    };
    held.into_iter().map(write).collect()
}

/// Returns the keys of the table that a table is attached to. They take over the first that is like them, be it a
/// primary key or not, so that one is made with the table.
fn keys_above<'c>(catalog: &'c Catalog, table: &Address) -> Vec<&'c Constraint> {
    let of = match catalog.get(table).map(|entry| &entry.object) {
        Some(Object::Table(it)) => it.partition_of.as_ref().filter(|it| it.attached),
        _ => None,
    };
    let above = of.into_iter().flat_map(|it| catalog.of_relation(Kind::Constraint, &it.parent));
    above.filter_map(|(at, _)| constraint_at(catalog, at)).collect()
}

/// Returns the numbers of the tables.
fn tables(graph: &Graph) -> FxHashMap<&Address, usize> {
    let nodes = graph.nodes.iter().enumerate().filter_map(|(n, node)| match node {
        Node::Main(at) if matches!(at.kind, Kind::Table | Kind::ForeignTable) => Some((at, n)),
        Node::Main(_) | Node::Late(_) => None,
    });
    nodes.collect()
}

fn constraint_at<'c>(catalog: &'c Catalog, at: &Address) -> Option<&'c Constraint> {
    if at.kind != Kind::Constraint {
        return None;
    }
    match &catalog.get(at)?.object {
        Object::Constraint(it) => Some(it),
        _ => None,
    }
}

/// Writes the clauses of a table: keys first, then by name.
///
/// Of two that would have the same index CREATE TABLE would make one (`transformIndexConstraints`), so the second is
/// left to ALTER TABLE. The first is what the table above has.
fn clauses(mut list: Vec<(&Name, &Constraint)>, above: &[&Constraint]) -> Vec<(Name, String)> {
    let is_above = |it: &Constraint| {
        above.iter().any(|other| other.rank() == it.rank() && other.has_index_of(it))
    };
    list.sort_by_key(|(name, it)| (!is_above(it), it.rank(), *name));
    let mut kept: Vec<(&Name, &Constraint)> = Vec::with_capacity(list.len());
    for (name, it) in list {
        if !kept.iter().any(|(_, other)| other.has_index_of(it)) {
            kept.push((name, it));
        }
    }
    kept.sort_by_key(|(name, it)| (it.rank(), *name));
    kept.into_iter().map(|(name, it)| (name.clone(), it.clause(name))).collect()
}
