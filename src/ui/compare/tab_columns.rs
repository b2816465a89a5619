//! The columns of the lines of a tab, measured when the lines or the width change. Nothing here draws.

use crate::ui::compare::tabs::TabLine;
use crate::ui::layout::fit::width;

/// The columns of the letter of a category, of names and sizes while there are none yet, and the least and the most of the responsible layer in words.
pub(crate) const LETTER: usize = 2;
const NAME: usize = 21;
const SIZES: usize = 19;
pub(crate) const LAYER: (usize, usize) = (24, 48);
/// The least columns of a bar beside a layer in words, beside the start of these, and beside its number.
const LEAST_BAR: usize = 20;
const SHORT_BAR: usize = 8;
const TINY_BAR: usize = 3;
/// The least columns of the start of these words, `L2 apt-get` or `77 % L2`.
pub(crate) const SHORT_LAYER: usize = 10;

/// The columns of the lines of a tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TabColumns {
    /// Of the labels.
    pub(crate) label: usize,
    /// Of the names of categories.
    pub(crate) name: usize,
    /// Of the sizes of categories.
    pub(crate) sizes: usize,
    /// Of the bars.
    pub(crate) bar: usize,
    /// Of the responsible layers; 0 where there is not even room for their numbers.
    pub(crate) layer: usize,
}

impl TabColumns {
    /// Shares so many columns out among the parts of lines.
    pub(super) fn of(lines: &[TabLine], columns: usize) -> Self {
        let label = lines.iter().map(|line| width(&line.label)).max();
        // A difference is never truncated.
        let is_delta = lines.iter().any(|line| line.delta.is_some());
        let least = if is_delta { 11 } else { 0 };
        let label = label.unwrap_or(0).min((columns / 4).max(least));
        let causes = lines.iter().filter_map(|line| {
            let category = line.waterfall_bar.as_ref()?.category?;
            Some((width(category.name()), width(&line.left)))
        });
        let most = causes.reduce(|(name, sizes), (one, other)| (name.max(one), sizes.max(other)));
        let (name, sizes) = most.unwrap_or((NAME, SIZES));
        // The share of a layer is shown rather than its instruction.
        let number = lines.iter().map(|line| width(&line.layer[2])).max();
        let number = number.unwrap_or(0);
        let used = 1 + label + usize::from(label > 0);
        let rest = columns.saturating_sub(used + LETTER + name + sizes + 2);
        let layer = match rest.saturating_sub(LEAST_BAR + 1) {
            room if room >= LAYER.0 => (rest / 3).clamp(LAYER.0, LAYER.1),
            _ => match rest.saturating_sub(SHORT_BAR + 1) {
                room if room >= SHORT_LAYER => room.min(LAYER.0),
                _ if rest > number + TINY_BAR => number,
                _ => 0,
            },
        };
        let bar = rest.saturating_sub(layer + usize::from(layer > 0));
        Self {
            label,
            name,
            sizes,
            bar,
            layer,
        }
    }
}
