//! What the screens of one image explain: who stored and who deleted a path, why sizes differ, how many files a number is about, and what to do next.

use std::sync::Arc;

use dive_rs::compare::Sides;
use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::explore::Explore;
use dive_rs::ui::model::overlay::Overlay;
use dive_rs::ui::pane::{Focus, Tab};

use crate::command::Shell;
use crate::explore::text;
use crate::fixture::ImageBuilder;
use crate::properties_compare::compare;
use crate::screens::{Screen, app};
use crate::screens_compare;
use crate::screens_overview;

fn explore(screen: &Screen) -> &Explore {
    match &screen.model.screen {
        Shown::Explore(explore) => explore,
        _ => panic!("one image"),
    }
}

fn open(width: u16, height: u16) -> Screen {
    Screen::open(&app(), width, height).with_content(&app())
}

fn overview(width: u16, height: u16) -> Screen {
    screens_overview::open(width, height)
}

/// `H` shows the history of the selected path in every view that has paths, and says where there is none.
#[test]
fn a_path_has_its_history_in_every_view() {
    let history = |screen: &Screen, keys: &str| {
        let Some(Overlay::History(history)) = &screen.model.overlay else {
            panic!("{keys}: {}", text(screen));
        };
        String::from_utf8_lossy(&history.image.tree.path(history.node)).into_owned()
    };
    for (keys, path) in [
        ("2H", "/var"),
        ("3H", "/var/lib/apt/lists/deb_Packages"),
        ("4H", "/var/lib/apt/lists/deb_Packages"),
        ("1GkH", "/usr/share/locale/de/words.mo"),
        ("7H", "/srv/app"),
        ("1<enter>jjjjH", "/var/lib/apt/lists/deb_Sources"),
    ] {
        let screen = overview(120, 40).press(keys);
        assert_eq!(history(&screen, keys), path);
        // Back to the same line.
        let before = overview(120, 40).press(&keys[..keys.len() - 1]);
        assert_eq!(text(&screen.press("<esc>")), text(&before), "{keys}");
    }
    for keys in ["1H", "5H", "6H", "0H"] {
        let screen = overview(120, 40).press(keys);
        let last = screen.line(39);
        assert!(last.contains("only a path has a history"), "{keys}: {last}");
    }
    // A hit of a find that no compared layer has.
    let screen = open(120, 40).press("<end><tab>/blob<enter>H");
    assert_eq!(history(&screen, "a find"), "/app/cache/blob");
}

/// The line about a file of the list, and its details, name the instruction that stored it.
#[test]
fn files_name_the_instruction_that_stored_them() {
    for (width, height) in [(120, 40), (200, 60)] {
        let shown = text(&overview(width, height).press("3"));
        assert!(
            shown.contains("visible · layer 2 RUN apt-get update"),
            "{shown}"
        );
    }
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let shown = text(&overview(width, height).press("3i"));
        assert!(
            shown.contains("stored in   layer 2  RUN apt-get update"),
            "{shown}"
        );
    }
}

/// The details of a deleted file name who put it there and who deleted it, whichever layer is selected.
#[test]
fn a_deleted_file_names_who_stored_and_who_deleted_it() {
    let stored = "layer 3  COPY . /app";
    let deleted = "layer 4  RUN chmod 700 /app/server && rm -r /app/cache";
    for keys in [
        // A hit that the compared layers do not have, a hidden version, a line of the list.
        "<end>jj<tab>/blob<enter>i",
        "k<end><tab>/blob<enter>i",
        "7jji",
        "/blob<enter>3i",
    ] {
        let screen = open(200, 60).press(keys);
        let shown = text(&screen);
        let has = |words: &str| shown.contains(words);
        assert!(has(stored) && has(deleted), "{keys}: {shown}");
    }
    // In the list and in the tree the layers are told.
    let screen = open(120, 40).press("/blob<enter>3");
    assert!(text(&screen).contains("deleted in L4"), "{}", text(&screen));
}

/// Two hidden versions of a path are told apart by the layers that hide them.
#[test]
fn versions_of_a_path_name_their_layers() {
    let image = ImageBuilder::new("twice")
        .layer("COPY one /", |layer| layer.filled("srv/data", 9_000, 1))
        .layer("RUN rm one", |layer| layer.whiteout("srv/data"))
        .layer("COPY two /", |layer| layer.filled("srv/data", 9_000, 2))
        .layer("RUN rm two", |layer| layer.whiteout("srv/data"));
    let screen = Screen::open(&image, 120, 40).with_content(&image);
    let shown = text(&screen.press("/data<enter>3"));
    for words in ["deleted in L2", "deleted in L4", "2 hidden versions"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

/// A number of files is the same in the title of a query, in the details of a finding and in the overview, hidden versions told apart.
#[test]
fn a_finding_counts_its_files_as_its_query_does() {
    let opens: [fn(u16, u16) -> Screen; 2] = [overview, open];
    for open in opens {
        let screen = open(200, 60);
        let content = explore(&screen).content.ready().expect("it is loaded");
        let lines = content.listed.len();
        assert!(lines > 1);
        for line in 0..lines {
            let finding = content.listed[line].finding;
            let finding = &content.content_analysis.findings.list[finding];
            if finding.claims.is_empty() {
                continue;
            }
            let keys = format!("6g{}", "j".repeat(line));
            let to_line = |more: &str| open(200, 60).press(&keys).press(more);
            let opened = to_line("<enter>");
            let selection = explore(&opened).tree.selection().expect("a query");
            let hidden = selection.contents().iter();
            let hidden = hidden.filter(|content| content.hidden.is_some()).count();
            let visible = selection.contents().len() - hidden;
            let noun = if selection.has_folders() {
                "path"
            } else {
                "file"
            };
            let plural = |count: usize, noun: &str| match count {
                1 => format!("1 {noun}"),
                _ => format!("{count} {noun}s"),
            };
            let versions = plural(hidden, "hidden version");
            let expected = match (visible, hidden) {
                (_, 0) => plural(visible, noun),
                (0, _) => versions,
                _ => format!("{} + {versions}", plural(visible, noun)),
            };
            assert!(
                text(&opened).contains(&expected),
                "{expected}: {}",
                text(&opened)
            );
            let details = text(&to_line("i"));
            assert!(details.contains(&expected), "{expected}: {details}");
        }
    }
}

/// The details of a category say what its bytes are and which savings remove them; enter leads to the first of these.
#[test]
fn a_category_leads_to_its_savings() {
    let screen = overview(120, 40).press("i");
    let shown = text(&screen);
    for words in [
        "24.0 MB     fetched by apt-get update: needed only to install more packages",
        "24.0 MB     1 leftover caches",
        "↵ savings",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    // The fifth category is version control, which the second saving removes.
    for keys in ["jjjji<enter>", "jjjji6"] {
        let screen = overview(120, 40).press(keys);
        let about = explore(&screen);
        assert_eq!((about.focus, about.tab), (Focus::Tabs, Tab::Savings));
        assert!(screen.model.overlay.is_none());
        let shown = text(&screen);
        assert!(shown.contains("In .dockerignore:"), "{shown}");
        let screen = screen.press("<esc>");
        assert_eq!(explore(&screen).focus, Focus::Overview);
    }
    // No saving removes docs: enter closes the text.
    let screen = overview(120, 40).press("jjjjji");
    assert!(text(&screen).contains("no finding removes any of it"));
    let screen = screen.press("<enter>");
    assert_eq!(explore(&screen).focus, Focus::Overview);
    assert!(screen.model.overlay.is_none());
}

/// The details of a saving say how much of a category it is, and what the rest of the category is.
#[test]
fn a_saving_says_what_of_its_category_it_leaves() {
    let image = ImageBuilder::new("caches")
        .layer("FROM debian", |layer| layer.filled("etc/base", 1_000, 1))
        .layer("RUN apt-get update && apt-get install -y git", |layer| {
            layer
                .filled("var/lib/apt/lists/deb_Packages", 3_000_000, 2)
                .filled("var/lib/dpkg/status-old", 1_000_000, 3)
        });
    let screen = Screen::open(&image, 120, 40).with_content(&image);
    let shown = text(&screen.press("6i"));
    for words in [
        "category    3.0 MB of 4.0 MB package caches",
        "not saved   1.0 MB    a package manager's record of installed packages",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

/// Of two findings that each write a last stage, the second changes the stage of the first, in the text and in the page.
#[test]
fn the_second_last_stage_changes_the_first() {
    let printed = Shell::new().run("--demo --tag go-app:onbuild --report text");
    let lines: Vec<&str> = printed.stdout.lines().map(str::trim).collect();
    let place = |words: &str| {
        let found = lines.iter().position(|line| *line == words);
        found.unwrap_or_else(|| panic!("{words}: {printed}"))
    };
    let first = place("as the last stage of the Dockerfile:");
    let then = place("once “build tools” is fixed:");
    assert!(first < then);
    let expected = [
        "# in the build stage, instead of the line that builds the program:",
        "RUN cd /go/src/app && GO111MODULE=off CGO_ENABLED=0 go build -o /go/bin/app main.go",
        "# in the last stage, instead of FROM debian:bookworm:",
        "FROM scratch",
    ];
    assert_eq!(lines[then + 1..then + 5], expected);
    // The third changes the build line as the second left it.
    let strip = place("instead of this instruction, once “smaller base” is fixed:");
    let build = "RUN cd /go/src/app && GO111MODULE=off CGO_ENABLED=0 go build -ldflags='-s -w' -o /go/bin/app main.go";
    assert_eq!(lines[strip + 1], build);
    let page = Shell::new().run("--demo --tag go-app:onbuild --report html");
    assert!(page.stdout.contains("once “build tools” is fixed"));
    // JSON has each fix complete by itself.
    let json = Shell::new().run("--demo --tag go-app:onbuild --json -");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    let findings = json["findings"].as_array().expect("findings").iter();
    let stages = findings.filter(|finding| finding["fix"]["place"] == "last-stage");
    for stage in stages {
        let first = stage["fix"]["lines"][0].as_str().expect("a line");
        assert!(first.starts_with("# the first line becomes: "), "{first}");
    }
}

/// A share on the map says of what it is.
#[test]
fn a_share_of_the_map_names_the_whole() {
    let shown = text(&overview(120, 40).press("4"));
    assert!(shown.contains("20.0 MB, 47.8 % of the map"), "{shown}");
    let shown = text(&overview(120, 40).press("4<enter>"));
    assert!(shown.contains("% of /var"), "{shown}");
}

/// The viewer says that a part of a large file is loaded, and that scrolling loads the rest; it does.
#[test]
fn a_large_file_is_read_on() {
    let screen = overview(120, 40).press("3v");
    let title = text(&screen);
    let words = "20.0 MB · first 4.2 MB · the rest loads as you scroll";
    assert!(title.contains(words), "{title}");
    let shown = text(&screen.press("G"));
    assert!(shown.contains("000000019999984"), "{shown}");
}

/// Where only what differs is shown and nothing does, `esc` has nothing to clear: the key that shows the rest is named.
#[test]
fn equal_images_name_the_key_that_shows_their_paths() {
    let mut screen = screens_compare::waiting(120, 40);
    let image = Arc::new(app().image());
    let images = Sides::new(Arc::clone(&image), image);
    let comparison = Arc::new(compare(&images.before, &images.after));
    screen.send(screens_compare::compared(images, comparison));
    let screen = screen.press("2");
    let shown = text(&screen);
    let words = "no path differs: = shows the unchanged ones";
    assert!(shown.contains(words), "{shown}");
    let screen = screen.press("v");
    assert!(screen.line(39).contains(words), "{}", screen.line(39));
    assert!(!text(&screen.press("=")).contains("no path differs"));
}
