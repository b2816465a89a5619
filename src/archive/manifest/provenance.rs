//! How long the build of an image took, by the provenance that BuildKit stores beside it in the index (BuildKit, "Image Attestation Storage"; SLSA provenance
//! v0.2 and v1). It is the time of the whole build: provenance has none of single steps. What is absent or odd is unknown, never an error.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::json::lenient;
use super::oci::blob_name;
use crate::archive::documents::LARGEST;
use crate::archive::error::Error;
use crate::archive::fetch::interface::DocumentKind;
use crate::archive::store::Store;
use crate::image::nanoseconds_since_1970;

/// Most indexes that are searched.
const MOST_INDEXES: usize = 100;

/// An index or a manifest.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Listing {
    manifests: Vec<Descriptor>,
    layers: Vec<Descriptor>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    #[serde(deserialize_with = "lenient")]
    size: u64,
    annotations: BTreeMap<String, String>,
}

/// An in-toto statement.
#[derive(Deserialize)]
struct Statement {
    predicate: Predicate,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Predicate {
    /// Of v0.2.
    metadata: Metadata,
    /// Of v1.
    run_details: RunDetails,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RunDetails {
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    #[serde(alias = "startedOn")]
    build_started_on: Option<String>,
    #[serde(alias = "finishedOn")]
    build_finished_on: Option<String>,
}

impl Metadata {
    fn time(&self) -> Option<Duration> {
        let time = |text: &Option<String>| nanoseconds_since_1970(text.as_deref()?);
        let nanoseconds = time(&self.build_finished_on)? - time(&self.build_started_on)?;
        let time = Duration::from_nanos(u64::try_from(nanoseconds).ok()?);
        Some(time).filter(|time| !time.is_zero())
    }
}

/// Returns the time of the build of the image with this manifest's digest. From a registry at most two documents are fetched for it, and only when an
/// index that is there lists them.
pub(super) fn build_time(store: &Store, digest: &str) -> Option<Duration> {
    let mut indexes = vec!["index.json".to_owned()];
    for _ in 0..MOST_INDEXES {
        let index = store.known_manifest(&indexes.pop()?);
        let index: Listing = parsed(index).unwrap_or_default();
        for descriptor in index.manifests {
            let subject = descriptor.annotations.get("vnd.docker.reference.digest");
            if subject.is_some_and(|subject| subject == digest) {
                return attested(store, &descriptor);
            }
            if descriptor.media_type.contains("index") || descriptor.media_type.contains("list") {
                indexes.extend(blob_name(&descriptor.digest));
            }
        }
    }
    None
}

/// Returns the time in the provenance of an attestation's manifest.
fn attested(store: &Store, attestation: &Descriptor) -> Option<Duration> {
    let manifest: Listing = read(store, DocumentKind::Attestation, attestation)?;
    let is_provenance = |layer: &&Descriptor| {
        let predicate = layer.annotations.get("in-toto.io/predicate-type");
        predicate.is_some_and(|predicate| predicate.starts_with("https://slsa.dev/provenance/"))
    };
    let layer = manifest.layers.iter().find(is_provenance)?;
    let statement: Statement = read(store, DocumentKind::Statement, layer)?;
    let predicate = statement.predicate;
    let time = predicate.metadata.time();
    time.or_else(|| predicate.run_details.metadata.time())
}

fn read<T: DeserializeOwned>(store: &Store, kind: DocumentKind, what: &Descriptor) -> Option<T> {
    if what.size > LARGEST {
        return None;
    }
    parsed(store.rare_fields(kind, &blob_name(&what.digest)?))
}

fn parsed<T: DeserializeOwned>(text: Result<Option<Vec<u8>>, Error>) -> Option<T> {
    serde_json::from_slice(&text.ok()??).ok()
}
