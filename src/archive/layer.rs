//! One layer's tar, listed: paths cleaned, whiteouts told from files, contents hashed where they pass anyway. How layers stack is not known here.

use super::cancel::Cancel;
use super::fault::Fault;
use super::hash::hash_record;
use super::header::Header;
use super::scan::Scan;
use crate::archive::byte_source::ByteSource;
use crate::escape;
use crate::image::{Compression, Entry, Extra, ExtraId, Listing, PathSet, TooLarge, components};

/// The prefix of a whiteout and of what AUFS kept for itself; the marker of an opaque folder (OCI image spec, "Whiteouts").
const WHITEOUT: &[u8] = b".wh.";
const RESERVED: &[u8] = b".wh..wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";
/// The table of contents that eStargz puts behind the layer's tar (stargz-snapshotter, "eStargz: Standard-Compatible Extension"). No file of the image.
const STARGZ_TOC: &[u8] = b"stargz.index.json";
/// Longest path taken, in bytes; PATH_MAX is 4096.
const LONGEST_PATH: usize = 32 << 10;
/// Most bytes of link targets and extended attributes that one layer may have.
const MOST_EXTRA_BYTES: usize = 256 << 20;
/// How many warnings a layer keeps.
const MOST_WARNINGS: usize = 100;

/// Why a layer could not be listed.
#[derive(Debug)]
pub(super) enum ListFault {
    Tar(Fault),
    TooLarge(TooLarge),
    Cancelled,
}

impl From<Fault> for ListFault {
    fn from(fault: Fault) -> Self {
        Self::Tar(fault)
    }
}

impl From<TooLarge> for ListFault {
    fn from(error: TooLarge) -> Self {
        Self::TooLarge(error)
    }
}

/// Lists a layer's tar. With `hash`, regular files' contents are read and hashed; without, they are jumped over. `passed` is told now and then
/// how many bytes of the tar lie behind.
pub(super) fn list(
    tape: impl ByteSource,
    compression: Compression,
    hash: bool,
    cancel: &Cancel,
    passed: impl FnMut(u64),
) -> Result<Listing, (ListFault, u64)> {
    let mut scan = Scan::new(tape);
    list_from(&mut scan, compression, hash, cancel, passed)
        .map_err(|fault| (fault, scan.position()))
}

fn list_from(
    scan: &mut Scan<impl ByteSource>,
    compression: Compression,
    hash: bool,
    cancel: &Cancel,
    mut passed: impl FnMut(u64),
) -> Result<Listing, ListFault> {
    let mut lister = Lister {
        listing: Listing::new(compression),
        folder: Vec::new(),
        folder_node: PathSet::ROOT,
        extra_bytes: 0,
    };
    while scan.next()? {
        if cancel.is_cancelled() {
            return Err(ListFault::Cancelled);
        }
        passed(scan.position());
        let header = scan.header();
        if let Some(found) = lister.record(header)? {
            let content = if hash && found.entry.size > 0 {
                let hash = hash_record(scan, cancel, &mut passed)?;
                Some(hash.ok_or(ListFault::Cancelled)?)
            } else {
                None
            };
            lister.listing.push(
                found.node,
                Entry {
                    hash: content,
                    ..found.entry
                },
                found.whiteout,
            )?;
        }
    }
    let mut listing = lister.listing;
    listing.warnings.append(&mut scan.warnings);
    listing.warnings.truncate(MOST_WARNINGS);
    listing.unended = scan.unended();
    if let Some(end) = listing.unended {
        listing.warnings.push(format!(
            "the tar ends at byte {end} without the zeros that mark its end"
        ));
    }
    Ok(listing)
}

/// What a layer lists, so far.
struct Lister {
    listing: Listing,
    /// The folder of the last record as written, and its node: records of one folder mostly follow each other.
    folder: Vec<u8>,
    folder_node: u32,
    /// Bytes of link targets and attributes kept.
    extra_bytes: usize,
}

struct Found {
    node: u32,
    entry: Entry,
    whiteout: bool,
}

impl Lister {
    /// Returns what a record is about; nothing for an opaque marker and for what is left out.
    fn record(&mut self, header: &Header) -> Result<Option<Found>, TooLarge> {
        if header.path.len() > LONGEST_PATH {
            self.warn(format!(
                "a path of {} bytes is left out: {}…",
                header.path.len(),
                escape::name(&header.path[..40])
            ));
            return Ok(None);
        }
        let path = &header.path[..];
        if header.after_end && path == STARGZ_TOC {
            return Ok(None);
        }
        let trimmed = path.strip_suffix(b"/").unwrap_or(path);
        let split = trimmed
            .iter()
            .rposition(|&byte| byte == b'/')
            .map_or(0, |slash| slash + 1);
        let (folder, last) = trimmed.split_at(split);
        let (parent, last) = if matches!(last, b"" | b"." | b"..") {
            match self.whole(path)? {
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
            self.listing.opaque.push(parent);
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
        Ok(Some(Found {
            node,
            entry: self.entry(header, whiteout)?,
            whiteout,
        }))
    }

    /// Returns the node of a record's folder, or nothing when the folder is one of AUFS's own.
    fn folder(&mut self, folder: &[u8], path: &[u8]) -> Result<Option<u32>, TooLarge> {
        if folder == self.folder {
            return Ok(Some(self.folder_node));
        }
        let mut node = PathSet::ROOT;
        let (parts, dotted) = components(folder);
        if dotted {
            self.warn(format!(
                "a path with `..` is taken from the root: {}",
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

    /// Splits a path whose last part is no name: cleaned as a whole first. Nothing is left of the root's.
    fn whole<'a>(&mut self, path: &'a [u8]) -> Result<Option<(u32, &'a [u8])>, TooLarge> {
        let (parts, _) = components(path);
        let Some((last, folders)) = parts.split_last() else {
            return Ok(None);
        };
        let folder = folders.join(&b'/');
        Ok(self.folder(&folder, path)?.map(|node| (node, *last)))
    }

    /// The root's own record counts as a folder's; anything else that claims to be the root is left out.
    fn root(&mut self, header: &Header) -> Result<Option<Found>, TooLarge> {
        if header.type_flag == b'5' {
            return Ok(Some(Found {
                node: PathSet::ROOT,
                entry: self.entry(header, false)?,
                whiteout: false,
            }));
        }
        self.warn("a record without a name is left out".to_owned());
        Ok(None)
    }

    fn entry(&mut self, header: &Header, whiteout: bool) -> Result<Entry, TooLarge> {
        let is_link = matches!(header.type_flag, b'1' | b'2');
        let extra = if is_link || header.device.is_some() || !header.xattrs.is_empty() {
            let target = if is_link {
                header.link.clone()
            } else {
                Vec::new()
            };
            Some(self.extra(Extra {
                target,
                xattrs: header.xattrs.clone(),
                device: header.device,
            })?)
        } else {
            None
        };
        let mut entry = Entry {
            size: 0,
            offset: header.offset,
            hash: None,
            uid: u32::try_from(header.uid).unwrap_or(u32::MAX),
            gid: u32::try_from(header.gid).unwrap_or(u32::MAX),
            extra,
            mode: u16::try_from(header.mode & 0o177_777).unwrap_or(0),
            type_flag: header.type_flag,
            absolute: header.path.starts_with(b"/"),
        };
        if entry.kind() == crate::image::Kind::File && !whiteout {
            entry.size = header.size;
        }
        Ok(entry)
    }

    /// Keeps an extra, unless it is the last one's equal: whole trees may have the same attributes.
    fn extra(&mut self, extra: Extra) -> Result<ExtraId, TooLarge> {
        if self.listing.extras.last() == Some(&extra) {
            return ExtraId::at(self.listing.extras.len() - 1);
        }
        let attributes = extra.xattrs.iter();
        let bytes = attributes.map(|(name, value)| name.len() + value.len());
        self.extra_bytes += extra.target.len() + bytes.sum::<usize>();
        if self.extra_bytes > MOST_EXTRA_BYTES {
            return Err(TooLarge);
        }
        self.listing.add_extra(extra)
    }

    fn warn(&mut self, text: String) {
        if self.listing.warnings.len() < MOST_WARNINGS {
            self.listing.warnings.push(text);
        }
    }
}
