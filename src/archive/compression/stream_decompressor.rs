//! Decompresses streams, member by member and frame by frame, on one core. gzip files that can be read at any offset are decompressed on several
//! cores by `gzip`. Does not parse tar.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation as _, OutBuffer};
use zstd::zstd_safe::DCtx;

use crate::archive::compression::gzip::format::{MAGIC, NO_MEMBER};
use crate::archive::compression::zeros::only_zeros;
use crate::image::Compression;

/// The largest zstd window, which is the memory that decompression takes, as a power of two in bytes.
const ZSTD_WINDOW: u32 = 27;
/// The same in bytes. A frame with a larger window fails with [`io::ErrorKind::OutOfMemory`].
pub(crate) const LARGEST_WINDOW: u64 = 1 << ZSTD_WINDOW;
/// The error for other bytes where a zstd frame should start.
const NO_FRAME: &str = "these bytes are not a zstd frame";

/// A reader of decompressed bytes.
pub(crate) enum Decompressor<R: Read> {
    Plain(R),
    Gzip(Box<GzipMembers<R>>),
    Zstd(Box<ZstdFrames<R>>),
}

impl<R: Read> Decompressor<R> {
    /// Starts to decompress.
    pub(crate) fn new(compression: Compression, compressed: R) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Self::Plain(compressed),
            Compression::Gzip => Self::Gzip(Box::new(GzipMembers::new(compressed))),
            Compression::Zstd => Self::Zstd(Box::new(ZstdFrames::new(compressed)?)),
        })
    }
}

impl<R: Read> Read for Decompressor<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.read(buf),
            Self::Gzip(inner) => inner.read(buf),
            Self::Zstd(inner) => inner.read(buf),
        }
    }
}

/// Gzip members one after the other. Zeros after the last one, as tapes and disks leave them, are padding.
pub(crate) struct GzipMembers<R>(Option<GzDecoder<BufReader<R>>>);

impl<R: Read> GzipMembers<R> {
    fn new(compressed: R) -> Self {
        Self(Some(GzDecoder::new(BufReader::new(compressed))))
    }
}

impl<R: Read> Read for GzipMembers<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            let count = member.read(buf)?;
            if count > 0 || buf.is_empty() {
                return Ok(count);
            }
            let begins = |byte| byte == MAGIC[0];
            let more = another_follows(member.get_mut(), begins, NO_MEMBER)?;
            let ended = self.0.take().filter(|_| more);
            self.0 = ended.map(|member| GzDecoder::new(member.into_inner()));
        }
        Ok(0)
    }
}

/// Zstd frames one after the other. Zeros after the last one are padding.
pub(crate) struct ZstdFrames<R> {
    compressed: BufReader<R>,
    decoder: Decoder<'static>,
    /// Whether a frame has ended and the next has not begun.
    between: bool,
}

impl<R: Read> ZstdFrames<R> {
    fn new(compressed: R) -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW))?;
        Ok(Self {
            compressed: BufReader::with_capacity(DCtx::in_size(), compressed),
            decoder,
            between: false,
        })
    }

    /// Decompresses some bytes; returns 0 where the decoder needs more input first.
    fn step(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut from = InBuffer::around(self.compressed.fill_buf()?);
        let mut to = OutBuffer::around(buf);
        let is_at_end = from.src.is_empty();
        let hint = self.decoder.run(&mut from, &mut to).map_err(window_fault)?;
        let (taken, count) = (from.pos(), to.pos());
        self.compressed.consume(taken);
        self.between = hint == 0;
        if is_at_end && count == 0 && !self.between {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(count)
    }
}

impl<R: Read> Read for ZstdFrames<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !buf.is_empty() {
            if self.between {
                if !another_follows(&mut self.compressed, |byte| byte != 0, NO_FRAME)? {
                    return Ok(0);
                }
                self.decoder.reinit()?;
            }
            let count = self.step(buf)?;
            if count > 0 {
                return Ok(count);
            }
        }
        Ok(0)
    }
}

/// Returns whether another member or frame follows, by its first byte; false at the end and where only zeros follow, which are skipped.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] with the text `otherwise` where anything else follows.
fn another_follows(
    reader: &mut impl BufRead,
    begins: impl Fn(u8) -> bool,
    otherwise: &'static str,
) -> io::Result<bool> {
    if reader.fill_buf()?.first().copied().is_some_and(begins) {
        return Ok(true);
    }
    if only_zeros(reader)? {
        return Ok(false);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, otherwise))
}

/// Gives a window that is too large a kind of its own: it is not damage. The library has only a text for it.
fn window_fault(error: io::Error) -> io::Error {
    if error.to_string() == "Frame requires too much memory for decoding" {
        return io::ErrorKind::OutOfMemory.into();
    }
    error
}
