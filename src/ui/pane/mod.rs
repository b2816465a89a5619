//! The panes' own states: small values with pure methods. Nothing here knows of keys, colours or the terminal. This file holds re-exports only.

mod comparison;
mod cursor;
mod diff;
mod document;
mod filter;
mod find;
mod folds;
mod layers;
mod outline;
mod packages;
mod paths;
mod rows;
mod search;
mod steps;
mod text_input;
mod tree;
mod viewer;
mod wrap;

pub use comparison::{Comparison, ComparisonBuilder, Range};
pub use cursor::{Cursor, Motion};
pub use diff::{DiffShown, DiffView, Differences};
pub use document::{ByteFormat, Document, WINDOW};
pub use filter::{Change, FileGroup, Filter, FilterPass};
pub use find::{Find, Matcher};
pub use folds::Folds;
pub use layers::{CompareMode, LayersPane};
pub use outline::Outline;
pub use packages::{PackageOrder, PackageRow, PackagesPane};
pub use paths::{PathId, Paths};
pub use rows::{Row, Shape};
pub use search::{Hits, Search};
pub use text_input::{Edit, TextInput};
pub use tree::{ImagePaths, Sort, TreePane};
pub use viewer::{Mark, PendingJump, Stage, ViewedFile, Viewer, Viewport};
pub use wrap::shown_line;
