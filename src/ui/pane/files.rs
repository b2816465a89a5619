//! The list of a selection's contents: their order, the cursor and the marks. Nothing here draws.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analysis::packages::Packages;
use crate::image::{Image, NodeId};
use crate::query::{PathContent, Selection};

use crate::ui::pane::cursor::{Cursor, Motion};

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileOrder {
    /// Largest first, then by path.
    #[default]
    Size,
    /// By layer, largest first in each.
    Layer,
    /// The paths that most layers store first, largest first among equals.
    Copies,
    /// By the name of the package, unowned and hidden files last, largest first in each.
    Package,
    /// Last modified first, largest first among equals.
    Modified,
    /// By path, as the tree has it.
    Name,
}

impl FileOrder {
    const ALL: [Self; 6] = [
        Self::Size,
        Self::Layer,
        Self::Copies,
        Self::Package,
        Self::Modified,
        Self::Name,
    ];

    /// Returns the order after this one, from the last to the first.
    #[must_use]
    pub(crate) const fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }
}

/// The list.
#[derive(Clone, Debug)]
pub struct FilesPane {
    selection: Arc<Selection>,
    cursor: Cursor,
    sort: FileOrder,
    /// Places in [`Selection::contents`].
    order: Vec<u32>,
    /// Places of the marked contents.
    marks: BTreeSet<u32>,
}

/// Returns how many layers store a path.
#[must_use]
pub(crate) fn copies(image: &Image, node: NodeId) -> u32 {
    let events = image.timeline.events(node).iter();
    let stored = events.filter(|event| event.entry.is_some()).count();
    u32::try_from(stored).unwrap_or(u32::MAX)
}

/// Returns the place of each package in the order of names, those of the same name beside each other.
fn ranks_by_name(packages: &Packages) -> Vec<u32> {
    let mut places: Vec<usize> = (0..packages.list.len()).collect();
    places.sort_by_key(|&at| (&packages.list[at].name, at));
    let mut ranks = vec![0; places.len()];
    for (rank, at) in (0..).zip(places) {
        ranks[at] = rank;
    }
    ranks
}

/// Returns the places of a selection's contents in an order.
fn places(
    image: &Image,
    packages: Option<&Packages>,
    selection: &Selection,
    sort: FileOrder,
) -> Vec<u32> {
    // Contents are in the order of their paths.
    let contents = (0..).zip(selection.contents());
    if sort == FileOrder::Name {
        return contents.map(|(place, _)| place).collect();
    }
    let names = match packages {
        Some(packages) if sort == FileOrder::Package => ranks_by_name(packages),
        _ => Vec::new(),
    };
    let owner = |content: &PathContent| {
        let package = packages.and_then(|packages| packages.package_of(content.node));
        package.and_then(|id| names.get(id.index()).copied())
    };
    let rank = |content: &PathContent| match sort {
        FileOrder::Size | FileOrder::Name => 0,
        FileOrder::Layer => content.layer.0,
        FileOrder::Copies => u32::MAX - copies(image, content.node),
        FileOrder::Modified => u32::MAX - image.entry(content.entry).modified,
        FileOrder::Package if content.hidden.is_some() => u32::MAX,
        FileOrder::Package => owner(content).unwrap_or(u32::MAX - 1),
    };
    let keys = contents.map(|(place, content)| (rank(content), Reverse(content.bytes), place));
    let mut keys: Vec<(u32, Reverse<u64>, u32)> = keys.collect();
    keys.sort_unstable();
    keys.into_iter().map(|(.., place)| place).collect()
}

impl FilesPane {
    /// Returns the list of a selection.
    #[must_use]
    pub(crate) fn new(
        image: &Image,
        packages: Option<&Packages>,
        selection: Arc<Selection>,
        sort: FileOrder,
    ) -> Self {
        Self {
            order: places(image, packages, &selection, sort),
            selection,
            cursor: Cursor::default(),
            sort,
            marks: BTreeSet::new(),
        }
    }

    /// Takes the marks of the same selection in another order, and its selected content unless that is the first.
    pub(crate) fn reordered(&mut self, other: Self) {
        let place = Some(other.cursor.at()).filter(|&at| at > 0);
        let place = place.and_then(|at| other.order.get(at));
        let at = place.and_then(|place| self.order.iter().position(|other| other == place));
        if let Some(at) = at {
            self.cursor = other.cursor;
            self.cursor.follow(at, self.order.len());
        }
        self.marks = other.marks;
    }

    /// Selects a content, if it is listed and not on the first line.
    pub(crate) fn select(&mut self, content: PathContent) {
        let lines = 0..self.order.len();
        if let Some(at) = lines
            .into_iter()
            .find(|&at| self.content(at) == Some(content))
        {
            let len = self.order.len();
            self.cursor.set(at, len, len);
        }
    }

    /// Returns what is listed.
    #[must_use]
    pub const fn selection(&self) -> &Arc<Selection> {
        &self.selection
    }

    /// Returns how many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Returns whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Returns the cursor.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Returns the order.
    #[must_use]
    pub const fn sort(&self) -> FileOrder {
        self.sort
    }

    /// Returns the content on a line.
    #[must_use]
    pub fn content(&self, at: usize) -> Option<PathContent> {
        let place = *self.order.get(at)?;
        self.selection.contents().get(place as usize).copied()
    }

    /// Returns the selected content.
    #[must_use]
    pub(crate) fn selected(&self) -> Option<PathContent> {
        self.content(self.cursor.at())
    }

    /// Returns whether the content on a line is marked.
    #[must_use]
    pub(crate) fn is_marked(&self, at: usize) -> bool {
        self.order
            .get(at)
            .is_some_and(|place| self.marks.contains(place))
    }

    /// Returns whether any content is marked.
    #[must_use]
    pub fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Returns the marked contents by path, then by layer.
    pub fn marked(&self) -> impl Iterator<Item = PathContent> {
        let contents = self.selection.contents();
        let marked = self.marks.iter();
        marked.filter_map(|&place| contents.get(place as usize).copied())
    }

    /// Returns the number of marked contents, and their bytes.
    #[must_use]
    pub(crate) fn marked_total(&self) -> (usize, u64) {
        self.marked().fold((0, 0), |(count, sum), content| {
            (count + 1, sum.saturating_add(content.bytes))
        })
    }

    /// Marks the selected content, or clears its mark, and goes to the next line.
    pub(crate) fn toggle_mark(&mut self, height: usize) {
        let Some(&place) = self.order.get(self.cursor.at()) else {
            return;
        };
        if !self.marks.remove(&place) {
            self.marks.insert(place);
        }
        self.step(Motion::Down, height);
    }

    /// Clears all marks.
    pub(crate) fn clear_marks(&mut self) {
        self.marks.clear();
    }

    /// Moves the cursor.
    pub(crate) fn step(&mut self, motion: Motion, height: usize) {
        self.cursor.step(motion, self.order.len(), height);
    }

    /// Moves the view.
    pub(crate) fn wheel(&mut self, down: bool, lines: usize, height: usize) {
        self.cursor.wheel(down, lines, self.order.len(), height);
    }

    /// Selects the line at a place in view, if there is one, and returns whether it was selected already.
    pub fn click(&mut self, line: usize, height: usize) -> Option<bool> {
        self.cursor.click(line, self.order.len(), height)
    }

    /// Keeps the cursor in view.
    pub(crate) fn fit(&mut self, height: usize) {
        let (at, len) = (self.cursor.at(), self.order.len());
        self.cursor.set(at, len, height);
    }
}
