//! The main program of an image: the file behind ENTRYPOINT and CMD, through wrappers, `PATH` and links. Uses paths alone; reads no file.

use crate::image::{Entry, EntryKind, Image, NodeId};

/// The `PATH` of an image that sets none (Docker's default).
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Programs that only start another one, named after their options.
const WRAPPERS: [&str; 6] = ["tini", "dumb-init", "env", "exec", "catatonit", "nice"];
/// As [`WRAPPERS`], with a user name before the program.
const SWITCHERS: [&str; 3] = ["gosu", "su-exec", "setpriv"];
const SHELLS: [&str; 4] = ["sh", "bash", "ash", "dash"];
/// The most links to follow in a row.
const MOST_LINKS: usize = 16;

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
        let from = from + usize::from(SWITCHERS.contains(&name));
        program(rest.get(from..)?)
    };
    let wraps = WRAPPERS.contains(&name) || SWITCHERS.contains(&name);
    if wraps || first.contains('=') && !first.starts_with('/') {
        return inner().or(Some(first));
    }
    Some(first)
}

/// Follows a path from the root through links. Returns the node of the last name, and the file it leads to.
pub(super) fn follow(image: &Image, path: &[u8]) -> Option<(NodeId, NodeId)> {
    let mut links = 0;
    let node = walk(image, NodeId::ROOT, path, &mut links)?;
    let mut at = node;
    loop {
        let entry = visible(image, at)?;
        match entry.kind() {
            EntryKind::File => return Some((node, at)),
            EntryKind::Symlink if links < MOST_LINKS => {
                links += 1;
                let folder = image.tree.parent(at)?;
                at = walk(image, folder, image.target(entry)?, &mut links)?;
            }
            _ => return None,
        }
    }
}

/// Follows a path to its last name, through links on the way.
fn walk(image: &Image, from: NodeId, path: &[u8], links: &mut usize) -> Option<NodeId> {
    let from = if path.starts_with(b"/") {
        NodeId::ROOT
    } else {
        from
    };
    let parts = path.split(|&byte| byte == b'/');
    let mut parts = parts.filter(|part| !part.is_empty()).peekable();
    let mut at = from;
    while let Some(part) = parts.next() {
        at = match part {
            b"." => at,
            b".." => image.tree.parent(at).unwrap_or(NodeId::ROOT),
            name => image.tree.child(at, name)?,
        };
        let entry = visible(image, at)?;
        if entry.kind() == EntryKind::Symlink && parts.peek().is_some() {
            *links += 1;
            if *links > MOST_LINKS {
                return None;
            }
            let folder = image.tree.parent(at)?;
            let place = walk(image, folder, image.target(entry)?, links)?;
            at = follow_folder(image, place, links)?;
        }
    }
    Some(at)
}

/// Follows a link to a folder.
fn follow_folder(image: &Image, mut at: NodeId, links: &mut usize) -> Option<NodeId> {
    loop {
        let entry = visible(image, at)?;
        if entry.kind() != EntryKind::Symlink {
            return Some(at);
        }
        *links += 1;
        if *links > MOST_LINKS {
            return None;
        }
        at = walk(image, image.tree.parent(at)?, image.target(entry)?, links)?;
    }
}

fn visible(image: &Image, node: NodeId) -> Option<&Entry> {
    image
        .visible_entry(node)
        .map(|(_, entry)| image.entry(entry))
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
