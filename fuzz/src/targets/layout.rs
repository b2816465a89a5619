//! Any documents of an archive: index, manifest, config, nested index, attestation, provenance, docker's manifest, repositories. From a file, from a stream
//! and fetched as from a registry they give an image or an error; the first two agree.

use std::collections::HashMap;
use std::sync::Arc;

use crate::bundle::Bundle;
use crate::raw_tar::RawTar;
use crate::served::Served;
use crate::{agree, choice, options, parts, seekable, stream};
use dive_rs::archive::{Cancel, Input, ReadOptions, read};

/// The digests by which the documents may name each other, in their order; the last is the layer's.
const DIGITS: &str = "1234567";

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, rest) = choice(bytes);
    let documents = parts(rest, 8);
    let layer = RawTar::default().file("etc/motd", "hello").end();
    let hex = |digit: char| digit.to_string().repeat(64);
    let mut blobs: HashMap<String, Vec<u8>> = HashMap::new();
    let mut bundle = Bundle::default();
    let names = [
        "index.json",
        "",
        "",
        "",
        "",
        "",
        "manifest.json",
        "repositories",
    ];
    let mut digits = DIGITS.chars();
    for (name, document) in names.into_iter().zip(&documents) {
        if !name.is_empty() {
            bundle = bundle.file(name, document);
        } else if let Some(digit) = digits.next() {
            bundle = bundle.file(&format!("blobs/sha256/{}", hex(digit)), document);
            blobs.insert(format!("sha256:{}", hex(digit)), document.to_vec());
        }
    }
    bundle = bundle.file(&format!("blobs/sha256/{}", hex('7')), &layer);
    blobs.insert(format!("sha256:{}", hex('7')), layer);
    let archive = bundle.tar();
    let file = seekable(&archive);
    agree(&file, &stream(&archive));
    if first % 2 == 0 {
        let index = documents
            .first()
            .map_or_else(Vec::new, |text| text.to_vec());
        let served = Input::Fetched(Arc::new(Served { index, blobs }));
        let options = ReadOptions {
            shallow: first % 4 == 0,
            ..options()
        };
        let _ = read(served, &options, &Cancel::default(), &|_| ());
    }
}
