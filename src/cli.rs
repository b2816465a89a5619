//! The command line: what was typed becomes what is meant, once, before anything is read. `args` holds every option, `plan` gives them meaning.
//! Nothing is loaded, judged or printed here but clap's own help.

mod args;
mod images;
mod meant;
mod plan;
mod reports;
mod scan;
mod transfer;
mod two;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

pub use meant::{BaseWish, BaselineWish, Look, Plan, Surroundings, Wanted};
pub use scan::ScanWish;
pub use transfer::TransferWish;
pub use two::Two;

use crate::failure::Failure;

/// Returns what the arguments, the environment and the rules file together mean.
///
/// # Errors
/// [`Failure`] when they mean nothing.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Plan, Failure> {
    match args::Args::try_parse_from(arguments) {
        Ok(args) => plan::plan(&args, &Surroundings::of_process()),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            Ok(Plan::Text(error.to_string()))
        }
        Err(error) => Err(refused(&error.to_string())),
    }
}

/// Returns a shell's completion script.
#[must_use]
pub fn completion(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::Args::command(), "dive-rs", &mut script);
    script
}

/// Turns clap's words into one line and a hint.
fn refused(text: &str) -> Failure {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("cannot read the arguments");
    let message = first.strip_prefix("error: ").unwrap_or(first);
    let mut message = message.to_owned();
    let mut hints = Vec::new();
    for line in lines {
        if let Some(tip) = line.strip_prefix("tip: ") {
            hints.push(tip.to_owned());
        } else if line.starts_with('[') {
            hints.push(line.trim_matches(['[', ']']).to_owned());
        } else if !line.starts_with("Usage:") && !line.starts_with("For more") {
            message.push(' ');
            message.push_str(line);
        }
    }
    hints.push("dive-rs --help lists every option".to_owned());
    Failure::new(message).hint(hints.join("\n"))
}
