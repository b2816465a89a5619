//! index.json of an OCI layout, or the manifest.json of a single image (containers/image, "dir:"): nested indexes down to image manifests. Loops,
//! missing platforms and artifacts are skipped.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::archive::digest::{check_digest, digest_of, matches_digest};
use crate::archive::error::Error;
use crate::archive::fetch::interface::{DocumentKind, FetchErrorKind};
use crate::archive::json_error::JsonError;
use crate::archive::manifest::artifact::{Artifact, MediaTypes, attestation};
use crate::archive::manifest::candidate::{Candidate, ConfigRef, LayerRef};
use crate::archive::manifest::choice::ListedImage;
use crate::archive::manifest::choose::{host, platform_names, serving};
use crate::archive::manifest::config::RawConfig;
use crate::archive::manifest::json::{is_object, lenient, object};
use crate::archive::store::Store;
use crate::archive::table::table_ref::TableRef;
use crate::image::{ArchiveLayout, Platform};

/// The manifest of a single image.
const MANIFEST: &str = "manifest.json";
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
    #[serde(rename = "os.version")]
    os_version: Option<String>,
}

impl Descriptor {
    fn platform(&self) -> Option<Platform> {
        let platform = self.platform.clone()?;
        Some(Platform {
            os: platform.os.unwrap_or_default(),
            architecture: platform.architecture.unwrap_or_default(),
            variant: platform.variant.unwrap_or_default(),
            os_version: platform.os_version.unwrap_or_default(),
        })
    }

    fn annotation(&self, key: &str) -> Option<&str> {
        Some(self.annotations.as_ref()?.get(key)?.as_str())
    }

    /// Returns the image's name: containerd's full name, or the OCI reference, which can be a bare tag.
    fn tag(&self) -> Option<String> {
        let name = self
            .annotation("io.containerd.image.name")
            .or_else(|| self.annotation("org.opencontainers.image.ref.name"))?;
        let short = name.strip_prefix("docker.io/library/").unwrap_or(name);
        Some(short.to_owned())
    }

    /// Returns what it describes instead of an image or an index, as far as it is known before that is read.
    fn artifact(&self) -> Option<Artifact> {
        let of_type = MediaTypes {
            artifact: self.artifact_type.as_deref(),
            ..MediaTypes::default()
        };
        of_type
            .artifact()
            .or_else(|| is_attestation(self).then(attestation))
    }
}

/// An index or a manifest, depending on its fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
struct IndexOrManifest {
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    annotations: Option<BTreeMap<String, String>>,
    artifact_type: Option<String>,
    /// The layers of Docker's first schema.
    fs_layers: Option<Vec<IgnoredAny>>,
}

impl IndexOrManifest {
    /// Returns what a manifest describes that is not an image; `None` for an image.
    fn artifact(&self) -> Option<Artifact> {
        let config = self.config.as_ref();
        let layers = self.layers.iter().flatten();
        let types = MediaTypes {
            artifact: self.artifact_type.as_deref(),
            config: config.and_then(|config| config.media_type.as_deref()),
            layers: layers
                .filter_map(|layer| layer.media_type.as_deref())
                .collect(),
        };
        types.artifact()
    }
}

/// What is below an index.
#[derive(Default)]
pub(super) struct ListedImages {
    /// The images whose manifests are in the archive.
    pub(super) images: Vec<Candidate>,
    /// What is there beside them, without attestations of their own: none is ever a candidate.
    pub(super) artifacts: Vec<Artifact>,
}

/// Returns the images below index.json, else those of a manifest.json that is a manifest; `None` if there is neither. With a `layout`, only that one
/// counts.
pub(super) fn listed(
    store: &Store,
    requested: Option<&Platform>,
    layout: Option<ArchiveLayout>,
    verify: bool,
) -> Result<ListedImages, Error> {
    let mut walk = IndexWalk {
        store,
        requested,
        verify,
        layout: ArchiveLayout::Oci,
        seen: HashSet::new(),
        listed: ListedImages::default(),
        skipped: None,
    };
    let index = match layout {
        Some(ArchiveLayout::Single) => None,
        _ => store.text("index.json")?,
    };
    if let Some(text) = index {
        let index: IndexOrManifest = object("index.json", &text)?;
        for descriptor in index.manifests.unwrap_or_default() {
            walk.visit(&descriptor, &IndexNames::default(), 0)?;
        }
    } else if layout.is_none_or(|layout| layout == ArchiveLayout::Single)
        && let Some(text) = store.text(MANIFEST)?.filter(|text| is_object(text))
    {
        walk.layout = ArchiveLayout::Single;
        let digest = digest_of(&text);
        walk.document(
            &Descriptor::default(),
            &digest,
            (MANIFEST, &text),
            &IndexNames::default(),
            0,
        )?;
    }
    match (walk.listed.images.is_empty(), walk.skipped) {
        (true, Some(error)) => Err(error),
        _ => Ok(walk.listed),
    }
}

/// The names that an image has from the indexes above it.
#[derive(Clone, Default)]
struct IndexNames {
    tags: Vec<String>,
    /// Other names that choose it.
    aliases: Vec<String>,
}

impl IndexNames {
    /// Returns the names below a descriptor: its own in addition.
    fn below(&self, descriptor: &Descriptor) -> Self {
        let mut names = self.clone();
        let own = descriptor.tag().into_iter();
        names
            .tags
            .extend(own.filter(|tag| !self.tags.contains(tag)));
        let reference = descriptor.annotation("org.opencontainers.image.ref.name");
        let others = reference.into_iter().chain(descriptor.digest.as_deref());
        names.aliases.extend(others.map(str::to_owned));
        names
    }
}

struct IndexWalk<'a> {
    store: &'a Store,
    /// The platform that the user chose.
    requested: Option<&'a Platform>,
    verify: bool,
    /// How blobs are named.
    layout: ArchiveLayout,
    seen: HashSet<String>,
    listed: ListedImages,
    /// The error of the first manifest that is missing, as other platforms' can be, or has no digest. It counts only if there is no image.
    skipped: Option<Error>,
}

impl IndexWalk<'_> {
    fn visit(
        &mut self,
        descriptor: &Descriptor,
        above: &IndexNames,
        depth: usize,
    ) -> Result<(), Error> {
        let Some(digest) = &descriptor.digest else {
            return Ok(());
        };
        let known = !self.seen.insert(digest.clone());
        if known || depth > DEEPEST || self.seen.len() > MOST_DOCUMENTS {
            return Ok(());
        }
        if let Some(artifact) = descriptor.artifact() {
            self.listed.artifacts.push(artifact);
            return Ok(());
        }
        let Some(name) = self.manifest_name(digest) else {
            self.skipped.get_or_insert(Error::Json {
                name: "index.json".to_owned(),
                cause: JsonError::Digest(digest.clone()),
            });
            return Ok(());
        };
        let text = match self.store.manifest(&name) {
            Ok(Some(text)) => text,
            Ok(None) => {
                let missing = self.store.missing("manifest", &name);
                self.skipped.get_or_insert(missing);
                return Ok(());
            }
            Err(Error::Fetch(error)) if error.kind == FetchErrorKind::Missing => {
                self.skipped.get_or_insert(Error::Fetch(error));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if self.verify {
            check_digest("manifest", digest, digest, &text)?;
        }
        self.document(descriptor, digest, (&name, &text), above, depth)
    }

    /// Reads an index or a manifest.
    fn document(
        &mut self,
        descriptor: &Descriptor,
        digest: &str,
        (name, text): (&str, &[u8]),
        above: &IndexNames,
        depth: usize,
    ) -> Result<(), Error> {
        let document: IndexOrManifest = object(name, text)?;
        if document.fs_layers.is_some() {
            self.skipped.get_or_insert(Error::Schema1);
            return Ok(());
        }
        let names = above.below(descriptor);
        let children = document.manifests.iter().flatten().collect();
        let children = self.worth_reading(children)?;
        self.fetch_ahead(&children);
        for child in children {
            self.visit(child, &names, depth + 1)?;
        }
        match document.artifact() {
            _ if document.manifests.is_some() => {}
            Some(artifact) => self.listed.artifacts.push(artifact),
            None => self.image(descriptor, digest, document, names)?,
        }
        Ok(())
    }

    /// Fetches the documents of several children at once.
    fn fetch_ahead(&self, children: &[&Descriptor]) {
        if !self.store.is_fetched() || children.len() < 2 {
            return;
        }
        let digests = children.iter().filter_map(|child| child.digest.as_ref());
        let names = digests.filter_map(|digest| self.manifest_name(digest));
        let names: BTreeSet<String> = names.collect();
        let names = Vec::from_iter(names);
        self.store.fetch_ahead(DocumentKind::Manifest, &names);
        let config = |name: &String| {
            let text = self.store.known_manifest(name).ok()??;
            let document: IndexOrManifest = object(name, &text).ok()?;
            let is_image = document.manifests.is_none() && document.artifact().is_none();
            self.blob_name(&document.config.filter(|_| is_image)?.digest?)
        };
        let configs: BTreeSet<String> = names.iter().filter_map(config).collect();
        self.store
            .fetch_ahead(DocumentKind::Config, &Vec::from_iter(configs));
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
        children.retain(|child| child.artifact().is_none());
        let host = host();
        let requested = self.requested.unwrap_or(&host);
        let serving = serving(children.clone(), requested, |child| child.platform());
        if !serving.is_empty() {
            return Ok(serving);
        }
        if children.len() < 2 && self.requested.is_none() {
            return Ok(children);
        }
        let platforms = children.iter().filter_map(|child| child.platform());
        Err(match self.requested {
            Some(requested) => Error::NoSuchImage {
                requested: format!("for {requested}"),
                has: platform_names(platforms),
            },
            None => Error::SeveralPlatforms {
                images: platforms
                    .map(|platform| ListedImage {
                        platform,
                        ..ListedImage::default()
                    })
                    .collect(),
            },
        })
    }

    fn image(
        &mut self,
        descriptor: &Descriptor,
        digest: &str,
        document: IndexOrManifest,
        names: IndexNames,
    ) -> Result<(), Error> {
        let config = document
            .config
            .and_then(|config| config.digest)
            .and_then(|digest| self.blob_name(&digest));
        let (Some(config), Some(layers)) = (config, document.layers) else {
            return Ok(());
        };
        // A missing config is an error once this image is chosen; it is not skipped for another platform's image.
        let summary = RawConfig::summary(self.store, &config)?;
        let own = summary.platform;
        let layers = layers.into_iter();
        let layers = layers.filter_map(|layer| self.layer_ref(layer)).collect();
        let described = descriptor.platform.clone().unwrap_or_default();
        let or = |own: String, described: Option<String>| {
            if own.is_empty() {
                described.unwrap_or_default()
            } else {
                own
            }
        };
        self.listed.images.push(Candidate {
            tags: names.tags,
            aliases: names.aliases,
            id: summary.id,
            created: summary.created,
            config: ConfigRef::File(config),
            platform: Platform {
                os: or(own.os, described.os),
                architecture: or(own.architecture, described.architecture),
                variant: or(own.variant, described.variant),
                os_version: or(own.os_version, described.os_version),
            },
            layers,
            digest: Some(digest.to_owned()),
            annotations: document
                .annotations
                .unwrap_or_default()
                .into_iter()
                .collect(),
            layout: self.layout,
            sources: HashMap::new(),
        });
        Ok(())
    }

    fn layer_ref(&self, descriptor: Descriptor) -> Option<LayerRef> {
        let digest = descriptor.digest?;
        let media_type = descriptor.media_type.unwrap_or_default();
        // A blob is empty only if its digest is that of no bytes.
        let is_length = |size: &u64| *size > 0 || matches_digest(&[], &digest);
        let size = descriptor.size.filter(is_length);
        Some(LayerRef {
            name: self.blob_name(&digest)?,
            foreign: media_type.contains("foreign") || media_type.contains("nondistributable"),
            media_type,
            digest: Some(digest),
            size,
            contents_table: descriptor.annotations.as_ref().and_then(TableRef::of),
        })
    }

    /// Returns the file name of a config or a layer; `None` for an invalid digest.
    fn blob_name(&self, digest: &str) -> Option<String> {
        let name = blob_name(digest)?;
        match (self.layout, digest.split_once(':')) {
            (ArchiveLayout::Single, Some(("sha256", hex))) => Some(hex.to_owned()),
            (ArchiveLayout::Single, Some((algorithm, hex))) => Some(format!("{algorithm}-{hex}")),
            _ => Some(name),
        }
    }

    /// Returns the file name of a manifest below an index; `None` for an invalid digest.
    fn manifest_name(&self, digest: &str) -> Option<String> {
        let name = self.blob_name(digest)?;
        Some(match self.layout {
            ArchiveLayout::Single => format!("{name}.manifest.json"),
            _ => name,
        })
    }
}

/// Returns whether a descriptor is an attestation, which indexes list beside images (BuildKit, "Image Attestation Storage").
fn is_attestation(descriptor: &Descriptor) -> bool {
    let annotated = descriptor.annotation("vnd.docker.reference.type").is_some();
    let unknown = descriptor.platform.as_ref().is_some_and(|platform| {
        platform.os.as_deref() == Some("unknown")
            && platform.architecture.as_deref() == Some("unknown")
    });
    annotated || unknown
}

/// Returns the file name of a blob in a layout (OCI image layout, "Blobs"); `None` for an invalid digest.
pub(crate) fn blob_name(digest: &str) -> Option<String> {
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
