//! The lines of the Packages tab: shares of the image, notes, and every package in the chosen order. Nothing here draws.

use std::cmp::Reverse;

use crate::analysis::packages::{Package, PackageId};
use crate::ui::loaded::content_analysis::ContentSummary;

use crate::query::PackageFilter;

/// The order of packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PackageOrder {
    /// Most bytes first.
    #[default]
    Bytes,
    /// By name, in byte order.
    Name,
    /// By the layer that installed them, in each most bytes first.
    Layer,
}

impl PackageOrder {
    /// Returns the order after this one, from the last to the first.
    #[must_use]
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Bytes => Self::Name,
            Self::Name => Self::Layer,
            Self::Layer => Self::Bytes,
        }
    }
}

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PackageLine {
    /// The share of an owner.
    Share(PackageFilter),
    /// A note on what could not be read, by its index.
    Note(usize),
    /// A package.
    Package(PackageId),
}

/// The lines and their order.
#[derive(Clone, Debug, Default)]
pub struct PackagesPane {
    order: PackageOrder,
    rows: Vec<PackageLine>,
}

impl PackagesPane {
    /// Returns all lines.
    #[must_use]
    pub(crate) fn rows(&self) -> &[PackageLine] {
        &self.rows
    }

    /// Returns the order.
    #[must_use]
    pub(crate) const fn order(&self) -> PackageOrder {
        self.order
    }

    /// Uses the next order.
    pub(in crate::ui) fn next_order(&mut self, content: &ContentSummary) {
        self.order = self.order.next();
        self.list(content);
    }

    /// Lists packages and shares.
    pub(in crate::ui) fn list(&mut self, content: &ContentSummary) {
        let packages = &content.content_analysis.packages;
        let mut found: Vec<(PackageId, &Package)> = packages.ids().collect();
        match self.order {
            PackageOrder::Bytes => found.sort_by_key(|(_, package)| Reverse(package.bytes)),
            PackageOrder::Name => {
                found.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
            }
            PackageOrder::Layer => {
                found.sort_by_key(|(_, package)| (package.layer, Reverse(package.bytes)));
            }
        }
        let shares = PackageFilter::ALL.map(PackageLine::Share);
        let notes = (0..packages.notes.len()).map(PackageLine::Note);
        let found = found.into_iter().map(|(id, _)| PackageLine::Package(id));
        self.rows = shares.into_iter().chain(notes).chain(found).collect();
    }

    /// Removes all lines.
    pub(in crate::ui) fn clear(&mut self) {
        self.rows.clear();
    }
}
