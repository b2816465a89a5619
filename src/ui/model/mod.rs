//! The model: everything that a screen shows, as values. Only `update` changes it; it contains no terminal, no clock, no thread and no colour. This
//! file contains re-exports only.

pub mod computation;
mod contexts;
pub mod effect;
pub mod explore;
mod footer;
pub mod message;
mod options;
pub mod overlay;
pub mod picker;
pub(in crate::ui) mod start;
mod state;

pub(in crate::ui) use contexts::outline_context;
pub(crate) use footer::{Footer, KeyHint};
pub use options::ScreenOptions;
pub use state::{Model, Screen};
