//! What can go and what is dangerous: findings about an image, each with the bytes it saves, the layer and instruction to change, and the lines to write
//! instead.
//!
//! Every topic has a file of its own that looks at one `Case` and returns findings; [`Advice::of`] puts them together and counts no byte
//! twice. Nothing is read here: what had to be read comes with the content_analysis. This file holds re-exports only.

mod access;
mod base;
mod builder;
mod caches;
mod case;
mod command;
mod context;
mod copies;
mod deleted;
mod development;
mod documents;
mod find;
mod recommended;
mod secrets;
mod settings;
mod symbols;
mod topic;
mod value;
mod written;

pub use find::unhashed;
pub use topic::{Level, Topic};
pub use value::{Advice, Claim, Finding, Fix};
