//! Encodes a layer's index as bytes and decodes it: what the layer's tar lists, and the checkpoints of its gzip stream. Values of a kind are stored together,
//! by postcard. Bytes that do not decode are ignored. Opens no file.

use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

use super::checksummed_file::{Magic, open, seal};
use crate::archive::{Checkpoint, LayerIndex};
use crate::image::{
    Compression, Entry, HeaderBlock, Listing, PathSet, RareFields, RareFieldsId, Unreachable,
};

/// The number rises with every change of the columns or of how a tar is listed.
const MAGIC: &Magic = b"dive-rs layer 7\n";

/// An index in columns.
#[derive(Serialize, Deserialize)]
struct IndexColumns<'a> {
    /// The name of the layer's file in the cache: the digest of its blob.
    name: &'a str,
    /// The length of the blob, in bytes.
    length: u64,
    tar_digest: Option<&'a str>,
    compression: u8,
    missing_end_at: Option<u64>,
    parents: Vec<u32>,
    name_lengths: Vec<u16>,
    names: &'a [u8],
    nodes: Vec<u32>,
    sizes: Vec<u64>,
    /// Each less the one before it.
    offsets: Vec<u64>,
    /// Four bytes each, little-endian: seconds since 1970.
    modified: &'a [u8],
    /// Eight bytes each, little-endian; 0 for none.
    hashes: &'a [u8],
    owners: Vec<(u32, u32)>,
    /// 0 for none, else the place plus one.
    rare_fields_ids: Vec<u32>,
    modes: Vec<u16>,
    type_flags: &'a [u8],
    /// Places of entries whose path begins with a slash.
    absolute: Vec<u32>,
    rare_fields: Vec<StoredRareFields<'a>>,
    whiteouts: Vec<u32>,
    opaque: Vec<u32>,
    /// Entries whose path no kernel opens, and their bytes.
    unreachable: (u64, u64),
    warnings: Vec<&'a str>,
    checkpoints: Vec<(u64, u64, &'a [u8])>,
}

#[derive(Serialize, Deserialize)]
struct StoredRareFields<'a> {
    target: &'a [u8],
    xattrs: Vec<(&'a [u8], &'a [u8])>,
    device: Option<(u32, u32)>,
}

/// Returns the index of a blob with so many bytes as bytes; `None` if it cannot be written.
pub(super) fn encode(
    name: &str,
    length: u64,
    listing: &Listing,
    checkpoints: &[Checkpoint],
) -> Option<Vec<u8>> {
    let entries = &listing.entries;
    let (mut before, mut absolute) = (0, Vec::new());
    let (mut offsets, mut hashes) = (Vec::with_capacity(entries.len()), Vec::new());
    for (place, entry) in entries.iter().enumerate() {
        offsets.push(entry.offset().wrapping_sub(before));
        before = entry.offset();
        let hash = entry.hash.map_or(0, NonZeroU64::get);
        hashes.extend_from_slice(&hash.to_le_bytes());
        if entry.absolute {
            absolute.push(u32::try_from(place).ok()?);
        }
    }
    let (parents, name_lengths, names) = listing.paths.parts();
    let times = entries.iter().map(|entry| entry.modified.to_le_bytes());
    let modified: Vec<u8> = times.flatten().collect();
    let type_flags: Vec<u8> = entries.iter().map(|entry| entry.type_flag).collect();
    let extra_id = |entry: &Entry| {
        entry
            .rare_fields
            .map_or(Some(0), |id| u32::try_from(id.index() + 1).ok())
    };
    let columns = IndexColumns {
        name,
        length,
        tar_digest: listing.digests.as_ref().map(|(_, tar)| tar.as_str()),
        compression: match listing.compression {
            Compression::None => 0,
            Compression::Gzip => 1,
            Compression::Zstd => 2,
        },
        missing_end_at: listing.missing_end_at,
        parents,
        name_lengths,
        names,
        nodes: listing.nodes.clone(),
        sizes: entries.iter().map(|entry| entry.size).collect(),
        offsets,
        modified: &modified,
        hashes: &hashes,
        owners: entries.iter().map(|entry| (entry.uid, entry.gid)).collect(),
        rare_fields_ids: entries.iter().map(extra_id).collect::<Option<_>>()?,
        modes: entries.iter().map(|entry| entry.mode).collect(),
        type_flags: &type_flags,
        absolute,
        rare_fields: listing.rare_fields.iter().map(stored).collect(),
        whiteouts: listing.whiteouts.clone(),
        opaque: listing.opaque.clone(),
        unreachable: (listing.unreachable.entries, listing.unreachable.bytes),
        warnings: listing.warnings.iter().map(String::as_str).collect(),
        checkpoints: checkpoints.iter().map(Checkpoint::parts).collect(),
    };
    let plain = postcard::to_allocvec(&columns).ok()?;
    seal(MAGIC, &plain)
}

fn stored(fields: &RareFields) -> StoredRareFields<'_> {
    let pairs = fields.xattrs.iter();
    StoredRareFields {
        target: &fields.target,
        xattrs: pairs
            .map(|(name, value)| (name.as_slice(), value.as_slice()))
            .collect(),
        device: fields.device,
    }
}

/// Returns the index of a layer with this name; `None` if the bytes are damaged, of another format, or another layer's.
pub(super) fn decode(bytes: &[u8], name: &str) -> Option<LayerIndex> {
    let plain = open(MAGIC, bytes)?;
    let columns: IndexColumns<'_> = postcard::from_bytes(&plain).ok()?;
    if columns.name != name {
        return None;
    }
    index(columns)
}

/// Returns how many bytes the blob of a layer with this name has; `None` as for [`decode`].
pub(super) fn decode_length(bytes: &[u8], name: &str) -> Option<u64> {
    let plain = open(MAGIC, bytes)?;
    let columns: IndexColumns<'_> = postcard::from_bytes(&plain).ok()?;
    (columns.name == name).then_some(columns.length)
}

/// Builds an index from its columns; `None` if a column refers to a missing row.
fn index(columns: IndexColumns<'_>) -> Option<LayerIndex> {
    let count = columns.nodes.len();
    let paths = PathSet::of_parts(&columns.parents, &columns.name_lengths, columns.names)?;
    let alike = [
        columns.sizes.len(),
        columns.offsets.len(),
        columns.modified.len() / 4,
        columns.hashes.len() / 8,
        columns.owners.len(),
        columns.rare_fields_ids.len(),
        columns.modes.len(),
        columns.type_flags.len(),
    ];
    let within = |ids: &[u32], most: usize| ids.iter().all(|&id| (id as usize) < most);
    let sound = alike.iter().all(|length| *length == count)
        && within(&columns.nodes, paths.len())
        && within(&columns.opaque, paths.len())
        && within(&columns.whiteouts, count)
        && within(&columns.absolute, count)
        && within(&columns.rare_fields_ids, columns.rare_fields.len() + 1)
        && columns.whiteouts.is_sorted_by(|a, b| a < b)
        && columns.compression <= 2;
    if !sound {
        return None;
    }
    let entries = entries(&columns)?;
    let mut listing = Listing::new(match columns.compression {
        0 => Compression::None,
        1 => Compression::Gzip,
        _ => Compression::Zstd,
    });
    listing.paths = paths;
    listing.entries = entries;
    listing.rare_fields = columns.rare_fields.iter().map(restored).collect();
    listing.nodes = columns.nodes;
    listing.whiteouts = columns.whiteouts;
    listing.opaque = columns.opaque;
    let (entries, bytes) = columns.unreachable;
    listing.unreachable = Unreachable { entries, bytes };
    listing.missing_end_at = columns.missing_end_at;
    let digests = |tar: &str| (columns.name.to_owned(), tar.to_owned());
    listing.digests = columns.tar_digest.map(digests);
    listing.warnings = columns.warnings.into_iter().map(str::to_owned).collect();
    Some(LayerIndex {
        listing,
        checkpoints: checkpoints(columns.checkpoints)?,
    })
}

/// Returns checkpoints from their parts; `None` if they are not in order.
pub(super) fn checkpoints(parts: Vec<(u64, u64, &[u8])>) -> Option<Vec<Checkpoint>> {
    let checkpoints = parts
        .into_iter()
        .map(|(bit, before, window)| Checkpoint::of_parts(bit, before, window));
    let checkpoints: Vec<Checkpoint> = checkpoints.collect();
    let is_sorted = checkpoints.is_sorted_by_key(|checkpoint| checkpoint.parts().1);
    is_sorted.then_some(checkpoints)
}

/// Puts the entries together from columns of equal length.
fn entries(columns: &IndexColumns<'_>) -> Option<Vec<Entry>> {
    let mut offset = 0_u64;
    let mut entries = Vec::with_capacity(columns.nodes.len());
    for place in 0..columns.nodes.len() {
        offset = offset.wrapping_add(columns.offsets[place]);
        let hash = columns.hashes[place * 8..place * 8 + 8].try_into().ok()?;
        let modified = columns.modified[place * 4..place * 4 + 4].try_into().ok()?;
        let rare_fields = columns.rare_fields_ids[place].checked_sub(1);
        let (uid, gid) = columns.owners[place];
        entries.push(Entry {
            size: columns.sizes[place],
            header: HeaderBlock::at(offset).ok()?,
            modified: u32::from_le_bytes(modified),
            hash: NonZeroU64::new(u64::from_le_bytes(hash)),
            uid,
            gid,
            rare_fields: rare_fields
                .map(|id| RareFieldsId::at(id as usize))
                .transpose()
                .ok()?,
            mode: columns.modes[place],
            type_flag: columns.type_flags[place],
            absolute: false,
        });
    }
    for &place in &columns.absolute {
        entries[place as usize].absolute = true;
    }
    Some(entries)
}

fn restored(fields: &StoredRareFields<'_>) -> RareFields {
    let pairs = fields.xattrs.iter();
    RareFields {
        target: fields.target.to_vec(),
        xattrs: pairs
            .map(|(name, value)| (name.to_vec(), value.to_vec()))
            .collect(),
        device: fields.device,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{decode, decode_length, encode, seal};
    use crate::archive::{Checkpoint, LayerIndex};
    use crate::image::{Compression, Entry, HeaderBlock, Listing, PathSet, RareFields};

    const DIGEST: &str = "sha256:00";

    fn sample() -> LayerIndex {
        let mut listing = Listing::new(Compression::Gzip);
        listing.digests = Some((DIGEST.to_owned(), "sha256:11".to_owned()));
        listing.warnings.push("odd".to_owned());
        listing.missing_end_at = Some(7);
        let etc = listing.paths.child(PathSet::ROOT, b"etc").unwrap();
        let link = listing.paths.child(etc, b"li\xffnk").unwrap();
        let rare_fields = listing
            .add_rare_fields(RareFields {
                target: b"motd".to_vec(),
                xattrs: vec![(b"user.a".to_vec(), vec![0, 255])],
                device: Some((1, 3)),
            })
            .unwrap();
        let entry = Entry {
            rare_fields: Some(rare_fields),
            absolute: true,
            uid: 7,
            ..Entry::IMPLIED
        };
        listing
            .push(
                etc,
                Entry {
                    header: HeaderBlock::at(512).unwrap(),
                    modified: 1_700_000_000,
                    ..Entry::IMPLIED
                },
                false,
            )
            .unwrap();
        listing
            .push(
                link,
                Entry {
                    hash: std::num::NonZeroU64::new(9),
                    header: HeaderBlock::at(1 << 40).unwrap(),
                    ..entry
                },
                true,
            )
            .unwrap();
        listing.opaque.push(etc);
        let checkpoints = vec![
            Checkpoint::of_parts(80, 100, b"window"),
            Checkpoint::of_parts(8000, 10_000, &[7; 32 << 10]),
        ];
        LayerIndex {
            listing,
            checkpoints,
        }
    }

    fn encoded(index: &LayerIndex) -> Vec<u8> {
        encode(DIGEST, 7, &index.listing, &index.checkpoints).unwrap()
    }

    fn text(index: &LayerIndex) -> String {
        format!(
            "{:?} {:?} {:?}",
            index.listing.entries, index.listing.rare_fields, index.checkpoints
        )
    }

    #[test]
    fn an_index_comes_back_as_it_was() {
        let sample = sample();
        let back = decode(&encoded(&sample), DIGEST).unwrap();
        assert_eq!(text(&back), text(&sample));
        assert_eq!(decode_length(&encoded(&sample), DIGEST), Some(7));
        assert_eq!(decode_length(&encoded(&sample), "sha256:01"), None);
        let (one, other) = (&back.listing, &sample.listing);
        assert_eq!(
            (&one.nodes, &one.whiteouts, &one.opaque),
            (&other.nodes, &other.whiteouts, &other.opaque)
        );
        assert_eq!(
            (one.missing_end_at, &one.warnings, &one.digests),
            (other.missing_end_at, &other.warnings, &other.digests)
        );
        assert_eq!(one.paths.name(2), b"li\xffnk");
        assert!(
            decode(&encoded(&sample), "sha256:01").is_none(),
            "another layer's"
        );
    }

    proptest! {
        #[test]
        fn damaged_indexes_are_refused(place in 0_usize..10_000, bit in 0_u32..8, cut in any::<bool>()) {
            let mut bytes = encoded(&sample());
            let place = place % bytes.len();
            if cut {
                bytes.truncate(place);
            } else {
                bytes[place] ^= 1 << bit;
            }
            prop_assert!(decode(&bytes, DIGEST).is_none());
        }

        #[test]
        fn wrong_columns_are_refused(junk in prop::collection::vec(any::<u8>(), 0..200)) {
            let bytes = seal(super::MAGIC, &junk).unwrap();
            prop_assert!(decode(&bytes, DIGEST).is_none());
        }
    }
}
