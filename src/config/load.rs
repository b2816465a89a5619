//! What a configuration says, as a value, and the way there from a file. What each key means is `setting`'s, where files are is `place`'s.

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

/// What the user configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The screen's colours.
    pub theme: ThemeName,
    /// Units of sizes.
    pub units: Units,
    /// How the explore screen starts.
    pub start: Start,
    /// Which keys mean what.
    pub keys: KeyMap,
}

/// A configuration is short; anything longer is something else.
const MOST_BYTES: u64 = 1 << 20;

impl Config {
    /// Returns the configuration in the file named, or else in the first one found; the defaults where there is none. With it what is odd in it.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read, or says what cannot be.
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
                .hint("-c FILE names another one")
        })?;
        Self::parse(&text, place.kind, &shown)
    }

    /// Returns what a text says, and what is odd in it; `shown` names its file.
    ///
    /// # Errors
    /// [`Failure`] when it says what cannot be.
    pub fn parse(text: &str, kind: Kind, shown: &str) -> Result<(Self, Vec<String>), Failure> {
        match kind {
            Kind::Ours => own_toml::parse(text, shown),
            Kind::Dives => dive_yaml::parse(text, shown),
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > MOST_BYTES {
        return Err(io::Error::other("longer than a configuration can be"));
    }
    fs::read_to_string(path)
}
