//! What the command line asks for beside the images, and what comes of it: how long they take to move, and what a scanner found in them. Worked out
//! behind the screen, when the images are there; nothing waits for it.

use std::collections::HashSet;

use crate::analysis::packages::Packages;
use crate::analysis::{Analysis, Link, Transfer};
use crate::compare::{Side, Sides};
use crate::load::{Cancel, Loaded};
use crate::pair::Pair;
use crate::scan::{Scan, Vulnerabilities, tie};

use super::told::ToldTwo;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The links to speak of.
    pub links: Vec<Link>,
    /// Identities of layers that the other end has.
    pub held: HashSet<String>,
    /// What scanners report: of one image, or of the first and the second.
    pub scans: Vec<Scan>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            links: Link::USUAL.to_vec(),
            held: HashSet::new(),
            scans: Vec::new(),
        }
    }
}

/// What is known beside an image.
#[derive(Clone, Debug)]
pub struct Aside {
    /// What moving it takes.
    pub transfer: Transfer,
    /// The links to speak of.
    pub links: Vec<Link>,
    /// What a scanner found in it, where one was asked.
    pub vulnerabilities: Option<Vulnerabilities>,
}

impl Aside {
    /// Works it out of one image. Where its packages could not be read, layers and paths are left to tie findings by.
    #[must_use]
    pub fn of(
        loaded: &Loaded,
        analysis: &Analysis,
        asked: &Asked,
        scan: Option<&Scan>,
        packages: Option<&Packages>,
        cancel: &Cancel,
    ) -> Self {
        let none = Packages::default();
        let packages = packages.unwrap_or(&none);
        let found = |scan: &Scan| tie(scan.clone(), &loaded.image, &analysis.base, packages);
        Self {
            transfer: loaded.transfer(&asked.held, cancel),
            links: asked.links.clone(),
            vulnerabilities: scan.map(found),
        }
    }

    /// Works it out of both images of a pair, each by itself.
    #[must_use]
    pub fn both(
        pair: &Pair,
        asked: &Asked,
        told: Option<&ToldTwo>,
        cancel: &Cancel,
    ) -> Sides<Self> {
        let one = |side: Side| {
            let packages = told.map(|told| &told.sides.get(side).story.packages);
            let analysis = pair.comparison.analyses.get(side);
            let scan = match side {
                Side::Before => asked.scans.first(),
                Side::After => asked.scans.get(1),
            };
            let loaded = pair.loaded.get(side);
            Self::of(loaded, analysis, asked, scan, packages, cancel)
        };
        Sides::new(one(Side::Before), one(Side::After))
    }
}
