//! Images described in code. An [`ImageBuilder`] describes layers without any archive format, so the same description becomes an
//! [`Image`] or the bytes of an archive. Never reads a fixture file or a filesystem.

use std::num::NonZeroU64;
use std::sync::Arc;

use crate::fixture_tar::hex;
use dive_rs::image::{
    Budget, BuildTimes, Compression, Config, Description, Dockerfile, Entry, HeaderBlock,
    HistoryEntry, Image, LayerHeading, LayerId, Listing, Naming, PathSet, Platform, RareFields,
    assemble_some,
};

/// The kind of an entry, with the data of that kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A regular file and its bytes.
    File(Vec<u8>),
    /// A regular file of this many bytes, all of them `fill`.
    Filled { size: u64, fill: u8 },
    /// A folder.
    Directory,
    /// A symbolic link and its target.
    Symlink(Vec<u8>),
    /// A hard link and its target.
    HardLink(Vec<u8>),
    /// A character device.
    CharDevice(u32, u32),
    /// A named pipe.
    Fifo,
    /// `.wh.NAME` for the path.
    Whiteout,
    /// `.wh..wh..opq` in the path.
    Opaque,
}

/// One entry of a layer, in tar order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The path, without a leading slash.
    pub path: Vec<u8>,
    /// Its kind.
    pub content: Content,
    /// Permission bits, setuid, setgid, sticky.
    pub mode: u16,
    /// Owner and group.
    pub owner: (u32, u32),
    /// Extended attributes.
    pub xattrs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// One layer.
#[derive(Clone, Debug, Default)]
pub struct LayerBuilder {
    /// The instruction in the history.
    pub instruction: String,
    /// Its entries, in tar order.
    pub records: Vec<Record>,
}

/// A line of the history, with or without a layer.
#[derive(Clone, Debug)]
pub enum Line {
    /// The layer with this index.
    Layer(usize),
    /// ENV, CMD and similar.
    Empty(String),
}

/// An image.
#[derive(Clone, Debug, Default)]
pub struct ImageBuilder {
    /// Its name.
    pub reference: String,
    /// Its tag, if that differs from the name.
    pub tag: Option<String>,
    /// Its run configuration.
    pub config: Config,
    /// Its layers, bottom first.
    pub layers: Vec<LayerBuilder>,
    /// Its history, oldest first.
    pub history: Vec<Line>,
    /// When each line of its history was created, as far as there are times.
    pub created: Vec<String>,
    /// When some files were last modified, in seconds since 1970.
    pub modified: Vec<(&'static str, u32)>,
    /// Whether digests depend on the content, as real ones do; otherwise they number the layers.
    pub with_unique_sizes: bool,
    /// The text of the Dockerfile it was built from.
    pub dockerfile: Option<&'static str>,
}

impl LayerBuilder {
    /// Adds an entry of any kind, owned by root, with the usual mode.
    pub fn put(mut self, path: impl AsRef<[u8]>, content: Content) -> Self {
        let mode = match content {
            Content::Directory => 0o755,
            Content::Symlink(_) => 0o777,
            _ => 0o644,
        };
        self.records.push(Record {
            path: path.as_ref().to_vec(),
            content,
            mode,
            owner: (0, 0),
            xattrs: Vec::new(),
        });
        self
    }

    /// Adds a file.
    pub fn file(self, path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        self.put(path, Content::File(bytes.as_ref().to_vec()))
    }

    /// Adds a file of this many bytes; `fill` distinguishes versions.
    pub fn filled(self, path: impl AsRef<[u8]>, size: u64, fill: u8) -> Self {
        self.put(path, Content::Filled { size, fill })
    }

    /// Adds a folder.
    pub fn dir(self, path: impl AsRef<[u8]>) -> Self {
        self.put(path, Content::Directory)
    }

    /// Adds a symbolic link.
    pub fn symlink(self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.put(path, Content::Symlink(target.as_ref().to_vec()))
    }

    /// Adds a hard link.
    pub fn hard_link(self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.put(path, Content::HardLink(target.as_ref().to_vec()))
    }

    /// Hides a path of the layers below.
    pub fn whiteout(self, path: impl AsRef<[u8]>) -> Self {
        self.put(path, Content::Whiteout)
    }

    /// Hides the contents of a folder in lower layers.
    pub fn opaque(self, path: impl AsRef<[u8]>) -> Self {
        self.put(path, Content::Opaque)
    }

    /// Changes the mode of the last added entry.
    pub fn mode(mut self, mode: u16) -> Self {
        if let Some(last) = self.records.last_mut() {
            last.mode = mode;
        }
        self
    }

    /// Changes the owner of the last added entry.
    pub fn owner(mut self, uid: u32, gid: u32) -> Self {
        if let Some(last) = self.records.last_mut() {
            last.owner = (uid, gid);
        }
        self
    }
}

impl ImageBuilder {
    /// Starts an image.
    pub fn new(reference: &str) -> Self {
        Self {
            reference: reference.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a layer.
    pub fn layer(
        mut self,
        instruction: &str,
        build: impl FnOnce(LayerBuilder) -> LayerBuilder,
    ) -> Self {
        self.history.push(Line::Layer(self.layers.len()));
        self.layers.push(build(LayerBuilder {
            instruction: instruction.to_owned(),
            records: Vec::new(),
        }));
        self
    }

    /// Adds a history line without a layer.
    pub fn empty_layer(mut self, instruction: &str) -> Self {
        self.history.push(Line::Empty(instruction.to_owned()));
        self
    }

    /// Sets when each line of the history was created (RFC 3339).
    pub fn created(mut self, times: &[&str]) -> Self {
        self.created = times.iter().map(|&time| time.to_owned()).collect();
        self
    }

    /// Sets when some files were last modified, in seconds since 1970.
    pub fn modified(mut self, times: &[(&'static str, u32)]) -> Self {
        self.modified = times.to_vec();
        self
    }

    /// Sets the Dockerfile that the image was built from.
    pub fn dockerfile(mut self, text: &'static str) -> Self {
        self.dockerfile = Some(text);
        self
    }

    /// Makes digests depend on the content, so that the image can be compared with another.
    pub fn with_unique_sizes(mut self) -> Self {
        self.with_unique_sizes = true;
        self
    }

    /// Sets a tag that differs from the name.
    pub fn tag(mut self, tag: &str) -> Self {
        self.tag = Some(tag.to_owned());
        self
    }

    /// Sets the run configuration.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Returns the image, assembled without an archive.
    pub fn image(&self) -> Image {
        let layers: Vec<usize> = (0..self.layers.len()).collect();
        self.image_of(&layers)
    }

    /// Returns the image with only these layers loaded.
    pub fn image_of(&self, layers: &[usize]) -> Image {
        let listings = self.layers.iter().enumerate();
        let listings = listings.map(|(at, layer)| {
            let read = layers.contains(&at);
            read.then(|| Arc::new(listing(layer, &self.modified)))
        });
        assemble_some(self.description(), listings.collect(), &Budget::default())
            .expect("a fixture is small")
    }

    /// Returns an archive's metadata without the layers' contents.
    pub fn description(&self) -> Description {
        let mut headings: Vec<LayerHeading> =
            (0..self.layers.len()).map(|at| self.heading(at)).collect();
        let dockerfile = self
            .dockerfile
            .map(|text| Dockerfile::parse("Dockerfile", text));
        if let Some(file) = &dockerfile {
            let made = self.layers.iter();
            let made: Vec<&str> = made.map(|layer| layer.instruction.as_str()).collect();
            for (heading, lines) in headings.iter_mut().zip(file.find(&made)) {
                heading.source = lines;
            }
        }
        Description {
            reference: self.reference.clone(),
            shallow: false,
            selected_by: Naming::default(),
            origin: String::new(),
            layout: None,
            is_in_registry: false,
            tags: vec![self.tag.clone().unwrap_or_else(|| self.reference.clone())],
            id: Some(self.digest(0xc0, &(&self.layers, &self.config))),
            digest: Some(self.digest(0xd1, &self.layers)),
            platform: Platform {
                os: "linux".to_owned(),
                architecture: "amd64".to_owned(),
                ..Platform::default()
            },
            config: self.config.clone(),
            history: (0..self.history.len()).map(|at| self.line(at)).collect(),
            build_times: BuildTimes::default(),
            dockerfile,
            annotations: Vec::new(),
            base: None,
            blobs: headings
                .iter()
                .filter_map(|heading| heading.diff_id.clone())
                .collect(),
            headings,
        }
    }

    /// Returns the digest for an index, or one for a kind of document.
    fn digest(&self, at: usize, what: &impl std::fmt::Debug) -> String {
        if self.with_unique_sizes {
            format!("sha256:{}", hex(format!("{what:?}").as_bytes()))
        } else {
            format!("sha256:{:064x}", at + 0xabc)
        }
    }

    fn heading(&self, at: usize) -> LayerHeading {
        LayerHeading {
            instruction: self.layers[at].instruction.clone(),
            diff_id: Some(self.digest(at, &self.layers[at].records)),
            ..LayerHeading::default()
        }
    }

    fn line(&self, at: usize) -> HistoryEntry {
        let (created_by, layer) = match &self.history[at] {
            Line::Layer(at) => (
                self.layers[*at].instruction.clone(),
                u32::try_from(*at).ok().map(LayerId),
            ),
            Line::Empty(text) => (text.clone(), None),
        };
        HistoryEntry {
            created_by,
            created: self.created.get(at).cloned(),
            layer,
            ..HistoryEntry::default()
        }
    }
}

fn listing(layer: &LayerBuilder, modified: &[(&str, u32)]) -> Listing {
    let mut listing = Listing::new(Compression::None);
    let mut offset = 0;
    for record in &layer.records {
        let node = record
            .path
            .split(|&byte| byte == b'/')
            .filter(|part| !part.is_empty())
            .fold(PathSet::ROOT, |at, part| {
                listing.paths.child(at, part).expect("a fixture is small")
            });
        if record.content == Content::Opaque {
            listing.opaque.push(node);
            continue;
        }
        let mut entry = entry(record, offset, &mut listing);
        let mut times = modified.iter();
        let time = times.find(|(path, _)| record.path == path.as_bytes());
        entry.modified = time.map_or(0, |&(_, seconds)| seconds);
        offset += 512 + entry.size.next_multiple_of(512);
        listing
            .push(node, entry, record.content == Content::Whiteout)
            .expect("a fixture is small");
    }
    listing
}

fn entry(record: &Record, offset: u64, listing: &mut Listing) -> Entry {
    let (type_flag, target, device, size, hash) = match &record.content {
        Content::File(bytes) => (b'0', None, None, bytes.len() as u64, sum(bytes)),
        Content::Filled { size, fill } => (b'0', None, None, *size, u64::from(*fill) + 1),
        Content::Directory | Content::Opaque => (b'5', None, None, 0, 0),
        Content::Symlink(target) => (b'2', Some(target), None, 0, 0),
        Content::HardLink(target) => (b'1', Some(target), None, 0, 0),
        Content::CharDevice(major, minor) => (b'3', None, Some((*major, *minor)), 0, 0),
        Content::Fifo => (b'6', None, None, 0, 0),
        Content::Whiteout => (b'0', None, None, 0, 0),
    };
    let fields = RareFields {
        target: target.cloned().unwrap_or_default(),
        xattrs: record.xattrs.clone(),
        device,
    };
    let rare_fields = (fields != RareFields::default())
        .then(|| listing.add_rare_fields(fields).expect("a fixture is small"));
    Entry {
        size,
        header: HeaderBlock::at(offset).expect("a fixture is small"),
        modified: 0,
        hash: NonZeroU64::new(hash),
        uid: record.owner.0,
        gid: record.owner.1,
        rare_fields,
        mode: record.mode,
        type_flag,
        absolute: false,
    }
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(1, |sum: u64, &byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte)) | 1 << 40
    })
}
