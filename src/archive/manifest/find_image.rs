//! Finds the images of an archive: tries manifest.json, index.json and repositories in this order. Reads no layers.

use crate::archive::digest::digest_of;
use crate::archive::error::{Error, Position, SINGLE_IMAGE};
use crate::archive::manifest::artifact::Artifact;
use crate::archive::manifest::candidate::{Candidate, Chosen};
use crate::archive::manifest::choice::Choice;
use crate::archive::manifest::config::RawConfig;
use crate::archive::manifest::json::object;
use crate::archive::manifest::oci::ListedImages;
use crate::archive::manifest::{choose, docker, oci};
use crate::archive::store::Store;
use crate::image::{ArchiveLayout, Description};

/// Most layers of an image; no engine allows more than 127.
const MOST_LAYERS: usize = 10_000;

/// Finds the chosen image, the only one if none is chosen. `provenance` allows requests for the provenance of its build.
///
/// # Errors
/// [`Error`] when there is no such image, or the choice fits several.
pub(crate) fn find_image(
    store: &Store,
    choice: &Choice,
    reference: &str,
    verify: bool,
    provenance: bool,
) -> Result<Chosen, Error> {
    let ListedImages { images, artifacts } = listed(store, choice, verify)?;
    if images.is_empty() {
        return Err(no_image(store, choice.layout, &artifacts));
    }
    let candidate = choose::choose(images, choice, store)?;
    if candidate.layers.len() > MOST_LAYERS {
        return Err(Error::TooManyLayers {
            count: candidate.layers.len(),
            limit: MOST_LAYERS,
        });
    }
    let mut chosen = candidate.into_chosen(store, reference, verify, provenance)?;
    if store.unmarked().is_some() {
        let text = "the archive ends without the zeros that mark its end: it may be truncated";
        chosen.warnings.push(text.to_owned());
    }
    Ok(chosen)
}

/// Returns the image that a document describes, if it looks like a config: it has layers and a platform that can be chosen. What only manifests contain
/// is empty.
pub(crate) fn describe_config(text: &[u8], choice: &Choice) -> Option<Description> {
    let raw: RawConfig = object("", text).ok()?;
    let layers = raw.diff_ids.len();
    if !(1..=MOST_LAYERS).contains(&layers) {
        return None;
    }
    let config = raw.into_config(layers);
    let platform = choice.platform.as_ref();
    // Attestations of builders also have layers, but no platform.
    let can_be_chosen = config.platform.os != "unknown"
        && platform.is_none_or(|requested| config.platform.rank(requested).is_some());
    can_be_chosen.then(|| Description {
        id: Some(digest_of(text)),
        headings: config.headings(layers),
        platform: config.platform,
        config: config.config,
        history: config.history,
        ..Description::default()
    })
}

/// Returns the layout in which an index counts: beside manifest.json of `docker save` it describes the same images.
fn own_layout(required: Option<ArchiveLayout>) -> Option<ArchiveLayout> {
    match required {
        Some(ArchiveLayout::Docker) => Some(ArchiveLayout::Oci),
        other => other,
    }
}

/// Returns the images to choose from, in the order of trust.
fn listed(store: &Store, choice: &Choice, verify: bool) -> Result<ListedImages, Error> {
    let mut images = docker::candidates(store)?.unwrap_or_default();
    let index = match oci::listed(
        store,
        choice.platform.as_ref(),
        own_layout(choice.layout),
        verify,
    ) {
        // An index beside a valid manifest.json may be incomplete.
        Err(error) if !images.is_empty() && !is_decisive(&error) => ListedImages::default(),
        index => index?,
    };
    for image in &mut images {
        let mut twins = index.images.iter();
        if let Some(twin) = twins.find(|twin| twin.config == image.config) {
            image.merge(twin);
        }
    }
    match choice.layout {
        Some(ArchiveLayout::Oci | ArchiveLayout::Single) => return Ok(index),
        Some(ArchiveLayout::Docker) => {}
        None => {
            let serves = |candidate: &Candidate| {
                let requested = choice.platform.as_ref();
                requested.is_none_or(|requested| candidate.platform.rank(requested).is_some())
            };
            if !images.iter().any(serves) {
                images.extend(index.images);
            }
        }
    }
    if images.is_empty() {
        images = docker::repositories(store)?;
    }
    Ok(ListedImages {
        images,
        artifacts: index.artifacts,
    })
}

/// Returns whether an error is not about what a document contains: what was not read may be there.
const fn is_decisive(error: &Error) -> bool {
    matches!(
        error,
        Error::Digest { .. }
            | Error::Io { .. }
            | Error::File { .. }
            | Error::Fetch(_)
            | Error::Memory { .. }
            | Error::Cancelled
    )
}

/// Returns the error of an archive without an image.
fn no_image(store: &Store, layout: Option<ArchiveLayout>, artifacts: &[Artifact]) -> Error {
    if let Some(first) = artifacts.first() {
        let mut kinds: Vec<String> = Vec::new();
        for artifact in artifacts {
            if !kinds.contains(&artifact.kind) {
                kinds.push(artifact.kind.clone());
            }
        }
        let hint = first.hint;
        return Error::NotAnImage { kinds, hint };
    }
    let found = |names: &[&str]| {
        names
            .iter()
            .find(|name| store.has(name))
            .map(|name| (*name).to_owned())
    };
    let (own, other, requested) = match layout {
        None => (&["manifest.json", "index.json"][..], &[][..], ""),
        Some(ArchiveLayout::Docker) => (
            &["manifest.json"][..],
            &["index.json"][..],
            "docker archive",
        ),
        Some(ArchiveLayout::Oci) => (
            &["index.json"][..],
            &["manifest.json", "repositories"][..],
            "OCI archive",
        ),
        Some(ArchiveLayout::Single) => (
            &[][..],
            &["manifest.json", "repositories", "index.json"][..],
            SINGLE_IMAGE,
        ),
    };
    match (found(own), found(other)) {
        (Some(name), _) => Error::NothingListed { name },
        (None, Some(name)) => Error::OtherLayout { requested, name },
        // Old producers write the manifest last, so a truncated archive has none.
        (None, None) => store
            .unmarked()
            .map_or(Error::NoImage, |end| Error::Truncated {
                what: "the archive".to_owned(),
                at: Position::plain(end),
            }),
    }
}
