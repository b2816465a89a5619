//! Runs an asynchronous query to its end on this thread, unless the user cancels. The runtime lives as long as the query. Independent of engines.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::runtime::{Builder, Handle, Runtime};

use super::error::Error;
use crate::archive::Cancel;

/// How often a cancel is checked.
pub(super) const CHECK_EVERY: Duration = Duration::from_millis(20);

/// Returns a runtime for one thread.
pub(super) fn runtime() -> io::Result<Runtime> {
    // The runtime's signal driver panics where it cannot open its sockets, so they are tried first.
    #[cfg(unix)]
    for pair in [(); 3].map(|()| std::os::unix::net::UnixStream::pair()) {
        pair?;
    }
    Builder::new_current_thread().enable_all().build()
}

/// Runs a query to its end on this thread.
///
/// # Errors
/// The query's error, or [`Error::Cancelled`] after a cancel.
pub(super) fn block_on<T>(
    cancel: &Cancel,
    query: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    runtime().map_err(Error::System)?.block_on(async {
        match select(pin!(query), pin!(cancelled(cancel))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(Error::Cancelled),
        }
    })
}

/// Runs a future to its end on this thread while another thread drives the connections; returns `None` after a cancel.
pub(super) fn until_cancelled<T>(
    handle: &Handle,
    cancel: &Cancel,
    future: impl Future<Output = T>,
) -> Option<T> {
    handle.block_on(async {
        match select(pin!(future), pin!(cancelled(cancel))).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(((), _)) => None,
        }
    })
}

async fn cancelled(cancel: &Cancel) {
    while !cancel.is_cancelled() {
        tokio::time::sleep(CHECK_EVERY).await;
    }
}
