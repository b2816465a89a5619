//! Extras on the screens: transfer times with their basis, and vulnerabilities.

use std::collections::HashSet;
use std::sync::Arc;

use dive_rs::analysis::packages::Packages;
use dive_rs::analysis::{Analysis, BaseHint, LinkSpeed, MachineSpeed, Transfer};
use dive_rs::compare::Sides;
use dive_rs::image::Image;
use dive_rs::scan::{locate, parse};
use dive_rs::ui::loaded::extras::Extras;
use dive_rs::ui::loaded::ticket::LoadId;
use dive_rs::ui::model::Screen as What;
use dive_rs::ui::model::message::{LoadUpdate, Msg};

use crate::screens::{Screen, app};

const REPORT: &str = r#"{"Results": [{"Class": "lang-pkgs", "Target": "app/server", "Vulnerabilities": [
    {"VulnerabilityID": "CVE-2024-1", "PkgName": "stdlib", "InstalledVersion": "1.19", "FixedVersion": "1.20", "Severity": "CRITICAL"},
    {"VulnerabilityID": "CVE-2024-2", "PkgName": "ev\u202eil", "InstalledVersion": "1", "Severity": "LOW"}]}]}"#;

fn extras(image: &Image, report: &str) -> Extras {
    let speed = MachineSpeed {
        unpack: 200_000_000,
        pack: 40_000_000,
        cores: 2,
        measured: true,
    };
    let analysis = Analysis::of(image, &BaseHint::default());
    let scan = parse(report.as_bytes(), "report").expect("a report");
    Extras {
        transfer: Transfer::of(image, &[], &HashSet::new(), speed),
        update: None,
        links: LinkSpeed::USUAL.to_vec(),
        nodes: 1,
        have: Vec::new(),
        kept: true,
        vulnerabilities: Some(locate(scan, image, &analysis.base, &Packages::default())),
    }
}

#[test]
fn the_image_tab_shows_transfer_times_and_vulnerabilities() {
    let mut screen = Screen::open(&app(), 120, 60);
    let image = screen.model.image().expect("it is shown");
    let news = LoadUpdate::Extras(Arc::new(extras(&image, REPORT)));
    screen.send(Msg::Load(screen.model.load, news));
    let shown = screen.press("<tab><tab>").shown();
    assert!(shown.contains("25 Mbit/s: pull"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn missing_contents_are_reported_beside_the_numbers() {
    let opened = |kept| {
        let mut screen = Screen::open(&app(), 200, 60).with_content(&app());
        let image = screen.model.image().expect("it is shown");
        let mut beside = extras(&image, REPORT);
        beside.kept = kept;
        screen.send(Msg::Load(
            screen.model.load,
            LoadUpdate::Extras(Arc::new(beside)),
        ));
        screen
    };
    let packed = "estimated from samples";
    for (kept, tab) in [(true, "9"), (true, "6"), (false, "9"), (false, "6")] {
        let shown = opened(kept).press(tab).shown();
        assert_eq!(shown.contains("not kept"), !kept, "{shown}");
        assert_eq!(shown.contains(packed), kept && tab == "9", "{shown}");
    }
    let whole = opened(false).press("6<end><enter>").shown();
    assert!(whole.contains("no disk space for the stream"), "{whole}");
}

#[test]
fn held_images_and_nodes_are_shown() {
    let mut screen = Screen::open(&app(), 200, 60);
    let image = screen.model.image().expect("it is shown");
    let mut beside = extras(&image, REPORT);
    let held = image.layers[0].identity().expect("it has one").to_owned();
    let speed = beside.transfer.speed;
    beside.transfer = Transfer::of(&image, &[], &HashSet::from([held]), speed);
    (beside.nodes, beside.have) = (40, vec!["base:1".to_owned()]);
    screen.send(Msg::Load(
        screen.model.load,
        LoadUpdate::Extras(Arc::new(beside)),
    ));
    // At the right, where the lines have room.
    let shown = screen.press("19").shown();
    for printed in [
        "1 layer not transferred: nodes have base:1",
        "40 nodes at once",
    ] {
        assert!(shown.contains(printed), "{printed}: {shown}");
    }
}

#[test]
fn late_results_are_ignored() {
    let mut screen = Screen::open(&app(), 120, 60);
    let before = screen.shown();
    let image = screen.model.image().expect("it is shown");
    let news = LoadUpdate::Extras(Arc::new(extras(&image, REPORT)));
    screen.send(Msg::Load(LoadId(99), news));
    assert_eq!(screen.shown(), before);
}

#[test]
fn the_header_of_a_comparison_shows_pull_times() {
    let mut screen = crate::screens_compare::open(120, 40);
    let What::Compare(compare) = &screen.model.screen else {
        panic!("two images are compared");
    };
    let images = compare.images.clone();
    let none = r#"{"matches": []}"#;
    let extras = || {
        let mut both = Sides::new(extras(&images.before, REPORT), extras(&images.after, none));
        both.after.update = Some(both.after.transfer.clone());
        both.after.nodes = 3;
        both.map(Arc::new)
    };
    let others = images.as_ref().map(|_| Arc::new(app().image()));
    let before = screen.shown();
    screen.send(Msg::ComparisonExtras(others, extras()));
    assert_eq!(screen.shown(), before, "of other images");
    screen.send(Msg::ComparisonExtras(images.clone(), extras()));
    let observed = screen.line(1) + &screen.line(2);
    assert!(
        observed.contains("pull at 100 Mbit/s") && observed.contains("critical 1 → 0"),
        "{observed}"
    );
    // The Why tab shows them, with the time for a node that has the other image.
    let screen = screen.press("1");
    insta::assert_snapshot!(screen.shown());
    let shown = screen.press("G");
    let last: Vec<String> = (0..40).map(|y| shown.line(y)).collect();
    let gone = "removed CVE-2024-1 (critical) in stdlib 1.19, in an unknown layer, fixed in 1.20";
    assert!(last.join("\n").contains(gone), "{last:?}");
    // The other way round when the images are swapped.
    let screen = shown;
    let screen = screen.press("X");
    let observed = screen.line(1) + &screen.line(2);
    assert!(observed.contains("critical 0 → 1"), "{observed}");
}
