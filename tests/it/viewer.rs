//! The viewer: search marks, titles, and line breaks. Complete screens are tested in `screens`.

use dive_rs::ui::layout::Size;
use dive_rs::ui::loaded::loading::{ByteProgress, RereadProgress};
use dive_rs::ui::loaded::ticket::Ticket;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::Msg;
use dive_rs::ui::model::overlay::Overlay;
use dive_rs::ui::pane::{FileWindow, ReadState, Search, Viewer, WINDOW};
use dive_rs::ui::{bindings, update};
use ratatui::style::Modifier;

use crate::explore::{text, viewing};
use crate::fixture::ImageBuilder;
use crate::screens::{Screen, app, failure, parse};

/// Returns the marked text on the screen, one line each, with the current match in brackets.
fn marked(screen: &Screen) -> Vec<String> {
    let buffer = screen.buffer();
    let mut lines = Vec::new();
    for y in 2..buffer.area.height - 1 {
        let mut line = String::new();
        let mut was = (false, false);
        for x in 1..buffer.area.width - 1 {
            let cell = &buffer[(x, y)];
            let marked = cell.modifier.contains(Modifier::UNDERLINED);
            let now = marked && cell.modifier.contains(Modifier::REVERSED);
            if was.1 != now {
                line.push(if now { '[' } else { ']' });
            } else if was.0 != marked && !line.is_empty() && marked {
                line.push(' ');
            }
            if marked {
                line.push_str(cell.symbol());
            }
            was = (marked, now);
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

#[test]
fn only_matches_are_marked() {
    let bytes = "one needle, two NEEDLE\n\tand\tneedle 日本 Needle, a haystack\nnone\n".as_bytes();
    let screen = viewing(bytes, 80, 24).press("/needle<enter>");
    assert_eq!(marked(&screen), ["[needle] NEEDLE", "needle Needle"]);
    assert!(screen.line(1).contains("1 of 4"), "{}", screen.line(1));
    let screen = screen.press("nn");
    assert_eq!(marked(&screen), ["needle NEEDLE", "[needle] Needle"]);
    assert!(screen.line(1).contains("3 of 4"), "{}", screen.line(1));
    let screen = screen.press("/nowhere<enter>");
    assert!(marked(&screen).is_empty());
    assert!(screen.line(1).contains("not found"), "{}", screen.line(1));
}

#[test]
fn a_match_is_marked_where_it_is_visible() {
    // Rows of 78 columns: the match starts in one row and ends in the next.
    let line = format!("{}needle{}\n", "x".repeat(75), "日".repeat(50));
    let screen = viewing(line.as_bytes(), 80, 24).press("w/needle<enter>");
    assert_eq!(marked(&screen), ["[nee", "[dle]"]);
    // Scrolled sideways, the visible part is marked.
    let line = format!("needle{}needle", "x".repeat(80));
    let screen = viewing(line.as_bytes(), 80, 24).press("/needle<enter>n");
    assert_eq!(marked(&screen), ["[needle]"]);
    // In hex, both the bytes and the letters are marked.
    let screen = viewing(b"0123456789abcdneedle", 80, 24).press("x/needle<enter>");
    assert_eq!(marked(&screen), ["[6e 65][ne]", "[65 64 6c 65][edle]"]);
}

#[test]
fn a_limited_match_count_is_shown_as_such() {
    let many = "ab".repeat(10_001);
    let screen = viewing(many.as_bytes(), 80, 24).press("/a<enter>");
    assert!(
        screen.line(1).contains("1 of 10 000+"),
        "{}",
        screen.line(1)
    );
    let all = "ab".repeat(10_000);
    let screen = viewing(all.as_bytes(), 80, 24).press("/a<enter>N");
    assert!(
        screen.line(1).contains("10 000 of 10 000 "),
        "{}",
        screen.line(1)
    );
}

#[test]
fn full_text_breaks_between_words() {
    let printed =
        "RUN make everything that this image needs, word after word, without an end in sight";
    let builder = ImageBuilder::new("long").layer(&printed.repeat(3), |layer| layer.file("a", "a"));
    for width in [60, 80, 120] {
        let screen = Screen::open(&builder, width, 24).press("i");
        let shown = text(&screen);
        let area = screen.model.overlay_areas.area;
        let inner = (area.y + 1..area.bottom() - 1).map(|y| {
            let line = screen.line(y);
            let line = line.chars().skip(usize::from(area.x) + 1);
            line.take(usize::from(area.width) - 2).collect::<String>()
        });
        let inner: Vec<String> = inner.take_while(|line| !line.trim().is_empty()).collect();
        assert!(inner.len() > 2, "{shown}");
        for line in &inner {
            let ends = line.trim_end();
            let word = ends.rsplit(' ').next().unwrap_or_default();
            assert!(
                printed.repeat(3).split(' ').any(|whole| whole == word),
                "{width}: {word}\n{shown}"
            );
        }
    }
}

#[test]
fn a_word_of_a_message_is_never_cut() {
    for (width, height) in [(40, 12), (80, 24)] {
        let mut screen = Screen::open(&app(), width, height);
        let long = format!("cannot write it: {}END", "word ".repeat(60));
        screen.send(Msg::Error(failure(&long)));
        let words = |text: &str| {
            text.split_whitespace()
                .filter(|word| *word == "word")
                .count()
        };
        assert_eq!(words(&text(&screen)), 60, "{}", text(&screen));
        assert!(text(&screen).contains("END"));
        assert_eq!(screen.model.size, Size { width, height });
    }
}

#[test]
fn rereading_an_image_shows_progress_and_can_be_cancelled() {
    let mut screen = Screen::open(&app(), 80, 24).press("<tab>e<enter>");
    let Some(Overlay::Extracting(extracting)) = &screen.model.overlay else {
        panic!("it extracts");
    };
    let ticket = extracting.ticket;
    let again = |done, total| RereadProgress {
        progress: ByteProgress { done, total },
        kept: false,
    };
    screen.send(Msg::RereadProgress(
        Ticket(ticket.0 + 7),
        again(5_000_000, 0),
    ));
    assert!(!screen.line(23).contains("5.0 MB"), "another's");
    // An engine may take seconds before the first byte.
    screen.send(Msg::RereadProgress(ticket, again(0, 0)));
    let footer = screen.line(23);
    assert!(
        footer.contains("requesting the image again") && footer.contains("esc to cancel"),
        "{footer}"
    );
    screen.send(Msg::RereadProgress(ticket, again(5_000_000, 0)));
    assert!(screen.line(23).contains("5.0 MB"), "{}", screen.line(23));
    screen.send(Msg::RereadProgress(
        ticket,
        again(123_400_000, 1_400_000_000),
    ));
    let footer = screen.line(23);
    for words in ["not kept", "123.4 MB of 1.4 GB", "esc to cancel"] {
        assert!(footer.contains(words), "{footer}");
    }
    let mut screen = screen.press("<esc>");
    assert!(matches!(screen.effects.last(), Some(Effect::Stop(stopped)) if *stopped == ticket));
    screen.send(Msg::Extracted(ticket, Err(failure("cancelled"))));
    assert!(screen.line(23).contains("cancelled"), "{}", screen.line(23));
    let screen = screen.press("j");
    assert!(screen.line(23).contains("keys"), "{}", screen.line(23));
    assert!(!screen.line(23).contains("MB"), "{}", screen.line(23));
}

#[test]
fn an_error_of_several_lines_keeps_its_lines() {
    let why = "nosuch: no engine can be reached (tried\n  docker at unix:///run/docker.sock: not there\n  podman at \u{1b}[31m: not there)";
    let observed = [
        "nosuch: no engine can be reached (tried",
        "docker at unix:///run/docker.sock: not there",
        "podman at \\x1b[31m: not there)",
    ];
    let has = |screen: &Screen| {
        let shown = text(screen);
        assert!(!shown.contains("\\n"), "{shown}");
        for line in observed {
            assert_eq!(shown.matches(line).count(), 1, "{line}\n{shown}");
        }
    };
    let mut screen = Screen::open(&app(), 80, 24);
    screen.send(Msg::Error(failure(why)));
    has(&screen);
    // The prompt stays, and so do its keys.
    let mut screen = Screen::open(&app(), 80, 24).press("cnosuch<enter>");
    screen.send(Msg::CompareFailed(failure(why)));
    has(&screen);
    assert!(
        text(&screen).contains("↵ compare   esc cancel"),
        "{}",
        text(&screen)
    );
    // A file, or the difference of two, cannot be loaded.
    let mut screen = Screen::open(&app(), 80, 24).press("<tab>/motd<enter>v");
    let Some(ticket) = screen.model.overlay.as_ref().and_then(Overlay::ticket) else {
        panic!("the viewer");
    };
    screen.send(Msg::FileContent(ticket, Err(failure(why))));
    has(&screen);
    let mut screen = Screen::open(&app(), 80, 24).press("j<tab>/passwd<enter>vD");
    let Some(ticket) = screen.model.overlay.as_ref().and_then(Overlay::ticket) else {
        panic!("the diff");
    };
    screen.send(Msg::Diff(ticket, Err(failure(why))));
    has(&screen);
}

/// A screen whose viewer shows a file of this many bytes, read in parts; `part` makes them.
fn in_parts(whole: u64, part: &dyn Fn(u64, u64) -> Vec<u8>, keys: &str) -> Screen {
    let screen = Screen::open(&app(), 80, 24).press("<tab>/motd<enter>v");
    let mut screen = screen;
    let first = FileWindow::window(part(0, WINDOW as u64), 0, whole);
    let ticket = viewer(&screen).ticket;
    screen.send(Msg::FileContent(ticket, Ok(first)));
    for key in parse(keys) {
        let msg = bindings::message(&screen.model, key).expect("it means something");
        let mut effect = update::update(&mut screen.model, msg);
        while let Some(requested) = effect.take() {
            effect = match requested {
                Effect::Search(ticket, _, text) => {
                    let mut search = Search::new(&text);
                    search.take(&part(0, whole));
                    update::update(
                        &mut screen.model,
                        Msg::SearchHits(ticket, Ok(search.hits())),
                    )
                }
                Effect::Read(ticket, _, from) => {
                    let bytes = part(from, whole.min(from + WINDOW as u64));
                    let document = FileWindow::window(bytes, from, whole);
                    update::update(&mut screen.model, Msg::FileContent(ticket, Ok(document)))
                }
                _ => None,
            };
        }
    }
    screen
}

/// Returns the viewer of a screen.
fn viewer(screen: &Screen) -> &Viewer {
    match &screen.model.overlay {
        Some(Overlay::Viewer(viewer)) => viewer,
        _ => panic!("the viewer"),
    }
}

/// Returns a maker of parts of a file with one repeated byte and insertions at some positions.
fn but_for(of: u8, there: &'static [(u64, &'static [u8])]) -> impl Fn(u64, u64) -> Vec<u8> {
    move |from, to| {
        let mut bytes = vec![of; usize::try_from(to - from).expect("it fits")];
        for (place, put) in there {
            for (at, byte) in (*place..).zip(*put) {
                if (from..to).contains(&at) {
                    bytes[usize::try_from(at - from).expect("it fits")] = *byte;
                }
            }
        }
        bytes
    }
}

#[test]
fn a_hit_in_an_unloaded_part_is_scrolled_into_view() {
    let part = but_for(b'x', &[(5_000_000, b"\n"), (5_000_400, b"needle\n")]);
    let screen = in_parts(9_000_000, &part, "/needle<enter>");
    assert_eq!(marked(&screen), ["[needle]"], "{}", text(&screen));
    // A third of the view before the hit, in horizontal steps.
    let title = screen.line(1);
    assert!(title.contains("from column 369"), "{title}");
}

#[test]
fn the_view_scrolls_on_from_a_hit_far_to_the_right() {
    let part = but_for(b'x', &[(3_000_000, b"needle")]);
    let screen = in_parts(9_000_000, &part, "/needle<enter>");
    let was = viewer(&screen).left;
    assert!(was > 1 << 20, "{was}");
    let screen = screen.press("<right><right><left>");
    assert_eq!(viewer(&screen).left, was + 8);
    assert_eq!(marked(&screen), ["[needle]"]);
}

#[test]
fn the_position_in_the_file_is_shown() {
    // The line starts before the loaded part: only the byte offset is known.
    let part = but_for(b'x', &[(7_000_000, b"needle")]);
    let screen = in_parts(12_000_000, &part, "/needle<enter>");
    let title = screen.line(1);
    let view = viewer(&screen);
    let ReadState::Ready(document) = &view.state else {
        panic!("its bytes");
    };
    let from = document.range().start + view.left as u64;
    assert!((6_999_900..7_000_000).contains(&from), "{from}");
    assert!(
        title.contains(&format!("from byte {}", from + 1)),
        "{title}"
    );
    assert!(!title.contains("column"), "{title}");
}

#[test]
fn an_empty_view_shows_its_reason() {
    let image = ImageBuilder::new("a:1").layer("RUN it", |layer| {
        layer.dir("empty").file("large", vec![0; 3000])
    });
    let open = || Screen::open(&image, 80, 24).press("<tab>");
    // Nothing was changed or removed, and added files are hidden.
    let screen = open().press("+");
    let shown = text(&screen);
    assert!(
        shown.contains("no path passes the filter: esc clears it"),
        "{shown}"
    );
    assert!(text(&screen.press("<esc>")).contains("large"));
    for key in ["<enter>", " "] {
        let screen = open().press("j").press(key);
        assert!(
            screen.line(23).contains("the folder is empty"),
            "{key}: {}",
            text(&screen)
        );
    }
}

#[test]
fn a_line_of_hex_fits_whatever_the_width() {
    let bytes: Vec<u8> = (0..=255).collect();
    for (width, each) in [(40, 4), (52, 8), (60, 8), (77, 8), (78, 16), (140, 16)] {
        let screen = viewing(&bytes, width, 24);
        let last = |byte: usize| format!("{byte:02x}  ");
        let shown = text(&screen);
        let first = shown.lines().find(|line| line.contains("00000000"));
        let first = first.unwrap_or_else(|| panic!("{width}: {shown}"));
        assert!(first.contains(&last(each - 1)), "{width}: {first}");
        assert!(first.contains(&"·".repeat(each)), "{width}: {first}");
        assert!(!first.contains('…'), "{width}: {first}");
    }
    // The match is marked in both layouts, and the view keeps its place when the width changes.
    let mut screen = viewing(&bytes, 60, 10).press("/MNOPQ<enter>");
    assert_eq!(marked(&screen), ["[4d 4e 4f][MNO]", "[50 51][PQ]"]);
    assert!(text(&screen).contains("00000048 "), "{}", text(&screen));
    let first = |screen: &Screen| screen.line(2)[3..].split(' ').next().map(str::to_owned);
    assert_eq!(first(&screen).as_deref(), Some("00000038"));
    screen.send(Msg::Resize(Size {
        width: 100,
        height: 14,
    }));
    assert!(text(&screen).contains("00000030 "), "{}", text(&screen));
}

#[test]
fn a_narrow_title_keeps_size_and_part_beside_a_hit() {
    let screen = Screen::open(&app(), 60, 20).press("j<tab>/libpy<enter><enter>/5000000<enter>");
    let title = screen.line(1);
    for words in ["5.3 MB", " to ", "1 of 1"] {
        assert!(title.contains(words), "{words}: {title}");
    }
}

#[test]
fn an_extraction_shows_progress_and_cancellation() {
    let mut screen = Screen::open(&app(), 80, 24).press("<tab>e<enter>");
    let Some(Overlay::Extracting(extracting)) = &screen.model.overlay else {
        panic!("it extracts");
    };
    let ticket = extracting.ticket;
    let read = ByteProgress {
        done: 310_000_000,
        total: 620_000_000,
    };
    screen.send(Msg::RereadProgress(
        ticket,
        RereadProgress {
            progress: read,
            kept: true,
        },
    ));
    let shown = text(&screen);
    assert!(shown.contains("reading 310.0 MB of 620.0 MB"), "{shown}");
    screen.send(Msg::ExtractProgress(ticket, 1_000));
    let shown = text(&screen);
    assert!(shown.contains(" 1.0 kB of "), "{shown}");
    let screen = screen.press("<esc>");
    assert!(matches!(screen.effects.last(), Some(Effect::Stop(stopped)) if *stopped == ticket));
    assert!(text(&screen).contains("cancelling …"), "{}", text(&screen));
    let requested = screen.effects.len();
    let screen = screen.press("<esc>j<enter>");
    assert_eq!(screen.effects.len(), requested);
    assert!(
        screen.line(23).contains("does nothing here"),
        "{}",
        screen.line(23)
    );
    assert!(text(&screen).contains("cancelling …"), "{}", text(&screen));
}
