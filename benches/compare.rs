//! Compares two images of a million paths each: aligning the trees, listing the files to read, and the complete comparison. Images are built in memory; reading
//! is measured in `reading.rs`, the whole program by `pair.sh`.

use std::sync::Arc;

use divan::Bencher;
use dive_rs::analysis::BaseHint;
use dive_rs::compare::{Comparison, Hashes, PendingComparison, Sides};
use dive_rs::image::{
    Budget, Compression, Description, Entry, HeaderBlock, Image, Listing, PathSet, assemble,
};

fn main() {
    divan::main();
}

/// Returns an image of one layer with a thousand folders of a thousand files. Omits every `skip`th file; every `edit`th has other content.
fn image(skip: u32, edit: u32) -> Image {
    let mut listing = Listing::new(Compression::None);
    for folder in 0..1000_u32 {
        let name = format!("folder-{folder:04}");
        let parent = listing.paths.child(PathSet::ROOT, name.as_bytes());
        let parent = parent.expect("a thousand names fit");
        for file in 0..1000_u32 {
            let number = folder * 1000 + file;
            if number % skip == 1 {
                continue;
            }
            let name = format!("file-{file:04}.txt");
            let node = listing.paths.child(parent, name.as_bytes());
            let seed = u64::from(number) * 2 + u64::from(number % edit == 2);
            let entry = Entry {
                size: u64::from(number % 5000),
                header: HeaderBlock::at(u64::from(number) * 1024).expect("a gigabyte fits"),
                hash: std::num::NonZeroU64::new(seed + 1),
                type_flag: b'0',
                ..Entry::IMPLIED
            };
            let node = node.expect("a million names fit");
            listing
                .push(node, entry, false)
                .expect("a million records fit");
        }
    }
    let about = Description::default();
    assemble(about, vec![Arc::new(listing)], &Budget::default()).expect("a million records fit")
}

/// Aligns both trees. Goal: at most 0.5 s.
#[divan::bench(sample_count = 10)]
fn align_two_millions(bencher: Bencher<'_, '_>) {
    let (before, after) = (image(97, 89), image(101, 83));
    bencher.bench(|| PendingComparison::of(Sides::new(&before, &after)));
}

/// Lists the files to read.
#[divan::bench(sample_count = 10)]
fn unread_of_two_millions(bencher: Bencher<'_, '_>) {
    let (before, after) = (image(97, 89), image(101, 83));
    let images = Sides::new(&before, &after);
    let draft = PendingComparison::of(images);
    bencher.bench(|| draft.unread(images));
}

/// Runs the complete comparison of two loaded images.
#[divan::bench(sample_count = 10)]
fn compare_two_millions(bencher: Bencher<'_, '_>) {
    let (before, after) = (image(97, 89), image(101, 83));
    let images = Sides::new(&before, &after);
    bencher.bench(|| -> Comparison {
        PendingComparison::of(images).finish(images, &Hashes::default(), &BaseHint::default())
    });
}
