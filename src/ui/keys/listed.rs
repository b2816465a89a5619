//! The key table as help lists it, grouped by context. Does not read the model.

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

/// Returns the lines of the help, grouped by context in the given order; actions without a key are left out.
#[must_use]
pub(crate) fn help<'a>(map: &'a KeyMap, contexts: &[Context]) -> Vec<HelpLine<'a>> {
    let mut lines = Vec::new();
    for &context in contexts {
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
