//! One row of the two trees: its change, also in words, and the file to open there. No lists, no drawing.

use crate::analysis::{Amount, EntryDifferences, Status};
use crate::bytes::{Units, human};
use crate::compare::{RowChange, RowId, Side, Sides};
use crate::escape;
use crate::image::{EntryId, Image, LayerId, NodeId};
use crate::query::{PathContent, Selection};
use crate::ui::pane::{NoFile, StatusKind, follow};
use crate::ui::wording::facts;

use crate::ui::compare::mark::RowMark;
use crate::ui::compare::state::Compare;

impl Compare {
    /// Returns what happened to a row itself.
    #[must_use]
    pub(crate) fn mark(&self, row: RowId) -> RowMark {
        self.trees().mark(row)
    }

    /// Returns the change of a row itself, which colours it.
    #[must_use]
    pub(crate) fn change(&self, row: RowId) -> StatusKind {
        self.mark(row).change()
    }

    /// Returns whether a row, or something below it, differs: then it is listed while unchanged paths are hidden.
    #[must_use]
    pub(super) fn differs(&self, row: RowId) -> bool {
        self.comparison.statuses[row.index()] != Status::Unmodified || self.trees().differs(row)
    }

    /// Returns the bytes at and below a row on one side: those that query, filter and find select.
    #[must_use]
    pub fn bytes(&self, row: RowId, side: Side) -> u64 {
        let selected = self.front.files.selected_bytes(row);
        selected.map_or_else(
            || self.trees().bytes_of(row, side),
            |bytes| *bytes.get(side),
        )
    }

    /// Returns the bytes at and below a row on one side as an amount: a missing layer may store more in a folder.
    #[must_use]
    pub(crate) fn amount(&self, row: RowId, side: Side) -> Amount {
        self.amount_of(row, side, self.bytes(row, side))
    }

    /// Returns so many bytes of a row on one side as an amount.
    #[must_use]
    pub(super) fn amount_of(&self, row: RowId, side: Side, bytes: u64) -> Amount {
        let entry = self.comparison.entry(row, side);
        let selected = self.selected_content(row, side);
        let entry = entry.or(selected.map(|content| content.entry));
        let image = self.images.get(side);
        if entry.is_some_and(|entry| !image.entry(entry).is_dir()) {
            return Amount::Known(bytes);
        }
        let analysis = self.comparison.analyses.get(side);
        match &self.front.query {
            Some(query) => query.amount(analysis, side, bytes),
            None => analysis.amount(bytes),
        }
    }

    /// Returns the bytes after − before at and below a row.
    #[must_use]
    pub fn delta(&self, row: RowId) -> i128 {
        let bytes = |side| i128::from(self.bytes(row, side));
        bytes(Side::After) - bytes(Side::Before)
    }

    /// Returns the side whose file a row opens: the active one, unless only the other one has bytes of the query, or the path, there.
    #[must_use]
    pub(crate) fn side_at(&self, row: RowId) -> Side {
        let (active, other) = (self.active_side, self.active_side.other());
        let has_path = |side: Side| self.node_at(row, side).is_some();
        let has_bytes = |side: Side| has_path(side) && self.selects(row, side);
        if has_bytes(active) || !has_bytes(other) && has_path(active) {
            active
        } else {
            other
        }
    }

    /// Returns the row's node in one image, where the path is visible, or under a query hidden and selected.
    #[must_use]
    pub(crate) fn node_at(&self, row: RowId, side: Side) -> Option<NodeId> {
        match &self.front.query {
            Some(query) => query.node(&self.comparison, row, side),
            None => self.comparison.rows.node(row, side),
        }
    }

    /// Returns the image that the query is about, if it is about one.
    #[must_use]
    pub(crate) fn only_side(&self) -> Option<Side> {
        let selections = &self.front.query.as_ref()?.selections;
        match (&selections.before, &selections.after) {
            (Some(_), None) => Some(Side::Before),
            (None, Some(_)) => Some(Side::After),
            _ => None,
        }
    }

    /// Returns what the query selects of one side; `None` without a query, and where the query is about the other side only.
    fn selection(&self, side: Side) -> Option<&Selection> {
        self.front.query.as_ref()?.selections.get(side).as_deref()
    }

    /// Returns whether the query, if it is about a side, selects something at or below a row there.
    fn selects(&self, row: RowId, side: Side) -> bool {
        let node = self.node_at(row, side);
        let selected = self.selection(side).zip(node);
        selected.is_none_or(|(selection, node)| selection.count_below(node) > 0)
    }

    /// Returns the content that the query selects of a file on one side: the visible one, else the one of the highest layer.
    #[must_use]
    pub(crate) fn selected_content(&self, row: RowId, side: Side) -> Option<PathContent> {
        let node = self.node_at(row, side)?;
        self.selection(side)?.shown(node)
    }

    /// Returns whether a row has a file of either side, with differences in the bytes that the row is about.
    #[must_use]
    pub(crate) fn is_changed_file(&self, row: RowId) -> bool {
        let has_path = |side| self.node_at(row, side).is_some();
        let is_changed = matches!(self.comparison.change(row), RowChange::Changed(_));
        let changed = match self.front.query {
            Some(_) => {
                let [before, after] = Side::BOTH.map(|side| self.bytes(row, side));
                before > 0 && after > 0 && (is_changed || before != after)
            }
            None => is_changed,
        };
        changed && Side::BOTH.into_iter().all(has_path)
    }

    /// Returns the regular file of a side at a row, links followed: the version that the query selects, else the visible one.
    ///
    /// # Errors
    /// [`NoFile`] when there is none.
    pub(crate) fn file(
        &self,
        row: RowId,
        side: Side,
    ) -> Result<(NodeId, LayerId, EntryId), NoFile> {
        let image = self.images.get(side);
        let from = self.node_at(row, side);
        let from = from.ok_or(NoFile::NotInSide(side))?;
        if !self.selects(row, side) {
            return Err(NoFile::NotSelected(side));
        }
        let selected = self.selected_content(row, side);
        let source = |node| match selected {
            Some(content) if node == from => Some((content.layer, content.entry)),
            // The links of a hidden version lead to what its layer had.
            Some(content) if content.hidden.is_some() => {
                let layer = content.shown_after(image);
                image.timeline.stored_entry(node, layer)
            }
            _ => image.visible_entry(node),
        };
        let (node, layer, entry, _) = follow(image, from, source)?;
        Ok((node, layer, entry))
    }

    /// Returns the two files of a row; for a moved path, the file at its other end.
    ///
    /// # Errors
    /// [`NoFile`] when there are no two.
    pub(crate) fn versions(&self, row: RowId) -> Result<Sides<(LayerId, EntryId)>, NoFile> {
        let file = |side: Side| {
            let here = self.node_at(row, side).is_some();
            let counterpart = self.comparison.moves.counterpart(row).filter(|_| !here);
            let (_, layer, entry) = self.file(counterpart.unwrap_or(row), side)?;
            Ok::<_, NoFile>((layer, entry))
        };
        Ok(Sides::new(file(Side::Before)?, file(Side::After)?))
    }

    /// Returns the path of a row, escaped, and where links at it lead: `/usr/bin/less → /bin/busybox`, with the side where only one of them is a link.
    #[must_use]
    pub(crate) fn path_with_links(&self, row: RowId) -> String {
        let path = escape::name(&self.comparison.path(self.both(), row)).into_owned();
        let target = |side: Side| {
            // A hidden version is shown as it is.
            let shown = self.selected_content(row, side);
            if shown.is_some_and(|content| content.hidden.is_some()) {
                return None;
            }
            let image = self.images.get(side);
            let node = self.comparison.rows.node(row, side)?;
            let (.., way) = follow(image, node, |node| image.visible_entry(node)).ok()?;
            way.into_iter().skip(1).last()
        };
        match (target(Side::Before), target(Side::After)) {
            (None, None) => path,
            (Some(before), Some(after)) if before == after => format!("{path} → {after}"),
            (before, after) => {
                let part = |side: Side, target: Option<String>| {
                    Some(format!("{}: → {}", side.name(), target?))
                };
                let parts = [part(Side::Before, before), part(Side::After, after)];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                format!("{path} ({})", parts.join(", "))
            }
        }
    }

    /// Returns what the bytes that a query selects of a file on one side do not show: that they are of a hidden version, or that the visible version is in
    /// another category.
    #[must_use]
    pub(crate) fn note(&self, row: RowId, side: Side) -> Option<String> {
        let selection = self.selection(side)?;
        let node = self.node_at(row, side)?;
        let image = self.images.get(side);
        let visible = image.visible(node);
        if visible.is_some_and(|visible| image.entry(visible.entry).is_dir()) {
            return None;
        }
        let selected = selection.at(node);
        let hidden = hidden_versions(image, selected, self.units());
        let is_shown = selected.iter().any(|content| content.hidden.is_none());
        let is_by_category = selection.is_by_category();
        let elsewhere = visible.filter(|_| !is_shown).and_then(|_| {
            if !is_by_category {
                return hidden.is_none().then(|| "visible, not selected".to_owned());
            }
            let categories = &self.content_analysis(side)?.content_analysis.categories;
            Some(format!("visible as {}", categories.category(node).name()))
        });
        let notes: Vec<String> = hidden.into_iter().chain(elsewhere).collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    /// Returns the notes of both sides; empty without any.
    #[must_use]
    pub(crate) fn notes(&self, row: RowId) -> String {
        let note = |side: Side| Some(format!("{}: {}", side.name(), self.note(row, side)?));
        let notes = Side::BOTH.into_iter().filter_map(note);
        notes.collect::<Vec<_>>().join("; ")
    }

    /// Returns the change of a row and below it in words, escaped; under a query also what its bytes do not show.
    #[must_use]
    pub(crate) fn change_text(&self, row: RowId) -> String {
        let change = self.path_change_text(row);
        let notes = self.notes(row);
        let is_hidden = matches!(self.mark(row), RowMark::Hidden(_));
        let is_same = self.comparison.change(row) == RowChange::Same;
        if notes.is_empty() {
            change
        } else if is_hidden && is_same {
            // The visible version is not the one that the row is about.
            notes
        } else {
            format!("{change}; {notes}")
        }
    }

    fn path_change_text(&self, row: RowId) -> String {
        let comparison = &self.comparison;
        let path = |row| escape::name(&comparison.path(self.both(), row)).into_owned();
        let status = comparison.statuses[row.index()];
        let below = matches!(status, Status::Modified(what) if what.has(EntryDifferences::BELOW));
        match comparison.change(row) {
            RowChange::Same if below => "changed below".to_owned(),
            RowChange::Same => "unchanged".to_owned(),
            RowChange::Changed(what) => {
                let what = what.list();
                let below = if below { ", and below" } else { "" };
                format!("changed: {what}{below}")
            }
            RowChange::MovedTo(to) => format!("moved to {}", path(to)),
            RowChange::MovedFrom(from) => format!("moved from {}", path(from)),
            RowChange::Removed => format!("only in {}", Side::Before.name()),
            RowChange::Added => format!("only in {}", Side::After.name()),
        }
    }
}

/// Returns the hidden versions among the selected contents of a path in words: `hidden version of L1, overwritten in L2`, and their bytes where the visible
/// version is selected too. `None` if none is hidden.
fn hidden_versions(image: &Image, selected: &[PathContent], units: Units) -> Option<String> {
    let hidden = || selected.iter().filter(|content| content.hidden.is_some());
    let last = hidden().next_back()?;
    let how = facts::hidden_by(image, *last, LayerId::short_name)?;
    let last = format!("{}, {how}", last.layer.short_name());
    let count = hidden().count();
    let (versions, a) = match count {
        1 => (format!("hidden version of {last}"), "a "),
        _ => (format!("{count} hidden versions, the last of {last}"), ""),
    };
    if count == selected.len() {
        return Some(versions);
    }
    let bytes = hidden().map(|content| content.bytes);
    let bytes = bytes.fold(0, u64::saturating_add);
    Some(format!("{} of it {a}{versions}", human(bytes, units)))
}
