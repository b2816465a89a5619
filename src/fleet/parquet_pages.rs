//! The pages of a column of a Parquet file, decompressed within limits: a page can name any length, and a few bytes decompress to any number of them.
//! Independent of the tables.

use std::io::Read as _;
use std::sync::Arc;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;

/// The largest page, decompressed, in bytes. What this program writes has about 1 MiB.
pub(super) const LARGEST: u64 = 64 << 20;
/// The most values of a dictionary, each of which takes 32 bytes of memory.
const MOST_VALUES: u32 = 1 << 20;

/// The pages of a column.
pub(super) struct Pages<R: ChunkReader> {
    /// The pages as they are stored.
    stored: SerializedPageReader<R>,
    is_gzip: bool,
}

impl<R: ChunkReader> Pages<R> {
    /// Returns the pages of a column of a group with so many rows.
    ///
    /// # Errors
    /// [`ParquetError`] when the column is not within the file, or is compressed in another way than this program's.
    pub(super) fn of(file: &Arc<R>, column: &ColumnChunkMetaData, rows: i64) -> Result<Self> {
        let is_gzip = match column.compression() {
            Compression::UNCOMPRESSED => false,
            Compression::GZIP(_) => true,
            other => return Err(failed(format!("compressed with {other}, not gzip"))),
        };
        let (start, length) = column.byte_range();
        if start.saturating_add(length) > file.len() {
            return Err(failed("a column ends past the end of the file".to_owned()));
        }
        let stored = column.clone().into_builder();
        let stored = stored.set_compression(Compression::UNCOMPRESSED).build()?;
        let rows = usize::try_from(rows)?;
        Ok(Self {
            stored: SerializedPageReader::new(Arc::clone(file), &stored, rows, None)?,
            is_gzip,
        })
    }

    /// Returns the bytes of a page, whose start is not compressed.
    fn decompressed(&self, stored: &Bytes, plain: usize) -> Result<Bytes> {
        if !self.is_gzip {
            return Ok(stored.clone());
        }
        let split = stored.split_at_checked(plain);
        let (plain, packed) = split.ok_or_else(|| failed("a page is too short".to_owned()))?;
        let mut bytes = plain.to_vec();
        if !packed.is_empty() {
            MultiGzDecoder::new(packed)
                .take(LARGEST + 1)
                .read_to_end(&mut bytes)?;
        }
        if bytes.len() as u64 > LARGEST {
            return Err(failed("a page is too large".to_owned()));
        }
        Ok(bytes.into())
    }
}

fn failed(cause: String) -> ParquetError {
    ParquetError::General(cause)
}

impl<R: ChunkReader> PageReader for Pages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(mut page) = self.stored.get_next_page()? else {
            return Ok(None);
        };
        match &mut page {
            Page::DataPage { buf, .. } => *buf = self.decompressed(buf, 0)?,
            Page::DataPageV2 {
                buf,
                def_levels_byte_len,
                rep_levels_byte_len,
                is_compressed: true,
                ..
            } => {
                let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
                *buf = self.decompressed(buf, usize::try_from(levels)?)?;
            }
            Page::DataPageV2 { .. } => {}
            Page::DictionaryPage {
                buf, num_values, ..
            } => {
                *buf = self.decompressed(buf, 0)?;
                if *num_values > MOST_VALUES {
                    return Err(failed("a dictionary has too many values".to_owned()));
                }
            }
        }
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.stored.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.stored.skip_next_page()
    }
}

impl<R: ChunkReader> Iterator for Pages<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}
