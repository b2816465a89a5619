//! One of several equal parts of a list or of its layers, so that several machines share them. Each is in exactly one part: its name alone decides which.
//! Pure.

use std::fmt;
use std::num::NonZeroU32;

use xxhash_rust::xxh3::xxh3_64;

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// Which, from 0.
    index: u32,
    /// Of how many.
    count: NonZeroU32,
}

impl Shard {
    /// All of the list.
    pub(crate) const WHOLE: Self = Self {
        index: 0,
        count: NonZeroU32::MIN,
    };

    /// Returns a part; `None` if there is no such part.
    pub(crate) fn new(index: u32, count: NonZeroU32) -> Option<Self> {
        (index < count.get()).then_some(Self { index, count })
    }

    /// Returns which part it is, from 0.
    pub(super) const fn index(self) -> u32 {
        self.index
    }

    /// Returns the number of parts.
    pub(super) const fn count(self) -> u32 {
        self.count.get()
    }

    /// Returns whether an image or a layer is in the part, by its name. Names with the same digest are in the same one, so that their image is read once.
    pub(super) fn has(self, name: &str) -> bool {
        let name = name.rsplit('@').next().unwrap_or_default();
        xxh3_64(name.as_bytes()) % u64::from(self.count.get()) == u64::from(self.index)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::Shard;

    #[test]
    fn every_image_is_in_one_part() {
        let count = NonZeroU32::new(3).unwrap();
        let shards: Vec<Shard> = (0..3)
            .filter_map(|index| Shard::new(index, count))
            .collect();
        assert_eq!(shards.len(), 3);
        assert_eq!(Shard::new(3, count), None);
        let mut sizes = [0; 3];
        for number in 0..300 {
            let name = format!("registry://a.io/app:{number}");
            let of: Vec<usize> = (0..3).filter(|&at| shards[at].has(&name)).collect();
            assert_eq!(of.len(), 1);
            sizes[of[0]] += 1;
        }
        assert!(sizes.iter().all(|size| *size > 60), "{sizes:?}");
        for shard in shards {
            let [one, other] = ["a.io/app@sha256:00", "b.io/other@sha256:00"];
            assert_eq!(shard.has(one), shard.has(other));
        }
    }
}
