//! The build times of two images, or the times from their first to their last own layer, with a label. No formatting.

use std::time::Duration;

use crate::image::Image;

use super::comparison::Comparison;
use super::side::Sides;

/// What the times of two images are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComparedTime {
    /// The build times.
    Build,
    /// The times from the first to the last own layer.
    OwnLayers,
}

impl ComparedTime {
    /// Returns its label.
    #[must_use]
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Build => "build time",
            Self::OwnLayers => "own layers built over",
        }
    }

    /// Returns what it is, beside the label `time`.
    #[must_use]
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Build => "build time",
            Self::OwnLayers => "from the first own layer to the last",
        }
    }
}

impl Comparison {
    /// Returns the time of each image, and what it is: the build times if both are known, else the times from the first to the last own layer if both are
    /// known. A build time is never compared with a time between layers.
    #[must_use]
    pub(crate) fn times(&self, images: Sides<&Image>) -> Option<(ComparedTime, Sides<Duration>)> {
        let built = images.map(|image| image.about.build_times.total);
        let elapsed = self
            .analyses
            .as_ref()
            .map(|analysis| analysis.own_elapsed());
        let both = |what, times: Sides<Option<Duration>>| {
            let times = times.before.zip(times.after);
            times.map(|(before, after)| (what, Sides::new(before, after)))
        };
        let built = both(ComparedTime::Build, built);
        built.or_else(|| both(ComparedTime::OwnLayers, elapsed))
    }
}
