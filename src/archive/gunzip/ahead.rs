//! The workers that unpack chunks ahead, each in its turn, and where chunks begin. What a chunk is worth is decided by whoever takes it.

use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::Builder;

use super::block;
use super::chunk::{Buffers, Chunk, End};
use crate::archive::blob::Blob;

/// How far apart chunks begin, in packed bytes: each with the first block found from a multiple of it on.
pub(in super::super) const GRID: u64 = 3 << 20;
/// Chunks a worker may be ahead.
const AHEAD: usize = 2;
/// The most threads a blob is worth, the caller's among them: each costs memory for [`AHEAD`] chunks.
const MOST_THREADS: usize = 4;

/// The chunks to come. Of as many places on the grid as there are threads, the first is left to whoever takes the chunks: nobody unpacks cheaper than
/// who knows what came before. The others are the workers', one each.
pub(super) struct Ahead {
    starts: Arc<Starts>,
    workers: Vec<Worker>,
    /// The place on the grid of the chunk to be taken next.
    next: usize,
    /// Whether places are told where no chunk is to come.
    tells_all: bool,
}

struct Worker {
    tickets: Sender<(usize, Buffers)>,
    chunks: Receiver<Option<Chunk>>,
}

impl Ahead {
    /// Unpacks ahead where that is worth it. If `tells_all`, [`Self::target`] tells every place on the grid, whether a chunk is to come there or not.
    pub(super) fn new(blob: &Blob, threads: NonZeroUsize, grid: u64, tells_all: bool) -> Self {
        let threads = threads.get().min(MOST_THREADS);
        let places = usize::try_from(blob.len() / grid).unwrap_or(0);
        let is_worth_it = threads > 1 && places > 2 * threads;
        let places = if is_worth_it || tells_all { places } else { 0 };
        let starts = Arc::new(Starts {
            blob: blob.clone(),
            grid,
            found: (0..places).map(|_| OnceLock::new()).collect(),
        });
        let mut ahead = Self {
            workers: Vec::new(),
            next: 0,
            tells_all,
            starts,
        };
        if is_worth_it {
            // As many as can be had.
            let workers = (1..threads).map_while(|_| Worker::start(&ahead.starts).ok());
            ahead.workers = workers.collect();
            for place in (0..AHEAD * ahead.threads()).filter(|place| ahead.is_dealt(*place)) {
                ahead.deal(place, Buffers::default());
            }
        }
        ahead
    }

    fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    fn is_dealt(&self, place: usize) -> bool {
        !place.is_multiple_of(self.threads())
    }

    /// Returns whose chunk it is; what each has done comes in order.
    fn worker(&self, place: usize) -> Option<&Worker> {
        self.workers.get((place % self.threads()).checked_sub(1)?)
    }

    fn deal(&self, place: usize, buffers: Buffers) {
        if let Some(worker) = self
            .worker(place)
            .filter(|_| place < self.starts.found.len())
        {
            // A worker that is gone hands out no chunks either.
            let _ = worker.tickets.send((place, buffers));
        }
    }

    /// Returns at which bit the next chunk begins, those before `position` (in bytes) skipped.
    pub(super) fn target(&mut self, position: u64) -> Option<u64> {
        while self.next < self.starts.found.len() {
            let is_told = self.tells_all || self.is_dealt(self.next);
            match is_told.then(|| self.starts.at(self.next)).flatten() {
                Some(bit) if bit.div_ceil(8) >= position => return Some(bit),
                _ => self.skip(),
            }
        }
        None
    }

    /// Takes the next chunk, whose turn is over whether there is one or not.
    pub(super) fn take(&mut self) -> Option<Chunk> {
        let place = self.next;
        self.next += 1;
        let chunk = self.worker(place)?.chunks.recv().ok().flatten();
        if chunk.is_none() {
            self.deal_next(Buffers::default());
        }
        chunk
    }

    /// Does without the next chunk.
    pub(super) fn skip(&mut self) {
        if let Some(chunk) = self.take() {
            self.leave(chunk);
        }
    }

    /// Takes a chunk apart; the worker's next one gets its memory. To be called before another is taken.
    pub(super) fn leave(&mut self, chunk: Chunk) -> End {
        let (end, buffers) = chunk.leave();
        self.deal_next(buffers);
        end
    }

    fn deal_next(&self, buffers: Buffers) {
        self.deal(self.next - 1 + AHEAD * self.threads(), buffers);
    }
}

impl Worker {
    fn start(starts: &Arc<Starts>) -> io::Result<Self> {
        let (tickets, turns) = channel();
        let (done, chunks) = channel();
        let starts = Arc::clone(starts);
        Builder::new().spawn(move || {
            for (place, buffers) in turns {
                if done.send(starts.unpack(place, buffers)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { tickets, chunks })
    }
}

/// Where chunks begin, each looked for once, by whoever asks first.
struct Starts {
    blob: Blob,
    grid: u64,
    found: Vec<OnceLock<Option<u64>>>,
}

impl Starts {
    /// Returns at which bit the chunk of a place on the grid begins.
    fn at(&self, place: usize) -> Option<u64> {
        let find = || block::find(&self.blob, place as u64 * self.grid).unwrap_or(None);
        *self.found.get(place)?.get_or_init(find)
    }

    fn unpack(&self, place: usize, buffers: Buffers) -> Option<Chunk> {
        let start = self.at(place)?;
        let following = place + 1..place + 3;
        let target = following.into_iter().find_map(|place| self.at(place));
        Chunk::unpack(&self.blob, start, target, buffers).ok()
    }
}
