//! The sources of a build in BuildKit's provenance with `mode=max`, and the lines of them that made each layer. A step of the build states where it is in
//! the sources, and which layers its result has; its own layers are above the layers of its inputs. The provenance is hostile: odd values are left out.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::archive::manifest::json::lenient;
use crate::image::{Dockerfile, SourceLines};

/// The most sources that are read; a Dockerfile is one.
const MOST_SOURCES: usize = 16;
/// The most instructions of a source. Each may be compared with each layer.
const MOST_INSTRUCTIONS: usize = 10_000;
/// The longest path of a source, in bytes.
const LONGEST_PATH: usize = 4096;

/// What BuildKit adds to the metadata (BuildKit, "SLSA definitions").
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    #[serde(deserialize_with = "lenient")]
    vcs: BTreeMap<String, String>,
    #[serde(deserialize_with = "lenient")]
    source: Sources,
    /// By step and output, `step3:0`: the layers of the result, once for each compression.
    #[serde(deserialize_with = "lenient")]
    layers: BTreeMap<String, Vec<Vec<LayerDescriptor>>>,
}

impl Metadata {
    pub(super) fn is_empty(&self) -> bool {
        self.source.infos.is_empty() && self.layers.is_empty()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sources {
    #[serde(deserialize_with = "lenient")]
    infos: Vec<Info>,
    /// By step.
    #[serde(deserialize_with = "lenient")]
    locations: HashMap<String, StepLocations>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    filename: String,
    language: String,
    /// base64.
    data: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StepLocations {
    locations: Vec<StepLocation>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct StepLocation {
    source_index: usize,
    ranges: Vec<LineRange>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LineRange {
    start: LinePosition,
    end: LinePosition,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LinePosition {
    line: usize,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LayerDescriptor {
    digest: String,
}

/// The steps of a build.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct BuildConfig {
    #[serde(deserialize_with = "lenient")]
    llb_definition: Vec<BuildStep>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BuildStep {
    id: String,
    /// Steps and their outputs: `step2:0`.
    #[serde(deserialize_with = "lenient")]
    inputs: Vec<String>,
}

/// The sources of an image.
#[derive(Default)]
pub(super) struct BuildSources {
    /// The Dockerfile it was built from.
    pub(super) dockerfile: Option<Dockerfile>,
    /// The lines that made each layer, bottom first; empty when none are known.
    pub(super) lines: Vec<Option<SourceLines>>,
}

impl BuildSources {
    /// Returns the sources of an image with these layers, bottom first: their digests, and their instructions for those that no step states. `target` is the
    /// stage that was built, the last without one.
    pub(super) fn of(
        metadata: &Metadata,
        config: &BuildConfig,
        target: Option<&str>,
        (digests, made): (&[Option<String>], &[&str]),
    ) -> Self {
        let mut files = files(metadata, target);
        let steps = steps(metadata, config, digests);
        let mut known: HashMap<&str, Option<(bool, SourceLines)>> = HashMap::new();
        for step in steps.iter().flatten() {
            let known = known.entry(step);
            known.or_insert_with(|| lines(metadata, &files, step));
        }
        let mut found: Vec<Option<SourceLines>> = Vec::new();
        for steps in &steps {
            let all = steps.iter().filter_map(|step| known[step].as_ref());
            let best = all.max_by_key(|(is_shipped, _)| *is_shipped);
            found.push(best.map(|(_, lines)| lines.clone()));
        }
        let dockerfile = files.first_mut().and_then(Option::take);
        if let Some(file) = &dockerfile
            && found.iter().any(Option::is_none)
        {
            for (found, other) in found.iter_mut().zip(file.find(made)) {
                *found = found.take().or(other);
            }
        }
        Self {
            dockerfile,
            lines: found,
        }
    }
}

/// Returns the sources by their number; `None` for one that is not text or too large.
fn files(metadata: &Metadata, target: Option<&str>) -> Vec<Option<Dockerfile>> {
    let folder = metadata.vcs.get("localdir:dockerfile");
    let folder = folder.map_or("", |folder| folder.trim_matches('/'));
    let file = |info: &Info| {
        let is_dockerfile = ["", "dockerfile"].contains(&&*info.language.to_ascii_lowercase());
        let path = match folder.trim_start_matches("./") {
            "" | "." => info.filename.clone(),
            folder => format!("{folder}/{}", info.filename),
        };
        let text = String::from_utf8(STANDARD.decode(&info.data).ok()?).ok()?;
        let is_named = (1..=LONGEST_PATH).contains(&path.len());
        let file = (is_dockerfile && is_named).then(|| Dockerfile::of_target(&path, &text, target));
        file.filter(|file| file.len() <= MOST_INSTRUCTIONS)
    };
    let infos = metadata.source.infos.iter().take(MOST_SOURCES);
    infos.map(file).collect()
}

/// Returns the lines of a step, and whether they belong to a shipped stage. Equal steps of several stages are one; a shipped stage counts, and the last of
/// several. Triggers of the base image have lines of a file that is not here, which are left out.
fn lines(
    metadata: &Metadata,
    files: &[Option<Dockerfile>],
    step: &str,
) -> Option<(bool, SourceLines)> {
    let all = metadata.source.locations.get(step)?.locations.iter();
    let lines = all.filter_map(|location| {
        let ranges = || location.ranges.iter();
        let first = ranges().map(|range| range.start.line).min()?;
        let last = ranges()
            .map(|range| range.end.line.max(range.start.line))
            .max()?;
        let file = files.get(location.source_index)?.as_ref()?;
        let lines = file.lines(first, last).filter(|_| file.makes_layer(first));
        Some((file.is_shipped(first), lines?))
    });
    lines.max_by_key(|(is_shipped, _)| *is_shipped)
}

/// Returns the steps that may have made each layer: those that add the fewest layers to a result of their inputs. Equal ones have equal results.
fn steps<'a>(
    metadata: &'a Metadata,
    config: &BuildConfig,
    digests: &[Option<String>],
) -> Vec<Vec<&'a str>> {
    let image: Vec<&str> = digests
        .iter()
        .map(|digest| digest.as_deref().unwrap_or_default())
        .collect();
    let results = metadata.layers.values().flatten();
    let mut complete = results.filter(|result| result.len() == image.len());
    let is_image = |result: &&Vec<LayerDescriptor>| has_layers(result, &image);
    // An image that is exported with another compression has other digests, but its layers are in the same order.
    let image = match complete.clone().find(is_image).or_else(|| complete.next()) {
        Some(result) => result.iter().map(|layer| &*layer.digest).collect(),
        None => image,
    };
    // How many of the image's layers the results of each step have, from the bottom.
    let mut heights: HashMap<&str, Vec<usize>> = HashMap::new();
    for (output, results) in &metadata.layers {
        let below = |result: &&Vec<LayerDescriptor>| {
            image
                .get(..result.len())
                .is_some_and(|below| has_layers(result, below))
        };
        let mut all: Vec<usize> = results.iter().filter(below).map(Vec::len).collect();
        all.sort_unstable();
        all.dedup();
        heights.insert(output, all);
    }
    let inputs = config.llb_definition.iter();
    let inputs: HashMap<&str, &[String]> = inputs.map(|step| (&*step.id, &*step.inputs)).collect();
    let mut made: Vec<(usize, Vec<&str>)> = vec![(usize::MAX, Vec::new()); image.len()];
    for output in metadata.layers.keys() {
        let step = output.split(':').next().unwrap_or_default();
        for &top in &heights[&**output] {
            let lower = |input: &String| {
                let heights = heights.get(&**input)?;
                let lower = heights.partition_point(|height| *height < top);
                heights[..lower].last().copied()
            };
            let bottom = match inputs.get(step) {
                // An image that was pulled.
                Some([]) => Some(0),
                Some(inputs) => inputs.iter().filter_map(lower).max(),
                None => None,
            };
            let bottom = bottom.unwrap_or(top.saturating_sub(1));
            let adds = top - bottom;
            for (least, steps) in &mut made[bottom..top] {
                if adds < *least {
                    *least = adds;
                    steps.clear();
                }
                if adds == *least {
                    steps.push(step);
                }
            }
        }
    }
    made.into_iter().map(|(_, steps)| steps).collect()
}

fn has_layers(result: &[LayerDescriptor], layers: &[&str]) -> bool {
    result.len() == layers.len()
        && result
            .iter()
            .zip(layers)
            .all(|(one, other)| one.digest == **other)
}
