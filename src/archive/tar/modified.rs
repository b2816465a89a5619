//! The modification time of a tar entry. No clock here.

/// When a file was last modified: seconds since 1970, plus nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModifiedTime {
    /// Seconds; negative before 1970.
    pub seconds: i64,
    /// Nanoseconds.
    pub nanos: u32,
}

impl ModifiedTime {
    /// Returns it in pax's form, whose fraction counts away from zero.
    pub(crate) fn to_pax(self) -> String {
        let Self { seconds, nanos } = self;
        match (seconds, nanos) {
            (_, 0) => seconds.to_string(),
            (0.., _) => format!("{seconds}.{nanos:09}"),
            // −1.25 s is two seconds before 1970 and 750 million nanoseconds.
            _ => format!(
                "-{}.{:09}",
                seconds.unsigned_abs() - 1,
                1_000_000_000 - nanos
            ),
        }
    }

    /// Returns the seconds since 1970: 0 for a time before that, the largest number for one after 2106.
    pub(crate) fn seconds_in_32_bits(self) -> u32 {
        u32::try_from(self.seconds.max(0)).unwrap_or(u32::MAX)
    }

    /// Parses pax's form: seconds, with a fraction of any length.
    pub(crate) fn from_pax(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?.trim();
        let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
        let seconds: i64 = integer.parse().ok()?;
        let nanos: u32 = format!("{fraction:0<9.9}").parse().ok()?;
        Some(if integer.starts_with('-') && nanos > 0 {
            Self {
                seconds: seconds.checked_sub(1)?,
                nanos: 1_000_000_000 - nanos,
            }
        } else {
            Self { seconds, nanos }
        })
    }
}
