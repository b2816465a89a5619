//! One blob of a stream going by: what is left of it behind its first bytes, and how it is listed meanwhile. What else the stream holds is not known here.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::archive::byte_source::{ByteSource, StreamSource};
use crate::archive::compression::Unpacked;
use crate::archive::counted::Counted;
use crate::archive::error::Error;
use crate::archive::fault::Fault;
use crate::archive::layer::list;
use crate::archive::manifest::LayerRef;
use crate::archive::overlap::overlapped;
use crate::archive::read::{Cancel, layer_fault};
use crate::archive::scan::Scan;
use crate::archive::verify::{Algorithm, Hashing};
use crate::image::{Compression, Listing};

/// Lists a blob as it passes, telling now and then how many of its bytes have; also returns how the stream itself broke, if it did.
pub(super) fn list_passing<T: ByteSource + Send>(
    mut blob: Rest<'_, T>,
    compression: Compression,
    sums: bool,
    cancel: &Cancel,
    layer: &LayerRef,
    mut passed: impl FnMut(u64),
) -> (Result<Listing, Error>, Option<Fault>) {
    let promised = layer.promised();
    let of_blob = promised.and_then(|digest| Algorithm::of(&digest));
    let reached = AtomicU64::new(0);
    let counted = Counted::new(&mut blob, |read| reached.store(read, Ordering::Relaxed));
    // How far the tar has come says little of a packed blob.
    let passed = |_| passed(reached.load(Ordering::Relaxed));
    let (raw, blob_sum) = Hashing::new(counted, sums.then(|| of_blob.unwrap_or_default()));
    let result = match Unpacked::new(compression, raw) {
        Err(error) => Err((Fault::Io(error).into(), 0)),
        Ok(unpacked) => {
            let (unpacked, sum) = Hashing::new(unpacked, sums.then(Algorithm::default));
            let listed = match compression {
                Compression::None => list(
                    StreamSource::new(unpacked),
                    compression,
                    true,
                    cancel,
                    passed,
                ),
                _ => overlapped(unpacked, |ahead| {
                    list(ahead, compression, true, cancel, passed)
                }),
            };
            listed.map(|mut listing| {
                listing.digests = blob_sum
                    .zip(sum)
                    .map(|(blob, tar)| (blob.digest(), tar.digest()));
                listing
            })
        }
    };
    (
        result.map_err(|(fault, position)| layer_fault(fault, layer, compression, position)),
        blob.broken,
    )
}

/// The rest of a record's content as a reader.
pub(super) struct Rest<'a, T> {
    pub(super) head: io::Cursor<Vec<u8>>,
    pub(super) scan: &'a mut Scan<T>,
    /// How the outer stream broke, kept for the one who asks why.
    pub(super) broken: Option<Fault>,
}

impl<T: ByteSource> Read for Rest<'_, T> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.head.read(buf)?;
        if count > 0 || buf.is_empty() {
            return Ok(count);
        }
        match self.scan.read_content(buf) {
            Ok(count) => Ok(count),
            Err(fault) => {
                self.broken = Some(fault);
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
    }
}
