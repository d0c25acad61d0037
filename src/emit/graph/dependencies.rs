//! The diagram of all objects and what each needs.

use std::collections::{BTreeMap, BTreeSet};

use super::{Diagram, Edge, Link, Node, Rows, Sort};
use crate::catalog::Catalog;
use crate::object::address::{Address, Kind};

/// Makes the diagram.
///
/// What belongs to a relation, as an index or policy does, is part of its node. Schemas and roles have none: almost
/// everything needs one, and the names say which.
pub fn diagram(catalog: &Catalog) -> Diagram {
    let has_node =
        |at: &Address| at.relation.is_none() && !matches!(at.kind, Kind::Schema | Kind::Role);
    let mut numbers: BTreeMap<&Address, usize> = BTreeMap::new();
    let mut nodes = Vec::new();
    for (at, entry) in catalog.iter().filter(|(at, _)| has_node(at)) {
        numbers.insert(at, nodes.len());
        let comment = entry.comment.clone();
        nodes.push(Node { at: at.clone(), comment, rows: Rows::None, partitions: Vec::new() });
    }
    let number = |at: &Address| match &at.relation {
        None => numbers.get(at).copied(),
        Some(_) => {
            let (whole, _) = catalog.relation(&at.relation())?;
            numbers.get(&whole).copied()
        }
    };
    let mut edges: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (at, entry) in catalog.iter() {
        let Some(from) = number(at) else { continue };
        let needed = catalog.needs(at, entry);
        let needed = needed.iter().filter_map(number);
        edges.extend(needed.filter(|to| *to != from).map(|to| (from, to)));
    }
    let edges = edges.into_iter().map(|(from, to)| Edge { from, to, link: Link::Needs });
    Diagram { sort: Sort::Dependencies, nodes, edges: edges.collect() }
}
