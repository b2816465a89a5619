//! What a manifest describes that is not an image: known by its artifactType, its config's media type and its layers' media types (OCI image spec,
//! "Guidelines for Artifact Usage"). Reads nothing.

/// Configs of images: OCI's and Docker's.
const IMAGE_CONFIGS: [&str; 2] = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
];

/// An artifact that is not an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Artifact {
    /// What it is, with an article: `a Helm chart`.
    pub(super) kind: String,
    pub(super) hint: &'static str,
}

/// The media types of a manifest, as far as it has them.
#[derive(Default)]
pub(super) struct MediaTypes<'a> {
    pub(super) artifact: Option<&'a str>,
    pub(super) config: Option<&'a str>,
    pub(super) layers: Vec<&'a str>,
}

const ATTACHED: &str = "it belongs to an image: open that one by its own tag or digest";
const FILES: &str = "it has files, but no layers of a file system: `oras pull` fetches them";
const CHART: &str = "`helm pull` fetches it; `helm template` shows which images it deploys";
const PLUGIN: &str = "`docker plugin install` installs it";

/// Words in media types, in this order, and what has them.
const KINDS: &[(&[&str], &str, &str)] = &[
    (&["soci"], "a SOCI index", ATTACHED),
    (
        &["simplesigning", "cosign", "sigstore", "notary", "signature"],
        "a signature",
        ATTACHED,
    ),
    (&["spdx", "cyclonedx", "syft", "sbom"], "an SBOM", ATTACHED),
    (
        &["in-toto", "dsse", "attestation"],
        "an attestation",
        ATTACHED,
    ),
    (&["helm"], "a Helm chart", CHART),
    (&["docker.plugin"], "a Docker plugin", PLUGIN),
    (&["docker.compose"], "a Compose project", FILES),
    (&["wasm"], "a WebAssembly module", FILES),
    (&["cnab"], "a CNAB bundle", FILES),
];

impl MediaTypes<'_> {
    /// Returns what the manifest describes; `None` for an image. A media type that is left out is an image's, as old producers leave them out.
    pub(super) fn artifact(&self) -> Option<Artifact> {
        let is_config = |media_type: &&str| IMAGE_CONFIGS.contains(media_type);
        let other = |media_type: &&str| !media_type.is_empty() && !is_config(media_type);
        let artifact = self.artifact.filter(other);
        let config = self.config.filter(other);
        let mut layers = self.layers.iter().copied();
        let layer = layers.find(|media_type| !media_type.is_empty() && !is_file_system(media_type));
        let first = artifact.or(config).or(layer)?;
        let media_types: Vec<String> = [artifact, layer, config]
            .into_iter()
            .flatten()
            .map(str::to_ascii_lowercase)
            .collect();
        let has = |words: &[&str]| {
            let has = |word: &&str| {
                media_types
                    .iter()
                    .any(|media_type| media_type.contains(word))
            };
            words.iter().any(has)
        };
        let known = KINDS.iter().find(|(words, ..)| has(words));
        Some(match known {
            Some((_, kind, hint)) => Artifact {
                kind: (*kind).to_owned(),
                hint,
            },
            None => Artifact {
                kind: format!("an artifact of type {first}"),
                hint: FILES,
            },
        })
    }
}

/// Returns the artifact that an index lists beside images without a type of its own: an attestation (BuildKit, "Image Attestation Storage").
pub(super) fn attestation() -> Artifact {
    Artifact {
        kind: "an attestation".to_owned(),
        hint: ATTACHED,
    }
}

/// Returns whether a layer of this media type is a tar of a filesystem, compressed or not.
fn is_file_system(media_type: &str) -> bool {
    media_type.split(['.', '+']).any(|part| part == "tar")
}

#[cfg(test)]
mod tests {
    use super::{IMAGE_CONFIGS, MediaTypes};

    fn kind(artifact: &str, config: &str, layer: &str) -> Option<String> {
        let types = MediaTypes {
            artifact: Some(artifact).filter(|artifact| !artifact.is_empty()),
            config: Some(config),
            layers: vec![layer],
        };
        types.artifact().map(|artifact| artifact.kind)
    }

    #[test]
    fn media_types_distinguish_images_from_artifacts() {
        let [oci, docker] = IMAGE_CONFIGS;
        let empty = "application/vnd.oci.empty.v1+json";
        for (artifact, config, layer, expected) in [
            ("", oci, "application/vnd.oci.image.layer.v1.tar+zstd", None),
            (
                "",
                oci,
                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                None,
            ),
            (
                "",
                oci,
                "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
                None,
            ),
            (
                "",
                docker,
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                None,
            ),
            ("", "", "", None),
            (oci, oci, "", None),
            (
                "",
                oci,
                "application/vnd.dev.cosign.simplesigning.v1+json",
                Some("a signature"),
            ),
            (
                "",
                oci,
                "application/vnd.in-toto+json",
                Some("an attestation"),
            ),
            (
                "",
                oci,
                "application/vnd.dsse.envelope.v1+json",
                Some("an attestation"),
            ),
            ("", oci, "text/spdx+json", Some("an SBOM")),
            (
                "application/vnd.dev.sigstore.bundle.v0.3+json",
                empty,
                "application/vnd.dev.sigstore.bundle.v0.3+json",
                Some("a signature"),
            ),
            (
                "application/vnd.docker.attestation.manifest.v1+json",
                oci,
                "application/vnd.in-toto+json",
                Some("an attestation"),
            ),
            (
                "application/vnd.amazon.soci.index.v2+json",
                "",
                "application/octet-stream",
                Some("a SOCI index"),
            ),
            (
                "",
                "application/vnd.amazon.soci.index.v1+json",
                "application/octet-stream",
                Some("a SOCI index"),
            ),
            (
                "",
                "application/vnd.cncf.helm.config.v1+json",
                "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
                Some("a Helm chart"),
            ),
            (
                "application/vnd.acme.rocket",
                empty,
                "text/plain",
                Some("an artifact of type application/vnd.acme.rocket"),
            ),
            (
                "",
                "application/vnd.unknown.config.v1+json",
                "text/plain",
                Some("an artifact of type application/vnd.unknown.config.v1+json"),
            ),
            (
                "",
                oci,
                "text/plain",
                Some("an artifact of type text/plain"),
            ),
        ] {
            assert_eq!(
                kind(artifact, config, layer).as_deref(),
                expected,
                "{artifact} {config} {layer}"
            );
        }
    }
}
