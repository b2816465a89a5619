//! A plan: a list in which every name is resolved to a digest, so that runs on many machines read the same images and request no tag from a registry. It has
//! one line of JSON per image, sorted, then one per name that could not be resolved. Pure.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fleet_error::{FailedName, FleetError};
use super::input::{FleetInput, Inputs, Resolved};
use super::row::{ErrorRow, NameRow};
use super::tables::Tables;
use crate::escape;
use crate::image::Platform;

/// A line of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PlanLine {
    /// An image.
    Image(PlannedImage),
    /// A name that could not be resolved.
    Error {
        /// As in the table.
        error: ErrorRow,
    },
}

/// An image of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedImage {
    /// What is opened: the image by its digest, or an image that is in no registry by its name.
    pub image: String,
    /// The platform that the list or the command chose.
    pub platform: Option<String>,
    /// Its names in the list, sorted.
    pub names: Vec<String>,
    /// The digests of its layers in the registry, bottom first.
    pub layers: Vec<String>,
}

/// Returns the lines of a plan. `by_digest` returns what opens the image of a name: by its digest in the registry, if it is in one.
pub(crate) fn lines(
    tables: &Tables,
    by_digest: impl Fn(&NameRow) -> Option<String>,
    unresolved: impl Fn(&NameRow) -> String,
) -> Vec<PlanLine> {
    let layers: BTreeMap<&str, Vec<&str>> = tables
        .records()
        .map(|(row, layers)| (row.image.as_str(), layers))
        .collect();
    // Sorted names: the least one decides in which repository the image is opened.
    let mut images: BTreeMap<(&str, Option<&str>), PlannedImage> = BTreeMap::new();
    let mut others = Vec::new();
    for row in tables.names() {
        let Some(image) = by_digest(row) else {
            others.push(PlannedImage {
                image: unresolved(row),
                platform: row.platform.clone(),
                names: vec![row.name.clone()],
                layers: Vec::new(),
            });
            continue;
        };
        let planned = images.entry((&row.image, row.platform.as_deref()));
        let planned = planned.or_insert_with(|| PlannedImage {
            image,
            platform: row.platform.clone(),
            names: Vec::new(),
            layers: layers.get(&*row.image).map_or_else(Vec::new, |layers| {
                layers.iter().map(|&layer| layer.to_owned()).collect()
            }),
        });
        planned.names.push(row.name.clone());
    }
    let mut images: Vec<PlannedImage> = images.into_values().chain(others).collect();
    images
        .sort_by(|a, b| (&a.image, &a.platform, &a.names).cmp(&(&b.image, &b.platform, &b.names)));
    let errors = tables.errors().cloned();
    let errors = errors.map(|error| PlanLine::Error { error });
    images
        .into_iter()
        .map(PlanLine::Image)
        .chain(errors)
        .collect()
}

/// Parses a plan; `None` if the bytes are not a plan.
pub(super) fn parse(bytes: &[u8]) -> Option<Inputs> {
    let mut lines = bytes
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .peekable();
    serde_json::from_slice::<PlanLine>(lines.peek()?).ok()?;
    let (mut inputs, mut names) = (Inputs::default(), HashSet::new());
    for line in lines {
        match serde_json::from_slice(line) {
            Ok(PlanLine::Image(image)) => add(image, &mut inputs, &mut names),
            Ok(PlanLine::Error { error }) => {
                let ErrorRow { message, hint, .. } = error;
                let of_plan = FleetError::OfPlan { message, hint };
                inputs
                    .errors
                    .push(FailedName::new(error.name, error.platform, of_plan));
            }
            Err(why) => {
                let shown = String::from_utf8_lossy(&line[..line.len().min(100)]);
                let (name, why) = (escape::text(&shown), FleetError::PlanLine(why));
                inputs.errors.push(FailedName::new(name, None, why));
            }
        }
    }
    Some(inputs)
}

/// Adds an image under each of its names. Images share the names of layers.
fn add(image: PlannedImage, inputs: &mut Inputs, known: &mut HashSet<Arc<str>>) {
    let platform = image.platform.as_deref().map(Platform::parse);
    if let Some(None) = platform {
        let (name, why) = (escape::text(&image.image), FleetError::PlanPlatform);
        inputs.errors.push(FailedName::new(name, None, why));
        return;
    }
    let mut shared = |layer: String| -> Arc<str> {
        if let Some(known) = known.get(&*layer) {
            return Arc::clone(known);
        }
        let layer: Arc<str> = layer.into();
        known.insert(Arc::clone(&layer));
        layer
    };
    let resolved = Arc::new(Resolved {
        image: image.image,
        layers: image.layers.into_iter().map(&mut shared).collect(),
    });
    inputs
        .images
        .extend(image.names.into_iter().map(|name| FleetInput {
            name,
            resolved: Some(Arc::clone(&resolved)),
            platform: platform.clone().flatten(),
            ..FleetInput::default()
        }));
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn each_name_of_a_plan_is_an_input_and_a_bad_line_an_error() {
        let text = concat!(
            r#"{"image":"registry://a.io/b@sha256:00","platform":"linux/arm/v7","names":["b:1","b:2"],"layers":["sha256:11"]}"#,
            "\n\n",
            r#"{"image":"c","platform":"linux","names":["c"],"layers":[]}"#,
            "\n{\"image\":\n",
            r#"{"error":{"name":"d","platform":null,"message":"gone","hint":null}}"#,
        );
        let inputs = parse(text.as_bytes()).unwrap();
        let names: Vec<&str> = inputs.images.iter().map(|input| &*input.name).collect();
        assert_eq!(names, ["b:1", "b:2"]);
        let platform = inputs.images[0].platform.clone().unwrap();
        assert_eq!(platform.to_string(), "linux/arm/v7");
        let resolved = inputs.images[1].resolved.clone().unwrap();
        assert_eq!(resolved.image, "registry://a.io/b@sha256:00");
        let errors: Vec<&str> = inputs.errors.iter().map(|row| &*row.name).collect();
        assert_eq!(errors, ["c", "{\"image\":", "d"]);
        for other in ["", "{}", r#"{"items":[]}"#, "alpine"] {
            assert!(parse(other.as_bytes()).is_none(), "{other}");
        }
    }
}
