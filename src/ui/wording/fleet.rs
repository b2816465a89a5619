//! The screen over many images in words: the header, the way to a page, a row in full. No colours, no widths.

use crate::bytes::{count, thousands};
use crate::escape;
use crate::fleet::page::{Cell, FleetFacts, Subject};
use crate::ui::fleet::FleetScreen;

/// Returns the numbers of the header, the most important first.
#[must_use]
pub(in crate::ui) fn header(facts: &FleetFacts) -> Vec<String> {
    let summary = &facts.summary;
    let images = count(summary.images as u64, "image", "images");
    let once = format!("{} each layer once", facts.sum(summary.distinct));
    let alone = format!("{} alone", facts.sum(summary.alone));
    vec![images, once, alone]
}

/// Returns the titles of the pages that lead to the one in front, and its own, escaped.
#[must_use]
pub(in crate::ui) fn way(fleet: &FleetScreen) -> Vec<String> {
    let behind = fleet.behind.iter().map(|behind| &behind.page);
    let pages = behind.chain([&fleet.front]);
    let title = |page: &crate::ui::fleet::OpenPage| {
        let title = escape::text(&page.page.title).into_owned();
        match page
            .page
            .lists
            .first()
            .filter(|_| page.target.alone.is_some())
        {
            Some(list) if list.title != title => list.title.clone(),
            _ => title,
        }
    };
    pages.map(title).collect()
}

/// Returns where the cursor is in its list, by which column that is sorted, and the filter.
#[must_use]
pub(in crate::ui) fn position(fleet: &FleetScreen) -> String {
    let page = &fleet.front;
    let mut parts = Vec::new();
    if !page.filter().is_empty() {
        parts.push(format!("‹{}›", escape::text(page.filter())));
    }
    if let Some(list) = page.selected_list()
        && let Some(column) = page.order(list)
    {
        let column = &page.page.lists[list].columns[column];
        let mark = if column.kind.is_number() {
            "▾"
        } else {
            "▴"
        };
        let name = match &*column.name {
            "" => "name",
            name => name,
        };
        parts.push(format!("by {name} {mark}"));
    }
    if let Some((at, len)) = page.position() {
        let (at, len) = (thousands(at.min(len) as u64), thousands(len as u64));
        parts.push(format!("{at}/{len}"));
    }
    parts.join(" · ")
}

/// Returns the title and the text of the selected row in full.
#[must_use]
pub(in crate::ui) fn details(fleet: &FleetScreen) -> Option<(String, String)> {
    let (list, row) = fleet.selected_row()?;
    let facts = &fleet.facts;
    let cells = list.columns.iter().zip(list.row(row));
    let mut lines: Vec<String> = cells
        .filter(|(_, cell)| **cell != Cell::Empty)
        .map(|(column, cell)| {
            let text = escape::text(&facts.text(cell)).into_owned();
            match &*column.name {
                "" => text,
                name => format!("{name}\n  {text}"),
            }
        })
        .collect();
    let subject = list.target(row).map(|target| target.subject);
    if let Some(Subject::Layer(layer)) = subject {
        let row = facts.fleet.layer(layer);
        let diff_id = row.diff_id.iter();
        let diff_id = diff_id.map(|digest| format!("diff_id\n  {}", escape::text(digest)));
        lines.push(format!("digest\n  {}", escape::text(&row.layer)));
        lines.extend(diff_id);
    }
    if let Some(Subject::Image(image)) = subject {
        let names = facts.fleet.names_of(image).iter();
        let names: Vec<String> = names
            .map(|row| format!("  {}", escape::text(&row.name)))
            .collect();
        if names.len() > 1 {
            lines.push(format!("names\n{}", names.join("\n")));
        }
        let digest = escape::text(&facts.fleet.image(image).image);
        lines.push(format!("digest\n  {digest}"));
    }
    Some((list.title.clone(), lines.join("\n")))
}
