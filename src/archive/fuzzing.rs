//! The functions that the fuzz targets call beyond the public interface of `archive`. Only cargo-fuzz compiles it.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::compression::seekable::SeekableDecompressor;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::input::blob::Blob;
use crate::archive::input::read_at::ReadAt;
use crate::image::Compression;

/// Bytes in memory.
#[derive(Debug)]
pub struct Memory(pub Vec<u8>);

impl ReadAt for Memory {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        self.0.get(start..).unwrap_or_default().read(buf)
    }

    fn length(&self) -> u64 {
        self.0.len() as u64
    }
}

fn blob(bytes: &[u8]) -> Blob {
    let bytes: Arc<dyn ReadAt> = Arc::new(Memory(bytes.to_vec()));
    let length = bytes.length();
    Blob::new(bytes, length)
}

/// Decompresses gzip with chunks and checkpoints `grid` bytes apart, up to `most` bytes. Returns the checkpoints as well.
///
/// # Errors
/// When it is not valid gzip.
pub fn gunzip(
    bytes: &[u8],
    threads: NonZeroUsize,
    grid: u64,
    most: u64,
) -> io::Result<(Vec<u8>, Vec<Checkpoint>)> {
    let mut reader = GzipReader::with_checkpoints(blob(bytes), threads, grid)?;
    let mut all = Vec::new();
    reader.by_ref().take(most).read_to_end(&mut all)?;
    Ok((all, reader.into_checkpoints()))
}

/// Decompresses gzip from a checkpoint on, up to `most` bytes.
///
/// # Errors
/// When it is not valid gzip.
pub fn gunzip_from(bytes: &[u8], checkpoint: &Checkpoint, most: u64) -> io::Result<Vec<u8>> {
    let reader = GzipReader::from_checkpoint(blob(bytes), checkpoint)?;
    let mut all = Vec::new();
    reader.take(most).read_to_end(&mut all)?;
    Ok(all)
}

/// Decompresses a stream, up to `most` bytes.
///
/// # Errors
/// When it is not valid.
pub fn decompress(bytes: &[u8], compression: Compression, most: u64) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let reader = Decompressor::new(compression, bytes)?;
    reader.take(most).read_to_end(&mut all)?;
    Ok(all)
}

/// Reads parts of a compressed file: offsets of the decompressed bytes, and lengths.
///
/// # Errors
/// When it is not valid.
pub fn parts(
    bytes: &[u8],
    compression: Compression,
    checkpoints: Vec<Checkpoint>,
    places: &[(u64, usize)],
) -> io::Result<Vec<Vec<u8>>> {
    let seekable = SeekableDecompressor::new(blob(bytes), compression, checkpoints);
    let seekable = Blob::new(seekable, u64::MAX);
    let part = |&(offset, length): &(u64, usize)| {
        let mut part = vec![0; length];
        let count = seekable.read_at(offset, &mut part)?;
        part.truncate(count);
        Ok(part)
    };
    places.iter().map(part).collect()
}
