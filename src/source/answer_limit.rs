//! Connections to engines whose answers have a limit: an answer without an end is an error, and its bytes are not collected. An export, which is read as it
//! arrives, has no limit. The paths of requests are all that is used of an engine's API.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bollard::errors::Error as ClientError;
use bollard::{BollardRequest, ClientVersion, Docker};
use http::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower_service::Service;

/// The largest answer that is collected, in bytes: a list of thirty thousand images has half of it.
const LARGEST_ANSWER: u64 = 32 << 20;

type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Returns a client that opens its connections with `connector`, which counts, and keeps so many of them for later requests.
pub(super) fn connect(
    connector: impl Connect + Clone + Send + Sync + 'static,
    address: &str,
    kept: usize,
    timeout: u64,
    version: &ClientVersion,
) -> Result<Docker, ClientError> {
    let client = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(kept)
        .build(connector);
    let send = move |request: BollardRequest| {
        let path = request.uri().path();
        let extent = if path.contains("/images/") && path.ends_with("/get") {
            Extent::Endless
        } else if path.ends_with("/images/create") {
            Extent::Line
        } else {
            Extent::Answer
        };
        let answer = client.request(request);
        async move {
            let answer = answer.await.map_err(ClientError::from)?;
            if let Some(limit) = answer.extensions().get::<Arc<AnswerLimit>>() {
                let is_error = !answer.status().is_success();
                limit.begin(if is_error { Extent::Answer } else { extent });
            }
            Ok(answer)
        }
    };
    Docker::connect_with_custom_transport(send, Some(address), timeout, version)
}

/// What the limit is for.
#[derive(Clone, Copy)]
enum Extent {
    /// The complete answer.
    Answer,
    /// Each of its lines: the progress of a pull.
    Line,
    /// Nothing: an export.
    Endless,
}

/// The bytes that a connection may still receive.
#[derive(Debug)]
struct AnswerLimit {
    left: AtomicU64,
    by_line: AtomicBool,
}

impl Default for AnswerLimit {
    fn default() -> Self {
        Self {
            left: AtomicU64::new(LARGEST_ANSWER),
            by_line: AtomicBool::new(false),
        }
    }
}

impl AnswerLimit {
    /// Begins the body of an answer.
    fn begin(&self, extent: Extent) {
        let is_endless = matches!(extent, Extent::Endless);
        let most = if is_endless { u64::MAX } else { LARGEST_ANSWER };
        self.left.store(most, Ordering::Relaxed);
        let by_line = matches!(extent, Extent::Line);
        self.by_line.store(by_line, Ordering::Relaxed);
    }

    /// Counts received bytes.
    fn count(&self, mut bytes: &[u8]) -> io::Result<()> {
        if self.by_line.load(Ordering::Relaxed)
            && let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n')
        {
            self.left.store(LARGEST_ANSWER, Ordering::Relaxed);
            bytes = &bytes[end + 1..];
        }
        let left = self.left.load(Ordering::Relaxed);
        let Some(left) = left.checked_sub(bytes.len() as u64) else {
            let most = LARGEST_ANSWER >> 20;
            return Err(io::Error::other(format!(
                "its answer is longer than {most} MiB"
            )));
        };
        self.left.store(left, Ordering::Relaxed);
        Ok(())
    }
}

/// Opens connections that count what they receive.
#[derive(Clone)]
pub(super) struct CountingDial<D>(pub(super) D);

impl<D, S> Service<Uri> for CountingDial<D>
where
    D: Service<Uri, Response = TokioIo<S>>,
    D::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    D::Future: Send + 'static,
{
    type Response = TokioIo<Counted<S>>;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Fallible<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Fallible<()>> {
        self.0.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.0.call(to);
        Box::pin(async move {
            let stream = connecting.await.map_err(Into::into)?.into_inner();
            Ok(TokioIo::new(Counted {
                stream,
                limit: Arc::default(),
            }))
        })
    }
}

/// A connection that counts what it receives.
pub(super) struct Counted<S> {
    stream: S,
    limit: Arc<AnswerLimit>,
}

impl<S: Connection> Connection for Counted<S> {
    fn connected(&self) -> Connected {
        self.stream.connected().extra(Arc::clone(&self.limit))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.limit.count(&buffer.filled()[before..]))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Opens connections to a socket in the filesystem.
#[cfg(unix)]
#[derive(Clone)]
pub(super) struct UnixDial(pub(super) std::path::PathBuf);

#[cfg(unix)]
impl Service<Uri> for UnixDial {
    type Response = TokioIo<tokio::net::UnixStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let path = self.0.clone();
        Box::pin(async move { Ok(TokioIo::new(tokio::net::UnixStream::connect(path).await?)) })
    }
}

/// Opens connections to a named pipe.
#[cfg(windows)]
#[derive(Clone)]
pub(super) struct PipeDial(pub(super) std::path::PathBuf);

#[cfg(windows)]
impl Service<Uri> for PipeDial {
    type Response = TokioIo<tokio::net::windows::named_pipe::NamedPipeClient>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        use tokio::net::windows::named_pipe::ClientOptions;
        /// `ERROR_PIPE_BUSY`: the server has not yet made a pipe for the next client.
        const BUSY: i32 = 231;
        /// How long to wait for it.
        const PAUSE: std::time::Duration = std::time::Duration::from_millis(20);
        let path = self.0.clone();
        Box::pin(async move {
            loop {
                match ClientOptions::new().open(&path) {
                    Err(error) if error.raw_os_error() == Some(BUSY) => {
                        tokio::time::sleep(PAUSE).await;
                    }
                    opened => return Ok(TokioIo::new(opened?)),
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{AnswerLimit, Extent, LARGEST_ANSWER};

    #[test]
    fn lines_are_limited_one_by_one_and_exports_not_at_all() {
        let piece = vec![b'x'; 1 << 20];
        let pieces = LARGEST_ANSWER >> 20;
        let limit = AnswerLimit::default();
        for extent in [Extent::Answer, Extent::Line] {
            limit.begin(extent);
            assert!((0..pieces).all(|_| limit.count(&piece).is_ok()));
            assert!(limit.count(&piece).is_err());
        }
        limit.begin(Extent::Line);
        let all = (0..2 * pieces).all(|_| limit.count(&piece).and(limit.count(b"\n.")).is_ok());
        assert!(all);
        limit.begin(Extent::Endless);
        assert!((0..2 * pieces).all(|_| limit.count(&piece).is_ok()));
    }
}
