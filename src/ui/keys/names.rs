//! What actions, and the places where keys count, are called in a configuration. Names only; the keys stand in the key table.

use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::pane::Tab;
use crate::ui::pane::TopTab;
use crate::ui::pane::{Change, Motion};

impl Action {
    /// Returns what a configuration calls it.
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
            Self::Sort => "sort",
            Self::NextPane => "next-pane",
            Self::PreviousPane => "previous-pane",
            Self::Show(Tab::Image) => "image-tab",
            Self::Show(Tab::Hidden) => "hidden-tab",
            Self::Show(Tab::Savings) => "savings-tab",
            Self::Show(Tab::Packages) => "packages-tab",
            Self::Show(Tab::Config) => "config-tab",
            Self::NextTab => "next-tab",
            Self::PreviousTab => "previous-tab",
            Self::Mark => "mark",
            Self::CompareBottom => "compare-with-bottom",
            Self::CompareEmpty => "compare-with-empty",
            Self::CompareBelow => "compare-with-below",
            Self::Toggle(Change::Added) => "toggle-added",
            Self::Toggle(Change::Modified) => "toggle-modified",
            Self::Toggle(Change::Removed) => "toggle-removed",
            Self::Toggle(Change::Unmodified) => "toggle-unmodified",
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
            Self::Accept => "accept",
            Self::Swap => "swap",
            Self::CompareWith => "compare-with",
            Self::Report => "report",
            Self::OtherSide => "other-side",
            Self::Beside => "columns",
            Self::Twin => "other-end",
            Self::ShowTop(TopTab::Layers) => "compared-layers",
            Self::ShowTop(TopTab::Why) => "why",
            Self::ShowTop(TopTab::Packages) => "compared-packages",
            Self::ShowTop(TopTab::Config) => "compared-config",
            Self::ShowTop(TopTab::History) => "compared-history",
        }
    }
}

impl Context {
    /// Returns what a configuration calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Picking => "picking",
            Self::Marked => "marked",
            Self::Paired => "paired",
            Self::Typing => "typing",
            Self::Finding => "finding",
            Self::Found => "found",
            Self::Filtered => "filtered",
            Self::Ranged => "ranged",
            Self::Viewer => "viewer",
            Self::Text => "text",
            Self::Diff => "diff",
            Self::History => "history",
            Self::Help => "help",
            Self::Extracting => "extracting",
            Self::Loading => "loading",
            Self::Layers => "layers",
            Self::Tabs => "tabs",
            Self::Hidden => "hidden",
            Self::Savings => "savings",
            Self::Packages => "packages",
            Self::Tree => "tree",
            Self::Explore => "panes",
            Self::Files => "trees",
            Self::Top => "above-trees",
            Self::Placed => "folders-above-trees",
            Self::Compare => "compare",
            Self::List => "lists",
            Self::Always => "always",
        }
    }

    /// Returns whether characters are text here, so that none can be a key.
    #[must_use]
    pub const fn is_typing(self) -> bool {
        matches!(
            self,
            Self::Picking
                | Self::Marked
                | Self::Paired
                | Self::Typing
                | Self::Finding
                | Self::Filtered
        )
    }

    /// Returns how far from the pane in front it is, among those that are asked one after the other for a key: a lower one is asked first. Nothing
    /// for what lies over the panes and keeps its own keys.
    #[must_use]
    pub(in crate::ui) const fn rank(self) -> Option<u8> {
        match self {
            Self::Hidden | Self::Savings | Self::Packages | Self::Placed => Some(0),
            Self::Layers | Self::Tabs | Self::Tree | Self::Files | Self::Top => Some(1),
            Self::Explore | Self::Compare => Some(2),
            Self::List => Some(3),
            Self::Always => Some(4),
            Self::Picking
            | Self::Marked
            | Self::Paired
            | Self::Typing
            | Self::Finding
            | Self::Found
            | Self::Filtered
            | Self::Ranged
            | Self::Viewer
            | Self::Text
            | Self::Diff
            | Self::History
            | Self::Help
            | Self::Extracting
            | Self::Loading => None,
        }
    }
}
