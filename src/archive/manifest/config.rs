//! The JSON of an image config, converted to the model. Every field is optional, and an invalid one is ignored, except for the layers' digests.
//! No manifests here.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::archive::digest::digest_of;
use crate::archive::error::Error;
use crate::archive::manifest::buildpacks;
use crate::archive::manifest::json::{lenient, object};
use crate::archive::store::Store;
use crate::image::{Config, HealthCheck, HistoryEntry, LayerHeading, LayerId, Platform, described};

/// A config as it is in the archive.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(super) struct RawConfig {
    #[serde(deserialize_with = "lenient")]
    pub(super) os: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) architecture: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) variant: Option<String>,
    #[serde(rename = "os.version", deserialize_with = "lenient")]
    pub(super) os_version: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) created: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) author: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) config: Option<RunConfig>,
    #[serde(rename = "rootfs", deserialize_with = "diff_ids")]
    pub(super) diff_ids: Vec<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) history: Option<Vec<Option<HistoryLine>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HistoryLine {
    #[serde(deserialize_with = "lenient")]
    pub(super) created_by: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) created: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) comment: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) empty_layer: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct RunConfig {
    #[serde(deserialize_with = "lenient")]
    user: Option<String>,
    #[serde(deserialize_with = "lenient")]
    working_dir: Option<String>,
    #[serde(deserialize_with = "lenient")]
    env: Option<Vec<Option<String>>>,
    #[serde(deserialize_with = "lenient")]
    entrypoint: Option<CommandValue>,
    #[serde(deserialize_with = "lenient")]
    cmd: Option<CommandValue>,
    #[serde(deserialize_with = "lenient")]
    exposed_ports: Option<BTreeMap<String, Value>>,
    #[serde(deserialize_with = "lenient")]
    volumes: Option<BTreeMap<String, Value>>,
    #[serde(deserialize_with = "lenient")]
    labels: Option<BTreeMap<String, Value>>,
    #[serde(deserialize_with = "lenient")]
    stop_signal: Option<String>,
    #[serde(deserialize_with = "lenient")]
    shell: Option<Vec<String>>,
    #[serde(deserialize_with = "lenient")]
    healthcheck: Option<RawHealth>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct RawHealth {
    #[serde(deserialize_with = "lenient")]
    test: Option<Vec<String>>,
}

/// A command: a list, or one string, as some producers write it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum CommandValue {
    List(Vec<String>),
    String(String),
}

impl CommandValue {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::List(words) => words,
            Self::String(word) => vec![word],
        }
    }
}

/// What a config has for the choice between images.
#[derive(Default)]
pub(super) struct ConfigSummary {
    pub(super) platform: Platform,
    /// The image's id, the config's digest; `None` if there is no config.
    pub(super) id: Option<String>,
    pub(super) created: Option<String>,
}

/// A config, converted to the model.
pub(super) struct ImageConfig {
    pub(super) platform: Platform,
    pub(super) config: Config,
    pub(super) history: Vec<HistoryEntry>,
    pub(super) diff_ids: Vec<String>,
}

impl RawConfig {
    /// Returns the parts of a config that the choice between images needs; empty if it cannot be parsed. That is an error only if its image is chosen.
    pub(super) fn summary(store: &Store, name: &str) -> Result<ConfigSummary, Error> {
        let Some(text) = store.text(name)? else {
            return Ok(ConfigSummary::default());
        };
        let config: Self = object(name, &text).unwrap_or_default();
        Ok(ConfigSummary {
            platform: config.platform(),
            id: Some(digest_of(&text)),
            created: config.created,
        })
    }

    /// Returns the platform.
    pub(super) fn platform(&self) -> Platform {
        Platform {
            os: self.os.clone().unwrap_or_default(),
            architecture: self.architecture.clone().unwrap_or_default(),
            variant: self.variant.clone().unwrap_or_default(),
            os_version: self.os_version.clone().unwrap_or_default(),
        }
    }

    /// Converts it. History lines are assigned to the image's `layers` layers in order; lines without a layer are skipped.
    pub(super) fn into_config(self, layers: usize) -> ImageConfig {
        let platform = self.platform();
        let run = self.config.unwrap_or_default();
        let keys =
            |map: Option<BTreeMap<String, Value>>| map.unwrap_or_default().into_keys().collect();
        let text = |value: Value| {
            if let Value::String(text) = value {
                text
            } else {
                value.to_string()
            }
        };
        let config = Config {
            created: self.created,
            author: self.author.filter(|author| !author.is_empty()),
            user: run.user.unwrap_or_default(),
            working_dir: run.working_dir.unwrap_or_default(),
            env: filled(run.env),
            entrypoint: run
                .entrypoint
                .map(CommandValue::into_vec)
                .unwrap_or_default(),
            cmd: run.cmd.map(CommandValue::into_vec).unwrap_or_default(),
            ports: keys(run.exposed_ports),
            volumes: keys(run.volumes),
            labels: run
                .labels
                .unwrap_or_default()
                .into_iter()
                .map(|(key, value)| (key, text(value)))
                .collect(),
            stop_signal: run.stop_signal.filter(|signal| !signal.is_empty()),
            shell: run.shell.unwrap_or_default(),
            health: run.healthcheck.map(|health| HealthCheck {
                test: health.test.unwrap_or_default(),
            }),
        };
        let mut next = (0..layers).filter_map(|layer| u32::try_from(layer).ok().map(LayerId));
        let history = self
            .history
            .unwrap_or_default()
            .into_iter()
            .map(Option::unwrap_or_default)
            .map(|line| HistoryEntry {
                created_by: line.created_by.unwrap_or_default(),
                created: line.created,
                comment: line.comment.unwrap_or_default(),
                layer: if line.empty_layer.unwrap_or(false) {
                    None
                } else {
                    next.next()
                },
            });
        ImageConfig {
            platform,
            config,
            history: history.collect(),
            diff_ids: self.diff_ids,
        }
    }
}

/// Parses the layers' digests in `rootfs`. They identify the layers, so an invalid one is an error.
fn diff_ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let wrong = |what: &str| D::Error::custom(what);
    let ids = match Option::<Value>::deserialize(deserializer)? {
        None => return Ok(Vec::new()),
        Some(Value::Object(mut rootfs)) => rootfs.remove("diff_ids").unwrap_or_default(),
        Some(_) => return Err(wrong("rootfs is not an object")),
    };
    match ids {
        Value::Null => Ok(Vec::new()),
        Value::Array(ids) => ids
            .into_iter()
            .map(|id| match id {
                Value::Null => Ok(String::new()),
                Value::String(id) => Ok(id),
                _ => Err(wrong("rootfs.diff_ids has an item that is not a digest")),
            })
            .collect(),
        _ => Err(wrong("rootfs.diff_ids is not a list")),
    }
}

impl ImageConfig {
    /// Returns what the config has of each of the image's `layers` layers.
    pub(super) fn headings(&self, layers: usize) -> Vec<LayerHeading> {
        let buildpacks = buildpacks::layer_names(&self.config.labels);
        let heading = |layer: usize| {
            let has_layer = |line: &&HistoryEntry| line.layer.is_some_and(|id| id.index() == layer);
            let line = self.history.iter().find(has_layer);
            let created_by = line.map_or("", |line| &line.created_by);
            let diff_id = self.diff_ids.get(layer);
            let of_comment = line.and_then(|line| described(created_by, &line.comment));
            let of_label = || {
                let name = buildpacks.get(diff_id?).cloned();
                name.filter(|_| created_by.trim().is_empty())
            };
            LayerHeading {
                instruction: shorten(created_by).to_owned(),
                described: of_comment.or_else(of_label),
                diff_id: diff_id.cloned(),
                ..LayerHeading::default()
            }
        };
        (0..layers).map(heading).collect()
    }
}

/// Returns an instruction without the shell that Docker writes before every `RUN`.
fn shorten(created_by: &str) -> &str {
    created_by.strip_prefix("/bin/sh -c ").unwrap_or(created_by)
}

/// Returns a list in which null is an empty string, as engines parse it.
fn filled(list: Option<Vec<Option<String>>>) -> Vec<String> {
    let list = list.unwrap_or_default().into_iter();
    list.map(Option::unwrap_or_default).collect()
}
