//! Any text as the configuration, dive-rs's TOML or dive's YAML: an error of one line without control characters, or a configuration.

use crate::choice;
use dive_rs::config::{ConfigFormat, Configuration};

/// Returns whether a text has control characters other than the ends of lines.
fn is_odd(text: &str) -> bool {
    text.contains(|letter: char| letter.is_control() && letter != '\n')
}

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, text) = choice(bytes);
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let kind = if first % 2 == 0 {
        ConfigFormat::DiveRs
    } else {
        ConfigFormat::Dive
    };
    match Configuration::parse(text, kind, "config") {
        Ok((_, warnings)) => assert!(
            !warnings.join("").contains(char::is_control),
            "{warnings:?}"
        ),
        Err(error) => assert!(!is_odd(&error.to_string()), "{error:?}"),
    }
}
