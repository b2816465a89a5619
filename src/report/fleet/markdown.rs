//! The summary of many images as Markdown.

use std::io::{self, Write};

use super::summary::{heads, overview, shown};
use crate::bytes::thousands;
use crate::escape;
use crate::fleet::page::{Cell, FleetFacts, List};
use crate::report::markdown::{code, plain};

pub(super) fn write(facts: &FleetFacts, most: usize, out: &mut impl Write) -> io::Result<()> {
    for (at, list) in overview(facts).lists.iter().enumerate() {
        if at == 0 {
            writeln!(out, "## {}", plain(&list.title))?;
        } else if list.is_long && !list.is_empty() {
            let rows = thousands(list.len() as u64);
            writeln!(out, "\n### {}: {rows}", plain(&list.title))?;
        } else {
            writeln!(out, "\n### {}", plain(&list.title))?;
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
    let (shown, more) = shown(list, most);
    if shown > 0 {
        let heads = heads(list).unwrap_or_else(|| vec![String::new(); list.columns.len()]);
        let rules = list.columns.iter().map(|column| {
            let rule = if column.kind.is_number() {
                "---:"
            } else {
                "---"
            };
            rule.to_owned()
        });
        writeln!(out, "\n{}", line(heads))?;
        writeln!(out, "{}", line(rules))?;
    }
    for row in 0..shown {
        let cells = list.row(row).iter().map(|cell| markup(facts, cell));
        writeln!(out, "{}", line(cells))?;
    }
    if more > 0 {
        writeln!(out, "\n… and {} more", thousands(more as u64))?;
    }
    list.notes
        .iter()
        .try_for_each(|note| writeln!(out, "\n{note}"))
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    let mut line = "|".to_owned();
    for cell in cells {
        if !cell.is_empty() {
            line.push(' ');
            line += &cell;
        }
        line += " |";
    }
    line
}

/// Returns a cell: names as code, their control characters visible.
fn markup(facts: &FleetFacts, cell: &Cell) -> String {
    let text = facts.text(cell);
    match cell {
        Cell::Image(_) | Cell::Layer(_) | Cell::Path(_) => code(&escape::text(&text)),
        Cell::Text(_) | Cell::Category(_) => plain(&escape::text(&text)),
        _ => text.into_owned(),
    }
}
