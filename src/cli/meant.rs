//! What a command line means, as data: a [`Plan`] and its parts, and the [`Surroundings`] it depends on. Giving arguments their meaning is `plan`'s.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap_complete::Shell;

use super::scan::ScanWish;
use super::transfer::TransferWish;
use super::two::Two;
use crate::ci::{Baseline, Rules};
use crate::config::{Config, Places};
use crate::load::{Engine, Request};
use crate::report::{Dockerfile, Report};
use crate::scan::ScanReport;

/// What a run is to do.
#[derive(Debug)]
pub enum Plan {
    /// Print help or the version.
    Text(String),
    /// Print a shell's completion script.
    Completion(Shell),
    /// Load an image and show, print or judge it.
    Look(Box<Look>),
    /// Load two images and show or print what is between them.
    Two(Box<Two>),
    /// Build with these arguments and this engine, then look at what was built.
    Build(Vec<OsString>, Option<Engine>, Box<Look>),
}

/// Loading an image and what becomes of it.
#[derive(Debug)]
pub struct Look {
    /// Which image.
    pub wanted: Wanted,
    /// Where it comes from, as dive writes it: `docker-archive://save.tar`.
    pub source: String,
    /// What is known of its base.
    pub base: BaseWish,
    /// The rules to judge it by.
    pub rules: Option<Rules>,
    /// What the image is held against.
    pub baseline: Option<BaselineWish>,
    /// Whether the verdict decides the exit code.
    pub gate: bool,
    /// What to write, in order.
    pub reports: Vec<Report>,
    /// What to say of pulling and pushing it.
    pub transfer: Option<TransferWish>,
    /// Where its vulnerabilities come from.
    pub scan: Option<ScanWish<ScanReport>>,
    /// The Dockerfile that findings point into.
    pub dockerfile: Option<Dockerfile>,
    /// Whether to open the screen.
    pub screen: bool,
    /// What the user configured, and said in its place.
    pub config: Config,
    /// Whether text on standard output has colours.
    pub colours: bool,
    /// How much to say on standard error: 0 nothing but errors, 1 notes, 2 progress too.
    pub verbosity: u8,
    /// What is odd in what was asked, one line each.
    pub notes: Vec<String>,
}

/// Which image to load.
#[derive(Debug)]
pub enum Wanted {
    /// The one the user named, or one that is built into the program.
    Named(Request),
    /// The one the user picks on the screen; of one engine, where that was said.
    Picked(Option<Engine>, Request),
}

/// Where the baseline comes from.
#[derive(Debug)]
pub enum BaselineWish {
    /// An image, to be loaded.
    Image(Request),
    /// A file that a former run wrote.
    File(Baseline),
}

/// What the user said of the base image.
#[derive(Debug)]
pub enum BaseWish {
    /// Nothing.
    Unsaid,
    /// So many layers.
    Layers(usize),
    /// The layers shared with this image.
    Image(Request),
}

/// What the command line's meaning depends on beside itself.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The environment's `CI`.
    pub ci: Option<String>,
    /// Whether the environment's `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// Whether the environment's `CLICOLOR_FORCE` is set to something but 0.
    pub force_color: bool,
    /// The file a GitHub job's summary is appended to, from `GITHUB_STEP_SUMMARY`.
    pub summary: Option<PathBuf>,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// Where configurations are looked for.
    pub places: Places,
}

impl Surroundings {
    /// Looks at the process.
    #[must_use]
    pub fn of_process() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            ci: std::env::var("CI").ok(),
            no_color: set("NO_COLOR"),
            force_color: set("CLICOLOR_FORCE")
                && std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            summary: std::env::var_os("GITHUB_STEP_SUMMARY")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            terminal: std::io::stdout().is_terminal(),
            places: Places::of_process(),
        }
    }

    pub(super) fn is_ci(&self) -> bool {
        let word = self.ci.as_deref().unwrap_or_default();
        ["1", "t", "true", "yes"]
            .iter()
            .any(|truth| word.eq_ignore_ascii_case(truth))
    }
}
