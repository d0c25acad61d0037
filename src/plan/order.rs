//! The order of creation: what is needed comes first, and among what is ready the least address.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::graph::{Graph, Node, Repairs};
use super::{fold, repair};
use crate::catalog::Catalog;
use crate::compile::ResultColumn;
use crate::object::address::{Address, Kind, Name};

/// The nodes in order, and how circles were broken.
#[derive(Debug, Default)]
pub struct Order {
    /// In order.
    pub nodes: Vec<Node>,
    /// The constraints that each table is created with: name and clause.
    pub folded: BTreeMap<Address, Vec<(Name, String)>>,
    /// Views and routines that are made in two parts.
    pub outlined: BTreeSet<Address>,
    /// Columns whose default is set later.
    pub later_defaults: BTreeMap<Address, BTreeSet<Name>>,
}

impl Order {
    /// Orders one object alone.
    pub(super) fn of_one(at: &Address) -> Order {
        Order { nodes: vec![Node::Main(at.clone()), Node::Late(at.clone())], ..Order::default() }
    }
}

/// Orders the objects so that each comes after all it needs.
///
/// Among objects that are ready the one with the least address comes first, so that a small change to the catalog makes
/// a small change to the output (`pg_dump_sort.c` does the same with a heap). Circles are broken as `pg_dump` breaks
/// them; see `repair.rs`. Constraints are folded into the tables that `folds` takes.
///
/// # Errors
/// The circles that can't be broken, each in the order of need. O((n + e) log n) for each round of repairs.
pub(super) fn order(
    catalog: &Catalog,
    views: &BTreeMap<Address, Vec<ResultColumn>>,
    folds: &dyn Fn(&Address) -> bool,
) -> Result<Order, Vec<Vec<Address>>> {
    let mut repairs = Repairs::default();
    loop {
        let graph = Graph::new(catalog, &repairs);
        let sorted = sort(&graph);
        if sorted.len() == graph.nodes.len() {
            let folded = fold::fold(catalog, &graph, &sorted, folds);
            let gone: BTreeSet<Address> = folded
                .iter()
                .flat_map(|(table, list)| list.iter().map(|(name, _)| (table.relation(), name)))
                .map(|(table, name)| Address::of(Kind::Constraint, &table, name.clone()))
                .collect();
            // A folded constraint needs no statement of its own.
            let is_left = |node: &&Node| !matches!(node, Node::Main(at) if gone.contains(at));
            let nodes = sorted.iter().filter_map(|n| graph.nodes.get(*n)).filter(is_left);
            let nodes = nodes.cloned().collect();
            let Repairs { outlined, later_defaults } = repairs;
            return Ok(Order { nodes, folded, outlined, later_defaults });
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

/// Returns the rank of each node: by address, and of one address the late part after the main one.
///
/// Nodes are numbered by address, the late parts after all others, so two sorted runs are merged.
fn ranks(graph: &Graph) -> Vec<u32> {
    let n_main = graph.nodes.partition_point(|node| matches!(node, Node::Main(_)));
    let mut ranks = vec![0; graph.nodes.len()];
    let (mut main, mut late) = (0, n_main);
    for rank in 0..graph.nodes.len() as u32 {
        let next_main = graph.nodes.get(main).filter(|_| main < n_main);
        let is_main = match (next_main, graph.nodes.get(late)) {
            (Some(a), Some(b)) => a.at() <= b.at(),
            (Some(_), None) => true,
            (None, _) => false,
        };
        let next = if is_main { &mut main } else { &mut late };
        if let Some(slot) = ranks.get_mut(*next) {
            *slot = rank;
        }
        *next += 1;
    }
    ranks
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
    let ranks = ranks(graph);
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
