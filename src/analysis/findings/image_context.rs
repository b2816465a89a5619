//! What every topic looks at: the image with the answers about it, and the few look-ups that topics share. Nothing is found here.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::analysis::findings::finding::Claim;
use crate::analysis::main_program::{MainProgram, main_program};
use crate::analysis::needed_files::elf::Program;
use crate::analysis::needed_files::secret_patterns::Secret;
use crate::analysis::needed_files::{Extracted, ExtractedContent, FileKind, NeededFile};
use crate::analysis::packages::{PackageKind, Packages};
use crate::analysis::{Analysis, BaseReason, Categories};
use crate::image::{EntryId, Image, Kind, LayerId, NodeId, plain_instruction, run_command};

/// What there is to look at.
pub(super) struct ImageContext<'a> {
    pub(super) image: &'a Image,
    pub(super) analysis: &'a Analysis,
    pub(super) packages: &'a Packages,
    pub(super) categories: &'a Categories,
    /// What is started.
    pub(super) main_program: Option<MainProgram>,
    /// Programs that were looked into, by path.
    pub(super) programs: Vec<(&'a NeededFile, &'a Program)>,
    /// Texts in which secrets were found.
    pub(super) secrets: Vec<(&'a NeededFile, &'a [Secret])>,
    /// The words of `os-release`.
    release: HashMap<String, String>,
    hashes: &'a HashMap<EntryId, NonZeroU64>,
    /// For each package whether the distribution installed it.
    system: Vec<bool>,
}

impl<'a> ImageContext<'a> {
    pub(super) fn new(
        image: &'a Image,
        analysis: &'a Analysis,
        (packages, categories): (&'a Packages, &'a Categories),
        read: impl Iterator<Item = (&'a NeededFile, &'a Extracted)>,
        hashes: &'a HashMap<EntryId, NonZeroU64>,
    ) -> Self {
        let mut case = Self {
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
        };
        for (file, Extracted(content)) in read {
            match content {
                ExtractedContent::Program(program) => case.programs.push((file, program)),
                ExtractedContent::Secrets(found) => case.secrets.push((file, found)),
                ExtractedContent::Text(text) if file.kind == FileKind::Release => {
                    case.release.extend(words(text));
                }
                _ => {}
            }
        }
        case
    }

    /// Returns your own layers: those above the base.
    pub(super) fn own_layers(&self) -> impl Iterator<Item = LayerId> + use<> {
        self.image.layer_ids().skip(self.analysis.base.layers)
    }

    pub(super) fn is_own(&self, layer: LayerId) -> bool {
        layer.index() >= self.analysis.base.layers
    }

    /// Returns whether a package of the distribution owns what is seen at a path.
    pub(super) fn is_system(&self, node: NodeId) -> bool {
        let owner = self.packages.owner(node);
        owner.is_some_and(|id| self.system[id.index()])
    }

    /// Returns the regular files of the finished image that have a byte, each with all of it, in the order of paths.
    pub(super) fn live(&self) -> impl Iterator<Item = Claim> {
        self.image.tree.ids().filter_map(|node| {
            let last = self.image.timeline.of(node).last()?;
            let claim = self.whole(node, last.entry?, last.layer);
            (claim.bytes > 0).then_some(claim)
        })
    }

    /// Returns every record of a layer that has a byte, seen or not.
    pub(super) fn stored(&self, layer: LayerId) -> impl Iterator<Item = Claim> {
        let changes = &self.image.layer(layer).changes;
        let puts = changes.puts.iter().chain(&changes.replaced);
        let all = puts.map(move |&(node, entry)| self.whole(node, entry, layer));
        all.filter(|claim| claim.bytes > 0)
    }

    /// Returns whether a record is what is seen at its path in the finished image.
    pub(super) fn is_seen(&self, claim: &Claim) -> bool {
        let last = self.image.timeline.of(claim.node).last();
        last.is_some_and(|event| event.entry == claim.entry && event.layer == claim.layer)
    }

    /// Returns a record with all its bytes.
    pub(super) fn whole(&self, node: NodeId, entry: EntryId, layer: LayerId) -> Claim {
        let about = self.image.entry(entry);
        let is_file = about.kind() == Kind::File;
        Claim {
            node,
            entry: Some(entry),
            layer,
            bytes: if is_file { about.size } else { 0 },
        }
    }

    /// Returns the content hash of a record, where it is known.
    pub(super) fn hash(&self, entry: EntryId) -> Option<NonZeroU64> {
        let known = self.image.entry(entry).hash;
        known.or_else(|| self.hashes.get(&entry).copied())
    }

    /// Returns what is seen at a path.
    pub(super) fn find(&self, path: &str) -> Option<NodeId> {
        let node = self.image.tree.find(path.as_bytes())?;
        self.image
            .timeline
            .at(node, self.image.top()?)
            .map(|_| node)
    }

    /// Returns the path as text; what is not UTF-8 is replaced.
    pub(super) fn path(&self, node: NodeId) -> String {
        String::from_utf8_lossy(&self.image.tree.path(node)).into_owned()
    }

    /// Returns the command of the RUN line that made a layer; nothing when another line did, or when it is one that cannot be gone on with.
    pub(super) fn command(&self, layer: LayerId) -> Option<String> {
        // The history has the shell that headings leave out, and that tells a RUN line from what was committed.
        let mut history = self.image.about.history.iter();
        let line = history.find(|line| line.layer == Some(layer));
        let heading = &self.image.layer(layer).heading.instruction;
        let said = line.map_or(heading, |line| &line.created_by);
        let command = run_command(said)?;
        let command = command.trim_end_matches([' ', ';']);
        let comments = command.split(' ').any(|word| word.starts_with('#'));
        let goes_on = !(command.contains("<<") || command.ends_with('&') || comments);
        let is_unix = self.image.about.platform.os != "windows";
        let one_line = !command.contains(char::is_control) && !said.trim().contains('\n');
        (goes_on && is_unix && one_line).then(|| command.to_owned())
    }

    /// Returns whether a COPY or ADD line made a layer.
    pub(super) fn is_copied(&self, layer: LayerId) -> bool {
        let said = plain_instruction(&self.image.layer(layer).heading.instruction);
        matches!(said.split(' ').next(), Some("COPY" | "ADD"))
    }

    /// Returns what to write after FROM to have the base of this image again.
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

    /// Returns the bytes that the base's layers store.
    pub(super) fn base_bytes(&self) -> u64 {
        let layers = self.image.layers.iter().take(self.analysis.base.layers);
        layers.map(|layer| layer.size).fold(0, u64::saturating_add)
    }

    /// Returns the program that is started, where it is one that was looked into.
    pub(super) fn main(&self) -> Option<(&'a NeededFile, &'a Program)> {
        let node = self.main_program.as_ref()?.node;
        let mut programs = self.programs.iter().copied();
        programs.find(|(file, _)| file.node == node)
    }
}

/// Reads the words of an `os-release` (os-release(5)).
fn words(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    let text = String::from_utf8_lossy(text).into_owned();
    let word = |line: &str| {
        let (key, value) = line.split_once('=')?;
        let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let value = value.trim().trim_matches(['"', '\'']);
        Some((key.trim().to_owned(), value.chars().filter(safe).collect()))
    };
    let words: Vec<_> = text.lines().filter_map(word).collect();
    words.into_iter()
}
