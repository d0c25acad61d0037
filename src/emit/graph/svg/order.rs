//! Orders the slots of each layer so that few lines cross.
#![expect(clippy::indexing_slicing, reason = "numbers of slots and layers come from the layout")]

use super::layout::{Piece, Slot};

/// The neighbours of a slot on the left and on the right, and how far down them the line ends, from 0 to 1.
type Around = [Vec<(usize, f64)>; 2];

/// How often all layers are put in order, from left to right and back.
const SWEEPS: usize = 14;

/// Returns the slots of each layer, from above.
pub(super) fn order(slots: &[Slot], pieces: &[Piece], n_layers: usize) -> Vec<Vec<usize>> {
    let mut around: Vec<Around> = vec![[Vec::new(), Vec::new()]; slots.len()];
    for piece in pieces.iter().filter(|it| it.left.0 != it.right.0) {
        let (left, right) = (piece.left, piece.right);
        around[left.0][1].push((right.0, share(slots, right)));
        around[right.0][0].push((left.0, share(slots, left)));
    }
    let mut layers = first(slots, &around, n_layers);
    let mut positions = vec![0.0; slots.len()];
    layers.iter().for_each(|layer| number(layer, &mut positions));
    let mut best = (crossings(slots, pieces, &positions, n_layers), layers.clone());
    for sweep in 0..SWEEPS {
        let back = sweep % 2;
        for step in 0..n_layers {
            let layer = if back == 0 { step } else { n_layers - 1 - step };
            sort(&mut layers[layer], &around, back, &mut positions);
        }
        let found = crossings(slots, pieces, &positions, n_layers);
        if found < best.0 {
            best = (found, layers.clone());
        }
        if best.0 == 0 {
            break;
        }
    }
    best.1
}

/// Returns how far down its slot a height is, from 0 to 1.
fn share(slots: &[Slot], (slot, y): (usize, f64)) -> f64 {
    y / slots[slot].height.max(1.0)
}

/// Returns a first order: neighbours near each other, as a walk along the lines meets them.
fn first(slots: &[Slot], around: &[Around], n_layers: usize) -> Vec<Vec<usize>> {
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); n_layers];
    let mut seen = vec![false; slots.len()];
    for root in 0..slots.len() {
        let mut open = vec![root];
        while let Some(slot) = open.pop() {
            if std::mem::replace(&mut seen[slot], true) {
                continue;
            }
            layers[slots[slot].layer].push(slot);
            let [left, right] = &around[slot];
            open.extend(left.iter().chain(right).rev().map(|it| it.0).filter(|it| !seen[*it]));
        }
    }
    layers
}

fn number(layer: &[usize], positions: &mut [f64]) {
    for (n, slot) in layer.iter().enumerate() {
        positions[*slot] = n as f64;
    }
}

/// Sorts a layer by the mean place of the neighbours on one side; who has none stays.
fn sort(layer: &mut [usize], around: &[Around], side: usize, positions: &mut [f64]) {
    let mut keyed: Vec<(f64, usize)> = layer
        .iter()
        .map(|slot| {
            let near = &around[*slot][side];
            let sum: f64 = near.iter().map(|(other, share)| positions[*other] + share).sum();
            let mean = if near.is_empty() { f64::NAN } else { sum / near.len() as f64 };
            (mean, *slot)
        })
        .collect();
    let mut sorted: Vec<(f64, usize)> =
        keyed.iter().copied().filter(|(mean, _)| !mean.is_nan()).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sorted = sorted.into_iter();
    for it in keyed.iter_mut().filter(|(mean, _)| !mean.is_nan()) {
        *it = sorted.next().unwrap_or(*it);
    }
    for (place, (_, slot)) in layer.iter_mut().zip(keyed) {
        *place = slot;
    }
    number(layer, positions);
}

/// Counts the pairs of lines that cross between neighbouring layers.
fn crossings(slots: &[Slot], pieces: &[Piece], positions: &[f64], n_layers: usize) -> usize {
    let mut gaps: Vec<Vec<(f64, f64)>> = vec![Vec::new(); n_layers];
    for piece in pieces.iter().filter(|it| it.left.0 != it.right.0) {
        let at = |end: (usize, f64)| positions[end.0] + share(slots, end).min(0.99);
        gaps[slots[piece.left.0].layer].push((at(piece.left), at(piece.right)));
    }
    gaps.iter_mut().map(|gap| inversions(gap)).sum()
}

/// Counts the pairs that are in order on the left and not on the right.
fn inversions(gap: &mut [(f64, f64)]) -> usize {
    gap.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut ranks: Vec<f64> = gap.iter().map(|it| it.1).collect();
    ranks.sort_by(f64::total_cmp);
    ranks.dedup();
    // A Fenwick tree of how many right ends were met at each rank.
    let mut tree = vec![0_usize; ranks.len() + 1];
    let mut count = 0;
    for (met, (_, right)) in gap.iter().enumerate() {
        let rank = ranks.partition_point(|it| *it < *right) + 1;
        let (mut at, mut not_above) = (rank, 0);
        while 0 < at {
            not_above += tree[at];
            at &= at - 1;
        }
        count += met - not_above;
        let mut at = rank;
        while at < tree.len() {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&mut [(0.0, 0.0), (1.0, 1.0)]), 0);
        assert_eq!(inversions(&mut [(0.0, 1.0), (1.0, 0.0)]), 1);
        assert_eq!(inversions(&mut [(0.0, 2.0), (1.0, 1.0), (2.0, 0.0)]), 3);
        assert_eq!(inversions(&mut [(0.0, 1.0), (0.0, 0.0), (1.0, 1.0)]), 0);
    }

    #[test]
    fn a_cross_is_undone() {
        let slot = |layer| Slot { layer, height: 10.0, card: None };
        let slots = [slot(0), slot(0), slot(1), slot(1)];
        let piece = |left, right| Piece { left: (left, 5.0), right: (right, 5.0), net: left };
        let order = order(&slots, &[piece(0, 3), piece(1, 2)], 2);
        assert_eq!(
            order[0].iter().position(|it| *it == 0),
            order[1].iter().position(|it| *it == 3)
        );
    }
}
