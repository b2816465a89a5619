//! The key contexts that the model is in, most specific first.

use crate::ui::compare::{self, Compare};
use crate::ui::keys::context::Context;
use crate::ui::model::explore::Explore;
use crate::ui::model::overlay::Overlay;
use crate::ui::model::picker::Picker;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{
    CompareMode, FilesPane, Filter, Focus, Outline, PathId, Tab, TextInput, View,
};

use Context as C;

impl Model {
    /// Returns the active contexts, most specific first.
    #[must_use]
    pub(crate) fn contexts(&self) -> Vec<Context> {
        if self.help.is_some() {
            return vec![C::Help, C::List, C::Always];
        }
        self.contexts_below_help()
    }

    /// Returns the contexts that are active once the list of keys is closed.
    #[must_use]
    pub(crate) fn contexts_below_help(&self) -> Vec<Context> {
        if let Some(overlay) = &self.overlay {
            return in_overlay(overlay).to_vec();
        }
        match &self.screen {
            Screen::Picker(picker) => {
                let compares = picker.pair.is_some() || picker.pair().is_some();
                let paired = compares.then_some(C::Paired);
                let one = picker.operand.is_some().then_some(C::PickingOne);
                let is_inner = !self.behind.is_empty();
                let left = picker.escape_context();
                let left = left.or(is_inner.then_some(C::Opened));
                let here = paired.into_iter().chain(one).chain(left);
                here.chain([C::Picking, C::Typing]).collect()
            }
            Screen::Loading(_) | Screen::LoadingTwo(_) => vec![C::Loading, C::Always],
            Screen::Compare(compare) if compare.typing.is_some() => vec![C::Finding, C::Typing],
            Screen::Compare(compare) => {
                let panes: &[Context] = match compare.front.focus {
                    compare::CompareFocus::Files
                        if compare.is_on_map() && compare.map_folder().is_some() =>
                    {
                        &[C::MapFolder, C::Map]
                    }
                    compare::CompareFocus::Files if compare.is_on_map() => &[C::Map],
                    compare::CompareFocus::Files => &[C::Trees],
                    compare::CompareFocus::Tabs if compare.opens() => {
                        &[C::CompareNumber, C::CompareTabs]
                    }
                    compare::CompareFocus::Tabs => &[C::CompareTabs],
                };
                let opened = !compare.views.is_empty() || !self.behind.is_empty();
                let zoomed = compare.is_on_map() && compare.front.map.is_zoomed();
                let left = zoomed.then_some(C::Zoomed);
                let left = left.or_else(|| compare.escape_context());
                let left = left.or(opened.then_some(C::Opened));
                let entered = opened.then_some(C::Entered);
                let here = left.into_iter().chain(panes.iter().copied());
                let here = here.chain([C::Compare, C::List]).chain(entered);
                here.chain([C::Always]).collect()
            }
            Screen::Fleet(fleet) if fleet.typing.is_some() => vec![C::Typing],
            Screen::Fleet(fleet) => {
                let opened = !fleet.behind.is_empty();
                let filtered = !fleet.front.filter().is_empty();
                let left = filtered.then_some(C::Filtered);
                let left = left.or(opened.then_some(C::Opened));
                let entered = opened.then_some(C::Entered);
                let here = left.into_iter().chain([C::Fleet, C::List]).chain(entered);
                here.chain([C::Always]).collect()
            }
            Screen::Explore(explore) if explore.typing.is_some() => vec![C::Finding, C::Typing],
            Screen::Explore(explore) => {
                let panes = explore_panes(explore).iter().copied();
                let is_inner = !self.behind.is_empty();
                let entered = is_inner || !explore.views.is_empty();
                let left = explore.escape_context();
                let left = left.or(is_inner.then_some(C::Opened));
                let here = left.into_iter().chain(panes);
                let entered = entered.then_some(C::Entered);
                here.chain(entered).chain([C::Always]).collect()
            }
        }
    }

    /// Returns the line being typed in the footer, if there is one.
    #[must_use]
    pub(crate) fn input_line(&self) -> Option<&TextInput> {
        if self.help.is_some() || self.overlay.is_some() {
            return None;
        }
        match &self.screen {
            Screen::Picker(picker) => Some(&picker.filter),
            Screen::Loading(_) | Screen::LoadingTwo(_) => None,
            Screen::Explore(explore) => explore.typing.as_ref(),
            Screen::Compare(compare) => compare.typing.as_ref(),
            Screen::Fleet(fleet) => fleet.typing.as_ref(),
        }
    }

    /// Returns the label of that line.
    #[must_use]
    pub(crate) const fn input_label(&self) -> &'static str {
        match self.screen {
            Screen::Picker(_) | Screen::Fleet(_) => " filter  ",
            _ => " find  ",
        }
    }

    /// Returns the contexts of the current screen and its overlays, in the order of the help: active ones first, so the focused pane is on top.
    #[must_use]
    pub(crate) fn contexts_of_help(&self) -> Vec<Context> {
        let here = self.contexts_below_help();
        let all = match &self.screen {
            Screen::Picker(_) => PICKER,
            Screen::Loading(_) | Screen::LoadingTwo(_) => LOADING,
            Screen::Explore(_) => EXPLORE,
            Screen::Compare(_) => COMPARE,
            Screen::Fleet(_) => FLEET,
        };
        let mut all = all.to_vec();
        all.sort_by_key(|context| !here.contains(context));
        all
    }
}

/// The contexts of the explore screen and its overlays, in the order of the help.
const EXPLORE: &[Context] = &[
    C::Overview,
    C::MapFolder,
    C::Map,
    C::Zoomed,
    C::Tree,
    C::Files,
    C::Marked,
    C::Layers,
    C::Hidden,
    C::Savings,
    C::Packages,
    C::Number,
    C::Tabs,
    C::Panes,
    C::Viewer,
    C::CategoryDetails,
    C::Text,
    C::Diff,
    C::History,
    C::Actions,
    C::List,
    C::Finding,
    C::Found,
    C::Filtered,
    C::Ranged,
    C::Opened,
    C::Entered,
    C::TypingPath,
    C::Typing,
    C::Extracting,
    C::Loading,
    C::Always,
];

/// The contexts of the compare screen and its overlays, in the order of the help.
const COMPARE: &[Context] = &[
    C::CompareNumber,
    C::CompareTabs,
    C::Trees,
    C::MapFolder,
    C::Map,
    C::Zoomed,
    C::Compare,
    C::Viewer,
    C::Text,
    C::Diff,
    C::History,
    C::Actions,
    C::List,
    C::Finding,
    C::Found,
    C::Filtered,
    C::Opened,
    C::Entered,
    C::TypingPath,
    C::Typing,
    C::Extracting,
    C::Always,
];

/// The contexts of the screen over many images and its overlays, in the order of the help.
const FLEET: &[Context] = &[
    C::Fleet,
    C::Text,
    C::Actions,
    C::List,
    C::Filtered,
    C::Opened,
    C::Entered,
    C::Typing,
    C::Always,
];

/// The contexts of the picker, in the order of the help.
const PICKER: &[Context] = &[
    C::Paired,
    C::PickingOne,
    C::Picking,
    C::Marked,
    C::Filtered,
    C::Opened,
    C::Typing,
];

/// The contexts of the loading screen.
const LOADING: &[Context] = &[C::Loading, C::Always];

fn in_overlay(overlay: &Overlay) -> &'static [Context] {
    match overlay {
        Overlay::Viewer(viewer) if viewer.typing.is_some() => &[C::Typing],
        Overlay::Viewer(viewer) if viewer.leads_to.is_some() => {
            &[C::CategoryDetails, C::Text, C::List, C::Always]
        }
        Overlay::Viewer(viewer) if viewer.file.is_none() => &[C::Text, C::List, C::Always],
        Overlay::Viewer(_) => &[C::Viewer, C::List, C::Always],
        Overlay::Diff(_) => &[C::Diff, C::List, C::Always],
        Overlay::Prompt(prompt) if prompt.pending.is_some() => &[C::Extracting, C::Always],
        Overlay::Destination(_) | Overlay::Prompt(_) => &[C::TypingPath, C::Typing],
        Overlay::Extracting(_) => &[C::Extracting, C::Always],
        Overlay::History(_) => &[C::History, C::List, C::Always],
        Overlay::Actions(_) => &[C::Actions, C::Typing],
    }
}

fn explore_panes(explore: &Explore) -> &'static [Context] {
    match (explore.focus, explore.tab) {
        (Focus::Layers, _) => &[C::Layers, C::Panes, C::List],
        (Focus::Overview, _) => &[C::Overview, C::Panes, C::List],
        (Focus::Map, _) if explore.map_folder().is_some() => {
            &[C::MapFolder, C::Map, C::Panes, C::List]
        }
        (Focus::Map, _) => &[C::Map, C::Panes, C::List],
        (Focus::Files, _) => &[C::Files, C::Panes, C::List],
        (Focus::Tree, _) => &[C::Tree, C::Panes, C::List],
        (Focus::Tabs, Tab::Hidden) => &[C::Hidden, C::Tabs, C::Panes, C::List],
        (Focus::Tabs, Tab::Savings) => &[C::Savings, C::Tabs, C::Panes, C::List],
        (Focus::Tabs, Tab::Packages) => &[C::Packages, C::Tabs, C::Panes, C::List],
        (Focus::Tabs, Tab::Image) if explore.number().is_some() => {
            &[C::Number, C::Tabs, C::Panes, C::List]
        }
        (Focus::Tabs, _) => &[C::Tabs, C::Panes, C::List],
    }
}

/// Returns what `esc` leaves in a tree: the find, then a filter other than the usual one. Where there is no hit, the filter is first.
pub(in crate::ui) fn outline_context<I: PathId>(
    lines: &Outline<I>,
    usual: Filter,
) -> Option<Context> {
    let is_filtered = lines.filter() != usual;
    match lines.find() {
        Some(_) if is_filtered && lines.has_no_hit() => Some(Context::Filtered),
        Some(_) => Some(Context::Found),
        None => is_filtered.then_some(Context::Filtered),
    }
}

impl Compare {
    /// Returns what `esc` leaves in the view in front: in the files the find, then the filter; in a tab the filter, as far as the tab has it too.
    #[must_use]
    pub(in crate::ui) fn escape_context(&self) -> Option<Context> {
        match self.front.focus {
            compare::CompareFocus::Files => outline_context(&self.front.files, self.usual_filter()),
            compare::CompareFocus::Tabs => self.is_tab_filtered().then_some(Context::Filtered),
        }
    }
}

impl Explore {
    /// Returns what `esc` leaves: the folder of the map, the find and the filter of the tree in front, the view in front, the range of layers, then loading.
    #[must_use]
    pub(crate) fn escape_context(&self) -> Option<Context> {
        if self.focus == Focus::Map && self.map.is_zoomed() {
            return Some(Context::Zoomed);
        }
        if self.list().is_some_and(FilesPane::has_marks) {
            return Some(Context::Marked);
        }
        let ranged = self.layers.mode != CompareMode::Below;
        let loads = self.loading.as_ref().is_some_and(|it| !it.cancelled);
        let opened = !self.views.is_empty();
        let others = [
            (opened, Context::Opened),
            (ranged, Context::Ranged),
            (loads, Context::Loading),
        ];
        let other = || others.into_iter().find(|(is, _)| *is);
        // Find and filter are of the tree's lines: elsewhere leaving them would change nothing in view.
        let in_tree = self.view == View::Tree;
        let left = in_tree.then(|| outline_context(&self.tree.lines, Filter::default()));
        left.flatten().or_else(|| Some(other()?.1))
    }
}

impl Picker {
    /// Returns what `esc` leaves: the query, then the marks.
    #[must_use]
    pub(crate) fn escape_context(&self) -> Option<Context> {
        if !self.filter.text().is_empty() {
            Some(Context::Filtered)
        } else if self.has_marks() {
            Some(Context::Marked)
        } else {
            None
        }
    }
}
