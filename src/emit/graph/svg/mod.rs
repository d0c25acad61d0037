//! A diagram as a picture that stands alone: cards for tables and enums, lines with crow's feet for foreign keys.
//!
//! Each connected part is laid out by itself (`layout`: `layers`, `order`, `place`, `channel`), the parts are
//! packed beside each other (`pack`), and all is drawn (`card`, `lines`). Text is measured for the widest of the
//! usual system fonts (`measure`), since nobody knows which one a reader has.
//!
//! The layout is our own: the crates for layered layout either place boxes without routing lines round them, or bring a
//! look of their own, and none draws lines that end at a row and share their way.

mod card;
mod channel;
mod layers;
mod layout;
mod lines;
mod measure;
mod order;
mod pack;
mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Diagram, Edge, Link, Node, Sort};
use card::Card;
use layout::{Layout, Line};

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Size {
    width: f64,
    height: f64,
}

/// A place, from the upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

/// Room around everything, and between the parts.
const MARGIN: f64 = 32.0;

/// Writes the diagram.
pub fn text(diagram: &Diagram) -> String {
    let colors = colors(diagram);
    let cards: Vec<Card<'_>> =
        diagram.nodes.iter().zip(colors).map(|(node, color)| Card::new(node, color)).collect();
    let parts: Vec<Part<'_>> =
        parts(diagram).into_iter().map(|nodes| Part::new(&nodes, diagram, &cards)).collect();
    let sizes: Vec<Size> = parts.iter().map(|part| part.layout.size).collect();
    let (corners, size) = pack::pack(&sizes);
    let mut out = String::new();
    open(&mut out, diagram, size);
    for (part, corner) in parts.iter().zip(corners) {
        let corner = Point { x: corner.x + MARGIN, y: corner.y + MARGIN };
        part.draw(&mut out, corner, diagram, &cards);
    }
    out.push_str("</svg>\n");
    out
}

/// The number of colors in the style, and the one after them, which is none.
const N_COLORS: usize = 8;

/// Gives each node a color: that of its schema, or where all are in one, one of its own to a table that others refer to.
fn colors(diagram: &Diagram) -> Vec<usize> {
    let schemas = diagram.nodes.iter().map(|node| node.at.schema.as_str());
    let schemas: BTreeSet<&str> = schemas.filter(|schema| !schema.is_empty()).collect();
    if 1 < schemas.len() {
        let schemas: Vec<&str> = schemas.into_iter().collect();
        let color = |node: &Node| schemas.binary_search(&node.at.schema.as_str());
        let nodes = diagram.nodes.iter();
        return nodes.map(|node| color(node).map_or(N_COLORS, |n| n % N_COLORS)).collect();
    }
    let mut counts = vec![0_usize; diagram.nodes.len()];
    let edges = diagram.edges.iter().filter(|edge| !matches!(edge.link, Link::Type { .. }));
    edges.for_each(|edge| counts.get_mut(edge.to).into_iter().for_each(|count| *count += 1));
    let mut order: Vec<(usize, usize)> = counts.into_iter().enumerate().collect();
    order.retain(|(_, count)| 0 < *count);
    // The most needed first: they have the longest lines, and their colors differ.
    order.sort_by_key(|(node, count)| (std::cmp::Reverse(*count), *node));
    let mut colors = vec![N_COLORS; diagram.nodes.len()];
    for (n, (node, _)) in order.into_iter().enumerate() {
        colors.get_mut(node).into_iter().for_each(|it| *it = n % N_COLORS);
    }
    colors
}

fn open(out: &mut String, diagram: &Diagram, size: Size) {
    let (width, height) = (size.width + 2.0 * MARGIN, size.height + 2.0 * MARGIN);
    let (n_nodes, n_edges) = (diagram.nodes.len(), diagram.edges.len());
    let (title, what) = match diagram.sort {
        Sort::Er => ("Tables and foreign keys", "tables and enums"),
        Sort::Dependencies => ("Objects and what they need", "objects"),
    };
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"schemac\" role=\"img\" \
         aria-labelledby=\"schemac-title schemac-desc\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">"
    );
    let _ = writeln!(out, "<title id=\"schemac-title\">{title}</title>");
    let _ = writeln!(
        out,
        "<desc id=\"schemac-desc\">{what}: {n_nodes}; lines between them: {n_edges}</desc>"
    );
    let _ = writeln!(out, "<style>\n{}</style>", include_str!("style.css"));
    let _ = writeln!(out, "<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>");
}

/// Returns the nodes of each connected part, the parts in order of their first nodes.
fn parts(diagram: &Diagram) -> Vec<Vec<usize>> {
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); diagram.nodes.len()];
    for Edge { from, to, .. } in &diagram.edges {
        for (a, b) in [(*from, *to), (*to, *from)] {
            around.get_mut(a).into_iter().for_each(|it| it.push(b));
        }
    }
    let mut seen = vec![false; diagram.nodes.len()];
    let mut parts = Vec::new();
    for root in 0..diagram.nodes.len() {
        let (mut open, mut part) = (vec![root], Vec::new());
        while let Some(n) = open.pop() {
            let Some(it) = seen.get_mut(n).filter(|it| !**it) else { continue };
            *it = true;
            part.push(n);
            open.extend(around.get(n).into_iter().flatten());
        }
        part.sort_unstable();
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts
}

/// A connected part, laid out.
struct Part<'d> {
    nodes: Vec<usize>,
    edges: Vec<&'d Edge>,
    layout: Layout,
}

impl<'d> Part<'d> {
    fn new(nodes: &[usize], diagram: &'d Diagram, cards: &[Card<'_>]) -> Self {
        let numbers: BTreeMap<usize, usize> =
            nodes.iter().enumerate().map(|(number, node)| (*node, number)).collect();
        let is_inside = |edge: &&Edge| numbers.contains_key(&edge.from);
        let edges: Vec<&Edge> = diagram.edges.iter().filter(is_inside).collect();
        let sizes: Vec<Size> =
            nodes.iter().filter_map(|node| cards.get(*node)).map(|card| card.size).collect();
        let number = |node: usize| numbers.get(&node).copied();
        let lines: Vec<Line> =
            edges.iter().filter_map(|edge| lines::line(edge, cards, number)).collect();
        let layout = layout::layout(&sizes, &lines);
        Part { nodes: nodes.to_vec(), edges, layout }
    }

    fn draw(&self, out: &mut String, corner: Point, diagram: &Diagram, cards: &[Card<'_>]) {
        let shift = |point: &Point| Point { x: point.x + corner.x, y: point.y + corner.y };
        let mut nets: BTreeMap<_, Vec<(&Edge, Vec<Point>)>> = BTreeMap::new();
        for (edge, points) in self.edges.iter().zip(&self.layout.lines) {
            let points: Vec<Point> = points.iter().map(shift).collect();
            let end = points.first().copied().unwrap_or_default();
            let net = (edge.to, end.x.to_bits(), end.y.to_bits(), edge.link == Link::Inherits);
            let net = nets.entry(net).or_default();
            net.push((edge, points));
        }
        nets.values().for_each(|net| lines::draw(out, net, diagram, cards));
        for (node, (at, width)) in self.nodes.iter().zip(&self.layout.cards) {
            if let Some(card) = cards.get(*node) {
                card.draw(out, shift(at), *width);
            }
        }
    }
}

/// Returns a text as it can stand in an element or between quotes. Characters that XML has none of become U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c if c.is_control() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}
