//! Any bytes as rpm's database, in its three formats.

use crate::fixture::ImageBuilder;
use crate::{analyse, choice};

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, database) = choice(bytes);
    let name = ["rpmdb.sqlite", "Packages.db", "Packages"][usize::from(first) % 3];
    let path = format!("var/lib/rpm/{name}");
    analyse(&ImageBuilder::new("rpm").layer("RUN", |layer| layer.file(path, database)));
}
