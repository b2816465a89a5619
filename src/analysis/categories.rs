//! What an image's bytes are for: every byte it ships, seen or buried, has exactly one cause. The table says which, this file only looks it up; nothing is
//! judged here.

mod category;
mod matcher;
mod table;

use crate::image::{EntryId, Image, LayerId, NodeId};

use crate::analysis::base::Base;
use crate::analysis::hidden::HiddenBytes;
use crate::analysis::packages::Packages;
pub use category::Category;
use matcher::{Matcher, RuleId};

/// Bytes of one cause, unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryBytes {
    /// Which.
    pub category: Category,
    /// Bytes that a container sees.
    pub visible: u64,
    /// Bytes that are shipped and seen by no container.
    pub hidden: u64,
}

impl CategoryBytes {
    /// Returns all bytes of the cause.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.visible.saturating_add(self.hidden)
    }
}

/// What an image's bytes are for; together they are the image size.
#[derive(Clone, Debug)]
pub struct Categories {
    /// Every cause, in the table's order, those without a byte too.
    pub list: [CategoryBytes; Category::ALL.len()],
    /// For each node the row that speaks of what is seen there.
    rows: Vec<RuleId>,
    /// For each hidden record, in the order of [`HiddenBytes::records`], its row.
    hidden_rows: Vec<RuleId>,
}

impl Categories {
    /// Finds the cause of every byte: by path, refined by the packages that own it where these are known. One pass over the paths, one over what is
    /// buried.
    #[must_use]
    pub fn of(
        image: &Image,
        base: &Base,
        hidden_bytes: &HiddenBytes,
        packages: Option<&Packages>,
    ) -> Self {
        let matcher = Matcher::new(image, base, packages);
        let mut categories = Self {
            list: Category::ALL.map(|category| CategoryBytes {
                category,
                visible: 0,
                hidden: 0,
            }),
            rows: vec![RuleId::ANYTHING; image.tree.len()],
            hidden_rows: Vec::with_capacity(hidden_bytes.records.len()),
        };
        let paths = matcher.paths();
        for node in image.tree.ids() {
            let Some((layer, entry)) = seen(image, node) else {
                continue;
            };
            let row = matcher.row(paths[node.index()], node, layer, true);
            categories.rows[node.index()] = row;
            let bytes = &mut categories.list[row.category() as usize].visible;
            *bytes = bytes.saturating_add(image.entry(entry).size);
        }
        for hidden in &hidden_bytes.records {
            let row = matcher.row(
                paths[hidden.node.index()],
                hidden.node,
                hidden.stored_in,
                false,
            );
            categories.hidden_rows.push(row);
            let bytes = &mut categories.list[row.category() as usize].hidden;
            *bytes = bytes.saturating_add(hidden.bytes);
        }
        categories
    }

    /// Returns the bytes of one cause.
    #[must_use]
    pub fn get(&self, category: Category) -> CategoryBytes {
        self.list[category as usize]
    }

    /// Returns the causes that have bytes, most first.
    #[must_use]
    pub fn largest(&self) -> Vec<CategoryBytes> {
        let mut found: Vec<CategoryBytes> = self.list.to_vec();
        found.retain(|bytes| bytes.bytes() > 0);
        found.sort_by_key(|bytes| std::cmp::Reverse(bytes.bytes()));
        found
    }

    /// Returns the cause of what is seen at a path of the finished image.
    #[must_use]
    pub fn category(&self, node: NodeId) -> Category {
        self.rows[node.index()].category()
    }

    /// Returns the category of a hidden record, by its index in [`HiddenBytes::records`].
    #[must_use]
    pub fn hidden_category(&self, record: usize) -> Category {
        self.hidden_rows[record].category()
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
