//! The state of the compare screen: two trees aligned row by row with one cursor and one set of folds, and the tabs above them. Pure methods, no
//! drawing. This file contains re-exports only.

mod areas;
mod content;
mod extras;
mod headline;
mod query;
mod row;
mod state;
mod tabs;
mod trees;
mod views;

pub use areas::{Areas, areas, tab_at};
pub use query::PairQuery;
pub use state::{Compare, Focus};
pub use tabs::{Fall, Opens, TabLine, TopTab};
pub use trees::{AlignedTrees, Order};
