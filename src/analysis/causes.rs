//! What an image's bytes are for: every byte it ships, seen or buried, has exactly one cause. The table says which, this file only looks it up; nothing is
//! judged here.

mod cause;
mod matcher;
mod table;

use crate::image::{EntryId, Image, LayerId, NodeId};

use super::base::Base;
use super::packages::Packages;
use super::waste::Waste;
pub use cause::Cause;
use matcher::{Matcher, RowId};

/// Bytes of one cause, unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CauseBytes {
    /// Which.
    pub cause: Cause,
    /// Bytes that a container sees.
    pub live: u64,
    /// Bytes that are shipped and seen by no container.
    pub buried: u64,
}

impl CauseBytes {
    /// Returns all bytes of the cause.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.live.saturating_add(self.buried)
    }
}

/// What an image's bytes are for; together they are the image size.
#[derive(Clone, Debug)]
pub struct Causes {
    /// Every cause, in the table's order, those without a byte too.
    pub list: [CauseBytes; Cause::ALL.len()],
    /// For each node the row that speaks of what is seen there.
    rows: Vec<RowId>,
}

impl Causes {
    /// Finds the cause of every byte: by path, refined by the packages that own it where these are known. One pass over the paths, one over what is
    /// buried.
    #[must_use]
    pub fn of(image: &Image, base: &Base, waste: &Waste, packages: Option<&Packages>) -> Self {
        let matcher = Matcher::new(image, base, packages);
        let mut causes = Self {
            list: Cause::ALL.map(|cause| CauseBytes {
                cause,
                live: 0,
                buried: 0,
            }),
            rows: vec![RowId::REST; image.tree.len()],
        };
        let paths = matcher.paths();
        for node in image.tree.ids() {
            let Some((layer, entry)) = seen(image, node) else {
                continue;
            };
            let row = matcher.row(paths[node.index()], node, layer, true);
            causes.rows[node.index()] = row;
            let bytes = &mut causes.list[row.cause() as usize].live;
            *bytes = bytes.saturating_add(image.entry(entry).size);
        }
        for buried in &waste.buried {
            let row = matcher.row(
                paths[buried.node.index()],
                buried.node,
                buried.stored_in,
                false,
            );
            let bytes = &mut causes.list[row.cause() as usize].buried;
            *bytes = bytes.saturating_add(buried.bytes);
        }
        causes
    }

    /// Returns the bytes of one cause.
    #[must_use]
    pub fn get(&self, cause: Cause) -> CauseBytes {
        self.list[cause as usize]
    }

    /// Returns the causes that have bytes, most first.
    #[must_use]
    pub fn largest(&self) -> Vec<CauseBytes> {
        let mut found: Vec<CauseBytes> = self.list.to_vec();
        found.retain(|bytes| bytes.bytes() > 0);
        found.sort_by_key(|bytes| std::cmp::Reverse(bytes.bytes()));
        found
    }

    /// Returns the cause of what is seen at a path of the finished image.
    #[must_use]
    pub fn cause(&self, node: NodeId) -> Cause {
        self.rows[node.index()].cause()
    }

    /// Returns why what is seen at a path of the finished image has its cause, as one sentence.
    #[must_use]
    pub fn reason(&self, node: NodeId) -> &'static str {
        self.rows[node.index()].reason()
    }
}

/// Returns what is seen at a path in the end, and the layer that stores it.
fn seen(image: &Image, node: NodeId) -> Option<(LayerId, EntryId)> {
    let last = image.timeline.of(node).last()?;
    Some((last.layer, last.entry?))
}
