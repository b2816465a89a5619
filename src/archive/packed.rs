//! A file that is packed as a whole, read at any place of what it unpacks to: from a reader that stands before the place, or from the nearest mark.
//! What lies between is unpacked and left out; nothing is kept of it. No tar here.

use std::fmt;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::blob::{Blob, Heard};
use super::compression::Unpacked;
use super::gunzip::{Gunzip, Mark};
use crate::archive::byte_source::{ByteSource as _, StreamSource};
use crate::image::Compression;

/// How many bytes are left out at once, so that whoever waits hears how far it is and is heard.
const STEP: u64 = 4 << 20;
/// How many readers are kept for whoever reads on: as many as threads may look for something, and a zstd window each.
const MOST: usize = 4;

/// A packed file.
pub(super) struct Packed {
    blob: Blob,
    compression: Compression,
    /// Where a gzip file can be read from, in order; else only from its start.
    marks: Vec<Mark>,
    /// Those that read before and may read on, the last one last.
    readers: Mutex<Vec<Reader>>,
}

/// Someone who unpacks from a place on.
struct Reader {
    start: u64,
    /// How far the packed file has been read for it.
    read: Arc<AtomicU64>,
    unpacked: StreamSource<Box<dyn Read + Send>>,
}

impl Reader {
    /// Returns where they stand in what comes out.
    fn at(&self) -> u64 {
        self.start + self.unpacked.position()
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packed")
            .field("blob", &self.blob)
            .field("compression", &self.compression)
            .finish_non_exhaustive()
    }
}

impl Packed {
    /// `marks` are those of a gzip blob.
    pub(super) fn new(blob: Blob, compression: Compression, marks: Vec<Mark>) -> Self {
        Self {
            blob,
            compression,
            marks,
            readers: Mutex::default(),
        }
    }

    /// Reads at a place until `buf` is full or the bytes end; returns how many there were. Tells `heard` how far the packed file is read before that.
    pub(super) fn read_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        heard: Option<&Heard>,
    ) -> io::Result<usize> {
        let mut reader = self.reader(offset)?;
        while reader.at() < offset {
            let left = (offset - reader.at()).min(STEP);
            if reader.unpacked.skip(left)? < left {
                break;
            }
            if let Some(heard) = heard {
                heard.hear(reader.read.load(Ordering::Relaxed), self.blob.len())?;
            }
        }
        let count = reader.unpacked.fill(buf)?;
        if let Ok(mut readers) = self.readers.lock() {
            if readers.len() == MOST {
                readers.remove(0);
            }
            readers.push(reader);
        }
        Ok(count)
    }

    /// Returns who has the least to leave out before a place.
    fn reader(&self, offset: u64) -> io::Result<Reader> {
        let mark = self.marks.partition_point(|mark| mark.before <= offset);
        let mark = mark.checked_sub(1).map(|place| &self.marks[place]);
        let start = mark.map_or(0, |mark| mark.before);
        if let Ok(mut readers) = self.readers.lock() {
            let there = readers.iter().enumerate();
            let near = there.filter(|(_, reader)| (start..=offset).contains(&reader.at()));
            if let Some((place, _)) = near.max_by_key(|(_, reader)| reader.at()) {
                return Ok(readers.remove(place));
            }
        }
        let (blob, read) = self.blob.watched();
        let unpacked: Box<dyn Read + Send> = match mark {
            Some(mark) => Box::new(Gunzip::from_mark(blob, mark)?),
            None => Box::new(Unpacked::new(self.compression, blob.reader(0))?),
        };
        Ok(Reader {
            start,
            read,
            unpacked: StreamSource::new(unpacked),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::num::NonZeroUsize;

    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::Packed;
    use crate::archive::blob::Blob;
    use crate::archive::gunzip::Gunzip;
    use crate::image::Compression;

    /// Bytes of which no two places look alike.
    fn plain() -> Vec<u8> {
        (0..200_000_u32).flat_map(u32::to_be_bytes).collect()
    }

    fn packed(compression: Compression) -> Packed {
        let plain = plain();
        let bytes = match compression {
            Compression::Gzip => {
                let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
                packed.write_all(&plain).expect("packed");
                packed.finish().expect("packed")
            }
            _ => zstd::encode_all(&*plain, 1).expect("packed"),
        };
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&bytes).expect("written");
        let blob = Blob::whole(file).expect("a blob");
        let marks = if compression == Compression::Gzip {
            let mut gunzip =
                Gunzip::marking(blob.clone(), NonZeroUsize::MIN, 30_000).expect("gzip");
            std::io::copy(&mut gunzip, &mut std::io::sink()).expect("it is whole");
            gunzip.into_marks()
        } else {
            Vec::new()
        };
        Packed::new(blob, compression, marks)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn whatever_is_read_in_whatever_order_is_what_stands_there(
            places in prop::collection::vec((0_u64..900_000, 0_usize..50_000), 1..12),
        ) {
            let plain = plain();
            for compression in [Compression::Gzip, Compression::Zstd] {
                let blob = Blob::unpacked(packed(compression));
                for &(offset, len) in &places {
                    let mut read = vec![0; len];
                    let count = blob.read_at(offset, &mut read).expect("it can be read");
                    let start = usize::try_from(offset).expect("it fits").min(plain.len());
                    let end = (start + len).min(plain.len());
                    prop_assert!(read[..count] == plain[start..end], "{} from {}", len, offset);
                }
            }
        }
    }

    #[test]
    fn who_reads_on_does_not_begin_again() {
        let packed = packed(Compression::Zstd);
        let mut buf = [0; 1000];
        for offset in (0..400_000).step_by(1000) {
            let read = packed.read_at(offset, &mut buf, None);
            read.expect("it can be read");
            let further = packed.read_at(400_000 + offset, &mut buf, None);
            further.expect("it can be read");
        }
        let readers = packed.readers.lock().expect("nobody else");
        assert_eq!(readers.len(), 2, "one for each place");
    }
}
