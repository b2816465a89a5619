//! Extras of an image: transfer times and the vulnerabilities that scanners reported. Computed on a background thread once the image is loaded.

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

/// The extras to compute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtrasRequest {
    /// The link speeds to show.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull at the same time.
    pub nodes: u64,
    /// References of images that the receiver has.
    pub have: Vec<String>,
    /// Whether the times are those of this machine's measured speed.
    pub measure_speed: bool,
    /// Identities of the layers that it has.
    pub present: HashSet<String>,
    /// Scanner reports: of one image, or of the first and the second.
    pub(crate) scans: Vec<ScanReport>,
}

impl Default for ExtrasRequest {
    fn default() -> Self {
        Self {
            links: LinkSpeed::USUAL.to_vec(),
            nodes: 1,
            have: Vec::new(),
            measure_speed: false,
            present: HashSet::new(),
            scans: Vec::new(),
        }
    }
}

/// The extras of an image.
#[derive(Clone, Debug)]
pub struct Extras {
    /// The transfer of the image.
    pub transfer: Transfer,
    /// Its transfer to a receiver that has the other image of a comparison.
    pub update: Option<Transfer>,
    /// The link speeds to show.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull at the same time.
    pub nodes: u64,
    /// References of images that the receiver has.
    pub have: Vec<String>,
    /// Whether its layers were kept; a stream that was not kept has no content analysis.
    pub kept: bool,
    /// Vulnerabilities that a scanner reported, if there is a report.
    pub vulnerabilities: Option<Vulnerabilities>,
}

impl Extras {
    /// Returns the link to show where there is room for one: the middle one, or else the first.
    #[must_use]
    pub(in crate::ui) fn middle_link(&self) -> Option<LinkSpeed> {
        let mut links = self.links.iter();
        let middle = links.find(|link| **link == LinkSpeed::MIDDLE);
        middle.or(self.links.first()).copied()
    }

    /// Computes the extras of one image. Without its packages, vulnerabilities are located by layer and path only.
    #[must_use]
    pub(crate) fn of(
        loaded: &Loaded,
        analysis: &Analysis,
        request: &ExtrasRequest,
        packages: Option<&Packages>,
        cancel: &Cancel,
    ) -> Self {
        let transfer = loaded.transfer(&request.present, speed(request.measure_speed), cancel);
        Self {
            vulnerabilities: located(request.scans.first(), &loaded.image, analysis, packages),
            kept: loaded.contents.are_kept(),
            ..request.with_transfer(transfer)
        }
    }

    /// Computes the extras of both images of a pair.
    #[must_use]
    pub(crate) fn both(
        pair: &Pair,
        request: &ExtrasRequest,
        content: Option<&ContentComparison>,
        cancel: &Cancel,
    ) -> Sides<Self> {
        let speed = speed(request.measure_speed);
        let one = |side: Side| {
            let (loaded, analysis) = (pair.loaded.get(side), pair.comparison.analyses.get(side));
            let packages =
                content.map(|content| &content.sides.get(side).content_analysis.packages);
            let scan = match side {
                Side::Before => request.scans.first(),
                Side::After => request.scans.get(1),
            };
            let (image, compressed) = (&loaded.image, loaded.compressed_sizes(cancel));
            let other = identities(&pair.loaded.get(side.other()).image);
            Self {
                vulnerabilities: located(scan, image, analysis, packages),
                kept: loaded.contents.are_kept(),
                update: Some(Transfer::of(image, &compressed, &other, speed)),
                ..request.with_transfer(Transfer::of(image, &compressed, &request.present, speed))
            }
        };
        Sides::new(one(Side::Before), one(Side::After))
    }
}

impl ExtrasRequest {
    /// Returns extras with a transfer only.
    fn with_transfer(&self, transfer: Transfer) -> Extras {
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

/// Returns the vulnerabilities of a report, located in the image.
fn located(
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
