//! What an engine says of an image before any of it is read: its names, its platform, and a heading for each layer. Pure: answers in, values out.

use bollard::models::{ImageHistoryResponseItem, ImageInspect};

use crate::image::{LayerHeading, Platform};

/// What an engine knows of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The image's id in its engine: `sha256:…`, of the config, or of the manifest in the containerd store.
    pub id: String,
    /// The names it has there: `alpine:3.20`.
    pub tags: Vec<String>,
    /// The names it has in registries: `alpine@sha256:…`.
    pub digests: Vec<String>,
    /// The machine it is for.
    pub platform: Platform,
}

impl About {
    pub(super) fn of(inspected: &ImageInspect) -> Self {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            id: said(&inspected.id),
            tags: inspected.repo_tags.clone().unwrap_or_default(),
            digests: inspected.repo_digests.clone().unwrap_or_default(),
            platform: Platform {
                os: said(&inspected.os),
                architecture: said(&inspected.architecture),
                variant: said(&inspected.variant),
            },
        }
    }
}

/// Returns about how many bytes the export will have; nothing where the engine counts something else. The containerd store is such a case, known
/// by the id, which is the manifest's: its sizes have the unpacked files in them, the export has packed blobs.
pub(super) fn expected_bytes(inspected: &ImageInspect) -> Option<u64> {
    let id = inspected.id.as_deref()?;
    let digests = inspected.repo_digests.as_deref().unwrap_or_default();
    let packed = inspected.descriptor.is_some()
        || digests.iter().any(|digest| digest.ends_with(id))
        || inspected
            .graph_driver
            .as_ref()
            .is_some_and(|driver| driver.data.is_empty());
    inspected
        .size
        .filter(|_| !packed)
        .and_then(|size| u64::try_from(size).ok())
}

/// Returns a heading for each layer, bottom first. The history does not say which of its lines made a layer, only how much each added; where that
/// does not settle it, and the instruction does not either, the instructions are left out rather than guessed: the archive will tell.
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
        let (instruction, expected) = instructions.get(at).cloned().unzip();
        LayerHeading {
            instruction: instruction.unwrap_or_default(),
            diff_id: Some(diff_id.clone()),
            compressed: None,
            expected: expected.flatten(),
        }
    };
    layers.iter().enumerate().map(heading).collect()
}

/// Returns for each layer the instruction that made it and how many bytes that added.
fn instructions(history: &[ImageHistoryResponseItem], layers: usize) -> Vec<(String, Option<u64>)> {
    let settles: [fn(&ImageHistoryResponseItem) -> bool; 3] = [
        |line| line.size > 0,
        |line| {
            line.size > 0
                || word(&line.created_by) != Word::Setting && word(&line.created_by) != Word::Folder
        },
        |line| line.size > 0 || word(&line.created_by) != Word::Setting,
    ];
    for makes_layer in settles {
        let lines: Vec<_> = history
            .iter()
            .rev()
            .filter(|line| makes_layer(line))
            .collect();
        if lines.len() == layers {
            return lines
                .iter()
                .map(|line| (instruction(&line.created_by), u64::try_from(line.size).ok()))
                .collect();
        }
    }
    Vec::new()
}

#[derive(PartialEq, Eq)]
enum Word {
    /// Changes the configuration only.
    Setting,
    /// `WORKDIR`: makes a layer when it makes the folder.
    Folder,
    /// Makes a layer.
    Content,
}

fn word(created_by: &str) -> Word {
    let line = instruction(created_by);
    let line = line.strip_prefix("#(nop)").unwrap_or(&line).trim_start();
    match line.split_whitespace().next().unwrap_or_default() {
        "ARG" | "CMD" | "ENTRYPOINT" | "ENV" | "EXPOSE" | "HEALTHCHECK" | "LABEL"
        | "MAINTAINER" | "ONBUILD" | "SHELL" | "STOPSIGNAL" | "USER" | "VOLUME" => Word::Setting,
        "WORKDIR" => Word::Folder,
        _ => Word::Content,
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
    fn a_layer_is_told_with_its_bytes() {
        let inspected = ImageInspect {
            root_fs: Some(ImageInspectRootFs {
                layers: Some(vec!["sha256:a".to_owned(), "sha256:b".to_owned()]),
                ..ImageInspectRootFs::default()
            }),
            ..ImageInspect::default()
        };
        let history = [line("make", 5), line("ENV A=b", 0), line("ADD x /", 7)];
        let told = headings(&inspected, &history).into_iter();
        let told: Vec<_> = told.map(|heading| heading.expected).collect();
        assert_eq!(told, [Some(7), Some(5)]);
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
    fn what_is_not_settled_is_left_out() {
        assert_eq!(of(2, &[line("ADD x /", 7)]), ["", ""]);
        assert_eq!(of(1, &[]), [""]);
    }
}
