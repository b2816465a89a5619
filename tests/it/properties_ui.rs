//! Properties of the screens: after any sequence of messages every cursor is on its list and visible, and every frame can be drawn.

use dive_rs::ui::compare::Compare;
use dive_rs::ui::layout::Size;
use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::explore::Explore;
use dive_rs::ui::model::message::{Mouse, Msg};
use dive_rs::ui::pane::View;
use proptest::prelude::*;

use crate::screens::{Screen, app, parse};
use crate::screens_compare;

/// An input: a key, the mouse, another size.
#[derive(Clone, Debug)]
enum Happening {
    Keys(&'static str),
    Mouse(Mouse),
    Resize(u16, u16),
}

fn happening() -> impl Strategy<Value = Happening> {
    const KEYS: &[&str] = &[
        "<tab>",
        "<s-tab>",
        "<enter>",
        "<esc>",
        "<up>",
        "<down>",
        "<left>",
        "<right>",
        "<home>",
        "<end>",
        "<pgup>",
        "<pgdn>",
        " ",
        "j",
        "k",
        "h",
        "l",
        "u",
        "d",
        "g",
        "G",
        "a",
        "<ctrl+a>",
        "<ctrl+l>",
        "+",
        "-",
        "~",
        "=",
        "m",
        "s",
        "z",
        "/",
        "n",
        "N",
        "1",
        "2",
        "2<enter>",
        "3",
        "3<enter>",
        ":",
        ":sort<enter>",
        "y",
        "H",
        "D",
        "O",
        "i",
        "o",
        "4",
        "4<enter>",
        "5",
        "6",
        "6<enter>",
        "7",
        "8",
        "9",
        "[",
        "]",
        "4<enter>",
        "4<right><down><left><up>",
        "t",
        "v",
        "e",
        "?",
        "b",
        "x",
        "e",
        "t",
        "c",
        "<back>",
        "f",
        "9jj<enter>",
        "1j<enter>",
        "<ctrl+w>",
        "/re:.*c<enter>",
        "<lt>",
        ">",
        "{",
        "}",
    ];
    let mouse = (any::<u8>(), any::<u8>(), 0..5).prop_map(|(x, y, what)| {
        let (x, y) = (u16::from(x), u16::from(y) % 64);
        Happening::Mouse(match what {
            0 => Mouse::Press(x, y),
            1 => Mouse::Drag(x, y),
            2 => Mouse::Release,
            3 => Mouse::Double(x, y),
            _ => Mouse::Wheel(x, y, x % 2 == 0),
        })
    });
    prop_oneof![
        8 => prop::sample::select(KEYS).prop_map(Happening::Keys),
        2 => mouse,
        1 => (0_u16..210, 0_u16..70).prop_map(|(width, height)| Happening::Resize(width, height)),
    ]
}

fn in_view(explore: &Explore) {
    let areas = explore.areas;
    let check = |name: &str, at: usize, top: usize, len: usize, height: u16| {
        assert!(at < len.max(1), "{name}: {at} of {len}");
        // A pane that is not shown has no view.
        if height == 0 {
            return;
        }
        let height = usize::from(height).max(1);
        assert!(
            (top..top + height).contains(&at),
            "{name}: {at} from {top}, {height} high"
        );
        assert!(
            top == 0 || top + height <= len,
            "{name}: {top} of {len}, {height} high"
        );
    };
    let tree = &explore.tree.lines;
    check(
        "tree",
        tree.cursor().at(),
        tree.cursor().top(),
        tree.rows().len(),
        areas.tree_rows().height,
    );
    if let Some(files) = explore.list() {
        let (cursor, len) = (files.cursor(), files.len());
        let height = areas.file_rows().height;
        check("files", cursor.at(), cursor.top(), len, height);
    }
    let layers = explore.layers.cursor;
    check(
        "layers",
        layers.at(),
        layers.top(),
        explore.layer_count(),
        areas.layer_rows().height,
    );
    let (place, tab) = (explore.tab_cursor(), explore.tab);
    let height = u16::try_from(areas.tab_height(tab)).unwrap_or(u16::MAX);
    check("tab", place.at(), place.top(), explore.tab_len(tab), height);
    let overview = &explore.overview;
    assert!(overview.at() < overview.len().max(1));
    let tiles = explore.map.tiles();
    assert!(explore.map.selected_at() < tiles.len().max(1));
    if explore.view == View::Map {
        let cells = areas.map_cells();
        let drawn: u32 = tiles.iter().map(|tile| tile.area.area()).sum();
        // Files without bytes have no rectangle.
        let has_bytes = explore.map_files().is_some_and(|files| files.bytes() > 0);
        let whole = u32::from(cells.width) * u32::from(cells.height) * 2;
        assert_eq!(drawn, if has_bytes { whole } else { 0 });
    }
}

/// Applies an input and draws.
fn happen(screen: &mut Screen, happening: &Happening) {
    match *happening {
        Happening::Keys(keys) => {
            for key in parse(keys) {
                if let Some(msg) = dive_rs::ui::bindings::message(&screen.model, key) {
                    screen.send(msg);
                }
            }
        }
        Happening::Mouse(mouse) => screen.send(Msg::Mouse(mouse)),
        Happening::Resize(width, height) => screen.send(Msg::Resize(Size { width, height })),
    }
    let _ = screen.buffer();
}

fn both_in_view(compare: &Compare) {
    let areas = compare.areas;
    let files = &compare.front.files;
    let panes = [
        (files.cursor(), files.rows().len(), areas.file_rows()),
        (
            compare.front.tab_cursor,
            compare.lines.len(),
            areas.tab_rows(),
        ),
    ];
    for (cursor, len, rows) in panes {
        let height = usize::from(rows.height);
        assert!(cursor.at() < len.max(1), "{} of {len}", cursor.at());
        // A tab that is not shown keeps its place.
        let height = if height > 0 { height } else { len.max(1) };
        let view = cursor.top()..cursor.top() + height;
        assert!(view.contains(&cursor.at()), "{} in {view:?}", cursor.at());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_messages_keep_the_cursors_visible(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut screen = Screen::open(&app(), 80, 24).with_content(&app());
        for happening in happenings {
            happen(&mut screen, &happening);
            if let Shown::Explore(explore) = &screen.model.screen {
                in_view(explore);
            }
        }
    }

    #[test]
    fn any_messages_keep_the_cursors_visible_over_two_images(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut screen = screens_compare::open(80, 24);
        for happening in happenings {
            happen(&mut screen, &happening);
            match &screen.model.screen {
                Shown::Compare(compare) => both_in_view(compare),
                // One of them is explored.
                Shown::Explore(explore) => in_view(explore),
                _ => panic!("two images stay two images"),
            }
        }
    }
}
