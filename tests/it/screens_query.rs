//! Views opened from numbers: their totals, the way back, the list of files.

use std::sync::Arc;

use dive_rs::bytes::Units;
use dive_rs::image::{LayerId, NodeId};
use dive_rs::load::ExtractScope;
use dive_rs::query::{Condition, PackageFilter, Query, Selection};
use dive_rs::ui::keys::action::Action;
use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::explore::Explore;
use dive_rs::ui::model::message::{LoadUpdate, Mouse, Msg};
use dive_rs::ui::pane::{FileOrder, FilesPane, Focus, View};
use dive_rs::ui::{bindings, update};
use proptest::prelude::*;

use crate::explore::{above_footer, text};
use crate::fixture::ImageBuilder;
use crate::screens::{Screen, app, screens};
use crate::screens_packages::debian;

/// Opens an image with hidden versions of files, packages, and its content analysis.
fn open(width: u16, height: u16) -> Screen {
    Screen::open(&debian(), width, height).with_content(&debian())
}

fn open_app(width: u16, height: u16) -> Screen {
    Screen::open(&app(), width, height).with_content(&app())
}

fn explore(screen: &Screen) -> &Explore {
    match &screen.model.screen {
        Shown::Explore(explore) => explore,
        _ => panic!("the explore screen"),
    }
}

screens! {
    open;
    package: 120 by 40, "5jjj<enter>";
    package_small: 80 by 24, "5jjj<enter>";
    package_files: 120 by 40, "5jjj<enter>f";
    files: 120 by 40, "f";
    files_small: 80 by 24, "f";
    files_large: 200 by 60, "f";
    files_by_layer: 120 by 40, "fs";
    files_by_copies: 120 by 40, "fss";
    files_by_package: 120 by 40, "fsss";
    files_by_name: 120 by 40, "fsssss";
    files_marked: 120 by 40, "f j ";
    files_marked_small: 80 by 24, "f  ";
    package_map: 120 by 40, "5jjjj<enter>4";
    least_size: 120 by 40, "fmmm";
}

screens! {
    open_app;
    hidden_versions: 120 by 40, "7<enter>";
    hidden_versions_small: 80 by 24, "7<enter>";
    hidden_details: 120 by 40, "7<enter>i";
    layer_files: 120 by 40, "jF";
}

/// Presses keys that move to the line of the tab in front that contains a text.
fn to_line(mut screen: Screen, words: &str) -> Screen {
    for _ in 0..60 {
        let about = explore(&screen);
        let at = about.tab_cursor().at();
        let row = about.facts.rows().get(at).map(|row| row.shown.text.clone());
        if row.is_some_and(|text| text.contains(words)) {
            return screen;
        }
        screen = screen.press("j");
    }
    panic!("no line contains {words}");
}

#[test]
fn a_view_opened_from_a_number_totals_that_number() {
    for (words, total) in [
        ("deleted", "1.6 MB of 13.6 MB"),
        ("re-stored", "2.5 MB of 13.6 MB"),
    ] {
        let screen = to_line(open_app(120, 40).press("9"), words).press("<enter>");
        let about = explore(&screen);
        let selection = about.tree.selection().expect("a query");
        let hidden = &about.summary.analysis.hidden;
        let number = match words {
            "deleted" => hidden.deleted,
            _ => hidden.re_stored,
        };
        assert_eq!(selection.bytes(), number, "{words}");
        let shown = text(&screen);
        assert!(shown.contains(total), "{words}: {shown}");
        // The rows of the tree add up to it.
        let rows = about.tree.lines.rows();
        let top: u64 = rows
            .iter()
            .filter(|row| row.depth == 0)
            .map(|row| row.weight)
            .sum();
        assert_eq!(top, number);
    }
    for at in 0..3 {
        let keys = format!("1g{}<enter>", "j".repeat(at));
        let screen = open(120, 40).press(&keys);
        let about = explore(&screen);
        let bytes = about.tree.selection().expect("a query").bytes();
        let content = about.content.ready().expect("the content analysis");
        let categories = content.content_analysis.categories.largest();
        assert_eq!(categories[at].bytes(), bytes);
    }
}

/// Every view counts the files of a query alike: the list of packages, its details and the title of the query. Folders of a finding are paths.
#[test]
fn every_view_counts_the_same_files() {
    let screen = open(200, 60);
    let about = explore(&screen);
    let content = about.content.ready().expect("the content analysis");
    let analysis = &content.content_analysis;
    let count = |condition: Condition| {
        let query = Query::of(condition);
        let summary = &about.summary.analysis;
        Selection::of(&about.image, summary, Some(analysis), &query)
    };
    for (id, package) in analysis.packages.ids() {
        let selection = count(PackageFilter::Package(id).into());
        assert_eq!(
            selection.contents().len(),
            package.files,
            "{}",
            package.name
        );
    }
    let shares = analysis.packages.shares(&about.image);
    for (owner, share) in [
        (PackageFilter::AnyPackage, shares.packages),
        (PackageFilter::Unowned, shares.unowned),
    ] {
        let selection = count(owner.into());
        assert_eq!(selection.contents().len(), share.files, "{owner:?}");
        assert!(!selection.has_folders());
    }
    for (at, finding) in analysis.findings.list.iter().enumerate() {
        let selection = count(Condition::Finding(at));
        assert_eq!(selection.contents().len(), finding.claims.len());
        let entries = selection.contents().iter().map(|content| content.entry);
        let has_folders = entries
            .into_iter()
            .any(|entry| about.image.entry(entry).is_dir());
        assert_eq!(selection.has_folders(), has_folders);
    }
}

#[test]
fn folders_of_a_package_sum_its_files_alone() {
    let screen = open(120, 40).press("5jjj<enter>");
    let about = explore(&screen);
    let selection = about.tree.selection().expect("a query");
    let usr = about.image.tree.find(b"/usr").expect("a folder");
    assert_eq!(selection.bytes_below(usr), selection.bytes());
}

/// The way back names the tab that a query was opened from.
#[test]
fn a_query_opened_from_a_tab_names_the_tab() {
    let screen = open(200, 60).press("15jjj<enter>");
    assert!(text(&screen).contains("packages › "), "{}", text(&screen));
    let screen = open_app(200, 60).press("17<enter>");
    assert!(text(&screen).contains("hidden › "), "{}", text(&screen));
}

#[test]
fn going_back_leads_through_every_view() {
    let screen = open(120, 40).press("5jjj<enter>");
    assert!(screen.line(39).contains("esc back"), "{}", screen.line(39));
    let screen = screen.press("51<enter>");
    // Two views; the package's is behind the other.
    let shown = text(&screen);
    assert_eq!(explore(&screen).views.len(), 2, "{shown}");
    let screen = screen.press("<esc>");
    assert_eq!(explore(&screen).views.len(), 1);
    let screen = screen.press("<esc>");
    assert_eq!(explore(&screen).views.len(), 0);
    assert!(explore(&screen).query().is_none());
}

#[test]
fn a_jump_to_another_layer_can_be_gone_back_from() {
    let state = |screen: &Screen| format!("{:?}", explore(screen));
    let screen = open_app(120, 40).press("<end><tab>/share/doc<enter>");
    let before = state(&screen);
    let screen = screen.press("<enter>");
    assert_ne!(state(&screen), before);
    assert_eq!(state(&screen.press("<esc>")), before);
}

/// A find that was kept leads back to the view that it was started from in one step, however it is left.
#[test]
fn a_kept_find_returns_to_its_view_in_one_step() {
    for view in ["1", "3", "4"] {
        let before = open(120, 40).press(view);
        let shown = text(&before);
        for find in ["/doc<enter>", "/doc<enter>n", "/doc<enter>/dpkg<enter>"] {
            for key in ["<esc>", "q"] {
                let screen = open(120, 40).press(view).press(find);
                assert_eq!(explore(&screen).view, View::Tree);
                let screen = screen.press(key);
                assert_eq!(text(&screen), shown, "{view} {find} {key}");
            }
        }
        // The list then has the hits, which is a query of its own.
        if view == "3" {
            continue;
        }
        // Another find that is started in that view during the first one covers nothing else.
        let screen = open(120, 40).press(view).press("/doc<enter>");
        let screen = screen.press(view).press("/dpkg<enter>");
        assert_eq!(explore(&screen).views.len(), 1, "{view}");
    }
    // In the tree there is nothing to return to.
    let screen = open(120, 40).press("2/doc<enter><esc>");
    assert_eq!(explore(&screen).view, View::Tree);
}

/// With as many views as are kept, the oldest makes room for the tree of a find.
#[test]
fn a_cancelled_find_returns_to_its_view_from_a_full_stack() {
    let mut screen = open(120, 40);
    if let Shown::Explore(explore) = &mut screen.model.screen {
        let (layer, node) = (
            LayerId(0),
            explore.image.tree.find(b"/usr").expect("a path"),
        );
        for _ in 0..100 {
            explore.show(layer, node);
        }
    }
    let screen = screen.press("f");
    assert_eq!(explore(&screen).views.len(), 100);
    let before = text(&screen);
    let screen = screen.press("/doc<esc>");
    assert_eq!(text(&screen), before);
}

#[test]
fn conditions_are_added_and_dropped() {
    let screen = open(120, 40).press("fm");
    let about = explore(&screen);
    assert_eq!(
        about.query(),
        Some(&Query::of(Condition::Visible).and(Condition::MinSize(1_000)))
    );
    assert_eq!(about.views.len(), 1, "the list of all files is behind");
    let screen = screen.press("m");
    assert_eq!(
        explore(&screen).query(),
        Some(&Query::of(Condition::Visible).and(Condition::MinSize(100_000)))
    );
    assert!(text(&screen).contains(" ≥ 100.0 kB "), "{}", text(&screen));
    // After the last condition, the view before.
    let screen = screen.press("<back>");
    assert_eq!(
        explore(&screen).query(),
        Some(&Query::of(Condition::Visible))
    );
    let screen = screen.press("<back>");
    assert!(explore(&screen).query().is_none());
    let screen = screen.press("<back>");
    let footer = screen.line(39);
    assert!(footer.contains("there is no query"), "{footer}");
    // The condition of the package stays, without the least size.
    let screen = open(120, 40).press("5jjj<enter>mmm");
    assert_eq!(
        explore(&screen).query().map(|query| query.conditions.len()),
        Some(2)
    );
    let screen = screen.press("<back>");
    assert_eq!(
        explore(&screen).query().map(|query| query.conditions.len()),
        Some(1)
    );
    assert_eq!(explore(&screen).views.len(), 1);
}

#[test]
fn a_find_under_a_query_finds_only_its_files() {
    let screen = open(120, 40).press("5jjj<enter>/dpkg<enter>");
    let find = explore(&screen).tree.lines.find().expect("a find");
    assert!(find.hits().is_empty(), "{:?}", find.hits());
    let screen = open(120, 40).press("5jjj<enter>/gcc<enter>");
    let find = explore(&screen).tree.lines.find().expect("a find");
    assert!(!find.hits().is_empty());
}

#[test]
fn a_hidden_version_is_viewed_as_its_layer_stores_it() {
    // The largest hidden file is the server, stored by layer 3 and again by layer 4.
    let screen = open_app(120, 40).press("7<enter>");
    let content = explore(&screen).selected_content().expect("a content");
    assert_eq!(content.layer.0, 2);
    let file = explore(&screen).file(content.node).expect("a file").0;
    assert_eq!((file.layer, file.entry), (content.layer, content.entry));
    let screen = screen.press("v");
    assert!(text(&screen).contains("layer 3"), "{}", text(&screen));
}

#[test]
fn many_files_are_put_in_order_as_they_are_scrolled() {
    let builder = ImageBuilder::new("many").layer("COPY", |mut layer| {
        for at in 0..10_000_u64 {
            layer = layer.filled(format!("f/{at:05}"), 1 + at * 7919 % 10_007, 1);
        }
        layer
    });
    let mut screen = Screen::open(&builder, 80, 24).press("f");
    for keys in ["", "<pgdn><pgdn>", "G", "<pgup>", "g"] {
        screen = screen.press(keys);
        let about = explore(&screen);
        let list = about.list().unwrap();
        let selection = list.selection();
        let top = list.cursor().top();
        let mut all: Vec<u64> = selection
            .contents()
            .iter()
            .map(|content| content.bytes)
            .collect();
        all.sort_unstable_by_key(|bytes| std::cmp::Reverse(*bytes));
        for (at, expected) in all.into_iter().enumerate().skip(top).take(18) {
            let bytes = list.content(at).map(|content| content.bytes);
            assert_eq!(bytes, Some(expected), "line {at} after {keys}");
        }
    }
}

#[test]
fn tree_files_and_map_are_views_of_one_query() {
    for keys in OPENS {
        let screen = opening(open_app(120, 40), keys).2;
        let bytes = explore(&screen).tree.selection().expect("a query").bytes();
        let screen = screen.press("3");
        let list = explore(&screen).list().expect("the list");
        let lines = (0..list.len()).filter_map(|at| list.content(at));
        assert_eq!(lines.map(|it| it.bytes).sum::<u64>(), bytes, "{keys}");
        let screen = screen.press("4");
        let map = &explore(&screen).map;
        let files = explore(&screen).map_files().expect("files");
        assert_eq!(files.bytes(), bytes, "{keys}");
        // What is less than a half cell has no rectangle.
        let drawn: u64 = map.tiles().iter().map(|tile| tile.bytes).sum();
        let cells = explore(&screen).areas.map_cells();
        let least = bytes / (2 * u64::from(cells.width) * u64::from(cells.height));
        assert!(drawn <= bytes && bytes - drawn <= least, "{keys}: {drawn}");
        let screen = screen.press("2");
        let rows = explore(&screen).tree.lines.rows().iter();
        let top = rows.filter(|row| row.depth == 0);
        assert_eq!(top.map(|row| row.weight).sum::<u64>(), bytes, "{keys}");
    }
}

#[test]
fn changing_the_view_without_a_query_opens_nothing() {
    let screen = open_app(120, 40).press("3");
    let list = explore(&screen).list().expect("the list");
    let visible = explore(&screen).summary.analysis.visible;
    assert_eq!(list.selection().bytes(), visible);
    assert!(explore(&screen).views.is_empty() && explore(&screen).query().is_none());
    let cursor = |screen: &Screen| explore(screen).list().map(|list| list.cursor().at());
    let screen = screen.press("jj");
    assert_eq!(cursor(&screen), Some(2));
    // The list is kept as it was.
    assert_eq!(cursor(&screen.press("2143")), Some(2));
}

/// An image whose queries a worker thread answers, with files of up to 31 kB.
fn many() -> ImageBuilder {
    ImageBuilder::new("many").layer("COPY", |mut layer| {
        for at in 0..31_000_u64 {
            layer = layer.filled(format!("f{}/{at:05}", at / 100), 1 + at, 1);
        }
        layer
    })
}

#[test]
fn the_least_size_starts_again_on_a_large_image() {
    let screen = Screen::open(&many(), 80, 24).press("3m");
    let query = |screen: &Screen| explore(screen).query().cloned();
    let all = Query::of(Condition::Visible);
    let first = all.clone().and(Condition::MinSize(1_000));
    assert_eq!(query(&screen), Some(first.clone()));
    let screen = screen.press("m");
    assert_eq!(query(&screen), Some(all));
    let shown = text(&screen);
    assert!(
        shown.contains("no file is larger: all sizes are shown"),
        "{shown}"
    );
    assert_eq!(query(&screen.press("m")), Some(first));
}

#[test]
fn a_list_that_is_made_again_leaves_the_focus() {
    let mut screen = Screen::open(&many(), 80, 24).press("3<tab>");
    assert_eq!(explore(&screen).focus, Focus::Layers);
    let (image, summary) = (
        Arc::clone(&explore(&screen).image),
        Arc::clone(&explore(&screen).summary),
    );
    let load = screen.model.load;
    screen.send(Msg::Load(load, LoadUpdate::Loaded(image, summary)));
    assert_eq!(explore(&screen).focus, Focus::Layers);
    assert_eq!(explore(&screen).list().map(FilesPane::len), Some(31_000));
    // Its key focuses it.
    assert_eq!(explore(&screen.press("3")).focus, Focus::Files);
}

#[test]
fn a_long_query_keeps_the_view_until_it_is_answered() {
    let mut screen = Screen::open(&many(), 80, 24);
    let press = |screen: &mut Screen, keys: &str| {
        let mut effect = None;
        for key in crate::screens::parse(keys) {
            let msg = bindings::message(&screen.model, key).expect("a key");
            effect = update::update(&mut screen.model, msg).or(effect);
        }
        let Some(Effect::Compute(ticket, work)) = effect else {
            panic!("a query: {effect:?}");
        };
        Msg::Computed(ticket, Box::new(work.run()))
    };
    let before = text(&screen);
    let first = press(&mut screen, "3");
    assert_eq!(above_footer(&text(&screen)), above_footer(&before));
    assert_eq!(screen.line(23), " selecting the files … · esc to cancel");
    // One that was cancelled is not shown.
    screen.send(Msg::Do(Action::Escape));
    screen.send(first);
    assert_eq!(text(&screen), before);
    let second = press(&mut screen, "3");
    screen.send(second);
    assert_eq!(explore(&screen).list().map(FilesPane::len), Some(31_000));
    let third = press(&mut screen, "ss");
    assert_eq!(screen.line(23), " sorting the files … · esc to cancel");
    screen.send(third);
    let list = explore(&screen).list().expect("the list");
    assert_eq!(
        list.sort(),
        FileOrder::Layer,
        "only the first order was answered"
    );
}

/// A query that is not answered yet is cancelled with its view.
#[test]
fn an_answer_changes_no_other_view() {
    let builder = many();
    let open = || Screen::open(&builder, 80, 24).with_content(&builder);
    let ask = |screen: &mut Screen, key: &str| {
        let key = crate::screens::parse(key)[0];
        let msg = bindings::message(&screen.model, key).expect("a key");
        let Some(Effect::Compute(ticket, work)) = update::update(&mut screen.model, msg) else {
            panic!("a query");
        };
        Msg::Computed(ticket, Box::new(work.run()))
    };
    // A tab that was chosen since stays.
    let mut screen = open();
    let answer = ask(&mut screen, "3");
    let mut screen = screen.press("5");
    let before = text(&screen);
    screen.send(answer);
    assert_eq!(text(&screen), before);
    // The list behind the view that was left keeps its files and order.
    let mut screen = open();
    for keys in ["3", "1<enter>", "f"] {
        let (last, first) = match keys {
            "1<enter>" => ("<enter>", "1"),
            key => (key, ""),
        };
        screen = screen.press(first);
        let answer = ask(&mut screen, last);
        screen.send(answer);
    }
    let order = |screen: &Screen| explore(screen).list().map(FilesPane::sort);
    let answer = ask(&mut screen, "s");
    let mut screen = screen.press("q");
    screen.send(answer);
    assert_eq!(order(&screen.press("3")), Some(FileOrder::Size));
}

#[test]
fn a_press_on_a_layer_beside_the_head_of_the_list_selects_it() {
    let mut screen = open_app(120, 40).press("f");
    let sort = explore(&screen).list().map(FilesPane::sort);
    let areas = explore(&screen).areas;
    let (layers, files) = (areas.layer_rows(), areas.file_rows());
    assert_eq!(layers.y + 1, files.y, "the first layer is beside the head");
    screen.send(Msg::Mouse(Mouse::Press(layers.x + 2, layers.y)));
    assert_eq!(explore(&screen).focus, Focus::Layers);
    assert_eq!(explore(&screen).list().map(FilesPane::sort), sort);
}

#[test]
fn marks_decide_what_is_copied_and_extracted() {
    let mut screen = open_app(120, 40).press("f j ");
    let list = explore(&screen).list().expect("the list");
    let marked: Vec<_> = list.marked().map(|it| (it.node, it.bytes)).collect();
    assert_eq!(marked.len(), 2);
    let bytes: u64 = marked.iter().map(|(_, bytes)| bytes).sum();
    let shown = text(&screen);
    let words = format!("2 marked, {}", dive_rs::bytes::human(bytes, Units::Si));
    assert!(shown.contains(&words), "{shown}");
    let paths = marked.iter().map(|(node, _)| {
        let path = explore(&screen).image.tree.path(*node);
        String::from_utf8(path).expect("text")
    });
    let paths: Vec<String> = paths.collect();
    screen = screen.press("y");
    let copied = screen.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied, Some(paths.join("\n")));
    screen = screen.press("e<enter>");
    let extracted = screen.effects.iter().find_map(|effect| match effect {
        Effect::Extract {
            extent: ExtractScope::Items(items),
            ..
        } => Some(items.clone()),
        _ => None,
    });
    let extracted = extracted.expect("an extraction");
    let nodes: Vec<_> = extracted.iter().map(|item| item.node).collect();
    assert_eq!(
        nodes,
        marked.iter().map(|(node, _)| *node).collect::<Vec<_>>()
    );
    // The first esc clears the marks, the list stays.
    let screen = open_app(120, 40).press("f j <esc>");
    let list = explore(&screen).list().expect("the list");
    assert!(!list.has_marks());
}

/// In another order the selected file stays selected, and in view; the first line stays the first line.
#[test]
fn sorting_keeps_the_selected_file() {
    let selected = |screen: &Screen| {
        let list = explore(screen).list().expect("the list");
        list.content(list.cursor().at()).map(|content| content.node)
    };
    let screen = open_app(80, 24).press("fjjj");
    let file = selected(&screen);
    for keys in ["s", "ss", "sss", "ssss"] {
        let screen = open_app(80, 24).press("fjjj").press(keys);
        assert_eq!(selected(&screen), file);
        let list = explore(&screen).list().expect("the list");
        let rows = usize::from(explore(&screen).areas.file_rows().height);
        let (top, at) = (list.cursor().top(), list.cursor().at());
        assert!((top..top + rows).contains(&at), "{top} {at}");
    }
    let screen = screen.press("gs");
    let list = explore(&screen).list().expect("the list");
    assert_eq!(list.cursor().at(), 0);
}

#[test]
fn a_press_on_a_column_head_sorts_by_that_column() {
    let mut screen = open(200, 60).press("f");
    let rows = explore(&screen).areas.file_rows();
    let heads = screen.line(rows.y - 1);
    let at = |word: &str| {
        let byte = heads.find(word).expect("a head");
        u16::try_from(heads[..byte].chars().count()).expect("a column")
    };
    for (word, order) in [
        (" L ", FileOrder::Layer),
        ("Package", FileOrder::Package),
        ("Path", FileOrder::Name),
        ("Size", FileOrder::Size),
    ] {
        let column = at(word) + u16::from(word.starts_with(' '));
        screen.send(Msg::Mouse(Mouse::Press(column, rows.y - 1)));
        let list = explore(&screen).list().expect("the list");
        assert_eq!(list.sort(), order, "{word}");
    }
}

#[test]
fn files_are_listed_by_the_time_of_their_last_modification() {
    let times = ImageBuilder::new("times").layer("COPY . /", |layer| {
        layer
            .filled("old", 10, 1)
            .filled("new", 5, 2)
            .filled("reproducible", 20, 3)
    });
    let times = times.modified(&[("old", 1_000_000_000), ("new", 1_700_000_000)]);
    let screen = Screen::open(&times, 120, 40).press("fssss");
    let rows = explore(&screen).areas.file_rows();
    assert!(screen.line(rows.y - 1).contains("Modified ▾"));
    let shown = [0, 1, 2].map(|at| screen.line(rows.y + at));
    for (line, words) in shown
        .iter()
        .zip(["2023-11-14 22:13", "2001-09-09 01:46", "/rep"])
    {
        assert!(line.contains(words), "{words}: {line}");
    }
    assert!(!shown[2].contains("1970"));
}

/// Keys that change a view in every way, none of which opens another.
const KEYS: &[&str] = &[
    "<tab>",
    "j",
    "k",
    "G",
    "g",
    "<pgdn>",
    "z",
    "<right>",
    "<left>",
    "m",
    "+",
    "~",
    "a",
    "A",
    "s",
    "5",
    "6",
    "7",
    "8",
    "9",
    "/c<enter>",
    " ",
    "f",
    "4",
    "2",
];
/// Keys that open a view.
const OPENS: &[&str] = &[
    "fm",
    "9gjj<enter>",
    "7<enter>",
    "6<enter>",
    "5jj<enter>",
    "1gj<enter>",
];

#[test]
fn going_back_restores_the_line_of_the_overview() {
    let screen = open(120, 40).press("1gjj<enter>");
    let screen = screen.press("1G<tab><esc>");
    assert_eq!(explore(&screen).overview.at(), 2);
}

/// Presses keys that open a view, and returns the screen before the last of them and after it.
fn opening(screen: Screen, keys: &str) -> (String, usize, Screen) {
    // What a view is opened from is the state just before the last key.
    let (before, last) = match keys.rfind('<') {
        Some(at) => keys.split_at(at),
        None => keys.split_at(keys.len() - 1),
    };
    let screen = screen.press(before);
    let depth = explore(&screen).views.len();
    let state = format!("{:?}", explore(&screen));
    (state, depth, screen.press(last))
}

#[test]
fn every_way_in_opens_a_view() {
    for keys in OPENS {
        let (_, depth, screen) = opening(open_app(100, 30), keys);
        assert_eq!(explore(&screen).views.len(), depth + 1, "{keys}");
    }
}

/// A find under a query narrows the sum of every folder to what the query selects at its hits and below them.
#[test]
fn folders_sum_the_hits_of_a_find() {
    for find in ["e", "app", "*.so", "re:^/usr/(lib|share)", "py", "zzz"] {
        let screen = open_app(100, 30).press(&format!("1j<enter>/{find}<enter>"));
        let explore = explore(&screen);
        let (tree, lines) = (&explore.image.tree, &explore.tree.lines);
        let hits = lines.find().expect("a find").hits();
        let within = |node: NodeId, hit: NodeId| hit <= node && node < tree.end(hit);
        let is_selected = |node: NodeId| hits.iter().any(|&hit| within(node, hit));
        let selection = explore.selection().expect("a query");
        for row in lines.rows() {
            let contents = selection.contents().iter();
            let below = contents.filter(|content| within(content.node, row.path));
            let selected = below.filter(|content| is_selected(content.node));
            let bytes: u64 = selected.map(|content| content.bytes).sum();
            assert_eq!(row.weight, bytes, "{find} {:?}", row.path);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn going_back_restores_the_view_exactly(
        keys in prop::collection::vec(prop::sample::select(KEYS), 0..12),
        open in prop::sample::select(OPENS),
        inside in prop::collection::vec(prop::sample::select(KEYS), 0..12),
    ) {
        let opened = open_app(100, 30).press(&keys.concat());
        let (state, depth, mut screen) = opening(opened, open);
        // A tree that lists nothing and a row without files open no view.
        prop_assume!(explore(&screen).views.len() > depth);
        prop_assert_eq!(explore(&screen).views.len(), depth + 1);
        screen = screen.press(&inside.concat());
        for _ in 0..40 {
            if explore(&screen).views.len() > depth {
                screen = screen.press("<esc>");
            }
        }
        prop_assert_eq!(explore(&screen).views.len(), depth);
        // The order of packages and what was last found are the screen's, not the view's.
        let same = |state: &str| -> String {
            let parts = state.split(", ").filter(|part| {
                !part.contains("last_find") && !part.contains("found_from") && !part.contains("order: ") && !part.contains("Package(")
            });
            parts.collect::<Vec<_>>().join(", ")
        };
        prop_assert_eq!(same(&format!("{:?}", explore(&screen))), same(&state));
    }
}

/// The files that a find lists are those of the finished image, wherever it is started, and leaving it restores the view.
#[test]
fn a_find_from_another_view_searches_the_finished_image() {
    for view in ["3", "4"] {
        let screen = open_app(120, 40).press("gg").press(view);
        let before = text(&screen);
        let screen = screen.press("/etc/passwd<enter>");
        let shown = explore(&screen);
        assert_eq!(shown.view, View::Tree, "{view}");
        let node = shown.tree.lines.selected().expect("the hit").path;
        assert!(shown.tree.layer_outside_range(&shown.image, node).is_none());
        assert_eq!(shown.tree.comparison().range().after, shown.image.top());
        assert_eq!(text(&screen.press("<esc>")), before, "{view}");
    }
}

/// After a find that is ended on its hit, the tree is the view that the next find returns to; `esc` leads on to the view before.
#[test]
fn a_view_in_which_one_stays_is_returned_to() {
    let screen = open_app(120, 40).press("3/etc/passwd<enter><back>");
    let stayed = text(&screen);
    let screen = screen.press("/app<esc>");
    assert_eq!(text(&screen), stayed);
    assert_eq!(explore(&screen.press("<esc>")).view, View::Files);
}

/// A hit that has another one below it has all of its bytes, and so has the total.
#[test]
fn a_hit_within_a_hit_takes_nothing_from_it() {
    let builder = ImageBuilder::new("nested").layer("COPY", |layer| {
        layer
            .file("app/node_modules/a/index.js", "12345")
            .file("app/node_modules/a/node_modules/b/index.js", "123")
            .file("app/other", "1")
    });
    let screen = Screen::open(&builder, 120, 40).press("<tab>/node_modules<enter>");
    let shown = explore(&screen);
    let weights: Vec<u64> = shown
        .tree
        .lines
        .rows()
        .iter()
        .map(|row| row.weight)
        .collect();
    assert_eq!(weights, [8, 8, 8, 3], "{}", text(&screen));
    assert!(text(&screen).contains("8 B of 9 B"), "{}", text(&screen));
    let fuzzy = Screen::open(&builder, 120, 40).press("<tab>/ndmdls<enter>");
    assert!(text(&fuzzy).contains("fuzzy hit"), "{}", text(&fuzzy));
}

/// The contents of the version that the Hidden tab lists are viewed there, and compared with those that replaced it.
#[test]
fn a_hidden_version_is_viewed_in_its_tab() {
    let screen = open_app(120, 40).press("7");
    let shown = explore(&screen);
    let row = shown.summary.hidden[0];
    let (file, _) = shown.file(row.node).expect("a file");
    assert_eq!(file.layer, row.stored_in);
    let (other, _) = file.other.expect("another version");
    assert_eq!(other, row.hidden_by);
    let screen = screen.press("v");
    assert!(text(&screen).contains("/app/server"), "{}", text(&screen));
}

#[test]
fn the_ends_of_the_layers_are_named() {
    let screen = open_app(120, 40).press("[[[[[");
    assert!(text(&screen).contains("layer 1 is the first one"));
    let screen = screen.press("]]]]");
    assert!(text(&screen).contains("layer 4 is the last one"));
    assert!(!text(&screen.press("[")).contains("is the last one"));
}
