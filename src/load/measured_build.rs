//! A build whose instructions were timed while they ran, before there is an image to attach the times to. No clock here.

use std::time::Duration;

use crate::image::{BuildTimes, Image, Instructions};

/// The instructions of a build with their times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasuredBuild {
    instructions: Instructions<Option<Duration>>,
    total: Duration,
}

impl MeasuredBuild {
    /// Creates a build of the instructions in the order of a Dockerfile, every stage with its FROM, and of the time from its start to its end. A step from a
    /// cache has no time.
    pub(crate) fn new(
        instructions: impl IntoIterator<Item = (String, Option<Duration>)>,
        total: Duration,
    ) -> Self {
        Self {
            instructions: Instructions::new(instructions, None),
            total,
        }
    }

    /// Returns the build without the times of its instructions.
    pub(crate) fn as_a_whole(&self) -> Self {
        Self::new([], self.total)
    }

    /// Returns the times of the layers of the image that was built.
    pub(crate) fn times(&self, image: &Image) -> BuildTimes {
        let made = image.layers.iter();
        let made: Vec<&str> = made
            .map(|layer| layer.heading.instruction.as_str())
            .collect();
        let times = self.instructions.of_layers(&made).into_iter();
        BuildTimes {
            layers: times.map(|time| time.copied().flatten()).collect(),
            total: Some(self.total),
        }
    }
}
