//! The difference of two snapshots of one tree, for the layer view and the aggregate view; `compare` uses the entry comparison for two images. No sizes.

use crate::image::{Entry, EntryId, EntryKind, Image, NodeId, Snapshot, components};

/// The status of a path between two snapshots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Visible in neither.
    #[default]
    Absent,
    /// Visible in both and equal; for a folder, everything below is equal too.
    Unmodified,
    /// Visible only in the later one.
    Added,
    /// Visible only in the earlier one.
    Removed,
    /// Visible in both, different; for a folder, itself or anything below it.
    Modified(EntryDifferences),
}

impl Status {
    /// Returns the status of a path itself between two of its entries; changes below a folder are added by [`diff`]. Every list or count of changes in one
    /// image uses this function.
    #[must_use]
    pub(crate) fn between(image: &Image, before: Option<EntryId>, after: Option<EntryId>) -> Self {
        match (before, after) {
            (None, None) => Self::Absent,
            (None, Some(_)) => Self::Added,
            (Some(_), None) => Self::Removed,
            (Some(a), Some(b)) if a == b => Self::Unmodified,
            (Some(a), Some(b)) => {
                let (a, b) = (image.file_entry(a), image.file_entry(b));
                match compare_entries((image, a), (image, b)) {
                    EntryDifferences::NOTHING => Self::Unmodified,
                    what => Self::Modified(what),
                }
            }
        }
    }
}

/// The differences of two entries of one path, as a set. mtime does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryDifferences(u8);

impl EntryDifferences {
    /// No difference.
    pub const NOTHING: Self = Self(0);
    /// Content: another size, or other bytes of equal size.
    pub const CONTENT: Self = Self(1);
    /// File, folder, link, device, pipe.
    pub const KIND: Self = Self(2);
    /// Permission bits, setuid, setgid, sticky.
    pub const MODE: Self = Self(4);
    /// User or group.
    pub const OWNER: Self = Self(8);
    /// The target of a link.
    pub const TARGET: Self = Self(16);
    /// Device numbers.
    pub const DEVICE: Self = Self(32);
    /// Extended attributes.
    pub const XATTRS: Self = Self(64);
    /// Something below a folder.
    pub const BELOW: Self = Self(128);

    const NAMES: [(Self, &'static str); 8] = [
        (Self::CONTENT, "content"),
        (Self::KIND, "kind"),
        (Self::MODE, "mode"),
        (Self::OWNER, "owner"),
        (Self::TARGET, "target"),
        (Self::DEVICE, "device"),
        (Self::XATTRS, "xattrs"),
        (Self::BELOW, "below"),
    ];

    /// Returns whether it contains all of `other`.
    #[must_use]
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the union.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the set without `other`.
    #[must_use]
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the names of the differences, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES
            .into_iter()
            .filter(move |(what, _)| self.has(*what))
            .map(|(_, name)| name)
    }

    /// Returns the names of the differences, in the same order, with commas between them.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn list(self) -> String {
        self.names().collect::<Vec<_>>().join(", ")
    }
}

/// Returns the differences of two entries, which may come from two images. A hard link to a file is compared as that file
/// (`Image::file_entry`); here are only links to nothing, compared by the paths they name.
#[must_use]
pub fn compare_entries(
    (a_image, a): (&Image, &Entry),
    (b_image, b): (&Image, &Entry),
) -> EntryDifferences {
    let mut what = EntryDifferences::NOTHING;
    let mut note = |differs: bool, kind: EntryDifferences| {
        if differs {
            what = what.and(kind);
        }
    };
    note(a.permissions() != b.permissions(), EntryDifferences::MODE);
    note((a.uid, a.gid) != (b.uid, b.gid), EntryDifferences::OWNER);
    if a.kind() == b.kind() {
        note(
            a.kind() == EntryKind::File && !same_content(a, b),
            EntryDifferences::CONTENT,
        );
        if a.rare_fields.is_some() || b.rare_fields.is_some() {
            let named = (a_image.target(a), b_image.target(b));
            note(!same_target(a.kind(), named), EntryDifferences::TARGET);
            let (a, b) = (a_image.rare_fields(a), b_image.rare_fields(b));
            note(
                a.and_then(|e| e.device) != b.and_then(|e| e.device),
                EntryDifferences::DEVICE,
            );
            note(
                a.map_or(&[][..], |e| &e.xattrs) != b.map_or(&[][..], |e| &e.xattrs),
                EntryDifferences::XATTRS,
            );
        }
    } else {
        note(true, EntryDifferences::KIND);
    }
    what
}

/// Returns whether two links of one kind have equal targets. Targets of hard links are compared as paths, of symbolic links as text.
fn same_target(kind: EntryKind, (a, b): (Option<&[u8]>, Option<&[u8]>)) -> bool {
    let path = |target: Option<_>| components(target.unwrap_or_default()).0;
    a == b || (kind == EntryKind::HardLink && path(a) == path(b))
}

/// Returns whether two regular files have equal content. Files of equal size without a hash count as different, except for one entry compared with itself,
/// as in a repeated layer.
#[must_use]
fn same_content(a: &Entry, b: &Entry) -> bool {
    std::ptr::eq(a, b)
        || a.size == b.size && (a.size == 0 || (a.hash.is_some() && a.hash == b.hash))
}

/// Compares two snapshots of an image's tree and returns a status for every node, in the tree's order. Linear in the nodes.
#[must_use]
pub fn diff(image: &Image, before: &Snapshot, after: &Snapshot) -> Vec<Status> {
    let pairs = before.entries().iter().zip(after.entries());
    let mut statuses: Vec<Status> = pairs
        .map(|(&before, &after)| Status::between(image, before, after))
        .collect();
    mark_folders(&image.tree, &mut statuses);
    statuses
}

/// Marks every folder with a change below it as Modified.
fn mark_folders(tree: &crate::image::Tree, statuses: &mut [Status]) {
    for node in tree.ids().rev() {
        let Some(parent) = tree.parent(node) else {
            break;
        };
        if matches!(statuses[node.index()], Status::Absent | Status::Unmodified) {
            continue;
        }
        let status = &mut statuses[parent.index()];
        *status = match *status {
            Status::Unmodified => Status::Modified(EntryDifferences::BELOW),
            Status::Modified(what) => Status::Modified(what.and(EntryDifferences::BELOW)),
            other => other,
        };
    }
    // Most tars have no entry for the root.
    if statuses[NodeId::ROOT.index()] == Status::Absent {
        statuses[NodeId::ROOT.index()] = Status::Unmodified;
    }
}
