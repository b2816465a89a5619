//! Places of a gzip blob from which unpacking can begin again, remembered while it is unpacked. Nothing is unpacked here.

/// The most that are remembered; each holds a window.
const MOST: usize = 512;

/// The beginning of a block.
#[derive(Debug)]
pub(in super::super) struct Mark {
    /// Its first bit in the blob.
    pub(super) bit: u64,
    /// The last bytes of its member before it, at most what a match can look back to.
    pub(super) window: Vec<u8>,
    /// How many unpacked bytes come before it, of all members.
    pub(in super::super) before: u64,
}

/// The marks so far. Of a blob with too many of them every second one is forgotten, and from then on every second one is passed by, and so on.
#[derive(Default)]
pub(super) struct Marks {
    kept: Vec<Mark>,
    unpacked: u64,
    passed: usize,
    /// How often every second one was forgotten.
    thinned: u32,
}

impl Marks {
    /// Says that so many bytes were unpacked.
    pub(super) fn count(&mut self, bytes: usize) {
        self.unpacked += bytes as u64;
    }

    /// Says that a block begins here.
    pub(super) fn pass(&mut self, bit: u64, window: &[u8]) {
        self.passed += 1;
        if !self.passed.is_multiple_of(1 << self.thinned) {
            return;
        }
        self.kept.push(Mark {
            bit,
            window: window.to_vec(),
            before: self.unpacked,
        });
        if self.kept.len() == MOST {
            let mut place = 0;
            self.kept.retain(|_| {
                place += 1;
                place % 2 == 0
            });
            self.thinned += 1;
        }
    }

    pub(super) fn into_vec(self) -> Vec<Mark> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Marks};

    #[test]
    fn however_many_blocks_pass_the_marks_are_few_and_evenly_apart() {
        let mut marks = Marks::default();
        for bit in 1..=100_000 {
            marks.count(1);
            marks.pass(bit, b"window");
        }
        let marks = marks.into_vec();
        assert!(
            marks.len() < MOST && marks.len() >= MOST / 4,
            "{}",
            marks.len()
        );
        let step = marks[0].bit;
        for (place, mark) in marks.iter().enumerate() {
            assert_eq!(mark.bit, step * (place as u64 + 1));
            assert_eq!(mark.before, mark.bit);
        }
    }
}
