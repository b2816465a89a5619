//! The summary of many images as text.

use std::io::{self, Write};

use super::summary::{CREATED, FleetFacts, created, label, names_since, platform_name};
use crate::bytes::{count, thousands};
use crate::escape;
use crate::fleet::{DeepSummary, Growth};
use crate::report::markdown::cut_at;

/// The longest text in a column, in characters.
const LONGEST: usize = 80;

pub(super) fn write(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
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
}

fn head(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let summary = &facts.summary;
    writeln!(
        out,
        "{} with {} and {}",
        count(summary.images as u64, "image", "images"),
        count(summary.names as u64, "name", "names"),
        count(summary.layers as u64, "layer", "layers"),
    )?;
    writeln!(
        out,
        "  {:<22}{:>12}",
        "each image alone",
        facts.sum(summary.alone)
    )?;
    writeln!(
        out,
        "  {:<22}{:>12}  {}; sharing saves {}",
        "each layer once",
        facts.sum(summary.distinct),
        facts.distinct_percent(),
        facts.bytes(facts.saved()),
    )?;
    for note in facts.notes() {
        writeln!(out, "  {note}")?;
    }
    Ok(())
}

fn grown(facts: &FleetFacts, growth: &Growth, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nSince the earlier run")?;
    writeln!(
        out,
        "  {:<22}{:>12}{:>12}{:>12}",
        "", "before", "after", "Δ"
    )?;
    for [name, before, after, delta] in facts.totals(growth) {
        writeln!(out, "  {name:<22}{before:>12}{after:>12}{delta:>12}")?;
    }
    writeln!(out, "  {}", facts.layers_since(growth))?;
    writeln!(out, "  {}", names_since(growth))?;
    if growth.names.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {:>12}{:>12}{:>12}", "before", "after", "Δ")?;
    for change in growth.names.iter().take(facts.most) {
        let [before, after, delta] = facts.change(change);
        let name = short(&change.name);
        writeln!(out, "  {before:>12}{after:>12}{delta:>12}  {name}")?;
    }
    more(growth.names.len(), facts.most, out)
}

fn fresh_node(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nA fresh node pulls")?;
    write!(out, "  {:<20}{:>8}{:>12}", "platform", "images", "bytes")?;
    for link in &facts.links {
        write!(out, "{:>16}", link.to_string())?;
    }
    writeln!(out)?;
    for platform in &facts.summary.platforms {
        write!(
            out,
            "  {:<20}{:>8}{:>12}",
            escape::text(platform_name(platform)),
            thousands(platform.images as u64),
            facts.sum(platform.distinct)
        )?;
        for &link in &facts.links {
            write!(out, "{:>16}", facts.download_text(platform.distinct, link))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "  {}", facts.method())
}

fn shared(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let all = facts.summary.shared.len();
    if all == 0 {
        return writeln!(out, "\nNo layer is in two images");
    }
    writeln!(out, "\nShared layers")?;
    writeln!(
        out,
        "  {:>8}{:>8}{:>12}{:>12}  created",
        "images", "layers", "bytes", "saved"
    )?;
    for group in facts.groups() {
        writeln!(
            out,
            "  {:>8}{:>8}{:>12}{:>12}  {:<12}  {}",
            thousands(group.images as u64),
            thousands(group.layers.len() as u64),
            facts.sum(group.sum),
            facts.bytes(group.saved),
            created(group),
            short(label(group)),
        )?;
    }
    more(all, facts.most, out)?;
    writeln!(out, "  {CREATED}")
}

fn largest(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    if facts.summary.largest.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nLargest images")?;
    writeln!(out, "  {:>12}{:>12}", "bytes", "own")?;
    for image in facts.images() {
        let others = match image.names {
            0 | 1 => String::new(),
            names => format!(" (+{})", names - 1),
        };
        writeln!(
            out,
            "  {:>12}{:>12}  {}{others}",
            facts.sum(image.sum),
            facts.sum(image.own),
            short(&image.name),
        )?;
    }
    more(facts.summary.largest.len(), facts.most, out)?;
    writeln!(out, "  own: layers that are in no other image")
}

fn files(facts: &FleetFacts, deep: &DeepSummary, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{}", facts.files_of(deep))?;
    writeln!(out, "  {:<26}{:>12}{:>12}", "category", "visible", "hidden")?;
    for sum in &deep.categories {
        let (visible, hidden) = (facts.bytes(sum.visible), facts.bytes(sum.hidden));
        let category = escape::text(&sum.category);
        writeln!(out, "  {category:<26}{visible:>12}{hidden:>12}")?;
    }
    if !deep.smaller.is_empty() {
        writeln!(out, "\nImages that could be smaller")?;
        writeln!(out, "  {:>12}{:>12}", "saves", "of")?;
        for image in deep.smaller.iter().take(facts.most) {
            let (savings, size) = (facts.bytes(image.savings), facts.bytes(image.size));
            writeln!(out, "  {savings:>12}{size:>12}  {}", short(&image.name))?;
        }
        more(deep.smaller.len(), facts.most, out)?;
    }
    if !deep.duplicates.is_empty() {
        writeln!(out, "\nThe same content in several layers")?;
        writeln!(out, "  {:>8}{:>12}{:>12}", "layers", "bytes", "extra")?;
        for file in deep.duplicates.iter().take(facts.most) {
            let layers = thousands(file.layers as u64);
            let (bytes, extra) = (facts.bytes(file.bytes), facts.bytes(file.extra));
            writeln!(
                out,
                "  {layers:>8}{bytes:>12}{extra:>12}  {}",
                short(&file.path)
            )?;
        }
        more(deep.duplicates.len(), facts.most, out)?;
    }
    Ok(())
}

fn errors(facts: &FleetFacts, out: &mut impl Write) -> io::Result<()> {
    let errors = &facts.summary.errors;
    if errors.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nNot read")?;
    for error in errors.iter().take(facts.most) {
        let (name, message) = (escape::text(&error.name), escape::text(&error.message));
        // Most messages begin with the name.
        if message.contains(&*name) {
            writeln!(out, "  {message}")?;
        } else {
            writeln!(out, "  {name}: {message}")?;
        }
    }
    more(errors.len(), facts.most, out)
}

/// Writes how many rows of a list are left out.
fn more(all: usize, most: usize, out: &mut impl Write) -> io::Result<()> {
    match all.saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(out, "  … and {} more", thousands(more as u64)),
    }
}

/// Returns a text on one line, truncated.
fn short(text: &str) -> String {
    cut_at(&escape::text(text), LONGEST)
}
