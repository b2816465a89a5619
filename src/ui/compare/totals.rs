//! The totals of the files: how many of each change filter and find select, or the query, with their bytes before and after. In words, computed after every
//! message; no drawing.

use crate::analysis::Amount;
use crate::bytes::{human, signed, thousands};
use crate::compare::{RowId, Sides};
use crate::ui::pane::StatusKind;

use crate::ui::compare::query::PairQuery;
use crate::ui::compare::state::Compare;
use crate::ui::compare::trees::AlignedTrees;

impl Compare {
    /// Returns the totals of the files, the longest text first.
    #[must_use]
    pub(crate) fn totals(&self) -> &[String] {
        &self.totals
    }

    /// Computes the totals of the files.
    pub(super) fn sum_up(&mut self) {
        self.totals = match &self.front.query {
            Some(query) => self.under_query(query),
            None => self.counted(),
        };
    }

    /// Returns how many files of each change filter and find select, and their bytes before and after.
    fn counted(&self) -> Vec<String> {
        let filter = self.front.files.filter();
        let counts = self.front.files.selected_counts();
        let counts = counts.unwrap_or(self.comparison.counts);
        let is_shown = |changes: &[StatusKind]| changes.iter().any(|change| filter.shows(*change));
        let (added, removed) = (StatusKind::Added, StatusKind::Removed);
        let parts = [
            (&[removed][..], counts.removed, "removed", "−"),
            (&[added], counts.added, "added", "+"),
            (&[StatusKind::Modified], counts.changed, "changed", "~"),
            (&[removed, added], counts.moved, "moved", "⇢"),
        ];
        let parts = parts.into_iter().filter(|(changes, ..)| is_shown(changes));
        let parts = parts.map(|(_, count, word, mark)| {
            let count = thousands(count as u64);
            (format!("{count} {word}"), format!("{mark}{count}"))
        });
        let (words, marks): (Vec<String>, Vec<String>) = parts.unzip();
        let [words, marks] = [words.join(" · "), marks.join(" ")];
        let sizes = self.change_of(self.listed(RowId::ROOT));
        let of = self.all_bytes(RowId::ROOT);
        let of = of.map_or_else(String::new, |all| format!(" of {all}"));
        let scope = self.comparison.scope();
        vec![
            format!(" {words}  {sizes}{of}{scope}"),
            format!(" {words}  {sizes}{scope}"),
            format!(" {marks}  {sizes}{of}{scope}"),
            format!(" {marks}  {sizes}{scope}"),
            format!(" {sizes}{scope}"),
            format!(" {marks}{scope}"),
        ]
    }

    /// Returns the query in words with its totals, and those of the rows that filter and find select where there are others.
    fn under_query(&self, query: &PairQuery) -> Vec<String> {
        let units = self.units();
        let total = Sides::EACH.map(|side| {
            let analysis = self.comparison.analyses.get(side);
            query.amount(analysis, side, query.total(side))
        });
        let replaced = match query.replaced() {
            0 => String::new(),
            bytes => format!(", less {}", human(bytes, units)),
        };
        let sizes = if query.is_same() && total.before == total.after {
            let size = total.before.bytes(units);
            format!("{size} in both · no path differs")
        } else {
            self.change_of(total)
        };
        let words = format!(" › {}  {sizes}{replaced}", query.words());
        let listed = self.listed(RowId::ROOT);
        // What has no row is named beside it.
        let with_row = Sides::EACH.map(|side| query.total_of_rows(side));
        let is_whole = listed == total || listed.map(Amount::number) == with_row;
        let is_part = !is_whole && !self.front.files.has_work();
        let listed = is_part.then(|| self.change_of(listed));
        let alone = listed
            .as_ref()
            .map(|listed| format!(" › {}  listed {listed}", query.words()));
        let listed = listed.map(|listed| format!(" · listed {listed}"));
        let without_row = query.without_row(units).map(|bytes| format!(" · {bytes}"));
        let [listed, without_row] = [listed, without_row].map(Option::unwrap_or_default);
        vec![
            format!("{words}{listed}{without_row}"),
            format!("{words}{listed}"),
            alone.unwrap_or(words),
        ]
    }

    /// Returns the bytes of all paths at and below a row, if those that filter and find select read otherwise: `1.4 GB → 14.3 MB`.
    #[must_use]
    pub(crate) fn all_bytes(&self, row: RowId) -> Option<String> {
        let trees = AlignedTrees {
            is_flat: false,
            ..self.trees()
        };
        let all = Sides::EACH.map(|side| {
            let bytes = trees.bytes_of(row, side);
            self.amount_of(row, side, bytes).bytes(self.units())
        });
        let listed = self.listed(row).map(|amount| amount.bytes(self.units()));
        (all != listed).then(|| match self.only_side() {
            Some(side) => all.get(side).clone(),
            None => format!("{} → {}", all.before, all.after),
        })
    }

    /// Returns the bytes that filter and find select at and below a row, before and after.
    fn listed(&self, row: RowId) -> Sides<Amount> {
        Sides::EACH.map(|side| self.amount(row, side))
    }

    /// Returns an amount before and after with the difference; of a query about one image the amount of that.
    fn change_of(&self, amounts: Sides<Amount>) -> String {
        let units = self.units();
        if let Some(side) = self.only_side() {
            return amounts.get(side).bytes(units);
        }
        let Sides { before, after } = amounts;
        let delta = i128::from(after.number()) - i128::from(before.number());
        let delta = signed(delta, units);
        let delta = match (before, after) {
            (Amount::Known(_), Amount::Known(_)) => delta,
            _ => format!("known Δ {delta}"),
        };
        format!("{} → {}  {delta}", before.bytes(units), after.bytes(units))
    }
}
