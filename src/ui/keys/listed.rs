//! The key table as help lists it, grouped by context. Does not read the model.

use std::borrow::Cow;

use crate::ui::keys::context::Context;
use crate::ui::keys::{Binding, Key, KeyMap};

/// A line of the help.
#[derive(Clone, Debug)]
pub enum HelpLine {
    /// The context of the keys below.
    Heading(&'static str),
    /// A line of the table: its keys, two spaces between them, and what they do.
    Keys(String, Cow<'static, str>),
    /// More of the text of the line above.
    More(String),
    /// An empty line.
    Space,
}

/// Returns the lines of the help, grouped by context in the given order. `listed` returns the keys of a line that are listed; lines without any are left out.
#[must_use]
pub(crate) fn help(
    map: &KeyMap,
    contexts: &[Context],
    listed: impl Fn(&Binding) -> Vec<Key>,
) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for &context in contexts {
        let here = map.lines().iter().filter(|line| line.context == context);
        let listed = here.map(|line| (listed(line), line.help));
        let mut listed = listed.filter(|(keys, _)| !keys.is_empty()).peekable();
        if listed.peek().is_none() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(HelpLine::Space);
        }
        lines.push(HelpLine::Heading(context.title()));
        lines.extend(listed.map(|(keys, help)| {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            HelpLine::Keys(keys.join("  "), Cow::Borrowed(help))
        }));
    }
    lines
}
