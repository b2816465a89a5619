//! Findings: possible savings and security problems of an image, each with the saved bytes, the instruction to change, and the lines to write.
//!
//! `kind` lists the kinds of findings; each file of `checks` finds one or a few of them; [`Findings::of`] runs the checks and counts no byte twice. Nothing is
//! read here: file contents are passed in. Re-exports only.

mod checks;
mod collect;
mod copy_change;
mod dockerignore;
mod finding;
mod fix_step;
mod image_context;
mod instruction_change;
mod kind;
mod last_stage;
mod quoting;
mod run_change;
mod run_command;
mod savings;
#[cfg(feature = "cli")]
mod unhashed;

pub use finding::ClaimedEntry;
pub use finding::{Finding, Findings, Fix, FixPlace};
pub use fix_step::FixStep;
pub use kind::{FindingKind, FindingLevel};
pub use savings::{Overlap, Saving, savings};
#[cfg(feature = "cli")]
pub(crate) use unhashed::unhashed;
