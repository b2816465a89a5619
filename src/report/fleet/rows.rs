//! The rows of many images as JSON, one per line: with the name of their table, or in a file of their table without it. A plan as JSON, one image per line.

use std::io::{self, Write};

use crate::fleet::{PlanLine, Row};
use crate::report::json_string::write_compact;

/// Writes a row as one line, with its table.
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(crate) fn write_tagged_row(row: &Row, out: &mut impl Write) -> io::Result<()> {
    write_compact(&mut *out, row)?;
    out.write_all(b"\n")
}

/// Writes a row as one line, without its table.
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(crate) fn write_row(row: &Row, out: &mut impl Write) -> io::Result<()> {
    match row {
        Row::Run(row) => write_compact(&mut *out, row),
        Row::Images(row) => write_compact(&mut *out, row),
        Row::Names(row) => write_compact(&mut *out, row),
        Row::Layers(row) => write_compact(&mut *out, row),
        Row::ImageLayers(row) => write_compact(&mut *out, row),
        Row::Categories(row) => write_compact(&mut *out, row),
        Row::Findings(row) => write_compact(&mut *out, row),
        Row::Rules(row) => write_compact(&mut *out, row),
        Row::Packages(row) => write_compact(&mut *out, row),
        Row::LargeFiles(row) => write_compact(&mut *out, row),
        Row::Errors(row) => write_compact(&mut *out, row),
    }?;
    out.write_all(b"\n")
}

/// Writes an image of a plan as one line.
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(crate) fn write_plan_line(line: &PlanLine, out: &mut impl Write) -> io::Result<()> {
    write_compact(&mut *out, line)?;
    out.write_all(b"\n")
}
