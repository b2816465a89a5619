//! The places where keys count, and their headings in the list of keys. In which of them a model is, `model` says.

/// Where keys count. A model is in several at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The picker; characters are its query.
    Picking,
    /// Images of it are marked.
    Marked,
    /// Two of them, to be compared.
    Paired,
    /// A line is being typed.
    Typing,
    /// It is a query.
    Finding,
    /// Something is found and kept.
    Found,
    /// Something is left out of a list.
    Filtered,
    /// More than one layer is compared with what is below.
    Ranged,
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
    Hidden,
    /// The advice tab.
    Savings,
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
    /// Returns whether it is a state, soon over, of the places that are asked after it.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Marked
                | Self::Paired
                | Self::Found
                | Self::Filtered
                | Self::Ranged
                | Self::Loading
        )
    }

    /// Returns the heading of its keys.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Picking => "While picking an image",
            Self::Marked => "With images marked",
            Self::Paired => "With two images to compare",
            Self::Typing => "While typing",
            Self::Finding => "While finding",
            Self::Found => "With something found",
            Self::Filtered => "With something left out",
            Self::Ranged => "With a range of layers",
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
            Self::Hidden => "In the waste tab",
            Self::Savings => "In the advice tab",
            Self::Packages => "In the packages tab",
            Self::Tree => "In the tree",
            Self::Explore => "In every pane",
            Self::List => "In every list",
            Self::Always => "Everywhere",
        }
    }
}
