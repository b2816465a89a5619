//! Which files tell what an image is made of: found by their paths, kinds and sizes alone, so that nothing else is read. What is told is for `packages` and
//! `advice` to say.

use std::io::{Read, Seek};

use super::places::Places;
use super::program::{self, Program};
use super::secrets::{self, Secret};
use crate::analysis::packages::jar;
use crate::analysis::started::started;
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
pub(in crate::analysis) enum Record {
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
pub enum Part {
    /// All of it, up to so many bytes; larger ones are left out.
    Whole(u64),
    /// Some places of it, for whoever can jump.
    Places,
}

/// A file to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The path.
    pub node: NodeId,
    /// The record.
    pub entry: EntryId,
    /// The layer that stores it.
    pub layer: LayerId,
    pub(in crate::analysis) record: Record,
}

/// What was taken of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken(pub(in crate::analysis) Content);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) enum Content {
    Text(Vec<u8>),
    Program(Program),
    Jar(jar::Inside),
    Secrets(Vec<Secret>),
}

impl Taken {
    /// Returns how many bytes it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Content::Text(text) => text.len(),
            Content::Program(program) => program.len(),
            Content::Jar(inside) => inside.len(),
            Content::Secrets(found) => size_of_val(found.as_slice()),
        }
    }
}

impl Wanted {
    /// Returns how much of it is needed.
    #[must_use]
    pub const fn part(&self) -> Part {
        match self.record {
            Record::Program | Record::Jar => Part::Places,
            Record::DpkgStatus | Record::Apk => Part::Whole(LARGEST_DATABASE),
            Record::Rpm => Part::Whole(LARGEST_RPM),
            Record::Text => Part::Whole(LARGEST_TEXT),
            _ => Part::Whole(LARGEST),
        }
    }

    /// Returns whether it is worth reading on after these first bytes.
    #[must_use]
    pub fn goes_on(&self, head: &[u8]) -> bool {
        let magic = match self.record {
            Record::Program => b"\x7fELF",
            Record::Jar => b"PK\x03\x04",
            Record::Text => return secrets::is_text(head),
            _ => return true,
        };
        head.len() < magic.len() || head.starts_with(magic)
    }

    /// Takes what is needed from the file; nothing when it cannot be read or is not what its name says.
    pub fn take(&self, mut file: impl Read + Seek) -> Option<Taken> {
        let content = match (self.record, self.part()) {
            (Record::Program, _) => Content::Program(program::read(file)?),
            (Record::Jar, _) => Content::Jar(jar::read(file)?),
            (_, Part::Whole(most)) => {
                let mut text = Vec::new();
                file.by_ref().take(most).read_to_end(&mut text).ok()?;
                if self.record == Record::Text {
                    let found = secrets::find(&text);
                    return (!found.is_empty()).then_some(Taken(Content::Secrets(found)));
                }
                Content::Text(text)
            }
            (_, Part::Places) => return None,
        };
        Some(Taken(content))
    }
}

/// Returns the files that tell what is installed in the finished image and how it is run, and the texts of any layer that may hold a secret; sorted by
/// layer, then by their place in it. One pass over the paths.
#[must_use]
pub fn wanted(image: &Image) -> Vec<Wanted> {
    let Some(top) = image.top() else {
        return Vec::new();
    };
    let places = Places::of(image);
    let started = started(image).map(|started| started.node);
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
                    (own || started == Some(node)).then_some(Record::Program)
                };
                places.record(image, node).or_else(program)
            };
            let text = || {
                let may = about.size <= LARGEST_TEXT && places.is_own(image, node, layer);
                (may && texts < MOST_TEXTS).then_some(Record::Text)
            };
            let record = if seen { told().or_else(text) } else { text() };
            let Some(record) = record else { continue };
            texts += usize::from(record == Record::Text);
            let wanted = Wanted {
                node,
                entry,
                layer,
                record,
            };
            let fits = match wanted.part() {
                // That it is not read is said.
                Part::Whole(most) => about.size <= most || record == Record::Rpm,
                Part::Places => true,
            };
            if fits {
                found.push(wanted);
            }
        }
    }
    found.sort_by_key(|wanted| (wanted.layer, image.entry(wanted.entry).offset));
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
