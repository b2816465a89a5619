//! Completion in bash, which splits words at colons: `alpine:3.20` arrives as three. Its script puts them together again before it requests
//! candidates, and cuts from each what bash would repeat.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine;
use clap_complete::env::EnvCompleter;

/// Works from bash 3.2 on.
const SCRIPT: &str = include_str!("../../assets/completion/dive-rs.bash");

/// Completion in bash.
pub(super) struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == self.name()
    }

    fn write_registration(
        &self,
        _: &str,
        _: &str,
        _: &str,
        _: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(SCRIPT.as_bytes())
    }

    /// Writes one candidate per line for the last word.
    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let last = words.len().saturating_sub(1);
        let nothing_typed = words.last().is_some_and(|word| word.is_empty());
        for candidate in engine::complete(command, words, last, folder)? {
            // bash has no groups: thirty options would hide the images.
            if nothing_typed && candidate.get_value().as_encoded_bytes().starts_with(b"-") {
                continue;
            }
            writeln!(out, "{}", candidate.get_value().to_string_lossy())?;
        }
        Ok(())
    }
}
