//! A comment of a pull request: a first line that marks it, text of a limited length, and a last line that names what was left out.

use std::io::{self, Write};

use crate::bytes::count;

/// The mark of a comment. A later run looks for it and replaces the comment instead of adding another.
const MARK: &str = "<!-- dive-rs -->";
/// The most bytes of a comment; GitHub's limit is 65 536 characters.
const MOST: usize = 65_536;
/// The bytes reserved for the ends of open elements and for the last line.
const RESERVED: usize = 600;

/// A comment.
pub(super) struct Comment {
    written: String,
    /// The number of lines left out, with their name.
    left_out: Vec<(usize, Noun)>,
}

/// A name in the singular and in the plural.
type Noun = (&'static str, &'static str);

impl Comment {
    /// Begins a comment.
    pub(super) fn new() -> Self {
        Self {
            written: format!("{MARK}\n"),
            left_out: Vec::new(),
        }
    }

    /// Adds a line, if there is room for it.
    pub(super) fn line(&mut self, line: &str) {
        self.rows(("line", "lines"), [line.to_owned()]);
    }

    /// Adds lines until there is no room; the rest is counted under their name. Returns how many were added.
    pub(super) fn rows(&mut self, name: Noun, rows: impl IntoIterator<Item = String>) -> usize {
        let mut rows = rows.into_iter();
        let mut added = 0;
        for row in rows.by_ref() {
            if self.written.len() + row.len() + 1 + RESERVED > MOST {
                let left_out = 1 + rows.count();
                match self.left_out.iter_mut().find(|(_, other)| *other == name) {
                    Some((count, _)) => *count += left_out,
                    None => self.left_out.push((left_out, name)),
                }
                break;
            }
            self.end_element(&row);
            added += 1;
        }
        added
    }

    /// Adds a short line that ends an element; there always is room for it.
    pub(super) fn end_element(&mut self, line: &str) {
        self.written.push_str(line);
        self.written.push('\n');
    }

    /// Writes the comment, with a last line about what was left out.
    pub(super) fn write(mut self, out: &mut impl Write) -> io::Result<()> {
        if !self.left_out.is_empty() {
            let parts = self.left_out.iter();
            let parts = parts.map(|(number, (one, many))| count(*number as u64, one, many));
            let parts = parts.collect::<Vec<_>>().join(", ");
            self.end_element(&format!(
                "\nLeft out, because this report has at most 65 536 bytes: {parts}."
            ));
        }
        out.write_all(self.written.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::Comment;

    #[test]
    fn a_full_comment_names_what_it_leaves_out() {
        let mut comment = Comment::new();
        let added = comment.rows(("file", "files"), (0..2000).map(|at| format!("{at:040}")));
        comment.line(&"x".repeat(70_000));
        comment.end_element("end");
        let mut written = Vec::new();
        comment.write(&mut written).expect("memory");
        let text = String::from_utf8(written).expect("UTF-8");
        assert!(text.len() <= 65_536, "{}", text.len());
        assert!(text.starts_with("<!-- dive-rs -->\n"));
        let end = format!("bytes: {} files, 1 line.\n", 2000 - added);
        assert!(text.ends_with(&end), "{end}");
    }
}
