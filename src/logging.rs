//! The log that `-v` asks for: to standard error, or to a file while the screen is up. Rooms say what they do through the `log` crate; where it goes
//! is decided here, once. Nothing that a user must know is only logged.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use env_logger::{Builder, Target};
use log::LevelFilter;

use crate::escape;
use crate::failure::Failure;

/// Starts the log, unless `verbosity` asks for none: 2 what was done, 3 how, more: what the libraries say too. `file` is where it goes; standard
/// error when there is none.
///
/// # Errors
/// [`Failure`] when the file cannot be written.
pub(crate) fn start(verbosity: u8, file: Option<&Path>) -> Result<(), Failure> {
    let (ours, theirs) = match verbosity {
        0 | 1 => return Ok(()),
        2 => (LevelFilter::Info, LevelFilter::Off),
        3 => (LevelFilter::Debug, LevelFilter::Off),
        _ => (LevelFilter::Trace, LevelFilter::Debug),
    };
    let target = match file {
        None => Target::Stderr,
        Some(path) => Target::Pipe(Box::new(create(path).map_err(|error| {
            Failure::new(format!(
                "the log {} cannot be written",
                escape::text(&path.to_string_lossy())
            ))
            .because(&error)
            .hint("leave out -v, or set XDG_STATE_HOME to a folder that can be written")
        })?)),
    };
    let started = Instant::now();
    // A second log in one process, as tests make it, goes where the first goes.
    let _ = Builder::new()
        .filter_level(theirs)
        .filter_module("dive_rs", ours)
        .target(target)
        .format(move |out, record| {
            let (at, level) = (started.elapsed().as_secs_f64(), record.level());
            let said = record.args().to_string();
            writeln!(out, "{at:9.3} {level:<5} {}", escape::text(&said))
        })
        .try_init();
    Ok(())
}

/// Returns where the log of a screen goes: `$XDG_STATE_HOME`, else `~/.local/state`, else the folder for temporary files.
pub(crate) fn file() -> PathBuf {
    let state = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".local/state")));
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
