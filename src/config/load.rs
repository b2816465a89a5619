//! Reads the configuration from a file. `location` finds the file, `own_toml` and `dive_yaml` parse it.

use std::io;
use std::path::Path;

use super::configuration::Configuration;
use super::location::{ConfigFile, ConfigFolders, ConfigFormat};
use super::{dive_yaml, own_toml};
use crate::escape;
use crate::failure::Failure;
use crate::small_file;

/// The largest configuration in bytes; a larger file is not a configuration.
const MOST_BYTES: u64 = 1 << 20;

impl Configuration {
    /// Reads the configuration of the named file, or else of the first file found, or returns the defaults. Returns its warnings as well.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read, or a value in it is invalid.
    pub(crate) fn load(
        named: Option<&Path>,
        places: &ConfigFolders,
    ) -> Result<(Self, Vec<String>), Failure> {
        let place = match named {
            Some(path) => Some(ConfigFile::named(path)),
            None => places.find(),
        };
        let Some(place) = place else {
            return Ok(Self::default()).map(|config| (config, Vec::new()));
        };
        let shown = escape::text(&place.path.to_string_lossy()).into_owned();
        let text = read(&place.path).map_err(|error| {
            Failure::new(format!("cannot read the configuration {shown}"))
                .because(error)
                .hint("-c FILE reads another one")
        })?;
        Self::parse(&text, place.kind, &shown)
    }

    /// Parses the text of a file. Returns the configuration and its warnings; `shown` is the file's name in them.
    ///
    /// # Errors
    /// [`Failure`] when a value is invalid.
    pub fn parse(
        text: &str,
        kind: ConfigFormat,
        shown: &str,
    ) -> Result<(Self, Vec<String>), Failure> {
        match kind {
            ConfigFormat::DiveRs => own_toml::parse(text, shown),
            ConfigFormat::Dive => dive_yaml::parse(text, shown),
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let too_long = "larger than 1 MiB, the limit of a configuration";
    small_file::text(path, MOST_BYTES, too_long)
}
