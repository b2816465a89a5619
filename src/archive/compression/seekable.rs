//! A compressed file, read at any offset of its decompressed bytes: from a decoder that is before the offset, or from the nearest checkpoint. The
//! bytes between are decompressed and dropped. Does not parse tar.

use std::fmt;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::archive::compression::decompressor::Decompressor;
use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::input::blob::{Blob, RandomAccess, SkipWatch};
use crate::archive::input::byte_source::{ByteSource as _, StreamSource};
use crate::image::Compression;

/// How many bytes are skipped between two reports of progress and checks for a cancel.
const STEP: u64 = 4 << 20;
/// How many decoders are kept to read on from where they are; each holds a window.
const MOST_DECODERS: usize = 4;

/// A compressed file. Its length decompressed is not known.
pub(crate) struct SeekableDecompressor {
    blob: Blob,
    compression: Compression,
    /// Those of the blob, in order; empty when decompression can only begin at the start.
    checkpoints: Arc<[Checkpoint]>,
    /// Decoders that have read and may read on, the most recent last.
    decoders: Mutex<Vec<Decoder>>,
}

/// A decoder at an offset.
struct Decoder {
    start: u64,
    /// How far it has read the compressed file.
    read: Arc<AtomicU64>,
    bytes: StreamSource<Box<dyn Read + Send>>,
}

impl Decoder {
    /// Returns its offset in the decompressed bytes.
    fn position(&self) -> u64 {
        self.start + self.bytes.position()
    }
}

impl fmt::Debug for SeekableDecompressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeekableDecompressor")
            .field("blob", &self.blob)
            .field("compression", &self.compression)
            .finish_non_exhaustive()
    }
}

impl SeekableDecompressor {
    /// `checkpoints` are those of a gzip blob, in order.
    pub(crate) fn new(
        blob: Blob,
        compression: Compression,
        checkpoints: impl Into<Arc<[Checkpoint]>>,
    ) -> Self {
        Self {
            blob,
            compression,
            checkpoints: checkpoints.into(),
            decoders: Mutex::default(),
        }
    }

    /// Returns the decoder that has the least to skip before an offset.
    fn decoder(&self, offset: u64) -> io::Result<Decoder> {
        let after = self
            .checkpoints
            .partition_point(|checkpoint| checkpoint.before <= offset);
        let checkpoint = after.checked_sub(1).map(|at| &self.checkpoints[at]);
        let start = checkpoint.map_or(0, |checkpoint| checkpoint.before);
        if let Ok(mut decoders) = self.decoders.lock() {
            let all = decoders.iter().enumerate();
            let near = all.filter(|(_, decoder)| (start..=offset).contains(&decoder.position()));
            if let Some((at, _)) = near.max_by_key(|(_, decoder)| decoder.position()) {
                return Ok(decoders.remove(at));
            }
        }
        let (blob, read) = self.blob.watched();
        let bytes: Box<dyn Read + Send> = match checkpoint {
            Some(checkpoint) => Box::new(GzipReader::from_checkpoint(blob, checkpoint)?),
            None => Box::new(Decompressor::new(self.compression, blob.reader(0))?),
        };
        Ok(Decoder {
            start,
            read,
            bytes: StreamSource::new(bytes),
        })
    }
}

impl RandomAccess for SeekableDecompressor {
    fn read_some_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        watch: Option<&SkipWatch>,
    ) -> io::Result<usize> {
        let mut decoder = self.decoder(offset)?;
        while decoder.position() < offset {
            let left = (offset - decoder.position()).min(STEP);
            if decoder.bytes.skip(left)? < left {
                break;
            }
            if let Some(watch) = watch {
                watch.report(decoder.read.load(Ordering::Relaxed), self.blob.len())?;
            }
        }
        let count = decoder.bytes.fill(buf)?;
        if let Ok(mut decoders) = self.decoders.lock() {
            if decoders.len() == MOST_DECODERS {
                decoders.remove(0);
            }
            decoders.push(decoder);
        }
        Ok(count)
    }

    fn is_plain(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::num::NonZeroUsize;

    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::SeekableDecompressor;
    use crate::archive::compression::gzip::reader::GzipReader;
    use crate::archive::input::blob::{Blob, RandomAccess as _};
    use crate::image::Compression;

    /// Bytes without repetition.
    fn plain() -> Vec<u8> {
        (0..200_000_u32).flat_map(u32::to_be_bytes).collect()
    }

    fn compressed(compression: Compression) -> SeekableDecompressor {
        let plain = plain();
        let bytes = match compression {
            Compression::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(&plain).expect("compressed");
                encoder.finish().expect("compressed")
            }
            _ => zstd::encode_all(&*plain, 1).expect("compressed"),
        };
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&bytes).expect("written");
        let blob = Blob::file(file).expect("a blob");
        let checkpoints = if compression == Compression::Gzip {
            let mut reader = GzipReader::with_checkpoints(blob.clone(), NonZeroUsize::MIN, 30_000)
                .expect("gzip");
            std::io::copy(&mut reader, &mut std::io::sink()).expect("valid gzip");
            reader.into_checkpoints()
        } else {
            Vec::new()
        };
        SeekableDecompressor::new(blob, compression, checkpoints)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn reads_in_any_order_return_the_bytes_at_the_offset(
            reads in prop::collection::vec((0_u64..900_000, 0_usize..50_000), 1..12),
        ) {
            let plain = plain();
            for compression in [Compression::Gzip, Compression::Zstd] {
                let blob = Blob::new(compressed(compression), u64::MAX);
                for &(offset, len) in &reads {
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
    fn reading_on_reuses_a_decoder() {
        let compressed = compressed(Compression::Zstd);
        let mut buf = [0; 1000];
        for offset in (0..400_000).step_by(1000) {
            let read = compressed.read_some_at(offset, &mut buf, None);
            read.expect("it can be read");
            let further = compressed.read_some_at(400_000 + offset, &mut buf, None);
            further.expect("it can be read");
        }
        let decoders = compressed.decoders.lock().expect("not poisoned");
        assert_eq!(decoders.len(), 2, "one for each position");
    }
}
