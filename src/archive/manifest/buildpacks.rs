//! The label in which the buildpacks' lifecycle names every layer of an image (buildpacks/spec, platform.md, "io.buildpacks.lifecycle.metadata"). Its
//! older versions write no history. Parses that label only; what is invalid is ignored.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::archive::manifest::json::{lenient, object};

const LABEL: &str = "io.buildpacks.lifecycle.metadata";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct LifecycleMetadata {
    #[serde(deserialize_with = "lenient")]
    app: Vec<BuildpackLayer>,
    #[serde(deserialize_with = "lenient")]
    config: BuildpackLayer,
    #[serde(deserialize_with = "lenient")]
    launcher: BuildpackLayer,
    #[serde(deserialize_with = "lenient")]
    process_types: BuildpackLayer,
    #[serde(deserialize_with = "lenient")]
    sbom: BuildpackLayer,
    #[serde(deserialize_with = "lenient")]
    buildpacks: Vec<Buildpack>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BuildpackLayer {
    /// The layer's `diff_id`.
    #[serde(deserialize_with = "lenient")]
    sha: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Buildpack {
    #[serde(deserialize_with = "lenient")]
    key: String,
    #[serde(deserialize_with = "lenient")]
    version: String,
    #[serde(deserialize_with = "lenient")]
    layers: BTreeMap<String, BuildpackLayer>,
}

/// Returns what each layer is, by its `diff_id`; empty without the label.
pub(super) fn layer_names(labels: &[(String, String)]) -> HashMap<String, String> {
    let label = labels.iter().find(|(key, _)| key == LABEL);
    let metadata: Option<LifecycleMetadata> =
        label.and_then(|(_, text)| object(LABEL, text.as_bytes()).ok());
    let Some(metadata) = metadata else {
        return HashMap::new();
    };
    let mut names = HashMap::new();
    for part in metadata.app {
        names.insert(part.sha, "application".to_owned());
    }
    for (part, name) in [
        (metadata.config, "buildpacks configuration"),
        (metadata.launcher, "buildpacks launcher"),
        (metadata.process_types, "buildpacks process types"),
        (metadata.sbom, "buildpacks SBOM"),
    ] {
        names.insert(part.sha, name.to_owned());
    }
    for buildpack in metadata.buildpacks {
        let (key, version) = (&buildpack.key, &buildpack.version);
        for (layer, part) in buildpack.layers {
            names.insert(part.sha, format!("{key} {version}: {layer}"));
        }
    }
    // A layer without a `diff_id` has no name here.
    names.remove("");
    names
}
