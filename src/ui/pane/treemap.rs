//! Treemaps in full cells of a terminal. `crate::treemap` computes the layout; edges are rounded here.

use ratatui::layout::Rect;

use crate::treemap::{self, Area};

/// Returns a rectangle for each weight, in the order of the weights. Together they are the frame and none overlaps another; an area differs from its
/// exact share only by the rounding of its edges, so a weight of much less than a cell may have none.
#[must_use]
pub(super) fn squarify(weights: &[u64], frame: Rect) -> Vec<Rect> {
    let edges = Area {
        left: frame.left().into(),
        top: frame.top().into(),
        right: frame.right().into(),
        bottom: frame.bottom().into(),
    };
    let areas = treemap::squarify(weights, edges);
    areas.into_iter().map(rounded).collect()
}

/// Returns a rectangle with its edges rounded to cells. Neighbours round a shared edge alike.
fn rounded(area: Area) -> Rect {
    let [left, top, right, bottom] = [area.left, area.top, area.right, area.bottom].map(cell);
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

#[cfg(test)]
mod tests {
    use super::squarify;
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
            let total: u64 = weights.iter().sum();
            for (weight, area) in weights.iter().zip(&areas) {
                #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
                let exact = *weight as f64 / total as f64 * f64::from(width) * f64::from(height);
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
