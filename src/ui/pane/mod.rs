//! The panes' own states: small values with pure methods. Nothing here knows of keys, colours or the terminal. This file holds re-exports only.

mod comparison;
mod cursor;
mod diff;
mod document;
mod filter;
mod find;
mod folds;
mod layers;
mod line;
mod outline;
mod packages;
mod paths;
mod rows;
mod search;
mod steps;
mod tree;
mod viewer;
mod wrap;

pub use comparison::{Comparison, Draft, Range};
pub use cursor::{Cursor, Motion};
pub use diff::{DiffShown, DiffView, Differences};
pub use document::{Cut, Document, WINDOW};
pub use filter::{Change, Filter, Keeping, Whose};
pub use find::{Find, Matcher};
pub use folds::Folds;
pub use layers::{Against, LayersPane};
pub use line::{Edit, Line};
pub use outline::Outline;
pub use packages::{PackageOrder, PackageRow, PackagesPane};
pub use paths::{PathId, Paths};
pub use rows::{Row, Shape};
pub use search::{Hits, Search};
pub use tree::{Seen, Sort, TreePane};
pub use viewer::{Going, Mark, Page, Stage, Viewed, Viewer};
pub use wrap::shown_line;
