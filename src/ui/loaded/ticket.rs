//! Numbers that connect a result with its request. A result with another number is dropped.

/// A load; answers of an earlier load are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadId(pub u32);

impl LoadId {
    /// The load of the first of two images.
    pub const BEFORE: Self = Self(0);
    /// The load of the second of two images.
    pub const AFTER: Self = Self(1);
}

/// A request to read, search, compare or extract; answers to an earlier request are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticket(pub u32);

impl Ticket {
    /// Becomes the next ticket and returns it.
    pub(crate) const fn next(&mut self) -> Self {
        self.0 = self.0.wrapping_add(1);
        *self
    }
}
