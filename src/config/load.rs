//! The configuration as a value, and reading it from a file. `setting` defines the keys, `location` finds the file.

use std::fs;
use std::io;
use std::path::Path;

use super::location::{Kind, Place, Places};
use super::{dive_yaml, own_toml};
use crate::bytes::Units;
use crate::escape;
use crate::failure::Failure;
use crate::ui::keys::KeyMap;
use crate::ui::{Start, ThemeName};

/// The user's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The screen's colours.
    pub theme: ThemeName,
    /// Units of sizes.
    pub units: Units,
    /// The initial state of the explore screen.
    pub start: Start,
    /// The key bindings.
    pub keys: KeyMap,
}

/// The largest configuration in bytes; a larger file is not a configuration.
const MOST_BYTES: u64 = 1 << 20;

impl Config {
    /// Reads the configuration of the named file, or else of the first file found, or returns the defaults. Returns its warnings, too.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read, or a value in it is invalid.
    pub fn load(named: Option<&Path>, places: &Places) -> Result<(Self, Vec<String>), Failure> {
        let place = match named {
            Some(path) => Some(Place::named(path)),
            None => places.find(),
        };
        let Some(place) = place else {
            return Ok(Self::default()).map(|config| (config, Vec::new()));
        };
        let shown = escape::text(&place.path.to_string_lossy()).into_owned();
        let text = read(&place.path).map_err(|error| {
            Failure::new(format!("cannot read the configuration {shown}"))
                .because(&error)
                .hint("-c FILE reads another one")
        })?;
        Self::parse(&text, place.kind, &shown)
    }

    /// Parses the text of a file. Returns the configuration and its warnings; `shown` is the file's name in them.
    ///
    /// # Errors
    /// [`Failure`] when a value is invalid.
    pub fn parse(text: &str, kind: Kind, shown: &str) -> Result<(Self, Vec<String>), Failure> {
        match kind {
            Kind::Ours => own_toml::parse(text, shown),
            Kind::Dives => dive_yaml::parse(text, shown),
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > MOST_BYTES {
        return Err(io::Error::other(
            "larger than 1 MiB, the limit of a configuration",
        ));
    }
    fs::read_to_string(path)
}
