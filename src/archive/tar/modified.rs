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
