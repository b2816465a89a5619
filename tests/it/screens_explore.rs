//! What the views of one image say, by keys: names that do not fit, links, titles of narrow panes, keys of the footer and of the help.

use dive_rs::analysis::{Analysis, BaseHint, layer_changes};
use dive_rs::image::LayerId;
use dive_rs::query::{Condition, Query, Selection, StoredAs};
use dive_rs::ui::loaded::loading::Loading;
use dive_rs::ui::model::{Screen as Shown, ScreenOptions};
use ratatui::style::Modifier;

use crate::explore::text;
use crate::fixture::ImageBuilder;
use crate::screens::{Screen, app};
use crate::screens_overview;

fn opened(width: u16, height: u16) -> Screen {
    screens_overview::open(width, height)
}

fn has(screen: &Screen, words: &str) {
    assert!(text(screen).contains(words), "{words}: {}", text(screen));
}

fn has_not(screen: &Screen, words: &str) {
    assert!(!text(screen).contains(words), "{words}: {}", text(screen));
}

fn long_names() -> ImageBuilder {
    ImageBuilder::new("names:1").layer("COPY . /", |layer| {
        layer
            .filled(
                "srv/archives/a-file-of-a-very-long-name-indeed-1.19.8-2_amd64.tar",
                900_000,
                1,
            )
            .filled("bin/busybox", 500_000, 2)
            .symlink("bin/less", "busybox")
            .hard_link("bin/more", "bin/busybox")
    })
}

#[test]
fn names_are_cut_in_the_middle_in_tree_and_files() {
    for keys in ["2z", "3"] {
        let screen = Screen::open(&long_names(), 80, 24).press(keys);
        let shown = text(&screen);
        let mut lines = shown.lines().filter(|line| line.contains("a-fi"));
        let line = lines.next().expect("the file is listed");
        assert!(line.contains('…') && line.contains("64.tar"), "{line}");
    }
}

#[test]
fn files_show_where_links_lead() {
    let files = Screen::open(&long_names(), 120, 40).press("3");
    has(&files, "/bin/less → busybox");
    has(&files, "/bin/more = /bin/busybox");
}

/// The row has the name; the line below has the folder.
#[test]
fn the_line_below_the_files_does_not_repeat_the_name() {
    let files = Screen::open(&long_names(), 120, 40).press("3");
    let shown = text(&files);
    let below = shown
        .lines()
        .find(|line| line.contains("visible · layer 1"));
    let below = below.expect("the line about the selected file");
    assert!(below.contains("in /srv/archives"), "{below}");
    assert!(!below.contains("amd64"), "{below}");
}

#[test]
fn titles_stay_where_they_are_whichever_view_is_in_front() {
    for (width, height, titles) in [
        (80, 24, "1Ovr─2Tree─3File─4Map─5Pkg─6Sav─7Hid─8Cfg─9Img"),
        (
            120,
            40,
            "1 Overview─2 Tree─3 Files─4 Map─5 Packages─6 Savings─7 Hid─8 Cfg─9 Img",
        ),
    ] {
        for key in 1..=9 {
            let screen = opened(width, height).press(&key.to_string());
            has(&screen, titles);
        }
    }
}

#[test]
fn the_way_back_is_never_a_bare_arrow() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let screen = opened(width, height).press("6<enter>");
        has_not(&screen, "│ ›");
    }
}

#[test]
fn a_filter_of_the_tree_is_left_only_in_the_tree() {
    let clears = |screen: &Screen| screen.line(39).contains("clear filter");
    let tree = opened(120, 40).press("2~");
    assert!(clears(&tree), "{}", text(&tree));
    let hidden = tree.press("7");
    assert!(!clears(&hidden), "{}", text(&hidden));
    assert!(clears(&hidden.press("2")));
}

#[test]
fn help_lists_a_key_once_where_it_means_one_thing() {
    for keys in ["6?", "7?", "5?", "9?"] {
        let screen = opened(120, 60).press(keys);
        let shown = text(&screen);
        let above = shown.split("In every pane").next().unwrap_or_default();
        assert_eq!(above.matches('↵').count(), 1, "{keys}: {shown}");
    }
}

#[test]
fn help_is_readable_in_45_columns() {
    let screen = Screen::open(&app(), 45, 30).press("2?");
    for line in text(&screen).lines().skip(1).take(28) {
        assert!(!line.contains('…'), "{line}");
    }
    has(&screen, "show the history of the path");
}

/// The keys of the footer are not dimmed with what is behind the list of keys.
#[test]
fn the_footer_below_an_overlay_is_not_dimmed() {
    let options = ScreenOptions {
        no_color: true,
        ..ScreenOptions::default()
    };
    for keys in ["?", "2i", "6i"] {
        let screen = Screen::open_with(&app(), 80, 24, options.clone());
        let buffer = screen.press(keys).buffer();
        let keys = (0..80).map(|x| &buffer[(x, 23)]);
        let bold = keys.filter(|cell| cell.modifier.contains(Modifier::BOLD));
        for cell in bold {
            assert!(!cell.modifier.contains(Modifier::DIM), "{cell:?}");
        }
    }
}

#[test]
fn details_wrap_beside_their_labels() {
    let is_beside = |keys: &str| {
        let shown = text(&opened(80, 24).press(keys));
        let mut lines = shown
            .lines()
            .skip_while(|line| !line.starts_with("│layer  "));
        lines
            .nth(1)
            .is_some_and(|line| line.starts_with("│            "))
    };
    assert!(["6i", "6ji", "6jji"].into_iter().any(is_beside));
}

#[test]
fn dives_wasted_bytes_are_explained() {
    let is_explained = |row: usize| {
        let screen = opened(120, 40).press("9").press(&"j".repeat(row));
        text(&screen.press("i")).contains("that several layers store")
    };
    assert!((0..12).any(is_explained));
    has(
        &opened(120, 40).press("?<end>"),
        "all copies of a repeated path",
    );
}

/// The layer's `~`, the query and the details count the same paths.
#[test]
fn modified_counts_the_same_everywhere() {
    let again = app().layer("RUN touch", |layer| {
        layer
            // Stored again unchanged, and with another mode.
            .filled("usr/lib/libpython.so", 5_300_000, 4)
            .filled("usr/share/zoneinfo", 400_000, 2)
            .mode(0o600)
            .file("etc/motd", "goodbye")
            .symlink("bin/sh", "ls")
    });
    let image = again.image();
    let changes = layer_changes(&image);
    let top = LayerId(4);
    let query = Query::of(Condition::Layers(top, top)).and(Condition::Change(StoredAs::Modified));
    let analysis = Analysis::of(&image, &BaseHint::default());
    let selection = Selection::of(&image, &analysis, None, &query);
    assert_eq!(selection.contents().len(), changes[4].modified);
    assert_eq!(changes[4].modified, 3);
    has(&Screen::open(&again, 120, 40).press("0G"), "~3");
}

#[test]
fn a_load_that_has_everything_is_computing() {
    let mut screen = Screen::waiting("app:1", 80, 24);
    let Shown::Loading(loading) = &mut screen.model.screen else {
        panic!("it is loading");
    };
    *loading = arrived();
    has(&screen, "computing … 5 s");
    has_not(&screen, "no data");
}

fn arrived() -> Loading {
    use dive_rs::load::Progress;
    use std::time::Duration;
    let mut loading = Loading::new("app:1");
    let all = Progress::Stream {
        done: 900,
        total: Some(900),
    };
    loading.apply(all, Duration::from_secs(1));
    loading.set_elapsed(Duration::from_secs(6));
    loading
}
