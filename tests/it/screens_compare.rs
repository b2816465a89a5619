//! The compare screen after key presses: two images from code, a string of keys, the screen as text with a map of its styles.

use std::sync::Arc;

use dive_rs::compare::{Comparison, Side, Sides};
use dive_rs::image::{Config, Image};
use dive_rs::load::Progress;
use dive_rs::ui::bindings;
use dive_rs::ui::compare::CompareFocus;
use dive_rs::ui::keys::Key;
use dive_rs::ui::layout::Size;
use dive_rs::ui::loaded::summary;
use dive_rs::ui::loaded::ticket::LoadId;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::{LoadUpdate, Mouse, Msg};
use dive_rs::ui::model::{Model, Screen as Shown, ScreenOptions};
use dive_rs::ui::pane::{CompareView, Focus, Tab};
use dive_rs::ui::update;
use std::time::Duration;

use crate::explore::above_footer;
use crate::fixture::ImageBuilder;
use crate::properties_compare::compare;
use crate::screens::{Screen, screens};

fn before() -> ImageBuilder {
    let config = Config {
        env: vec!["PATH=/usr/bin".to_owned(), "GOPATH=/go".to_owned()],
        cmd: vec!["/go/bin/app".to_owned()],
        ..Config::default()
    };
    ImageBuilder::new("go-app:onbuild")
        .with_unique_sizes()
        .config(config)
        .layer("FROM debian", |layer| {
            layer
                .file("etc/motd", "welcome\n")
                .file("etc/keep", "kept\n")
                .filled("usr/lib/libc.so", 2_000_000, 1)
                .symlink("bin", "usr/bin")
        })
        .layer("RUN apt-get update && apt-get install -y golang", |layer| {
            layer
                .filled("usr/lib/go/compile", 340_000_000, 2)
                .filled("usr/lib/go/link", 120_000_000, 3)
                .filled("var/lib/apt/lists", 50_000_000, 4)
        })
        .layer("COPY . /src", |layer| {
            layer.file("src/main.go", "package main\n")
        })
        .layer("RUN go build", |layer| {
            layer.filled("go/bin/app", 6_500_000, 5)
        })
}

fn after() -> ImageBuilder {
    let config = Config {
        env: vec!["PATH=/bin".to_owned()],
        cmd: vec!["/app/goapp".to_owned()],
        user: "app".to_owned(),
        ..Config::default()
    };
    ImageBuilder::new("go-app:multistage")
        .with_unique_sizes()
        .config(config)
        .layer("FROM alpine", |layer| {
            layer
                .file("etc/motd", "WELCOME\n")
                .file("etc/keep", "kept\n")
                .file("etc/ev\u{202e}il", "x")
                .filled("lib/musl.so", 600_000, 6)
                .file("bin/sh", "#!")
        })
        .layer("COPY app", |layer| layer.filled("app/goapp", 6_500_000, 5))
}

pub fn waiting(width: u16, height: u16) -> Screen {
    let mut options = ScreenOptions::default();
    options.start.unfold = false;
    waiting_with(width, height, options)
}

fn waiting_with(width: u16, height: u16, options: ScreenOptions) -> Screen {
    let references = Sides::new("go-app:onbuild", "go-app:multistage");
    Screen::of(Model::of_two(references, Size { width, height }, options))
}

/// Opens the comparison with its trees focused.
pub fn open(width: u16, height: u16) -> Screen {
    opened(width, height).press("<tab>")
}

/// Returns the message of two compared images.
pub fn compared(images: Sides<Arc<Image>>, comparison: Arc<Comparison>) -> Msg {
    let summaries = summary::of_pair(&images, &comparison);
    Msg::Compared(images, comparison, summaries)
}

#[test]
fn exploring_a_side_shares_what_is_known_of_it() {
    let screen = open(120, 40);
    let Shown::Compare(compare) = &screen.model.screen else {
        panic!("two images");
    };
    let known = Arc::clone(&compare.summaries.before);
    assert!(Arc::ptr_eq(
        &known.analysis,
        &compare.comparison.analyses.before
    ));
    // The first path is only in that image.
    let screen = screen.press("o");
    let Shown::Explore(explore) = &screen.model.screen else {
        panic!("one image");
    };
    assert!(Arc::ptr_eq(&explore.summary, &known));
}

/// `H` shows the history of a path in a comparison too; a version leads into its image, and back.
#[test]
fn a_version_of_a_history_is_explored_and_left() {
    let screen = open(120, 40).press("/goapp<enter>GH");
    let before = screen.shown();
    assert!(before.contains("History of "), "{before}");
    let screen = screen.press("<enter>");
    let Shown::Explore(explore) = &screen.model.screen else {
        panic!("one image");
    };
    let selected = explore.tree.lines.selected().expect("a line").path;
    assert!(explore.image.tree.path(selected).ends_with(b"goapp"));
    let events = explore.image.timeline.events(selected);
    assert_eq!(explore.layer(), events.last().map(|event| event.layer));
    // Folders that are opened to fill the tree leave the path selected.
    for (keys, path) in [("/motd<enter>GH", "/etc/motd"), ("/etc<enter>gH", "/etc")] {
        let screen = open(120, 40).press(keys).press("<enter>");
        let Shown::Explore(explore) = &screen.model.screen else {
            panic!("one image");
        };
        let selected = explore.tree.lines.selected().expect("a line").path;
        assert_eq!(explore.image.tree.path(selected), path.as_bytes());
    }
    for key in ["q", "<esc>"] {
        let screen = open(120, 40).press("/goapp<enter>GH<enter>").press(key);
        assert!(matches!(screen.model.screen, Shown::Compare(_)), "{key}");
        let screen = screen.press("H");
        assert_eq!(screen.shown(), before, "{key}");
    }
}

/// Opens the comparison with all folders closed.
pub fn opened(width: u16, height: u16) -> Screen {
    opened_in(waiting(width, height))
}

/// Opens the comparison as it is by default.
fn unfolded(width: u16, height: u16) -> Screen {
    opened_in(waiting_with(width, height, ScreenOptions::default()))
}

fn opened_in(mut screen: Screen) -> Screen {
    let images = Sides::new(Arc::new(before().image()), Arc::new(after().image()));
    let comparison = Arc::new(compare(&images.before, &images.after));
    screen.send(crate::screens_compare::compared(images, comparison));
    screen
}

screens! {
    opened;
    start: 120 by 40, "";
    start_small: 80 by 24, "";
    start_large: 200 by 60, "";
    layers: 120 by 40, "0";
    layer_opens_its_files: 120 by 40, "0j<enter>";
}

screens! {
    unfolded;
    tree_unfolded: 120 by 40, "2";
    query_unfolded: 120 by 40, "0j<enter>";
    explored_side: 120 by 40, "o";
    explored_small: 80 by 24, "o";
    explored_number: 120 by 40, "0jo";
}

screens! {
    open;
    one_pane_at_a_time: 60 by 12, "";
    narrow: 60 by 24, "";
    narrowest: 40 by 10, "";
    all_open: 120 by 40, "z=";
    all_open_small: 80 by 24, "z=";
    changes_only: 120 by 40, "z";
    only_added: 120 by 40, "z~-";
    next_change: 120 by 40, "nnn";
    change_before: 120 by 40, "GN";
    swapped: 120 by 40, "zX";
    by_name: 120 by 40, "s";
    by_right_size: 120 by 40, "sss";
    files: 120 by 40, "3";
    files_small: 80 by 24, "3";
    files_large: 200 by 60, "3";
    files_by_name: 120 by 40, "fs";
    map: 120 by 40, "4";
    map_small: 80 by 24, "4";
    map_large: 200 by 60, "4";
    map_zoomed: 120 by 40, "4<enter>";
    map_of_a_query: 120 by 40, "0j<enter>4";
    map_opens_a_file: 120 by 40, "4G<enter>";
    find: 120 by 40, "/app";
    find_kept_then_left: 120 by 40, "/goapp<enter><esc>";
    other_end_of_a_move: 120 by 40, "/goapp<enter>Gt";
    find_by_regex: 120 by 40, "/re:lib[a-z]*";
    find_broken: 80 by 24, "/re:(";
    find_nothing: 80 by 24, "/zzz";
    least_size: 120 by 40, "mmmz";
    why: 120 by 40, "1";
    why_opens_the_trees: 120 by 40, "1j<enter>";
    config: 120 by 40, "8";
    config_all: 120 by 40, "8=";
    config_small: 80 by 24, "8";
    config_large: 200 by 60, "8=";
    layers_small: 80 by 24, "0";
    layers_large: 200 by 60, "0";
    tree_large: 200 by 60, "z=";
    extract_from_the_other: 120 by 40, "Oe";
    full_path: 120 by 40, "/motd<enter>Gi";
    full_path_of_one: 120 by 40, "/compile<enter>Gi";
    full_line: 80 by 24, "8j<enter>";
    full_instruction: 80 by 24, "jX2ji";
    history_in_a_comparison: 120 by 40, "/goapp<enter>GH";
    diff_wrapped: 40 by 24, "/motd<enter>GDw";
    diff_wrapped_beside: 40 by 24, "/motd<enter>GDvw";
    bytes_that_differ_after_a_swap: 120 by 40, "X/goapp<enter>GD";
}

#[test]
fn a_truncated_name_is_marked() {
    let image = |fill| {
        let name = "n".repeat(200);
        ImageBuilder::new("long:1")
            .with_unique_sizes()
            .layer("COPY . /", |layer| layer.filled(name, 1000, fill))
    };
    for width in [80, 81, 99, 100, 101, 120] {
        let mut screen = waiting(width, 24);
        let images = Sides::new(Arc::new(image(1).image()), Arc::new(image(2).image()));
        let comparison = Arc::new(compare(&images.before, &images.after));
        screen.send(crate::screens_compare::compared(images, comparison));
        let screen = screen.press("2");
        let mut lines = (0..24).map(|at| screen.line(at));
        let line = lines.find(|line| line.contains("nnn")).unwrap();
        let names = if width < 100 { 1 } else { 2 };
        assert_eq!(line.matches("n…").count(), names, "{width}: {line}");
    }
}

/// Deep paths are indented from the folders above them while there is room.
#[test]
fn every_folder_is_indented() {
    let deep = "usr/lib/go/pkg/linux/cmd/compile/ssa.a";
    let image = |fill| {
        ImageBuilder::new("deep:1")
            .with_unique_sizes()
            .layer("COPY . /", |layer| layer.filled(deep, 1000, fill))
    };
    let mut screen = waiting(120, 40);
    let images = Sides::new(Arc::new(image(1).image()), Arc::new(image(2).image()));
    let comparison = Arc::new(compare(&images.before, &images.after));
    screen.send(crate::screens_compare::compared(images, comparison));
    let screen = screen.press("<tab>z");
    let column = |name: &str| {
        let mut lines = (0..40).map(|at| screen.line(at));
        let line = lines.find(|line| line.contains(name));
        let before = line.and_then(|line| Some(line.split_once(name)?.0.chars().count()));
        before.expect(name)
    };
    let columns: Vec<usize> = [
        "usr", "lib", "go", "pkg", "linux", "cmd", "compile", "ssa.a",
    ]
    .map(column)
    .to_vec();
    assert!(columns.windows(2).all(|two| two[0] < two[1]), "{columns:?}");
}

#[test]
fn the_viewer_switches_to_the_other_image() {
    let screen = open(140, 30).press("/motd<enter>Gv");
    assert!(screen.shown().contains("after: /etc/motd"));
    let screen = screen.press("D");
    assert!(screen.shown().contains("before → after"));
    let screen = screen.press("<esc>");
    assert!(
        screen.shown().contains("after: /etc/motd"),
        "back to the file"
    );
    let screen = open(140, 30).press("/compile<enter>GvD");
    assert!(screen.shown().contains("after has no such path"));
}

#[test]
fn a_disabled_key_shows_its_reason() {
    for key in ["<enter>", "v", "p", "D", "e", "i", "t"] {
        let screen = open(80, 24).press("+-~").press(key);
        assert!(
            screen
                .shown()
                .contains("no path passes the filter: esc clears it"),
            "{key}"
        );
    }
    let screen = open(80, 24).press("/motd<enter>GDn");
    assert!(screen.shown().contains("no further change"));
}

#[test]
fn search_hits_are_visited_and_folded_as_in_one_image() {
    let screen = open(120, 40).press("/go<enter>");
    let shown = crate::explore::text(&screen);
    assert!(shown.contains(" of 4 "), "the hits are counted: {shown}");
    let names = |screen: &Screen| {
        let dive_rs::ui::model::Screen::Compare(state) = &screen.model.screen else {
            panic!("it stays");
        };
        let row = state
            .front
            .files
            .selected()
            .expect("a line is selected")
            .path;
        let path = state.comparison.path(state.both(), row);
        (
            String::from_utf8_lossy(&path).into_owned(),
            state.front.files.rows().len(),
        )
    };
    // The best hit is selected; n moves to the next one and wraps around.
    assert_eq!(names(&screen).0, "/go");
    let screen = screen.press("n");
    assert_ne!(names(&screen).0, "/go");
    let screen = screen.press("N");
    let (path, all) = names(&screen);
    assert_eq!(path, "/go");
    let screen = screen.press(" ");
    assert_ne!(names(&screen).1, all, "a folder folds under a find");
    let screen = screen.press("<esc>");
    assert_eq!(names(&screen).0, "/go", "the path stays selected");
}

#[test]
fn one_pane_shows_a_tab_or_the_files() {
    let screen = opened(120, 40);
    let areas = state(&screen).areas;
    assert!(areas.tab_rows().height > 30 && areas.files.is_empty());
    let screen = screen.press("3j<tab>");
    assert_eq!(state(&screen).areas, areas);
    // The other way leads to the view that was left.
    let screen = screen.press("<tab>");
    assert_eq!(state(&screen).front.view, CompareView::Files);
    assert!(state(&screen).areas.tabs.is_empty());
    assert_eq!(state(&screen).front.files.cursor().at(), 1);
    // In a tab, left and right step through all views.
    let screen = opened(120, 40).press("ll");
    assert_eq!(state(&screen).front.view, CompareView::Tree);
    let screen = opened(120, 40).press("hh");
    assert!(crate::explore::text(&screen).contains("GOPATH"));
}

#[test]
fn views_of_one_image_are_behind_the_key_that_explores_it() {
    let before = opened(120, 40).press("g").shown();
    for (key, tab) in [("6", Tab::Savings), ("7", Tab::Hidden), ("9", Tab::Image)] {
        // The key says which one leads there.
        let screen = opened(120, 40).press(key);
        let why = format!("{} is about one image: o explores after", tab.title());
        assert!(screen.line(39).contains(&why), "{}", screen.line(39));
        let screen = opened(120, 40).press("go").press(key);
        let Shown::Explore(explore) = &screen.model.screen else {
            panic!("one image");
        };
        assert_eq!((explore.tab, explore.focus), (tab, Focus::Tabs));
        assert!(screen.line(39).contains("esc back to the comparison"));
        let screen = screen.press("<esc>");
        assert_eq!(screen.shown(), before, "{key}");
    }
}

/// A key means the same on every screen.
#[test]
fn digits_mean_the_same_for_one_image_and_for_two() {
    let named = |screen: &Screen, digit: char| {
        let mut lines = bindings::bound(&screen.model);
        let line = lines.find(|line| line.keys.contains(&Key::Char(digit)));
        let name = line.expect("bound").action.name();
        let name = name.trim_start_matches("compared-");
        let name = name.trim_end_matches("-tab").trim_end_matches("-list");
        name.trim_end_matches('s').to_owned()
    };
    let two = opened(120, 40);
    let one = opened(120, 40).press("o");
    for digit in "234567890".chars() {
        assert_eq!(named(&one, digit), named(&two, digit), "{digit}");
    }
}

#[test]
fn the_map_shows_what_passes_the_filter() {
    let root = dive_rs::compare::RowId::ROOT;
    for (keys, hidden) in [
        ("4+", '+'),
        ("4-", '-'),
        ("4+-", '±'),
        ("0j<enter>4-", '-'),
        // Once before and after are swapped, the same paths are hidden.
        ("4+X", '-'),
    ] {
        let screen = open(120, 40).press(keys);
        let shown = state(&screen);
        let rows = shown.comparison.rows.ids();
        let leaf = |row: &dive_rs::compare::RowId| shown.comparison.rows.end(*row).0 == row.0 + 1;
        let is_hidden = |row: &dive_rs::compare::RowId| {
            let [from, to] = Side::BOTH.map(|side| shown.comparison.rows.node(*row, side));
            match (from, to) {
                (None, _) => hidden != '-',
                (_, None) => hidden != '+',
                _ => false,
            }
        };
        let kept = rows.filter(leaf).filter(|row| !is_hidden(row));
        let expected: u128 = kept.map(|row| shown.delta(row).unsigned_abs()).sum();
        assert_eq!(u128::from(shown.differing(root)), expected, "{keys}");
        let tiles: u64 = shown.front.map.tiles().iter().map(|tile| tile.bytes).sum();
        assert!(tiles <= shown.differing(root), "{keys}");
    }
    // The key that leaves the filter shows all of them again.
    let all = state(&open(120, 40).press("4")).differing(root);
    assert_eq!(state(&open(120, 40).press("4+<esc>")).differing(root), all);
}

#[test]
fn esc_clears_a_message_before_a_filter() {
    let screen = open(120, 40).press("mt");
    let filter = |screen: &Screen| crate::explore::text(screen).contains("≥ 1.0 kB");
    assert!(
        screen.line(39).contains("did not move"),
        "{}",
        screen.line(39)
    );
    let screen = screen.press("<esc>");
    assert!(!screen.line(39).contains("did not move"));
    assert!(filter(&screen));
    assert!(!filter(&screen.press("<esc>")));
    // What hides everything is cleared at once.
    let screen = open(120, 40).press("+-~<enter><esc>");
    assert!(!state(&screen).front.files.rows().is_empty());
}

#[test]
fn loading_two() {
    let mut screen = waiting(120, 20);
    let headings = before().description().headings;
    let news = |progress| LoadUpdate::Progress(progress, Duration::from_secs(2));
    screen.send(Msg::Load(
        LoadId::BEFORE,
        news(Progress::Headings(headings)),
    ));
    let done = Progress::Stream {
        done: 5_000_000,
        total: Some(20_000_000),
    };
    screen.send(Msg::Load(LoadId::AFTER, news(done)));
    insta::assert_snapshot!(screen.shown());
}

#[test]
fn a_changed_text_file_shows_its_lines() {
    let screen = open(140, 30).press("/motd<enter>GD");
    insta::assert_snapshot!(screen.shown());
    insta::assert_snapshot!(screen.press("v").shown());
}

#[test]
fn a_file_is_viewed_on_the_side_that_has_it() {
    let screen = open(120, 30).press("/compile<enter>Gv");
    let Some(Effect::Read(_, file_ref, _)) = screen.effects.last() else {
        panic!("a file is asked for");
    };
    assert_eq!(file_ref.image.about.reference, "go-app:onbuild");
    let screen = open(120, 30).press("/keep<enter>Gv");
    let Some(Effect::Read(_, file_ref, _)) = screen.effects.last() else {
        panic!("a file is asked for");
    };
    assert_eq!(file_ref.image.about.reference, "go-app:multistage");
}

#[test]
fn any_keys_keep_the_cursor_in_view() {
    let mut screen = open(80, 24);
    for key in "zGnNX=jjk /a".chars().chain("s".chars()).cycle().take(400) {
        screen = screen.press(&key.to_string());
        let dive_rs::ui::model::Screen::Compare(state) = &screen.model.screen else {
            panic!("it stays");
        };
        let (cursor, rows) = (state.front.files.cursor(), state.front.files.rows().len());
        assert!(cursor.at() < rows.max(1) && cursor.top() <= cursor.at());
        let _ = screen.buffer();
    }
}

fn state(screen: &Screen) -> &dive_rs::ui::compare::Compare {
    match &screen.model.screen {
        dive_rs::ui::model::Screen::Compare(state) => state,
        _ => panic!("two images are compared"),
    }
}

#[test]
fn unchanged_rows_are_hidden_until_a_key_shows_them() {
    let text = |screen: &Screen| crate::explore::text(screen);
    let screen = open(120, 60).press("z");
    assert!(!text(&screen).contains("keep"), "{}", text(&screen));
    let screen = screen.press("=");
    assert!(text(&screen).contains("keep"), "{}", text(&screen));
    // A value that is the same is shown once.
    let config = open(120, 40).press("8");
    assert!(!text(&config).contains("(both)"), "{}", text(&config));
    let config = config.press("=");
    assert_eq!(text(&config).matches("linux/amd64  (both)").count(), 1);
    let config = large().press("8=");
    for line in [
        "history    FROM base  (both)",
        "history    COPY . /  (both)",
    ] {
        assert_eq!(text(&config).matches(line).count(), 1, "{}", text(&config));
    }
}

#[test]
fn an_opened_line_leads_back_to_the_same_view() {
    let screen = opened(120, 40).press("0j");
    let before = screen.shown();
    for key in ["<esc>", "q"] {
        let screen = opened(120, 40).press("0j<enter>");
        assert_eq!(state(&screen).views.len(), 1);
        // The rows add up to the layer's bytes.
        let shown = state(&screen);
        let root = dive_rs::compare::RowId::ROOT;
        assert_eq!(shown.bytes(root, Side::Before), 0);
        assert_eq!(shown.bytes(root, Side::After), 6_500_000);
        let screen = screen.press("jjz").press(key);
        assert_eq!(screen.shown(), before, "{key}");
    }
}

#[test]
fn the_list_has_every_changed_file_once_and_keeps_the_selected_one() {
    let screen = open(120, 60).press("zG");
    let shown = state(&screen);
    let is_file = |row| {
        Side::BOTH.into_iter().any(|side| {
            let entry = shown.comparison.entry(row, side);
            entry.is_some_and(|id| !shown.images.get(side).entry(id).is_dir())
        })
    };
    let rows = shown.front.files.rows().iter().map(|row| row.path);
    let mut expected: Vec<_> = rows.filter(|row| is_file(*row)).collect();
    let selected = shown.front.files.rows()[shown.front.files.cursor().at()].path;
    let screen = screen.press("f");
    let shown = state(&screen);
    let listed: Vec<_> = shown
        .front
        .files
        .rows()
        .iter()
        .map(|row| row.path)
        .collect();
    let delta = |row| shown.delta(row).unsigned_abs();
    assert!(listed.windows(2).all(|two| delta(two[0]) >= delta(two[1])));
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sorted, expected);
    if expected.contains(&selected) {
        assert_eq!(listed[shown.front.files.cursor().at()], selected);
    }
    // The same file is selected in the trees again; folding does nothing in a list.
    let there = listed[3];
    let screen = screen.press("gjjjf");
    let shown = state(&screen);
    assert_eq!(
        shown.front.files.rows()[shown.front.files.cursor().at()].path,
        there
    );
    let screen = screen.press("fz");
    assert_eq!(state(&screen).front.files.rows().len(), listed.len());
    assert!(screen.line(59).contains("a list has no folders"));
}

#[test]
fn a_list_counts_no_byte_twice() {
    // `bin` is a link in one image and a folder in the other.
    let screen = open(120, 60).press("3=");
    let shown = state(&screen);
    for side in Side::BOTH {
        let rows = shown.front.files.rows().iter().map(|row| row.path);
        let sum: u64 = rows.map(|row| shown.bytes(row, side)).sum();
        let whole = shown.comparison.sizes.get(side)[0];
        assert_eq!(sum, whole, "{}", crate::explore::text(&screen));
    }
}

#[test]
fn a_find_leads_back_to_the_view_it_was_started_from() {
    // A list keeps the hit selected, as the trees do.
    let (cancelled, left) = ("/motd<esc>", "/motd<enter><esc>");
    for (view, all) in [
        ("1", &[cancelled, left][..]),
        ("3", &[cancelled]),
        ("8", &[cancelled, left]),
    ] {
        let screen = opened(120, 40).press(view);
        let (before, views) = (screen.shown(), state(&screen).views.len());
        for keys in all {
            let screen = opened(120, 40).press(view).press(keys);
            assert_eq!(screen.shown(), before, "{view}{keys}");
            assert_eq!(state(&screen).views.len(), views);
        }
    }
}

#[test]
fn only_what_has_several_orders_is_sorted() {
    let one = |keys: &str| Screen::open(&crate::screens::app(), 120, 40).press(keys);
    for keys in ["1", "4", "18", "19"] {
        let screen = one(keys);
        assert!(!screen.line(39).contains("s sort"), "{keys}");
        let screen = screen.press("s");
        assert!(screen.line(39).contains("only one order"), "{keys}");
        let shown = crate::explore::text(&screen.press("2"));
        assert!(shown.contains("by size ▾"), "{keys}: {shown}");
    }
    for keys in ["1", "4", "8", "0"] {
        let screen = opened(120, 40).press(keys);
        assert!(!screen.line(39).contains("s sort"), "{keys}");
        let shown = crate::explore::text(&screen.press("s2"));
        assert!(shown.contains("by difference ▾"), "{keys}: {shown}");
    }
}

#[test]
fn the_largest_rectangle_is_selected_first() {
    let screen = open(120, 40).press("4");
    let map = &state(&screen).front.map;
    let largest = map.tiles().iter().filter(|tile| tile.rest == 0);
    let largest = largest.map(|tile| tile.bytes).max();
    assert_eq!(map.selected().map(|tile| tile.bytes), largest);
}

#[test]
fn the_map_weighs_what_differs_in_every_file() {
    let root = dive_rs::compare::RowId::ROOT;
    for keys in ["4", "0j<enter>4"] {
        let screen = open(120, 40).press(keys);
        let shown = state(&screen);
        let rows = shown.comparison.rows.ids();
        // Without rows below, a row's difference is its own.
        let leaf = |row: &dive_rs::compare::RowId| shown.comparison.rows.end(*row).0 == row.0 + 1;
        let leaves = rows.filter(leaf).map(|row| shown.delta(row).unsigned_abs());
        assert_eq!(u128::from(shown.differing(root)), leaves.sum::<u128>());
        let tiles = shown.front.map.tiles();
        assert!(!tiles.is_empty());
        assert!(tiles.iter().map(|tile| tile.bytes).sum::<u64>() <= shown.differing(root));
    }
    let screen = open(120, 40).press("4<enter>");
    assert!(state(&screen).front.map.is_zoomed());
    let screen = screen.press("<esc>");
    assert!(!state(&screen).front.map.is_zoomed());
    let selected = state(&screen)
        .front
        .map
        .selected()
        .expect("a rectangle")
        .node;
    let before = screen.shown();
    let screen = screen.press("t");
    let shown = state(&screen);
    assert_eq!(shown.front.view, CompareView::Tree);
    assert_eq!(
        shown.front.files.rows()[shown.front.files.cursor().at()].path,
        selected
    );
    assert_eq!(screen.press("<esc>").shown(), before);
}

#[test]
fn titles_of_the_views_can_be_clicked() {
    let mut screen = open(120, 40);
    let files = state(&screen).areas.files;
    screen.send(Msg::Mouse(Mouse::Press(files.x + 20, files.y)));
    assert_eq!(state(&screen).front.view, CompareView::Files);
    screen.send(Msg::Mouse(Mouse::Press(files.x + 30, files.y)));
    assert_eq!(state(&screen).front.view, CompareView::Map);
    let at = state(&screen).areas.files;
    let last = (at.right() - 2, at.bottom() - 3);
    screen.send(Msg::Mouse(Mouse::Press(last.0, last.1)));
    let selected = state(&screen)
        .front
        .map
        .selected()
        .expect("a rectangle")
        .area;
    assert_eq!(selected.right(), at.width - 2);
    screen.send(Msg::Mouse(Mouse::Press(files.x + 12, files.y)));
    assert_eq!(state(&screen).front.view, CompareView::Tree);
    screen.send(Msg::Mouse(Mouse::Press(files.x + 2, files.y)));
    assert!(state(&screen).areas.files.is_empty());
}

#[test]
fn a_side_is_explored_and_left_again() {
    let screen = opened(120, 40);
    let before = screen.shown();
    for (keys, name) in [
        ("go", "go-app:multistage"),
        ("gOo", "go-app:onbuild"),
        ("g<lt>o", "go-app:onbuild"),
        ("g<lt>>o", "go-app:multistage"),
    ] {
        let screen = opened(120, 40).press(keys);
        assert!(matches!(
            &screen.model.screen,
            dive_rs::ui::model::Screen::Explore(explore) if explore.image.about.reference == name
        ));
    }
    let screen = opened(120, 40).press("oq");
    assert_eq!(screen.shown(), before);
    // Only the outermost screen quits.
    let screen = screen.press("q");
    assert!(matches!(screen.effects.last(), Some(Effect::Quit)));
}

#[test]
fn a_double_click_opens_a_folder_once() {
    let mut screen = open(120, 40);
    let rows = state(&screen).areas.file_rows();
    let len = |screen: &Screen| state(screen).front.files.rows().len();
    let closed = len(&screen);
    for mouse in [Mouse::Press(5, rows.y), Mouse::Release] {
        screen.send(Msg::Mouse(mouse));
        assert_eq!(len(&screen), closed, "a click selects");
    }
    screen.send(Msg::Mouse(Mouse::Double(5, rows.y)));
    assert!(len(&screen) > closed);
}

/// Opens the comparison of two images with more files than are looked at at once: in layer 2, each file of one has another size in the other.
fn large() -> Screen {
    let image = |name: &str, more: u64| {
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM base", |layer| layer.file("etc/motd", "base"))
            .layer("COPY . /", |mut layer| {
                for at in 0..31_000_u64 {
                    layer = layer.filled(format!("f{}/{at:05}", at / 100), at + more, 1);
                }
                layer
            })
    };
    let mut screen = waiting(120, 40);
    let images = [image("large:1", 1), image("large:2", 3)].map(|it| Arc::new(it.image()));
    let [before, after] = images;
    let images = Sides::new(before, after);
    let comparison = Arc::new(compare(&images.before, &images.after));
    screen.send(compared(images, comparison));
    screen
}

/// Presses keys; returns the result of the computation that the last one requests, which no one has sent yet.
fn request(screen: &mut Screen, keys: &str) -> Msg {
    let keys = crate::screens::parse(keys);
    let (last, first) = keys.split_last().expect("a key");
    for key in first {
        let msg = bindings::message(&screen.model, *key).expect("a bound key");
        screen.send(msg);
    }
    let msg = bindings::message(&screen.model, *last).expect("a bound key");
    match update::update(&mut screen.model, msg) {
        Some(Effect::Compute(ticket, work)) => Msg::Computed(ticket, Box::new(work.run())),
        other => panic!("no computation: {other:?}"),
    }
}

/// While a worker thread computes, the footer says so, and its keys cannot be clicked.
#[test]
fn a_computation_is_shown_until_its_result_is_there() {
    for (keys, words) in [
        ("0j<enter>", " selecting the files … · esc to cancel"),
        ("4", " computing the map … · esc to cancel"),
        ("X", " swapping before and after … · esc to cancel"),
    ] {
        let mut screen = large();
        let answer = request(&mut screen, keys);
        assert_eq!(screen.line(39), words);
        screen.send(Msg::Mouse(Mouse::Press(2, 39)));
        assert_eq!(screen.line(39), words);
        // The list of keys has a footer of its own.
        let mut screen = screen.press("?");
        assert!(!screen.line(39).contains('…'), "{}", screen.line(39));
        screen.send(answer);
        assert!(!screen.line(39).contains('…'), "{}", screen.line(39));
        let mut screen = large();
        request(&mut screen, keys);
        let screen = screen.press("<esc>");
        assert!(!screen.line(39).contains('…'), "{}", screen.line(39));
    }
}

/// The files behind a line of a comparison are selected by a worker thread; the tab stays until they are there.
#[test]
fn a_long_query_of_two_images_keeps_the_tab_until_it_is_answered() {
    let mut screen = large().press("0j");
    let before = crate::explore::text(&screen);
    let answer = request(&mut screen, "<enter>");
    assert!(state(&screen).front.query.is_none());
    screen.send(answer);
    let bytes: u64 = (0..31_000).map(|at| at + 1).sum();
    let shown = state(&screen);
    let root = dive_rs::compare::RowId::ROOT;
    assert_eq!(shown.bytes(root, Side::Before), bytes);
    assert_eq!(shown.bytes(root, Side::After), bytes + 2 * 31_000);
    assert_eq!(shown.front.focus, CompareFocus::Files);
    assert!(!shown.front.files.rows().is_empty());
    let screen = screen.press("<esc>");
    assert_eq!(crate::explore::text(&screen), before);
}

#[test]
fn a_result_that_is_out_of_date_changes_no_comparison() {
    // Another line was opened since, the query was cancelled, or another view or screen was opened.
    for keys in ["k<enter><esc>", "<esc>", "8", "2", "o", "3"] {
        let mut screen = large();
        let stale = request(&mut screen, "0j<enter>");
        let mut screen = screen.press(keys);
        let before = crate::explore::text(&screen);
        screen.send(stale.clone());
        assert_eq!(crate::explore::text(&screen), before, "{keys}");
        if keys == "o" {
            // Nor is it shown when that screen is left.
            let mut screen = screen.press("<esc>");
            screen.send(stale);
            assert!(state(&screen).front.query.is_none());
        }
    }
    // The first of two requests is answered last.
    let mut screen = large();
    let first = request(&mut screen, "0<enter>");
    let second = request(&mut screen, "j<enter>");
    screen.send(first.clone());
    assert!(state(&screen).front.query.is_none());
    screen.send(second);
    let text = |screen: &Screen| {
        state(screen)
            .front
            .query
            .as_ref()
            .map(|query| query.text.clone())
    };
    assert_eq!(text(&screen).as_deref(), Some("layers 2 and 2"));
    screen.send(first);
    assert_eq!(text(&screen).as_deref(), Some("layers 2 and 2"));
}

#[test]
fn the_map_of_large_images_is_shown_once_it_is_weighed() {
    let root = dive_rs::compare::RowId::ROOT;
    let mut screen = large();
    let before = crate::explore::text(&screen);
    let stale = request(&mut screen, "4");
    let shown = crate::explore::text(&screen);
    assert_eq!(above_footer(&shown), above_footer(&before));
    // A view that was chosen since stays.
    let mut screen = screen.press("2");
    screen.send(stale);
    assert_eq!(state(&screen).front.view, CompareView::Tree);
    let answer = request(&mut screen, "4");
    screen.send(answer);
    assert_eq!(state(&screen).front.view, CompareView::Map);
    let all = state(&screen).differing(root);
    assert_eq!(all, 2 * 31_000);
    // Under another filter the map stays until its weights are there; the one after that needs none of the first.
    let shown = state(&screen).front.map.tiles().to_vec();
    let stale = request(&mut screen, "~");
    assert_eq!(state(&screen).differing(root), all);
    assert_eq!(state(&screen).front.map.tiles(), shown);
    let answer = request(&mut screen, "m");
    screen.send(stale);
    assert_eq!(state(&screen).differing(root), all);
    screen.send(answer);
    assert_eq!(state(&screen).differing(root), 0);
    assert!(state(&screen).front.map.tiles().is_empty());
}

/// A swap that a worker thread computes is not lost to the map, which needs other weights meanwhile, nor to a view that is shown meanwhile.
#[test]
fn a_long_swap_is_not_replaced() {
    let name = |screen: &Screen| state(screen).images.before.about.reference.clone();
    let notice = "before and after are being swapped: esc cancels that";
    for keys in ["~", "m", "2", "3", "1", "0", "8", "f", "n", "?<esc>"] {
        for view in ["1", "4"] {
            let mut screen = large().press(view);
            let answer = request(&mut screen, "X");
            let mut screen = screen.press(keys);
            assert_eq!(name(&screen), "large:1");
            screen.send(answer);
            assert_eq!(name(&screen), "large:2", "{view} {keys}");
        }
    }
    // What would replace it waits.
    for (view, key) in [("2", "4"), ("0", "<enter>"), ("2", "o")] {
        let mut screen = large().press(view);
        let answer = request(&mut screen, "X");
        let mut screen = screen.press(key);
        assert!(screen.line(39).contains(notice), "{}", screen.line(39));
        screen.send(answer);
        assert_eq!(name(&screen), "large:2", "{view} {key}");
    }
    // Both keys that undo it cancel it.
    for key in ["X", "<esc>"] {
        let mut screen = large();
        let answer = request(&mut screen, "X");
        let mut screen = screen.press(key);
        screen.send(answer);
        assert_eq!(name(&screen), "large:1", "{key}");
    }
}

/// After a swap every view that was left lists what it would list had it been opened after the swap.
#[test]
fn a_swap_is_about_the_views_behind_too() {
    for (first, second) in [
        // A filter and an order by one image, then a view opened from a line.
        ("2z-ss1j<enter>", "<esc>2"),
        ("3+ss0j<enter>", "<esc>3"),
        ("4-0j<enter>", "<esc>4"),
        // An order that was chosen in the opened view is not that of the view behind.
        ("2zss0j<enter>s", "<esc>2"),
        // Before a find, which is typed again and cancelled.
        ("2z-ss/motd<enter>", "/keep<esc>"),
        ("3-ss/motd<enter>", "/keep<esc>"),
    ] {
        let swapped = opened(120, 40).press(first).press("X").press(second);
        let later = opened(120, 40).press(first).press(second).press("X");
        assert_eq!(swapped.shown(), later.shown(), "{first} {second}");
    }
    // The rows stay; what was removed is added.
    let paths = |screen: &Screen| {
        let rows = state(screen).front.files.rows().iter();
        rows.map(|row| row.path).collect::<Vec<_>>()
    };
    for keys in ["2z", "2z-", "2zss", "3+", "3~sss", "2/motd<enter>"] {
        let screen = opened(120, 40).press(keys);
        let before = paths(&screen);
        assert_eq!(paths(&screen.press("X")), before, "{keys}");
    }
}

/// The header names how much larger an image is, in either order.
#[test]
fn the_header_has_a_ratio_in_either_order() {
    let screen = opened(160, 24);
    assert!(screen.line(0).contains(" %"), "{}", screen.line(0));
    let screen = screen.press("X");
    assert!(screen.line(0).contains("73.0×"), "{}", screen.line(0));
}

/// A find in the list stays there: its hits are files, the next key goes from one to the next, and the list is as before once it is left.
#[test]
fn a_find_in_the_list_stays_in_the_list() {
    let is_list = |screen: &Screen| {
        let shown = state(screen);
        let rows = shown.front.files.rows().iter();
        let depths: Vec<u16> = rows.map(|row| row.depth).collect();
        (shown.front.view == CompareView::Files && depths.iter().all(|depth| *depth == 0))
            .then(|| shown.front.files.rows().len())
    };
    let selected = |screen: &Screen| {
        let shown = state(screen);
        let row = shown.front.files.selected().expect("a line").path;
        String::from_utf8_lossy(&shown.comparison.path(shown.both(), row)).into_owned()
    };
    let before = opened(120, 40).press("3jj");
    let all = is_list(&before).expect("the list");
    let screen = opened(120, 40).press("3jj/li<enter>");
    let hits = is_list(&screen).expect("the list");
    assert!(hits > 1 && hits < all, "{}", crate::explore::text(&screen));
    // A folder is no line of the list, nor a hit in it.
    assert!(crate::explore::text(&screen).contains(&format!(" of {hits} ")));
    let first = selected(&screen);
    let screen = screen.press("n");
    assert_ne!(selected(&screen), first);
    assert_eq!(selected(&screen.press("N")), first);
    let screen = opened(120, 40).press("3jj/li<enter>n<esc>");
    assert!(state(&screen).front.files.find().is_none());
    assert_eq!(is_list(&screen), Some(all));
    // A view that is chosen during a find has the same find.
    let screen = opened(120, 40).press("2/motd<enter>3");
    assert_eq!(is_list(&screen), Some(1));
    assert_eq!(selected(&screen), "/etc/motd");
    let screen = screen.press("2");
    assert_eq!(selected(&screen), "/etc/motd");
    assert!(state(&screen).front.files.rows().len() > 1);
    // Of many files the hits are listed once all are known.
    let screen = large().press("3/01234<enter>");
    assert_eq!(is_list(&screen), Some(1));
    assert_eq!(selected(&screen), "/f12/01234");
    assert_eq!(is_list(&screen.press("<esc>")), Some(31_000));
}

/// Until a list of many files is computed, no line of the trees stands in it.
#[test]
fn a_list_that_is_being_computed_says_so() {
    let mut screen = large();
    for (key, view) in [('3', CompareView::Files), ('2', CompareView::Tree)] {
        let msg = bindings::message(&screen.model, Key::Char(key)).expect("bound");
        assert!(update::update(&mut screen.model, msg).is_none());
        assert_eq!(state(&screen).front.view, view);
        if screen.model.has_work() {
            assert!(state(&screen).front.files.rows().is_empty());
            let shown = crate::explore::text(&screen);
            assert!(shown.contains(" computing …"), "{shown}");
        }
        screen.send(Msg::Continue);
        assert!(!state(&screen).front.files.rows().is_empty());
    }
}

/// The footer names the keys that a person looks for: what `o` opens, how to diff, filter and swap.
#[test]
fn the_footer_of_a_comparison_has_the_keys_that_matter() {
    for (width, hints) in [
        (80, &["D diff", "o explore after", "/ find"][..]),
        (120, &["= unchanged", "X swap", "+~- show/hide"]),
        (
            200,
            &[
                "O other image",
                "n next change",
                "H history",
                "s sort",
                "r report",
            ],
        ),
    ] {
        let screen = open(width, 24).press("z/motd<enter><esc>");
        let footer = screen.line(23);
        for hint in hints {
            assert!(footer.contains(hint), "{width}: {footer}");
        }
    }
    // The image that has the path.
    let footer = open(120, 24).press("/compile<enter>").line(23);
    assert!(footer.contains("o explore before"), "{footer}");
    let footer = open(120, 24).press("<lt>/motd<enter>").line(23);
    assert!(footer.contains("o explore before"), "{footer}");
    // A folder has no diff: the key is known, and says so.
    let screen = open(120, 24).press("g");
    assert!(screen.line(23).contains("D diff"), "{}", screen.line(23));
    let notice = screen.press("D").line(23);
    assert!(
        !notice.contains("D diff") && !notice.trim().is_empty(),
        "{notice}"
    );
    // A tab has no paths to filter.
    for key in ["+", "~", "-", "m"] {
        let screen = opened(120, 24).press(key);
        assert!(screen.line(23).contains("this filters paths"), "{key}");
        assert!(!opened(120, 24).line(23).contains("show/hide"));
    }
}

/// In a view that was opened from another one, the key that goes back needs no second one that quits.
#[test]
fn a_short_footer_has_room_for_the_key_that_explores() {
    let footer = opened(80, 24).press("0j<enter>").line(23);
    assert!(footer.starts_with(" esc back"), "{footer}");
    for hint in ["o explore after", "/ find", "? keys"] {
        assert!(footer.contains(hint), "{footer}");
    }
}

/// As the tree of one image, the trees open where the bytes are, however they are first shown.
#[test]
fn the_trees_are_unfolded_to_the_largest_changes() {
    for keys in ["2", "<tab>", "42", "0j<enter><esc>2", "8<tab>"] {
        let screen = unfolded(120, 40).press(keys);
        let shown = crate::explore::text(&screen);
        for name in ["compile", "libc.so", "goapp", "lists"] {
            assert!(shown.contains(name), "{keys}: {shown}");
        }
        assert_eq!(state(&screen).front.files.cursor().at(), 0, "{keys}");
    }
    // What is unfolded has room.
    let screen = unfolded(120, 18).press("2");
    let shown = state(&screen);
    let rows = shown.front.files.rows().len();
    assert!(rows >= shown.areas.file_rows().height.into(), "{rows}");
    let shown = crate::explore::text(&screen);
    assert!(
        shown.contains("libc.so") && !shown.contains("goapp"),
        "{shown}"
    );
    // Folders that the user closes stay closed.
    let screen = unfolded(120, 40).press("2").press("h").press("12");
    assert!(!crate::explore::text(&screen).contains("compile"));
}

/// A percentage is left out rather than a part of a name.
#[test]
fn the_names_of_both_images_are_shown_in_full() {
    for width in [80, 90, 100, 120, 200] {
        let line = opened(width, 24).line(0);
        for name in ["go-app:onbuild", "go-app:multistage", "MB  "] {
            assert!(line.contains(name), "{width}: {line}");
        }
        assert_eq!(line.contains(" %"), width > 80, "{width}: {line}");
    }
}

/// What is marked within a changed line ends with its text.
#[test]
fn no_blank_after_a_line_of_a_diff_is_marked() {
    use ratatui::style::Modifier;
    let screen = open(140, 30).press("/motd<enter>GD");
    let buffer = screen.buffer();
    let mut marked = 0;
    for y in 0..30 {
        for x in 1..139 {
            let underlined = |x: u16| {
                let style = buffer[(x, y)].style();
                style.add_modifier.contains(Modifier::UNDERLINED)
            };
            if underlined(x) && !underlined(x + 1) {
                marked += 1;
                assert_ne!(buffer[(x, y)].symbol(), " ", "{}", screen.line(y));
            }
        }
    }
    assert!(marked > 0, "{}", crate::explore::text(&screen));
}
