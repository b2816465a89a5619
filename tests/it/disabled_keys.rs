//! Disabled keys: footer and help leave them out, and a press shows the reason. Other key behaviour is tested in `explore`.

use std::sync::Arc;

use dive_rs::compare::{FileDiff, Sides};
use dive_rs::ui::bindings;
use dive_rs::ui::keys::TABLE;
use dive_rs::ui::keys::context::Context;
use dive_rs::ui::loaded::content_analysis::LoadState;
use dive_rs::ui::model::message::{LoadUpdate, Msg};
use dive_rs::ui::model::overlay::Overlay;
use dive_rs::ui::pane::DiffRows;

use crate::explore::text;
use crate::fixture::ImageBuilder;
use crate::screens::{Screen, app, content_of, failure};

/// Returns the footer.
fn footer(screen: &Screen) -> String {
    screen.line(screen.model.size.height - 1)
}

/// Checks that the footer lists none of the words after these keys, and that each of the other keys shows its reason.
fn refused(open: impl Fn() -> Screen, not: &[&str], keys: &[&str], why: &str) {
    let shown = footer(&open());
    for word in not {
        assert!(!shown.contains(word), "{word}: {shown}");
    }
    for key in keys {
        let printed = text(&open().press(key));
        assert!(printed.contains(why), "{key}: {printed}");
    }
}

/// An image without hidden bytes and without findings.
fn plain() -> ImageBuilder {
    ImageBuilder::new("plain:1").layer("ADD x /", |layer| layer.filled("x", 9, 1))
}

#[test]
fn an_empty_tab_disables_keys_that_need_a_line() {
    let open = |keys: &'static str| {
        move || {
            Screen::open(&plain(), 120, 40)
                .with_content(&plain())
                .press(keys)
        }
    };
    let nothing = ["↵ files", "↵ versions", "how to fix", "full line"];
    let lines = "no hidden bytes: a container sees every stored file";
    refused(open("7"), &nothing, &["<enter>", "i", "v"], lines);
    let none = "no savings found";
    refused(open("6"), &nothing, &["<enter>", "i", "t"], none);
    let failed = |keys: &'static str| {
        move || {
            let mut screen = Screen::open(&plain(), 120, 40);
            let error = LoadState::Failed(failure("layer 2: the file is gone"));
            screen.send(Msg::Load(screen.model.load, LoadUpdate::Content(error)));
            screen.press(keys)
        }
    };
    refused(
        failed("6"),
        &nothing,
        &["<enter>", "i", "t"],
        "the file is gone",
    );
    let with_sort = ["↵ files", "full line", "sort"];
    let keys = ["<enter>", "i", "s", "<ctrl+o>"];
    refused(failed("5"), &with_sort, &keys, "the file is gone");
    let printed = footer(&failed("5")().press("s"));
    assert!(printed.contains("the file is gone"), "{printed}");
    // Every other tab can sort the tree, and tabs with lines enable their keys.
    assert!(footer(&failed("6")()).contains("s sort"));
    let shown = footer(&open("5")());
    assert!(shown.contains("↵ files"), "{shown}");
}

#[test]
fn missing_layers_are_no_range() {
    let open = || Screen::open(&ImageBuilder::new("empty"), 140, 40);
    let keys = ["a", " ", "A", "<ctrl+a>", "e", "i"];
    refused(
        open,
        &["a mark", "extract"],
        &keys,
        "the image has no layers",
    );
}

#[test]
fn an_empty_diff_disables_columns_and_changes() {
    let binary = || FileDiff::Binary { first: 3 };
    for (content, large, why) in [
        (FileDiff::Same, false, "the contents are the same"),
        (binary(), false, "not text"),
        (binary(), true, "too large to be compared line by line"),
    ] {
        let open = || {
            let mut screen = Screen::open(&app(), 100, 30).press("<end><tab>/server<enter>vD");
            let Some(Overlay::Diff(view)) = &screen.model.overlay else {
                panic!("two versions are compared");
            };
            let ticket = view.ticket;
            let found = DiffRows::new(content.clone(), Sides::new(9, 9), large);
            screen.send(Msg::Diff(ticket, Ok(found)));
            screen
        };
        refused(open, &["one/two columns", "next change"], &[], why);
        for key in ["v", "w", "n", "N", "<left>", "<right>"] {
            let printed = footer(&open().press(key));
            assert!(printed.contains(why), "{key}: {printed}");
        }
        assert!(footer(&open()).contains("esc close"));
    }
    let lines = footer(&Screen::open(&app(), 100, 30).press("j<tab>/passwd<enter>vD"));
    assert!(
        lines.contains("v one/two columns   w wrap   n next change"),
        "{lines}"
    );
}

#[test]
fn the_help_key_closes_the_help() {
    let open = || Screen::open(&app(), 100, 30);
    for key in ["<f1>", "?"] {
        let screen = open().press("?");
        assert!(!footer(&screen).contains("keys"), "{}", footer(&screen));
        assert!(screen.press(key).model.help.is_none(), "{key}");
    }
    // Whatever keys lie below.
    let stopping = open().press("<tab>e<enter><esc>?");
    assert!(
        footer(&stopping).contains("esc close"),
        "{}",
        footer(&stopping)
    );
}

#[test]
fn a_single_pane_cannot_be_widened() {
    let narrow = || Screen::open(&app(), 79, 24);
    let why = "from 80 columns on";
    refused(narrow, &[], &["}", "{"], why);
    assert!(!text(&narrow().press("?")).contains("left column"));
    let wide = Screen::open(&app(), 80, 24).press("}");
    assert!(!footer(&wide).contains(why), "{}", footer(&wide));
}

#[test]
fn no_heading_of_the_help_is_empty() {
    for keys in ["<f1>", "<tab><f1>"] {
        let picker = text(&crate::picking::picker(100, 80).press(keys));
        assert!(picker.contains("Picking an image"), "{picker}");
        assert!(!picker.contains("Typing a line"), "{picker}");
    }
    let image = Screen::open(&app(), 100, 30)
        .model
        .image()
        .expect("an image");
    let observed = Arc::new(content_of(&app(), &image));
    let mut screen = Screen::open(&app(), 100, 220);
    screen.send(Msg::Load(
        screen.model.load,
        LoadUpdate::Content(LoadState::Ready(observed)),
    ));
    let shown = text(&screen.press("?"));
    assert!(shown.contains("Typing a line"), "{shown}");
}

/// The help of a screen lists its own keys, those of the focused pane first.
#[test]
fn the_help_lists_the_keys_of_its_screen() {
    let compare = text(&crate::screens_compare::open(100, 300).press("?"));
    let explore = text(&Screen::open(&app(), 100, 300).press("<tab>?"));
    let picker = text(&crate::picking::picker(100, 300).press("<f1>"));
    let fleet = text(&crate::screens_fleet::open(100, 300).press("?"));
    assert!(!fleet.contains("In the tree"), "{fleet}");
    assert!(!compare.contains("compare with another image"), "{compare}");
    assert!(!compare.contains("In the Hidden tab"), "{compare}");
    assert!(!explore.contains("Comparing two images"), "{explore}");
    assert!(!picker.contains("In the tree"), "{picker}");
    let place = |title: &str| explore.find(title).expect("a heading");
    assert!(place("In the tree") < place("In every pane"), "{explore}");
    assert!(place("Everywhere") < place("In the layers"), "{explore}");
    let listed = TABLE
        .iter()
        .map(|binding| binding.context)
        .filter(|&context| context != Context::Help);
    for context in listed {
        let title = context.title();
        let all = [&compare, &explore, &picker, &fleet];
        assert!(all.iter().any(|help| help.contains(title)), "{title}");
    }
}

/// Opens a screen and presses keys.
type Open = fn(&str) -> Screen;

/// Every key of the table runs an action that the focused screen has: a forgotten one would report that it does nothing.
#[test]
fn every_bound_key_does_something() {
    let explore: Open = |keys| {
        Screen::open(&app(), 120, 40)
            .with_content(&app())
            .press(keys)
    };
    let compare: Open = |keys| crate::screens_compare::open(120, 40).press(keys);
    let fleet: Open = |keys| crate::screens_fleet::open(120, 40).press(keys);
    let states: [(Open, &[&str]); 3] = [
        (
            fleet,
            &[
                "",
                "<tab>",
                "G",
                "<enter>",
                "<enter><enter>",
                "/a",
                "/a<enter>",
                "i",
            ],
        ),
        (
            explore,
            &[
                "",
                "<tab>",
                "1",
                "4",
                "4<enter>",
                "5",
                "6",
                "7",
                "8",
                "9",
                "9jj",
                "f",
                "1<enter>",
                "/etc",
                "/etc<enter>",
                "j<tab>m",
                "ja",
                "<tab>/motd<enter>v",
                "<tab>/motd<enter>v/",
                "j<tab>/passwd<enter>vD",
                "<tab>H",
                "i",
                "e",
                "c",
                ":",
            ],
        ),
        (
            compare,
            &[
                "",
                "<tab>",
                "1",
                "2",
                "3",
                "4",
                "5",
                "/go",
                "/go<enter>",
                "m",
                "r",
            ],
        ),
    ];
    for (open, all) in states {
        for keys in all {
            let before = open(keys);
            for binding in bindings::bound(&before.model) {
                let mut screen = open(keys);
                screen.send(Msg::Do(binding.action));
                let shown = footer(&screen);
                let key = binding.keys.first();
                assert!(
                    !shown.contains("does nothing here"),
                    "{keys}, {key:?}: {shown}"
                );
            }
        }
    }
}
