//! The key table, which dispatches keys and prints the help and the footer. What an action does is in `update`; which bindings are active is in
//! `bindings`.

pub mod action;
pub mod context;
pub(crate) mod key;
mod key_map;
mod listed;

use std::borrow::Cow;

use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::pane::{CompareTab, Edit, Motion, StatusKind, Tab, View};

pub use listed::HelpLine;
pub(crate) use listed::help;

pub use crate::ui::keys::key::Key;
pub use crate::ui::keys::key_map::KeyMap;
pub(crate) use crate::ui::keys::key_map::{KeyConflict, Rebinding};

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

use Action as A;
use Context as C;
use Key::{Char, Ctrl};

/// The table. The first matching line wins; more specific contexts come first. The first two lines of a context come first in the footer.
#[rustfmt::skip]
pub static TABLE: &[Binding] = &[
    bind(C::Explore, &[Key::Tab], A::NextPane, "pane", "next pane"),
    bind(C::Explore, &[Key::BackTab], A::PreviousPane, "", "previous pane"),
    // The tree.
    bind(C::Tree, &[Key::Enter], A::Open, "open", "view the file, open or close the folder"),
    bind(C::Tree, &[Char(' ')], A::Fold, "fold", "open or close the folder"),
    bind(C::Tree, &[Char('z'), Ctrl(' ')], A::FoldAll, "", "open or close all folders"),
    bind(C::Tree, &[Key::Right, Char('l')], A::Right, "", "open the folder; if open, go to its first entry"),
    bind(C::Tree, &[Key::Left, Char('h')], A::Left, "", "close the folder; if closed, go to its parent"),
    bind(C::Tree, &[Char('H')], A::History, "history", "show the history of the path, layer by layer"),
    bind(C::Tree, &[Char('v')], A::View, "view", "view the file; follows links"),
    bind(C::Tree, &[Char('i'), Ctrl('p')], A::Details, "", "show the full path, link target and attributes"),
    bind(C::Tree, &[Char('p')], A::Page, "", "view the file in $PAGER"),
    bind(C::Tree, &[Char('e'), Ctrl('e')], A::Extract, "extract", "extract the file or folder"),
    bind(C::Tree, &[Char('+'), Ctrl('a')], A::Toggle(StatusKind::Added), "", "show or hide added paths"),
    bind(C::Tree, &[Char('~')], A::Toggle(StatusKind::Modified), "", "show or hide modified paths"),
    bind(C::Tree, &[Char('-'), Ctrl('r')], A::Toggle(StatusKind::Removed), "", "show or hide removed paths"),
    bind(C::Tree, &[Char('='), Ctrl('u')], A::Toggle(StatusKind::Unmodified), "", "show or hide unmodified paths"),
    bind(C::Tree, &[Char('m')], A::LeastSize, "", "hide files smaller than 1 kB, 100 kB, 1 MB, …"),
    bind(C::Tree, &[Char('b'), Ctrl('b')], A::Attributes, "", "show or hide permissions and owner"),
    // The list of files.
    bind(C::FileList, &[Key::Enter, Char('v')], A::View, "view", "view the file; follows links"),
    bind(C::FileList, &[Char('H')], A::History, "history", "show the history of the path, layer by layer"),
    bind(C::FileList, &[Char('i'), Ctrl('p')], A::Details, "", "show the full path, link target and attributes"),
    bind(C::FileList, &[Char('p')], A::Page, "", "view the file in $PAGER"),
    bind(C::FileList, &[Char('e'), Ctrl('e')], A::Extract, "extract", "extract the file"),
    bind(C::FileList, &[Char('m')], A::LeastSize, "", "hide files smaller than 1 kB, 100 kB, 1 MB, …"),
    bind(C::FileList, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by size, by layer, by path"),
    bind(C::FileList, &[Char('f'), Char('3')], A::Files, "tree", "show the same files as a tree"),
    // Two images.
    bind(C::Compare, &[Key::Tab, Key::BackTab], A::NextPane, "pane", "the other pane"),
    bind(C::Compare, &[Char('x')], A::Swap, "swap", "swap the images left and right"),
    bind(C::Files, &[Key::Enter], A::Open, "open", "view the file, open or close the folder"),
    bind(C::Files, &[Char('D')], A::Diff, "diff", "compare the contents of the file"),
    bind(C::Files, &[Char(' ')], A::Fold, "fold", "open or close the folder"),
    bind(C::Files, &[Char('z'), Ctrl(' ')], A::FoldAll, "", "open or close all folders"),
    bind(C::Files, &[Key::Right, Char('l')], A::Right, "", "open the folder; if open, go to its first entry"),
    bind(C::Files, &[Key::Left, Char('h')], A::Left, "", "close the folder; if closed, go to its parent"),
    bind(C::Compare, &[Char('n')], A::NextHit, "next change", "next change; during a find, next hit"),
    bind(C::Compare, &[Char('N')], A::PreviousHit, "", "previous change or hit"),
    bind(C::Compare, &[Char('='), Ctrl('u')], A::Toggle(StatusKind::Unmodified), "unchanged", "show or hide unchanged paths"),
    bind(C::Files, &[Char('+'), Ctrl('a')], A::Toggle(StatusKind::Added), "", "show or hide paths only in the right image"),
    bind(C::Files, &[Char('~')], A::Toggle(StatusKind::Modified), "", "show or hide paths that differ"),
    bind(C::Files, &[Char('-'), Ctrl('r')], A::Toggle(StatusKind::Removed), "", "show or hide paths only in the left image"),
    bind(C::Files, &[Char('m')], A::LeastSize, "", "hide files smaller than 1 kB, 100 kB, 1 MB, …"),
    bind(C::Files, &[Char('t')], A::OtherEnd, "", "go to the other path of a moved file"),
    bind(C::Compare, &[Char('o')], A::ExploreSide, "explore", "explore the image that is marked in the header"),
    bind(C::Compare, &[Char('O')], A::OtherSide, "", "mark the other image: view, extract and explore it"),
    bind(C::Files, &[Char('v')], A::View, "", "view the file; follows links"),
    bind(C::Files, &[Char('i'), Ctrl('p')], A::Details, "", "show the full path and its details in both images"),
    bind(C::Files, &[Char('p')], A::Page, "", "view the file in $PAGER"),
    bind(C::Files, &[Char('e'), Ctrl('e')], A::Extract, "", "extract the file or folder"),
    bind(C::Compare, &[Char('/'), Ctrl('f')], A::Find, "find", "find a path in both images; re: for a regex"),
    bind(C::Compare, &[Char('r')], A::Report, "report", "write a report: .md, .json or text"),
    bind(C::Compare, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by difference, by name, by left or right size"),
    bind(C::Compare, &[Char('1')], A::ShowTop(CompareTab::Why), "", "why the images differ, and where"),
    bind(C::Compare, &[Char('2')], A::ShowTop(CompareTab::Layers), "", "the aligned layers"),
    bind(C::Compare, &[Char('3')], A::ShowTop(CompareTab::Packages), "", "packages added, removed or changed"),
    bind(C::Compare, &[Char('4')], A::ShowTop(CompareTab::Config), "", "run configuration"),
    bind(C::Compare, &[Char('5')], A::ShowTop(CompareTab::History), "", "history"),
    bind(C::Compare, &[Char('>')], A::Widen, "", "enlarge the pane above the trees"),
    bind(C::Compare, &[Char('<')], A::Narrow, "", "shrink the pane above the trees"),
    bind(C::Compare, &[Char(':')], A::Commands, "commands", "run an action by name"),
    bind(C::Compare, &[Char('y')], A::Copy, "", "copy the path or the line to the clipboard"),
    bind(C::Compare, &[Char('Y')], A::CopyCommand, "", "copy the command that reports the comparison"),
    bind(C::Compare, &[Key::Esc], A::Escape, "", "leave the find, the filter or the view"),
    bind(C::AboveTreesPath, &[Key::Enter], A::Open, "open", "show the files behind the number, or the path"),
    bind(C::AboveTrees, &[Key::Enter, Char('i'), Char('v')], A::Details, "full line", "show the full line, for both images"),
    bind(C::AboveTrees, &[Key::Right, Char('l')], A::NextTab, "next tab", "next tab"),
    bind(C::AboveTrees, &[Key::Left, Char('h')], A::PreviousTab, "", "previous tab"),
    // Overview and map.
    bind(C::Overview, &[Key::Enter], A::Open, "open", "show the files behind the line in the tree"),
    bind(C::Overview, &[Char('i'), Char('v')], A::Details, "how to fix", "show the reason and the fix, or the full line"),
    bind(C::Overview, &[Key::Left, Char('h')], A::PreviousPane, "", "previous pane"),
    bind(C::Map, &[Key::Enter], A::Open, "zoom", "zoom into the folder, show a file in the tree"),
    bind(C::Map, &[Char('t')], A::ShowInTree, "show in tree", "show the path in the tree"),
    bind(C::Map, &[Char('i'), Char('v')], A::Details, "", "show the full path and its details"),
    bind(C::Map, &[Key::Left, Char('h')], A::Left, "", "go to the rectangle at the left"),
    bind(C::Map, &[Key::Right, Char('l')], A::Right, "", "go to the rectangle at the right"),
    bind(C::Zoomed, &[Key::Esc], A::Escape, "zoom out", "show the folder above"),
    // The layers.
    bind(C::Layers, &[Key::Enter], A::Open, "tree", "go to the tree"),
    bind(C::Layers, &[Char('a'), Char(' ')], A::Mark, "range", "mark the first or last layer of a range to compare"),
    bind(C::Layers, &[Ctrl('a')], A::CompareBottom, "", "compare this layer with the bottom layer"),
    bind(C::Layers, &[Char('A')], A::CompareEmpty, "", "compare this layer with an empty filesystem"),
    bind(C::Layers, &[Ctrl('l')], A::CompareBelow, "", "compare this layer with the one below"),
    bind(C::Layers, &[Char('e'), Ctrl('e')], A::Extract, "extract", "extract the files of this layer"),
    bind(C::Layers, &[Char('F')], A::LayerFiles, "", "list the files that this layer stores"),
    bind(C::Layers, &[Char('i'), Char('v')], A::Details, "", "show the full instruction and the digest"),
    bind(C::Layers, &[Key::Right, Char('l')], A::NextPane, "", "next pane"),
    bind(C::Layers, &[Key::Left, Char('h')], A::PreviousPane, "", "previous pane"),
    // The tabs.
    bind(C::Number, &[Key::Enter], A::Open, "files", "show the files that the number is the sum of"),
    bind(C::Hidden, &[Key::Enter, Char('t')], A::Open, "versions", "show the hidden versions of the file"),
    bind(C::Savings, &[Key::Enter, Char('t')], A::Open, "files", "show the files of the finding"),
    bind(C::Savings, &[Char('i'), Char('v')], A::Details, "how to fix", "show the reason and the fix"),
    bind(C::Packages, &[Key::Enter, Char('t')], A::Open, "files", "show the files of the package"),
    bind(C::Packages, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by size, by name, by layer"),
    bind(C::Tabs, &[Key::Enter, Char('i'), Char('v')], A::Details, "full line", "show the full line"),
    bind(C::Tabs, &[Key::Right, Char('l')], A::NextTab, "next tab", "next tab"),
    bind(C::Tabs, &[Key::Left, Char('h')], A::PreviousTab, "", "previous tab"),
    // All panes.
    bind(C::Explore, &[Char('/'), Ctrl('f'), Ctrl('/')], A::Find, "find", "find a path in all layers; re: for a regex"),
    bind(C::Explore, &[Char('f'), Char('3')], A::Files, "files", "list the files, largest first"),
    bind(C::Explore, &[Key::Backspace], A::DropCondition, "", "drop the last condition of the query"),
    bind(C::Explore, &[Char('n')], A::NextHit, "", "next hit"),
    bind(C::Explore, &[Char('N')], A::PreviousHit, "", "previous hit"),
    bind(C::Explore, &[Char('E')], A::ExtractAll, "", "extract the filesystem as of this layer"),
    bind(C::Explore, &[Char('s'), Ctrl('o')], A::Sort, "sort", "sort by size or by name"),
    bind(C::Explore, &[Char('c')], A::CompareWith, "compare", "compare with another image"),
    bind(C::Explore, &[Char(']')], A::NextLayer, "", "next layer"),
    bind(C::Explore, &[Char('[')], A::PreviousLayer, "", "previous layer"),
    bind(C::Explore, &[Char('1')], A::ShowView(View::Overview), "", "overview: what is in the image and what can go"),
    bind(C::Explore, &[Char('2')], A::ShowView(View::Tree), "", "tree: layers left, tree right"),
    bind(C::Explore, &[Char('4')], A::ShowView(View::Map), "", "map: the visible files as rectangles"),
    bind(C::Explore, &[Char('5')], A::Show(Tab::Packages), "", "packages and unowned files"),
    bind(C::Explore, &[Char('6')], A::Show(Tab::Savings), "", "savings, then security findings"),
    bind(C::Explore, &[Char('7'), Char('w')], A::Show(Tab::Hidden), "", "hidden: bytes no container sees"),
    bind(C::Explore, &[Char('8')], A::Show(Tab::Config), "", "config: run configuration and history"),
    bind(C::Explore, &[Char('9')], A::Show(Tab::Image), "", "image: size, dive's efficiency, metadata"),
    bind(C::Explore, &[Char('>')], A::Widen, "", "widen the left column"),
    bind(C::Explore, &[Char('<')], A::Narrow, "", "narrow the left column"),
    bind(C::Explore, &[Char(':')], A::Commands, "commands", "run an action by name"),
    bind(C::Explore, &[Char('y')], A::Copy, "", "copy the path, digest, fix or text to the clipboard"),
    bind(C::Explore, &[Char('Y')], A::CopyCommand, "", "copy the command that reports the image"),
    bind(C::Explore, &[Key::Esc], A::Escape, "", "leave find, filter, range or view; stop loading"),
    // Overlays.
    bind(C::Viewer, &[Key::Esc, Char('q')], A::Escape, "close", "close the viewer"),
    bind(C::Viewer, &[Char('/'), Ctrl('f')], A::Find, "search", "search in the file"),
    bind(C::Viewer, &[Char('n')], A::NextHit, "next", "next hit"),
    bind(C::Viewer, &[Char('N')], A::PreviousHit, "", "previous hit"),
    bind(C::Viewer, &[Char('w'), Ctrl('p')], A::Wrap, "wrap", "wrap long lines, or not"),
    bind(C::Viewer, &[Char('D')], A::Diff, "diff", "compare with the version below, or in the other image"),
    bind(C::Viewer, &[Char('x')], A::Hex, "hex", "text or hex view"),
    bind(C::Viewer, &[Char('p'), Char('v')], A::Page, "$PAGER", "view in $PAGER"),
    bind(C::Viewer, &[Key::Left, Char('h')], A::Left, "", "scroll left"),
    bind(C::Viewer, &[Key::Right, Char('l')], A::Right, "", "scroll right"),
    bind(C::Viewer, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::Text, &[Key::Esc, Char('q'), Char('i'), Key::Enter], A::Escape, "close", "close the text"),
    bind(C::Text, &[Char('/'), Ctrl('f')], A::Find, "search", "search in the text"),
    bind(C::Text, &[Char('n')], A::NextHit, "next", "next hit"),
    bind(C::Text, &[Char('N')], A::PreviousHit, "", "previous hit"),
    bind(C::Text, &[Char('w'), Ctrl('p')], A::Wrap, "wrap", "wrap long lines, or not"),
    bind(C::Text, &[Key::Left, Char('h')], A::Left, "", "scroll left"),
    bind(C::Text, &[Key::Right, Char('l')], A::Right, "", "scroll right"),
    bind(C::Text, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::Diff, &[Key::Esc, Char('D'), Char('q')], A::Escape, "close", "close the diff"),
    bind(C::Diff, &[Char('v')], A::DiffColumns, "columns", "one column, or both versions side by side"),
    bind(C::Diff, &[Char('n')], A::NextHit, "next change", "next change"),
    bind(C::Diff, &[Char('N')], A::PreviousHit, "", "previous change"),
    bind(C::Diff, &[Key::Left, Char('h')], A::Left, "", "scroll left"),
    bind(C::Diff, &[Key::Right, Char('l')], A::Right, "", "scroll right"),
    bind(C::Diff, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::History, &[Key::Enter], A::Open, "go to layer", "go to this layer"),
    bind(C::History, &[Key::Esc, Char('H'), Char('q')], A::Escape, "close", "close the history"),
    bind(C::Commands, &[Key::Down], A::Move(Motion::Down), "", "next action"),
    bind(C::Commands, &[Key::Up], A::Move(Motion::Up), "", "previous action"),
    bind(C::Commands, &[Key::Enter], A::Accept, "run", "run the action"),
    bind(C::Help, &[Key::Esc, Char('?'), Key::F(1), Char('q'), Key::Enter], A::Escape, "close", "close this list"),
    bind(C::Extracting, &[Key::Esc], A::Escape, "cancel", "cancel"),
    bind(C::Completing, &[Key::Tab], A::Complete, "complete", "complete the path"),
    bind(C::Typing, &[Key::Enter], A::Accept, "accept", "accept the line"),
    bind(C::Typing, &[Key::Esc, Ctrl('c')], A::Escape, "cancel", "cancel"),
    bind(C::Finding, &[Key::Enter], A::Accept, "keep", "keep the hits and return to the tree"),
    bind(C::Finding, &[Key::Down], A::NextHit, "next", "next hit"),
    bind(C::Finding, &[Key::Up], A::PreviousHit, "", "previous hit"),
    bind(C::Finding, &[Key::Esc, Ctrl('c')], A::Escape, "end", "end the find"),
    // What esc leaves.
    bind(C::Found, &[Key::Esc], A::Escape, "end find", "end the find"),
    bind(C::Filtered, &[Key::Esc], A::Escape, "show all", "clear the filter"),
    bind(C::Ranged, &[Key::Esc], A::Escape, "end range", "compare with the layer below again"),
    bind(C::Opened, &[Key::Esc], A::Escape, "back", "return to the previous view as it was"),
    bind(C::Loading, &[Key::Esc], A::Escape, "stop loading", "stop loading, keep the layers read so far"),
    // The picker.
    bind(C::Paired, &[Key::Enter], A::Open, "compare", "compare the two images"),
    bind(C::Marked, &[Key::Esc], A::Escape, "unmark", "clear the marks"),
    bind(C::Picking, &[Key::Enter], A::Open, "explore", "explore the image"),
    bind(C::Picking, &[Key::Tab], A::Mark, "mark", "mark the image; enter compares two marked images"),
    bind(C::Picking, &[Key::Up], A::Move(Motion::Up), "", "up"),
    bind(C::Picking, &[Key::Down], A::Move(Motion::Down), "", "down"),
    bind(C::Picking, &[Key::PageUp], A::Move(Motion::PageUp), "", "page up"),
    bind(C::Picking, &[Key::PageDown], A::Move(Motion::PageDown), "", "page down"),
    bind(C::Picking, &[Key::F(1)], A::Help, "keys", "list all keys"),
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
    bind(C::Always, &[Char('?'), Key::F(1)], A::Help, "keys", "list all keys"),
    bind(C::Always, &[Char('q'), Ctrl('c')], A::Quit, "quit", "quit"),
    bind(C::Always, &[Ctrl('z')], A::Suspend, "", "suspend; fg resumes"),
];

/// Returns the edit that a key makes to the line being typed.
pub(in crate::ui) const fn edit(key: Key) -> Option<Edit> {
    Some(match key {
        Char(character) => Edit::Insert(character),
        Key::Backspace | Ctrl('h') => Edit::Backspace,
        Key::Delete | Ctrl('d') => Edit::Delete,
        Ctrl('w') => Edit::EraseWord,
        Ctrl('u') => Edit::EraseToStart,
        Key::Left | Ctrl('b') => Edit::Left,
        Key::Right | Ctrl('f') => Edit::Right,
        Key::Home | Ctrl('a') => Edit::Home,
        Key::End | Ctrl('e') => Edit::End,
        _ => return None,
    })
}
