//! Lines between cards, with the signs at their ends.

use std::fmt::Write as _;

use super::card::Card;
use super::layout::{Line, Place, Side};
use super::{Point, escaped};
use crate::emit::graph::{Diagram, Edge, ForeignKey, Link, Node, Rows, columns_shown};

/// How round corners are.
const RADIUS: f64 = 6.0;

/// How far lines that are optional run from those that are not, where both end at one row.
const APART: f64 = 5.5;

/// Returns the line of an edge. What is referred to is the anchor, and stands on the left; an enum on the right.
pub(super) fn line(
    edge: &Edge,
    cards: &[Card<'_>],
    number: impl Fn(usize) -> Option<usize>,
) -> Option<Line> {
    let (from, to) = (cards.get(edge.from)?, cards.get(edge.to)?);
    let (anchor, member, side) = match &edge.link {
        Link::ForeignKey(key) => {
            let apart = if key.optional { APART } else { -APART };
            // Of several columns the last says most: the first is often one that many keys share, as a tenant.
            let anchor = to.column(key.referenced.last()) + apart;
            (anchor, from.column(key.columns.last()), Side::Left)
        }
        Link::Type { column } => (to.head(), from.row(*column), Side::Right),
        Link::Inherits => (to.head(), from.head(), Side::Left),
        Link::Needs => (to.head(), from.head(), Side::Left),
    };
    let anchor = Place { card: number(edge.to)?, y: anchor };
    let member = Place { card: number(edge.from)?, y: member };
    Some(Line { anchor, member, side })
}

/// Draws lines that end at one place of one card. Where they cross others they run above them, with a little room.
pub(super) fn draw(
    out: &mut String,
    net: &[(&Edge, Vec<Point>)],
    diagram: &Diagram,
    cards: &[Card<'_>],
) {
    let color = net.first().and_then(|(edge, _)| cards.get(edge.to)).map_or(0, Card::color);
    let ways: Vec<String> = net.iter().map(|(_, points)| way(points)).collect();
    let all = ways.concat();
    let class = net.first().map_or("", |(edge, _)| class(&edge.link));
    // One path for all that is drawn: where lines share their way, it is drawn once.
    let _ = writeln!(
        out,
        "<g class=\"net{class} s{color}\">\n<path class=\"halo\" d=\"{all}\"/>\n\
         <path class=\"way\" d=\"{all}\"/>"
    );
    if let Some((edge, points)) = net.first() {
        anchor_sign(out, edge, points);
    }
    for ((edge, points), way) in net.iter().zip(ways) {
        let title = escaped(&tooltip(edge, diagram));
        let _ = write!(
            out,
            "<g class=\"line\"><title>{title}</title><path class=\"hit\" d=\"{way}\"/>"
        );
        member_sign(out, edge, points);
        out.push_str("</g>\n");
    }
    out.push_str("</g>\n");
}

fn class(link: &Link) -> &'static str {
    match link {
        Link::ForeignKey(_) => "",
        Link::Type { .. } => " type",
        Link::Inherits => " inherits",
        Link::Needs => " needs",
    }
}

/// Draws what is at the end that the lines share.
fn anchor_sign(out: &mut String, edge: &Edge, points: &[Point]) {
    let [anchor, next, ..] = points else { return };
    let dir = heading(*anchor, *next);
    match &edge.link {
        Link::ForeignKey(key) => {
            let sign = referenced(*anchor, dir, key);
            let _ = writeln!(out, "<path class=\"sign\" d=\"{sign}\"/>");
        }
        Link::Type { .. } => {}
        Link::Inherits | Link::Needs => {
            let Point { x, y } = *anchor;
            let (end, above, below) = (x + 7.0 * dir, y - 4.0, y + 4.0);
            let _ = writeln!(
                out,
                "<path class=\"arrow\" d=\"M{x} {y}L{end} {above}L{end} {below}Z\"/>"
            );
        }
    }
}

/// Draws what is at the end that a line has alone.
fn member_sign(out: &mut String, edge: &Edge, points: &[Point]) {
    let (Link::ForeignKey(key), [.., before, member]) = (&edge.link, points) else { return };
    let sign = referencing(*member, heading(*member, *before), key);
    let _ = write!(out, "<path class=\"sign\" d=\"{sign}\"/>");
}

/// Returns 1 for a line that leaves its end rightwards, -1 for one that leaves it leftwards.
fn heading(end: Point, next: Point) -> f64 {
    if next.x < end.x { -1.0 } else { 1.0 }
}

/// Draws "exactly one" as two strokes and "one or none" as a stroke and a ring.
fn referenced(Point { x, y }: Point, dir: f64, key: &ForeignKey) -> String {
    let stroke = |at: f64| format!("M{} {}v8", x + at * dir, y - 4.0);
    if key.optional { stroke(6.0) + &ring(x + 13.0 * dir, y) } else { stroke(6.0) + &stroke(10.0) }
}

/// Draws "any number" as a crow's foot with a ring, and "one or none" as a stroke and a ring.
fn referencing(Point { x, y }: Point, dir: f64, key: &ForeignKey) -> String {
    if key.one {
        return format!("M{} {}v8", x + 6.0 * dir, y - 4.0) + &ring(x + 13.0 * dir, y);
    }
    let heel = x + 10.0 * dir;
    format!("M{x} {}L{heel} {y}L{x} {}", y - 5.0, y + 5.0) + &ring(heel + 4.0 * dir, y)
}

fn ring(x: f64, y: f64) -> String {
    format!("M{} {y}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0", x - 3.5)
}

/// Returns the path through points, with round corners.
fn way(points: &[Point]) -> String {
    let mut corners: Vec<Point> = Vec::new();
    for point in points.iter().copied() {
        // Points on one straight line are one.
        if let [.., a, b] = corners.as_slice() {
            let on_line = (a.x == b.x && b.x == point.x) || (a.y == b.y && b.y == point.y);
            if on_line {
                corners.pop();
            }
        }
        if corners.last() != Some(&point) {
            corners.push(point);
        }
    }
    let mut out = String::new();
    for (n, point) in corners.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| corners.get(n));
        match (before, corners.get(n + 1)) {
            (None, _) => {
                let _ = write!(out, "M{} {}", point.x, point.y);
            }
            (Some(_), None) => {
                let _ = write!(out, "L{} {}", point.x, point.y);
            }
            (Some(before), Some(after)) => {
                let radius =
                    RADIUS.min(distance(*before, *point) / 2.0).min(distance(*point, *after) / 2.0);
                let (a, b) = (towards(*point, *before, radius), towards(*point, *after, radius));
                let _ = write!(out, "L{} {}Q{} {} {} {}", a.x, a.y, point.x, point.y, b.x, b.y);
            }
        }
    }
    out
}

/// Returns the distance of two points on one horizontal or vertical line.
fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).abs() + (a.y - b.y).abs()
}

fn towards(from: Point, to: Point, by: f64) -> Point {
    let step = |from: f64, to: f64| if from == to { 0.0 } else { (to - from).signum() * by };
    Point { x: from.x + step(from.x, to.x), y: from.y + step(from.y, to.y) }
}

fn tooltip(edge: &Edge, diagram: &Diagram) -> String {
    let node = |n: usize| diagram.nodes.get(n);
    let title = |n: usize| node(n).map(Node::title).unwrap_or_default();
    let (from, to) = (title(edge.from), title(edge.to));
    match &edge.link {
        Link::ForeignKey(key) => {
            let referenced: Vec<&str> = key.referenced.iter().map(|it| it.as_str()).collect();
            let (columns, referenced) = (columns_shown(key), referenced.join(", "));
            format!("{from} ({columns}) → {to} ({referenced})\n{}", key.name)
        }
        Link::Type { column } => {
            let name = match node(edge.from).map(|node| &node.rows) {
                Some(Rows::Columns(columns)) => columns.get(*column).map(|it| it.name.as_str()),
                Some(Rows::None | Rows::Labels(_)) | None => None,
            };
            format!("{from} ({}): {to}", name.unwrap_or_default())
        }
        Link::Inherits => format!("{from} inherits {to}"),
        Link::Needs => format!("{from} needs {to}"),
    }
}
