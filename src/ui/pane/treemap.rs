//! Squarified treemaps (Bruls, Huizing, van Wijk, 2000) in whole cells: weights in, rectangles out. Pure; it knows no files and draws nothing.

use ratatui::layout::Rect;

/// The free part of the frame, in fractions of cells.
#[derive(Clone, Copy, Debug)]
struct Free {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Returns a rectangle for each weight, in the order of the weights. Together they are the frame and none overlaps another; an area differs from its
/// exact share only by the rounding of its edges, so a weight of much less than a cell may have none. Largest weights first give the squarest
/// rectangles.
#[must_use]
pub(super) fn squarify(weights: &[u64], frame: Rect) -> Vec<Rect> {
    let total: f64 = weights.iter().map(|&weight| real(weight)).sum();
    let mut areas = Vec::with_capacity(weights.len());
    if total <= 0.0 || frame.is_empty() {
        areas.resize(weights.len(), Rect::new(frame.x, frame.y, 0, 0));
        return areas;
    }
    let cells = f64::from(frame.width) * f64::from(frame.height);
    let exact: Vec<f64> = weights
        .iter()
        .map(|&weight| real(weight) / total * cells)
        .collect();
    let mut free = Free {
        x: f64::from(frame.x),
        y: f64::from(frame.y),
        width: f64::from(frame.width),
        height: f64::from(frame.height),
    };
    let mut start = 0;
    while start < exact.len() {
        let side = free.width.min(free.height);
        let mut end = start + 1;
        let mut sum = exact[start];
        let mut ratio = worst(exact[start], exact[start], sum, side);
        let (mut least, mut most) = (exact[start], exact[start]);
        while end < exact.len() {
            let next = exact[end];
            let (low, high) = (least.min(next), most.max(next));
            let with = worst(low, high, sum + next, side);
            if with > ratio {
                break;
            }
            (least, most, ratio) = (low, high, with);
            sum += next;
            end += 1;
        }
        free = strip(
            &exact[start..end],
            sum,
            end == exact.len(),
            free,
            &mut areas,
        );
        start = end;
    }
    areas
}

/// Lays out one strip along the shorter side of the free part, and returns what is left of it.
fn strip(parts: &[f64], sum: f64, is_last: bool, free: Free, areas: &mut Vec<Rect>) -> Free {
    let upright = free.width >= free.height;
    let (from, length, side) = if upright {
        (free.y, free.height, free.width)
    } else {
        (free.x, free.width, free.height)
    };
    let thickness = if is_last || length <= 0.0 {
        side
    } else {
        (sum / length).min(side)
    };
    let mut at = from;
    for (place, part) in parts.iter().enumerate() {
        let next = if place + 1 == parts.len() {
            from + length
        } else if sum > 0.0 {
            (at + part / sum * length).min(from + length)
        } else {
            at
        };
        areas.push(if upright {
            rounded(free.x, at, free.x + thickness, next)
        } else {
            rounded(at, free.y, next, free.y + thickness)
        });
        at = next;
    }
    if upright {
        Free {
            x: free.x + thickness,
            width: (free.width - thickness).max(0.0),
            ..free
        }
    } else {
        Free {
            y: free.y + thickness,
            height: (free.height - thickness).max(0.0),
            ..free
        }
    }
}

/// Returns the worst ratio of sides in a strip whose parts are between `least` and `most`, along a side.
fn worst(least: f64, most: f64, sum: f64, side: f64) -> f64 {
    if least <= 0.0 || sum <= 0.0 || side <= 0.0 {
        return f64::INFINITY;
    }
    let (square, area) = (side * side, sum * sum);
    (square * most / area).max(area / (square * least))
}

/// Returns the rectangle between edges rounded to cells. Neighbours round a shared edge alike.
fn rounded(left: f64, top: f64, right: f64, bottom: f64) -> Rect {
    let [left, top, right, bottom] = [left, top, right, bottom].map(cell);
    Rect::new(
        left,
        top,
        right.saturating_sub(left),
        bottom.saturating_sub(top),
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an edge is within the frame"
)]
fn cell(edge: f64) -> u16 {
    edge.round().clamp(0.0, f64::from(u16::MAX)) as u16
}

#[expect(clippy::cast_precision_loss, reason = "areas are rounded to cells")]
fn real(weight: u64) -> f64 {
    weight as f64
}

#[cfg(test)]
mod tests {
    use super::{real, squarify};
    use proptest::prelude::*;
    use ratatui::layout::Rect;

    #[test]
    fn the_papers_example() {
        let areas = squarify(&[6, 6, 4, 3, 2, 2, 1], Rect::new(0, 0, 60, 40));
        assert_eq!(areas[0], Rect::new(0, 0, 30, 20));
        assert_eq!(areas[1], Rect::new(0, 20, 30, 20));
        assert_eq!(areas[2].y, 0);
    }

    proptest! {
        /// Every cell of the frame is in exactly one rectangle, and every area is its share but for its rounded edges.
        #[test]
        fn the_rectangles_are_the_frame(
            mut weights in prop::collection::vec(1_u64..1_000_000_000, 1..60),
            (x, y, width, height) in (0_u16..20, 0_u16..20, 1_u16..120, 1_u16..80),
            sorted in any::<bool>(),
        ) {
            if sorted {
                weights.sort_unstable_by(|one, other| other.cmp(one));
            }
            let frame = Rect::new(x, y, width, height);
            let areas = squarify(&weights, frame);
            prop_assert_eq!(areas.len(), weights.len());
            let mut covered = vec![0_u8; usize::from(width) * usize::from(height)];
            for area in &areas {
                prop_assert_eq!(area.intersection(frame).area(), area.area());
                for (row, column) in (area.top()..area.bottom()).flat_map(|row| (area.left()..area.right()).map(move |column| (row, column))) {
                    covered[usize::from(row - y) * usize::from(width) + usize::from(column - x)] += 1;
                }
            }
            prop_assert!(covered.iter().all(|&times| times == 1));
            let total: f64 = weights.iter().map(|&weight| real(weight)).sum();
            for (weight, area) in weights.iter().zip(&areas) {
                let exact = real(*weight) / total * f64::from(width) * f64::from(height);
                let edges = f64::from(area.width) + f64::from(area.height) + 2.0;
                prop_assert!((f64::from(area.area()) - exact).abs() <= edges + longest(exact, *area, frame));
            }
        }
    }

    /// A thin rectangle may round to no width at all: what it then lacks is at most one cell along its length.
    fn longest(exact: f64, area: Rect, frame: Rect) -> f64 {
        if area.is_empty() {
            exact.min(f64::from(frame.width.max(frame.height)))
        } else {
            0.0
        }
    }
}
