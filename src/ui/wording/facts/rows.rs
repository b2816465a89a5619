//! Facts wrapped into the lines of a tab; an item of a list keeps to one line. No words of its own, no colours.

use crate::bytes::{Units, human};
use crate::ui::wording::wrap;

use crate::ui::wording::facts::Fact;

/// Columns of the labels.
pub const LABEL: usize = 12;
/// Columns before an item of a list, at every width.
pub const LISTED: usize = 2;

/// A line of a fact as the tab shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// The index of the fact.
    pub fact: usize,
    /// The line, or the part of it that fits.
    pub shown: Fact,
}

/// Returns the lines of facts in so many columns.
#[must_use]
pub fn rows(facts: Vec<Fact>, columns: usize) -> Vec<FactRow> {
    let mut rows = Vec::new();
    for (index, fact) in facts.into_iter().enumerate() {
        // A single word is a digest or a name, which is truncated instead.
        if fact.listed || !fact.text.contains(' ') {
            rows.push(FactRow {
                fact: index,
                shown: fact,
            });
            continue;
        }
        let parts = wrap::wrap(&fact.text, columns.saturating_sub(LABEL).max(1));
        for (at, text) in parts.into_iter().enumerate() {
            let label = if at == 0 { fact.label } else { "" };
            let shown = Fact {
                label,
                text,
                ..fact.clone()
            };
            rows.push(FactRow { fact: index, shown });
        }
    }
    rows
}

impl Fact {
    /// Returns an item of a list: bytes and their name.
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
