//! Packages and categories on the screens, for one image and for two.

use std::sync::Arc;

use dive_rs::compare::{Side, Sides};
use dive_rs::image::Image;
use dive_rs::ui::loaded::content_analysis::{ContentComparison, LoadState};
use dive_rs::ui::loaded::ticket::LoadId;
use dive_rs::ui::model::Screen as What;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::{LoadUpdate, Msg};

use crate::fixture::ImageBuilder;
use crate::screens::{Screen, content_of, failure, screens};

const STATUS: &str = "\
Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u4

Package: dpkg
Status: install ok installed
Architecture: amd64
Version: 1.21.22

Package: base-files
Status: install ok installed
Architecture: amd64
Version: 12.4
";
const GCC: &str = "
Package: gcc-12
Status: install ok installed
Architecture: amd64
Version: 12.2.0-14

Package: build-essential
Status: install ok installed
Architecture: amd64
Version: 12.9
";

/// A Debian with a compiler, a program, and an rpm database that is not read.
pub fn debian() -> ImageBuilder {
    ImageBuilder::new("shop/app:bookworm")
        .with_unique_sizes()
        .layer("FROM debian", |layer| {
            layer
                .filled("usr/lib/libc.so.6", 4_000_000, 1)
                .filled("usr/bin/dpkg", 300_000, 2)
                .filled("usr/share/doc/libc6/changelog.gz", 90_000, 3)
                .filled("etc/hostname", 12, 4)
                .file("var/lib/dpkg/status", STATUS)
                .file(
                    "var/lib/dpkg/info/libc6.list",
                    "/usr/lib/libc.so.6\n/usr/share/doc/libc6/changelog.gz\n",
                )
                .file("var/lib/dpkg/info/dpkg.list", "/usr/bin/dpkg\n")
        })
        .empty_layer("CMD [\"bash\"]")
        .layer("RUN apt-get install -y build-essential", |layer| {
            layer
                .filled("usr/bin/gcc-12", 1_200_000, 5)
                .filled("usr/lib/gcc/cc1", 28_000_000, 6)
                .filled("usr/share/doc/gcc-12/changelog.gz", 60_000, 7)
                .file("var/lib/dpkg/status", format!("{STATUS}{GCC}"))
                .file(
                    "var/lib/dpkg/info/gcc-12.list",
                    "/usr/bin/gcc-12\n/usr/lib/gcc/cc1\n/usr/share/doc/gcc-12/changelog.gz\n",
                )
                .file("var/lib/dpkg/info/build-essential.list", "")
                .file("var/lib/rpm/Packages", "\0")
        })
        .layer("COPY server /srv/server", |layer| {
            layer.filled("srv/server", 6_500_000, 8)
        })
}

/// The same program without the compiler, on a later libc.
fn slim() -> ImageBuilder {
    let status = STATUS.replace("2.36-9+deb12u4", "2.36-9+deb12u7");
    ImageBuilder::new("shop/app:slim")
        .with_unique_sizes()
        .layer("FROM debian-slim", |layer| {
            layer
                .filled("usr/lib/libc.so.6", 3_900_000, 9)
                .filled("usr/bin/dpkg", 300_000, 2)
                .file("var/lib/dpkg/status", status)
                .file("var/lib/dpkg/info/libc6.list", "/usr/lib/libc.so.6\n")
                .file("var/lib/dpkg/info/dpkg.list", "/usr/bin/dpkg\n")
        })
        .layer("COPY server /srv/server", |layer| {
            layer.filled("srv/server", 6_500_000, 8)
        })
}

fn open(width: u16, height: u16) -> Screen {
    Screen::open(&debian(), width, height).with_content(&debian())
}

screens! {
    open;
    packages: 120 by 40, "5";
    packages_small: 80 by 24, "5";
    packages_large: 200 by 60, "5";
    by_name: 120 by 40, "5s";
    by_layer: 120 by 40, "5ss";
    opened: 120 by 40, "5jjj<enter>";
    opened_small: 80 by 24, "5jjj<enter>";
    unowned: 120 by 40, "5j<enter>";
    without_files: 120 by 40, "5G<enter>";
    full_line: 80 by 24, "5jjji";
    image_tab: 120 by 40, "9";
    image_tab_large: 200 by 60, "9";
    history: 120 by 40, "/cc1<enter>H";
    history_small: 80 by 24, "/cc1<enter>H";
    all_of_a_path: 80 by 24, "/cc1<enter>i";
}

fn text(screen: &Screen) -> String {
    let lines = (0..screen.model.size.height).map(|y| screen.line(y));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn shares_sum_to_the_visible_bytes() {
    let screen = open(120, 40);
    let What::Explore(explore) = &screen.model.screen else {
        panic!("an image");
    };
    let shares = explore.content.ready().expect("it is told").shares;
    let sum = shares.packages.bytes + shares.unowned.bytes;
    assert_eq!(sum, explore.summary.analysis.visible);
    assert!(shares.packages.bytes > 0 && shares.unowned.bytes > 0);
}

#[test]
fn the_tab_shows_loading_and_keys_work() {
    let mut screen = Screen::open(&debian(), 80, 24).press("5");
    assert!(text(&screen).contains("loading …"));
    let load = screen.model.load;
    let observe = |screen: &mut Screen, load, telling| {
        screen.send(Msg::Load(load, LoadUpdate::Content(telling)));
    };
    observe(&mut screen, load, LoadState::Reading(20, 90));
    assert!(
        text(&screen).contains("20 of 90 files"),
        "{}",
        text(&screen)
    );
    screen = screen.press("s<enter>j9<end>");
    assert!(text(&screen).contains("categories"), "{}", text(&screen));
    // Results of another load are ignored.
    let image = screen.model.image().expect("it is shown");
    let other = LoadState::Ready(Arc::new(content_of(&debian(), &image)));
    observe(&mut screen, LoadId(99), other);
    assert!(text(&screen.press("5")).contains("loading: 20 of 90"));
    let mut screen = Screen::open(&debian(), 80, 24).press("5");
    let failed = LoadState::Failed(failure("layer 2: the file is gone"));
    observe(&mut screen, load, failed);
    assert!(text(&screen).contains("the file is gone"));
}

#[test]
fn escape_shows_all_files_again() {
    let screen = open(120, 40).press("5jjj<enter>");
    let shown = text(&screen);
    assert!(
        shown.contains("  gcc-12  ") && !shown.contains("▸ var"),
        "{shown}"
    );
    let shown = text(&screen.press("<esc>"));
    assert!(shown.contains("· all"), "{shown}");
}

fn compared(width: u16, height: u16) -> Screen {
    compared_builders(&Sides::new(debian(), slim()), width, height)
}

/// Opens the comparison of two images with their content analyses.
pub fn compared_builders(builders: &Sides<ImageBuilder>, width: u16, height: u16) -> Screen {
    let mut screen = crate::screens_compare::waiting(width, height);
    let images = builders.as_ref().map(|builder| Arc::new(builder.image()));
    let comparison = Arc::new(crate::properties_compare::compare(
        &images.before,
        &images.after,
    ));
    screen.send(crate::screens_compare::compared(
        images.clone(),
        Arc::clone(&comparison),
    ));
    let of = |builder: &ImageBuilder, image: &Image| content_of(builder, image);
    let both = Sides::new(
        of(&builders.before, &images.before),
        of(&builders.after, &images.after),
    );
    let observed = ContentComparison::new(&comparison, images.as_ref().map(|image| &**image), both);
    screen.send(Msg::ContentComparison(images, Ok(Arc::new(observed))));
    screen
}

screens! {
    compared;
    why: 120 by 40, "";
    why_small: 80 by 24, "";
    why_large: 200 by 60, "";
    why_swapped: 120 by 40, "X";
    packages_of_two: 120 by 40, "5";
    packages_of_two_small: 80 by 24, "5";
    packages_of_two_large: 200 by 60, "5";
    all_of_a_path_of_two: 120 by 40, "/libc.so<enter>i";
    package_opens_the_trees: 120 by 40, "5jj<enter>";
}

#[test]
fn the_tabs_of_a_comparison_show_loading() {
    let screen = crate::screens_compare::open(120, 40).press("5");
    assert!(text(&screen).contains("loading packages"));
    let mut screen = screen.press("1");
    assert!(text(&screen).contains("loading packages"));
    let What::Compare(compare) = &screen.model.screen else {
        panic!("two images");
    };
    let images = compare.images.clone();
    let others = images.as_ref().map(|_| Arc::new(debian().image()));
    screen.send(Msg::ContentComparison(others, Err(failure("not these"))));
    assert!(!text(&screen).contains("not these"));
    screen.send(Msg::ContentComparison(images, Err(failure("gone by"))));
    assert!(text(&screen).contains("gone by"));
}

/// A program that only moves, and certificates that an own layer stores again.
pub fn certificates() -> Sides<ImageBuilder> {
    let before = ImageBuilder::new("shop/app:before")
        .with_unique_sizes()
        .layer("FROM debian", |layer| {
            layer.filled("etc/ssl/certs/ca.crt", 216_000, 1)
        })
        .layer("RUN go build", |layer| {
            layer.filled("go/bin/server", 6_500_000, 8)
        });
    let after = ImageBuilder::new("shop/app:after")
        .with_unique_sizes()
        .layer("FROM alpine", |layer| {
            layer.filled("etc/ssl/certs/ca.crt", 220_000, 2)
        })
        .layer("COPY certs /etc/ssl/certs", |layer| {
            layer.filled("etc/ssl/certs/ca.crt", 216_000, 1)
        })
        .layer("COPY server /srv", |layer| {
            layer.filled("srv/server", 6_500_000, 8)
        });
    Sides::new(before, after)
}

#[test]
fn the_layer_of_a_difference_is_not_that_of_a_moved_file() {
    let screen = compared_builders(&certificates(), 160, 40);
    let shown = text(&screen);
    let line = |name: &str| {
        let line = shown.lines().find(|line| line.contains(name));
        line.unwrap_or_else(|| panic!("{shown}")).to_owned()
    };
    let application = line("A application");
    assert!(application.contains("+216.0 kB"), "{application}");
    assert!(application.contains(" L2 COPY certs"), "{application}");
    assert!(!application.contains('%'), "{application}");
    assert!(line("S system files").contains("L1 FROM alpine"), "{shown}");
}

#[test]
fn a_number_of_two_images_names_hidden_bytes_and_other_categories() {
    for keys in ["j<enter>", "j<enter>f"] {
        for width in [80, 160] {
            let screen = compared_builders(&certificates(), width, 40).press(keys);
            let shown = text(&screen);
            // The row names the side where both share a line, the line below it always.
            let note = "after: hidden version of L1, overwritten in L2; visible as application";
            assert!(shown.contains(note), "{keys} {width}: {shown}");
            let mut rows = shown.lines().filter(|line| line.contains("+4.0 kB"));
            assert!(rows.any(|row| row.contains("~ ")), "{shown}");
        }
    }
}

/// A row whose bytes are a hidden version, its diff, its details and the file it opens are about the same bytes.
#[test]
fn a_row_of_a_hidden_version_and_its_diff_are_about_the_same_bytes() {
    let version = "hidden version of L1, overwritten in L2";
    let row = |width| compared_builders(&certificates(), width, 40).press("j<enter>");
    let screen = row(160).press("D");
    let Some(Effect::Diff {
        images, versions, ..
    }) = screen.effects.last()
    else {
        panic!("a diff: {}", text(&screen));
    };
    let sizes = [Side::Before, Side::After].map(|side| {
        let (layer, entry) = *versions.get(side);
        (layer.0, images.get(side).entry(entry).size)
    });
    assert_eq!(sizes, [(0, 216_000), (0, 220_000)]);
    let shown = text(&screen);
    assert!(
        shown.contains("before → after (hidden version of L1)"),
        "{shown}"
    );
    // `i` shows both versions, in a narrow terminal too.
    for width in [80, 160] {
        let shown = text(&row(width).press("i"));
        assert!(shown.contains(version), "{width}: {shown}");
        assert!(shown.contains("hidden: overwritten in layer 2"), "{shown}");
        assert!(shown.contains("220 000 bytes"), "{width}: {shown}");
    }
    // The file that is viewed, and the layer that is explored.
    let screen = row(160).press("v");
    let title = "after (hidden version of L1): /etc/ssl/certs/ca.crt";
    assert!(text(&screen).contains(title), "{}", text(&screen));
    let Some(Effect::Read(_, file_ref, _)) = screen.effects.last() else {
        panic!("a file");
    };
    assert_eq!(file_ref.image.entry(file_ref.entry).size, 220_000);
    let screen = row(160).press("o");
    let What::Explore(explore) = &screen.model.screen else {
        panic!("one image");
    };
    assert_eq!(explore.layer().map(|layer| layer.0), Some(0));
    // Where the query selects nothing in one image there is nothing to compare.
    let screen = compared_builders(&certificates(), 160, 40);
    let at = line_at(&screen, |line| line.label.contains("+216.0 kB"));
    let keys = format!("<home>{}<enter>/ca.crt<enter>D", "j".repeat(at));
    let screen = screen.press(&keys);
    let notice = screen.line(39);
    assert!(
        notice.contains("the query selects nothing of this path in before"),
        "{notice}"
    );
}

/// A path that one image shows and the other one hides has a row with both versions, so that a folder's bytes are those of its rows.
#[test]
fn a_deleted_version_is_on_the_row_of_the_path() {
    let base = |name: &str| {
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM debian", |layer| {
                layer
                    .filled("var/lib/apt/lists/Packages", 50_000_000, 1)
                    .filled("var/lib/apt/lists/Sources", 2_000_000, 2)
            })
    };
    let before = base("shop/app:before").layer("RUN apt-get install", |layer| {
        layer.filled("var/lib/apt/lists/Translations", 30_000_000, 3)
    });
    let after = base("shop/app:after").layer("RUN rm", |layer| {
        layer
            .filled("var/lib/apt/lists/Sources", 1_000_000, 4)
            .whiteout("var/lib/apt/lists/Packages")
    });
    let builders = Sides::new(before, after);
    let at = |keys: &str| compared_builders(&builders, 160, 40).press(keys);
    let screen = at("<enter>=");
    let What::Compare(compare) = &screen.model.screen else {
        panic!("two images");
    };
    let rows = compare.front.files.rows().iter().map(|row| row.path);
    let files = rows.filter(|row| compare.comparison.rows.end(*row).0 == row.0 + 1);
    let files: Vec<_> = files.collect();
    for side in Side::BOTH {
        let sum: u64 = files.iter().map(|row| compare.bytes(*row, side)).sum();
        let query = compare.front.query.as_ref().expect("a query");
        assert_eq!(sum, query.total(side), "{}", text(&screen));
    }
    let shown = text(&screen);
    let line = shown.lines().find(|line| line.contains("  Packages"));
    let line = line.unwrap_or_else(|| panic!("{shown}"));
    let note = "hidden version of L1, deleted in L2";
    assert!(line.contains(note), "{line}");
    assert_eq!(line.matches("50.0 MB").count(), 2, "{line}");
    // Its diff, its details and the layer that is explored.
    let screen = at("<enter>=/Packages<enter>D");
    assert!(
        matches!(screen.effects.last(), Some(Effect::Diff { .. })),
        "{}",
        text(&screen)
    );
    let shown = text(&at("<enter>=/Packages<enter>i"));
    assert!(shown.contains("hidden: deleted in layer 2"), "{shown}");
    assert!(!shown.contains("absent"), "{shown}");
    let screen = at("<enter>=/Packages<enter>o");
    let What::Explore(explore) = &screen.model.screen else {
        panic!("one image");
    };
    assert_eq!(explore.layer().map(|layer| layer.0), Some(0));
    // The same in the other order.
    let shown = text(&at("X<enter>="));
    assert!(shown.contains(note), "{shown}");
}

/// Bytes that are hidden in both images have no row of their own: the view names them, so that its total is explained.
#[test]
fn bytes_at_paths_of_neither_image_are_named() {
    let image = |name: &str, bytes: u64, kept: u64| {
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM debian", |layer| {
                let layer = layer.filled("var/lib/apt/lists/Packages", bytes, 1);
                match kept {
                    0 => layer,
                    kept => layer.filled("var/lib/apt/lists/Sources", kept, 2),
                }
            })
            .layer("RUN rm", |layer| {
                layer.whiteout("var/lib/apt/lists/Packages")
            })
    };
    let open = |kept: [u64; 2]| {
        let builders = Sides::new(
            image("shop/app:before", 50_000_000, kept[0]),
            image("shop/app:after", 30_000_000, kept[1]),
        );
        text(&compared_builders(&builders, 160, 40).press("<enter>"))
    };
    let named = "50.0 MB → 30.0 MB at paths of neither";
    for kept in [[0, 0], [2_000_000, 1_000_000]] {
        let shown = open(kept);
        assert!(shown.contains(named), "{shown}");
    }
    // Without any row the list says where they are shown.
    let shown = open([0, 0]);
    assert!(shown.contains(": o shows those of one image"), "{shown}");
}

/// Returns the place of a line of the tab in front.
fn line_at(screen: &Screen, is: impl Fn(&dive_rs::ui::compare::TabLine) -> bool) -> usize {
    let What::Compare(compare) = &screen.model.screen else {
        panic!("two images");
    };
    compare.lines.iter().position(is).expect("such a line")
}

/// The savings of one image that the other one does not have are among the reasons, with their bytes, and each opens its files.
#[test]
fn savings_that_are_gone_are_reasons_with_their_files() {
    for (builders, label, side) in [
        (Sides::new(debian(), slim()), "resolved", Side::Before),
        (Sides::new(slim(), debian()), "new", Side::After),
    ] {
        let screen = compared_builders(&builders, 120, 40);
        let What::Compare(compare) = &screen.model.screen else {
            panic!("two images");
        };
        let content = compare
            .content_analysis(side)
            .expect("the content analysis");
        let findings = content.content_analysis.findings.list.iter();
        let savings: Vec<u64> = findings.map(|one| one.bytes).filter(|it| *it > 0).collect();
        assert!(!savings.is_empty());
        let lines: Vec<usize> = compare
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.label.trim() == label && line.left.starts_with("saving "))
            .map(|(at, _)| at)
            .collect();
        assert_eq!(lines.len(), savings.len(), "{}", text(&screen));
        for at in lines {
            let screen = compared_builders(&builders, 120, 40);
            let screen = screen.press(&format!("<home>{}<enter>", "j".repeat(at)));
            let What::Compare(compare) = &screen.model.screen else {
                panic!("two images");
            };
            let query = compare.front.query.as_ref().expect("its files");
            assert_eq!(query.total(side.other()), 0);
            let expected = |bytes: &u64| query.total(side) >= *bytes;
            assert!(savings.iter().any(expected), "{}", text(&screen));
        }
    }
}

/// Savings of a kind are compared by their layers; one that has no counterpart is of one image.
#[test]
fn several_savings_of_a_kind_are_compared() {
    let image = |name: &str, pip: u64, more: &[u64]| {
        let image = ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM debian", |layer| layer.filled("bin/sh", 9_000, 1))
            .layer("RUN /bin/sh -c apt-get update # buildkit", |layer| {
                layer.filled("var/lib/apt/lists/deb_Packages", 3_000_000, 2)
            })
            .layer("RUN /bin/sh -c pip install flask # buildkit", |layer| {
                layer.filled("root/.cache/pip/http", pip, 3)
            });
        more.iter().fold(image, |image, bytes| {
            image.layer("RUN /bin/sh -c npm install # buildkit", |layer| {
                layer.filled("root/.npm/_cacache/index", *bytes, 4)
            })
        })
    };
    let builders = Sides::new(
        image("shop/app:before", 2_000_000, &[]),
        image("shop/app:after", 1_000_000, &[5_000_000]),
    );
    let line = |keys: &str, label: &str| {
        let shown = text(&compared_builders(&builders, 160, 40).press(keys));
        let lines = shown
            .lines()
            .filter(|line| line.contains("leftover caches"));
        assert_eq!(lines.clone().count(), 2, "{shown}");
        let line = lines
            .clone()
            .find(|line| line.contains(&format!(" {label} saving")));
        line.unwrap_or_else(|| panic!("{shown}")).to_owned()
    };
    assert!(line("", "smaller").contains("2.0 MB → 1.0 MB, leftover caches in L3"));
    assert!(line("", "new").contains("5.0 MB, leftover caches: "));
    assert!(line("X", "larger").contains("1.0 MB → 2.0 MB, leftover caches in L3"));
    assert!(line("X", "resolved").contains("5.0 MB, leftover caches: "));
}

/// A layer that both images have is responsible for no difference, though a later layer of one stores its files again.
#[test]
fn a_shared_layer_is_not_responsible_for_a_file_that_is_stored_again() {
    let base = |name: &str| {
        ImageBuilder::new(name)
            .with_unique_sizes()
            .layer("FROM debian", |layer| {
                layer.filled("usr/share/doc/a/manual", 6_000_000, 1)
            })
    };
    let again =
        |layer: crate::fixture::LayerBuilder| layer.filled("usr/share/doc/a/manual", 6_000_000, 1);
    let before = base("shop/app:before").layer("RUN chmod -R go-w /usr", again);
    let builders = Sides::new(before, base("shop/app:after"));
    for keys in ["", "X"] {
        let shown = text(&compared_builders(&builders, 160, 40).press(keys));
        let line = shown.lines().find(|line| line.contains("D docs"));
        let line = line.unwrap_or_else(|| panic!("{shown}"));
        assert!(line.contains(" L2 RUN chmod"), "{shown}");
    }
}

/// A narrow terminal has the first word of the responsible layer's instruction too.
#[test]
fn a_narrow_waterfall_names_the_instruction() {
    let shown = text(&compared_builders(&certificates(), 80, 24));
    let mut lines = shown.lines();
    let line = lines.find(|line| line.contains("A application"));
    assert!(line.is_some_and(|line| line.contains("L2 COPY")), "{shown}");
}

#[test]
fn a_danger_of_the_image_after_is_in_the_header_and_among_the_reasons() {
    let builders = Sides::new(slim(), crate::screens_overview::image());
    let screen = compared_builders(&builders, 120, 40);
    let shown = text(&screen);
    assert!(shown.contains("‼ secret in after"), "{shown}");
    let new = shown
        .lines()
        .position(|line| line.contains("new error secret:"));
    assert!(new.is_some(), "{shown}");
    let swapped = text(&screen.press("X"));
    assert!(!swapped.contains("‼"), "{swapped}");
    assert!(swapped.contains("resolved error secret:"), "{swapped}");
}

#[test]
fn no_size_in_the_why_tab_is_truncated() {
    for keys in ["", "X"] {
        for width in 80..=120 {
            let screen = compared(width, 40).press(keys);
            let shown = text(&screen);
            let rows = shown.lines().filter(|line| line.starts_with('│'));
            let sizes = rows.filter_map(|line| line.split_once(" → "));
            let causes = sizes.filter(|(from, _)| from.ends_with('B'));
            let causes: Vec<&str> = causes.map(|(_, to)| to).collect();
            assert!(causes.len() > 1, "{shown}");
            for row in causes {
                let unit = row.split_whitespace().nth(1).unwrap_or_default();
                assert!(unit.ends_with('B'), "{width}: {row}");
            }
        }
    }
}

/// What saves nothing has no bytes, and its paths are shown all the same.
#[test]
fn a_finding_of_one_image_opens_its_paths() {
    let su = slim().layer("RUN install", |layer| {
        layer.filled("usr/bin/su", 900, 1).mode(0o4755)
    });
    for (builders, sign) in [
        (Sides::new(slim(), su.clone()), "+ "),
        (Sides::new(su, slim()), "− "),
    ] {
        let screen = compared_builders(&builders, 120, 40);
        let What::Compare(compare) = &screen.model.screen else {
            panic!("two images");
        };
        let mut lines = compare.lines.iter();
        let at = lines.position(|line| line.left.contains("setuid programs"));
        let screen = screen.press(&format!("<home>{}", "j".repeat(at.expect("a finding"))));
        let shown = text(&screen.press("<enter>"));
        let line = shown.lines().find(|line| line.contains(" su "));
        assert!(line.is_some_and(|line| line.contains(sign)), "{shown}");
    }
}

#[test]
fn the_counts_of_packages_layers_and_setuid_files_open_what_they_count() {
    let su = |image: ImageBuilder| {
        image.layer("RUN install", |layer| {
            layer.filled("usr/bin/su", 900, 1).mode(0o4755)
        })
    };
    let builders = Sides::new(debian(), su(slim()));
    for (label, opened) in [
        ("packages", "5 Packages"),
        ("layers", "0 Layers"),
        ("setuid", " su "),
    ] {
        let screen = compared_builders(&builders, 120, 40);
        let before = text(&screen.press("<home>"));
        let screen = compared_builders(&builders, 120, 40);
        let What::Compare(compare) = &screen.model.screen else {
            panic!("two images");
        };
        let mut lines = compare.lines.iter();
        let at = lines.position(|line| line.label.trim() == label);
        let keys = format!("<home>{}<enter>", "j".repeat(at.expect("a line")));
        let screen = screen.press(&keys);
        let shown = text(&screen);
        assert!(
            shown.contains(opened) && shown != before,
            "{label}: {shown}"
        );
        let back = text(&screen.press("<esc><home>"));
        assert_eq!(back, before, "{label}");
    }
}
