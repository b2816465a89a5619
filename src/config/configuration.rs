//! The configuration as a value. `setting` defines its keys; no file is read here.

use crate::bytes::Units;
use crate::ui::keys::KeyMap;
use crate::ui::{ScreenOptions, Start, TerminalColours, ThemeName};

/// The user's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
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

impl Configuration {
    /// Returns the options of a screen; those of the command line's images are absent.
    #[must_use]
    pub(crate) fn screen_options(&self, no_color: bool) -> ScreenOptions {
        ScreenOptions {
            terminal: TerminalColours::of_process(),
            no_color,
            units: self.units,
            theme: self.theme,
            colours: self.colours.clone(),
            start: self.start,
            keys: self.keys.clone(),
            ..ScreenOptions::default()
        }
    }
}
