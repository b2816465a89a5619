//! Fetches a blob in a task, resumes after a broken connection, and returns the bytes as a plain reader. Returns no more bytes
//! than were requested, unless the registry ignores ranges: then all of the blob. The reader checks their digest.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderName};
use http::{Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

use super::client::{Client, GetRequest};
use super::connection::{EndedEarly, broken};
use super::error::{Cause, RegistryError};
use super::protocol_error::ProtocolError;
use super::retry::{counted, pause, retried};
use crate::archive::Cancel;
use crate::source::blocking::until_cancelled;

/// How long a body may stand still.
const STALL: Duration = Duration::from_mins(1);
/// How often a blob is resumed.
const MOST_RESUMED: u32 = 100;
/// Bytes handed over at once, and how many hand-overs may wait.
const BATCH: usize = 256 << 10;
const WAITING: usize = 4;

/// What is fetched of a blob.
#[derive(Clone)]
pub(super) struct BlobRange {
    pub(super) digest: String,
    /// The blob's length, in bytes.
    pub(super) length: u64,
    /// Which of its bytes.
    pub(super) range: Range<u64>,
}

/// Reads a part of a blob as it arrives.
pub(super) struct BlobStream {
    handle: Handle,
    cancel: Cancel,
    pieces: Receiver<Result<Bytes, RegistryError>>,
    piece: Bytes,
    ended: bool,
    /// The task ends when the client's last user is dropped.
    client: Arc<Client>,
}

impl BlobStream {
    /// Starts to fetch a part; for a range, waits for the response. Returns whether the response is the complete blob.
    pub(super) fn start(
        client: &Arc<Client>,
        handle: &Handle,
        part: BlobRange,
        cancel: &Cancel,
    ) -> (Self, bool) {
        let (sender, pieces) = channel(WAITING);
        let (answered, answer) = oneshot::channel();
        let fetching = Arc::clone(client);
        let is_range = part.range != (0..part.length);
        handle.spawn(async move {
            if let Err(error) = fetch(&fetching, part, answered, &sender).await {
                // Nobody may be reading any more.
                let _ = sender.send(Err(error)).await;
            }
        });
        let mut is_whole = false;
        if is_range {
            // An error is read as the first piece, a cancel is noticed by the first read.
            let answer = until_cancelled(handle, cancel, answer);
            is_whole = answer.is_some_and(|answer| answer.unwrap_or(false));
        }
        let reader = Self {
            handle: handle.clone(),
            cancel: cancel.clone(),
            pieces,
            piece: Bytes::new(),
            ended: false,
            client: Arc::clone(client),
        };
        (reader, is_whole)
    }
}

impl Read for BlobStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.ended {
            let next = until_cancelled(&self.handle, &self.cancel, self.pieces.recv());
            let next = next.ok_or_else(|| {
                io::Error::other(self.client.error(Cause::Cancelled).into_fetch())
            })?;
            match next {
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(error)) => {
                    self.ended = true;
                    return Err(io::Error::other(error.into_fetch()));
                }
                None => self.ended = true,
            }
        }
        let count = buffer.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

/// Sends all bytes of a part, however often the connection breaks. Sends all bytes of the blob if the first answer to a range has them, and sends `answered`
/// which of the two came.
async fn fetch(
    client: &Client,
    mut part: BlobRange,
    answered: oneshot::Sender<bool>,
    sender: &Sender<Result<Bytes, RegistryError>>,
) -> Result<(), RegistryError> {
    let what = format!("blob {}", part.digest);
    let (mut at, mut failures, mut resumed) = (part.range.start, 0, 0);
    let mut answered = Some(answered);
    while at < part.range.end {
        let before = at;
        let ended = match open(client, &part, at, &what).await {
            Ok(mut opened) => {
                if let Some(answered) = answered.take() {
                    let is_whole = opened.is_whole && part.range != (0..part.length);
                    if is_whole {
                        (part.range, at, opened.skip) = (0..part.length, 0, 0);
                    }
                    let _ = answered.send(is_whole);
                }
                pass(client, &part, &what, opened, &mut at, sender).await
            }
            Err(error) => Err(error),
        };
        let error = match ended {
            Ok(End::Range | End::Reader) => return Ok(()),
            Ok(End::Body) => client.error(broken(&what, at, EndedEarly)),
            Err(error) => error,
        };
        failures = if at > before { 1 } else { failures + 1 };
        resumed += 1;
        let Some(pause) = pause(&error, failures).filter(|_| resumed <= MOST_RESUMED) else {
            return Err(counted(error, Some(at), failures - 1));
        };
        log::info!(
            "{what}: {}; tried again at byte {at} in {pause:?}",
            error.cause
        );
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// A body, and how many of its first bytes were not requested.
struct OpenedBody {
    body: Incoming,
    skip: u64,
    /// Whether it is the blob's, whatever was requested.
    is_whole: bool,
}

/// What ended first.
enum End {
    /// Everything was sent.
    Range,
    /// The answer was shorter.
    Body,
    /// Nobody reads any more.
    Reader,
}

/// Returns how many bytes a blob has: the range of its first byte tells, also behind redirects that are signed for GET.
pub(super) async fn length(client: &Client, digest: &str) -> Result<u64, RegistryError> {
    let what = format!("blob {digest}");
    let response = retried(&what, async || {
        requested(client, digest, &what, Some((0, 0))).await
    });
    let response = response.await?;
    let found = match response.status() {
        StatusCode::PARTIAL_CONTENT => header(&response, CONTENT_RANGE)
            .and_then(|range| range.rsplit_once('/'))
            .map(|(_, all)| all),
        _ => header(&response, CONTENT_LENGTH),
    };
    let found = found.and_then(|length| length.trim().parse().ok());
    found.ok_or_else(|| client.error(Cause::Protocol(ProtocolError::NoLength(what))))
}

/// Returns where a blob is below its repository.
pub(super) fn blob_path(digest: &str) -> String {
    format!("blobs/{digest}")
}

/// Requests a blob, or the bytes of it from the first to the last of a range. An answer that is none to the range is requested again without one: it is
/// that of a registry or a proxy without ranges.
async fn requested(
    client: &Client,
    digest: &str,
    what: &str,
    range: Option<(u64, u64)>,
) -> Result<Response<Incoming>, RegistryError> {
    let request = |range| GetRequest {
        path: blob_path(digest),
        what,
        accept: "*/*",
        range,
    };
    if let Some((first, last)) = range {
        let range = format!("bytes={first}-{last}");
        match client.get(&request(Some(range))).await {
            Ok(response) if !is_other_range(&response, first) => return Ok(response),
            Ok(_) => {}
            Err(error) if matches!(error.cause, Cause::Status { status: 416, .. }) => {}
            Err(error) => return Err(error),
        }
        log::info!("{what}: no bytes from {first} in the answer to a range");
    }
    client.get(&request(None)).await
}

/// Returns whether an answer is a range that begins elsewhere.
fn is_other_range(response: &Response<Incoming>, first: u64) -> bool {
    let begins = || {
        let range = header(response, CONTENT_RANGE)?.strip_prefix("bytes ")?;
        range.split_once('-')?.0.trim().parse::<u64>().ok()
    };
    response.status() == StatusCode::PARTIAL_CONTENT && begins() != Some(first)
}

fn header(response: &Response<Incoming>, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// Opens a part from the byte `at` on; the bytes before it are skipped where a registry ignores ranges.
async fn open(
    client: &Client,
    part: &BlobRange,
    at: u64,
    what: &str,
) -> Result<OpenedBody, RegistryError> {
    let is_whole = at == 0 && part.range.end == part.length;
    let range = (!is_whole).then(|| (at, part.range.end - 1));
    let response = requested(client, &part.digest, what, range).await?;
    if response.status() == StatusCode::PARTIAL_CONTENT {
        if is_other_range(&response, at) {
            let error = ProtocolError::OtherRange(what.to_owned());
            return Err(client.error(Cause::Protocol(error)));
        }
        return Ok(OpenedBody {
            body: response.into_body(),
            skip: 0,
            is_whole: false,
        });
    }
    let length = header(&response, CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if let Some(found) = length.filter(|&found| found != part.length) {
        let (what, listed) = (what.to_owned(), part.length);
        return Err(client.error(Cause::Length {
            what,
            found,
            listed,
        }));
    }
    // A registry that ignores ranges sends the complete blob.
    Ok(OpenedBody {
        body: response.into_body(),
        skip: at,
        is_whole: true,
    })
}

/// Sends the received bytes until the part or the body ends.
async fn pass(
    client: &Client,
    part: &BlobRange,
    what: &str,
    OpenedBody {
        mut body, mut skip, ..
    }: OpenedBody,
    at: &mut u64,
    sender: &Sender<Result<Bytes, RegistryError>>,
) -> Result<End, RegistryError> {
    let mut batch = BytesMut::new();
    let ended = loop {
        let mut piece = match next(client, &mut body, what, *at).await {
            Ok(Some(piece)) => piece,
            Ok(None) => break Ok(End::Body),
            Err(error) => break Err(error),
        };
        let skipped = skip.min(piece.len() as u64);
        skip -= skipped;
        piece.advance(usize::try_from(skipped).unwrap_or(piece.len()));
        let left = part.range.end - *at;
        let is_last = piece.len() as u64 >= left;
        if is_last {
            let surplus = piece.len() as u64 > left && part.range.end == part.length;
            if surplus {
                let (what, listed) = (what.to_owned(), part.length);
                let found = *at + piece.len() as u64;
                break Err(client.error(Cause::Length {
                    what,
                    found,
                    listed,
                }));
            }
            piece.truncate(usize::try_from(left).unwrap_or(piece.len()));
        }
        *at += piece.len() as u64;
        if batch.is_empty() && (is_last || piece.len() >= BATCH) {
            if sender.send(Ok(piece)).await.is_err() {
                return Ok(End::Reader);
            }
        } else {
            batch.extend_from_slice(&piece);
            if (is_last || batch.len() >= BATCH || body.is_end_stream())
                && sender.send(Ok(batch.split().freeze())).await.is_err()
            {
                return Ok(End::Reader);
            }
        }
        if is_last {
            return Ok(End::Range);
        }
    };
    // Bytes received before the connection broke are not fetched again.
    if !batch.is_empty() && sender.send(Ok(batch.freeze())).await.is_err() {
        return Ok(End::Reader);
    }
    ended
}

/// Returns the next piece of a body; `None` at its end.
async fn next(
    client: &Client,
    body: &mut Incoming,
    what: &str,
    at: u64,
) -> Result<Option<Bytes>, RegistryError> {
    loop {
        let stall = client.shared.options.stall.unwrap_or(STALL);
        let frame = tokio::time::timeout(stall, body.frame()).await;
        let frame = frame.map_err(|_| client.error(Cause::Timeout(stall)))?;
        match frame {
            None => return Ok(None),
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
            Some(Err(error)) => return Err(client.error(broken(what, at, error))),
        }
    }
}
