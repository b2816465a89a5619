//! What command line, configuration and environment set for all screens. Values only.

use crate::bytes::Units;
use crate::escape;

use crate::ui::keys::KeyMap;
use crate::ui::loaded::extras::ExtrasRequest;
use crate::ui::model::start::Start;
use crate::ui::theme::ThemeName;
use crate::ui::theme::terminal_colours::TerminalColours;

/// The options of all screens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreenOptions {
    /// The theme.
    pub theme: ThemeName,
    /// The user's own colours, by name, as 24-bit numbers.
    pub colours: Vec<(String, u32)>,
    /// The colours that the terminal supports.
    pub terminal: TerminalColours,
    /// Whether colours are off.
    pub no_color: bool,
    /// The units of sizes.
    pub units: Units,
    /// The initial state of the explore screen.
    pub start: Start,
    /// The key bindings.
    pub keys: KeyMap,
    /// The words of the command line that state the base image: `--base alpine`.
    pub base: Vec<String>,
    /// Transfer times and scanner reports to show.
    pub extras: ExtrasRequest,
    /// Warnings about the command line and the configuration, one line each; the first is shown until the first key.
    pub notes: Vec<String>,
}

impl ScreenOptions {
    /// Returns the notice that the screen opens with.
    pub(super) fn notice(&self) -> Option<String> {
        let first = escape::text(self.notes.first()?).into_owned();
        Some(match self.notes.len() - 1 {
            0 => first,
            more => format!("{first} (and {more} more, on standard error)"),
        })
    }
}
