//! The configuration as a value. `setting` defines its keys; no file is read here.

use crate::bytes::Units;
use crate::ui::keys::KeyMap;
use crate::ui::{Start, ThemeName};

/// The user's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The screen's colours.
    pub theme: ThemeName,
    /// Colours of the theme to replace, by name, as 24-bit numbers.
    pub colours: Vec<(String, u32)>,
    /// Units of sizes.
    pub units: Units,
    /// The initial state of the explore screen.
    pub start: Start,
    /// The key bindings.
    pub keys: KeyMap,
}
