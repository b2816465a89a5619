//! The initial state of the explore screen, from the configuration. Values only.

use crate::ui::pane::{Filter, TreeOrder, View};

/// The narrowest and the widest left column, in percent.
pub(crate) const SPLIT_RANGE: (u16, u16) = (20, 75);

/// The initial state of the explore screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The first view.
    pub view: View,
    /// The order of siblings in the tree.
    pub sort: TreeOrder,
    /// The left column's share of the width, in percent.
    pub split: u16,
    /// Whether permissions and owner are shown; unset: when there is room.
    pub attributes: Option<bool>,
    /// The filter of the tree.
    pub filter: Filter,
    /// Whether the tree shows what all layers above the bottom one change, up to the selected one, instead of the selected one alone.
    pub aggregated: bool,
    /// Whether the tree's folders are closed.
    pub folded: bool,
    /// Whether the heaviest closed folders are opened when the tree is first shown, until its pane is full.
    pub unfold: bool,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            view: View::default(),
            sort: TreeOrder::default(),
            split: 40,
            attributes: None,
            filter: Filter::default(),
            aggregated: false,
            folded: true,
            unfold: true,
        }
    }
}
