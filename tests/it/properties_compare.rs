//! Properties of any two images: the comparison against maps and plain loops. Stacking of one image is tested in
//! `properties`.

use std::collections::BTreeMap;

use dive_rs::analysis::{BaseHint, EntryDifferences, compare_entries, visible_bytes};
use dive_rs::bytes::Units;
use dive_rs::compare::{
    Comparison, Hashes, LayerRelation, PendingComparison, RowChange, RowId, Side, Sides,
};
use dive_rs::image::{Entry, EntryKind, Image};
use dive_rs::load::{Cancel, Request};
use dive_rs::pair::Pair;
use dive_rs::report::{ComparisonFacts, Destination, Facts, Format, Report, write};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::fixture::{Content, ImageBuilder, LayerBuilder, Record};
use crate::fixture_tar::{Docker, docker_save};

pub fn compare(before: &Image, after: &Image) -> Comparison {
    let images = Sides::new(before, after);
    PendingComparison::of(images).finish(images, &Hashes::default(), &BaseHint::default())
}

fn path() -> impl Strategy<Value = Vec<u8>> {
    let name = prop::sample::select(vec![&b"a"[..], b"b", b"c", b"a.b", b"\xff"]);
    vec(name, 1..=4).prop_map(|parts| parts.join(&b'/'))
}

fn content() -> impl Strategy<Value = Content> {
    let size = prop::sample::select(vec![0_u64, 1, 7, 513, 700]);
    prop_oneof![
        10 => (size, 0_u8..3).prop_map(|(size, fill)| Content::Filled { size, fill: if size == 0 { 0 } else { fill } }),
        3 => Just(Content::Directory),
        1 => path().prop_map(Content::Symlink),
        4 => path().prop_map(Content::HardLink),
        1 => (0_u32..2, 0_u32..2).prop_map(|(major, minor)| Content::CharDevice(major, minor)),
        2 => Just(Content::Whiteout),
        1 => Just(Content::Opaque),
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let mode = prop::sample::select(vec![0o644_u16, 0o644, 0o644, 0o755]);
    (path(), content(), mode).prop_map(|(path, content, mode)| Record {
        path,
        content,
        mode,
        owner: (0, 0),
        xattrs: Vec::new(),
    })
}

fn layers() -> impl Strategy<Value = Vec<Vec<Record>>> {
    vec(vec(record(), 0..10), 0..5)
}

fn image(layers: &[Vec<Record>]) -> ImageBuilder {
    let instruction = |records: &Vec<Record>| format!("RUN {}", records.len() % 3);
    layers.iter().fold(
        ImageBuilder::new("property:1").with_unique_sizes(),
        |image, records| {
            image.layer(&instruction(records), |layer| LayerBuilder {
                records: records.clone(),
                ..layer
            })
        },
    )
}

/// Two images: unrelated ones, or one with layers of the other before, between and after its own.
fn pair() -> impl Strategy<Value = (ImageBuilder, ImageBuilder)> {
    let picks = vec((any::<bool>(), any::<prop::sample::Index>()), 0..6);
    (layers(), layers(), picks).prop_map(|(before, own, picks)| {
        let mut after = own;
        for (take, place) in picks {
            if take && !before.is_empty() {
                let at = place.index(after.len() + 1);
                after.insert(at, before[place.index(before.len())].clone());
            }
        }
        (image(&before), image(&after))
    })
}

/// The visible entries of an image by path, without the root; of a hard link that of the file it names.
fn files(image: &Image) -> BTreeMap<Vec<u8>, Entry> {
    let seen = image.with_links_resolved();
    let shown = image.tree.ids().skip(1);
    shown
        .filter_map(|node| Some((image.tree.path(node), *image.entry(seen.get(node)?))))
        .collect()
}

fn paths(comparison: &Comparison, images: Sides<&Image>) -> BTreeMap<Vec<u8>, RowId> {
    let rows = comparison.rows.ids().skip(1);
    rows.map(|row| (comparison.path(images, row), row))
        .collect()
}

fn content_of(entry: &Entry) -> Option<(u64, std::num::NonZeroU64)> {
    (entry.kind() == EntryKind::File && entry.size > 0).then_some((entry.size, entry.hash?))
}

/// The comparison as JSON.
fn reported(images: Sides<&Image>, comparison: &Comparison) -> Value {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let facts = ComparisonFacts {
        images,
        comparison,
        transfer: None,
        why: None,
        vulnerabilities: None,
        units: Units::Si,
    };
    let report = Report {
        format: Format::Json,
        destination: Destination::File(file.path().to_owned()),
    };
    write(&[report], Facts::Two(&facts), false).expect("the folder takes files");
    let text = std::fs::read(file.path()).expect("a report");
    serde_json::from_slice(&text).expect("JSON")
}

/// The length of the longest common subsequence, by exhaustive search.
fn longest(before: &[&str], after: &[&str]) -> usize {
    match (before.split_first(), after.split_first()) {
        (Some((one, before_rest)), Some((other, after_rest))) => {
            let skip = longest(before_rest, after).max(longest(before, after_rest));
            let take = usize::from(one == other) * (1 + longest(before_rest, after_rest));
            skip.max(take)
        }
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn every_path_is_on_exactly_one_row((before, after) in pair()) {
        let (before, after) = (before.image(), after.image());
        let comparison = compare(&before, &after);
        let images = Sides::new(&before, &after);
        let rows = paths(&comparison, images);
        prop_assert_eq!(rows.len() + 1, comparison.rows.len());
        let (old, new) = (files(&before), files(&after));
        let union: Vec<_> = old.keys().chain(new.keys()).collect();
        prop_assert!(union.iter().all(|path| rows.contains_key(*path)));
        for (path, &row) in &rows {
            for (side, image, files) in [(Side::Before, &before, &old), (Side::After, &after, &new)] {
                let node = comparison.rows.node(row, side);
                prop_assert_eq!(node.is_some(), files.contains_key(path));
                prop_assert!(node.is_none_or(|node| image.tree.path(node) == *path));
                if let Some(node) = node {
                    prop_assert_eq!(comparison.rows.row_of(side, node), Some(row));
                }
            }
            let parent = comparison.rows.parent(row).expect("only the root has none");
            let folder = comparison.path(images, parent);
            prop_assert!(path.starts_with(&folder) && parent < row && row < comparison.rows.end(parent));
            prop_assert!(comparison.rows.children(parent).any(|child| child == row));
        }
    }

    #[test]
    fn an_image_is_the_same_as_itself((before, _) in pair()) {
        let image = before.image();
        let comparison = compare(&image, &image);
        prop_assert!(comparison.sameness.is_same());
        prop_assert!(comparison.rows.ids().all(|row| comparison.change(row) == RowChange::Same));
        let counts = comparison.counts;
        prop_assert_eq!((counts.added, counts.removed, counts.changed, counts.moved), (0, 0, 0, 0));
        prop_assert_eq!(counts.same, files(&image).values().filter(|entry| !entry.is_dir()).count());
        prop_assert!(comparison.layers.pairs.iter().all(|pair| pair.relation == LayerRelation::Same && pair.before == pair.after));
        prop_assert_eq!(comparison.layers.transfer.layers, 0);
        prop_assert_eq!(comparison.layers.shared_bytes, Some(image.size()));
        prop_assert!(comparison.folder_deltas.is_empty());
        prop_assert!(comparison.metadata.iter().all(dive_rs::compare::MetadataField::is_same));
    }

    #[test]
    fn swapped_images_give_the_mirror((before, after) in pair()) {
        let (before, after) = (before.image(), after.image());
        let (there, back) = (compare(&before, &after), compare(&after, &before));
        prop_assert_eq!(there.rows.len(), back.rows.len());
        for row in there.rows.ids() {
            prop_assert_eq!(there.rows.node(row, Side::Before), back.rows.node(row, Side::After));
            prop_assert_eq!(there.delta(row), -back.delta(row));
            let mirror = match back.change(row) {
                RowChange::Added => RowChange::Removed,
                RowChange::Removed => RowChange::Added,
                RowChange::MovedTo(to) => RowChange::MovedFrom(to),
                RowChange::MovedFrom(from) => RowChange::MovedTo(from),
                other => other,
            };
            prop_assert_eq!(there.change(row), mirror);
        }
        prop_assert_eq!((there.counts.added, there.counts.moved), (back.counts.removed, back.counts.moved));
        prop_assert_eq!(there.counts.changed, back.counts.changed);
        let mut pairs: Vec<_> = there.layers.pairs.iter().map(|pair| (pair.before, pair.after)).collect();
        let mut mirror: Vec<_> = back.layers.pairs.iter().map(|pair| (pair.after, pair.before)).collect();
        pairs.sort();
        mirror.sort();
        prop_assert_eq!(pairs, mirror);
    }

    #[test]
    fn the_rows_deltas_are_the_difference((before, after) in pair()) {
        let (before, after) = (before.image(), after.image());
        let comparison = compare(&before, &after);
        let own = |row: RowId| {
            let below: i128 = comparison.rows.children(row).map(|child| comparison.delta(child)).sum();
            comparison.delta(row) - below
        };
        let whole = i128::from(visible_bytes(&after)) - i128::from(visible_bytes(&before));
        prop_assert_eq!(comparison.rows.ids().map(own).sum::<i128>(), whole);
        prop_assert_eq!(comparison.delta(RowId::ROOT), whole);
        prop_assert_eq!(comparison.folder_deltas.iter().map(dive_rs::compare::FolderDelta::delta).sum::<i128>(), whole);
    }

    #[test]
    fn the_listed_changes_are_the_difference((before, after) in pair()) {
        let (before, after) = (before.image(), after.image());
        let images = Sides::new(&before, &after);
        let document = reported(images, &compare(&before, &after));
        let changes = document["changes"].as_array().expect("a list");
        let bytes = |side: &str| {
            let sizes = changes.iter().map(|change| change[side]["sizeBytes"].as_i64().unwrap_or(0));
            sizes.sum::<i64>()
        };
        prop_assert_eq!(document["difference"]["visibleBytes"].as_i64(), Some(bytes("after") - bytes("before")));
    }

    #[test]
    fn changes_are_the_maps_difference((before, after) in pair()) {
        let (before, after) = (before.image(), after.image());
        let comparison = compare(&before, &after);
        let images = Sides::new(&before, &after);
        let (old, new) = (files(&before), files(&after));
        let mut contents: BTreeMap<_, (usize, usize)> = BTreeMap::new();
        let mut moved = 0;
        for (path, row) in paths(&comparison, images) {
            let change = comparison.change(row);
            match (old.get(&path), new.get(&path)) {
                (Some(one), Some(other)) => {
                    let expected = match compare_entries((&before, one), (&after, other)) {
                        EntryDifferences::NOTHING => RowChange::Same,
                        what => RowChange::Changed(what),
                    };
                    prop_assert_eq!(change, expected);
                }
                (Some(one), None) => {
                    prop_assert!(matches!(change, RowChange::Removed | RowChange::MovedTo(_)));
                    if let Some(content) = content_of(one) {
 contents.entry(content).or_default().0 += 1;
}
                }
                (None, Some(other)) => {
                    prop_assert!(matches!(change, RowChange::Added | RowChange::MovedFrom(_)));
                    if let Some(content) = content_of(other) {
 contents.entry(content).or_default().1 += 1;
}
                    if let RowChange::MovedFrom(from) = change {
                        prop_assert_eq!(comparison.change(from), RowChange::MovedTo(row));
                        let one = old[&comparison.path(images, from)];
                        prop_assert_eq!(one.kind(), other.kind());
                        prop_assert_eq!(content_of(&one), content_of(other));
                        moved += usize::from(content_of(other).is_some());
                    }
                }
                (None, None) => prop_assert!(false, "a row of nobody"),
            }
        }
        // No further pair is possible.
        prop_assert_eq!(moved, contents.values().map(|(removed, added)| removed.min(added)).sum::<usize>());
        let is_file = |entry: &&Entry| !entry.is_dir();
        let counts = comparison.counts;
        let dir_both = |path: &Vec<u8>| [&old, &new].iter().all(|files| files.get(path).is_none_or(Entry::is_dir));
        let total = paths(&comparison, images).keys().filter(|path| !dir_both(path)).count();
        prop_assert_eq!(counts.added + counts.removed + counts.changed + counts.same + 2 * counts.moved, total);
        prop_assert!(counts.added <= new.values().filter(is_file).count());
    }

    #[test]
    fn layers_align_without_crossing((before, after) in pair()) {
        let (before, after) = (before.image(), after.image());
        let comparison = compare(&before, &after);
        let pairs = &comparison.layers.pairs;
        for side in Side::BOTH {
            let image = if side == Side::Before { &before } else { &after };
            let on_side = pairs.iter().filter_map(|pair| if side == Side::Before { pair.before } else { pair.after });
            prop_assert_eq!(on_side.collect::<Vec<_>>(), image.layer_ids().collect::<Vec<_>>());
        }
        let ids = |image: &Image| image.layers.iter().map(|layer| layer.heading.diff_id.clone().unwrap_or_default()).collect::<Vec<_>>();
        let (old, new) = (ids(&before), ids(&after));
        let mut same = 0;
        for pair in pairs {
            let relation = match (pair.before, pair.after) {
                (Some(one), Some(other)) if old[one.index()] == new[other.index()] => LayerRelation::Same,
                (Some(one), Some(other)) => {
                    prop_assert_eq!(&before.layer(one).heading.instruction, &after.layer(other).heading.instruction);
                    LayerRelation::Rebuilt
                }
                (Some(_), None) => LayerRelation::Before,
                _ => LayerRelation::After,
            };
            prop_assert_eq!(pair.relation, relation);
            same += usize::from(relation == LayerRelation::Same);
        }
        let text = |ids: &'_ [String]| ids.iter().map(String::as_str).map(str::to_owned).collect::<Vec<_>>();
        let (old, new) = (text(&old), text(&new));
        let (old, new): (Vec<&str>, Vec<&str>) = (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
        if old.len().max(new.len()) < 8 {
            prop_assert_eq!(same, longest(&old, &new));
        }
        let shared: u64 = after.layers.iter().zip(&new).filter(|(_, id)| old.contains(id)).map(|(layer, _)| layer.size).sum();
        prop_assert_eq!(comparison.layers.shared_bytes, Some(shared));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Uncompressed archives are not hashed while they are read, so every file that must be distinguished is read for it.
    #[test]
    fn archives_compare_as_their_images_do((before, after) in pair()) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let request = |name: &str, image: &ImageBuilder| {
            let path = folder.path().join(name);
            std::fs::write(&path, docker_save(image, Docker::New)).expect("the folder takes files");
            Request { reference: path.to_string_lossy().into_owned(), ..Request::default() }
        };
        prop_assume!(!before.layers.is_empty() && !after.layers.is_empty());
        let requests = (request("before.tar", &before), request("after.tar", &after));
        let loaded = Pair::load(Sides::new(&requests.0, &requests.1), &BaseHint::default(), &Cancel::default(), |_, _| {});
        let read = loaded.expect("two images").comparison;
        let (before, after) = (before.image(), after.image());
        let made = compare(&before, &after);
        prop_assert_eq!(read.counts, made.counts);
        for row in made.rows.ids() {
            prop_assert_eq!(read.change(row), made.change(row));
        }
        // The choice among several longest alignments depends on the digests, which differ here.
        let same = |comparison: &Comparison| comparison.layers.pairs.iter().filter(|pair| pair.relation == LayerRelation::Same).count();
        prop_assert_eq!(same(&read), same(&made));
    }
}
