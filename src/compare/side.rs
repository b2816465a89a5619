//! The two images of a comparison, before and after, and a value for each. No meaning beyond the order.

/// One of the two images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The first image named.
    Before,
    /// The second image named.
    After,
}

/// A value for each of the two images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// The value of the image before.
    pub before: T,
    /// The value of the image after.
    pub after: T,
}

impl Side {
    /// Both, in order.
    pub const BOTH: [Self; 2] = [Self::Before, Self::After];

    /// Returns the other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::After => Self::Before,
        }
    }

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

#[cfg(feature = "cli")]
impl Sides<Side> {
    /// Each side at its own place.
    pub(crate) const EACH: Self = Self::new(Side::Before, Side::After);
}

impl<T> Sides<T> {
    /// Creates a pair.
    pub const fn new(before: T, after: T) -> Self {
        Self { before, after }
    }

    /// Returns the value of a side.
    pub const fn get(&self, side: Side) -> &T {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }

    /// Returns the value of a side, mutable.
    pub(crate) const fn get_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Before => &mut self.before,
            Side::After => &mut self.after,
        }
    }

    /// Maps both values.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Sides<U> {
        Sides {
            before: f(self.before),
            after: f(self.after),
        }
    }

    /// Returns the pair in the other order.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn swapped(self) -> Self {
        Self {
            before: self.after,
            after: self.before,
        }
    }

    /// Returns references to both.
    pub const fn as_ref(&self) -> Sides<&T> {
        Sides {
            before: &self.before,
            after: &self.after,
        }
    }
}
