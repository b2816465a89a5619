//! Properties of every image: the library against `oracle`, on random images. No hand-picked cases.

use std::collections::BTreeMap;

use dive_rs::analysis::{
    Analysis, BaseHint, Status, diff, efficiency, hidden_bytes, layer_changes, sizes, visible_bytes,
};
use dive_rs::image::{Compression, Entry, Image, LayerId, NodeId};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::fixture::{Content, ImageBuilder, LayerBuilder, Record};
use crate::fixture_tar::{Docker, docker_save, oci_archive};
use crate::oracle::{self, Path, Seen};
use crate::reading;

fn path() -> impl Strategy<Value = Vec<u8>> {
    let name = prop::sample::select(vec![&b"a"[..], b"b", b"a.b", b"a-", b"A", b"\xff"]);
    vec(name, 1..=4).prop_map(|parts| parts.join(&b'/'))
}

/// A path that other entries often have too, for the target of a hard link.
fn short_path() -> impl Strategy<Value = Vec<u8>> {
    let name = prop::sample::select(vec![&b"a"[..], b"b", b"A"]);
    vec(name, 1..=2).prop_map(|parts| parts.join(&b'/'))
}

fn content() -> impl Strategy<Value = Content> {
    let size = prop::sample::select(vec![0_u64, 1, 7, 511, 512, 700, 3000]);
    prop_oneof![
        8 => (size, 0_u8..2).prop_map(|(size, fill)| Content::Filled { size, fill }),
        4 => Just(Content::Directory),
        1 => path().prop_map(Content::Symlink),
        1 => short_path().prop_map(Content::Symlink),
        5 => short_path().prop_map(Content::HardLink),
        1 => (0_u32..2, 0_u32..2).prop_map(|(major, minor)| Content::CharDevice(major, minor)),
        1 => Just(Content::Fifo),
        4 => Just(Content::Whiteout),
        1 => Just(Content::Opaque),
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let mode = prop::sample::select(vec![0o644_u16, 0o755, 0o4755]);
    let xattrs = prop::sample::select(vec![
        Vec::new(),
        Vec::new(),
        vec![(b"user.a".to_vec(), b"1".to_vec())],
    ]);
    let path = prop_oneof![path(), short_path()];
    (path, content(), mode, 0_u32..2, xattrs).prop_map(|(path, content, mode, owner, xattrs)| {
        let marker = matches!(content, Content::Whiteout | Content::Opaque);
        Record {
            path,
            content,
            mode,
            owner: (owner, 0),
            xattrs: if marker { Vec::new() } else { xattrs },
        }
    })
}

/// Some layers; some may repeat a lower one.
pub fn image() -> impl Strategy<Value = ImageBuilder> {
    let layer = prop_oneof![
        6 => vec(record(), 0..12).prop_map(Ok),
        1 => any::<prop::sample::Index>().prop_map(Err),
    ];
    vec(layer, 1..6).prop_map(|layers| {
        let mut image = ImageBuilder::new("property:1");
        for layer in layers {
            let records = match layer {
                Ok(records) => records,
                Err(again) if !image.layers.is_empty() => image.layers
                    [again.index(image.layers.len())]
                .records
                .clone(),
                Err(_) => Vec::new(),
            };
            image = image.layer("RUN", |layer| LayerBuilder { records, ..layer });
        }
        image
    })
}

/// Layers of files, folders, symbolic links to folders, and hard links whose targets may lead through them.
fn linked_folders() -> impl Strategy<Value = ImageBuilder> {
    let folder = || prop::sample::select(vec!["p", "q", "s", "s/t", "p/u"]);
    let name = || prop::sample::select(vec!["x", "y"]);
    let up = prop::sample::select(vec!["", "/", "../"]);
    let step = (0_u8..8, folder(), folder(), name(), name(), up);
    vec(vec(step, 1..12), 1..4).prop_map(|layers| {
        let mut image = ImageBuilder::new("linked:1");
        for steps in layers {
            image = image.layer("RUN", |layer| {
                let add = |layer: LayerBuilder, (what, at, to, name, other, up)| match what {
                    0..=2 => layer.filled(format!("{at}/{name}"), 7, what),
                    3 | 4 => layer.symlink(at, format!("{up}{to}")),
                    5 => layer.whiteout(at),
                    _ => layer.hard_link(format!("l/{name}"), format!("{to}/{other}")),
                };
                steps.into_iter().fold(layer, add)
            });
        }
        image
    })
}

/// The image, assembled directly and read from archives: seekable and streamed, uncompressed and compressed.
fn images(builder: &ImageBuilder) -> Vec<Image> {
    let old = docker_save(builder, Docker::Old);
    let new = docker_save(builder, Docker::New);
    let packed = oci_archive(builder, Compression::Gzip);
    vec![
        builder.image(),
        reading::image(&old),
        reading::image(&new),
        reading::stream(&new, &reading::options())
            .expect("an image")
            .image,
        reading::image(&packed),
    ]
}

fn components(image: &Image, node: NodeId) -> Path {
    oracle::split(&image.tree.path(node))
}

fn is_record(image: &Image, entry: &Entry, seen: &Seen) -> bool {
    let Seen::Record(_, _, record) = seen else {
        return entry.is_implied() && entry.is_dir();
    };
    let extra = image.rare_fields(entry).cloned().unwrap_or_default();
    let target = match &record.content {
        Content::Symlink(target) | Content::HardLink(target) => target.clone(),
        _ => Vec::new(),
    };
    let device = match record.content {
        Content::CharDevice(major, minor) => Some((major, minor)),
        _ => None,
    };
    entry.size == oracle::size(record)
        && entry.permissions() == record.mode
        && (entry.uid, entry.gid) == record.owner
        && extra.xattrs == record.xattrs
        && extra.target == target
        && extra.device == device
        && entry.is_dir() == seen.is_dir()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stacking_is_the_oracle(builder in image()) {
        let expected = oracle::stack(&builder.layers);
        for image in images(&builder) {
            for layer in image.layer_ids() {
                let files = &expected[layer.index()];
                let snapshot = image.snapshot(Some(layer));
                for node in image.tree.ids() {
                    let (path, found) = (components(&image, node), snapshot.get(node));
                    prop_assert_eq!(found, image.timeline.at(node, layer));
                    match (found, files.get(&path)) {
                        (None, None) => prop_assert_eq!(image.timeline.origin(node, layer), None),
                        (Some(id), Some(seen)) => {
                            prop_assert!(is_record(&image, image.entry(id), seen), "{path:?} after {layer:?}: {:?}, not {seen:?}", image.entry(id));
                            if let Seen::Record(at, ..) = seen {
                                prop_assert_eq!(image.timeline.origin(node, layer).map(LayerId::index), Some(*at));
                            }
                        }
                        (found, seen) => prop_assert!(false, "{path:?} after {layer:?}: {found:?}, not {seen:?}"),
                    }
                }
            }
        }
    }

    #[test]
    fn differences_are_the_oracles_and_mirror(builder in image()) {
        let stacked = oracle::shown(&builder.layers);
        let paths = oracle::paths(&builder.layers);
        let empty = BTreeMap::new();
        let ends: Vec<Option<usize>> = std::iter::once(None).chain((0..stacked.len()).map(Some)).collect();
        for image in images(&builder) {
            let seen = |end: Option<usize>| image.snapshot(end.map(|at| LayerId(u32::try_from(at).expect("few layers"))));
            for &from in &ends {
                for &to in &ends {
                    let there = diff(&image, &seen(from), &seen(to));
                    let back = diff(&image, &seen(to), &seen(from));
                    let files = |end: Option<usize>| end.map_or(&empty, |at| &stacked[at]);
                    let expected = oracle::diff(&paths, files(from), files(to));
                    for node in image.tree.ids() {
                        let status = there[node.index()];
                        prop_assert_eq!(status, expected[&components(&image, node)], "{:?} from {:?} to {:?}", components(&image, node), from, to);
                        prop_assert_eq!(mirrored(status), back[node.index()]);
                        if from == to {
                            prop_assert!(matches!(status, Status::Absent | Status::Unmodified));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn targets_of_links_lead_through_symbolic_links(builder in linked_folders()) {
        let (_, states) = oracle::contents(&builder.layers);
        let image = builder.image();
        for (layer, state) in image.layer_ids().zip(&states) {
            let counted = oracle::counted(&builder.layers, state);
            for node in image.tree.ids().filter(|node| image.tree.children(*node).next().is_none()) {
                let bytes = counted.get(&components(&image, node)).copied().unwrap_or(0);
                prop_assert_eq!(image.visible_size(node, layer), bytes, "{:?} after {:?}", components(&image, node), layer);
            }
        }
    }

    #[test]
    fn bytes_add_up(builder in image()) {
        let (links, states) = oracle::contents(&builder.layers);
        let shipped: u64 = builder.layers.iter().flat_map(|layer| &layer.records).map(oracle::size).sum();
        let counted: Vec<_> = states.iter().map(|state| oracle::counted(&builder.layers, state)).collect();
        let live: u64 = counted.last().into_iter().flatten().map(|(_, bytes)| bytes).sum();
        let mut expected = oracle::buried(&builder.layers);
        expected.sort();
        for image in images(&builder) {
            prop_assert_eq!(image.size(), shipped);
            prop_assert_eq!(visible_bytes(&image), live);
            for (layer, counted) in image.layer_ids().zip(&counted) {
                let weights = sizes(&image, &image.snapshot(Some(layer)));
                for node in image.tree.ids() {
                    let own = counted.get(&components(&image, node)).copied().unwrap_or(0);
                    let below: u64 = image.tree.children(node).map(|child| weights[child.index()]).sum();
                    prop_assert_eq!(weights[node.index()], own + below, "{:?} after {:?} of {:?}", components(&image, node), layer, links);
                    prop_assert_eq!(weights[node.index()], image.visible_size(node, layer));
                }
            }
            names_are_the_oracles(&image, states.last())?;
            let hidden = hidden_bytes(&image);
            prop_assert_eq!(hidden.bytes(), shipped - live);
            prop_assert_eq!(hidden.layers.iter().map(|layer| layer.hidden).sum::<u64>(), shipped - live);
            prop_assert_eq!(hidden.layers.iter().map(|layer| layer.hides).sum::<u64>(), shipped - live);
            let mut found: Vec<oracle::Hidden> = hidden.entries.iter().map(|row| {
                (components(&image, row.node), row.bytes, row.stored_in.index(), row.hidden_by.index(), row.how)
            }).collect();
            prop_assert!(hidden.entries.is_sorted_by_key(|row| (std::cmp::Reverse(row.bytes), row.node, row.stored_in)));
            found.sort();
            prop_assert_eq!(&found, &expected);
            let analysis = Analysis::of(&image, &BaseHint::default());
            prop_assert_eq!((analysis.size, analysis.visible), (shipped, live));
        }
    }

    #[test]
    fn dives_numbers_are_the_oracles(builder in image()) {
        let tallies = oracle::tallies(&builder.layers);
        let least: u64 = tallies.values().filter_map(|sizes| sizes.iter().min()).sum();
        let total: u64 = tallies.values().flatten().sum();
        let mut rows: Vec<(Path, usize, u64)> = tallies.iter()
            .filter(|(_, sizes)| sizes.len() >= 2)
            .map(|(path, sizes)| (path.clone(), sizes.len(), sizes.iter().sum()))
            .collect();
        rows.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
        let wasted: u64 = rows.iter().map(|row| row.2).sum();
        let user: u64 = builder.layers.iter().skip(1).flat_map(|layer| &layer.records).map(oracle::size).sum();
        for image in images(&builder) {
            let found = efficiency(&image);
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let ratio = |part: u64, whole: u64| part as f64 / whole as f64;
            let score = if total == 0 { 1.0 } else { ratio(least, total) };
            prop_assert_eq!(found.score.to_bits(), score.to_bits());
            prop_assert_eq!((found.wasted_bytes, found.user_bytes), (wasted, user));
            let percent = match (wasted, user) {
                (0, 0) => 0.0,
                (_, 0) => 1.0,
                _ => ratio(wasted, user),
            };
            prop_assert_eq!(found.user_wasted_ratio.to_bits(), percent.to_bits());
            let found: Vec<(Path, usize, u64)> = found.inefficient.iter()
                .map(|row| (components(&image, row.node), row.count as usize, row.total))
                .collect();
            prop_assert_eq!(&found, &rows);
        }
    }

    #[test]
    fn counts_of_changes_are_the_oracles(builder in image()) {
        let stacked = oracle::shown(&builder.layers);
        let paths = oracle::paths(&builder.layers);
        for image in images(&builder) {
            for (at, changes) in layer_changes(&image).iter().enumerate() {
                let empty = BTreeMap::new();
                let before = at.checked_sub(1).map_or(&empty, |below| &stacked[below]);
                let statuses = oracle::diff(&paths, before, &stacked[at]);
                let file = |files: &oracle::Files, path: &Path| files.get(path).is_some_and(|seen| !seen.is_dir());
                let mut expected = (0_usize, 0_usize, 0_usize);
                for path in &paths {
                    if !file(before, path) && !file(&stacked[at], path) {
                        continue;
                    }
                    match statuses[path] {
                        Status::Added => expected.0 += 1,
                        Status::Modified(_) => expected.1 += 1,
                        Status::Removed => expected.2 += 1,
                        Status::Unmodified | Status::Absent => {}
                    }
                }
                prop_assert_eq!((changes.added, changes.modified, changes.removed), expected, "layer {}", at);
            }
        }
    }

    #[test]
    fn trees_are_in_order(builder in image()) {
        let paths: Vec<Path> = oracle::paths(&builder.layers).into_iter().collect();
        for image in images(&builder) {
            let tree = &image.tree;
            let found: Vec<Path> = tree.ids().map(|node| components(&image, node)).collect();
            // Sorted by components is pre-order with sorted siblings.
            prop_assert_eq!(&found, &paths);
            for node in tree.ids() {
                prop_assert_eq!(tree.find(&tree.path(node)), Some(node));
                prop_assert_eq!(usize::from(tree.depth(node)), components(&image, node).len());
                prop_assert!(tree.parent(node).is_none_or(|parent| parent < node && tree.contains(parent, node)));
                let below = tree.ids().filter(|&other| components(&image, other).starts_with(&components(&image, node)));
                prop_assert_eq!(below.max().map(|last| last.0 + 1), Some(tree.end(node).0));
                let children: Vec<NodeId> = tree.ids().filter(|&other| tree.parent(other) == Some(node)).collect();
                prop_assert_eq!(tree.children(node).collect::<Vec<_>>(), children);
            }
        }
    }
}

/// Every visible path shows the content of the oracle, and a content with several names counts at the first.
fn names_are_the_oracles(
    image: &Image,
    state: Option<&BTreeMap<Path, oracle::Stored>>,
) -> Result<(), TestCaseError> {
    let mut firsts = BTreeMap::new();
    for node in image.tree.ids() {
        let path = components(image, node);
        let expected = state.and_then(|state| state.get(&path));
        let seen = image.visible(node);
        let content = seen.and_then(|seen| image.content((seen.layer, seen.entry)));
        prop_assert_eq!(
            content.map(|(layer, _)| layer.index()),
            expected.map(|(layer, _)| *layer)
        );
        if let (Some(expected), Some(content), Some(seen)) = (expected, content, seen) {
            let (first, stored) = *firsts.entry(*expected).or_insert((node, content));
            prop_assert_eq!(stored, content);
            let counted_at = (first != node).then_some(first);
            prop_assert_eq!(seen.counted_at, counted_at);
        }
    }
    let contents: std::collections::BTreeSet<_> = firsts.values().map(|(_, it)| *it).collect();
    prop_assert_eq!(contents.len(), firsts.len());
    Ok(())
}

fn mirrored(status: Status) -> Status {
    match status {
        Status::Added => Status::Removed,
        Status::Removed => Status::Added,
        other => other,
    }
}
