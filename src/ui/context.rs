//! The places where keys count, and their headings in the list of keys. In which of them a model is, `model` says.

/// Where keys count. A model is in several at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The picker; characters are its query.
    Picking,
    /// A line is being typed.
    Line,
    /// It is a query.
    Finding,
    /// The viewer.
    Viewer,
    /// A text that is no file, read whole.
    Text,
    /// Two versions of a file.
    Diff,
    /// A path's history.
    History,
    /// The keys.
    Help,
    /// Something is being extracted.
    Extracting,
    /// The two trees.
    Files,
    /// The pane above them.
    Top,
    /// A line of it that is about a path.
    Placed,
    /// Any pane of the compare screen.
    Compare,
    /// The loading screen.
    Loading,
    /// The layers pane.
    Layers,
    /// The tabs.
    Tabs,
    /// The waste tab.
    Waste,
    /// The advice tab.
    Advice,
    /// The packages tab.
    Packages,
    /// The tree pane.
    Tree,
    /// Any pane of the explore screen.
    Explore,
    /// Anything that can be scrolled.
    List,
    /// Everywhere but in a line.
    Always,
}

impl Context {
    /// Returns the heading of its keys.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Picking => "While picking an image",
            Self::Line => "While typing",
            Self::Finding => "While finding",
            Self::Viewer => "In the viewer",
            Self::Text => "In a text read whole",
            Self::Diff => "In a diff",
            Self::History => "In a history",
            Self::Help => "In this list",
            Self::Extracting => "While extracting",
            Self::Files => "In the two trees",
            Self::Top => "Above the two trees",
            Self::Placed => "Above them, on a folder",
            Self::Compare => "Comparing two images",
            Self::Loading => "While loading",
            Self::Layers => "In the layers",
            Self::Tabs => "In the tabs",
            Self::Waste => "In the waste tab",
            Self::Advice => "In the advice tab",
            Self::Packages => "In the packages tab",
            Self::Tree => "In the tree",
            Self::Explore => "In every pane",
            Self::List => "In every list",
            Self::Always => "Everywhere",
        }
    }
}
