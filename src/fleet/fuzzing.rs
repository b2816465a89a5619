//! What the fuzz targets reach of lists, plans and journals. Only cargo-fuzz compiles it. Opens no image.

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use super::input::Inputs;
use super::journal::{JOURNAL_FILE, Journal, JournalHeader};
use super::outcome::Outcome;
use super::row::{Depth, SCHEMA_VERSION};
use super::shard::Shard;

/// Parses a list: lines, a plan or the JSON of kubectl.
///
/// # Panics
/// When an image is in no part of the list or in several.
pub fn list(bytes: &[u8]) {
    let mut inputs = Inputs::parse(bytes);
    inputs.dedup();
    let count = NonZeroU32::MIN.saturating_add(2);
    let shards = (0..3).filter_map(|index| Shard::new(index, count));
    let parts = shards.map(|shard| {
        let mut part = inputs.clone();
        part.keep(shard);
        (part.images.len(), part.errors.len())
    });
    let sum = parts.fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    assert_eq!(sum, (inputs.images.len(), inputs.errors.len()));
}

/// Reads bytes as the journal of a run in a folder, after a valid header.
///
/// # Panics
/// When what was read is read differently after the journal was opened again.
pub fn journal(folder: &Path, bytes: &[u8]) {
    let header = JournalHeader {
        schema_version: SCHEMA_VERSION,
        depth: Depth::Deep,
        platform: None,
        source: None,
        shard: None,
        rules: None,
    };
    let path = folder.join(JOURNAL_FILE);
    let _ = fs::remove_file(&path);
    drop(Journal::open(folder, &header).expect("a new journal"));
    let mut text = fs::read(&path).expect("the journal");
    text.extend_from_slice(bytes);
    fs::write(&path, text).expect("the journal");
    let before = entries(folder, &header);
    assert_eq!(before, entries(folder, &header));
}

fn entries(folder: &Path, header: &JournalHeader) -> (Vec<Outcome>, usize) {
    let journal = Journal::open(folder, header).expect("its header");
    let (mut outcomes, mut images) = (Vec::new(), 0);
    let read = journal.outcomes(|outcome| outcomes.push(outcome));
    read.expect("its lines");
    journal.images(|_| images += 1).expect("its lines");
    (outcomes, images)
}
