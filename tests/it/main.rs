//! One binary for all integration tests: screens, laws and the terminal. `fixture` builds images in code; nothing here needs a network or an engine.

#![expect(unreachable_pub, reason = "the modules of one binary share what they need")]

mod demo;
mod fixture;
mod fixture_tar;
