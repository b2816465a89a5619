//! The sums of a comparison under a filter: a folder shows the bytes of the files that the filter keeps below it, and so do the totals.

use std::collections::HashMap;

use dive_rs::compare::{RowChange, RowId, Side};
use dive_rs::ui::compare::Compare;
use dive_rs::ui::model::Screen as Shown;

use crate::screens::Screen;
use crate::screens_compare::opened;

fn state(screen: &Screen) -> &Compare {
    match &screen.model.screen {
        Shown::Compare(state) => state,
        _ => panic!("two images are compared"),
    }
}

/// Returns the row of a path.
fn row(compare: &Compare, path: &str) -> RowId {
    let mut rows = compare.comparison.rows.ids();
    let found = rows.find(|row| compare.comparison.path(compare.both(), *row) == path.as_bytes());
    found.unwrap_or_else(|| panic!("{path} is in neither image"))
}

/// Returns the line with the totals of the files.
fn totals(screen: &Screen) -> String {
    let line = state(screen).areas.files.y + 1;
    screen.line(line)
}

/// A folder has the sum of the files that pass the filter below it, and the whole of all of them.
#[test]
fn a_folder_has_the_sum_of_what_the_filter_keeps() {
    for (keys, kept) in [
        ("2", "+~-"),
        ("2-", "+~"),
        ("2~-", "+"),
        ("2+", "~-"),
        ("2+~", "-"),
        ("2=", "+~-="),
        ("2=~", "+-="),
        // Without the swapped images' filter.
        ("2+X", "+~"),
    ] {
        let screen = opened(120, 40).press(keys);
        let shown = state(&screen);
        let comparison = &shown.comparison;
        let mut expected: HashMap<(RowId, Side), u64> = HashMap::new();
        for row in comparison.rows.ids() {
            let mark = match comparison.change(row) {
                RowChange::Same => '=',
                RowChange::Changed(_) => '~',
                RowChange::Added | RowChange::MovedFrom(_) => '+',
                RowChange::Removed | RowChange::MovedTo(_) => '-',
            };
            let is_leaf = comparison.rows.end(row).0 == row.0 + 1;
            if !is_leaf || !kept.contains(mark) {
                continue;
            }
            let above = std::iter::successors(Some(row), |row| comparison.rows.parent(*row));
            for folder in above {
                for side in Side::BOTH {
                    let bytes = comparison.sizes.get(side)[row.0 as usize];
                    *expected.entry((folder, side)).or_default() += bytes;
                }
            }
        }
        for row in comparison.rows.ids() {
            for side in Side::BOTH {
                let sum = expected.get(&(row, side)).copied().unwrap_or(0);
                let is_listed = shown.front.files.rows().iter().any(|it| it.path == row);
                if is_listed || row == RowId::ROOT {
                    assert_eq!(shown.bytes(row, side), sum, "{keys} {row:?} {side:?}");
                }
            }
        }
    }
}

/// The line above the trees counts what the filter keeps, and has its sums.
#[test]
fn the_totals_are_of_what_the_filter_keeps() {
    let screen = opened(160, 40).press("2");
    let line = totals(&screen);
    let all = "5 removed · 3 added · 2 changed · 1 moved";
    assert!(line.contains(all), "{line}");
    let screen = screen.press("~-");
    let line = totals(&screen);
    assert!(
        line.contains(" 3 added · 1 moved  0 B → 7.1 MB  +7.1 MB"),
        "{line}"
    );
    assert!(!line.contains("removed"), "{line}");
    // Files of at least one megabyte.
    let screen = opened(160, 40).press("2mmm");
    let line = totals(&screen);
    let large = "4 removed · 0 added · 0 changed · 1 moved  518.5 MB → 6.5 MB  −512.0 MB";
    assert!(line.contains(large), "{line}");
}

/// Siblings are in the order of what the filter keeps of them.
#[test]
fn siblings_are_ordered_by_what_the_filter_keeps() {
    let screen = opened(120, 40).press("2~-");
    let shown = state(&screen);
    let top: Vec<RowId> = shown
        .front
        .files
        .rows()
        .iter()
        .map(|row| row.path)
        .collect();
    let paths = ["/app", "/lib", "/bin", "/etc"].map(|path| row(shown, path));
    assert_eq!(top, paths, "{}", crate::explore::text(&screen));
}

/// A query keeps its totals; where the filter hides some of its files, the sums of the rest follow.
#[test]
fn the_total_of_a_query_stays_under_a_filter() {
    let screen = opened(160, 40).press("0j<enter>");
    assert!(
        totals(&screen).contains("layer 2, in after  6.5 MB"),
        "{}",
        totals(&screen)
    );
    assert!(!totals(&screen).contains("listed"), "{}", totals(&screen));
    let screen = screen.press("+");
    let line = totals(&screen);
    assert!(
        line.contains("layer 2, in after  6.5 MB · listed 0 B"),
        "{line}"
    );
}

/// A folder of which the filter hides something has all of its bytes in the line about it, and the totals those of the images.
#[test]
fn what_the_filter_hides_is_told() {
    let screen = opened(160, 40).press("2~-/etc<enter><esc>");
    let line = totals(&screen);
    assert!(line.contains("+7.1 MB of 518.5 MB → 7.1 MB"), "{line}");
    let about = screen.line(state(&screen).areas.file_rows().bottom());
    assert!(
        about.contains("changed below, in all 13 B → 14 B"),
        "{about}"
    );
    let screen = opened(160, 40).press("2=/etc<enter><esc>");
    let about = screen.line(state(&screen).areas.file_rows().bottom());
    assert!(!about.contains("in all"), "{about}");
}

/// A find narrows the sums of folders and the totals to its hits, in the tree of one image and in those of two, and leaving it restores them.
#[test]
fn sums_are_those_of_the_hits() {
    let screen = opened(160, 40).press("2");
    let all = state(&screen).bytes(RowId::ROOT, Side::Before);
    let screen = screen.press("/re:/bin/<enter>");
    let shown = state(&screen);
    let hits: Vec<RowId> = shown.front.files.find().expect("a find").hits().to_vec();
    assert!(!hits.is_empty());
    for listed in shown.front.files.rows() {
        for side in Side::BOTH {
            let below = listed.path.0..shown.comparison.rows.end(listed.path).0;
            let selected = hits.iter().filter(|hit| below.contains(&hit.0));
            let leaves = selected.filter(|hit| shown.comparison.rows.end(**hit).0 == hit.0 + 1);
            let bytes = leaves.map(|hit| shown.comparison.sizes.get(side)[hit.0 as usize]);
            assert_eq!(shown.bytes(listed.path, side), bytes.sum::<u64>());
        }
    }
    let sum = shown.bytes(RowId::ROOT, Side::Before);
    assert!(sum > 0 && sum < all, "{sum}");
    let screen = screen.press("<esc>");
    let shown = state(&screen);
    assert_eq!(shown.bytes(RowId::ROOT, Side::Before), all);
}

/// A find that is ended on its hit leaves the sums of all files in the list, and what the Config tab shows unchanged.
#[test]
fn staying_on_a_hit_restores_the_sums() {
    for keys in [
        "3/motd<enter><back>",
        "2/motd<enter>3<back>",
        "1/motd<enter>3<back>",
    ] {
        let screen = opened(160, 40).press(keys);
        let line = totals(&screen);
        assert!(!line.contains("0 B → 0 B"), "{keys}: {line}");
        let screen = screen.press("8");
        let before = crate::explore::text(&screen);
        let screen = screen.press("=");
        assert_ne!(crate::explore::text(&screen), before, "{keys}");
    }
}

/// The next change after a closed folder is the first one in it.
#[test]
fn the_next_change_is_in_the_closed_folder() {
    let screen = opened(120, 40).press("2<home>");
    let shown = state(&screen);
    let folder = shown.front.files.rows()[0].path;
    let end = shown.comparison.rows.end(folder);
    let screen = screen.press("n");
    let selected = state(&screen).front.files.selected().expect("a change");
    assert!(folder < selected.path && selected.path < end);
}
