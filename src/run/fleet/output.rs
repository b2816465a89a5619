//! Writes the tables of `fleet`: all to standard output, or each to a file of its own in the folder of `--out`. The file that marks them as complete is written
//! last.

use std::fs;
use std::io;
use std::path::Path;

use crate::failure::Failure;
use crate::fleet::{OutputFolder, RUN_FILE, Row, Table, TableForm, Tables};
use crate::report::{Destination, write_parquet, write_row, write_tagged_row};

/// Writes the tables.
///
/// # Errors
/// [`Failure`] when a file cannot be written, or one of an earlier run cannot be removed.
pub(super) fn write(tables: &Tables, out: Option<&OutputFolder>) -> Result<(), Failure> {
    let Some(out) = out else {
        return Destination::Stdout.write(|out| {
            write_tagged_row(&Row::Run(tables.run()), out)?;
            let mut rows = Table::of(tables.depth()).flat_map(|table| tables.rows(table));
            rows.try_for_each(|row| write_tagged_row(&row, out))
        });
    };
    let run = out.state().join(RUN_FILE);
    remove(&run)?;
    for table in Table::ALL {
        let path = out.table(table);
        if !Table::of(tables.depth()).any(|own| own == table) {
            remove(&path)?;
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|error| Failure::writing(&folder.to_string_lossy(), error))?;
        }
        let mut rows = tables.rows(table);
        Destination::File(path).write(|file| match out.form {
            TableForm::Ndjson => rows.try_for_each(|row| write_row(&row, file)),
            TableForm::Parquet(_) => write_parquet(table, rows, file),
        })?;
    }
    Destination::File(run).write(|file| write_row(&Row::Run(tables.run()), file))
}

/// Removes a file of an earlier run, if it is there.
fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::writing(&path.to_string_lossy(), error))
        }
        _ => Ok(()),
    }
}
