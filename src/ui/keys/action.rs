//! The actions that keys and clicks run, and their names in a configuration. Which key runs which is in the key table; what an action does is in
//! `update`.

use crate::ui::pane::{CompareTab, Motion, StatusKind, Tab, View};

/// An action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Quit.
    Quit,
    /// Suspend the process.
    Suspend,
    /// Show or hide the list of keys.
    Help,
    /// Close or leave what is in front.
    Escape,
    /// Move the cursor or the view.
    Move(Motion),
    /// Close the folder or go to its parent; elsewhere scroll left.
    Left,
    /// Open the folder or enter it; elsewhere scroll right.
    Right,
    /// Open the selected line.
    Open,
    /// Open or close the folder.
    Fold,
    /// Open or close all folders.
    FoldAll,
    /// Show the files of the query as a list or as a tree.
    Files,
    /// List the files that the selected layer stores.
    LayerFiles,
    /// Drop the last condition of the query.
    DropCondition,
    /// Use the next sort order.
    Sort,
    /// Focus the next pane.
    NextPane,
    /// Focus the previous pane.
    PreviousPane,
    /// Show a tab.
    Show(Tab),
    /// Show the selected rectangle of the map in the tree.
    ShowInTree,
    /// Show a view.
    ShowView(View),
    /// Select the next layer.
    NextLayer,
    /// Select the previous layer.
    PreviousLayer,
    /// Show the next tab.
    NextTab,
    /// Show the previous tab.
    PreviousTab,
    /// Mark an end of the range to compare, or an image to compare.
    Mark,
    /// Compare with the bottom layer.
    CompareBottom,
    /// Compare with an empty filesystem.
    CompareEmpty,
    /// Compare with the layer below.
    CompareBelow,
    /// Show or hide paths with a change.
    Toggle(StatusKind),
    /// Use the next least size of the filter.
    LeastSize,
    /// Start a find or a search.
    Find,
    /// Go to the next hit or change.
    NextHit,
    /// Go to the previous hit or change.
    PreviousHit,
    /// View the file.
    View,
    /// View the file in `$PAGER`.
    Page,
    /// Extract the selection.
    Extract,
    /// Extract the filesystem.
    ExtractAll,
    /// Show the history of the path.
    History,
    /// Show or hide permissions and owner.
    Attributes,
    /// Widen the left column, or the pane above the trees.
    Widen,
    /// Narrow it.
    Narrow,
    /// Switch between text and hex.
    Hex,
    /// Switch wrapping of long lines.
    Wrap,
    /// Show the details of the selection.
    Details,
    /// Compare two versions of the file.
    Diff,
    /// Complete the path being typed.
    Complete,
    /// Accept the line being typed.
    Accept,
    /// Swap the images.
    Swap,
    /// Compare with another image.
    CompareWith,
    /// Write a report.
    Report,
    /// List the actions to run one by name.
    Commands,
    /// Copy the selection to the clipboard.
    Copy,
    /// Copy the command that reports the image without a screen.
    CopyCommand,
    /// View and extract from the other image.
    OtherSide,
    /// Explore one of the two images.
    ExploreSide,
    /// Return to the view or the screen before.
    Back,
    /// Switch a diff between one column and two.
    DiffColumns,
    /// Go to the other path of a moved file.
    OtherEnd,
    /// Show a tab of the compare screen.
    ShowTop(CompareTab),
}

impl Action {
    /// Returns its name in a configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quit => "quit",
            Self::Suspend => "suspend",
            Self::Help => "help",
            Self::Escape => "escape",
            Self::Move(Motion::Up) => "up",
            Self::Move(Motion::Down) => "down",
            Self::Move(Motion::PageUp) => "page-up",
            Self::Move(Motion::PageDown) => "page-down",
            Self::Move(Motion::First) => "first",
            Self::Move(Motion::Last) => "last",
            Self::Left => "left",
            Self::Right => "right",
            Self::Open => "open",
            Self::Fold => "fold",
            Self::FoldAll => "fold-all",
            Self::Files => "files",
            Self::LayerFiles => "layer-files",
            Self::DropCondition => "drop-condition",
            Self::Sort => "sort",
            Self::NextPane => "next-pane",
            Self::PreviousPane => "previous-pane",
            Self::Show(Tab::Image) => "image-tab",
            Self::Show(Tab::Hidden) => "hidden-tab",
            Self::Show(Tab::Savings) => "savings-tab",
            Self::Show(Tab::Packages) => "packages-tab",
            Self::Show(Tab::Config) => "config-tab",
            Self::ShowView(View::Overview) => "overview",
            Self::ShowView(View::Tree) => "tree",
            Self::ShowView(View::Map) => "map",
            Self::ShowView(View::Tabs) => "tabs",
            Self::ShowInTree => "show-in-tree",
            Self::NextLayer => "next-layer",
            Self::PreviousLayer => "previous-layer",
            Self::NextTab => "next-tab",
            Self::PreviousTab => "previous-tab",
            Self::Mark => "mark",
            Self::CompareBottom => "compare-with-bottom",
            Self::CompareEmpty => "compare-with-empty",
            Self::CompareBelow => "compare-with-below",
            Self::Toggle(StatusKind::Added) => "toggle-added",
            Self::Toggle(StatusKind::Modified) => "toggle-modified",
            Self::Toggle(StatusKind::Removed) => "toggle-removed",
            Self::Toggle(StatusKind::Unmodified) => "toggle-unmodified",
            Self::LeastSize => "least-size",
            Self::Find => "find",
            Self::NextHit => "next-hit",
            Self::PreviousHit => "previous-hit",
            Self::View => "view",
            Self::Page => "pager",
            Self::Extract => "extract",
            Self::ExtractAll => "extract-all",
            Self::History => "history",
            Self::Attributes => "attributes",
            Self::Widen => "wider",
            Self::Narrow => "narrower",
            Self::Diff => "diff",
            Self::Hex => "hex",
            Self::Wrap => "wrap",
            Self::Details => "details",
            Self::Complete => "complete",
            Self::Accept => "accept",
            Self::Swap => "swap",
            Self::CompareWith => "compare-with",
            Self::Report => "report",
            Self::Commands => "commands",
            Self::Copy => "copy",
            Self::CopyCommand => "copy-command",
            Self::OtherSide => "other-side",
            Self::ExploreSide => "explore-side",
            Self::Back => "back",
            Self::DiffColumns => "columns",
            Self::OtherEnd => "other-end",
            Self::ShowTop(CompareTab::Layers) => "compared-layers",
            Self::ShowTop(CompareTab::Why) => "why",
            Self::ShowTop(CompareTab::Packages) => "compared-packages",
            Self::ShowTop(CompareTab::Config) => "compared-config",
            Self::ShowTop(CompareTab::History) => "compared-history",
        }
    }
}
