//! Which files of the finished image tell what is installed: found by their paths, kinds and sizes alone, so that nothing else is read. What each is
//! read for is the other files'.

use std::io::{Read, Seek};

use super::binary::{self, Notes};
use super::jar;
use crate::image::{EntryId, Image, Kind, LayerId, NodeId};

/// The largest database taken, in bytes; Debian's with four thousand packages has 4 MB.
const LARGEST_DATABASE: u64 = 16 << 20;
/// The largest other record taken, in bytes.
const LARGEST: u64 = 4 << 20;
/// The smallest program looked at, in bytes: what Go or Rust link is larger.
const SMALLEST_PROGRAM: u64 = 128 << 10;
/// Where distributions put what they install.
const SYSTEM: [&[u8]; 5] = [b"/usr", b"/bin", b"/sbin", b"/lib", b"/lib64"];

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
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
    pub(super) record: Record,
}

/// What was taken of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken(pub(super) Content);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Text(Vec<u8>),
    Program(Notes),
    Jar(jar::Inside),
}

impl Taken {
    /// Returns how many bytes it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Content::Text(text) => text.len(),
            Content::Program(notes) => notes.len(),
            Content::Jar(inside) => inside.len(),
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
            Record::Rpm => Part::Whole(0),
            _ => Part::Whole(LARGEST),
        }
    }

    /// Returns whether it is worth reading on after these first bytes.
    #[must_use]
    pub fn goes_on(&self, head: &[u8]) -> bool {
        let magic = match self.record {
            Record::Program => b"\x7fELF",
            Record::Jar => b"PK\x03\x04",
            _ => return true,
        };
        head.len() < magic.len() || head.starts_with(magic)
    }

    /// Takes what is needed from the file; nothing when it cannot be read or is not what its name says.
    pub fn take(&self, mut file: impl Read + Seek) -> Option<Taken> {
        let content = match (self.record, self.part()) {
            (Record::Program, _) => Content::Program(binary::read(file)?),
            (Record::Jar, _) => Content::Jar(jar::read(file)?),
            (_, Part::Whole(most)) => {
                let mut text = Vec::new();
                file.by_ref().take(most).read_to_end(&mut text).ok()?;
                Content::Text(text)
            }
            (_, Part::Places) => return None,
        };
        Some(Taken(content))
    }
}

/// Returns the files that tell what is installed in the finished image, sorted by layer, then by their place in it. One pass over the paths.
#[must_use]
pub fn wanted(image: &Image) -> Vec<Wanted> {
    let Some(top) = image.top() else {
        return Vec::new();
    };
    let places = Places::of(image);
    let mut found = Vec::new();
    for node in image.tree.ids() {
        let Some(entry) = image.timeline.at(node, top) else {
            continue;
        };
        let about = image.entry(entry);
        if about.kind() != Kind::File || about.size == 0 {
            continue;
        }
        let by_name = places.record(image, node);
        let program = || {
            let is_one = about.permissions() & 0o111 != 0 && about.size >= SMALLEST_PROGRAM;
            let layer = image.timeline.origin(node, top)?;
            (is_one && !places.installed(image, node, layer)).then_some(Record::Program)
        };
        if let Some(record) = by_name.or_else(program)
            && let Some(layer) = image.timeline.origin(node, top)
        {
            let wanted = Wanted {
                node,
                entry,
                layer,
                record,
            };
            let fits = match wanted.part() {
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

/// The folders and files that mean something where they stand.
struct Places {
    status: Option<NodeId>,
    diversions: Option<NodeId>,
    info: Option<NodeId>,
    distroless: Option<NodeId>,
    apk: [Option<NodeId>; 2],
    rpm: [Option<NodeId>; 3],
    system: Vec<NodeId>,
    local: Option<NodeId>,
    /// For each layer whether a package manager of the distribution wrote its database in it.
    installing: Vec<bool>,
}

impl Places {
    fn of(image: &Image) -> Self {
        let find = |path: &str| image.tree.find(path.as_bytes());
        let mut places = Self {
            status: find("/var/lib/dpkg/status"),
            diversions: find("/var/lib/dpkg/diversions"),
            info: find("/var/lib/dpkg/info"),
            distroless: find("/var/lib/dpkg/status.d"),
            apk: [
                find("/lib/apk/db/installed"),
                find("/usr/lib/apk/db/installed"),
            ],
            rpm: [
                find("/var/lib/rpm"),
                find("/usr/lib/sysimage/rpm"),
                find("/usr/share/rpm"),
            ],
            system: SYSTEM
                .iter()
                .filter_map(|path| image.tree.find(path))
                .collect(),
            local: find("/usr/local"),
            installing: vec![false; image.layers.len()],
        };
        let databases = places.apk.into_iter().chain([places.status]);
        for node in databases.flatten() {
            for event in image.timeline.of(node) {
                places.installing[event.layer.index()] = true;
            }
        }
        places
    }

    /// Returns whether a program was put there by the distribution's package manager: by its folder and its layer.
    fn installed(&self, image: &Image, node: NodeId, layer: LayerId) -> bool {
        let below = |folder: &NodeId| image.tree.contains(*folder, node);
        self.installing[layer.index()]
            && self.system.iter().any(below)
            && !self.local.iter().any(below)
    }

    fn record(&self, image: &Image, node: NodeId) -> Option<Record> {
        let tree = &image.tree;
        let (name, parent) = (tree.name(node), tree.parent(node));
        let here = |place: Option<NodeId>| place == Some(node);
        let folder = || parent.map_or(&b""[..], |parent| tree.name(parent));
        if parent.is_some() && parent == self.info {
            return name.ends_with(b".list").then_some(Record::DpkgList);
        }
        if parent.is_some() && parent == self.distroless {
            return Some(match name.strip_suffix(b".md5sums") {
                Some(_) => Record::DistrolessSums,
                None => Record::DistrolessStatus,
            });
        }
        Some(match name {
            b"status" if here(self.status) => Record::DpkgStatus,
            b"diversions" if here(self.diversions) => Record::DpkgDiversions,
            b"installed" if self.apk.into_iter().any(here) => Record::Apk,
            b"Packages" | b"Packages.db" | b"rpmdb.sqlite"
                if self
                    .rpm
                    .iter()
                    .any(|place| *place == parent && place.is_some()) =>
            {
                Record::Rpm
            }
            b"package.json" if is_npm_root(image, parent?) => Record::Npm,
            b"METADATA" if folder().ends_with(b".dist-info") => Record::Metadata,
            b"RECORD" if folder().ends_with(b".dist-info") => Record::Installed,
            b"PKG-INFO" if folder().ends_with(b".egg-info") => Record::EggInfo,
            b"installed-files.txt" if folder().ends_with(b".egg-info") => Record::EggFiles,
            _ => match name.rsplit(|&byte| byte == b'.').next() {
                Some(b"egg-info") => Record::EggInfo,
                Some(b"gemspec") if is_gem_folder(image, parent?) => Record::Gem,
                Some(b"jar" | b"war" | b"ear") => Record::Jar,
                _ => return None,
            },
        })
    }
}

/// Returns whether a folder is a package below `node_modules`: `node_modules/name` or `node_modules/@scope/name`.
fn is_npm_root(image: &Image, folder: NodeId) -> bool {
    let name = |node: Option<NodeId>| node.map_or(&b""[..], |node| image.tree.name(node));
    let above = image.tree.parent(folder);
    let outer = above.and_then(|above| image.tree.parent(above));
    name(above) == b"node_modules"
        || name(above).starts_with(b"@") && name(outer) == b"node_modules"
}

/// Returns whether a folder is Ruby's `specifications`, or `default` in it.
fn is_gem_folder(image: &Image, folder: NodeId) -> bool {
    let above = image.tree.parent(folder);
    let above = above.map_or(&b""[..], |above| image.tree.name(above));
    match image.tree.name(folder) {
        b"specifications" => true,
        b"default" => above == b"specifications",
        _ => false,
    }
}
