//! What the fuzz targets share: readings that must agree, and images around their input. The images of the tests are described by the tests' own code.
//! Each target is in `targets`; the programs in fuzz_targets only start them, so that their code is compiled once.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the tests use the rest"
)]

pub mod served;
pub mod targets;

#[path = "../../tests/it/bundle.rs"]
pub mod bundle;
#[path = "../../tests/it/fixture.rs"]
pub mod fixture;
#[path = "../../tests/it/fixture_tar.rs"]
pub mod fixture_tar;
#[path = "../../tests/it/packages.rs"]
pub mod packages;
#[path = "../../tests/it/raw_tar.rs"]
pub mod raw_tar;
#[path = "../../tests/it/reading.rs"]
pub mod reading;
#[path = "../../tests/it/screens.rs"]
pub mod screens;
#[path = "../../tests/it/ztoc.rs"]
pub mod ztoc;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use dive_rs::analysis::{Analysis, BaseHint};
use dive_rs::archive::fuzzing::Memory;
use dive_rs::archive::{Archive, Cancel, Error, Input, ReadOptions, read};
use dive_rs::image::Budget;

use crate::fixture::ImageBuilder;
use crate::reading::{account, stream as as_stream};

/// Memory for the index: what would take more is an error, so that the fuzzer's own limit is never reached.
const MEMORY: u64 = 256 << 20;

/// Returns the options of a reading.
pub fn options() -> ReadOptions {
    ReadOptions {
        budget: Budget::new(MEMORY),
        keep: true,
        provenance: true,
        threads: NonZeroUsize::MIN,
        ..reading::options()
    }
}

/// Reads bytes as a file.
pub fn seekable(bytes: &[u8]) -> Result<Archive, Error> {
    let bytes = Input::At(Arc::new(Memory(bytes.to_vec())));
    read(bytes, &options(), &Cancel::default(), &|_| ())
}

/// Reads bytes as a stream.
pub fn stream(bytes: &[u8]) -> Result<Archive, Error> {
    as_stream(bytes, &options())
}

/// Checks that two readings of the same bytes agree.
pub fn agree(one: &Result<Archive, Error>, other: &Result<Archive, Error>) {
    let text = |archive: &Archive| account(&archive.image);
    match (one, other) {
        (Ok(one), Ok(other)) => assert_eq!(text(one), text(other)),
        (Err(_), Err(_)) => {}
        (one, other) => panic!(
            "one gives {:?}, the other {:?}",
            one.as_ref().map(text),
            other.as_ref().map(text)
        ),
    }
}

/// Splits an input at zeros, into at most so many parts.
pub fn parts(bytes: &[u8], most: usize) -> Vec<&[u8]> {
    bytes.splitn(most, |&byte| byte == 0).collect()
}

/// Splits the first byte, which chooses a variant, from the input.
pub fn choice(bytes: &[u8]) -> (u8, &[u8]) {
    bytes
        .split_first()
        .map_or((0, bytes), |(first, rest)| (*first, rest))
}

/// Returns the names of the HTML elements and attributes in a text.
pub fn markup(text: &str) -> BTreeSet<String> {
    use html5gum::{Token, Tokenizer};
    let mut names = BTreeSet::new();
    for token in Tokenizer::new(text).flatten() {
        if let Token::StartTag(tag) = token {
            let element = String::from_utf8_lossy(&tag.name).into_owned();
            for name in tag.attributes.keys() {
                names.insert(format!("{element} {}", String::from_utf8_lossy(name)));
            }
            names.insert(element);
        }
    }
    names
}

/// Analyses the packages, categories and findings of an image.
pub fn analyse(builder: &ImageBuilder) {
    let (image, analysis, content) = packages::content_analysis(builder, &BaseHint::default());
    let owned: u64 = content
        .packages
        .list
        .iter()
        .map(|package| package.bytes)
        .sum();
    assert!(owned <= image.size(), "packages own {owned} bytes");
    let _ = (analysis, content);
}
