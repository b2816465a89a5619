//! The mouse on every pane: a press selects, a double press opens, the wheel moves what is below it, a press beside an overlay closes it.

use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::explore::Explore;
use dive_rs::ui::model::message::{Mouse, Msg};
use dive_rs::ui::model::overlay::Overlay;
use dive_rs::ui::pane::{Focus, Tab, View};
use ratatui::layout::Rect;

use crate::explore::text;
use crate::screens::{Screen, app};
use crate::screens_compare::opened;
use crate::screens_packages::debian;

fn open(width: u16, height: u16) -> Screen {
    Screen::open(&debian(), width, height).with_content(&debian())
}

fn explore(screen: &Screen) -> &Explore {
    match &screen.model.screen {
        Shown::Explore(explore) => explore,
        _ => panic!("the explore screen"),
    }
}

/// Turns the wheel in an area.
fn wheel(screen: &mut Screen, area: Rect, down: bool) {
    let (x, y) = (area.x + area.width / 2, area.y + area.height / 2);
    screen.send(Msg::Mouse(Mouse::Wheel(x, y, down)));
}

/// A press on a view of the way back returns to it, as it was.
#[test]
fn a_press_on_a_crumb_returns_to_its_view() {
    let mut screen = open(200, 60).press("1");
    let before = text(&screen);
    screen = screen.press("<enter>").press("5g<enter>");
    assert_eq!(explore(&screen).views.len(), 2, "{}", text(&screen));
    let line = explore(&screen).areas.tree;
    let shown = screen.line(line.y);
    let at = shown.find("overview › ").expect("the way back");
    let x = u16::try_from(shown[..at].chars().count()).unwrap();
    screen.send(Msg::Mouse(Mouse::Press(x + 2, line.y)));
    assert_eq!(explore(&screen).views.len(), 0);
    assert_eq!(text(&screen), before);
}

/// What has no room in the third pane is scrolled into view.
#[test]
fn the_wheel_reaches_the_end_of_the_details() {
    let mut screen = open(200, 24).press("1<pgdn>");
    let area = explore(&screen).areas.selection_details;
    for _ in 0..100 {
        wheel(&mut screen, area, true);
    }
    let lines = &explore(&screen).selection.lines;
    let last = lines.iter().rev().find(|line| !line.trim().is_empty());
    let last = last.expect("details").clone();
    let rows = usize::from(area.height) - 2;
    assert!(lines.len() > rows, "{} lines", lines.len());
    assert!(
        text(&screen).contains(last.trim()),
        "{last}: {}",
        text(&screen)
    );
    // Another selection starts at the top.
    let screen = screen.press("j");
    assert_eq!(explore(&screen).selection.top, 0);
}

#[test]
fn a_double_press_on_the_map_zooms() {
    let mut screen = open(120, 40).press("4");
    let cells = explore(&screen).areas.map_cells();
    let tiles = explore(&screen).map.tiles().to_vec();
    // Every rectangle that has a cell of its own is selected by a press on it.
    for tile in tiles.iter().filter(|tile| tile.area.height > 1) {
        let (x, y) = (cells.x + tile.area.x, cells.y + tile.area.y.div_ceil(2));
        screen.send(Msg::Mouse(Mouse::Press(x, y)));
        assert_eq!(explore(&screen).map.selected(), Some(tile));
    }
    screen.send(Msg::Mouse(Mouse::Double(cells.x, cells.y)));
    assert!(explore(&screen).map.is_zoomed());
    // Below the cells is the line about the selected rectangle.
    let before = text(&screen);
    screen.send(Msg::Mouse(Mouse::Double(cells.x, cells.bottom())));
    assert_eq!(text(&screen), before);
}

#[test]
fn a_double_press_on_the_map_of_a_comparison_zooms() {
    let mut screen = opened(120, 40).press("4");
    let Shown::Compare(compare) = &screen.model.screen else {
        panic!("two images");
    };
    let files = compare.areas.files;
    let (x, y) = (files.x + 3, files.y + 4);
    screen.send(Msg::Mouse(Mouse::Press(x, y)));
    let Shown::Compare(compare) = &screen.model.screen else {
        panic!("two images");
    };
    assert!(!compare.front.map.is_zoomed());
    screen.send(Msg::Mouse(Mouse::Double(x, y)));
    let Shown::Compare(compare) = &screen.model.screen else {
        panic!("two images");
    };
    assert!(compare.front.map.is_zoomed());
}

#[test]
fn the_wheel_moves_what_is_below_it() {
    // What changes is the view below the pointer, whichever pane is focused.
    let at = |screen: &Screen| {
        let about = explore(screen);
        (
            about.layers.cursor.at(),
            about.tree.lines.cursor().top(),
            about.list().map(|list| list.cursor().top()),
            about.overview.at(),
            about.map.selected().map(|tile| tile.node),
            about.tab_cursor().top(),
        )
    };
    for (image, keys, area) in [
        (app(), "2", "layers"),
        (app(), "2z", "tree"),
        (app(), "3", "view"),
        (app(), "3<tab>", "view"),
        (app(), "1g", "view"),
        (debian(), "5", "tabs"),
    ] {
        let mut screen = Screen::open(&image, 100, 16)
            .with_content(&image)
            .press(keys);
        let areas = explore(&screen).areas;
        let area = match area {
            "layers" => areas.layers,
            "tree" => areas.tree,
            "tabs" => areas.tabs,
            _ => areas.view,
        };
        let (before, focus) = (at(&screen), explore(&screen).focus);
        wheel(&mut screen, area, true);
        assert_ne!(at(&screen), before, "{keys}");
        assert_eq!(explore(&screen).focus, focus, "{keys}");
    }
}

#[test]
fn the_wheel_on_a_map_is_up_and_down() {
    let selected = |screen: &Screen| explore(screen).map.selected().copied();
    let open = |keys: &str| crate::screens_overview::open(120, 40).press(keys);
    for keys in ["4", "4<right>", "4<right><right>"] {
        let mut screen = open(keys);
        let area = explore(&screen).areas.view;
        for (down, key) in [(true, "<down>"), (false, "<up>")] {
            let by_key = open(keys).press(key);
            wheel(&mut screen, area, down);
            assert_eq!(selected(&screen), selected(&by_key), "{keys}{key}");
            screen = open(keys);
        }
    }
}

#[test]
fn titles_and_lines_of_the_tabs_below_the_layers() {
    let mut screen = open(120, 40);
    let areas = explore(&screen).areas;
    screen.send(Msg::Mouse(Mouse::Press(areas.tabs.x + 2, areas.tabs.y)));
    let about = explore(&screen);
    assert_eq!((about.focus, about.tab), (Focus::Tabs, Tab::Packages));
    // Below the heads is the first line; a press on the heads sorts.
    let before = text(&screen);
    screen.send(Msg::Mouse(Mouse::Press(areas.tabs.x + 2, areas.tabs.y + 1)));
    assert_ne!(text(&screen), before, "sorted by another column");
    screen.send(Msg::Mouse(Mouse::Press(areas.tabs.x + 2, areas.tabs.y + 3)));
    assert_eq!(explore(&screen).tab_cursor().at(), 1);
    screen.send(Msg::Mouse(Mouse::Press(areas.tabs.x + 2, areas.tabs.y + 2)));
    screen.send(Msg::Mouse(Mouse::Double(
        areas.tabs.x + 2,
        areas.tabs.y + 2,
    )));
    assert!(explore(&screen).query().is_some());
}

#[test]
fn a_double_press_on_a_file_of_the_list_views_it() {
    let mut screen = open(120, 40).press("3");
    let rows = explore(&screen).areas.file_rows();
    screen.send(Msg::Mouse(Mouse::Press(rows.x + 3, rows.y + 2)));
    let list = explore(&screen).list().expect("the list");
    assert_eq!(list.cursor().at(), 2);
    assert!(screen.model.overlay.is_none());
    screen.send(Msg::Mouse(Mouse::Double(rows.x + 3, rows.y + 2)));
    assert!(matches!(screen.model.overlay, Some(Overlay::Viewer(_))));
}

#[test]
fn a_double_press_on_a_layer_shows_its_tree() {
    let mut screen = open(120, 40).press("1");
    let rows = explore(&screen).areas.layer_rows();
    screen.send(Msg::Mouse(Mouse::Press(rows.x + 3, rows.y + 1)));
    let about = explore(&screen);
    assert_eq!((about.layers.cursor.at(), about.view), (1, View::Overview));
    screen.send(Msg::Mouse(Mouse::Double(rows.x + 3, rows.y + 1)));
    assert_eq!(explore(&screen).view, View::Tree);
}

#[test]
fn lines_of_overlays_can_be_pressed() {
    // The versions of a path: a press selects one, a double press goes to its layer.
    let mut screen = Screen::open(&app(), 120, 40).press("<tab>/server<enter>H");
    let rows = screen.model.overlay_areas.rows;
    let Some(Overlay::History(history)) = &screen.model.overlay else {
        panic!("a history");
    };
    assert!(history.versions > 1);
    screen.send(Msg::Mouse(Mouse::Press(rows.x + 3, rows.y + 1)));
    let Some(Overlay::History(history)) = &screen.model.overlay else {
        panic!("a history");
    };
    assert_eq!(history.cursor.at(), 1);
    screen.send(Msg::Mouse(Mouse::Double(rows.x + 3, rows.y + 1)));
    assert!(screen.model.overlay.is_none());
    // The actions by name: the second press runs the action.
    let mut screen = open(120, 40).press(":map:");
    screen.send(Msg::Mouse(Mouse::Press(0, 0)));
    assert!(
        screen.model.overlay.is_none(),
        "a press beside it closes it"
    );
    let mut screen = screen.press(":rectangles");
    let rows = screen.model.overlay_areas.rows;
    screen.send(Msg::Mouse(Mouse::Press(rows.x + 3, rows.y)));
    assert_eq!(explore(&screen).view, View::Tree);
    screen.send(Msg::Mouse(Mouse::Double(rows.x + 3, rows.y)));
    assert_eq!(explore(&screen).view, View::Map);
}

#[test]
fn overlays_scroll_and_close_by_the_mouse() {
    for keys in ["<tab>/server<enter>v", "<tab>/server<enter>H", "?"] {
        let mut screen = Screen::open(&app(), 120, 16).press(keys);
        let opened = text(&screen);
        let middle = Rect::new(0, 0, 120, 16);
        wheel(&mut screen, middle, true);
        if keys == "?" {
            assert_ne!(text(&screen), opened);
            wheel(&mut screen, middle, false);
            assert_eq!(text(&screen), opened);
        }
        screen.send(Msg::Mouse(Mouse::Press(0, 15)));
        screen.send(Msg::Mouse(Mouse::Press(0, 0)));
        assert!(screen.model.overlay.is_none() && screen.model.help.is_none());
    }
}
