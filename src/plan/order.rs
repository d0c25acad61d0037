//! The order of creation: what is needed comes first, and among what is ready the least address.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::graph::{Graph, Node, Repairs};
use super::repair;
use crate::catalog::Catalog;
use crate::compile::ResultColumn;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};

/// The nodes in order, and how circles were broken.
#[derive(Debug)]
pub struct Order<'c> {
    /// In order.
    pub nodes: Vec<Node>,
    /// The constraints that each table is created with: name and clause.
    pub folded: BTreeMap<Address, Vec<(Name, String)>>,
    /// Views and routines that are made in two parts.
    pub outlined: BTreeSet<Address>,
    /// Columns whose default is set later.
    pub later_defaults: BTreeMap<Address, BTreeSet<Name>>,
    catalog: std::marker::PhantomData<&'c Catalog>,
}

/// Orders the objects so that each comes after all it needs.
///
/// Among objects that are ready the one with the least address comes first, so that a small change to the catalog makes
/// a small change to the output (`pg_dump_sort.c` does the same with a heap). Circles are broken as `pg_dump` breaks
/// them; see `repair.rs`.
///
/// # Errors
/// The circles that can't be broken, each in the order of need. O((n + e) log n) for each round of repairs.
pub(super) fn order<'c>(
    catalog: &'c Catalog,
    views: &BTreeMap<Address, Vec<ResultColumn>>,
) -> Result<Order<'c>, Vec<Vec<Address>>> {
    let mut repairs = Repairs::default();
    loop {
        let graph = Graph::new(catalog, &repairs);
        let sorted = sort(&graph);
        if sorted.len() == graph.nodes.len() {
            let folded = fold(catalog, &graph, &sorted);
            let gone: BTreeSet<Address> = folded
                .iter()
                .flat_map(|(table, list)| {
                    list.iter().map(|(name, _)| {
                        Address::of(Kind::Constraint, &table.relation(), name.clone())
                    })
                })
                .collect();
            let nodes = sorted
                .iter()
                .filter_map(|n| graph.nodes.get(*n))
                .filter(|node| !is_folded(node, &gone, catalog))
                .cloned()
                .collect();
            let Repairs { outlined, later_defaults } = repairs;
            return Ok(Order {
                nodes,
                folded,
                outlined,
                later_defaults,
                catalog: std::marker::PhantomData,
            });
        }
        let done: BTreeSet<usize> = sorted.into_iter().collect();
        let circles = repair::circles(&graph, &done);
        let unbreakable: Vec<Vec<Address>> = circles
            .iter()
            .filter(|circle| !repair::repair(circle, &graph, catalog, views, &mut repairs))
            .map(|circle| repair::shown(circle, &graph))
            .collect();
        if !unbreakable.is_empty() {
            return Err(unbreakable);
        }
    }
}

/// Sorts as far as there is no circle (Kahn's algorithm with a heap).
fn sort(graph: &Graph) -> Vec<usize> {
    let n_nodes = graph.nodes.len();
    let mut waiting: Vec<u32> = vec![0; n_nodes];
    let mut after: Vec<Vec<u32>> = vec![Vec::new(); n_nodes];
    for (n, edges) in graph.edges.iter().enumerate() {
        let mut before: Vec<usize> = edges.iter().map(|edge| edge.before).collect();
        before.dedup();
        if let Some(slot) = waiting.get_mut(n) {
            *slot = before.len() as u32;
        }
        for it in before {
            if let Some(list) = after.get_mut(it) {
                list.push(n as u32);
            }
        }
    }
    // Nodes are numbered by address, late parts last; a late part is said right when it can be, by its own address.
    let key = |n: usize| (graph.nodes.get(n).map(|node| node.at().clone()), n);
    let mut ranks: Vec<u32> = vec![0; n_nodes];
    let mut by_address: Vec<usize> = (0..n_nodes).collect();
    by_address.sort_by_cached_key(|n| key(*n));
    for (rank, n) in by_address.iter().enumerate() {
        if let Some(slot) = ranks.get_mut(*n) {
            *slot = rank as u32;
        }
    }
    let is_ready = |n: &usize| waiting.get(*n) == Some(&0);
    let rank_of = |n: usize| ranks.get(n).copied().unwrap_or(0);
    let mut ready: BinaryHeap<Reverse<(u32, usize)>> =
        (0..n_nodes).filter(is_ready).map(|n| Reverse((rank_of(n), n))).collect();
    let mut out = Vec::with_capacity(n_nodes);
    while let Some(Reverse((_, n))) = ready.pop() {
        out.push(n);
        for next in after.get(n).into_iter().flatten() {
            let Some(left) = waiting.get_mut(*next as usize) else { continue };
            *left -= 1;
            if *left == 0 {
                ready.push(Reverse((rank_of(*next as usize), *next as usize)));
            }
        }
    }
    out
}

/// Finds the constraints that CREATE TABLE can hold: all they need is there before the table is.
fn fold(
    catalog: &Catalog,
    graph: &Graph,
    sorted: &[usize],
) -> BTreeMap<Address, Vec<(Name, String)>> {
    let mut place: Vec<usize> = vec![0; graph.nodes.len()];
    for (at, n) in sorted.iter().enumerate() {
        if let Some(slot) = place.get_mut(*n) {
            *slot = at;
        }
    }
    let numbers: BTreeMap<&Address, usize> = graph
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(n, node)| match node {
            Node::Main(at) if matches!(at.kind, Kind::Table | Kind::ForeignTable) => Some((at, n)),
            _ => None,
        })
        .collect();
    let mut folded: BTreeMap<Address, Vec<(Name, String)>> = BTreeMap::new();
    for (n, node) in graph.nodes.iter().enumerate() {
        let Node::Main(at) = node else { continue };
        let Some(Object::Constraint(constraint)) = catalog.get(at).map(|entry| &entry.object)
        else {
            continue;
        };
        let relation = at.relation();
        let table = [Kind::Table, Kind::ForeignTable]
            .map(|kind| Address::new(kind, relation.schema.clone(), relation.name.clone()));
        let Some(table) = table.into_iter().find(|table| numbers.contains_key(table)) else {
            continue;
        };
        let table_number = numbers.get(&table).copied().unwrap_or(0);
        let place_of = |n: usize| place.get(n).copied().unwrap_or(usize::MAX);
        let needs = graph.edges.get(n).into_iter().flatten();
        let in_time = needs
            .filter(|edge| edge.before != table_number)
            .all(|edge| place_of(edge.before) < place_of(table_number));
        if constraint.folds() && in_time {
            folded.entry(table).or_default().push((at.name.clone(), constraint.clause(&at.name)));
        }
    }
    for (table, list) in &mut folded {
        let relation = table.relation();
        let rank = |name: &Name| match catalog
            .get(&Address::of(Kind::Constraint, &relation, name.clone()))
            .map(|entry| &entry.object)
        {
            Some(Object::Constraint(it)) => it.rank(),
            _ => u8::MAX,
        };
        list.sort_by_key(|(name, _)| (rank(name), name.clone()));
    }
    folded
}

/// A folded constraint needs no statement of its own, unless something belongs to it.
fn is_folded(node: &Node, gone: &BTreeSet<Address>, catalog: &Catalog) -> bool {
    let _ = catalog;
    matches!(node, Node::Main(at) if gone.contains(at))
}
