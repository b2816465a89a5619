//! What the command line asks for beside the images, and what comes of it: how long they take to move, and what a scanner found in them. Worked out
//! behind the screen, when the images are there; nothing waits for it.

use std::collections::HashSet;

use crate::analysis::packages::Packages;
use crate::analysis::{Analysis, LinkSpeed, Transfer};
use crate::compare::{Side, Sides};
use crate::escape;
use crate::image::Image;
use crate::load::{Cancel, Loaded, identities, speed};
use crate::pair::Pair;
use crate::scan::{LocatedVulnerability, ScanReport, Vulnerabilities, locate};

use crate::ui::loaded::content_analysis::ContentComparison;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtrasRequest {
    /// The links to speak of.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull at once.
    pub nodes: u64,
    /// Images that the other end has, by name.
    pub have: Vec<String>,
    /// Identities of the layers that it has.
    pub held: HashSet<String>,
    /// What scanners report: of one image, or of the first and the second.
    pub scans: Vec<ScanReport>,
}

impl Default for ExtrasRequest {
    fn default() -> Self {
        Self {
            links: LinkSpeed::USUAL.to_vec(),
            nodes: 1,
            have: Vec::new(),
            held: HashSet::new(),
            scans: Vec::new(),
        }
    }
}

/// What is known beside an image.
#[derive(Clone, Debug)]
pub struct Extras {
    /// What moving it takes.
    pub transfer: Transfer,
    /// What moving it takes to where the other image of a comparison is.
    pub update: Option<Transfer>,
    /// The links to speak of.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull at once.
    pub nodes: u64,
    /// Images that the other end has, by name.
    pub have: Vec<String>,
    /// Whether its contents were kept; else they went by, and little of them is told.
    pub kept: bool,
    /// What a scanner found in it, where one was asked.
    pub vulnerabilities: Option<Vulnerabilities>,
}

impl Extras {
    /// Works it out of one image. Where its packages could not be read, layers and paths are left to tie findings by.
    #[must_use]
    pub fn of(
        loaded: &Loaded,
        analysis: &Analysis,
        asked: &ExtrasRequest,
        packages: Option<&Packages>,
        cancel: &Cancel,
    ) -> Self {
        let transfer = loaded.transfer(&asked.held, cancel);
        Self {
            vulnerabilities: tied(asked.scans.first(), &loaded.image, analysis, packages),
            kept: loaded.contents.are_kept(),
            ..asked.beside(transfer)
        }
    }

    /// Works it out of both images of a pair.
    #[must_use]
    pub fn both(
        pair: &Pair,
        asked: &ExtrasRequest,
        told: Option<&ContentComparison>,
        cancel: &Cancel,
    ) -> Sides<Self> {
        let one = |side: Side| {
            let (loaded, analysis) = (pair.loaded.get(side), pair.comparison.analyses.get(side));
            let packages = told.map(|told| &told.sides.get(side).content_analysis.packages);
            let scan = match side {
                Side::Before => asked.scans.first(),
                Side::After => asked.scans.get(1),
            };
            let (image, packed) = (&loaded.image, loaded.compressed_sizes(cancel));
            let other = identities(&pair.loaded.get(side.other()).image);
            Self {
                vulnerabilities: tied(scan, image, analysis, packages),
                kept: loaded.contents.are_kept(),
                update: Some(Transfer::of(image, &packed, &other, speed())),
                ..asked.beside(Transfer::of(image, &packed, &asked.held, speed()))
            }
        };
        Sides::new(one(Side::Before), one(Side::After))
    }
}

impl ExtrasRequest {
    /// Returns what there is to say of a transfer that was asked for so.
    fn beside(&self, transfer: Transfer) -> Extras {
        Extras {
            transfer,
            update: None,
            links: self.links.clone(),
            nodes: self.nodes,
            have: self.have.clone(),
            kept: true,
            vulnerabilities: None,
        }
    }
}

/// Returns what a scanner found, tied to the image.
fn tied(
    scan: Option<&ScanReport>,
    image: &Image,
    analysis: &Analysis,
    packages: Option<&Packages>,
) -> Option<Vulnerabilities> {
    let none = Packages::default();
    let packages = packages.unwrap_or(&none);
    Some(locate(scan?.clone(), image, &analysis.base, packages))
}

/// The most vulnerabilities that are listed.
pub(in crate::ui) const MOST_VULNERABILITIES: usize = 200;

/// Returns a vulnerability with its layer and its file, as one line of safe text.
#[must_use]
pub(in crate::ui) fn vulnerability_line(image: &Image, found: &LocatedVulnerability) -> String {
    let mut text = escape::text(&found.phrase()).into_owned();
    if let Some(layer) = found.layer {
        text = format!("{text}, layer {}", layer.0 + 1);
    }
    if let Some(node) = found.node {
        text = format!("{text}, {}", escape::name(&image.tree.path(node)));
    }
    text
}
