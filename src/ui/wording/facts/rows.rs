//! Facts as lines of a tab: a long one goes on below, between its words; what is listed keeps to its line. No words of its own, no colours.

use crate::bytes::{Units, human};
use crate::ui::wording::wrap;

use crate::ui::wording::facts::Fact;

/// Columns of the labels.
pub const LABEL: usize = 12;
/// Columns before what is listed, at every width.
pub const LISTED: usize = 2;

/// A line of a fact as it stands in the tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// The fact, by its place among them.
    pub fact: usize,
    /// The line, or a part of it: what has no room goes on below.
    pub shown: Fact,
}

/// Returns the lines of facts in so many columns.
#[must_use]
pub fn rows(facts: Vec<Fact>, columns: usize) -> Vec<FactRow> {
    let mut rows = Vec::new();
    for (fact, whole) in facts.into_iter().enumerate() {
        // What is one word is no prose, but a digest or a name.
        if whole.listed || !whole.text.contains(' ') {
            rows.push(FactRow { fact, shown: whole });
            continue;
        }
        let parts = wrap::wrap(&whole.text, columns.saturating_sub(LABEL).max(1));
        for (at, text) in parts.into_iter().enumerate() {
            let label = if at == 0 { whole.label } else { "" };
            let shown = Fact {
                label,
                text,
                ..whole.clone()
            };
            rows.push(FactRow { fact, shown });
        }
    }
    rows
}

impl Fact {
    /// Returns a line of a list: bytes, and what they are.
    pub(in crate::ui) fn listed(
        bytes: u64,
        what: &str,
        units: Units,
        bar: Option<(u64, u64)>,
    ) -> Self {
        let columns = match units {
            Units::Si => 8,
            Units::Binary => 10,
        };
        Self {
            label: "",
            text: format!("{:>columns$}  {what}", human(bytes, units)),
            warning: false,
            bar,
            listed: true,
        }
    }
}
