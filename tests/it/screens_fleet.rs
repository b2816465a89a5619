//! The screen over many images: what each page shows, that every page totals the number it was opened from, and that the way back leads exactly there.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use dive_rs::fleet::page::{Cell, FleetFacts, List, Page, PageTarget, Subject};
use dive_rs::fleet::{
    CategoryRow, Depth, ErrorRow, FindingRow, ImageLayerRow, ImageRow, LargeFileRow, LayerRow,
    NameRow, PackageRow, Row, RuleRow, RunRow, SCHEMA_VERSION, Tables,
};
use dive_rs::ui::ScreenOptions;
use dive_rs::ui::fleet::{FleetScreen, PageLine};
use dive_rs::ui::layout::Size;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::{Mouse, Msg};
use dive_rs::ui::model::{Model, Screen as Shown};
use proptest::prelude::*;

use crate::explore::text;
use crate::screens::{Screen, parse, screens};

/// The rows of a run.
#[derive(Clone, Debug, Default)]
struct Run {
    tables: Tables,
}

impl Run {
    fn new(depth: Depth) -> Self {
        let mut run = Self::default();
        run.insert(Row::Run(RunRow {
            schema_version: SCHEMA_VERSION,
            depth,
        }));
        run
    }

    fn insert(&mut self, row: Row) {
        self.tables.insert(row);
    }

    fn layer(&mut self, layer: &str, bytes: Option<i64>, instruction: &str) {
        self.insert(Row::Layers(LayerRow {
            layer: layer.to_owned(),
            diff_id: None,
            compressed_bytes: bytes,
            size_bytes: bytes.map(|bytes| bytes.saturating_mul(2)),
            instruction: instruction.to_owned(),
        }));
    }

    fn image(&mut self, image: &str, platform: &str, day: &str, deep: [i64; 3], layers: &[&str]) {
        let read = |bytes: i64| (deep != [0; 3]).then_some(bytes);
        self.insert(Row::Images(ImageRow {
            image: image.to_owned(),
            id: None,
            platform: platform.to_owned(),
            created: Some(format!("{day}T00:00:00Z")),
            layers: i64::try_from(layers.len()).unwrap(),
            compressed_bytes: None,
            size_bytes: read(deep[0]),
            visible_bytes: read(deep[0] - deep[1]),
            hidden_bytes: read(deep[1]),
            savings_bytes: read(deep[2]),
            base_name: None,
        }));
        for (position, layer) in (0..).zip(layers) {
            self.insert(Row::ImageLayers(ImageLayerRow {
                image: image.to_owned(),
                position,
                layer: (*layer).to_owned(),
            }));
        }
    }

    fn name(&mut self, name: &str, image: &str) {
        self.insert(Row::Names(NameRow {
            name: name.to_owned(),
            platform: None,
            image: image.to_owned(),
        }));
    }

    fn category(&mut self, image: &str, category: &str, visible: i64, hidden: i64) {
        self.insert(Row::Categories(CategoryRow {
            image: image.to_owned(),
            category: category.to_owned(),
            visible_bytes: visible,
            hidden_bytes: hidden,
        }));
    }

    fn finding(&mut self, image: &str, finding: &str, layer: &str, bytes: i64) {
        self.insert(Row::Findings(FindingRow {
            image: image.to_owned(),
            finding: finding.to_owned(),
            level: "warning".to_owned(),
            layer: Some(layer.to_owned()),
            bytes,
            why: format!("{finding} leaves files behind"),
        }));
    }

    fn rule(&mut self, image: &str, rule: &str, unit: &str, [measured, limit]: [i64; 2]) {
        self.insert(Row::Rules(RuleRow {
            image: image.to_owned(),
            rule: rule.to_owned(),
            outcome: if measured > limit { "fail" } else { "pass" }.to_owned(),
            measured: Some(measured),
            limit: Some(limit),
            unit: Some(unit.to_owned()),
        }));
    }

    fn package(&mut self, image: &str, name: &str, version: &str, bytes: i64) {
        self.insert(Row::Packages(PackageRow {
            image: image.to_owned(),
            layer: "os".to_owned(),
            kind: "dpkg".to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            bytes,
        }));
    }

    fn file(&mut self, layer: &str, path: &str, bytes: i64, hash: Option<&str>) {
        self.insert(Row::LargeFiles(LargeFileRow {
            layer: layer.to_owned(),
            path: path.to_owned(),
            bytes,
            hash: hash.map(str::to_owned),
        }));
    }

    fn error(&mut self, name: &str, message: &str) {
        self.insert(Row::Errors(ErrorRow {
            name: name.to_owned(),
            platform: None,
            message: message.to_owned(),
            hint: None,
        }));
    }
}

/// A base, a runtime on it, seven applications, two of them with the same large file, one image for another platform, and one that could not be read.
fn run() -> Run {
    let mut run = Run::new(Depth::Deep);
    let million = 1_000_000;
    run.layer("os", Some(50 * million), "ADD rootfs /");
    run.layer("runtime", Some(30 * million), "RUN apt-get install python3");
    run.layer("tools", Some(20 * million), "RUN apt-get install gcc");
    run.layer("os arm", Some(48 * million), "ADD rootfs /");
    run.image(
        "base",
        "linux/amd64",
        "2024-02-10",
        [100 * million, 0, 2 * million],
        &["os"],
    );
    run.category("base", "distribution-packages", 100 * million, 0);
    run.name("registry.example/library/os:12", "base");
    run.name("registry.example/library/os:latest", "base");
    let runtime = ["os", "runtime"];
    run.image(
        "python",
        "linux/amd64",
        "2025-05-05",
        [160 * million, million, 3 * million],
        &runtime,
    );
    run.category("python", "distribution-packages", 159 * million, million);
    run.name("registry.example/library/python:3.12", "python");
    for number in 1..8_i64 {
        let (layer, image) = (format!("app {number}"), format!("app-{number}"));
        run.layer(
            &layer,
            (number != 3).then_some(number * million),
            &format!("COPY service-{number} /srv"),
        );
        let layers = ["os", "runtime", "tools", &layer];
        let deep = [
            100 * million + number * 100_001,
            number * 100_000,
            number * million,
        ];
        run.image(&image, "linux/amd64", "2026-11-01", deep, &layers);
        run.name(
            &format!("registry.example/team/service-{number}:1.{number}"),
            &image,
        );
        run.category(
            &image,
            "compilers-and-headers",
            40 * million,
            number * 100_000,
        );
        run.category(&image, "application", 60 * million + number, 0);
        run.finding(&image, "build-tools", "tools", 20 * million);
        run.rule(&image, "highestImageSize", "bytes", [deep[0], 100_400_000]);
        run.rule(
            &image,
            "highestHiddenPercent",
            "millionths",
            [number * 1_234, 100_000],
        );
        run.package(&image, "gcc-12", "12.2.0-14", 30 * million);
        if number > 5 {
            run.package(&image, "libssl3", "3.0.15", number * million);
            run.file(
                &layer,
                &format!("/srv/service-{number}/model.bin"),
                5 * million,
                Some("xxh3:00"),
            );
        }
    }
    run.file("os", "/usr/lib/libc.so.6", 2 * million, Some("xxh3:01"));
    run.file("os", "/usr/bin/plain", 2 * million, None);
    run.image("arm", "linux/arm64", "2024-02-11", [0; 3], &["os arm"]);
    run.name("registry.example/library/os:12-arm", "arm");
    run.error("registry.example/gone", "registry.example/gone: not there");
    run
}

/// The run before: without two of the applications, and with a base that is gone.
fn earlier() -> Run {
    let mut run = Run::new(Depth::Deep);
    run.layer("old os", Some(52_000_000), "ADD old /");
    run.layer("app 1", Some(1_000_000), "COPY service-1 /srv");
    let deep = [100, 10, 1];
    run.image(
        "old app",
        "linux/amd64",
        "2023-11-01",
        deep,
        &["old os", "app 1"],
    );
    run.name("registry.example/team/service-1:1.1", "old app");
    run.image("old base", "linux/amd64", "2023-11-01", deep, &["old os"]);
    run.name("registry.example/library/old:1", "old base");
    run
}

fn screen(facts: FleetFacts, width: u16, height: u16) -> Screen {
    let size = Size { width, height };
    Screen::of(Model::of_fleet(
        Arc::new(facts),
        size,
        ScreenOptions::default(),
    ))
}

fn facts() -> FleetFacts {
    let mut facts = FleetFacts::of(run().tables);
    facts.from = vec!["rows".to_owned()];
    facts
}

pub fn open(width: u16, height: u16) -> Screen {
    screen(facts(), width, height)
}

fn grown(width: u16, height: u16) -> Screen {
    screen(facts().since(earlier().tables), width, height)
}

fn fleet(screen: &Screen) -> &FleetScreen {
    match &screen.model.screen {
        Shown::Fleet(fleet) => fleet,
        _ => panic!("many images"),
    }
}

screens! {
    open;
    overview_small: 80 by 24, "";
    overview_middle: 120 by 40, "";
    overview_large: 200 by 60, "";
    overview_end_small: 80 by 24, "G";
    all_images_small: 80 by 24, "<enter>";
    all_layers_small: 80 by 24, "j<enter>";
    fresh_node_small: 80 by 24, "<tab><enter>";
    fresh_node_large: 200 by 60, "<tab><enter>";
    group_small: 80 by 24, "<tab><tab><enter>";
    group_large: 200 by 60, "<tab><tab><enter>";
    image_small: 80 by 24, "<tab><tab><tab><enter>";
    image_large: 200 by 60, "<tab><tab><tab><enter>";
    layer_small: 80 by 24, "j<enter>G<enter>";
    files_small: 80 by 24, "/size<enter><esc><enter>";
    sorted_small: 80 by 24, "<tab><tab><tab>ssss";
    filtered_small: 80 by 24, "/service-7";
    nothing_found_small: 80 by 24, "/zzz<enter>";
    details_small: 80 by 24, "<tab><tab><tab>i";
    keys_small: 80 by 24, "?";
}

mod since_an_earlier_run {
    use super::{grown, screens};

    screens! {
        grown;
        overview_small: 80 by 24, "";
        overview_large: 200 by 60, "";
        changed_name_small: 80 by 24, "<tab><tab>/service-1:<enter><enter>";
    }
}

/// Returns the target of the first row of the overview with a text.
fn target(facts: &FleetFacts, words: &str) -> PageTarget {
    let overview = facts.page(PageTarget::from(Subject::Overview));
    let rows = overview.lists.iter().flat_map(|list| {
        let rows = (0..list.len()).map(move |row| (list, row));
        rows.filter(|(list, row)| {
            let cells = list.row(*row).iter();
            cells.clone().any(|cell| facts.text(cell).contains(words))
        })
    });
    let mut targets = rows.filter_map(|(list, row)| list.target(row));
    targets
        .next()
        .unwrap_or_else(|| panic!("a row with {words}"))
}

/// Opens the row of the overview with these words.
fn opened(words: &str, width: u16, height: u16) -> Screen {
    let target = target(&facts(), words);
    let screen = open(width, height).press(&format!("/{words}<enter>"));
    let front = &fleet(&screen).front;
    assert_eq!(front.selected_target(), Some(target), "{}", text(&screen));
    screen.press("<enter>")
}

#[test]
fn every_number_of_the_files_is_opened() {
    for (name, words) in [
        ("category", "compilers"),
        ("finding", "build-tools"),
        ("rule", "highestImageSize"),
        ("package", "libssl3"),
        ("duplicate", "model.bin"),
    ] {
        insta::assert_snapshot!(format!("{name}_small"), opened(words, 80, 24).shown());
        insta::assert_snapshot!(format!("{name}_large"), opened(words, 200, 60).shown());
    }
}

#[test]
fn a_line_of_rows_left_out_opens_the_list_alone() {
    let screen = open(80, 24);
    let more = |screen: &Screen| {
        let lines = fleet(screen).front.in_view();
        lines
            .filter(|line| matches!(line, PageLine::More(..)))
            .count()
    };
    // The last line of the largest images.
    let screen = screen.press("<tab><tab><tab><tab>k");
    assert!(more(&screen) > 0, "{}", text(&screen));
    let screen = screen.press("<enter>");
    let page = &fleet(&screen).front.page;
    assert_eq!(page.lists.len(), 1);
    assert_eq!(page.lists[0].len(), 10);
    assert_eq!(more(&screen), 0);
    insta::assert_snapshot!(screen.shown());
}

#[test]
fn the_way_back_leads_exactly_there() {
    let screen = open(80, 24).press("<tab><tab>js<pgdn>");
    let before = screen.shown();
    for way in [
        "<enter>j<esc>",
        "<enter>G<back>",
        "<enter>q",
        "<right>s<left>",
        "<enter><enter><tab>j<esc><esc>",
        "<enter>/o<enter><esc><esc>",
        "<enter>/o<esc><esc>",
    ] {
        let screen = open(80, 24).press("<tab><tab>js<pgdn>").press(way);
        assert_eq!(screen.shown(), before, "{way}");
        assert!(screen.effects.is_empty(), "{way}");
    }
    let screen = screen.press("<esc>");
    assert!(screen.line(23).contains("q quits"), "{}", screen.line(23));
    assert!(matches!(screen.press("q").effects[..], [Effect::Quit]));
}

#[test]
fn names_digests_and_commands_are_copied() {
    let copied = |keys: &str| {
        let screen = open(80, 24).press(keys);
        let texts = screen.effects.iter().rev().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text.clone()),
            _ => None,
        });
        texts.unwrap_or_default()
    };
    let name = "registry.example/team/service-7:1.7";
    assert_eq!(copied("<enter>y"), name);
    assert_eq!(copied("<enter>Y"), format!("dive-rs {name}"));
    assert_eq!(copied("j<enter>y"), "os");
    assert_eq!(copied("Y"), "dive-rs fleet report rows --format text");
    assert_eq!(copied("/compilers<enter>y"), "compilers-and-headers");
    assert_eq!(copied("/model<enter>y"), "/srv/service-6/model.bin");
}

#[test]
fn a_click_selects_and_sorts_and_a_double_click_opens() {
    let mut screen = open(80, 24);
    let row = |screen: &Screen, words: &str| {
        let line = (1..23).find(|y| screen.line(*y).contains(words));
        line.unwrap_or_else(|| panic!("{words}: {}", text(screen)))
    };
    let y = row(&screen, "each layer once");
    screen.send(Msg::Mouse(Mouse::Press(5, y)));
    assert!(screen.line(1).contains("2/2"), "{}", screen.line(1));
    screen.send(Msg::Mouse(Mouse::Double(5, y)));
    assert!(
        screen.line(1).contains("Overview › Layers"),
        "{}",
        screen.line(1)
    );
    let y = row(&screen, "instruction");
    let bytes = u16::try_from(screen.line(y).find("images").unwrap()).unwrap();
    screen.send(Msg::Mouse(Mouse::Press(bytes, y)));
    assert!(screen.line(1).contains("by images ▾"), "{}", screen.line(1));
    screen.send(Msg::Mouse(Mouse::Press(bytes, y)));
    assert!(!screen.line(1).contains("by images"), "{}", screen.line(1));
    // The wheel passes notes and headings, down to the end and back.
    let mut screen = open(80, 24);
    for _ in 0..40 {
        screen.send(Msg::Mouse(Mouse::Wheel(5, 5, true)));
    }
    let end = screen.shown();
    assert!(text(&screen).contains("not there"), "{end}");
    for _ in 0..40 {
        screen.send(Msg::Mouse(Mouse::Wheel(5, 5, false)));
    }
    assert!(text(&screen).contains("each image alone"));
}

/// The page beside the selected row stays as it was scrolled when it is opened and left.
#[test]
fn the_scrolled_page_beside_a_row_is_kept() {
    let mut screen = open(200, 14);
    let at = fleet(&screen).areas.preview;
    screen.send(Msg::Mouse(Mouse::Wheel(at.x + 5, at.y + 5, true)));
    let scrolled = |screen: &Screen| {
        let preview = fleet(screen).preview.as_ref();
        preview.map(|page| page.scroll().0)
    };
    assert_eq!(scrolled(&screen), Some(3));
    let before = text(&screen);
    let screen = screen.press("<enter>j<esc>");
    assert_eq!(scrolled(&screen), Some(3));
    assert_eq!(text(&screen), before);
    // In another size it is shown from its start.
    let mut screen = screen.press("<enter>");
    let size = |height| Size { width: 200, height };
    screen.send(Msg::Resize(size(15)));
    let mut screen = screen.press("<esc>");
    screen.send(Msg::Resize(size(14)));
    assert_eq!(scrolled(&screen), Some(0));
}

#[test]
fn a_run_without_rows_is_shown() {
    for depth in [Depth::Shallow, Depth::Deep] {
        for (width, height) in [(40, 10), (80, 24), (200, 60)] {
            let screen = screen(FleetFacts::of(Run::new(depth).tables), width, height);
            let screen = screen.press("<enter><tab>jG<enter>s/x<enter>i<esc><esc>y");
            assert!(!screen.shown().is_empty());
        }
    }
    let empty = || screen(FleetFacts::of(Tables::default()), 80, 24);
    insta::assert_snapshot!(empty().shown());
    let none = empty().press("<enter><enter>");
    assert!(
        none.line(23).contains("nothing is listed"),
        "{}",
        none.line(23)
    );
}

/// Names, paths and messages are shown escaped, wherever they come.
#[test]
fn hostile_names_are_text() {
    let evil = "a\u{1b}[31m\u{202e}\r\n\u{7}\u{9b}é";
    let mut run = Run::new(Depth::Deep);
    run.layer(evil, Some(1), evil);
    run.insert(Row::Layers(LayerRow {
        layer: "other".to_owned(),
        diff_id: Some(evil.to_owned()),
        compressed_bytes: Some(i64::MAX),
        size_bytes: Some(i64::MAX),
        instruction: evil.to_owned(),
    }));
    run.image(evil, evil, evil, [i64::MAX; 3], &[evil, "other", evil]);
    run.image("z", evil, evil, [i64::MAX; 3], &[evil, "absent"]);
    run.name(evil, evil);
    run.name(evil, "z");
    run.name(evil, "not there");
    for image in [evil, "z"] {
        run.category(image, evil, i64::MAX, -1);
        run.finding(image, evil, evil, i64::MAX);
        run.rule(image, evil, evil, [i64::MIN, i64::MAX]);
        run.package(image, evil, evil, i64::MIN);
    }
    run.file(evil, evil, i64::MAX, Some(evil));
    run.file("other", evil, i64::MAX, Some(evil));
    run.error(evil, evil);
    for (width, height) in [(40, 10), (80, 24), (200, 60)] {
        let mut facts = FleetFacts::of(run.tables.clone());
        facts.from = vec![evil.to_owned()];
        let facts = facts.since(run.tables.clone());
        let mut screen = screen(facts, width, height);
        for _ in 0..60 {
            screen = screen.press("<enter>");
            let shown = screen.shown();
            let is_fine =
                |letter: char| letter == '\n' || !letter.is_control() && letter != '\u{202e}';
            assert!(shown.chars().all(is_fine), "{shown}");
            screen = screen.press("i");
            let details = screen.shown();
            assert!(details.chars().all(is_fine), "{details}");
            screen = screen.press("<esc><esc>j");
        }
    }
}

/// A list of many rows: a frame visits the rows in view alone, and a motion derives none.
#[test]
fn a_frame_visits_the_rows_in_view() {
    let mut run = Run::new(Depth::Shallow);
    for image in 0..1000 {
        let layers: Vec<String> = (0..100)
            .map(|at| format!("{:06}", image * 100 + at))
            .collect();
        for layer in &layers {
            run.layer(layer, Some(5), "COPY . .");
        }
        let layers: Vec<&str> = layers.iter().map(String::as_str).collect();
        run.image(
            &format!("{image:06}"),
            "linux/amd64",
            "2026-11-01",
            [0; 3],
            &layers,
        );
    }
    let mut screen = screen(FleetFacts::of(run.tables), 200, 60).press("j<enter>");
    let list = |screen: &Screen| {
        let list = &fleet(screen).front.page.lists[0];
        (list.len(), list.row(0).as_ptr())
    };
    let before = list(&screen);
    assert_eq!(before.0, 100_000);
    for keys in ["j", "<pgdn>", "G", "k", "g", "<tab>"] {
        screen = screen.press(keys);
        assert_eq!(list(&screen), before, "{keys}");
        let page = &fleet(&screen).front;
        let rows = page
            .in_view()
            .filter(|line| matches!(line, PageLine::Row(..)));
        assert!((1..=60).contains(&rows.count()), "{keys}");
    }
    assert_eq!(fleet(&screen).front.position(), Some((1, 100_000)));
}

/// Checks that the rows of each list add up to the totals of its page.
fn check_totals(facts: &FleetFacts, page: &Page) {
    for total in &page.totals {
        let list = page.lists.iter().find(|list| list.kind == total.list);
        let rows = list.map_or(0, List::len);
        let Some(column) = total.column else {
            assert_eq!(Cell::Count(rows as u64), total.value, "{}", page.title);
            continue;
        };
        let cells = (0..rows).filter_map(|row| list?.row(row).get(column));
        let (mut sum, mut at_least) = (0, false);
        for cell in cells {
            sum += cell.number(facts).expect("a number");
            at_least |= matches!(cell, Cell::AtLeast(_));
        }
        assert_eq!(Some(sum), total.value.number(facts), "{}", page.title);
        let is_at_least = matches!(total.value, Cell::AtLeast(_));
        assert_eq!(at_least, is_at_least, "{}", page.title);
    }
}

/// Checks a page and all that are opened from it: the number of a row is a total of the page behind it. A row about an image has a part of its page's number, which
/// is then that of the rows of the image that lead back.
fn check_targets(facts: &FleetFacts, at: PageTarget, pages: &mut HashMap<PageTarget, Rc<Page>>) {
    let page = opened_page(facts, at, pages);
    check_totals(facts, &page);
    let rows = page.lists.iter().flat_map(|list| {
        let rows = 0..list.len();
        rows.map(move |row| (list, row))
    });
    for (list, row) in rows {
        let Some(target) = list.target(row) else {
            continue;
        };
        let is_new = !pages.contains_key(&target);
        let behind = opened_page(facts, target, pages);
        let cells = list.row(row).iter();
        let numbers: Vec<i128> = cells.filter_map(|cell| cell.number(facts)).collect();
        let mut totals = behind.totals.iter().map(|total| total.value.number(facts));
        let is_total = totals.any(|number| number.is_some_and(|number| numbers.contains(&number)));
        let leads_back = || {
            behind.lists.iter().any(|list| {
                let rows: Vec<usize> = (0..list.len())
                    .filter(|row| list.target(*row) == Some(at))
                    .collect();
                let sum = |column: usize| -> Option<i128> {
                    let cells = rows.iter().map(|row| list.row(*row)[column].number(facts));
                    cells.sum()
                };
                let mut sums = (0..list.columns.len()).filter_map(sum);
                sums.any(|sum| !rows.is_empty() && numbers.contains(&sum))
            })
        };
        let is_image = matches!(target.subject, Subject::Image(_));
        assert!(
            is_total || is_image && leads_back(),
            "{} › {}: {numbers:?} and {:?}",
            page.title,
            behind.title,
            behind.totals
        );
        if is_new {
            check_targets(facts, target, pages);
        }
    }
    for list in &page.lists {
        let alone = PageTarget {
            alone: Some(list.kind),
            ..at
        };
        if at.alone.is_none() {
            let alone = facts.page(alone);
            assert_eq!((alone.lists.len(), alone.lists[0].len()), (1, list.len()));
            check_totals(facts, &alone);
        }
    }
}

fn opened_page(
    facts: &FleetFacts,
    at: PageTarget,
    pages: &mut HashMap<PageTarget, Rc<Page>>,
) -> Rc<Page> {
    Rc::clone(pages.entry(at).or_insert_with(|| Rc::new(facts.page(at))))
}

#[test]
fn every_page_totals_its_number() {
    let facts = facts().since(earlier().tables);
    let mut pages = HashMap::new();
    check_targets(&facts, PageTarget::from(Subject::Overview), &mut pages);
    assert!(pages.len() > 40, "{}", pages.len());
}

/// An image: its layers, and for each its category, finding, package and file.
type Drawn = (Vec<u8>, Vec<(u8, u8)>);

fn generated(images: &[Drawn], salt: &str) -> Tables {
    let mut run = Run::new(Depth::Deep);
    for (at, (layers, parts)) in images.iter().enumerate() {
        let image = format!("{salt}{at:03}");
        let names: Vec<String> = layers.iter().map(|layer| format!("l{layer}")).collect();
        for (layer, number) in names.iter().zip(layers) {
            let bytes = (number % 5 != 0).then_some(i64::from(*number) * 1000);
            run.layer(layer, bytes, &format!("RUN {number}"));
        }
        let (mut size, mut hidden) = (0, 0);
        let mut used = HashSet::new();
        for (kind, bytes) in parts {
            let bytes = i64::from(*bytes) + 1;
            if used.insert(kind) {
                run.category(&image, &format!("c{kind}"), bytes * 3, bytes);
                run.rule(&image, &format!("r{kind}"), "count", [bytes, 50]);
                size += bytes * 4;
                hidden += bytes;
            }
            run.finding(&image, &format!("f{}", kind % 3), "l1", bytes);
            run.package(&image, &format!("p{kind}"), &bytes.to_string(), bytes * 7);
        }
        for layer in &names {
            let hash = format!("xxh3:{}", layer.len());
            run.file(layer, &format!("/{layer}"), 1 << 20, Some(&hash));
        }
        let platform = ["linux/amd64", "linux/arm64", ""][at % 3];
        let layers: Vec<&str> = names.iter().map(String::as_str).collect();
        run.image(
            &image,
            platform,
            "2026-11-01",
            [size, hidden, hidden / 2],
            &layers,
        );
        run.name(&format!("a.io/{at:03}"), &image);
    }
    run.tables
}

fn images() -> impl Strategy<Value = Vec<Drawn>> {
    let layers = prop::collection::vec(1_u8..12, 0..6);
    let parts = prop::collection::vec((0_u8..6, any::<u8>()), 0..5);
    prop::collection::vec((layers, parts), 0..9)
}

fn happen(screen: &mut Screen, keys: &str) {
    for key in parse(keys) {
        if let Some(msg) = dive_rs::ui::bindings::message(&screen.model, key) {
            screen.send(msg);
        }
    }
}

#[test]
fn a_page_opened_after_a_resize_leads_back_exactly() {
    let images = [(vec![1, 2, 3, 4], vec![(0, 0), (1, 0)])];
    let mut screen = screen(FleetFacts::of(generated(&images, "a")), 80, 24);
    let resize = |width, height| Msg::Resize(Size { width, height });
    screen.send(resize(160, 5));
    happen(&mut screen, "<tab><enter><enter><enter><enter>");
    screen.send(resize(164, 44));
    let before = page_lines(&screen);
    happen(&mut screen, "<enter>jjs<tab>G<esc>");
    assert_eq!(page_lines(&screen), before);
}

/// Returns what is above the footer.
fn page_lines(screen: &Screen) -> Vec<String> {
    let buffer = screen.buffer();
    let cells = buffer.content.iter().map(|cell| cell.symbol().to_owned());
    let footer = usize::from(buffer.area.width);
    cells
        .take(buffer.content.len().saturating_sub(footer))
        .collect()
}

/// Checks that the selected line is in view.
fn in_view(screen: &Screen) {
    let page = &fleet(screen).front;
    let height = fleet(screen).areas.page_rows().height;
    if height == 0 || page.is_empty() {
        return;
    }
    let line = page.selected_line().expect("a selected line in view");
    assert!(line < usize::from(height), "{line} of {height}");
    let (top, len) = page.scroll();
    assert!(
        top == 0 || top + usize::from(height) <= len,
        "{top} of {len}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_of_any_rows_total_their_numbers(before in images(), after in images()) {
        let facts = FleetFacts::of(generated(&after, "a")).since(generated(&before, "b"));
        check_targets(&facts, PageTarget::from(Subject::Overview), &mut HashMap::new());
    }

    #[test]
    fn any_keys_keep_the_selection_in_view_and_lead_back(
        images in images(),
        happenings in prop::collection::vec((0_usize..22, any::<(u8, u8)>()), 1..50)
    ) {
        const KEYS: &[&str] = &[
            "j", "k", "<tab>", "<s-tab>", "<pgdn>", "<pgup>", "g", "G", "s", "<enter>", "<enter>",
            "<right>", "i<esc>", "/1<enter>", "?<esc>", ":sort<enter>", "y", "Y", "<down>",
        ];
        let facts = FleetFacts::of(generated(&images, "a"));
        let mut screen = screen(facts, 80, 24);
        for (what, (x, y)) in happenings {
            let (x, y) = (u16::from(x), u16::from(y) % 64);
            match KEYS.get(what) {
                Some(&"<enter>") => {
                    let (before, depth) = (page_lines(&screen), fleet(&screen).behind.len());
                    happen(&mut screen, "<enter>");
                    if fleet(&screen).behind.len() > depth {
                        happen(&mut screen, "jjs<tab>G<esc>");
                        prop_assert_eq!(page_lines(&screen), before);
                        happen(&mut screen, "<enter>");
                    }
                }
                Some(keys) => happen(&mut screen, keys),
                None if what == 19 => screen.send(Msg::Resize(Size { width: x, height: y })),
                None if what == 20 => screen.send(Msg::Mouse(Mouse::Press(x, y))),
                None => screen.send(Msg::Mouse(Mouse::Wheel(x, y, x % 2 == 0))),
            }
            in_view(&screen);
            let _ = screen.buffer();
        }
    }
}
