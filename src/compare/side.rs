//! Which of the two, and a thing for each of them. No meaning beyond the order: before, then after.

/// One of the two images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The first one named: what was.
    Before,
    /// The second one: what is.
    After,
}

/// A thing for each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// That of the image before.
    pub before: T,
    /// That of the image after.
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

    /// Returns the word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

impl<T> Sides<T> {
    /// Returns a thing for each side.
    pub const fn new(before: T, after: T) -> Self {
        Self { before, after }
    }

    /// Returns a side's thing.
    pub const fn get(&self, side: Side) -> &T {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }

    /// Returns a side's thing, to be changed.
    pub const fn get_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Before => &mut self.before,
            Side::After => &mut self.after,
        }
    }

    /// Returns what `f` makes of each side's thing.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Sides<U> {
        Sides {
            before: f(self.before),
            after: f(self.after),
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
