//! The times that two images are compared by. No formatting.

use std::time::Duration;

use crate::image::Image;

use super::comparison::Comparison;
use super::side::Sides;

impl Comparison {
    /// Returns what is timed and the time of each image: both builds, else the time between the first and the last own layer of each; nothing when one
    /// of them is unknown. The two kinds are never compared with each other.
    #[must_use]
    pub fn times(&self, images: Sides<&Image>) -> Option<(&'static str, Sides<Duration>)> {
        let built = images.map(|image| image.about.build_times.total);
        let elapsed = self
            .analyses
            .as_ref()
            .map(|analysis| analysis.own_elapsed());
        let both = |label, times: Sides<Option<Duration>>| {
            let times = times.before.zip(times.after);
            times.map(|(before, after)| (label, Sides::new(before, after)))
        };
        both("build time", built).or_else(|| both("first to last own layer", elapsed))
    }
}
