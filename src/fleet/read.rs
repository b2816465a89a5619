//! Reads tables that were written before: a folder of `--out`, or the rows of standard output. Trusts no line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use thiserror::Error;

use super::row::{Row, RunRow, SCHEMA_VERSION, Stage, Table};
use super::tables::Tables;
use crate::escape;

/// The file of a folder that describes the others; it is there only beside complete tables.
pub(crate) const RUN_FILE: &str = "run.json";
/// The longest row, in bytes.
const LONGEST_ROW: u64 = 64 << 20;

/// Why rows cannot be read.
#[derive(Debug, Error)]
pub(crate) enum ReadError {
    /// A file cannot be read.
    #[error("{}: {cause}", shown(.path))]
    File {
        /// Which.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// The folder has no complete tables.
    #[error("{}: no complete run is in this folder", shown(.0))]
    Incomplete(PathBuf),
    /// The rows have another version.
    #[error("{}: rows of version {version}, not {SCHEMA_VERSION}", shown(.path))]
    Version {
        /// Where.
        path: PathBuf,
        /// Their version.
        version: i64,
    },
    /// A line is no row.
    #[error("{}: line {line} is no row: {}", shown(.path), escape::text(.cause))]
    Row {
        /// Where.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
}

fn shown(path: &Path) -> String {
    escape::text(&path.to_string_lossy()).into_owned()
}

impl ReadError {
    /// Returns what the user can do next.
    pub(crate) const fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => "name the folder of --out, or `-` for the rows on standard input",
            Self::Incomplete(_) => {
                "run `dive-rs fleet … --out DIR` to its end; the same command goes on"
            }
            Self::Version { .. } => "describe the images again with this version",
            Self::Row { .. } => "the rows are those of `dive-rs fleet`, a line each, unchanged",
        }
    }
}

/// Adds the tables of a folder.
///
/// # Errors
/// [`ReadError`] when they are not there, not complete or damaged.
pub(crate) fn read_folder(folder: &Path, tables: &mut Tables) -> Result<(), ReadError> {
    let run = folder.join(RUN_FILE);
    if !folder.join(RUN_FILE).is_file() && folder.is_dir() {
        return Err(ReadError::Incomplete(folder.to_owned()));
    }
    let mut stage = Stage::default();
    rows(&run, open(&run)?, |row: RunRow| {
        stage = row.stage;
        insert(tables, &run, Row::Run(row))
    })?;
    for table in Table::of(stage) {
        let path = folder.join(format!("{}.ndjson", table.name()));
        let file = open(&path)?;
        match table {
            Table::Images => each(&path, file, Row::Images, tables),
            Table::Names => each(&path, file, Row::Names, tables),
            Table::Layers => each(&path, file, Row::Layers, tables),
            Table::ImageLayers => each(&path, file, Row::ImageLayers, tables),
            Table::Categories => each(&path, file, Row::Categories, tables),
            Table::Findings => each(&path, file, Row::Findings, tables),
            Table::Packages => each(&path, file, Row::Packages, tables),
            Table::LargeFiles => each(&path, file, Row::LargeFiles, tables),
            Table::Errors => each(&path, file, Row::Errors, tables),
        }?;
    }
    Ok(())
}

/// Adds rows with the names of their tables, `path` in errors.
///
/// # Errors
/// [`ReadError`] when a line is no row.
pub(crate) fn read_rows(
    path: &Path,
    from: impl BufRead,
    tables: &mut Tables,
) -> Result<(), ReadError> {
    rows(path, from, |row| insert(tables, path, row))
}

fn open(path: &Path) -> Result<BufReader<File>, ReadError> {
    File::open(path)
        .map(BufReader::new)
        .map_err(|cause| ReadError::File {
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
            cause: cause.to_string(),
        })?;
        each(row)?;
    }
    Ok(())
}
