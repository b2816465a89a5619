//! The key table: each key, the context in which it is bound, its action, and its texts in help and footer. What an action does is in `update`; which
//! bindings are active is in `bindings`.

use std::borrow::Cow;

use crate::ui::keys::Key::{self, Char, Ctrl};
use crate::ui::keys::action::Action::{self, self as A};
use crate::ui::keys::context::Context::{self, self as C};
use crate::ui::pane::{CompareTab, CompareView, Motion, StatusKind, Tab, View};

/// A line of the table: keys, the context in which they are bound, their action, and its texts in help and footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The keys; help lists all of them, the footer the first that no other line takes.
    pub keys: Cow<'static, [Key]>,
    /// The context.
    pub context: Context,
    /// The action.
    pub action: Action,
    /// The text in help.
    pub help: &'static str,
    /// The text in the footer; empty when the footer does not list it.
    pub footer: &'static str,
}

const fn bind(
    context: Context,
    keys: &'static [Key],
    action: Action,
    footer: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        keys: Cow::Borrowed(keys),
        context,
        action,
        help,
        footer,
    }
}

/// The table. The first matching line wins; more specific contexts come first. The footer shows them in this order.
#[rustfmt::skip]
pub static TABLE: &[Binding] = &[
    bind(C::Panes, &[Key::Tab], A::NextPane, "pane", "next pane"),
    bind(C::Panes, &[Key::BackTab], A::PreviousPane, "", "previous pane"),
    // The tree.
    bind(C::Tree, &[Key::Enter], A::Open, "open", "view the file, open or close the folder"),
    bind(C::Tree, &[Char(' ')], A::Fold, "fold", "open or close the folder"),
    bind(C::Tree, &[Char('z'), Ctrl(' ')], A::FoldAll, "", "open or close all folders"),
    bind(C::Tree, &[Key::Right, Char('l')], A::Right, "", "open the folder; if open, go to its first entry"),
    bind(C::Tree, &[Key::Left, Char('h')], A::Left, "", "close the folder; if closed, go to its parent"),
    bind(C::Tree, &[Char('H')], A::History, "history", "show the history of the path, layer by layer"),
    bind(C::Tree, &[Char('v')], A::View, "view file", "view the file; follows links"),
    bind(C::Tree, &[Char('i'), Ctrl('p')], A::Details, "", "show the full path, link target and attributes"),
    bind(C::Tree, &[Char('p')], A::Pager, "", "view the file in $PAGER"),
    bind(C::Tree, &[Char('e'), Ctrl('e')], A::Extract, "extract", "extract the file or folder"),
    bind(C::Tree, &[Char('+'), Ctrl('a')], A::Toggle(StatusKind::Added), "", "filter: show or hide added paths"),
    bind(C::Tree, &[Char('~')], A::Toggle(StatusKind::Modified), "", "filter: show or hide modified paths"),
    bind(C::Tree, &[Char('-'), Ctrl('r')], A::Toggle(StatusKind::Removed), "", "filter: show or hide removed paths"),
    bind(C::Tree, &[Char('='), Ctrl('u')], A::Toggle(StatusKind::Unmodified), "", "filter: show or hide unchanged paths"),
    bind(C::Tree, &[Char('m')], A::MinSize, "", "filter: hide small files; each press raises the limit"),
    bind(C::Tree, &[Char('b'), Ctrl('b')], A::Attributes, "", "show or hide permissions and owner"),
    // The list of files.
    bind(C::Files, &[Key::Enter, Char('v')], A::View, "view", "view the file; follows links"),
    bind(C::Files, &[Char(' ')], A::Mark, "mark", "mark the file: extract and copy act on all marked files"),
    bind(C::Files, &[Char('H')], A::History, "history", "show the history of the path, layer by layer"),
    bind(C::Files, &[Char('i'), Ctrl('p')], A::Details, "", "show the full path, link target and attributes"),
    bind(C::Files, &[Char('p')], A::Pager, "", "view the file in $PAGER"),
    bind(C::Files, &[Char('e'), Ctrl('e')], A::Extract, "extract", "extract the marked files, or the selected one"),
    bind(C::Files, &[Char('m')], A::MinSize, "", "filter: hide small files; each press raises the limit"),
    bind(C::Files, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by size, layer, copies, package, time or path"),
    bind(C::Files, &[Char('f')], A::Files, "tree", "return to the tree of these files"),
    // Two images.
    bind(C::Compare, &[Char('1')], A::ShowCompareTab(CompareTab::Why), "view", "why the sizes of the images differ"),
    bind(C::Compare, &[Char('2')], A::ShowFiles(CompareView::Tree), "", "tree: both trees, aligned row by row"),
    bind(C::Compare, &[Char('3')], A::ShowFiles(CompareView::Files), "", "files: a list, largest difference first"),
    bind(C::Compare, &[Char('4')], A::ShowFiles(CompareView::Map), "", "map: the differences as rectangles"),
    bind(C::Compare, &[Char('5')], A::ShowCompareTab(CompareTab::Packages), "", "packages added, removed or changed"),
    bind(C::Compare, &[Char('6')], A::Show(Tab::Savings), "", "savings of one image: press o"),
    bind(C::Compare, &[Char('7')], A::Show(Tab::Hidden), "", "hidden bytes of one image: press o"),
    bind(C::Compare, &[Char('8')], A::ShowCompareTab(CompareTab::Config), "", "config: run configuration and build history"),
    bind(C::Compare, &[Char('9')], A::Show(Tab::Image), "", "metadata of one image: press o"),
    bind(C::Compare, &[Char('0')], A::ShowCompareTab(CompareTab::Layers), "", "layers: shared ones aligned"),
    bind(C::Compare, &[Char('o')], A::ExploreImage, "explore", "explore the selected path in the active image"),
    bind(C::Trees, &[Key::Enter], A::Open, "open", "view the file, open or close the folder"),
    bind(C::Trees, &[Char('D')], A::Diff, "diff", "compare the contents of the file"),
    bind(C::Trees, &[Char(' ')], A::Fold, "", "open or close the folder"),
    bind(C::Trees, &[Char('z'), Ctrl(' ')], A::FoldAll, "", "open or close all folders"),
    bind(C::Trees, &[Key::Right, Char('l')], A::Right, "", "open the folder; if open, go to its first entry"),
    bind(C::Trees, &[Key::Left, Char('h')], A::Left, "", "close the folder; if closed, go to its parent"),
    bind(C::Compare, &[Char('/'), Ctrl('f')], A::Find, "find", "find paths in both images; re: for a regular expression"),
    bind(C::Compare, &[Char('='), Ctrl('u')], A::Toggle(StatusKind::Unmodified), "unchanged", "filter: show or hide unchanged paths"),
    bind(C::Compare, &[Char('X')], A::Swap, "swap", "swap before and after"),
    bind(C::Compare, &[Char('+'), Ctrl('a')], A::Toggle(StatusKind::Added), "show/hide", "filter: show or hide added paths"),
    bind(C::Compare, &[Char('~')], A::Toggle(StatusKind::Modified), "", "filter: show or hide changed paths"),
    bind(C::Compare, &[Char('-'), Ctrl('r')], A::Toggle(StatusKind::Removed), "", "filter: show or hide removed paths"),
    bind(C::Compare, &[Char('m')], A::MinSize, "", "filter: hide small files; each press raises the limit"),
    bind(C::Compare, &[Char('O')], A::ActivateOther, "other image", "make the other image active: view, extract, explore it"),
    bind(C::Compare, &[Char('<')], A::ActivateBefore, "", "make the image before active (marked in the header)"),
    bind(C::Compare, &[Char('>')], A::ActivateAfter, "", "make the image after active (marked in the header)"),
    bind(C::Compare, &[Char('n')], A::NextHit, "next change", "next change; during a find, next hit"),
    bind(C::Compare, &[Char('N')], A::PreviousHit, "", "previous change or hit"),
    bind(C::Compare, &[Char('H')], A::History, "history", "show the history of the path in the active image"),
    bind(C::Trees, &[Char('t')], A::OtherEnd, "", "go to the other path of a moved file"),
    bind(C::Trees, &[Char('v')], A::View, "", "view the file; follows links"),
    bind(C::Trees, &[Char('i'), Ctrl('p')], A::Details, "", "show the full path and its details in both images"),
    bind(C::Trees, &[Char('p')], A::Pager, "", "view the file in $PAGER"),
    bind(C::Trees, &[Char('e'), Ctrl('e')], A::Extract, "", "extract the file or folder"),
    bind(C::Compare, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by difference, name, size before or size after"),
    bind(C::Compare, &[Key::Tab, Key::BackTab], A::NextPane, "switch", "switch between the files and the tab"),
    bind(C::Compare, &[Char('r')], A::Report, "report", "write a report: .md, .json or text"),
    bind(C::Compare, &[Char('f')], A::Files, "", "switch between list and trees"),
    bind(C::Compare, &[Char(':')], A::Actions, "actions", "run an action by name"),
    bind(C::Compare, &[Char('y')], A::Copy, "", "copy the path or the line to the clipboard"),
    bind(C::Compare, &[Char('Y')], A::CopyCommand, "", "copy the dive-rs command that prints this comparison"),
    bind(C::Compare, &[Key::Esc], A::Escape, "", "leave the find, the filter or the view"),
    bind(C::CompareNumber, &[Key::Enter], A::Open, "open", "list the files counted here, or go to the path"),
    bind(C::CompareTabs, &[Key::Enter, Char('i'), Char('v')], A::Details, "full line", "show the full line, for both images"),
    bind(C::CompareTabs, &[Key::Right, Char('l')], A::NextTab, "", "next tab"),
    bind(C::CompareTabs, &[Key::Left, Char('h')], A::PreviousTab, "", "previous tab"),
    // Overview and map.
    bind(C::Overview, &[Key::Enter], A::Open, "open", "show the files of this line in the tree"),
    bind(C::Overview, &[Char('i'), Char('v')], A::Details, "how to fix", "show the reason and the fix, or the full line"),
    bind(C::Overview, &[Key::Left, Char('h')], A::PreviousPane, "", "previous pane"),
    bind(C::MapFolder, &[Key::Enter], A::Open, "zoom", "zoom into the folder"),
    bind(C::Map, &[Key::Enter, Char('t')], A::ShowInTree, "show in tree", "show the path in the tree"),
    bind(C::Map, &[Char('i'), Char('v')], A::Details, "", "show the full path and its details"),
    bind(C::Map, &[Key::Left, Char('h')], A::Left, "", "go to the rectangle at the left"),
    bind(C::Map, &[Key::Right, Char('l')], A::Right, "", "go to the rectangle at the right"),
    bind(C::Zoomed, &[Key::Esc], A::Escape, "zoom out", "show the folder above"),
    // Many images.
    bind(C::Fleet, &[Key::Enter], A::Open, "open", "open the details of the row"),
    bind(C::Fleet, &[Key::Tab], A::NextPane, "next list", "next list"),
    bind(C::Fleet, &[Key::BackTab], A::PreviousPane, "", "previous list"),
    bind(C::Fleet, &[Char('/'), Ctrl('f')], A::Find, "filter", "show only the rows with these words"),
    bind(C::Fleet, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by the next column"),
    bind(C::Fleet, &[Char('i'), Char('v')], A::Details, "full line", "show the full line and the digest"),
    bind(C::Fleet, &[Key::Right, Char('l')], A::Right, "", "open the details of the row"),
    bind(C::Fleet, &[Key::Left, Char('h')], A::Left, "", "go back one step"),
    bind(C::Fleet, &[Char(':')], A::Actions, "actions", "run an action by name"),
    bind(C::Fleet, &[Char('y')], A::Copy, "", "copy the name, the digest or the text to the clipboard"),
    bind(C::Fleet, &[Char('Y')], A::CopyCommand, "", "copy the command that opens the image or prints this"),
    bind(C::Fleet, &[Key::Esc, Key::Backspace], A::Escape, "", "clear the filter, go back one step"),
    // The layers.
    bind(C::Layers, &[Key::Enter], A::Open, "tree", "go to the tree"),
    bind(C::Layers, &[Char('a'), Char(' ')], A::Mark, "mark", "start or end a range of layers to compare"),
    bind(C::Layers, &[Ctrl('a')], A::CompareBottom, "", "compare this layer with the bottom layer"),
    bind(C::Layers, &[Char('A')], A::CompareEmpty, "", "compare this layer with an empty filesystem"),
    bind(C::Layers, &[Ctrl('l')], A::CompareBelow, "", "compare this layer with the one below"),
    bind(C::Layers, &[Char('e'), Ctrl('e')], A::Extract, "extract", "extract the files of this layer"),
    bind(C::Layers, &[Char('F')], A::LayerFiles, "", "list only the files that this layer stores"),
    bind(C::Layers, &[Char('i'), Char('v')], A::Details, "", "show the full instruction and the digest"),
    bind(C::Layers, &[Key::Right, Char('l')], A::NextPane, "", "next pane"),
    bind(C::Layers, &[Key::Left, Char('h')], A::PreviousPane, "", "previous pane"),
    // The tabs.
    bind(C::Number, &[Key::Enter], A::Open, "files", "list the files counted here"),
    bind(C::Hidden, &[Key::Enter, Char('t')], A::Open, "versions", "show the hidden versions of the file"),
    bind(C::Savings, &[Key::Enter, Char('t')], A::Open, "files", "show the files of the finding"),
    bind(C::Savings, &[Char('i'), Char('v')], A::Details, "how to fix", "show the reason and the fix"),
    bind(C::Packages, &[Key::Enter, Char('t')], A::Open, "files", "show the files of the package"),
    bind(C::Packages, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by size, by name, by layer"),
    bind(C::Tabs, &[Key::Enter, Char('i'), Char('v')], A::Details, "full line", "show the full line"),
    bind(C::Tabs, &[Key::Right, Char('l')], A::NextTab, "next tab", "next tab"),
    bind(C::Tabs, &[Key::Left, Char('h')], A::PreviousTab, "", "previous tab"),
    // All panes.
    bind(C::Panes, &[Char('1')], A::ShowView(View::Overview), "view", "overview: bytes by category, savings, largest files"),
    bind(C::Panes, &[Char('2')], A::ShowView(View::Tree), "", "tree: layers left, tree right"),
    bind(C::Panes, &[Char('3')], A::ShowView(View::Files), "", "files: by size, layer, copies, package, time or path"),
    bind(C::Panes, &[Char('4')], A::ShowView(View::Map), "", "map: the files as rectangles"),
    bind(C::Panes, &[Char('5')], A::Show(Tab::Packages), "", "packages, and files of no package"),
    bind(C::Panes, &[Char('6')], A::Show(Tab::Savings), "", "savings, then security findings"),
    bind(C::Panes, &[Char('7')], A::Show(Tab::Hidden), "", "hidden: deleted or overwritten files"),
    bind(C::Panes, &[Char('8')], A::Show(Tab::Config), "", "config: run configuration and build history"),
    bind(C::Panes, &[Char('9')], A::Show(Tab::Image), "", "image: size, efficiency (as in dive), metadata"),
    bind(C::Panes, &[Char('0')], A::Layers, "", "go to the layers"),
    bind(C::Panes, &[Char('/'), Ctrl('f'), Ctrl('/')], A::Find, "find", "find paths in all layers; re: for a regular expression"),
    bind(C::Panes, &[Char('f')], A::Files, "files", "switch between the tree and the list of its files"),
    bind(C::Panes, &[Key::Backspace], A::DropCondition, "", "remove the last condition of the query"),
    bind(C::Panes, &[Char('n')], A::NextHit, "", "next hit of the find"),
    bind(C::Panes, &[Char('N')], A::PreviousHit, "", "previous hit of the find"),
    bind(C::Panes, &[Char('H')], A::History, "", "show the history of the path, layer by layer"),
    bind(C::Panes, &[Char('E')], A::ExtractAll, "", "extract all files as they are after this layer"),
    bind(C::Panes, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by size or by name"),
    bind(C::Panes, &[Char('c')], A::CompareWith, "compare", "compare with another image"),
    bind(C::Panes, &[Char(']')], A::NextLayer, "", "next layer"),
    bind(C::Panes, &[Char('[')], A::PreviousLayer, "", "previous layer"),
    bind(C::Panes, &[Char('}')], A::Widen, "", "widen the left column"),
    bind(C::Panes, &[Char('{')], A::Narrow, "", "narrow the left column"),
    bind(C::Panes, &[Char(':')], A::Actions, "actions", "run an action by name"),
    bind(C::Panes, &[Char('y')], A::Copy, "", "copy the path, digest, fix or text to the clipboard"),
    bind(C::Panes, &[Char('Y')], A::CopyCommand, "", "copy the dive-rs command that prints what is shown"),
    bind(C::Panes, &[Key::Esc], A::Escape, "", "go back one step, or stop loading"),
    // Overlays.
    bind(C::Viewer, &[Key::Esc, Char('q')], A::Escape, "close", "close the viewer"),
    bind(C::Viewer, &[Char('/'), Ctrl('f')], A::Find, "search", "search in the contents of the file"),
    bind(C::Viewer, &[Char('n')], A::NextHit, "next", "next hit"),
    bind(C::Viewer, &[Char('N')], A::PreviousHit, "", "previous hit"),
    bind(C::Viewer, &[Char('w'), Ctrl('p')], A::Wrap, "wrap", "turn wrapping of long lines on or off"),
    bind(C::Viewer, &[Char('D')], A::Diff, "diff", "compare with an earlier layer, or with the other image"),
    bind(C::Viewer, &[Char('x')], A::Hex, "hex", "text or hex view"),
    bind(C::Viewer, &[Char('y')], A::Copy, "", "copy the path to the clipboard"),
    bind(C::Viewer, &[Char('p'), Char('v')], A::Pager, "$PAGER", "view in $PAGER"),
    bind(C::Viewer, &[Key::Left, Char('h')], A::Left, "", "scroll left"),
    bind(C::Viewer, &[Key::Right, Char('l')], A::Right, "", "scroll right"),
    bind(C::Viewer, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::CategoryDetails, &[Key::Enter, Char('6')], A::Show(Tab::Savings), "savings", "show the savings of these bytes"),
    bind(C::Text, &[Key::Esc, Char('q'), Char('i'), Key::Enter], A::Escape, "close", "close the text"),
    bind(C::Text, &[Char('y')], A::Copy, "copy", "copy the path, the fix or the line"),
    bind(C::Text, &[Char('/'), Ctrl('f')], A::Find, "search", "search in the text"),
    bind(C::Text, &[Char('n')], A::NextHit, "next", "next hit"),
    bind(C::Text, &[Char('N')], A::PreviousHit, "", "previous hit"),
    bind(C::Text, &[Char('w'), Ctrl('p')], A::Wrap, "wrap", "turn wrapping of long lines on or off"),
    bind(C::Text, &[Key::Left, Char('h')], A::Left, "", "scroll left"),
    bind(C::Text, &[Key::Right, Char('l')], A::Right, "", "scroll right"),
    bind(C::Text, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::Diff, &[Key::Esc, Char('D'), Char('q')], A::Escape, "close", "close the diff"),
    bind(C::Diff, &[Char('v')], A::DiffColumns, "one/two columns", "one column, or both versions side by side"),
    bind(C::Diff, &[Char('w'), Ctrl('p')], A::Wrap, "wrap", "turn wrapping of long lines on or off"),
    bind(C::Diff, &[Char('n')], A::NextHit, "next change", "next change"),
    bind(C::Diff, &[Char('N')], A::PreviousHit, "", "previous change"),
    bind(C::Diff, &[Char('y')], A::Copy, "", "copy the path to the clipboard"),
    bind(C::Diff, &[Key::Left, Char('h')], A::Left, "", "scroll left"),
    bind(C::Diff, &[Key::Right, Char('l')], A::Right, "", "scroll right"),
    bind(C::Diff, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::History, &[Key::Enter], A::Open, "go to layer", "go to this layer"),
    bind(C::History, &[Key::Esc, Char('H'), Char('q')], A::Escape, "close", "close the history"),
    bind(C::Actions, &[Key::Down], A::Move(Motion::Down), "", "next action"),
    bind(C::Actions, &[Key::Up], A::Move(Motion::Up), "", "previous action"),
    bind(C::Actions, &[Key::Enter], A::Accept, "run", "run the action"),
    bind(C::Help, &[Key::Esc, Char('?'), Key::F(1), Char('q'), Key::Enter], A::Escape, "close", "close this list"),
    bind(C::Extracting, &[Key::Esc], A::Escape, "cancel", "cancel"),
    bind(C::TypingPath, &[Key::Tab], A::Complete, "complete", "complete the path"),
    bind(C::TypingPath, &[Key::Up], A::Move(Motion::Up), "", "previous input"),
    bind(C::TypingPath, &[Key::Down], A::Move(Motion::Down), "", "next input"),
    bind(C::Typing, &[Key::Enter], A::Accept, "continue", "accept the input"),
    bind(C::Typing, &[Key::Esc, Ctrl('c')], A::Escape, "cancel", "cancel"),
    bind(C::Finding, &[Key::Enter], A::Accept, "keep", "keep the hits and return to the tree"),
    bind(C::Finding, &[Ctrl('o')], A::Open, "open", "keep the hits and open the selected one"),
    bind(C::Finding, &[Key::Down], A::NextHit, "next", "next hit"),
    bind(C::Finding, &[Key::Up], A::PreviousHit, "", "previous hit"),
    bind(C::Finding, &[Key::Esc, Ctrl('c')], A::Escape, "cancel", "cancel the find"),
    // What esc leaves.
    bind(C::Found, &[Key::Esc], A::Escape, "clear find", "clear the find"),
    bind(C::Filtered, &[Key::Esc], A::Escape, "clear filter", "clear the filter"),
    bind(C::Ranged, &[Key::Esc], A::Escape, "clear range", "compare with the layer below again"),
    bind(C::Opened, &[Key::Esc], A::Escape, "back", "return to the previous view as it was"),
    bind(C::Loading, &[Key::Esc], A::Escape, "stop loading", "stop loading, keep the layers read so far"),
    // The picker.
    bind(C::Paired, &[Key::Enter], A::Open, "compare", "compare the two images"),
    bind(C::PickingOne, &[Key::Enter], A::Open, "pick", "pick the image"),
    bind(C::Marked, &[Key::Esc], A::Escape, "clear marks", "clear the marks"),
    bind(C::Picking, &[Key::Enter], A::Open, "explore", "explore the image"),
    bind(C::Picking, &[Key::Tab], A::Mark, "mark", "mark the image; enter compares two marked images"),
    bind(C::Picking, &[Key::Up], A::Move(Motion::Up), "", "up"),
    bind(C::Picking, &[Key::Down], A::Move(Motion::Down), "", "down"),
    bind(C::Picking, &[Key::PageUp], A::Move(Motion::PageUp), "", "page up"),
    bind(C::Picking, &[Key::PageDown], A::Move(Motion::PageDown), "", "page down"),
    bind(C::Picking, &[Key::F(1)], A::Help, "keys", "list the keys of this screen"),
    bind(C::Picking, &[Key::Esc, Ctrl('c')], A::Quit, "quit", "quit"),
    bind(C::Picking, &[Ctrl('z')], A::Suspend, "", "suspend; fg resumes"),
    // All lists.
    bind(C::List, &[Key::Down, Char('j')], A::Move(Motion::Down), "", "down"),
    bind(C::List, &[Key::Up, Char('k')], A::Move(Motion::Up), "", "up"),
    bind(C::List, &[Key::PageDown, Char('d')], A::Move(Motion::PageDown), "", "page down"),
    bind(C::List, &[Key::PageUp, Char('u')], A::Move(Motion::PageUp), "", "page up"),
    bind(C::List, &[Key::Home, Char('g')], A::Move(Motion::First), "", "first line"),
    bind(C::List, &[Key::End, Char('G')], A::Move(Motion::Last), "", "last line"),
    bind(C::Entered, &[Char('q')], A::Back, "back", "return to the previous view or screen"),
    bind(C::Always, &[Char('?'), Key::F(1)], A::Help, "keys", "list the keys of this screen"),
    bind(C::Always, &[Char('q'), Ctrl('c')], A::Quit, "quit", "quit"),
    bind(C::Always, &[Ctrl('z')], A::Suspend, "", "suspend; fg resumes"),
];

#[cfg(test)]
mod tests {
    use super::TABLE;

    /// The columns of a text in the help of a screen of 80 columns.
    const ROOM: usize = 56;

    #[test]
    fn every_text_has_room_in_the_help() {
        for line in TABLE {
            assert!(line.help.chars().count() <= ROOM, "{}", line.help);
        }
    }
}
