//! An engine's description of an image before it is read: names, platform, and a heading for each layer. Pure: responses in, values out.

use bollard::models::{ImageHistoryResponseItem, ImageInspect};

use crate::image::{LayerHeading, Platform, described};

/// An image as its engine describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineDescription {
    /// The image's id in its engine: `sha256:…`, of the config, or of the manifest in the containerd store.
    pub id: String,
    /// Its names in the engine: `alpine:3.20`.
    pub tags: Vec<String>,
    /// Its names in registries: `alpine@sha256:…`.
    pub digests: Vec<String>,
    /// Its platform.
    pub platform: Platform,
}

impl EngineDescription {
    pub(super) fn of(inspected: &ImageInspect) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            id: text(&inspected.id),
            tags: inspected.repo_tags.clone().unwrap_or_default(),
            digests: inspected.repo_digests.clone().unwrap_or_default(),
            platform: Platform {
                os: text(&inspected.os),
                architecture: text(&inspected.architecture),
                variant: text(&inspected.variant),
                os_version: text(&inspected.os_version),
            },
        }
    }
}

/// Returns the approximate bytes of the export; `None` if the engine's size means something else. In the containerd store, which is recognized by the id,
/// the manifest's, the size includes the unpacked files, and the export has compressed blobs.
pub(super) fn expected_bytes(inspected: &ImageInspect) -> Option<u64> {
    let id = inspected.id.as_deref()?;
    let digests = inspected.repo_digests.as_deref().unwrap_or_default();
    let compressed = inspected.descriptor.is_some()
        || digests.iter().any(|digest| digest.ends_with(id))
        || inspected
            .graph_driver
            .as_ref()
            .is_some_and(|driver| driver.data.is_empty());
    inspected
        .size
        .filter(|_| !compressed)
        .and_then(|size| u64::try_from(size).ok())
}

/// Returns a heading for each layer, bottom first. An engine's history has no layer for each line, only the bytes it added; where neither these nor the
/// instructions determine the layers, the instructions are left out rather than guessed. The archive has them.
pub(super) fn headings(
    inspected: &ImageInspect,
    history: &[ImageHistoryResponseItem],
) -> Vec<LayerHeading> {
    let layers = inspected
        .root_fs
        .as_ref()
        .and_then(|root| root.layers.as_deref())
        .unwrap_or_default();
    let instructions = instructions(history, layers.len());
    let heading = |(at, diff_id): (usize, &String)| {
        let line = instructions.get(at);
        LayerHeading {
            instruction: line
                .map(|line| instruction(&line.created_by))
                .unwrap_or_default(),
            described: line.and_then(|line| described(&line.created_by, &line.comment)),
            diff_id: Some(diff_id.clone()),
            compressed: None,
            expected: line.and_then(|line| u64::try_from(line.size).ok()),
            source: None,
        }
    };
    layers.iter().enumerate().map(heading).collect()
}

/// Returns for each layer the line of the build history that made it.
fn instructions(
    history: &[ImageHistoryResponseItem],
    layers: usize,
) -> Vec<&ImageHistoryResponseItem> {
    let rules: [fn(&ImageHistoryResponseItem) -> bool; 3] = [
        |line| line.size > 0,
        |line| line.size > 0 || effect(&line.created_by) == InstructionEffect::Content,
        |line| line.size > 0 || effect(&line.created_by) != InstructionEffect::Setting,
    ];
    for makes_layer in rules {
        let lines: Vec<_> = history
            .iter()
            .rev()
            .filter(|line| makes_layer(line))
            .collect();
        if lines.len() == layers {
            return lines;
        }
    }
    Vec::new()
}

/// What an instruction does.
#[derive(PartialEq, Eq)]
enum InstructionEffect {
    /// Changes the configuration only.
    Setting,
    /// `WORKDIR`: makes a layer if it creates the folder.
    Folder,
    /// Makes a layer.
    Content,
}

fn effect(created_by: &str) -> InstructionEffect {
    let line = instruction(created_by);
    let line = line.strip_prefix("#(nop)").unwrap_or(&line).trim_start();
    match line.split_whitespace().next().unwrap_or_default() {
        "ARG" | "CMD" | "ENTRYPOINT" | "ENV" | "EXPOSE" | "HEALTHCHECK" | "LABEL"
        | "MAINTAINER" | "ONBUILD" | "SHELL" | "STOPSIGNAL" | "USER" | "VOLUME" => {
            InstructionEffect::Setting
        }
        "WORKDIR" => InstructionEffect::Folder,
        _ => InstructionEffect::Content,
    }
}

fn instruction(created_by: &str) -> String {
    created_by
        .strip_prefix("/bin/sh -c ")
        .unwrap_or(created_by)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ImageInspectRootFs;

    fn line(created_by: &str, size: i64) -> ImageHistoryResponseItem {
        ImageHistoryResponseItem {
            created_by: created_by.into(),
            size,
            ..ImageHistoryResponseItem::default()
        }
    }

    fn of(layers: usize, newest_first: &[ImageHistoryResponseItem]) -> Vec<String> {
        let layers = (0..layers).map(|layer| format!("sha256:{layer}")).collect();
        let root_fs = Some(ImageInspectRootFs {
            layers: Some(layers),
            ..ImageInspectRootFs::default()
        });
        let inspected = ImageInspect {
            root_fs,
            ..ImageInspect::default()
        };
        headings(&inspected, newest_first)
            .into_iter()
            .map(|heading| heading.instruction)
            .collect()
    }

    #[test]
    fn lines_without_bytes_make_no_layer() {
        let history = [
            line("/bin/sh -c #(nop)  CMD [\"sh\"]", 0),
            line("/bin/sh -c make", 5),
            line("ADD x /", 7),
        ];
        assert_eq!(of(2, &history), ["ADD x /", "make"]);
    }

    #[test]
    fn a_layer_has_its_expected_bytes() {
        let inspected = ImageInspect {
            root_fs: Some(ImageInspectRootFs {
                layers: Some(vec!["sha256:a".to_owned(), "sha256:b".to_owned()]),
                ..ImageInspectRootFs::default()
            }),
            ..ImageInspect::default()
        };
        let history = [line("make", 5), line("ENV A=b", 0), line("ADD x /", 7)];
        let headings = headings(&inspected, &history).into_iter();
        let expected: Vec<_> = headings.map(|heading| heading.expected).collect();
        assert_eq!(expected, [Some(7), Some(5)]);
    }

    #[test]
    fn an_empty_layer_is_found_by_its_instruction() {
        let history = [
            line("RUN touch /x", 0),
            line("ENV A=b", 0),
            line("WORKDIR /", 0),
            line("ADD x /", 7),
        ];
        assert_eq!(of(2, &history), ["ADD x /", "RUN touch /x"]);
        assert_eq!(of(3, &history), ["ADD x /", "WORKDIR /", "RUN touch /x"]);
    }

    #[test]
    fn ambiguous_instructions_are_omitted() {
        assert_eq!(of(2, &[line("ADD x /", 7)]), ["", ""]);
        assert_eq!(of(1, &[]), [""]);
    }
}
