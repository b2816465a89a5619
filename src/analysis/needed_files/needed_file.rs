//! Which files tell what an image is made of: found by their paths, kinds and sizes alone, so that nothing else is read. What is told is for `packages` and
//! `advice` to say.

use std::io::{Read, Seek};

use super::elf::{self, Program};
use super::known_paths::KnownPaths;
use super::secret_patterns::{self, Secret};
use crate::analysis::main_program::main_program;
use crate::analysis::packages::formats::jar;
use crate::image::{Entry, EntryId, Image, Kind, LayerId, NodeId};

/// The largest database taken, in bytes; Debian's with four thousand packages has 4 MB.
const LARGEST_DATABASE: u64 = 16 << 20;
/// The largest database of rpm taken, in bytes; it has a header of many kilobytes for each package.
const LARGEST_RPM: u64 = 128 << 20;
/// The largest other record taken, in bytes.
const LARGEST: u64 = 4 << 20;
/// The largest text that secrets are looked for in, in bytes, and the most such texts.
const LARGEST_TEXT: u64 = 1 << 20;
const MOST_TEXTS: usize = 50_000;
/// The smallest program looked at, in bytes: what Go or Rust link is larger.
const SMALLEST_PROGRAM: u64 = 128 << 10;

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analysis) enum FileKind {
    DpkgStatus,
    DpkgList,
    DpkgDiversions,
    DistrolessStatus,
    DistrolessSums,
    Apk,
    Rpm,
    Npm,
    Metadata,
    Installed,
    EggInfo,
    EggFiles,
    Gem,
    Jar,
    Program,
    Release,
    /// Looked through for secrets.
    Text,
}

/// How much of a file is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadExtent {
    /// All of it, up to so many bytes; larger ones are left out.
    Whole(u64),
    /// Some places of it, for whoever can jump.
    Random,
}

/// A file to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeededFile {
    /// The path.
    pub node: NodeId,
    /// The record.
    pub entry: EntryId,
    /// The layer that stores it.
    pub layer: LayerId,
    pub(in crate::analysis) kind: FileKind,
}

/// What was taken of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted(pub(in crate::analysis) ExtractedContent);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) enum ExtractedContent {
    Text(Vec<u8>),
    Program(Program),
    Jar(jar::JarContents),
    Secrets(Vec<Secret>),
}

impl Extracted {
    /// Returns how many bytes it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.0 {
            ExtractedContent::Text(text) => text.len(),
            ExtractedContent::Program(program) => program.len(),
            ExtractedContent::Jar(inside) => inside.len(),
            ExtractedContent::Secrets(found) => size_of_val(found.as_slice()),
        }
    }
}

impl NeededFile {
    /// Returns how much of it is needed.
    #[must_use]
    pub const fn extent(&self) -> ReadExtent {
        match self.kind {
            FileKind::Program | FileKind::Jar => ReadExtent::Random,
            FileKind::DpkgStatus | FileKind::Apk => ReadExtent::Whole(LARGEST_DATABASE),
            FileKind::Rpm => ReadExtent::Whole(LARGEST_RPM),
            FileKind::Text => ReadExtent::Whole(LARGEST_TEXT),
            _ => ReadExtent::Whole(LARGEST),
        }
    }

    /// Returns whether it is worth reading on after these first bytes.
    #[must_use]
    pub fn goes_on(&self, head: &[u8]) -> bool {
        let magic = match self.kind {
            FileKind::Program => b"\x7fELF",
            FileKind::Jar => b"PK\x03\x04",
            FileKind::Text => return secret_patterns::is_text(head),
            _ => return true,
        };
        head.len() < magic.len() || head.starts_with(magic)
    }

    /// Takes what is needed from the file; nothing when it cannot be read or is not what its name says.
    pub fn extract(&self, mut file: impl Read + Seek) -> Option<Extracted> {
        let content = match (self.kind, self.extent()) {
            (FileKind::Program, _) => ExtractedContent::Program(elf::read(file)?),
            (FileKind::Jar, _) => ExtractedContent::Jar(jar::read(file)?),
            (_, ReadExtent::Whole(most)) => {
                let mut text = Vec::new();
                file.by_ref().take(most).read_to_end(&mut text).ok()?;
                if self.kind == FileKind::Text {
                    let found = secret_patterns::find(&text);
                    return (!found.is_empty())
                        .then_some(Extracted(ExtractedContent::Secrets(found)));
                }
                ExtractedContent::Text(text)
            }
            (_, ReadExtent::Random) => return None,
        };
        Some(Extracted(content))
    }
}

/// Returns the files that tell what is installed in the finished image and how it is run, and the texts of any layer that may hold a secret; sorted by
/// layer, then by their place in it. One pass over the paths.
#[must_use]
pub fn needed_files(image: &Image) -> Vec<NeededFile> {
    let Some(top) = image.top() else {
        return Vec::new();
    };
    let places = KnownPaths::of(image);
    let main_program = main_program(image).map(|main_program| main_program.node);
    let mut found = Vec::new();
    let mut texts = 0;
    for node in image.tree.ids() {
        for (layer, entry) in versions(image, node) {
            let about = image.entry(entry);
            if about.kind() != Kind::File || about.size == 0 {
                continue;
            }
            let seen = image.timeline.at(node, top) == Some(entry)
                && image.timeline.origin(node, top) == Some(layer);
            let told = || {
                let installed = || places.installed(image, node, layer);
                let program = || {
                    let own = is_program(about) && !installed();
                    (own || main_program == Some(node)).then_some(FileKind::Program)
                };
                places.record(image, node).or_else(program)
            };
            let text = || {
                let may = about.size <= LARGEST_TEXT && places.is_own(image, node, layer);
                (may && texts < MOST_TEXTS).then_some(FileKind::Text)
            };
            let record = if seen { told().or_else(text) } else { text() };
            let Some(record) = record else { continue };
            texts += usize::from(record == FileKind::Text);
            let file = NeededFile {
                node,
                entry,
                layer,
                kind: record,
            };
            let fits = match file.extent() {
                // That it is not read is said.
                ReadExtent::Whole(most) => about.size <= most || record == FileKind::Rpm,
                ReadExtent::Random => true,
            };
            if fits {
                found.push(file);
            }
        }
    }
    found.sort_by_key(|file| (file.layer, image.entry(file.entry).offset));
    found
}

/// Returns what was ever seen at a path, oldest first, with the layer that stores it.
fn versions(image: &Image, node: NodeId) -> impl Iterator<Item = (LayerId, EntryId)> {
    let events = image.timeline.of(node).iter();
    events.filter_map(|event| Some((event.layer, event.entry?)))
}

/// Returns whether a file may be a program worth looking into: of the size of what Go or Rust link, and executable.
fn is_program(about: &Entry) -> bool {
    about.permissions() & 0o111 != 0 && about.size >= SMALLEST_PROGRAM
}
