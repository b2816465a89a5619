//! index.json of an OCI layout: nested indexes down to image manifests. Loops, missing platforms and attestations are skipped.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use crate::archive::digest::check_digest;
use crate::archive::error::Error;
use crate::archive::manifest::candidate::{Candidate, ConfigRef, LayerRef, fits};
use crate::archive::manifest::config::RawConfig;
use crate::archive::manifest::json::{lenient, object};
use crate::archive::manifest::pick::host;
use crate::archive::store::Store;
use crate::image::Platform;

/// Most documents below an index, and the deepest nesting.
const MOST_DOCUMENTS: usize = 10_000;
const DEEPEST: usize = 16;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
struct Descriptor {
    media_type: Option<String>,
    digest: Option<String>,
    #[serde(deserialize_with = "lenient")]
    size: Option<u64>,
    platform: Option<RawPlatform>,
    annotations: Option<BTreeMap<String, String>>,
    artifact_type: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct RawPlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

impl Descriptor {
    fn platform(&self) -> Option<Platform> {
        let platform = self.platform.clone()?;
        Some(Platform {
            os: platform.os.unwrap_or_default(),
            architecture: platform.architecture.unwrap_or_default(),
            variant: platform.variant.unwrap_or_default(),
        })
    }
}

/// An index or a manifest, depending on its fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
struct Document {
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    annotations: Option<BTreeMap<String, String>>,
    artifact_type: Option<String>,
}

/// Returns the images below index.json whose manifests are in the archive; nothing when there is no index.
pub(super) fn candidates(
    store: &Store,
    wanted: Option<&Platform>,
    verify: bool,
) -> Result<Option<Vec<Candidate>>, Error> {
    let name = "index.json";
    let Some(text) = store.text(name)? else {
        return Ok(None);
    };
    let index: Document = object(name, &text)?;
    let mut walk = Walk {
        store,
        wanted,
        verify,
        seen: HashSet::new(),
        found: Vec::new(),
        skipped: None,
    };
    for descriptor in index.manifests.unwrap_or_default() {
        walk.visit(&descriptor, &[], 0)?;
    }
    match (walk.found.is_empty(), walk.skipped) {
        (true, Some(error)) => Err(error),
        _ => Ok(Some(walk.found)),
    }
}

struct Walk<'a> {
    store: &'a Store,
    /// The platform that the user chose.
    wanted: Option<&'a Platform>,
    verify: bool,
    seen: HashSet<String>,
    found: Vec<Candidate>,
    /// The error of the first manifest that is missing, as other platforms' can be, or has no digest. It counts only if there is no image.
    skipped: Option<Error>,
}

impl Walk<'_> {
    fn visit(
        &mut self,
        descriptor: &Descriptor,
        inherited: &[String],
        depth: usize,
    ) -> Result<(), Error> {
        let Some(digest) = &descriptor.digest else {
            return Ok(());
        };
        let known = !self.seen.insert(digest.clone());
        if known
            || depth > DEEPEST
            || self.seen.len() > MOST_DOCUMENTS
            || is_attestation(descriptor)
        {
            return Ok(());
        }
        let Some(name) = blob_name(digest) else {
            self.skipped.get_or_insert(Error::Json {
                name: "index.json".to_owned(),
                cause: format!("{digest:?} is no digest"),
            });
            return Ok(());
        };
        let text = match self.store.manifest(&name) {
            Ok(Some(text)) => text,
            Ok(None) => {
                self.skipped.get_or_insert(Error::MissingBlob {
                    what: "manifest".to_owned(),
                    name,
                });
                return Ok(());
            }
            Err(Error::Fetch(error)) if error.is_missing => {
                self.skipped.get_or_insert(Error::Fetch(error));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if self.verify {
            check_digest("manifest", digest, digest, &text)?;
        }
        let document: Document = object(&name, &text)?;
        let mut tags = inherited.to_vec();
        tags.extend(tag_of(descriptor).filter(|tag| !inherited.contains(tag)));
        let children = document.manifests.iter().flatten().collect();
        for child in self.worth_reading(children)? {
            self.visit(child, &tags, depth + 1)?;
        }
        if document.manifests.is_none() {
            self.image(descriptor, digest, document, tags)?;
        }
        Ok(())
    }

    /// Returns the children of an index to read: where each costs a request, only those for the chosen platform, or for this machine's. A single child for
    /// another platform is read where none was chosen.
    ///
    /// # Errors
    /// [`Error`] when no child is for the platform.
    fn worth_reading<'d>(
        &self,
        mut children: Vec<&'d Descriptor>,
    ) -> Result<Vec<&'d Descriptor>, Error> {
        if !self.store.is_fetched() || children.is_empty() {
            return Ok(children);
        }
        children.retain(|child| !is_attestation(child));
        let host = host();
        let wanted = self.wanted.unwrap_or(&host);
        let is_meant = |child: &&Descriptor| child.platform().is_none_or(|own| fits(&own, wanted));
        if children.iter().any(is_meant) {
            children.retain(is_meant);
            return Ok(children);
        }
        if children.len() < 2 && self.wanted.is_none() {
            return Ok(children);
        }
        let platforms = children.iter().filter_map(|child| child.platform());
        let mut has: Vec<String> = platforms.map(|own| own.to_string()).collect();
        has.dedup();
        Err(match self.wanted {
            Some(wanted) => Error::NoSuchImage {
                wanted: wanted.to_string(),
                has,
            },
            None => Error::SeveralPlatforms { platforms: has },
        })
    }

    fn image(
        &mut self,
        descriptor: &Descriptor,
        digest: &str,
        document: Document,
        tags: Vec<String>,
    ) -> Result<(), Error> {
        let config = document
            .config
            .and_then(|config| config.digest)
            .and_then(|digest| blob_name(&digest));
        let (Some(config), Some(layers)) = (config, document.layers) else {
            return Ok(());
        };
        if document
            .artifact_type
            .is_some_and(|kind| kind.contains("attestation"))
        {
            return Ok(());
        }
        // A missing config is an error once this image is chosen; it is not skipped for another platform's image.
        let own = RawConfig::platform_in(self.store, &config)?;
        let layers = layers.into_iter().filter_map(layer_ref).collect();
        let described = descriptor.platform.clone().unwrap_or_default();
        let or = |own: String, described: Option<String>| {
            if own.is_empty() {
                described.unwrap_or_default()
            } else {
                own
            }
        };
        self.found.push(Candidate {
            tags,
            config: ConfigRef::File(config),
            platform: Platform {
                os: or(own.os, described.os),
                architecture: or(own.architecture, described.architecture),
                variant: or(own.variant, described.variant),
            },
            layers,
            digest: Some(digest.to_owned()),
            annotations: document
                .annotations
                .unwrap_or_default()
                .into_iter()
                .collect(),
            as_stored: true,
            sources: HashMap::new(),
        });
        Ok(())
    }
}

/// Returns whether a descriptor is an attestation, which indexes list beside images (BuildKit, "Image Attestation Storage").
fn is_attestation(descriptor: &Descriptor) -> bool {
    let annotated = descriptor
        .annotations
        .as_ref()
        .is_some_and(|all| all.contains_key("vnd.docker.reference.type"));
    let typed = descriptor
        .artifact_type
        .as_ref()
        .is_some_and(|kind| kind.contains("attestation"));
    let unknown = descriptor.platform.as_ref().is_some_and(|platform| {
        platform.os.as_deref() == Some("unknown")
            && platform.architecture.as_deref() == Some("unknown")
    });
    annotated || typed || unknown
}

/// Returns the image's name in a descriptor: containerd's full name, or the OCI reference, which can be a bare tag.
fn tag_of(descriptor: &Descriptor) -> Option<String> {
    let annotations = descriptor.annotations.as_ref()?;
    let name = annotations
        .get("io.containerd.image.name")
        .or_else(|| annotations.get("org.opencontainers.image.ref.name"))?;
    Some(
        name.strip_prefix("docker.io/library/")
            .unwrap_or(name)
            .to_owned(),
    )
}

fn layer_ref(descriptor: Descriptor) -> Option<LayerRef> {
    let digest = descriptor.digest?;
    let media_type = descriptor.media_type.unwrap_or_default();
    Some(LayerRef {
        name: blob_name(&digest)?,
        foreign: media_type.contains("foreign") || media_type.contains("nondistributable"),
        media_type,
        digest: Some(digest),
        size: descriptor.size,
    })
}

/// Returns the file name of a blob in a layout (OCI image layout, "Blobs"); nothing for an invalid digest.
fn blob_name(digest: &str) -> Option<String> {
    let (algorithm, hex) = digest.split_once(':')?;
    let plain = |part: &str, also: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || also.contains(c))
    };
    (plain(algorithm, "+._-") && plain(hex, "=_-") && !algorithm.starts_with('.'))
        .then(|| format!("blobs/{algorithm}/{hex}"))
}
