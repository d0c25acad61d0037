//! Finds the height of each slot, so that lines are as straight as the order allows.
#![expect(clippy::indexing_slicing, reason = "numbers of slots and layers come from the layout")]

use super::layout::{Piece, Slot};

/// The neighbours of a slot on the left and on the right: how far below theirs its own edge should be, and the weight of
/// that.
type Around = [Vec<(usize, f64, f64)>; 2];

/// How often all layers are placed.
const SWEEPS: usize = 24;

/// Room between two cards, between a card and a line, between two lines.
const GAPS: (f64, f64, f64) = (28.0, 16.0, 0.0);

/// How much straighter a line is wanted where it passes layers.
const STIFFNESS: f64 = 6.0;

/// How much each slot is wanted where its layer would be shortest, against what straight lines weigh: at first, and when
/// all that is left is to make lines straight.
const GRAVITY: (f64, f64) = (0.5, 0.02);

/// How many sweeps are left for straight lines.
const LAST_SWEEPS: usize = 4;

/// Returns the upper edge of each slot; the least is 0.
pub(super) fn tops(slots: &[Slot], pieces: &[Piece], order: &[Vec<usize>]) -> Vec<f64> {
    let mut around: Vec<Around> = vec![[Vec::new(), Vec::new()]; slots.len()];
    for piece in pieces.iter().filter(|it| it.left.0 != it.right.0) {
        let ((a, a_y), (b, b_y)) = (piece.left, piece.right);
        let passes = usize::from(slots[a].card.is_none()) + usize::from(slots[b].card.is_none());
        let weight = STIFFNESS.powi(passes as i32);
        // Where the neighbour is by this line, the slot's own edge should be this much below the neighbour's.
        around[a][1].push((b, b_y - a_y, weight));
        around[b][0].push((a, a_y - b_y, weight));
    }
    let mut tops = vec![0.0; slots.len()];
    order.iter().for_each(|layer| stack(layer, slots, &mut tops));
    let stacked = tops.clone();
    for sweep in 0..SWEEPS {
        // At first each layer follows the one before it, in the end both neighbours.
        let sides: &[usize] = match sweep {
            it if it + 10 >= SWEEPS => &[0, 1],
            it if it % 2 == 0 => &[0],
            _ => &[1],
        };
        let gravity = if sweep + LAST_SWEEPS < SWEEPS { GRAVITY.0 } else { GRAVITY.1 };
        let pull = Pull { sides, gravity, stacked: &stacked };
        let n_layers = order.len();
        for step in 0..n_layers {
            let layer = if sweep % 2 == 0 { step } else { n_layers - 1 - step };
            settle(&order[layer], slots, &around, &pull, &mut tops);
        }
    }
    for sides in [[0, 1], [1, 0], [0, 1]] {
        straighten(slots, &around, order, sides, &mut tops);
    }
    let least = tops.iter().copied().fold(f64::INFINITY, f64::min);
    tops.iter().map(|top| ((top - least) * 2.0).round() / 2.0).collect()
}

/// The least room around a line that is made straight.
const CLEARANCE: f64 = 8.0;

/// Moves the ways of lines to the height of their neighbours where there is room: a small step in a line serves nobody.
///
/// The first side is preferred; a way that is straight towards it is left alone.
fn straighten(
    slots: &[Slot],
    around: &[Around],
    order: &[Vec<usize>],
    sides: [usize; 2],
    tops: &mut [f64],
) {
    let n_layers = order.len();
    for step in 0..n_layers {
        let layer = &order[if sides[0] == 0 { step } else { n_layers - 1 - step }];
        for (n, slot) in layer.iter().copied().enumerate() {
            if slots[slot].card.is_some() {
                continue;
            }
            let room = |other: usize| if slots[other].card.is_some() { CLEARANCE } else { 0.0 };
            let above = n.checked_sub(1).map(|n| layer[n]);
            let least =
                above.map_or(f64::NEG_INFINITY, |it| tops[it] + slots[it].height + room(it));
            let below = layer.get(n + 1).copied();
            let most = below.map_or(f64::INFINITY, |it| tops[it] - slots[slot].height - room(it));
            let wishes = sides.iter().flat_map(|side| &around[slot][*side]);
            let mut wishes = wishes.map(|(other, below, _)| tops[*other] + below);
            if let Some(wish) = wishes.find(|wish| least <= *wish && *wish <= most) {
                tops[slot] = wish;
            }
        }
    }
}

fn gap(above: &Slot, below: &Slot) -> f64 {
    match (above.card, below.card) {
        (Some(_), Some(_)) => GAPS.0,
        (None, None) => GAPS.2,
        (Some(_), None) | (None, Some(_)) => GAPS.1,
    }
}

/// Puts the slots of a layer below each other, around the height 0.
fn stack(layer: &[usize], slots: &[Slot], tops: &mut [f64]) {
    let mut y = 0.0;
    let mut above: Option<usize> = None;
    for slot in layer {
        y += above.map_or(0.0, |above| gap(&slots[above], &slots[*slot]));
        tops[*slot] = y;
        y += slots[*slot].height;
        above = Some(*slot);
    }
    layer.iter().for_each(|slot| tops[*slot] -= y / 2.0);
}

/// What draws a slot: its neighbours on these sides, and the place where its layer is shortest.
struct Pull<'p> {
    sides: &'p [usize],
    gravity: f64,
    stacked: &'p [f64],
}

/// Slots that lie against each other, and where they would like their first one.
struct Block {
    count: usize,
    weight: f64,
    wish: f64,
}

/// Gives each slot of a layer the place that its neighbours wish, in order and without overlap: least squares, by pooling
/// those that would overlap.
fn settle(layer: &[usize], slots: &[Slot], around: &[Around], pull: &Pull<'_>, tops: &mut [f64]) {
    let mut blocks: Vec<Block> = Vec::with_capacity(layer.len());
    let mut offsets = Vec::with_capacity(layer.len());
    let mut offset = 0.0;
    let mut above: Option<usize> = None;
    for slot in layer {
        if let Some(above) = above {
            offset += slots[above].height + gap(&slots[above], &slots[*slot]);
        }
        above = Some(*slot);
        offsets.push(offset);
        let (mut weight, mut sum) = (pull.gravity, pull.gravity * pull.stacked[*slot]);
        for (other, below, line) in pull.sides.iter().flat_map(|side| &around[*slot][*side]) {
            weight += line;
            sum += line * (tops[*other] + below);
        }
        let mut block = Block { count: 1, weight, wish: sum / weight - offset };
        while let Some(last) = blocks.pop_if(|last| block.wish < last.wish) {
            let weight = last.weight + block.weight;
            let wish = (last.wish * last.weight + block.wish * block.weight) / weight;
            block = Block { count: last.count + block.count, weight, wish };
        }
        blocks.push(block);
    }
    let wishes = blocks.iter().flat_map(|block| std::iter::repeat_n(block.wish, block.count));
    for ((slot, offset), wish) in layer.iter().zip(offsets).zip(wishes) {
        tops[*slot] = wish + offset;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_straight_and_slots_keep_their_distance() {
        let card = |layer| Slot { layer, height: 40.0, card: Some(0) };
        let slots = [card(0), card(0), card(1), card(1)];
        let piece = |left, right| Piece { left: (left, 10.0), right: (right, 30.0), net: left };
        let tops = tops(&slots, &[piece(0, 2), piece(1, 3)], &[vec![0, 1], vec![2, 3]]);
        assert_eq!(tops[0] + 10.0, tops[2] + 30.0);
        assert_eq!(tops[1] + 10.0, tops[3] + 30.0);
        assert!(tops[0] + 40.0 + GAPS.0 <= tops[1]);
        assert_eq!(tops.iter().copied().fold(f64::INFINITY, f64::min), 0.0);
    }
}
