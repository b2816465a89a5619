//! One image an archive may be about, and what its config makes of it. Which of several is meant is `pick`'s.

use std::collections::HashMap;

use crate::image::{Description, Platform};

use super::Chosen;
use super::config::{ImageConfig, RawConfig};
use super::json::object;
use crate::archive::error::Error;
use crate::archive::store::Store;
use crate::archive::verify::{digest_of, promised_by, verify_bytes};

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

impl LayerRef {
    /// Returns the blob's digest: as the manifest gives it, else as its name in an OCI layout does.
    pub(in super::super) fn promised(&self) -> Option<String> {
        self.digest.clone().or_else(|| promised_by(&self.name))
    }
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

    /// Returns whether it is for the platform.
    pub(super) fn fits(&self, wanted: &Platform) -> bool {
        fits(&self.platform, wanted)
    }

    pub(super) fn name(&self) -> String {
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
                if verify && let Some(promised) = promised(name) {
                    verify_bytes("config", name, &promised, &text)?;
                }
                (object(name, &text)?, Some(digest_of(&text)))
            }
        };
        let config = raw.into_config(self.layers.len());
        let mut headings = config.headings(self.layers.len());
        for heading in &mut headings {
            let source = heading.diff_id.as_ref().map(|id| self.sources.get(id));
            heading.compressed = source.flatten().copied();
        }
        let ImageConfig {
            platform,
            config,
            history,
            diff_ids,
        } = config;
        let warnings = self.lacks(diff_ids.len())?;
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
            warnings,
        })
    }

    /// Compares the layers that the manifest lists with those that the config has. A config may leave them out; an image without layers has none.
    fn lacks(&self, known: usize) -> Result<Vec<String>, Error> {
        let listed = self.layers.len();
        if known == 0 || known == listed {
            return Ok(Vec::new());
        }
        let said = format!("the manifest lists {listed} layer(s), the config has {known}");
        match &self.config {
            ConfigRef::File(name) if listed == 0 => Err(Error::Json {
                name: name.clone(),
                cause: said,
            }),
            _ => Ok(vec![said]),
        }
    }
}

/// Returns whether a platform is the wanted one; a variant or anything else the wish leaves out does not matter.
pub(super) fn fits(own: &Platform, wanted: &Platform) -> bool {
    let same = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
    let variant = match (own.architecture.as_str(), wanted.variant.as_str()) {
        // arm64 is v8, said or not.
        ("arm64", "v8") => own.variant.is_empty() || own.variant == "v8",
        (_, variant) => same(variant, &own.variant),
    };
    same(&wanted.os, &own.os) && same(&wanted.architecture, &own.architecture) && variant
}

/// Returns the digest that a config's file name promises: `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`.
fn promised(name: &str) -> Option<String> {
    if let Some(digest) = promised_by(name) {
        return Some(digest);
    }
    let last = name.rsplit('/').next()?;
    let hex = last.strip_suffix(".json").unwrap_or(last);
    let hex = hex.strip_prefix("sha256:").unwrap_or(hex);
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| format!("sha256:{hex}"))
}
