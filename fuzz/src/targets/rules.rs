//! Any text as a rules file, or as the value of a rule: an error without control characters, or rules, which judge an image.

use std::sync::LazyLock;

use crate::choice;
use crate::packages::{content_analysis, debian};
use dive_rs::analysis::BaseHint;
use dive_rs::ci::{RuleId, RuleOptions, Rules, judge};

/// A file in memory.
static FILE: LazyLock<tempfile::NamedTempFile> =
    LazyLock::new(|| tempfile::NamedTempFile::new_in("/dev/shm").expect("memory takes it"));

/// Returns whether a text has control characters other than the ends of lines.
fn is_odd(text: &str) -> bool {
    text.contains(|letter: char| letter.is_control() && letter != '\n')
}

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, text) = choice(bytes);
    let mut options = RuleOptions::default();
    if first < 128 {
        std::fs::write(FILE.path(), text).expect("memory takes it");
        options.file = Some(FILE.path().to_owned());
    } else if let Ok(text) = std::str::from_utf8(text) {
        let id = RuleId::ALL[usize::from(first) % RuleId::ALL.len()];
        options.flags.push((id, text.to_owned()));
    }
    match Rules::merge(&options) {
        Ok((rules, warnings)) => {
            assert!(
                !warnings.join("").contains(char::is_control),
                "{warnings:?}"
            );
            let (image, analysis, content) = content_analysis(&debian(), &BaseHint::default());
            let _ = judge(
                &rules,
                &image,
                &analysis,
                None,
                None,
                Some(&content.findings),
            );
        }
        Err(error) => assert!(!is_odd(&error.to_string()), "{error:?}"),
    }
}
