//! Source text in the viewer and in diffs: which cells have the colour of a token. The tokens themselves are tested in `syntax`.

use dive_rs::compare::{Side, Sides, diff_files};
use dive_rs::syntax::{self, Colouring};
use dive_rs::ui::loaded::ticket::Ticket;
use dive_rs::ui::model::message::Msg;
use dive_rs::ui::model::overlay::Overlay;
use dive_rs::ui::pane::DiffRows;
use dive_rs::ui::{ColourDepth, TerminalColours};
use ratatui::style::{Color, Modifier, Style};

use crate::explore::viewing;
use crate::fixture::ImageBuilder;
use crate::screens::{Screen, app};

/// Returns the tokens of a text.
fn colouring(name: &str, text: &[u8]) -> Colouring {
    let mut colouring = Colouring::default();
    let lines = syntax::lines(name.as_bytes(), text).expect("a known language");
    lines.for_each(|line| colouring.push(line));
    colouring
}

/// Returns the text of the overlay's cells whose style is not the ordinary one, one line each, with a bar between parts.
fn coloured(screen: &Screen) -> Vec<String> {
    let buffer = screen.buffer();
    let area = screen.model.overlay_areas.area;
    let plain = |style: Style| {
        (style.fg, style.bg, style.add_modifier)
            == (Some(Color::Reset), Some(Color::Reset), Modifier::empty())
    };
    let mut lines = Vec::new();
    for y in area.y + 1..area.bottom() - 1 {
        let (mut line, mut last) = (String::new(), (0, Style::default()));
        for x in area.x + 1..area.right() - 1 {
            let cell = &buffer[(x, y)];
            if plain(cell.style()) {
                continue;
            }
            if (x, cell.style()) != (last.0 + 1, last.1) && !line.is_empty() {
                line.push('|');
            }
            line.push_str(cell.symbol());
            last = (x, cell.style());
        }
        if !line.trim().is_empty() {
            lines.push(line);
        }
    }
    lines
}

const SHELL: &str = "# words\nif true; then\techo \"a\u{1b}b\" 日本; fi\n\n";

/// A viewer of shell source of which the tokens have arrived.
fn shell() -> Screen {
    let mut screen = viewing(SHELL.as_bytes(), 80, 24);
    screen.send(Msg::Colouring(
        ticket(&screen),
        colouring("a.sh", SHELL.as_bytes()),
    ));
    screen
}

fn ticket(screen: &Screen) -> Ticket {
    screen
        .model
        .overlay
        .as_ref()
        .and_then(Overlay::ticket)
        .expect("a request")
}

#[test]
fn source_text_is_coloured() {
    let screen = shell();
    assert_eq!(
        coloured(&screen),
        ["# words", "if|then|echo|\"a\\x1bb\"|fi"]
    );
    // Sideways, in wrapped rows and in hex the colours are those of the same bytes.
    let screen = screen.press("<right>");
    assert_eq!(coloured(&screen)[0], "then|echo|\"a\\x1bb\"|fi");
    let screen = shell().press("x");
    assert_eq!(coloured(&screen), [""; 0]);
    let long = format!("echo {}\"in two rows\"\n", "x ".repeat(33));
    let mut screen = viewing(long.as_bytes(), 80, 24).press("w");
    screen.send(Msg::Colouring(
        ticket(&screen),
        colouring("a.sh", long.as_bytes()),
    ));
    assert_eq!(
        coloured(&screen)[1..],
        [" rows\""],
        "{:?}",
        coloured(&screen)
    );
}

#[test]
fn tokens_of_another_request_are_dropped() {
    let mut screen = viewing(SHELL.as_bytes(), 80, 24);
    let stale = Ticket(ticket(&screen).0 + 1);
    screen.send(Msg::Colouring(stale, colouring("a.sh", SHELL.as_bytes())));
    assert_eq!(coloured(&screen), [""; 0]);
}

#[test]
fn pieces_continue_where_the_last_one_ended() {
    let mut screen = viewing(SHELL.as_bytes(), 80, 24);
    for tokens in syntax::lines(b"a.sh", SHELL.as_bytes()).expect("shell") {
        let mut piece = Colouring::default();
        piece.push(tokens);
        screen.send(Msg::Colouring(ticket(&screen), piece));
    }
    assert_eq!(coloured(&screen), coloured(&shell()));
}

#[test]
fn source_text_is_readable_in_every_terminal() {
    for (depth, no_color) in [
        (ColourDepth::Indexed, false),
        (ColourDepth::Sixteen, false),
        (ColourDepth::True, true),
    ] {
        let mut screen = shell();
        screen.model.options.terminal = TerminalColours {
            light: false,
            depth,
        };
        screen.model.options.no_color = no_color;
        let buffer = screen.buffer();
        let area = screen.model.overlay_areas.area;
        let colours = buffer.content.iter().filter(|cell| cell.fg != Color::Reset);
        assert_eq!(colours.count() == 0, no_color);
        let at = |x: u16, y: u16| buffer[(area.x + 1 + x, area.y + 1 + y)].style();
        let (comment, keyword, word) = (at(0, 0), at(0, 1), at(3, 1));
        assert_ne!(comment, keyword);
        assert_ne!(keyword, word);
    }
}

/// A diff of two versions of a shell script, with the tokens of both.
fn script() -> Screen {
    let (was, is) = (b"# one\necho \"x\" if\nfi\n", b"# one\necho \"y\" if\nfi\n");
    let builder = ImageBuilder::new("script")
        .layer("COPY", |layer| layer.file("a.sh", "one"))
        .layer("COPY", |layer| layer.file("a.sh", "two"));
    let mut screen = Screen::open(&builder, 80, 24).press("j<tab>vD");
    let found = DiffRows::new(diff_files(was, is, 3), Sides::new(1, 1), false);
    screen.send(Msg::Diff(ticket(&screen), Ok(found)));
    for (side, text) in [(Side::Before, was), (Side::After, is)] {
        screen.send(Msg::DiffColouring(
            ticket(&screen),
            side,
            colouring("a.sh", text),
        ));
    }
    screen
}

#[test]
fn source_text_of_a_diff_is_coloured() {
    insta::assert_snapshot!(script().shown());
    insta::assert_snapshot!(script().press("v").shown());
}

#[test]
fn a_changed_line_without_a_background_has_the_colour_of_its_status() {
    let mut screen = script();
    screen.model.options.terminal.depth = ColourDepth::Sixteen;
    let lines = coloured(&screen);
    let changed: Vec<_> = lines.iter().filter(|line| line.contains("echo")).collect();
    assert_eq!(changed.len(), 2, "{lines:?}");
    assert!(changed[0].ends_with("|− echo \"|x|\" if"), "{lines:?}");
    assert!(changed[1].ends_with("|+ echo \"|y|\" if"), "{lines:?}");
    screen.model.options.no_color = true;
    assert!(
        screen
            .buffer()
            .content
            .iter()
            .all(|cell| cell.bg == Color::Reset)
    );
}

/// Of a text in an unknown language the screen is the same before and after the viewer's thread has ended.
#[test]
fn unknown_text_stays_as_it_is() {
    let screen = Screen::open(&app(), 80, 24).press("<tab>/motd<enter>v");
    assert!(syntax::lines(b"motd", b"first line\n").is_none());
    assert_eq!(coloured(&screen), [""; 0]);
}
