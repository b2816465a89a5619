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
mod plan;
mod reports;
mod resolve;
mod rules;
mod scan;
mod select_args;
mod shared_args;
mod transfer;

use std::ffi::OsString;

use clap::Parser as _;
use clap::error::ErrorKind;

pub use args::CacheAction;
pub use environment::CliEnvironment;
pub use file_plan::{
    DuOptions, ExtractDestination, ExtractOptions, FileCommand, FilePlan, LsOptions, VersionOption,
};
pub use fleet_plan::FleetPlan;
pub(crate) use images::NO_IMAGE_HINT;
pub use plan::{
    BaseOption, BaselineOption, ImageChoice, InspectPlan, OneOrTwo, PickerOption, Plan, SingleImage,
};
pub use scan::ScanOption;
pub use transfer::TransferOption;

use crate::failure::Failure;
use crate::plugin::{self, Call};

/// Returns the plan that the arguments, the environment and the rules file mean.
///
/// # Errors
/// [`Failure`] when an argument, the configuration or the rules file is invalid.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Plan, Failure> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(candidates) = complete::candidates(&arguments) {
        return Ok(Plan::Text(candidates));
    }
    match plugin::call(&arguments)? {
        Some(Call::Metadata) => return Ok(Plan::Text(plugin::metadata())),
        Some(Call::Run(invocation)) => return Ok(Plan::Restart(invocation)),
        None => {}
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
