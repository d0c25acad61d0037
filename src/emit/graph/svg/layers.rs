//! Puts cards into layers, left to right, so that lines lead from one layer into a later one.
#![expect(
    clippy::indexing_slicing,
    reason = "numbers of cards are made here and below their count"
)]

use super::Size;

/// That one card should stand left of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) left: usize,
    pub(super) right: usize,
}

/// How much wider than high a picture should be.
const ASPECT: f64 = 1.5;

/// Room around a card, as far as it is known before lines are drawn.
const ROOM: (f64, f64) = (110.0, 28.0);

/// Returns the layer of each card. No layer is much higher than a picture of good proportions.
pub(super) fn assign(sizes: &[Size], wanted: &[Before]) -> Vec<usize> {
    let befores = without_circles(sizes.len(), wanted);
    let mut ins: Vec<Vec<usize>> = vec![Vec::new(); sizes.len()];
    let mut outs: Vec<Vec<usize>> = vec![Vec::new(); sizes.len()];
    for before in &befores {
        ins[before.right].push(before.left);
        outs[before.left].push(before.right);
    }
    let order = topological(&ins, &outs);
    let area: f64 = sizes.iter().map(|it| (it.width + ROOM.0) * (it.height + ROOM.1)).sum();
    let tallest = sizes.iter().map(|it| it.height).fold(0.0, f64::max);
    let limit = (area / ASPECT).sqrt().max(tallest);
    let mut layers = Layers { of: vec![0; sizes.len()], heights: Vec::new(), sizes, limit };
    for card in order.iter().copied() {
        let least = ins[card].iter().map(|it| layers.of[*it] + 1).max().unwrap_or(0);
        let fitting = (least..).find(|layer| layers.fits(card, *layer)).unwrap_or(least);
        layers.put(card, fitting);
    }
    shorten(&mut layers, &order, &ins, &outs);
    without_gaps(&mut layers.of);
    layers.of
}

struct Layers<'s> {
    of: Vec<usize>,
    heights: Vec<f64>,
    sizes: &'s [Size],
    limit: f64,
}

impl Layers<'_> {
    fn fits(&self, card: usize, layer: usize) -> bool {
        let height = self.heights.get(layer).copied().unwrap_or(0.0);
        height == 0.0 || height + self.sizes[card].height + ROOM.1 <= self.limit
    }

    fn put(&mut self, card: usize, layer: usize) {
        if self.heights.len() <= layer {
            self.heights.resize(layer + 1, 0.0);
        }
        self.heights[layer] += self.sizes[card].height + ROOM.1;
        self.of[card] = layer;
    }

    fn shift(&mut self, card: usize, layer: usize) {
        self.heights[self.of[card]] -= self.sizes[card].height + ROOM.1;
        self.put(card, layer);
    }
}

/// Turns lines round that would close a circle.
fn without_circles(n_cards: usize, wanted: &[Before]) -> Vec<Before> {
    let mut outs: Vec<Vec<usize>> = vec![Vec::new(); n_cards];
    for (n, before) in wanted.iter().enumerate() {
        outs[before.left].push(n);
    }
    let mut out = wanted.to_vec();
    // 0: not seen; 1: on the way; 2: done.
    let mut state = vec![0_u8; n_cards];
    let mut has_left = vec![false; n_cards];
    wanted.iter().for_each(|it| has_left[it.right] = true);
    let roots = (0..n_cards).filter(|n| !has_left[*n]).chain(0..n_cards);
    for root in roots {
        let mut way = vec![(root, 0)];
        while let Some((card, next)) = way.pop() {
            if next == 0 && state[card] != 0 {
                continue;
            }
            state[card] = 1;
            let Some(line) = outs[card].get(next).copied() else {
                state[card] = 2;
                continue;
            };
            way.push((card, next + 1));
            let target = wanted[line].right;
            match state[target] {
                0 => way.push((target, 0)),
                1 => out[line] = Before { left: target, right: card },
                _ => {}
            }
        }
    }
    out.retain(|it| it.left != it.right);
    out
}

/// Returns the cards so that each stands behind all that are left of it; among those that could, as they come.
fn topological(ins: &[Vec<usize>], outs: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = ins.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..ins.len()).filter(|n| open[*n] == 0).collect();
    let mut order = Vec::with_capacity(ins.len());
    while !ready.is_empty() {
        let mut next = Vec::new();
        for card in ready {
            order.push(card);
            for target in &outs[card] {
                open[*target] -= 1;
                if open[*target] == 0 {
                    next.push(*target);
                }
            }
        }
        next.sort_unstable();
        ready = next;
    }
    order
}

/// Moves cards to where their lines are shorter.
fn shorten(layers: &mut Layers<'_>, order: &[usize], ins: &[Vec<usize>], outs: &[Vec<usize>]) {
    for _ in 0..4 {
        for card in order.iter().rev().copied() {
            let least = ins[card].iter().map(|it| layers.of[*it] + 1).max().unwrap_or(0);
            let Some(most) = outs[card].iter().filter_map(|it| layers.of[*it].checked_sub(1)).min()
            else {
                continue;
            };
            if ins[card].len() < outs[card].len() {
                let better = (layers.of[card] + 1..=most).rev().find(|it| layers.fits(card, *it));
                better.into_iter().for_each(|layer| layers.shift(card, layer));
            } else if outs[card].len() < ins[card].len() {
                let better = (least..layers.of[card]).find(|it| layers.fits(card, *it));
                better.into_iter().for_each(|layer| layers.shift(card, layer));
            }
        }
    }
}

/// Closes layers that nothing stands in.
fn without_gaps(layers: &mut [usize]) {
    let n_layers = layers.iter().max().map_or(0, |it| it + 1);
    let mut used = vec![false; n_layers];
    layers.iter().for_each(|it| used[*it] = true);
    let mut number = 0;
    let numbers: Vec<usize> = used
        .iter()
        .map(|used| {
            let own = number;
            number += usize::from(*used);
            own
        })
        .collect();
    layers.iter_mut().for_each(|it| *it = numbers[*it]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(n: usize, lines: &[(usize, usize)]) -> Vec<usize> {
        let sizes = vec![Size { width: 200.0, height: 100.0 }; n];
        let wanted: Vec<Before> =
            lines.iter().map(|(left, right)| Before { left: *left, right: *right }).collect();
        assign(&sizes, &wanted)
    }

    #[test]
    fn lines_lead_right() {
        assert_eq!(layers(3, &[(0, 1), (1, 2), (0, 2)]), [0, 1, 2]);
        assert_eq!(layers(4, &[(0, 1), (1, 2), (3, 2)]), [0, 1, 2, 1]);
    }

    #[test]
    fn circles_are_opened() {
        assert_eq!(layers(2, &[(0, 1), (1, 0)]), [0, 1]);
        assert_eq!(layers(3, &[(0, 1), (1, 2), (2, 0)]), [0, 1, 2]);
        assert_eq!(layers(1, &[(0, 0)]), [0]);
    }

    #[test]
    fn a_hub_makes_no_tower() {
        let lines: Vec<(usize, usize)> = (1..100).map(|n| (0, n)).collect();
        let layers = layers(100, &lines);
        let fullest = (0..20).map(|n| layers.iter().filter(|it| **it == n).count()).max();
        assert!(fullest.unwrap() < 20, "{layers:?}");
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let lines: Vec<(usize, usize)> = (1..50_000).map(|n| (n - 1, n)).collect();
        assert_eq!(layers(50_000, &lines).last(), Some(&49_999));
    }
}
