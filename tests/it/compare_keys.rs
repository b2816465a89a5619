//! Keys of a comparison and the ways in and out: tabs and their keys, exploring what is selected, swapping, what `esc` leaves, layers beside each other.

use std::sync::Arc;

use dive_rs::compare::{Side, Sides};
use dive_rs::ui::compare::{Compare, PairQuery};
use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::explore::Explore;
use dive_rs::ui::model::overlay::Overlay;
use dive_rs::ui::pane::{CompareTab, Focus, View};

use crate::explore::text;
use crate::fixture::ImageBuilder;
use crate::properties_compare::compare;
use crate::screens::{Screen, app};
use crate::screens_compare::{compared, opened};

fn state(screen: &Screen) -> &Compare {
    match &screen.model.screen {
        Shown::Compare(state) => state,
        _ => panic!("two images are compared"),
    }
}

fn explored(screen: &Screen) -> &Explore {
    match &screen.model.screen {
        Shown::Explore(explore) => explore,
        _ => panic!("one image"),
    }
}

fn pair(before: &ImageBuilder, after: &ImageBuilder, width: u16, height: u16) -> Screen {
    let mut screen = crate::screens_compare::waiting(width, height);
    let images = Sides::new(Arc::new(before.image()), Arc::new(after.image()));
    let comparison = Arc::new(compare(&images.before, &images.after));
    screen.send(compared(images, comparison));
    screen
}

/// Every title starts with its key, in the order of the keys, and the footer shows all of them.
#[test]
fn tabs_show_their_keys_in_order() {
    let two = opened(120, 40);
    let border = (0..5)
        .map(|y| two.line(y))
        .find(|line| line.contains("Why"));
    let border = border.expect("the border");
    let titles = "1 Why ─ 2 Tree ─ 3 Files ─ 4 Map ─ 5 Packages ─ 8 Config ─ 0 Layers";
    assert!(border.contains(titles), "{border}");
    assert!(two.line(39).contains("1–5 8 0 view"), "{}", two.line(39));
    let one = crate::screens_overview::open(200, 60);
    let border = (0..5)
        .map(|y| one.line(y))
        .find(|line| line.contains("Overview"));
    let border = border.expect("the border");
    let titles = "1 Overview─2 Tree─3 Files─4 Map─5 Packages─6 Savings";
    assert!(border.replace(" ─ ", "─").contains(titles), "{border}");
    assert!(one.line(59).contains("1–9 view"), "{}", one.line(59));
    // Where names have no room their keys stay.
    let narrow = crate::screens_overview::open(44, 24);
    let mut lines = (0..5).map(|y| narrow.line(y));
    assert!(lines.any(|line| line.contains("1Ovr─2─3─4─5─6─7─8─9")));
    // Each key shows the view whose title has it.
    for (key, title) in [
        ("1", "1 Why"),
        ("5", "5 Packages"),
        ("8", "8 Config"),
        ("0", "0 Layers"),
    ] {
        let screen = opened(80, 24).press(key);
        assert!(text(&screen).contains(title), "{key}");
    }
}

/// `o` opens the selected path in the tree of the layer that stores it; `esc` leads back to the same place.
#[test]
fn the_selected_path_is_explored() {
    // A path of both images is explored in the active one, a path of one image there.
    for (keys, side, path) in [
        ("2/compile<enter>G", Side::Before, "/usr/lib/go/compile"),
        ("3/motd<enter>G", Side::After, "/etc/motd"),
        ("2<lt>/motd<enter>G", Side::Before, "/etc/motd"),
        // A file of the Why tab.
        ("Gkkkkkk", Side::After, "/lib/musl.so"),
    ] {
        let screen = opened(120, 40).press(keys);
        let before = screen.shown();
        let images = state(&screen).images.clone();
        let screen = screen.press("o");
        let explore = explored(&screen);
        let expected = images.get(side);
        assert!(Arc::ptr_eq(&explore.image, expected), "{keys}");
        assert_eq!((explore.view, explore.focus), (View::Tree, Focus::Tree));
        let selected = explore.tree.lines.selected().expect("a line").path;
        let selected = explore.image.tree.path(selected);
        assert_eq!(String::from_utf8_lossy(&selected), path, "{keys}");
        let header = screen.line(0);
        let name = format!("comparison › {}", side.name());
        assert!(header.contains(&name), "{header}");
        let footer = screen.line(39);
        assert!(footer.contains("esc back to the comparison"), "{footer}");
        assert_eq!(screen.press("<esc>").shown(), before, "{keys}");
    }
}

/// On the map the path of the selected rectangle, on a line with a number its files.
#[test]
fn what_a_number_is_about_is_explored() {
    let screen = opened(120, 40).press("4j");
    let compare = state(&screen);
    let row = compare.front.map.selected().expect("a rectangle").node;
    let path = compare.comparison.path(compare.both(), row);
    let screen = screen.press("o");
    let explore = explored(&screen);
    let selected = explore.tree.lines.selected().expect("a line").path;
    assert_eq!(explore.image.tree.path(selected), path);
    let screen = opened(120, 40).press("0j");
    let before = screen.shown();
    let screen = screen.press("o");
    let explore = explored(&screen);
    assert_eq!(explore.side, Some(Side::After));
    let selection = explore.selection().expect("a query");
    assert_eq!(selection.bytes(), 6_500_000);
    assert_eq!(screen.press("<esc>").shown(), before);
}

/// Without a path the image is explored from its first view; its side stays in the header of a narrow screen.
#[test]
fn a_side_is_named_in_the_header() {
    for width in [80, 120, 200] {
        let screen = opened(width, 24).press("g<lt>o");
        let header = screen.line(0);
        assert!(header.contains("before  go-app"), "{width}: {header}");
    }
}

/// Swapping makes the image at the left the one before: in the header, the rows and the words.
#[test]
fn swapped_images_are_before_and_after_by_their_place() {
    let screen = opened(120, 40).press("X");
    let header = screen.line(0);
    assert!(header.contains("before go-app:multistage"), "{header}");
    assert!(header.contains("after go-app:onbuild"), "{header}");
    assert!(header.contains("+511.4 MB"), "{header}");
    let shown = text(&screen);
    assert!(shown.contains("added   /usr/lib/go/compile"), "{shown}");
    assert!(!shown.contains("reversed"), "{shown}");
    let tree = screen.press("2");
    assert!(
        text(&tree).contains("only in after  /usr"),
        "{}",
        text(&tree)
    );
    // The active image stays the same one.
    let images = state(&tree).images.clone();
    assert_eq!(state(&tree).active_side, Side::Before);
    assert_eq!(images.before.about.reference, "go-app:multistage");
    // Twice is nothing, in every view.
    for keys in ["", "2z", "3", "4", "0", "8", "0j<enter>"] {
        let before = opened(120, 40).press(keys).shown();
        let after = opened(120, 40).press(keys).press("XX").shown();
        assert_eq!(after, before, "{keys}");
    }
}

/// The comparison of swapped images is that of the images compared in the other order.
#[test]
fn swapped_is_compared_in_the_other_order() {
    let screen = opened(120, 40).press("X");
    let swapped = state(&screen);
    let direct = compare(&swapped.images.before, &swapped.images.after);
    let found = &swapped.comparison;
    assert_eq!(found.statuses, direct.statuses);
    assert_eq!(found.sizes, direct.sizes);
    assert_eq!(found.counts, direct.counts);
    assert_eq!(found.layers, direct.layers);
    assert_eq!(found.metadata, direct.metadata);
    assert_eq!(found.history, direct.history);
    assert_eq!(found.folder_deltas, direct.folder_deltas);
    assert_eq!(found.moves.folders, direct.moves.folders);
    for row in direct.rows.ids() {
        assert_eq!(found.change(row), direct.change(row));
    }
}

fn other() -> ImageBuilder {
    ImageBuilder::new("other:1")
        .with_unique_sizes()
        .layer("FROM alpine", |layer| layer.filled("app/tool", 50_000, 1))
        .layer("COPY . /", |layer| layer.file("etc/other", "x"))
}

/// Returns a comparison that was opened from one image.
fn opened_from_one() -> Screen {
    let mut screen = Screen::open(&app(), 120, 40).press("c");
    for letter in "other:1".chars() {
        screen = screen.press(&letter.to_string());
    }
    let mut screen = screen.press("<enter>");
    let images = Sides::new(
        screen.model.image().expect("an image"),
        Arc::new(other().image()),
    );
    let comparison = Arc::new(compare(&images.before, &images.after));
    screen.send(compared(images, comparison));
    screen
}

/// `esc` undoes the innermost thing: the find, the filter, the opened view; then it leaves the comparison from whichever view, as the footer says.
#[test]
fn esc_leaves_one_thing_at_a_time() {
    let is_compared = |screen: &Screen| matches!(screen.model.screen, Shown::Compare(_));
    let screen = opened_from_one();
    assert!(is_compared(&screen));
    assert!(
        screen.line(39).contains("esc leave the comparison"),
        "{}",
        screen.line(39)
    );
    // A filter, and a find under it.
    let screen = screen.press("2m/app<enter><esc>");
    assert!(state(&screen).front.files.find().is_none());
    let least = |screen: &Screen| text(screen).contains("≥ 1.0 kB");
    assert!(least(&screen), "{}", text(&screen));
    let screen = screen.press("<esc>");
    assert!(is_compared(&screen) && !least(&screen));
    for keys in ["2", "3", "4", "5", "8", "0"] {
        for key in ["<esc>", "q"] {
            let screen = opened_from_one().press(keys);
            let footer = screen.line(39);
            assert!(footer.contains("esc leave the comparison"), "{footer}");
            assert!(!is_compared(&screen.press(key)), "{keys}{key}");
        }
    }
    // An opened view, with a find typed and cancelled in it.
    let screen = opened_from_one().press("0<enter>/a<esc>");
    assert_eq!(state(&screen).views.len(), 1);
    let screen = screen.press("<esc>");
    assert_eq!(state(&screen).front.tab, CompareTab::Layers);
    let screen = screen.press("<esc>");
    assert!(!is_compared(&screen));
}

/// From an image of a comparison `esc` and `q` lead back to where it was explored, from any view, once what is inside the view is undone. The footer says so.
#[test]
fn every_view_of_an_explored_image_leads_back_to_the_comparison() {
    for start in ["2jjj", "g", "3j"] {
        let before = opened(120, 40).press(start).shown();
        for view in [
            "",
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "8",
            "9",
            "0",
            "2/motd<enter><esc>",
        ] {
            for key in ["<esc>", "q"] {
                let screen = opened(120, 40).press(start).press("o").press(view);
                let footer = screen.line(39);
                assert!(
                    footer.contains("esc back to the comparison"),
                    "{start} {view}: {footer}"
                );
                assert_eq!(screen.press(key).shown(), before, "{start} {view} {key}");
            }
        }
    }
    // A find is left first; `q` leaves the image at once where the footer says so.
    let screen = opened(120, 40).press("2jjjo/motd<enter>");
    let footer = screen.line(39);
    assert!(footer.contains("esc end find"), "{footer}");
    assert!(footer.contains("q back to the comparison"), "{footer}");
    assert!(matches!(screen.press("q").model.screen, Shown::Compare(_)));
}

/// A cancelled find leaves folds, cursor and scroll as they were; so does another find typed after it.
#[test]
fn a_cancelled_find_restores_the_rows() {
    for keys in ["2", "2z", "2zjjjj", "2z=jjjj", "3jj", "4", "1j"] {
        let before = opened(120, 24).press(keys).shown();
        for find in [
            "/motd<esc>",
            "/zzz<esc>",
            "/goapp<enter>/keep<esc>",
            "/go<down><down><esc>",
        ] {
            let after = opened(120, 24).press(keys).press(find).shown();
            assert_eq!(after, before, "{keys} {find}");
        }
    }
}

/// Images without a shared layer have their layers beside each other from the first on, without marks; a line opens the layer of the active image.
#[test]
fn unrelated_layers_stand_beside_each_other() {
    let before = ImageBuilder::new("one:1")
        .with_unique_sizes()
        .layer("FROM debian", |layer| layer.file("etc/debian", "1"))
        .layer("COPY . /src", |layer| layer.file("src/a", "a"))
        .layer("RUN build", |layer| layer.file("out/a", "aa"));
    let after = ImageBuilder::new("two:1")
        .with_unique_sizes()
        .layer("RUN build", |layer| layer.file("out/b", "bbb"))
        .layer("COPY . /src", |layer| layer.file("src/b", "b"));
    let screen = pair(&before, &after, 120, 24).press("0");
    let lines: Vec<String> = (0..24).map(|y| screen.line(y)).collect();
    let line = |words: &str| lines.iter().find(|line| line.contains(words));
    let first = line("FROM debian").expect("the first layer");
    assert!(first.contains("RUN build"), "{first}");
    let second = line("COPY . /src").expect("the second layer");
    assert_eq!(second.matches("COPY . /src").count(), 2, "{second}");
    assert!(
        !lines
            .iter()
            .any(|line| line.contains(" ~ ") || line.contains("− ")),
        "{lines:?}"
    );
    // Of the active image.
    let text_of = |screen: &Screen| state(screen).front.query.as_ref().map(PairQuery::words);
    let after = pair(&before, &after, 120, 24);
    let opened = after.press("0j<enter>");
    assert_eq!(text_of(&opened).as_deref(), Some("layer 2, in after"));
    let opened = opened.press("<esc><lt><enter>");
    assert_eq!(text_of(&opened).as_deref(), Some("layer 2, in before"));
    // The other one where the active image has no such layer.
    let opened = opened.press("<esc>>j<enter>");
    assert_eq!(text_of(&opened).as_deref(), Some("layer 3, in before"));
}

/// Folders and files of the Why tab name the layer responsible, and have a history.
#[test]
fn why_names_layers_and_shows_histories() {
    let screen = opened(120, 40);
    let shown = text(&screen);
    let line = |words: &str| {
        let mut lines = shown.lines();
        let line = lines.find(|line| line.contains(words)).expect(words);
        line.to_owned()
    };
    assert!(
        line("folder  /usr/lib ").contains("L2 RUN apt-get"),
        "{shown}"
    );
    assert!(line("removed /usr/lib/go/compile").contains("L2 RUN apt-get"));
    assert!(line("added   /lib/musl.so").contains("L1 FROM alpine"));
    let narrow = text(&opened(80, 24));
    let narrow = narrow
        .lines()
        .find(|line| line.contains("folder  /usr/lib "));
    assert!(
        narrow.is_some_and(|line| line.contains(" L2 ")),
        "{narrow:?}"
    );
    let screen = screen.press("H");
    let Some(Overlay::History(history)) = &screen.model.overlay else {
        panic!("a history: {}", text(&screen));
    };
    assert_eq!(history.image.tree.path(history.node), b"/usr/lib");
    // In the list and on the map, too; a line without a path says so.
    for keys in ["3H", "4H"] {
        let screen = opened(120, 40).press(keys);
        assert!(
            matches!(screen.model.overlay, Some(Overlay::History(_))),
            "{keys}"
        );
    }
    let screen = opened(120, 40).press("gH");
    assert!(
        screen.line(39).contains("this line is not a path"),
        "{}",
        screen.line(39)
    );
}

/// What arrives late moves no folder out of the header.
#[test]
fn the_folders_of_the_header_stay() {
    let screen = opened(80, 24);
    let before = screen.line(2);
    assert!(before.contains("/usr/lib −462.0 MB"), "{before}");
    assert!(screen.line(1).contains("pull …"), "{}", screen.line(1));
}

/// The prompt says which image will be before and which after.
#[test]
fn the_prompt_names_before_and_after() {
    let screen = Screen::open(&app(), 80, 24).press("c");
    let shown = text(&screen);
    assert!(
        shown.contains("before  shop/app:1.4, on the screen"),
        "{shown}"
    );
    assert!(shown.contains("after   the image that you name"), "{shown}");
    assert!(shown.contains("↵ compare   esc cancel"), "{shown}");
    assert!(screen.line(23).contains("↵ compare"), "{}", screen.line(23));
}

/// The list of keys ends with the signs and words of the screens.
#[test]
fn the_list_of_keys_explains_signs_and_words() {
    for screen in [opened(120, 40), Screen::open(&app(), 120, 40)] {
        let shown = text(&screen.press("?G"));
        for word in [
            "Signs and words",
            "moved: the same content",
            "re-stored",
            "the same, also where a layer stores it again",
            "unowned",
        ] {
            assert!(shown.contains(word), "{word}: {shown}");
        }
    }
}
