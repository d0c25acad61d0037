//! Where the cards of one connected part stand and where its lines run. Knows nothing of schemas.
//!
//! Lines that end at the same place of the same card are one *net*: they share their way as far as they can, so that a
//! table that a hundred others refer to has one line, which branches. Layers are columns. A net that leads past a layer
//! has a slot there, in order with the cards, so that no line runs through a card.
#![expect(
    clippy::indexing_slicing,
    reason = "numbers of cards, nets and slots are made here and below their count"
)]

use std::collections::BTreeMap;

use super::layers::{self, Before};
use super::{Point, Size, channel, order, place};

/// A line from a place of a card to a place of a card, given as heights below their upper edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// Where it shares its way with others.
    pub(super) anchor: Place,
    /// Where it is alone.
    pub(super) member: Place,
    /// Which side the anchor should be on.
    pub(super) side: Side,
}

/// A height at a card.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) card: usize,
    pub(super) y: f64,
}

/// A side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Left,
    Right,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The upper left corner of each card, and its width: cards of a layer are equally wide.
    pub(super) cards: Vec<(Point, f64)>,
    /// The corners of each line, from anchor to member.
    pub(super) lines: Vec<Vec<Point>>,
    pub(super) size: Size,
}

/// A card, or the way of a net past the cards of a layer.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) layer: usize,
    pub(super) height: f64,
    pub(super) card: Option<usize>,
}

/// A piece of a net between two neighbouring layers: slots, and heights below their upper edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) left: (usize, f64),
    pub(super) right: (usize, f64),
    pub(super) net: usize,
}

/// The height that a line needs where it passes a layer.
const WAY: f64 = 10.0;

/// Lays cards and lines out.
pub(super) fn layout(sizes: &[Size], lines: &[Line]) -> Layout {
    let befores = lines.iter().map(|line| match line.side {
        Side::Left => Before { left: line.anchor.card, right: line.member.card },
        Side::Right => Before { left: line.member.card, right: line.anchor.card },
    });
    let layer_of = layers::assign(sizes, &befores.collect::<Vec<_>>());
    let mut ways = Ways::new(sizes, &layer_of);
    let routes: Vec<Route> = lines.iter().map(|line| ways.route(line, &layer_of)).collect();
    let Ways { slots, pieces, .. } = ways;
    let n_layers = layer_of.iter().max().map_or(0, |it| it + 1);
    let order = order::order(&slots, &pieces, n_layers);
    let tops = place::tops(&slots, &pieces, &order);
    let mut widths = vec![0.0_f64; n_layers];
    for (size, layer) in sizes.iter().zip(&layer_of) {
        widths[*layer] = widths[*layer].max(size.width);
    }
    let mut channels: Vec<Vec<channel::Run>> = vec![Vec::new(); n_layers];
    let y = |(slot, offset): (usize, f64)| tops[slot] + offset;
    for piece in &pieces {
        let channel = &mut channels[slots[piece.left.0].layer];
        let is_loop = slots[piece.right.0].layer == slots[piece.left.0].layer;
        channel::add(channel, piece.net, y(piece.left), y(piece.right), is_loop);
    }
    let mut x = 0.0;
    let mut lefts = Vec::with_capacity(n_layers);
    let mut tracks: Vec<BTreeMap<usize, f64>> = Vec::with_capacity(n_layers);
    for (layer, channel) in channels.iter().enumerate() {
        lefts.push(x);
        let (of_nets, width) = channel::tracks(channel);
        let end = x + widths[layer];
        tracks.push(of_nets.into_iter().map(|(net, it)| (net, end + it)).collect());
        let is_last = layer + 1 == n_layers && channel.is_empty();
        x = end + if is_last { 0.0 } else { width };
    }
    let sides = |layer: usize| (lefts[layer], lefts[layer] + widths[layer]);
    let corners = |route: &Route| route.corners(&pieces, &slots, &tops, &tracks, sides);
    let cards = layer_of
        .iter()
        .enumerate()
        .map(|(card, layer)| (Point { x: lefts[*layer], y: tops[card] }, widths[*layer]));
    let bottom = slots.iter().zip(&tops).map(|(slot, top)| top + slot.height).fold(0.0, f64::max);
    Layout {
        cards: cards.collect(),
        lines: routes.iter().map(corners).collect(),
        size: Size { width: x, height: bottom },
    }
}

/// The pieces that a line runs along, and whether it runs along them from left to right.
#[derive(Debug)]
struct Route {
    pieces: Vec<usize>,
    rightwards: bool,
}

impl Route {
    /// Returns the corners of a line from its anchor to its member.
    fn corners(
        &self,
        pieces: &[Piece],
        slots: &[Slot],
        tops: &[f64],
        tracks: &[BTreeMap<usize, f64>],
        sides: impl Fn(usize) -> (f64, f64),
    ) -> Vec<Point> {
        let mut out: Vec<Point> = Vec::new();
        for piece in self.pieces.iter().map(|n| &pieces[*n]) {
            let (a, b) = (slots[piece.left.0].layer, slots[piece.right.0].layer);
            let left = Point { x: sides(a).1, y: tops[piece.left.0] + piece.left.1 };
            let end = if a == b { sides(b).1 } else { sides(b).0 };
            let right = Point { x: end, y: tops[piece.right.0] + piece.right.1 };
            let x = tracks[a].get(&piece.net).copied().unwrap_or(left.x);
            let mut corners = [left, Point { x, y: left.y }, Point { x, y: right.y }, right];
            if !self.rightwards {
                corners.reverse();
            }
            out.extend(corners);
        }
        out
    }
}

/// The slots and pieces of all lines.
struct Ways {
    slots: Vec<Slot>,
    pieces: Vec<Piece>,
    /// The number of each net, by anchor and direction.
    nets: BTreeMap<(usize, u64, Direction), usize>,
    /// The slot of a net in a layer.
    passing: BTreeMap<(usize, usize), usize>,
    /// The piece between two slots at two heights, for lines that share it.
    known: BTreeMap<(usize, u64, usize, u64, usize), usize>,
}

/// Which way a line leads from its anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    Right,
    Left,
    /// To the same card.
    Round,
}

impl Ways {
    fn new(sizes: &[Size], layer_of: &[usize]) -> Self {
        let card = |(card, (size, layer)): (usize, (&Size, &usize))| Slot {
            layer: *layer,
            height: size.height,
            card: Some(card),
        };
        Ways {
            slots: sizes.iter().zip(layer_of).enumerate().map(card).collect(),
            pieces: Vec::new(),
            nets: BTreeMap::new(),
            passing: BTreeMap::new(),
            known: BTreeMap::new(),
        }
    }

    fn route(&mut self, line: &Line, layer_of: &[usize]) -> Route {
        let (anchor, member) = (line.anchor, line.member);
        let (from, to) = (layer_of[anchor.card], layer_of[member.card]);
        let direction = match from.cmp(&to) {
            std::cmp::Ordering::Less => Direction::Right,
            std::cmp::Ordering::Greater => Direction::Left,
            std::cmp::Ordering::Equal => Direction::Round,
        };
        let n_nets = self.nets.len();
        let key = (anchor.card, anchor.y.to_bits(), direction);
        let net = *self.nets.entry(key).or_insert(n_nets);
        let mut ends = vec![(anchor.card, anchor.y)];
        for layer in from.min(to) + 1..from.max(to) {
            // From the anchor on, whichever way that is.
            let layer = if from < to { layer } else { from + to - layer };
            let slots = &mut self.slots;
            let slot = *self.passing.entry((net, layer)).or_insert_with(|| {
                slots.push(Slot { layer, height: WAY, card: None });
                slots.len() - 1
            });
            ends.push((slot, WAY / 2.0));
        }
        ends.push((member.card, member.y));
        let rightwards = from <= to;
        let pairs = ends.windows(2).map(|pair| (pair[0], pair[1]));
        let pieces = pairs.map(|(a, b)| {
            let (left, right) = if rightwards { (a, b) } else { (b, a) };
            let key = (left.0, left.1.to_bits(), right.0, right.1.to_bits(), net);
            let pieces = &mut self.pieces;
            *self.known.entry(key).or_insert_with(|| {
                pieces.push(Piece { left, right, net });
                pieces.len() - 1
            })
        });
        Route { pieces: pieces.collect(), rightwards }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes cards and lines that look random and are the same every time.
    fn sample(seed: u32, n_cards: u32) -> (Vec<Size>, Vec<Line>) {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        let n_rows: Vec<u32> = (0..n_cards).map(|_| 1 + next(12)).collect();
        let size = |rows: &u32| Size { width: 150.0, height: 36.0 + 23.0 * f64::from(*rows) };
        let sizes: Vec<Size> = n_rows.iter().map(size).collect();
        let place = |card: u32, next: &mut dyn FnMut(u32) -> u32| Place {
            card: card as usize,
            y: 36.0 + 23.0 * f64::from(next(n_rows[card as usize])) + 11.5,
        };
        let lines = (0..n_cards * 3 / 2).map(|_| {
            let (a, b) = (next(n_cards), next(n_cards));
            let (anchor, member) = (place(a, &mut next), place(b, &mut next));
            let side = if next(5) == 0 { Side::Right } else { Side::Left };
            Line { anchor, member, side }
        });
        let lines = lines.collect();
        (sizes, lines)
    }

    #[test]
    fn no_line_runs_through_a_card() {
        for seed in 0..60 {
            let (sizes, lines) = sample(seed, 2 + seed % 40);
            let layout = layout(&sizes, &lines);
            for (line, corners) in lines.iter().zip(&layout.lines) {
                for pair in corners.windows(2) {
                    let (a, b) = (pair[0], pair[1]);
                    assert!(a.x == b.x || a.y == b.y, "{seed}: {a:?} {b:?} is slanted");
                    for (card, ((at, width), size)) in layout.cards.iter().zip(&sizes).enumerate() {
                        let inside = a.x.min(b.x) < at.x + width
                            && at.x < a.x.max(b.x)
                            && a.y.min(b.y) < at.y + size.height
                            && at.y < a.y.max(b.y).max(a.y.min(b.y) + 0.1);
                        assert!(!inside, "{seed}: {line:?} runs through {card}: {a:?} {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn lines_begin_and_end_at_their_cards() {
        for seed in 0..30 {
            let (sizes, lines) = sample(seed, 12);
            let layout = layout(&sizes, &lines);
            for (line, corners) in lines.iter().zip(&layout.lines) {
                for (end, corner) in [(line.anchor, corners.first()), (line.member, corners.last())]
                {
                    let (at, width) = layout.cards[end.card];
                    let corner = corner.unwrap();
                    assert!(corner.x == at.x || corner.x == at.x + width, "{seed}: {line:?}");
                    assert_eq!(corner.y, at.y + end.y, "{seed}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn cards_keep_apart() {
        for seed in 0..60 {
            let (sizes, lines) = sample(seed, 30);
            let layout = layout(&sizes, &lines);
            for (a, ((a_at, a_width), a_size)) in layout.cards.iter().zip(&sizes).enumerate() {
                assert!(a_at.y + a_size.height <= layout.size.height + 0.5);
                for ((b_at, b_width), b_size) in layout.cards[..a].iter().zip(&sizes) {
                    let apart = a_at.x + a_width + 40.0 <= b_at.x
                        || b_at.x + b_width + 40.0 <= a_at.x
                        || a_at.y + a_size.height + 10.0 <= b_at.y
                        || b_at.y + b_size.height + 10.0 <= a_at.y;
                    assert!(apart, "{seed}: {a}");
                }
            }
        }
    }
}
