//! A number of bytes or of things in an image: known, or at least so many because layers are missing. The only place that writes the mark of a lower bound.

use crate::bytes::{Units, human, thousands};

/// A number over layers of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Every layer that it depends on is there.
    Known(u64),
    /// A layer that it depends on is missing: the number of the others.
    AtLeast(u64),
}

impl Amount {
    /// Returns the amount of a number that is known, or a lower bound.
    #[must_use]
    pub const fn new(number: u64, is_known: bool) -> Self {
        if is_known {
            Self::Known(number)
        } else {
            Self::AtLeast(number)
        }
    }

    /// Returns whether it is known.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) const fn is_known(self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// Returns the number, or its lower bound.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) const fn number(self) -> u64 {
        match self {
            Self::Known(number) | Self::AtLeast(number) => number,
        }
    }

    /// Returns it as bytes: `1.2 MB`; as a lower bound `≥ 1.2 MB`, or `unknown` without any known byte.
    #[must_use]
    pub fn bytes(self, units: Units) -> String {
        self.text(|bytes| human(bytes, units))
    }

    /// Returns it as a count: `12`, `≥ 12` or `unknown`.
    #[must_use]
    pub fn count(self) -> String {
        self.text(thousands)
    }

    /// Returns it with its mark, the number written by `text`.
    pub(crate) fn text(self, text: impl Fn(u64) -> String) -> String {
        match self {
            Self::Known(number) => text(number),
            Self::AtLeast(0) => "unknown".to_owned(),
            Self::AtLeast(number) => format!("≥ {}", text(number)),
        }
    }

    /// Returns the columns of the widest amount of bytes.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) const fn columns(is_known: bool, units: Units) -> usize {
        let mark = if is_known { 0 } else { 2 };
        units.columns() + mark
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;
    use crate::bytes::Units;

    #[test]
    fn a_lower_bound_is_marked_and_never_zero() {
        let text = |amount: Amount| (amount.bytes(Units::Si), amount.count());
        let pair = |bytes: &str, count: &str| (bytes.to_owned(), count.to_owned());
        assert_eq!(text(Amount::new(0, true)), pair("0 B", "0"));
        assert_eq!(text(Amount::new(1200, true)), pair("1.2 kB", "1200"));
        assert_eq!(text(Amount::new(0, false)), pair("unknown", "unknown"));
        assert_eq!(text(Amount::new(1200, false)), pair("≥ 1.2 kB", "≥ 1200"));
    }
}
