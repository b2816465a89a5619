//! Facts: labelled lines of text, wrapped to the width of a tab. `wording` writes the texts. No colours.

use crate::analysis::Amount;
use crate::bytes::Units;
use crate::query::Condition;
use crate::ui::pane::prose;

/// The columns of the labels.
pub(crate) const LABEL: usize = 12;
/// The columns of the indent of list items.
pub(crate) const LISTED: usize = 2;

/// A label and its text, safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The label; empty when the fact continues the one above.
    pub label: &'static str,
    /// The text.
    pub text: String,
    /// Whether it is drawn as a warning.
    pub warning: bool,
    /// A part and its total, drawn as a bar when there is room.
    pub bar: Option<(u64, u64)>,
    /// Whether it is a list item, which is indented below its label and never wrapped.
    pub listed: bool,
    /// The query whose total the number is.
    pub opens: Option<Condition>,
}

/// A line of a tab: a fact or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// The index of the fact.
    pub fact: usize,
    /// The part of the fact on this line.
    pub shown: Fact,
}

/// The facts of the Image tab and the lines they take.
#[derive(Clone, Debug, Default)]
pub struct FactsPane {
    facts: Vec<Fact>,
    rows: Vec<FactRow>,
    /// The columns that `rows` are wrapped to; none when they are out of date.
    columns: Option<usize>,
    /// The revision of the data that the facts describe.
    revision: Option<u64>,
}

impl FactsPane {
    /// Returns the facts.
    #[must_use]
    pub(crate) fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Returns the lines.
    #[must_use]
    pub fn rows(&self) -> &[FactRow] {
        &self.rows
    }

    /// Returns the revision of the data that the facts describe.
    #[must_use]
    pub(crate) const fn revision(&self) -> Option<u64> {
        self.revision
    }

    /// Takes the facts of a revision. The lines stay as they are until the next [`Self::wrap`].
    pub(crate) fn set(&mut self, facts: Vec<Fact>, revision: u64) {
        self.facts = facts;
        self.columns = None;
        self.revision = Some(revision);
    }

    /// Wraps the facts to so many columns, unless they already are.
    pub(crate) fn wrap(&mut self, columns: usize) {
        if self.columns != Some(columns) {
            self.rows = rows(&self.facts, columns);
            self.columns = Some(columns);
        }
    }
}

/// Returns the lines that facts take in so many columns.
fn rows(facts: &[Fact], columns: usize) -> Vec<FactRow> {
    let mut rows = Vec::new();
    for (at, fact) in facts.iter().enumerate() {
        // A digest or a name is one word and stays on one line.
        if fact.listed || !fact.text.contains(' ') {
            rows.push(FactRow {
                fact: at,
                shown: fact.clone(),
            });
            continue;
        }
        let parts = prose::wrap(&fact.text, columns.saturating_sub(LABEL).max(1));
        for (part, text) in parts.into_iter().enumerate() {
            let shown = Fact {
                label: if part == 0 { fact.label } else { "" },
                text,
                ..fact.clone()
            };
            rows.push(FactRow { fact: at, shown });
        }
    }
    rows
}

impl Fact {
    /// Returns a list item: bytes and their name.
    pub(in crate::ui) fn listed(
        bytes: Amount,
        name: &str,
        units: Units,
        bar: Option<(u64, u64)>,
    ) -> Self {
        let columns = Amount::columns(bytes.is_known(), units);
        Self {
            label: "",
            text: format!("{:>columns$}  {name}", bytes.bytes(units)),
            warning: false,
            bar,
            listed: true,
            opens: None,
        }
    }

    /// Returns the fact with the query that its number opens.
    pub(in crate::ui) fn opening(mut self, condition: Condition) -> Self {
        self.opens = Some(condition);
        self
    }
}
