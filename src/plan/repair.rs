//! Breaks circles as `pg_dump` does (`repairDependencyLoop` in `pg_dump_sort.c`).
//!
//! | circle through | how it is broken |
//! |---|---|
//! | the text of a function | the function is made while `check_function_bodies` is off |
//! | a column's default | the default is set by ALTER TABLE |
//! | a view whose columns are known | a view of NULLs first, the view itself later |
//! | a table's constraint | constraints are no part of the graph's tables: they are added later where they must |
//! | a foreign key | the same |

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::graph::{Edge, Graph, Node, Repairs};
use crate::catalog::{Catalog, Strength};
use crate::compile::ResultColumn;
use crate::object::Object;
use crate::object::address::{Address, Kind};

/// Returns the circles among the nodes that could not be sorted, each as the numbers of its nodes.
pub(super) fn circles(graph: &Graph, done: &BTreeSet<usize>) -> Vec<Vec<usize>> {
    let mut stuck: DiGraph<usize, ()> = DiGraph::new();
    let mut indexes: BTreeMap<usize, NodeIndex> = BTreeMap::new();
    for n in (0..graph.nodes.len()).filter(|n| !done.contains(n)) {
        indexes.insert(n, stuck.add_node(n));
    }
    for (n, from) in &indexes {
        for edge in graph.edges.get(*n).into_iter().flatten() {
            if let Some(to) = indexes.get(&edge.before) {
                stuck.add_edge(*from, *to, ());
            }
        }
    }
    // Without recursion, unlike `tarjan_scc`: a circle may be as long as the source.
    let components = kosaraju_scc(&stuck).into_iter().filter(|component| 1 < component.len());
    components
        .map(|component| {
            component.into_iter().filter_map(|it| stuck.node_weight(it).copied()).collect()
        })
        .collect()
}

/// Breaks a circle in the least intrusive way that is there; returns whether there was one.
pub(super) fn repair(
    circle: &[usize],
    graph: &Graph,
    catalog: &Catalog,
    views: &BTreeMap<Address, Vec<ResultColumn>>,
    repairs: &mut Repairs,
) -> bool {
    let inside: BTreeSet<usize> = circle.iter().copied().collect();
    let edges_of = |n: usize| {
        graph.edges.get(n).into_iter().flatten().filter(|edge| inside.contains(&edge.before))
    };
    let mains: Vec<(usize, &Address)> = circle
        .iter()
        .filter_map(|n| match graph.nodes.get(*n) {
            Some(Node::Main(at)) => Some((*n, at)),
            _ => None,
        })
        .collect();
    if let Some((_, at)) =
        least(&mains, |(n, _)| edges_of(*n).any(|edge| edge.strength == Strength::Soft))
    {
        return repairs.outlined.insert((*at).clone());
    }
    let by_default = |edge: &&Edge| edge.column.is_some();
    if let Some((n, at)) = least(&mains, |(n, at)| has_plain_default(at, edges_of(*n), catalog)) {
        let columns = edges_of(*n).filter(by_default).filter_map(|edge| edge.column.clone());
        repairs.later_defaults.entry((*at).clone()).or_default().extend(columns);
        return true;
    }
    let known = |at: &Address| {
        views.get(at).is_some_and(|columns| columns.iter().all(|it| it.ty.is_some()))
    };
    if let Some((_, at)) = least(&mains, |(_, at)| {
        at.kind == Kind::View && known(at) && !repairs.outlined.contains(*at)
    }) {
        return repairs.outlined.insert((*at).clone());
    }
    false
}

/// The one with the least address, so that the same catalog is always broken at the same place.
fn least<'m, 'a>(
    mains: &'m [(usize, &'a Address)],
    fits: impl Fn(&&(usize, &'a Address)) -> bool,
) -> Option<&'m (usize, &'a Address)> {
    mains.iter().filter(fits).min_by_key(|(_, at)| *at)
}

/// Tells whether a default, and no generation expression, is part of the circle: a generated column can't be set later.
fn has_plain_default<'e>(
    at: &Address,
    mut edges: impl Iterator<Item = &'e Edge>,
    catalog: &Catalog,
) -> bool {
    use crate::object::column::Value;
    let columns = match catalog.get(at).map(|entry| &entry.object) {
        Some(Object::Table(table)) => &table.columns,
        Some(Object::ForeignTable(table)) => &table.columns,
        _ => return false,
    };
    edges.any(|edge| {
        let column =
            edge.column.as_ref().and_then(|name| columns.iter().find(|it| it.name == *name));
        column.is_some_and(|column| matches!(column.value, Value::Default(_)))
    })
}

/// Returns one way round a circle, from its least address.
pub(super) fn shown(circle: &[usize], graph: &Graph) -> Vec<Address> {
    let inside: BTreeSet<usize> = circle.iter().copied().collect();
    let at_of = |n: usize| graph.nodes.get(n).map(Node::at);
    let Some(start) = circle.iter().copied().min_by_key(|n| at_of(*n).cloned()) else {
        return Vec::new();
    };
    let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut todo = std::collections::VecDeque::from([start]);
    // The shortest way back to the start.
    while let Some(n) = todo.pop_front() {
        for edge in
            graph.edges.get(n).into_iter().flatten().filter(|edge| inside.contains(&edge.before))
        {
            if edge.before == start {
                let mut path = vec![n];
                let mut at = n;
                while let Some(before) = came_from.get(&at) {
                    at = *before;
                    path.push(at);
                }
                path.reverse();
                let mut names: Vec<Address> = path.into_iter().filter_map(at_of).cloned().collect();
                names.dedup();
                return names;
            }
            if !came_from.contains_key(&edge.before) && edge.before != start {
                came_from.insert(edge.before, n);
                todo.push_back(edge.before);
            }
        }
    }
    circle.iter().filter_map(|n| at_of(*n)).cloned().collect()
}
