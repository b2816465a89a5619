//! The image with its analyses, as every check reads it, and look-ups that checks share. Creates no findings.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::analysis::findings::finding::ClaimedEntry;
use crate::analysis::main_program::{MainProgram, main_program};
use crate::analysis::needed_files::elf::Program;
use crate::analysis::needed_files::secret_patterns::Secret;
use crate::analysis::needed_files::{ExtractedContent, ExtractedData, FileKind, NeededFile};
use crate::analysis::packages::{PackageKind, Packages};
use crate::analysis::{Analysis, BaseReason, Categories};
use crate::image::{ContentId, EntryId, EntryKind, Image, LayerId, NodeId, run_command};

/// An image with its analyses and extracted file contents.
pub(super) struct ImageContext<'a> {
    pub(super) image: &'a Image,
    pub(super) analysis: &'a Analysis,
    pub(super) packages: &'a Packages,
    pub(super) categories: &'a Categories,
    /// The main program.
    pub(super) main_program: Option<MainProgram>,
    /// Parsed programs, by path.
    pub(super) programs: Vec<(&'a NeededFile, &'a Program)>,
    /// Text files with secrets.
    pub(super) secrets: Vec<(&'a NeededFile, &'a [Secret])>,
    /// The fields of `os-release`.
    release: HashMap<String, String>,
    hashes: &'a HashMap<EntryId, NonZeroU64>,
    /// For each package whether it is a package of the distribution.
    system: Vec<bool>,
    /// For each layer whether COPY or ADD created it.
    copied: Vec<bool>,
}

impl<'a> ImageContext<'a> {
    pub(super) fn new(
        image: &'a Image,
        analysis: &'a Analysis,
        (packages, categories): (&'a Packages, &'a Categories),
        read: impl Iterator<Item = (&'a NeededFile, &'a ExtractedData)>,
        hashes: &'a HashMap<EntryId, NonZeroU64>,
    ) -> Self {
        let mut context = Self {
            image,
            analysis,
            packages,
            categories,
            main_program: main_program(image),
            programs: Vec::new(),
            secrets: Vec::new(),
            release: HashMap::new(),
            hashes,
            system: packages
                .list
                .iter()
                .map(|package| PackageKind::is_system(package.kind))
                .collect(),
            copied: image
                .layer_ids()
                .map(|layer| image.is_copied(layer))
                .collect(),
        };
        for (file, ExtractedData(content)) in read {
            match content {
                ExtractedContent::Program(program) => context.programs.push((file, program)),
                ExtractedContent::Secrets(found) => context.secrets.push((file, found)),
                ExtractedContent::Text(text) if file.kind == FileKind::OsRelease => {
                    context.release.extend(fields(text));
                }
                _ => {}
            }
        }
        context
    }

    /// Returns the own layers.
    pub(super) fn own_layers(&self) -> impl Iterator<Item = LayerId> + use<> {
        self.image.layer_ids().skip(self.analysis.base.layers)
    }

    pub(super) fn is_own(&self, layer: LayerId) -> bool {
        layer.index() >= self.analysis.base.layers
    }

    /// Returns whether COPY or ADD created a layer.
    pub(super) fn is_copied(&self, layer: LayerId) -> bool {
        self.copied[layer.index()]
    }

    /// Returns whether a package of the distribution owns a path.
    pub(super) fn is_system(&self, node: NodeId) -> bool {
        let owner = self.packages.package_of(node);
        owner.is_some_and(|id| self.system[id.index()])
    }

    /// Returns the visible regular files of at least one byte, in the order of paths. Each name of a content is a claim; the first has its bytes.
    pub(super) fn visible(&self) -> impl Iterator<Item = ClaimedEntry> {
        self.image.tree.ids().filter_map(|node| {
            let seen = self.image.visible(node)?;
            let claim = ClaimedEntry {
                node,
                entry: Some(seen.entry),
                layer: seen.layer,
                bytes: seen.bytes,
            };
            (claim.bytes > 0 || seen.counted_at.is_some()).then_some(claim)
        })
    }

    /// Returns every entry of a layer of at least one byte, visible or hidden, and every name that hard links give it.
    pub(super) fn stored(&self, layer: LayerId) -> impl Iterator<Item = ClaimedEntry> {
        let changes = &self.image.layer(layer).changes;
        let entries = changes.entries.iter().chain(&changes.replaced);
        let all = entries.map(move |&(node, entry)| self.full_claim(node, entry, layer));
        all.filter(|claim| claim.bytes > 0).flat_map(move |claim| {
            let entry = claim.entry.into_iter();
            let names = entry.flat_map(move |entry| self.image.names((claim.layer, entry)));
            let names = names.filter(move |node| *node != claim.node);
            let others = names.map(move |node| ClaimedEntry {
                node,
                bytes: 0,
                ..claim
            });
            std::iter::once(claim).chain(others)
        })
    }

    /// Returns whether the content of a claim is visible in the image, at any path.
    pub(super) fn is_visible(&self, claim: &ClaimedEntry) -> bool {
        let Some(content) = claim.content() else {
            return false;
        };
        self.image.visible_entry(claim.node) == Some(content)
            || self.image.visible_paths(content).next().is_some()
    }

    /// Returns the path of a claim by which a container reaches its content: its own, or the first visible name if that was removed. For a hidden content it is
    /// its own path.
    pub(super) fn reachable(&self, claim: &ClaimedEntry) -> NodeId {
        let Some(content) = claim.content() else {
            return claim.node;
        };
        let mut names = self.image.visible_paths(content).peekable();
        let first = names.peek().copied().unwrap_or(claim.node);
        if names.any(|node| node == claim.node) {
            claim.node
        } else {
            first
        }
    }

    /// Returns whether removing the paths of some claims leaves a name of the content of one of them, so that it saves nothing.
    pub(super) fn keeps_a_name(
        &self,
        claims: &[ClaimedEntry],
    ) -> impl Fn(&ClaimedEntry) -> bool + use<> {
        let content = |claim: &ClaimedEntry| Some((claim.content()?, claim.node));
        let mut claimed: Vec<(ContentId, NodeId)> = claims.iter().filter_map(content).collect();
        claimed.retain(|(content, _)| self.image.visible_paths(*content).next().is_some());
        claimed.sort_unstable();
        let leaves_one = |claimed: &&[(ContentId, NodeId)]| {
            let content = claimed[0].0;
            let is_left = |node| claimed.binary_search(&(content, node)).is_err();
            self.image.visible_paths(content).any(is_left)
        };
        let contents = claimed.chunk_by(|a, b| a.0 == b.0).filter(leaves_one);
        let left: Vec<ContentId> = contents.map(|claimed| claimed[0].0).collect();
        move |claim| {
            let content = claim.content();
            content.is_some_and(|content| left.binary_search(&content).is_ok())
        }
    }

    /// Returns a claim for an entry with all of its bytes.
    pub(super) fn full_claim(&self, node: NodeId, entry: EntryId, layer: LayerId) -> ClaimedEntry {
        let about = self.image.entry(entry);
        let is_file = about.kind() == EntryKind::File;
        ClaimedEntry {
            node,
            entry: Some(entry),
            layer,
            bytes: if is_file { about.size } else { 0 },
        }
    }

    /// Returns the content hash of an entry, if known.
    pub(super) fn hash(&self, entry: EntryId) -> Option<NonZeroU64> {
        let read = self.hashes.get(&entry).copied();
        read.or(self.image.entry(entry).hash)
    }

    /// Returns the node of a visible path.
    pub(super) fn find(&self, path: &str) -> Option<NodeId> {
        let node = self.image.tree.find(path.as_bytes())?;
        self.image.visible_entry(node).map(|_| node)
    }

    /// Returns the path as text; invalid UTF-8 is replaced.
    pub(super) fn path(&self, node: NodeId) -> String {
        String::from_utf8_lossy(&self.image.tree.path(node)).into_owned()
    }

    /// Returns the command of the RUN instruction of a layer; `None` for other instructions, and for commands that cannot be extended with `&&`.
    pub(super) fn command(&self, layer: LayerId) -> Option<String> {
        // The history includes the shell, which headings leave out; it distinguishes RUN from a commit.
        let mut history = self.image.about.history.iter();
        let line = history.find(|line| line.layer == Some(layer));
        let heading = &self.image.layer(layer).heading.instruction;
        let instruction = line.map_or(heading, |line| &line.created_by);
        let command = run_command(instruction)?;
        let command = command.trim_end_matches([' ', ';']);
        let comments = command.split(' ').any(|word| word.starts_with('#'));
        let can_continue = !(command.contains("<<") || command.ends_with('&') || comments);
        let is_unix = self.image.about.platform.os != "windows";
        let one_line = !command.contains(char::is_control) && !instruction.trim().contains('\n');
        (can_continue && is_unix && one_line).then(|| command.to_owned())
    }

    /// Returns the base image for a FROM line.
    pub(super) fn base_name(&self) -> String {
        if let BaseReason::SharedWith(name) | BaseReason::Annotated(name) =
            &self.analysis.base.reason
        {
            return name.clone();
        }
        let word = |key: &str| self.release.get(key).map_or("", String::as_str);
        match (word("ID"), word("VERSION_CODENAME"), word("VERSION_ID")) {
            ("debian", name, _) if !name.is_empty() => format!("debian:{name}"),
            ("alpine", _, version) if !version.is_empty() => {
                let short: Vec<&str> = version.split('.').take(2).collect();
                format!("alpine:{}", short.join("."))
            }
            (id @ ("ubuntu" | "fedora" | "rockylinux" | "almalinux"), _, version) => {
                format!("{id}:{version}")
            }
            _ => "YOUR-BASE".to_owned(),
        }
    }

    /// Returns the bytes of the base layers.
    pub(super) fn base_bytes(&self) -> u64 {
        let layers = self.image.layers.iter().take(self.analysis.base.layers);
        layers.map(|layer| layer.size).fold(0, u64::saturating_add)
    }

    /// Returns the main program, if it was parsed.
    pub(super) fn main(&self) -> Option<(&'a NeededFile, &'a Program)> {
        let node = self.main_program.as_ref()?.node;
        let mut programs = self.programs.iter().copied();
        programs.find(|(file, _)| file.node == node)
    }
}

/// Parses an `os-release` (os-release(5)).
fn fields(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    let text = String::from_utf8_lossy(text).into_owned();
    let word = |line: &str| {
        let (key, value) = line.split_once('=')?;
        let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let value = value.trim().trim_matches(['"', '\'']);
        Some((key.trim().to_owned(), value.chars().filter(safe).collect()))
    };
    let fields: Vec<_> = text.lines().filter_map(word).collect();
    fields.into_iter()
}
