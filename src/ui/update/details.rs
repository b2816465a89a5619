//! Opens the full text of a truncated line in the viewer: an instruction, a line of a tab, the details of a path.

use crate::analysis::Category;
use crate::bytes::{Units, count};
use crate::compare::Side;
use crate::escape;
use crate::ui::compare::{self, Compare};
use crate::ui::layout::views;
use crate::ui::model::explore::Explore;
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{Focus, OverviewRow, PackageLine, Tab, Viewer};
use crate::ui::wording::{categories, details, facts, fleet, savings};

/// Shows the details of the selection.
pub(super) fn open(model: &mut Model) {
    let units = model.options.units;
    let details = match &model.screen {
        Screen::Explore(explore) => of_selection(explore, units),
        Screen::Compare(compare) => match compare.front.focus {
            compare::CompareFocus::Files => compare
                .selected_row()
                .map(|row| details::row(compare, row, units)),
            compare::CompareFocus::Tabs => line_of_both(compare),
        },
        Screen::Fleet(screen) => fleet::details(screen),
        _ => None,
    };
    if let Some((title, text)) = details {
        let leads_to = match &model.screen {
            Screen::Explore(explore) => saving_of(explore),
            _ => None,
        };
        let mut viewer = Viewer::of_text(model.ticket(), title, &text);
        viewer.leads_to = leads_to;
        model.overlay = Some(Overlay::Viewer(Box::new(viewer)));
    }
}

/// Returns the line of the Savings tab with the first saving that removes bytes of the selected category.
fn saving_of(explore: &Explore) -> Option<usize> {
    let selected = explore.overview.selected();
    match selected.filter(|_| explore.focus == Focus::Overview)? {
        OverviewRow::Category(category) => {
            let content = explore.content.ready()?;
            content.line_of_saving(&explore.summary.analysis, category)
        }
        _ => None,
    }
}

/// Returns the title and the text of the details of the selection.
pub(super) fn of_selection(explore: &Explore, units: Units) -> Option<(String, String)> {
    match explore.focus {
        Focus::Layers => explore
            .layer()
            .map(|layer| details::layer(explore, layer, units)),
        Focus::Tree | Focus::Files => explore
            .selected_node()
            .map(|node| details::path(explore, node, units)),
        Focus::Tabs => line(explore, units),
        Focus::Overview => overview_row(explore, units),
        Focus::Map => explore
            .map
            .selected()
            .map(|tile| details::visible(explore, tile.node, units)),
    }
}

/// Returns the title and the text of the selected line of a tab, a half after the other.
fn line_of_both(compare: &Compare) -> Option<(String, String)> {
    let line = compare.selected_line()?;
    let mut parts = vec![line.label.trim().to_owned()];
    if let Some(waterfall_bar) = &line.waterfall_bar {
        parts.push(waterfall_bar.category.map_or("", Category::name).to_owned());
    }
    match &line.right {
        None => parts.push(line.left.clone()),
        Some(right) => {
            let sides = Side::BOTH.into_iter();
            let halves = sides.zip([&line.left, right]);
            parts.extend(halves.map(|(side, half)| match half.trim() {
                "" => format!("{}\nnothing", side.name()),
                half => format!("{}\n{half}", side.name()),
            }));
        }
    }
    parts.push(line.layer[0].clone());
    parts.retain(|part| !part.is_empty());
    let view = &views::COMPARED.list[compare.front_index()];
    Some((view.title.to_owned(), parts.join("\n\n")))
}

/// Returns the title and the text of the selected line of the overview.
fn overview_row(explore: &Explore, units: Units) -> Option<(String, String)> {
    match explore.overview.selected()? {
        OverviewRow::Saving(saving) => savings::details(explore, Some(saving.finding), units),
        OverviewRow::Security(at) => savings::details(explore, Some(at), units),
        OverviewRow::File(at) => {
            let file = explore.summary.largest.get(at)?;
            Some(details::visible(explore, file.node, units))
        }
        OverviewRow::Category(category) => {
            let content = explore.content.ready()?;
            let text = categories::details(explore, content, category, units);
            Some((category.name().to_owned(), text))
        }
    }
}

/// Returns the title and the text of the selected line of the packages tab.
fn package(explore: &Explore, units: Units) -> Option<(String, String)> {
    let content = explore.content.ready()?;
    let packages = &content.content_analysis.packages;
    Some(
        match explore.packages.rows().get(explore.tab_cursor().at())? {
            PackageLine::Package(id) => {
                let package = packages.get(*id);
                let text = categories::package(explore, package, units);
                (escape::text(&package.name).into_owned(), text)
            }
            PackageLine::Note(at) => ("Packages".to_owned(), packages.notes.get(*at)?.clone()),
            PackageLine::Share(owner) => {
                let (share, words) = categories::share(content, *owner);
                let bytes = explore.summary.analysis.sum(share.bytes, units);
                let files = count(share.files as u64, "file", "files");
                (
                    "Packages".to_owned(),
                    format!("{words}: {bytes} in {files}"),
                )
            }
        },
    )
}

/// Returns the title and the text of the selected line of the tab in front.
fn line(explore: &Explore, units: Units) -> Option<(String, String)> {
    let mut at = explore.tab_cursor().at();
    let labels: Vec<(&'static str, String)> = match explore.tab {
        Tab::Image => {
            at = explore.facts.rows().get(at)?.fact;
            let facts = explore.facts.facts().iter();
            facts.map(|fact| (fact.label, fact.text.clone())).collect()
        }
        Tab::Config => explore
            .summary
            .config
            .iter()
            .map(|line| (line.label, line.text.clone()))
            .collect(),
        Tab::Savings => return savings::details(explore, explore.selected_finding(), units),
        Tab::Packages => return package(explore, units),
        Tab::Hidden => {
            let row = explore.summary.hidden.get(at)?;
            return Some(details::hidden(explore, row.node, units));
        }
    };
    let (_, text) = labels.get(at)?.clone();
    // A line without a label belongs to the one above that has it.
    let label = labels[..=at]
        .iter()
        .rev()
        .find(|(label, _)| !label.is_empty())?;
    let explanation = match explore.tab {
        Tab::Image => facts::explanation(label.0),
        _ => None,
    };
    let text = match explanation {
        Some(explanation) => format!("{text}\n\n{explanation}"),
        None => text,
    };
    Some((label.0.to_owned(), text))
}
