//! The overview in words: what the image contains by category, the savings with the size of the image after each, and the largest files. No colours, no
//! widths.

use crate::analysis::findings::Saving;
use crate::analysis::{Category, CategoryBytes};
use crate::bytes::{Units, human};
use crate::escape;
use crate::ui::loaded::content_analysis::ContentSummary;
use crate::ui::model::explore::{Explore, OverviewLine, OverviewText, SectionText};
use crate::ui::pane::{OverviewRow, Section};
use crate::ui::wording::{categories, empty, facts, query};

/// Returns the overview.
#[must_use]
pub(in crate::ui) fn overview(explore: &Explore, units: Units) -> OverviewText {
    let content = explore.content.ready();
    let categories = content.map(|content| content.content_analysis.categories.largest());
    let most = categories.as_ref().and_then(|all| all.first());
    OverviewText {
        most: most.map_or(0, CategoryBytes::bytes),
        sections: Section::ALL.map(|section| SectionText {
            note: note(explore, section),
            empty: why_empty(explore, section),
            lines: lines(explore, section, units),
        }),
    }
}

/// Returns the words beside a heading: what the second size is, or what is missing, so that all sums are lower bounds.
fn note(explore: &Explore, section: Section) -> Option<String> {
    match section {
        Section::Savings => {
            let content = explore.content.ready()?;
            let has_sizes = !content.savings.is_empty();
            has_sizes.then(|| "size after".to_owned())
        }
        Section::Categories => explore.summary.analysis.incomplete(),
        Section::Largest => None,
    }
}

fn why_empty(explore: &Explore, section: Section) -> String {
    match (section, explore.content.ready()) {
        (Section::Savings, Some(_)) => empty::savings(explore),
        (Section::Categories | Section::Savings, None) => categories::waiting(explore),
        _ => "no files".to_owned(),
    }
}

fn lines(explore: &Explore, section: Section, units: Units) -> Vec<OverviewLine> {
    let rows = explore.overview.section(section).iter();
    let line = |row: &OverviewRow| match (*row, explore.content.ready()) {
        (OverviewRow::File(at), _) => file(explore, at, units),
        (OverviewRow::Category(at), Some(content)) => Some(category(explore, content, at, units)),
        (OverviewRow::Saving(at), Some(content)) => saving(explore, content, at, units),
        (OverviewRow::Security(at), Some(content)) => security(explore, content, at),
        (_, None) => None,
    };
    rows.filter_map(line).collect()
}

fn category(
    explore: &Explore,
    content: &ContentSummary,
    category: Category,
    units: Units,
) -> OverviewLine {
    let bytes = content.content_analysis.categories.get(category);
    OverviewLine::Category {
        bytes,
        size: explore.summary.analysis.sum(bytes.bytes(), units),
    }
}

/// Returns a saving: what it saves after those above, and the size of the image after it.
fn saving(
    explore: &Explore,
    content: &ContentSummary,
    saving: Saving,
    units: Units,
) -> Option<OverviewLine> {
    let finding = content.content_analysis.findings.list.get(saving.finding)?;
    Some(OverviewLine::Saving {
        rank: saving
            .within
            .is_none()
            .then(|| content.rank(saving.finding)),
        title: finding.kind.title(),
        saves: format!("−{}", human(saving.bytes, units)),
        end: match saving.within {
            None => explore.summary.analysis.sum(saving.then, units),
            Some(other) => format!("part of {}", content.rank(other)),
        },
    })
}

/// Returns a security finding, and of how many paths it is.
fn security(explore: &Explore, content: &ContentSummary, at: usize) -> Option<OverviewLine> {
    let finding = content.content_analysis.findings.list.get(at)?;
    Some(OverviewLine::Security {
        level: finding.level,
        title: finding.kind.title(),
        paths: match finding.claims[..] {
            [] => String::new(),
            _ => query::number_of_finding(&explore.image, finding),
        },
    })
}

fn file(explore: &Explore, at: usize, units: Units) -> Option<OverviewLine> {
    let file = explore.summary.largest.get(at)?;
    let content = explore.content.ready();
    Some(OverviewLine::File {
        size: human(file.bytes, units),
        layer: file.layer.short_name(),
        category: content.map(|it| it.content_analysis.categories.category(file.node)),
        path: escape::name(&explore.image.tree.path(file.node)).into_owned(),
        by: facts::instruction(explore, file.layer),
    })
}
