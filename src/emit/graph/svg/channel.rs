//! The gaps between layers: each net has a vertical line of its own there.
#![expect(clippy::indexing_slicing, reason = "numbers of runs are made here and below their count")]

use std::collections::BTreeMap;

/// A net in a gap: the heights at which it comes in from both sides.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Run {
    net: usize,
    left: Vec<f64>,
    right: Vec<f64>,
}

/// Room for the signs at the ends of lines, and between two vertical lines.
const SIGNS: f64 = 30.0;
const TRACK: f64 = 9.0;

/// The least room between two lines of different nets.
const CLEARANCE: f64 = 5.0;

/// Adds a piece of a net. Both ends of a loop are on the left.
pub(super) fn add(runs: &mut Vec<Run>, net: usize, left: f64, right: f64, is_loop: bool) {
    let at = runs.iter().position(|run| run.net == net);
    let at = at.unwrap_or_else(|| {
        runs.push(Run { net, ..Run::default() });
        runs.len() - 1
    });
    runs[at].left.push(left);
    if is_loop {
        runs[at].left.push(right);
    } else {
        runs[at].right.push(right);
    }
}

/// Returns how far from the left each net has its vertical line, and how wide the gap must be.
pub(super) fn tracks(runs: &[Run]) -> (BTreeMap<usize, f64>, f64) {
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by(|a, b| middle(&runs[*a]).total_cmp(&middle(&runs[*b])));
    // Neighbours change places while fewer lines cross that way; at most as often as it takes to sort.
    for _ in 0..order.len() {
        let mut changed = false;
        for n in 1..order.len() {
            let (a, b) = (&runs[order[n - 1]], &runs[order[n]]);
            if cost(b, a) < cost(a, b) {
                order.swap(n - 1, n);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let mut track_of = vec![0_usize; runs.len()];
    let mut n_tracks = 0;
    for (n, run) in order.iter().copied().enumerate() {
        let before = order[..n].iter().copied();
        let meeting = before.filter(|other| meet(&runs[*other], &runs[run]));
        track_of[run] = meeting.map(|other| track_of[other] + 1).max().unwrap_or(0);
        n_tracks = n_tracks.max(track_of[run] + 1);
    }
    let x = |track: usize| SIGNS + track as f64 * TRACK;
    let tracks = runs.iter().zip(&track_of).map(|(run, track)| (run.net, x(*track))).collect();
    let width = 2.0 * SIGNS + n_tracks.saturating_sub(1) as f64 * TRACK;
    (tracks, width.max(84.0))
}

fn ends(run: &Run) -> impl Iterator<Item = f64> {
    run.left.iter().chain(&run.right).copied()
}

fn span(run: &Run) -> (f64, f64) {
    ends(run).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), y| (a.min(y), b.max(y)))
}

fn middle(run: &Run) -> f64 {
    let (from, to) = span(run);
    f64::midpoint(from, to)
}

/// Tells whether two nets can't have their vertical lines at the same place.
fn meet(a: &Run, b: &Run) -> bool {
    let (a, b) = (span(a), span(b));
    a.0 <= b.1 + CLEARANCE && b.0 <= a.1 + CLEARANCE
}

/// Returns how often two nets cross if the first has its vertical line left of the other's; lines that would lie on each
/// other count as many.
fn cost(a: &Run, b: &Run) -> usize {
    let within = |y: &&f64, (from, to): (f64, f64)| from < **y && **y < to;
    let crossed = a.right.iter().filter(|y| within(y, span(b))).count()
        + b.left.iter().filter(|y| within(y, span(a))).count();
    let is_near = |y: &f64| b.left.iter().any(|other| (y - other).abs() < CLEARANCE);
    crossed + 20 * a.right.iter().filter(|y| is_near(y)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(net: usize, left: &[f64], right: &[f64]) -> Run {
        Run { net, left: left.to_vec(), right: right.to_vec() }
    }

    #[test]
    fn nets_that_do_not_meet_share_a_track() {
        let (tracks, _) = tracks(&[run(0, &[0.0], &[40.0]), run(1, &[100.0], &[140.0])]);
        assert_eq!(tracks[&0], tracks[&1]);
    }

    #[test]
    fn nets_that_meet_do_not_lie_on_each_other() {
        // Both lead down: the lower one turns first, or they would cross twice.
        let (tracks, _) = tracks(&[run(0, &[0.0], &[60.0]), run(1, &[30.0], &[90.0])]);
        assert!(tracks[&1] < tracks[&0]);
    }

    #[test]
    fn lines_at_one_height_are_kept_apart() {
        let (tracks, _) = tracks(&[run(0, &[0.0], &[50.0]), run(1, &[50.0], &[100.0])]);
        assert!(tracks[&1] < tracks[&0], "the first leads on where the other has turned off");
    }
}
