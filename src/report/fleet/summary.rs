//! The summary of many images: chooses the format. What is shown, and in which order, is `fleet::page`'s.

use std::io::{self, Write};

use super::{html, json, markdown, text};
use crate::fleet::page::{FleetFacts, List, Page, PageTarget, Subject};

/// A format of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FleetFormat {
    /// For a terminal.
    Text,
    /// For a comment or a page.
    Markdown,
    /// A page for a browser.
    Html,
    /// For programs.
    Json,
}

/// Writes the summary; `most` rows of each list but JSON's.
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(crate) fn write_summary(
    facts: &FleetFacts,
    format: FleetFormat,
    most: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        FleetFormat::Text => text::write(facts, most, out),
        FleetFormat::Markdown => markdown::write(facts, most, out),
        FleetFormat::Html => html::write(facts, most, out),
        FleetFormat::Json => json::write(facts, out),
    }
}

/// Returns the lists of every report.
pub(super) fn overview(facts: &FleetFacts) -> Page {
    facts.page(PageTarget::from(Subject::Overview))
}

/// Returns how many rows of a list are shown, and how many are left out.
pub(super) fn shown(list: &List, most: usize) -> (usize, usize) {
    let shown = if list.is_long {
        list.len().min(most)
    } else {
        list.len()
    };
    (shown, list.len() - shown)
}

/// Returns the heads of a list's columns with a capital first letter; `None` if no column has one.
pub(super) fn heads(list: &List) -> Option<Vec<String>> {
    let heads = list.columns.iter().map(|column| {
        let mut letters = column.name.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters.as_str().chars()).collect::<String>()
    });
    let heads: Vec<String> = heads.collect();
    heads.iter().any(|head| !head.is_empty()).then_some(heads)
}
