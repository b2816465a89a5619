//! Two images on the screen: two trees locked row by row under one cursor, one scroll and one set of folds, and above them the layers, the folders
//! that weigh most, and what the images say of themselves. States with pure methods; nothing here draws. This file holds re-exports only.

mod areas;
mod beside;
mod files;
mod headline;
mod row;
mod state;
mod top;
mod why;

pub use areas::{Areas, areas, tab_at};
pub use files::{Locked, Order};
pub use state::{Compare, Focus};
pub use top::{TopLine, TopTab};
