//! Time from a key to the next frame, on an image of one million paths in twenty layers. Each bench presses one kind of key many times and prints
//! the 99th percentile beside divan's own figures. The budget is 16 ms.

#![expect(clippy::print_stderr, reason = "a bench prints what it measured")]

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use divan::Bencher;
use dive_rs::analysis::{Analysis, BaseHint, ContentAnalysis};
use dive_rs::compare::{Hashes, PendingComparison, Sides};
use dive_rs::image::{
    Budget, Compression, Description, Entry, HeaderBlock, Image, LayerHeading, Listing, PathSet,
    assemble,
};
use dive_rs::ui::bindings;
use dive_rs::ui::keys::Key;
use dive_rs::ui::keys::action::Action;
use dive_rs::ui::layout::Size;
use dive_rs::ui::loaded::content_analysis::{ContentComparison, ContentSummary, LoadState};
use dive_rs::ui::loaded::summary::{self, ExploreSummary};
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::{LoadUpdate, Msg};
use dive_rs::ui::model::{Model, ScreenOptions};
use dive_rs::ui::pane::{Tab, View};
use dive_rs::ui::{update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const PATHS: u32 = 1_000_000;
const LAYERS: u32 = 20;

fn main() {
    divan::main();
}

/// A million paths in folders of fifty. Each layer adds its share and changes a hundredth of the paths below it. Every file has `more` bytes more.
fn image(more: u64) -> Arc<Image> {
    let each = PATHS / LAYERS;
    let layers = (0..LAYERS).map(|layer| {
        let mut listing = Listing::new(Compression::None);
        let own = layer * each..(layer + 1) * each;
        let again = (0..layer * each).step_by(100);
        for id in own.chain(again) {
            let parts = [
                format!("part{}", id / 50_000),
                format!("group{}", id / 2_500 % 20),
                format!("folder{}", id / 50 % 50),
                format!("file-{id:07}.rs"),
            ];
            let node = parts.iter().fold(PathSet::ROOT, |at, part| {
                listing.paths.child(at, part.as_bytes()).unwrap_or(at)
            });
            let entry = Entry {
                size: u64::from(id % 977) * 10 + u64::from(layer) + more,
                header: HeaderBlock::at(u64::from(id) * 1024).unwrap_or(Entry::IMPLIED.header),
                modified: id,
                mode: 0o644,
                type_flag: b'0',
                ..Entry::IMPLIED
            };
            let _ = listing.push(node, entry, false);
        }
        Arc::new(listing)
    });
    let heading = LayerHeading {
        instruction: "COPY part /".to_owned(),
        ..LayerHeading::default()
    };
    let about = Description {
        reference: "million".to_owned(),
        headings: vec![heading; LAYERS as usize],
        ..Description::default()
    };
    match assemble(about, layers.collect(), &Budget::default()) {
        Ok(image) => Arc::new(image),
        Err(error) => unreachable!("{error}"),
    }
}

/// The content analysis of an image without packages.
fn content(image: &Image, analysis: &Analysis) -> ContentSummary {
    let none = ((&[][..], &[][..]), HashMap::new());
    let content = ContentAnalysis::of(image, analysis, none.0, &none.1);
    ContentSummary::new(image, analysis, content)
}

struct Bench {
    model: Model,
    terminal: Terminal<TestBackend>,
    took: Vec<Duration>,
}

impl Bench {
    /// Opens the image on the tree, with its content analysis.
    fn new() -> Self {
        static IMAGE: LazyLock<(Arc<Image>, Arc<ExploreSummary>, Arc<ContentSummary>)> =
            LazyLock::new(|| {
                let image = image(0);
                let summary = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
                let content = content(&image, &summary.analysis);
                (image, summary, Arc::new(content))
            });
        let (image, summary, content) = &*IMAGE;
        let size = Size {
            width: 200,
            height: 60,
        };
        let mut options = ScreenOptions::default();
        options.start.view = View::Tree;
        let mut model = Model::new("million", size, options);
        let loaded = LoadUpdate::Loaded(Arc::clone(image), Arc::clone(summary));
        let load = model.load;
        let content = LoadUpdate::Content(LoadState::Ready(Arc::clone(content)));
        for update in [loaded, content] {
            let _ = update::update(&mut model, Msg::Load(load, update));
        }
        let Ok(terminal) = Terminal::new(TestBackend::new(200, 60));
        Self {
            model,
            terminal,
            took: Vec::new(),
        }
    }

    /// Opens the image beside one of which every file is larger, with both content analyses.
    fn of_two() -> Self {
        let images = Sides::new(image(0), image(1));
        let both = images.as_ref().map(|image| &**image);
        let pending = PendingComparison::of(both);
        let comparison = pending.finish(both, &Hashes::default(), &BaseHint::default());
        let analyses = comparison.analyses.as_ref();
        let contents = Sides::new(
            content(both.before, analyses.before),
            content(both.after, analyses.after),
        );
        let contents = Arc::new(ContentComparison::new(&comparison, both, contents));
        let comparison = Arc::new(comparison);
        let summaries = summary::of_pair(&images, &comparison);
        let size = Size {
            width: 200,
            height: 60,
        };
        let names = Sides::new("million:1", "million:2");
        let mut model = Model::of_two(names, size, ScreenOptions::default());
        for msg in [
            Msg::Compared(images.clone(), comparison, summaries),
            Msg::ContentComparison(images, Ok(contents)),
        ] {
            let _ = update::update(&mut model, msg);
        }
        let Ok(terminal) = Terminal::new(TestBackend::new(200, 60));
        Self {
            model,
            terminal,
            took: Vec::new(),
        }
    }

    fn press(&mut self, keys: &[Key]) {
        for &key in keys {
            if let Some(msg) = bindings::message(&self.model, key) {
                self.send(msg);
            }
        }
    }

    /// Draws a frame after a message. Work in several steps draws one frame per step; a query is answered by another thread, and its answer is one frame.
    fn send(&mut self, msg: Msg) {
        let mut next = Some(msg);
        while let Some(msg) = next.take() {
            let begun = Instant::now();
            let effect = update::update(&mut self.model, msg);
            self.frame(begun);
            if let Some(Effect::Compute(ticket, work)) = effect {
                next = Some(Msg::Computed(ticket, Box::new(work.run())));
            } else if self.model.has_work() {
                next = Some(Msg::Continue);
            }
        }
    }

    fn frame(&mut self, begun: Instant) {
        let Self {
            model, terminal, ..
        } = self;
        let Ok(_) = terminal.draw(|frame| view::view(model, frame));
        self.took.push(begun.elapsed());
    }

    fn print(mut self, what: &str) {
        self.took.sort_unstable();
        let last = self.took.len().saturating_sub(1);
        let at = |percent: usize| {
            self.took
                .get(last * percent / 100)
                .copied()
                .unwrap_or_default()
        };
        eprintln!(
            "{what}: {} frames, median {:?}, p99 {:?}, longest {:?}",
            last + 1,
            at(50),
            at(99),
            at(100)
        );
    }
}

fn run(bencher: Bencher, what: &str, before: &[Key], keys: &[Key]) {
    measure(bencher, what, Bench::new(), before, keys);
}

fn measure(bencher: Bencher, what: &str, mut bench: Bench, before: &[Key], keys: &[Key]) {
    bench.press(before);
    bench.took.clear();
    bencher.bench_local(|| bench.press(keys));
    bench.print(what);
}

use Key::Char;

#[divan::bench(sample_count = 40)]
fn move_in_the_tree(bencher: Bencher) {
    run(
        bencher,
        "move in the tree",
        &[Key::Tab, Key::Enter],
        &[Char('j'), Char('k'), Key::PageDown, Key::PageUp],
    );
}

#[divan::bench(sample_count = 40)]
fn change_the_layer(bencher: Bencher) {
    run(
        bencher,
        "change the layer",
        &[],
        &[
            Char('j'),
            Char('j'),
            Char('j'),
            Char('k'),
            Char('k'),
            Char('k'),
        ],
    );
}

#[divan::bench(sample_count = 40)]
fn jump_between_the_ends(bencher: Bencher) {
    run(
        bencher,
        "jump between the ends",
        &[],
        &[Key::End, Key::Home],
    );
}

#[divan::bench(sample_count = 40)]
fn fold_and_unfold(bencher: Bencher) {
    run(
        bencher,
        "fold and unfold",
        &[Key::End, Key::Tab],
        &[Key::Enter, Key::Enter],
    );
}

#[divan::bench(sample_count = 10)]
fn unfold_everything(bencher: Bencher) {
    run(
        bencher,
        "unfold everything",
        &[Key::End, Key::Tab],
        &[Char('z'), Key::End, Key::Home, Char('z')],
    );
}

#[divan::bench(sample_count = 10)]
fn filter(bencher: Bencher) {
    run(
        bencher,
        "filter",
        &[Key::End, Key::Tab],
        &[Char('='), Char('='), Char('m'), Key::Esc],
    );
}

/// Opens the files behind a number, those that no package owns, and their list, and leads back.
#[divan::bench(sample_count = 10)]
fn open_the_files_of_an_owner(bencher: Bencher) {
    let bench = Bench::new();
    let tab = ('1'..='9').map(Char).find(|key| {
        matches!(
            bindings::message(&bench.model, *key),
            Some(Msg::Do(Action::Show(Tab::Packages)))
        )
    });
    let Some(tab) = tab else { return };
    let keys = [tab, Key::Home, Key::Enter, Char('f'), Key::Esc, Key::Esc];
    run(
        bencher,
        "open the files of an owner and lead back",
        &[],
        &keys,
    );
}

/// Opens the files behind a category of the overview and leads back.
#[divan::bench(sample_count = 10)]
fn drill_down_and_back(bencher: Bencher) {
    let keys = [Char('1'), Key::Home, Key::Enter, Key::Esc];
    run(bencher, "drill down from the overview and back", &[], &keys);
}

/// Opens the files behind a cause of the difference of two images, their list and their map, and leads back.
#[divan::bench(sample_count = 5)]
fn drill_down_in_a_comparison_and_back(bencher: Bencher) {
    measure(
        bencher,
        "drill down in a comparison and back",
        Bench::of_two(),
        &[Key::Home, Key::Down],
        &[Key::Enter, Char('j'), Char('4'), Char('3'), Key::Esc],
    );
}

#[divan::bench(sample_count = 40)]
fn move_in_the_overview(bencher: Bencher) {
    let keys = [Char('j'), Char('j'), Key::End, Char('k'), Key::Home];
    run(bencher, "move in the overview", &[Char('1')], &keys);
}

#[divan::bench(sample_count = 10)]
fn move_and_sort_in_files(bencher: Bencher) {
    let keys = [
        Char('j'),
        Key::PageDown,
        Key::End,
        Key::Home,
        Char('s'),
        Key::PageDown,
    ];
    run(
        bencher,
        "move in the list of files and sort it",
        &[Char('f')],
        &keys,
    );
}

#[divan::bench(sample_count = 40)]
fn palette(bencher: Bencher) {
    let keys: Vec<Key> = ":sort"
        .chars()
        .map(Char)
        .chain([Key::Down, Key::Esc])
        .collect();
    run(bencher, "palette", &[Char('1')], &keys);
}

#[divan::bench(sample_count = 10)]
fn change_the_view(bencher: Bencher) {
    run(
        bencher,
        "change the view: overview, map, files, tree",
        &[],
        &[Char('1'), Char('4'), Char('f'), Char('2')],
    );
}

#[divan::bench(sample_count = 10)]
fn move_in_the_map(bencher: Bencher) {
    run(
        bencher,
        "zoom into a folder of the map and out",
        &[Char('4')],
        &[Key::Right, Key::Enter, Key::Down, Key::Esc],
    );
}

#[divan::bench(sample_count = 5)]
fn find_as_it_is_typed(bencher: Bencher) {
    let keys = [
        Char('/'),
        Char('f'),
        Char('9'),
        Char('9'),
        Char('7'),
        Char('r'),
        Key::Enter,
        Char('n'),
        Key::Esc,
    ];
    run(bencher, "find as it is typed", &[Key::End, Key::Tab], &keys);
}

#[divan::bench(sample_count = 2)]
fn find_by_regex(bencher: Bencher) {
    let keys: Vec<Key> = "/re:7{3}.*rs$"
        .chars()
        .map(Char)
        .chain([Key::Enter, Key::Esc])
        .collect();
    run(bencher, "find by regex", &[Key::End, Key::Tab], &keys);
}
