//! Savings in words: the size of the image after all fixes, and the details of a finding with its fix. No colours, no widths.

use std::cmp::Reverse;

use crate::analysis::findings::{ClaimedEntry, Finding, Overlap, Saving};
use crate::analysis::{Analysis, Category};
use crate::bytes::{self, Units, count, human, thousands};
use crate::escape;

use crate::ui::loaded::content_analysis::ContentSummary;
use crate::ui::model::explore::Explore;
use crate::ui::wording::{facts, query};

/// How many paths of a finding are listed.
const MOST_PATHS: usize = 200;

/// Returns the size of the image once every finding is fixed: `6.7 MB`. `None` where nothing can be saved or findings are still loading.
pub(in crate::ui) fn after_fixes(explore: &Explore, units: Units) -> Option<String> {
    let findings = &explore.content.ready()?.content_analysis.findings;
    let analysis = &explore.summary.analysis;
    let left = analysis.size.saturating_sub(findings.bytes);
    (findings.bytes > 0).then(|| analysis.sum(left, units))
}

/// Returns which layers the savings are of, the longest text first: every layer above the base, so that another base gives other savings.
pub(in crate::ui) fn scope(explore: &Explore) -> [String; 2] {
    let base = &explore.summary.analysis.base;
    let layers = count(base.layers as u64, "layer", "layers");
    let short = format!(" own layers; base: {layers}");
    let why = escape::text(&base.why()).into_owned();
    [format!("{short}, {why} "), format!("{short} ")]
}

/// Returns what the savings are of the size: `−99.7 %`. `None` where nothing can be saved or findings are still loading.
pub(in crate::ui) fn percent(explore: &Explore) -> Option<String> {
    let then = explore.content.ready()?.savings.last()?.then;
    let analysis = &explore.summary.analysis;
    let is_known = analysis.missing.is_empty();
    is_known.then(|| bytes::percent(analysis.size, then))?
}

/// Returns the title and the text of a finding's details.
pub(in crate::ui) fn details(
    explore: &Explore,
    at: Option<usize>,
    units: Units,
) -> Option<(String, String)> {
    let content = explore.content.ready()?;
    let findings = &content.content_analysis.findings.list;
    let finding = at.and_then(|at| Some((at, findings.get(at)?)));
    let Some((at, finding)) = finding else {
        // The last line names what is missing.
        return Some((
            String::from("Savings"),
            format!("not kept: {}", explore.not_kept()?),
        ));
    };
    let image = &explore.image;
    // The reason and the fix come first: there may be no room for all.
    let mut lines = vec![escape::text(&finding.why).into_owned(), String::new()];
    let step = content.fix(at)?;
    lines.push(format!("{}:", first_upper(&step.place)));
    let fix = step.lines.iter();
    lines.extend(fix.map(|line| format!("    {}", escape::text(line))));
    lines.push(String::new());
    let mut fact = |label: &str, text: &str| lines.push(facts::labelled(label, text));
    if finding.bytes > 0 {
        let analysis = &explore.summary.analysis;
        let size = analysis.sum(analysis.size, units);
        let alone = format!("{} of {size}", human(finding.bytes, units));
        match partly_shared(content, at) {
            Some(saving) => {
                let after = human(saving.bytes, units);
                fact(
                    "saves",
                    &format!("{after} after the larger findings, {alone} without them"),
                );
            }
            None => fact("saves", &alone),
        }
        if let Some(container) = container(content, at) {
            fact("overlap", &container);
        }
        for (label, text) in of_categories(content, analysis, at, units) {
            fact(label, &text);
        }
    }
    if let Some(layer) = finding.layer {
        let instruction = facts::instruction(explore, layer);
        fact("layer", &format!("{}  {instruction}", layer.0 + 1));
        if let Some(lines) = &image.layer(layer).heading.source {
            fact("lines", &escape::text(&lines.to_string()));
        }
    }
    let title = format!("{} ({})", finding.kind.title(), finding.kind.id());
    fact("finding", &title);
    fact("level", finding.level.name());
    if !finding.claims.is_empty() {
        lines.extend([String::new(), paths_head(explore, finding)]);
        lines.push(String::new());
        let shown = finding.claims.iter().take(MOST_PATHS);
        // Without a layer of its own it is about paths of several.
        let has_layers = finding.layer.is_none();
        lines.extend(shown.map(|claim| path(explore, claim, has_layers, units)));
        let more = finding.claims.len().saturating_sub(MOST_PATHS);
        if more > 0 {
            let more = thousands(more as u64);
            lines.push(format!("              and {more} more"));
        }
    }
    Some((finding.kind.title().to_owned(), lines.join("\n")))
}

fn paths_head(explore: &Explore, finding: &Finding) -> String {
    let files = first_upper(&query::number_of_finding(&explore.image, finding));
    // There may be room for the first one only.
    let order = if finding.claims.len() > 1 && finding.bytes > 0 {
        ", the largest first"
    } else {
        ""
    };
    let less = if finding.costs > 0 {
        ", less the size of what replaces them"
    } else {
        ""
    };
    format!("{files}{order}{less}:")
}

/// The most categories of a saving that are listed.
const MOST_CATEGORIES: usize = 4;

/// Returns the bytes of a saving by category: a label and a text each. Where it is about a part of one category, the other parts follow.
fn of_categories(
    content: &ContentSummary,
    analysis: &Analysis,
    at: usize,
    units: Units,
) -> Vec<(&'static str, String)> {
    let Some(claimed) = content.claimed(analysis).get(at) else {
        return Vec::new();
    };
    let all = &content.content_analysis.categories;
    let sum = |category| (content.claims(analysis, at, category), category);
    let mut sums = Category::ALL.map(sum).to_vec();
    sums.retain(|(bytes, _)| *bytes > 0);
    sums.sort_by_key(|(bytes, _)| Reverse(*bytes));
    let label = |at: usize, label: &'static str| if at == 0 { label } else { "" };
    let mut lines = Vec::new();
    for (at, (bytes, category)) in sums.iter().take(MOST_CATEGORIES).enumerate() {
        let (part, name) = (human(*bytes, units), category.name());
        let whole = all.get(*category).bytes();
        let text = if *bytes < whole {
            format!("{part} of {} {name}", human(whole, units))
        } else {
            format!("{part}, all {name}")
        };
        lines.push((label(at, "category"), text));
    }
    if sums.len() > MOST_CATEGORIES {
        let more = (sums.len() - MOST_CATEGORIES) as u64;
        let more = count(more, "more category", "more categories");
        lines.push(("", format!("and {more}")));
    }
    if let [(_, category)] = sums[..] {
        let rest = all.reasons(category).into_iter();
        let rest = rest.filter_map(|(reason, bytes)| {
            let mut parts = claimed.iter();
            let part = parts.find(|it| (it.category, it.reason) == (category, reason));
            let left = bytes.saturating_sub(part.map_or(0, |it| it.bytes));
            (left > 0).then_some((left, reason))
        });
        for (at, (bytes, reason)) in rest.enumerate() {
            let bytes = human(bytes, units);
            lines.push((label(at, "not saved"), format!("{bytes:<8}  {reason}")));
        }
    }
    lines
}

/// Returns a saving of which larger ones also save a part.
pub(in crate::ui) fn partly_shared(content: &ContentSummary, at: usize) -> Option<&Saving> {
    let list = &content.content_analysis.findings.list;
    let saving = Saving::of(&content.savings, at)?;
    matches!(saving.overlap(list)?, Overlap::Shared(_)).then_some(saving)
}

/// Returns the saving that a contained one is part of, in words: `part of 1 Multi-stage build`.
fn container(content: &ContentSummary, at: usize) -> Option<String> {
    let saving = Saving::of(&content.savings, at)?;
    let other = saving.within?;
    let title = content
        .content_analysis
        .findings
        .list
        .get(other)?
        .kind
        .title();
    Some(format!("part of {} {title}", content.rank(other)))
}

fn path(explore: &Explore, claim: &ClaimedEntry, has_layers: bool, units: Units) -> String {
    let path = explore.image.tree.path(claim.node);
    if has_layers {
        let layer = format!("layer {}", claim.layer.0 + 1);
        return format!("{layer:>12}  {}", escape::name(&path));
    }
    let bytes = match claim.bytes {
        0 => String::new(),
        bytes => human(bytes, units),
    };
    let whole = claim.entry.map(|entry| explore.image.entry(entry).size);
    let whole = whole.filter(|whole| 0 < claim.bytes && claim.bytes < *whole);
    let whole = whole.map_or_else(String::new, |whole| {
        format!("  of its {}", human(whole, units))
    });
    format!("{bytes:>12}  {}{whole}", escape::name(&path))
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
