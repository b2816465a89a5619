//! Pages, their lists, and what is behind a row. Data and look-ups; `overview` and `drill` fill them.

use crate::fleet::fleet_index::{ImageRowId, LayerRowId};
use crate::fleet::page::Cell;

/// What a page is about. A number is a place in the summary's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The run.
    Overview,
    /// All images.
    Images,
    /// All layers, each once.
    Layers,
    /// The images whose files were read.
    ReadImages,
    /// What a fresh node of a platform pulls.
    Platform(u32),
    /// Layers in the same images.
    Group(u32),
    /// An image.
    Image(ImageRowId),
    /// A layer.
    Layer(LayerRowId),
    /// The bytes of a category.
    Category(u32),
    /// The findings of a kind.
    Finding(u32),
    /// A rule that images were judged by.
    Rule(u32),
    /// A package in any version.
    Package(u32),
    /// A content that several layers store.
    Duplicate(u32),
    /// The layers that an earlier run does not have.
    OnlyAfter,
    /// The layers that only an earlier run has.
    OnlyBefore,
    /// A name whose images changed since an earlier run.
    Name(u32),
}

/// What is behind a row: a page, or one of its lists alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageTarget {
    /// What the page is about.
    pub subject: Subject,
    /// The list that is shown alone.
    pub alone: Option<ListKind>,
}

impl From<Subject> for PageTarget {
    fn from(subject: Subject) -> Self {
        Self {
            subject,
            alone: None,
        }
    }
}

/// The lists of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// Bytes in all.
    Totals,
    /// Totals of two runs.
    Growth,
    /// Names with other images than before.
    Names,
    /// What a fresh node pulls.
    FreshNode,
    /// Layers in the same images.
    Shared,
    /// Images.
    Images,
    /// Layers.
    Layers,
    /// Layers of the earlier run.
    EarlierLayers,
    /// Unpacked bytes in all.
    Files,
    /// Bytes by category.
    Categories,
    /// Images that could be smaller.
    Smaller,
    /// Findings.
    Findings,
    /// Rules that images were judged by.
    Rules,
    /// Packages.
    Packages,
    /// The same content in several layers.
    Duplicates,
    /// Large files.
    LargeFiles,
    /// Names of an image.
    ImageNames,
    /// What could not be read.
    Errors,
}

impl ListKind {
    /// The lists of every report, in their order.
    pub(crate) const OVERVIEW: [Self; 14] = [
        Self::Totals,
        Self::Growth,
        Self::Names,
        Self::FreshNode,
        Self::Shared,
        Self::Images,
        Self::Files,
        Self::Categories,
        Self::Smaller,
        Self::Findings,
        Self::Rules,
        Self::Packages,
        Self::Duplicates,
        Self::Errors,
    ];
}

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    /// What it is about, not escaped.
    pub title: String,
    /// Facts about it, one line each, not escaped.
    pub lines: Vec<String>,
    /// Its lists.
    pub lists: Vec<List>,
    /// The numbers that its lists are the rows of.
    pub totals: Vec<Total>,
}

/// A number that the rows of a list add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Total {
    /// Which list.
    pub list: ListKind,
    /// The column whose sum it is; `None` for the number of rows.
    pub column: Option<usize>,
    /// The number.
    pub value: Cell,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumn {
    /// Its head, in lower case; empty where the rows need none.
    pub name: String,
    /// What its cells are.
    pub kind: ListColumnKind,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListColumnKind {
    /// Numbers of things.
    Count,
    /// Bytes, and differences of them.
    Bytes,
    /// Seconds.
    Time,
    /// Short texts, and how many characters most of them have.
    Short(usize),
    /// Texts of any length, in the room that is left.
    Long,
    /// Texts of any length that are left out where there is little room.
    Extra,
}

impl ListColumnKind {
    /// Returns whether its cells are numbers.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Bytes | Self::Time)
    }
}

/// A list: rows of cells, in one allocation, however many there are.
#[derive(Clone, Debug)]
pub struct List {
    /// The list.
    pub kind: ListKind,
    /// Its heading.
    pub title: String,
    /// Its columns.
    pub columns: Vec<ListColumn>,
    /// Sentences below its rows.
    pub notes: Vec<String>,
    /// Whether a report shows its first rows only.
    pub is_long: bool,
    cells: Vec<Cell>,
    targets: Vec<Option<PageTarget>>,
}

impl List {
    /// Returns a list without rows.
    pub(super) fn new<'a>(
        kind: ListKind,
        title: impl Into<String>,
        columns: impl IntoIterator<Item = (&'a str, ListColumnKind)>,
    ) -> Self {
        let columns = columns.into_iter().map(|(name, kind)| ListColumn {
            name: name.to_owned(),
            kind,
        });
        Self {
            kind,
            title: title.into(),
            columns: columns.collect(),
            notes: Vec::new(),
            is_long: true,
            cells: Vec::new(),
            targets: Vec::new(),
        }
    }

    /// Returns the list with a sentence below its rows.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Returns the list with all rows shown in every report.
    pub(super) fn short(mut self) -> Self {
        self.is_long = false;
        self
    }

    /// Returns the list with rows, each of as many cells as there are columns.
    pub(super) fn rows<const N: usize>(
        mut self,
        rows: impl IntoIterator<Item = ([Cell; N], Option<Subject>)>,
    ) -> Self {
        debug_assert_eq!(N, self.columns.len());
        for (cells, subject) in rows {
            self.push(cells, subject);
        }
        self
    }

    /// Adds a row of as many cells as there are columns.
    pub(super) fn push(&mut self, cells: impl IntoIterator<Item = Cell>, subject: Option<Subject>) {
        self.cells.extend(cells);
        self.targets.push(subject.map(PageTarget::from));
    }

    /// Returns the number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.targets.len()
    }

    /// Returns whether there are no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Returns the cells of a row; none when there is no such row.
    #[must_use]
    pub fn row(&self, at: usize) -> &[Cell] {
        let columns = self.columns.len();
        let row = self.cells.get(at * columns..(at + 1) * columns);
        row.unwrap_or_default()
    }

    /// Returns what is behind a row.
    #[must_use]
    pub fn target(&self, at: usize) -> Option<PageTarget> {
        *self.targets.get(at)?
    }
}

impl Page {
    /// Returns the page with one of its lists alone.
    pub(super) fn alone(mut self, kind: ListKind) -> Self {
        self.lists.retain(|list| list.kind == kind);
        self.totals.retain(|total| total.list == kind);
        self
    }
}
