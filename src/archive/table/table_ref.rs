//! The table of contents of a layer as the manifest names it, in the annotations of the layer's descriptor. Reads no blob.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::image::Compression;

/// The digest of an eStargz table, decompressed (stargz-snapshotter, "eStargz: Standard-Compatible Extension").
const ESTARGZ: &str = "containerd.io/snapshot/stargz/toc.digest";
/// The digest and the place of a zstd:chunked table, compressed (containers/storage, `pkg/chunked`); the second spelling is the older one.
const ZSTD_CHUNKED: [(&str, &str); 2] = [
    (
        "io.github.containers.zstd-chunked.manifest-checksum",
        "io.github.containers.zstd-chunked.manifest-position",
    ),
    (
        "io.containers.zstd-chunked.manifest-checksum",
        "io.containers.zstd-chunked.manifest-position",
    ),
];

/// A layer's table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableRef {
    /// The digest that the manifest names.
    pub(crate) digest: String,
    pub(crate) format: TableFormat,
}

/// The format of a table, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TableFormat {
    /// At the offset in the footer, as a gzip member.
    Estargz,
    /// In a skippable frame: at this place, else at the one in the footer.
    ZstdChunked(Option<Range<u64>>),
    /// In a blob of its own, of so many bytes.
    Soci(u64),
}

impl TableRef {
    /// Returns the table that a layer's annotations name.
    pub(crate) fn of(annotations: &BTreeMap<String, String>) -> Option<Self> {
        let zstd = ZSTD_CHUNKED.iter().find_map(|(digest, place)| {
            let digest = annotations.get(*digest)?.clone();
            let place = annotations.get(*place).and_then(|text| place_in(text));
            let format = TableFormat::ZstdChunked(place);
            Some(Self { digest, format })
        });
        zstd.or_else(|| {
            let digest = annotations.get(ESTARGZ)?.clone();
            let format = TableFormat::Estargz;
            Some(Self { digest, format })
        })
    }

    /// Returns the compression of the layer.
    pub(crate) const fn compression(&self) -> Compression {
        match self.format {
            TableFormat::Estargz | TableFormat::Soci(_) => Compression::Gzip,
            TableFormat::ZstdChunked(_) => Compression::Zstd,
        }
    }
}

/// Returns a place as written: offset, length, decompressed length, type.
fn place_in(text: &str) -> Option<Range<u64>> {
    let mut numbers = text.split(':').map(str::parse);
    let start: u64 = numbers.next()?.ok()?;
    let length = numbers.next()?.ok()?;
    Some(start..start.checked_add(length)?)
}

#[cfg(test)]
mod tests {
    use super::{TableFormat, TableRef};

    #[test]
    fn annotations_name_the_table() {
        let of = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(a, b)| ((*a).into(), (*b).into()));
            TableRef::of(&pairs.collect())
        };
        let place = "io.github.containers.zstd-chunked.manifest-position";
        let sum = "io.github.containers.zstd-chunked.manifest-checksum";
        let format = |text| Some(of(&[(sum, "d"), (place, text)])?.format);
        let some = TableFormat::ZstdChunked(Some(10..15));
        assert_eq!(format("10:5:9:1"), Some(some));
        let max = u64::MAX.to_string();
        for odd in ["", "10", "10:x", &format!("{max}:{max}")] {
            assert_eq!(format(odd), Some(TableFormat::ZstdChunked(None)), "{odd}");
        }
        assert_eq!(of(&[(place, "10:5")]), None, "no digest");
        let stargz = of(&[("containerd.io/snapshot/stargz/toc.digest", "d")]);
        assert_eq!(stargz.map(|table| table.format), Some(TableFormat::Estargz));
    }
}
