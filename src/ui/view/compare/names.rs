//! The names of a row of the trees, cut in the middle where they have no room, and what follows them: where a path moved, and notes about the selected
//! versions.

use crate::compare::{RowChange, RowId, Side, Sides};
use crate::escape;
use crate::ui::compare::Compare;
use crate::ui::pane::{CompareView, RowPrefix, TreeRow};
use crate::ui::view::text;
use crate::ui::wording::outline;

/// The columns of names: one, or one for each image.
pub(super) struct Names<'a> {
    pub(super) compare: &'a Compare,
    pub(super) columns: usize,
    pub(super) two: bool,
}

/// A name in its column.
#[derive(Default)]
struct Name {
    /// The indent and the fold.
    start: String,
    text: String,
    /// What follows it.
    more: String,
}

impl Name {
    fn width(&self) -> usize {
        text::width(&self.start) + text::width(&self.text) + text::width(&self.more)
    }

    /// Cuts the name in the middle to make room for what follows it, at most to two thirds of the columns, and fills them.
    fn fitted(&self, columns: usize) -> String {
        let room = columns.saturating_sub(text::width(&self.start));
        let least = room.saturating_sub(text::width(&self.more));
        let name = text::clip_name(&self.text, least.max(room * 2 / 3));
        text::left(&format!("{}{name}{}", self.start, self.more), columns)
    }
}

impl Names<'_> {
    /// Returns the text in the column of either side; with one column, both are the same row.
    pub(super) fn of(&self, row: TreeRow<RowId>) -> Sides<String> {
        if self.compare.front.view == CompareView::Files {
            return Sides::EACH.map(|_| self.path(row.path));
        }
        let mut names = Sides::EACH.map(|side| self.name(row, side));
        if self.two {
            self.add_notes(row.path, &mut names);
        } else {
            let more = format!("{}{}", self.counterpart(row.path), self.notes(row.path));
            names = names.map(|name| Name {
                more: format!("{}{more}", name.more),
                ..name
            });
        }
        names.map(|name| name.fitted(self.columns))
    }

    /// Adds the note of either side to its name, or to the name of the other side where only that has room.
    fn add_notes(&self, row: RowId, names: &mut Sides<Name>) {
        for side in Side::BOTH {
            let Some(note) = self.compare.note(row, side) else {
                continue;
            };
            let texts = [
                (side, format!("  ({note})")),
                (side.other(), format!("  ({}: {note})", side.name())),
            ];
            let fits = |(at, text): &&(Side, String)| {
                names.get(*at).width() + text::width(text) <= self.columns
            };
            let (at, text) = texts.iter().find(fits).unwrap_or(&texts[0]);
            names.get_mut(*at).more.push_str(text);
        }
    }

    /// Returns the notes about both sides in parentheses, with the side unless the query is about one image.
    fn notes(&self, row: RowId) -> String {
        let notes = match self.compare.only_side() {
            Some(side) => self.compare.note(row, side).unwrap_or_default(),
            None => self.compare.notes(row),
        };
        if notes.is_empty() {
            notes
        } else {
            format!("  ({notes})")
        }
    }

    /// Returns the name as a side shows it: a gap where it lacks the path, and where the path now is or was when it moved.
    fn name(&self, row: TreeRow<RowId>, side: Side) -> Name {
        // Deep paths keep half of the columns for their names.
        let indent = usize::from(row.depth).min(self.columns / 4) * 2;
        let comparison = &self.compare.comparison;
        let Some(node) = self.compare.node_at(row.path, side) else {
            let counterpart = comparison.moves.counterpart(row.path);
            let (start, text) = match (counterpart, side) {
                (None, _) => ("·", String::new()),
                (Some(from), Side::Before) => ("from ", self.path_of(from)),
                (Some(to), Side::After) => ("to ", self.path_of(to)),
            };
            return Name {
                start: format!("{:indent$}  {start}", ""),
                text,
                ..Name::default()
            };
        };
        let fold = match row.shape {
            RowPrefix::Leaf => "  ",
            RowPrefix::Closed => "▸ ",
            RowPrefix::Open => "▾ ",
        };
        let image = self.compare.images.get(side);
        let entry = comparison.entry(row.path, side).map(|id| image.entry(id));
        let counted_at = comparison.counted_at(row.path, side);
        let target = entry.and_then(|entry| outline::target(image, entry, counted_at));
        let name = escape::name(image.tree.name(node));
        Name {
            start: format!("{:indent$}{fold}", ""),
            text: name.into_owned(),
            more: target.unwrap_or_default(),
        }
    }

    /// Returns the path of a file, where it moved, and the notes about it.
    fn path(&self, row: RowId) -> String {
        let more = format!("{}{}", self.counterpart(row), self.notes(row));
        let least = self.columns.saturating_sub(text::width(&more));
        let path = self.path_of(row);
        let path = text::clip_middle(&path, least.max(self.columns * 2 / 3));
        text::left(&format!("{path}{more}"), self.columns)
    }

    /// Returns where a path moved to or from, with an arrow; empty if it did not move.
    fn counterpart(&self, row: RowId) -> String {
        match self.compare.comparison.change(row) {
            RowChange::MovedTo(to) => format!(" → {}", self.path_of(to)),
            RowChange::MovedFrom(from) => format!(" ← {}", self.path_of(from)),
            _ => String::new(),
        }
    }

    fn path_of(&self, row: RowId) -> String {
        let path = self.compare.comparison.path(self.compare.both(), row);
        escape::name(&path).into_owned()
    }
}
