//! The command line: arguments become a [`Plan`], once, before anything is loaded. `args` lists every option, `resolve` checks them and builds the plan.
//! No image is loaded or checked, and nothing is printed here.

mod args;
mod complete;
mod complete_bash;
mod environment;
mod file_args;
mod file_plan;
mod fleet_args;
mod fleet_plan;
mod images;
mod man;
mod pair;
mod reports;
mod resolve;
mod rule_args;
mod run_plan;
mod scan;
mod select_args;
mod shared_args;
mod transfer;

use std::ffi::OsString;
use std::path::Path;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

pub use args::CacheAction;
pub use environment::CliEnvironment;
pub use file_plan::{
    DuOptions, ExtractDestination, ExtractOptions, FileCommand, FilePlan, LsOptions, VersionOption,
};
pub(crate) use fleet_plan::FleetTask;
pub use fleet_plan::{FleetPlan, FleetReportPlan};
pub(crate) use images::NO_IMAGE_HINT;
pub use run_plan::{
    BaseOption, BaselineOption, ImageChoice, InspectPlan, InspectedImages, PickerOption, Plan,
    SingleImage,
};
pub use scan::ScanOption;
pub use transfer::TransferOption;

use crate::docker_plugin::{self, PluginCall};
use crate::escape;
use crate::failure::Failure;
use crate::suggest;

/// Returns the plan that the arguments, the environment and the rules file mean.
///
/// # Errors
/// [`Failure`] when an argument, the configuration or the rules file is invalid.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Plan, Failure> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(candidates) = complete::candidates(&arguments) {
        return Ok(Plan::Text(candidates));
    }
    match docker_plugin::call(&arguments)? {
        Some(PluginCall::Metadata) => return Ok(Plan::Text(docker_plugin::metadata())),
        Some(PluginCall::Run(invocation)) => return Ok(Plan::RunAsDockerPlugin(invocation)),
        None => {}
    }
    if let Some(failure) = mistyped_command(&arguments) {
        return Err(failure);
    }
    match args::Args::try_parse_from(arguments) {
        Ok(args) => resolve::plan(&args, &CliEnvironment::of_process()),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            Ok(Plan::Text(error.to_string()))
        }
        Err(error) => Err(Failure::of_arguments(
            &error,
            "dive-rs --help lists every option",
        )),
    }
}

/// A name of this length that differs from a command in one letter is rarely an image.
const LONG: usize = 7;

/// Returns the failure of a first argument that is a command but for one letter. It would count as an image, whose name is looked up in engines and
/// registries. An image of that name needs its scheme; a short name alone is an image.
fn mistyped_command(arguments: &[OsString]) -> Option<Failure> {
    let [_, first, rest @ ..] = arguments else {
        return None;
    };
    let word = first.to_str()?;
    let command = args::Args::command();
    let known: Vec<&str> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    if known.contains(&word) {
        return None;
    }
    let near = suggest::one_edit(word, &known)?;
    let is_image = rest.is_empty() && near.len() < LONG;
    if is_image || Path::new(word).exists() {
        return None;
    }
    let word = escape::text(word);
    Some(
        Failure::new(format!("`{word}` is not a command; did you mean `{near}`?")).hint(format!(
            "an image of that name is docker://{word} or registry://{word}"
        )),
    )
}
