//! The columns of each table and the cells of a row, for formats whose columns have types. `row` decides which columns there are. No format is known here.

use super::row::{
    CategoryRow, ErrorRow, FindingRow, ImageLayerRow, ImageRow, LargeFileRow, LayerRow, NameRow,
    PackageRow, Row, RuleRow, Table,
};

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: ColumnKind,
    /// Whether a cell can be null.
    pub(crate) is_optional: bool,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// UTF-8.
    Text,
    /// 64 bits with a sign.
    Integer,
}

/// A cell of a row, its text borrowed or owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell<T> {
    Text(T),
    Integer(i64),
    Null,
}

/// A value of a column.
trait Value: Sized {
    const KIND: ColumnKind;
    const IS_OPTIONAL: bool = false;

    fn cell(&self) -> Cell<&str>;

    /// Returns nothing for a cell of another type.
    fn of(cell: Cell<String>) -> Option<Self>;
}

impl Value for String {
    const KIND: ColumnKind = ColumnKind::Text;

    fn cell(&self) -> Cell<&str> {
        Cell::Text(self)
    }

    fn of(cell: Cell<String>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text),
            Cell::Integer(_) | Cell::Null => None,
        }
    }
}

impl Value for i64 {
    const KIND: ColumnKind = ColumnKind::Integer;

    fn cell(&self) -> Cell<&str> {
        Cell::Integer(*self)
    }

    fn of(cell: Cell<String>) -> Option<Self> {
        match cell {
            Cell::Integer(number) => Some(number),
            Cell::Text(_) | Cell::Null => None,
        }
    }
}

impl<T: Value> Value for Option<T> {
    const KIND: ColumnKind = T::KIND;
    const IS_OPTIONAL: bool = true;

    fn cell(&self) -> Cell<&str> {
        self.as_ref().map_or(Cell::Null, T::cell)
    }

    fn of(cell: Cell<String>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::of(cell).map(Some),
        }
    }
}

/// Returns the column of a field.
fn column<R, T: Value>(name: &'static str, _: fn(&R) -> &T) -> Column {
    Column {
        name,
        kind: T::KIND,
        is_optional: T::IS_OPTIONAL,
    }
}

macro_rules! tables {
    ($($table:ident($row:ident): $($field:ident),+;)+) => {
        impl Table {
            /// Returns its columns, in the order of the cells of a row.
            pub(crate) fn columns(self) -> Vec<Column> {
                match self {
                    $(Self::$table => vec![
                        $(column(stringify!($field), |row: &$row| &row.$field)),+
                    ],)+
                }
            }
        }

        impl Row {
            /// Returns its cells.
            pub(crate) fn cells(&self) -> Vec<Cell<&str>> {
                match self {
                    Self::Run(_) => Vec::new(),
                    $(Self::$table(row) => vec![$(row.$field.cell()),+],)+
                }
            }

            /// Returns the row of some cells; nothing when one is missing or of another type.
            pub(crate) fn of_cells(
                table: Table,
                cells: impl IntoIterator<Item = Cell<String>>,
            ) -> Option<Self> {
                let mut cells = cells.into_iter();
                Some(match table {
                    $(Table::$table => Self::$table($row {
                        $($field: Value::of(cells.next()?)?),+
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
    use super::{Cell, ColumnKind, Row, Table};

    /// Returns a row whose optional cells are null.
    fn row(table: Table) -> (Row, Vec<Cell<String>>) {
        let columns = table.columns().into_iter();
        let cells: Vec<Cell<String>> = columns
            .map(|column| match column.kind {
                _ if column.is_optional => Cell::Null,
                ColumnKind::Text => Cell::Text(column.name.to_owned()),
                ColumnKind::Integer => Cell::Integer(-1),
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
                Cell::Text(text) => Cell::Text(text.to_owned()),
                Cell::Integer(number) => Cell::Integer(number),
                Cell::Null => Cell::Null,
            });
            assert_eq!(own.collect::<Vec<_>>(), cells);
            assert_eq!(Row::of_cells(table, cells[1..].to_vec()), None);
            let null = vec![Cell::Null; cells.len()];
            assert_eq!(Row::of_cells(table, null), None);
        }
    }
}
