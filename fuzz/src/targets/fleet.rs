//! Any bytes as a list of images or as the journal of a run: images and errors, never a panic. The first byte selects which.

use dive_rs::fleet::fuzzing::{journal, list};

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    if kind % 2 == 0 {
        return list(rest);
    }
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a temporary folder");
    }
    FOLDER.with(|folder| journal(folder.path(), rest));
}
