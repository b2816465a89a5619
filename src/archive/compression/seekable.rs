//! A compressed file, read at any offset of its decompressed bytes: from a decoder that is before the offset, or from the nearest checkpoint. The
//! bytes between are decompressed and dropped. Does not parse tar.

use std::fmt;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::archive::cancel::Cancel;
use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::compression::stream_decompressor::Decompressor;
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
    /// The checkpoints of the blob, in order; empty when decompression can only begin at the start.
    checkpoints: Arc<[Checkpoint]>,
    /// Decoders that have read and may read on, the most recent last.
    decoders: Mutex<Vec<OpenDecoder>>,
}

/// A decoder at an offset.
struct OpenDecoder {
    start: u64,
    /// How far it has read the compressed file.
    read: Arc<AtomicU64>,
    bytes: StreamSource<Box<dyn Read + Send>>,
    /// Ends the reads of the compressed file when its current user cancels.
    cancel: Cancel,
}

impl OpenDecoder {
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
    fn decoder(&self, offset: u64) -> io::Result<OpenDecoder> {
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
        let cancel = Cancel::of_users();
        let watch = SkipWatch {
            callback: None,
            cancel: cancel.clone(),
        };
        let (blob, read) = self.blob.with_skip_watch(watch).watched();
        let bytes: Box<dyn Read + Send> = match checkpoint {
            Some(checkpoint) => Box::new(GzipReader::from_checkpoint(blob, checkpoint)?),
            None => Box::new(Decompressor::new(self.compression, blob.reader(0))?),
        };
        Ok(OpenDecoder {
            start,
            read,
            bytes: StreamSource::new(bytes),
            cancel,
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
        let unwatched = Cancel::default();
        decoder
            .cancel
            .follow(watch.map_or(&unwatched, |watch| &watch.cancel));
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::SeekableDecompressor;
    use crate::archive::cancel::Cancel;
    use crate::archive::compression::gzip::reader::GzipReader;
    use crate::archive::input::blob::{Blob, RandomAccess, SkipWatch};
    use crate::image::Compression;

    /// Bytes without repetition.
    fn plain() -> Vec<u8> {
        (0..200_000_u32).flat_map(u32::to_be_bytes).collect()
    }

    fn compressed(compression: Compression, plain: &[u8]) -> SeekableDecompressor {
        let bytes = match compression {
            Compression::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(plain).expect("compressed");
                encoder.finish().expect("compressed")
            }
            _ => zstd::encode_all(plain, 1).expect("compressed"),
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
                let blob = Blob::new(compressed(compression, &plain), u64::MAX);
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

    /// A file somewhere else: reads of it end when the user cancels. Counts those that did.
    #[derive(Debug)]
    struct RemoteFile(Blob, Arc<AtomicU64>);

    impl RandomAccess for RemoteFile {
        fn read_some_at(
            &self,
            offset: u64,
            buf: &mut [u8],
            watch: Option<&SkipWatch>,
        ) -> std::io::Result<usize> {
            let watch = watch.expect("its user is known");
            if watch.cancel.is_cancelled() {
                self.1.fetch_add(1, Ordering::Relaxed);
            }
            watch.report(0, 0)?;
            self.0.read_at(offset, buf)
        }

        fn is_plain(&self) -> bool {
            false
        }
    }

    #[test]
    fn a_cancel_reaches_the_reads_of_the_compressed_file() {
        // No compression makes it smaller, so that it is never all in a buffer.
        let noise = (0..1_u32 << 20).map(|number| number.wrapping_mul(2_654_435_761));
        let noise: Vec<u8> = noise.flat_map(u32::to_be_bytes).collect();
        for compression in [Compression::Gzip, Compression::Zstd] {
            let SeekableDecompressor {
                blob, checkpoints, ..
            } = compressed(compression, &noise);
            let (length, cancelled) = (blob.len(), Arc::<AtomicU64>::default());
            let blob = Blob::new(RemoteFile(blob, Arc::clone(&cancelled)), length);
            let remote = SeekableDecompressor::new(blob, compression, checkpoints);
            let read = |offset, cancel: &Cancel| {
                let watch = SkipWatch {
                    callback: None,
                    cancel: cancel.clone(),
                };
                remote.read_some_at(offset, &mut [0; 1000], Some(&watch))
            };
            let (first, second) = (Cancel::default(), Cancel::default());
            read(0, &first).expect("it can be read");
            first.cancel();
            read(1000, &second).expect("another user reads on");
            second.cancel();
            assert_eq!(cancelled.load(Ordering::Relaxed), 0);
            read(4_000_000, &second).expect_err("cancelled");
            assert_eq!(cancelled.load(Ordering::Relaxed), 1, "{compression:?}");
            read(4_000_000, &Cancel::default()).expect("it can be read");
        }
    }

    #[test]
    fn reading_on_reuses_a_decoder() {
        let compressed = compressed(Compression::Zstd, &plain());
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
