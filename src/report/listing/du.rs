//! The list of `dive-rs du`, in the order of du(1): the sum of each folder after those of the folders in it, siblings in byte order.

use std::io::{self, Write};

use serde::Serialize;

use super::row::{ListingRow, Sizes};
use crate::analysis::Amount;
use crate::escape;
use crate::image::{Image, NodeId};
use crate::query::{PathVersions, Versions};
use crate::report::json_string::{text, write_compact};

/// What to sum.
#[derive(Clone, Copy, Debug)]
pub struct DuList<'a> {
    /// The versions that paths have.
    pub versions: Versions<'a>,
    /// The versions that are summed, by path, then by layer.
    pub rows: PathVersions<'a>,
    /// The paths to sum, sorted.
    pub operands: &'a [NodeId],
    /// Whether files are listed too.
    pub all: bool,
    /// How many folders below an operand are listed; `None` for all.
    pub depth: Option<u16>,
    /// Whether each sum is a line of JSON.
    pub json: bool,
    /// How sizes are written.
    pub sizes: Sizes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SumKeys {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    size_bytes: u64,
    /// Whether a layer is missing, so that folders may contain more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    at_least: bool,
    /// Versions that are not folders.
    files: u64,
}

/// The sum of a subtree.
#[derive(Clone, Copy, Debug, Default)]
struct SubtreeSum {
    bytes: u64,
    files: u64,
}

/// Writes the list.
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(crate) fn write_du(list: &DuList<'_>, out: &mut impl Write) -> io::Result<()> {
    let tree = &list.versions.image().tree;
    for operand in list.operands {
        // Open folders with their sums so far.
        let mut open: Vec<(NodeId, SubtreeSum)> = vec![(*operand, SubtreeSum::default())];
        let rows = list.rows.between(*operand, tree.end(*operand));
        for same in rows.chunk_by(|one, other| one.node == other.node) {
            let node = same[0].node;
            let mut own = SubtreeSum::default();
            for content in same {
                own.bytes = own.bytes.saturating_add(content.bytes);
                own.files += u64::from(!list.versions.is_dir(content));
            }
            list.close_until(&mut open, node, out)?;
            list.open_down_to(&mut open, node);
            if let Some((_, sum)) = open.last_mut() {
                sum.add(own);
            }
        }
        list.close_until(&mut open, tree.end(*operand), out)?;
    }
    Ok(())
}

impl SubtreeSum {
    fn add(&mut self, other: Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.files += other.files;
    }
}

impl DuList<'_> {
    fn image(&self) -> &Image {
        self.versions.image()
    }

    /// Writes the sums of the subtrees that end before a node, and adds each to the folder above it.
    fn close_until(
        &self,
        open: &mut Vec<(NodeId, SubtreeSum)>,
        node: NodeId,
        out: &mut impl Write,
    ) -> io::Result<()> {
        while let Some((closed, sum)) =
            open.pop_if(|(open, _)| self.image().tree.end(*open) <= node)
        {
            let depth = match open.first() {
                None => 0,
                Some((operand, _)) => {
                    let tree = &self.image().tree;
                    tree.depth(closed).saturating_sub(tree.depth(*operand))
                }
            };
            if let Some((_, above)) = open.last_mut() {
                above.add(sum);
            }
            self.write(closed, sum, depth, out)?;
        }
        Ok(())
    }

    /// Opens the folders between the innermost open one and a node, and the node.
    fn open_down_to(&self, open: &mut Vec<(NodeId, SubtreeSum)>, node: NodeId) {
        let Some(&(innermost, _)) = open.last() else {
            return;
        };
        let mut missing = Vec::new();
        let mut at = node;
        while at != innermost {
            missing.push((at, SubtreeSum::default()));
            match self.image().tree.parent(at) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        open.extend(missing.into_iter().rev());
    }

    fn write(
        &self,
        node: NodeId,
        sum: SubtreeSum,
        depth: u16,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let is_too_deep = self.depth.is_some_and(|most| depth > most);
        let rows = ListingRow::of(&self.versions, self.rows, node);
        let is_dir = rows.last().is_some_and(|row| row.entry().is_dir());
        // An operand is listed whatever it is.
        if depth > 0 && (is_too_deep || !is_dir && !self.all) {
            return Ok(());
        }
        let path = self.image().tree.path(node);
        let is_known = !is_dir || self.versions.is_complete();
        if !self.json {
            let size = self.sizes.sum(Amount::new(sum.bytes, is_known));
            return writeln!(out, "{size}\t{}", escape::name(&path));
        }
        let (path, path_bytes) = text(path);
        let keys = SumKeys {
            path,
            path_bytes,
            size_bytes: sum.bytes,
            at_least: !is_known,
            files: sum.files,
        };
        write_compact(&mut *out, &keys)?;
        out.write_all(b"\n")
    }
}
