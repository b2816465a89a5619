//! Unpacking and parsing at the same time: one thread reads ahead, the other takes what it has read, over a few recycled buffers. Where the system
//! gives no other thread, the one who takes reads for itself.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

use crate::archive::byte_source::{ByteSource, StreamSource};

/// Bytes of a buffer and how many are under way: large ones, so that the threads wake each other seldom.
const CHUNK: usize = 1 << 20;
const AHEAD: usize = 2;

/// Runs `work` on what `read` gives, read ahead on another thread. The reading ends when the work does.
pub(super) fn overlapped<R: Read + Send, T>(read: R, work: impl FnOnce(Ahead<R>) -> T) -> T {
    // Who reads takes it: a thread that was not given has not.
    let read = Mutex::new(Some(read));
    let take = || read.lock().unwrap_or_else(PoisonError::into_inner).take();
    thread::scope(|scope| {
        let (full, filled) = sync_channel(AHEAD);
        let (empty, spent) = sync_channel(AHEAD + 1);
        let reading = Builder::new().spawn_scoped(scope, move || {
            if let Some(read) = take() {
                read_ahead(read, &full, &spent);
            }
        });
        let own = if reading.is_ok() { None } else { take() };
        work(match own {
            Some(read) => Ahead::Here(StreamSource::new(read)),
            None => Ahead::Beside(Chunks {
                filled,
                empty,
                chunk: Vec::new(),
                at: 0,
                position: 0,
                done: false,
            }),
        })
    })
}

type Chunk = io::Result<Vec<u8>>;

fn read_ahead(mut read: impl Read, full: &SyncSender<Chunk>, spent: &Receiver<Vec<u8>>) {
    loop {
        let mut chunk = spent.try_recv().unwrap_or_default();
        chunk.resize(CHUNK, 0);
        let mut done = 0;
        let end = loop {
            match read.read(&mut chunk[done..]) {
                Ok(0) => break Some(Ok(())),
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Some(Err(error)),
            }
            if done == CHUNK {
                break None;
            }
        };
        chunk.truncate(done);
        if done > 0 && full.send(Ok(chunk)).is_err() {
            return;
        }
        match end {
            None => {}
            Some(Ok(())) => return,
            Some(Err(error)) => {
                // Nobody may be listening any more; then nobody misses it.
                let _ = full.send(Err(error));
                return;
            }
        }
    }
}

/// The reading end.
pub(super) enum Ahead<R> {
    /// Another thread reads.
    Beside(Chunks),
    /// There is no other.
    Here(StreamSource<R>),
}

/// What another thread has read.
pub(super) struct Chunks {
    filled: Receiver<Chunk>,
    empty: SyncSender<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
    position: u64,
    done: bool,
}

impl Chunks {
    /// Makes at least one byte available unless the bytes end.
    fn refill(&mut self) -> io::Result<()> {
        if self.at < self.chunk.len() || self.done {
            return Ok(());
        }
        // A full return channel only means that the buffer is not used again.
        let _ = self.empty.try_send(std::mem::take(&mut self.chunk));
        self.at = 0;
        match self.filled.recv() {
            Ok(Ok(chunk)) => self.chunk = chunk,
            Ok(Err(error)) => {
                self.done = true;
                return Err(error);
            }
            Err(_) => self.done = true,
        }
        Ok(())
    }
}

impl ByteSource for Chunks {
    fn take(&mut self, most: u64) -> io::Result<&[u8]> {
        self.refill()?;
        let len = (self.chunk.len() - self.at).min(usize::try_from(most).unwrap_or(usize::MAX));
        let from = self.at;
        self.at += len;
        self.position += len as u64;
        Ok(&self.chunk[from..from + len])
    }

    fn position(&self) -> u64 {
        self.position
    }
}

impl<R: Read> ByteSource for Ahead<R> {
    fn take(&mut self, most: u64) -> io::Result<&[u8]> {
        match self {
            Self::Beside(chunks) => chunks.take(most),
            Self::Here(tape) => tape.take(most),
        }
    }

    fn position(&self) -> u64 {
        match self {
            Self::Beside(chunks) => chunks.position(),
            Self::Here(tape) => tape.position(),
        }
    }
}

impl<R: Read> Read for Ahead<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let some = ByteSource::take(self, buf.len() as u64)?;
        buf[..some.len()].copy_from_slice(some);
        Ok(some.len())
    }
}
