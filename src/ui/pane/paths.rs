//! The interface between an outline and the tree it lists: the paths of one image, or the aligned paths of two. Folds, filter and find belong to the
//! outline.

use crate::compare::{FileCounts, RowId, Sides};
use crate::image::NodeId;

use crate::ui::pane::filter::Filter;

/// A path's place in a tree in pre-order; the root is number 0.
pub trait PathId: Copy + Ord + std::fmt::Debug {
    /// Returns the path with a number.
    fn of(number: u32) -> Self;
    /// Returns its number.
    fn number(self) -> u32;

    /// Returns the place in a `Vec` that has one item per path.
    fn index(self) -> usize {
        self.number() as usize
    }
}

impl PathId for NodeId {
    fn of(number: u32) -> Self {
        Self(number)
    }

    fn number(self) -> u32 {
        self.0
    }
}

impl PathId for RowId {
    fn of(number: u32) -> Self {
        Self(number)
    }

    fn number(self) -> u32 {
        self.0
    }
}

/// A tree of paths that can be listed: in pre-order, siblings in byte order, a subtree is the range `id..end`.
pub trait Paths {
    /// What names a path.
    type Id: PathId;

    /// Returns how many paths there are, the root included.
    fn count(&self) -> usize;
    /// Returns the folder a path is in, or nothing for the root.
    fn parent(&self, path: Self::Id) -> Option<Self::Id>;
    /// Returns one past the last path of the subtree.
    fn end(&self, path: Self::Id) -> Self::Id;
    /// Returns how many folders are above: 0 for the root.
    fn depth(&self, path: Self::Id) -> u16;
    /// Returns the path's own name.
    fn name(&self, path: Self::Id) -> &[u8];
    /// Returns the full path, with a slash before every name.
    fn path(&self, path: Self::Id) -> Vec<u8>;
    /// Returns whether the path is listed without a find.
    fn is_listed(&self, path: Self::Id) -> bool;
    /// Returns whether the query, if there is one, selects the path or something below it. A find skips other paths.
    fn is_in_query(&self, _path: Self::Id) -> bool {
        true
    }
    /// Returns whether all paths are listed beside each other, without their folders. There can be many lines then: they are derived in steps.
    fn is_flat(&self) -> bool {
        false
    }
    /// Returns whether an active filter shows the path for its own sake.
    fn passes(&self, path: Self::Id, filter: Filter) -> bool;
    /// Returns what siblings are ordered by, largest first.
    fn weight(&self, path: Self::Id) -> u64;
    /// Returns what siblings are ordered by where a filter or a find selects so many bytes at and below the path.
    fn weight_of(&self, path: Self::Id, selected: Sides<u64>) -> u64;
    /// Returns the bytes at and below the path, before and after; of the tree of one image all bytes are those after. Of a path that
    /// is removed, those at it are enough.
    fn bytes(&self, path: Self::Id) -> Sides<u64>;
    /// Counts a path that passes a filter and a find, if it is a file of a tree whose files are counted; `passes` returns whether another path does.
    fn count_file(
        &self,
        _path: Self::Id,
        _passes: &impl Fn(Self::Id) -> bool,
        _counts: &mut FileCounts,
    ) {
    }
    /// Returns whether siblings are ordered by weight; else they keep their byte order.
    fn is_by_weight(&self) -> bool;

    /// Returns the children of a folder in byte order.
    fn children(&self, folder: Self::Id) -> impl Iterator<Item = Self::Id> {
        let end = self.end(folder);
        let mut next = Self::Id::of(folder.number() + 1);
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.end(child);
            Some(child)
        })
    }

    /// Returns whether a path is below another, or the same.
    fn contains(&self, folder: Self::Id, path: Self::Id) -> bool {
        folder <= path && path < self.end(folder)
    }

    /// Returns the folders above a path, the nearest first.
    fn above(&self, path: Self::Id) -> impl Iterator<Item = Self::Id> {
        std::iter::successors(self.parent(path), |&folder| self.parent(folder))
    }
}
