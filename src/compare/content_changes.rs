//! The content analyses of two images, compared: categories, packages and findings. The differences of all categories add up to the difference of the sizes.

use std::cmp::Reverse;

use super::comparison::Comparison;
use super::finding_changes::FindingChanges;
use super::package_changes::{PackageChanges, package_changes};
use super::side::Sides;
use crate::analysis::{Category, ContentAnalysis};
use crate::image::Image;

/// The bytes of one category before and after, hidden ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryDelta {
    /// The category.
    pub category: Category,
    /// Unpacked bytes over all layers.
    pub bytes: Sides<u64>,
}

impl CategoryDelta {
    /// Returns the bytes after − before.
    #[must_use]
    pub fn delta(&self) -> i128 {
        i128::from(self.bytes.after) - i128::from(self.bytes.before)
    }
}

/// The differences of two content analyses.
#[derive(Clone, Debug)]
pub struct ContentChanges {
    /// Every category with bytes in either image, largest difference first.
    pub categories: Vec<CategoryDelta>,
    /// The package differences.
    pub packages: PackageChanges,
    /// The differences of the findings.
    pub findings: FindingChanges,
}

impl ContentChanges {
    /// Compares the content analyses of two compared images.
    #[must_use]
    pub fn of(
        comparison: &Comparison,
        images: Sides<&Image>,
        content_analyses: Sides<&ContentAnalysis>,
    ) -> Self {
        let one = |category| CategoryDelta {
            category,
            bytes: content_analyses
                .map(|content_analysis| content_analysis.categories.get(category).bytes()),
        };
        let mut categories: Vec<CategoryDelta> = Category::ALL.into_iter().map(one).collect();
        categories.retain(|category| category.bytes != Sides::new(0, 0));
        categories.sort_by_key(|category| {
            let largest = category.bytes.before.max(category.bytes.after);
            (Reverse(category.delta().unsigned_abs()), Reverse(largest))
        });
        Self {
            categories,
            packages: package_changes(
                content_analyses.map(|content_analysis| &content_analysis.packages),
            ),
            findings: FindingChanges::of(
                images,
                &comparison.layers,
                content_analyses.map(|content_analysis| &content_analysis.findings.list[..]),
            ),
        }
    }
}
