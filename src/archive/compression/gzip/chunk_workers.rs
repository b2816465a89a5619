//! The threads that decompress chunks ahead, in turn, and the search for where chunks start. `reader` decides whether a chunk is used.

use crate::archive::compression::gzip::block_search;
use crate::archive::compression::gzip::chunk::{Buffers, Chunk, ChunkEnd};
use crate::archive::input::blob::Blob;
use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::Builder;

/// How many chunks a worker may be ahead: with a second one it waits less on two cores, 5 % of the time, and takes a quarter more memory.
const AHEAD: usize = 1;
/// Most threads for one blob, the caller's included: each takes memory for [`AHEAD`] chunks.
const MOST_THREADS: usize = 4;

/// The chunks ahead of the reader. The first of every `threads` grid cells is left to the reader, which is the cheapest decoder because it has the bytes
/// before; each of the others goes to one worker.
pub(super) struct ChunkWorkers {
    starts: Arc<ChunkStarts>,
    workers: Vec<Worker>,
    /// The grid cell of the next chunk.
    next: usize,
    /// Whether [`Self::target`] also returns the starts of cells that no worker has.
    all_targets: bool,
}

struct Worker {
    requests: Sender<(usize, Buffers)>,
    chunks: Receiver<Option<Chunk>>,
}

impl ChunkWorkers {
    /// Starts the workers where the blob is large enough. With `all_targets`, [`Self::target`] returns the start of every cell, with a chunk or without.
    pub(super) fn new(blob: &Blob, threads: NonZeroUsize, grid: u64, all_targets: bool) -> Self {
        let threads = threads.get().min(MOST_THREADS);
        let cells = usize::try_from(blob.len() / grid).unwrap_or(0);
        let is_worth_it = threads > 1 && cells > 2 * threads;
        let cells = if is_worth_it || all_targets { cells } else { 0 };
        let starts = Arc::new(ChunkStarts {
            blob: blob.clone(),
            grid,
            found: (0..cells).map(|_| OnceLock::new()).collect(),
        });
        let mut ahead = Self {
            workers: Vec::new(),
            next: 0,
            all_targets,
            starts,
        };
        if is_worth_it {
            // As many as the system starts.
            let workers = (1..threads).map_while(|_| Worker::start(&ahead.starts).ok());
            ahead.workers = workers.collect();
            for cell in (0..AHEAD * ahead.threads()).filter(|cell| ahead.is_assigned(*cell)) {
                ahead.assign(cell, Buffers::default());
            }
        }
        ahead
    }

    fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Returns whether a worker decompresses a cell.
    fn is_assigned(&self, cell: usize) -> bool {
        !cell.is_multiple_of(self.threads())
    }

    /// Returns the worker of a cell. Each worker's chunks come in order.
    fn worker(&self, cell: usize) -> Option<&Worker> {
        self.workers.get((cell % self.threads()).checked_sub(1)?)
    }

    fn assign(&self, cell: usize, buffers: Buffers) {
        if let Some(worker) = self.worker(cell).filter(|_| cell < self.starts.found.len()) {
            // A worker that has ended sends no chunks either.
            let _ = worker.requests.send((cell, buffers));
        }
    }

    /// Returns the bit at which the next chunk starts; chunks before `position` (in bytes) are skipped.
    pub(super) fn target(&mut self, position: u64) -> Option<u64> {
        while self.next < self.starts.found.len() {
            let is_target = self.all_targets || self.is_assigned(self.next);
            match is_target.then(|| self.starts.at(self.next)).flatten() {
                Some(bit) if bit.div_ceil(8) >= position => return Some(bit),
                _ => self.skip(),
            }
        }
        None
    }

    /// Takes the next chunk and moves to the next cell, whether there is a chunk or not.
    pub(super) fn take(&mut self) -> Option<Chunk> {
        let cell = self.next;
        self.next += 1;
        let chunk = self.worker(cell)?.chunks.recv().ok().flatten();
        if chunk.is_none() {
            self.assign_next(Buffers::default());
        }
        chunk
    }

    /// Drops the next chunk.
    pub(super) fn skip(&mut self) {
        if let Some(chunk) = self.take() {
            self.leave(chunk);
        }
    }

    /// Ends a chunk; the worker's next one gets its memory. To be called before the next chunk is taken.
    pub(super) fn leave(&mut self, chunk: Chunk) -> ChunkEnd {
        let (end, buffers) = chunk.into_end();
        self.assign_next(buffers);
        end
    }

    fn assign_next(&self, buffers: Buffers) {
        self.assign(self.next - 1 + AHEAD * self.threads(), buffers);
    }
}

impl Worker {
    fn start(starts: &Arc<ChunkStarts>) -> io::Result<Self> {
        let (requests, requested) = channel();
        let (done, chunks) = channel();
        let starts = Arc::clone(starts);
        Builder::new().spawn(move || {
            for (cell, buffers) in requested {
                if done.send(starts.decompress(cell, buffers)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { requests, chunks })
    }
}

/// Where chunks start. Each start is searched once, by the first thread that needs it.
struct ChunkStarts {
    blob: Blob,
    grid: u64,
    found: Vec<OnceLock<Option<u64>>>,
}

impl ChunkStarts {
    /// Returns the bit at which the chunk of a cell starts.
    fn at(&self, cell: usize) -> Option<u64> {
        let find = || block_search::find(&self.blob, cell as u64 * self.grid).unwrap_or(None);
        *self.found.get(cell)?.get_or_init(find)
    }

    /// Decompresses the chunk of a cell up to the start of a later one; `None` if that fails.
    fn decompress(&self, cell: usize, buffers: Buffers) -> Option<Chunk> {
        let start = self.at(cell)?;
        let following = cell + 1..cell + 3;
        let target = following.into_iter().find_map(|cell| self.at(cell));
        Chunk::decompress(&self.blob, start, target, buffers).ok()
    }
}
