//! The state of the screen over many images: a stack of pages, each a few lists with one cursor. Every page is made by `fleet::page`, so that none is a case of its
//! own here. Pure methods, no drawing. Re-exports only.

mod blocks;
mod open_page;
mod screen;

pub use blocks::PageLine;
pub use open_page::{OpenPage, PageSelection};
pub use screen::{FleetScreen, PageBehind};
