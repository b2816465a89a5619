//! What a command line means, as data: a [`Plan`] and its parts. `resolve` turns arguments into one; nothing is decided here.

use std::ffi::OsString;

use super::args::CacheAction;
use crate::cache::Cache;
use crate::ci::{Baseline, Rules};
use crate::compare::Sides;
use crate::config::Configuration;
use crate::docker_plugin::PluginRun;
use crate::load::{Engine, Request};
use crate::query::QueryOptions;
use crate::report::Report;

use super::file_plan::FilePlan;
use super::fleet_plan::{FleetPlan, FleetReportPlan};
use super::scan::ScanOption;
use super::transfer::TransferOption;

/// The work of one run.
#[derive(Debug)]
pub enum Plan {
    /// Print a text: help, the version, a manual page, a completion script.
    Text(String),
    /// Install the docker command's plugin.
    InstallDockerPlugin,
    /// Run this program again, with the options of the docker command.
    RunAsDockerPlugin(PluginRun),
    /// List what is in the cache, or prune it to its limit.
    Cache(CacheAction, Cache),
    /// Inspect one image or two.
    Inspect(Box<InspectPlan>),
    /// List, sum, print or extract files of an image.
    Files(Box<FilePlan>),
    /// Describe many images.
    Fleet(Box<FleetPlan>),
    /// Sum up the rows of many images.
    FleetReport(Box<FleetReportPlan>),
    /// Build with these arguments and this engine, then inspect the built image.
    Build(Vec<OsString>, Option<Engine>, Box<InspectPlan>),
}

/// Loading one image or two, and showing, printing or checking them.
#[derive(Debug)]
pub struct InspectPlan {
    /// The images.
    pub images: InspectedImages,
    /// What the options state about the base image.
    pub base: BaseOption,
    /// The reports to write, in order.
    pub reports: Vec<Report>,
    /// The transfer times to estimate.
    pub transfer: Option<TransferOption>,
    /// The source of the images' vulnerabilities.
    pub scan: Option<ScanOption>,
    /// Whether to open the screen.
    pub screen: bool,
    /// The configuration, after the options of the command line.
    pub config: Configuration,
    /// The picker of an image while no screen is open, if the user can pick one.
    pub picker: Option<PickerOption>,
    /// Whether text on standard output has colours.
    pub colours: bool,
    /// The amount of output on standard error: 0 errors only, 1 notes, 2 and more the log.
    pub verbosity: u8,
    /// Warnings about the arguments and the configuration, one line each.
    pub notes: Vec<String>,
}

/// The images of a plan.
#[derive(Debug)]
pub enum InspectedImages {
    /// One image.
    Single(Box<SingleImage>),
    /// Two images to compare.
    Comparison(Box<Sides<Request>>),
}

/// One image and how it is checked.
#[derive(Debug)]
pub struct SingleImage {
    /// Which image.
    pub choice: ImageChoice,
    /// Its origin as dive writes it: `docker-archive://save.tar`.
    pub source: String,
    /// The rules to check it against.
    pub rules: Option<Rules>,
    /// The numbers or the image that growth is measured against.
    pub baseline: Option<BaselineOption>,
    /// The query whose files the reports show.
    pub query: Option<QueryOptions>,
    /// Whether the JSON lists the changes of each layer.
    pub changes: bool,
    /// Whether the verdict decides the exit code.
    pub gate: bool,
}

/// The picker of one of several images on the terminal of standard error.
#[derive(Debug)]
pub struct PickerOption {
    /// Whether colours are off.
    pub no_color: bool,
}

/// Which image to load.
#[derive(Debug)]
pub enum ImageChoice {
    /// The image that the user named, or a built-in one.
    Named(Request),
    /// The image that the user picks on the screen, from one engine or from all.
    Picked(Option<Engine>, Request),
}

/// The baseline: an image or a file.
#[derive(Debug)]
pub enum BaselineOption {
    /// An image, to be loaded.
    Image {
        /// The request that loads it.
        request: Box<Request>,
        /// Whether the image is checked without a baseline if this one does not exist.
        optional: bool,
    },
    /// The numbers that an earlier run wrote.
    File(Baseline),
}

/// What the options state about the base image.
#[derive(Debug)]
pub enum BaseOption {
    /// They state nothing.
    Unspecified,
    /// The number of its layers.
    Layers(usize),
    /// An image; the layers shared with it are the base layers.
    Image(Box<Request>),
}

impl SingleImage {
    /// Returns the request that loads the image.
    #[must_use]
    pub(crate) fn request(&self) -> &Request {
        let (ImageChoice::Named(request) | ImageChoice::Picked(_, request)) = &self.choice;
        request
    }
}

impl InspectedImages {
    /// Returns the requests of all images that are named.
    #[must_use]
    pub(crate) fn named(&self) -> Vec<&Request> {
        match self {
            Self::Comparison(requests) => vec![&requests.before, &requests.after],
            Self::Single(image) => match &image.choice {
                ImageChoice::Named(request) => vec![request],
                ImageChoice::Picked(..) => Vec::new(),
            },
        }
    }
}
