//! Any bytes as a Java archive.

use crate::analyse;
use crate::fixture::ImageBuilder;

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    analyse(&ImageBuilder::new("jar").layer("COPY", |layer| layer.file("app/app-1.0.jar", bytes)));
}
