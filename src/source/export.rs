//! The export stream of an engine as a blocking [`Read`]. A thread of its own pumps the socket into a short queue, so that the engine and the
//! reader work at the same time; a slow reader slows the engine. The reader is woken for a batch, not for each piece: an engine is many threads that
//! hand bytes to each other, and is slowed less by a reader that works long and seldom than by one that works as much in short steps. Nothing is
//! kept and no byte copied more than once. Knows no tar.

use std::io::{self, Read};
use std::pin::pin;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};
use std::vec;

use bollard::errors::Error as ClientError;
use bytes::{Buf, Bytes};
use futures_util::future::select;
use futures_util::{Stream, StreamExt};
use thiserror::Error;
use tokio::sync::oneshot;

use super::asking::{GLANCE, runtime};
use super::connect::Connection;
use super::engine::said;
use crate::archive::Cancel;
use crate::escape::text as shown;

/// A batch is handed over when it has so many bytes, or when a piece comes so long after its first one; a piece is what the engine wrote at once,
/// mostly 32 KiB.
const BATCH: usize = 4 << 20;
const GATHERING: Duration = Duration::from_millis(100);
/// How many batches may wait for the reader; one more is in its hands, and one is being gathered.
const QUEUE: usize = 2;

/// Why a stream ended before its time; found inside the [`io::Error`] that reading gave.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Fault {
    /// The user wished to stop.
    #[error("cancelled")]
    Cancelled,
    /// The engine would not begin.
    #[error("{engine} does not hand out the image: {}", shown(.cause))]
    Refused {
        /// Who.
        engine: String,
        /// What it said.
        cause: String,
    },
    /// The engine is gone, or gave up, in the middle.
    #[error("{engine} broke off after {bytes} bytes of the image: {}", shown(.cause))]
    BrokeOff {
        /// Who.
        engine: String,
        /// How many bytes had come.
        bytes: u64,
        /// What was seen or said.
        cause: String,
    },
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        // Of this kind whatever it is: no reader takes it for the end of the bytes, for damage in them, or for something to try again.
        Self::new(io::ErrorKind::ConnectionAborted, fault)
    }
}

/// An engine's export, as it comes. The engine is asked for it when it is first read.
pub(super) struct Export {
    pump: Option<Pump>,
    batches: Receiver<Batch>,
    batch: vec::IntoIter<Bytes>,
    piece: Bytes,
    end: Option<Result<(), Fault>>,
    cancel: Cancel,
    /// Ends the pump when it is dropped.
    _reader: oneshot::Sender<()>,
}

/// What asks for an export, and moves its pieces into the queue.
struct Pump {
    connection: Connection,
    id: String,
    queue: SyncSender<Batch>,
    gone: oneshot::Receiver<()>,
}

/// Pieces in a row, or why there are no more.
type Batch = Result<Vec<Bytes>, Fault>;

impl Export {
    /// Returns an image's archive, not yet asked for.
    pub(super) fn new(connection: Connection, id: String, cancel: Cancel) -> Self {
        let (queue, batches) = sync_channel(QUEUE);
        let (reader, gone) = oneshot::channel();
        Self {
            pump: Some(Pump {
                connection,
                id,
                queue,
                gone,
            }),
            batches,
            batch: Vec::new().into_iter(),
            piece: Bytes::new(),
            end: None,
            cancel,
            _reader: reader,
        }
    }

    /// Takes the next piece, and waits for it if need be; returns whether there is one.
    fn advance(&mut self) -> io::Result<bool> {
        if let Some(pump) = self.pump.take() {
            pump.start()?;
        }
        loop {
            if let Some(piece) = self.batch.next() {
                self.piece = piece;
                if self.piece.is_empty() {
                    continue;
                }
                return Ok(true);
            }
            if let Some(end) = &self.end {
                return end.clone().map(|()| false).map_err(io::Error::from);
            }
            if self.cancel.is_cancelled() {
                self.end = Some(Err(Fault::Cancelled));
                continue;
            }
            match self.batches.recv_timeout(GLANCE) {
                Ok(Ok(batch)) => self.batch = batch.into_iter(),
                Ok(Err(fault)) => self.end = Some(Err(fault)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.end = Some(Ok(())),
            }
        }
    }
}

impl Pump {
    /// Runs on a thread of its own until the export ends or nobody reads it any more.
    fn start(self) -> io::Result<()> {
        let runtime = runtime()?;
        let run = move || {
            runtime.block_on(async {
                let pieces = self.connection.docker.export_image(&self.id);
                let moved = pump(pieces, self.connection.place(), self.queue);
                let _ = select(pin!(moved), self.gone).await;
            });
        };
        thread::Builder::new().name("export".into()).spawn(run)?;
        Ok(())
    }
}

impl Read for Export {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || (self.piece.is_empty() && !self.advance()?) {
            return Ok(0);
        }
        let len = buffer.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut buffer[..len]);
        Ok(len)
    }
}

/// Moves an engine's pieces into the queue until they end or nobody reads any more; returns nothing in the latter case.
async fn pump(
    pieces: impl Stream<Item = Result<Bytes, ClientError>>,
    engine: String,
    queue: SyncSender<Batch>,
) -> Option<()> {
    let mut pieces = pin!(pieces);
    let mut gathered = Gathered::new(queue);
    let mut held: Option<Bytes> = None;
    let cause = loop {
        let Some(piece) = pieces.next().await else {
            match held.as_deref().and_then(last_words) {
                Some(cause) => break cause,
                None => return gathered.hand_over(),
            }
        };
        if let Some(held) = held.take() {
            gathered.add(held)?;
        }
        match piece {
            // What may be the engine's last words waits until it is known whether anything follows.
            Ok(piece) if last_words(&piece).is_some() => held = Some(piece),
            Ok(piece) => gathered.add(piece)?,
            Err(error) => break said(&error),
        }
    };
    gathered.hand_over()?;
    let fault = match gathered.bytes {
        0 => Fault::Refused { engine, cause },
        bytes => Fault::BrokeOff {
            engine,
            bytes,
            cause,
        },
    };
    gathered.queue.send(Err(fault)).ok()
}

/// What has come and is not yet a whole batch.
struct Gathered {
    queue: SyncSender<Batch>,
    batch: Vec<Bytes>,
    waiting: usize,
    /// When the batch began.
    since: Instant,
    /// How many bytes have come in all.
    bytes: u64,
}

impl Gathered {
    fn new(queue: SyncSender<Batch>) -> Self {
        Self {
            queue,
            batch: Vec::new(),
            waiting: 0,
            since: Instant::now(),
            bytes: 0,
        }
    }

    /// Adds a piece, and hands over what is a batch then; returns nothing when nobody reads any more.
    fn add(&mut self, piece: Bytes) -> Option<()> {
        if self.batch.is_empty() {
            self.since = Instant::now();
        }
        self.bytes += piece.len() as u64;
        self.waiting += piece.len();
        self.batch.push(piece);
        if self.waiting < BATCH && self.since.elapsed() < GATHERING {
            return Some(());
        }
        self.hand_over()
    }

    fn hand_over(&mut self) -> Option<()> {
        self.waiting = 0;
        let batch = std::mem::take(&mut self.batch);
        self.queue.send(Ok(batch)).ok()
    }
}

/// Returns the message in a piece that is nothing but Docker's way to report an error when the answer has begun: JSON in place of more tar.
fn last_words(piece: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Words {
        error: String,
    }
    if !piece.starts_with(b"{\"error") {
        return None;
    }
    Some(serde_json::from_slice::<Words>(piece).ok()?.error)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::sync::mpsc::sync_channel;
    use std::time::Instant;

    use bollard::errors::Error as ClientError;
    use bytes::Bytes;
    use futures_util::FutureExt;
    use futures_util::stream::iter;

    use super::{BATCH, Batch, Export, Fault, GATHERING, last_words, pump};
    use crate::archive::Cancel;

    /// Returns what the reader is handed when an engine writes these pieces.
    fn handed_over(pieces: Vec<Result<Bytes, ClientError>>) -> Vec<Batch> {
        let (sender, batches) = sync_channel(pieces.len() + 2);
        pump(iter(pieces), "docker".into(), sender).now_or_never();
        batches.into_iter().collect()
    }

    /// Returns what the reader makes of it.
    fn read(handed: Vec<Batch>) -> (Vec<u8>, Option<Fault>) {
        let (sender, batches) = sync_channel(handed.len());
        for batch in handed {
            sender.send(batch).unwrap();
        }
        drop(sender);
        let (reader, _) = tokio::sync::oneshot::channel();
        let mut export = Export {
            pump: None,
            batches,
            batch: Vec::new().into_iter(),
            piece: Bytes::new(),
            end: None,
            cancel: Cancel::default(),
            _reader: reader,
        };
        let mut bytes = Vec::new();
        let broken = export.read_to_end(&mut bytes).err();
        let fault = broken.map(|error| error.downcast::<Fault>().unwrap());
        (bytes, fault)
    }

    fn pieces(count: usize, size: usize) -> Vec<Result<Bytes, ClientError>> {
        (0..count)
            .map(|at| Ok(Bytes::from(vec![u8::try_from(at % 251).unwrap(); size])))
            .collect()
    }

    #[test]
    fn the_reader_is_woken_for_a_batch_and_misses_nothing() {
        let written = pieces(5001, 4096);
        let whole: Vec<u8> = written
            .iter()
            .flat_map(|piece| piece.as_ref().unwrap().to_vec())
            .collect();
        let begun = Instant::now();
        let handed = handed_over(written);
        let late = begun.elapsed().as_nanos() / GATHERING.as_nanos();
        let most = whole.len() / BATCH + 1 + usize::try_from(late).unwrap();
        assert!(handed.len() <= most, "{} times", handed.len());
        assert_eq!(read(handed), (whole, None));
    }

    #[test]
    fn what_came_before_the_end_is_read_before_it() {
        let mut written = pieces(3, 100);
        written.push(Err(ClientError::RequestTimeoutError));
        let (bytes, fault) = read(handed_over(written));
        assert_eq!(bytes.len(), 300);
        assert!(matches!(fault, Some(Fault::BrokeOff { bytes: 300, .. })));

        let words = Bytes::from_static(b"{\"error\":\"disk on fire\"}");
        let mut written = pieces(3, 100);
        written.push(Ok(words.clone()));
        let (bytes, fault) = read(handed_over(written));
        assert_eq!(bytes.len(), 300);
        assert!(matches!(fault, Some(Fault::BrokeOff { cause, .. }) if cause == "disk on fire"));

        let mut written = vec![Ok(words.clone())];
        written.append(&mut pieces(1, 100));
        let (bytes, fault) = read(handed_over(written));
        assert_eq!((bytes.len(), fault), (100 + words.len(), None));

        let (bytes, fault) = read(handed_over(vec![Ok(words)]));
        assert!(bytes.is_empty() && matches!(fault, Some(Fault::Refused { .. })));
    }

    #[test]
    fn last_words_are_json_and_nothing_else() {
        let words =
            b"{\"errorDetail\":{\"message\":\"disk on fire\"},\"error\":\"disk on fire\"}\r\n";
        assert_eq!(last_words(words).as_deref(), Some("disk on fire"));
        assert_eq!(last_words(b"{\"error\": 1} and more tar"), None);
        assert_eq!(last_words(&[0; 512]), None);
    }
}
