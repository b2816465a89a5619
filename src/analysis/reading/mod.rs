//! What is read of an image's files to tell what it is made of: which files, and how much of each.
//!
//! Asking takes two steps, because reading is not done here: [`wanted`] names the few files that must be read, by their paths alone; whoever can read
//! hands each to [`Wanted::take`]. What came is for [`packages`](super::packages) and [`advice`](crate::analysis::findings) to understand. This file holds re-exports
//! only.

mod places;
pub(super) mod program;
pub(super) mod secrets;
mod wanted;

pub(super) use wanted::{Content, Record};
pub use wanted::{Part, Taken, Wanted, wanted};
