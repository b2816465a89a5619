//! The state of the compare screen: two trees aligned row by row with one cursor and one set of folds, and the tabs. Pure methods, no
//! drawing. Re-exports only.

mod computation;
mod content_lines;
mod extras;
mod front_tab;
mod headline;
mod map;
mod mark;
mod query;
mod row;
mod row_summary;
mod state;
mod tab_columns;
mod tabs;
mod totals;
mod trees;
mod views;

pub use crate::ui::layout::compare::CompareAreas;
pub use crate::ui::pane::CompareFocus;
pub use computation::{PairComputation, PairResult};
pub(crate) use mark::RowMark;
pub use query::PairQuery;
pub use state::Compare;
pub(crate) use tab_columns::{LAYER, LETTER, SHORT_LAYER, TabColumns};
pub use tabs::{CompareTab, LineTarget, TabLine, WaterfallBar};
pub use trees::CompareOrder;
