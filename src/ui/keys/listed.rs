//! The key table as help lists it, grouped by context. Nothing of the model is read.

use crate::ui::keys::context::Context;
use crate::ui::keys::{Binding, KeyMap};

/// A line of the help.
#[derive(Clone, Copy, Debug)]
pub enum HelpLine<'a> {
    /// The context of the keys below.
    Heading(&'static str),
    /// A line of the table.
    Keys(&'a Binding),
    /// An empty line.
    Space,
}

/// Returns the lines of the help, grouped by context; actions without a key are left out.
#[must_use]
pub fn help(map: &KeyMap) -> Vec<HelpLine<'_>> {
    use Context as C;
    let order = [
        C::Overview,
        C::Map,
        C::Zoomed,
        C::Tree,
        C::Layers,
        C::Tabs,
        C::Number,
        C::Hidden,
        C::Savings,
        C::Packages,
        C::FileList,
        C::Explore,
        C::List,
        C::Finding,
        C::Found,
        C::Filtered,
        C::Ranged,
        C::Opened,
        C::Entered,
        C::Compare,
        C::Files,
        C::AboveTrees,
        C::AboveTreesPath,
        C::Viewer,
        C::Text,
        C::Diff,
        C::History,
        C::Commands,
        C::Completing,
        C::Typing,
        C::Picking,
        C::Marked,
        C::Paired,
        C::Loading,
        C::Extracting,
        C::Always,
    ];
    let mut lines = Vec::new();
    for context in order {
        if !lines.is_empty() {
            lines.push(HelpLine::Space);
        }
        lines.push(HelpLine::Heading(context.title()));
        let here = |line: &&Binding| line.context == context && !line.keys.is_empty();
        let of = map.lines().iter().filter(here);
        lines.extend(of.map(HelpLine::Keys));
    }
    lines
}
