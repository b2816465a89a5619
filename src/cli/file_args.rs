//! The arguments of the commands that list, print and extract files of an image. `file_plan` checks them.

use std::ffi::OsString;

use clap::Args;

use super::args::{IMAGE, QUERY};
use super::select_args::SelectArgs;
use super::shared_args::{OutputArgs, ReadingArgs};

/// The image of a command, and how it is read.
#[derive(Clone, Debug, Args)]
pub(super) struct SourceArgs {
    // Options without a heading come first: a heading holds for what follows it.
    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// Read a built-in image, which `--tag` names, in the place of IMAGE
    #[arg(long, help_heading = IMAGE)]
    pub(super) demo: bool,

    #[command(flatten, next_help_heading = IMAGE)]
    pub(super) reading: ReadingArgs,
}

/// The versions of paths that a command means.
#[derive(Clone, Debug, Args)]
pub(super) struct VersionArgs {
    /// Read what these layers store, counted from 1
    #[arg(long, value_name = "N|FIRST-LAST", conflicts_with = "up_to")]
    pub(super) layer: Option<String>,

    /// Read the filesystem after this layer, counted from 1
    #[arg(long, value_name = "N")]
    pub(super) up_to: Option<String>,

    /// Include deleted paths, in their last version
    #[arg(long)]
    pub(super) deleted: bool,
}

/// What lists share: how they show sizes, and which files of which image they list.
#[derive(Clone, Debug, Args)]
pub(super) struct ListArgs {
    /// Show sizes in bytes
    #[arg(short, long, conflicts_with = "units")]
    pub(super) bytes: bool,

    /// Write one JSON object per line
    #[arg(long)]
    pub(super) json: bool,

    #[command(flatten)]
    pub(super) version: VersionArgs,

    #[command(flatten)]
    pub(super) source: SourceArgs,

    #[command(flatten, next_help_heading = QUERY)]
    pub(super) select: SelectArgs,
}

/// `dive-rs ls`.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "dive-rs ls [OPTIONS] IMAGE [PATH]...")]
#[command(
    after_help = "A PATH is resolved as in a container. One with any of *?[{ is a glob: without a slash it matches a name anywhere, ** matches across folders."
)]
pub(super) struct LsArgs {
    /// The image
    #[arg(value_name = "IMAGE", index = 1)]
    pub(super) image: Option<OsString>,

    /// The paths to list [default: /]
    #[arg(value_name = "PATH", index = 2)]
    pub(super) paths: Vec<OsString>,

    /// Show mode, owner, group, size and layer
    #[arg(short, long)]
    pub(super) long: bool,

    /// List subfolders recursively
    #[arg(short = 'R', long)]
    pub(super) recursive: bool,

    /// List a folder itself, not its contents
    #[arg(short, long)]
    pub(super) directory: bool,

    #[command(flatten)]
    pub(super) list: ListArgs,
}

/// `dive-rs du`.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "dive-rs du [OPTIONS] IMAGE [PATH]...")]
pub(super) struct DuArgs {
    /// The image
    #[arg(value_name = "IMAGE", index = 1)]
    pub(super) image: Option<OsString>,

    /// The paths to sum; globs as in `ls` [default: /]
    #[arg(value_name = "PATH", index = 2)]
    pub(super) paths: Vec<OsString>,

    /// List files as well as folders
    #[arg(short, long)]
    pub(super) all: bool,

    /// List the sum of each PATH only
    #[arg(short, long, conflicts_with = "depth")]
    pub(super) summarize: bool,

    /// List folders down to this depth below a PATH
    #[arg(short, long, value_name = "N")]
    pub(super) depth: Option<u16>,

    #[command(flatten)]
    pub(super) list: ListArgs,
}

/// `dive-rs cat`.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "dive-rs cat [OPTIONS] IMAGE PATH...")]
pub(super) struct CatArgs {
    /// The image
    #[arg(value_name = "IMAGE", index = 1)]
    pub(super) image: Option<OsString>,

    /// The files to print, one after the other; links are followed in the image; globs as in `ls`
    #[arg(value_name = "PATH", index = 2)]
    pub(super) paths: Vec<OsString>,

    #[command(flatten)]
    pub(super) version: VersionArgs,

    #[command(flatten)]
    pub(super) source: SourceArgs,
}

/// `dive-rs extract`.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "dive-rs extract [OPTIONS] IMAGE [PATH]... DEST|-")]
#[command(
    after_help = "Existing files are never overwritten, and nothing outside DEST is written. In a folder, owners and setuid bits are not kept; a tar stream keeps them."
)]
pub(super) struct ExtractArgs {
    /// The image
    #[arg(value_name = "IMAGE", index = 1)]
    pub(super) image: Option<OsString>,

    /// The paths to extract, globs as in `ls` [default: /], and the folder to write to, which is created; `-` writes a tar stream to standard output
    #[arg(value_name = "PATH|DEST", index = 2)]
    pub(super) paths: Vec<OsString>,

    /// Keep the folders of each PATH: etc/ssl/openssl.cnf instead of openssl.cnf
    #[arg(long)]
    pub(super) parents: bool,

    #[command(flatten)]
    pub(super) version: VersionArgs,

    #[command(flatten)]
    pub(super) source: SourceArgs,
}
