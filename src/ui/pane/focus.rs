//! The panes and tabs of both screens, with their titles. No state.

/// A pane of the explore screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The layers.
    #[default]
    Layers,
    /// The tree.
    Tree,
    /// The tabs: below the layers beside the tree, else at the right.
    Tabs,
    /// The overview.
    Overview,
    /// The list of files.
    Files,
    /// The map.
    Map,
}

/// What the compare screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompareFocus {
    /// The tab in front.
    #[default]
    Tabs,
    /// The files, in their view.
    Files,
}

/// The view beside the layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The overview.
    #[default]
    Overview,
    /// The tree, with the tabs below the layers, as in dive.
    Tree,
    /// The list of files.
    Files,
    /// The map.
    Map,
    /// The tab in front.
    Tabs,
}

impl View {
    /// Returns the pane at the right.
    #[must_use]
    pub(crate) const fn focus(self) -> Focus {
        match self {
            Self::Overview => Focus::Overview,
            Self::Tree => Focus::Tree,
            Self::Files => Focus::Files,
            Self::Map => Focus::Map,
            Self::Tabs => Focus::Tabs,
        }
    }
}

/// A tab of the explore screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Installed packages.
    Packages,
    /// Findings that make the image smaller, then security findings.
    Savings,
    /// Bytes that no container sees.
    Hidden,
    /// Run configuration and build history.
    Config,
    /// Size, efficiency, categories and metadata of the image.
    #[default]
    Image,
}

impl Tab {
    /// All tabs, in the order they are shown, that of the keys `5` to `9`.
    pub const ALL: [Self; 5] = [
        Self::Packages,
        Self::Savings,
        Self::Hidden,
        Self::Config,
        Self::Image,
    ];

    /// Returns the tab's title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Image => "Image",
            Self::Hidden => "Hidden",
            Self::Savings => "Savings",
            Self::Packages => "Packages",
            Self::Config => "Config",
        }
    }

    /// Returns whether the tab has a line of column heads.
    #[must_use]
    pub(crate) const fn has_heads(self) -> bool {
        matches!(self, Self::Hidden | Self::Savings | Self::Packages)
    }
}

/// A tab of the compare screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompareTab {
    /// Why the images differ, and where.
    #[default]
    Why,
    /// Packages that were added, removed or changed.
    Packages,
    /// The layers, aligned.
    Layers,
    /// Run configuration and history.
    Config,
}

impl CompareTab {
    /// Returns whether it hides lines about what is unchanged, as the files do.
    #[must_use]
    pub(in crate::ui) const fn has_same(self) -> bool {
        matches!(self, Self::Why | Self::Config)
    }
}

/// A view of the files of two images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompareView {
    /// Two trees, aligned row by row.
    #[default]
    Tree,
    /// A list of the files.
    Files,
    /// A map of the differences.
    Map,
}
