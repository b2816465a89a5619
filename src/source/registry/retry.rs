//! When a failed request is sent again, and how often. Sends nothing itself.

use std::time::Duration;

use super::error::{Cause, RegistryError};

/// How often something is tried again without a byte in between.
const MOST_RETRIES: u32 = 5;
/// The first pause before a retry; it doubles. Where a registry wants a pause longer than the longest, there is no retry.
const PAUSE: Duration = Duration::from_millis(200);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// Makes attempts until one succeeds, or another would not help.
pub(super) async fn retried<T>(
    what: &str,
    mut attempt: impl AsyncFnMut() -> Result<T, RegistryError>,
) -> Result<T, RegistryError> {
    let mut failures = 0;
    loop {
        let error = match attempt().await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        failures += 1;
        let Some(pause) = pause(&error, failures) else {
            return Err(counted(error, None, failures - 1));
        };
        log::info!("{what}: {}; tried again in {pause:?}", error.cause);
        tokio::time::sleep(pause).await;
    }
}

/// Returns the pause before the next attempt; `None` if there is none.
pub(super) fn pause(error: &RegistryError, failures: u32) -> Option<Duration> {
    let cause = error.temporary()?;
    let pause = cause
        .wait()
        .unwrap_or_else(|| PAUSE * 2_u32.saturating_pow(failures.saturating_sub(1)));
    // A registry that does not answer twice is unreachable.
    let most = if matches!(cause, Cause::Timeout(_)) {
        1
    } else {
        MOST_RETRIES
    };
    (failures <= most && pause <= LONGEST_PAUSE).then_some(pause)
}

/// Notes in a broken connection's error how often it was tried, and how many bytes had come, if that is known.
pub(super) fn counted(mut error: RegistryError, place: Option<u64>, tried: u32) -> RegistryError {
    if let Cause::Broken { at, retries, .. } = &mut error.cause {
        (*at, *retries) = (place.unwrap_or(*at), tried);
    }
    error
}
