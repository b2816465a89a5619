//! A Dockerfile's instructions with their lines and stages, and the search for those that made the layers of an image. Text in, data out; reads no file.

use std::sync::Arc;

#[cfg(feature = "cli")]
use super::container_image::Image;
use super::instructions::Instructions;
use super::source_lines::SourceLines;

/// The keywords of instructions that make layers or copy them from another image.
const MAKING: [&str; 5] = ["FROM", "RUN", "COPY", "ADD", "WORKDIR"];

/// A Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    path: Arc<str>,
    text: Arc<str>,
    /// The first and the last line of each instruction.
    instructions: Instructions<(usize, usize)>,
    /// The first line of each stage, and its name.
    stages: Vec<(usize, Arc<str>)>,
    /// The first lines of the instructions that make layers.
    making: Vec<usize>,
    /// The first lines of the instructions of the last stage, and of those that it is built on.
    shipped: Vec<usize>,
    /// How many characters each line has.
    widths: Vec<usize>,
}

impl Dockerfile {
    /// Parses a Dockerfile, whose path is as the user wrote it or as provenance has it.
    #[must_use]
    pub fn parse(path: &str, text: &str) -> Self {
        Self::of_target(path, text, None)
    }

    /// Parses a Dockerfile whose stage `target` was built; the last stage if `None`.
    #[must_use]
    pub(crate) fn of_target(path: &str, text: &str, target: Option<&str>) -> Self {
        let all = instructions(text);
        let (mut stages, mut making) = (Vec::new(), Vec::new());
        for (words, (first, _)) in &all {
            let mut words = words.split_whitespace();
            let keyword = words.next().unwrap_or_default();
            if MAKING
                .iter()
                .any(|making| keyword.eq_ignore_ascii_case(making))
            {
                making.push(*first);
            }
            if keyword.eq_ignore_ascii_case("FROM") {
                let name = words
                    .skip_while(|word| !word.eq_ignore_ascii_case("AS"))
                    .nth(1);
                let unnamed = || format!("stage-{}", stages.len());
                let name = name.map_or_else(unnamed, str::to_owned);
                stages.push((*first, name.into()));
            }
        }
        let instructions = Instructions::new(all, target);
        Self {
            path: path.into(),
            text: text.into(),
            stages,
            making,
            shipped: instructions.shipped().map(|(first, _)| *first).collect(),
            widths: text.lines().map(|line| line.chars().count()).collect(),
            instructions,
        }
    }

    /// Returns its path.
    #[must_use]
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Returns some of its lines, counted from 1; `None` if it has fewer.
    #[must_use]
    pub(crate) fn lines(&self, first: usize, last: usize) -> Option<SourceLines> {
        let width = self.widths.get(last.checked_sub(1)?)?;
        let begun = self.stages.partition_point(|(start, _)| *start <= first);
        // The only stage needs no name.
        let stage = self.stages[..begun]
            .last()
            .filter(|_| self.stages.len() > 1);
        (1..=last).contains(&first).then(|| SourceLines {
            file: Arc::clone(&self.path),
            first,
            last,
            end_column: width + 1,
            stage: stage.map(|(_, name)| Arc::clone(name)),
        })
    }

    /// Returns whether a line starts an instruction that makes layers or copies them from another image.
    #[must_use]
    pub(crate) fn makes_layer(&self, line: usize) -> bool {
        self.making.binary_search(&line).is_ok()
    }

    /// Returns whether a line starts an instruction of the last stage, or of one that the last stage is built on.
    #[must_use]
    pub(crate) fn is_shipped(&self, line: usize) -> bool {
        self.shipped.binary_search(&line).is_ok()
    }

    /// Returns how many instructions it has.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Returns the lines of each layer's instruction, by the instructions in the build history, bottom first: of one that was shipped, else of the last equal one
    /// of the file.
    #[must_use]
    pub fn find(&self, made: &[&str]) -> Vec<Option<SourceLines>> {
        let shipped = self.instructions.of_layers(made).into_iter();
        let found = shipped.zip(made).map(|(lines, made)| {
            let (first, last) = lines.or_else(|| self.instructions.last_equal(made))?;
            self.lines(*first, *last)
        });
        found.collect()
    }
}

#[cfg(feature = "cli")]
impl Image {
    /// Sets the Dockerfile that the user named. If the provenance has the same text, its line numbers are kept; otherwise the instructions are searched in the
    /// file.
    pub(crate) fn set_dockerfile(&mut self, file: Dockerfile) {
        let built_from = self.about.dockerfile.as_ref();
        if let Some(known) = built_from.filter(|known| known.text == file.text) {
            let lines = self.layers.iter_mut();
            let lines = lines.filter_map(|layer| layer.heading.source.as_mut());
            for lines in lines.filter(|lines| lines.file == *known.path()) {
                lines.file = Arc::clone(file.path());
            }
        } else {
            let layers = self.layers.iter();
            let made: Vec<&str> = layers
                .map(|layer| layer.heading.instruction.as_str())
                .collect();
            let found = file.find(&made);
            for (layer, found) in self.layers.iter_mut().zip(found) {
                layer.heading.source = found;
            }
        }
        self.about.dockerfile = Some(file);
    }
}

/// Returns the instructions with their first and last lines.
fn instructions(text: &str) -> Vec<(String, (usize, usize))> {
    let mut all = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
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
            continue;
        }
        let mut last = number;
        let mut documents = String::new();
        for (end, indented) in heredocs(&words) {
            for (number, line) in lines.by_ref() {
                last = number;
                documents.push('\n');
                documents.push_str(line);
                let line = if indented {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if line == end {
                    break;
                }
            }
        }
        all.push((recorded(words, &documents), (first, last)));
    }
    all
}

/// Returns the ends of the here-documents of an instruction, and whether tabs before their lines are removed (Dockerfile reference, "Here-Documents").
fn heredocs(words: &str) -> Vec<(String, bool)> {
    let keyword = words.split_whitespace().next().unwrap_or_default();
    let may_have = ["RUN", "COPY", "ADD"].iter();
    if !may_have
        .into_iter()
        .any(|may| keyword.eq_ignore_ascii_case(may))
    {
        return Vec::new();
    }
    let document = |word: &str| {
        // The number is a file's.
        let end = word
            .trim_start_matches(|it: char| it.is_ascii_digit())
            .strip_prefix("<<")?;
        let (end, indented) = end
            .strip_prefix('-')
            .map_or((end, false), |end| (end, true));
        let end = end.trim_matches(['"', '\'']);
        (!end.is_empty() && !end.contains('<')).then(|| (end.to_owned(), indented))
    };
    words.split_whitespace().filter_map(document).collect()
}

/// Returns an instruction as builders record it: of a RUN its here-documents too, and in place of one that is all of it, the lines of that one.
fn recorded(words: String, documents: &str) -> String {
    let mut parts = words.split_whitespace();
    if documents.is_empty()
        || !parts
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("RUN"))
    {
        return words;
    }
    let mut command = parts.skip_while(|word| word.starts_with("--"));
    let is_all =
        command.next().is_some_and(|word| word.starts_with("<<")) && command.next().is_none();
    if is_all {
        let (lines, _) = documents.rsplit_once('\n').unwrap_or_default();
        return format!("RUN {lines}");
    }
    words + documents
}

#[cfg(test)]
mod tests {
    use super::Dockerfile;

    /// Returns the first line of each layer.
    fn firsts(text: &str, made: &[&str]) -> Vec<usize> {
        let found = Dockerfile::parse("Dockerfile", text).find(made).into_iter();
        found
            .map(|lines| lines.map_or(0, |lines| lines.first))
            .collect()
    }

    #[test]
    fn a_layer_finds_its_lines() {
        let file = Dockerfile::parse(
            "Dockerfile",
            "FROM debian\n# caches\nRUN apt-get update && \\\n    # more\n    apt-get install -y git\n\nCOPY . /srv\nRUN make\n",
        );
        let lines = |instruction| {
            let found = file.find(&[instruction]).remove(0);
            found.map(|lines| (lines.first, lines.last, lines.end_column))
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
        let made = [
            "/bin/sh -c #(nop) ADD file:aa in / ",
            "/bin/sh -c #(nop) ADD dir:bb in /y ",
            "/bin/sh -c #(nop) COPY file:cc in /x ",
            "/bin/sh -c one",
            "/bin/sh -c #(nop) COPY file:dd in /x/ ",
            "/bin/sh -c #(nop) COPY --chown=1:1multi:ee in /z/ ",
            "/bin/sh -c #(nop) COPY file:ff in /srv ",
        ];
        // The first belongs to the base.
        assert_eq!(firsts(text, &made), [0, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn instructions_of_other_stages_are_not_found() {
        let text = "FROM go AS base\nCOPY etc /etc\nFROM base AS build\nCOPY . /out\nRUN make\nFROM base\ncopy --from=build /out /out\nRUN --mount=type=cache,target=/c make\n";
        let made = [
            "COPY etc /etc # buildkit",
            "COPY /out /out # buildkit",
            "RUN /bin/sh -c make # buildkit",
        ];
        assert_eq!(firsts(text, &made), [2, 7, 8]);
        // An equal instruction of a stage that was built by `--target`.
        assert_eq!(firsts(text, &["COPY . /out # buildkit"]), [7]);
        let text = "FROM a AS x\nRUN bash it\nFROM b\n";
        assert_eq!(firsts(text, &["RUN /bin/bash -o pipefail -c bash it"]), [2]);
    }

    #[test]
    fn here_documents_belong_to_their_instruction() {
        let text = "FROM a\nRUN <<EOF\nset -e\n# RUN no\n\nRUN no\nEOF\nRUN cat <<'X' > /x && cat <<-\"Y\" > /y\none\nX\n\ttwo\n\tY\nCOPY <<A <<B /z/\nRUN no\nA\nB\nRUN make $((1<<3)) <<< here\nRUN end\n";
        let file = Dockerfile::parse("Dockerfile", text);
        let made = [
            "RUN /bin/sh -c set -e\n# RUN no\n\nRUN no\n # buildkit",
            "RUN /bin/sh -c cat <<'X' > /x && cat <<-\"Y\" > /y\none\nX\n\ttwo\n\tY # buildkit",
            "COPY <<A <<B /z/ # buildkit",
            "RUN /bin/sh -c no",
            "RUN /bin/sh -c end # buildkit",
        ];
        let found = file.find(&made).into_iter();
        let found = found.map(|lines| lines.map(|lines| (lines.first, lines.last)));
        let expected = [
            Some((2, 7)),
            Some((8, 12)),
            Some((13, 16)),
            None,
            Some((18, 18)),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_belong_to_a_stage() {
        let text = "ARG V=1\nFROM a AS first\nRUN one\nFROM --platform=x b\nRUN two\nfrom first as last\nRUN three\n";
        let stage = |text, line| {
            let lines = Dockerfile::parse("d/Dockerfile", text).lines(line, line);
            let stage = lines.and_then(|lines| lines.stage);
            stage.map(|stage| stage.to_string())
        };
        let stages: Vec<_> = (1..=8).map(|line| stage(text, line)).collect();
        let [first, second, last] = ["first", "stage-1", "last"].map(|name| Some(name.to_owned()));
        let expected = [
            None,
            first.clone(),
            first,
            second.clone(),
            second,
            last.clone(),
            last,
            None,
        ];
        assert_eq!(stages, expected);
        assert_eq!(stage("FROM a AS only\nRUN one\n", 2), None);
        let lines = |first, last| {
            let lines = Dockerfile::parse("d/Dockerfile", text).lines(first, last);
            lines.map(|lines| lines.to_string())
        };
        assert_eq!(lines(5, 5).as_deref(), Some("d/Dockerfile:5, stage-1"));
        assert_eq!(
            lines(2, 3).as_deref(),
            Some("d/Dockerfile:2–3, stage first")
        );
        for (first, last) in [(0, 0), (0, 1), (3, 2), (7, 8), (usize::MAX, usize::MAX)] {
            assert_eq!(lines(first, last), None);
        }
    }
}
