//! The command line: arguments become a [`Plan`], once, before anything is loaded. `args` lists every option, `resolve` checks them and builds the plan.
//! Nothing is loaded, judged or printed here.

mod args;
mod environment;
mod images;
mod pair;
mod plan;
mod reports;
mod resolve;
mod rules;
mod scan;
mod transfer;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

pub use environment::Environment;
pub(crate) use images::DEMO_HINT;
pub use plan::{BaseOption, BaselineOption, ImageChoice, Images, InspectPlan, Plan, SingleImage};
pub use scan::ScanOption;
pub use transfer::TransferOption;

use crate::failure::Failure;

/// Returns the plan that the arguments, the environment and the rules file mean.
///
/// # Errors
/// [`Failure`] when an argument, the configuration or the rules file is invalid.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Plan, Failure> {
    match args::Args::try_parse_from(arguments) {
        Ok(args) => resolve::plan(&args, &Environment::of_process()),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            Ok(Plan::Text(error.to_string()))
        }
        Err(error) => Err(failure_of_clap(&error.to_string())),
    }
}

/// Returns a shell's completion script.
#[must_use]
pub fn completion(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::Args::command(), "dive-rs", &mut script);
    script
}

/// Turns clap's message into one line and a hint.
fn failure_of_clap(text: &str) -> Failure {
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
