//! The keys: one table that dispatches them and prints the help and the footer. Which key means what is said here and nowhere else; what it then
//! does is `update`'s.

pub mod action;
pub mod context;
pub mod key;
mod key_map;
mod listed;
mod names;

use std::borrow::Cow;

use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::pane::Tab;
use crate::ui::pane::TopTab;
use crate::ui::pane::{Change, Edit, Motion};

pub use listed::{HelpLine, help};

pub use crate::ui::keys::key::Key;
pub use crate::ui::keys::key_map::{KeyConflict, KeyMap, Rebinding};

/// A line of the table: keys, where they count, what they mean, and how help and footer say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The keys; help names them all, the footer the first that leads here.
    pub keys: Cow<'static, [Key]>,
    /// Where they count.
    pub context: Context,
    /// What they mean.
    pub action: Action,
    /// What help says.
    pub help: &'static str,
    /// What the footer says; empty when it does not.
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

/// The table. The first line that fits counts; more particular contexts are asked first. The first two lines of a context lead the footer.
#[rustfmt::skip]
pub static TABLE: &[Binding] = &[
    bind(C::Explore, &[Key::Tab], A::NextPane, "pane", "next pane"),
    bind(C::Explore, &[Key::BackTab], A::PreviousPane, "", "pane before"),
    // The tree.
    bind(C::Tree, &[Key::Enter], A::Open, "open", "look into the file, open or close the folder"),
    bind(C::Tree, &[Char(' ')], A::Fold, "fold", "open or close the folder"),
    bind(C::Tree, &[Char('z'), Ctrl(' ')], A::FoldAll, "", "open or close all folders"),
    bind(C::Tree, &[Key::Right, Char('l')], A::Right, "", "open the folder, step into it"),
    bind(C::Tree, &[Key::Left], A::Left, "", "close the folder, go to the one above"),
    bind(C::Tree, &[Char('h')], A::History, "history", "the path's history, layer by layer"),
    bind(C::Tree, &[Char('v')], A::View, "view", "look into the file; links are followed"),
    bind(C::Tree, &[Char('i'), Ctrl('p')], A::Details, "", "the whole path, where it points, its attributes"),
    bind(C::Tree, &[Char('p')], A::Page, "", "look into the file with $PAGER"),
    bind(C::Tree, &[Char('e'), Ctrl('e')], A::Extract, "extract", "extract the file or folder"),
    bind(C::Tree, &[Char('+'), Ctrl('a')], A::Toggle(Change::Added), "", "show or hide what was added"),
    bind(C::Tree, &[Char('~')], A::Toggle(Change::Modified), "", "show or hide what was modified"),
    bind(C::Tree, &[Char('-'), Ctrl('r')], A::Toggle(Change::Removed), "", "show or hide what was removed"),
    bind(C::Tree, &[Char('='), Ctrl('u')], A::Toggle(Change::Unmodified), "", "show or hide what is as before"),
    bind(C::Tree, &[Char('m')], A::LeastSize, "", "only files of at least 1 kB, 100 kB, 1 MB, …"),
    bind(C::Tree, &[Char('b'), Ctrl('b')], A::Attributes, "", "show or hide permissions and owner"),
    // Two images.
    bind(C::Compare, &[Key::Tab, Key::BackTab], A::NextPane, "pane", "the other pane"),
    bind(C::Compare, &[Char('x')], A::Swap, "swap", "the other image at the left"),
    bind(C::Files, &[Key::Enter], A::Open, "open", "look into the file, open or close the folder"),
    bind(C::Files, &[Char('d')], A::Diff, "diff", "compare the file's contents"),
    bind(C::Files, &[Char(' ')], A::Fold, "fold", "open or close the folder"),
    bind(C::Files, &[Char('z'), Ctrl(' ')], A::FoldAll, "", "open or close all folders"),
    bind(C::Files, &[Key::Right, Char('l')], A::Right, "", "open the folder, step into it"),
    bind(C::Files, &[Key::Left, Char('h')], A::Left, "", "close the folder, go to the one above"),
    bind(C::Compare, &[Char('n')], A::NextHit, "next change", "next change; while something is found, next hit"),
    bind(C::Compare, &[Char('N')], A::PreviousHit, "", "change before, hit before"),
    bind(C::Compare, &[Char('='), Ctrl('u')], A::Toggle(Change::Unmodified), "same too", "show or hide what is the same"),
    bind(C::Files, &[Char('+'), Ctrl('a')], A::Toggle(Change::Added), "", "show or hide what only the right one has"),
    bind(C::Files, &[Char('~')], A::Toggle(Change::Modified), "", "show or hide what differs"),
    bind(C::Files, &[Char('-'), Ctrl('r')], A::Toggle(Change::Removed), "", "show or hide what only the left one has"),
    bind(C::Files, &[Char('m')], A::LeastSize, "", "only files of at least 1 kB, 100 kB, 1 MB, …"),
    bind(C::Files, &[Char('t')], A::Twin, "", "go to the other end of what moved"),
    bind(C::Files, &[Char('o')], A::OtherSide, "", "look into and extract from the other image"),
    bind(C::Files, &[Char('v')], A::View, "", "look into the file; links are followed"),
    bind(C::Files, &[Char('i'), Ctrl('p')], A::Details, "", "the whole path, and what either image says of it"),
    bind(C::Files, &[Char('p')], A::Page, "", "look into the file with $PAGER"),
    bind(C::Files, &[Char('e'), Ctrl('e')], A::Extract, "", "extract the file or folder"),
    bind(C::Compare, &[Char('/'), Ctrl('f')], A::Find, "find", "find in both images; re: a regular expression"),
    bind(C::Compare, &[Char('r')], A::Report, "report", "write a report: .md, .json or text"),
    bind(C::Compare, &[Char('s'), Ctrl('o')], A::Sort, "sort", "by difference, by name, by either size"),
    bind(C::Compare, &[Char('1')], A::ShowTop(TopTab::Layers), "", "the layers, aligned"),
    bind(C::Compare, &[Char('2')], A::ShowTop(TopTab::Why), "", "why they differ, and where"),
    bind(C::Compare, &[Char('3')], A::ShowTop(TopTab::Packages), "", "packages that came, went or changed"),
    bind(C::Compare, &[Char('4')], A::ShowTop(TopTab::Config), "", "run configuration"),
    bind(C::Compare, &[Char('5')], A::ShowTop(TopTab::History), "", "history"),
    bind(C::Compare, &[Char('>')], A::Widen, "", "pane above the trees higher"),
    bind(C::Compare, &[Char('<')], A::Narrow, "", "pane above the trees lower"),
    bind(C::Compare, &[Key::Esc], A::Escape, "", "end find, show everything"),
    bind(C::Placed, &[Key::Enter], A::Open, "show in trees", "show the folder in the trees"),
    bind(C::Top, &[Key::Enter, Char('i'), Char('v')], A::Details, "whole line", "the whole line, of both images"),
    bind(C::Top, &[Key::Right, Char('l')], A::NextTab, "next tab", "next tab"),
    bind(C::Top, &[Key::Left, Char('h')], A::PreviousTab, "", "tab before"),
    // The layers.
    bind(C::Layers, &[Key::Enter], A::Open, "tree", "go to the tree"),
    bind(C::Layers, &[Char('a'), Char(' ')], A::Mark, "range", "mark an end of the range; two marks hold it"),
    bind(C::Layers, &[Ctrl('a')], A::CompareBottom, "", "all layers up to this one against the bottom one"),
    bind(C::Layers, &[Char('A')], A::CompareEmpty, "", "all there is up to this layer, against nothing"),
    bind(C::Layers, &[Ctrl('l')], A::CompareBelow, "", "this layer against the one below"),
    bind(C::Layers, &[Char('e'), Ctrl('e')], A::Extract, "extract", "extract what this layer holds"),
    bind(C::Layers, &[Char('i'), Char('v')], A::Details, "", "the whole instruction"),
    bind(C::Layers, &[Key::Right, Char('l')], A::NextPane, "", "next pane"),
    bind(C::Layers, &[Key::Left, Char('h')], A::PreviousPane, "", "pane before"),
    // The tabs.
    bind(C::Hidden, &[Key::Enter], A::Open, "show in tree", "show the file in the tree, at the layer that buried it"),
    bind(C::Savings, &[Key::Enter, Char('i'), Char('v')], A::Details, "what to do", "why, and the lines to write instead"),
    bind(C::Savings, &[Char('t')], A::Open, "show in tree", "show the files in the tree"),
    bind(C::Packages, &[Key::Enter], A::Open, "show in tree", "the files in the tree, at the layer that installed them"),
    bind(C::Packages, &[Char('s'), Ctrl('o')], A::Sort, "sort", "by bytes, by name, by layer"),
    bind(C::Tabs, &[Key::Enter, Char('i'), Char('v')], A::Details, "whole line", "the whole line"),
    bind(C::Tabs, &[Key::Right, Char('l')], A::NextTab, "next tab", "next tab"),
    bind(C::Tabs, &[Key::Left, Char('h')], A::PreviousTab, "", "tab before"),
    // All panes.
    bind(C::Explore, &[Char('/'), Ctrl('f'), Ctrl('/')], A::Find, "find", "find in all layers; re: a regular expression"),
    bind(C::Explore, &[Char('n')], A::NextHit, "", "next hit"),
    bind(C::Explore, &[Char('N')], A::PreviousHit, "", "hit before"),
    bind(C::Explore, &[Char('E')], A::ExtractAll, "", "extract the whole filesystem after this layer"),
    bind(C::Explore, &[Char('s'), Ctrl('o')], A::Sort, "sort", "by size or by name"),
    bind(C::Explore, &[Char('c')], A::CompareWith, "compare", "compare with another image"),
    bind(C::Explore, &[Char(']')], A::NextTab, "", "next tab"),
    bind(C::Explore, &[Char('[')], A::PreviousTab, "", "tab before"),
    bind(C::Explore, &[Char('1')], A::Show(Tab::Image), "", "the image's numbers"),
    bind(C::Explore, &[Char('2'), Char('w')], A::Show(Tab::Hidden), "", "what is shipped and never seen"),
    bind(C::Explore, &[Char('3')], A::Show(Tab::Savings), "", "what can go, and what is dangerous"),
    bind(C::Explore, &[Char('4')], A::Show(Tab::Packages), "", "what is installed, and whose the bytes are"),
    bind(C::Explore, &[Char('5')], A::Show(Tab::Config), "", "run configuration and history"),
    bind(C::Explore, &[Char('>')], A::Widen, "", "left column wider"),
    bind(C::Explore, &[Char('<')], A::Narrow, "", "left column narrower"),
    bind(C::Explore, &[Key::Esc], A::Escape, "", "end find, clear the filter, take marks away, stop"),
    // What lies over the panes.
    bind(C::Viewer, &[Key::Esc, Char('q')], A::Escape, "close", "close the viewer"),
    bind(C::Viewer, &[Char('/'), Ctrl('f')], A::Find, "search", "search in the file"),
    bind(C::Viewer, &[Char('n')], A::NextHit, "next", "next hit"),
    bind(C::Viewer, &[Char('N')], A::PreviousHit, "", "hit before"),
    bind(C::Viewer, &[Char('w'), Ctrl('p')], A::Wrap, "wrap", "long lines go on in the next row, or to the right"),
    bind(C::Viewer, &[Char('d')], A::Diff, "diff", "what differs from below, or in the other image"),
    bind(C::Viewer, &[Char('x')], A::Hex, "hex", "text or hex"),
    bind(C::Viewer, &[Char('p'), Char('v')], A::Page, "$PAGER", "the same in $PAGER"),
    bind(C::Viewer, &[Key::Left, Char('h')], A::Left, "", "left"),
    bind(C::Viewer, &[Key::Right, Char('l')], A::Right, "", "right"),
    bind(C::Viewer, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::Text, &[Key::Esc, Char('q'), Char('i'), Key::Enter], A::Escape, "close", "back"),
    bind(C::Text, &[Char('/'), Ctrl('f')], A::Find, "search", "search in the text"),
    bind(C::Text, &[Char('n')], A::NextHit, "next", "next hit"),
    bind(C::Text, &[Char('N')], A::PreviousHit, "", "hit before"),
    bind(C::Text, &[Char('w'), Ctrl('p')], A::Wrap, "wrap", "long lines go on in the next row, or to the right"),
    bind(C::Text, &[Key::Left, Char('h')], A::Left, "", "left"),
    bind(C::Text, &[Key::Right, Char('l')], A::Right, "", "right"),
    bind(C::Text, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::Diff, &[Key::Esc, Char('d'), Char('q')], A::Escape, "close", "back to the file"),
    bind(C::Diff, &[Char('v')], A::Beside, "columns", "one column, or both sides beside each other"),
    bind(C::Diff, &[Char('n')], A::NextHit, "next change", "next change"),
    bind(C::Diff, &[Char('N')], A::PreviousHit, "", "change before"),
    bind(C::Diff, &[Key::Left, Char('h')], A::Left, "", "left"),
    bind(C::Diff, &[Key::Right, Char('l')], A::Right, "", "right"),
    bind(C::Diff, &[Char(' ')], A::Move(Motion::PageDown), "", "next page"),
    bind(C::History, &[Key::Enter], A::Open, "go to layer", "go to this layer"),
    bind(C::History, &[Key::Esc, Char('h'), Char('q')], A::Escape, "close", "close the history"),
    bind(C::Help, &[Key::Esc, Char('?'), Key::F(1), Char('q'), Key::Enter], A::Escape, "close", "close the keys"),
    bind(C::Extracting, &[Key::Esc], A::Escape, "cancel", "give up extracting"),
    bind(C::Typing, &[Key::Enter], A::Accept, "take", "take what was typed"),
    bind(C::Typing, &[Key::Esc, Ctrl('c')], A::Escape, "cancel", "give up typing"),
    bind(C::Finding, &[Key::Enter], A::Accept, "keep", "keep what is found"),
    bind(C::Finding, &[Key::Down], A::NextHit, "next", "next hit"),
    bind(C::Finding, &[Key::Up], A::PreviousHit, "", "hit before"),
    bind(C::Finding, &[Key::Esc, Ctrl('c')], A::Escape, "end", "end the find"),
    // What can be backed out of.
    bind(C::Found, &[Key::Esc], A::Escape, "end find", "end the find"),
    bind(C::Filtered, &[Key::Esc], A::Escape, "show all", "show everything again"),
    bind(C::Ranged, &[Key::Esc], A::Escape, "end range", "the layer against the one below again"),
    bind(C::Loading, &[Key::Esc], A::Escape, "stop loading", "stop loading, and stay with what has come"),
    // The picker.
    bind(C::Paired, &[Key::Enter], A::Open, "compare", "compare the two"),
    bind(C::Marked, &[Key::Esc], A::Escape, "unmark", "take the marks away"),
    bind(C::Picking, &[Key::Enter], A::Open, "explore", "explore the image"),
    bind(C::Picking, &[Key::Tab], A::Mark, "mark", "mark the image; two marked ones are compared"),
    bind(C::Picking, &[Key::Up], A::Move(Motion::Up), "", "up"),
    bind(C::Picking, &[Key::Down], A::Move(Motion::Down), "", "down"),
    bind(C::Picking, &[Key::PageUp], A::Move(Motion::PageUp), "", "page up"),
    bind(C::Picking, &[Key::PageDown], A::Move(Motion::PageDown), "", "page down"),
    bind(C::Picking, &[Key::F(1)], A::Help, "keys", "all keys"),
    bind(C::Picking, &[Key::Esc, Ctrl('c')], A::Quit, "quit", "quit"),
    bind(C::Picking, &[Ctrl('z')], A::Suspend, "", "stop and come back with fg"),
    // Lists everywhere.
    bind(C::List, &[Key::Down, Char('j')], A::Move(Motion::Down), "", "down"),
    bind(C::List, &[Key::Up, Char('k')], A::Move(Motion::Up), "", "up"),
    bind(C::List, &[Key::PageDown, Char('d')], A::Move(Motion::PageDown), "", "page down"),
    bind(C::List, &[Key::PageUp, Char('u')], A::Move(Motion::PageUp), "", "page up"),
    bind(C::List, &[Key::Home, Char('g')], A::Move(Motion::First), "", "to the first line"),
    bind(C::List, &[Key::End, Char('G')], A::Move(Motion::Last), "", "to the last line"),
    bind(C::Always, &[Char('?'), Key::F(1)], A::Help, "keys", "all keys"),
    bind(C::Always, &[Char('q'), Ctrl('c')], A::Quit, "quit", "quit"),
    bind(C::Always, &[Ctrl('z')], A::Suspend, "", "stop and come back with fg"),
];

/// Returns the change a key makes to a line being typed.
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
