//! Finds the line of a Dockerfile that created a layer, so that a finding can refer to it. Instructions are compared as text; a layer without a match has no
//! line.

use std::path::{Path, PathBuf};

use crate::escape;
use crate::failure::Failure;
use crate::image::{Image, LayerId, instruction_words};
use crate::small_file;

/// A Dockerfile's instructions with their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its path as the user wrote it.
    pub path: PathBuf,
    instructions: Vec<Instruction>,
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

#[derive(Clone, Debug, PartialEq, Eq)]
struct Instruction {
    /// Its words without continuations, comments and options that builders drop.
    words: String,
    lines: LineRange,
    /// Whether it belongs to the last stage, or to one that the last stage is built on.
    shipped: bool,
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
            .because(&error)
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

    /// Returns the lines of each layer's instruction, bottom first. From the top down, each layer gets the last matching line of a shipped stage above the
    /// line of the layer over it; without a match there, the last equal line of the file.
    fn places(&self, layer_instructions: &[&str]) -> Vec<Option<&LineRange>> {
        let mut end = self.instructions.len();
        let mut places = vec![None; layer_instructions.len()];
        for (place, layer_instructions) in places.iter_mut().zip(layer_instructions).rev() {
            let wanted = instruction_words(layer_instructions);
            if wanted.is_empty() {
                continue;
            }
            let same = |line: &&Instruction| line.words == wanted;
            let before = self.instructions[..end].iter().enumerate().rev();
            let shipped = before.filter(|(_, line)| line.shipped);
            let exact = shipped.clone().find(|(_, line)| same(line));
            let found = exact.or_else(|| {
                let to = destination(&wanted)?;
                shipped.clone().find(|(_, line)| {
                    let there = destination(&line.words);
                    there.is_some_and(|there| fits(to, there))
                })
            });
            *place = match found {
                Some((at, line)) => {
                    end = at;
                    Some(&line.lines)
                }
                None => self
                    .instructions
                    .iter()
                    .rev()
                    .find(same)
                    .map(|line| &line.lines),
            };
        }
        places
    }
}

/// Returns the keyword and the destination of a COPY or ADD. The classic builder records a checksum instead of the source (`COPY file:0123 in /srv`), and
/// BuildKit drops options, so only the destination can be compared with the file.
fn destination(words: &str) -> Option<(&str, &str)> {
    let (keyword, rest) = words.split_once(' ')?;
    if !["COPY", "ADD"].contains(&keyword) {
        return None;
    }
    let last = rest.split_whitespace().next_back()?;
    Some((keyword, last.trim_matches(['"', '[', ']'])))
}

/// Returns whether a layer's keyword and destination match those of a line; a variable in the line matches anything.
fn fits((layer_instructions, to): (&str, &str), (keyword, there): (&str, &str)) -> bool {
    let is_there = to.trim_end_matches('/') == there.trim_end_matches('/');
    layer_instructions == keyword && (is_there || there.contains('$'))
}

fn instructions(text: &str) -> Vec<Instruction> {
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
            all.push(Instruction {
                words: recorded(&words),
                lines: LineRange {
                    first,
                    last: number,
                    end_column: line.chars().count() + 1,
                },
                shipped: false,
            });
        }
    }
    ship(&mut all);
    all
}

/// Marks the last stage, and the stages that it is built on.
fn ship(all: &mut [Instruction]) {
    let mut end = all.len();
    let mut wanted: Option<String> = None;
    while let Some(start) = all[..end]
        .iter()
        .rposition(|line| stage(&line.words).is_some())
    {
        let (base, name) = stage(&all[start].words).unwrap_or_default();
        let is_wanted = wanted
            .as_ref()
            .is_none_or(|wanted| name.eq_ignore_ascii_case(wanted));
        if is_wanted {
            wanted = Some(base.to_owned());
            all[start..end]
                .iter_mut()
                .for_each(|line| line.shipped = true);
        }
        end = start;
    }
}

/// Returns the base of a FROM, and the stage's name.
fn stage(words: &str) -> Option<(&str, &str)> {
    let (keyword, rest) = words.split_once(' ')?;
    if keyword != "FROM" {
        return None;
    }
    let mut rest = rest.split(' ').filter(|word| !word.starts_with("--"));
    // The word between them is `AS`.
    Some((rest.next()?, rest.nth(1).unwrap_or_default()))
}

/// Returns a line of the file as builders record it: without `RUN` and its options, the keyword in capitals.
fn recorded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some((first, mut rest)) = words.split_first() else {
        return String::new();
    };
    let keyword = first.to_ascii_uppercase();
    if keyword != "RUN" {
        return format!("{keyword} {}", rest.join(" "));
    }
    while let [option, after @ ..] = rest
        && option.starts_with("--")
    {
        rest = after;
    }
    rest.join(" ")
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
    fn what_stands_in_other_stages_is_not_what_was_shipped() {
        let text = "FROM go AS base\nCOPY etc /etc\nFROM base AS build\nCOPY . /out\nRUN make\nFROM base\ncopy --from=build /out /out\nRUN --mount=type=cache,target=/c make\n";
        let layer_instructions = [
            "COPY etc /etc # buildkit",
            "COPY /out /out # buildkit",
            "RUN /bin/sh -c make # buildkit",
        ];
        assert_eq!(firsts(text, &layer_instructions), [2, 7, 8]);
        // Of a stage that was built by `--target`, what says exactly the same.
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
