//! The summary of many images as text.

use std::io::{self, Write};

use super::summary::{overview, shown};
use crate::bytes::thousands;
use crate::escape;
use crate::fleet::page::{FleetFacts, List, ListColumnKind};
use crate::report::markdown::cut_at;

/// The longest text in a column, in characters.
const LONGEST: usize = 80;

pub(super) fn write(facts: &FleetFacts, most: usize, out: &mut impl Write) -> io::Result<()> {
    for (at, list) in overview(facts).lists.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write_list(facts, list, most, out)?;
    }
    Ok(())
}

fn write_list(
    facts: &FleetFacts,
    list: &List,
    most: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{}", list.title)?;
    if list.columns.iter().any(|column| !column.name.is_empty()) {
        let heads = list.columns.iter().map(|column| column.name.clone());
        writeln!(out, "{}", line(list, heads))?;
    }
    let (shown, more) = shown(list, most);
    for row in 0..shown {
        let cells = list.row(row).iter();
        let cells = cells.map(|cell| cut_at(&escape::text(&facts.text(cell)), LONGEST));
        writeln!(out, "{}", line(list, cells))?;
    }
    if more > 0 {
        writeln!(out, "  … and {} more", thousands(more as u64))?;
    }
    list.notes
        .iter()
        .try_for_each(|note| writeln!(out, "  {note}"))
}

/// Returns the cells of a row below each other's heads.
fn line(list: &List, cells: impl Iterator<Item = String>) -> String {
    let mut line = "  ".to_owned();
    for (at, (column, cell)) in list.columns.iter().zip(cells).enumerate() {
        line += match column.kind {
            ListColumnKind::Count => format!("{cell:>8}"),
            ListColumnKind::Bytes => format!("{cell:>12}"),
            ListColumnKind::Time => format!("{cell:>16}"),
            ListColumnKind::Short(columns) if at == 0 => format!("{cell:<columns$}"),
            ListColumnKind::Short(columns) => format!("  {cell:<columns$}"),
            ListColumnKind::Long | ListColumnKind::Extra if at == 0 => cell,
            ListColumnKind::Long | ListColumnKind::Extra => format!("  {cell}"),
        }
        .as_str();
    }
    line.truncate(line.trim_end().len());
    line
}
