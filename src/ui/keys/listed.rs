//! The key table as help lists it, grouped by context. Does not read the model.

use crate::ui::keys::context::Context;
use crate::ui::keys::{Binding, KeyMap};

/// A line of the help.
#[derive(Clone, Debug)]
pub enum HelpLine {
    /// The context of the keys below.
    Heading(&'static str),
    /// A line of the table: its keys, two spaces between them, and what they do.
    Keys(String, &'static str),
    /// An empty line.
    Space,
}

/// Returns the lines of the help, grouped by context in the given order; actions without a key are left out, and so are lines that are not listed.
#[must_use]
pub(crate) fn help(
    map: &KeyMap,
    contexts: &[Context],
    is_listed: impl Fn(&Binding) -> bool,
) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for &context in contexts {
        let here = map.lines().iter().filter(|line| line.context == context);
        let listed = here.filter(|line| !line.keys.is_empty() && is_listed(line));
        let mut listed = listed.peekable();
        if listed.peek().is_none() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(HelpLine::Space);
        }
        lines.push(HelpLine::Heading(context.title()));
        lines.extend(listed.map(|line| {
            let keys: Vec<String> = line.keys.iter().map(ToString::to_string).collect();
            HelpLine::Keys(keys.join("  "), line.help)
        }));
    }
    lines
}
