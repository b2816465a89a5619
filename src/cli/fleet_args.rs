//! The arguments of `fleet`, as typed. `fleet_plan` checks them.

use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand, ValueEnum};

use super::args::{IMAGE, RULES};
use super::shared_args::{OutputArgs, ReadingArgs};

/// `dive-rs fleet`.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "dive-rs fleet [OPTIONS] [IMAGE|FILE|-]...")]
#[command(
    after_help = "Images are described by manifest and config alone; --deep reads their files. FILE and standard input have one image per line, or the JSON of `kubectl get pods -A -o json`. docs/fleet.md describes the rows."
)]
pub(super) struct FleetArgs {
    #[command(subcommand)]
    pub(super) action: Option<FleetAction>,

    #[command(flatten)]
    pub(super) lists: FleetListArgs,

    /// Read every layer, each once: categories, findings, packages and large files
    #[arg(long)]
    pub(super) deep: bool,

    /// With --deep on several machines: `layers` fills a shared cache, `images` then reads from it
    #[arg(long, value_enum, value_name = "STAGE")]
    pub(super) stage: Option<FleetStageArg>,

    /// Read part I (from 0) of N of the list, or of its layers with --stage layers. `job/N` takes I from the array job (Kubernetes, AWS Batch, Slurm)
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<String>,

    /// Write a file for each table to this folder; the same command resumes a killed run
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,

    /// Write tables in this form: lines of JSON, or Parquet files in --out [default: ndjson]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<TableFormArg>,

    /// Name of the run, used in the paths of the Parquet files: a date, a number [default: 1]
    #[arg(long, value_name = "NAME")]
    pub(super) run: Option<String>,

    // Options without a heading come first: a heading holds for what follows it.
    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// With --deep: judge each image by the rules in this file, such as .dive-ci
    #[arg(long, value_name = "FILE", help_heading = RULES)]
    pub(super) ci_config: Option<PathBuf>,

    /// With --deep: judge each image by this rule, as in a rules file: highestImageSize=200MB; repeatable
    #[arg(long = "rule", value_name = "NAME=LIMIT", action = ArgAction::Append, help_heading = RULES)]
    pub(super) rules: Vec<String>,

    #[command(flatten, next_help_heading = IMAGE)]
    pub(super) reading: ReadingArgs,
}

/// Which images are read, and how fast.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct FleetListArgs {
    /// Images, files with one image per line, `-` for standard input; names without SCHEME:// are read from registries
    #[arg(value_name = "IMAGE|FILE|-")]
    pub(super) images: Vec<OsString>,

    /// Add every tag of this repository, HOST/NAME; repeatable
    #[arg(long, value_name = "REPOSITORY", action = ArgAction::Append)]
    pub(super) repository: Vec<String>,

    /// Add every repository of the registry at this host, where it lists them; repeatable
    #[arg(long, value_name = "HOST", action = ArgAction::Append)]
    pub(super) catalog: Vec<String>,

    /// Read the built-in images, those that are named or all
    #[arg(long)]
    pub(super) demo: bool,

    /// Add every image of the local engines
    #[arg(long)]
    pub(super) engine: bool,

    /// Read this many images at once [default: 16; with --deep one per core]
    #[arg(long, value_name = "N")]
    pub(super) parallel: Option<NonZeroUsize>,

    /// Send each registry at most this many requests per second
    #[arg(long, value_name = "N")]
    pub(super) rate: Option<NonZeroU32>,
}

/// A command of `dive-rs fleet`.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum FleetAction {
    /// Sum up the rows: total and distinct bytes, shared layers, what a fresh node must pull. On a terminal this opens a screen
    Report(FleetReportArgs),
    /// Resolve the names of a list once, and write a list that several machines read alike
    Plan(FleetPlanArgs),
}

/// `dive-rs fleet plan`.
#[derive(Clone, Debug, Args)]
pub(super) struct FleetPlanArgs {
    #[command(flatten)]
    pub(super) lists: FleetListArgs,

    /// Write the plan to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,

    // Options without a heading come first: a heading holds for what follows it.
    #[command(flatten)]
    pub(super) output: OutputArgs,

    #[command(flatten, next_help_heading = IMAGE)]
    pub(super) reading: ReadingArgs,
}

/// `dive-rs fleet report`.
#[derive(Clone, Debug, Args)]
pub(super) struct FleetReportArgs {
    /// The folders of --out, several for several parts of a list; files with rows; `-` for rows on standard input
    #[arg(value_name = "DIR|FILE|-", required = true)]
    pub(super) from: Vec<PathBuf>,

    /// Compare with an earlier run: its folder or its file
    #[arg(long, value_name = "DIR|FILE")]
    pub(super) earlier: Option<PathBuf>,

    /// Print this format instead of opening the screen [default: on a terminal the screen, else text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<FleetFormatArg>,

    /// Estimate at this speed (50Mbit/s) instead of 25 Mbit/s, 100 Mbit/s and 1 Gbit/s; repeatable
    #[arg(long = "link", value_name = "SPEED", action = ArgAction::Append)]
    pub(super) links: Vec<String>,

    /// Estimate for N machines that pull at the same time over one link
    #[arg(long, value_name = "N")]
    pub(super) nodes: Option<u64>,

    /// Print this many rows of each list; JSON and the screen have all [default: 20]
    #[arg(long, value_name = "N")]
    pub(super) most: Option<usize>,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FleetStageArg {
    Layers,
    Images,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TableFormArg {
    Ndjson,
    Parquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FleetFormatArg {
    Text,
    Markdown,
    Html,
    Json,
}
