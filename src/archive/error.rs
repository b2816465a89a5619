//! What can be wrong with an archive: the thing, the cause and a hint. Prints nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::{fmt, io};

use crate::archive::fetch::interface::{FetchError, FetchErrorKind};
use crate::archive::first_bytes::FirstBytes;
use crate::archive::json_error::JsonError;
use crate::archive::manifest::choice::ListedImage;
use crate::bytes::{Units, human};
use crate::image::TooLarge;
use crate::threads::{REFUSED, is_refused};

/// A position in the bytes of an archive or a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The number of bytes before it.
    pub byte: u64,
    /// Whether the bytes are counted decompressed: no file has them at that offset.
    pub decompressed: bool,
    /// The archive's file at that position, if there is one.
    pub file: Option<String>,
}

impl Position {
    /// Returns a position in bytes that are not compressed.
    pub(crate) const fn plain(byte: u64) -> Self {
        Self {
            byte,
            decompressed: false,
            file: None,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decompressed = if self.decompressed {
            "decompressed "
        } else {
            ""
        };
        write!(f, "{decompressed}byte {}", self.byte)?;
        match &self.file {
            Some(file) => write!(f, ", in {file}"),
            None => Ok(()),
        }
    }
}

/// What a source that may only be the folder of skopeo's `dir:` must be.
pub(super) const SINGLE_IMAGE: &str = "folder with the manifest of one image";

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user cancelled.
    #[error("interrupted")]
    Cancelled,
    /// The bytes cannot be read.
    #[error("{what}: {source}")]
    Io {
        /// What was being read.
        what: String,
        /// The cause.
        source: io::Error,
    },
    /// A document or a blob could not be fetched.
    #[error("{0}")]
    Fetch(#[source] FetchError),
    /// A file of a folder cannot be read.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// An image whose contents were not kept cannot be opened again.
    #[error("reading the image again: {0}")]
    Reopen(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The error of a read for which others waited too.
    #[error(transparent)]
    Shared(Arc<Self>),
    /// The archive has no bytes.
    #[error("the archive is empty")]
    Empty,
    /// The archive is not a tar.
    #[error("not a tar archive (it starts with {head})")]
    NotTar {
        /// What it starts with.
        head: FirstBytes,
    },
    /// The decompressed archive is compressed again.
    #[error("the archive is compressed twice: decompressed, it is {compression} again")]
    CompressedTwice {
        /// The inner compression.
        compression: &'static str,
    },
    /// The archive or a layer ends early.
    #[error("{what} is truncated at {at}")]
    Truncated {
        /// What ends early.
        what: String,
        /// Where it ends.
        at: Position,
    },
    /// The compressed bytes are invalid.
    #[error("{what} is corrupt after {at}: {cause}")]
    Corrupt {
        /// What is corrupt.
        what: String,
        /// The position of the last valid byte.
        at: Position,
        /// The decoder's error.
        #[source]
        cause: io::Error,
    },
    /// A folder, but no image.
    #[error("no image in the folder: it has neither index.json nor manifest.json")]
    NoLayout,
    /// A tar, but no image.
    #[error("no image in the archive: it has neither manifest.json, index.json nor repositories")]
    NoImage,
    /// A manifest, an index or a config cannot be parsed.
    #[error("cannot read {name}: {cause}")]
    Json {
        /// The file or blob.
        name: String,
        /// What is wrong with it.
        #[source]
        cause: JsonError,
    },
    /// A manifest lists no image.
    #[error("{name} lists no image that is in the archive")]
    NothingListed {
        /// The file.
        name: String,
    },
    /// An image archive, but of another kind than the scheme requires.
    #[error("no {requested}: it has {name} instead")]
    OtherLayout {
        /// The kind that the scheme requires.
        requested: &'static str,
        /// The file of the other kind.
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
    /// A blob is a link to something that is not in the archive.
    #[error("{what} {name} is a link to {target}, which is not in the archive")]
    LinkOut {
        /// Config, manifest or layer.
        what: String,
        /// Its name.
        name: String,
        /// The target as written.
        target: String,
    },
    /// The manifest is of Docker's first schema.
    #[error("the manifest has schema 1, which does not describe an image's layers")]
    Schema1,
    /// A layer has an unknown compression.
    #[error(
        "layer {name} ({media_type}) is neither a tar nor gzip nor zstd: it starts with {head}"
    )]
    UnknownCompression {
        /// The blob.
        name: String,
        /// Its media type in the manifest.
        media_type: String,
        /// What it starts with.
        head: FirstBytes,
    },
    /// A decompressed layer is compressed again.
    #[error("layer {name} is compressed twice: decompressed, it is {compression} again")]
    LayerCompressedTwice {
        /// The blob.
        name: String,
        /// The inner compression.
        compression: &'static str,
    },
    /// Several images, and none was chosen.
    #[error("the archive has {} images: {}", unique(.images, |image| image.name.clone()).len(), unique(.images, |image| image.name.clone()).join(", "))]
    SeveralImages {
        /// What can be chosen.
        images: Vec<ListedImage>,
    },
    /// Several platforms, and none was chosen.
    #[error("the image is for {}", unique(.images, platform_or_name).join(", "))]
    SeveralPlatforms {
        /// What can be chosen.
        images: Vec<ListedImage>,
    },
    /// Something that registries store like an image.
    #[error("{}, not an image", .kinds.join(" and "))]
    NotAnImage {
        /// What it is, with an article: `a Helm chart`.
        kinds: Vec<String>,
        /// What the user can do with it.
        hint: &'static str,
    },
    /// The image that was chosen is not in the archive.
    #[error("no image {requested}; there are {}", .has.join(", "))]
    NoSuchImage {
        /// The tag or platform: `` named `one:1` ``, `for linux/arm64`.
        requested: String,
        /// What can be chosen.
        has: Vec<String>,
    },
    /// `--verify` found bytes with another digest.
    #[error("{what} {name} does not match its digest: its digest is {found}")]
    Digest {
        /// Blob or layer.
        what: String,
        /// The digest that was expected.
        name: String,
        /// The digest of the bytes.
        found: String,
    },
    /// A file has other bytes than when its layer was listed.
    #[error("layer {layer}: {} has other bytes than when the layer was listed", .path.as_deref().unwrap_or("a file"))]
    OtherContent {
        /// The layer, counted from 1.
        layer: u32,
        /// The offset of the file's entry in the layer's tar.
        offset: u64,
        /// The file's path, if the image is known.
        path: Option<String>,
    },
    /// Manifest and config cannot be read without the layers.
    #[error(
        "its manifest cannot be read without its layers: --shallow needs a registry, an archive or a folder"
    )]
    NotShallow,
    /// The contents of a streamed layer were not kept.
    #[error("the contents of layer {layer} were not kept")]
    NotKept {
        /// The layer, counted from 1.
        layer: u32,
    },
    /// More paths or entries than 32 bits can count.
    #[error("the image is too large: {0}")]
    TooLarge(#[from] TooLarge),
    /// More memory than is allowed.
    #[error("{what} takes more than the allowed {} of memory{}", human(*.limit, Units::Si), in_all(*.memory_of_all))]
    Memory {
        /// What is too large.
        what: String,
        /// Bytes that were needed when reading stopped.
        requested: u64,
        /// The limit in bytes.
        limit: u64,
        /// About how many bytes all of it would take, if that can be estimated.
        memory_of_all: Option<u64>,
    },
    /// More layers than any image has.
    #[error("the image has {count} layers; at most {limit} are read")]
    TooManyLayers {
        /// The number of layers.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// A zstd frame needs more memory than is allowed.
    #[error("the zstd window of {what} is larger than {limit} bytes")]
    WideWindow {
        /// What was being decompressed.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A JSON document or a table is larger than any image needs.
    #[error("{what} is larger than {limit} bytes")]
    OverLimit {
        /// What is too large.
        what: String,
        /// The limit.
        limit: u64,
    },
}

/// Returns the end of a sentence with an estimate.
fn in_all(memory_of_all: Option<u64>) -> String {
    let about = |bytes| format!("; all of it would take about {}", human(bytes, Units::Si));
    memory_of_all.map(about).unwrap_or_default()
}

impl Error {
    /// Returns the error of something that is too large.
    #[must_use]
    pub(crate) fn too_large(what: impl Into<String>, error: TooLarge) -> Self {
        match error {
            TooLarge::Memory { requested, limit } => Self::Memory {
                what: what.into(),
                requested,
                limit,
                memory_of_all: None,
            },
            other => Self::TooLarge(other),
        }
    }

    /// Estimates the memory of all files from those that were read.
    #[must_use]
    pub(crate) fn after_part(mut self, read: u64, all: u64) -> Self {
        if let Self::Memory {
            requested,
            memory_of_all,
            ..
        } = &mut self
            && (1..=all).contains(&read)
        {
            let estimate = u128::from(*requested) * u128::from(all) / u128::from(read);
            *memory_of_all = u64::try_from(estimate)
                .ok()
                .filter(|bytes| *bytes > *requested);
        }
        self
    }

    /// Returns whether it may be due to wrong bytes, which are right elsewhere.
    pub(crate) const fn is_of_bytes(&self) -> bool {
        match self {
            Self::Fetch(error) => matches!(error.kind, FetchErrorKind::OtherBytes),
            Self::Truncated { .. }
            | Self::Corrupt { .. }
            | Self::UnknownCompression { .. }
            | Self::LayerCompressedTwice { .. }
            | Self::WideWindow { .. } => true,
            _ => false,
        }
    }

    /// Marks the position as one in decompressed bytes.
    #[must_use]
    pub(crate) fn decompressed(mut self) -> Self {
        if let Self::Truncated { at, .. } | Self::Corrupt { at, .. } = &mut self {
            at.decompressed = true;
        }
        self
    }

    /// Returns the error of a blob that is not in the archive; `target` is the link's if it is one.
    pub(crate) fn missing(what: &str, name: &str, target: Option<String>) -> Self {
        let (what, name) = (what.to_owned(), name.to_owned());
        match target {
            Some(target) => Self::LinkOut { what, name, target },
            None => Self::MissingBlob { what, name },
        }
    }

    /// Returns what the user can do next about an image in a registry.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn hint_of_registry(&self) -> Option<&str> {
        match self {
            Self::Digest { .. } | Self::Corrupt { .. } | Self::Truncated { .. } => Some(
                "a proxy or the registry changed the bytes, or the image was built or pushed wrong: try again, or push it again",
            ),
            Self::Json { .. } | Self::MissingBlob { .. } | Self::UnknownCompression { .. } => {
                Some("the image was built or pushed wrong: push it again with a current tool")
            }
            Self::NothingListed { .. } => {
                Some("the index is empty, or the images in it were deleted: push the image again")
            }
            _ => self.hint(),
        }
    }

    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        Some(match self {
            Self::Cancelled => return None,
            Self::Shared(error) => return error.hint(),
            Self::Fetch(error) => return error.hint.as_deref(),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::ConnectionAborted => {
                "the sender stopped: try again, or check the engine's log"
            }
            Self::Io { source, .. } | Self::File { source, .. } if is_refused(source) => REFUSED,
            Self::Io { .. } | Self::File { .. } | Self::Reopen(_) => {
                "check that it exists and that you may read it"
            }
            Self::Empty | Self::Truncated { .. } => {
                "save it again: `docker save IMAGE -o FILE` (was the disk full, or the copy cut short?)"
            }
            Self::NotTar { head } if head.starts_with(b"\xfd7z") => {
                "xz is not supported: `xz -dc FILE | dive-rs -`"
            }
            Self::NotTar { head } if head.starts_with(b"BZh") => {
                "bzip2 is not supported: `bzip2 -dc FILE | dive-rs -`"
            }
            Self::CompressedTwice { .. } => {
                "decompress it once: `gzip -dc FILE | dive-rs -`, or `zstd -dc FILE | dive-rs -`"
            }
            Self::LayerCompressedTwice { .. } => {
                "no engine decompresses a layer twice: build or save the image again"
            }
            Self::OtherLayout { requested, name }
                if *requested == SINGLE_IMAGE && name != "index.json" =>
            {
                "it is an unpacked docker archive (`docker save`, `podman save`): omit the scheme or --source, `dive-rs PATH` opens it"
            }
            Self::OtherLayout { .. } => "omit the scheme or --source: dive-rs detects the kind",
            Self::NothingListed { .. } => {
                "the list is empty or refers to nothing in the archive: save the image again"
            }
            Self::NoLayout => {
                "a folder must be an OCI layout or an image of skopeo's `dir:`: `skopeo copy docker://NAME oci:FOLDER` makes one; a root file system is not an image"
            }
            Self::LinkOut { .. } => {
                "pack the archive with the files behind its links: `tar --dereference` does"
            }
            Self::Schema1 => {
                "convert it: `skopeo copy --format v2s2 SOURCE dir:FOLDER`, or push it again with a current engine"
            }
            Self::NotTar { .. } | Self::NoImage => {
                "make an image archive with `docker save IMAGE -o FILE` or `podman save`; a root file system is not an image"
            }
            Self::Corrupt { .. }
            | Self::Json { .. }
            | Self::MissingBlob { .. }
            | Self::Digest { .. } => "the archive is damaged or incomplete: save or copy it again",
            Self::OtherContent { .. } => {
                "the registry or a proxy sends other bytes than before: `--no-cache` reads the layer again and checks its digest"
            }
            Self::UnknownCompression { .. } => {
                "layers can be plain, gzip or zstd: save the image again with one of these"
            }
            Self::SeveralImages { .. } => "choose one with --tag NAME",
            Self::SeveralPlatforms { images }
                if images.iter().any(|image| image.platform.os.is_empty()) =>
            {
                "choose one with --platform PLATFORM, or --tag NAME"
            }
            Self::SeveralPlatforms { images }
                if images
                    .iter()
                    .any(|image| !image.platform.os_version.is_empty()) =>
            {
                "choose one with --platform OS/ARCH:VERSION"
            }
            Self::SeveralPlatforms { .. } => "choose one with --platform PLATFORM",
            Self::NotAnImage { hint, .. } => hint,
            Self::NoSuchImage { .. } => "choose one of those, or omit the option",
            Self::NotShallow => {
                "`registry://NAME` reads an image from its registry; otherwise omit --shallow"
            }
            Self::NotKept { .. } => {
                "save the image to a file and open the file: `docker save IMAGE -o FILE`"
            }
            Self::WideWindow { .. } => {
                "it was compressed with --long: compress it again without, or decompress it: `zstd -dc --long=31 FILE`"
            }
            Self::Memory { .. } => {
                "--max-memory SIZE allows more; real images take about 150 bytes per file: the archive may be hostile"
            }
            Self::TooLarge(TooLarge::System { .. }) => {
                "close other programs, or run it on a machine with more memory"
            }
            Self::TooLarge(_) | Self::TooManyLayers { .. } | Self::OverLimit { .. } => {
                "no real image is this large: the archive may be hostile"
            }
        })
    }
}

/// Returns the platform of an image; its name where it has none.
fn platform_or_name(image: &ListedImage) -> String {
    if image.platform.os.is_empty() {
        image.name.clone()
    } else {
        image.platform.to_string()
    }
}

/// Returns the names of images in order, each once.
fn unique(images: &[ListedImage], name: impl Fn(&ListedImage) -> String) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in images.iter().map(name) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}
