//! The columns of each table and the cells of a row, for formats whose columns have types. `row` decides which columns there are. No format is known here.

use super::row::{
    CategoryRow, ErrorRow, FindingRow, ImageLayerRow, ImageRow, LargeFileRow, LayerRow, NameRow,
    PackageRow, Row, RuleRow, Table,
};

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TableColumn {
    pub(crate) name: &'static str,
    pub(crate) kind: TableColumnKind,
    /// Whether a cell can be null.
    pub(crate) is_optional: bool,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableColumnKind {
    /// UTF-8.
    Text,
    /// 64 bits with a sign.
    Integer,
}

/// A cell of a row, its text borrowed or owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TableCell<T> {
    Text(T),
    Integer(i64),
    Null,
}

/// A value of a column.
trait ColumnValue: Sized {
    const KIND: TableColumnKind;
    const IS_OPTIONAL: bool = false;

    fn cell(&self) -> TableCell<&str>;

    /// Returns `None` for a cell of another type.
    fn of(cell: TableCell<String>) -> Option<Self>;
}

impl ColumnValue for String {
    const KIND: TableColumnKind = TableColumnKind::Text;

    fn cell(&self) -> TableCell<&str> {
        TableCell::Text(self)
    }

    fn of(cell: TableCell<String>) -> Option<Self> {
        match cell {
            TableCell::Text(text) => Some(text),
            TableCell::Integer(_) | TableCell::Null => None,
        }
    }
}

impl ColumnValue for i64 {
    const KIND: TableColumnKind = TableColumnKind::Integer;

    fn cell(&self) -> TableCell<&str> {
        TableCell::Integer(*self)
    }

    fn of(cell: TableCell<String>) -> Option<Self> {
        match cell {
            TableCell::Integer(number) => Some(number),
            TableCell::Text(_) | TableCell::Null => None,
        }
    }
}

impl<T: ColumnValue> ColumnValue for Option<T> {
    const KIND: TableColumnKind = T::KIND;
    const IS_OPTIONAL: bool = true;

    fn cell(&self) -> TableCell<&str> {
        self.as_ref().map_or(TableCell::Null, T::cell)
    }

    fn of(cell: TableCell<String>) -> Option<Self> {
        match cell {
            TableCell::Null => Some(None),
            cell => T::of(cell).map(Some),
        }
    }
}

/// Returns the column of a field.
fn column<R, T: ColumnValue>(name: &'static str, _: fn(&R) -> &T) -> TableColumn {
    TableColumn {
        name,
        kind: T::KIND,
        is_optional: T::IS_OPTIONAL,
    }
}

macro_rules! tables {
    ($($table:ident($row:ident): $($field:ident),+;)+) => {
        impl Table {
            /// Returns its columns, in the order of the cells of a row.
            pub(crate) fn columns(self) -> Vec<TableColumn> {
                match self {
                    $(Self::$table => vec![
                        $(column(stringify!($field), |row: &$row| &row.$field)),+
                    ],)+
                }
            }
        }

        impl Row {
            /// Returns its cells.
            pub(crate) fn cells(&self) -> Vec<TableCell<&str>> {
                match self {
                    Self::Run(_) => Vec::new(),
                    $(Self::$table(row) => vec![$(row.$field.cell()),+],)+
                }
            }

            /// Returns the row of some cells; `None` if one is missing or of another type.
            pub(crate) fn of_cells(
                table: Table,
                cells: impl IntoIterator<Item = TableCell<String>>,
            ) -> Option<Self> {
                let mut cells = cells.into_iter();
                Some(match table {
                    $(Table::$table => Self::$table($row {
                        $($field: ColumnValue::of(cells.next()?)?),+
                    }),)+
                })
            }
        }
    };
}

tables! {
    Images(ImageRow): image, id, platform, created, layers, compressed_bytes, size_bytes,
        visible_bytes, hidden_bytes, savings_bytes, base_name;
    Names(NameRow): name, platform, image;
    Layers(LayerRow): layer, diff_id, compressed_bytes, size_bytes, instruction;
    ImageLayers(ImageLayerRow): image, position, layer;
    Categories(CategoryRow): image, category, visible_bytes, hidden_bytes;
    Findings(FindingRow): image, finding, level, layer, bytes, why;
    Rules(RuleRow): image, rule, outcome, measured, limit, unit;
    Packages(PackageRow): image, layer, kind, name, version, bytes;
    LargeFiles(LargeFileRow): layer, path, bytes, hash;
    Errors(ErrorRow): name, platform, message, hint;
}

#[cfg(test)]
mod tests {
    use super::{Row, Table, TableCell, TableColumnKind};

    /// Returns a row whose optional cells are null.
    fn row(table: Table) -> (Row, Vec<TableCell<String>>) {
        let columns = table.columns().into_iter();
        let cells: Vec<TableCell<String>> = columns
            .map(|column| match column.kind {
                _ if column.is_optional => TableCell::Null,
                TableColumnKind::Text => TableCell::Text(column.name.to_owned()),
                TableColumnKind::Integer => TableCell::Integer(-1),
            })
            .collect();
        (Row::of_cells(table, cells.clone()).unwrap(), cells)
    }

    #[test]
    fn columns_are_the_keys_of_the_lines_and_cells_are_read_back() {
        for table in Table::ALL {
            let (row, cells) = row(table);
            let line = serde_json::to_string(&row).unwrap();
            // Keys are in order: each is found after the one before it.
            let mut rest = line.strip_prefix(&format!("{{\"table\":\"{}\",", table.name()));
            for column in table.columns() {
                let key = format!("\"{}\":", column.name);
                rest = rest
                    .and_then(|rest| rest.split_once(&key))
                    .map(|(_, rest)| rest);
                assert!(rest.is_some(), "{key}: {line}");
            }
            let keys = serde_json::to_value(&row).unwrap();
            assert_eq!(keys.as_object().unwrap().len(), cells.len() + 1, "{line}");
            let own = row.cells().into_iter().map(|cell| match cell {
                TableCell::Text(text) => TableCell::Text(text.to_owned()),
                TableCell::Integer(number) => TableCell::Integer(number),
                TableCell::Null => TableCell::Null,
            });
            assert_eq!(own.collect::<Vec<_>>(), cells);
            assert_eq!(Row::of_cells(table, cells[1..].to_vec()), None);
            let null = vec![TableCell::Null; cells.len()];
            assert_eq!(Row::of_cells(table, null), None);
        }
    }
}
