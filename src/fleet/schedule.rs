//! The order in which images are read, so that no layer is read by two of them at once: the second one waits, and finds the layer in the cache. Pure.

use std::collections::{HashSet, VecDeque};

/// The images that are left, each as its layers.
pub(super) struct Schedule<'a> {
    pending: VecDeque<(usize, &'a [&'a str])>,
    /// The layers that are being read.
    busy: HashSet<&'a str>,
    /// The layers that were read.
    done: HashSet<&'a str>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Read this image.
    Read(usize),
    /// Wait until another one has been read.
    Wait,
    /// Nothing: all images are read or being read.
    End,
}

impl<'a> Schedule<'a> {
    /// Returns the schedule of images with these layers.
    pub(super) fn new(images: impl Iterator<Item = &'a [&'a str]>) -> Self {
        Self {
            pending: images.enumerate().collect(),
            busy: HashSet::new(),
            done: HashSet::new(),
        }
    }

    /// Returns the next image, which is being read from now on.
    pub(super) fn next(&mut self) -> Next {
        let is_free = |layers: &[&str]| !layers.iter().any(|layer| self.busy.contains(layer));
        let free = self.pending.iter().position(|(_, layers)| is_free(layers));
        let Some((image, layers)) = free.and_then(|at| self.pending.remove(at)) else {
            return if self.pending.is_empty() {
                Next::End
            } else {
                Next::Wait
            };
        };
        let unread = layers.iter().filter(|layer| !self.done.contains(*layer));
        self.busy.extend(unread);
        Next::Read(image)
    }

    /// Notes that an image with these layers was read, or failed: then its layers are read with the next one.
    pub(super) fn finish(&mut self, layers: &'a [&'a str], is_read: bool) {
        for layer in layers {
            self.busy.remove(layer);
        }
        if is_read {
            self.done.extend(layers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Next, Schedule};

    #[test]
    fn no_layer_is_read_twice_at_once() {
        let images: [&[&str]; 4] = [&["os", "a"], &["os", "b"], &["other"], &["os", "c"]];
        let mut schedule = Schedule::new(images.into_iter());
        assert_eq!(schedule.next(), Next::Read(0));
        assert_eq!(
            schedule.next(),
            Next::Read(2),
            "the second waits for the base"
        );
        assert_eq!(schedule.next(), Next::Wait);
        schedule.finish(images[0], false);
        assert_eq!(
            schedule.next(),
            Next::Read(1),
            "the base is read with the next one"
        );
        assert_eq!(schedule.next(), Next::Wait);
        schedule.finish(images[1], true);
        assert_eq!(schedule.next(), Next::Read(3));
        assert_eq!(schedule.next(), Next::End);
    }
}
