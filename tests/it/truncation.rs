//! What is shortened in small windows, and what never is: names, paths, words. Complete screens are tested in `screens`.

use std::sync::Arc;
use std::time::Duration;

use dive_rs::analysis::BaseHint;
use dive_rs::image::LayerId;
use dive_rs::load::Progress;
use dive_rs::ui::loaded::summary::ExploreSummary;
use dive_rs::ui::model::message::{LoadUpdate, Msg};

use crate::explore::text;
use crate::fixture::ImageBuilder;
use crate::screens::{Screen, app};

#[test]
fn names_keep_their_width() {
    let deep = ImageBuilder::new("deep").layer("COPY", |layer| {
        layer
            .file("a/b/c/d/e/f/g/h/i/j/k/deepest-name", "x")
            .filled("readme", 100_000, 1)
            .owner(65534, 65534)
    });
    for width in [40, 60, 79, 80, 100, 120] {
        for keys in ["z", "bz", "bz}}}}}}}}}}", "z}}}}}}}}}}", "bz{{{"] {
            let screen = Screen::open(&deep, width, 24).press("<tab>").press(keys);
            let shown = text(&screen);
            assert!(shown.contains("readme"), "{width} {keys}\n{shown}");
            let is_cut_in_its_middle = shown.contains("…-name");
            let has_name = shown.contains("deepest-name") || is_cut_in_its_middle;
            assert!(has_name, "{width} {keys}\n{shown}");
        }
    }
}

#[test]
fn hidden_columns_come_back() {
    let tree = |screen: &Screen| (screen.line(2), screen.line(23));
    let screen = Screen::open(&app(), 80, 24).press("<tab>b");
    let (heads, printed) = tree(&screen);
    assert!(heads.contains("Permission Owner "), "{heads}");
    assert!(!printed.contains("no room"), "{printed}");
    let screen = screen.press("}");
    let (heads, printed) = tree(&screen);
    assert!(
        heads.contains("Permission ") && !heads.contains("Owner"),
        "{heads}"
    );
    assert!(printed.contains("no room for the owner"), "{printed}");
    let screen = screen.press("}}}");
    let (heads, printed) = tree(&screen);
    assert!(!heads.contains("Permission"), "{heads}");
    assert!(printed.contains("no room for permissions"), "{printed}");
    let (_, printed) = tree(&screen.press("b"));
    assert!(printed.contains("no room for permissions"), "{printed}");
    let wide = Screen::open(&app(), 90, 24).press("<tab>b<lt><lt><lt><lt>");
    let (heads, printed) = tree(&wide);
    assert!(heads.contains("Permission Owner "), "{heads}");
    assert!(!printed.contains("no room"), "{printed}");
}

#[test]
fn a_title_keeps_the_name_of_its_file() {
    let name = "a-library-with-a-rather-long-name-1.2.3.so";
    let builder = ImageBuilder::new("titles").layer("COPY", |layer| {
        layer.filled(format!("usr/lib/{name}").as_str(), 5_300_000, 1)
    });
    for width in [80, 100, 120] {
        for keys in ["", "/0000<enter>"] {
            let screen = Screen::open(&builder, width, 24).press("<tab>/library<enter>v");
            let shown = text(&screen.press(keys));
            let mut titles = shown.lines().filter(|line| line.contains(" ┐"));
            assert!(titles.any(|title| title.contains(name)), "{shown}");
        }
    }
    // Without anything else in the line, the full path is shown.
    let screen = Screen::open(&app(), 60, 24).press("<tab>/bin/sh<enter>v");
    let title = screen.line(1);
    assert!(title.contains("/bin/sh → /bin/busybox"), "{title}");
}

#[test]
fn the_line_about_a_path_has_the_path() {
    let long = "usr/lib/python3/site-packages/one.py";
    let mut builder = ImageBuilder::new("lines").layer("FROM", |layer| layer.file("motd", "x"));
    for at in 0..9_u8 {
        builder = builder.layer("COPY", move |layer| {
            layer.file(long, vec![at; 9 + usize::from(at)])
        });
    }
    // Nine layers have the path, none of them visible.
    for width in [80, 100] {
        let screen = Screen::open(&builder, width, 24).press("<tab>/one.py<enter>");
        let printed = screen.line(21);
        assert!(printed.contains("/site-packages/one.py"), "{printed}");
    }
    let wide = Screen::open(&builder, 159, 24).press("<tab>/one.py<enter>");
    let printed = wide.line(21);
    assert!(
        printed.contains("in layer 3, in layer 4, …  /usr"),
        "{printed}"
    );
    // Only the end of a path without room remains.
    let screen = Screen::open(&builder, 40, 12).press("<tab>/one.py<enter>");
    assert!(screen.line(9).contains("/one.py"), "{}", screen.line(9));
}

#[test]
fn a_change_is_shown_before_the_full_path() {
    let long = "usr/share/a-folder-with-a-long-name/templates.dat-old";
    let builder = ImageBuilder::new("changes")
        .layer("FROM", |layer| layer.file(long, "one"))
        .layer("RUN", |layer| layer.file(long, "two").owner(7, 7));
    for (width, height, line) in [(200, 60, 57), (80, 24, 21), (60, 15, 12), (40, 12, 9)] {
        let screen = Screen::open(&builder, width, height).press("j<tab>/-old<enter>");
        let printed = screen.line(line);
        assert!(printed.contains("content, owner"), "{width}: {printed}");
        assert!(printed.contains("s.dat-old"), "{width}: {printed}");
    }
}

#[test]
fn the_layer_of_a_hit_is_never_cut() {
    let name = "a-rather-long-name.txt";
    let builder = ImageBuilder::new("hits")
        .layer("FROM", |layer| layer.file("motd", "x"))
        .layer("COPY", |layer| layer.file(name, "x"));
    let mut printed = Vec::new();
    for width in 80..=130 {
        let screen = Screen::open(&builder, width, 24).press("<tab>/rather<enter>");
        let line = (3..20)
            .map(|y| screen.line(y))
            .find(|line| line.contains("· "));
        let line = line
            .expect("the hit")
            .trim_end_matches('│')
            .trim_end()
            .to_owned();
        let rest = line
            .split_once(name)
            .map(|(_, rest)| rest.trim().to_owned());
        printed.extend(rest.filter(|rest| !printed.contains(rest)));
    }
    printed.sort();
    assert_eq!(printed, ["", "L2", "in layer 2"]);
}

#[test]
fn the_column_of_the_storing_layer_has_a_heading() {
    for width in [80, 90, 100, 120] {
        let screen = Screen::open(&app(), width, 40).press("7");
        let shown = text(&screen);
        let heads = shown
            .lines()
            .find(|line| line.contains(" How "))
            .expect("heads");
        let row = shown
            .lines()
            .find(|line| line.contains(" − "))
            .expect("a row");
        assert!(!heads.contains(" in "), "{heads}");
        let from = heads.find("From").expect("a heading");
        assert_eq!(row.find("L1"), Some(from), "{heads}\n{row}");
        let how = heads.find("How").expect("a heading");
        assert_eq!(row.find('−'), Some(how), "{heads}\n{row}");
    }
}

#[test]
fn a_history_shows_its_layers_first() {
    let open = |width, height| {
        let screen = Screen::open(&app(), width, height).with_content(&app());
        text(&screen.press("<end><tab>/server<enter>H"))
    };
    for (width, height) in [(40, 10), (60, 10), (60, 11), (80, 24)] {
        let shown = open(width, height);
        for row in ["│     3    2.5 MB", "│     4    2.5 MB"] {
            assert!(shown.contains(row), "{width}×{height}\n{shown}");
        }
        assert!(shown.contains("│ package "), "{width}×{height}\n{shown}");
    }
    // With many layers some are visible, and the category.
    let mut builder = ImageBuilder::new("many").layer("FROM", |layer| layer.file("motd", "x"));
    for at in 0..30_u8 {
        builder = builder.layer("COPY", move |layer| layer.file("x", vec![at; 9]));
    }
    let screen = Screen::open(&builder, 80, 24).with_content(&builder);
    let shown = text(&screen.press("<end><tab>/x<enter>H"));
    for words in ["│    31 ", "│    20 ", "│ category "] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
}

#[test]
fn the_loading_text_keeps_its_beginning() {
    let mut screen = Screen::waiting("shop/app:1.4", 40, 10);
    let load = screen.model.load;
    let mut observe = |progress, seconds| {
        let news = LoadUpdate::Progress(progress, Duration::from_secs(seconds));
        screen.send(Msg::Load(load, news));
    };
    let mut headings = app().description().headings;
    for heading in &mut headings {
        heading.compressed = Some(9_000_000);
    }
    observe(Progress::Headings(headings), 1);
    let (done, total) = (2_000_000, 9_000_000);
    for seconds in 2..5 {
        let layer = LayerId(1);
        let done = done + seconds * 1_000_000;
        observe(Progress::Layer { layer, done, total }, seconds);
    }
    let image = Arc::new(app().image_of(&[0]));
    let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    screen.send(Msg::Load(load, LoadUpdate::Partial(image, known)));
    let header = screen.line(0);
    assert!(
        header.contains("shop/app:1.4  reading layers · "),
        "{header}"
    );
    assert!(header.ends_with('…'), "{header}");
}

#[test]
fn the_text_of_an_empty_pane_is_shown_in_full() {
    let plain = ImageBuilder::new("plain:1").layer("ADD x /", |layer| layer.filled("x", 9, 1));
    let screen = Screen::open(&plain, 80, 24).with_content(&plain).press("7");
    let tab: Vec<String> = (0..24)
        .map(|y| screen.line(y).chars().take(32).collect())
        .collect();
    let tab = tab.join("\n");
    assert!(tab.contains("no hidden bytes"), "{tab}");
    assert!(tab.contains("stored file"), "{tab}");
}

#[test]
fn a_missing_newline_is_shown_in_two_columns() {
    for (width, height) in [(80, 24), (140, 40)] {
        for keys in ["", "v"] {
            let screen = Screen::open(&app(), width, height).press("j<tab>/passwd<enter>vD");
            let shown = text(&screen.press(keys).press("<end>"));
            assert!(shown.contains("fourteen  (no newline)"), "{shown}");
        }
    }
}
