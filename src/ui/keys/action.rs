//! What keys and clicks can mean, on whatever screen. Which key means what is `keys`' to say, what is done then is `update`'s.

use crate::ui::pane::Tab;
use crate::ui::pane::TopTab;
use crate::ui::pane::{Change, Motion};

/// What a key can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Leave the program.
    Quit,
    /// Stop, as the shell's job control does.
    Suspend,
    /// Show or hide the keys.
    Help,
    /// Back out of whatever is in front.
    Escape,
    /// Move in the list in front.
    Move(Motion),
    /// Close the folder or go to the one above; sideways elsewhere.
    Left,
    /// Open the folder or step into it; sideways elsewhere.
    Right,
    /// Open what is selected.
    Open,
    /// Open or close the folder.
    Fold,
    /// Open or close all folders.
    FoldAll,
    /// The other order of siblings.
    Sort,
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// A tab.
    Show(Tab),
    /// The next tab.
    NextTab,
    /// The tab before.
    PreviousTab,
    /// One end of the range to compare.
    Mark,
    /// Compare with the bottom layer.
    CompareBottom,
    /// Compare with nothing.
    CompareEmpty,
    /// Compare with the layer below.
    CompareBelow,
    /// Show or hide paths with a change.
    Toggle(Change),
    /// The next least size.
    LeastSize,
    /// Find.
    Find,
    /// The next hit.
    NextHit,
    /// The hit before.
    PreviousHit,
    /// Look into the file.
    View,
    /// Look into the file with `$PAGER`.
    Page,
    /// Extract.
    Extract,
    /// Extract the whole filesystem.
    ExtractAll,
    /// The path's history.
    History,
    /// Show or hide permissions and owner.
    Attributes,
    /// Make the left column wider.
    Widen,
    /// Make the left column narrower.
    Narrow,
    /// Text or hex.
    Hex,
    /// Long lines go on in the next row, or not.
    Wrap,
    /// All there is to say of what is selected.
    Details,
    /// The file against the version below.
    Diff,
    /// Take the line as typed.
    Accept,
    /// The other image at the left.
    Swap,
    /// Compare with another image.
    CompareWith,
    /// Write a report.
    Report,
    /// Look into and extract from the other image.
    OtherSide,
    /// One column or two.
    Beside,
    /// The other end of what moved.
    Twin,
    /// A tab of the compare screen.
    ShowTop(TopTab),
}
