//! The build times of two images, or the times from their first to their last own layer, with a label. No formatting.

use std::time::Duration;

use crate::image::Image;

use super::comparison::Comparison;
use super::side::Sides;

impl Comparison {
    /// Returns a label and the time of each image: the build times if both are known, else the times from the first to the last own layer if both are
    /// known. A build time is never compared with a time between layers.
    #[must_use]
    pub(crate) fn times(&self, images: Sides<&Image>) -> Option<(&'static str, Sides<Duration>)> {
        let built = images.map(|image| image.about.build_times.total);
        let elapsed = self
            .analyses
            .as_ref()
            .map(|analysis| analysis.own_elapsed());
        let both = |label, times: Sides<Option<Duration>>| {
            let times = times.before.zip(times.after);
            times.map(|(before, after)| (label, Sides::new(before, after)))
        };
        both("build time", built).or_else(|| both("time, first to last own layer", elapsed))
    }
}
