//! Selects contents of an image: a [`Query`] is a list of conditions, a [`Selection`] the contents for which all of them hold, with their sums.
//!
//! Pure functions over an immutable [`Image`](crate::image::Image) and its analysis; nothing here reads a file, draws or prints. This file
//! contains re-exports only.

mod condition;
mod content;
mod globs;
mod operands;
mod options;
mod path_walk;
mod pattern;
mod predicate;
mod selection;
mod versions;

pub use condition::{Condition, PackageFilter, Query, StoredAs};
pub use content::{PathContent, contents};
pub use globs::Globs;
pub(crate) use globs::{glob_pattern, is_glob};
pub(crate) use operands::operand;
pub use operands::{OperandError, PathVersions};
pub(crate) use options::finding_name;
pub(crate) use options::glob_condition;
pub use options::{QueryError, QueryOptions, StatusOption, options_of};
pub use pattern::PatternError;
pub(crate) use pattern::path_regex;
pub use selection::Selection;
pub use versions::{LayerSpan, Versions};
