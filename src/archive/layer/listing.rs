//! Lists a layer's tar: paths are normalized, whiteouts are separated from files, contents are hashed where they are read anyway. `image` stacks
//! the layers.

use std::num::NonZeroU64;

use crate::archive::cancel::Cancel;
use crate::archive::content_hash::hash_entry;
use crate::archive::input::byte_source::ByteSource;
use crate::archive::tar::error::TarError;
use crate::archive::tar::header::Header;
use crate::archive::tar::reader::TarReader;
use crate::bytes::count;
use crate::escape;
use crate::image::{
    Budget, Compression, Entry, EntryKind, HeaderBlock, Listing, PathSet, RareFields, RareFieldsId,
    TooLarge, components,
};

/// The prefixes of whiteouts and of AUFS's own files, and the marker of an opaque folder (OCI image spec, "Whiteouts").
const WHITEOUT: &[u8] = b".wh.";
const RESERVED: &[u8] = b".wh..wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";
/// The table of contents that eStargz adds to the end of the layer's tar, or behind it (stargz-snapshotter, "eStargz: Standard-Compatible Extension"). No file of the image.
pub(crate) const STARGZ_TOC: &[u8] = b"stargz.index.json";
/// The files of one byte that eStargz adds to the root, to mark what is to be prefetched. No files of the image either.
const LANDMARKS: [&[u8]; 2] = [b".prefetch.landmark", b".no.prefetch.landmark"];
/// Longest path that a kernel opens, in bytes, from the root's slash on (Linux: `PATH_MAX` is 4096 with the zero at the end).
const LONGEST_PATH: usize = 4095;
/// Most warnings of one layer.
const MOST_WARNINGS: usize = 100;

/// Why a layer cannot be listed.
#[derive(Debug)]
pub(crate) enum ListError {
    Tar(TarError),
    TooLarge(TooLarge),
    Cancelled,
}

impl From<TarError> for ListError {
    fn from(error: TarError) -> Self {
        Self::Tar(error)
    }
}

impl From<TooLarge> for ListError {
    fn from(error: TooLarge) -> Self {
        Self::TooLarge(error)
    }
}

/// How a layer is listed.
#[derive(Clone, Copy)]
pub(crate) struct ListOptions<'a> {
    /// The compression of its blob.
    pub(crate) compression: Compression,
    /// Whether the contents of regular files are read and hashed; without, they are skipped.
    pub(crate) hash: bool,
    /// The memory that listings may take.
    pub(crate) budget: &'a Budget,
    pub(crate) cancel: &'a Cancel,
}

/// Lists a layer's tar. `progress` gets the offset in the tar now and then. An error is returned with its offset.
pub(crate) fn list(
    source: impl ByteSource,
    options: ListOptions<'_>,
    mut progress: impl FnMut(u64),
) -> Result<Listing, (ListError, u64)> {
    let mut reader = TarReader::new(source);
    list_from(&mut reader, options, &mut progress).map_err(|error| (error, reader.position()))
}

fn list_from(
    reader: &mut TarReader<impl ByteSource>,
    options: ListOptions<'_>,
    mut progress: &mut dyn FnMut(u64),
) -> Result<Listing, ListError> {
    let ListOptions { hash, cancel, .. } = options;
    let mut lister = Lister::new(options.compression, options.budget);
    while reader.next()? {
        if cancel.is_cancelled() {
            return Err(ListError::Cancelled);
        }
        progress(reader.position());
        let header = reader.header();
        if let Some(found) = lister.entry_of(header)? {
            let content = if hash && found.entry.size > 0 {
                let hash = hash_entry(reader, cancel, &mut progress)?;
                Some(hash.ok_or(ListError::Cancelled)?)
            } else {
                None
            };
            lister.push(&found, content)?;
        }
    }
    let mut listing = lister.into_listing();
    let of_tar = reader.warnings.iter().map(ToString::to_string);
    listing.warnings.extend(of_tar);
    listing.warnings.truncate(MOST_WARNINGS);
    listing.missing_end_at = reader.missing_end_at();
    if let Some(end) = listing.missing_end_at {
        listing.warnings.push(format!(
            "the tar ends at byte {end} without the zeros that mark the end"
        ));
    }
    Ok(listing)
}

/// The listing so far, and the rules by which an entry of a tar is listed.
pub(crate) struct Lister {
    listing: Listing,
    /// The folder of the last entry as written, and its node: entries of one folder mostly follow each other.
    folder: Vec<u8>,
    folder_node: u32,
}

/// An entry and the node of its path.
pub(crate) struct ListedEntry {
    node: u32,
    pub(crate) entry: Entry,
    whiteout: bool,
}

impl Lister {
    /// Starts the listing of a blob.
    pub(crate) fn new(compression: Compression, budget: &Budget) -> Self {
        Self {
            listing: Listing::within(compression, budget),
            folder: Vec::new(),
            folder_node: PathSet::ROOT,
        }
    }

    /// Adds an entry with the hash of its content.
    pub(crate) fn push(
        &mut self,
        found: &ListedEntry,
        hash: Option<NonZeroU64>,
    ) -> Result<(), TooLarge> {
        let entry = Entry {
            hash,
            ..found.entry
        };
        self.listing.push(found.node, entry, found.whiteout)
    }

    /// Returns the listing.
    pub(crate) fn into_listing(self) -> Listing {
        let mut listing = self.listing;
        if listing.unreachable.entries > 0 {
            listing.warnings.push(format!(
                "{} not listed, with paths longer than {LONGEST_PATH} bytes, the most that Linux opens",
                count(listing.unreachable.entries, "entry is", "entries are")
            ));
        }
        listing
    }

    /// Returns the entry of a header; `None` for an opaque marker and an entry that is not listed.
    pub(crate) fn entry_of(&mut self, header: &Header) -> Result<Option<ListedEntry>, TooLarge> {
        // A shorter one cannot have a longer normal form.
        if header.path.len() >= LONGEST_PATH && length(&header.path) > LONGEST_PATH {
            let unreachable = &mut self.listing.unreachable;
            unreachable.entries += 1;
            if kind_of(header) == EntryKind::File {
                unreachable.bytes = unreachable.bytes.saturating_add(header.size);
            }
            return Ok(None);
        }
        let path = &header.path[..];
        if self.is_of_estargz(header) {
            return Ok(None);
        }
        let trimmed = path.strip_suffix(b"/").unwrap_or(path);
        let split = trimmed
            .iter()
            .rposition(|&byte| byte == b'/')
            .map_or(0, |slash| slash + 1);
        let (folder, last) = trimmed.split_at(split);
        let (parent, last) = if matches!(last, b"" | b"." | b"..") {
            match self.split_normalized(path)? {
                Some(split) => split,
                None => return self.root(header),
            }
        } else {
            match self.folder(folder, path)? {
                Some(parent) => (parent, last),
                None => return Ok(None),
            }
        };
        if last == OPAQUE {
            self.listing.mark_opaque(parent)?;
            return Ok(None);
        }
        if last.starts_with(RESERVED) {
            return Ok(None);
        }
        let (name, whiteout) = match last.strip_prefix(WHITEOUT) {
            Some(b"" | b"." | b"..") => return Ok(None),
            Some(name) => (name, true),
            None => (last, false),
        };
        let node = self.listing.paths.child(parent, name)?;
        Ok(Some(ListedEntry {
            node,
            entry: self.entry(header, whiteout)?,
            whiteout,
        }))
    }

    /// Returns whether an entry belongs to eStargz. Writers drop files of these names, so in a compressed layer no other file has them.
    fn is_of_estargz(&self, header: &Header) -> bool {
        let path = &header.path[..];
        let is_compressed = self.listing.compression != Compression::None;
        let is_landmark = || is_compressed && header.size == 1 && LANDMARKS.contains(&path);
        (path == STARGZ_TOC && (header.after_end || is_compressed)) || is_landmark()
    }

    /// Returns the node of a folder, or `None` if it is one of AUFS's own.
    fn folder(&mut self, folder: &[u8], path: &[u8]) -> Result<Option<u32>, TooLarge> {
        if folder == self.folder {
            return Ok(Some(self.folder_node));
        }
        let mut node = PathSet::ROOT;
        let (parts, dotted) = components(folder);
        if dotted {
            self.warn(format!(
                "a path with `..` is resolved from the root: {}",
                escape::name(path)
            ));
        }
        for part in parts {
            if part.starts_with(RESERVED) {
                return Ok(None);
            }
            node = self.listing.paths.child(node, part)?;
        }
        self.folder.clear();
        self.folder.extend_from_slice(folder);
        self.folder_node = node;
        Ok(Some(node))
    }

    /// Splits a path whose last part is not a name, after normalizing it. Returns `None` for the root.
    fn split_normalized<'a>(
        &mut self,
        path: &'a [u8],
    ) -> Result<Option<(u32, &'a [u8])>, TooLarge> {
        let (parts, _) = components(path);
        let Some((last, folders)) = parts.split_last() else {
            return Ok(None);
        };
        let folder = folders.join(&b'/');
        Ok(self.folder(&folder, path)?.map(|node| (node, *last)))
    }

    /// Returns the root's entry if it is a folder; any other entry for the root is not listed.
    fn root(&mut self, header: &Header) -> Result<Option<ListedEntry>, TooLarge> {
        if header.type_flag == b'5' {
            return Ok(Some(ListedEntry {
                node: PathSet::ROOT,
                entry: self.entry(header, false)?,
                whiteout: false,
            }));
        }
        self.warn("an entry without a name is not listed".to_owned());
        Ok(None)
    }

    fn entry(&mut self, header: &Header, whiteout: bool) -> Result<Entry, TooLarge> {
        let is_link = matches!(header.type_flag, b'1' | b'2');
        let rare_fields = if is_link || header.device.is_some() || !header.xattrs.is_empty() {
            let target = if is_link {
                header.link.clone()
            } else {
                Vec::new()
            };
            Some(self.rare_fields(RareFields {
                target,
                xattrs: header.xattrs.clone(),
                device: header.device,
            })?)
        } else {
            None
        };
        let mut entry = Entry {
            size: 0,
            header: HeaderBlock::at(header.offset)?,
            modified: header.modified.seconds_in_32_bits(),
            hash: None,
            uid: u32::try_from(header.uid).unwrap_or(u32::MAX),
            gid: u32::try_from(header.gid).unwrap_or(u32::MAX),
            rare_fields,
            mode: u16::try_from(header.mode & 0o177_777).unwrap_or(0),
            type_flag: header.type_flag,
            absolute: header.path.starts_with(b"/"),
        };
        if entry.kind() == EntryKind::File && !whiteout {
            entry.size = header.size;
        }
        Ok(entry)
    }

    /// Adds rare fields unless they equal the last ones: all files of a tree may have the same attributes.
    fn rare_fields(&mut self, fields: RareFields) -> Result<RareFieldsId, TooLarge> {
        if self.listing.rare_fields.last() == Some(&fields) {
            return RareFieldsId::at(self.listing.rare_fields.len() - 1);
        }
        self.listing.add_rare_fields(fields)
    }

    fn warn(&mut self, text: String) {
        if self.listing.warnings.len() < MOST_WARNINGS {
            self.listing.warnings.push(text);
        }
    }
}

/// Returns the length of a path from the root's slash on, without what normalizing drops.
fn length(path: &[u8]) -> usize {
    let (parts, _) = components(path);
    parts.iter().map(|part| 1 + part.len()).sum()
}

/// Returns what a header's path is.
const fn kind_of(header: &Header) -> EntryKind {
    Entry {
        type_flag: header.type_flag,
        ..Entry::IMPLIED
    }
    .kind()
}
