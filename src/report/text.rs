//! The summary for people: the image, its layers, what could be saved and who is to blame. The verdict is `text_verdict`'s. Names are made safe, long ones cut; nothing
//! here is meant for programs to read.

use std::io::{self, Write};

use super::format::Facts;
use super::paint::Paint;
use super::text_verdict;
use super::vulnerable;
use crate::analysis::{Hidden, HiddenKind};
use crate::bytes::{count, human};
use crate::escape;
use crate::image::{Image, LayerId};
use crate::report::categories;
use crate::report::savings;

/// How many wasted paths are listed.
const MOST_PATHS: usize = 20;
/// How many warnings are listed.
const MOST_WARNINGS: usize = 20;
/// Columns an instruction may take.
const INSTRUCTION: usize = 90;

pub(super) fn write(facts: &Facts<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    summary(facts, paint, out)?;
    categories::one(facts, paint, out)?;
    layers(facts, paint, out)?;
    wasted(facts, paint, out)?;
    savings::text(facts, paint, out)?;
    if let Some(delivery) = facts.delivery {
        delivery.text(facts.units, paint, out)?;
    }
    if let Some(all) = facts.vulnerabilities {
        vulnerable::text(all, paint, out)?;
    }
    warnings(facts.image, paint, out)?;
    match facts.verdict {
        Some(verdict) => text_verdict::write(facts, verdict, paint, out),
        None => Ok(()),
    }
}

fn summary(facts: &Facts<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let Facts {
        image,
        analysis,
        units,
        ..
    } = *facts;
    let about = &image.about;
    let size = |bytes| human(bytes, units);
    let title = escape::text(&about.reference);
    write!(out, "{}", paint.bold(&title))?;
    if !about.platform.os.is_empty() {
        write!(out, "  {}", escape::text(&about.platform.to_string()))?;
    }
    if let Some(id) = &about.id {
        write!(out, "  {}", paint.faint(&escape::text(short(id))))?;
    }
    writeln!(out, "\n")?;

    let mut line =
        |name: &str, value: &str, words: &str| writeln!(out, "  {name:<14}{value:>10}  {words}");
    let waste = &analysis.hidden;
    let layers = image.layers.len();
    line(
        "size",
        &size(analysis.size),
        &count(layers as u64, "layer", "layers"),
    )?;
    if let Some(stored) = image.compressed_size() {
        let how = if image.is_packed() {
            "packed, as in the archive"
        } else {
            "as in the archive"
        };
        line("stored", &size(stored), how)?;
    }
    line(
        "seen",
        &size(analysis.visible),
        "what a container of it sees",
    )?;
    line(
        "reclaimable",
        &size(waste.bytes()),
        &format!(
            "{} of the image: shipped, and seen by no container",
            percent(waste.bytes(), analysis.size)
        ),
    )?;
    for (how, bytes) in [
        (HiddenKind::Overwritten, waste.overwritten),
        (HiddenKind::ReStored, waste.re_stored),
        (HiddenKind::Deleted, waste.deleted),
    ] {
        if bytes > 0 {
            let (name, words) = kind(how);
            line(&format!("  {name}"), &size(bytes), words)?;
        }
    }
    let inherited: u64 = image
        .layers
        .iter()
        .take(analysis.base.layers)
        .map(|layer| layer.size)
        .sum();
    line(
        "base",
        &size(inherited),
        &format!(
            "{} ({}); {} in {} yours",
            count(analysis.base.layers as u64, "layer", "layers"),
            escape::text(&analysis.base.why()),
            size(analysis.size.saturating_sub(inherited)),
            match layers.saturating_sub(analysis.base.layers) {
                1 => "1 layer is".to_owned(),
                own => format!("{own} layers are"),
            },
        ),
    )?;
    let numbers = &analysis.efficiency;
    line(
        "efficiency",
        &format!("{:.2} %", numbers.score * 100.0),
        &format!(
            "dive's score; it counts {} as wasted, {:.2} % of what stands above the first layer",
            size(numbers.wasted_bytes),
            numbers.user_wasted_percent * 100.0
        ),
    )
}

fn layers(facts: &Facts<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let Facts {
        image,
        analysis,
        units,
        ..
    } = *facts;
    if image.layers.is_empty() {
        return Ok(());
    }
    let head = "   #        Size    Share      Hidden  Instruction";
    writeln!(out, "\n{}", paint.bold(head))?;
    for id in image.layer_ids() {
        let layer = image.layer(id);
        let hidden = analysis
            .hidden
            .layers
            .get(id.index())
            .map_or(0, |layer| layer.hidden);
        writeln!(
            out,
            "{:>4}  {:>10}  {:>7}  {:>10}  {}",
            id.index() + 1,
            human(layer.size, units),
            percent(layer.size, analysis.size),
            human(hidden, units),
            instruction(facts, id),
        )?;
    }
    Ok(())
}

fn wasted(facts: &Facts<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let Facts {
        image,
        analysis,
        units,
        ..
    } = *facts;
    let rows = &analysis.hidden.records;
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.bold("        Size  Stored in  Path"))?;
    for row in rows.iter().take(MOST_PATHS) {
        let path = image.tree.path(row.node);
        let stored = format!("layer {}", row.stored_in.index() + 1);
        writeln!(
            out,
            "  {:>10}  {stored:<9}  {}",
            human(row.bytes, units),
            escape::name(&path)
        )?;
        writeln!(out, "{:25}{}", "", paint.faint(&buried(facts, row)))?;
    }
    if rows.len() > MOST_PATHS {
        let rest: u64 = rows[MOST_PATHS..].iter().map(|row| row.bytes).sum();
        writeln!(
            out,
            "  {:>10}  in {}",
            human(rest, units),
            count((rows.len() - MOST_PATHS) as u64, "more path", "more paths"),
        )?;
    }
    Ok(())
}

fn buried(facts: &Facts<'_>, row: &Hidden) -> String {
    let (how, _) = kind(row.how);
    if row.hidden_by == row.stored_in {
        return format!("{how} in the same layer");
    }
    let by = row.hidden_by;
    format!(
        "{how} in layer {}: {}",
        by.index() + 1,
        instruction(facts, by)
    )
}

const fn kind(how: HiddenKind) -> (&'static str, &'static str) {
    match how {
        HiddenKind::Overwritten => ("rewritten", "a later layer stores other content"),
        HiddenKind::ReStored => (
            "touched",
            "stored again unchanged: only mode, owner or attributes differ",
        ),
        HiddenKind::Deleted => ("removed", "a later layer removes it"),
    }
}

fn warnings(image: &Image, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let all = &image.warnings;
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.bold("Warnings"))?;
    for warning in all.iter().take(MOST_WARNINGS) {
        let place = warning.layer.map_or_else(String::new, |layer| {
            format!("layer {}: ", layer.index() + 1)
        });
        writeln!(out, "  {place}{}", escape::text(&warning.text))?;
    }
    if all.len() > MOST_WARNINGS {
        writeln!(out, "  and {} more", all.len() - MOST_WARNINGS)?;
    }
    Ok(())
}

/// Returns a layer's instruction on one line, cut to what a line holds.
fn instruction(facts: &Facts<'_>, layer: LayerId) -> String {
    let words = facts.analysis.base.instruction(facts.image, layer);
    let words = escape::text(&words);
    let mut cut: String = words.chars().take(INSTRUCTION).collect();
    if cut.len() < words.len() {
        cut.push('…');
    }
    cut
}

/// Returns the start of a digest that people go by.
fn short(digest: &str) -> &str {
    let end = digest.find(':').map_or(12, |colon| colon + 13);
    digest.get(..end).unwrap_or(digest)
}

#[expect(clippy::cast_precision_loss, reason = "shown to one decimal")]
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0.0 %".to_owned();
    }
    format!("{:.1} %", part as f64 * 100.0 / whole as f64)
}
