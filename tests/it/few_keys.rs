//! How many keys the common jobs take, beside what is typed.

use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::explore::Explore;
use dive_rs::ui::model::overlay::Overlay;
use dive_rs::ui::pane::FilesPane;

use crate::explore::text;
use crate::screens::{Screen, app};
use crate::screens_compare;
use crate::screens_overview;

fn explore(screen: &Screen) -> &Explore {
    match &screen.model.screen {
        Shown::Explore(explore) => explore,
        _ => panic!("one image"),
    }
}

/// One key: the savings, with the fix of the first one.
#[test]
fn what_can_be_saved_is_shown_with_its_fix() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let screen = screens_overview::open(width, height).press("6");
        let about = explore(&screen);
        let content = about.content.ready().expect("the content analysis");
        let listed = content.listed.first().expect("a finding");
        let finding = &content.content_analysis.findings.list[listed.finding];
        let shown = text(&screen);
        let place = finding.fix.place.words();
        let place = &place[1..place.len().min(20)];
        assert!(shown.contains(place), "{place}: {shown}");
    }
}

/// No key: why the sizes differ. One key: the files that differ most.
#[test]
fn why_an_image_is_larger_is_the_first_thing_shown() {
    let screen = screens_compare::opened(120, 40);
    assert!(text(&screen).contains("−462.0 MB folder  /usr/lib"));
    assert!(text(&screen).contains("removed /usr/lib/go/compile"));
    let screen = screen.press("3");
    assert!(text(&screen).contains("/usr/lib/go/compile"));
}

/// Two keys and a name: the differences of a file.
#[test]
fn the_differences_of_a_file_are_opened_from_the_find() {
    let screen = screens_compare::opened(120, 40).press("/motd<ctrl+o>");
    assert!(matches!(screen.model.overlay, Some(Overlay::Diff(_))));
    // The hits are kept.
    let screen = screen.press("<esc>");
    assert!(text(&screen).contains("hit 1 of 1"), "{}", text(&screen));
    // With one image the file is viewed.
    let screen = Screen::open(&app(), 120, 40).press("/server<ctrl+o>");
    assert!(matches!(screen.model.overlay, Some(Overlay::Viewer(_))));
    let screen = Screen::open(&app(), 120, 40).press("/zzz<ctrl+o>");
    assert!(
        screen.line(39).contains("no path matches"),
        "{}",
        screen.line(39)
    );
}

/// Three keys and a name: the layers that stored a file.
#[test]
fn who_put_a_file_there() {
    let screen = Screen::open(&app(), 120, 40).press("/server<enter>H");
    let Some(Overlay::History(history)) = &screen.model.overlay else {
        panic!("a history");
    };
    assert!(history.versions > 1);
}

/// One key: the largest files.
#[test]
fn the_largest_files_are_a_key_away() {
    let screen = screens_overview::open(120, 40).press("3");
    let list = explore(&screen).list();
    assert!(list.map_or(0, FilesPane::len) > 0);
    let sizes = |at| explore(&screen).list()?.content(at).map(|it| it.bytes);
    assert!(sizes(0) >= sizes(1));
}
