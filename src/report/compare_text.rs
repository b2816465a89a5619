//! A comparison for people: both images' numbers beside each other, their layers, where the difference lies, the largest changes, what the images
//! say of themselves. Names are made safe, long ones cut; nothing here is meant for programs to read.

use std::io::{self, Write};

use super::comparison::{Changed, Compared, names};
use super::paint::Paint;
use super::vulnerable;
use crate::bytes::{human, ratio};
use crate::compare::{LayerRelation, Side, Sides};
use crate::escape;
use crate::image::LayerId;
use crate::report::categories;

/// How many folders, changes and lines of configuration are listed.
const MOST: usize = 20;
/// Columns an instruction or a value may take.
const WIDTH: usize = 70;

pub(super) fn write(facts: &Compared<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    title(facts, paint, out)?;
    numbers(facts, paint, out)?;
    if let Some(deliveries) = facts.deliveries {
        deliveries.text(facts.units, paint, out)?;
    }
    categories::two(facts, paint, out)?;
    if let Some(all) = facts.vulnerabilities {
        vulnerable::text_of_two(all, paint, out)?;
    }
    layers(facts, paint, out)?;
    folder_deltas(facts, paint, out)?;
    changes(facts, paint, out)?;
    config(facts, paint, out)
}

fn title(facts: &Compared<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    for side in Side::BOTH {
        let about = &facts.images.get(side).about;
        let name = escape::text(&about.reference);
        let platform = about.platform.to_string();
        let platform = escape::text(&platform);
        writeln!(out, "{:<8}{}  {platform}", side.name(), paint.bold(&name))?;
    }
    let platforms = facts.images.map(|image| &image.about.platform);
    if platforms.before != platforms.after {
        writeln!(
            out,
            "{}",
            paint.odd("The images are for different platforms.")
        )?;
    }
    if facts.comparison.one_image {
        writeln!(out, "{}", paint.odd("Both are the same image."))?;
    }
    writeln!(out)
}

fn numbers(facts: &Compared<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let (analyses, layers) = (&facts.comparison.analyses, &facts.comparison.layers);
    let head = format!("{:16}{:>10}  {:>10}  {:>11}", "", "before", "after", "Δ");
    writeln!(out, "{}", paint.bold(&head))?;
    let size = |bytes| human(bytes, facts.units);
    let line = |name: &str, bytes: Sides<u64>| {
        let delta = i128::from(bytes.after) - i128::from(bytes.before);
        let line = format!(
            "  {name:<14}{:>10}  {:>10}  {:>11}  {}",
            size(bytes.before),
            size(bytes.after),
            facts.signed(delta),
            ratio(bytes.before, bytes.after),
        );
        line.trim_end().to_owned()
    };
    let whole = analyses.as_ref().map(|analysis| analysis.size);
    writeln!(out, "{}", line("size", whole))?;
    let stored = facts.images.map(crate::image::Image::compressed_size);
    match (stored.before, stored.after) {
        (Some(before), Some(after)) => {
            writeln!(out, "{}", line("stored", Sides::new(before, after)))?;
        }
        (None, None) => {}
        _ => {
            let known = stored.map(|bytes| bytes.map_or_else(|| "?".to_owned(), size));
            let Sides { before, after } = known;
            writeln!(out, "  {:<14}{before:>10}  {after:>10}", "stored")?;
        }
    }
    let seen = analyses.as_ref().map(|analysis| analysis.visible);
    writeln!(out, "{}", line("seen", seen))?;
    let reclaimable = analyses.as_ref().map(|analysis| analysis.hidden.bytes());
    writeln!(out, "{}", line("reclaimable", reclaimable))?;
    let score = |side: Side| format!("{:.2} %", analyses.get(side).efficiency.score * 100.0);
    let (before, after) = (score(Side::Before), score(Side::After));
    writeln!(out, "  {:<14}{before:>10}  {after:>10}", "efficiency")?;
    let counts = facts.images.map(|image| image.layers.len());
    writeln!(
        out,
        "  {:<14}{:>10}  {:>10}  {} shared, {}",
        "layers",
        counts.before,
        counts.after,
        layers.shared,
        size(layers.shared_bytes)
    )?;
    let transfer = layers.transfer;
    let (bytes, words) = match transfer.compressed {
        Some(stored) => (stored, "packed"),
        None => (transfer.unpacked, "unpacked; the packed size is not known"),
    };
    writeln!(
        out,
        "  {:<14}{:>10}  {:>10}  in {} of its layers, {words}: what a machine that has the first still needs",
        "download",
        "",
        size(bytes),
        transfer.layers,
    )?;
    let files = facts.comparison.counts;
    writeln!(
        out,
        "\n  {} added, {} removed, {} changed, {} moved, {} the same",
        files.added, files.removed, files.changed, files.moved, files.same
    )
}

fn layers(facts: &Compared<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let head = "  before        Size  after         Size           Instruction";
    writeln!(out, "\n{}", paint.bold(head))?;
    for pair in &facts.comparison.layers.pairs {
        let side = |side: Side, id: Option<LayerId>| match id {
            Some(id) => {
                let size = human(facts.images.get(side).layer(id).size, facts.units);
                format!("{:>6}  {size:>10}", id.index() + 1)
            }
            None => format!("{:>6}  {:>10}", "·", ""),
        };
        let word = match pair.relation {
            LayerRelation::Same => "same",
            LayerRelation::Rebuilt => "rebuilt",
            LayerRelation::Before => "−",
            LayerRelation::After => "+",
        };
        let (at, id) = match (pair.after, pair.before) {
            (Some(id), _) => (Side::After, id),
            (None, Some(id)) => (Side::Before, id),
            (None, None) => continue,
        };
        let base = &facts.comparison.analyses.get(at).base;
        writeln!(
            out,
            "  {} {}  {word:<7}  {}",
            side(Side::Before, pair.before),
            side(Side::After, pair.after),
            cut(&base.instruction(facts.images.get(at), id)),
        )?;
    }
    Ok(())
}

fn folder_deltas(facts: &Compared<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let folder_deltas = &facts.comparison.folder_deltas;
    if folder_deltas.is_empty() {
        return Ok(());
    }
    let head = "      before       after            Δ  Folder";
    writeln!(out, "\n{}", paint.bold(head))?;
    for folder in folder_deltas.iter().take(MOST) {
        writeln!(
            out,
            "  {:>10}  {:>10}  {:>11}  {}",
            human(folder.bytes.before, facts.units),
            human(folder.bytes.after, facts.units),
            facts.signed(folder.delta()),
            escape::name(&facts.comparison.path(facts.images, folder.row)),
        )?;
    }
    if folder_deltas.len() > MOST {
        let rest: i128 = folder_deltas[MOST..]
            .iter()
            .map(crate::compare::FolderDelta::delta)
            .sum();
        let (delta, more) = (facts.signed(rest), folder_deltas.len() - MOST);
        writeln!(out, "  {:>10}  {:>10}  {delta:>11}  in {more} more", "", "")?;
    }
    Ok(())
}

fn changes(facts: &Compared<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let all = facts.largest();
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.bold("            Δ  Change   Path"))?;
    for changed in all.iter().take(MOST) {
        let status = format!("{:<7}", changed.status);
        let status = match changed.status {
            "added" => paint.good(&status).to_string(),
            "removed" => paint.bad(&status).to_string(),
            _ => paint.odd(&status).to_string(),
        };
        writeln!(
            out,
            "  {:>11}  {status}  {}{}",
            facts.signed(changed.delta()),
            escape::name(&facts.comparison.path(facts.images, changed.row)),
            paint.faint(&notes(facts, changed)),
        )?;
    }
    if all.len() > MOST {
        let rest: i128 = all[MOST..].iter().map(Changed::delta).sum();
        let (delta, more) = (facts.signed(rest), all.len() - MOST);
        writeln!(out, "  {delta:>11}  in {more} more")?;
    }
    Ok(())
}

fn notes(facts: &Compared<'_>, changed: &Changed) -> String {
    let mut notes = String::new();
    if let Some(from) = changed.from {
        let path = facts.comparison.path(facts.images, from);
        notes = format!("  from {}", escape::name(&path));
    }
    let what = names(changed.what);
    if !what.is_empty() {
        notes = format!("{notes}  {what}");
    }
    notes
}

fn config(facts: &Compared<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let differing = facts
        .comparison
        .metadata
        .iter()
        .filter(|fact| !fact.is_same());
    let differing: Vec<_> = differing.collect();
    if differing.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.bold("Configuration"))?;
    for fact in differing.iter().take(MOST) {
        let name = format!("{} {}", fact.field, fact.key);
        writeln!(out, "  {}", escape::text(name.trim_end()))?;
        for (side, sign) in [(Side::Before, '−'), (Side::After, '+')] {
            if let Some(value) = fact.values.get(side) {
                writeln!(out, "    {sign} {}", cut(value))?;
            }
        }
    }
    if differing.len() > MOST {
        writeln!(out, "  and {} more", differing.len() - MOST)?;
    }
    Ok(())
}

/// Returns a text on one line, cut to what a line holds.
fn cut(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = escape::text(&words);
    let mut cut: String = words.chars().take(WIDTH).collect();
    if cut.len() < words.len() {
        cut.push('…');
    }
    cut
}
