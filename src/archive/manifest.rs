//! Which image of an archive is meant, and what its JSON says of it. Order of trust: manifest.json, index.json, repositories. Reads no layers.
//!
//! Formats: Docker Image Specification v1.2 "Combined Image JSON + Filesystem Changeset Format"; OCI image spec "Image Index", "Image Manifest",
//! "Image Configuration", "Image Layout". Read with every field optional: producers leave out, or write null for, almost anything.

mod candidate;
mod config;
mod docker;
mod json;
mod oci;
mod pick;

use crate::image::{Description, Platform};

use self::candidate::Candidate;
use self::config::RawConfig;
use self::json::object;
use super::error::{Error, Place};
use super::store::Store;
use super::verify::digest_of;
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
    /// What a scheme insists the archive is; nothing takes it as it is.
    pub layout: Option<Layout>,
}

/// How an archive names its images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// By manifest.json or repositories, as `docker save` does.
    Docker,
    /// By index.json, as the OCI image layout has it.
    Oci,
}

/// The image that was chosen.
pub(super) struct Chosen {
    pub(super) about: Description,
    pub(super) layers: Vec<LayerRef>,
    /// Whether layers lie in the archive as a registry stores them, so that the size of even a plain one is a stored size.
    pub(super) as_stored: bool,
    /// What was odd about the archive and its documents.
    pub(super) warnings: Vec<String>,
}

/// Finds the image that is meant.
pub(super) fn choose(
    store: &Store,
    choice: &Choice,
    reference: &str,
    verify: bool,
) -> Result<Chosen, Error> {
    let candidates = candidates(store, choice, verify)?;
    if candidates.is_empty() {
        return Err(nothing(store, choice.layout));
    }
    let candidate = pick::pick(candidates, choice)?;
    if candidate.layers.len() > MOST_LAYERS {
        return Err(Error::TooManyLayers {
            count: candidate.layers.len(),
            limit: MOST_LAYERS,
        });
    }
    let mut chosen = candidate.into_chosen(store, reference, verify)?;
    if store.unmarked().is_some() {
        let text = "the archive ends without the zeros that mark its end: it may be cut short";
        chosen.warnings.push(text.to_owned());
    }
    Ok(chosen)
}

/// Returns what a document says of an image before anything says that it is one's config: it has layers, and is for a platform that may be meant.
/// Nothing where it does not. What of an image only manifests tell is empty.
pub(super) fn told_by(text: &[u8], choice: &Choice) -> Option<Description> {
    let raw: RawConfig = object("", text).ok()?;
    let layers = raw.diff_ids.len();
    if !(1..=MOST_LAYERS).contains(&layers) {
        return None;
    }
    let config = raw.into_config(layers);
    let wanted = choice.platform.as_ref();
    // What builders attest has layers, too, and no platform.
    let meant = config.platform.os != "unknown"
        && wanted.is_none_or(|wanted| candidate::fits(&config.platform, wanted));
    meant.then(|| Description {
        id: Some(digest_of(text)),
        headings: config.headings(layers),
        platform: config.platform,
        config: config.config,
        history: config.history,
        ..Description::default()
    })
}

/// Returns the images that may be meant, by the order of trust.
fn candidates(store: &Store, choice: &Choice, verify: bool) -> Result<Vec<Candidate>, Error> {
    let mut listed = docker::candidates(store)?.unwrap_or_default();
    let index = match oci::candidates(store, verify) {
        // What the index beside a good manifest.json lacks is nobody's loss.
        Err(error) if !listed.is_empty() && !matches!(error, Error::Digest { .. }) => None,
        index => index?,
    };
    let index = index.unwrap_or_default();
    for candidate in &mut listed {
        if let Some(twin) = index.iter().find(|twin| twin.config == candidate.config) {
            candidate.learn(twin);
        }
    }
    match choice.layout {
        Some(Layout::Oci) => return Ok(index),
        Some(Layout::Docker) => {}
        None => {
            let fits = |candidate: &Candidate| {
                choice
                    .platform
                    .as_ref()
                    .is_none_or(|wanted| candidate.fits(wanted))
            };
            if !listed.iter().any(fits) {
                listed.extend(index);
            }
        }
    }
    if listed.is_empty() {
        docker::repositories(store)
    } else {
        Ok(listed)
    }
}

/// Says why there is no image.
fn nothing(store: &Store, layout: Option<Layout>) -> Error {
    let found = |names: &[&str]| {
        names
            .iter()
            .find(|name| store.has(name))
            .map(|name| (*name).to_owned())
    };
    let (own, other, wanted) = match layout {
        None => (&["manifest.json", "index.json"][..], &[][..], ""),
        Some(Layout::Docker) => (
            &["manifest.json"][..],
            &["index.json"][..],
            "docker archive",
        ),
        Some(Layout::Oci) => (
            &["index.json"][..],
            &["manifest.json", "repositories"][..],
            "OCI archive",
        ),
    };
    match (found(own), found(other)) {
        (Some(name), _) => Error::NothingListed { name },
        (None, Some(name)) => Error::OtherLayout { wanted, name },
        // Old producers write the manifest last.
        (None, None) => store
            .unmarked()
            .map_or(Error::NoImage, |end| Error::Truncated {
                what: "the archive".to_owned(),
                at: Place::plain(end),
            }),
    }
}
