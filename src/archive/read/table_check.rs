//! Compares a layer that was read with its table of contents: what both list, and what both lead to in the files.

use std::collections::HashMap;
use std::io;
use std::num::NonZeroU64;

use crate::archive::cancel::Cancel;
use crate::archive::content_hash::ContentHash;
use crate::archive::digest::{Algorithm, RunningDigest, sha256_bytes};
use crate::archive::error::Error;
use crate::archive::input::blob::{Blob, SkipWatch};
use crate::archive::input::byte_source::SeekSource;
use crate::archive::layer::contents::read_from;
use crate::archive::table::fetch_table::TableError;
use crate::archive::tar::content::Piece;
use crate::escape;
use crate::image::{Entry, EntryKind, Listing, PathSet, RareFields, hash_of_digest};

/// A path as a listing has it.
#[derive(PartialEq, Eq)]
enum ListedPath<'a> {
    /// Whatever a layer below has there is hidden.
    Hidden,
    /// What is there; permission bits alone of the mode, attributes by name.
    There {
        kind: EntryKind,
        size: u64,
        mode: u16,
        owner: (u32, u32),
        target: &'a [u8],
        xattrs: Vec<&'a (Vec<u8>, Vec<u8>)>,
        device: Option<(u32, u32)>,
    },
}

/// A path as a listing has it, and its entry.
struct ListedEntry<'a> {
    path: ListedPath<'a>,
    /// Nothing where it is hidden.
    entry: Option<&'a Entry>,
}

impl ListedEntry<'_> {
    /// Returns whether a table's entry is that of the layer, apart from its content. eStargz rounds times to seconds.
    fn is_as_in(&self, layer: &Self, has_times: bool) -> bool {
        let times = |(own, other): (&Entry, &Entry)| {
            own.modified == other.modified || own.modified == other.modified.saturating_add(1)
        };
        let entries = self.entry.zip(layer.entry);
        self.path == layer.path && (!has_times || entries.is_none_or(times))
    }
}

/// A table of contents, and what it leads to.
pub(super) struct ListedTable<'a> {
    pub(super) listing: &'a Listing,
    /// Whether it has the times of the files.
    pub(super) has_times: bool,
    /// The contents of the files as a plain tar.
    pub(super) contents: &'a Blob,
}

/// Returns a path that is not the same in table and layer: it is missing in one of them, or differs, or the table leads to other bytes or has the digest of
/// others. The first by its name, of contents the first in the layer.
///
/// # Errors
/// [`TableError`] when there is no memory to compare them, the contents cannot be fetched, or the user cancelled.
pub(super) fn first_difference(
    table: &ListedTable<'_>,
    layer: &Listing,
    stop: &Cancel,
) -> Result<Option<String>, TableError> {
    let mut paths = PathSet::default();
    let of_table = paths.merge(&table.listing.paths)?;
    let of_layer = paths.merge(&layer.paths)?;
    let of_table = paths_of(table.listing, &of_table);
    let of_layer = paths_of(layer, &of_layer);
    let differs = |key: &&(u32, bool)| match (of_table.get(*key), of_layer.get(*key)) {
        (Some(own), Some(other)) => !own.is_as_in(other, table.has_times),
        _ => true,
    };
    let all = of_table.keys().chain(of_layer.keys());
    let first = all
        .filter(differs)
        .map(|(node, _)| path(&paths, *node))
        .min();
    let shown = |path: &[u8]| escape::name(path).into_owned();
    if let Some(first) = first {
        return Ok(Some(shown(&first)));
    }
    let contents = of_table.iter().filter_map(|(key, own)| {
        let (own, other) = own.entry.zip(of_layer.get(key)?.entry)?;
        (own.kind() == EntryKind::File && own.size > 0).then_some(ContentPair {
            node: key.0,
            offset: own.offset(),
            of_table: own.hash,
            of_layer: other.hash,
        })
    });
    let mut contents: Vec<ContentPair> = contents.collect();
    contents.sort_unstable_by_key(|pair| pair.offset);
    let other = first_other_content(&contents, table.contents, stop)?;
    Ok(other.map(|pair| shown(&path(&paths, pair.node))))
}

/// The content of a file in table and layer.
struct ContentPair {
    node: u32,
    /// Where the table leads to.
    offset: u64,
    /// The hash of the digest in the table, if it has one.
    of_table: Option<NonZeroU64>,
    /// The hash of the bytes in the layer.
    of_layer: Option<NonZeroU64>,
}

/// Reads the contents that a table leads to; returns the first that is not the layer's, or has another digest than the table's.
fn first_other_content<'a>(
    pairs: &'a [ContentPair],
    contents: &Blob,
    stop: &Cancel,
) -> Result<Option<&'a ContentPair>, TableError> {
    let offsets: Vec<u64> = pairs.iter().map(|pair| pair.offset).collect();
    let contents = contents.with_skip_watch(SkipWatch {
        callback: None,
        cancel: stop.clone(),
    });
    let (mut hash, mut sum) = Default::default();
    let mut alike = 0;
    let read = read_from(
        SeekSource::new(contents),
        "the layer",
        &offsets,
        stop,
        &mut |index, piece| {
            match piece {
                Piece::Begin(_) => {
                    hash = ContentHash::default();
                    let is_listed = pairs[index].of_table.is_some();
                    sum = is_listed.then(|| RunningDigest::new(Algorithm::Sha256));
                }
                Piece::Bytes(bytes) => {
                    hash.add(piece);
                    if let Some(sum) = &sum {
                        sum.add(bytes);
                    }
                }
                Piece::Hole(_) => hash.add(piece),
                Piece::End => {
                    let pair = &pairs[index];
                    let sum = sum.take().and_then(|sum| sha256_bytes(&sum.digest()));
                    let is_listed = pair.of_table.is_none_or(|listed| {
                        sum.is_some_and(|found| hash_of_digest(found) == listed)
                    });
                    let found = std::mem::take(&mut hash).finish();
                    if !is_listed || pair.of_layer != Some(found) {
                        return Err(io::ErrorKind::InvalidData.into());
                    }
                    alike = index + 1;
                }
            }
            Ok(true)
        },
    );
    match read {
        Ok(()) => Ok(None),
        Err(Error::Fetch(error)) => Err(TableError::Io(io::Error::other(error))),
        Err(_) if stop.is_cancelled() => Err(TableError::Io(io::ErrorKind::Interrupted.into())),
        // What cannot be read where the table leads to is not the layer's content either.
        Err(_) => Ok(pairs.get(alike)),
    }
}

/// Returns each path and each opaque folder of a listing; the last of several entries of a path counts. `nodes` has the place of each of its paths.
fn paths_of<'a>(listing: &'a Listing, nodes: &[u32]) -> HashMap<(u32, bool), ListedEntry<'a>> {
    let mut all = HashMap::new();
    let mut whiteouts = listing.whiteouts.iter().copied().peekable();
    for ((entry, node), index) in listing.entries.iter().zip(&listing.nodes).zip(0..) {
        let is_whiteout = whiteouts.next_if_eq(&index).is_some();
        let rare = entry.rare_fields;
        let rare: Option<&RareFields> = rare.and_then(|id| listing.rare_fields.get(id.index()));
        let listed = if is_whiteout {
            ListedPath::Hidden
        } else {
            let mut xattrs: Vec<_> = rare.map_or(&[][..], |rare| &rare.xattrs).iter().collect();
            xattrs.sort();
            ListedPath::There {
                kind: entry.kind(),
                size: entry.size,
                mode: entry.mode & 0o7777,
                owner: (entry.uid, entry.gid),
                target: rare.map_or(&[], |rare| &rare.target),
                xattrs,
                device: rare.and_then(|rare| rare.device),
            }
        };
        let listed = ListedEntry {
            path: listed,
            entry: (!is_whiteout).then_some(entry),
        };
        all.insert((nodes[*node as usize], false), listed);
    }
    for node in &listing.opaque {
        let hidden = ListedEntry {
            path: ListedPath::Hidden,
            entry: None,
        };
        all.insert((nodes[*node as usize], true), hidden);
    }
    all
}

/// Returns a path from the root, without a slash before it.
fn path(paths: &PathSet, node: u32) -> Vec<u8> {
    let folder = (node != PathSet::ROOT).then(|| path(paths, paths.parent(node)));
    let folder = folder.filter(|folder| !folder.is_empty());
    folder.map_or_else(
        || paths.name(node).to_vec(),
        |folder| [&folder, &b"/"[..], paths.name(node)].concat(),
    )
}
