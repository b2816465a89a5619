//! A table of many images as one Parquet file: text as UTF-8, integers of 64 bits, the version of the columns in the file's metadata. The same rows are the
//! same bytes.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, GzipLevel, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use crate::fleet::{
    PARQUET_VERSION_KEY, Row, SCHEMA_VERSION, Table, TableCell, TableColumn, TableColumnKind,
};

/// How many rows are in memory as columns at once.
const GROUP: usize = 1 << 16;
/// In the form in which readers parse it.
const CREATED_BY: &str = concat!("dive-rs version ", env!("CARGO_PKG_VERSION"));

/// Writes the rows of a table.
///
/// # Errors
/// [`io::Error`] when they cannot be written.
pub(crate) fn write_parquet(
    table: Table,
    rows: impl Iterator<Item = Row>,
    out: &mut impl Write,
) -> io::Result<()> {
    let columns = table.columns();
    let version = KeyValue::new(PARQUET_VERSION_KEY.to_owned(), SCHEMA_VERSION.to_string());
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(vec![version]))
        .build();
    let schema = schema(table, &columns).map_err(io::Error::other)?;
    // The crate requires a writer that can be sent to another thread: a group of rows goes through memory.
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))
        .map_err(io::Error::other)?;
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let group: Vec<Row> = rows.by_ref().take(GROUP).collect();
        write_group(&columns, &group, &mut file).map_err(io::Error::other)?;
        file.flush()?;
        out.write_all(file.inner())?;
        file.inner_mut().clear();
    }
    out.write_all(&file.into_inner().map_err(io::Error::other)?)
}

fn schema(table: Table, columns: &[TableColumn]) -> Result<TypePtr, ParquetError> {
    let field = |column: &TableColumn| {
        let (physical, logical) = match column.kind {
            TableColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            TableColumnKind::Integer => (Physical::INT64, None),
        };
        let repetition = if column.is_optional {
            Repetition::OPTIONAL
        } else {
            Repetition::REQUIRED
        };
        let built = Type::primitive_type_builder(column.name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build();
        built.map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder(table.name()).with_fields(fields);
    schema.build().map(Arc::new)
}

fn write_group(
    columns: &[TableColumn],
    rows: &[Row],
    file: &mut SerializedFileWriter<Vec<u8>>,
) -> Result<(), ParquetError> {
    let cells: Vec<Vec<TableCell<&str>>> = rows.iter().map(Row::cells).collect();
    let mut group = file.next_row_group()?;
    for (at, column) in columns.iter().enumerate() {
        let Some(mut writer) = group.next_column()? else {
            break;
        };
        let cells = || cells.iter().map(|row| &row[at]);
        // A level of 1 has a value, a level of 0 is null.
        let levels: Vec<i16> = cells()
            .map(|cell| i16::from(*cell != TableCell::Null))
            .collect();
        let levels = column.is_optional.then_some(&*levels);
        match writer.untyped() {
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                let text = cells().filter_map(|cell| match cell {
                    TableCell::Text(text) => Some(ByteArray::from(*text)),
                    TableCell::Integer(_) | TableCell::Null => None,
                });
                writer.write_batch(&text.collect::<Vec<_>>(), levels, None)?;
            }
            ColumnWriter::Int64ColumnWriter(writer) => {
                let number = cells().filter_map(|cell| match cell {
                    TableCell::Integer(number) => Some(*number),
                    TableCell::Text(_) | TableCell::Null => None,
                });
                writer.write_batch(&number.collect::<Vec<_>>(), levels, None)?;
            }
            _ => {}
        }
        writer.close()?;
    }
    group.close().map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ::bytes::Bytes;

    use super::{GROUP, write_parquet};
    use crate::fleet::{ErrorRow, LayerRow, Row, Table, read_parquet};

    fn layer(number: usize) -> Row {
        Row::Layers(LayerRow {
            layer: format!("sha256:{number:064x}"),
            diff_id: number.is_multiple_of(3).then(|| format!("diff {number}")),
            compressed_bytes: number.is_multiple_of(2).then_some(i64::MAX),
            size_bytes: None,
            instruction: ["RUN é\u{1f40b}", ""][number % 2].to_owned(),
        })
    }

    fn written(table: Table, rows: Vec<Row>) -> Bytes {
        let mut bytes = Vec::new();
        write_parquet(table, rows.into_iter(), &mut bytes).unwrap();
        bytes.into()
    }

    /// Returns the rows; `None` if the file is refused.
    fn read(table: Table, bytes: Bytes) -> Option<Vec<Row>> {
        let mut rows = Vec::new();
        let read = read_parquet(bytes, table, |row| rows.push(row));
        read.is_ok().then_some(rows)
    }

    #[test]
    fn rows_are_read_back() {
        for count in [0, 1, 5000, GROUP + 1] {
            let rows: Vec<Row> = (0..count).map(layer).collect();
            let bytes = written(Table::Layers, rows.clone());
            assert_eq!(
                bytes,
                written(Table::Layers, rows.clone()),
                "the same bytes"
            );
            assert!(read(Table::Layers, bytes) == Some(rows), "{count}");
        }
        let none = ErrorRow {
            name: String::new(),
            platform: None,
            message: String::new(),
            hint: None,
        };
        let bytes = written(Table::Errors, vec![Row::Errors(none)]);
        assert_eq!(read(Table::Images, bytes.clone()), None, "another table");
        assert_eq!(read(Table::Errors, bytes).map(|rows| rows.len()), Some(1));
    }

    /// Every shorter file and every changed byte: an error or rows, never the end of the program.
    #[test]
    fn a_damaged_file_is_no_panic() {
        let rows: Vec<Row> = (0..20).map(layer).collect();
        let bytes = written(Table::Layers, rows.clone());
        assert_eq!(read(Table::Layers, bytes.clone()), Some(rows));
        for end in 0..bytes.len() {
            assert_eq!(read(Table::Layers, bytes.slice(..end)), None, "{end}");
        }
        let mut outcomes = BTreeSet::new();
        for at in 0..bytes.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = bytes.to_vec();
                changed[at] ^= change;
                outcomes.insert(read(Table::Layers, changed.into()).is_some());
            }
        }
        assert_eq!(
            outcomes.len(),
            2,
            "some changes are in a name, others in a length"
        );
    }

    /// A page that decompresses to more than any of ours, values that a dictionary repeats, and a dictionary that names more values than it has: an error
    /// before the memory is taken.
    #[test]
    fn few_bytes_do_not_take_much_memory() {
        let refused = |bytes: Bytes| {
            let mut rows = 0;
            let read = read_parquet(bytes, Table::Layers, |_| rows += 1);
            assert_eq!(rows, 0);
            read.unwrap_err().to_string()
        };
        let of = |text: &str, count: usize| {
            let rows = (0..count).map(|number| {
                let Row::Layers(row) = layer(number) else {
                    unreachable!("a row of layers");
                };
                Row::Layers(LayerRow {
                    instruction: text.to_owned(),
                    ..row
                })
            });
            written(Table::Layers, rows.collect())
        };
        let large = of(&"a".repeat(100 << 20), 1);
        assert!(large.len() < 2 << 20 && refused(large).contains("a page is too large"));
        let repeated = of(&"a".repeat(500_000), 1000);
        assert!(repeated.len() < 1 << 20);
        assert!(refused(repeated).contains("rows that are too large"));
        // The header of a dictionary: its type, its lengths, and the number of its values, which are all of one byte.
        let small = of("a", 1).to_vec();
        let head = small.windows(2).position(|bytes| bytes == [0x15, 0x04]);
        let counted = small[head.unwrap()..].windows(3);
        let count = counted
            .clone()
            .position(|bytes| bytes == [0x4c, 0x15, 0x02]);
        let at = head.unwrap() + count.unwrap() + 2;
        let most = [0xfe, 0xff, 0xff, 0xff, 0x0f];
        let forged = [&small[..at], &most, &small[at + 1..]].concat();
        assert!(refused(forged.into()).contains("too many values"));
    }
}
