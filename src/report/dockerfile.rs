//! Which line of a Dockerfile made a layer, so that a finding can point there. Reads instructions, not their meaning; a guess that fits no line
//! points nowhere.

use std::fs;
use std::path::{Path, PathBuf};

use crate::escape;
use crate::failure::Failure;

/// A Dockerfile's instructions with their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// Where it is, as the user wrote it.
    pub path: PathBuf,
    instructions: Vec<Instruction>,
}

/// Lines of a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// The first, counted from 1.
    pub first: usize,
    /// The last.
    pub last: usize,
    /// One past the last character of the last line, counted from 1.
    pub end_column: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Instruction {
    /// Its words without continuations, comments and keyword.
    words: String,
    lines: Lines,
}

impl Dockerfile {
    /// Reads a Dockerfile.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be read.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path).map_err(|error| {
            let shown = path.to_string_lossy();
            Failure::new(format!(
                "cannot read the Dockerfile {}",
                escape::text(&shown)
            ))
            .because(&error)
            .hint("--dockerfile names the file the image was built from")
        })?;
        Ok(Self {
            path: path.to_owned(),
            instructions: instructions(&text),
        })
    }

    /// Returns the lines of the instruction that a layer's history names.
    #[must_use]
    pub fn find(&self, instruction: &str) -> Option<&Lines> {
        let wanted = bare(instruction);
        if wanted.is_empty() {
            return None;
        }
        // The last one wins: earlier ones may stand in stages that are not shipped.
        let found = self
            .instructions
            .iter()
            .rev()
            .find(|line| line.words == wanted);
        found.map(|line| &line.lines)
    }
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
                words: bare(&words),
                lines: Lines {
                    first,
                    last: number,
                    end_column: line.chars().count() + 1,
                },
            });
        }
    }
    all
}

/// Strips what builders add to an instruction and what they leave out: `RUN /bin/sh -c`, `|1 ARG=x`, `# buildkit`, `#(nop)`, `RUN` itself.
fn bare(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut words = words.as_slice();
    if let [rest @ .., "#", "buildkit"] = words {
        words = rest;
    }
    if let ["RUN", rest @ ..] = words {
        words = rest;
    }
    if let [count, rest @ ..] = words
        && let Some(count) = count
            .strip_prefix('|')
            .and_then(|count| count.parse::<usize>().ok())
    {
        words = rest.get(count..).unwrap_or_default();
    }
    if let ["/bin/sh", "-c", rest @ ..] = words {
        words = rest;
    }
    if let ["#(nop)", rest @ ..] = words {
        words = rest;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Dockerfile, instructions};

    #[test]
    fn a_layer_finds_its_lines() {
        let text = "FROM debian\n# caches\nRUN apt-get update && \\\n    # more\n    apt-get install -y git\n\nCOPY . /srv\nRUN make\n";
        let file = Dockerfile {
            path: "Dockerfile".into(),
            instructions: instructions(text),
        };
        let lines = |instruction| {
            file.find(instruction)
                .map(|lines| (lines.first, lines.last, lines.end_column))
        };
        let run = "RUN /bin/sh -c apt-get update &&     apt-get install -y git # buildkit";
        assert_eq!(lines(run), Some((3, 5, 27)));
        assert_eq!(lines("COPY . /srv # buildkit"), Some((7, 7, 12)));
        assert_eq!(lines("|1 A=b /bin/sh -c make"), Some((8, 8, 9)));
        assert_eq!(lines("RUN other"), None);
        assert_eq!(lines(""), None);
    }
}
