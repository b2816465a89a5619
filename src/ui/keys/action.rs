//! The actions that keys and clicks run: their names in a configuration, and what each needs to be enabled. Which key runs which is in the key table;
//! what an action does is in `update`.

use crate::ui::pane::{CompareTab, CompareView, Motion, StatusKind, Tab, View};

/// What an action needs. Where that is missing, its key is disabled, and `bindings` gives the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A line of the focused list.
    Line,
    /// A line, and the contents of its file.
    LineContents,
    /// The contents of files.
    Contents,
    /// An image with all its layers.
    CompleteImage,
    /// A hit of a find or a search.
    Hit,
}

/// Declares the actions: a variant, its name and what it needs, or a variant that carries a value and a name for each value.
macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        $action:ident $(=> $name:literal)? $(needs $need:ident)? $(($of:ident) { $($value:ident => $name_of_value:literal,)+ })?,
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

            /// Returns whether it needs a line of the focused list.
            #[must_use]
            pub(crate) const fn needs_line(self) -> bool {
                matches!(self.need(), Some(Need::Line | Need::LineContents))
            }

            /// Returns whether it goes from hit to hit.
            #[must_use]
            pub(crate) const fn needs_hit(self) -> bool {
                matches!(self.need(), Some(Need::Hit))
            }

            /// Returns what it needs, beyond the state of its own pane.
            #[must_use]
            pub(crate) const fn need(self) -> Option<Need> {
                match self {
                    $($(Self::$action => Some(Need::$need),)?)+
                    _ => None,
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
    Left => "left" needs Line,
    /// Open the folder or enter it; elsewhere scroll right.
    Right => "right" needs Line,
    /// Open the selected line.
    Open => "open" needs Line,
    /// Open or close the folder.
    Fold => "fold" needs Line,
    /// Open or close all folders.
    FoldAll => "fold-all" needs Line,
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
    /// Show a tab; of two images, explore the active one.
    Show(Tab) {
        Image => "image-tab",
        Hidden => "hidden-tab",
        Savings => "savings-tab",
        Packages => "packages-tab",
        Config => "config-tab",
    },
    /// Show the selected rectangle of the map in the tree.
    ShowInTree => "show-in-tree",
    /// Ends the find; the selected path stays selected.
    StayOnHit => "stay-on-hit",
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
    /// Mark a file, an image to compare, or an end of the range of layers to compare.
    Mark => "mark" needs Line,
    /// Compare with the bottom layer.
    CompareBottom => "compare-with-bottom" needs Line,
    /// Compare with an empty filesystem.
    CompareEmpty => "compare-with-empty" needs Line,
    /// Compare with the layer below.
    CompareBelow => "compare-with-below" needs Line,
    /// Show or hide paths with a change.
    Toggle(StatusKind) {
        Added => "toggle-added",
        Modified => "toggle-modified",
        Removed => "toggle-removed",
        Unmodified => "toggle-unmodified",
    },
    /// Use the next least size of the filter.
    MinSize => "min-size",
    /// Start a find or a search.
    Find => "find",
    /// Go to the next hit or change.
    NextHit => "next-hit" needs Hit,
    /// Go to the previous hit or change.
    PreviousHit => "previous-hit" needs Hit,
    /// View the file.
    View => "view" needs LineContents,
    /// View the file in `$PAGER`.
    Pager => "pager" needs LineContents,
    /// Extract the selection.
    Extract => "extract" needs LineContents,
    /// Extract the filesystem.
    ExtractAll => "extract-all" needs Contents,
    /// Show the history of the path.
    History => "history" needs Line,
    /// Show or hide permissions and owner.
    Attributes => "attributes",
    /// Widen the left column.
    Widen => "wider",
    /// Narrow the left column.
    Narrow => "narrower",
    /// Switch between text and hex.
    Hex => "hex",
    /// Switch wrapping of long lines.
    Wrap => "wrap",
    /// Show the details of the selection.
    Details => "details" needs Line,
    /// Compare two versions of the file.
    Diff => "diff" needs Line,
    /// Complete the path being typed.
    Complete => "complete",
    /// Accept the line being typed.
    Accept => "accept",
    /// Swap before and after.
    Swap => "swap",
    /// Compare with another image.
    CompareWith => "compare-with" needs CompleteImage,
    /// Write a report.
    Report => "report",
    /// List the actions to run one by name.
    Actions => "actions",
    /// Copy the selection to the clipboard.
    Copy => "copy",
    /// Copy the command that reports the image without a screen.
    CopyCommand => "copy-command",
    /// View and extract from the other image.
    ActivateOther => "activate-other",
    /// View and extract from the image before.
    ActivateBefore => "activate-before",
    /// View and extract from the image after.
    ActivateAfter => "activate-after",
    /// Explore one of the two images.
    ExploreImage => "explore-image",
    /// Return to the view or the screen before.
    Back => "back",
    /// Switch a diff between one column and two.
    DiffColumns => "columns",
    /// Go to the other path of a moved file.
    OtherEnd => "other-end" needs Line,
    /// Show a view of the files of two images.
    ShowFiles(CompareView) {
        Tree => "compared-tree",
        Files => "compared-files",
        Map => "compared-map",
    },
    /// Focus the layers.
    Layers => "layers",
    /// Show a tab of the compare screen.
    ShowCompareTab(CompareTab) {
        Layers => "compared-layers",
        Why => "why",
        Packages => "compared-packages",
        Config => "compared-config",
    },
}
