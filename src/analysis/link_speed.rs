//! Link speeds and durations, parsed from and formatted as text. `transfer` computes with them.

use std::fmt;

/// A link's speed in bits per second; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkSpeed(u64);

/// Why a text is not a speed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkSpeedError {
    /// A number alone.
    #[error("it has no unit")]
    NoUnit,
    /// An unknown unit.
    #[error("`{}` is not a unit of speed", .0.escape_debug())]
    Unit(String),
    /// No number before the unit.
    #[error("not a speed")]
    NotASpeed,
    /// More than 10¹⁸ bits per second.
    #[error("too fast")]
    TooFast,
    /// Nothing would ever arrive.
    #[error("zero")]
    Zero,
}

/// Unit prefixes, largest first; powers of 1000, as links are sold.
const STEPS: [(u64, &str); 4] = [
    (1_000_000_000_000, "T"),
    (1_000_000_000, "G"),
    (1_000_000, "M"),
    (1000, "k"),
];

impl LinkSpeed {
    /// The default speeds: of a home, an office and a data centre.
    pub const USUAL: [Self; 3] = [Self(25_000_000), Self(100_000_000), Self(1_000_000_000)];

    /// The one of [`Self::USUAL`] to show where there is room for one.
    #[cfg(feature = "cli")]
    pub(crate) const MIDDLE: Self = Self::USUAL[1];

    /// Creates a speed in bits per second; `None` for 0.
    #[must_use]
    pub const fn new(bits_per_second: u64) -> Option<Self> {
        match bits_per_second {
            0 => None,
            bits => Some(Self(bits)),
        }
    }

    /// Parses a speed: `50Mbit/s`, `1.5 Gbit`, `100Mbps`, `9600 bit/s`. Only bits: a `B` for bytes is refused as ambiguous.
    ///
    /// # Errors
    /// [`LinkSpeedError`] when it is not one.
    pub fn parse(text: &str) -> Result<Self, LinkSpeedError> {
        let text = text.trim();
        let split = text
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let unit = unit.trim();
        let scale = ["bit/s", "bits/s", "bps", "bit"]
            .iter()
            .find_map(|end| unit.strip_suffix(end))
            .and_then(|prefix| match prefix {
                "" => Some(1),
                "K" => Some(1000),
                _ => STEPS
                    .iter()
                    .find(|(_, name)| *name == prefix)
                    .map(|&(scale, _)| scale),
            })
            .ok_or_else(|| match unit {
                "" => LinkSpeedError::NoUnit,
                unit => LinkSpeedError::Unit(unit.to_owned()),
            })?;
        let value: f64 = number.parse().map_err(|_| LinkSpeedError::NotASpeed)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "checked to be in range; fractions of a bit do not count"
        )]
        let bits = match value * scale as f64 {
            bits if bits.is_finite() && bits < 1e18 => bits as u64,
            _ => return Err(LinkSpeedError::TooFast),
        };
        Self::new(bits).ok_or(LinkSpeedError::Zero)
    }

    /// Returns the speed in bits per second.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) const fn bits_per_second(self) -> u64 {
        self.0
    }

    /// Returns the speed in bytes per second.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "speeds are not that exact")]
    pub(crate) fn bytes_per_second(self) -> f64 {
        self.0 as f64 / 8.0
    }
}

impl fmt::Display for LinkSpeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = STEPS.iter().find(|(scale, _)| self.0 >= *scale);
        let (scale, prefix) = step.copied().unwrap_or((1, ""));
        // Up to two decimals, without trailing zeros.
        let hundredths = u128::from(self.0) * 100 / u128::from(scale);
        let (units, rest) = (hundredths / 100, hundredths % 100);
        match rest {
            0 => write!(f, "{units} {prefix}bit/s"),
            rest if rest % 10 == 0 => write!(f, "{units}.{} {prefix}bit/s", rest / 10),
            rest => write!(f, "{units}.{rest:02} {prefix}bit/s"),
        }
    }
}

/// Formats seconds: `0.5 s`, `34 s`, `12 min 5 s`, `3 h 20 min`; `unknown` without any.
#[must_use]
pub fn seconds(seconds: impl Into<Option<f64>>) -> String {
    let Some(seconds) = seconds.into() else {
        return "unknown".to_owned();
    };
    if seconds < 9.95 {
        return format!("{:.1} s", seconds.max(0.0));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; ages do not matter"
    )]
    let rounded = seconds.round() as u64;
    let two = |large: u64, unit: &str, small: u64, name: &str| match small {
        0 => format!("{large} {unit}"),
        small => format!("{large} {unit} {small} {name}"),
    };
    match rounded {
        0..60 => format!("{rounded} s"),
        60..3600 => two(rounded / 60, "min", rounded % 60, "s"),
        3600..172_800 => two(rounded / 3600, "h", rounded % 3600 / 60, "min"),
        _ => format!("{} days", rounded / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::{LinkSpeed, seconds};

    #[test]
    fn speeds_are_bits_and_are_written_as_they_are_read() {
        for (text, bits, shown) in [
            ("50Mbit/s", 50_000_000, "50 Mbit/s"),
            ("1.5 Gbit", 1_500_000_000, "1.5 Gbit/s"),
            ("100Mbps", 100_000_000, "100 Mbit/s"),
            ("9600 bit/s", 9600, "9.6 kbit/s"),
            ("512 Kbit/s", 512_000, "512 kbit/s"),
            ("1 bit/s", 1, "1 bit/s"),
            ("2.048Mbit/s", 2_048_000, "2.04 Mbit/s"),
        ] {
            let link = LinkSpeed::parse(text).expect(text);
            assert_eq!((link.0, &*link.to_string()), (bits, shown));
        }
        for text in [
            "",
            "50",
            "50MB/s",
            "Mbit/s",
            "0Mbit/s",
            "0.1bit/s",
            "-1Mbit/s",
            "1.2.3Mbit/s",
            "9999999Tbit/s",
        ] {
            assert!(LinkSpeed::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_for_people() {
        let durations = [
            0.0, 0.04, 0.46, 9.94, 9.96, 59.4, 59.6, 125.0, 3600.0, 12_000.0, 1e6,
        ];
        assert_eq!(
            durations.map(seconds),
            [
                "0.0 s",
                "0.0 s",
                "0.5 s",
                "9.9 s",
                "10 s",
                "59 s",
                "1 min",
                "2 min 5 s",
                "1 h",
                "3 h 20 min",
                "11 days"
            ]
        );
    }
}
