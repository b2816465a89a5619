//! The actions that keys and clicks run, and their names in a configuration. Which key runs which is in the key table; what an action does is in
//! `update`.

use crate::ui::pane::{CompareTab, CompareView, Motion, StatusKind, Tab, View};

/// Declares the actions: a variant and its name, or a variant that carries a value and a name for each value.
macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        $action:ident $(=> $name:literal)? $(($of:ident) { $($value:ident => $name_of_value:literal,)+ })?,
    )+) => {
        /// An action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])* $action $(($of))?,)+
        }

        impl Action {
            /// Returns its name in a configuration.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(
                        $(Self::$action => $name,)?
                        $($(Self::$action($of::$value) => $name_of_value,)+)?
                    )+
                }
            }
        }
    };
}

actions! {
    /// Quit.
    Quit => "quit",
    /// Suspend the process.
    Suspend => "suspend",
    /// Show or hide the list of keys.
    Help => "help",
    /// Close or leave what is in front.
    Escape => "escape",
    /// Move the cursor or the view.
    Move(Motion) {
        Up => "up",
        Down => "down",
        PageUp => "page-up",
        PageDown => "page-down",
        First => "first",
        Last => "last",
    },
    /// Close the folder or go to its parent; elsewhere scroll left.
    Left => "left",
    /// Open the folder or enter it; elsewhere scroll right.
    Right => "right",
    /// Open the selected line.
    Open => "open",
    /// Open or close the folder.
    Fold => "fold",
    /// Open or close all folders.
    FoldAll => "fold-all",
    /// Show the files of the query as a list or as a tree.
    Files => "files",
    /// List the files that the selected layer stores.
    LayerFiles => "layer-files",
    /// Drop the last condition of the query.
    DropCondition => "drop-condition",
    /// Use the next sort order.
    Sort => "sort",
    /// Focus the next pane.
    NextPane => "next-pane",
    /// Focus the previous pane.
    PreviousPane => "previous-pane",
    /// Show a tab.
    Show(Tab) {
        Image => "image-tab",
        Hidden => "hidden-tab",
        Savings => "savings-tab",
        Packages => "packages-tab",
        Config => "config-tab",
    },
    /// Show the selected rectangle of the map in the tree.
    ShowInTree => "show-in-tree",
    /// Show a view.
    ShowView(View) {
        Overview => "overview",
        Tree => "tree",
        Files => "file-list",
        Map => "map",
        Tabs => "tabs",
    },
    /// Select the next layer.
    NextLayer => "next-layer",
    /// Select the previous layer.
    PreviousLayer => "previous-layer",
    /// Show the next tab.
    NextTab => "next-tab",
    /// Show the previous tab.
    PreviousTab => "previous-tab",
    /// Mark an end of the range to compare, or an image to compare.
    Mark => "mark",
    /// Compare with the bottom layer.
    CompareBottom => "compare-with-bottom",
    /// Compare with an empty filesystem.
    CompareEmpty => "compare-with-empty",
    /// Compare with the layer below.
    CompareBelow => "compare-with-below",
    /// Show or hide paths with a change.
    Toggle(StatusKind) {
        Added => "toggle-added",
        Modified => "toggle-modified",
        Removed => "toggle-removed",
        Unmodified => "toggle-unmodified",
    },
    /// Use the next least size of the filter.
    LeastSize => "least-size",
    /// Start a find or a search.
    Find => "find",
    /// Go to the next hit or change.
    NextHit => "next-hit",
    /// Go to the previous hit or change.
    PreviousHit => "previous-hit",
    /// View the file.
    View => "view",
    /// View the file in `$PAGER`.
    Pager => "pager",
    /// Extract the selection.
    Extract => "extract",
    /// Extract the filesystem.
    ExtractAll => "extract-all",
    /// Show the history of the path.
    History => "history",
    /// Show or hide permissions and owner.
    Attributes => "attributes",
    /// Widen the left column, or the pane above the trees.
    Widen => "wider",
    /// Narrow it.
    Narrow => "narrower",
    /// Switch between text and hex.
    Hex => "hex",
    /// Switch wrapping of long lines.
    Wrap => "wrap",
    /// Show the details of the selection.
    Details => "details",
    /// Compare two versions of the file.
    Diff => "diff",
    /// Complete the path being typed.
    Complete => "complete",
    /// Accept the line being typed.
    Accept => "accept",
    /// Swap the images.
    Swap => "swap",
    /// Compare with another image.
    CompareWith => "compare-with",
    /// Write a report.
    Report => "report",
    /// List the actions to run one by name.
    Actions => "actions",
    /// Copy the selection to the clipboard.
    Copy => "copy",
    /// Copy the command that reports the image without a screen.
    CopyCommand => "copy-command",
    /// View and extract from the other image.
    OtherSide => "other-side",
    /// View and extract from the image on the left.
    LeftSide => "left-side",
    /// View and extract from the image on the right.
    RightSide => "right-side",
    /// Explore one of the two images.
    ExploreSide => "explore-side",
    /// Return to the view or the screen before.
    Back => "back",
    /// Switch a diff between one column and two.
    DiffColumns => "columns",
    /// Go to the other path of a moved file.
    OtherEnd => "other-end",
    /// Show a view of the files of two images.
    ShowFiles(CompareView) {
        Tree => "compared-tree",
        Files => "compared-files",
        Map => "compared-map",
    },
    /// Show a tab of the compare screen.
    ShowTop(CompareTab) {
        Layers => "compared-layers",
        Why => "why",
        Packages => "compared-packages",
        Config => "compared-config",
        History => "compared-history",
    },
}
