//! The places of a layer: where bytes were found to have its digest, a line for each, in one file. Writes nothing.

use std::io::Read as _;
use std::path::Path;

use super::trusted;
use crate::archive::BlobPlace;

/// The first line of the places. The number rises with every change of how a place is written.
const HEAD: &str = "dive-rs places 1";
/// How many places of a layer are kept, the latest ones: archives that share it.
pub(super) const MOST_PLACES: usize = 32;
/// The largest file of places that is read, in bytes.
const LARGEST: u64 = 64 << 10;

/// Returns whether a file names a place of the layer with this digest.
pub(super) fn has(path: &Path, digest: &str, place: &BlobPlace) -> bool {
    lines(path).contains(&line(digest, place))
}

/// Returns the text of a file with one more place, the latest.
pub(super) fn with(path: &Path, digest: &str, place: &BlobPlace) -> String {
    let mut lines = lines(path);
    let own = line(digest, place);
    lines.retain(|other| *other != own);
    lines.push(own);
    let latest = &lines[lines.len().saturating_sub(MOST_PLACES)..];
    format!("{HEAD}\n{}\n", latest.join("\n"))
}

/// Returns the line of a place: the digest is in it, so that a file under another layer's name has no line for that layer.
fn line(digest: &str, place: &BlobPlace) -> String {
    format!("{digest} {place}")
}

/// Returns the lines of a file of places; none where it is damaged or of another version.
fn lines(path: &Path) -> Vec<String> {
    let mut text = String::new();
    let read = trusted::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
    let lines = text.strip_prefix(HEAD).filter(|_| read.is_ok());
    // A line without an end was cut.
    let lines = lines.and_then(|lines| lines.strip_prefix('\n')?.strip_suffix('\n'));
    lines.map_or_else(Vec::new, |lines| lines.lines().map(str::to_owned).collect())
}
