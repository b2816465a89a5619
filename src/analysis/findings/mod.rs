//! What can go and what is dangerous: findings about an image, each with the bytes it saves, the layer and instruction to change, and the lines to write
//! instead.
//!
//! Every topic has a file of its own that looks at one `ImageContext` and returns findings; [`Findings::of`] puts them together and counts no byte
//! twice. Nothing is read here: what had to be read comes with the content analysis. This file holds re-exports only.

mod checks;
mod collect;
mod dockerignore;
mod finding;
mod image_context;
mod kind;
mod last_stage;
mod quoting;
mod run_command;

pub use collect::unhashed;
pub use finding::{Claim, Finding, Findings, Fix};
pub use kind::{FindingKind, FindingLevel};
