//! The main program of an image: the file behind ENTRYPOINT and CMD, through wrappers, `PATH` and links. Uses paths alone; reads no file.

use crate::image::{EntryKind, Image, LastLink, NodeId};

/// The `PATH` of an image that sets none (Docker's default).
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Programs that only start another one, named after their options.
const WRAPPERS: [&str; 6] = ["tini", "dumb-init", "env", "exec", "catatonit", "nice"];
/// As [`WRAPPERS`], with a user name before the program.
const USER_SWITCHERS: [&str; 3] = ["gosu", "su-exec", "setpriv"];
const SHELLS: [&str; 4] = ["sh", "bash", "ash", "dash"];

/// The main program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MainProgram {
    /// Its path in the configuration, with links followed except for the last name.
    pub(super) path: NodeId,
    /// The file itself, with all links followed.
    pub(super) node: NodeId,
    /// Whether it starts without a shell or wrapper.
    pub(super) direct: bool,
}

/// Finds the main program; `None` when the configuration names none, or it does not exist.
pub(super) fn main_program(image: &Image) -> Option<MainProgram> {
    let config = &image.about.config;
    let words = config.entrypoint.iter().chain(&config.cmd);
    let words: Vec<&str> = words.map(String::as_str).collect();
    let word = program(&words)?;
    let direct = words.first() == Some(&word);
    let env = config.env.iter();
    let path = env
        .filter_map(|line| line.strip_prefix("PATH="))
        .next_back();
    let folders = path.unwrap_or(PATH).split(':');
    let candidates: Vec<String> = match word {
        absolute if absolute.starts_with('/') => vec![absolute.to_owned()],
        relative if relative.contains('/') => vec![format!("{}/{relative}", config.working_dir)],
        name => folders.map(|place| format!("{place}/{name}")).collect(),
    };
    candidates.iter().find_map(|path| {
        let (path, node) = follow(image, path.as_bytes())?;
        Some(MainProgram { path, node, direct })
    })
}

/// Returns the word of the program, after wrappers and a shell's `-c`.
fn program<'a>(words: &[&'a str]) -> Option<&'a str> {
    let (first, rest) = words.split_first()?;
    let name = first.rsplit('/').next().unwrap_or(first);
    if SHELLS.contains(&name)
        && let Some(at) = rest.iter().position(|word| *word == "-c")
    {
        let line: Vec<&str> = rest.get(at + 1)?.split_whitespace().collect();
        return program(&line).or(Some(first));
    }
    let skip = |word: &&&str| word.starts_with('-') || word.contains('=');
    let inner = || {
        let from = rest
            .iter()
            .position(|word| !skip(&word))
            .unwrap_or(rest.len());
        let from = from + usize::from(USER_SWITCHERS.contains(&name));
        program(rest.get(from..)?)
    };
    let wraps = WRAPPERS.contains(&name) || USER_SWITCHERS.contains(&name);
    if wraps || first.contains('=') && !first.starts_with('/') {
        return inner().or(Some(first));
    }
    Some(first)
}

/// Follows a path from the root through links. Returns the node of the last name, and the file it leads to.
pub(super) fn follow(image: &Image, path: &[u8]) -> Option<(NodeId, NodeId)> {
    let seen = |node| image.visible_entry(node).map(|(_, entry)| entry);
    let to = |last| image.resolve_path(NodeId::ROOT, path, last, seen).ok();
    let (node, file) = (to(LastLink::Kept)?, to(LastLink::Followed)?);
    (image.entry(seen(file)?).kind() == EntryKind::File).then_some((node, file))
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn the_program_stands_behind_wrappers_and_shells() {
        for (words, expected) in [
            (&["/app/main", "-v"][..], Some("/app/main")),
            (&["tini", "--", "/app/main"], Some("/app/main")),
            (&["/bin/sh", "-c", "exec ./run.sh --now"], Some("./run.sh")),
            (&["sh", "-c", "A=b B=c node server.js"], Some("node")),
            (&["gosu", "app", "python3", "-m", "x"], Some("python3")),
            (&["/usr/bin/env", "-i", "A=b", "ruby"], Some("ruby")),
            (&["sh"], Some("sh")),
            (&["tini"], Some("tini")),
            (&[], None),
        ] {
            assert_eq!(program(words), expected, "{words:?}");
        }
    }
}
