//! Typed numbers: which node, which entry, which layer. Nothing here but the newtypes and the one way they can run out.

use std::num::NonZeroU32;

/// A path of the image: its place in the [`Tree`](super::Tree), in pre-order. The root is node 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A layer, counted from 0 at the bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerId(pub u32);

/// One tar record of one layer. Never zero, so that `Option<EntryId>` takes four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(NonZeroU32);

/// A link target, extended attributes or a device number, kept beside the entries since few have any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtraId(NonZeroU32);

/// More paths, records or name bytes than can be kept: than 32 bits can count, or than any honest image has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more paths, records or name bytes than can be kept")]
pub struct TooLarge;

impl NodeId {
    /// The root folder.
    pub const ROOT: Self = Self(0);

    /// Returns the place in a `Vec` that has one item a node.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl LayerId {
    /// Returns the place in a `Vec` that has one item a layer.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

macro_rules! one_based {
    ($id:ident) => {
        impl $id {
            /// Returns the place in the `Vec` this id counts.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0.get() as usize - 1
            }

            /// Returns the id of the item at `index`.
            ///
            /// # Errors
            /// [`TooLarge`] when 32 bits cannot count it.
            pub fn at(index: usize) -> Result<Self, TooLarge> {
                u32::try_from(index + 1)
                    .ok()
                    .and_then(NonZeroU32::new)
                    .map(Self)
                    .ok_or(TooLarge)
            }
        }
    };
}

one_based!(EntryId);
one_based!(ExtraId);
