//! Which image of an archive is meant, and what its JSON says of it. Order of trust: manifest.json, index.json, repositories. Reads no layers.
//!
//! Formats: Docker Image Specification v1.2 "Combined Image JSON + Filesystem Changeset Format"; OCI image spec "Image Index", "Image Manifest",
//! "Image Configuration", "Image Layout". Read with every field optional: producers leave out, or write null for, almost anything.

mod candidate;
mod config;
mod docker;
mod oci;

use crate::image::{Description, Platform};

use super::error::Error;
use super::store::Store;
use candidate::Candidate;
pub(super) use candidate::LayerRef;

/// Most layers an image may have; no engine takes more than 127.
const MOST_LAYERS: usize = 10_000;

/// Which of an archive's images is meant.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// `--tag`: a name as in `docker images`.
    pub tag: Option<String>,
    /// `--platform`.
    pub platform: Option<Platform>,
}

/// The image that was chosen.
pub(super) struct Chosen {
    pub(super) about: Description,
    pub(super) layers: Vec<LayerRef>,
    /// Whether layers lie in the archive as a registry stores them, so that the size of even a plain one is a stored size.
    pub(super) as_stored: bool,
}

/// Finds the image that is meant.
pub(super) fn choose(
    store: &Store,
    choice: &Choice,
    reference: &str,
    verify: bool,
) -> Result<Chosen, Error> {
    let listed = docker::candidates(store)?;
    let index = oci::candidates(store, verify)?;
    let mut candidates: Vec<Candidate> = listed.unwrap_or_default();
    for candidate in &mut candidates {
        if let Some(twin) = index
            .iter()
            .flatten()
            .find(|twin| twin.config == candidate.config)
        {
            candidate.learn(twin);
        }
    }
    let wants_other = choice
        .platform
        .as_ref()
        .is_some_and(|wanted| !candidates.iter().any(|candidate| candidate.fits(wanted)));
    if candidates.is_empty() || wants_other {
        candidates.extend(index.unwrap_or_default());
    }
    if candidates.is_empty() {
        candidates = docker::repositories(store)?;
    }
    if candidates.is_empty() {
        let listing = ["manifest.json", "index.json"]
            .into_iter()
            .find(|name| store.has(name));
        return Err(listing.map_or(Error::NoImage, |name| Error::NothingListed {
            name: name.to_owned(),
        }));
    }
    let candidate = candidate::pick(candidates, choice)?;
    if candidate.layers.len() > MOST_LAYERS {
        return Err(Error::TooManyLayers {
            count: candidate.layers.len(),
            limit: MOST_LAYERS,
        });
    }
    candidate.into_chosen(store, reference, verify)
}
