//! The key table, which dispatches keys and prints the help and the footer.

pub mod action;
pub mod context;
pub(crate) mod key;
mod key_map;
mod listed;
mod table;

pub use crate::ui::keys::key::Key;
pub use crate::ui::keys::key_map::KeyMap;
pub(crate) use crate::ui::keys::key_map::{KeyConflict, Rebinding};
pub use crate::ui::keys::listed::HelpLine;
pub(crate) use crate::ui::keys::listed::help;
pub use crate::ui::keys::table::{Binding, TABLE};
