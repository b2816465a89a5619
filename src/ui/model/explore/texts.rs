//! The texts of the explore screen, each with the input that it is computed from. `update` computes a text when its input changes, `view` draws it. Contains no
//! sentences.

use crate::analysis::findings::FindingLevel;
use crate::analysis::{Category, CategoryBytes};
use crate::compare::Sides;
use crate::image::{LayerId, NodeId};
use crate::query::{PathContent, Selection};
use crate::ui::model::explore::Explore;
use crate::ui::pane::{
    Derived, FilesPane, Filter, FindState, Focus, LayerComparison, LayerRange, OverviewRow,
    PackageLine, Section, Shared, Tab, TreeOrder,
};

/// The texts.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// The numbers of the header.
    pub(crate) header: Derived<(u64, Option<u64>), HeaderText>,
    /// The selected layer.
    pub(crate) layer: Derived<(u64, LayerId), LayerText>,
    /// Which hit of the find is selected.
    pub(crate) find: Derived<Option<FindState<NodeId>>, String>,
    /// The title of the view at the right.
    pub(crate) title: Derived<TitleInput, ViewTitle>,
    /// The overview.
    pub(crate) overview: Derived<u64, OverviewText>,
    /// What surrounds the list of savings.
    pub(crate) savings: Derived<u64, SavingsText>,
    /// The title and the text of the details of the selection.
    pub(crate) selection: Derived<SelectionInput, Option<(String, String)>>,
}

/// The numbers of the header in words. Those that arrive later change the place of no other.
#[derive(Debug, Default)]
pub(crate) struct HeaderText {
    /// The numbers, the most important first. They end with blanks where a text that is not known yet has its place.
    pub(crate) numbers: Vec<String>,
    /// The time that a pull takes, once it is known; it is shown before the numbers.
    pub(crate) pull: Option<String>,
}

/// A layer in words.
#[derive(Debug, Default)]
pub(crate) struct LayerText {
    /// Its instruction.
    pub(crate) instruction: String,
    /// Its facts, one per line.
    pub(crate) facts: Vec<String>,
}

/// The title of the tree, or of what a query selects, in words.
#[derive(Debug)]
pub(crate) enum ViewTitle {
    /// Layers are compared.
    Layers {
        /// Which ones.
        range: String,
        /// The order, the bytes of what filter and find select, and both of them, the longer text first.
        shown: [String; 2],
    },
    /// Files are selected.
    Query {
        /// The views behind it, the first one first.
        way: Vec<String>,
        /// Its conditions.
        chips: Vec<String>,
        /// What is marked, the total, the number of files, the find.
        totals: Vec<String>,
    },
}

impl Default for ViewTitle {
    fn default() -> Self {
        Self::Layers {
            range: String::new(),
            shown: Default::default(),
        }
    }
}

/// The words around the list of savings.
#[derive(Debug, Default)]
pub(crate) struct SavingsText {
    /// Which layers they are of, the longest text first.
    pub(crate) scope: [String; 2],
    /// The size of the image after all of them; none where nothing can be saved.
    pub(crate) after: Option<String>,
}

/// The overview in words.
#[derive(Debug, Default)]
pub(crate) struct OverviewText {
    /// The sections, in the order of [`Section::ALL`].
    pub(crate) sections: [SectionText; Section::ALL.len()],
    /// The bytes of the largest category.
    pub(crate) most: u64,
}

/// A section of the overview in words.
#[derive(Debug, Default)]
pub(crate) struct SectionText {
    /// The words beside the heading.
    pub(crate) note: Option<String>,
    /// Why there are no lines.
    pub(crate) empty: String,
    /// The lines.
    pub(crate) lines: Vec<OverviewLine>,
}

/// A line of the overview in words.
#[derive(Debug)]
pub(crate) enum OverviewLine {
    /// A category.
    Category {
        /// Which one, with its bytes.
        bytes: CategoryBytes,
        /// Its size.
        size: String,
    },
    /// A saving.
    Saving {
        /// Its place; none for a part of another saving.
        rank: Option<usize>,
        /// Its title.
        title: &'static str,
        /// What it saves.
        saves: String,
        /// The size of the image after it, or the saving that it is part of.
        end: String,
    },
    /// A finding about security.
    Security {
        /// Its level.
        level: FindingLevel,
        /// Its title.
        title: &'static str,
        /// The number of its paths.
        paths: String,
    },
    /// A file.
    File {
        /// Its size.
        size: String,
        /// Its layer.
        layer: String,
        /// Its category, once that is known.
        category: Option<Category>,
        /// Its path, escaped.
        path: String,
        /// The instruction of its layer, escaped.
        by: String,
    },
}

/// What the title is worded from.
#[derive(Debug, PartialEq)]
pub(crate) struct TitleInput {
    revision: u64,
    range: LayerRange,
    sort: TreeOrder,
    filter: Filter,
    found: Option<FindState<NodeId>>,
    selection: Option<Shared<Selection>>,
    /// The number of marked files, and their bytes.
    marked: (usize, u64),
    /// The bytes that filter and find select.
    selected: Option<Sides<u64>>,
    views: usize,
    is_list: bool,
}

impl TitleInput {
    /// Returns the input in the current state.
    #[must_use]
    pub(crate) fn of(explore: &Explore) -> Self {
        let lines = &explore.tree.lines;
        Self {
            revision: explore.revision(),
            range: explore.tree.comparison().range(),
            sort: explore.tree.sort(),
            filter: lines.filter(),
            found: lines.find_state(),
            selection: explore.selection().map(Shared::new),
            marked: explore.list().map_or((0, 0), FilesPane::marked_total),
            selected: lines.selected_bytes(NodeId::ROOT),
            views: explore.views.len(),
            is_list: explore.list().is_some(),
        }
    }
}

/// What the details of the selection are worded from.
#[derive(Debug, PartialEq)]
pub(crate) struct SelectionInput(u64, SelectedLine);

/// The selected line of the focused pane.
#[derive(Debug, PartialEq)]
enum SelectedLine {
    Layer(Option<LayerId>),
    Path {
        node: Option<NodeId>,
        content: Option<PathContent>,
        comparison: Shared<LayerComparison>,
        selection: Option<Shared<Selection>>,
    },
    Line {
        tab: Tab,
        at: usize,
        /// In the Image tab, the index of the fact.
        fact: Option<usize>,
        package: Option<PackageLine>,
    },
    Overview(Option<OverviewRow>),
    Tile(Option<NodeId>),
}

impl SelectionInput {
    /// Returns the input in the current state.
    #[must_use]
    pub(crate) fn of(explore: &Explore) -> Self {
        let selected = match explore.focus {
            Focus::Layers => SelectedLine::Layer(explore.layer()),
            Focus::Tree | Focus::Files => SelectedLine::Path {
                node: explore.selected_node(),
                content: explore.selected_content(),
                comparison: Shared::new(explore.tree.comparison()),
                selection: explore.selection().map(Shared::new),
            },
            Focus::Tabs => {
                let at = explore.tab_cursor().at();
                SelectedLine::Line {
                    tab: explore.tab,
                    at,
                    fact: explore.facts.rows().get(at).map(|row| row.fact),
                    package: explore.packages.rows().get(at).copied(),
                }
            }
            Focus::Overview => SelectedLine::Overview(explore.overview.selected()),
            Focus::Map => SelectedLine::Tile(explore.map.selected().map(|tile| tile.node)),
        };
        Self(explore.revision(), selected)
    }
}
