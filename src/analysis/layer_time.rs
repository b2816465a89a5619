//! The time shown beside the size of a layer or of an image: its build time if that was measured, else the time between layers.

use std::fmt;
use std::time::Duration;

use super::link_speed::seconds;

/// A time of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerTime {
    /// How long its instruction ran, as the builder measured it.
    Built(Duration),
    /// The time since the previous layer, by the history: see [`elapsed`](crate::image::elapsed).
    Elapsed(Duration),
}

impl fmt::Display for LayerTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A time never breaks across lines.
        let text = |time: &Duration| seconds(time.as_secs_f64()).replace(' ', "\u{a0}");
        match self {
            Self::Built(time) => write!(f, "built in {}", text(time)),
            Self::Elapsed(time) => write!(f, "{} since the previous layer", text(time)),
        }
    }
}
