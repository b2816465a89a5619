//! The summary of many images as one self-contained HTML page: tables without a script, in the style of the page of one image. The page loads nothing, and
//! names are text.

use std::io::{self, Write};

use super::summary::{CREATED, FleetFacts, created, label, names_since, platform_name};
use crate::bytes::{count, thousands};
use crate::escape;
use crate::fleet::{DeepSummary, Growth, LayerGroup};
use crate::report::html::fill;
use crate::report::xml::Xml;

const PAGE: &str = include_str!("../../../assets/report/fleet.html");

pub(super) fn write(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let title = format!(
        "{}: {}, {} with each layer once",
        count(facts.summary.images as u64, "image", "images"),
        facts.sum(facts.summary.alone),
        facts.sum(facts.summary.distinct),
    );
    fill(PAGE, &title, out, |out| {
        writeln!(out, "<h1>{}</h1>", Xml(&title))?;
        head(facts, out)?;
        if let Some(growth) = &facts.growth {
            grown(facts, growth, out)?;
        }
        fresh_node(facts, out)?;
        shared(facts, out)?;
        largest(facts, out)?;
        if let Some(deep) = &facts.summary.deep {
            files(facts, deep, out)?;
        }
        errors(facts, out)
    })
}

/// A column: its head, and whether it has numbers.
type Column<'a> = (&'a str, bool);

/// Writes a table; the cells are markup. The caption has how many rows of the list are left out.
fn table<const N: usize>(
    caption: &str,
    columns: [Column<'_>; N],
    rows: impl IntoIterator<Item = [String; N]>,
    out: &mut impl Write,
) -> io::Result<()> {
    let class = |is_number: bool| if is_number { " class=\"number\"" } else { "" };
    writeln!(out, "<table><caption>{}</caption><thead><tr>", Xml(caption))?;
    for (head, is_number) in columns {
        let class = class(is_number);
        write!(out, "<th scope=\"col\"{class}>{}</th>", Xml(head))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for row in rows {
        write!(out, "<tr>")?;
        for (cell, (_, is_number)) in row.iter().zip(columns) {
            write!(out, "<td{}>{cell}</td>", class(is_number))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table>")
}

/// Returns a name as markup.
fn name(text: &str) -> String {
    format!("<span class=\"mono\">{}</span>", Xml(&escape::text(text)))
}

/// Returns the caption of a list, with the number of its rows that are left out.
fn caption(facts: &FleetFacts, text: &str, all: usize) -> String {
    match all.saturating_sub(facts.most) {
        0 => text.to_owned(),
        more => {
            let (shown, more) = (thousands(facts.most as u64), thousands(more as u64));
            format!("{text} The first {shown}; {more} more are left out.")
        }
    }
}

fn heading(text: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<h2>{}</h2>", Xml(text))
}

fn paragraph(text: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<p>{}</p>", Xml(text))
}

fn head(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let summary = &facts.summary;
    let items = [
        ("names", thousands(summary.names as u64)),
        ("layers", thousands(summary.layers as u64)),
        ("each image alone", facts.sum(summary.alone)),
        ("each layer once", facts.sum(summary.distinct)),
        ("of the bytes alone", facts.distinct_percent()),
        ("saved by sharing", facts.bytes(facts.saved())),
    ];
    writeln!(out, "<ul class=\"facts\">")?;
    for (what, value) in items {
        writeln!(out, "<li><b>{}</b> {what}</li>", Xml(&value))?;
    }
    writeln!(out, "</ul>")?;
    for note in facts.notes() {
        paragraph(&note, out)?;
    }
    Ok(())
}

fn grown(facts: &FleetFacts, growth: &Growth, out: &mut impl Write) -> io::Result<()> {
    heading("Since the earlier run", out)?;
    let columns = [
        ("Total", false),
        ("Before", true),
        ("After", true),
        ("Δ", true),
    ];
    table(
        "Totals of the two runs.",
        columns,
        facts.totals(growth),
        out,
    )?;
    paragraph(&facts.layers_since(growth), out)?;
    paragraph(&names_since(growth), out)?;
    if growth.names.is_empty() {
        return Ok(());
    }
    let rows = growth.names.iter().take(facts.most).map(|change| {
        let [before, after, delta] = facts.change(change);
        [before, after, delta, name(&change.name)]
    });
    let caption = caption(
        facts,
        "Names with other images, those that grew most first.",
        growth.names.len(),
    );
    let columns = [
        ("Before", true),
        ("After", true),
        ("Δ", true),
        ("Name", false),
    ];
    table(&caption, columns, rows, out)
}

fn fresh_node(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    heading("A fresh node pulls", out)?;
    let rows = facts.summary.platforms.iter().flat_map(|platform| {
        facts.links.iter().map(move |&link| {
            [
                name(platform_name(platform)),
                thousands(platform.images as u64),
                facts.sum(platform.distinct),
                link.to_string(),
                facts.download_text(platform.distinct, link),
            ]
        })
    });
    let columns = [
        ("Platform", false),
        ("Images", true),
        ("Bytes", true),
        ("Link", true),
        ("Time", true),
    ];
    table(&facts.method(), columns, rows, out)
}

fn shared(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let all = facts.summary.shared.len();
    heading("Shared layers", out)?;
    if all == 0 {
        return paragraph("No layer is in two images.", out);
    }
    let rows = facts.groups().iter().map(|group| {
        [
            thousands(group.images as u64),
            layers(group),
            facts.sum(group.sum),
            facts.bytes(group.saved),
            created(group),
            name(label(group)),
        ]
    });
    let text = format!("Layers in the same images, those that save most first. {CREATED}.");
    let columns = [
        ("Images", true),
        ("Layers", true),
        ("Bytes", true),
        ("Saved", true),
        ("Created", false),
        ("Image or instruction", false),
    ];
    table(&caption(facts, &text, all), columns, rows, out)
}

/// Returns the number of layers of a group, which opens their digests.
fn layers(group: &LayerGroup) -> String {
    let digests: Vec<String> = group.layers.iter().map(|layer| name(layer)).collect();
    let digests = digests.join("<br>");
    let number = thousands(group.layers.len() as u64);
    format!("<details><summary>{number}</summary>{digests}</details>")
}

fn largest(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    heading("Largest images", out)?;
    let rows = facts.images().iter().map(|image| {
        [
            facts.sum(image.sum),
            facts.sum(image.own),
            thousands(image.names as u64),
            name(&image.name),
        ]
    });
    let text = "Own: layers that are in no other image.";
    let columns = [
        ("Bytes", true),
        ("Own", true),
        ("Names", true),
        ("Image", false),
    ];
    let caption = caption(facts, text, facts.summary.largest.len());
    table(&caption, columns, rows, out)
}

fn files(facts: &FleetFacts, deep: &DeepSummary, out: &mut impl Write) -> io::Result<()> {
    heading("Files", out)?;
    paragraph(&format!("{}.", facts.files_of(deep)), out)?;
    let rows = deep.categories.iter().map(|sum| {
        let category = Xml(&escape::text(&sum.category)).to_string();
        [category, facts.bytes(sum.visible), facts.bytes(sum.hidden)]
    });
    let columns = [("Category", false), ("Visible", true), ("Hidden", true)];
    table("What the bytes are for.", columns, rows, out)?;
    let rows = deep.smaller.iter().take(facts.most).map(|image| {
        [
            facts.bytes(image.savings),
            facts.bytes(image.size),
            name(&image.name),
        ]
    });
    let columns = [("Saves", true), ("Of", true), ("Image", false)];
    let text = caption(facts, "Images that could be smaller.", deep.smaller.len());
    table(&text, columns, rows, out)?;
    let rows = deep.duplicates.iter().take(facts.most).map(|file| {
        [
            thousands(file.layers as u64),
            facts.bytes(file.bytes),
            facts.bytes(file.extra),
            name(&file.path),
        ]
    });
    let columns = [
        ("Layers", true),
        ("Bytes", true),
        ("Extra", true),
        ("Path", false),
    ];
    let text = "The same content in several layers.";
    let caption = caption(facts, text, deep.duplicates.len());
    table(&caption, columns, rows, out)
}

fn errors(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let errors = &facts.summary.errors;
    if errors.is_empty() {
        return Ok(());
    }
    heading("Not read", out)?;
    let rows = errors
        .iter()
        .take(facts.most)
        .map(|error| [name(&error.name), name(&error.message)]);
    let caption = caption(
        facts,
        "Names whose image is in no number above.",
        errors.len(),
    );
    table(&caption, [("Name", false), ("Cause", false)], rows, out)
}
