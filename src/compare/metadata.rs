//! The run configuration and the build history of two images, aligned. No files, no sizes.

use std::collections::BTreeMap;

use super::common_subsequence::common;
use super::layer_alignment::instruction;
use super::side::Sides;
use crate::image::{Config, Image};

/// One field of the configuration, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataField {
    /// The field: `env`, `label`, `cmd`, …
    pub field: &'static str,
    /// The key within the field: a variable, a label, a port; empty for fields with one value.
    pub key: String,
    /// The values; `None` where a side has none.
    pub values: Sides<Option<String>>,
}

impl MetadataField {
    /// Returns whether both values are equal.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.values.before == self.values.after
    }
}

/// A row of the aligned histories, as indexes into them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryPair {
    /// The line before.
    pub before: Option<usize>,
    /// The line after.
    pub after: Option<usize>,
    /// Whether both lines exist and are equal.
    pub same: bool,
}

/// Returns all fields in a fixed order, lists by key; fields empty on both sides are left out.
#[must_use]
pub(crate) fn metadata(images: Sides<&Image>) -> Vec<MetadataField> {
    let mut metadata = Vec::new();
    let mut one = |field, of: &dyn Fn(&Image) -> String| {
        let value = |image| Some(of(image)).filter(|text| !text.is_empty());
        let values = images.map(value);
        if values != Sides::default() {
            metadata.push(MetadataField {
                field,
                key: String::new(),
                values,
            });
        }
    };
    one("platform", &|image| image.about.platform.to_string());
    one("entrypoint", &|image| {
        quoted_list(&image.about.config.entrypoint)
    });
    one("cmd", &|image| quoted_list(&image.about.config.cmd));
    one("user", &|image| image.about.config.user.clone());
    one("workdir", &|image| image.about.config.working_dir.clone());
    one("shell", &|image| quoted_list(&image.about.config.shell));
    one("stop signal", &|image| {
        image.about.config.stop_signal.clone().unwrap_or_default()
    });
    one("health check", &|image| {
        let health = image.about.config.health.as_ref();
        health.map_or_else(String::new, |health| quoted_list(&health.test))
    });
    one("author", &|image| {
        image.about.config.author.clone().unwrap_or_default()
    });
    one("created", &|image| {
        image.about.config.created.clone().unwrap_or_default()
    });
    many(&mut metadata, "env", images, |config| {
        let pairs = config.env.iter();
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .collect()
    });
    many(&mut metadata, "port", images, |config| flags(&config.ports));
    many(&mut metadata, "volume", images, |config| {
        flags(&config.volumes)
    });
    many(&mut metadata, "label", images, |config| {
        let labels = config.labels.iter();
        labels
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect()
    });
    metadata
}

fn flags(list: &[String]) -> BTreeMap<&str, &str> {
    list.iter().map(|item| (item.as_str(), "")).collect()
}

fn many<'a>(
    metadata: &mut Vec<MetadataField>,
    field: &'static str,
    images: Sides<&'a Image>,
    of: impl Fn(&'a Config) -> BTreeMap<&'a str, &'a str>,
) {
    let lists = images.map(|image| of(&image.about.config));
    let mut keys: Vec<&str> = lists
        .before
        .keys()
        .chain(lists.after.keys())
        .copied()
        .collect();
    keys.sort_unstable();
    keys.dedup();
    metadata.extend(keys.into_iter().map(|key| {
        MetadataField {
            field,
            key: key.to_owned(),
            values: lists
                .as_ref()
                .map(|list| list.get(key).map(|&value| value.to_owned())),
        }
    }));
}

/// Formats a command as a JSON list, so that its words stay distinct.
fn quoted_list(list: &[String]) -> String {
    if list.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = list.iter().map(|word| format!("{word:?}")).collect();
    format!("[{}]", quoted.join(", "))
}

/// Aligns the histories line by line, in order; instructions that differ only in the digest of copied files are paired.
#[must_use]
pub(crate) fn history(images: Sides<&Image>) -> Vec<HistoryPair> {
    let keys = images.map(|image| {
        let lines = image.about.history.iter();
        lines
            .map(|line| instruction(&image.history_description(line)))
            .collect::<Vec<_>>()
    });
    let is_equal = |before: usize, after: usize| {
        let line = |image: &Image, at: usize| {
            let line = &image.about.history[at];
            (line.created_by.clone(), image.history_description(line))
        };
        line(images.before, before) == line(images.after, after)
    };
    let mut lines = Vec::new();
    let mut from = (0, 0);
    let end = (keys.before.len(), keys.after.len());
    let pairs = common(&keys.before, &keys.after);
    for to in pairs.into_iter().map(Some).chain([None]) {
        let until = to.unwrap_or(end);
        let lone = |before, after| HistoryPair {
            before,
            after,
            same: false,
        };
        lines.extend((from.0..until.0).map(|at| lone(Some(at), None)));
        lines.extend((from.1..until.1).map(|at| lone(None, Some(at))));
        if let Some((before, after)) = to {
            lines.push(HistoryPair {
                before: Some(before),
                after: Some(after),
                same: is_equal(before, after),
            });
            from = (before + 1, after + 1);
        }
    }
    lines
}
