//! Ids of nodes, entries and layers: newtypes, and the error when they run out.

use std::num::NonZeroU32;

/// A path of the image: its index in the [`Tree`](super::Tree), in pre-order. The root is node 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A layer, counted from 0 at the bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerId(pub u32);

/// One tar entry of one layer. Never zero, so that `Option<EntryId>` takes four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(NonZeroU32);

/// Identifies a content: the layer that stores it, and its entry there.
pub type ContentId = (LayerId, EntryId);

/// The [`RareFields`](super::RareFields) of an entry: kept apart since few entries have any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RareFieldsId(NonZeroU32);

/// Why an image is too large to be indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// More paths, entries or name bytes than 32 bits can count, or than any real image has.
    #[error("it has more paths, entries or name bytes than the limit")]
    Count,
    /// More memory than the [`Budget`](super::Budget) allows.
    #[error("it takes more than the allowed {limit} bytes of memory")]
    Memory {
        /// Bytes that would have been taken, everything kept so far included.
        requested: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// More memory than the system has.
    #[error("the system could not allocate {bytes} bytes")]
    System {
        /// Bytes that were requested.
        bytes: u64,
    },
}

impl NodeId {
    /// The root folder.
    pub const ROOT: Self = Self(0);

    /// Returns the index in a `Vec` with one item per node.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl LayerId {
    /// Returns the index in a `Vec` with one item per layer.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Returns its number for a narrow column, counted from 1: `L2`.
    #[must_use]
    #[cfg(feature = "cli")]
    pub(crate) fn short_name(self) -> String {
        format!("L{}", u64::from(self.0) + 1)
    }
}

macro_rules! one_based {
    ($id:ident) => {
        impl $id {
            /// Returns the index in the `Vec` of its items.
            #[must_use]
            pub(crate) const fn index(self) -> usize {
                self.0.get() as usize - 1
            }

            /// Returns the id of the item at `index`.
            ///
            /// # Errors
            /// [`TooLarge::Count`] when 32 bits cannot count it.
            pub fn at(index: usize) -> Result<Self, TooLarge> {
                u32::try_from(index + 1)
                    .ok()
                    .and_then(NonZeroU32::new)
                    .map(Self)
                    .ok_or(TooLarge::Count)
            }
        }
    };
}

one_based!(EntryId);
one_based!(RareFieldsId);
