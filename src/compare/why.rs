//! Why two images differ: what their bytes are for, side by side, and what is installed. Exact: the causes' differences together are the difference of
//! the sizes.

use std::cmp::Reverse;

use super::packages::{PackageChanges, package_changes};
use super::side::Sides;
use crate::analysis::{Cause, Story};

/// What the bytes of one cause are on either side, buried ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CauseDelta {
    /// Which.
    pub cause: Cause,
    /// Unpacked bytes over all layers.
    pub bytes: Sides<u64>,
}

impl CauseDelta {
    /// Returns the bytes after − before.
    #[must_use]
    pub fn delta(&self) -> i128 {
        i128::from(self.bytes.after) - i128::from(self.bytes.before)
    }
}

/// Why two images differ.
#[derive(Clone, Debug)]
pub struct Why {
    /// Every cause that has bytes on either side, the largest difference first.
    pub causes: Vec<CauseDelta>,
    /// What is installed.
    pub packages: PackageChanges,
}

impl Why {
    /// Compares what is told of two images.
    #[must_use]
    pub fn of(stories: Sides<&Story>) -> Self {
        let one = |cause| CauseDelta {
            cause,
            bytes: stories.map(|story| story.causes.get(cause).bytes()),
        };
        let mut causes: Vec<CauseDelta> = Cause::ALL.into_iter().map(one).collect();
        causes.retain(|cause| cause.bytes != Sides::new(0, 0));
        causes.sort_by_key(|cause| {
            let largest = cause.bytes.before.max(cause.bytes.after);
            (Reverse(cause.delta().unsigned_abs()), Reverse(largest))
        });
        Self {
            causes,
            packages: package_changes(stories.map(|story| &story.packages)),
        }
    }
}
