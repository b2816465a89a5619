//! Reads tables that were written before: a folder of `--out`, or the rows of standard output, from a file or piped. Every line and file is checked.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use thiserror::Error;

use super::layout::{FolderContent, OutputFolder, RUN_FILE, TableForm, find};
use super::read_parquet::{ParquetFailure, read_parquet};
use super::row::{Depth, Row, RunRow, SCHEMA_VERSION, Table};
use super::tables::Tables;
use crate::escape;

/// The longest row, in bytes.
const LONGEST_ROW: u64 = 64 << 20;

/// Why rows cannot be read.
#[derive(Debug, Error)]
pub(crate) enum ReadError {
    /// A file cannot be read.
    #[error("{}: {cause}", path_text(.path))]
    File {
        /// The path.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// The folder has no complete tables.
    #[error("{}: no complete run is in this folder", path_text(.0))]
    Incomplete(PathBuf),
    /// The folder has several runs.
    #[error("{}: several runs are in this folder: {}", path_text(.path), .names.join(", "))]
    Runs {
        /// The path.
        path: PathBuf,
        /// Their names.
        names: Vec<String>,
    },
    /// The rows have another version.
    #[error("{}: rows of version {version}, not {SCHEMA_VERSION}", path_text(.path))]
    Version {
        /// Where.
        path: PathBuf,
        /// Their version.
        version: i64,
    },
    /// A file is not a Parquet file of a table.
    #[error("{}: {}", path_text(.path), escape::text(&.cause.to_string()))]
    Parquet {
        /// Where.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        cause: ParquetFailure,
    },
    /// A line is not a row.
    #[error("{}: line {line} is not a row: {}", path_text(.path), escape::text(&.cause.to_string()))]
    Row {
        /// Where.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        cause: serde_json::Error,
    },
}

fn path_text(path: &Path) -> String {
    escape::text(&path.to_string_lossy()).into_owned()
}

impl ReadError {
    /// Returns what the user can do next.
    pub(crate) const fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => {
                "name the folder of --out, a file with rows, or `-` for the rows on standard input"
            }
            Self::Incomplete(_) => {
                "run `dive-rs fleet … --out DIR` to its end; the same command resumes it"
            }
            Self::Runs { .. } => "name the folder of one of them: DIR/runs/NAME",
            Self::Parquet { .. } => "use the output of `dive-rs fleet --format parquet` unchanged",
            Self::Version { .. } => "describe the images again with this version",
            Self::Row { .. } => "use the output of `dive-rs fleet` unchanged",
        }
    }
}

/// Adds the tables of a folder, or the rows of a file.
///
/// # Errors
/// [`ReadError`] when they are not there, not complete or damaged.
pub(crate) fn read_folder(folder: &Path, tables: &mut Tables) -> Result<(), ReadError> {
    if folder.is_file() {
        return read_rows(folder, BufReader::new(open(folder)?), tables);
    }
    let found = find(folder).map_err(|cause| ReadError::File {
        path: folder.to_owned(),
        cause,
    })?;
    match found {
        FolderContent::Incomplete => Err(ReadError::Incomplete(folder.to_owned())),
        FolderContent::Runs(names) => Err(ReadError::Runs {
            path: folder.to_owned(),
            names,
        }),
        FolderContent::Tables(parts) => parts.iter().try_for_each(|part| read_part(part, tables)),
    }
}

fn read_part(part: &OutputFolder, tables: &mut Tables) -> Result<(), ReadError> {
    let run = part.state().join(RUN_FILE);
    let mut depth = Depth::default();
    rows(&run, BufReader::new(open(&run)?), |row: RunRow| {
        depth = row.depth;
        insert(tables, &run, Row::Run(row))
    })?;
    for table in Table::of(depth) {
        let path = part.table(table);
        let file = open(&path)?;
        match part.form {
            TableForm::Ndjson => read_lines(&path, BufReader::new(file), table, tables)?,
            TableForm::Parquet(_) => {
                let read = read_parquet(file, table, |row| tables.insert(row));
                read.map_err(|failure| match failure {
                    ParquetFailure::Version(version) => ReadError::Version { path, version },
                    cause => ReadError::Parquet { path, cause },
                })?;
            }
        }
    }
    Ok(())
}

fn read_lines(
    path: &Path,
    from: impl BufRead,
    table: Table,
    tables: &mut Tables,
) -> Result<(), ReadError> {
    match table {
        Table::Images => each(path, from, Row::Images, tables),
        Table::Names => each(path, from, Row::Names, tables),
        Table::Layers => each(path, from, Row::Layers, tables),
        Table::ImageLayers => each(path, from, Row::ImageLayers, tables),
        Table::Categories => each(path, from, Row::Categories, tables),
        Table::Findings => each(path, from, Row::Findings, tables),
        Table::Rules => each(path, from, Row::Rules, tables),
        Table::Packages => each(path, from, Row::Packages, tables),
        Table::LargeFiles => each(path, from, Row::LargeFiles, tables),
        Table::Errors => each(path, from, Row::Errors, tables),
    }
}

/// Adds rows with the names of their tables, `path` in errors.
///
/// # Errors
/// [`ReadError`] when a line is not a row.
pub(crate) fn read_rows(
    path: &Path,
    from: impl BufRead,
    tables: &mut Tables,
) -> Result<(), ReadError> {
    rows(path, from, |row| insert(tables, path, row))
}

fn open(path: &Path) -> Result<File, ReadError> {
    File::open(path).map_err(|cause| ReadError::File {
        path: path.to_owned(),
        cause,
    })
}

fn insert(tables: &mut Tables, path: &Path, row: Row) -> Result<(), ReadError> {
    match row {
        Row::Run(run) if run.schema_version != SCHEMA_VERSION => Err(ReadError::Version {
            path: path.to_owned(),
            version: run.schema_version,
        }),
        row => {
            tables.insert(row);
            Ok(())
        }
    }
}

fn each<T: DeserializeOwned>(
    path: &Path,
    from: impl BufRead,
    row: fn(T) -> Row,
    tables: &mut Tables,
) -> Result<(), ReadError> {
    rows(path, from, |columns| {
        tables.insert(row(columns));
        Ok(())
    })
}

fn rows<T: DeserializeOwned>(
    path: &Path,
    mut from: impl BufRead,
    mut each: impl FnMut(T) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        let read = from.by_ref().take(LONGEST_ROW).read_until(b'\n', &mut text);
        let count = read.map_err(|cause| ReadError::File {
            path: path.to_owned(),
            cause,
        })?;
        if count == 0 {
            break;
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let row = serde_json::from_slice(&text).map_err(|cause| ReadError::Row {
            path: path.to_owned(),
            line,
            cause,
        })?;
        each(row)?;
    }
    Ok(())
}
