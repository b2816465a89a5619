//! Maps paths of the image to paths of the build context through COPY and ADD instructions, for `.dockerignore`. Files of another stage have no such path.

use crate::analysis::findings::finding::{Fix, FixPlace};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::quoting::pattern;
use crate::image::{LayerId, NodeId, plain_instruction};

/// The most patterns to list.
const MOST: usize = 8;

/// Returns the fix that keeps paths out of a COPY or ADD instruction.
pub(super) fn keep_out(context: &ImageContext<'_>, layer: LayerId, nodes: &[NodeId]) -> Fix {
    let instruction = plain_instruction(&context.image.layer(layer).heading.instruction);
    let Some(copied) = Copied::read(&instruction) else {
        return Fix::text(
            "It is copied from another stage or image: exclude it from the copy, or delete it there.",
        );
    };
    if nodes
        .iter()
        .any(|node| copied.below(&context.path(*node)) == Some(""))
    {
        return Fix::text("Remove the instruction: none of the files it copies are needed.");
    }
    let listed = nodes.iter().take(MOST);
    let mut lines: Vec<String> = listed
        .map(|node| copied.pattern(&context.path(*node)))
        .collect();
    if nodes.len() > MOST {
        lines.push(format!("# and {} more", nodes.len() - MOST));
    }
    Fix::new(FixPlace::Ignore, lines)
}

/// A COPY or ADD instruction with sources in the build context.
struct Copied<'a> {
    /// The source, when there is one and the history has it.
    source: Option<&'a str>,
    to: &'a str,
}

impl<'a> Copied<'a> {
    fn read(instruction: &'a str) -> Option<Self> {
        let mut words = instruction.split(' ').skip(1).peekable();
        while let Some(option) = words.next_if(|word| word.starts_with("--")) {
            if option.starts_with("--from") {
                return None;
            }
        }
        let words: Vec<&str> = words.collect();
        let (to, sources) = words.split_last()?;
        // The history may omit `--from`; an absolute path is one of another stage.
        if sources.iter().any(|source| source.starts_with('/')) {
            return None;
        }
        let source = match sources {
            [source] if !source.contains(['*', '?', '[', ':']) => Some(*source),
            _ => None,
        };
        Some(Self { source, to })
    }

    /// Returns the part of a path below the target folder; `None` when that is unknown.
    fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        let to = self.to.trim_end_matches('/');
        let below = path.strip_prefix(to).filter(|_| self.to.starts_with('/'))?;
        let is_below = below.is_empty() || below.starts_with('/');
        is_below.then(|| below.trim_start_matches('/'))
    }

    fn pattern(&self, path: &str) -> String {
        let name = path.rsplit('/').next().unwrap_or_default();
        let Some(below) = self.below(path) else {
            return format!("**/{}", pattern(name));
        };
        let source = self.source.map(|source| {
            let source = source.strip_prefix("./").unwrap_or(source);
            source.trim_end_matches('/')
        });
        match source {
            Some("" | ".") => pattern(below),
            Some(source) if source.rsplit('/').next() == Some(below) => pattern(source),
            Some(source) => pattern(&format!("{source}/{below}")),
            None => format!("**/{}", pattern(below)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Copied;

    #[test]
    fn patterns_name_the_context_and_not_the_image() {
        for (instruction, path, pattern) in [
            ("COPY . /srv", "/srv/tmp/x", Some("tmp/x")),
            ("COPY ./ /srv/", "/srv/tmp", Some("tmp")),
            ("COPY keys /srv", "/srv/tmp", Some("keys/tmp")),
            (
                "COPY --chown=1:1 a/b.txt /srv/",
                "/srv/b.txt",
                Some("a/b.txt"),
            ),
            ("ADD . /", "/[a]", Some("\\[a\\]")),
            ("COPY a b /srv/", "/srv/x/y", Some("**/x/y")),
            ("COPY dir:0123 in /srv", "/srv/x/y", Some("**/x/y")),
            ("COPY . .", "/srv/x/y", Some("**/y")),
            ("COPY --from=build /out /srv", "/srv/x", None),
            ("COPY /out /srv", "/srv/x", None),
        ] {
            let copied = Copied::read(instruction).map(|copied| copied.pattern(path));
            assert_eq!(copied.as_deref(), pattern, "{instruction}");
        }
        let copied = Copied::read("COPY b.txt /srv/c.txt").expect("it copies");
        assert_eq!(copied.below("/srv/c.txt"), Some(""));
    }
}
