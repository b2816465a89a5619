//! The list of `dive-rs ls`, in the layout of ls(1): files first, then the contents of each folder, names in byte order.

use std::io::{self, Write};

use super::row::{ListingRow, Sizes};
use crate::escape;
use crate::image::NodeId;
use crate::query::{PathVersions, Versions};

/// What to list.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of ls")]
pub struct LsList<'a> {
    /// The versions that paths have.
    pub versions: Versions<'a>,
    /// The versions that are listed, by path, then by layer.
    pub rows: PathVersions<'a>,
    /// The paths to list, sorted.
    pub operands: &'a [NodeId],
    /// Whether every row at an operand and below it is listed, by its full path: a selection is not a folder.
    pub flat: bool,
    /// Whether folders are listed like files.
    pub directory: bool,
    /// Whether folders in folders are listed.
    pub recursive: bool,
    /// Whether mode, owner, size and layer are written.
    pub long: bool,
    /// Whether each row is a line of JSON.
    pub json: bool,
    /// How sizes are written.
    pub sizes: Sizes,
}

/// Writes the list.
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(crate) fn write_ls(list: &LsList<'_>, out: &mut impl Write) -> io::Result<()> {
    if list.flat {
        return list.write_selected(out);
    }
    let is_listed_as_folder = |node: &&NodeId| !list.directory && list.is_folder(**node);
    let folders: Vec<NodeId> = list
        .operands
        .iter()
        .filter(is_listed_as_folder)
        .copied()
        .collect();
    let files = list
        .operands
        .iter()
        .filter(|node| !is_listed_as_folder(node));
    let files: Vec<ListingRow<'_>> = files.flat_map(|node| list.rows_of(*node)).collect();
    list.write_block(&files, ListingRow::path, out)?;
    let has_heads = list.recursive || list.operands.len() > 1;
    let mut is_first = files.is_empty();
    for folder in folders {
        let mut left = vec![folder];
        while let Some(folder) = left.pop() {
            let children: Vec<NodeId> = list.children(folder).collect();
            if !list.json && has_heads {
                let blank = if is_first { "" } else { "\n" };
                let path = list.versions.image().tree.path(folder);
                writeln!(out, "{blank}{}:", escape::name(&path))?;
                is_first = false;
            }
            let rows: Vec<ListingRow<'_>> = children
                .iter()
                .flat_map(|node| list.rows_of(*node))
                .collect();
            list.write_block(&rows, ListingRow::name, out)?;
            if list.recursive {
                left.extend(
                    children
                        .into_iter()
                        .rev()
                        .filter(|node| list.is_folder(*node)),
                );
            }
        }
    }
    Ok(())
}

impl<'a> LsList<'a> {
    fn rows_of(&self, node: NodeId) -> Vec<ListingRow<'a>> {
        ListingRow::of(&self.versions, self.rows, node)
    }

    /// Returns whether the last version of a path is a folder.
    fn is_folder(&self, node: NodeId) -> bool {
        let rows = self.rows_of(node);
        rows.last().is_some_and(|row| row.entry().is_dir())
    }

    /// Returns the paths in a folder that are listed, or contain what is.
    fn children(&self, folder: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let tree = &self.versions.image().tree;
        let children = tree.children(folder);
        children.filter(|node| !self.rows.between(*node, tree.end(*node)).is_empty())
    }

    /// Writes every row at the operands and below them.
    fn write_selected(&self, out: &mut impl Write) -> io::Result<()> {
        let image = self.versions.image();
        let mut end = NodeId::ROOT;
        let mut rows = Vec::new();
        for operand in self.operands {
            let from = end.max(*operand);
            end = end.max(image.tree.end(*operand));
            let selected = self.rows.between(from, end).iter();
            rows.extend(selected.map(|content| ListingRow::new(image, *content)));
        }
        self.write_block(&rows, ListingRow::path, out)
    }

    /// Writes rows with aligned columns.
    fn write_block<'r>(
        &self,
        rows: &[ListingRow<'r>],
        name: impl Fn(&ListingRow<'r>) -> String,
        out: &mut impl Write,
    ) -> io::Result<()> {
        if self.json {
            return rows.iter().try_for_each(|row| row.write_json(out));
        }
        if !self.long {
            return rows
                .iter()
                .try_for_each(|row| writeln!(out, "{}", name(row)));
        }
        let columns: Vec<[String; 5]> = rows.iter().map(|row| row.columns(self.sizes)).collect();
        let width = |at: usize| columns.iter().map(|row| row[at].len()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3, 4].map(width);
        for (row, [mode, uid, gid, size, layer]) in rows.iter().zip(&columns) {
            let [_, uids, gids, sizes, layers] = widths;
            let (name, suffix) = (name(row), row.suffix());
            writeln!(
                out,
                "{mode} {uid:>uids$} {gid:>gids$} {size:>sizes$} {layer:>layers$} {name}{suffix}"
            )?;
        }
        Ok(())
    }
}
