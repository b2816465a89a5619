//! The state of the compare screen: two trees aligned row by row with one cursor and one set of folds, and the tabs above them. Pure methods, no
//! drawing. This file contains re-exports only.

mod areas;
mod beside;
mod files;
mod headline;
mod row;
mod state;
mod top;
mod why;

pub use areas::{Areas, areas, tab_at};
pub use files::{AlignedTrees, Order};
pub use state::{Compare, Focus};
pub use top::{TopLine, TopTab};
