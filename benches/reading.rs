//! Reads, assembles, compares and sums at 1×, 10× and 100×, in files and in layers. The time per item must stay constant, which shows that the cost is
//! linear. `cargo bench --bench reading`. `whole.sh` measures whole programs.

mod synth;

use std::fs::File;
use std::io::Seek;
use std::num::NonZeroUsize;

use divan::Bencher;
use divan::counter::ItemsCount;
use dive_rs::analysis::{
    Analysis, BaseHint, Categories, diff, efficiency, hidden_bytes, layer_changes,
};
use dive_rs::archive::{Cancel, Choice, Input, LayerReading, ReadOptions, read};
use dive_rs::image::{Budget, Description, Image, LayerId};
use dive_rs::load::{self, Request};

fn main() {
    divan::main();
}

/// Files of the smallest image, and changes per layer of the image with many layers.
const FILES: u32 = 10_000;
const CHANGES: u32 = 1_000;

fn archive(steps: &[synth::Step]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    synth::write(steps, &mut std::io::BufWriter::new(&file)).expect("room for a bench");
    file.rewind().expect("a file rewinds");
    file
}

fn load(file: &File) -> Image {
    load_on(file, 2)
}

fn load_on(file: &File, threads: usize) -> Image {
    let options = ReadOptions {
        reference: "bench".to_owned(),
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
        threads: NonZeroUsize::new(threads).expect("not zero"),
    };
    let input = Input::File(file.try_clone().expect("a file clones"));
    let archive = read(input, &options, &Cancel::default(), &|_| ());
    archive.expect("an image").image
}

fn files(times: u32) -> Vec<synth::Step> {
    synth::spread(FILES * times, 5)
}

fn layers(times: u32) -> Vec<synth::Step> {
    synth::changed(FILES, times, CHANGES)
}

fn records(image: &Image) -> ItemsCount {
    ItemsCount::new(image.entries().len())
}

#[divan::bench(args = [1, 10, 100], sample_count = 5, sample_size = 1)]
fn read_files(bencher: Bencher, times: u32) {
    let file = archive(&files(times));
    let items = records(&load(&file));
    bencher.counter(items).bench_local(|| load(&file));
}

#[divan::bench(args = [1, 10, 100], sample_count = 5, sample_size = 1)]
fn read_layers(bencher: Bencher, times: u32) {
    let file = archive(&layers(times));
    let items = records(&load(&file));
    bencher.counter(items).bench_local(|| load(&file));
}

#[divan::bench(args = [1, 10, 100], sample_count = 5, sample_size = 1)]
fn read_whiteouts(bencher: Bencher, times: u32) {
    let file = archive(&synth::removed(FILES * times, CHANGES * times));
    let items = records(&load(&file));
    bencher
        .counter(items)
        .bench_local(|| efficiency(&load(&file)));
}

/// Reads the archive named by `ARCHIVE` on this many threads; does nothing when the variable is unset.
#[divan::bench(args = [1, 2, 3, 4], sample_count = 5, sample_size = 1)]
fn read_archive_on_threads(bencher: Bencher, threads: usize) {
    if let Some(path) = std::env::var_os("ARCHIVE") {
        let file = File::open(path).expect("an archive");
        bencher.bench_local(|| load_on(&file, threads));
    }
}

/// Finds the packages and categories of the archive named by `ARCHIVE`; does nothing when the variable is unset.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn content_analysis_of_archive(bencher: Bencher) {
    if let Some(path) = std::env::var_os("ARCHIVE") {
        let request = Request {
            reference: path.to_string_lossy().into_owned(),
            ..Request::default()
        };
        let loaded = load::load(&request, &Cancel::default(), |_| ()).expect("an image");
        let analysis = Analysis::of(&loaded.image, &BaseHint::default());
        bencher.bench_local(|| loaded.content_analysis(&analysis, &Cancel::default(), |_, _| ()));
    }
}

#[divan::bench(args = [1, 10, 100], sample_count = 20)]
fn categories_by_path(bencher: Bencher, times: u32) {
    let image = load(&archive(&files(times)));
    let analysis = Analysis::of(&image, &BaseHint::default());
    bencher
        .counter(ItemsCount::new(image.tree.len()))
        .bench_local(|| Categories::of(&image, &analysis.base, &analysis.hidden, None));
}

#[divan::bench(args = [1, 10, 100], sample_count = 20)]
fn snapshot(bencher: Bencher, times: u32) {
    let image = load(&archive(&files(times)));
    let top = image.top();
    bencher
        .counter(ItemsCount::new(image.tree.len()))
        .bench_local(|| image.snapshot(top));
}

#[divan::bench(args = [1, 10, 100], sample_count = 20)]
fn diff_of_the_top_layer(bencher: Bencher, times: u32) {
    let image = load(&archive(&files(times)));
    let top = image.top();
    let below = top.and_then(|top| top.0.checked_sub(1)).map(LayerId);
    let (before, after) = (image.snapshot(below), image.snapshot(top));
    bencher
        .counter(ItemsCount::new(image.tree.len()))
        .bench_local(|| diff(&image, &before, &after));
}

#[divan::bench(args = [1, 10, 100], sample_count = 20)]
fn hidden_bytes_by_layers(bencher: Bencher, times: u32) {
    let image = load(&archive(&layers(times)));
    bencher
        .counter(records(&image))
        .bench_local(|| hidden_bytes(&image));
}

#[divan::bench(args = [1, 10, 100], sample_count = 20)]
fn dives_numbers_by_layers(bencher: Bencher, times: u32) {
    let image = load(&archive(&layers(times)));
    bencher
        .counter(records(&image))
        .bench_local(|| (efficiency(&image), layer_changes(&image)));
}
