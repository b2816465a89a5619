//! Reads the few files that the content analysis needs, in one pass per layer: only those files of plain layers, only the needed parts of large files, and
//! compressed layers up to the last needed file. What a cache keeps of a layer's files is not read again. `analysis` decides which files are needed, and parses
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::analysis::findings::unhashed;
use crate::analysis::needed_files::{
    ExtractedData, LayerData, NeededFile, ReadExtent, needed_files, possible_files,
};
use crate::analysis::{Analysis, ContentAnalysis, NOT_READ};
use crate::archive::{self, LayerBlobs, Piece};
use crate::cache::Cache;
use crate::extract;
use crate::image::{Image, LayerId};
use crate::load::{Cancel, Error, FileContents, Loaded};

/// The largest file in a compressed layer that is read for parts of it, in bytes: it is in memory meanwhile.
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
        let mut kept = KeptData::of(&self.contents);
        let completed = self.complete(&mut kept, cancel);
        let read = |()| {
            self.contents
                .read_needed(image, &needed, &mut kept, cancel, report)
        };
        let taken = completed.and_then(read);
        kept.write();
        let taken = taken?;
        let hashes = self
            .contents
            .hash(image, &unhashed(image, analysis), cancel)?;
        let hashes = hashes.into_iter().collect();
        let mut content_analysis = ContentAnalysis::of(image, analysis, (&needed, &taken), &hashes);
        let notes = &mut content_analysis.packages.notes;
        notes.extend(self.not_kept(&needed));
        if image.about.shallow {
            notes.push(format!("{NOT_READ}: packages are unknown"));
        }
        Ok(content_analysis)
    }
}

impl Loaded {
    /// Keeps in the cache what any image may need of the files of these layers, if that was requested: another image is then analysed without their bytes.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub(crate) fn complete_layers(&self, cancel: &Cancel) -> Result<(), Error> {
        let mut kept = KeptData::of(&self.contents);
        let completed = self.complete(&mut kept, cancel);
        kept.write();
        completed
    }

    /// Reads what is missing of the data of the layers.
    fn complete(&self, kept: &mut KeptData<'_>, cancel: &Cancel) -> Result<(), Error> {
        if !self.contents.completes_layers {
            return Ok(());
        }
        let mut is_incomplete = |layer: &LayerId| {
            let data = kept.data(*layer);
            data.is_some_and(|data| !data.is_complete())
        };
        let layers: Vec<LayerId> = self.image.layer_ids().filter(&mut is_incomplete).collect();
        if layers.is_empty() {
            return Ok(());
        }
        let mut files = possible_files(&self.image);
        files.retain(|file| layers.contains(&file.layer));
        self.contents
            .read_needed(&self.image, &files, kept, cancel, |_| {})?;
        for layer in layers {
            let own = files.iter().filter(|file| file.layer == layer);
            kept.change(layer, |data| data.complete(&self.image, own.copied()));
        }
        Ok(())
    }

    /// Returns a note on the layers whose contents were not kept.
    fn not_kept(&self, needed: &[NeededFile]) -> Vec<String> {
        let mut layers: Vec<LayerId> = needed.iter().map(|needed| needed.layer).collect();
        layers.dedup();
        let blobs = self.contents.known_layers();
        let is_lost = |layer| blobs.streamed(layer).is_some() && !self.contents.are_unread();
        layers.retain(|&layer| is_lost(layer));
        let number = |layer: &LayerId| (layer.index() + 1).to_string();
        let numbers: Vec<String> = layers.iter().map(number).collect();
        let (word, were, their) = match numbers.len() {
            0 => return Vec::new(),
            1 => ("layer", "was", "its"),
            _ => ("layers", "were", "their"),
        };
        let numbers = numbers.join(", ");
        vec![format!(
            "{word} {numbers} {were} not kept (no disk space): {their} packages are unknown"
        )]
    }
}

impl FileContents {
    /// Reads the files that [`needed_files`] lists, in its order; `None` for a file that has another type, is too large, or can no longer be read. Passes
    /// the number of files done to `progress`.
    fn read_needed(
        &self,
        image: &Image,
        needed: &[NeededFile],
        kept: &mut KeptData<'_>,
        cancel: &Cancel,
        progress: impl Fn(usize) + Sync,
    ) -> Result<Vec<Option<ExtractedData>>, Error> {
        let reading = ReadTask {
            contents: self,
            image,
            cancel,
            done: AtomicUsize::new(0),
            left: AtomicU64::new(MOST),
            progress: &progress,
        };
        let (mut taken, mut unread) = (vec![None; needed.len()], Vec::new());
        for (at, file) in needed.iter().enumerate() {
            let data = kept.data(file.layer);
            match data.and_then(|data| data.get(image, file)) {
                Some(data) => {
                    reading.count();
                    taken[at] = reading.keep(data.clone());
                }
                None => unread.push((at, *file)),
            }
        }
        let read = self.by_layer(
            image,
            &unread,
            |(_, file)| file.layer,
            |part| {
                let part: Vec<NeededFile> = part.iter().map(|(_, file)| *file).collect();
                reading.part(&part)
            },
        )?;
        for ((at, file), read) in unread.into_iter().zip(read) {
            let FileResult::Done(data) = read else {
                continue;
            };
            kept.change(file.layer, |layer| layer.insert(image, &file, data.clone()));
            taken[at] = data;
        }
        Ok(taken)
    }

    /// Returns the data of a layer's files that is to be kept, if any.
    pub(super) fn kept_data(&self, layer: LayerId) -> Option<LayerData> {
        let (cache, name) = self.cache_of(layer)?;
        Some(cache.data(name).unwrap_or_default())
    }

    /// Returns the cache for a layer's data, and the layer's name there.
    pub(super) fn cache_of(&self, layer: LayerId) -> Option<(&Cache, &str)> {
        self.cache.as_ref().zip(self.layers.cache_name(layer))
    }
}

/// What a cache keeps of the layers' files: each layer's is read from there once, and written there once if it changed.
struct KeptData<'a> {
    contents: &'a FileContents,
    /// `None` for a layer whose data is not kept.
    layers: BTreeMap<LayerId, Option<LayerData>>,
    changed: BTreeSet<LayerId>,
}

impl<'a> KeptData<'a> {
    const fn of(contents: &'a FileContents) -> Self {
        Self {
            contents,
            layers: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }

    /// Returns the data of a layer.
    fn data(&mut self, layer: LayerId) -> Option<&mut LayerData> {
        let data = self.layers.entry(layer);
        data.or_insert_with(|| self.contents.kept_data(layer))
            .as_mut()
    }

    /// Changes the data of a layer.
    fn change(&mut self, layer: LayerId, change: impl FnOnce(&mut LayerData)) {
        if let Some(data) = self.data(layer) {
            change(data);
            self.changed.insert(layer);
        }
    }

    /// Writes what changed, beside what others wrote meanwhile.
    fn write(self) {
        let Self {
            contents,
            mut layers,
            changed,
        } = self;
        for layer in changed {
            if let Some((cache, name)) = contents.cache_of(layer)
                && let Some(Some(data)) = layers.remove(&layer)
            {
                cache.change_data(name, |kept| kept.add(data));
            }
        }
    }
}

/// The result of reading a needed file.
#[derive(Clone)]
enum FileResult {
    /// It could not be read, or there was no memory for it.
    Unread,
    /// The extracted data; `None` if the file has another type or is too large.
    Done(Option<ExtractedData>),
}

/// What the threads share.
struct ReadTask<'a, P> {
    contents: &'a FileContents,
    image: &'a Image,
    cancel: &'a Cancel,
    done: AtomicUsize,
    /// Bytes that may still be kept.
    left: AtomicU64,
    progress: &'a P,
}

impl<P: Fn(usize)> ReadTask<'_, P> {
    /// Reads files of one layer.
    fn part(&self, part: &[NeededFile]) -> Result<Vec<FileResult>, archive::Error> {
        let mut taken = vec![FileResult::Unread; part.len()];
        let Some(layer) = part.first().map(|needed| needed.layer) else {
            return Ok(taken);
        };
        let blobs = self.contents.layers(self.cancel)?;
        if blobs.streamed(layer).is_some() {
            // Reading it would take the full image again.
            return Ok(taken);
        }
        let full = self.read_random(&blobs, part, &mut taken)?;
        match self.read_full(layer, part, &full, &mut taken) {
            Ok(()) | Err(archive::Error::NotKept { .. }) => Ok(taken),
            Err(error) => Err(error),
        }
    }

    /// Reads the files that need only some of their bytes, where a file can be opened at any offset. Returns the others, each by its index in `part`, with
    /// the most bytes that it may have.
    fn read_random(
        &self,
        blobs: &LayerBlobs,
        part: &[NeededFile],
        taken: &mut [FileResult],
    ) -> Result<Vec<(usize, u64)>, archive::Error> {
        let mut full = Vec::new();
        for (at, needed) in part.iter().enumerate() {
            if self.cancel.is_cancelled() {
                return Err(archive::Error::Cancelled);
            }
            match needed.extent() {
                ReadExtent::Full(most) => full.push((at, most)),
                ReadExtent::Random => {
                    let offset = self.image.entry(needed.entry).offset();
                    match blobs.open(needed.layer, offset)? {
                        Some(file) => {
                            taken[at] = self.read(needed.extract(file));
                            self.count();
                        }
                        None => full.push((at, LARGEST_COMPRESSED)),
                    }
                }
            }
        }
        Ok(full)
    }

    /// Reads complete files in one pass over their layer.
    fn read_full(
        &self,
        layer: LayerId,
        part: &[NeededFile],
        full: &[(usize, u64)],
        taken: &mut [FileResult],
    ) -> Result<(), archive::Error> {
        let offset = |&(at, _): &(usize, u64)| self.image.entry(part[at].entry).offset();
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
                        let fits = !over && file.len() as u64 <= most;
                        let data = || part[at].extract(Cursor::new(&file));
                        taken[at] = self.read(fits.then(data).flatten());
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
        extract::LayerContents::read(self.contents, layer, &offsets, self.cancel, take)
    }

    /// Returns the result for a file with this data.
    fn read(&self, data: Option<ExtractedData>) -> FileResult {
        let is_nothing = data.is_none();
        match self.keep(data) {
            None if !is_nothing => FileResult::Unread,
            kept => FileResult::Done(kept),
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
