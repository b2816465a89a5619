//! How long layers took: times that a builder measured, and the times between layers in the build history. Data and pure functions; no clock.

use std::time::Duration;

use super::config::HistoryEntry;
use super::timestamp::nanoseconds_since_1970;

/// The measured times of the build that made an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildTimes {
    /// How long the instruction of each layer ran, bottom first; `None` if unknown. Empty if no instruction was measured.
    pub layers: Vec<Option<Duration>>,
    /// How long the build took.
    pub total: Option<Duration>,
}

/// The longest time between two layers that counts: in a longer one the build waited, or a step came from a cache.
const LONGEST: Duration = Duration::from_hours(2);

/// Returns for each of `layers` layers the time since the previous layer, from the `created` fields of the build history (OCI image spec, "Image
/// Configuration"). It is an upper bound of the layer's build time: waiting and cached steps look alike. It is unknown for the lowest layer, for the
/// first one above the `base` layers, without one of the two times, for equal or falling times, and above two hours.
#[must_use]
pub fn elapsed(history: &[HistoryEntry], layers: usize, base: usize) -> Vec<Option<Duration>> {
    let mut created = vec![None; layers];
    for line in history {
        if let Some(created) = line.layer.and_then(|id| created.get_mut(id.index())) {
            *created = line.created.as_deref().and_then(nanoseconds_since_1970);
        }
    }
    let since = |layer: usize| {
        let (previous, this) = (created[layer.checked_sub(1)?]?, created[layer]?);
        let nanoseconds = u64::try_from(this - previous).ok()?;
        let elapsed = Duration::from_nanos(nanoseconds);
        (layer != base && !elapsed.is_zero() && elapsed <= LONGEST).then_some(elapsed)
    };
    (0..layers).map(since).collect()
}
