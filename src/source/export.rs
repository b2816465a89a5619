//! The export stream of an engine as a blocking [`Read`]. A thread of its own moves the socket's bytes into a short queue, so that the engine and the
//! reader work at the same time; a slow reader slows the engine. The reader is woken for a batch, not for each piece: few long reads
//! slow the engine less than many short ones. No byte is copied more than once. Does not parse tar.

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

use super::blocking::{CHECK_EVERY, runtime};
use super::client_error::EngineError;
use super::connect::Connection;
use crate::archive::Cancel;
use crate::escape::text as shown;

/// A batch is sent when it has so many bytes, or when a piece arrives so long after its first one. A piece is one write of the engine, mostly 32 KiB.
const BATCH: usize = 4 << 20;
const BATCH_TIME: Duration = Duration::from_millis(100);
/// How long an export may stand still once it has begun.
const STALL: Duration = Duration::from_mins(1);
/// How many batches wait for the reader; it has one more, and another is being collected.
const QUEUE: usize = 2;

/// Why a stream ended early; it is inside the [`io::Error`] of the read.
#[derive(Clone, Debug, Error)]
pub enum ExportError {
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The engine did not start the export.
    #[error("{engine} does not export the image: {}", shown(&.cause.to_string()))]
    Refused {
        /// The engine.
        engine: String,
        /// Its error.
        #[source]
        cause: EngineError,
    },
    /// The export ended early.
    #[error("{engine} stopped after {bytes} bytes of the image: {}", shown(&.cause.to_string()))]
    Interrupted {
        /// The engine.
        engine: String,
        /// How many bytes were received.
        bytes: u64,
        /// The error.
        #[source]
        cause: EngineError,
    },
}

impl From<ExportError> for io::Error {
    fn from(error: ExportError) -> Self {
        // Always this kind: no reader mistakes it for the end of the bytes, for damage, or for an error to retry.
        Self::new(io::ErrorKind::ConnectionAborted, error)
    }
}

/// An engine's export. It starts at the first read.
pub(super) struct Export {
    pump: Option<Pump>,
    batches: Receiver<Batch>,
    batch: vec::IntoIter<Bytes>,
    piece: Bytes,
    end: Option<Result<(), ExportError>>,
    cancel: Cancel,
    /// Ends the pump when it is dropped.
    _reader: oneshot::Sender<()>,
}

/// The task that requests an export and moves its pieces into the queue.
struct Pump {
    connection: Connection,
    id: String,
    queue: SyncSender<Batch>,
    reader_dropped: oneshot::Receiver<()>,
}

/// Consecutive pieces, or the error that ended them.
type Batch = Result<Vec<Bytes>, ExportError>;

impl Export {
    /// Returns the export of an image, not started yet.
    pub(super) fn new(connection: Connection, id: String, cancel: Cancel) -> Self {
        let (queue, batches) = sync_channel(QUEUE);
        let (reader, reader_dropped) = oneshot::channel();
        Self {
            pump: Some(Pump {
                connection,
                id,
                queue,
                reader_dropped,
            }),
            batches,
            batch: Vec::new().into_iter(),
            piece: Bytes::new(),
            end: None,
            cancel,
            _reader: reader,
        }
    }

    /// Takes the next piece, waiting if necessary; returns whether there is one.
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
                self.end = Some(Err(ExportError::Cancelled));
                continue;
            }
            match self.batches.recv_timeout(CHECK_EVERY) {
                Ok(Ok(batch)) => self.batch = batch.into_iter(),
                Ok(Err(error)) => self.end = Some(Err(error)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.end = Some(Ok(())),
            }
        }
    }
}

impl Pump {
    /// Runs on a thread of its own until the export ends or its reader is dropped.
    fn start(self) -> io::Result<()> {
        let runtime = runtime()?;
        let run = move || {
            runtime.block_on(async {
                let pieces = self.connection.docker.export_image(&self.id);
                let moved = pump(pieces, self.connection.place(), self.queue, STALL);
                let _ = select(pin!(moved), self.reader_dropped).await;
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

/// Moves an engine's pieces into the queue until they end or none arrives within `stall`; returns `None` if the reader is dropped before.
async fn pump(
    pieces: impl Stream<Item = Result<Bytes, ClientError>>,
    engine: String,
    queue: SyncSender<Batch>,
    stall: Duration,
) -> Option<()> {
    let mut pieces = pin!(pieces);
    let mut collected = Batches::new(queue);
    let mut pending: Option<Bytes> = None;
    let cause = loop {
        // The engine may prepare the export for long before it begins.
        let next = if collected.bytes == 0 {
            pieces.next().await
        } else if let Ok(next) = tokio::time::timeout(stall, pieces.next()).await {
            next
        } else {
            break EngineError::Stalled(stall);
        };
        let Some(piece) = next else {
            match pending.as_deref().and_then(error_message) {
                Some(message) => break EngineError::Message(message),
                None => return collected.send(),
            }
        };
        if let Some(pending) = pending.take() {
            collected.add(pending)?;
        }
        match piece {
            // A piece that may be an error message waits until it is known whether anything follows.
            Ok(piece) if error_message(&piece).is_some() => pending = Some(piece),
            Ok(piece) => collected.add(piece)?,
            Err(error) => break EngineError::of_client(error),
        }
    };
    collected.send()?;
    let error = match collected.bytes {
        0 => ExportError::Refused { engine, cause },
        bytes => ExportError::Interrupted {
            engine,
            bytes,
            cause,
        },
    };
    collected.queue.send(Err(error)).ok()
}

/// The pieces that are not sent yet.
struct Batches {
    queue: SyncSender<Batch>,
    batch: Vec<Bytes>,
    waiting: usize,
    /// When the batch started.
    since: Instant,
    /// How many bytes were received in all.
    bytes: u64,
}

impl Batches {
    fn new(queue: SyncSender<Batch>) -> Self {
        Self {
            queue,
            batch: Vec::new(),
            waiting: 0,
            since: Instant::now(),
            bytes: 0,
        }
    }

    /// Adds a piece, and sends the batch if it is complete; returns `None` if the reader is dropped.
    fn add(&mut self, piece: Bytes) -> Option<()> {
        if self.batch.is_empty() {
            self.since = Instant::now();
        }
        self.bytes += piece.len() as u64;
        self.waiting += piece.len();
        self.batch.push(piece);
        if self.waiting < BATCH && self.since.elapsed() < BATCH_TIME {
            return Some(());
        }
        self.send()
    }

    fn send(&mut self) -> Option<()> {
        self.waiting = 0;
        let batch = std::mem::take(&mut self.batch);
        self.queue.send(Ok(batch)).ok()
    }
}

/// Returns the message in a piece that is only an error, which Docker sends as JSON in place of more tar once the response has begun.
fn error_message(piece: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Message {
        error: String,
    }
    if !piece.starts_with(b"{\"error") {
        return None;
    }
    Some(serde_json::from_slice::<Message>(piece).ok()?.error)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::sync::mpsc::sync_channel;
    use std::time::{Duration, Instant};

    use bollard::errors::Error as ClientError;
    use bytes::Bytes;
    use futures_util::StreamExt as _;
    use futures_util::stream::{iter, pending};

    use super::{
        BATCH, BATCH_TIME, Batch, EngineError, Export, ExportError, STALL, error_message, pump,
    };
    use crate::archive::Cancel;
    use crate::source::blocking::runtime;

    /// Returns the batches that the reader gets when an engine writes these pieces.
    fn batches_of(pieces: Vec<Result<Bytes, ClientError>>) -> Vec<Batch> {
        let (sender, batches) = sync_channel(pieces.len() + 2);
        let moved = pump(iter(pieces), "docker".into(), sender, STALL);
        runtime().unwrap().block_on(moved);
        batches.into_iter().collect()
    }

    /// Returns the bytes and the error that the reader returns.
    fn read(batches_sent: Vec<Batch>) -> (Vec<u8>, Option<ExportError>) {
        let (sender, batches) = sync_channel(batches_sent.len());
        for batch in batches_sent {
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
        let error = export.read_to_end(&mut bytes).err();
        let error = error.map(|error| error.downcast::<ExportError>().unwrap());
        (bytes, error)
    }

    fn pieces(count: usize, size: usize) -> Vec<Result<Bytes, ClientError>> {
        (0..count)
            .map(|at| Ok(Bytes::from(vec![u8::try_from(at % 251).unwrap(); size])))
            .collect()
    }

    #[test]
    fn the_reader_is_woken_for_batches_and_misses_nothing() {
        let written = pieces(5001, 4096);
        let all: Vec<u8> = written
            .iter()
            .flat_map(|piece| piece.as_ref().unwrap().to_vec())
            .collect();
        let start = Instant::now();
        let sent = batches_of(written);
        let late = start.elapsed().as_nanos() / BATCH_TIME.as_nanos();
        let most = all.len() / BATCH + 1 + usize::try_from(late).unwrap();
        assert!(sent.len() <= most, "{} times", sent.len());
        let (bytes, error) = read(sent);
        assert!(bytes == all && error.is_none(), "{error:?}");
    }

    #[test]
    fn bytes_before_an_error_are_read_before_it() {
        let mut written = pieces(3, 100);
        written.push(Err(ClientError::RequestTimeoutError));
        let (bytes, error) = read(batches_of(written));
        assert_eq!(bytes.len(), 300);
        assert!(matches!(
            error,
            Some(ExportError::Interrupted { bytes: 300, .. })
        ));

        let message = Bytes::from_static(b"{\"error\":\"disk on fire\"}");
        let mut written = pieces(3, 100);
        written.push(Ok(message.clone()));
        let (bytes, error) = read(batches_of(written));
        assert_eq!(bytes.len(), 300);
        assert!(
            matches!(error, Some(ExportError::Interrupted { cause: EngineError::Message(text), .. }) if text == "disk on fire")
        );

        let mut written = vec![Ok(message.clone())];
        written.append(&mut pieces(1, 100));
        let (bytes, error) = read(batches_of(written));
        assert_eq!(bytes.len(), 100 + message.len());
        assert!(error.is_none(), "{error:?}");

        let (bytes, error) = read(batches_of(vec![Ok(message)]));
        assert!(bytes.is_empty() && matches!(error, Some(ExportError::Refused { .. })));
    }

    #[test]
    fn an_export_that_stands_still_ends() {
        let (sender, batches) = sync_channel(9);
        let stalled = iter(pieces(3, 100)).chain(pending());
        let moved = pump(stalled, "docker".into(), sender, Duration::ZERO);
        runtime().unwrap().block_on(moved);
        let (bytes, error) = read(batches.into_iter().collect());
        assert_eq!(bytes.len(), 300);
        let error = error.unwrap().to_string();
        assert_eq!(
            error,
            "docker stopped after 300 bytes of the image: no byte for 0 s"
        );
    }

    #[test]
    fn an_error_message_is_json_and_nothing_else() {
        let message =
            b"{\"errorDetail\":{\"message\":\"disk on fire\"},\"error\":\"disk on fire\"}\r\n";
        assert_eq!(error_message(message).as_deref(), Some("disk on fire"));
        assert_eq!(error_message(b"{\"error\": 1} and more tar"), None);
        assert_eq!(error_message(&[0; 512]), None);
    }
}
