//! The user's configuration: our TOML, or else dive's YAML, as one [`Config`].
//!
//! [`Config::load`] finds the file and reads it; everything behind it is text in, values and warnings out. Options of the command line go before
//! the configuration, which goes before the defaults; that is `cli`'s to do. docs/config.md lists every key, and a test holds it to the tables
//! here. This file holds re-exports only.

mod dives;
mod ours;
mod place;
mod setting;
mod value;
mod written;

pub use place::{Kind, Place, Places};
pub use setting::Setting;
pub use value::Config;
