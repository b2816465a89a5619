//! One binary for all integration tests: screens, laws and the terminal. `fixture` builds images in code; nothing but `engines` needs an engine,
//! and nothing needs a network.

#![expect(
    unreachable_pub,
    reason = "the modules of one binary share what they need"
)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by failing"
)]

#[cfg(unix)]
mod action;
#[cfg(unix)]
mod build;
mod ci;
mod cli;
mod command;
mod compare;
mod demo;
mod dives;
#[cfg(unix)]
mod engines;
mod fixture;
mod fixture_tar;
mod laws_compare;
mod laws_ui;
#[cfg(unix)]
mod pty;
mod report;
mod screens;
mod source;
