//! Reads a table from a Parquet file. The file is untrusted: a panic of the crate counts as a damaged file, and `parquet_pages` bounds the memory of a page.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{FileMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::ChunkReader;
use thiserror::Error;

use super::columns::{TableCell, TableColumn, TableColumnKind};
use super::parquet_pages::{LARGEST, Pages};
use super::row::{Row, SCHEMA_VERSION, Table};

/// The key of the metadata of a Parquet file with the version of its columns.
pub(crate) const PARQUET_VERSION_KEY: &str = "dive-rs.schema_version";
/// How many rows are read at once.
const BATCH: usize = 1024;

/// Why a table cannot be read.
#[derive(Debug, Error)]
pub(crate) enum ParquetFailure {
    /// It has another version.
    #[error("rows of version {0}")]
    Version(i64),
    /// It cannot be parsed.
    #[error(transparent)]
    Format(#[from] ParquetError),
    /// It has no version.
    #[error("not written by dive-rs")]
    Foreign,
    /// A column is absent that every row has.
    #[error("no column `{0}`")]
    NoColumn(&'static str),
    /// A column has values of another type.
    #[error("the column `{0}` has another type")]
    ColumnType(&'static str),
    /// The columns have different numbers of rows.
    #[error("columns of different lengths")]
    ColumnLengths,
    /// Some rows together take too much memory.
    #[error("rows that are too large")]
    LargeRows,
    /// A text is not UTF-8.
    #[error("text that is not UTF-8")]
    NotUtf8,
    /// Anything else.
    #[error("a damaged Parquet file")]
    Damaged,
}

/// Passes each row of a table to `each`.
///
/// # Errors
/// [`ParquetFailure`] when the file is not a Parquet file of the table.
pub(crate) fn read_parquet(
    file: impl ChunkReader + 'static,
    table: Table,
    mut each: impl FnMut(Row),
) -> Result<(), ParquetFailure> {
    let file = Arc::new(file);
    let (metadata, version) = guarded(|| {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&*file);
        let metadata = metadata?;
        let version = version_of(metadata.file_metadata());
        Ok((metadata, version.ok_or(ParquetFailure::Foreign)?))
    })?;
    if version != SCHEMA_VERSION {
        return Err(ParquetFailure::Version(version));
    }
    guarded(|| {
        for group in metadata.row_groups() {
            read_group(&file, group, table, &mut each)?;
        }
        Ok(())
    })
}

/// Returns what `read` returns; a panic is an error.
fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetFailure>) -> Result<T, ParquetFailure> {
    let read = catch_unwind(AssertUnwindSafe(read));
    read.unwrap_or(Err(ParquetFailure::Damaged))
}

fn version_of(about: &FileMetaData) -> Option<i64> {
    let mut pairs = about.key_value_metadata()?.iter();
    let pair = pairs.find(|pair| pair.key == PARQUET_VERSION_KEY)?;
    pair.value.as_ref()?.parse().ok()
}

fn read_group(
    file: &Arc<impl ChunkReader + 'static>,
    group: &RowGroupMetaData,
    table: Table,
    each: &mut impl FnMut(Row),
) -> Result<(), ParquetFailure> {
    let columns = table.columns();
    let mut readers = Vec::with_capacity(columns.len());
    for column in &columns {
        readers.push(reader(file, group, *column)?);
    }
    loop {
        let mut batches = Vec::with_capacity(columns.len());
        for reader in &mut readers {
            batches.push(reader.as_mut().map(batch).transpose()?);
        }
        let mut lengths = batches.iter().flatten().map(Vec::len);
        let length = lengths.next().unwrap_or_default();
        if lengths.any(|other| other != length) {
            return Err(ParquetFailure::ColumnLengths);
        }
        if length == 0 {
            return Ok(());
        }
        let mut cells: Vec<_> = batches
            .into_iter()
            .map(|batch| batch.map(Vec::into_iter))
            .collect();
        for _ in 0..length {
            let next = cells.iter_mut().map(|cells| {
                let cell = cells.as_mut().and_then(Iterator::next);
                cell.unwrap_or(TableCell::Null)
            });
            each(Row::of_cells(table, next).ok_or(ParquetFailure::Damaged)?);
        }
    }
}

/// Returns the reader of a column; `None` for one that may be null and that the file does not have.
fn reader(
    file: &Arc<impl ChunkReader + 'static>,
    group: &RowGroupMetaData,
    column: TableColumn,
) -> Result<Option<ColumnReader>, ParquetFailure> {
    let schema = group.schema_descr();
    let found = schema
        .columns()
        .iter()
        .position(|found| found.path().parts() == [column.name]);
    let Some(at) = found else {
        return if column.is_optional {
            Ok(None)
        } else {
            Err(ParquetFailure::NoColumn(column.name))
        };
    };
    let found = schema.column(at);
    let expected = match column.kind {
        TableColumnKind::Text => Physical::BYTE_ARRAY,
        TableColumnKind::Integer => Physical::INT64,
    };
    if found.physical_type() != expected || found.max_def_level() > 1 || found.max_rep_level() > 0 {
        return Err(ParquetFailure::ColumnType(column.name));
    }
    let pages = Pages::of(file, group.column(at), group.num_rows())?;
    Ok(Some(get_column_reader(found, Box::new(pages))))
}

/// Reads the next cells of a column.
fn batch(reader: &mut ColumnReader) -> Result<Vec<TableCell<String>>, ParquetFailure> {
    let mut levels = Vec::new();
    match reader {
        ColumnReader::ByteArrayColumnReader(reader) => {
            let mut values = Vec::new();
            let read = reader.read_records(BATCH, Some(&mut levels), None, &mut values);
            let (count, ..) = read?;
            // All rows can have the same value of a dictionary.
            let bytes: u64 = values.iter().map(|value| value.len() as u64).sum();
            if bytes > LARGEST {
                return Err(ParquetFailure::LargeRows);
            }
            let values = values.into_iter().map(|value| {
                let text = std::str::from_utf8(value.data());
                text.map(|text| TableCell::Text(text.to_owned()))
                    .map_err(|_| ParquetFailure::NotUtf8)
            });
            cells(count, &levels, values)
        }
        ColumnReader::Int64ColumnReader(reader) => {
            let mut values = Vec::new();
            let read = reader.read_records(BATCH, Some(&mut levels), None, &mut values);
            let (count, ..) = read?;
            cells(
                count,
                &levels,
                values
                    .into_iter()
                    .map(|value| Ok(TableCell::Integer(value))),
            )
        }
        _ => Err(ParquetFailure::Damaged),
    }
}

/// Puts values and nulls together; without levels, there are no nulls.
fn cells(
    count: usize,
    levels: &[i16],
    mut values: impl Iterator<Item = Result<TableCell<String>, ParquetFailure>>,
) -> Result<Vec<TableCell<String>>, ParquetFailure> {
    let cell = |at| match levels.get(at) {
        Some(0) => Ok(TableCell::Null),
        _ => values.next().unwrap_or(Err(ParquetFailure::Damaged)),
    };
    (0..count).map(cell).collect()
}
