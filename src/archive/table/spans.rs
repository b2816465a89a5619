//! The bytes of a compressed layer, fetched span by span when they are read, and checked with the digests in its table of contents. Decompresses nothing.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::archive::cancel::Cancel;
use crate::archive::compression::seekable::SeekableDecompressor;
use crate::archive::digest::sha256;
use crate::archive::fetch::fetched::Fetched;
use crate::archive::input::blob::{Blob, RandomAccess, SkipWatch};
use crate::archive::table::parts::{other_bytes, read_slice};
use crate::archive::table::ztoc::{Span, Ztoc};
use crate::image::{Account, Compression, Listing};

/// How many spans are kept: a decoder may be at the end of one.
const KEPT: usize = 2;

/// A compressed layer.
struct CheckedSpans {
    fetched: Arc<Fetched>,
    spans: Vec<Span>,
    /// The spans that were fetched last, by index.
    kept: Mutex<Vec<(usize, Arc<[u8]>)>>,
    _account: Account,
}

/// Returns a layer's listing, and its tar, which is decompressed from the nearest checkpoint.
pub(crate) fn contents_of(ztoc: Ztoc, fetched: &Arc<Fetched>) -> (Listing, Blob) {
    let spans = CheckedSpans {
        fetched: Arc::clone(fetched),
        spans: ztoc.spans,
        kept: Mutex::default(),
        _account: ztoc.account,
    };
    let blob = Blob::new(spans, fetched.len());
    let tar = SeekableDecompressor::new(blob, Compression::Gzip, ztoc.checkpoints);
    (ztoc.listing, Blob::new(tar, u64::MAX))
}

impl fmt::Debug for CheckedSpans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckedSpans({:?})", self.fetched)
    }
}

impl CheckedSpans {
    /// Returns a span with the byte at an offset: its start and its bytes. Nothing before the first and after the last.
    fn span(&self, offset: u64, cancel: &Cancel) -> io::Result<Option<(u64, Arc<[u8]>)>> {
        let has = |index: usize| self.spans[index].range.contains(&offset);
        let found = |(index, bytes): &(usize, Arc<[u8]>)| {
            (self.spans[*index].range.start, Arc::clone(bytes))
        };
        if let Some(kept) = self.unpacked_spans().iter().rev().find(|kept| has(kept.0)) {
            return Ok(Some(found(kept)));
        }
        let after = self
            .spans
            .partition_point(|span| span.range.start <= offset);
        let Some(index) = after.checked_sub(1).filter(|index| has(*index)) else {
            return Ok(None);
        };
        let span = &self.spans[index];
        let bytes: Arc<[u8]> = self.fetched.read_all_of(&span.range, cancel)?.into();
        if sha256(&bytes) != span.digest {
            return Err(other_bytes());
        }
        let mut kept = self.unpacked_spans();
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((index, bytes));
        Ok(kept.last().map(found))
    }

    fn unpacked_spans(&self) -> MutexGuard<'_, Vec<(usize, Arc<[u8]>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RandomAccess for CheckedSpans {
    fn read_some_at(
        &self,
        offset: u64,
        buf: &mut [u8],
        watch: Option<&SkipWatch>,
    ) -> io::Result<usize> {
        let unwatched = Cancel::default();
        let cancel = watch.map_or(&unwatched, |watch| &watch.cancel);
        let Some((start, bytes)) = self.span(offset, cancel)? else {
            return Ok(0);
        };
        Ok(read_slice(&bytes, offset - start, buf))
    }

    fn is_plain(&self) -> bool {
        false
    }
}
