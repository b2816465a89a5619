//! The export stream of an engine as a blocking [`Read`]. A thread of its own pumps the socket into a short queue, so that the engine and the
//! reader work at the same time; a slow reader slows the engine. Nothing is kept and no byte copied more than once. Knows no tar.

use std::io::{self, Read};
use std::pin::pin;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;

use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use futures_util::future::select;
use thiserror::Error;
use tokio::sync::oneshot;

use super::asking::{GLANCE, runtime};
use super::connect::Connection;
use super::engine::said;
use crate::archive::Cancel;
use crate::escape::text as shown;

/// How many pieces may wait for the reader; each is what the engine wrote at once, mostly 32 KiB.
const QUEUE: usize = 32;

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

/// An engine's export, as it comes.
pub(super) struct Export {
    pieces: Receiver<Result<Bytes, Fault>>,
    current: Bytes,
    end: Option<Result<(), Fault>>,
    cancel: Cancel,
    /// Ends the pump when it is dropped.
    _reader: oneshot::Sender<()>,
}

impl Export {
    /// Asks an engine for an image's archive.
    pub(super) fn begin(connection: Connection, id: String, cancel: Cancel) -> io::Result<Self> {
        let (sender, pieces) = sync_channel(QUEUE);
        let (reader, gone) = oneshot::channel::<()>();
        let runtime = runtime()?;
        thread::Builder::new()
            .name("export".into())
            .spawn(move || {
                runtime.block_on(async {
                    let _ = select(pin!(pump(&connection, &id, &sender)), gone).await;
                });
            })?;
        Ok(Self {
            pieces,
            current: Bytes::new(),
            end: None,
            cancel,
            _reader: reader,
        })
    }

    /// Waits for the next piece; returns whether there is one.
    fn advance(&mut self) -> io::Result<bool> {
        loop {
            if let Some(end) = &self.end {
                return end.clone().map(|()| false).map_err(io::Error::from);
            }
            if self.cancel.is_cancelled() {
                self.end = Some(Err(Fault::Cancelled));
                continue;
            }
            match self.pieces.recv_timeout(GLANCE) {
                Ok(Ok(piece)) if piece.is_empty() => {}
                Ok(Ok(piece)) => {
                    self.current = piece;
                    return Ok(true);
                }
                Ok(Err(fault)) => self.end = Some(Err(fault)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.end = Some(Ok(())),
            }
        }
    }
}

impl Read for Export {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || (self.current.is_empty() && !self.advance()?) {
            return Ok(0);
        }
        let len = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..len]);
        Ok(len)
    }
}

/// Moves the stream into the queue until it ends or nobody reads any more; returns nothing in the latter case.
async fn pump(
    connection: &Connection,
    id: &str,
    queue: &SyncSender<Result<Bytes, Fault>>,
) -> Option<()> {
    let mut stream = pin!(connection.docker.export_image(id));
    let mut bytes = 0;
    let mut held: Option<Bytes> = None;
    let broke_off = |bytes, cause| {
        let engine = connection.place();
        if bytes == 0 {
            Fault::Refused { engine, cause }
        } else {
            Fault::BrokeOff {
                engine,
                bytes,
                cause,
            }
        }
    };
    while let Some(piece) = stream.next().await {
        if let Some(held) = held.take() {
            bytes += held.len() as u64;
            queue.send(Ok(held)).ok()?;
        }
        match piece {
            // What may be the engine's last words waits until it is known whether anything follows.
            Ok(piece) if last_words(&piece).is_some() => held = Some(piece),
            Ok(piece) => {
                bytes += piece.len() as u64;
                queue.send(Ok(piece)).ok()?;
            }
            Err(error) => return queue.send(Err(broke_off(bytes, said(&error)))).ok(),
        }
    }
    match held.as_deref().and_then(last_words) {
        Some(cause) => queue.send(Err(broke_off(bytes, cause))).ok(),
        None => Some(()),
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
    use super::last_words;

    #[test]
    fn last_words_are_json_and_nothing_else() {
        let words =
            b"{\"errorDetail\":{\"message\":\"disk on fire\"},\"error\":\"disk on fire\"}\r\n";
        assert_eq!(last_words(words).as_deref(), Some("disk on fire"));
        assert_eq!(last_words(b"{\"error\": 1} and more tar"), None);
        assert_eq!(last_words(&[0; 512]), None);
    }
}
