//! The options that the program and its commands share: how images are read, and what is printed.

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{ArgAction, Args, ValueEnum};

use crate::image::Budget;

/// How images are read.
#[derive(Clone, Debug, Args)]
pub(super) struct ReadingArgs {
    /// Read names without SCHEME:// from this source
    #[arg(long, value_enum, value_name = "SOURCE")]
    pub(super) source: Option<SourceArg>,

    /// Choose when an engine pulls the image [default: missing]
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(super) pull: Option<PullArg>,

    /// Trust the certificate authorities in this file for registries; repeatable
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub(super) registry_ca: Vec<PathBuf>,

    /// Allow plain HTTP and an unchecked certificate for this registry; repeatable
    #[arg(long, value_name = "HOST[:PORT]", action = ArgAction::Append)]
    pub(super) insecure_registry: Vec<String>,

    /// Do not use the cache
    #[arg(long)]
    pub(super) no_cache: bool,

    /// Limit the cache to this size [default: 1GB]
    #[arg(long, value_name = "SIZE")]
    pub(super) cache_size: Option<String>,

    /// Limit the memory for the images' lists of files [default: 4GiB, or less on a small machine]
    #[arg(long, value_name = "SIZE")]
    pub(super) max_memory: Option<String>,

    #[arg(skip)]
    pub(super) budget: OnceLock<Budget>,

    /// Select this platform of a multi-platform image: os/arch[/variant][:version]
    #[arg(long, value_name = "PLATFORM")]
    pub(super) platform: Option<String>,

    /// Select this image of an archive with several images, by tag, digest or id
    #[arg(long, value_name = "NAME")]
    pub(super) tag: Option<String>,

    /// Check every blob's digest and every layer's `diff_id` while reading
    #[arg(long)]
    pub(super) verify: bool,
}

/// What is printed, and how.
#[derive(Clone, Debug, Args)]
pub(super) struct OutputArgs {
    /// Read the configuration from this file
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Show sizes in these units
    #[arg(long, value_enum, value_name = "UNITS")]
    pub(super) units: Option<UnitsArg>,

    /// Leave out warnings, progress and the text report
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// Write a log to standard error, or to a file while a screen is open; twice for more detail
    #[arg(short, long, action = ArgAction::Count)]
    pub(super) verbose: u8,
}

impl ReadingArgs {
    /// Returns the options, with those of `outer` for options that are not set: options are allowed before and after a command.
    pub(super) fn or(mut self, outer: &Self) -> Self {
        self.registry_ca.extend_from_slice(&outer.registry_ca);
        self.insecure_registry
            .extend_from_slice(&outer.insecure_registry);
        Self {
            source: self.source.or(outer.source),
            pull: self.pull.or(outer.pull),
            no_cache: self.no_cache || outer.no_cache,
            cache_size: self.cache_size.or_else(|| outer.cache_size.clone()),
            max_memory: self.max_memory.or_else(|| outer.max_memory.clone()),
            platform: self.platform.or_else(|| outer.platform.clone()),
            tag: self.tag.or_else(|| outer.tag.clone()),
            verify: self.verify || outer.verify,
            ..self
        }
    }
}

impl OutputArgs {
    /// Returns the options, with those of `outer` for options that are not set.
    pub(super) fn or(self, outer: &Self) -> Self {
        Self {
            config: self.config.or_else(|| outer.config.clone()),
            units: self.units.or(outer.units),
            quiet: self.quiet || outer.quiet,
            verbose: self.verbose.max(outer.verbose),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SourceArg {
    Docker,
    Podman,
    #[value(alias = "docker-tar")]
    DockerArchive,
    OciArchive,
    OciDir,
    Dir,
    Registry,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PullArg {
    Missing,
    Never,
    Always,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum UnitsArg {
    Si,
    Binary,
}
