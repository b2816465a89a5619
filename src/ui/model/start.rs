//! How the explore screen stands when it opens, as the configuration may say it. Values only; the panes apply them.

use crate::ui::pane::{Filter, Sort};

/// The narrowest and the widest left column, in percent.
pub const SPLIT_RANGE: (u16, u16) = (20, 75);

/// How the explore screen stands when it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The order of siblings in the tree.
    pub sort: Sort,
    /// The left column's share of the width, in percent.
    pub split: u16,
    /// Whether permissions and owner are shown; where nothing is said, when there is room.
    pub attributes: Option<bool>,
    /// What the tree leaves out.
    pub filter: Filter,
    /// Whether layers are compared with the bottom one, not with the one below.
    pub aggregated: bool,
    /// Whether the tree's folders are closed.
    pub folded: bool,
}

impl Default for Start {
    fn default() -> Self {
        Self {
            sort: Sort::default(),
            split: 40,
            attributes: None,
            filter: Filter::default(),
            aggregated: false,
            folded: true,
        }
    }
}
