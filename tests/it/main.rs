//! One binary for all integration tests: screens, laws and the terminal. `fixture` builds images in code; nothing but `engines` needs an engine,
//! and nothing needs a network.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by failing"
)]

#[cfg(unix)]
mod engines;
mod fixture;
mod source;
