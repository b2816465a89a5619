//! The lines of a page: facts about it, then each list with heading, column heads, rows, how many are left out, notes. Lists share the height that there is; a list alone
//! has all its rows. Lines are numbers: which row is on one is decided when it is drawn.

use crate::escape;
use crate::fleet::page::Page;
use crate::ui::pane::prose;

/// The least rows of a list that others are shown beside.
const LEAST: usize = 4;
/// The least rows of a list that reports show completely.
const LEAST_OF_SHORT: usize = 8;

/// A line of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageLine<'a> {
    /// An empty line.
    Empty,
    /// A fact about the page, or a note below a list.
    Text(&'a str),
    /// The heading of a list.
    Heading(usize),
    /// The column heads of a list.
    Heads(usize),
    /// A row: its list, and its place among the shown ones.
    Row(usize, usize),
    /// How many rows of a list are left out.
    More(usize, usize),
}

/// The lines of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    facts: Vec<String>,
    /// The lists that are shown.
    lists: Vec<ListBlock>,
    /// The number of lines.
    len: usize,
}

/// The lines of a list.
#[derive(Clone, Debug)]
pub(super) struct ListBlock {
    /// Which list.
    pub(super) list: usize,
    /// The line of its heading.
    pub(super) first: usize,
    /// The line of its first row.
    pub(super) rows_from: usize,
    /// How many rows are shown.
    pub(super) rows: usize,
    /// How many are left out.
    pub(super) more: usize,
    notes: Vec<String>,
}

impl ListBlock {
    /// Returns how many of its lines can be selected.
    pub(super) fn stops(&self) -> usize {
        self.rows + usize::from(self.more > 0)
    }

    /// Returns its last line.
    pub(super) fn last(&self) -> usize {
        (self.rows_from + self.stops() + self.notes.len()).saturating_sub(1)
    }
}

impl Blocks {
    /// Lays a page out. `counts` has the rows of each list that pass the filter; lists without any are left out while one is active.
    pub(super) fn new(
        page: &Page,
        counts: &[usize],
        is_filtered: bool,
        columns: usize,
        height: usize,
    ) -> Self {
        // A text is indented by a column.
        let room = columns.saturating_sub(1);
        let wrap = |lines: &[String]| -> Vec<String> {
            let lines = lines.iter();
            let lines = lines.flat_map(|line| prose::wrap(&escape::text(line), room));
            lines.collect()
        };
        let facts = wrap(&page.lines);
        let mut line = facts.len() + usize::from(!facts.is_empty());
        let mut blocks: Vec<ListBlock> = Vec::new();
        let mut fixed = line;
        for (list, (of, rows)) in page.lists.iter().zip(counts).enumerate() {
            if is_filtered && *rows == 0 {
                continue;
            }
            let has_heads = of.columns.iter().any(|column| !column.name.is_empty());
            let block = ListBlock {
                list,
                first: 0,
                rows_from: 1 + usize::from(has_heads && *rows > 0),
                rows: *rows,
                more: 0,
                notes: wrap(&of.notes),
            };
            fixed += block.rows_from + block.notes.len() + 1;
            blocks.push(block);
        }
        if blocks.len() > 1 {
            let least = |block: &ListBlock| {
                let is_long = page.lists[block.list].is_long;
                block.rows.min(if is_long { LEAST } else { LEAST_OF_SHORT })
            };
            let shares = share(&blocks, least, (height + 1).saturating_sub(fixed));
            for (block, share) in blocks.iter_mut().zip(shares) {
                if share < block.rows {
                    let shown = share.saturating_sub(1);
                    block.more = block.rows - shown;
                    block.rows = shown;
                }
            }
        }
        for block in &mut blocks {
            block.first = line;
            block.rows_from += line;
            line = block.rows_from + block.stops() + block.notes.len() + 1;
        }
        Self {
            facts,
            len: line.saturating_sub(1),
            lists: blocks,
        }
    }

    pub(super) fn list(&self) -> &[ListBlock] {
        &self.lists
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Returns what is on a line.
    pub(super) fn line(&self, at: usize) -> PageLine<'_> {
        let next = self.lists.partition_point(|block| block.first <= at);
        let Some(block) = next.checked_sub(1).map(|block| &self.lists[block]) else {
            return self
                .facts
                .get(at)
                .map_or(PageLine::Empty, |fact| PageLine::Text(fact));
        };
        if at == block.first {
            return PageLine::Heading(block.list);
        }
        let Some(below) = at.checked_sub(block.rows_from) else {
            return PageLine::Heads(block.list);
        };
        if below < block.rows {
            return PageLine::Row(block.list, below);
        }
        if below < block.stops() {
            return PageLine::More(block.list, block.more);
        }
        let note = block.notes.get(below - block.stops());
        note.map_or(PageLine::Empty, |note| PageLine::Text(note))
    }
}

/// Returns how many lines the rows of each block have: at least their least, then one more for those with fewest until no line is left.
fn share(blocks: &[ListBlock], least: impl Fn(&ListBlock) -> usize, lines: usize) -> Vec<usize> {
    let mut shares: Vec<usize> = blocks.iter().map(least).collect();
    let mut left = lines.saturating_sub(shares.iter().sum());
    while left > 0 {
        let places = shares.iter().enumerate();
        let growing = places.filter(|(at, share)| **share < blocks[*at].rows);
        let Some((at, _)) = growing.min_by_key(|(_, share)| **share) else {
            break;
        };
        shares[at] += 1;
        left -= 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::{ListBlock, share};

    fn block(rows: usize) -> ListBlock {
        ListBlock {
            list: 0,
            first: 0,
            rows_from: 0,
            rows,
            more: 0,
            notes: Vec::new(),
        }
    }

    #[test]
    fn lists_share_the_lines_that_are_left() {
        let blocks = [block(2), block(100), block(100_000)];
        let least = |block: &ListBlock| block.rows.min(4);
        assert_eq!(share(&blocks, least, 0), [2, 4, 4]);
        assert_eq!(share(&blocks, least, 21), [2, 10, 9]);
        assert_eq!(share(&blocks[..2], least, 500), [2, 100]);
    }
}
