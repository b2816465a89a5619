//! How a blob is packed, told by its first bytes, and the readers that unpack it. No tar here.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation as _, OutBuffer};
use zstd::zstd_safe::DCtx;

use super::header::looks_like_tar;
use crate::image::Compression;

/// How many first bytes [`Content::of`] wants to see.
pub(super) const HEAD: usize = 512;
/// How far a zstd frame may look back, as a power of two, in bytes: so much memory it takes.
const ZSTD_WINDOW: u32 = 27;
/// The same in bytes; a frame that wants more fails with [`io::ErrorKind::OutOfMemory`].
pub(super) const LARGEST_WINDOW: u64 = 1 << ZSTD_WINDOW;
/// How a gzip member starts.
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];
/// What is said of other bytes where a gzip member should start, and of zeros and other bytes where a zstd frame should.
pub(super) const NO_MEMBER: &str = "these bytes are no gzip header";
const NO_FRAME: &str = "these bytes are no zstd frame";
/// What some editors put before text in UTF-8.
pub(super) const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];

/// What a blob holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A tar, packed or not; of the packed ones it is only hoped.
    Tar(Compression),
    /// Text that starts as JSON does.
    Json,
    /// Nothing at all.
    Empty,
    /// Something else.
    Unknown,
}

impl Content {
    /// Tells by magic bytes: gzip RFC 1952 section 2.3.1; zstd RFC 8878 sections 3.1.1 and 3.1.2 (skippable frames).
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [] => Self::Empty,
            _ if head.starts_with(&GZIP) => Self::Tar(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Self::Tar(Compression::Zstd)
            }
            _ if looks_like_tar(head) => Self::Tar(Compression::None),
            _ => {
                let text = head.strip_prefix(&BOM).unwrap_or(head);
                match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
                    // Behind so many blanks anything may stand.
                    Some(b'{' | b'[' | b'n') | None => Self::Json,
                    _ => Self::Unknown,
                }
            }
        }
    }
}

/// Unpacks bytes as they come.
pub(super) enum Unpacked<R: Read> {
    Plain(R),
    Gzip(Box<Members<R>>),
    Zstd(Box<Frames<R>>),
}

impl<R: Read> Unpacked<R> {
    pub(super) fn new(compression: Compression, packed: R) -> io::Result<Self> {
        Ok(match compression {
            Compression::None => Self::Plain(packed),
            Compression::Gzip => Self::Gzip(Box::new(Members::new(packed))),
            Compression::Zstd => Self::Zstd(Box::new(Frames::new(packed)?)),
        })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.read(buf),
            Self::Gzip(inner) => inner.read(buf),
            Self::Zstd(inner) => inner.read(buf),
        }
    }
}

/// Gzip members one after the other, as they pass. Zeros behind the last one, as tapes and disks leave them, are no member.
pub(super) struct Members<R>(Option<GzDecoder<BufReader<R>>>);

impl<R: Read> Members<R> {
    fn new(packed: R) -> Self {
        Self(Some(GzDecoder::new(BufReader::new(packed))))
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            let count = member.read(buf)?;
            if count > 0 || buf.is_empty() {
                return Ok(count);
            }
            let begins = |byte| byte == GZIP[0];
            let more = another_follows(member.get_mut(), begins, NO_MEMBER)?;
            let ended = self.0.take().filter(|_| more);
            self.0 = ended.map(|member| GzDecoder::new(member.into_inner()));
        }
        Ok(0)
    }
}

/// Zstd frames one after the other, as they pass. Zeros behind the last one are no frame.
pub(super) struct Frames<R> {
    packed: BufReader<R>,
    decoder: Decoder<'static>,
    /// Whether a frame ended here, and nothing of another has been read.
    between: bool,
}

impl<R: Read> Frames<R> {
    fn new(packed: R) -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW))?;
        Ok(Self {
            packed: BufReader::with_capacity(DCtx::in_size(), packed),
            decoder,
            between: false,
        })
    }

    /// Unpacks some more; perhaps nothing, where the decoder wants to see more first.
    fn step(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut from = InBuffer::around(self.packed.fill_buf()?);
        let mut to = OutBuffer::around(buf);
        let is_at_end = from.src.is_empty();
        let wants = self.decoder.run(&mut from, &mut to).map_err(window_fault)?;
        let (taken, given) = (from.pos(), to.pos());
        self.packed.consume(taken);
        self.between = wants == 0;
        if is_at_end && given == 0 && !self.between {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(given)
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !buf.is_empty() {
            if self.between {
                if !another_follows(&mut self.packed, |byte| byte != 0, NO_FRAME)? {
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

/// Returns whether another member or frame follows, which `begins` tells by its first byte: false at the end and where only zeros do, which are passed
/// over.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where something else stands there.
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

/// Returns whether nothing but zeros follows, or nothing at all.
pub(super) fn only_zeros(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let some = reader.fill_buf()?;
        if some.is_empty() {
            return Ok(true);
        }
        if some.iter().any(|&byte| byte != 0) {
            return Ok(false);
        }
        let count = some.len();
        reader.consume(count);
    }
}

/// Tells a window that is too large, which is no damage, from what else may be wrong with a frame: the library does so in words alone.
fn window_fault(error: io::Error) -> io::Error {
    if error.to_string() == "Frame requires too much memory for decoding" {
        return io::ErrorKind::OutOfMemory.into();
    }
    error
}
