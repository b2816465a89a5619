//! manifest.json of `docker save`, and the `repositories` file of docker 1.x. No OCI here.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::Value;

use crate::archive::error::Error;
use crate::archive::manifest::candidate::{Candidate, ConfigRef, LayerRef};
use crate::archive::manifest::config::{HistoryLine, RawConfig, RunConfig};
use crate::archive::manifest::json::{is_object, json, lenient, object};
use crate::archive::safe_names;
use crate::archive::store::Store;
use crate::image::ArchiveLayout;

/// Most layers of a docker 1.x chain that are followed; an image with one more is refused.
const LONGEST_CHAIN: usize = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object")]
struct ManifestItem {
    config: Option<String>,
    /// Items that are not strings are ignored.
    #[serde(default, deserialize_with = "lenient")]
    repo_tags: Option<Vec<Value>>,
    layers: Option<Vec<String>>,
    /// The layers in a registry, by diff_id (Docker Engine, `image/tarexport`).
    layer_sources: Option<HashMap<String, LayerSource>>,
}

/// A layer's descriptor in a registry (OCI image spec, "Descriptor").
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
struct LayerSource {
    #[serde(default)]
    media_type: String,
    size: Option<u64>,
}

impl LayerSource {
    /// Returns the size if it is a compressed blob's: engines also list their own plain layers here.
    fn stored(&self) -> Option<u64> {
        let compressed = ["+gzip", ".gzip", "+zstd"];
        self.size
            .filter(|_| compressed.iter().any(|end| self.media_type.ends_with(end)))
    }
}

/// Returns the images in manifest.json; `None` if there is no such file, it is null, or an image's own manifest.
pub(super) fn candidates(store: &Store) -> Result<Option<Vec<Candidate>>, Error> {
    let name = "manifest.json";
    let Some(text) = store.text(name)? else {
        return Ok(None);
    };
    if is_object(&text) {
        return Ok(None);
    }
    let lines: Option<Vec<ManifestItem>> = json(name, &text)?;
    let mut found = Vec::new();
    for line in lines.into_iter().flatten() {
        let Some(config) = line
            .config
            .map(|config| safe_names::normalized(config.as_bytes()))
        else {
            continue;
        };
        let layers = line
            .layers
            .unwrap_or_default()
            .into_iter()
            .map(|layer| LayerRef {
                name: safe_names::normalized(layer.as_bytes()),
                media_type: String::new(),
                digest: None,
                size: None,
                foreign: false,
                contents_table: None,
            });
        let summary = RawConfig::summary(store, &config)?;
        found.push(Candidate {
            tags: line
                .repo_tags
                .unwrap_or_default()
                .into_iter()
                .filter_map(|tag| tag.as_str().map(str::to_owned))
                .collect(),
            platform: summary.platform,
            id: summary.id,
            created: summary.created,
            aliases: Vec::new(),
            config: ConfigRef::File(config),
            layers: layers.collect(),
            digest: None,
            annotations: Vec::new(),
            layout: ArchiveLayout::Docker,
            sources: line
                .layer_sources
                .unwrap_or_default()
                .into_iter()
                .filter_map(|(diff_id, source)| Some((diff_id, source.stored()?)))
                .collect(),
        });
    }
    Ok((!found.is_empty()).then_some(found))
}

/// A layer's `<id>/json` of docker 1.x.
#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct V1 {
    parent: Option<String>,
    os: Option<String>,
    architecture: Option<String>,
    created: Option<String>,
    comment: Option<String>,
    author: Option<String>,
    config: Option<RunConfig>,
    container_config: Option<V1Command>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", expecting = "an object")]
struct V1Command {
    cmd: Option<Vec<String>>,
}

/// Returns the images in `repositories`.
pub(super) fn repositories(store: &Store) -> Result<Vec<Candidate>, Error> {
    let name = "repositories";
    let Some(text) = store.text(name)? else {
        return Ok(Vec::new());
    };
    let names: BTreeMap<String, BTreeMap<String, String>> = json(name, &text)?;
    let mut tags_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (repository, tags) in names {
        for (tag, id) in tags {
            tags_of
                .entry(id)
                .or_default()
                .push(format!("{repository}:{tag}"));
        }
    }
    tags_of
        .into_iter()
        .map(|(id, tags)| chain(store, id, tags))
        .collect()
}

/// Follows the parents of a docker 1.x layer and builds one config from them.
fn chain(store: &Store, top: String, tags: Vec<String>) -> Result<Candidate, Error> {
    let mut built = RawConfig::default();
    let (mut layers, mut history) = (Vec::new(), Vec::new());
    let mut next = Some(top);
    while let Some(id) = next.take() {
        let name = safe_names::normalized(format!("{id}/json").as_bytes());
        let text = store.text(&name)?.ok_or_else(|| Error::MissingBlob {
            what: "layer config".to_owned(),
            name: name.clone(),
        })?;
        let v1: V1 = object(&name, &text)?;
        if layers.is_empty() {
            (built.os, built.architecture) = (v1.os, v1.architecture);
            (built.created, built.author, built.config) =
                (v1.created.clone(), v1.author, v1.config);
        }
        layers.push(LayerRef {
            name: safe_names::normalized(format!("{id}/layer.tar").as_bytes()),
            media_type: String::new(),
            digest: None,
            size: None,
            foreign: false,
            contents_table: None,
        });
        let created_by = v1
            .container_config
            .and_then(|config| config.cmd)
            .unwrap_or_default()
            .join(" ");
        history.push(Some(HistoryLine {
            created_by: Some(created_by),
            created: v1.created,
            comment: v1.comment,
            empty_layer: None,
        }));
        next = v1.parent.filter(|_| layers.len() <= LONGEST_CHAIN);
    }
    layers.reverse();
    history.reverse();
    built.history = Some(history);
    Ok(Candidate {
        tags,
        aliases: Vec::new(),
        platform: built.platform(),
        id: layers.last().and_then(|layer: &LayerRef| {
            let (id, _) = layer.name.split_once('/')?;
            Some(format!("sha256:{id}"))
        }),
        created: built.created.clone(),
        config: ConfigRef::Built(Box::new(built)),
        layers,
        digest: None,
        annotations: Vec::new(),
        layout: ArchiveLayout::Docker,
        sources: HashMap::new(),
    })
}
