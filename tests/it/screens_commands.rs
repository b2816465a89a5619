//! The list of commands, the clipboard, and the mouse on the footer, on column heads and beside an overlay.

use std::sync::Arc;

use dive_rs::analysis::BaseHint;
use dive_rs::compare::Sides;
use dive_rs::image::Platform;
use dive_rs::load::{Cancel, Request, SourceKind, load};
use dive_rs::query::{Condition, Query};
use dive_rs::ui::loaded::summary::ExploreSummary;
use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::explore::Explore;
use dive_rs::ui::model::message::{LoadUpdate, Mouse, Msg};
use dive_rs::ui::pane::{FileWindow, Focus, View};

use crate::choosing::untagged;
use crate::command::Shell;
use crate::explore::text;
use crate::screens::{Screen, app, screens};
use crate::screens_overview::image;

fn open(width: u16, height: u16) -> Screen {
    Screen::open(&image(), width, height).with_content(&image())
}

screens! {
    open;
    commands: 120 by 40, ":";
    commands_small: 80 by 24, ":layer";
    commands_large: 200 by 60, ":sort";
}

fn explore(screen: &Screen) -> &Explore {
    match &screen.model.screen {
        Shown::Explore(explore) => explore,
        _ => panic!("an image is explored"),
    }
}

#[test]
fn a_command_is_found_by_its_words_and_run() {
    let screen = open(120, 40).press(":files rect<enter>");
    assert_eq!(explore(&screen).view, View::Map);
    assert!(screen.model.overlay.is_none());
    let screen = open(120, 40).press(":rect visible<esc>");
    assert_eq!(explore(&screen).view, View::Tree);
    // Without a command that fits, nothing is run.
    let screen = open(120, 40).press(":no such thing<enter>");
    assert_eq!(explore(&screen).view, View::Tree);
}

#[test]
fn a_list_without_actions_runs_none() {
    let screen = open(120, 40).press(":zzzz");
    assert!(text(&screen).contains("0 actions"));
    assert!(!screen.line(39).contains("run"), "{}", screen.line(39));
    let screen = screen.press("<enter>");
    assert!(text(&screen).contains("no action has these letters"));
}

#[test]
fn the_selection_is_copied() {
    let copied = |keys: &str| {
        let screen = open(120, 40).press(keys);
        match screen.effects.last() {
            Some(Effect::Copy(text)) => text.clone(),
            _ => panic!("{keys}: {}", text(&screen)),
        }
    };
    assert_eq!(copied("<tab>/libc<enter>y"), "/usr/lib/libc.so.6");
    assert!(copied("y").starts_with("sha256:"));
    assert!(copied("6y").contains("Revoke it"), "{}", copied("6y"));
    assert!(
        copied("6jy").contains("/var/lib/apt/lists"),
        "{}",
        copied("6jy")
    );
    // The text about a selection copies what the selection does.
    assert_eq!(copied("6iy"), copied("6y"));
    assert_eq!(copied("<tab>/libc<enter>iy"), "/usr/lib/libc.so.6");
    assert_eq!(copied("1Gy"), "/srv/settings.ini");
    for (keys, command) in [
        ("1Y", "dive-rs shop/app:1 --report text"),
        ("Y", "dive-rs du -a shop/app:1 --up-to 1"),
        ("GY", "dive-rs du -a shop/app:1"),
        ("G<tab>mY", "dive-rs ls -l shop/app:1 --min-size 1000"),
        ("G/*.h<enter>Y", "dive-rs ls -l shop/app:1 --glob '*.h'"),
        ("G/libc<enter>Y", "dive-rs ls -l shop/app:1 --find libc"),
        ("4Y", "dive-rs du -a shop/app:1"),
        ("6Y", "dive-rs shop/app:1 --report text"),
        ("7Y", "dive-rs ls -l shop/app:1 --status hidden"),
    ] {
        assert_eq!(copied(keys), command, "{keys}");
    }
    let screen = open(120, 40).press("5Y");
    assert!(screen.line(39).contains("no command prints this list"));
    let screen = open(120, 40).press("<tab>/libc<enter>y");
    assert!(screen.line(39).contains("copied: /usr/lib/libc.so.6"));
}

/// The command has the options of this run, so that it reports the same image.
#[test]
fn the_copied_command_reports_the_same_image() {
    let (bundle, ids) = untagged();
    let shell = Shell::new().file("two.tar", bundle.tar());
    let file = shell.path().join("two.tar").display().to_string();
    let image_of = |id: &str| {
        let request = Request {
            reference: file.clone(),
            source: Some(SourceKind::DockerArchive),
            tag: Some(id[..12].to_owned()),
            platform: Some(Platform {
                os: "linux".to_owned(),
                architecture: "amd64".to_owned(),
                ..Platform::default()
            }),
            ..Request::default()
        };
        let loaded = load(&request, &Cancel::default(), |_| {});
        loaded.expect("it is one of the two").image
    };
    let copied = |screen: &Screen| match screen.effects.last() {
        Some(Effect::Copy(text)) => text.clone(),
        _ => panic!("{}", text(screen)),
    };
    let report = |command: &str| {
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        let ended = shell.run_args(&words, b"");
        assert_eq!(ended.code, Some(0), "{command}: {ended}");
        ended.stdout
    };

    let image = image_of(&ids[1]);
    let mut screen = Screen::waiting(&file, 120, 40);
    screen.model.options.base = ["--base-layers", "1"].map(str::to_owned).to_vec();
    let summary = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    let update = LoadUpdate::Loaded(image, summary);
    screen.send(Msg::Load(screen.model.load, update));
    let command = copied(&screen.press("1Y"));
    let tag = &ids[1][..12];
    assert_eq!(
        command,
        format!(
            "dive-rs docker-archive://{file} --tag {tag} --platform linux/amd64 --base-layers 1 --report text"
        )
    );
    assert!(
        report(&command).contains("(set by the user)"),
        "{}",
        report(&command)
    );

    let images = Sides::new(image_of(&ids[0]), image_of(&ids[1]));
    let comparison = crate::properties_compare::compare(&images.before, &images.after);
    let mut screen = crate::screens_compare::waiting(120, 40);
    screen.send(crate::screens_compare::compared(
        images,
        Arc::new(comparison),
    ));
    let command = copied(&screen.press("Y"));
    let tags = format!("--tag {},{} --platform linux/amd64 ", &ids[0][..12], tag);
    assert!(command.contains(&tags), "{command}");
    assert!(
        report(&command).contains("1 changed"),
        "{}",
        report(&command)
    );
    // The built-in images have names with `--demo` only.
    let request = Request {
        reference: "node-app:slim".to_owned(),
        tag: Some("node-app:slim".to_owned()),
        built_in: true,
        ..Request::default()
    };
    let naming = request.naming();
    assert!(naming.built_in);
    let mut images = Sides::new(app().image(), app().image());
    for image in [&mut images.before, &mut images.after] {
        image.about.selected_by = naming.clone();
    }
    let images = images.map(Arc::new);
    let comparison = crate::properties_compare::compare(&images.before, &images.after);
    let mut screen = crate::screens_compare::waiting(120, 40);
    screen.send(crate::screens_compare::compared(
        images,
        Arc::new(comparison),
    ));
    assert_eq!(
        copied(&screen.press("Y")),
        "dive-rs --demo --tag node-app:slim --report text"
    );
}

#[test]
fn footer_hints_are_buttons() {
    let mut screen = Screen::open(&app(), 120, 40);
    let footer = screen.line(39);
    let at = footer.find("? keys").expect("a hint");
    let column = footer[..at].chars().count();
    screen.send(Msg::Mouse(Mouse::Press(u16::try_from(column).unwrap(), 39)));
    assert!(screen.model.help.is_some());
    // A press beside the list closes it.
    screen.send(Msg::Mouse(Mouse::Press(1, 20)));
    assert!(screen.model.help.is_none());
}

#[test]
fn footer_hints_are_buttons_with_a_filter_and_with_marks() {
    // The tree hides unmodified paths; a file of the list is marked.
    for keys in ["2=", "3 "] {
        let mut screen = Screen::open(&app(), 120, 40).press(keys);
        let footer = screen.line(39);
        let at = footer.find("? keys").expect("a hint");
        let column = u16::try_from(footer[..at].chars().count()).unwrap();
        screen.send(Msg::Mouse(Mouse::Press(column, 39)));
        assert!(screen.model.help.is_some(), "{keys:?}: {footer}");
    }
}

#[test]
fn a_press_on_a_condition_drops_it() {
    let mut screen = Screen::open(&app(), 120, 40).press("fm");
    let conditions = |screen: &Screen| explore(screen).query().map(|query| query.conditions.len());
    assert_eq!(conditions(&screen), Some(2));
    let y = explore(&screen).areas.query.y;
    // The last of such words: the way back has them too.
    let press = |screen: &mut Screen, words: &str, y: u16| {
        let line = screen.line(y);
        let column = line.rfind(words).map(|at| line[..at].chars().count());
        let column = u16::try_from(column.expect("a condition")).unwrap();
        screen.send(Msg::Mouse(Mouse::Press(column, y)));
    };
    press(&mut screen, "visible", y);
    // The pressed one, not the last one.
    let size = Query::of(Condition::MinSize(1_000));
    assert_eq!(explore(&screen).query(), Some(&size));
    press(&mut screen, "≥", y);
    assert_eq!(conditions(&screen), None);
    // In the tree they are on the border; a press beside them does nothing.
    let mut screen = Screen::open(&app(), 120, 40).press("fm2");
    let tree = explore(&screen).areas.tree;
    screen.send(Msg::Mouse(Mouse::Press(tree.right() - 2, tree.y)));
    assert_eq!(conditions(&screen), Some(2));
    press(&mut screen, "≥", tree.y);
    let visible = Query::of(Condition::Visible);
    assert_eq!(explore(&screen).query(), Some(&visible));
}

#[test]
fn column_heads_sort() {
    let mut screen = Screen::open(&app(), 120, 40);
    let rows = explore(&screen).areas.tree_rows();
    assert!(text(&screen).contains("by size"));
    screen.send(Msg::Mouse(Mouse::Press(rows.x + 5, rows.y - 1)));
    assert!(text(&screen).contains("by name"), "{}", text(&screen));
    assert_eq!(explore(&screen).focus, Focus::Tree);
}

#[test]
fn a_double_click_opens_a_folder_once() {
    let mut screen = Screen::open(&app(), 120, 40);
    let rows = explore(&screen).areas.tree_rows();
    let len = |screen: &Screen| explore(screen).tree.lines.rows().len();
    let closed = len(&screen);
    // The first press selects, whether the line was selected or not; the second one opens.
    for line in [0, 0, 1] {
        let before = len(&screen);
        screen.send(Msg::Mouse(Mouse::Press(rows.x + 5, rows.y + line)));
        screen.send(Msg::Mouse(Mouse::Release));
        assert_eq!(len(&screen), before);
    }
    screen.send(Msg::Mouse(Mouse::Press(rows.x + 5, rows.y)));
    screen.send(Msg::Mouse(Mouse::Double(rows.x + 5, rows.y)));
    assert!(len(&screen) > closed);
}

#[test]
fn a_cancelled_find_leaves_no_folder_open() {
    let screen = Screen::open(&app(), 120, 40).press("<tab>j");
    let before = text(&screen);
    let screen = screen.press("/motd");
    assert_ne!(text(&screen), before);
    assert_eq!(text(&screen.press("<esc>")), before);
    // From another view, that view is shown again.
    let overview = open(120, 40).press("1jj");
    let before = text(&overview);
    assert_eq!(text(&overview.press("/libc<esc>")), before);
}

#[test]
fn a_find_counts_its_hits_and_lists_them() {
    let screen = Screen::open(&app(), 120, 40).press("<tab>/*.pyc");
    assert!(
        screen.line(39).contains("hit 1 of 2"),
        "{}",
        screen.line(39)
    );
    let screen = screen.press("<down>");
    assert!(
        screen.line(39).contains("hit 2 of 2"),
        "{}",
        screen.line(39)
    );
    // Deleted files are in the list, with their layer.
    let screen = Screen::open(&app(), 120, 40).press("<tab>/cache/blob<enter>f");
    let shown = text(&screen);
    assert!(shown.contains("/app/cache/blob"), "{shown}");
    assert!(explore(&screen).files.is_some());
    let screen = screen.press("<esc>");
    assert!(
        explore(&screen).tree.lines.find().is_some(),
        "the find is there again"
    );
    let broken = Screen::open(&app(), 120, 40).press("<tab>/[a");
    assert!(broken.line(39).contains("unclosed"), "{}", broken.line(39));
}

#[test]
fn details_of_a_hidden_row_are_of_its_hidden_versions() {
    // The server is stored by layer 3 and stored again by layer 4 with another mode.
    let screen = Screen::open(&app(), 120, 40).press("7i");
    let shown = text(&screen);
    assert!(shown.contains("/app/server"), "{shown}");
    assert!(shown.contains("stored in   layer 3"), "{shown}");
    assert!(shown.contains("hidden: re-stored in layer 4"), "{shown}");
    assert!(!shown.contains("stored in   layer 4"), "{shown}");
}

#[test]
fn a_key_has_one_meaning() {
    use dive_rs::ui::keys::action::Action;
    use dive_rs::ui::keys::{Key, TABLE};
    use dive_rs::ui::pane::Motion;
    for line in TABLE {
        for key in line.keys.iter() {
            let is_as_elsewhere = match key {
                Key::Char('d') => line.action == Action::Move(Motion::PageDown),
                Key::Char('u') => line.action == Action::Move(Motion::PageUp),
                Key::Char('D') => matches!(line.action, Action::Diff | Action::Escape),
                Key::Char('H') => matches!(line.action, Action::History | Action::Escape),
                Key::Char('h') => matches!(
                    line.action,
                    Action::Left | Action::PreviousPane | Action::PreviousTab
                ),
                Key::Char('y') => line.action == Action::Copy,
                Key::Char('e') => line.action == Action::Extract,
                _ => true,
            };
            assert!(is_as_elsewhere, "{key} in {:?}", line.context);
        }
    }
}

#[test]
fn what_is_behind_an_overlay_is_dimmed() {
    let open = |keys: &str| Screen::open(&app(), 120, 40).press(keys);
    for keys in ["?", ":", "e", "<tab>H", "i"] {
        let (plain, covered) = (open("").buffer(), open(keys).buffer());
        // The title of the layers, at the upper left, is bold unless something is above it.
        let title = |buffer: &ratatui::buffer::Buffer| buffer[(2, 1)].style();
        assert_ne!(title(&plain), title(&covered), "{keys}");
        let is_bold = title(&covered)
            .add_modifier
            .contains(ratatui::style::Modifier::BOLD);
        assert!(!is_bold, "{keys}");
    }
    // All around an overlay, up to its edges.
    for keys in [":", "e", "<tab>H", "i"] {
        let screen = open(keys);
        let (buffer, overlay) = (screen.buffer(), screen.model.overlay_areas.area);
        let behind = buffer[(2, 1)].style();
        for y in 0..39 {
            for x in 0..120 {
                let style = buffer[(x, y)].style();
                let is_outside = !overlay.contains((x, y).into());
                let is_dimmed = (style.fg, style.bg) == (behind.fg, behind.bg);
                // Bars are dimmed further.
                let is_bar = buffer[(x, y)]
                    .symbol()
                    .contains(|it| ('▀'..='▟').contains(&it));
                assert!(
                    !is_outside || is_dimmed || is_bar,
                    "{keys}: {x}, {y}: {style:?}"
                );
            }
        }
    }
}

#[test]
fn the_marks_of_the_layers_have_a_legend() {
    for (width, words) in [
        (200, "▐ compared  ▒ base  █ own"),
        (120, "▐ compared  ▒ base  █ own"),
        (80, "▒ base  █ own"),
    ] {
        let shown = text(&Screen::open(&app(), width, 40));
        assert!(shown.contains(words), "{width}: {shown}");
    }
}

#[test]
fn a_path_is_completed_in_a_prompt() {
    let mut screen = Screen::open(&app(), 120, 40).press("c./im<tab>");
    let Some(Effect::Complete(typed)) = screen.effects.last() else {
        panic!("it is completed: {}", text(&screen));
    };
    assert_eq!(typed, "./im");
    let names = ["image-a.tar", "image-b.tar"].map(str::to_owned).to_vec();
    let done = Msg::Completed("./im".to_owned(), "./image-".to_owned(), names.clone());
    screen.send(done);
    let shown = text(&screen);
    assert!(shown.contains("with image  ./image-"), "{shown}");
    assert!(shown.contains("image-a.tar  image-b.tar"), "{shown}");
    // A late answer to another path is ignored.
    let mut screen = screen.press("b");
    let late = Msg::Completed("./im".to_owned(), "./image-".to_owned(), names);
    screen.send(late);
    assert!(text(&screen).contains("./image-b"), "{}", text(&screen));
}

#[test]
fn a_wide_terminal_shows_the_details_of_the_selection() {
    let screen = Screen::open(&app(), 200, 60).press("j<tab>/passwd<enter>");
    let details = &explore(&screen).selection.lines;
    assert_eq!(details[0], "/etc/passwd");
    // Two layers store it.
    let history = details.iter().position(|line| line == "history");
    let next = history.and_then(|at| details.get(at + 1));
    assert!(
        next.is_some_and(|line| line.starts_with("layer 1")),
        "{details:?}"
    );
    let shown = text(&screen);
    assert!(shown.contains("stored in   layer 2"), "{shown}");
    let narrow = Screen::open(&app(), 159, 60).press("j<tab>/passwd<enter>");
    assert!(explore(&narrow).selection.lines.is_empty());
}

#[test]
fn a_wide_terminal_shows_the_start_of_the_selected_file() {
    let screen = Screen::open(&app(), 200, 60).press("j<tab>/passwd<enter>");
    let shown = text(&screen);
    assert!(shown.contains("│1 first line"), "{shown}");
    // A folder has none, and the reading for the last file is cancelled.
    let screen = screen.press("h");
    let shown = text(&screen);
    assert!(!shown.contains("first line"), "{shown}");
    assert!(matches!(screen.effects.last(), Some(Effect::Preview(None))));
    // An answer to the last file's request is ignored.
    let mut screen = Screen::open(&app(), 200, 60).press("j<tab>/passwd<enter>");
    let Some(Effect::Preview(Some((ticket, _)))) = screen.effects.last().cloned() else {
        panic!("a preview: {:?}", screen.effects);
    };
    screen = screen.press("h");
    screen.send(Msg::FileContent(
        ticket,
        Ok(FileWindow::new(b"late".to_vec(), 4)),
    ));
    assert!(!text(&screen).contains("late"));
    // Without room for it there is none.
    let low = Screen::open(&app(), 200, 14).press("j<tab>/passwd<enter>");
    assert!(!text(&low).contains("first line"), "{}", text(&low));
}

#[test]
fn the_viewer_numbers_lines_and_summarizes_programs() {
    use dive_rs::analysis::ProgramSummary;
    use dive_rs::ui::model::overlay::Overlay;
    let screen = Screen::open(&app(), 120, 40).press("<tab>/motd<enter>v");
    let shown = text(&screen);
    assert!(shown.contains("│1 first line"), "{shown}");
    assert!(shown.contains("│3 last"), "{shown}");
    // Wrapped rows have no number of their own, and hits stay where they are.
    let shown = text(&screen.press("w/line<enter>"));
    assert!(shown.contains("│1 first line"), "{shown}");
    let mut screen = Screen::open(&app(), 120, 40).press("<tab>/busybox<enter>v");
    let Some(Overlay::Viewer(viewer)) = &screen.model.overlay else {
        panic!("the viewer");
    };
    let program = ProgramSummary {
        loader: Some(b"/lib/ld-musl.so.1".to_vec()),
        libraries: vec![b"libc.so".to_vec(), b"ev\x1bil.so".to_vec()],
        symbols: 0,
    };
    let document = FileWindow::new(b"\x7fELF\0\0".to_vec(), 6);
    let ticket = viewer.ticket;
    screen.send(Msg::FileContent(ticket, Ok(document)));
    screen.send(Msg::Program(ticket, program));
    let shown = text(&screen);
    let summary = "ELF program · loader /lib/ld-musl.so.1 · needs libc.so, ev\\x1bil.so · stripped";
    assert!(shown.contains(summary), "{shown}");
    assert!(shown.contains("7f 45 4c 46"), "{shown}");
}

#[test]
fn counts_have_separators() {
    let many = crate::fixture::ImageBuilder::new("many:1")
        .with_unique_sizes()
        .layer("COPY", |layer| {
            let names = (0..10_500).map(|at| format!("f/{at:05}"));
            names.fold(layer, |layer, name| layer.file(name, "x"))
        });
    let none = crate::fixture::ImageBuilder::new("none:1").with_unique_sizes();
    let images = dive_rs::compare::Sides::new(many.image(), none.image()).map(std::sync::Arc::new);
    let comparison = crate::properties_compare::compare(&images.before, &images.after);
    let mut screen = crate::screens_compare::waiting(120, 40);
    screen.send(crate::screens_compare::compared(
        images,
        std::sync::Arc::new(comparison),
    ));
    let shown = text(&screen.press("2"));
    assert!(shown.contains("10 500 removed"), "{shown}");
    let found = text(&Screen::open(&many, 120, 40).press("<tab>/re:f"));
    assert!(found.contains("10 50"), "{found}");
}

#[test]
fn the_copied_command_lists_the_files_of_a_query() {
    use crate::screens_packages::debian;
    let copied = |keys: &str| {
        let screen = Screen::open(&debian(), 120, 40).with_content(&debian());
        let screen = screen.press(keys);
        match screen.effects.last() {
            Some(Effect::Copy(text)) => text.clone(),
            _ => panic!("{}", text(&screen)),
        }
    };
    // A package, the largest files, a category.
    insta::assert_snapshot!(
        ["5jjj<enter>Y", "fY", "fmmmY", "<enter>Y"]
            .map(copied)
            .join("\n")
    );
}
