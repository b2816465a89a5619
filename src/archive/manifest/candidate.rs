//! One image that an archive lists, and its description with the config. `choose` selects one of several.

use std::collections::{HashMap, HashSet};

use crate::image::{ArchiveLayout, BuildTimes, Description, LayerHeading, Naming, Platform};

use crate::archive::digest::{check_digest, digest_from_name, digest_of};
use crate::archive::error::Error;
use crate::archive::json_error::JsonError;
use crate::archive::manifest::config::{ImageConfig, RawConfig};
use crate::archive::manifest::json::object;
use crate::archive::manifest::provenance::{self, Provenance};
use crate::archive::store::Store;
use crate::archive::table::table_ref::TableRef;

/// A layer in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LayerRef {
    /// The blob's name in the archive.
    pub(crate) name: String,
    /// Its media type in the manifest; empty if there is none.
    pub(crate) media_type: String,
    /// The blob's digest in the manifest, if there is one.
    pub(crate) digest: Option<String>,
    /// The blob's length in bytes in the manifest, if there is one.
    pub(crate) size: Option<u64>,
    /// Whether the blob can be stored elsewhere (Windows base layers).
    pub(crate) foreign: bool,
    /// The blob's table of contents, if the manifest names one.
    pub(crate) contents_table: Option<TableRef>,
}

impl LayerRef {
    /// Returns the blob's digest: in the manifest, else in its name in an OCI layout.
    pub(crate) fn expected_digest(&self) -> Option<String> {
        self.digest.clone().or_else(|| digest_from_name(&self.name))
    }
}

/// The image that was chosen.
pub(crate) struct Chosen {
    pub(crate) about: Description,
    pub(crate) layers: Vec<LayerRef>,
    /// Whether the archive has layers as a registry stores them, so that the size of even a plain one is its compressed size.
    pub(crate) as_stored: bool,
    /// What was odd about the archive and its documents.
    pub(crate) warnings: Vec<String>,
}

impl Chosen {
    /// Keeps the layers with these digests alone. The history, which numbers all layers, is left out.
    pub(crate) fn keep(&mut self, digests: &HashSet<String>) {
        let is_kept = |layer: &LayerRef| {
            let digest = layer.expected_digest();
            digest.is_some_and(|digest| digests.contains(&digest))
        };
        let kept: Vec<bool> = self.layers.iter().map(is_kept).collect();
        let retain = |at: usize| kept.get(at).copied().unwrap_or_default();
        retain_places(&mut self.layers, retain);
        retain_places(&mut self.about.headings, retain);
        retain_places(&mut self.about.blobs, retain);
        self.about.history.clear();
    }
}

/// Keeps the items whose places are kept.
fn retain_places<T>(items: &mut Vec<T>, is_kept: impl Fn(usize) -> bool) {
    let mut at = 0..;
    items.retain(|_| at.next().is_some_and(&is_kept));
}

/// An image's config.
#[derive(Clone, Debug)]
pub(super) enum ConfigRef {
    /// In a file of the archive.
    File(String),
    /// Built from several files of a docker 1.x archive.
    Built(Box<RawConfig>),
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
    /// Other names that choose it: the OCI reference name beside a full name, and the digests of the indexes above it.
    pub(super) aliases: Vec<String>,
    pub(super) config: ConfigRef,
    pub(super) platform: Platform,
    /// The digest of the config: the image's id.
    pub(super) id: Option<String>,
    /// When it was created, as written.
    pub(super) created: Option<String>,
    pub(super) layers: Vec<LayerRef>,
    pub(super) digest: Option<String>,
    pub(super) annotations: Vec<(String, String)>,
    pub(super) layout: ArchiveLayout,
    /// Compressed bytes of layers in their registry, by diff_id.
    pub(super) sources: HashMap<String, u64>,
}

impl Candidate {
    /// Takes over what only the OCI manifest of the same image has.
    pub(super) fn merge(&mut self, twin: &Self) {
        self.digest.clone_from(&twin.digest);
        self.aliases.clone_from(&twin.aliases);
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

    /// Returns a name that no other image has: its digest, its id or its config's file.
    pub(super) fn unique_name(&self) -> String {
        let digest = self.digest.as_ref().or(self.id.as_ref());
        match (digest, &self.config) {
            (Some(digest), _) => digest.clone(),
            (None, ConfigRef::File(name)) => name.clone(),
            (None, ConfigRef::Built(_)) => String::new(),
        }
    }

    /// Reads the config and describes the image.
    pub(super) fn into_chosen(
        self,
        store: &Store,
        reference: &str,
        verify: bool,
        provenance: bool,
    ) -> Result<Chosen, Error> {
        let (raw, id) = self.raw_config(store, verify)?;
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
        let warnings = self.check_layer_count(diff_ids.len())?;
        let provenance = if provenance || !store.is_fetched() {
            self.provenance(store, &headings)
        } else {
            Provenance::default()
        };
        for (heading, lines) in headings.iter_mut().zip(provenance.sources.lines) {
            heading.source = lines;
        }
        let about = Description {
            reference: reference.to_owned(),
            selected_by: Naming::default(),
            origin: origin(store, self.layout),
            layout: Some(self.layout),
            is_in_registry: false,
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
            build_times: BuildTimes {
                layers: Vec::new(),
                total: provenance.time,
            },
            dockerfile: provenance.sources.dockerfile,
            annotations: self.annotations,
            base: None,
            headings,
            blobs: self.layers.iter().map(|layer| layer.name.clone()).collect(),
            shallow: false,
        };
        Ok(Chosen {
            about,
            layers: self.layers,
            as_stored: self.layout != ArchiveLayout::Docker,
            warnings,
        })
    }

    /// Reads the config; returns it and its digest.
    fn raw_config(
        &self,
        store: &Store,
        verify: bool,
    ) -> Result<(RawConfig, Option<String>), Error> {
        let name = match &self.config {
            ConfigRef::Built(raw) => return Ok(((**raw).clone(), None)),
            ConfigRef::File(name) => name,
        };
        let text = store.text(name)?;
        let text = text.ok_or_else(|| store.missing("config", name))?;
        if verify && let Some(expected) = digest_of_config(name) {
            check_digest("config", name, &expected, &text)?;
        }
        Ok((object(name, &text)?, Some(digest_of(&text))))
    }

    /// Returns what is known of its build.
    fn provenance(&self, store: &Store, headings: &[LayerHeading]) -> Provenance {
        let digests = self.layers.iter().map(LayerRef::expected_digest);
        let digests: Vec<Option<String>> = digests.collect();
        let made = headings.iter().map(|heading| heading.instruction.as_str());
        let made: Vec<&str> = made.collect();
        let digest = self.digest.as_deref();
        let known =
            digest.and_then(|digest| provenance::of_image(store, digest, (&digests, &made)));
        known.unwrap_or_default()
    }

    /// Compares the number of layers in the manifest with that in the config; returns a warning. A config can leave them all out.
    fn check_layer_count(&self, known: usize) -> Result<Vec<String>, Error> {
        let listed = self.layers.len();
        if known == 0 || known == listed {
            return Ok(Vec::new());
        }
        let mismatch = JsonError::LayerCount { listed, known };
        match &self.config {
            ConfigRef::File(name) if listed == 0 => Err(Error::Json {
                name: name.clone(),
                cause: mismatch,
            }),
            _ => Ok(vec![mismatch.to_string()]),
        }
    }
}

/// Returns what an image is read from: `docker archive`, `OCI folder`.
fn origin(store: &Store, layout: ArchiveLayout) -> String {
    let kind = match layout {
        ArchiveLayout::Docker => "docker",
        ArchiveLayout::Oci => "OCI",
        ArchiveLayout::Single => "image",
    };
    let container = if matches!(store, Store::Folder(..)) {
        "folder"
    } else {
        "archive"
    };
    format!("{kind} {container}")
}

/// Returns the digest in a config's file name: `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`.
fn digest_of_config(name: &str) -> Option<String> {
    if let Some(digest) = digest_from_name(name) {
        return Some(digest);
    }
    let last = name.rsplit('/').next()?;
    let hex = last.strip_suffix(".json").unwrap_or(last);
    let hex = hex.strip_prefix("sha256:").unwrap_or(hex);
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| format!("sha256:{hex}"))
}
