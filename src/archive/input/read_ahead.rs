//! Decompresses and parses at the same time: one thread reads ahead into a few recycled buffers, the other takes them. Where the system starts no thread, the
//! caller's thread reads itself. Independent of formats.

use crate::archive::input::byte_source::{ByteSource, StreamSource};
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// Bytes of a buffer, and how many buffers wait: large ones, so that the threads seldom wake each other.
const CHUNK: usize = 1 << 20;
const AHEAD: usize = 2;

/// Runs `work` on the bytes of `read`, which another thread reads ahead. The reading ends when the work does.
pub(crate) fn with_read_ahead<'a, T>(
    read: impl Read + Send + 'a,
    work: impl FnOnce(ReadAhead<'a>) -> T,
) -> T {
    // The thread that reads takes it; if no thread starts, it is still there.
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
            Some(read) => ReadAhead::SameThread(StreamSource::new(Box::new(read))),
            None => ReadAhead::OtherThread(Chunks {
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

type ReadResult = io::Result<Vec<u8>>;

fn read_ahead(mut read: impl Read, full: &SyncSender<ReadResult>, spent: &Receiver<Vec<u8>>) {
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
                // A dropped receiver needs no error.
                let _ = full.send(Err(error));
                return;
            }
        }
    }
}

/// The end that takes the bytes.
pub(crate) enum ReadAhead<'a> {
    /// Another thread reads.
    OtherThread(Chunks),
    /// The caller's thread reads.
    SameThread(StreamSource<Box<dyn Read + Send + 'a>>),
}

/// Buffers that another thread fills.
pub(crate) struct Chunks {
    filled: Receiver<ReadResult>,
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
        // When the return channel is full the buffer is dropped instead of reused.
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

impl ByteSource for ReadAhead<'_> {
    fn take(&mut self, most: u64) -> io::Result<&[u8]> {
        match self {
            Self::OtherThread(chunks) => chunks.take(most),
            Self::SameThread(bytes) => bytes.take(most),
        }
    }

    fn position(&self) -> u64 {
        match self {
            Self::OtherThread(chunks) => chunks.position(),
            Self::SameThread(bytes) => bytes.position(),
        }
    }
}

impl Read for ReadAhead<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let some = ByteSource::take(self, buf.len() as u64)?;
        buf[..some.len()].copy_from_slice(some);
        Ok(some.len())
    }
}
