//! Selects contents of an image: a [`Query`] is a list of conditions, a [`Selection`] the contents for which all of them hold, with their sums.
//!
//! Pure functions over an immutable [`Image`](crate::image::Image) and its analysis; nothing here reads a file, draws or prints. This file
//! contains re-exports only.

mod content;
mod globs;
mod operands;
mod path_walk;
mod pattern;
mod predicate;
mod selection;
mod term;
mod versions;
mod words;

pub use content::{PathContent, contents};
pub use globs::Globs;
pub(crate) use globs::{glob_pattern, is_glob};
pub use operands::{OperandError, Rows, operand};
pub use pattern::PatternError;
pub(crate) use pattern::path_regex;
pub use selection::Selection;
pub use term::{Owner, Query, StoredAs, Term};
pub use versions::{LayerSpan, Versions};
pub(crate) use words::finding_name;
pub use words::{QueryWords, StatusWord, UnknownWord, glob_term, options_of};
