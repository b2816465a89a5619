//! The log of `-v`: on standard error, or in a file behind the screen. Modules write it through the `log` crate. A warning or an error is never in the log only.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use env_logger::{Builder, Target};
use log::LevelFilter;

use crate::escape;
use crate::failure::Failure;
use crate::user_folders::{folder_in, home};

/// Starts the log at verbosity 2 (info), 3 (debug), or 4 and more (trace, and debug of the libraries), in `file` or on standard error.
///
/// # Errors
/// [`Failure`] when the file cannot be written.
pub(crate) fn start(verbosity: u8, file: Option<&Path>) -> Result<(), Failure> {
    let (own, libraries) = match verbosity {
        0 | 1 => return Ok(()),
        2 => (LevelFilter::Info, LevelFilter::Off),
        3 => (LevelFilter::Debug, LevelFilter::Off),
        _ => (LevelFilter::Trace, LevelFilter::Debug),
    };
    let target = match file {
        None => Target::Stderr,
        Some(path) => Target::Pipe(Box::new(create(path).map_err(|error| {
            Failure::new(format!(
                "cannot write the log {}",
                escape::text(&path.to_string_lossy())
            ))
            .because(error)
            .hint("omit -v, or set XDG_STATE_HOME to a writable folder")
        })?)),
    };
    let started = Instant::now();
    // In tests, a second log of one process goes where the first goes.
    let _ = Builder::new()
        .filter_level(libraries)
        .filter_module("dive_rs", own)
        .target(target)
        .format(move |out, record| {
            let (at, level) = (started.elapsed().as_secs_f64(), record.level());
            let message = record.args().to_string();
            writeln!(out, "{at:9.3} {level:<5} {}", escape::text(&message))
        })
        .try_init();
    Ok(())
}

/// Returns the log file of a screen: in `$XDG_STATE_HOME`, else `~/.local/state`, else the folder for temporary files.
pub(crate) fn file() -> PathBuf {
    let state = folder_in("XDG_STATE_HOME").or_else(|| Some(home()?.join(".local/state")));
    state
        .unwrap_or_else(std::env::temp_dir)
        .join("dive-rs/dive-rs.log")
}

fn create(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(path)
}
