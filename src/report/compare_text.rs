//! A comparison as text for people: the numbers of both images, their layers, the folders and paths with the largest differences, the configuration.
//! Names are escaped, long ones truncated; programs read the JSON instead.

use std::io::{self, Write};

use super::facts::ComparisonFacts;
use super::finding_changes;
use super::markdown::cut_at;
use super::styling::Styling;
use super::text;
use super::vulnerabilities;
use crate::analysis::{layer_size, seconds, unread_sentences};
use crate::bytes::{count, human_if_known, part_percent, ratio, thousands};
use crate::compare::{LayerRelation, PathChange, PathStatus, Sameness, Side, Sides};
use crate::escape;
use crate::image::LayerId;
use crate::report::categories;

/// The most folders, changes and configuration entries listed.
const MOST: usize = 20;
/// The most columns of an instruction or a value.
const WIDTH: usize = 70;

pub(super) fn write(
    facts: &ComparisonFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    title(facts, styling, out)?;
    numbers(facts, styling, out)?;
    if let Some(transfer) = facts.transfer {
        transfer.text(facts.units, styling, out)?;
    }
    categories::two(facts, styling, out)?;
    finding_changes::text(facts, styling, out)?;
    if let Some(all) = facts.vulnerabilities {
        vulnerabilities::text_of_two(all, styling, out)?;
    }
    layers(facts, styling, out)?;
    folder_deltas(facts, styling, out)?;
    changes(facts, styling, out)?;
    config(facts, styling, out)?;
    text::warnings(&warning_lines(facts), styling, out)
}

fn title(facts: &ComparisonFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    for side in Side::BOTH {
        write!(out, "{:<8}", side.name())?;
        text::name(&facts.images.get(side).about, styling, out)?;
    }
    let platforms = facts.images.map(|image| &image.about.platform);
    if platforms.before != platforms.after {
        writeln!(
            out,
            "{}",
            styling.warning("The images are for different platforms.")
        )?;
    }
    if let Some(sameness) = sameness(facts.comparison.sameness) {
        writeln!(out, "{}", styling.warning(sameness))?;
    }
    for side in Side::BOTH {
        for unread in unread_sentences(facts.images.get(side)) {
            let sentence = format!("{}: {unread}.", side.name());
            writeln!(out, "{}", styling.warning(&sentence))?;
        }
    }
    writeln!(out)
}

fn numbers(facts: &ComparisonFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    let analyses = &facts.comparison.analyses;
    let head = format!("{:16}{:>10}  {:>10}  {:>11}", "", "before", "after", "Δ");
    writeln!(out, "{}", styling.bold(&head))?;
    let line = |name: &str, bytes: Sides<u64>, (delta, ratio): (String, String)| {
        let (before, after) = (
            facts.sum(Side::Before, bytes),
            facts.sum(Side::After, bytes),
        );
        let line = format!("  {name:<14}{before:>10}  {after:>10}  {delta:>11}  {ratio}");
        line.trim_end().to_owned()
    };
    let sizes = analyses.as_ref().map(|analysis| analysis.size);
    writeln!(out, "{}", line("size", sizes, facts.sum_delta(sizes)))?;
    compressed(facts, out)?;
    let visible = analyses.as_ref().map(|analysis| analysis.visible);
    writeln!(
        out,
        "{}",
        line("visible", visible, facts.visible_delta(visible))
    )?;
    let hidden = analyses.as_ref().map(|analysis| analysis.hidden.bytes());
    writeln!(
        out,
        "{}",
        line("hidden", hidden, facts.visible_delta(hidden))
    )?;
    let score = |side: Side| part_percent(analyses.get(side).efficiency.score);
    let (before, after) = (score(Side::Before), score(Side::After));
    let known = facts.comparison.scope();
    writeln!(
        out,
        "  {:<14}{before:>10}  {after:>10}  dive's{known}",
        "efficiency"
    )?;
    counts(facts, out)
}

/// Writes the compressed sizes, unless both are unknown.
fn compressed(facts: &ComparisonFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let sizes = facts.images.map(crate::image::Image::compressed_size);
    if sizes.before.or(sizes.after).is_none() {
        return Ok(());
    }
    let Sides { before, after } = sizes.map(|bytes| human_if_known(bytes, facts.units));
    let change = sizes.before.zip(sizes.after).map(|(before, after)| {
        let delta = facts.signed(i128::from(after) - i128::from(before));
        format!("  {delta:>11}  {}", ratio(before, after))
    });
    let change = change.unwrap_or_default();
    let line = format!("  {:<14}{before:>10}  {after:>10}{change}", "compressed");
    writeln!(out, "{}", line.trim_end())
}

/// Writes the times, the layers, the download and the numbers of files.
fn counts(facts: &ComparisonFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let layers = &facts.comparison.layers;
    if let Some((what, times)) = facts.comparison.times(facts.images) {
        let Sides { before, after } = times.map(|time| seconds(time.as_secs_f64()));
        let what = what.kind();
        writeln!(out, "  {:<14}{before:>10}  {after:>10}  {what}", "time")?;
    }
    let counts = facts.images.map(|image| image.layers.len());
    writeln!(
        out,
        "  {:<14}{:>10}  {:>10}  {} shared, {}",
        "layers",
        counts.before,
        counts.after,
        layers.shared,
        human_if_known(layers.shared_bytes, facts.units)
    )?;
    let (bytes, note) = facts.download();
    writeln!(
        out,
        "  {:<14}{:>10}  {bytes:>10}  {} on a machine that has the image before; {note}",
        "download",
        "",
        count(layers.transfer.layers as u64, "layer", "layers"),
    )?;
    writeln!(out, "\n  {}", facts.counts())
}

fn layers(facts: &ComparisonFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    let head = "  before        Size  after         Size           Instruction of the layer";
    writeln!(out, "\n{}", styling.bold(head))?;
    for pair in &facts.comparison.layers.pairs {
        let side = |side: Side, id: Option<LayerId>| match id {
            Some(id) => {
                let size = layer_size(facts.images.get(side).layer(id), facts.units);
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

fn folder_deltas(
    facts: &ComparisonFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let folder_deltas = &facts.comparison.folder_deltas;
    if folder_deltas.is_empty() {
        return Ok(());
    }
    let delta = facts.comparison.delta_head();
    let head = format!("  {:>10}  {:>10}  {delta:>11}  Folder", "before", "after");
    writeln!(out, "\n{}", styling.bold(&head))?;
    for folder in folder_deltas.iter().take(MOST) {
        writeln!(
            out,
            "  {:>10}  {:>10}  {:>11}  {}",
            facts.sum(Side::Before, folder.bytes),
            facts.sum(Side::After, folder.bytes),
            facts.signed(folder.delta()),
            escape::name(&facts.comparison.path(facts.images, folder.row)),
        )?;
    }
    if folder_deltas.len() > MOST {
        let rest: i128 = folder_deltas[MOST..]
            .iter()
            .map(crate::compare::FolderDelta::delta)
            .sum();
        let more = thousands((folder_deltas.len() - MOST) as u64);
        let delta = facts.signed(rest);
        writeln!(out, "  {:>10}  {:>10}  {delta:>11}  in {more} more", "", "")?;
    }
    Ok(())
}

fn changes(facts: &ComparisonFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    let largest = facts.comparison.largest_changes(facts.images, MOST);
    if largest.count == 0 {
        return Ok(());
    }
    let head = format!("  {:>11}  Change   Path", facts.comparison.delta_head());
    writeln!(out, "\n{}", styling.bold(&head))?;
    for changed in &largest.list {
        let status = format!("{:<7}", changed.status.name());
        let status = match changed.status {
            PathStatus::Added => styling.good(&status).to_string(),
            PathStatus::Removed => styling.bad(&status).to_string(),
            _ => styling.warning(&status).to_string(),
        };
        writeln!(
            out,
            "  {:>11}  {status}  {}{}",
            facts.signed(changed.delta()),
            escape::name(&facts.comparison.path(facts.images, changed.row)),
            styling.faint(&notes(facts, changed)),
        )?;
    }
    let (more, delta) = largest.rest(largest.list.len());
    if more > 0 {
        let (more, delta) = (thousands(more as u64), facts.signed(delta));
        writeln!(out, "  {delta:>11}  in {more} more")?;
    }
    Ok(())
}

fn notes(facts: &ComparisonFacts<'_>, changed: &PathChange) -> String {
    let mut notes = String::new();
    if let Some(from) = changed.from {
        let path = facts.comparison.path(facts.images, from);
        notes = format!("  from {}", escape::name(&path));
    }
    let what = changed.what.list();
    if !what.is_empty() {
        notes = format!("{notes}  {what}");
    }
    if let Some(counted) = facts.counted(changed, |path| escape::name(path).into_owned()) {
        notes = format!("{notes}  {counted}");
    }
    notes
}

fn config(facts: &ComparisonFacts<'_>, styling: Styling, out: &mut impl Write) -> io::Result<()> {
    let differing: Vec<_> = facts.comparison.differing_metadata().collect();
    if differing.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", styling.bold("Configuration"))?;
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
        let more = thousands((differing.len() - MOST) as u64);
        writeln!(out, "  and {more} more")?;
    }
    Ok(())
}

/// Returns the warnings of both images, after the side.
pub(super) fn warning_lines(facts: &ComparisonFacts<'_>) -> Vec<String> {
    let lines = |side: Side| {
        let lines = text::warning_lines(facts.images.get(side)).into_iter();
        lines.map(move |line| format!("{}: {line}", side.name()))
    };
    Side::BOTH.into_iter().flat_map(lines).collect()
}

/// Returns a text on one line, truncated.
fn cut(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cut_at(&escape::text(&one_line), WIDTH)
}

/// Returns a sentence on whether two images are one; `None` for two with different names.
pub(super) const fn sameness(sameness: Sameness) -> Option<&'static str> {
    match sameness {
        Sameness::Other => None,
        Sameness::Verified => Some("Both are the same image."),
        Sameness::Unverified => Some(
            "Both are the same image by their digests, which are unverified: --verify reads all layers.",
        ),
        Sameness::Contradicted => Some(
            "Both have the same digests, but their layers differ: --verify finds the wrong one.",
        ),
    }
}
