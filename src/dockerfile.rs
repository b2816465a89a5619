//! Finds the line of a Dockerfile that created a layer, so that a finding can refer to it. Instructions are compared as text; a layer without a match has no
//! line.

use std::path::{Path, PathBuf};

use crate::escape;
use crate::failure::Failure;
use crate::image::{Image, Instructions, LayerId};
use crate::small_file;

/// A Dockerfile's instructions with their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its path as the user wrote it.
    pub path: PathBuf,
    instructions: Instructions<LineRange>,
}

/// Lines of a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRange {
    /// The first, counted from 1.
    pub first: usize,
    /// The last.
    pub last: usize,
    /// One past the last character of the last line, counted from 1.
    pub end_column: usize,
}

/// The largest Dockerfile, in bytes.
const MOST_BYTES: u64 = 16 << 20;

impl Dockerfile {
    /// Reads a Dockerfile.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be read.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = small_file::text(path, MOST_BYTES, "longer than a Dockerfile can be");
        let text = text.map_err(|error| {
            let shown = path.to_string_lossy();
            Failure::new(format!(
                "cannot read the Dockerfile {}",
                escape::text(&shown)
            ))
            .because(error)
            .hint("--dockerfile expects the file that the image was built from")
        })?;
        Ok(Self {
            // Code hosts write paths in a repository without `./`.
            path: path.strip_prefix("./").unwrap_or(path).to_owned(),
            instructions: instructions(&text),
        })
    }

    /// Returns the lines of the instruction that created a layer.
    #[must_use]
    pub fn find(&self, image: &Image, layer: LayerId) -> Option<&LineRange> {
        let layer_instructions = image
            .layer_ids()
            .map(|id| image.layer(id).heading.instruction.as_str());
        let layer_instructions: Vec<&str> = layer_instructions.collect();
        *self.places(&layer_instructions).get(layer.index())?
    }

    /// Returns the lines of each layer's instruction, bottom first: of one that was shipped, else of the last equal one of the file.
    fn places(&self, layer_instructions: &[&str]) -> Vec<Option<&LineRange>> {
        let shipped = self.instructions.of_layers(layer_instructions).into_iter();
        let all = shipped.zip(layer_instructions);
        all.map(|(lines, layer_instructions)| {
            lines.or_else(|| self.instructions.last_equal(layer_instructions))
        })
        .collect()
    }
}

fn instructions(text: &str) -> Instructions<LineRange> {
    let mut all = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let (first, mut words) = open.take().unwrap_or((number, String::new()));
        let (part, goes_on) = match trimmed.strip_suffix('\\') {
            Some(part) => (part, true),
            None => (trimmed, false),
        };
        words.push(' ');
        words.push_str(part);
        if goes_on {
            open = Some((first, words));
        } else {
            let lines = LineRange {
                first,
                last: number,
                end_column: line.chars().count() + 1,
            };
            all.push((words, lines));
        }
    }
    Instructions::new(all)
}

#[cfg(test)]
mod tests {
    use super::{Dockerfile, instructions};

    fn file(text: &str) -> Dockerfile {
        Dockerfile {
            path: "Dockerfile".into(),
            instructions: instructions(text),
        }
    }

    /// Returns the first line of each layer.
    fn firsts(text: &str, layer_instructions: &[&str]) -> Vec<usize> {
        let file = file(text);
        let places = file.places(layer_instructions);
        let first = |place: Option<&super::LineRange>| place.map_or(0, |lines| lines.first);
        places.into_iter().map(first).collect()
    }

    #[test]
    fn a_layer_finds_its_lines() {
        let file = file(
            "FROM debian\n# caches\nRUN apt-get update && \\\n    # more\n    apt-get install -y git\n\nCOPY . /srv\nRUN make\n",
        );
        let lines = |instruction| {
            file.places(&[instruction])[0].map(|lines| (lines.first, lines.last, lines.end_column))
        };
        let run = "RUN /bin/sh -c apt-get update &&     apt-get install -y git # buildkit";
        assert_eq!(lines(run), Some((3, 5, 27)));
        assert_eq!(lines("COPY . /srv # buildkit"), Some((7, 7, 12)));
        assert_eq!(lines("|1 A=b /bin/sh -c make"), Some((8, 8, 9)));
        assert_eq!(lines("RUN other"), None);
        assert_eq!(lines(""), None);
    }

    #[test]
    fn copies_of_the_classic_builder_are_found_by_destination() {
        let text = "FROM debian\nADD rootfs /y\nCOPY a /x\nRUN one\nCOPY b /x/\nCOPY --chown=1:1 c d /z/\nCOPY $FROM $TO\n";
        let layer_instructions = [
            "/bin/sh -c #(nop) ADD file:aa in / ",
            "/bin/sh -c #(nop) ADD dir:bb in /y ",
            "/bin/sh -c #(nop) COPY file:cc in /x ",
            "/bin/sh -c one",
            "/bin/sh -c #(nop) COPY file:dd in /x/ ",
            "/bin/sh -c #(nop) COPY --chown=1:1multi:ee in /z/ ",
            "/bin/sh -c #(nop) COPY file:ff in /srv ",
        ];
        // The first belongs to the base.
        assert_eq!(firsts(text, &layer_instructions), [0, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn instructions_of_other_stages_are_not_found() {
        let text = "FROM go AS base\nCOPY etc /etc\nFROM base AS build\nCOPY . /out\nRUN make\nFROM base\ncopy --from=build /out /out\nRUN --mount=type=cache,target=/c make\n";
        let layer_instructions = [
            "COPY etc /etc # buildkit",
            "COPY /out /out # buildkit",
            "RUN /bin/sh -c make # buildkit",
        ];
        assert_eq!(firsts(text, &layer_instructions), [2, 7, 8]);
        // Of a stage that was built by `--target`, an equal instruction.
        assert_eq!(firsts(text, &["COPY . /out # buildkit"]), [7]);
        assert_eq!(
            firsts(
                "FROM a AS x\nRUN bash it\nFROM b\n",
                &["RUN /bin/bash -o pipefail -c bash it"]
            ),
            [2]
        );
    }
}
