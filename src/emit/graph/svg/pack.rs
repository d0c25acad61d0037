//! Packs the parts of a picture: the largest first, each as high as it can be in the skyline of those before.
#![expect(
    clippy::indexing_slicing,
    reason = "numbers of parts are made here and below their count"
)]

use super::{Point, Size};

/// How much wider than high the whole should be.
const ASPECT: f64 = 1.6;

/// Room between parts.
const ROOM: f64 = 48.0;

/// A stretch of the lower edge of what is packed.
#[derive(Clone, Copy, Debug)]
struct Ledge {
    x: f64,
    width: f64,
    y: f64,
}

/// Returns the upper left corner of each part, and the size of the whole: of some widths, the one that wastes least.
pub(super) fn pack(sizes: &[Size]) -> (Vec<Point>, Size) {
    let area: f64 = sizes.iter().map(|it| (it.width + ROOM) * (it.height + ROOM)).sum();
    let widest = sizes.iter().map(|it| it.width + ROOM).fold(0.0, f64::max);
    let least = (area * ASPECT).sqrt().max(widest);
    let tries = (0..12).map(|n| within(sizes, least * (1.0 + 0.08 * f64::from(n))));
    tries.min_by(|(_, a), (_, b)| waste(*a).total_cmp(&waste(*b))).unwrap_or_default()
}

/// Returns the area of the least frame of good proportions around a size.
fn waste(size: Size) -> f64 {
    let height = size.height.max(size.width / (ASPECT * 1.3));
    let width = size.width.max(size.height * ASPECT / 1.3);
    width * height
}

/// Packs the parts into a width.
fn within(sizes: &[Size], width: f64) -> (Vec<Point>, Size) {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|a, b| sizes[*b].height.total_cmp(&sizes[*a].height).then(a.cmp(b)));
    let mut skyline = vec![Ledge { x: 0.0, width, y: 0.0 }];
    let mut corners = vec![Point::default(); sizes.len()];
    let mut whole = Size::default();
    for part in order {
        let size = Size { width: sizes[part].width + ROOM, height: sizes[part].height + ROOM };
        let at = lowest(&skyline, size.width, width);
        corners[part] = at;
        lower(&mut skyline, at, size);
        whole.width = whole.width.max(at.x + sizes[part].width);
        whole.height = whole.height.max(at.y + sizes[part].height);
    }
    (corners, whole)
}

/// Returns the highest place where a width fits below the skyline, the leftmost of equal ones.
fn lowest(skyline: &[Ledge], width: f64, whole: f64) -> Point {
    let mut best: Option<Point> = None;
    for (n, ledge) in skyline.iter().enumerate() {
        if whole + 0.01 < ledge.x + width {
            break;
        }
        let under = skyline[n..].iter().take_while(|it| it.x < ledge.x + width - 0.01);
        let y = under.map(|it| it.y).fold(0.0, f64::max);
        if best.is_none_or(|best| y < best.y - 0.01) {
            best = Some(Point { x: ledge.x, y });
        }
    }
    best.unwrap_or_default()
}

/// Lets the skyline run below a part.
fn lower(skyline: &mut Vec<Ledge>, at: Point, size: Size) {
    let end = at.x + size.width;
    let mut next = Vec::with_capacity(skyline.len() + 2);
    for ledge in skyline.iter().copied() {
        let ledge_end = ledge.x + ledge.width;
        if ledge.x < at.x {
            next.push(Ledge { width: ledge_end.min(at.x) - ledge.x, ..ledge });
        }
        if end < ledge_end {
            let x = ledge.x.max(end);
            next.push(Ledge { x, width: ledge_end - x, ..ledge });
        }
    }
    let place = next.iter().position(|it| at.x <= it.x).unwrap_or(next.len());
    next.insert(place, Ledge { x: at.x, width: size.width, y: at.y + size.height });
    *skyline = next;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_overlap() {
        let size = |n: usize| Size {
            width: (80 + n * 37 % 300) as f64,
            height: (40 + n * 53 % 500) as f64,
        };
        let sizes: Vec<Size> = (0..120).map(size).collect();
        let (corners, whole) = pack(&sizes);
        let all: Vec<(Point, Size)> = corners.into_iter().zip(sizes).collect();
        for (n, (at, size)) in all.iter().enumerate() {
            assert!(at.x + size.width <= whole.width && at.y + size.height <= whole.height);
            for (other, other_size) in &all[..n] {
                let apart = at.x + size.width <= other.x
                    || other.x + other_size.width <= at.x
                    || at.y + size.height <= other.y
                    || other.y + other_size.height <= at.y;
                assert!(apart, "{at:?} {size:?} and {other:?} {other_size:?}");
            }
        }
        assert!(whole.width < 2.5 * whole.height && whole.height < 2.5 * whole.width);
    }
}
