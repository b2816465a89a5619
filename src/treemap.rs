//! Squarified treemaps (Bruls, Huizing, van Wijk, 2000): weights in, rectangles out. Pure; no files, nothing is drawn.

/// A rectangle by its edges, in any unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Area {
    pub(crate) fn width(self) -> f64 {
        (self.right - self.left).max(0.0)
    }

    pub(crate) fn height(self) -> f64 {
        (self.bottom - self.top).max(0.0)
    }
}

/// Returns a rectangle for each weight, in the order of the weights, with an area in proportion to the weight. Together they are the frame; neighbours
/// have the same edge to the bit. With the largest weights first, the rectangles are squarest.
#[must_use]
pub(crate) fn squarify(weights: &[u64], frame: Area) -> Vec<Area> {
    let total: f64 = weights.iter().map(|&weight| real(weight)).sum();
    let mut areas = Vec::with_capacity(weights.len());
    let frame_area = frame.width() * frame.height();
    if total <= 0.0 || frame_area <= 0.0 {
        let none = Area {
            right: frame.left,
            bottom: frame.top,
            ..frame
        };
        areas.resize(weights.len(), none);
        return areas;
    }
    let exact: Vec<f64> = weights
        .iter()
        .map(|&weight| real(weight) / total * frame_area)
        .collect();
    let mut free = frame;
    let mut start = 0;
    while start < exact.len() {
        let side = free.width().min(free.height());
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
        let is_last = end == exact.len();
        free = strip(&exact[start..end], sum, is_last, free, &mut areas);
        start = end;
    }
    areas
}

/// Lays out one strip along the shorter side of the free part, and returns the rest of it.
fn strip(parts: &[f64], sum: f64, is_last: bool, free: Area, areas: &mut Vec<Area>) -> Area {
    let upright = free.width() >= free.height();
    let (from, to, start, end) = if upright {
        (free.top, free.bottom, free.left, free.right)
    } else {
        (free.left, free.right, free.top, free.bottom)
    };
    let length = to - from;
    let inner = if is_last || length <= 0.0 {
        end
    } else {
        (start + sum / length).min(end)
    };
    let mut at = from;
    for (place, part) in parts.iter().enumerate() {
        let next = if place + 1 == parts.len() {
            to
        } else if sum > 0.0 {
            (at + part / sum * length).min(to)
        } else {
            at
        };
        let (left, top, right, bottom) = if upright {
            (start, at, inner, next)
        } else {
            (at, start, next, inner)
        };
        areas.push(Area {
            left,
            top,
            right,
            bottom,
        });
        at = next;
    }
    if upright {
        Area {
            left: inner,
            ..free
        }
    } else {
        Area { top: inner, ..free }
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

#[expect(clippy::cast_precision_loss, reason = "areas are rounded when drawn")]
fn real(weight: u64) -> f64 {
    weight as f64
}
