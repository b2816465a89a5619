//! Chooses among the images of an archive: by tag, by platform, by the platform of this machine. Reads nothing.

use crate::image::Platform;

use crate::archive::error::Error;
use crate::archive::manifest::candidate::Candidate;
use crate::archive::manifest::choice::Choice;

/// Picks the chosen image.
///
/// # Errors
/// [`Error`] with the images to choose from.
pub(super) fn pick(mut candidates: Vec<Candidate>, choice: &Choice) -> Result<Candidate, Error> {
    if let Some(tag) = &choice.tag {
        let has = all_names(&candidates);
        candidates.retain(|candidate| candidate.tags.iter().any(|own| same_name(own, tag)));
        if candidates.is_empty() {
            return Err(Error::NoSuchImage {
                wanted: tag.clone(),
                has,
            });
        }
    }
    if let Some(wanted) = &choice.platform {
        let has = platforms(&candidates);
        candidates.retain(|candidate| candidate.fits(wanted));
        if candidates.is_empty() {
            return Err(Error::NoSuchImage {
                wanted: wanted.to_string(),
                has,
            });
        }
    }
    let mut unique: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if !unique
            .iter()
            .any(|other| other.config == candidate.config && other.layers == candidate.layers)
        {
            unique.push(candidate);
        }
    }
    if unique.len() > 1 && unique.iter().any(|other| other.tags != unique[0].tags) {
        return Err(Error::SeveralImages {
            names: names(&unique),
        });
    }
    if unique.len() > 1 {
        let all = platforms(&unique);
        if unique.iter().any(|candidate| candidate.fits(&host())) {
            unique.retain(|candidate| candidate.fits(&host()));
        } else {
            return Err(Error::SeveralPlatforms { platforms: all });
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
            names: names(&unique),
        });
    }
    Ok(unique.swap_remove(plain))
}

fn names(candidates: &[Candidate]) -> Vec<String> {
    candidates.iter().map(Candidate::name).collect()
}

/// Returns every name that can be chosen, each once.
fn all_names(candidates: &[Candidate]) -> Vec<String> {
    let mut all = Vec::new();
    for candidate in candidates {
        let untagged = candidate.tags.is_empty().then(|| candidate.name());
        for name in candidate.tags.iter().cloned().chain(untagged) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

fn platforms(candidates: &[Candidate]) -> Vec<String> {
    let mut all: Vec<String> = candidates
        .iter()
        .map(|candidate| candidate.platform.to_string())
        .collect();
    all.dedup();
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
        variant: String::new(),
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
