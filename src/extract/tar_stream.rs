//! Writes files of an image as a tar stream, with their modes, owners, times and attributes. Every layer is read once, so members are in the order of the
//! layers, and a folder may follow its files; a hard link follows the file it names.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::layout::{PathVersion, reachable};
use super::tar_header::{BLOCK, Member, header};
use super::{Error, ExtractResult, LayerContents, Skipped};
use crate::archive::{Cancel, ModifiedTime, Piece};
use crate::image::{EntryId, EntryKind, Image, LayerId, NodeId};

/// The longest run of zeros that is written at once.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// Names of one entry, each with the tar entry that has its mode and owner.
type EntryNames = Vec<(Vec<u8>, EntryId)>;

/// Writes items, which are in the tree's order and have one version per path. A stream that ends with an error has no end marker.
///
/// # Errors
/// [`Error::Stream`] when `out` fails, another one when the contents cannot be read.
pub(crate) fn write_tar(
    image: &Image,
    items: &[PathVersion],
    contents: &impl LayerContents,
    out: &mut impl Write,
    cancel: &Cancel,
) -> Result<ExtractResult, Error> {
    let mut stream = TarOutput {
        image,
        out,
        done: ExtractResult::default(),
    };
    let entries = stream.plan(items)?;
    for (layer, entries) in &entries {
        stream.layer(*layer, entries, contents, cancel)?;
    }
    stream
        .out
        .write_all(&[0; 2 * BLOCK])
        .map_err(Error::Stream)?;
    Ok(stream.done)
}

struct TarOutput<'a, W> {
    image: &'a Image,
    out: &'a mut W,
    done: ExtractResult,
}

impl<W: Write> TarOutput<'_, W> {
    /// Returns the entries to read by layer, then by offset. Folders without an entry are written now.
    fn plan(
        &mut self,
        items: &[PathVersion],
    ) -> Result<BTreeMap<LayerId, BTreeMap<u64, EntryNames>>, Error> {
        let image = self.image;
        let mut entries: BTreeMap<LayerId, BTreeMap<u64, EntryNames>> = BTreeMap::new();
        let mut skipped = Skipped::default();
        let mut covered = 0;
        for item in reachable(image, items.iter().copied(), &mut covered) {
            let path = relative(image, item.base, item.node);
            if path.is_empty() {
                continue;
            }
            let entry = image.entry(item.entry);
            let content = match entry.kind() {
                EntryKind::File | EntryKind::HardLink => image.content((item.layer, item.entry)),
                _ => Some((item.layer, item.entry)),
            };
            let Some((layer, content)) = content else {
                skipped.dangling += 1;
                continue;
            };
            if path.contains(&0) {
                skipped.unnameable += 1;
            } else if entry.is_implied() {
                self.member(&path, item.entry, ModifiedTime::default(), None)
                    .map_err(Error::Stream)?;
            } else {
                let entries = entries.entry(layer).or_default();
                let names = entries.entry(image.entry(content).offset()).or_default();
                names.push((path, content));
            }
        }
        self.done.skipped = Skipped { covered, ..skipped };
        Ok(entries)
    }

    /// Writes the members whose entries are in a layer.
    fn layer(
        &mut self,
        layer: LayerId,
        entries: &BTreeMap<u64, EntryNames>,
        contents: &impl LayerContents,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        let offsets: Vec<u64> = entries.keys().copied().collect();
        let names: Vec<&EntryNames> = entries.values().collect();
        let mut failed = None;
        let mut written = 0;
        let read = contents.read(layer, &offsets, cancel, |at, piece| {
            self.piece(names[at], piece, &mut written).map_err(|error| {
                failed = Some(error);
                io::ErrorKind::Other.into()
            })
        });
        match failed {
            Some(error) => Err(Error::Stream(error)),
            None => Ok(read?),
        }
    }

    /// Writes the next piece of an entry. `written` counts the bytes of its content. Returns whether more pieces are wanted.
    fn piece(
        &mut self,
        names: &EntryNames,
        piece: Piece<'_>,
        written: &mut u64,
    ) -> io::Result<bool> {
        let Some(((path, id), others)) = names.split_first() else {
            return Ok(false);
        };
        let is_file = self.image.entry(*id).kind() == EntryKind::File;
        match piece {
            Piece::Begin(modified) => {
                *written = 0;
                self.member(path, *id, modified, None)?;
                return Ok(is_file);
            }
            Piece::Bytes(bytes) => {
                self.out.write_all(bytes)?;
                *written += bytes.len() as u64;
            }
            Piece::Hole(len) => {
                self.zeros(len)?;
                *written += len;
            }
            Piece::End if is_file => {
                let size = self.image.entry(*id).size;
                if *written != size {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.done.bytes += size;
                self.zeros(size.next_multiple_of(BLOCK as u64) - size)?;
                for (other, id) in others {
                    self.member(other, *id, ModifiedTime::default(), Some(path))?;
                }
            }
            Piece::End => {}
        }
        Ok(true)
    }

    fn zeros(&mut self, mut left: u64) -> io::Result<()> {
        while left > 0 {
            let some = usize::try_from(left).map_or(ZEROS.len(), |left| left.min(ZEROS.len()));
            self.out.write_all(&ZEROS[..some])?;
            left -= some as u64;
        }
        Ok(())
    }

    /// Writes the header of a member; of a hard link, when it has the path of a file before it.
    fn member(
        &mut self,
        path: &[u8],
        id: EntryId,
        modified: ModifiedTime,
        linked: Option<&[u8]>,
    ) -> io::Result<()> {
        let entry = self.image.entry(id);
        let type_flag = match entry.kind() {
            _ if linked.is_some() => b'1',
            EntryKind::File | EntryKind::HardLink => b'0',
            EntryKind::Symlink => b'2',
            EntryKind::CharDevice => b'3',
            EntryKind::BlockDevice => b'4',
            EntryKind::Directory => b'5',
            EntryKind::Fifo => b'6',
        };
        let slash: &[u8] = if entry.is_dir() { b"/" } else { b"" };
        let member = Member {
            path: &[path, slash].concat(),
            type_flag,
            target: linked
                .or_else(|| self.image.target(entry))
                .unwrap_or_default(),
            entry,
            rare_fields: self.image.rare_fields(entry),
            size: if type_flag == b'0' { entry.size } else { 0 },
            modified,
        };
        self.out.write_all(&header(&member))?;
        self.done.paths += 1;
        Ok(())
    }
}

/// Returns a node's path below `base`, without a leading slash.
fn relative(image: &Image, base: NodeId, node: NodeId) -> Vec<u8> {
    let skip = match base {
        NodeId::ROOT => 1,
        base => image.tree.path(base).len() + 1,
    };
    let path = image.tree.path(node);
    path.get(skip..).unwrap_or_default().to_vec()
}
