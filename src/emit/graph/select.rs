//! Keeps a part of a diagram: what lies in some schemas, or near one object.

use super::{Diagram, Edge, Node, Rows};
use crate::object::address::Qualified;

/// Returns the nodes that a name means: with its schema, without it, or as one of their partitions.
pub fn find(diagram: &Diagram, name: &str) -> Vec<usize> {
    let is_named =
        |it: &Qualified| *it.name == *name || format!("{}.{}", it.schema, it.name) == name;
    let is_meant = |node: &Node| {
        let own = Qualified::new(node.at.schema.clone(), node.at.name.clone());
        // A routine is meant by its name without argument types too.
        let bare = own.name.split('(').next().unwrap_or_default();
        let bare = Qualified::new(own.schema.clone(), bare);
        is_named(&own) || is_named(&bare) || node.partitions.iter().any(is_named)
    };
    let all = diagram.nodes.iter().enumerate();
    all.filter(|(_, node)| is_meant(node)).map(|(n, _)| n).collect()
}

/// Keeps the nodes in some schemas, and the edges between them.
pub fn in_schemas(diagram: &Diagram, schemas: &[String]) -> Diagram {
    keep(diagram, |_, node| schemas.iter().any(|schema| **schema == *node.at.schema))
}

/// Keeps the nodes that are at most so many edges away from one, whichever way the edges lead.
///
/// The way does not lead through an enum: two tables are no neighbours because both have a status.
pub fn near(diagram: &Diagram, center: usize, depth: usize) -> Diagram {
    let is_enum =
        |n: usize| diagram.nodes.get(n).is_some_and(|node| matches!(node.rows, Rows::Labels(_)));
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); diagram.nodes.len()];
    for Edge { from, to, .. } in &diagram.edges {
        for (a, b) in [(*from, *to), (*to, *from)] {
            if let Some(neighbours) = around.get_mut(a) {
                neighbours.push(b);
            }
        }
    }
    let mut reached = vec![false; diagram.nodes.len()];
    let mut border = vec![center];
    for step in 0..=depth {
        let mut next = Vec::new();
        for n in border {
            let Some(it) = reached.get_mut(n).filter(|it| !**it) else { continue };
            *it = true;
            if step == 0 || !is_enum(n) {
                next.extend(around.get(n).into_iter().flatten());
            }
        }
        border = next;
    }
    keep(diagram, |n, _| reached.get(n).is_some_and(|it| *it))
}

fn keep(diagram: &Diagram, is_kept: impl Fn(usize, &Node) -> bool) -> Diagram {
    let mut nodes = Vec::new();
    let mut numbers: Vec<Option<usize>> = Vec::with_capacity(diagram.nodes.len());
    for (n, node) in diagram.nodes.iter().enumerate() {
        let kept = is_kept(n, node);
        numbers.push(kept.then_some(nodes.len()));
        if kept {
            nodes.push(node.clone());
        }
    }
    let number = |n: usize| numbers.get(n).copied().flatten();
    let edge = |edge: &Edge| {
        Some(Edge { from: number(edge.from)?, to: number(edge.to)?, link: edge.link.clone() })
    };
    Diagram { sort: diagram.sort, nodes, edges: diagram.edges.iter().filter_map(edge).collect() }
}
