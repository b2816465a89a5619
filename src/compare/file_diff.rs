//! The difference of two versions of a file: by line for text, the first differing byte for other content. Plain data; escaping and colours are up to the
//! caller.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use super::side::{Side, Sides};

/// A file with a zero byte among its first bytes, this many, is binary.
const HEAD: usize = 8 << 10;

/// The difference of two contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileDiff {
    /// None.
    Same,
    /// Lines.
    Text(TextDiff),
    /// Content that is not text.
    Binary {
        /// Offset of the first differing byte, from 0; the end of the shorter content when it is a prefix of the other.
        first: u64,
    },
}

/// Lines of both versions in one order, in groups with unchanged lines between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextDiff {
    /// The lines of all groups.
    pub lines: Vec<DiffLine>,
    /// The groups: ranges of `lines`.
    pub groups: Vec<Range<usize>>,
    /// Number of added lines.
    pub added: usize,
    /// Number of removed lines.
    pub removed: usize,
}

/// A line of one version or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// The versions that have it.
    pub kind: DiffLineKind,
    /// Its number in each version, from 1.
    pub numbers: Sides<Option<usize>>,
    /// Its bytes, without the line feed.
    pub text: Vec<u8>,
    /// Whether it is the last line and has no line feed.
    pub unended: bool,
}

/// The versions that have a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffLineKind {
    /// Both.
    Same,
    /// Only before.
    Removed,
    /// Only after.
    Added,
}

/// Compares two contents, with `context` unchanged lines around each change.
#[must_use]
pub fn diff_files(before: &[u8], after: &[u8], context: usize) -> FileDiff {
    if before == after {
        return FileDiff::Same;
    }
    let binary = |bytes: &[u8]| bytes[..bytes.len().min(HEAD)].contains(&0);
    if binary(before) || binary(after) {
        let same = before
            .iter()
            .zip(after)
            .take_while(|(one, other)| one == other);
        return FileDiff::Binary {
            first: same.count() as u64,
        };
    }
    let old: Vec<&[u8]> = before.split_inclusive(|&byte| byte == b'\n').collect();
    let new: Vec<&[u8]> = after.split_inclusive(|&byte| byte == b'\n').collect();
    let mut diff = TextDiff::default();
    let changes = capture_diff_slices(Algorithm::Myers, &old, &new);
    for group in group_diff_ops(changes, context) {
        let start = diff.lines.len();
        for change in group {
            let (tag, was, is) = change.as_tag_tuple();
            if tag == DiffTag::Equal {
                for (one, other) in was.zip(is) {
                    diff.push(DiffLineKind::Same, Some(one), Some(other), new[other]);
                }
            } else {
                for one in was {
                    diff.push(DiffLineKind::Removed, Some(one), None, old[one]);
                }
                for other in is {
                    diff.push(DiffLineKind::Added, None, Some(other), new[other]);
                }
            }
        }
        diff.groups.push(start..diff.lines.len());
    }
    FileDiff::Text(diff)
}

impl TextDiff {
    fn push(
        &mut self,
        kind: DiffLineKind,
        before: Option<usize>,
        after: Option<usize>,
        line: &[u8],
    ) {
        match kind {
            DiffLineKind::Added => self.added += 1,
            DiffLineKind::Removed => self.removed += 1,
            DiffLineKind::Same => {}
        }
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let one_based = |at: Option<usize>| at.map(|at| at + 1);
        self.lines.push(DiffLine {
            kind,
            numbers: Sides::new(one_based(before), one_based(after)),
            text: text.to_vec(),
            unended: text.len() == line.len(),
        });
    }

    /// Returns the header of a group in a unified diff: `@@ -3,7 +3,8 @@`.
    #[must_use]
    pub fn head(&self, group: &Range<usize>) -> String {
        let span = |side: Side| {
            let lines = &self.lines[group.clone()];
            let mut numbers = lines.iter().filter_map(|line| *line.numbers.get(side));
            match (numbers.next(), numbers.count()) {
                (Some(first), 0) => first.to_string(),
                (Some(first), more) => format!("{first},{}", more + 1),
                (None, _) => "0,0".to_owned(),
            }
        };
        format!("@@ -{} +{} @@", span(Side::Before), span(Side::After))
    }

    /// Returns the lines of a group side by side, as indexes into `lines`: unchanged lines on both sides, changed lines paired in order.
    #[must_use]
    pub fn side_by_side(&self, group: &Range<usize>) -> Vec<Sides<Option<usize>>> {
        let mut rows: Vec<Sides<Option<usize>>> = Vec::new();
        // The row of the next added line: the first removed line of the run without a partner.
        let mut open = 0;
        for at in group.clone() {
            match self.lines[at].kind {
                DiffLineKind::Same => {
                    rows.push(Sides::new(Some(at), Some(at)));
                    open = rows.len();
                }
                DiffLineKind::Removed => rows.push(Sides::new(Some(at), None)),
                DiffLineKind::Added => {
                    if open < rows.len() {
                        rows[open].after = Some(at);
                    } else {
                        rows.push(Sides::new(None, Some(at)));
                    }
                    open += 1;
                }
            }
        }
        rows
    }
}
