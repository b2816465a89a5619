//! The contexts in which keys are bound, their names in a configuration and their headings in the list of keys. Which contexts are active is in
//! `model::contexts`.

/// A context in which keys are bound. Several are active at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The picker; characters edit its filter text.
    Picking,
    /// The picker of one image that a command line names.
    PickingOne,
    /// A list with marked lines: images of the picker, or files.
    Marked,
    /// The picker with two images to compare.
    Paired,
    /// A line being typed.
    Typing,
    /// A path being typed in a prompt.
    TypingPath,
    /// A find text being typed.
    Finding,
    /// A find whose hits are kept.
    Found,
    /// A filter that hides lines.
    Filtered,
    /// A range of layers.
    Ranged,
    /// A view opened from another one; `esc` returns.
    Opened,
    /// A view or a screen opened from another one; `q` returns.
    Entered,
    /// The viewer.
    Viewer,
    /// The viewer with the full text of a line.
    Text,
    /// The viewer with the details of a category that savings remove bytes of.
    CategoryDetails,
    /// The diff of two versions of a file.
    Diff,
    /// The history of a path.
    History,
    /// The list of actions to run by name.
    Actions,
    /// The list of keys.
    Help,
    /// An extraction, or a load, in progress.
    Extracting,
    /// The two trees.
    Trees,
    /// The tabs of the compare screen.
    CompareTabs,
    /// A line of such a tab that leads to files or a path.
    CompareNumber,
    /// Any pane of the compare screen.
    Compare,
    /// The loading screen.
    Loading,
    /// The layers pane.
    Layers,
    /// The tabs.
    Tabs,
    /// A line of a tab whose number is the total of a query.
    Number,
    /// The Hidden tab.
    Hidden,
    /// The Savings tab.
    Savings,
    /// The Packages tab.
    Packages,
    /// The overview.
    Overview,
    /// The map.
    Map,
    /// A rectangle of the map that is in a folder of the one shown.
    MapFolder,
    /// The map of a folder.
    Zoomed,
    /// The tree pane.
    Tree,
    /// The list of a query's files.
    Files,
    /// The lists of many images.
    Fleet,
    /// Any pane of the explore screen.
    Panes,
    /// Any list.
    List,
    /// Everywhere except in a line being typed.
    Always,
}

impl Context {
    /// Returns the heading in the list of keys.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Picking => "Picking an image",
            Self::PickingOne => "Picking an image for an option",
            Self::Marked => "With marked lines",
            Self::Paired => "In the list of images, with two marked",
            Self::Typing => "Typing a line",
            Self::TypingPath => "Typing a path",
            Self::Finding => "While finding",
            Self::Found => "With hits",
            Self::Filtered => "With a filter",
            Self::Ranged => "With a range of layers",
            Self::Opened => "In a view opened from another",
            Self::Entered => "In a view or a screen opened from another",
            Self::Viewer => "In the viewer",
            Self::Text => "In a full text",
            Self::CategoryDetails => "In the details of a category",
            Self::Diff => "In a diff",
            Self::History => "In a history",
            Self::Actions => "In the list of actions",
            Self::Help => "In the list of keys",
            Self::Extracting => "While extracting or loading",
            Self::Trees => "In the two trees",
            Self::CompareTabs => "In the tabs of two images",
            Self::CompareNumber => "On a number, in a comparison",
            Self::Compare => "Comparing two images",
            Self::Loading => "Loading",
            Self::Layers => "In the layers",
            Self::Tabs => "In the tabs",
            Self::Number => "On a number",
            Self::Hidden => "In the Hidden tab",
            Self::Savings => "In the Savings tab",
            Self::Packages => "In the Packages tab",
            Self::Overview => "In the overview",
            Self::Map => "On the map",
            Self::MapFolder => "On a folder of the map",
            Self::Zoomed => "On the map of a folder",
            Self::Tree => "In the tree",
            Self::Files => "In the list of files",
            Self::Fleet => "In the lists of many images",
            Self::Panes => "In every pane",
            Self::List => "In every list",
            Self::Always => "Everywhere except while typing",
        }
    }
}

impl Context {
    /// Returns its name in a configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Picking => "picking",
            Self::PickingOne => "picking-one",
            Self::Marked => "marked",
            Self::Paired => "paired",
            Self::Typing => "typing",
            Self::TypingPath => "path",
            Self::Finding => "finding",
            Self::Found => "found",
            Self::Filtered => "filtered",
            Self::Ranged => "ranged",
            Self::Opened => "opened",
            Self::Entered => "entered",
            Self::Viewer => "viewer",
            Self::Text => "text",
            Self::CategoryDetails => "category-details",
            Self::Diff => "diff",
            Self::History => "history",
            Self::Actions => "actions",
            Self::Help => "help",
            Self::Extracting => "extracting",
            Self::Loading => "loading",
            Self::Layers => "layers",
            Self::Tabs => "tabs",
            Self::Number => "number",
            Self::Hidden => "hidden",
            Self::Savings => "savings",
            Self::Packages => "packages",
            Self::Overview => "overview",
            Self::Map => "map",
            Self::MapFolder => "map-folder",
            Self::Zoomed => "zoomed",
            Self::Tree => "tree",
            Self::Files => "files",
            Self::Fleet => "fleet",
            Self::Panes => "panes",
            Self::Trees => "trees",
            Self::CompareTabs => "compared-tabs",
            Self::CompareNumber => "compared-number",
            Self::Compare => "compare",
            Self::List => "lists",
            Self::Always => "always",
        }
    }

    /// Returns whether characters are text on some screen with this context, so that no character can be bound.
    #[must_use]
    pub(crate) const fn is_typing(self) -> bool {
        matches!(
            self,
            Self::Picking
                | Self::PickingOne
                | Self::Marked
                | Self::Paired
                | Self::Typing
                | Self::TypingPath
                | Self::Finding
                | Self::Actions
                | Self::Filtered
        )
    }

    /// Returns its distance from the focused pane; a key is looked up in the nearest context first. None for overlays, which keep their own keys.
    #[must_use]
    pub(in crate::ui) const fn rank(self) -> Option<u8> {
        match self {
            Self::Number
            | Self::Hidden
            | Self::Savings
            | Self::Packages
            | Self::CompareNumber
            | Self::MapFolder => Some(0),
            Self::Overview
            | Self::Map
            | Self::Layers
            | Self::Tabs
            | Self::Tree
            | Self::Files
            | Self::Trees
            | Self::Fleet
            | Self::CompareTabs => Some(1),
            Self::Panes | Self::Compare => Some(2),
            Self::List => Some(3),
            Self::Always => Some(4),
            Self::Picking
            | Self::PickingOne
            | Self::Marked
            | Self::Paired
            | Self::Typing
            | Self::TypingPath
            | Self::Finding
            | Self::Found
            | Self::Filtered
            | Self::Ranged
            | Self::Zoomed
            | Self::Opened
            | Self::Entered
            | Self::Viewer
            | Self::Text
            | Self::CategoryDetails
            | Self::Diff
            | Self::History
            | Self::Actions
            | Self::Help
            | Self::Extracting
            | Self::Loading => None,
        }
    }
}
