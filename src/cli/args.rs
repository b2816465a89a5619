//! The arguments as typed: every option, its spellings and its help. `resolve` checks them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::man::Page;
use crate::version;

/// Explore, compare and judge container images layer by layer.
#[derive(Clone, Debug, Parser)]
#[command(name = "dive-rs", version = version::LINE.as_str(), max_term_width = 100)]
#[command(
    after_help = "One image is explored, two are compared. With a report option, or without a terminal, the result is printed."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch")]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// Image: a name or id, a path, `-` for standard input, or SCHEME://… with docker, podman, docker-archive, oci-archive, oci-dir, registry
    #[arg(value_name = "IMAGE", num_args = 0..=2)]
    pub(super) images: Vec<OsString>,

    /// Compare the two built-in images, or explore the one that `--tag` names; needs no engine
    #[arg(long)]
    pub(super) demo: bool,

    /// Source of an image without a scheme
    #[arg(long, value_enum, value_name = "SOURCE")]
    pub(super) source: Option<SourceWord>,

    /// When to pull an image
    #[arg(long, value_enum, value_name = "WHEN", default_value = "missing")]
    pub(super) pull: PullWord,

    /// A file with certificate authorities to trust for registries; may be given several times
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub(super) registry_ca: Vec<PathBuf>,

    /// A registry that may use plain HTTP or an unchecked certificate; may be given several times
    #[arg(long, value_name = "HOST[:PORT]", action = ArgAction::Append)]
    pub(super) insecure_registry: Vec<String>,

    /// Do not read or write the cache of layer indexes
    #[arg(long)]
    pub(super) no_cache: bool,

    /// Most bytes of the layers' indexes that are kept between runs [default: 1GB]
    #[arg(long, value_name = "SIZE")]
    pub(super) cache_size: Option<String>,

    /// Platform of a multi-platform image: os/arch[/variant]
    #[arg(long, value_name = "PLATFORM")]
    pub(super) platform: Option<String>,

    /// Image in an archive with several images
    #[arg(long, value_name = "NAME:TAG")]
    pub(super) tag: Option<String>,

    /// Check every blob's digest and every layer's `diff_id` while reading
    #[arg(long)]
    pub(super) verify: bool,

    /// Base image; the layers shared with it are the base layers
    #[arg(long, value_name = "IMAGE", conflicts_with = "base_layers")]
    pub(super) base: Option<OsString>,

    /// Number of base layers, counted from the bottom
    #[arg(long, value_name = "N")]
    pub(super) base_layers: Option<usize>,

    /// Check the rules instead of opening the screen; also enabled by the environment variable CI=1, t, true or yes
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    pub(super) ci: Option<bool>,

    /// Rules file [default: .dive-ci]
    #[arg(long, value_name = "FILE")]
    pub(super) ci_config: Option<PathBuf>,

    /// Rule: fail below this efficiency, 0 to 1 [default: 0.9]
    #[arg(
        long = "lowestEfficiency",
        visible_alias = "lowest-efficiency",
        value_name = "RATIO",
        allow_hyphen_values = true
    )]
    pub(super) lowest_efficiency: Option<String>,

    /// Rule: fail above this many wasted bytes (20MB, 1.5 GiB, 1000) [default: disabled]
    #[arg(
        long = "highestWastedBytes",
        visible_alias = "highest-wasted-bytes",
        value_name = "SIZE",
        allow_hyphen_values = true
    )]
    pub(super) highest_wasted_bytes: Option<String>,

    /// Rule: fail above this ratio of wasted to user bytes, 0 to 1 [default: 0.1]
    #[arg(
        long = "highestUserWastedPercent",
        visible_alias = "highest-user-wasted-percent",
        value_name = "RATIO",
        allow_hyphen_values = true
    )]
    pub(super) highest_user_wasted_percent: Option<String>,

    /// Any other rule, as in the rules file: highestImageSize=200MB, denyFindings=secret; repeatable
    #[arg(long = "rule", value_name = "NAME=LIMIT", action = ArgAction::Append)]
    pub(super) rules: Vec<String>,

    /// Estimate pull and push times at 25 Mbit/s, 100 Mbit/s and 1 Gbit/s
    #[arg(long)]
    pub(super) transfer: bool,

    /// Estimate pull and push times at this speed instead: 50Mbit/s; repeatable
    #[arg(long = "link", value_name = "SPEED", action = ArgAction::Append)]
    pub(super) links: Vec<String>,

    /// Image that the nodes already have; layers shared with it need no transfer; repeatable
    #[arg(long, value_name = "IMAGE", action = ArgAction::Append)]
    pub(super) have: Vec<OsString>,

    /// Number of nodes that pull the image
    #[arg(long, value_name = "N")]
    pub(super) nodes: Option<u64>,

    /// Scanner report with vulnerabilities: JSON of trivy, grype or osv-scanner, or SARIF; two images need one each, BEFORE's first
    #[arg(long = "scan-report", value_name = "FILE", action = ArgAction::Append)]
    pub(super) scan_reports: Vec<PathBuf>,

    /// Scan the image with this scanner
    #[arg(
        long,
        value_enum,
        value_name = "SCANNER",
        conflicts_with = "scan_reports"
    )]
    pub(super) scan: Option<ScannerWord>,

    /// Dockerfile of the image, for reports that refer to its lines
    #[arg(long, value_name = "FILE")]
    pub(super) dockerfile: Option<PathBuf>,

    /// Write a JSON report; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,

    /// Write a report: text, dive, json, markdown, junit, sarif, codequality, github, baseline, html; repeatable
    #[arg(long = "report", value_name = "FORMAT[=FILE]", action = ArgAction::Append)]
    pub(super) reports: Vec<OsString>,

    /// Ignored, for compatibility with dive: the errors it suppresses are warnings here
    #[arg(short, long)]
    pub(super) ignore_errors: bool,

    /// Configuration file
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Units of sizes
    #[arg(long, value_enum, value_name = "UNITS")]
    pub(super) units: Option<UnitsWord>,

    /// Colour theme of the screen: auto, dark, light, terminal, color-blind
    #[arg(long, value_name = "NAME")]
    pub(super) theme: Option<String>,

    /// Disable colours; also disabled by the environment variable `NO_COLOR`
    #[arg(long)]
    pub(super) no_color: bool,

    /// Print only the reports that are named, and errors
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// Log to standard error; twice for more detail
    #[arg(short, long, action = ArgAction::Count)]
    pub(super) verbose: u8,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Build with docker or podman, then explore or check the built image
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
    /// List or prune the layers' indexes that are kept between runs
    Cache {
        /// What to do with them
        #[arg(value_enum, default_value = "list")]
        action: CacheAction,
    },
    /// Print a shell's completion script
    Completion {
        /// The shell
        shell: Shell,
    },
    /// Install the docker command's plugin for the user: `docker dive IMAGE`
    InstallDockerPlugin,
    /// Print a manual page: `dive-rs man | man -l -`
    Man {
        /// The page: the program or its rules file
        #[arg(value_enum, default_value = "dive-rs")]
        page: Page,
    },
    /// Print the version
    Version {
        /// Print the version, commit and platform as JSON
        #[arg(long)]
        json: bool,
    },
}

/// An action on the kept indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CacheAction {
    /// Print each layer's digest, size and age, the least recently used first
    List,
    /// Print how many there are and their size
    Size,
    /// Remove the least recently used ones beyond --cache-size, or all
    Prune,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SourceWord {
    Docker,
    Podman,
    #[value(alias = "docker-tar")]
    DockerArchive,
    OciArchive,
    OciDir,
    Registry,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ScannerWord {
    Trivy,
    Grype,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PullWord {
    Missing,
    Never,
    Always,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum UnitsWord {
    Si,
    Binary,
}
