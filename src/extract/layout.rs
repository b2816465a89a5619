//! The plan of an extraction: which paths are created from which entries. No contents are read, nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Error, Skipped};
use crate::image::{Entry, EntryId, EntryKind, Image, LayerId, NodeId};

/// The use of an entry that is read.
#[derive(Debug)]
pub(super) enum EntryUse {
    /// The content of a regular file, under these names, each with its permission bits.
    Content(Vec<(PathBuf, u16)>),
    /// The modification time of a folder or a link.
    Time(PathBuf),
}

/// The paths to create below one folder.
#[derive(Debug, Default)]
pub(crate) struct ExtractPlan {
    /// Names in the destination folder.
    pub(super) top_level_names: Vec<PathBuf>,
    /// Folders with their permission bits, parents first.
    pub(super) folders: Vec<(PathBuf, u16)>,
    /// The entries to read, by layer, then by offset.
    pub(super) entries: BTreeMap<LayerId, BTreeMap<u64, EntryUse>>,
    /// Symbolic links with their targets.
    pub(super) links: Vec<(PathBuf, PathBuf)>,
    /// Owners and groups in the image.
    pub(super) owners: BTreeSet<(u32, u32)>,
    /// Whether anything has a setuid or setgid bit.
    pub(super) setuid: bool,
    /// Paths left out.
    pub(super) skipped: Skipped,
}

/// A version of a path to extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathVersion {
    /// The folder that the extracted name starts below.
    pub base: NodeId,
    /// The path.
    pub node: NodeId,
    /// The layer that stores the version.
    pub layer: LayerId,
    /// Its entry.
    pub entry: EntryId,
}

/// Returns `node` and everything below it, as visible after `layer`.
pub(super) fn visible_below(
    image: &Image,
    layer: LayerId,
    node: NodeId,
) -> impl Iterator<Item = PathVersion> + '_ {
    let base = image.tree.parent(node).unwrap_or(NodeId::ROOT);
    let end = image.tree.end(node).0;
    (node.0..end).map(NodeId).filter_map(move |node| {
        let (layer, entry) = image.timeline.stored_entry(node, layer)?;
        Some(PathVersion {
            base,
            node,
            layer,
            entry,
        })
    })
}

/// Returns the entries of `layer`. Entries that the same layer hides are left out, so that nothing is written through a link.
pub(super) fn of_layer(image: &Image, layer: LayerId) -> impl Iterator<Item = PathVersion> + '_ {
    let entries = image.layer(layer).changes.entries.iter();
    let shown =
        entries.filter(move |(node, entry)| image.timeline.at(*node, layer) == Some(*entry));
    shown.map(move |&(node, entry)| PathVersion {
        base: NodeId::ROOT,
        node,
        layer,
        entry,
    })
}

/// Returns the items without paths whose parent is not a folder: deleted paths can have such parents.
pub(super) fn reachable<'a>(
    image: &'a Image,
    items: impl Iterator<Item = PathVersion> + 'a,
    covered: &'a mut u64,
) -> impl Iterator<Item = PathVersion> + 'a {
    let mut end = NodeId::ROOT;
    items.filter(move |item| {
        let is_reachable = item.node >= end;
        if !is_reachable {
            *covered += 1;
        } else if !image.entry(item.entry).is_dir() {
            end = image.tree.end(item.node);
        }
        is_reachable
    })
}

impl ExtractPlan {
    /// Plans items, which are in the tree's order and have one version per path.
    ///
    /// # Errors
    /// [`Error::Nothing`] when none has a name that can be written.
    pub(super) fn of(
        image: &Image,
        items: impl Iterator<Item = PathVersion>,
    ) -> Result<Self, Error> {
        let mut plan = Self::default();
        let mut covered = 0;
        for item in reachable(image, items, &mut covered) {
            if item.node == NodeId::ROOT {
                continue;
            }
            let Some(path) = relative(image, item.base, item.node) else {
                plan.skipped.unnameable += 1;
                continue;
            };
            if plan
                .top_level_names
                .last()
                .is_none_or(|top| !path.starts_with(top))
            {
                plan.top_level_names.extend(
                    path.components()
                        .next()
                        .map(|first| PathBuf::from(first.as_os_str())),
                );
            }
            plan.add(image, item, path);
        }
        plan.skipped.covered = covered;
        if plan.top_level_names.is_empty() {
            Err(Error::Nothing)
        } else {
            Ok(plan)
        }
    }

    fn add(&mut self, image: &Image, item: PathVersion, path: PathBuf) {
        let entry = image.entry(item.entry);
        let mode = entry.permissions() & 0o777;
        match entry.kind() {
            EntryKind::Directory => {
                // In a folder that everybody may write, the sticky bit protects the files of others.
                let sticky = entry.permissions() & 0o1000;
                self.folders.push((path.clone(), mode | sticky));
                self.add_time(item.layer, entry, path);
            }
            EntryKind::Symlink => {
                let Some(target) = image.target(entry).and_then(os_path) else {
                    self.skipped.unnameable += 1;
                    return;
                };
                self.links.push((path.clone(), target));
                self.add_time(item.layer, entry, path);
            }
            EntryKind::File | EntryKind::HardLink => {
                let Some((layer, content)) = image.content((item.layer, item.entry)) else {
                    self.skipped.dangling += 1;
                    return;
                };
                let entries = self.entries.entry(layer).or_default();
                let entry_use = entries.entry(image.entry(content).offset());
                let unused = EntryUse::Content(Vec::new());
                if let EntryUse::Content(names) = entry_use.or_insert(unused) {
                    names.push((path, mode));
                }
            }
            EntryKind::CharDevice | EntryKind::BlockDevice | EntryKind::Fifo => {
                self.skipped.special += 1;
                return;
            }
        }
        if !entry.is_implied() {
            self.owners.insert((entry.uid, entry.gid));
            self.setuid |= entry.permissions() & 0o6000 != 0;
        }
    }

    /// Adds the entry of a folder or a link, whose time is read from it. Implied folders have none.
    fn add_time(&mut self, layer: LayerId, entry: &Entry, path: PathBuf) {
        if !entry.is_implied() {
            let entries = self.entries.entry(layer).or_default();
            entries.insert(entry.offset(), EntryUse::Time(path));
        }
    }
}

/// Returns a node's path below `base`; `None` if this system does not allow one of its names.
fn relative(image: &Image, base: NodeId, node: NodeId) -> Option<PathBuf> {
    let mut parts = Vec::new();
    let mut at = node;
    while at != base {
        parts.push(os_name(image.tree.name(at))?);
        at = image.tree.parent(at)?;
    }
    Some(parts.into_iter().rev().collect())
}

/// The longest name of a file, in bytes, in every common filesystem (Linux: `NAME_MAX`).
const LONGEST_NAME: usize = 255;

/// Returns a single, plain path component.
fn os_name(name: &[u8]) -> Option<PathBuf> {
    let path = os_path(name).filter(|_| name.len() <= LONGEST_NAME)?;
    let mut components = path.components();
    let plain = matches!((components.next(), components.next()), (Some(std::path::Component::Normal(only)), None) if only == path.as_os_str());
    plain.then_some(path)
}

#[cfg(unix)]
fn os_path(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    let usable = !bytes.is_empty() && !bytes.contains(&0);
    usable.then(|| Path::new(std::ffi::OsStr::from_bytes(bytes)).to_owned())
}

#[cfg(not(unix))]
fn os_path(bytes: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(bytes).ok()?;
    let usable = !text.is_empty() && text.split('/').all(is_windows_name);
    usable.then(|| Path::new(text).to_owned())
}

/// Returns whether Windows takes a name as it is: without the signs of its own paths, not cut at its end, and not a device's.
#[cfg(any(not(unix), test))]
fn is_windows_name(name: &str) -> bool {
    if matches!(name, "" | "." | "..") {
        return true;
    }
    let is_cut = name.ends_with(['.', ' ']);
    let stem = name.split('.').next().unwrap_or(name).trim_end_matches(' ');
    let stem = stem.to_ascii_uppercase();
    let port = stem
        .strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"));
    let is_port = port.is_some_and(|number| {
        let mut signs = number.chars();
        let sign = signs.next().filter(|_| signs.next().is_none());
        sign.is_some_and(|sign| sign.is_ascii_digit() || "¹²³".contains(sign))
    });
    let is_device =
        is_port || matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$");
    !is_cut && !is_device && !name.contains(|c: char| c.is_control() || "<>:\"|?*\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::is_windows_name;

    #[test]
    fn windows_takes_some_names_for_others_and_some_for_devices() {
        for name in [
            "a", ".a", "a.b", "con1", "console", "com", "com10", "lpt", "nul-1", "..", "..a",
            "aux_",
        ] {
            assert!(is_windows_name(name), "{name}");
        }
        for name in [
            "a.",
            "a ",
            "...",
            "CON",
            "nul.txt",
            "Aux .tar.gz",
            "com1",
            "LPT9.x",
            "com¹",
            "conin$",
            "a:b",
            "c:",
            "a\\b",
            "a?",
            "a\n",
            "a*",
            "a|b",
        ] {
            assert!(!is_windows_name(name), "{name}");
        }
    }
}
