//! The explore screen in detail: browsing while layers are loading, long lines, repeated keys. Complete screens are tested in
//! `screens`.

use std::sync::Arc;
use std::time::Duration;

use dive_rs::analysis::BaseHint;
use dive_rs::image::{LayerId, NodeId};
use dive_rs::load::{ExtractScope, Progress};
use dive_rs::ui::loaded::loading::Loading;
use dive_rs::ui::loaded::summary::ExploreSummary;
use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::{LoadUpdate, Mouse, Msg};
use dive_rs::ui::model::overlay::Overlay;
use dive_rs::ui::pane::FileWindow;

use crate::fixture::ImageBuilder;
use crate::screens::{Screen, app, failure};

/// A screen with only these layers loaded.
fn partly(layers: &[usize], width: u16, height: u16) -> Screen {
    let mut screen = Screen::waiting("shop/app:1.4", width, height);
    let load = screen.model.load;
    let headings = app().description().headings;
    let news = LoadUpdate::Progress(Progress::Headings(headings), Duration::from_millis(50));
    screen.send(Msg::Load(load, news));
    screen.send(partial(&screen, layers));
    screen
}

fn partial(screen: &Screen, layers: &[usize]) -> Msg {
    let image = Arc::new(app().image_of(layers));
    let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    Msg::Load(screen.model.load, LoadUpdate::Partial(image, known))
}

/// Returns the screen's lines.
pub fn text(screen: &Screen) -> String {
    let height = screen.model.size.height;
    let lines: Vec<String> = (0..height).map(|y| screen.line(y)).collect();
    lines.join("\n")
}

/// Returns the text of a screen without its last line.
pub fn above_footer(text: &str) -> &str {
    text.rsplit_once('\n').map_or("", |(above, _)| above)
}

/// A screen whose viewer shows these bytes.
pub fn viewing(bytes: &[u8], width: u16, height: u16) -> Screen {
    let mut screen = Screen::open(&app(), width, height).press("<tab>/motd<enter>v");
    let Some(Overlay::Viewer(viewer)) = &screen.model.overlay else {
        panic!("the viewer");
    };
    let document = FileWindow::new(bytes.to_vec(), bytes.len() as u64);
    screen.send(Msg::FileContent(viewer.ticket, Ok(document)));
    screen
}

#[test]
fn a_layer_is_browsed_while_one_below_is_loading() {
    let screen = partly(&[0, 2], 120, 30).press("jj<tab><enter>");
    insta::assert_snapshot!(screen.shown());
    // The missing layer can be selected and shows that it is loading.
    let screen = screen.press("<s-tab>k");
    let shown = text(&screen);
    assert!(shown.contains("layer 2 vs 1, loading"), "{shown}");
    // It is loaded; the position stays.
    let mut screen = screen.press("j");
    screen.send(partial(&screen, &[0, 1, 2]));
    let Shown::Explore(explore) = &screen.model.screen else {
        panic!("the screen");
    };
    assert_eq!(explore.layer(), Some(LayerId(2)));
    let shown = text(&screen);
    assert!(shown.contains("layer 3 vs 2 "), "{shown}");
    // A partial image with fewer layers is stale and ignored.
    screen.send(partial(&screen, &[1]));
    assert_eq!(text(&screen), shown);
}

#[test]
fn an_open_text_stays_while_layers_load() {
    let mut screen = partly(&[0], 120, 30).press("i");
    screen.send(partial(&screen, &[0, 1]));
    assert!(text(&screen).contains("┌ Layer 1 ─"), "{}", text(&screen));
}

#[test]
fn a_partial_image_is_the_stack_of_its_layers() {
    let part = app().image_of(&[1, 2]);
    assert_eq!(part.layers.iter().filter(|layer| layer.read).count(), 2);
    // The whiteout of the second layer may hide a file of the first: no warning yet.
    assert_eq!(part.warnings, []);
    let seen = |path: &[&str], layer| {
        let mut names = path.iter();
        let node = names.try_fold(NodeId::ROOT, |at, name| {
            part.tree.child(at, name.as_bytes())
        });
        node.is_some_and(|node| part.timeline.at(node, LayerId(layer)).is_some())
    };
    assert!(!seen(&["bin"], 3) && !seen(&["app"], 1));
    assert!(seen(&["etc", "passwd"], 1) && seen(&["app", "server"], 3));
}

#[test]
fn rate_and_time_count_from_the_first_byte() {
    let mut loading = Loading::new("image");
    let second = Duration::from_secs(1);
    loading.apply(
        Progress::Connecting("docker at unix:///x".to_owned()),
        second,
    );
    loading.apply(Progress::Headings(Vec::new()), second);
    assert_eq!(loading.doing, "waiting for docker");
    loading.set_elapsed(10 * second);
    assert_eq!(
        (loading.rate(), loading.seconds_without_data()),
        (None, Some(9))
    );
    let stream = |done| Progress::Stream {
        done,
        total: Some(1_001_000),
    };
    loading.apply(stream(1_000), 10 * second);
    assert_eq!(
        (loading.rate(), loading.seconds_without_data()),
        (None, None)
    );
    loading.apply(stream(501_000), 15 * second);
    assert_eq!(
        (loading.rate(), loading.seconds_left()),
        (Some(100_000), Some(5))
    );
}

/// For a stream the blobs are reported first, then the layers, and again after the manifest.
#[test]
fn bars_stay_when_layers_are_reported_again() {
    let mut screen = Screen::waiting("app.tar.gz", 80, 24);
    let load = screen.model.load;
    let headings = || Progress::Headings(app().description().headings);
    let layer = |layer, done| Progress::Layer {
        layer: LayerId(layer),
        done,
        total: 200,
    };
    let observe = |screen: &mut Screen, progress| {
        let at = Duration::from_secs(1);
        screen.send(Msg::Load(load, LoadUpdate::Progress(progress, at)));
    };
    observe(&mut screen, layer(0, 200));
    observe(&mut screen, layer(1, 50));
    let shown = text(&screen);
    assert!(shown.contains("200 B") && shown.contains("25 %"), "{shown}");
    assert_eq!(shown.matches("instruction not known yet").count(), 2);
    observe(&mut screen, headings());
    let shown = text(&screen);
    assert!(!shown.contains("25 %"), "nobody knows whose it is: {shown}");
    observe(&mut screen, layer(2, 100));
    observe(&mut screen, headings());
    let shown = text(&screen);
    assert!(
        shown.contains("50 %") && shown.contains("reading layers"),
        "{shown}"
    );
}

#[test]
fn waiting_for_a_silent_engine_is_shown() {
    let mut screen = Screen::waiting("shop/app:1.4", 80, 24);
    let load = screen.model.load;
    let at = Duration::from_secs;
    let connecting = Progress::Connecting("docker at unix:///x".to_owned());
    for (progress, time) in [
        (connecting, at(0)),
        (Progress::Headings(app().description().headings), at(1)),
    ] {
        screen.send(Msg::Load(load, LoadUpdate::Progress(progress, time)));
    }
    screen.send(Msg::Load(load, LoadUpdate::Elapsed(at(4))));
    assert!(text(&screen).contains("waiting for docker … 3 s"));
}

#[test]
fn a_hit_far_to_the_right_is_scrolled_into_view() {
    let line = format!("{}needle{}\nshort\n", "x".repeat(500), "y".repeat(500));
    let screen = viewing(line.as_bytes(), 80, 24).press("/needle<enter>");
    assert!(text(&screen).contains("xneedley"), "{}", text(&screen));
    assert!(text(&screen).contains("from column "));
    // And back, to the next hit at the left.
    let screen = viewing(b"one\nneedle", 80, 24).press("/needle<enter>");
    assert!(!text(&screen).contains("from column "));
}

#[test]
fn long_lines_wrap() {
    let line = format!("{}END\nshort\n", "0123456789".repeat(40));
    let screen = viewing(line.as_bytes(), 80, 24);
    assert!(!text(&screen).contains("END"));
    let screen = screen.press("w");
    // Rows of 78 columns.
    assert!(
        screen.line(7).starts_with("│0123456789END"),
        "{}",
        text(&screen)
    );
    assert!(screen.line(8).starts_with("│short"));
    let screen = screen.press("w");
    assert!(screen.line(3).starts_with("│short"));
}

#[test]
fn every_row_of_a_line_longer_than_the_view_is_reached() {
    let rows: Vec<String> = (0..60).map(|row| format!("{row:078}")).collect();
    let mut screen = viewing(rows.concat().as_bytes(), 80, 24).press("w");
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..5 {
        seen.extend((2..22).map(|y| screen.line(y)));
        screen = screen.press("<pgdn>");
    }
    let reached = rows.iter().filter(|row| {
        let mut lines = seen.iter();
        lines.any(|line| line.contains(row.as_str()))
    });
    assert_eq!(reached.count(), 60);
    let screen = screen.press("g/0059<enter>");
    assert!(text(&screen).contains(&rows[59]));
    let screen = screen.press("g");
    assert!(text(&screen).contains(&rows[0]));
}

#[test]
fn help_over_the_viewer_shows_its_keys_and_returns() {
    let screen = Screen::open(&app(), 80, 24).press("<tab>/motd<enter>v?");
    assert!(
        screen.line(2).contains("In the viewer"),
        "{}",
        text(&screen)
    );
    let screen = screen.press("<esc>");
    assert!(text(&screen).contains("first line"));
}

#[test]
fn help_moves_by_pages() {
    let screen = Screen::open(&app(), 80, 24).press("<tab>?");
    let lines: Vec<String> = (2..22).map(|y| screen.line(y)).collect();
    let screen = screen.press("<pgdn>");
    assert!(!lines[..18].contains(&screen.line(3)), "{}", text(&screen));
    let screen = screen.press("<pgup>");
    assert_eq!(screen.line(3), lines[1]);
}

#[test]
fn tabs_turn_both_ways() {
    let tab = |keys: &str| {
        let screen = Screen::open(&app(), 80, 24).press(keys);
        match &screen.model.screen {
            Shown::Explore(explore) => explore.tab.title(),
            _ => panic!("the screen"),
        }
    };
    assert_eq!(tab("2["), "Image");
    assert_eq!(tab("2<left>"), "Image");
    assert_eq!(tab("2]"), tab("2<right>"));
    assert_eq!(tab("1[]"), "Image");
}

#[test]
fn truncated_text_can_be_shown_in_full() {
    let value = format!("LONG={}END", "value ".repeat(40));
    let builder = ImageBuilder::new("long")
        .config(dive_rs::image::Config {
            env: vec![value],
            ..Default::default()
        })
        .layer(
            &format!("RUN {}\\nEND", "make all && ".repeat(20)),
            |layer| layer.symlink("etc/link", "there"),
        );
    let screen = Screen::open(&builder, 80, 24).press("v");
    assert!(text(&screen).contains("END"), "{}", text(&screen));
    let screen = screen.press("<esc>8<enter>");
    assert!(text(&screen).contains(" env ") && text(&screen).contains("END"));
    let screen = screen.press("<esc><tab><tab>/link<enter>i");
    assert!(
        text(&screen).contains("points to   there"),
        "{}",
        text(&screen)
    );
}

#[test]
fn the_header_keeps_its_numbers_on_a_small_screen() {
    let screen = Screen::open(&app(), 80, 24);
    for word in ["shop/app:1.4", "13.6 MB", "4 layers", "hidden"] {
        assert!(screen.line(0).contains(word), "{}", screen.line(0));
    }
}

/// Numbers are left out rather than a part of a name that has room without them.
#[test]
fn the_header_shows_a_long_name_in_full() {
    for (width, name) in [
        (80, "registry.example.com/shop/app:14"),
        (120, "registry.example.com/shop/app/server:1.4.0-rc1"),
    ] {
        let builder = ImageBuilder {
            reference: name.to_owned(),
            ..app()
        };
        let line = Screen::open(&builder, width, 24).line(0);
        assert!(line.contains(name) && line.contains("13.6 MB"), "{line}");
    }
}

#[test]
fn the_title_shows_filter_and_order() {
    let title = |keys: &str| {
        let screen = Screen::open(&app(), 80, 24).press(keys);
        screen.line(1)[32..].to_owned()
    };
    for (keys, words) in [
        ("jj<tab>m", vec!["layer 3", "by size ▾ · ≥ 1.0 kB"]),
        ("jj<tab>+~-=", vec!["by size ▾ · none "]),
        ("jjA", vec!["layers 1–3", "by size ▾ · all"]),
        (
            "jj<tab>-=mmmm/a<enter>",
            vec!["by size ▾ · +~ · ≥ 10.0 MB · "],
        ),
    ] {
        for word in words {
            assert!(title(keys).contains(word), "{keys}: {}", title(keys));
        }
    }
}

#[test]
fn an_owner_is_never_truncated() {
    let builder = ImageBuilder::new("owners").layer("COPY", |layer| {
        layer.file("nobody", "x").owner(65534, 65534)
    });
    let screen = Screen::open(&builder, 120, 30).press("<tab>");
    assert!(text(&screen).contains(" 65534:65534 "), "{}", text(&screen));
}

#[test]
fn typing_replaces_the_previous_search() {
    let query = |keys: &str| {
        let screen = Screen::open(&app(), 80, 24).press(keys);
        match &screen.model.screen {
            Shown::Explore(explore) => explore.tree.lines.find().map(|find| find.text().to_owned()),
            _ => None,
        }
    };
    assert_eq!(query("/etc<enter>/motd").as_deref(), Some("motd"));
    assert_eq!(query("/etc<enter>/<enter>").as_deref(), Some("etc"));
    assert_eq!(query("/etc<enter>/<end>c").as_deref(), Some("etcc"));
    assert_eq!(query("/etc<enter>/<back>m").as_deref(), Some("m"));
}

#[test]
fn a_file_of_another_layer_is_viewed() {
    // Layer 1 does not contain the server.
    let screen = Screen::open(&app(), 120, 30).press("<tab>/app/server<enter>v");
    let shown = text(&screen);
    assert!(
        shown.contains("first line") && shown.contains("layer 4"),
        "{shown}"
    );
    let screen = screen.press("<esc>/etc<enter>v");
    assert!(text(&screen).contains("/etc is a folder: it can be opened or extracted"));
}

#[test]
fn a_hidden_path_is_legible_on_a_small_screen() {
    for (width, height) in [(80, 24), (120, 40)] {
        for keys in ["7", "17"] {
            let shown = text(&Screen::open(&app(), width, height).press(keys));
            assert!(shown.contains("/app/server"), "{width}: {shown}");
        }
    }
}

#[test]
fn two_marks_fix_the_range() {
    let range = |keys: &str| {
        let screen = Screen::open(&app(), 120, 30).press(keys);
        let title = screen.line(1);
        let from = title.find(" layer").expect("a range");
        let words: Vec<&str> = title[from..].split_whitespace().take(4).collect();
        words.join(" ")
    };
    assert_eq!(range("jajj"), "layer 4 vs 2");
    assert_eq!(range("jajja"), "layer 4 vs 2");
    assert_eq!(range("jajjag"), "layer 4 vs 2", "whichever is selected");
    assert_eq!(range("jajjagaj"), "layer 2 vs 1", "a third one");
    assert_eq!(range("jajjaak"), "layer 3 vs 2", "one taken away");
    assert_eq!(range("jajja<esc>k"), "layer 3 vs 2", "none");
}

#[test]
fn every_key_is_explained_in_full_on_a_small_screen() {
    let mut screen = Screen::open(&app(), 80, 24).press("?");
    for _ in 0..20 {
        for y in 2..22 {
            let line = screen.line(y);
            let cut = line.trim_end_matches(['│', '┃', ' ']).ends_with('…');
            assert!(!cut || line.contains("1 MB, …"), "{line}");
        }
        screen = screen.press("<pgdn>");
    }
}

#[test]
fn an_error_is_shown_in_full() {
    let mut screen = Screen::open(&app(), 80, 24);
    let long = format!(
        "cannot write {}: no space left (name another folder)",
        "/a".repeat(40)
    );
    screen.send(Msg::Error(failure(&long)));
    assert!(screen.line(23).contains("(name another folder)"));
    assert!(
        screen.line(22).starts_with(" cannot write /a"),
        "{}",
        text(&screen)
    );
    let screen = screen.press("j");
    assert!(screen.line(22).starts_with('└'), "until the next key");
}

#[test]
fn a_disabled_key_shows_its_reason() {
    for (keys, words) in [
        ("n", "no hits: find a path first"),
        ("<tab>/motd<enter>vn", "no hits: search first"),
        (
            "<tab>/motd<enter>vw<right>",
            "wrapped lines do not scroll sideways",
        ),
    ] {
        let screen = Screen::open(&app(), 80, 24).press(keys);
        let footer = screen.line(23);
        assert!(footer.contains(words), "{keys}: {footer}");
    }
}

/// Paths with more hits than are unfolded automatically.
fn many() -> ImageBuilder {
    ImageBuilder::new("many").layer("COPY", |layer| {
        let names = (0..2000).map(|at| format!("d{}/e/f{at:04}", at / 1000));
        names.fold(layer, |layer, name| layer.file(name, "x"))
    })
}

#[test]
fn the_next_hit_is_reached_behind_closed_folders() {
    let selected = |screen: &Screen| match &screen.model.screen {
        Shown::Explore(explore) => {
            let row = explore.tree.lines.selected().expect("a line");
            String::from_utf8_lossy(&explore.image.tree.path(row.path)).into_owned()
        }
        _ => panic!("the screen"),
    };
    let screen = Screen::open(&many(), 80, 24).press("s<tab>/re:f<enter>");
    assert_eq!(selected(&screen), "/d0/e/f0000");
    // Past the start: the last hit is in the other folder.
    let screen = screen.press("N");
    assert_eq!(selected(&screen), "/d1/e/f1999");
    let screen = screen.press("n");
    assert_eq!(selected(&screen), "/d0/e/f0000");
    let screen = Screen::open(&many(), 80, 24).press("s<tab>/re:f<enter><end>");
    assert_eq!(selected(&screen), "/d1", "closed: there are too many");
    let screen = screen.press("n");
    assert_eq!(selected(&screen), "/d1/e/f1000");
    let screen = screen.press("N");
    assert_eq!(selected(&screen), "/d0/e/f0999");
}

/// A file that becomes a folder, and a folder that becomes a file.
fn turned() -> ImageBuilder {
    ImageBuilder::new("turned")
        .layer("COPY before", |layer| {
            layer.file("a", "12345").dir("b").file("b/below", "123")
        })
        .layer("COPY after", |layer| {
            layer.dir("a").file("a/below", "1").file("b", "1234567")
        })
}

#[test]
fn a_file_that_becomes_a_folder_counts_as_the_tree_shows_it() {
    let screen = Screen::open(&turned(), 120, 30).press("j");
    let shown = text(&screen);
    assert!(shown.contains("+1  ~2  −1 "), "{shown}");
    // Only modified, then only removed files.
    let tree = |keys: &str| {
        let screen = Screen::open(&turned(), 120, 30)
            .press("js<tab>")
            .press(keys);
        match &screen.model.screen {
            Shown::Explore(explore) => {
                let rows = explore.tree.lines.rows().iter();
                let paths = rows.map(|row| explore.image.tree.path(row.path));
                paths
                    .map(|path| String::from_utf8_lossy(&path).into_owned())
                    .collect::<Vec<_>>()
            }
            _ => panic!("the screen"),
        }
    };
    assert_eq!(tree("+-="), ["/a", "/b"]);
    assert_eq!(tree("+~=z"), ["/b", "/b/below"]);
}

/// Returns the visible states of the tree.
fn range(screen: &Screen) -> (Option<u32>, Option<u32>) {
    match &screen.model.screen {
        Shown::Explore(explore) => {
            let range = explore.tree.comparison().range();
            (range.before.map(|it| it.0), range.after.map(|it| it.0))
        }
        _ => panic!("the screen"),
    }
}

#[test]
fn all_layers_up_to_one_are_compared_with_the_bottom_one() {
    let screen = Screen::open(&app(), 120, 30).press("jj<ctrl+a>");
    assert_eq!(range(&screen), (Some(0), Some(2)));
    // It stays so from layer to layer; the bottom layer is still compared with nothing.
    let screen = screen.press("j");
    assert_eq!(range(&screen), (Some(0), Some(3)));
    let screen = screen.press("g");
    assert_eq!(range(&screen), (None, Some(0)));
    let screen = screen.press("jj<ctrl+a>");
    assert_eq!(range(&screen), (Some(1), Some(2)), "pressed again");
    let screen = screen.press("A");
    assert_eq!(range(&screen), (None, Some(2)));
    let screen = screen.press("<ctrl+l>");
    assert_eq!(range(&screen), (Some(1), Some(2)));
}

#[test]
fn leaving_before_the_image_is_loaded_cancels_the_load() {
    let leaves = |mut screen: Screen, keys: &str| {
        screen.effects.clear();
        screen.press(keys).effects
    };
    for keys in ["q", "<ctrl+c>", "<esc>", "?<ctrl+c>"] {
        let waiting = Screen::waiting("app", 80, 24);
        assert!(
            matches!(leaves(waiting, keys)[..], [Effect::CancelLoad]),
            "{keys}"
        );
    }
    for keys in ["q", "<ctrl+c>"] {
        let part = partly(&[0, 2], 80, 24);
        assert!(
            matches!(leaves(part, keys)[..], [Effect::CancelLoad]),
            "{keys}"
        );
        let cancelled = partly(&[0, 2], 80, 24).press("<esc>");
        assert!(
            matches!(leaves(cancelled, keys)[..], [Effect::CancelLoad]),
            "{keys}"
        );
        let whole = Screen::open(&app(), 80, 24);
        assert!(matches!(leaves(whole, keys)[..], [Effect::Quit]), "{keys}");
    }
}

/// Returns the unlabelled lines of the tab below a label, without the border.
fn below(screen: &Screen, label: &str) -> Vec<String> {
    let lines = (0..screen.model.size.height).map(|y| screen.line(y));
    let inner = lines.map(|line| line.chars().skip(1).collect::<String>());
    let after = inner.skip_while(|line| !line.starts_with(label)).skip(1);
    after.take_while(|line| line.starts_with(' ')).collect()
}

#[test]
fn a_list_in_a_tab_keeps_its_columns_at_every_width() {
    for width in 60..=200 {
        let screen = Screen::open(&app(), width, 70)
            .with_content(&app())
            .press("9");
        let causes = below(&screen, "categories");
        assert_eq!(causes.len(), 4, "{width}\n{}", text(&screen));
        for cause in causes {
            let (bytes, name) = cause.split_at(10);
            assert!(
                bytes.ends_with('B') && name.starts_with("  "),
                "{width}: {cause}"
            );
            assert!(!name[2..].starts_with(' '), "{width}: {cause}");
        }
        let history = below(&screen.press("8"), "history");
        assert!(history.len() >= 6, "{width}: {history:?}");
        for line in &history[..6] {
            let number: String = line.chars().take(5).collect();
            assert_eq!(number.trim().chars().count(), 1, "{width}: {line}");
            assert!(
                line.chars().skip(7).take(1).all(|first| first != ' '),
                "{width}: {line}"
            );
        }
    }
}

#[test]
fn a_long_line_of_the_image_tab_wraps() {
    let words = "every word of a warning is there to be read, whatever the width of the screen";
    let warned = |width| {
        let mut screen = Screen::waiting("warned", width, 60);
        let mut image = app().image();
        image.warnings.push(dive_rs::image::Warning {
            layer: Some(LayerId(1)),
            text: words.to_owned(),
        });
        let image = Arc::new(image);
        let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
        screen.send(Msg::Load(
            screen.model.load,
            LoadUpdate::Loaded(image, known),
        ));
        screen.press("9<end>")
    };
    for width in [60, 80, 95, 120, 200] {
        let screen = warned(width);
        let whole = text(&screen);
        let left: Vec<&str> = whole
            .lines()
            .map(|line| line.split('│').nth(1).unwrap_or(""))
            .collect();
        let printed = left
            .join(" ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(
            printed.contains(&format!("layer 2: {words}")),
            "{width}\n{whole}"
        );
    }
    // Each of its lines opens the full text.
    let whole = text(&warned(80).press("<enter>")).replace('│', " ");
    let whole = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(whole.contains(&format!("layer 2: {words}")), "{whole}");
}

#[test]
fn a_cancelled_load_promises_nothing() {
    let screen = partly(&[0, 2], 120, 40);
    assert!(
        screen.line(39).contains("esc stop loading"),
        "{}",
        screen.line(39)
    );
    // Escape leaves overlays before it stops loading.
    let marked = partly(&[0, 2], 120, 40).press("a");
    assert!(
        !marked.line(39).contains("stop loading"),
        "{}",
        marked.line(39)
    );
    let mut screen = screen.press("<esc>");
    for keys in [
        "", "j", "<enter>", "1", "2", "3", "4", "5", "?<esc>", "c", "v",
    ] {
        screen = screen.press(keys);
        let shown = text(&screen);
        for promise in [
            "waiting",
            "so far",
            "still",
            "reading",
            "stop loading",
            "when ",
        ] {
            let line = shown.lines().find(|line| line.contains(promise));
            assert_eq!(line, None, "{keys}: {promise}\n{shown}");
        }
    }
    let shown = text(&screen);
    assert!(
        shown.contains("missing") && shown.contains("not loaded"),
        "{shown}"
    );
}

#[test]
fn a_hidden_path_names_its_storing_layer() {
    let wide = text(&Screen::open(&app(), 140, 40).press("7"));
    let row = |shown: &str| {
        let line = shown.lines().find(|line| line.contains("/usr/share/doc"));
        line.unwrap_or_else(|| panic!("the path\n{shown}"))
            .to_owned()
    };
    assert!(wide.contains("Stored in"), "{wide}");
    assert!(row(&wide).contains("layer 1 "), "{wide}");
    for width in [60, 80, 95, 120] {
        let narrow = text(&Screen::open(&app(), width, 40).press("7"));
        let lines: Vec<&str> = narrow.lines().collect();
        let at = lines
            .iter()
            .position(|line| line.contains(" − "))
            .expect("a path");
        assert!(
            lines[at].contains(" L1 ") || lines[at].contains("layer 1 "),
            "{width}\n{narrow}"
        );
    }
}

#[test]
fn the_divider_is_dragged_where_it_is_grabbed() {
    for width in [80, 121, 200] {
        let divider = |screen: &Screen| match &screen.model.screen {
            Shown::Explore(explore) => {
                let areas = explore.areas;
                areas.divider().expect("two columns")
            }
            _ => panic!("the screen"),
        };
        // Either of the two adjacent borders can be dragged.
        for border in [0, 1] {
            let mut screen = Screen::open(&app(), width, 30);
            let was = divider(&screen);
            screen.send(Msg::Mouse(Mouse::Press(was - border, 9)));
            screen.send(Msg::Mouse(Mouse::Drag(was - border, 9)));
            assert_eq!(divider(&screen), was, "{width}: it was not moved");
            for to in width * 2 / 5..width / 2 {
                screen.send(Msg::Mouse(Mouse::Drag(to - border, 12)));
                assert_eq!(divider(&screen), to, "{width}");
            }
            screen.send(Msg::Mouse(Mouse::Release));
            screen.send(Msg::Mouse(Mouse::Drag(width - 1, 9)));
            assert_eq!(divider(&screen), width / 2 - 1);
        }
    }
}

#[test]
fn the_header_shows_the_source() {
    let line = |width, origin: &str| {
        let mut screen = Screen::waiting("shop/app:1.4", width, 30);
        let mut image = app().image();
        origin.clone_into(&mut image.about.origin);
        let image = Arc::new(image);
        let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
        screen.send(Msg::Load(
            screen.model.load,
            LoadUpdate::Loaded(image, known),
        ));
        screen.line(0)
    };
    assert!(line(140, "podman").contains("  linux/amd64 · podman  "));
    assert!(line(140, "OCI archive").contains("  linux/amd64 · OCI archive  "));
    // It is the first to be shortened.
    let mut was = (true, true);
    for width in (60..=140).rev() {
        let line = line(width, "docker archive");
        let now = (
            line.contains("linux/amd64"),
            line.contains("docker archive"),
        );
        assert!(was >= now && (now.0 || !now.1), "{width}: {line}");
        assert!(!line.contains("docker ar…"), "{width}: {line}");
        was = now;
    }
    assert_eq!(was, (false, false));
}

#[test]
fn a_hit_in_another_layer_is_extracted_from_there() {
    let screen = Screen::open(&app(), 120, 40).press("<tab>/blob<enter>e");
    let Some(Overlay::Destination(destination)) = &screen.model.overlay else {
        panic!("asked where to: {}", text(&screen));
    };
    assert_eq!(destination.what, "/app/cache/blob");
    assert_eq!(destination.bytes, 700_000);
    let ExtractScope::Visible { layer, .. } = destination.extent else {
        panic!("a path");
    };
    assert_eq!(layer, LayerId(2));
}

#[test]
fn a_deleted_path_names_the_deleting_layer() {
    let screen = Screen::open(&app(), 120, 40).press("<end><tab>/blob<enter>");
    let shown = text(&screen);
    assert!(shown.contains("− removed in layer 4"), "{shown}");
    let shown = text(&screen.press("i"));
    assert!(shown.contains("removed in layer 4"), "{shown}");
    assert!(shown.contains("stored in   layer 3"), "{shown}");
}

#[test]
fn marks_show_their_range() {
    let screen = Screen::open(&app(), 120, 40).press("ja");
    let last = |screen: &Screen| screen.line(39).trim().to_owned();
    let printed = "range from layer 2: mark the other end · esc to clear";
    assert_eq!(last(&screen), printed);
    let screen = screen.press("jja");
    let printed = "comparing layers 2–4 · esc to clear";
    assert_eq!(last(&screen), printed);
    let screen = screen.press("<esc>");
    assert!(last(&screen).contains("quit"), "{}", last(&screen));
}

/// The lower of two marked layers is the earlier state, whichever was marked first.
#[test]
fn the_order_of_marks_does_not_matter() {
    let marked = |keys: &str| Screen::open(&app(), 120, 40).press(keys);
    let (up, down) = (marked("jajja"), marked("jjjakka"));
    let range = |screen: &Screen| {
        let Shown::Explore(explore) = &screen.model.screen else {
            panic!("an image");
        };
        explore.tree.comparison().range()
    };
    assert_eq!(range(&up), range(&down));
    assert!(range(&up).before < range(&up).after);
    let keys = "<tab>z/server<enter>";
    let (up, down) = (up.press(keys), down.press(keys));
    let tree = |screen: &Screen| {
        text(screen)
            .lines()
            .map(|line| line.chars().skip(47).collect())
            .collect::<Vec<String>>()
    };
    assert_eq!(tree(&up), tree(&down));
    // The versions of a diff are in the order of their layers too.
    let against = |screen: Screen| {
        let screen = screen.press("/passwd<enter>vD");
        match &screen.model.overlay {
            Some(Overlay::Diff(diff)) => diff.against.clone(),
            _ => panic!("a diff: {}", text(&screen)),
        }
    };
    for keys in ["aja", "jaka"] {
        let against = against(marked(keys).press("<tab>"));
        assert_eq!(
            (&*against.before, &*against.after),
            ("layer 1", "layer 2"),
            "{keys}"
        );
    }
}

/// The diff of a link is that of the file it leads to, with the link in its title.
#[test]
fn the_diff_of_a_link_is_that_of_its_file() {
    let builder = ImageBuilder::new("links:1")
        .layer("FROM", |layer| {
            layer
                .file("etc/real.conf", "one\n")
                .symlink("etc/short.conf", "real.conf")
        })
        .layer("RUN", |layer| layer.file("etc/real.conf", "two\n"));
    let screen = Screen::open(&builder, 120, 24).press("j=<tab>/short<enter>vD");
    let Some(Effect::Diff { name, versions, .. }) = screen.effects.last() else {
        panic!("a diff: {}", text(&screen));
    };
    assert_eq!(name, b"real.conf");
    assert_eq!((versions.before.0.0, versions.after.0.0), (0, 1));
    let title = "/etc/short.conf → /etc/real.conf";
    assert!(text(&screen).contains(title), "{}", text(&screen));
    // A link that leads nowhere has no file to compare.
    let builder = builder.layer("RUN rm", |layer| layer.whiteout("etc/real.conf"));
    let screen = Screen::open(&builder, 120, 24).press("jj=<tab>/short<enter>vD");
    assert!(!matches!(screen.effects.last(), Some(Effect::Diff { .. })));
    let notice = screen.line(23);
    assert!(
        !notice.trim().is_empty() && !notice.contains("keys"),
        "{notice}"
    );
}

#[test]
fn only_enabled_keys_are_listed() {
    let footer = |screen: &Screen| screen.line(screen.model.size.height - 1);
    let file = |keys: &str| {
        Screen::open(&app(), 140, 60)
            .press("<tab>/motd<enter>v")
            .press(keys)
    };
    for (keys, there, not) in [
        (
            "",
            vec!["w wrap", "x hex", "/ search"],
            vec!["D diff", "n next"],
        ),
        ("/line<enter>", vec!["n next"], vec![]),
        ("x", vec!["x hex", "/ search"], vec!["w wrap", "D diff"]),
    ] {
        let shown = footer(&file(keys));
        for word in there {
            assert!(shown.contains(word), "{keys}: {shown}");
        }
        for word in not {
            assert!(!shown.contains(word), "{keys}: {shown}");
        }
    }
    let help = text(&file("x?"));
    assert!(
        help.contains("In the viewer") && help.contains("text or hex"),
        "{help}"
    );
    for words in [
        "what differs from below",
        "long lines go on in the next row, or",
    ] {
        let of_viewer = help.split("In a text").next().expect("its keys");
        assert!(!of_viewer.contains(words), "{help}");
    }
    // Loaded layers can be compared.
    let screen = Screen::open(&app(), 140, 60).press("j<tab>/passwd<enter>v");
    assert!(footer(&screen).contains("D diff"), "{}", footer(&screen));
    // Disabled keys show their reason and do nothing.
    for (keys, words) in [
        ("xw", "the hex view has no lines to wrap"),
        ("x<right>", "the hex view does not scroll sideways"),
        (
            "D",
            "the layer is compared with an empty filesystem: there is no earlier version",
        ),
    ] {
        let screen = file(keys);
        assert!(
            footer(&screen).contains(words),
            "{keys}: {}",
            footer(&screen)
        );
        let screen = screen.press("x");
        assert!(!text(&screen).contains("wrapped"), "{keys}");
    }
}

#[test]
fn contents_are_disabled_after_a_cancelled_load() {
    let footer = |screen: &Screen| screen.line(screen.model.size.height - 1);
    let mut screen = partly(&[0, 2], 200, 60).press("<esc>");
    for (keys, there, not) in [
        (
            "j<up>",
            vec!["a mark", "tree"],
            vec!["e extract", "c compare"],
        ),
        (
            "<tab>",
            vec!["fold", "history", "open"],
            vec!["v view", "e extract", "c compare"],
        ),
        (
            "/motd<enter><up><down>",
            vec!["history"],
            vec!["v view", "↵ open"],
        ),
    ] {
        screen = screen.press(keys);
        let shown = footer(&screen);
        for word in there {
            assert!(shown.contains(word), "{keys}: {shown}");
        }
        for word in not {
            assert!(!shown.contains(word), "{keys}: {shown}");
        }
    }
    for key in ["v", "e", "E", "p", "<enter>"] {
        screen = screen.press(key);
        let shown = footer(&screen);
        assert!(
            shown.contains("loading was cancelled: file contents are not available"),
            "{key}: {shown}"
        );
    }
    let help = text(&screen.press("?"));
    let of_tree = help.split("In the layers").next().expect("its keys");
    assert!(of_tree.contains("open or close all folders"), "{help}");
    assert!(!of_tree.contains("extract the file"), "{help}");
}

#[test]
fn an_empty_tree_enables_only_the_way_back() {
    let footer = |screen: &Screen| screen.line(screen.model.size.height - 1);
    let open = |keys: &str| Screen::open(&app(), 140, 40).press("<tab>").press(keys);
    for keys in ["+-~=", "mmmmm"] {
        let shown = footer(&open(keys));
        assert!(shown.contains("esc clear filter"), "{keys}: {shown}");
        for word in ["↵", "␣", "history", "v view", "extract"] {
            assert!(!shown.contains(word), "{keys}: {shown}");
        }
        for key in [
            "<enter>", " ", "H", "v", "e", "p", "i", "z", "<left>", "<right>",
        ] {
            let printed = footer(&open(keys).press(key));
            assert!(
                printed.contains("no path passes the filter: esc clears it"),
                "{key}: {printed}"
            );
        }
    }
    // A search without a hit, or with an invalid expression, cannot be kept.
    for (query, words) in [("/zzz", "no path matches"), ("/re:(", "unclosed group")] {
        let screen = open(query);
        let shown = footer(&screen);
        assert!(shown.contains("esc cancel"), "{query}: {shown}");
        for word in ["keep", "next"] {
            assert!(!shown.contains(word), "{query}: {shown}");
        }
        for key in ["<enter>", "<down>", "<up>"] {
            let printed = footer(&open(query).press(key));
            assert!(
                printed.contains(words) && printed.contains("find "),
                "{key}: {printed}"
            );
        }
    }
    let shown = footer(&open("/etc"));
    assert!(
        shown.contains("↵ keep   esc cancel   ctrl+o open   ↓ next"),
        "{shown}"
    );
    let shown = footer(&open("/etc<enter>"));
    assert!(shown.contains("esc end find"), "{shown}");
    let shown = footer(&Screen::open(&app(), 140, 40).press("jaj"));
    assert!(shown.contains("esc clear range"), "{shown}");
}

#[test]
fn a_search_without_a_hit_returns_to_its_start() {
    let selected = |keys: &str| {
        let screen = Screen::open(&app(), 120, 40).press("<tab>").press(keys);
        let Shown::Explore(explore) = &screen.model.screen else {
            panic!("the image");
        };
        let row = explore.tree.lines.selected().expect("a line");
        String::from_utf8(explore.image.tree.path(row.path)).expect("text")
    };
    let at = selected("jj");
    assert_ne!(at, selected(""));
    for keys in [
        "/zzz<esc>",
        "/ezzz<esc>",
        "/re:(<esc>",
        "/qqq<back><back><back>qqq<esc>",
        "/qqq<back><back><back><enter>",
    ] {
        assert_eq!(selected(&format!("jj{keys}")), at, "{keys}");
    }
    assert_eq!(selected("jj+-~=<esc>"), at, "everything was left out");
    assert_eq!(selected("jj/motd<esc>"), at, "the find was cancelled");
    assert_eq!(selected("jj/motd<enter><esc>"), at, "the find was left");
    assert_eq!(
        selected("jj/motd<enter><back>"),
        "/etc/motd",
        "stayed on the hit"
    );
}

#[test]
fn an_unbound_key_is_reported() {
    let footer = |keys: &str| Screen::open(&app(), 80, 24).press(keys).line(23);
    assert_eq!(footer("Q").trim(), "Q does nothing here: ? lists the keys");
    let printed = footer("j<tab>/passwd<enter>vDx");
    assert_eq!(printed.trim(), "x does nothing here: ? lists the keys");
    assert!(footer("Qj").contains("keys"));
    assert!(!footer("Qj").contains("nothing"));
}

#[test]
fn a_previous_version_is_shown_as_it_was() {
    let builder = ImageBuilder::new("back:1")
        .layer("COPY", |layer| {
            layer.file("a", "one").dir("b").file("c", "c")
        })
        .layer("RUN rm", |layer| layer.whiteout("a"))
        .layer("COPY", |layer| layer.file("a", "two").file("b", "b"));
    for (keys, words) in [
        ("jj<tab>/a<enter>vD", "as of layer 2 the file did not exist"),
        (
            "jj<tab>/b<enter>vD",
            "as of layer 2 the path was not a regular file",
        ),
        ("jj<tab>/c<enter>vD", "the file is the same as of layer 2"),
    ] {
        let screen = Screen::open(&builder, 120, 24).press(keys);
        assert!(screen.line(23).contains(words), "{keys}: {}", text(&screen));
    }
}

#[test]
fn a_path_of_several_layers_names_them_all() {
    let mut builder = ImageBuilder::new("layers:1").layer("FROM", |layer| layer.file("motd", "x"));
    for at in 0..3_u8 {
        builder = builder.layer("COPY", move |layer| layer.file("a", vec![at; 9]));
    }
    let screen = Screen::open(&builder, 120, 24).press("<tab>/a<enter>");
    assert!(
        text(&screen).contains("a  absent here, in layers 2, 3, 4"),
        "{}",
        text(&screen)
    );
}

#[test]
fn another_name_of_a_file_has_the_bytes_of_its_own_layer() {
    let builder = ImageBuilder::new("names:1")
        .layer("COPY", |layer| {
            layer.file("first", "old").hard_link("second", "first")
        })
        .layer("COPY", |layer| layer.file("first", "new"))
        .layer("RUN rm", |layer| layer.whiteout("first"));
    for (keys, layer) in [("", 1), ("j", 1), ("jj", 1)] {
        let screen = Screen::open(&builder, 120, 24)
            .press(keys)
            .press("<tab>/second<enter>v");
        let Some(Effect::Read(_, file_ref, _)) = screen.effects.last() else {
            panic!("{keys}: {}", text(&screen));
        };
        assert_eq!(file_ref.layer, LayerId(layer - 1), "{keys}");
        let entry = file_ref.image.entry(file_ref.entry);
        let first = file_ref.image.tree.find(b"/first").expect("listed");
        let old = file_ref
            .image
            .timeline
            .at(first, LayerId(0))
            .expect("there");
        assert_eq!(entry.offset(), file_ref.image.entry(old).offset());
    }
}

#[test]
fn permissions_and_owner_are_hidden_last_with_a_notice() {
    let builder = ImageBuilder::new("owners:1").layer("COPY", |layer| {
        let layer = layer.file("one", "x").owner(1000, 1000);
        layer.file("two", "y").owner(1_000_730_000, 1_000_730_000)
    });
    let open = |width, height| Screen::open(&builder, width, height).press("<tab>");
    // When requested at 80 columns, the bar is hidden.
    let shown = text(&open(80, 24).press("b{"));
    assert!(shown.contains("Permission Owner"), "{shown}");
    assert!(shown.contains("1000:1000"), "{shown}");
    // One long owner does not shorten the names.
    let shown = text(&open(60, 15));
    let head = shown.lines().find(|line| line.contains("Owner"));
    let head = head.unwrap_or_else(|| panic!("{shown}"));
    assert!(head.contains(&format!("Owner{:11}Size", "")), "{shown}");
    assert!(text(&open(140, 24)).contains("1000730000:1000730000"));
    // Hidden columns are reported.
    let mut screen = open(100, 24);
    assert!(
        text(&screen).contains("Permission Owner"),
        "{}",
        text(&screen)
    );
    let mut printed = String::new();
    for _ in 0..12 {
        screen = screen.press("}");
        if !text(&screen).contains("Permission Owner") {
            printed = screen.line(23);
            break;
        }
    }
    assert!(
        printed.contains("no room for permissions and owner beside the names"),
        "{printed}"
    );
}

#[test]
fn a_layers_size_is_complete_on_a_small_screen() {
    let shown = text(&Screen::open(&app(), 80, 24).press("j"));
    let below = shown.split(" Layer ").nth(1).expect("the pane");
    let below = below.split("Image").next().expect("its lines");
    for words in ["5.4 MB", "+3", "hides 900.0 kB"] {
        assert!(below.contains(words), "{words}: {shown}");
    }
}

#[test]
fn a_folder_has_the_bytes_that_each_layer_stores_in_it() {
    let builder = ImageBuilder::new("shop/app:1")
        .layer("FROM debian", |layer| {
            layer.dir("opt").filled("opt/one", 2_000_000, 1)
        })
        .layer("RUN make", |layer| {
            layer.dir("opt").filled("opt/two", 3_000_000, 2)
        })
        .layer("RUN touch", |layer| layer.dir("opt"));
    let shown = text(&Screen::open(&builder, 120, 40).press("<tab>H"));
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains("drwx")).collect();
    let all = [
        "2.0 MB",
        "+ added",
        "3.0 MB",
        "~ modified below",
        "= re-stored",
    ];
    for words in all {
        assert!(
            rows.iter().any(|row| row.contains(words)),
            "{words}: {shown}"
        );
    }
}

#[test]
fn the_layer_of_a_long_path_is_shown() {
    let path = "usr/share/doc/a-package-with-a-long-name/examples/of-its-use/more/main.go";
    let builder = ImageBuilder::new("shop/app:1")
        .layer("FROM debian", |layer| layer.filled(path, 2_000_000, 1))
        .layer("RUN make", |layer| layer.filled("opt/two", 3_000_000, 2));
    let screen = Screen::open(&builder, 100, 30).press("G<tab>/main.go");
    let shown = text(&screen);
    let line = shown.lines().find(|line| line.contains("unchanged"));
    let line = line.unwrap_or_else(|| panic!("{shown}"));
    assert!(line.contains("unchanged · layer 1 "), "{line}");
    assert!(line.contains("/main.go"), "{line}");
}

#[test]
fn hits_are_counted_in_the_order_of_the_rows() {
    let builder = ImageBuilder::new("shop/app:1").layer("FROM debian", |layer| {
        layer
            .filled("a/main.go", 10, 1)
            .filled("b/main.go", 3_000_000, 2)
            .filled("c/main.go", 2_000_000, 3)
    });
    let mut screen = Screen::open(&builder, 120, 40).press("<tab>/main.go<enter>g");
    for place in ["1 of 3", "2 of 3", "3 of 3"] {
        screen = screen.press("n");
        let shown = text(&screen);
        assert!(shown.contains(place), "{place}: {shown}");
    }
}

#[test]
fn the_path_of_a_file_in_the_viewer_is_copied() {
    let screen = Screen::open(&app(), 120, 40).press("<tab>/motd<enter>v");
    assert!(screen.model.overlay.is_some());
    let screen = screen.press("y");
    assert!(screen.model.overlay.is_some());
    let copied = screen.effects.last();
    assert!(
        matches!(copied, Some(Effect::Copy(path)) if path == "/etc/motd"),
        "{copied:?}"
    );
}

#[test]
fn a_hidden_version_is_compared_with_the_one_that_overwrote_it() {
    let builder = ImageBuilder::new("over:1")
        .layer("COPY", |layer| layer.file("a", "one\n").file("b", "two\n"))
        .layer("COPY", |layer| layer.file("a", "three\n").whiteout("b"));
    let screen = Screen::open(&builder, 120, 24).press("7<home><enter><enter>D");
    let shown = text(&screen);
    assert!(
        shown.contains("layer 1") && shown.contains("layer 2"),
        "{shown}"
    );
    assert!(!shown.contains("regular file"), "{shown}");
    let screen = Screen::open(&builder, 120, 24).press("7<end><enter><enter>D");
    let why = "no layer stores another version of the file";
    assert!(screen.line(23).contains(why), "{}", text(&screen));
}

#[test]
fn esc_clears_the_filter_that_leaves_no_hit() {
    let builder = ImageBuilder::new("filter:1").layer("COPY", |layer| {
        layer.filled("large", 2_000_000, 1).file("etc/group", "x")
    });
    let screen = Screen::open(&builder, 100, 24).press("2mmm/group");
    let shown = text(&screen);
    assert!(
        shown.contains("no path matches with this filter"),
        "{shown}"
    );
    let screen = Screen::open(&builder, 100, 24).press("2/group<enter>mmm");
    assert!(text(&screen).contains("0 hits"), "{}", text(&screen));
    assert!(screen.line(23).contains("esc clear filter"));
    let screen = screen.press("<esc>");
    assert!(text(&screen).contains("hit 1 of 1"), "{}", text(&screen));
}

#[test]
fn hits_in_closed_folders_are_reached_and_counted() {
    let deep = (0..40)
        .map(|at| format!("d{at}"))
        .collect::<Vec<_>>()
        .join("/");
    let builder = ImageBuilder::new("deep:1").layer("COPY", |layer| {
        let layer = layer.filled("a/one.go", 9, 1).filled("b/two.go", 8, 2);
        layer.filled(format!("{deep}/three.go"), 7, 3)
    });
    let mut screen = Screen::open(&builder, 100, 60).press("2/re:go$");
    for hit in ["hit 1 of 3", "hit 2 of 3", "hit 3 of 3", "hit 1 of 3"] {
        assert!(text(&screen).contains(hit), "{hit}: {}", text(&screen));
        screen = screen.press("<down>");
    }
}

/// Tree and list show the same files: a least size of the tree is one of the list, and going back restores the tree.
#[test]
fn the_list_hides_the_small_files_that_the_tree_hides() {
    let builder = ImageBuilder::new("small:1").layer("COPY", |layer| {
        layer.filled("large", 2_000_000, 1).filled("small", 500, 2)
    });
    let screen = Screen::open(&builder, 100, 24).press("2mmm");
    let before = text(&screen);
    let screen = screen.press("f");
    let shown = text(&screen);
    assert!(shown.contains("≥ 1.0 MB"), "{shown}");
    assert!(
        shown.contains("/large") && !shown.contains("/small"),
        "{shown}"
    );
    assert_eq!(text(&screen.press("<esc>")), before);
}

#[test]
fn a_list_sorted_back_shows_its_first_rows() {
    let builder = ImageBuilder::new("sorted:1").layer("COPY", |layer| {
        (0..200_u32).fold(layer, |layer, at| {
            layer.filled(format!("f{:03}", at * 37 % 200), u64::from(9000 - at), 1)
        })
    });
    let screen = Screen::open(&builder, 100, 24).press("3<down><down>");
    let before = text(&screen);
    let list = |screen: &Screen| {
        let Shown::Explore(explore) = &screen.model.screen else {
            panic!("an image is shown");
        };
        explore.list().expect("a list").cursor()
    };
    let mut screen = screen.press("s");
    assert_eq!(
        list(&screen).at() - list(&screen).top(),
        2,
        "on the same line"
    );
    while text(&screen) != before {
        assert_ne!(list(&screen).at(), 0, "{}", text(&screen));
        screen = screen.press("s");
        if list(&screen).at() == 2 {
            assert_eq!(list(&screen).top(), 0);
            break;
        }
    }
}

#[test]
fn a_file_is_extracted_to_the_last_folder() {
    let builder = ImageBuilder::new("files:1").layer("COPY", |layer| layer.file("a", "x"));
    let screen = Screen::open(&builder, 100, 24).press("2e");
    assert!(text(&screen).contains("./extracted"), "{}", text(&screen));
    let screen = screen.press("<ctrl+u>./elsewhere<enter>");
    let Some(Overlay::Extracting(extracting)) = &screen.model.overlay else {
        panic!("an extraction");
    };
    let ended = Msg::Extracted(extracting.ticket, Err(failure("stopped")));
    let mut screen = screen;
    screen.send(ended);
    let screen = screen.press("<esc>e");
    assert!(text(&screen).contains("./elsewhere"), "{}", text(&screen));
}

/// A folder that has all bytes of the one shown has the same picture: a zoom skips it, and zooming out comes back.
#[test]
fn a_zoom_skips_folders_that_have_all_bytes() {
    let builder = ImageBuilder::new("deep:1").layer("COPY", |layer| {
        let layer =
            layer
                .filled("only/one/a/first", 9_000, 1)
                .filled("only/one/a/second", 8_000, 2);
        layer
            .filled("only/one/b/third", 5_000, 3)
            .filled("only/one/b/fourth", 4_000, 4)
    });
    let files = |screen: &Screen| {
        let Shown::Explore(explore) = &screen.model.screen else {
            panic!("an image is shown");
        };
        let tiles = explore.map.tiles().iter();
        let paths = tiles.map(|tile| explore.image.tree.path(tile.node));
        let paths: Vec<String> = paths
            .map(|path| String::from_utf8_lossy(&path).into_owned())
            .collect();
        (explore.map.is_zoomed(), paths.join(" "))
    };
    let screen = Screen::open(&builder, 100, 40).press("4");
    assert!(screen.line(39).contains("↵ zoom"), "{}", screen.line(39));
    let screen = screen.press("<enter>");
    let zoomed = "/only/one/a/first /only/one/a/second";
    assert_eq!(files(&screen), (true, zoomed.to_owned()));
    assert!(
        screen.line(39).contains("↵ show in tree"),
        "{}",
        screen.line(39)
    );
    let screen = screen.press("<esc>");
    assert!(!files(&screen).0);
}

/// However far a find led, `esc` returns to the line, the folds and the scrolled rows it was started from.
#[test]
fn a_find_is_left_to_where_it_was_started() {
    let builder = ImageBuilder::new("many:1").layer("COPY", |layer| {
        (0..90_u32).fold(layer, |layer, at| {
            layer.filled(format!("d{:02}/f{at}.so", at % 30), u64::from(9000 - at), 1)
        })
    });
    let screen =
        Screen::open(&builder, 100, 24).press("2<down><down><enter><down><down><pgdn><pgdn><up>");
    let before = text(&screen);
    let screen = screen.press("/*.so<enter>");
    assert!(text(&screen).contains("hit 1 of 90"), "{}", text(&screen));
    assert_eq!(text(&screen.press("nnnNnn<esc>")), before);
}

#[test]
fn a_file_is_compared_from_its_line() {
    let builder = ImageBuilder::new("over:1")
        .layer("COPY", |layer| layer.file("a", "one\n").file("b", "same\n"))
        .layer("COPY", |layer| layer.file("a", "two\n"));
    let screen = Screen::open(&builder, 120, 24).press("2]<end>D");
    assert!(text(&screen).contains("layer 1"), "{}", text(&screen));
    let Some(Overlay::Diff(view)) = &screen.model.overlay else {
        panic!("a diff");
    };
    assert!(view.back.is_none());
    let screen = screen.press("<esc>");
    assert!(screen.model.overlay.is_none());
    let screen = screen.press("<home>D");
    assert!(screen.model.overlay.is_none(), "{}", text(&screen));
}

#[test]
fn the_selected_file_stays_selected_under_a_least_size() {
    let builder = ImageBuilder::new("sizes:1").layer("COPY", |layer| {
        (0..9_u32).fold(layer, |layer, at| {
            layer.filled(format!("f{at}"), u64::from(9000 - at), 1)
        })
    });
    let selected = |screen: &Screen| {
        let Shown::Explore(explore) = &screen.model.screen else {
            panic!("an image is shown");
        };
        explore.list().expect("a list").cursor().at()
    };
    let screen = Screen::open(&builder, 100, 24).press("3<down><down><down>m");
    assert_eq!(selected(&screen), 3, "{}", text(&screen));
    let screen = screen.press("m<esc>");
    assert_eq!(selected(&screen), 3);
}
