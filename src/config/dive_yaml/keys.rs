//! The table of dive's key bindings: their names, their default keys, and the actions they are here.

use crate::ui::keys::action::Action as A;
use crate::ui::keys::context::Context as C;
use crate::ui::pane::{Motion, StatusKind};

/// dive's name for a binding, its default keys, and its actions here. A binding left at dive's default changes nothing: our own keys include it.
pub(super) type DivesKey = (&'static str, &'static str, &'static [(Option<C>, A)]);

/// The bindings that dive's configuration can change.
pub(super) const KEYS: &[DivesKey] = &[
    ("quit", "ctrl+c", &[(None, A::Quit)]),
    ("toggle-view", "tab", &[(None, A::NextPane)]),
    (
        "filter-files",
        "ctrl+f,ctrl+slash",
        &[(Some(C::Panes), A::Find)],
    ),
    (
        "close-filter-files",
        "esc",
        &[(Some(C::Panes), A::Escape), (Some(C::Typing), A::Escape)],
    ),
    (
        "left",
        "left,h",
        &[(Some(C::Tree), A::Left), (None, A::PreviousPane)],
    ),
    (
        "right",
        "right,l",
        &[
            (Some(C::Tree), A::Right),
            (Some(C::Layers), A::NextPane),
            (None, A::NextTab),
        ],
    ),
    ("up", "up,k", &[(None, A::Move(Motion::Up))]),
    ("down", "down,j", &[(None, A::Move(Motion::Down))]),
    ("page-up", "pgup,u", &[(None, A::Move(Motion::PageUp))]),
    ("page-down", "pgdn,d", &[(None, A::Move(Motion::PageDown))]),
    ("compare-all", "ctrl+a", &[(None, A::CompareBottom)]),
    ("compare-layer", "ctrl+l", &[(None, A::CompareBelow)]),
    ("toggle-collapse-dir", "space", &[(None, A::Fold)]),
    (
        "toggle-collapse-all-dir",
        "ctrl+space",
        &[(None, A::FoldAll)],
    ),
    (
        "toggle-added-files",
        "ctrl+a",
        &[(None, A::Toggle(StatusKind::Added))],
    ),
    (
        "toggle-removed-files",
        "ctrl+r",
        &[(None, A::Toggle(StatusKind::Removed))],
    ),
    (
        "toggle-modified-files",
        "ctrl+m",
        &[(None, A::Toggle(StatusKind::Modified))],
    ),
    (
        "toggle-unmodified-files",
        "ctrl+u",
        &[(None, A::Toggle(StatusKind::Unmodified))],
    ),
    (
        "toggle-filetree-attributes",
        "ctrl+b",
        &[(None, A::Attributes)],
    ),
    ("toggle-sort-order", "ctrl+o", &[(None, A::Sort)]),
    ("toggle-wrap-tree", "ctrl+p", &[(Some(C::Tree), A::Details)]),
    ("extract-file", "ctrl+e", &[(Some(C::Tree), A::Extract)]),
];
