//! The ways through a comparison: what `esc` undoes and the footer says of it, where a tab starts, and what its header and labels say.

use std::sync::Arc;

use dive_rs::compare::Sides;
use dive_rs::image::Image;
use dive_rs::ui::compare::Compare;
use dive_rs::ui::loaded::content_analysis::ContentComparison;
use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::message::Msg;

use crate::compare_rows::to_line;
use crate::explore::text;
use crate::fixture::ImageBuilder;
use crate::properties_compare::compare;
use crate::screens::Screen;
use crate::screens_compare::{compared, opened};
use crate::screens_packages::{certificates, compared_builders};

fn state(screen: &Screen) -> &Compare {
    match &screen.model.screen {
        Shown::Compare(state) => state,
        _ => panic!("two images are compared"),
    }
}

fn footer(screen: &Screen) -> String {
    screen.line(screen.model.size.height - 1)
}

/// A jump from a line is undone by one key, which the footer names; it changes no filter.
#[test]
fn esc_undoes_a_jump_at_once() {
    for words in [
        "folder  /etc",
        "removed /usr/lib/go/compile",
        "added   /lib/musl.so",
    ] {
        let there = to_line(opened(120, 40), words);
        let before = there.shown();
        let screen = there.press("<enter>");
        assert!(
            footer(&screen).contains("esc back"),
            "{words}: {}",
            footer(&screen)
        );
        assert!(
            text(&screen).contains("· +~−"),
            "{words}: {}",
            text(&screen)
        );
        assert_eq!(screen.press("<esc>").shown(), before, "{words}");
    }
}

/// In a tab no filter of the paths is left, except the one that the tab has too.
#[test]
fn a_tab_offers_no_filter_that_it_has_not() {
    for keys in ["2m1", "2~-1", "2~8", "2+0", "2m5"] {
        let screen = opened(120, 40).press(keys);
        assert!(
            !footer(&screen).contains("filter"),
            "{keys}: {}",
            footer(&screen)
        );
    }
    for keys in ["2=1", "=", "8="] {
        let screen = opened(120, 40).press(keys);
        assert!(
            footer(&screen).contains("esc hide unchanged"),
            "{keys}: {}",
            footer(&screen)
        );
        let screen = screen.press("<esc>");
        assert!(!footer(&screen).contains("esc hide unchanged"), "{keys}");
    }
}

/// Whatever was changed before, a tab starts with its first line in view.
#[test]
fn a_tab_starts_at_its_top() {
    for keys in ["2X1", "2m1", "2=1", "8X1", "2X0", "4X1", "3=8"] {
        let screen = compared_builders(&certificates(), 120, 40).press(keys);
        assert_eq!(
            state(&screen).front.tab_cursor.top(),
            0,
            "{keys}: {}",
            text(&screen)
        );
    }
}

/// Every `esc` changes what is shown, until there is nothing left to undo.
#[test]
fn no_esc_does_nothing() {
    for keys in [
        "<enter>1",
        "j<enter>1",
        "0<enter>1",
        "0<enter>0",
        "2/motd<enter>1",
        "0j<enter>8<enter>1",
        "X1",
        "2m1",
        "2m8",
    ] {
        let mut screen = opened(120, 40).press(keys);
        for _ in 0..9 {
            let before = above(&screen);
            screen = screen.press("<esc>");
            if footer(&screen).contains("q quits") {
                break;
            }
            assert_ne!(above(&screen), before, "{keys}: {}", footer(&screen));
        }
        assert!(
            footer(&screen).contains("q quits"),
            "{keys}: {}",
            text(&screen)
        );
        assert!(state(&screen).views.is_empty(), "{keys}");
    }
}

/// Returns the screen without its last line.
fn above(screen: &Screen) -> String {
    crate::explore::above_footer(&text(screen)).to_owned()
}

/// On a narrow screen both names are recognised.
#[test]
fn the_header_of_a_narrow_screen_has_names() {
    let line = opened(60, 15).line(0);
    for name in ["onbuild", "multistage", "518.5 MB", "7.1 MB", "−511"] {
        assert!(line.contains(name), "{line}");
    }
}

/// What bytes are counted is said beside the numbers, and times in plain words.
#[test]
fn labels_say_what_is_counted() {
    let screen = compared_builders(&certificates(), 120, 40);
    let shown = text(&screen);
    assert!(shown.contains("before, hidden bytes included"), "{shown}");
    assert!(
        shown.contains("visible bytes only, by folder and file"),
        "{shown}"
    );
    for width in [80, 120, 200] {
        let shown = text(&compared_builders(&certificates(), width, 40));
        assert!(!shown.contains("first to last"), "{shown}");
    }
}

/// The share of the layer to blame is shown at every width.
#[test]
fn the_share_of_a_layer_is_shown_at_every_width() {
    let before = ImageBuilder::new("app:1").with_unique_sizes();
    let before = before
        .layer("FROM debian", |layer| {
            layer.filled("usr/lib/one.so", 1_000_000, 1)
        })
        .layer(
            "RUN apt-get update && apt-get install -y everything",
            |layer| layer.filled("usr/lib/two.so", 3_000_000, 2),
        );
    let after = ImageBuilder::new("app:2").with_unique_sizes();
    let after = after.layer("FROM scratch", |layer| layer.file("app", "x"));
    for width in [80, 100, 120, 200] {
        let screen = compared_builders(&Sides::new(before.clone(), after.clone()), width, 24);
        let shown = text(&screen);
        for words in ["system files", "/usr/lib "] {
            let mut lines = shown.lines().filter(|line| line.contains(words));
            assert!(
                lines.any(|line| line.contains("75 %") && line.contains("L2")),
                "{width}: {shown}"
            );
        }
    }
}

/// Returns the first line of a screen with these words.
fn line_with<'a>(shown: &'a str, words: &str) -> &'a str {
    let mut lines = shown.lines();
    lines.find(|line| line.contains(words)).expect(words)
}

/// A layer that was built again with the same contents is told from one with others, and its files are listed.
#[test]
fn a_layer_rebuilt_with_the_same_contents_is_named() {
    let image = |name: &str, swapped: bool, fill| {
        let files = ["srv/a", "srv/b"];
        let [one, other] = if swapped { [files[1], files[0]] } else { files };
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM debian", |layer| {
                layer.filled("usr/lib/libc.so", 2000, 1)
            })
            .layer("COPY . /srv", |layer| {
                layer.filled(one, 1000, 2).filled(other, 1000, 2)
            })
            .layer("RUN make", |layer| layer.filled("srv/out", 500, fill))
    };
    let images = Sides::new(image("app:1", false, 3), image("app:2", true, 4));
    for width in [80, 120] {
        let screen = compared_builders(&images, width, 24).press("0");
        let shown = text(&screen);
        let line = |words: &str| line_with(&shown, words);
        assert!(line("COPY . /srv").contains("≈ "), "{shown}");
        assert!(line("RUN make").contains("~ "), "{shown}");
        assert!(line("FROM debian").contains("= "), "{shown}");
        assert!(shown.contains("≈ rebuilt, same visible files"), "{shown}");
        let opened = text(&screen.press("j<enter>"));
        assert!(
            opened.contains("srv") && opened.contains("no path differs"),
            "{opened}"
        );
        assert!(opened.contains("unchanged"), "{opened}");
    }
}

/// Layers that only one image has stand on lines of their own among those that both have.
#[test]
fn layers_of_one_image_share_no_line() {
    let image = |name: &str| {
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM debian", |layer| {
                layer.filled("usr/lib/libc.so", 2000, 1)
            })
    };
    let before = image("app:1").layer("RUN one", |layer| layer.filled("srv/one", 1000, 2));
    let after = image("app:2").layer("RUN other", |layer| layer.filled("srv/other", 1000, 3));
    let screen = compared_builders(&Sides::new(before, after), 120, 24).press("0");
    let shown = text(&screen);
    let line = |words: &str| line_with(&shown, words);
    assert!(!line("RUN one").contains("RUN other"), "{shown}");
    assert!(line("RUN one").contains("− "), "{shown}");
    assert!(line("RUN other").contains("+ "), "{shown}");
}

/// What arrives late moves no line away from the cursor; a cursor that was not moved starts at the first line to open.
#[test]
fn the_selected_line_stays_when_the_categories_arrive() {
    let builders = certificates();
    for (keys, words) in [("jj", "moved"), ("j", "/srv"), ("", "application")] {
        let screen = waiting_for_content(&builders).press(keys);
        let before = selected(&screen);
        let screen = with_content(screen, &builders);
        let after = selected(&screen);
        assert!(after.contains(words), "{keys}: {after}");
        assert!(
            keys.is_empty() || before == after,
            "{keys}: {before} {after}"
        );
        // So does a swap, and showing what is unchanged.
        for key in ["XX", "="] {
            let screen = compared_builders(&builders, 120, 40).press(keys);
            let before = selected(&screen);
            assert_eq!(selected(&screen.press(key)), before, "{keys}{key}");
        }
    }
}

/// Returns the selected line of the tab in front.
fn selected(screen: &Screen) -> String {
    let shown = state(screen);
    let line = &shown.lines[shown.front.tab_cursor.at()];
    let bar = line.waterfall_bar.as_ref();
    let name = bar
        .and_then(|bar| bar.category)
        .map_or("", |category| category.name());
    format!("{} {name} {}", line.label, line.left)
}

/// Opens the comparison of two images without their content analyses.
fn waiting_for_content(builders: &Sides<ImageBuilder>) -> Screen {
    let mut screen = crate::screens_compare::waiting(120, 40);
    let images = builders.as_ref().map(|builder| Arc::new(builder.image()));
    let comparison = Arc::new(compare(&images.before, &images.after));
    screen.send(compared(images, comparison));
    screen
}

/// Delivers the content analyses of both images.
fn with_content(mut screen: Screen, builders: &Sides<ImageBuilder>) -> Screen {
    let images = state(&screen).images.clone();
    let of = |builder: &ImageBuilder, image: &Image| crate::screens::content_of(builder, image);
    let both = Sides::new(
        of(&builders.before, &images.before),
        of(&builders.after, &images.after),
    );
    let comparison = Arc::clone(&state(&screen).comparison);
    let content = ContentComparison::new(&comparison, images.as_ref().map(|image| &**image), both);
    screen.send(Msg::ContentComparison(images, Ok(Arc::new(content))));
    screen
}
