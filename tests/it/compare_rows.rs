//! The rows of a comparison: the mark says what happened to the path or to the version of it that is shown, a note why it is listed; names and notes are
//! shown as far as the line has room.

use dive_rs::compare::Sides;
use dive_rs::ui::compare::Compare;
use dive_rs::ui::model::Screen as Shown;

use crate::explore::text;
use crate::findings::program;
use crate::fixture::ImageBuilder;
use crate::screens::Screen;
use crate::screens_packages::compared_builders;

fn state(screen: &Screen) -> &Compare {
    match &screen.model.screen {
        Shown::Compare(state) => state,
        _ => panic!("two images are compared"),
    }
}

/// Moves down to the line of a tab with these words.
pub fn to_line(mut screen: Screen, words: &str) -> Screen {
    screen = screen.press("g");
    for _ in 0..state(&screen).lines.len() {
        let shown = state(&screen);
        let line = &shown.lines[shown.front.tab_cursor.at()];
        let name = line.waterfall_bar.as_ref().and_then(|bar| bar.category);
        let name = name.map_or("", |category| category.name());
        if format!("{} {name} {}", line.label, line.left).contains(words) {
            return screen;
        }
        screen = screen.press("j");
    }
    panic!("no line {words}: {}", text(&screen));
}

/// Returns the line of the screen with a name that ends in a blank, without the border.
fn row(screen: &Screen, name: &str) -> String {
    let shown = text(screen);
    let areas = state(screen).areas.file_rows();
    let mut rows = shown.lines().skip(areas.y.into()).take(areas.height.into());
    let found = rows.find(|line| line.contains(name));
    let row = found.unwrap_or_else(|| panic!("{name}: {shown}"));
    row.trim_matches('│').to_owned()
}

/// Returns the line about the selected row.
fn about(screen: &Screen) -> String {
    screen.line(state(screen).areas.file_rows().bottom())
}

/// An image with a large file, and one that deletes it.
fn deleted() -> Sides<ImageBuilder> {
    let image = |name: &str| {
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM debian", |layer| {
                layer.filled("opt/archive.bin", 50_100_000, 1).filled(
                    "usr/lib/libc.so",
                    2_000_000,
                    2,
                )
            })
    };
    let after = image("app:2").layer("RUN rm", |layer| layer.whiteout("opt/archive.bin"));
    Sides::new(image("app:1"), after)
}

#[test]
fn a_deleted_version_is_marked_as_deleted() {
    for (width, key) in [(80, ""), (120, ""), (120, "3")] {
        let screen = compared_builders(&deleted(), width, 40);
        let screen = to_line(screen, "deleted files").press("<enter>").press(key);
        let row = row(&screen, "archive.bin");
        assert!(row.contains("− ") && !row.contains("+ "), "{row}");
        // The query is about one image: nothing is known to be 0 bytes in the other.
        assert!(!row.contains("0 B"), "{row}");
        assert!(row.contains("50.1 MB"), "{row}");
        let about = about(&screen);
        assert!(
            about.contains("only in before; after: hidden version of L1, deleted in L2"),
            "{about}"
        );
    }
}

/// Certificates that both images have, of which only one stores them in an own layer.
fn recategorised() -> Sides<ImageBuilder> {
    let image = |name: &str| ImageBuilder::new(name).with_unique_sizes();
    let file = "etc/ssl/certs/ca.crt";
    let before = image("app:1")
        .layer("FROM debian", |layer| layer.filled(file, 216_000, 1))
        .layer("RUN build", |layer| layer.filled("srv/tool", 1000, 3));
    let after = image("app:2")
        .layer("FROM alpine", |layer| {
            layer.filled("lib/musl.so", 600_000, 2)
        })
        .layer("COPY certs", |layer| layer.filled(file, 216_000, 1));
    Sides::new(before, after)
}

#[test]
fn an_unchanged_file_of_another_category_has_no_mark() {
    for (width, key) in [(80, ""), (120, ""), (120, "3")] {
        let screen = compared_builders(&recategorised(), width, 40);
        let screen = to_line(screen, " application ").press("<enter>").press(key);
        let screen = screen.press("/ca.crt<enter><esc>");
        let row = row(&screen, "ca.crt");
        for mark in ["+ ", "~ ", "− "] {
            assert!(!row.contains(mark), "{row}");
        }
        assert!(row.contains("+216.0 kB"), "{row}");
        let about = about(&screen);
        assert!(
            about.contains("unchanged; before: visible as system files"),
            "{about}"
        );
    }
    // The layer that stores it, as the number of one image.
    let screen = compared_builders(&recategorised(), 120, 40).press("0j<enter>/ca.crt<enter><esc>");
    let row = row(&screen, "ca.crt");
    assert!(!row.contains("+ ") && !row.contains("0 B"), "{row}");
    assert!(about(&screen).contains("unchanged"), "{}", about(&screen));
}

/// Long names differ in their ends, and a note takes the room that a name leaves on either side.
#[test]
fn names_are_cut_in_the_middle() {
    let image = |name: &str, fill| {
        let long = "a-very-long-name-that-many-files-of-this-folder-start-with-and-go-on-with";
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("COPY . /", |layer| {
                layer
                    .filled(format!("opt/{long}-one.so"), 1000, fill)
                    .filled(format!("opt/{long}-two.so"), 1000, fill)
            })
    };
    for width in [60, 80, 100, 120] {
        let images = Sides::new(image("app:1", 1), image("app:2", 2));
        let screen = compared_builders(&images, width, 24).press("2z");
        for end in ["-one.so", "-two.so"] {
            let names = if width < 100 { 1 } else { 2 };
            let row = row(&screen, end);
            assert_eq!(row.matches(end).count(), names, "{width}: {row}");
            assert_eq!(row.matches('…').count(), names, "{width}: {row}");
        }
    }
}

#[test]
fn a_note_takes_the_room_of_its_line() {
    for width in [80, 100, 120, 160] {
        let screen = compared_builders(&deleted(), width, 40);
        let screen = to_line(screen, "deleted files").press("<enter>");
        let row = row(&screen, "archive.bin");
        let note = if width == 80 {
            "(hidden version of L1"
        } else {
            "hidden version of L1, deleted in L2)"
        };
        assert!(row.contains(note), "{width}: {row}");
    }
}

/// A program that moved, and has no loader where it is now.
fn moved() -> Sides<ImageBuilder> {
    let elf = || program(Some("/lib/ld-linux.so.2"), "libc.so.6", 300_000);
    let image = |name: &str| ImageBuilder::new(name).with_unique_sizes();
    let before = image("app:1")
        .layer("FROM debian", |layer| {
            layer
                .filled("lib/ld-linux.so.2", 100_000, 1)
                .file("lib/libc.so.6", "c")
        })
        .layer("RUN go build", |layer| {
            layer.file("go/bin/goapp", elf()).mode(0o755)
        });
    let after = image("app:2").layer("COPY app", |layer| layer.file("goapp", elf()).mode(0o755));
    let start = |path: &str| dive_rs::image::Config {
        cmd: vec![path.to_owned()],
        ..dive_rs::image::Config::default()
    };
    Sides::new(
        before.config(start("/go/bin/goapp")),
        after.config(start("/goapp")),
    )
}

#[test]
fn a_moved_file_has_its_bytes_and_says_where_it_was() {
    for (width, key) in [(80, ""), (120, ""), (80, "3")] {
        let screen = compared_builders(&moved(), width, 40);
        let screen = to_line(screen, "loader").press("<enter>").press(key);
        let row = row(&screen, "goapp");
        assert!(row.contains("⇢") && row.contains("300."), "{row}");
        assert!(!row.contains("0 B "), "{row}");
        assert!(row.contains("/go/bin/goapp"), "{row}");
        let line = state(&screen).areas.files.y + 1;
        let totals = screen.line(line);
        assert!(
            totals.contains("in after  300.") && !totals.contains("0 B "),
            "{totals}"
        );
        let details = text(&screen.press("i"));
        assert!(details.contains("moved from /go/bin/goapp"), "{details}");
        assert!(!details.contains("absent"), "{details}");
        assert!(details.matches("mode").count() == 2, "{details}");
    }
}

/// An image with a folder that is hidden in the other one, which also hides a file that the first one never had.
fn hidden_folder() -> Sides<ImageBuilder> {
    let image = |name: &str, files: &[(&str, u64)]| {
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM debian", |layer| {
                let layer = layer.filled("usr/lib/libc.so", 2_000_000, 2);
                files
                    .iter()
                    .fold(layer, |layer, (path, bytes)| layer.filled(path, *bytes, 1))
            })
    };
    let archive = ("opt/old/archive.bin", 50_100_000);
    let after = image("app:2", &[archive, ("srv/temporary.bin", 30_000_000)]);
    let after = after.layer("RUN rm", |layer| {
        layer.whiteout("opt/old").whiteout("srv/temporary.bin")
    });
    Sides::new(image("app:1", &[archive]), after)
}

#[test]
fn a_hidden_folder_has_its_bytes() {
    let screen = compared_builders(&hidden_folder(), 140, 40);
    let screen = to_line(screen, "deleted files").press("<enter>");
    let folder = row(&screen, " old");
    assert!(folder.contains("50.1 MB"), "{folder}");
    let totals = screen.line(state(&screen).areas.files.y + 1);
    assert!(
        totals.contains("in after  80.1 MB · 30.0 MB at paths of neither"),
        "{totals}"
    );
}

/// Of a link the target is cut before its name.
#[test]
fn a_link_keeps_its_name() {
    let image = |name: &str, target: &str| {
        let target = format!("/opt/a/very/long/way/to/{target}");
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("COPY . /", |layer| layer.symlink("lib.x86_64.so.1", target))
    };
    for width in [80, 100] {
        let images = Sides::new(image("app:1", "one"), image("app:2", "two"));
        let screen = compared_builders(&images, width, 24).press("2z");
        let row = row(&screen, "lib.x86_64");
        assert!(row.contains("lib.x86_64.so.1 → /opt/a"), "{width}: {row}");
    }
}
