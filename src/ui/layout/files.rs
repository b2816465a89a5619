//! The columns of the list of files. The path gets what the others leave; the category, then the package are dropped where it would be short.

use crate::bytes::Units;

use crate::ui::pane::FileOrder;

/// From how many columns on the package, and the category, are shown, and the category in full.
const PACKAGE_FROM: usize = 76;
const CATEGORY_FROM: usize = 100;
const WHOLE_CATEGORY_FROM: usize = 118;
/// Their columns; the last one is that of the longest category.
const PACKAGE: usize = 19;
const CATEGORY: usize = 22;
const WHOLE_CATEGORY: usize = 34;
/// The columns of the number of layers that store a path, shown in the order by it.
const COPIES: usize = 8;
/// The columns of the time of the last modification, shown in the order by it and from how many columns on.
const MODIFIED: usize = 18;
const MODIFIED_FROM: usize = 150;
/// The columns of the mark and of the reason why a content is hidden.
pub(crate) const MARKS: usize = 3;

/// The widths of the columns, in terminal columns; 0 for a hidden one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileColumns {
    pub(crate) size: usize,
    pub(crate) layer: usize,
    pub(crate) copies: usize,
    pub(crate) modified: usize,
    pub(crate) package: usize,
    pub(crate) category: usize,
}

impl FileColumns {
    /// Returns the columns that fit beside the path, in an image of so many layers.
    #[must_use]
    pub(crate) fn new(layers: usize, units: Units, sort: FileOrder, room: usize) -> Self {
        let beside = |from: usize, columns: usize| if room >= from { columns } else { 0 };
        let shown = |order: FileOrder, columns: usize| if sort == order { columns } else { 0 };
        Self {
            size: units.columns(),
            layer: layers.to_string().len().max(2) + 1,
            copies: shown(FileOrder::Copies, COPIES),
            modified: beside(MODIFIED_FROM, MODIFIED).max(shown(FileOrder::Modified, MODIFIED)),
            package: beside(PACKAGE_FROM, PACKAGE).max(shown(FileOrder::Package, PACKAGE)),
            category: if room >= WHOLE_CATEGORY_FROM {
                WHOLE_CATEGORY
            } else {
                beside(CATEGORY_FROM, CATEGORY)
            },
        }
    }

    /// Returns the order by the column at a place, if there is one.
    #[must_use]
    pub(crate) fn order_at(&self, column: usize) -> Option<FileOrder> {
        let columns = [
            (self.size, Some(FileOrder::Size)),
            (self.layer, Some(FileOrder::Layer)),
            (MARKS, None),
            (self.copies, Some(FileOrder::Copies)),
            (self.modified, Some(FileOrder::Modified)),
            (self.package, Some(FileOrder::Package)),
            (self.category, None),
        ];
        let mut end = 0;
        let found = columns.into_iter().find(|(width, _)| {
            end += width;
            column < end
        });
        found.map_or(Some(FileOrder::Name), |(_, order)| order)
    }
}
