//! `docker dive`: this program as a plugin of the docker command. docker starts `docker-dive` with its own global options before the plugin's
//! name; they become the environment variables that the rest of the program reads. Nothing about images is known here.

mod install;
mod options;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::failure::{Failure, RunOutcome};

pub(crate) use install::install;

/// The name of the plugin's file, without `.exe`.
const FILE: &str = "docker-dive";
/// The plugin's name: `docker dive`.
const NAME: &str = "dive";

/// What docker starts the plugin for.
#[derive(Debug)]
pub(crate) enum PluginCall {
    /// docker lists its plugins.
    Metadata,
    /// The user runs `docker [OPTIONS] dive ARGUMENTS`.
    Run(PluginRun),
}

/// A run of this program with another environment.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PluginRun {
    arguments: Vec<OsString>,
    /// Variables to set, and to remove.
    environment: Vec<(&'static str, Option<OsString>)>,
}

/// Returns what docker requests from its plugin; `None` when this program runs under its own name.
///
/// # Errors
/// [`Failure`] when docker's global options cannot be followed.
pub(crate) fn call(arguments: &[OsString]) -> Result<Option<PluginCall>, Failure> {
    let Some((program, arguments)) = arguments.split_first() else {
        return Ok(None);
    };
    if Path::new(program).file_stem() != Some(OsStr::new(FILE)) {
        return Ok(None);
    }
    if arguments
        .first()
        .is_some_and(|first| first == "docker-cli-plugin-metadata")
    {
        return Ok(Some(PluginCall::Metadata));
    }
    options::read(arguments).map(|invocation| Some(PluginCall::Run(invocation)))
}

/// Returns the document that docker reads to list the plugin.
#[must_use]
pub(crate) fn metadata() -> String {
    let document = json!({
        "SchemaVersion": "0.1.0",
        "Vendor": "dive-rs",
        "Version": env!("CARGO_PKG_VERSION"),
        "ShortDescription": "Explore an image layer by layer",
        "URL": env!("CARGO_PKG_REPOSITORY"),
    });
    format!("{document}\n")
}

/// Runs this program again, under its own name and with the environment of the call. Returns only where the system has no `exec`.
///
/// # Errors
/// [`Failure`] when it cannot be started.
pub fn run(invocation: PluginRun) -> Result<RunOutcome, Failure> {
    let failed = |error: std::io::Error| Failure::new("cannot start dive-rs").because(error);
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.args(invocation.arguments);
    for (name, value) in invocation.environment {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        // Usage lines name the program as the user typed it.
        Err(failed(command.arg0(format!("docker {NAME}")).exec()))
    }
    #[cfg(not(unix))]
    {
        let status = command.status().map_err(failed)?;
        Ok(RunOutcome::Code(crate::failure::exit_code(status)))
    }
}
