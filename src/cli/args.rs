//! The arguments as typed: every option, its spellings and its help. `resolve` checks them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::file_args::{CatArgs, DuArgs, ExtractArgs, LsArgs};
use super::fleet_args::FleetArgs;
use super::man::ManPage;
use super::select_args::SelectArgs;
use super::shared_args::{OutputArgs, ReadingArgs};
use crate::version;

/// The headings of the options in the help and the manual page.
pub(super) const IMAGE: &str = "Image options";
pub(super) const RULES: &str = "Rule options";
pub(super) const QUERY: &str = "Query options";
const REPORTS: &str = "Report options";
const SCREEN: &str = "Screen options";

/// Explore, compare and check container images layer by layer.
#[derive(Clone, Debug, Parser)]
#[command(name = "dive-rs", version = version::LINE.as_str(), max_term_width = 100)]
#[command(
    after_help = "One image is explored, two are compared. With a report option, or without a terminal, the result is printed."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch")]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// Explore this image, or compare two: a name or id, a path, `-` for standard input, or SCHEME://… with docker, podman, docker-archive, oci-archive, oci-dir, dir, registry
    #[arg(value_name = "IMAGE", num_args = 0..=2)]
    pub(super) images: Vec<OsString>,

    // Options without a heading come first: a heading holds for what follows it.
    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// No effect; accepted because dive has this option
    #[arg(short, long)]
    pub(super) ignore_errors: bool,

    /// Compare two of the four built-in images, or explore the one that `--tag` names; needs no engine
    #[arg(long, help_heading = IMAGE)]
    pub(super) demo: bool,

    #[command(flatten, next_help_heading = IMAGE)]
    pub(super) reading: ReadingArgs,

    /// Read manifest and config only: layers, compressed sizes and instructions, no files
    #[arg(long, conflicts_with = "verify", help_heading = IMAGE)]
    pub(super) shallow: bool,

    /// Count the layers shared with this image as base layers (layers that come from the base image; the rest are own layers)
    #[arg(long, value_name = "IMAGE", conflicts_with = "base_layers", help_heading = IMAGE)]
    pub(super) base: Option<OsString>,

    /// Count this many layers from the bottom as base layers (layers that come from the base image; the rest are own layers)
    #[arg(long, value_name = "N", help_heading = IMAGE)]
    pub(super) base_layers: Option<usize>,

    /// Check the rules instead of opening the screen; the environment variable CI=1, t, true or yes does the same
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL", help_heading = RULES)]
    pub(super) ci: Option<bool>,

    /// Read the rules from this file [default: .dive-ci]
    #[arg(long, value_name = "FILE", help_heading = RULES)]
    pub(super) ci_config: Option<PathBuf>,

    /// Fail below this efficiency, dive's score, 0 to 1 [default: 0.9]
    #[arg(
        long = "lowestEfficiency",
        visible_alias = "lowest-efficiency",
        value_name = "RATIO",
        allow_hyphen_values = true,
        help_heading = RULES
    )]
    pub(super) lowest_efficiency: Option<String>,

    /// Fail above this many wasted bytes, dive's count of bytes stored more than once or deleted (20MB, 1.5 GiB, 1000) [default: disabled]
    #[arg(
        long = "highestWastedBytes",
        visible_alias = "highest-wasted-bytes",
        value_name = "SIZE",
        allow_hyphen_values = true,
        help_heading = RULES
    )]
    pub(super) highest_wasted_bytes: Option<String>,

    /// Fail above this ratio of wasted to user bytes, those above the first layer, 0 to 1 [default: 0.1]
    #[arg(
        long = "highestUserWastedPercent",
        visible_alias = "highest-user-wasted-percent",
        value_name = "RATIO",
        allow_hyphen_values = true,
        help_heading = RULES
    )]
    pub(super) highest_user_wasted_percent: Option<String>,

    /// Set any other rule, as in the rules file: highestImageSize=200MB, denyFindings=secret; repeatable
    #[arg(long = "rule", value_name = "NAME=LIMIT", action = ArgAction::Append, help_heading = RULES)]
    pub(super) rules: Vec<String>,

    /// With two images: if the first, the baseline, does not exist, skip the rules that compare with it
    #[arg(long, help_heading = RULES)]
    pub(super) optional_baseline: bool,

    /// Estimate pull and push times at 25 Mbit/s, 100 Mbit/s and 1 Gbit/s
    #[arg(long, help_heading = REPORTS)]
    pub(super) transfer: bool,

    /// Estimate at this speed (50Mbit/s) instead of 25 Mbit/s, 100 Mbit/s and 1 Gbit/s; repeatable
    #[arg(long = "link", value_name = "SPEED", action = ArgAction::Append, help_heading = REPORTS)]
    pub(super) links: Vec<String>,

    /// Estimate at the gzip speed of this machine, measured, instead of 300 MB/s unpacking and 50 MB/s compressing
    #[arg(long, help_heading = REPORTS)]
    pub(super) measure_speed: bool,

    /// Estimate the pull of a machine that already has the layers of this image; repeatable
    #[arg(long, value_name = "IMAGE", action = ArgAction::Append, help_heading = REPORTS)]
    pub(super) have: Vec<OsString>,

    /// Estimate for N machines that pull at the same time over one link
    #[arg(long, value_name = "N", help_heading = REPORTS)]
    pub(super) nodes: Option<u64>,

    /// Read the vulnerabilities in this scan report: JSON of trivy, grype or osv-scanner, or SARIF; repeatable; for two images give two, the first image's first
    #[arg(long = "scan-report", value_name = "FILE", action = ArgAction::Append, help_heading = REPORTS)]
    pub(super) scan_reports: Vec<PathBuf>,

    /// Scan the image with this scanner
    #[arg(
        long,
        value_enum,
        value_name = "SCANNER",
        conflicts_with = "scan_reports",
        help_heading = REPORTS
    )]
    pub(super) scan: Option<ScannerArg>,

    /// Show the lines of this Dockerfile beside layers and findings; without it, those in BuildKit's provenance
    #[arg(long, value_name = "FILE", help_heading = REPORTS)]
    pub(super) dockerfile: Option<PathBuf>,

    /// Select files that these layers store, counted from 1
    #[arg(long, value_name = "N|FIRST-LAST", help_heading = QUERY)]
    pub(super) layer: Option<String>,

    #[command(flatten, next_help_heading = QUERY)]
    pub(super) select: SelectArgs,

    /// Write a JSON report to this file; `-` is standard output
    #[arg(short, long, value_name = "FILE", help_heading = REPORTS)]
    pub(super) json: Option<PathBuf>,

    /// List the changes of each layer in the JSON
    #[arg(long, help_heading = REPORTS)]
    pub(super) changes: bool,

    /// Write a report: text, dive, json, ndjson, markdown, junit, sarif, codequality, github, baseline, html, svg, folded, ncdu, badge; repeatable
    #[arg(long = "report", value_name = "FORMAT[=FILE]", action = ArgAction::Append, help_heading = REPORTS)]
    pub(super) reports: Vec<OsString>,

    /// Colour the screen with this theme: auto, dark, light, terminal, color-blind
    #[arg(long, value_name = "NAME", help_heading = SCREEN)]
    pub(super) theme: Option<String>,

    /// Disable colours, on the screen and in reports; the environment variable `NO_COLOR` does the same
    #[arg(long, help_heading = SCREEN)]
    pub(super) no_color: bool,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Build with docker or podman, then explore or check the built image; options of dive-rs go before `build`, those after it to the engine
    #[command(disable_help_flag = true)]
    Build {
        /// Arguments of the engine's build command
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "BUILD ARGS"
        )]
        args: Vec<OsString>,
    },
    /// List files of an image
    Ls(LsArgs),
    /// Print files of an image
    Cat(CatArgs),
    /// Sum the sizes of folders of an image
    Du(DuArgs),
    /// Extract files of an image to a folder, or as a tar stream
    Extract(ExtractArgs),
    /// Survey many images: write their layers and sizes as table rows
    Fleet(Box<FleetArgs>),
    /// List or prune the cache
    Cache {
        /// The action
        #[arg(value_enum, default_value = "list")]
        action: CacheAction,

        /// Keep this size when pruning
        #[arg(long, value_name = "SIZE")]
        cache_size: Option<String>,
    },
    /// Print a shell's completion script
    Completion {
        /// The shell
        shell: Shell,
    },
    /// Install the docker command's plugin for the user: `docker dive IMAGE`
    InstallDockerPlugin,
    /// Print a manual page; to read it: `dive-rs man | man -l -` (Linux)
    Man {
        /// The page: the program or its rules file
        #[arg(value_enum, default_value = "dive-rs")]
        page: ManPage,
    },
    /// Print the version
    Version {
        /// Print the version, commit and platform as JSON
        #[arg(long)]
        json: bool,
    },
}

/// An action on the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CacheAction {
    /// Print the name, size and last use of everything in the cache, the least recently used first
    List,
    /// Print how much of each kind is in the cache, and the total size
    Size,
    /// Remove everything from the cache. With --cache-size, remove the least recently used entries until the rest fits
    Prune,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ScannerArg {
    Trivy,
    Grype,
}
