//! Reads the few files that the content analysis needs, in one pass per layer: of plain layers only those files, and of large ones only the parts that
//! matter; compressed layers up to the last of them. `analysis` decides which files are needed, and parses them.

use std::io::Cursor;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::analysis::findings::unhashed;
use crate::analysis::needed_files::{ExtractedData, NeededFile, ReadExtent, needed_files};
use crate::analysis::{Analysis, ContentAnalysis};
use crate::archive::{self, Piece};
use crate::extract;
use crate::image::{Image, LayerId};
use crate::load::{Cancel, Contents, Error, Loaded};

/// The largest file of a compressed layer of which only parts are needed, in bytes: all of it is in memory meanwhile.
const LARGEST_COMPRESSED: u64 = 64 << 20;
/// Most bytes that are kept of all files together.
const MOST: u64 = 256 << 20;

impl Loaded {
    /// Finds packages, categories and findings for the image's own `analysis`. Passes how many of how many files are read to `progress`.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub fn content_analysis(
        &self,
        analysis: &Analysis,
        cancel: &Cancel,
        progress: impl Fn(usize, usize) + Sync,
    ) -> Result<ContentAnalysis, Error> {
        let image = &self.image;
        let needed = needed_files(image);
        let report = |done| progress(done, needed.len());
        let taken = self.contents.read_needed(image, &needed, cancel, report)?;
        let hashes = self
            .contents
            .hash(image, &unhashed(image, analysis), cancel)?;
        let hashes = hashes.into_iter().collect();
        let mut content_analysis = ContentAnalysis::of(image, analysis, (&needed, &taken), &hashes);
        content_analysis
            .packages
            .notes
            .extend(self.not_kept(&needed));
        Ok(content_analysis)
    }
}

impl Loaded {
    /// Returns a note on the layers whose contents were not kept.
    fn not_kept(&self, needed: &[NeededFile]) -> Vec<String> {
        let mut layers: Vec<LayerId> = needed.iter().map(|needed| needed.layer).collect();
        layers.dedup();
        layers.retain(|&layer| self.contents.layers.streamed(layer).is_some());
        let number = |layer: &LayerId| (layer.index() + 1).to_string();
        let numbers: Vec<String> = layers.iter().map(number).collect();
        let (word, were) = match numbers.len() {
            0 => return Vec::new(),
            1 => ("layer", "was"),
            _ => ("layers", "were"),
        };
        let numbers = numbers.join(", ");
        vec![format!(
            "{word} {numbers} came as a stream and {were} not kept: their packages are unknown"
        )]
    }
}

impl Contents {
    /// Reads the files that [`needed_files`] lists, in its order; nothing for a file that is not what it should be, is too large, or can no longer be read. Passes
    /// the number of files done to `progress`.
    fn read_needed(
        &self,
        image: &Image,
        needed: &[NeededFile],
        cancel: &Cancel,
        progress: impl Fn(usize) + Sync,
    ) -> Result<Vec<Option<ExtractedData>>, Error> {
        let reading = Reading {
            contents: self,
            image,
            cancel,
            done: AtomicUsize::new(0),
            left: AtomicU64::new(MOST),
            progress: &progress,
        };
        self.by_layer(
            image,
            needed,
            |needed| needed.layer,
            |part| reading.part(part),
        )
    }
}

/// What the threads share.
struct Reading<'a, P> {
    contents: &'a Contents,
    image: &'a Image,
    cancel: &'a Cancel,
    done: AtomicUsize,
    /// Bytes that may still be kept.
    left: AtomicU64,
    progress: &'a P,
}

impl<P: Fn(usize)> Reading<'_, P> {
    /// Reads files of one layer.
    fn part(&self, part: &[NeededFile]) -> Result<Vec<Option<ExtractedData>>, archive::Error> {
        let mut taken = vec![None; part.len()];
        let Some(layer) = part.first().map(|needed| needed.layer) else {
            return Ok(taken);
        };
        if self.contents.layers.streamed(layer).is_some() {
            // Reading it would take the full image again.
            return Ok(taken);
        }
        let mut full = Vec::new();
        for (at, needed) in part.iter().enumerate() {
            if self.cancel.is_cancelled() {
                return Err(archive::Error::Cancelled);
            }
            match needed.extent() {
                ReadExtent::Full(most) => full.push((at, most)),
                ReadExtent::Random => {
                    let offset = self.image.entry(needed.entry).offset;
                    match self.contents.layers.open(layer, offset)? {
                        Some(file) => {
                            taken[at] = self.keep(needed.extract(file));
                            self.count();
                        }
                        None => full.push((at, LARGEST_COMPRESSED)),
                    }
                }
            }
        }
        let offset = |&(at, _): &(usize, u64)| self.image.entry(part[at].entry).offset;
        // A content with several names is read once for all of them.
        let full: Vec<&[(usize, u64)]> = full.chunk_by(|a, b| offset(a) == offset(b)).collect();
        let offsets: Vec<u64> = full.iter().map(|names| offset(&names[0])).collect();
        let (mut bytes, mut over) = (Vec::new(), false);
        let take = |index: usize, piece: Piece<'_>| {
            let names = full[index];
            let most = names.iter().map(|(_, most)| *most).max().unwrap_or(0);
            let some = match piece {
                Piece::Bytes(some) => some.len() as u64,
                Piece::Hole(len) => len,
                Piece::Begin(_) => return Ok(true),
                Piece::End => {
                    let (file, over) = (std::mem::take(&mut bytes), std::mem::take(&mut over));
                    for &(at, most) in names {
                        if !over && file.len() as u64 <= most {
                            taken[at] = self.keep(part[at].extract(Cursor::new(&file)));
                        }
                        self.count();
                    }
                    return Ok(true);
                }
            };
            over |= bytes.len() as u64 + some > most;
            if !over {
                match piece {
                    Piece::Bytes(some) => bytes.extend_from_slice(some),
                    _ => bytes.resize(bytes.len() + usize::try_from(some).unwrap_or(0), 0),
                }
                over = !names.iter().any(|(at, _)| part[*at].may_match(&bytes));
            }
            Ok(!over)
        };
        match extract::LayerContents::read(self.contents, layer, &offsets, self.cancel, take) {
            Ok(()) | Err(archive::Error::NotKept { .. }) => Ok(taken),
            Err(error) => Err(error),
        }
    }

    /// Keeps a file's content as long as there is memory for it.
    fn keep(&self, taken: Option<ExtractedData>) -> Option<ExtractedData> {
        let bytes = taken.as_ref()?.bytes() as u64;
        let take = |left: u64| left.checked_sub(bytes);
        let left = &self.left;
        let kept = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.filter(|_| kept.is_ok())
    }

    /// Reports one more file.
    fn count(&self) {
        (self.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1);
    }
}
