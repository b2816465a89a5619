//! Which contents of an image are meant: a [`Query`] names them, a [`Selection`] lists them with their sums.
//!
//! Pure functions over a frozen [`Image`](crate::image::Image) and its analysis; nothing here reads a file, draws or prints. This file holds re-exports
//! only.

mod content;
mod globs;
mod predicate;
mod selection;
mod term;

pub use content::{Content, contents};
pub use globs::Globs;
pub use selection::Selection;
pub use term::{Change, Owner, Query, Term};
