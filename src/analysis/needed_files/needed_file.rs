//! The files that the content analysis needs, chosen by path, kind and size alone, and the data extracted from each. `packages` and `findings` interpret the
//! data.

use std::io::{Read, Seek};

use serde::{Deserialize, Deserializer, Serialize};

use super::elf::{self, Program};
use super::known_paths::KnownPaths;
use super::secret_patterns::{self, Secret};
use crate::analysis::main_program::main_program;
use crate::analysis::packages::formats::jar;
use crate::image::{Entry, EntryId, EntryKind, Image, LayerId, NodeId};

/// The largest database to read, in bytes; Debian's with 4000 packages has 4 MB.
const LARGEST_DATABASE: u64 = 16 << 20;
/// The largest rpm database to read, in bytes; it has many kilobytes for each package.
const LARGEST_RPM: u64 = 128 << 20;
/// The largest other file to read, in bytes.
const LARGEST: u64 = 4 << 20;
/// The largest text to search for secrets, in bytes, and the most such texts.
const LARGEST_TEXT: u64 = 1 << 20;
const MOST_TEXTS: usize = 50_000;
/// The smallest program to parse, in bytes: Go and Rust programs are larger.
const SMALLEST_PROGRAM: u64 = 128 << 10;

/// The kind of a needed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::analysis) enum FileKind {
    DpkgStatus,
    DpkgFileList,
    DpkgDiversions,
    DistrolessStatus,
    DistrolessMd5Sums,
    ApkInstalled,
    RpmDatabase,
    PackageJson,
    PythonMetadata,
    PythonRecord,
    EggInfo,
    EggInstalledFiles,
    Gemspec,
    Jar,
    Program,
    OsRelease,
    /// A text to search for secrets.
    Text,
}

/// The part of a file that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadExtent {
    /// All of it, up to this many bytes; larger files are left out.
    Full(u64),
    /// Some ranges of it, for a reader that can seek.
    Random,
}

/// A file to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeededFile {
    /// The path.
    pub node: NodeId,
    /// The entry.
    pub entry: EntryId,
    /// The layer that stores it.
    pub layer: LayerId,
    pub(in crate::analysis) kind: FileKind,
}

/// The data extracted from a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractedData(pub(in crate::analysis) ExtractedContent);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::analysis) enum ExtractedContent {
    Text(#[serde(deserialize_with = "bytes")] Vec<u8>),
    Program(Program),
    Jar(jar::JarContents),
    Secrets(Vec<Secret>),
}

impl ExtractedData {
    /// Returns its size in bytes.
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

/// Returns bytes that are read at once, not one after the other.
fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    Ok(<&[u8]>::deserialize(from)?.to_vec())
}

impl NeededFile {
    /// Returns the part that is needed.
    #[must_use]
    pub(crate) const fn extent(&self) -> ReadExtent {
        match self.kind {
            FileKind::Program | FileKind::Jar => ReadExtent::Random,
            FileKind::DpkgStatus | FileKind::ApkInstalled => ReadExtent::Full(LARGEST_DATABASE),
            FileKind::RpmDatabase => ReadExtent::Full(LARGEST_RPM),
            FileKind::Text => ReadExtent::Full(LARGEST_TEXT),
            FileKind::DpkgFileList
            | FileKind::DpkgDiversions
            | FileKind::DistrolessStatus
            | FileKind::DistrolessMd5Sums
            | FileKind::PackageJson
            | FileKind::PythonMetadata
            | FileKind::PythonRecord
            | FileKind::EggInfo
            | FileKind::EggInstalledFiles
            | FileKind::Gemspec
            | FileKind::OsRelease => ReadExtent::Full(LARGEST),
        }
    }

    /// Returns whether a file with these first bytes can be of this kind.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn may_match(&self, head: &[u8]) -> bool {
        let magic = match self.kind {
            FileKind::Program => b"\x7fELF",
            FileKind::Jar => b"PK\x03\x04",
            FileKind::Text => return secret_patterns::is_text(head),
            _ => return true,
        };
        head.len() < magic.len() || head.starts_with(magic)
    }

    /// Extracts the data from a file; `None` when it cannot be read or is of another kind.
    pub fn extract(&self, mut file: impl Read + Seek) -> Option<ExtractedData> {
        let content = match (self.kind, self.extent()) {
            (FileKind::Program, _) => ExtractedContent::Program(elf::read(file)?),
            (FileKind::Jar, _) => ExtractedContent::Jar(jar::read(file)?),
            (_, ReadExtent::Full(most)) => {
                let mut text = Vec::new();
                file.by_ref().take(most).read_to_end(&mut text).ok()?;
                if self.kind == FileKind::Text {
                    let found = secret_patterns::find(&text);
                    return (!found.is_empty())
                        .then_some(ExtractedData(ExtractedContent::Secrets(found)));
                }
                ExtractedContent::Text(text)
            }
            (_, ReadExtent::Random) => return None,
        };
        Some(ExtractedData(content))
    }
}

/// Returns the files needed to find packages and the main program, and the texts of any layer that may contain a secret, by layer and offset. One pass over
/// the paths.
#[must_use]
pub fn needed_files(image: &Image) -> Vec<NeededFile> {
    let paths = KnownPaths::of(image);
    let main_program = main_program(image).map(|main_program| main_program.node);
    let mut texts = 0;
    select(image, |version| {
        let StoredVersion {
            node,
            layer,
            about,
            entry,
            ..
        } = *version;
        let shown = image.visible(node);
        let seen = shown.is_some_and(|it| (it.layer, it.entry) == (layer, entry));
        let known = || {
            let installed = || paths.installed(image, node, layer);
            let program = || {
                let own = is_program(about) && !installed();
                let runs = main_program == Some(node) && is_executable(about);
                (own || runs).then_some(FileKind::Program)
            };
            paths.kind(image, node).or_else(program)
        };
        let text = || {
            let may = texts < MOST_TEXTS && may_be_text(&paths, image, version);
            may.then_some(FileKind::Text)
        };
        let kind = if seen { known().or_else(text) } else { text() };
        texts += usize::from(kind == Some(FileKind::Text));
        [kind, None]
    })
}

/// Returns the files that [`needed_files`] may select of these layers in any image: whatever the other layers hide, and whichever the main program is.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn possible_files(image: &Image) -> Vec<NeededFile> {
    let paths = KnownPaths::of(image);
    select(image, |version| {
        let text = may_be_text(&paths, image, version).then_some(FileKind::Text);
        let program = || is_executable(version.about).then_some(FileKind::Program);
        let known = paths.kind(image, version.node).or_else(program);
        [known, text]
    })
}

/// A version of a path, with the entry that stores its content.
struct StoredVersion<'a> {
    node: NodeId,
    layer: LayerId,
    entry: EntryId,
    about: &'a Entry,
    is_link: bool,
}

/// Returns the files of the kinds that are chosen for each version with content, by layer and offset.
fn select(
    image: &Image,
    mut kinds: impl FnMut(&StoredVersion<'_>) -> [Option<FileKind>; 2],
) -> Vec<NeededFile> {
    let mut found = Vec::new();
    for node in image.tree.ids() {
        for (layer, entry) in versions(image, node) {
            let is_link = image.entry(entry).kind() == EntryKind::HardLink;
            let Some((layer, entry)) = image.content((layer, entry)) else {
                continue;
            };
            let about = image.entry(entry);
            if about.size == 0 {
                continue;
            }
            let version = StoredVersion {
                node,
                layer,
                entry,
                about,
                is_link,
            };
            for kind in kinds(&version).into_iter().flatten() {
                let file = NeededFile {
                    node,
                    entry,
                    layer,
                    kind,
                };
                let fits = match file.extent() {
                    // A database that is too large is reported.
                    ReadExtent::Full(most) => about.size <= most || kind == FileKind::RpmDatabase,
                    ReadExtent::Random => true,
                };
                if fits {
                    found.push(file);
                }
            }
        }
    }
    found.sort_by_key(|file| (file.layer, image.entry(file.entry).offset()));
    found
}

/// Returns whether a version may be a text of the user's. A content is searched at the path that stores it.
fn may_be_text(paths: &KnownPaths, image: &Image, version: &StoredVersion<'_>) -> bool {
    !version.is_link
        && version.about.size <= LARGEST_TEXT
        && paths.is_own(image, version.node, version.layer)
}

/// Returns every version of a path, oldest first, with its layer.
fn versions(image: &Image, node: NodeId) -> impl Iterator<Item = (LayerId, EntryId)> {
    let events = image.timeline.events(node).iter();
    events.filter_map(|event| Some((event.layer, event.entry?)))
}

/// Returns whether a file may be a program to parse: executable and large enough.
fn is_program(about: &Entry) -> bool {
    is_executable(about) && about.size >= SMALLEST_PROGRAM
}

fn is_executable(about: &Entry) -> bool {
    about.permissions() & 0o111 != 0
}
