//! The pace of requests to one registry: at most so many per second, and none while the registry allows none. Sends nothing.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When the next request may be sent.
pub(super) struct Pace {
    /// The time between two requests; zero without a limit.
    every: Duration,
    state: Mutex<PaceState>,
}

#[derive(Default)]
struct PaceState {
    /// The turn of the next request.
    next: Option<Instant>,
    /// Until when the registry allows no request.
    held: Option<Instant>,
}

impl Pace {
    /// Returns the pace for at most so many requests per second.
    pub(super) fn new(rate: Option<NonZeroU32>) -> Self {
        let every = rate.map_or(Duration::ZERO, |rate| {
            Duration::from_secs(1) / u32::from(rate)
        });
        Self {
            every,
            state: Mutex::default(),
        }
    }

    /// Takes the next turn; returns how long to wait for it.
    ///
    /// # Errors
    /// How long the registry allows no request, when that is longer than `patience`.
    pub(super) fn turn(&self, now: Instant, patience: Duration) -> Result<Duration, Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let held = state.held.map(|held| held.saturating_duration_since(now));
        if let Some(held) = held.filter(|held| *held > patience) {
            return Err(held);
        }
        let turns = state.next.into_iter().chain(state.held);
        let turn = turns.fold(now, Instant::max);
        state.next = Some(turn + self.every);
        Ok(turn.saturating_duration_since(now))
    }

    /// Notes that the registry allows no request for this long.
    pub(super) fn hold(&self, now: Instant, wait: Duration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let until = now.checked_add(wait);
        state.held = state.held.max(until);
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::{Duration, Instant};

    use super::Pace;

    const PATIENCE: Duration = Duration::from_secs(100);

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn turns_are_spread_over_a_second() {
        let (pace, now) = (Pace::new(NonZeroU32::new(4)), Instant::now());
        let turns: Vec<u128> = (0..5)
            .map(|_| pace.turn(now, PATIENCE).unwrap().as_millis())
            .collect();
        assert_eq!(turns, [0, 250, 500, 750, 1000]);
        assert_eq!(pace.turn(now + seconds(9), PATIENCE), Ok(Duration::ZERO));
        let unlimited = Pace::new(None);
        for _ in 0..3 {
            assert_eq!(unlimited.turn(now, PATIENCE), Ok(Duration::ZERO));
        }
    }

    #[test]
    fn everybody_waits_until_the_registry_wants_requests_again() {
        let (pace, now) = (Pace::new(None), Instant::now());
        pace.hold(now, seconds(30));
        pace.hold(now, seconds(20));
        assert_eq!(pace.turn(now, PATIENCE), Ok(seconds(30)));
        assert_eq!(pace.turn(now + seconds(29), PATIENCE), Ok(seconds(1)));
        assert_eq!(pace.turn(now + seconds(31), PATIENCE), Ok(Duration::ZERO));
        pace.hold(now, seconds(3600));
        assert_eq!(pace.turn(now, PATIENCE), Err(seconds(3600)));
    }
}
