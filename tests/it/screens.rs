//! Screens after key presses: an image from code, a string of keys, the screen as text with a map of its styles. No terminal, no
//! threads, no waiting.

use std::sync::Arc;

use dive_rs::analysis::BaseHint;
use dive_rs::compare::{Sides, diff_files};
use dive_rs::failure::Failure;
use dive_rs::image::{Config, Image};
use dive_rs::ui::bindings;
use dive_rs::ui::keys::Key;
use dive_rs::ui::layout::Size;
use dive_rs::ui::loaded::content_analysis::{ContentSummary, LoadState};
use dive_rs::ui::loaded::summary::ExploreSummary;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::{LoadUpdate, Msg};
use dive_rs::ui::model::{Model, ScreenOptions};
use dive_rs::ui::pane::{DiffRows, FileWindow, Search, View, WINDOW};
use dive_rs::ui::{update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::fixture::{Content, ImageBuilder};

/// Returns an error as a job sends it.
pub fn failure(message: &str) -> Arc<Failure> {
    Arc::new(Failure::new(message))
}

/// Part of a large file whose lines contain their position.
fn numbered(from: u64, to: u64) -> Vec<u8> {
    let lines = (from / 16..to.div_ceil(16)).map(|line| format!("{:015}\n", line * 16));
    let mut bytes = lines.collect::<String>().into_bytes();
    bytes.drain(..usize::try_from(from % 16).unwrap());
    bytes.truncate(usize::try_from(to - from).unwrap());
    bytes
}

/// A text before and after a change.
const BEFORE: &str =
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\nthirteen\nfourteen";
const AFTER: &str = "one\ntwo\nTHREE\tand \x1b[31m\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\nfourteen\n";

/// A screen that accepts key strings.
pub struct Screen {
    pub model: Model,
    pub effects: Vec<Effect>,
}

impl Screen {
    /// Opens an image at a size, on the tree.
    pub fn open(builder: &ImageBuilder, width: u16, height: u16) -> Self {
        let mut options = ScreenOptions::default();
        options.start.view = View::Tree;
        options.start.unfold = false;
        Self::open_with(builder, width, height, options)
    }

    /// Opens an image with a start configuration.
    pub fn open_with(
        builder: &ImageBuilder,
        width: u16,
        height: u16,
        options: ScreenOptions,
    ) -> Self {
        let mut screen = Self::waiting(&builder.reference, width, height);
        screen.model.options = options;
        let image = Arc::new(builder.image());
        let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
        screen.send(Msg::Load(
            screen.model.load,
            LoadUpdate::Loaded(image, known),
        ));
        screen
    }

    /// Opens the loading screen.
    pub fn waiting(reference: &str, width: u16, height: u16) -> Self {
        let size = Size { width, height };
        let mut options = ScreenOptions::default();
        options.start.view = View::Tree;
        options.start.unfold = false;
        Self::of(Model::new(reference, size, options))
    }

    /// Returns the screen of a model, laid out for its first frame.
    pub fn of(model: Model) -> Self {
        let mut screen = Self {
            model,
            effects: Vec::new(),
        };
        screen.send(Msg::Continue);
        screen
    }

    /// Sends a message to the model, lets it finish, and answers its effects as the shell would.
    pub fn send(&mut self, msg: Msg) {
        let mut effect = update::update(&mut self.model, msg);
        while self.model.has_work() {
            let more = update::update(&mut self.model, Msg::Continue);
            assert!(matches!(more, None | Some(Effect::Preview(_))));
            effect = effect.or(more);
        }
        if let Some(Effect::Compute(ticket, work)) = &effect {
            let answer = Msg::Computed(*ticket, Box::new(work.clone().run()));
            self.effects.extend(effect);
            return self.send(answer);
        }
        let read = match &effect {
            Some(Effect::Read(ticket, file_ref, from)) => Some((ticket, file_ref, *from)),
            Some(Effect::Preview(Some((ticket, file_ref)))) => Some((ticket, file_ref, 0)),
            _ => None,
        };
        if let Some((ticket, file_ref, from)) = read {
            let (ticket, size) = (*ticket, file_ref.image.entry(file_ref.entry).size);
            let text = match size {
                ..5_000_000 => b"first line\n\ttabbed\nlast \x1b[31mline\n".to_vec(),
                _ => numbered(from, size.min(from + WINDOW as u64)),
            };
            self.effects.extend(effect);
            self.send(Msg::FileContent(
                ticket,
                Ok(FileWindow::window(text, from, size)),
            ));
            return;
        }
        if let Some(Effect::Search(ticket, file_ref, text)) = &effect {
            let (ticket, size) = (*ticket, file_ref.image.entry(file_ref.entry).size);
            let mut search = Search::new(text);
            search.take(&numbered(0, size));
            self.effects.extend(effect);
            self.send(Msg::SearchHits(ticket, Ok(search.hits())));
            return;
        }
        if let Some(Effect::Diff {
            ticket, versions, ..
        }) = &effect
        {
            // The server, in the top layer, is a program; everything else is text.
            let ticket = *ticket;
            let program = versions.after.0.0 == 3;
            let sizes = Sides::new(120_000, 131_072);
            let (was, is) = if program {
                (b"\x7fELF\0one".as_slice(), b"\x7fELF\0two".as_slice())
            } else {
                (BEFORE.as_bytes(), AFTER.as_bytes())
            };
            self.effects.extend(effect);
            let found = DiffRows::new(diff_files(was, is, 3), sizes, false);
            self.send(Msg::Diff(ticket, Ok(found)));
            return;
        }
        self.effects.extend(effect);
    }

    /// Delivers the content analysis, as a worker thread does.
    pub fn with_content(mut self, builder: &ImageBuilder) -> Self {
        let image = self.model.image().expect("it is shown");
        let observed = Arc::new(content_of(builder, &image));
        let news = LoadUpdate::Content(LoadState::Ready(observed));
        self.send(Msg::Load(self.model.load, news));
        self
    }

    /// Presses keys: characters as they are, others as `<tab>`, `<enter>`, `<ctrl+a>`.
    pub fn press(mut self, keys: &str) -> Self {
        for key in parse(keys) {
            if let Some(msg) = bindings::message(&self.model, key) {
                self.send(msg);
            }
        }
        self
    }

    /// Draws.
    pub fn buffer(&self) -> Buffer {
        let Size { width, height } = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
        terminal
            .draw(|frame| view::view(&self.model, frame))
            .expect("a test terminal");
        terminal.backend().buffer().clone()
    }

    /// Returns the text of a line.
    pub fn line(&self, y: u16) -> String {
        let buffer = self.buffer();
        let cells = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol());
        cells.collect::<String>().trim_end().to_owned()
    }

    /// Returns the screen as text with its styles.
    pub fn shown(&self) -> String {
        shown(&self.buffer())
    }
}

/// Returns the content analysis of an image, with its files read straight from the description.
pub fn content_of(builder: &ImageBuilder, image: &Image) -> ContentSummary {
    let (_, analysis, content_analysis) =
        crate::packages::content_analysis(builder, &BaseHint::default());
    ContentSummary::new(image, &analysis, content_analysis)
}

/// Parses a string of keys.
pub fn parse(keys: &str) -> Vec<Key> {
    let mut parsed = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        if let Some((name, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            parsed.push(named(name));
            rest = after;
        } else {
            parsed.push(Key::Char(first));
            rest = &rest[first.len_utf8()..];
        }
    }
    parsed
}

fn named(name: &str) -> Key {
    match name {
        "tab" => Key::Tab,
        "s-tab" => Key::BackTab,
        "enter" => Key::Enter,
        "esc" => Key::Esc,
        "up" => Key::Up,
        "down" => Key::Down,
        "left" => Key::Left,
        "right" => Key::Right,
        "home" => Key::Home,
        "end" => Key::End,
        "pgup" => Key::PageUp,
        "pgdn" => Key::PageDown,
        "back" => Key::Backspace,
        "lt" => Key::Char('<'),
        "f1" => Key::F(1),
        _ => match name.strip_prefix("ctrl+").map(|rest| rest.chars().next()) {
            Some(Some(character)) => Key::Ctrl(character),
            _ => panic!("no key is called {name}"),
        },
    }
}

/// Names of styles; the first is the default style.
const LETTERS: &str = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Returns a buffer's text, then for each line its styles, one letter per style.
fn shown(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut styles: Vec<Style> = vec![Style::reset()];
    let (mut text, mut map) = (String::new(), String::new());
    for y in 0..area.height {
        let (mut line, mut letters) = (String::new(), String::new());
        let mut skip = 0;
        for x in 0..area.width {
            let cell = &buffer[(x, y)];
            let style = cell.style();
            let place = styles.iter().position(|&known| known == style);
            let place = place.unwrap_or_else(|| {
                styles.push(style);
                styles.len() - 1
            });
            letters.push(LETTERS.as_bytes()[place].into());
            if skip > 0 {
                skip -= 1;
                continue;
            }
            line.push_str(cell.symbol());
            skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
        map.push_str(letters.trim_end_matches('.'));
        map.push('\n');
    }
    let mut legend = String::new();
    for (style, letter) in styles.iter().zip(LETTERS.chars()).skip(1) {
        legend = format!("{legend}{letter} {}\n", look(*style));
    }
    format!("{text}{}\n{map}{}\n{legend}", "─".repeat(8), "─".repeat(8))
}

fn look(style: Style) -> String {
    let mut parts = Vec::new();
    for (name, color) in [("fg", style.fg), ("bg", style.bg)] {
        if let Some(color) = color.filter(|&color| color != ratatui::style::Color::Reset) {
            parts.push(format!("{name} {color}"));
        }
    }
    if !style.add_modifier.is_empty() {
        parts.push(format!("{:?}", style.add_modifier));
    }
    parts.join(" ")
}

/// Opens a fixture, presses keys, compares with the snapshot.
macro_rules! screen {
    ($name:ident, $fixture:expr, $keys:expr) => {
        screen!($name, $fixture, $keys, 80, 24);
    };
    ($name:ident, $fixture:expr, $keys:expr, $width:expr, $height:expr) => {
        #[test]
        fn $name() {
            let screen = Screen::open(&$fixture, $width, $height).press($keys);
            insta::assert_snapshot!(screen.shown());
        }
    };
}

/// Opens a screen with `$open` for each name, presses keys, compares with the snapshot.
macro_rules! screens {
    ($open:ident; $($name:ident: $width:literal by $height:literal, $keys:literal;)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!($open($width, $height).press($keys).shown());
        })*
    };
}
pub(crate) use screens;

/// A small image with every kind of content.
pub fn app() -> ImageBuilder {
    ImageBuilder::new("shop/app:1.4")
        .config(Config {
            env: vec!["PATH=/usr/bin:/bin".to_owned(), "MODE=prod".to_owned()],
            entrypoint: vec!["/app/server".to_owned()],
            cmd: vec!["--port".to_owned(), "80 80".to_owned()],
            user: "app".to_owned(),
            working_dir: "/app".to_owned(),
            ports: vec!["8080/tcp".to_owned()],
            volumes: vec!["/data".to_owned()],
            labels: vec![("vendor".to_owned(), "shop".to_owned())],
            ..Config::default()
        })
        .layer("ADD rootfs.tar.gz / # buildkit", |layer| {
            layer
                .dir("bin")
                .filled("bin/busybox", 1_200_000, 1)
                .mode(0o4755)
                .symlink("bin/sh", "busybox")
                .hard_link("bin/ls", "bin/busybox")
                .dir("etc")
                .file("etc/motd", "welcome")
                .file("etc/passwd", "root:x:0:0")
                .dir("usr")
                .dir("usr/share")
                .filled("usr/share/zoneinfo", 400_000, 2)
                .filled("usr/share/doc", 900_000, 3)
                .put("dev/null", Content::CharDevice(1, 3))
                .put("dev/initctl", Content::Fifo)
        })
        .empty_layer("CMD [\"/bin/sh\"]")
        .layer(
            "RUN apk add --no-cache python3 && rm -rf /usr/share/doc",
            |layer| {
                layer
                    .filled("usr/lib/libpython.so", 5_300_000, 4)
                    .filled("usr/lib/python3/os.pyc", 40_000, 4)
                    .filled("usr/lib/python3/re.pyc", 60_000, 4)
                    .whiteout("usr/share/doc")
                    .file("etc/passwd", "root:x:0:0 app")
            },
        )
        .layer("COPY . /app", |layer| {
            layer
                .dir("app")
                .filled("app/server", 2_500_000, 5)
                .owner(1000, 1000)
                .filled("app/cache/blob", 700_000, 6)
                .file("app/naïve-日本.txt", "text")
                .file(b"app/evil\x1b[31m\xe2\x80\xaename\xff".as_slice(), "text")
        })
        .layer("RUN chmod 700 /app/server && rm -r /app/cache", |layer| {
            layer
                .filled("app/server", 2_500_000, 5)
                .mode(0o700)
                .owner(1000, 1000)
                .whiteout("app/cache")
        })
        .empty_layer("ENTRYPOINT [\"/app/server\"]")
}

/// Instructions of the classic builder and of BuildKit, read from a file with a long path.
fn from_a_file() -> ImageBuilder {
    let path = "/srv/builds/2026/november/artifacts/shop/images/app-nightly.tar";
    ImageBuilder::new(path)
        .tag("shop/app:nightly")
        .layer("", |layer| layer.file("etc/os-release", "ID=demo"))
        .layer("#(nop)  ADD file:0123 in / ", |layer| layer.file("a", "a"))
        .empty_layer("/bin/sh -c #(nop)  ENV A=b")
        .layer("RUN /bin/sh -c make   all # buildkit", |layer| {
            layer.file("b", "b")
        })
        .layer("", |layer| layer.file("c", "c"))
}

screen!(classic_instructions, from_a_file(), "8", 120, 30);
screen!(a_long_path_beside_its_tag, from_a_file(), "9");
screen!(start, app(), "");
screen!(start_wide, app(), "", 120, 40);
screen!(start_huge, app(), "", 200, 60);
screen!(second_layer_tree, app(), "j<tab>j<enter>j<enter>");
screen!(fold_all_open, app(), "jj<tab>z", 120, 40);
screen!(
    folds_survive_a_layer,
    app(),
    "j<tab><enter><s-tab>j<tab>",
    120,
    40
);
screen!(marked_range, app(), "jajj", 120, 40);
screen!(against_nothing, app(), "jjA<tab>", 120, 40);
screen!(sort_by_name, app(), "<tab>s");
screen!(find_fuzzy, app(), "jj<tab>/py3re", 120, 40);
screen!(find_kept, app(), "jj<tab>/etc<enter>", 120, 40);
screen!(find_deleted, app(), "<end><tab>/blob<enter>", 120, 40);
screen!(
    find_deleted_opens_its_layer,
    app(),
    "<end><tab>/share/doc<enter><enter>",
    120,
    40
);
screen!(find_regex, app(), "<tab>/re:\\.pyc$<enter>", 120, 40);
screen!(find_broken_regex, app(), "<tab>/re:(", 120, 40);
screen!(find_left_keeps_place, app(), "j<tab>/os.pyc<esc>", 120, 40);
screen!(
    fold_under_find,
    app(),
    "j<tab>/pyc<enter><left><left>",
    120,
    40
);
screen!(filter_hides_unmodified, app(), "j<tab>=z", 120, 40);
screen!(filter_by_size, app(), "j<tab>mmmz", 120, 40);
screen!(waste_tab, app(), "7", 120, 40);
screen!(waste_jumps, app(), "7<enter>", 120, 40);
screen!(config_tab, app(), "8", 120, 40);
screen!(image_tab, app(), "9", 120, 40);
screen!(viewer_text, app(), "<tab>/motd<enter><enter>");
screen!(viewer_search, app(), "<tab>/motd<enter><enter>/line<enter>");
screen!(viewer_hex, app(), "<tab>/motd<enter><enter>x");
screen!(viewer_large_end, app(), "j<tab>/libpy<enter><enter>G");
screen!(viewer_large_hex, app(), "j<tab>/libpy<enter><enter>Gx<up>");
screen!(
    viewer_large_search,
    app(),
    "j<tab>/libpy<enter><enter>/5000000<enter>"
);
screen!(viewer_follows_links, app(), "<tab>/bin/sh<enter>v");
screen!(diff_of_text, app(), "j<tab>/passwd<enter>vD");
screen!(diff_next_change, app(), "j<tab>/passwd<enter>vDn", 80, 12);
screen!(diff_leads_back, app(), "j<tab>/passwd<enter>vDD");
screen!(diff_of_programs, app(), "<end><tab>/server<enter>vD");
screen!(diff_needs_two_versions, app(), "j<tab>/os.pyc<enter>vD");
screen!(device_is_not_viewed, app(), "<tab>/null<enter>v");
screen!(history, app(), "<end><tab>/server<enter>H", 120, 40);
screen!(extract_asks, app(), "j<tab>/python3<enter>e");
screen!(extract_layer_asks, app(), "je");
screen!(extract_runs, app(), "je<enter>");
screen!(help, app(), "<tab>?", 100, 40);
screen!(one_column, app(), "", 60, 20);
screen!(one_column_tree, app(), "jj<tab>", 60, 20);
screen!(tiny, app(), "<tab>", 40, 10);
screen!(too_small, app(), "", 39, 9);
screen!(hostile_names, app(), "jj<tab><enter>", 100, 24);
screen!(
    no_layers,
    ImageBuilder::new("empty"),
    "<tab>jz/x<esc>nev2<enter>"
);

#[test]
fn loading_shows_layers_before_they_are_read() {
    use dive_rs::image::LayerId;
    use dive_rs::load::Progress;
    use std::time::Duration;
    let mut screen = Screen::waiting("shop/app:1.4", 80, 24);
    let mut headings = app().description().headings;
    for heading in &mut headings {
        heading.compressed = Some(2_000_000);
    }
    let load = screen.model.load;
    let mut observe = |progress, millis| {
        let news = LoadUpdate::Progress(progress, Duration::from_millis(millis));
        screen.send(Msg::Load(load, news));
    };
    observe(Progress::Headings(headings), 50);
    observe(
        Progress::Layer {
            layer: LayerId(0),
            done: 2_000_000,
            total: 2_000_000,
        },
        500,
    );
    observe(
        Progress::Layer {
            layer: LayerId(1),
            done: 500_000,
            total: 2_000_000,
        },
        1000,
    );
    insta::assert_snapshot!(screen.shown());

    // The lowest two are loaded and can be browsed.
    let image = Arc::new(app().image_of(&[0, 1]));
    let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    screen.send(Msg::Load(load, LoadUpdate::Partial(image, known)));
    let mut screen = screen.press("j<tab><enter>");
    insta::assert_snapshot!(screen.shown());

    // The rest is loaded: selection and folds stay.
    let image = Arc::new(app().image());
    let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    screen.send(Msg::Load(load, LoadUpdate::Loaded(image, known)));
    insta::assert_snapshot!(screen.shown());
}

#[test]
fn a_large_file_is_paged_through_without_a_gap() {
    use dive_rs::ui::model::overlay::Overlay;
    use dive_rs::ui::pane::ReadState;
    let mut screen = Screen::open(&app(), 80, 24).press("j<tab>/libpy<enter><enter>");
    let place = |screen: &Screen| {
        let Some(Overlay::Viewer(viewer)) = &screen.model.overlay else {
            panic!("the viewer");
        };
        let ReadState::Ready(document) = &viewer.state else {
            panic!("its bytes");
        };
        document.offset(viewer.top, viewer.format)
    };
    // Just above the end of the first window, past it, and back.
    screen = screen.press("/4193600<enter>");
    let (start, mut last) = (place(&screen), place(&screen));
    for key in ["<down>"; 40] {
        screen = screen.press(key);
        assert_eq!(place(&screen), last + 16);
        last += 16;
    }
    for key in ["<up>"; 40] {
        screen = screen.press(key);
    }
    assert_eq!(place(&screen), start);
    let screen = screen.press("Gg");
    assert_eq!(place(&screen), 0);
    let reads = screen.effects.iter();
    let reads = reads.filter(|effect| matches!(effect, Effect::Read(..)));
    assert!(reads.count() < 8);
}

#[test]
fn escape_keeps_the_loaded_layers() {
    use dive_rs::load::Progress;
    use std::time::Duration;
    let mut screen = Screen::waiting("shop/app:1.4", 120, 30);
    let load = screen.model.load;
    let headings = app().description().headings;
    let news = LoadUpdate::Progress(Progress::Headings(headings), Duration::from_millis(50));
    screen.send(Msg::Load(load, news));
    let mut image = app().image_of(&[0]);
    image.about.platform = dive_rs::image::Platform::default();
    let image = Arc::new(image);
    let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    screen.send(Msg::Load(load, LoadUpdate::Partial(image, known)));
    let partial = screen.shown();
    assert!(!partial.contains("unknown"), "{partial}");
    assert!(!partial.contains("of 1 layers"), "{partial}");
    let screen = screen.press("<esc>");
    assert!(matches!(screen.effects[..], [Effect::StopLoad]));
    insta::assert_snapshot!(screen.shown());

    // The layers stay browsable, contents are disabled with a reason, and escape has nothing left to stop.
    let mut screen = screen.press("<tab>/motd<enter>v");
    assert!(
        screen
            .shown()
            .contains("loading was cancelled: file contents are not available")
    );
    screen = screen.press("<esc><esc>");
    assert!(matches!(screen.effects[..], [Effect::StopLoad]));

    // A layer loaded before the cancellation is kept.
    let image = Arc::new(app().image());
    let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    screen.send(Msg::Load(load, LoadUpdate::Loaded(image, known)));
    assert!(screen.shown().contains("efficiency"));
}

screen!(
    opaque_folders_hide_what_was_below,
    ImageBuilder::new("opaque")
        .layer("COPY one", |layer| layer
            .file("srv/a", "a")
            .file("srv/b", "b"))
        .layer("COPY two", |layer| layer
            .opaque("srv")
            .file("srv/b", "b")
            .file("srv/c", "c")),
    "j<tab>z"
);

#[test]
fn results_of_another_load_are_ignored() {
    let mut screen = Screen::waiting("shop/app:1.4", 80, 24);
    let before = screen.shown();
    let image = Arc::new(app().image());
    let known = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    let stale = dive_rs::ui::loaded::ticket::LoadId(screen.model.load.0 + 1);
    screen.send(Msg::Load(stale, LoadUpdate::Loaded(image, known)));
    assert_eq!(screen.shown(), before);
}

#[test]
fn no_name_reaches_the_screen_unescaped() {
    let screen = Screen::open(&app(), 200, 60).press("<end><tab>z");
    for cell in screen.buffer().content() {
        for character in cell.symbol().chars() {
            assert!(!character.is_control(), "{character:?}");
            assert!(!matches!(character, '\u{202a}'..='\u{202e}' | '\u{200b}'..='\u{200f}'));
        }
    }
}

#[test]
fn no_color_means_no_color() {
    let mut screen = Screen::open(&app(), 120, 40).press("j<tab>z");
    screen.model.options.no_color = true;
    for cell in screen.buffer().content() {
        assert_eq!(cell.fg, ratatui::style::Color::Reset);
        assert_eq!(cell.bg, ratatui::style::Color::Reset);
    }
}

#[test]
fn the_terminals_own_colours() {
    let mut screen = Screen::open(&app(), 80, 24).press("j<tab>z");
    screen.model.options.theme = dive_rs::ui::ThemeName::Terminal;
    insta::assert_snapshot!(screen.shown());
}

#[test]
fn a_jump_ends_at_its_path_at_once() {
    let mut screen = Screen::open(&app(), 120, 40).press("<tab>/motd<enter>7");
    let enter = bindings::message(&screen.model, Key::Enter).expect("a jump");
    assert!(update::update(&mut screen.model, enter).is_none());
    assert!(screen.model.has_work(), "nothing is left for later steps");
    while screen.model.has_work() {
        let _ = update::update(&mut screen.model, Msg::Continue);
    }
    let shown = Screen::open(&app(), 120, 40).press("7<enter>").shown();
    assert_eq!(screen.shown(), shown);
}

/// Rows that are still derived are not rows that do not exist.
#[test]
fn no_path_is_said_to_pass_the_filters_while_rows_are_derived() {
    let empty = "no path passes the filter";
    let mut screen = Screen::open(&app(), 120, 40).press("<tab>+-~=");
    assert!(screen.shown().contains(empty), "{}", screen.shown());
    let shows = bindings::message(&screen.model, Key::Char('+')).expect("a filter");
    assert!(update::update(&mut screen.model, shows).is_none());
    assert!(screen.model.has_work(), "nothing is left for later steps");
    while screen.model.has_work() {
        assert!(!screen.shown().contains(empty), "{}", screen.shown());
        let _ = update::update(&mut screen.model, Msg::Continue);
    }
    assert!(screen.shown().contains("▸"), "{}", screen.shown());
}

#[test]
fn every_footer_key_works() {
    for keys in [
        "", "<tab>", "1", "2", "4", "4<enter>", "5", "6", "7", "8", "9",
    ] {
        let screen = Screen::open(&app(), 200, 60).press(keys);
        for binding in bindings::bound(&screen.model) {
            let meant = bindings::message(&screen.model, binding.keys[0]);
            assert!(
                matches!(meant, Some(Msg::Do(_))),
                "{} leads nowhere",
                binding.keys[0]
            );
        }
    }
}

#[test]
fn configuration_warnings_are_shown_until_the_first_key() {
    let options = ScreenOptions {
        notes: vec![
            "config.toml: no key `them\u{202e}e`".into(),
            "another".into(),
        ],
        ..ScreenOptions::default()
    };
    let (width, height) = (100, 24);
    let screen = Screen::of(Model::new("image:1", Size { width, height }, options));
    let shown = screen.shown();
    let first = r"config.toml: no key `them\u{202e}e` (and 1 more";
    assert!(shown.contains(first), "{shown}");
    let shown = screen.press("?").shown();
    assert!(!shown.contains("config.toml"), "{shown}");
}

#[test]
fn the_theme_follows_the_terminal() {
    use dive_rs::ui::{ColourDepth, TerminalColours, ThemeName};
    use ratatui::style::Color;

    let of = |background: Option<&str>, colorterm: Option<&str>, term: Option<&str>| {
        TerminalColours::of(background, colorterm, term)
    };
    for (printed, light) in [
        (None, false),
        (Some("15;0"), false),
        (Some("0;15"), true),
        (Some("0;default;7"), true),
        (Some("7;8"), false),
        (Some("default;default"), false),
        (Some(""), false),
    ] {
        assert_eq!(of(printed, None, None).light, light, "{printed:?}");
    }
    for (colorterm, term, depth) in [
        (Some("truecolor"), Some("xterm"), ColourDepth::True),
        (Some("24bit"), None, ColourDepth::True),
        (None, Some("xterm-direct"), ColourDepth::True),
        (None, Some("xterm-256color"), ColourDepth::Indexed),
        (Some("1"), Some("screen-256color"), ColourDepth::Indexed),
        (Some(""), Some("linux"), ColourDepth::Sixteen),
        (None, Some("vt100"), ColourDepth::Sixteen),
    ] {
        assert_eq!(
            of(None, colorterm, term).depth,
            depth,
            "{colorterm:?} {term:?}"
        );
    }
    let colours = |theme, light, depth| {
        let mut screen = Screen::open(&app(), 120, 40).press("j<tab>z");
        screen.model.options.theme = theme;
        screen.model.options.terminal = TerminalColours { light, depth };
        let buffer = screen.buffer();
        let cells = buffer.content().iter();
        let mut seen: Vec<Color> = cells.flat_map(|cell| [cell.fg, cell.bg]).collect();
        seen.sort_by_key(|colour| format!("{colour:?}"));
        seen.dedup();
        seen
    };
    let auto = |light, depth| colours(ThemeName::Auto, light, depth);
    assert_eq!(
        auto(false, ColourDepth::True),
        colours(ThemeName::Dark, true, ColourDepth::True)
    );
    assert_eq!(
        auto(true, ColourDepth::True),
        colours(ThemeName::Light, false, ColourDepth::True)
    );
    assert_ne!(
        auto(true, ColourDepth::True),
        auto(false, ColourDepth::True)
    );
    for name in [ThemeName::Dark, ThemeName::Light, ThemeName::ColorBlind] {
        let indexed = colours(name, false, ColourDepth::Indexed);
        assert!(indexed.len() > 5, "{indexed:?}");
        let only = |colour: &Color| matches!(colour, Color::Reset | Color::Indexed(16..));
        assert!(indexed.iter().all(only), "{indexed:?}");
        let sixteen = colours(name, false, ColourDepth::Sixteen);
        assert_eq!(
            sixteen,
            colours(ThemeName::Terminal, false, ColourDepth::True)
        );
    }
}
