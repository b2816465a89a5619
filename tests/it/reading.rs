//! The two ways to read an archive in tests: as a seekable file and as a stream. Both must give the same result, which
//! [`both`] checks. Makes no archives.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Cursor, Seek, Write as _};
use std::num::NonZeroUsize;

use dive_rs::analysis::diff;
use dive_rs::archive::{Archive, Cancel, Choice, Error, Input, LayerReading, ReadOptions, read};
use dive_rs::escape;
use dive_rs::image::{Budget, Description, EntryId, Image, LayerId, Platform};

/// Default options.
pub fn options() -> ReadOptions {
    ReadOptions {
        reference: "test".to_owned(),
        choice: Choice::default(),
        verify: false,
        shallow: false,
        partial: false,
        expected: Description::default(),
        sender_id: None,
        keep: false,
        hash_versions: true,
        provenance: false,
        layers: LayerReading::default(),
        shared: None,
        cache: None,
        budget: Budget::default(),
        threads: NonZeroUsize::new(2).expect("not zero"),
    }
}

/// Options with a tag.
pub fn tagged(tag: &str) -> ReadOptions {
    let mut options = options();
    options.choice.tag = Some(tag.to_owned());
    options
}

/// Options with a platform of Linux.
pub fn platform(architecture: &str) -> ReadOptions {
    let mut options = options();
    options.choice.platform = Some(Platform {
        os: "linux".to_owned(),
        architecture: architecture.to_owned(),
        ..Platform::default()
    });
    options
}

/// Options with `--verify`.
pub fn verified() -> ReadOptions {
    ReadOptions {
        verify: true,
        ..options()
    }
}

/// Returns an unnamed file of these bytes.
pub fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("room for a test");
    file.rewind().expect("a file rewinds");
    file
}

/// Reads bytes as a file.
pub fn seekable(bytes: &[u8], options: &ReadOptions) -> Result<Archive, Error> {
    read(
        Input::File(file(bytes)),
        options,
        &Cancel::default(),
        &|_| (),
    )
}

/// Reads bytes as a stream.
pub fn stream(bytes: &[u8], options: &ReadOptions) -> Result<Archive, Error> {
    let stream = Box::new(Cursor::new(bytes.to_vec()));
    read(Input::Stream(stream), options, &Cancel::default(), &|_| ())
}

/// The position of a decoder at damage depends on its buffer size.
fn observed(error: &Error) -> String {
    match error {
        Error::Corrupt { what, .. } => format!("{what} is corrupt"),
        error => error.to_string(),
    }
}

/// Reads bytes both ways, checks that the results agree, and returns the image.
pub fn both(bytes: &[u8], options: &ReadOptions) -> Result<Archive, String> {
    let one = seekable(bytes, options);
    let other = stream(bytes, options);
    match (one, other) {
        (Ok(one), Ok(other)) => {
            assert_eq!(
                account(&one.image),
                account(&other.image),
                "file and stream"
            );
            Ok(one)
        }
        (Err(one), Err(other)) => {
            assert_eq!(observed(&one), observed(&other), "file and stream");
            assert_eq!(one.hint(), other.hint());
            Err(one.to_string())
        }
        (one, other) => panic!(
            "a file gives {:?}, a stream {:?}",
            one.map(|archive| account(&archive.image)),
            other.map(|archive| account(&archive.image))
        ),
    }
}

/// Reads bytes both ways and returns the image, which must be valid.
pub fn image(bytes: &[u8]) -> Image {
    both(bytes, &options()).expect("an image").image
}

/// Returns everything about an image as text, except hashes, which are internal.
pub fn account(image: &Image) -> String {
    let mut text = format!("{:#?}\n{:#?}\n", image.about, image.warnings);
    for (layer, at) in image.layers.iter().zip(0_u32..) {
        let _ = writeln!(
            text,
            "layer {at}: {} {:?} {} bytes, {} records",
            layer.blob, layer.compression, layer.size, layer.entry_count
        );
        let changes = &layer.changes;
        for (what, list) in [
            ("hides", &changes.whiteouts),
            ("entries", &changes.entries),
            ("replaces", &changes.replaced),
        ] {
            for (node, entry) in list {
                let path = image.tree.path(*node);
                let _ = writeln!(
                    text,
                    "  {what} {} {}",
                    escape::name(&path),
                    record(image, *entry)
                );
            }
        }
        for node in &changes.opaque {
            let path = image.tree.path(*node);
            let _ = writeln!(text, "  hides all in {}", escape::name(&path));
        }
        let below = at.checked_sub(1).map(LayerId);
        let statuses = diff(
            image,
            &image.snapshot(below),
            &image.snapshot(Some(LayerId(at))),
        );
        let _ = writeln!(text, "  {statuses:?}");
    }
    text
}

/// Returns everything about an entry as text.
pub fn record(image: &Image, id: EntryId) -> String {
    let entry = image.entry(id);
    let mut entry_shown = *entry;
    entry_shown.hash = None;
    entry_shown.rare_fields = None;
    format!("{entry_shown:?} {:?}", image.rare_fields(entry))
}
