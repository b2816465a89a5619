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

pub use areas::{CompareAreas, areas, tab_at};
pub use query::PairQuery;
pub use state::{Compare, CompareFocus};
pub use tabs::{CompareTab, Opens, TabLine, WaterfallBar};
pub use trees::{AlignedTrees, CompareOrder};
