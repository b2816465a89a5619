//! The user's configuration: dive-rs's own TOML, or else dive's YAML, as one [`Configuration`].
//!
//! `configuration` defines the value, `location` finds the file, `load` reads it, `own_toml` and `dive_yaml` parse it into a
//! [`Configuration`] and warnings. Command-line options override the configuration (`cli`). A test compares docs/config.md with the table in `setting`. Re-exports only.

mod configuration;
mod dive_yaml;
mod key_value;
mod load;
mod location;
mod own_toml;
mod setting;

pub use configuration::Configuration;
pub use location::{ConfigFile, ConfigFolders, ConfigFormat};
pub use setting::Setting;
