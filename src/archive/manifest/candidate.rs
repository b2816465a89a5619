//! One image an archive may be about, and the choice among several. No JSON here.

use std::collections::HashMap;

use crate::image::{Description, LayerHeading, Platform};

use super::super::error::Error;
use super::super::store::Store;
use super::super::verify::digest_of;
use super::config::{ImageConfig, RawConfig};
use super::{Choice, Chosen};

/// A layer as a manifest names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct LayerRef {
    /// The blob's name in the archive.
    pub(in super::super) name: String,
    /// What the manifest calls it; empty when it does not.
    pub(in super::super) media_type: String,
    /// The blob's digest, when the manifest gives it.
    pub(in super::super) digest: Option<String>,
    /// Whether the blob may be kept elsewhere (Windows base layers).
    pub(in super::super) foreign: bool,
}

/// Where an image's config is.
#[derive(Clone, Debug)]
pub(super) enum ConfigRef {
    /// In a file of the archive.
    File(String),
    /// Put together from several files of a docker 1.x archive.
    Made(Box<RawConfig>),
}

impl PartialEq for ConfigRef {
    fn eq(&self, other: &Self) -> bool {
        matches!((self, other), (Self::File(a), Self::File(b)) if a == b)
    }
}

/// An image that an archive lists.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) tags: Vec<String>,
    pub(super) config: ConfigRef,
    pub(super) platform: Platform,
    pub(super) layers: Vec<LayerRef>,
    pub(super) digest: Option<String>,
    pub(super) annotations: Vec<(String, String)>,
    pub(super) as_stored: bool,
    /// Stored bytes of layers whose blobs lie elsewhere, by diff_id.
    pub(super) sources: HashMap<String, u64>,
}

impl Candidate {
    /// Takes over what only the OCI manifest of the same image says.
    pub(super) fn learn(&mut self, twin: &Self) {
        self.digest.clone_from(&twin.digest);
        self.annotations.clone_from(&twin.annotations);
        if self.layers.len() == twin.layers.len() {
            for (own, other) in self
                .layers
                .iter_mut()
                .zip(&twin.layers)
                .filter(|(own, other)| own.name == other.name)
            {
                own.media_type.clone_from(&other.media_type);
                own.digest.clone_from(&other.digest);
                own.foreign |= other.foreign;
            }
        }
        if self.tags.is_empty() {
            self.tags.clone_from(&twin.tags);
        }
    }

    /// Returns whether it is for the platform; a variant or anything else the wish leaves out does not matter.
    pub(super) fn fits(&self, wanted: &Platform) -> bool {
        let same = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        let own = &self.platform;
        let variant = match (own.architecture.as_str(), wanted.variant.as_str()) {
            // arm64 is v8, said or not.
            ("arm64", "v8") => own.variant.is_empty() || own.variant == "v8",
            (_, variant) => same(variant, &own.variant),
        };
        same(&wanted.os, &own.os) && same(&wanted.architecture, &own.architecture) && variant
    }

    fn name(&self) -> String {
        match (self.tags.first(), &self.digest, &self.config) {
            (Some(tag), ..) => tag.clone(),
            (None, Some(digest), _) => digest.clone(),
            (None, None, ConfigRef::File(name)) => name.clone(),
            (None, None, ConfigRef::Made(_)) => "an untagged image".to_owned(),
        }
    }

    /// Reads the config and describes the image.
    pub(super) fn into_chosen(
        self,
        store: &Store,
        reference: &str,
        verify: bool,
    ) -> Result<Chosen, Error> {
        let (raw, id) = match &self.config {
            ConfigRef::Made(raw) => ((**raw).clone(), None),
            ConfigRef::File(name) => {
                let text = store.text(name)?;
                let text = text.ok_or_else(|| Error::MissingBlob {
                    what: "config".to_owned(),
                    name: name.clone(),
                })?;
                let found = digest_of(&text);
                if verify && promised(name).is_some_and(|promised| promised != found) {
                    return Err(Error::Digest {
                        what: "config".to_owned(),
                        name: name.clone(),
                        found,
                    });
                }
                (RawConfig::parse(name, &text)?, Some(found))
            }
        };
        let ImageConfig {
            platform,
            config,
            history,
            diff_ids,
        } = raw.into_config(self.layers.len());
        let instruction = |layer: usize| {
            let line = history
                .iter()
                .find(|line| line.layer.is_some_and(|id| id.index() == layer));
            line.map_or_else(String::new, |line| shorten(&line.created_by).to_owned())
        };
        let headings = (0..self.layers.len())
            .map(|layer| {
                let diff_id = diff_ids.get(layer).cloned();
                LayerHeading {
                    instruction: instruction(layer),
                    stored: diff_id
                        .as_ref()
                        .and_then(|id| self.sources.get(id).copied()),
                    diff_id,
                }
            })
            .collect();
        let about = Description {
            reference: reference.to_owned(),
            origin: if self.as_stored {
                "OCI archive".to_owned()
            } else {
                "docker archive".to_owned()
            },
            tags: self.tags,
            id,
            digest: self.digest,
            platform: if platform.os.is_empty() {
                self.platform
            } else {
                platform
            },
            config,
            history,
            annotations: self.annotations,
            base: None,
            headings,
            blobs: self.layers.iter().map(|layer| layer.name.clone()).collect(),
        };
        Ok(Chosen {
            about,
            layers: self.layers,
            as_stored: self.as_stored,
        })
    }
}

/// Returns the digest that a config's file name promises: `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`.
fn promised(name: &str) -> Option<String> {
    let last = name.rsplit('/').next()?;
    let hex = last.strip_suffix(".json").unwrap_or(last);
    let hex = hex.strip_prefix("sha256:").unwrap_or(hex);
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| format!("sha256:{hex}"))
}

/// Returns an instruction without the shell that Docker puts in front of every `RUN`.
pub(super) fn shorten(created_by: &str) -> &str {
    created_by.strip_prefix("/bin/sh -c ").unwrap_or(created_by)
}

/// Picks the one image that is meant, or says what there is to choose from.
pub(super) fn pick(mut candidates: Vec<Candidate>, choice: &Choice) -> Result<Candidate, Error> {
    if let Some(tag) = &choice.tag {
        let has = names(&candidates);
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

fn platforms(candidates: &[Candidate]) -> Vec<String> {
    let mut all: Vec<String> = candidates
        .iter()
        .map(|candidate| candidate.platform.to_string())
        .collect();
    all.dedup();
    all
}

/// This machine's platform. Containers elsewhere than on Windows are Linux's.
fn host() -> Platform {
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
