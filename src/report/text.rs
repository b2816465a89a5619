//! One image as text for people: its sizes, layers, hidden paths and findings. The verdict is in `text_verdict`. Names are escaped, long ones truncated;
//! programs read the JSON instead.

use std::io::{self, Write};

use super::facts::ImageFacts;
use super::source;
use super::styling::Styling;
use super::text_verdict;
use super::times;
use super::vulnerabilities;
use crate::analysis::{Hidden, HiddenKind, layer_bytes, layer_size, table_layers_text};
use crate::bytes::{count, human, human_if_known, part_percent, share};
use crate::escape;
use crate::image::{CompressedAs, Description, Image, LayerId, Warning};
use crate::report::categories;
use crate::report::markdown::cut_at;
use crate::report::savings;
use crate::report::selected;

/// The most hidden paths listed.
const MOST_PATHS: usize = 20;
/// The most warnings listed.
const MOST_WARNINGS: usize = 20;
/// The most characters of an instruction.
const INSTRUCTION: usize = 90;

pub(super) fn write(
    facts: &ImageFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    summary(facts, styling, out)?;
    if facts.analysis.shallow {
        layers(facts, styling, out)?;
    } else {
        // Savings are listed before the contents.
        savings::text(facts, styling, out)?;
        categories::one(facts, styling, out)?;
        layers(facts, styling, out)?;
        hidden_paths(facts, styling, out)?;
        selected::text(facts, styling, out)?;
    }
    if let Some(transfer) = facts.transfer {
        transfer.text(facts.units, styling, out)?;
    }
    if let Some(all) = facts.vulnerabilities {
        vulnerabilities::text(all, styling, out)?;
    }
    warnings(&warning_lines(facts.image), styling, out)?;
    match facts.verdict {
        Some(verdict) => text_verdict::write(facts, verdict, styling, out),
        None => Ok(()),
    }
}

/// Writes the numbers of an image: sizes, hidden bytes, base, times and dive's efficiency.
fn summary(facts: &ImageFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    title(facts, styling, out)?;
    sizes(facts, out)?;
    hidden(facts, out)?;
    base(facts, out)?;
    for (name, time, note) in times::rows(facts.image, facts.analysis) {
        line(out, name, &time, note)?;
    }
    efficiency(facts, out)
}

fn line(out: &mut impl Write, name: &str, value: &str, note: &str) -> io::Result<()> {
    writeln!(out, "  {name:<14}{value:>10}  {note}")
}

fn title(facts: &ImageFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    name(&facts.image.about, styling, out)?;
    writeln!(out)
}

/// Writes the line that names an image: its reference, its platform and the start of its id, which distinguishes images of one archive.
pub(super) fn name(about: &Description, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    let title = escape::text(&about.reference);
    write!(out, "{}", styling.bold(&title))?;
    if !about.platform.os.is_empty() {
        write!(out, "  {}", escape::text(&about.platform.to_string()))?;
    }
    if let Some(id) = &about.id {
        write!(out, "  {}", styling.faint(&escape::text(short(id))))?;
    }
    writeln!(out)
}

fn sizes(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let (image, analysis, units) = (facts.image, facts.analysis, facts.units);
    let layers = count(image.layers.len() as u64, "layer", "layers");
    line(out, "size", &analysis.sum(analysis.size, units), &layers)?;
    if let Some(bytes) = image.compressed_size() {
        let how = match image.compressed_as() {
            CompressedAs::Listed => "as the manifest lists the layers",
            CompressedAs::Stored if image.about.is_in_registry => {
                "as the registry stores the layers"
            }
            CompressedAs::Stored => "as the archive stores the layers",
            CompressedAs::Tars => "the size of the tars: no layer is compressed",
        };
        line(out, "compressed", &human(bytes, units), how)?;
    }
    if let Some(layers) = table_layers_text(image) {
        let note = format!("{layers}; --verify reads the layers");
        line(out, "listed from", "table", &note)?;
    }
    let visible = analysis.sum(analysis.visible, units);
    line(out, "visible", &visible, "what a container sees")
}

fn hidden(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let (analysis, units) = (facts.analysis, facts.units);
    let hidden = &analysis.hidden;
    let note = match analysis.missing[..] {
        [] => format!(
            "{} of the image: shipped, but no container sees it",
            share(hidden.bytes(), analysis.size)
        ),
        _ => "shipped, but no container sees it".to_owned(),
    };
    line(out, "hidden", &analysis.sum(hidden.bytes(), units), &note)?;
    for (how, bytes) in [
        (HiddenKind::Overwritten, hidden.overwritten),
        (HiddenKind::ReStored, hidden.re_stored),
        (HiddenKind::Deleted, hidden.deleted),
    ] {
        if bytes > 0 {
            let (name, note) = kind(how);
            line(out, &format!("  {name}"), &analysis.sum(bytes, units), note)?;
        }
    }
    if hidden.unreachable > 0 {
        let note = "its path is longer than any that Linux opens";
        let bytes = analysis.sum(hidden.unreachable, units);
        line(out, "  unreachable", &bytes, note)?;
    }
    Ok(())
}

fn base(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let (image, analysis, units) = (facts.image, facts.analysis, facts.units);
    let (layers, base) = (image.layers.len(), analysis.base.layers);
    let bytes: u64 = image.layers.iter().take(base).map(|layer| layer.size).sum();
    let own = analysis.size.saturating_sub(bytes);
    let note = format!(
        "{} ({}); own layers: {} in {}",
        count(base as u64, "layer", "layers"),
        escape::text(&analysis.base.why()),
        analysis.sum_of(base..layers, own, units),
        count(layers.saturating_sub(base) as u64, "layer", "layers"),
    );
    line(out, "base", &analysis.sum_of(0..base, bytes, units), &note)
}

fn efficiency(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let numbers = &facts.analysis.efficiency;
    if facts.analysis.shallow {
        return line(
            out,
            "efficiency",
            &facts.analysis.efficiency_text(),
            "dive's",
        );
    }
    let note = format!(
        "dive's{}; {} wasted, {} of user bytes (all layers above the first)",
        facts.analysis.scope(),
        human(numbers.wasted_bytes, facts.units),
        part_percent(numbers.user_wasted_ratio)
    );
    line(out, "efficiency", &facts.analysis.efficiency_text(), &note)
}

fn layers(facts: &ImageFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    let ImageFacts {
        image,
        analysis,
        units,
        ..
    } = *facts;
    if image.layers.is_empty() {
        return Ok(());
    }
    let times = times::TimeColumn::all(image, analysis);
    let heads: String = times.iter().map(times::TimeColumn::head).collect();
    if analysis.shallow {
        let head = format!("Layer  Compressed{heads}  Instruction");
        writeln!(out, "\n{}", styling.bold(&head))?;
        for id in image.layer_ids() {
            let size = human_if_known(image.layer(id).heading.compressed, units);
            let times: String = times.iter().map(|column| column.cell(id)).collect();
            let (number, instruction) = (id.index() + 1, instruction(facts, id));
            writeln!(out, "{number:>5}  {size:>10}{times}  {instruction}")?;
        }
        return Ok(());
    }
    let head = format!("Layer        Size{heads}    Share      Hidden  Instruction");
    writeln!(out, "\n{}", styling.bold(&head))?;
    // A share of an unknown total is unknown.
    let share = |bytes| match analysis.missing[..] {
        [] => share(bytes, analysis.size),
        _ => String::new(),
    };
    for id in image.layer_ids() {
        let layer = image.layer(id);
        let times: String = times.iter().map(|column| column.cell(id)).collect();
        writeln!(
            out,
            "{:>5}  {:>10}{times}  {:>7}  {:>10}  {}",
            id.index() + 1,
            layer_size(layer, units),
            share(layer.size),
            layer_bytes(layer, analysis.hidden.in_layer(id).hidden, units),
            instruction(facts, id),
        )?;
    }
    Ok(())
}

fn hidden_paths(facts: &ImageFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    let ImageFacts {
        image,
        analysis,
        units,
        ..
    } = *facts;
    let rows = &analysis.hidden.entries;
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", styling.bold("        Size  Stored in  Path"))?;
    for row in rows.iter().take(MOST_PATHS) {
        let path = image.tree.path(row.node);
        let stored = format!("layer {}", row.stored_in.index() + 1);
        writeln!(
            out,
            "  {:>10}  {stored:<9}  {}",
            human(row.bytes, units),
            escape::name(&path)
        )?;
        writeln!(out, "{:25}{}", "", styling.faint(&cause(facts, row)))?;
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

fn cause(facts: &ImageFacts<'_>, row: &Hidden) -> String {
    let (how, _) = kind(row.how);
    if row.hidden_by == row.stored_in {
        return format!("{how} in the same layer");
    }
    let by = row.hidden_by;
    let source = source::after_comma(facts.image, by);
    let (layer, instruction) = (by.index() + 1, instruction(facts, by));
    format!("{how} in layer {layer}{source}: {instruction}")
}

const fn kind(how: HiddenKind) -> (&'static str, &'static str) {
    match how {
        HiddenKind::Overwritten => ("overwritten", "a later layer stored other content"),
        HiddenKind::ReStored => (
            "re-stored",
            "a later layer stored the same content with another mode, owner or attributes",
        ),
        HiddenKind::Deleted => ("deleted", "a later layer deleted it"),
    }
}

/// Writes the section with the warnings, if there are any.
pub(super) fn warnings(lines: &[String], styling: Styling, out: &mut impl Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", styling.bold("Warnings"))?;
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

/// Returns the warnings of an image, a line for each of the first ones and one for the number of the others.
pub(crate) fn warning_lines(image: &Image) -> Vec<String> {
    let all = &image.warnings;
    let line = |warning: &Warning| escape::text(&warning.sentence()).into_owned();
    let more = all.len().saturating_sub(MOST_WARNINGS);
    let more = (more > 0).then(|| format!("and {more} more"));
    let first = all.iter().take(MOST_WARNINGS).map(line);
    first.chain(more).collect()
}

/// Returns a layer's instruction on one line, escaped and truncated.
fn instruction(facts: &ImageFacts<'_>, layer: LayerId) -> String {
    let text = facts.analysis.base.instruction(facts.image, layer);
    cut_at(&escape::text(&text), INSTRUCTION)
}

/// Returns the first twelve digits of a digest.
fn short(digest: &str) -> &str {
    let end = digest.find(':').map_or(12, |colon| colon + 13);
    digest.get(..end).unwrap_or(digest)
}
