//! The third pane of wide terminals: the details of the selection, wrapped when they change, and the start of a selected file. No drawing.

use crate::escape;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::pane::prose;
use crate::ui::pane::viewer::{ViewedFile, Viewer};

/// The pane.
#[derive(Clone, Debug, Default)]
pub struct SelectionDetails {
    /// The title; empty without a selection.
    pub title: String,
    /// The details, escaped and wrapped.
    pub lines: Vec<String>,
    /// The first line in view.
    pub top: usize,
    /// The start of the selected file.
    pub preview: Option<Viewer>,
    /// Whether its bytes, or for no file their cancellation, are still to be requested.
    stale: bool,
    words: String,
    columns: usize,
}

/// The fewest lines of a preview, its heading included; with less room there is none.
const LEAST_PREVIEW: usize = 4;

impl SelectionDetails {
    /// Stores the title and the text of the details, wrapped at `columns`. Does nothing if they are the same.
    pub(crate) fn set(&mut self, details: Option<&(String, String)>, columns: usize) {
        let (title, words) = details.map_or(("", ""), |(title, words)| (title, words));
        if (title, words, columns) != (&*self.title, &*self.words, self.columns) {
            title.clone_into(&mut self.title);
            words.clone_into(&mut self.words);
            self.lines = wrap(words, columns);
            self.columns = columns;
            self.top = 0;
        }
    }

    /// Shows another file, or none; `ticket` is for the request. Does nothing if it is the same file.
    pub(crate) fn select(
        &mut self,
        file: Option<(ViewedFile, Vec<String>)>,
        ticket: impl FnOnce() -> Ticket,
    ) {
        let shown = self.preview.as_ref().and_then(|preview| preview.file);
        if shown != file.as_ref().map(|(file, _)| *file) {
            self.preview = file.map(|(file, way)| Viewer::of(ticket(), file, way));
            self.stale = true;
        }
    }

    /// Scrolls the details in a pane of so many lines, unless they all have room.
    pub(crate) fn wheel(&mut self, down: bool, lines: usize, height: usize) {
        let last = self.lines.len().saturating_sub(height);
        self.top = if down {
            self.top.saturating_add(lines).min(last)
        } else {
            self.top.saturating_sub(lines)
        };
    }

    /// Returns whether the selected file changed since the last call.
    pub(crate) fn take_stale(&mut self) -> bool {
        std::mem::take(&mut self.stale)
    }

    /// Returns how many lines of details there are above a preview, in a pane of so many lines, and whether there is room for the preview.
    #[must_use]
    pub(crate) fn lines_above(&self, height: usize) -> (usize, bool) {
        let has_room = self.lines.len() + LEAST_PREVIEW < height;
        match &self.preview {
            Some(_) if has_room => (self.lines.len() + 1, true),
            _ => (height, false),
        }
    }
}

/// Returns escaped lines of at most `columns`; what follows the first line of a labelled or an indented one is below its text.
fn wrap(words: &str, columns: usize) -> Vec<String> {
    let lines = words.lines().flat_map(|line| {
        let line = escape::text(line).into_owned();
        let start = prose::text_start(&line);
        let (label, text) = line.split_at(start);
        match text.trim() {
            "" => vec![label.trim_end().to_owned()],
            text => prose::wrap(text, columns.saturating_sub(start).max(8))
                .into_iter()
                .enumerate()
                .map(|(at, part)| match at {
                    0 => format!("{label}{part}"),
                    _ => format!("{:start$}{part}", ""),
                })
                .collect(),
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn a_wrapped_fact_stays_beside_its_label() {
        let words = "/a/b\n\npackage     dpkg gcc-12 12.2.0-14, installed in layer 2\n            why it is so and so";
        let expected = [
            "/a/b",
            "",
            "package     dpkg gcc-12",
            "            12.2.0-14,",
            "            installed in",
            "            layer 2",
            "            why it is so",
            "            and so",
        ];
        assert_eq!(wrap(words, 25), expected);
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
    }

    #[test]
    fn a_wrapped_path_stays_behind_its_size() {
        let words = "2 paths:\n\n     62.7 MB  /usr/lib/go/compile\n     layer 2  /a b";
        let expected = [
            "2 paths:",
            "",
            "     62.7 MB  /usr/lib/g",
            "              o/compile",
            "     layer 2  /a b",
        ];
        assert_eq!(wrap(words, 24), expected);
    }
}
