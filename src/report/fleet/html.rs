//! The summary of many images as one self-contained HTML page: tables without a script, in the style of the page of one image. The page loads nothing, and
//! names are text.

use std::io::{self, Write};

use super::summary::{heads, overview, shown};
use crate::bytes::{count, thousands};
use crate::escape;
use crate::fleet::page::{Cell, FleetFacts, List, ListKind};
use crate::report::html::fill;
use crate::report::xml::Xml;

const PAGE: &str = include_str!("../../../assets/report/fleet.html");

pub(super) fn write(facts: &FleetFacts, most: usize, out: &mut impl Write) -> io::Result<()> {
    let title = format!(
        "{}: {}, {} with each layer once",
        count(facts.summary.images as u64, "image", "images"),
        facts.sum(facts.summary.alone),
        facts.sum(facts.summary.distinct),
    );
    fill(PAGE, &title, out, |out| {
        writeln!(out, "<h1>{}</h1>", Xml(&title))?;
        for list in &overview(facts).lists {
            if list.kind == ListKind::Totals {
                write_totals(facts, list, out)?;
            } else {
                write_list(facts, list, most, out)?;
            }
        }
        Ok(())
    })
}

/// Writes the totals: the number of each row first.
fn write_totals(facts: &FleetFacts, list: &List, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<p>{}</p>\n<ul class=\"facts\">", Xml(&list.title))?;
    for row in 0..list.len() {
        let cells = list.row(row).iter();
        let cells: Vec<String> = cells.map(|cell| markup(facts, cell)).collect();
        if let [name, value, rest] = &cells[..] {
            writeln!(out, "<li><b>{value}</b> {name} {rest}</li>")?;
        }
    }
    writeln!(out, "</ul>")?;
    paragraphs(&list.notes, out)
}

fn write_list(
    facts: &FleetFacts,
    list: &List,
    most: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "<h2>{}</h2>", Xml(&list.title))?;
    let (shown, more) = shown(list, most);
    if shown > 0 {
        write_table(facts, list, shown, more, out)?;
    }
    paragraphs(&list.notes, out)
}

/// Writes the first rows of a list; the caption has how many are left out.
fn write_table(
    facts: &FleetFacts,
    list: &List,
    shown: usize,
    more: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let classes = list.columns.iter().map(|column| {
        if column.kind.is_number() {
            " class=\"number\""
        } else {
            ""
        }
    });
    let classes: Vec<&str> = classes.collect();
    writeln!(out, "<table>")?;
    if more > 0 {
        let (shown, more) = (thousands(shown as u64), thousands(more as u64));
        let text = format!("The first {shown}; {more} more are left out.");
        writeln!(out, "<caption>{text}</caption>")?;
    }
    if let Some(heads) = heads(list) {
        write!(out, "<thead><tr>")?;
        for (head, class) in heads.iter().zip(&classes) {
            if head.is_empty() {
                // An empty cell heads nothing.
                write!(out, "<td></td>")?;
            } else {
                write!(out, "<th scope=\"col\"{class}>{}</th>", Xml(head))?;
            }
        }
        writeln!(out, "</tr></thead>")?;
    }
    writeln!(out, "<tbody>")?;
    for row in 0..shown {
        write!(out, "<tr>")?;
        for (cell, class) in list.row(row).iter().zip(&classes) {
            write!(out, "<td{class}>{}</td>", markup(facts, cell))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table>")
}

fn paragraphs(notes: &[String], out: &mut impl Write) -> io::Result<()> {
    let mut notes = notes.iter();
    notes.try_for_each(|note| writeln!(out, "<p>{}</p>", Xml(note)))
}

/// Returns a cell as markup; the number of layers of a group opens their digests.
fn markup(facts: &FleetFacts, cell: &Cell) -> String {
    let text = facts.text(cell);
    match cell {
        Cell::GroupLayers(group) => {
            let layers = facts.group_layers(*group).iter();
            let digests = layers.map(|layer| name(&facts.fleet.layer(*layer).layer));
            let digests = digests.collect::<Vec<_>>().join("<br>");
            format!("<details><summary>{text}</summary>{digests}</details>")
        }
        Cell::Image(_) | Cell::Layer(_) | Cell::Path(_) => name(&text),
        _ => Xml(&escape::text(&text)).to_string(),
    }
}

/// Returns a name as markup.
fn name(text: &str) -> String {
    format!("<span class=\"mono\">{}</span>", Xml(&escape::text(text)))
}
