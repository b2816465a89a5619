//! The provenance that BuildKit stores beside an image in the index (BuildKit, "Image Attestation Storage"; SLSA provenance v0.2 and v1): how long the build
//! took, and the lines of the Dockerfile that made each layer. What is absent or odd is unknown, never an error.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::build_sources::{self, BuildConfig, BuildSources};
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
struct IndexOrManifest {
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
    predicate: ProvenancePredicate,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ProvenancePredicate {
    // Of v0.2.
    metadata: BuildMetadata,
    #[serde(deserialize_with = "lenient")]
    build_config: BuildConfig,
    #[serde(deserialize_with = "lenient")]
    invocation: Invocation,
    // Of v1.
    run_details: RunDetails,
    #[serde(deserialize_with = "lenient")]
    build_definition: BuildDefinition,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RunDetails {
    metadata: BuildMetadata,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct BuildDefinition {
    external_parameters: ExternalParameters,
    internal_parameters: InternalParameters,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Invocation {
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExternalParameters {
    request: Parameters,
}

/// The parameters of a build.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameters {
    #[serde(deserialize_with = "lenient")]
    args: Arguments,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Arguments {
    target: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct InternalParameters {
    build_config: BuildConfig,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct BuildMetadata {
    #[serde(alias = "startedOn")]
    build_started_on: Option<String>,
    #[serde(alias = "finishedOn")]
    build_finished_on: Option<String>,
    #[serde(
        rename = "https://mobyproject.org/buildkit@v1#metadata",
        alias = "buildkit_metadata",
        deserialize_with = "lenient"
    )]
    buildkit: build_sources::Metadata,
}

/// What is known of the build of an image.
#[derive(Default)]
pub(super) struct Provenance {
    /// How long it took.
    pub(super) time: Option<Duration>,
    /// What it was built from.
    pub(super) sources: BuildSources,
}

impl BuildMetadata {
    fn is_empty(&self) -> bool {
        self.build_started_on.is_none() && self.buildkit.is_empty()
    }

    fn time(&self) -> Option<Duration> {
        let time = |text: &Option<String>| nanoseconds_since_1970(text.as_deref()?);
        let nanoseconds = time(&self.build_finished_on)? - time(&self.build_started_on)?;
        let time = Duration::from_nanos(u64::try_from(nanoseconds).ok()?);
        Some(time).filter(|time| !time.is_zero())
    }
}

/// Returns the provenance of the image with this manifest's digest, and with layers of these digests and instructions, bottom first. From a registry at most
/// two documents are fetched for it, and only when an index that is there lists them.
pub(super) fn of_image(
    store: &Store,
    digest: &str,
    layers: (&[Option<String>], &[&str]),
) -> Option<Provenance> {
    let predicate = predicate(store, digest)?;
    let v1 = &predicate.run_details.metadata;
    let (metadata, parameters, config) = if v1.is_empty() {
        let parameters = &predicate.invocation.parameters;
        (&predicate.metadata, parameters, &predicate.build_config)
    } else {
        let build = &predicate.build_definition;
        let parameters = &build.external_parameters.request;
        (v1, parameters, &build.internal_parameters.build_config)
    };
    let target = parameters.args.target.as_deref();
    Some(Provenance {
        time: metadata.time(),
        sources: BuildSources::of(&metadata.buildkit, config, target, layers),
    })
}

/// Returns the predicate of an image's attestation.
fn predicate(store: &Store, digest: &str) -> Option<ProvenancePredicate> {
    let mut indexes = vec!["index.json".to_owned()];
    for _ in 0..MOST_INDEXES {
        let index = store.known_manifest(&indexes.pop()?);
        let index: IndexOrManifest = parsed(index).unwrap_or_default();
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

/// Returns the predicate of the provenance in an attestation's manifest.
fn attested(store: &Store, attestation: &Descriptor) -> Option<ProvenancePredicate> {
    let manifest: IndexOrManifest = read(store, DocumentKind::Attestation, attestation)?;
    let is_provenance = |layer: &&Descriptor| {
        let predicate = layer.annotations.get("in-toto.io/predicate-type");
        predicate.is_some_and(|predicate| predicate.starts_with("https://slsa.dev/provenance/"))
    };
    let layer = manifest.layers.iter().find(is_provenance)?;
    let statement: Statement = read(store, DocumentKind::Statement, layer)?;
    Some(statement.predicate)
}

fn read<T: DeserializeOwned>(store: &Store, kind: DocumentKind, what: &Descriptor) -> Option<T> {
    if what.size > LARGEST {
        return None;
    }
    parsed(store.extra(kind, &blob_name(&what.digest)?))
}

fn parsed<T: DeserializeOwned>(text: Result<Option<Vec<u8>>, Error>) -> Option<T> {
    serde_json::from_slice(&text.ok()??).ok()
}
