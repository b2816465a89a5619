//! Times of layers and images in reports: seconds for JSON, columns and rows for text. How they are known is `image::BuildTimes`.

use std::time::Duration;

use crate::analysis::{Analysis, seconds};
use crate::image::{Image, LayerId};

/// Returns the build time of a layer in seconds.
pub(super) fn built(image: &Image, layer: LayerId) -> Option<f64> {
    let times = &image.about.build_times.layers;
    as_seconds(times.get(layer.index()).copied().flatten())
}

/// Returns the time since the previous layer in seconds.
pub(super) fn elapsed(analysis: &Analysis, layer: LayerId) -> Option<f64> {
    as_seconds(analysis.elapsed.get(layer.index()).copied().flatten())
}

/// Returns the time of the build in seconds.
pub(super) fn total_build(image: &Image) -> Option<f64> {
    as_seconds(image.about.build_times.total)
}

/// Returns the time between the first and the last own layer in seconds.
pub(super) fn own_elapsed(analysis: &Analysis) -> Option<f64> {
    as_seconds(analysis.own_elapsed())
}

fn as_seconds(time: Option<Duration>) -> Option<f64> {
    time.map(|time| time.as_secs_f64())
}

/// Returns the times of an image as rows: name, time and note.
pub(super) fn rows(
    image: &Image,
    analysis: &Analysis,
) -> impl Iterator<Item = (&'static str, String, &'static str)> {
    let note = "first to last own layer, by the build history";
    let build = ("build time", total_build(image), "of the whole build");
    let elapsed = ("time", own_elapsed(analysis), note);
    let known = |(name, time, note): (_, Option<f64>, _)| Some((name, seconds(time?), note));
    [build, elapsed].into_iter().filter_map(known)
}

/// A column of the table of layers.
pub(super) struct TimeColumn {
    head: &'static str,
    times: Vec<Option<f64>>,
}

impl TimeColumn {
    /// Returns the columns that have a time: of the builds, and of the time since the previous layer where there is no build time.
    pub(super) fn all(image: &Image, analysis: &Analysis) -> Vec<Self> {
        let build = image.layer_ids().map(|id| built(image, id)).collect();
        let since = image.layer_ids().map(|id| match built(image, id) {
            Some(_) => None,
            None => elapsed(analysis, id),
        });
        let columns = [
            ("Build time", build),
            ("Since previous layer", since.collect()),
        ];
        let columns = columns.map(|(head, times): (_, Vec<_>)| Self { head, times });
        let known = |column: &Self| column.times.iter().any(Option::is_some);
        columns.into_iter().filter(known).collect()
    }

    /// Returns the head, with blanks before it.
    pub(super) fn head(&self) -> String {
        format!("  {}", self.head)
    }

    /// Returns a layer's time below the head, empty if unknown.
    pub(super) fn cell(&self, layer: LayerId) -> String {
        format!("  {:>width$}", self.text(layer), width = self.head.len())
    }

    /// Returns the head and the time of each layer, empty if unknown.
    pub(super) fn texts(&self, image: &Image) -> (&'static str, Vec<String>) {
        let texts = image.layer_ids().map(|layer| self.text(layer));
        (self.head, texts.collect())
    }

    fn text(&self, layer: LayerId) -> String {
        let time = self.times.get(layer.index()).copied().flatten();
        time.map(seconds).unwrap_or_default()
    }
}
