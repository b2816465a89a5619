//! Blocking on an asynchronous question, with the user's wish to stop in view. The runtime lives no longer than the question. Knows no engine.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::runtime::{Builder, Runtime};

use super::error::Error;
use crate::archive::Cancel;

/// How long a cancel may go unseen.
pub(super) const GLANCE: Duration = Duration::from_millis(20);

/// Returns a runtime for one thread.
pub(super) fn runtime() -> io::Result<Runtime> {
    // Its signal driver panics where it cannot open what it needs: what all its drivers open must be to be had.
    #[cfg(unix)]
    for pair in [(); 3].map(|()| std::os::unix::net::UnixStream::pair()) {
        pair?;
    }
    Builder::new_current_thread().enable_all().build()
}

/// Runs a question to its end on this thread, unless the user cancels.
pub(super) fn ask<T>(
    cancel: &Cancel,
    question: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    runtime().map_err(Error::System)?.block_on(async {
        match select(pin!(question), pin!(cancelled(cancel))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(Error::Cancelled),
        }
    })
}

async fn cancelled(cancel: &Cancel) {
    while !cancel.is_cancelled() {
        tokio::time::sleep(GLANCE).await;
    }
}
