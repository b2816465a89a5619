//! What can go wrong with an archive, each with the thing, the cause and what to do now. No printing here.

use std::path::PathBuf;
use std::{fmt, io};

use crate::image::TooLarge;
use crate::threads::{REFUSED, is_refused};

/// Where in the bytes of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many come before.
    pub byte: u64,
    /// Whether they are counted as they come out of gzip or zstd: no file has them at that place.
    pub unpacked: bool,
    /// The archive's file that stands there, if one does.
    pub file: Option<String>,
}

impl Place {
    /// Returns a place in bytes that lie in a file as they are.
    pub(super) const fn plain(byte: u64) -> Self {
        Self {
            byte,
            unpacked: false,
            file: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unpacked = if self.unpacked { "unpacked " } else { "" };
        write!(f, "{unpacked}byte {}", self.byte)?;
        match &self.file {
            Some(file) => write!(f, ", in {file}"),
            None => Ok(()),
        }
    }
}

/// Why an archive could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user asked to stop.
    #[error("interrupted")]
    Cancelled,
    /// The bytes could not be had.
    #[error("{what}: {source}")]
    Io {
        /// What was being read.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A file of a folder cannot be read.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What was read before cannot be opened once more.
    #[error("reading the image again: {0}")]
    Again(Box<dyn std::error::Error + Send + Sync>),
    /// Nothing was there to read.
    #[error("the archive is empty")]
    Empty,
    /// The outer bytes are no tar.
    #[error("not a tar archive (it starts with {magic})")]
    NotTar {
        /// The first bytes, for people.
        magic: String,
    },
    /// What came out of gzip or zstd is packed once more.
    #[error("the archive is packed twice: what comes out of it is {packing} again")]
    PackedTwice {
        /// How it is packed inside.
        packing: &'static str,
    },
    /// The archive ends in the middle of something.
    #[error("{what} is truncated at {at}")]
    Truncated {
        /// What ends early.
        what: String,
        /// Where it ends.
        at: Place,
    },
    /// The packed bytes make no sense.
    #[error("{what} is corrupt after {at}: {cause}")]
    Corrupt {
        /// What is corrupt.
        what: String,
        /// Where the last good byte was.
        at: Place,
        /// What the decoder says.
        cause: String,
    },
    /// A folder, but no image.
    #[error("no image in the folder: it has no index.json")]
    NoLayout,
    /// A tar, but no image.
    #[error("no image in the archive: it has neither manifest.json, index.json nor repositories")]
    NoImage,
    /// A manifest, an index or a config that cannot be read.
    #[error("cannot read {name}: {cause}")]
    Json {
        /// The file or blob.
        name: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A manifest that lists no image.
    #[error("{name} lists no image that is in the archive")]
    NothingListed {
        /// The file.
        name: String,
    },
    /// An image archive, but not of the kind the scheme insists on.
    #[error("no {wanted}: it has {name} instead")]
    OtherLayout {
        /// The kind that was asked for.
        wanted: &'static str,
        /// The file that tells the other kind.
        name: String,
    },
    /// A blob that a manifest names is not in the archive.
    #[error("{what} {name} is not in the archive")]
    MissingBlob {
        /// Config, manifest or layer.
        what: String,
        /// Its name.
        name: String,
    },
    /// A layer packed in a way nobody here knows.
    #[error(
        "layer {name} ({media_type}) is neither a tar nor gzip nor zstd: it starts with {magic}"
    )]
    UnknownCompression {
        /// The blob.
        name: String,
        /// What the manifest calls it.
        media_type: String,
        /// The first bytes, for people.
        magic: String,
    },
    /// A layer that is packed once more inside.
    #[error("layer {name} is packed twice: what comes out of it is {packing} again")]
    LayerPackedTwice {
        /// The blob.
        name: String,
        /// How it is packed inside.
        packing: &'static str,
    },
    /// Several images, and no word which.
    #[error("the archive holds {} images: {}", .names.len(), .names.join(", "))]
    SeveralImages {
        /// What can be chosen.
        names: Vec<String>,
    },
    /// Several platforms, and no word which.
    #[error("the image is for {}", .platforms.join(", "))]
    SeveralPlatforms {
        /// What can be chosen.
        platforms: Vec<String>,
    },
    /// What was asked for is not there.
    #[error("no image for {wanted} in the archive: it has {}", .has.join(", "))]
    NoSuchImage {
        /// The tag or platform asked for.
        wanted: String,
        /// What can be chosen.
        has: Vec<String>,
    },
    /// `--verify` found other bytes than the digest says.
    #[error("{what} {name} does not match its digest: it is {found}")]
    Digest {
        /// Blob or layer.
        what: String,
        /// The digest that was promised.
        name: String,
        /// The digest of the bytes.
        found: String,
    },
    /// Contents are asked for that went by and were not kept.
    #[error("the contents of layer {layer} were not kept")]
    NotKept {
        /// Which, counted from 1.
        layer: u32,
    },
    /// More than this program can count.
    #[error("the image is too large: {0}")]
    TooLarge(#[from] TooLarge),
    /// More layers than any image has.
    #[error("the image has {count} layers; {limit} are read at the most")]
    TooManyLayers {
        /// How many it has.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// A zstd frame that looks back further than there is memory for it.
    #[error("the zstd window of {what} is larger than {limit} bytes")]
    WideWindow {
        /// What was being unpacked.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A JSON document or a table larger than any image needs.
    #[error("{what} is larger than {limit} bytes")]
    OverLimit {
        /// What is too large.
        what: String,
        /// The limit.
        limit: u64,
    },
}

impl Error {
    /// Says of a place that it is one in what was unpacked.
    #[must_use]
    pub(super) fn unpacked(mut self) -> Self {
        if let Self::Truncated { at, .. } | Self::Corrupt { at, .. } = &mut self {
            at.unpacked = true;
        }
        self
    }

    /// Returns what the user can do now.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Cancelled => return None,
            Self::Io { source, .. } if source.kind() == io::ErrorKind::ConnectionAborted => {
                "whoever sends the image stopped: try again; an engine's own log may say more"
            }
            Self::Io { source, .. } | Self::File { source, .. } if is_refused(source) => REFUSED,
            Self::Io { .. } | Self::File { .. } | Self::Again(_) => {
                "check that it is there and may be read"
            }
            Self::Empty | Self::Truncated { .. } => {
                "save it again: `docker save IMAGE -o FILE` (was the disk full, or the copy cut short?)"
            }
            Self::NotTar { magic } if magic.starts_with("fd 37 7a") => {
                "xz is not unpacked here: `xz -dc FILE | dive-rs -`"
            }
            Self::NotTar { magic }
                if magic.starts_with("42 5a 68") || magic.starts_with("\"BZh") =>
            {
                "bzip2 is not unpacked here: `bzip2 -dc FILE | dive-rs -`"
            }
            Self::PackedTwice { .. } => {
                "take one packing off before: `gzip -dc FILE | dive-rs -`, or `zstd -dc FILE | dive-rs -`"
            }
            Self::LayerPackedTwice { .. } => {
                "no engine unpacks a layer twice: build or pack the image again"
            }
            Self::OtherLayout { .. } => {
                "leave the scheme or --source out: the kind is found by looking inside"
            }
            Self::NothingListed { .. } => {
                "the list is empty, or leads nowhere or to itself: save the image again"
            }
            Self::NoLayout => {
                "a folder is read when it is an OCI layout, as `skopeo copy docker://NAME oci:FOLDER` makes one; a root file system is not an image"
            }
            Self::NotTar { .. } | Self::NoImage => {
                "an image archive is made by `docker save IMAGE -o FILE` or `podman save`; a root file system is not an image"
            }
            Self::Corrupt { .. }
            | Self::Json { .. }
            | Self::MissingBlob { .. }
            | Self::Digest { .. } => "the archive is damaged or incomplete: save or copy it again",
            Self::UnknownCompression { .. } => {
                "layers may be plain, gzip or zstd; pack the image again with one of these"
            }
            Self::SeveralImages { .. } => "choose one with --tag NAME:TAG",
            Self::SeveralPlatforms { .. } => "choose one with --platform OS/ARCH",
            Self::NoSuchImage { .. } => "choose one of those, or leave the option out",
            Self::NotKept { .. } => {
                "save the image to a file and open that: `docker save IMAGE -o FILE`"
            }
            Self::WideWindow { .. } => {
                "it was packed with --long: pack it again without, or unpack it, as `zstd -dc --long=31 FILE` does"
            }
            Self::TooLarge(_) | Self::TooManyLayers { .. } | Self::OverLimit { .. } => {
                "no real image is like this: the archive may be hostile"
            }
        })
    }
}
