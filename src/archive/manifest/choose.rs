//! Filters the images of an archive by tag, digest or id, then by platform, then by the platform of this machine. Reads no document.

use crate::image::Platform;

use crate::archive::error::Error;
use crate::archive::manifest::candidate::{Candidate, ConfigRef};
use crate::archive::manifest::choice::{Choice, ListedImage};
use crate::archive::store::Store;

/// The fewest digits of a digest that choose an image: fewer are more likely a tag.
const SHORTEST_ID: usize = 4;

/// Picks the chosen image.
///
/// # Errors
/// [`Error`] with the images to choose from.
pub(super) fn choose(
    candidates: Vec<Candidate>,
    choice: &Choice,
    store: &Store,
) -> Result<Candidate, Error> {
    let mut unique = without_duplicates(requested(candidates, choice)?);
    if unique.len() > 1 && unique.iter().any(|other| other.tags != unique[0].tags) {
        return Err(Error::SeveralImages {
            images: listed(&unique, store),
        });
    }
    if unique.len() > 1 {
        let serving = serving(unique.clone(), &host(), |one| Some(one.platform.clone()));
        if !serving.is_empty() {
            unique = serving;
        } else if unique
            .iter()
            .any(|other| other.platform != unique[0].platform)
        {
            return Err(Error::SeveralPlatforms {
                images: listed(&unique, store),
            });
        }
    }
    // Several variants of one platform: the one without a variant, else the first listed.
    let plain = unique
        .iter()
        .position(|candidate| candidate.platform.variant.is_empty())
        .unwrap_or(0);
    if unique
        .iter()
        .filter(|candidate| candidate.platform == unique[plain].platform)
        .count()
        > 1
    {
        return Err(Error::SeveralImages {
            images: listed(&unique, store),
        });
    }
    Ok(unique.swap_remove(plain))
}

/// Returns the candidates of the requested name and platform.
fn requested(mut candidates: Vec<Candidate>, choice: &Choice) -> Result<Vec<Candidate>, Error> {
    if let Some(requested) = &choice.tag {
        let has = all_names(&candidates);
        candidates = matching(candidates, requested);
        if candidates.is_empty() {
            return Err(Error::NoSuchImage {
                requested: format!("named `{requested}`"),
                has,
            });
        }
    }
    if let Some(requested) = &choice.platform {
        let platforms = candidates.iter();
        let has = platform_names(platforms.map(|candidate| candidate.platform.clone()));
        candidates = serving(candidates, requested, |one| Some(one.platform.clone()));
        if candidates.is_empty() {
            return Err(Error::NoSuchImage {
                requested: format!("for {requested}"),
                has,
            });
        }
    }
    Ok(candidates)
}

/// Returns the items for the platforms that serve a request best, and those whose platform is unknown.
pub(super) fn serving<T>(
    mut items: Vec<T>,
    requested: &Platform,
    platform: impl Fn(&T) -> Option<Platform>,
) -> Vec<T> {
    let rank = |item: &T| platform(item).map(|own| own.rank(requested));
    let best = items.iter().filter_map(|item| rank(item)?).min();
    items.retain(|item| rank(item).is_none_or(|rank| rank.is_some() && rank == best));
    items
}

/// Returns each image once, though several manifests may list it.
fn without_duplicates(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut unique: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let is_same = |other: &Candidate| {
            other.config == candidate.config && other.layers == candidate.layers
        };
        if !unique.iter().any(is_same) {
            unique.push(candidate);
        }
    }
    unique
}

/// Returns the candidates that a name chooses: those with that tag; if none has it, those with that digest, id or config. `@1` is the second one, as in
/// containers-transports(5).
fn matching(candidates: Vec<Candidate>, requested: &str) -> Vec<Candidate> {
    let place = requested.strip_prefix('@');
    if let Some(place) = place.and_then(|place| place.parse().ok()) {
        return candidates.into_iter().nth(place).into_iter().collect();
    }
    let has_tag = |candidate: &Candidate| {
        let mut names = candidate.tags.iter().chain(&candidate.aliases);
        names.any(|own| same_name(own, requested))
    };
    let is_any_tagged = candidates.iter().any(has_tag);
    let is_named = |candidate: &Candidate| {
        if is_any_tagged {
            has_tag(candidate)
        } else {
            has_digest(candidate, requested)
        }
    };
    candidates.into_iter().filter(is_named).collect()
}

/// Returns whether a candidate has a digest or an id, or its first digits, with or without `sha256:`, or its config has that file name.
fn has_digest(candidate: &Candidate, requested: &str) -> bool {
    if matches!(&candidate.config, ConfigRef::File(name) if name == requested) {
        return true;
    }
    // `app@sha256:…` is the image with that digest.
    let digest = requested.rsplit('@').next().unwrap_or(requested);
    let is_short = |own: &str| {
        let hex = own.split_once(':').map_or(own, |(_, hex)| hex);
        digest.len() >= SHORTEST_ID && hex.starts_with(digest)
    };
    let own = candidate.digest.iter().chain(&candidate.id);
    let mut own = own.chain(&candidate.aliases);
    own.any(|own| {
        is_short(own) || digest.contains(':') && own.contains(':') && own.starts_with(digest)
    })
}

/// Returns the candidates as the user can choose them: by a tag, unless another one for the same platform has it, too, or it has no platform to choose.
fn listed(candidates: &[Candidate], store: &Store) -> Vec<ListedImage> {
    let is_twin = |one: &Candidate, other: &Candidate| {
        !std::ptr::eq(one, other)
            && (one.platform == other.platform || one.platform.os.is_empty())
            && one.tags.first() == other.tags.first()
    };
    let listed = |candidate: &Candidate| {
        let tag = candidate.tags.first();
        let is_ambiguous = candidates.iter().any(|other| is_twin(candidate, other));
        let name = match tag.filter(|_| !is_ambiguous) {
            Some(tag) => tag.clone(),
            None => candidate.unique_name(),
        };
        let sizes = candidate.layers.iter();
        let sizes = sizes.map(|layer| layer.size.or_else(|| store.size(&layer.name)));
        ListedImage {
            name,
            platform: candidate.platform.clone(),
            id: candidate.id.clone().or_else(|| candidate.digest.clone()),
            bytes: sizes.sum(),
            created: candidate.created.clone(),
        }
    };
    candidates.iter().map(listed).collect()
}

/// Returns every name that can be chosen, each once.
fn all_names(candidates: &[Candidate]) -> Vec<String> {
    let mut all = Vec::new();
    for candidate in candidates {
        let untagged = candidate.tags.is_empty().then(|| candidate.unique_name());
        for name in candidate.tags.iter().cloned().chain(untagged) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

/// Returns the names of platforms, each once.
pub(super) fn platform_names(platforms: impl Iterator<Item = Platform>) -> Vec<String> {
    let mut all = Vec::new();
    for platform in platforms.map(|platform| platform.to_string()) {
        if !all.contains(&platform) {
            all.push(platform);
        }
    }
    all
}

/// Returns this machine's platform. Containers on other systems than Windows run on Linux.
pub(super) fn host() -> Platform {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "powerpc64" => "ppc64le",
        other => other,
    };
    Platform {
        os: "linux".to_owned(),
        architecture: architecture.to_owned(),
        ..Platform::default()
    }
}

/// Compares image names as Docker does: `alpine`, `alpine:latest` and `docker.io/library/alpine:latest` are one.
fn same_name(a: &str, b: &str) -> bool {
    fn normal(name: &str) -> String {
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        let name = name.strip_prefix("library/").unwrap_or(name);
        let last = name.rsplit('/').next().unwrap_or(name);
        if last.contains(':') || last.contains('@') {
            name.to_owned()
        } else {
            format!("{name}:latest")
        }
    }
    normal(a) == normal(b)
}
