//! The overview, the stripe and the map, loaded and while the content analysis is loading.

use std::sync::Arc;

use dive_rs::analysis::BaseHint;
use dive_rs::bytes::Units;
use dive_rs::query::{Condition, Query};
use dive_rs::ui::ThemeName;
use dive_rs::ui::loaded::content_analysis::{ContentSummary, LoadState};
use dive_rs::ui::loaded::summary::ExploreSummary;
use dive_rs::ui::model::explore::Explore;
use dive_rs::ui::model::message::{LoadUpdate, Mouse, Msg};
use dive_rs::ui::model::{Screen as Shown, ScreenOptions};
use dive_rs::ui::pane::{Focus, OverviewRow, Section, View};

use crate::explore::text;
use crate::fixture::ImageBuilder;
use crate::screens::{Screen, screens};

/// An image with savings, security findings and several categories.
pub fn image() -> ImageBuilder {
    let token = "token = 'glpat-0123456789abcdefghij'\n";
    ImageBuilder::new("shop/app:1")
        .layer("FROM debian", |layer| {
            layer
                .filled("usr/bin/su", 900_000, 1)
                .mode(0o4755)
                .filled("usr/lib/libc.so.6", 2_000_000, 7)
                .filled("usr/share/doc/manual", 400_000, 8)
                .filled("usr/share/locale/de/words.mo", 300_000, 9)
        })
        .layer(
            "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends git gcc # buildkit",
            |layer| {
                layer
                    .filled("var/lib/apt/lists/deb_Packages", 20_000_000, 2)
                    .filled("var/lib/apt/lists/deb_Sources", 4_000_000, 2)
                    .filled("usr/bin/gcc", 9_000_000, 10)
                    .filled("usr/include/big.h", 1_000_000, 11)
                    .filled("usr/bin/git", 3_000_000, 3)
            },
        )
        .layer("COPY . /srv", |layer| {
            layer
                .filled("srv/.git/pack", 700_000, 4)
                .file("srv/settings.ini", token)
                .filled("srv/app", 500_000, 5)
        })
        .layer("RUN /bin/sh -c chmod 755 /srv/app # buildkit", |layer| {
            layer.filled("srv/app", 500_000, 5).mode(0o755)
        })
}

/// Opens the first view, before the content analysis.
pub fn loading(width: u16, height: u16) -> Screen {
    let mut screen = Screen::open_with(&image(), width, height, ScreenOptions::default());
    let reading = LoadUpdate::Content(LoadState::Reading(20, 90));
    screen.send(Msg::Load(screen.model.load, reading));
    screen
}

pub fn open(width: u16, height: u16) -> Screen {
    Screen::open_with(&image(), width, height, ScreenOptions::default()).with_content(&image())
}

fn themed(theme: ThemeName, width: u16, height: u16) -> Screen {
    let options = ScreenOptions {
        theme,
        ..ScreenOptions::default()
    };
    Screen::open_with(&image(), width, height, options).with_content(&image())
}

fn light(width: u16, height: u16) -> Screen {
    themed(ThemeName::Light, width, height)
}

fn terminal(width: u16, height: u16) -> Screen {
    themed(ThemeName::Terminal, width, height)
}

fn color_blind(width: u16, height: u16) -> Screen {
    themed(ThemeName::ColorBlind, width, height)
}

/// Opens it with sizes in KiB and MiB, which are the widest.
fn binary(width: u16, height: u16) -> Screen {
    let options = ScreenOptions {
        units: Units::Binary,
        ..ScreenOptions::default()
    };
    Screen::open_with(&image(), width, height, options).with_content(&image())
}

/// Without colours a bar of the selected line is drawn as those of other lines, not as a hole, and its category is marked.
#[test]
fn a_selected_bar_is_no_hole() {
    use ratatui::style::Modifier;
    for (keys, width) in [("", 120), ("2<home>", 120), ("2/gcc<enter>", 80)] {
        let screen = plain(width, 40).press(keys);
        let buffer = screen.buffer();
        let is_reversed = |x: u16, y: u16| buffer[(x, y)].modifier.contains(Modifier::REVERSED);
        let rows = 4..39_u16;
        let reversed = |y: &u16| (0..width).filter(|x| is_reversed(*x, *y)).count();
        let y = rows.max_by_key(reversed).expect("a line");
        assert!(reversed(&y) > 20, "{keys}: {}", screen.shown());
        let line = screen.line(y);
        assert!(line.contains('▇'), "{keys}: {line}");
        for x in 0..width {
            let symbol = buffer[(x, y)].symbol();
            if "▇▉▊▋▌▍▎▏".contains(symbol) {
                assert!(!is_reversed(x, y), "{keys}: {symbol} {x}: {line}");
                let after =
                    buffer[(x + 1, y)].symbol() == " " && buffer[(x + 2, y)].symbol() == " ";
                assert!(!after || !is_reversed(x + 1, y), "{keys}: {line}");
            }
        }
    }
}

fn plain(width: u16, height: u16) -> Screen {
    let options = ScreenOptions {
        no_color: true,
        ..ScreenOptions::default()
    };
    Screen::open_with(&image(), width, height, options).with_content(&image())
}

screens! {
    open;
    overview: 120 by 40, "";
    overview_small: 80 by 24, "";
    overview_large: 200 by 60, "";
    overview_narrow: 60 by 24, "";
    overview_low: 80 by 12, "";
    overview_layer_lit: 120 by 40, "]";
    overview_savings: 80 by 24, "<pgdn>j";
    overview_savings_fix: 80 by 24, "<pgdn>i";
    overview_opens_a_category: 120 by 40, "<enter>";
    overview_opens_a_saving: 120 by 40, "<pgdn><enter>";
    overview_opens_a_file: 120 by 40, "G<enter>";
    savings_at_the_right: 120 by 40, "6";
    packages_at_the_right: 80 by 24, "5";
    map: 120 by 40, "4";
    map_small: 80 by 24, "4";
    map_large: 200 by 60, "4";
    map_zoomed: 120 by 40, "4<enter>";
}

mod while_loading {
    use super::{loading, screens};

    screens! {
        loading;
        overview_loading: 120 by 40, "";
        overview_loading_small: 80 by 24, "";
        overview_loading_large: 200 by 60, "";
        map_loading: 80 by 24, "4";
    }
}

mod in_light {
    use super::{light, screens};

    screens! {
        light;
        overview_light: 80 by 24, "";
        map_light: 80 by 24, "4";
    }
}

mod in_the_terminals_colours {
    use super::{screens, terminal};

    screens! {
        terminal;
        overview_terminal: 80 by 24, "";
        map_terminal: 80 by 24, "4";
    }
}

mod for_the_colour_blind {
    use super::{color_blind, screens};

    screens! {
        color_blind;
        overview_color_blind: 80 by 24, "";
        map_color_blind: 80 by 24, "4";
    }
}

mod without_colours {
    use super::{plain, screens};

    screens! {
        plain;
        overview_plain: 80 by 24, "";
        map_plain: 80 by 24, "4";
    }
}

mod with_binary_units {
    use super::{binary, screens};

    screens! {
        binary;
        overview_binary: 80 by 24, "";
        overview_binary_large: 200 by 60, "";
    }
}

fn explore(screen: &Screen) -> &Explore {
    let Shown::Explore(explore) = &screen.model.screen else {
        panic!("an image is shown");
    };
    explore
}

#[test]
fn the_header_shows_the_last_size_of_the_savings() {
    let screen = open(120, 40);
    let shown = explore(&screen);
    let content = shown.content.ready().expect("it is loaded");
    let last = content.savings.last().expect("something can go").then;
    let findings = &content.content_analysis.findings;
    assert_eq!(last, shown.summary.analysis.size - findings.bytes);
    let text = screen.shown();
    let header = text.lines().next().expect("a header");
    let after = dive_rs::bytes::human(last, dive_rs::bytes::Units::Si);
    let expected = format!("→ {after} after all fixes");
    assert!(header.contains(&expected), "{header}");
}

/// The tree opens where the bytes are; as in dive, a tree that is the first view opens at the bottom layer.
#[test]
fn the_heaviest_layer_is_selected_at_first() {
    let image = || {
        ImageBuilder::new("shop/app:2")
            .layer("FROM small", |layer| layer.filled("etc/base", 1_000, 1))
            .layer("RUN make", |layer| layer.filled("srv/heavy", 900_000, 2))
            .layer("RUN link", |layer| layer.filled("srv/link", 2_000, 3))
    };
    let selected = |screen: &Screen| explore(screen).layer().map(|layer| layer.0);
    let screen = Screen::open_with(&image(), 120, 40, ScreenOptions::default());
    assert_eq!(selected(&screen), Some(1));
    let screen = screen.press("2");
    assert!(text(&screen).contains("layer 2 vs 1"), "{}", text(&screen));
    assert!(text(&screen).contains("heavy"), "{}", text(&screen));
    assert_eq!(selected(&Screen::open(&image(), 120, 40)), Some(0));
    // A layer that was selected while the others were loading stays selected.
    for (keys, expected) in [("", 1), ("0j", 1), ("0jj", 2), ("0jk", 0)] {
        let mut screen = Screen::waiting("shop/app:2", 120, 40);
        screen.model.options = ScreenOptions::default();
        let send = |screen: &mut Screen, layers: &[usize], is_complete: bool| {
            let image = Arc::new(image().image_of(layers));
            let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
            let update = if is_complete {
                LoadUpdate::Loaded(image, known)
            } else {
                LoadUpdate::Partial(image, known)
            };
            screen.send(Msg::Load(screen.model.load, update));
        };
        send(&mut screen, &[2], false);
        let mut screen = screen.press(keys);
        send(&mut screen, &[0, 1, 2], true);
        assert_eq!(selected(&screen), Some(expected), "{keys}");
    }
}

/// What arrives later changes the place of no number: neither of the sizes after all fixes nor of the time of a download.
#[test]
fn the_numbers_of_the_header_stay_in_their_columns() {
    let header = |screen: &Screen| screen.line(0);
    let place = |line: &str, words: &str| {
        let at = line
            .find(words)
            .unwrap_or_else(|| panic!("{words}: {line}"));
        line[..at].chars().count()
    };
    for width in [140, 200] {
        let (before, after) = (loading(width, 40), open(width, 40));
        let size = explore(&before).summary.analysis.size;
        let size = dive_rs::bytes::human(size, Units::Si);
        for words in [&*size, "after all fixes", "hidden", "layers"] {
            let places = [&before, &after].map(|screen| place(&header(screen), words));
            match words {
                "after all fixes" => {}
                _ => assert_eq!(places[0], places[1], "{words}: {}", header(&after)),
            }
        }
    }
}

#[test]
fn the_categories_of_all_layers_are_the_image() {
    let screen = open(120, 40);
    let shown = explore(&screen);
    let content = shown.content.ready().expect("it is loaded");
    let categories = &content.content_analysis.categories;
    for (at, bytes) in categories.list.iter().enumerate() {
        let layers = categories.layers.iter().map(|layer| layer[at]);
        assert_eq!(layers.sum::<u64>(), bytes.bytes());
    }
    for (layer, bytes) in shown.image.layers.iter().zip(&categories.layers) {
        assert_eq!(bytes.iter().sum::<u64>(), layer.size);
    }
}

#[test]
fn a_category_opens_its_files_and_esc_returns() {
    let screen = open(120, 40);
    let Some(OverviewRow::Category(category)) = explore(&screen).overview.selected() else {
        panic!("the first line is a category");
    };
    let screen = screen.press("<enter>");
    let shown = explore(&screen);
    assert_eq!((shown.view, shown.focus), (View::Tree, Focus::Tree));
    assert_eq!(
        shown.query(),
        Some(&Query::of(Condition::Category(category)))
    );
    let content = shown.content.ready().expect("it is loaded");
    let bytes = content.content_analysis.categories.get(category).bytes();
    assert_eq!(shown.tree.selection().map(|it| it.bytes()), Some(bytes));
    let screen = screen.press("<esc>");
    assert_eq!(explore(&screen).view, View::Overview);
}

/// Opens the first view of an image with a second finding that claims the files of the largest one again.
fn with_a_part(width: u16, height: u16) -> Screen {
    let mut screen = Screen::open_with(&image(), width, height, ScreenOptions::default());
    let shown = screen.model.image().expect("it is shown");
    let (_, analysis, mut content) =
        crate::packages::content_analysis(&image(), &BaseHint::default());
    let findings = &mut content.findings.list;
    let largest = findings.iter().max_by_key(|finding| finding.bytes);
    let again = largest.expect("something can go").clone();
    findings.push(again);
    let content = ContentSummary::new(&shown, &analysis, content);
    let ready = LoadUpdate::Content(LoadState::Ready(Arc::new(content)));
    screen.send(Msg::Load(screen.model.load, ready));
    screen
}

mod with_parts {
    use super::{screens, with_a_part};

    screens! {
        with_a_part;
        overview_parts: 120 by 40, "";
        overview_parts_small: 80 by 24, "";
        overview_parts_large: 200 by 60, "";
    }
}

/// What is part of a saving is directly below it, and no saving is below a security finding.
#[test]
fn parts_are_below_their_saving() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let screen = with_a_part(width, height);
        let shown = crate::explore::text(&screen);
        let place = |words: &str| {
            let found = shown.lines().position(|line| line.contains(words));
            found.unwrap_or_else(|| panic!("{words}: {shown}"))
        };
        let first = place("1 leftover caches");
        assert_eq!(place("part of 1"), first + 1, "{shown}");
        assert_eq!(place("2 development files"), first + 2, "{shown}");
        assert_eq!(place("3 re-stored files"), first + 3, "{shown}");
        assert_eq!(place("‼ secret"), first + 4, "{shown}");
    }
}

#[test]
fn a_contained_saving_changes_no_size() {
    let screen = with_a_part(120, 40);
    let content = explore(&screen).content.ready().expect("it is loaded");
    let contained = content.savings.iter().filter(|one| one.within.is_some());
    assert_eq!(contained.count(), 1, "{:?}", content.savings);
    for pair in content.savings.windows(2) {
        assert!(pair[1].then <= pair[0].then);
        assert_eq!(pair[1].within.is_some(), pair[1].then == pair[0].then);
    }
    assert!(screen.shown().contains("part of 1"), "{}", screen.shown());
}

#[test]
fn brackets_step_the_layer_from_any_view() {
    for view in ["1", "2", "4", "5", "8"] {
        let screen = open(120, 40).press(view).press("]]");
        assert_eq!(explore(&screen).layers.cursor.at(), 3, "{view}");
        let screen = screen.press("[");
        assert_eq!(explore(&screen).layers.cursor.at(), 2, "{view}");
    }
}

#[test]
fn a_click_on_the_stripe_selects_the_layer() {
    let mut screen = open(120, 40);
    screen.send(Msg::Mouse(Mouse::Press(60, 1)));
    assert_eq!(explore(&screen).layers.cursor.at(), 1);
    screen.send(Msg::Mouse(Mouse::Press(1, 1)));
    assert_eq!(explore(&screen).layers.cursor.at(), 0);
    screen.send(Msg::Mouse(Mouse::Press(118, 1)));
    assert_eq!(explore(&screen).layers.cursor.at(), 3);
}

#[test]
fn titles_and_lines_can_be_clicked() {
    let mut screen = open(200, 60);
    let area = explore(&screen).areas.view;
    // "Overview" is followed by "Tree", "Files", then "Map".
    screen.send(Msg::Mouse(Mouse::Press(area.x + 28, area.y)));
    assert_eq!(explore(&screen).view, View::Map);
    let cells = explore(&screen).areas.map_cells();
    screen.send(Msg::Mouse(Mouse::Press(
        cells.right() - 1,
        cells.bottom() - 1,
    )));
    let selected = *explore(&screen).map.selected().expect("a rectangle");
    assert_eq!(selected.area.right(), cells.width);
    let mut screen = screen.press("1");
    let counts = explore(&screen).overview.counts();
    let sections = dive_rs::ui::layout::overview::sections(area, counts);
    let second = sections[1];
    screen.send(Msg::Mouse(Mouse::Press(second.x + 3, second.y + 1)));
    let first = explore(&screen).overview.first(Section::Savings);
    assert_eq!(explore(&screen).overview.at(), first);
    screen.send(Msg::Mouse(Mouse::Double(second.x + 3, second.y + 1)));
    assert_eq!(explore(&screen).view, View::Tree, "a double click opens");
}

#[test]
fn a_map_zooms_in_and_out() {
    let screen = open(120, 40).press("4");
    let total = explore(&screen).map_files().expect("files").bytes();
    let tiles = explore(&screen).map.tiles();
    assert_eq!(tiles.iter().map(|tile| tile.bytes).sum::<u64>(), total);
    let screen = screen.press("<enter>");
    let shown = explore(&screen);
    assert!(shown.map.is_zoomed());
    let screen = screen.press("<esc>");
    assert!(!explore(&screen).map.is_zoomed());
    let screen = screen.press("<esc>");
    assert_eq!(explore(&screen).view, View::Overview);
}

/// A rectangle is marked by its letter, and not by its colour alone, where it has room.
#[test]
fn rectangles_of_the_map_have_the_letter_of_their_category() {
    for theme in [ThemeName::Dark, ThemeName::Terminal, ThemeName::ColorBlind] {
        let mut screen = themed(theme, 120, 40).press("4");
        let cells = explore(&screen).areas.map_cells();
        let tiles = explore(&screen).map.tiles().to_vec();
        let mut lettered = 0;
        for (at, tile) in tiles.iter().enumerate() {
            let Shown::Explore(shown) = &mut screen.model.screen else {
                panic!("an image is shown");
            };
            shown.map.select(at);
            let buffer = screen.buffer();
            // The line below the map starts with the letter of the selected rectangle.
            let letter = buffer[(cells.x, cells.bottom())].symbol().to_owned();
            let area = tile.area;
            // At the right of the name or below it; in the middle of a rectangle without one.
            let (columns, least) = match area.width {
                6.. => ([area.width - 2, 1], 9),
                width => ([width / 2; 2], 4),
            };
            if area.width > 2 && area.height >= least {
                let mut rows = area.y / 2..area.bottom() / 2;
                let is_there = rows.any(|y| {
                    let at = |x| &buffer[(cells.x + area.x + x, cells.y + y)];
                    columns.iter().any(|&x| at(x).symbol() == letter)
                });
                assert!(
                    is_there,
                    "{letter}: {tile:?}\n{}",
                    crate::explore::text(&screen)
                );
                lettered += 1;
            }
        }
        assert!(lettered > 3, "{lettered}");
    }
}

#[test]
fn arrows_reach_rectangles_in_every_direction() {
    let screen = open(120, 40).press("4");
    let first = *explore(&screen).map.selected().expect("a rectangle");
    let screen = screen.press("<right>");
    let right = *explore(&screen).map.selected().expect("a rectangle");
    assert!(right.area.x >= first.area.right());
    let screen = screen.press("<left>");
    let left = *explore(&screen).map.selected().expect("a rectangle");
    assert!(left.area.right() <= right.area.x);
    // From any rectangle that has one below, down moves below it and up moves above that one again.
    let count = explore(&screen).map.tiles().len();
    let mut moved = 0;
    let mut screen = screen;
    for at in 0..count {
        let Shown::Explore(shown) = &mut screen.model.screen else {
            panic!("an image is shown");
        };
        shown.map.select(at);
        let from = *explore(&screen).map.selected().expect("a rectangle");
        screen = screen.press("<down>");
        let below = *explore(&screen).map.selected().expect("a rectangle");
        let tiles = explore(&screen).map.tiles().iter();
        let mut lower = tiles.filter(|tile| tile.area.y >= from.area.bottom());
        assert_eq!(below.node != from.node, lower.next().is_some(), "{from:?}");
        if below.node != from.node {
            moved += 1;
            assert!(below.area.y >= from.area.bottom(), "{from:?} {below:?}");
            screen = screen.press("<up>");
            let above = *explore(&screen).map.selected().expect("a rectangle");
            assert!(above.area.bottom() <= below.area.y, "{below:?} {above:?}");
        }
    }
    assert!(moved > 0);
}

#[test]
fn the_tree_opens_with_its_heaviest_folders_unfolded() {
    let screen = open(120, 40).press("2");
    let shown = explore(&screen);
    let rows = shown.tree.lines.rows();
    let height = usize::from(shown.areas.tree_rows().height);
    // The first layer's largest file is in view; closing its folder keeps it closed.
    let largest = shown
        .image
        .tree
        .find(b"/usr/lib/libc.so.6")
        .expect("a path");
    assert!(rows.iter().any(|row| row.path == largest), "{rows:?}");
    assert!(rows.len() <= height);
    let count = rows.len();
    let screen = screen.press("g<left>1").press("2");
    assert!(explore(&screen).tree.lines.rows().len() < count);
}

#[test]
fn empty_folders_at_the_top_keep_no_heavy_one_closed() {
    let builder = ImageBuilder::new("root:1").layer("FROM debian", |mut layer| {
        for at in 0..30 {
            layer = layer.file(format!("empty{at}").as_str(), "");
        }
        layer.filled("usr/lib/libc.so", 2_000_000, 1)
    });
    let screen = Screen::open_with(&builder, 80, 24, ScreenOptions::default()).press("2");
    let rows = explore(&screen).tree.lines.rows();
    assert_eq!(
        rows.iter().filter(|row| row.depth > 0).count(),
        2,
        "{rows:?}"
    );
}

#[test]
fn the_work_of_a_map_follows_the_screen() {
    let builder = ImageBuilder::new("many:1").layer("COPY . /", |mut layer| {
        for folder in 0..300 {
            for file in 0..100 {
                layer = layer.filled(format!("d{folder:03}/f{file:02}").as_str(), 10, 1);
            }
        }
        layer
    });
    let screen = Screen::open_with(&builder, 80, 24, ScreenOptions::default()).press("4");
    let shown = explore(&screen);
    let cells = shown.areas.map_cells();
    assert!(shown.image.tree.len() > 30_000);
    assert!(shown.map.visited() < 2_000, "{}", shown.map.visited());
    assert!(shown.map.tiles().len() <= usize::from(cells.width) * usize::from(cells.height) * 2);
}
