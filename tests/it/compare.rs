//! Comparisons of hand-written images: moved files and folders, layers, facts, contents. Properties of any two images are in `properties_compare`.

use std::fmt::Write as _;

use dive_rs::compare::diff_files;
use dive_rs::compare::{
    Comparison, DiffLineKind, FileDiff, LayerRelation, PendingComparison, RowChange, Side, Sides,
};
use dive_rs::image::{Config, Image};
use dive_rs::load::{Cancel, Request, load};

use crate::fixture::{ImageBuilder, LayerBuilder};
use crate::fixture_tar::{Docker, docker_save};
use crate::properties_compare::compare;

fn image(build: impl FnOnce(LayerBuilder) -> LayerBuilder) -> Image {
    ImageBuilder::new("made:1")
        .with_unique_sizes()
        .layer("COPY . /", build)
        .image()
}

/// Lists the moved files as `from > to`, in the order of the new paths.
fn moved(before: &Image, after: &Image) -> Vec<String> {
    let comparison = compare(before, after);
    let images = Sides::new(before, after);
    let path = |row| String::from_utf8_lossy(&comparison.path(images, row)).into_owned();
    let rows = comparison.rows.ids();
    rows.filter_map(|row| match comparison.change(row) {
        RowChange::MovedFrom(from) => Some(format!("{} > {}", path(from), path(row))),
        _ => None,
    })
    .collect()
}

fn folders(comparison: &Comparison, images: Sides<&Image>) -> Vec<String> {
    let path = |row| String::from_utf8_lossy(&comparison.path(images, row)).into_owned();
    let folders = comparison.moves.folders.iter();
    folders
        .map(|&(from, to)| format!("{} > {}", path(from), path(to)))
        .collect()
}

#[test]
fn a_moved_file_is_neither_added_nor_removed() {
    let before = image(|layer| layer.file("go/bin/app", "elf").file("go/bin/empty", ""));
    let after = image(|layer| layer.file("app/goapp", "elf").file("app/void", ""));
    assert_eq!(moved(&before, &after), ["/go/bin/app > /app/goapp"]);
    let counts = compare(&before, &after).counts;
    assert_eq!((counts.moved, counts.added, counts.removed), (1, 1, 1));
}

/// Reads no layer that both have, no file that its size distinguishes, and none without a counterpart.
#[test]
fn only_indistinguishable_files_are_read() {
    let image = |own: &dyn Fn(LayerBuilder) -> LayerBuilder| {
        let base = |layer: LayerBuilder| layer.file("base/a", "1234").file("base/b", "12345");
        let image = ImageBuilder::new("read:1").layer("FROM base", base);
        let archive = docker_save(&image.layer("COPY . /", own), Docker::New);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("image.tar");
        std::fs::write(&path, archive).expect("the folder takes files");
        let request = Request {
            reference: path.to_string_lossy().into_owned(),
            ..Request::default()
        };
        let loaded = load(&request, &Cancel::default(), |_| {});
        loaded.expect("an image").image
    };
    let before = image(&|layer| {
        layer
            .file("edited", "1234")
            .file("grown", "12")
            .file("gone", "12345")
            .file("gone-for-good", "1234567")
    });
    let after = image(&|layer| {
        layer
            .file("edited", "4321")
            .file("grown", "123")
            .file("come", "54321")
            .file("void", "")
    });
    let images = Sides::new(&*before, &*after);
    let unread = PendingComparison::of(images).unread(images);
    let read = |side: Side| {
        let image = images.get(side);
        let named = |&(layer, id)| {
            let mut nodes = image.tree.ids();
            let node = nodes.find(|&node| image.timeline.at(node, layer) == Some(id));
            String::from_utf8_lossy(&image.tree.path(node.expect("it has a path"))).into_owned()
        };
        unread.get(side).iter().map(named).collect::<Vec<_>>()
    };
    assert_eq!(read(Side::Before), ["/edited", "/gone"]);
    assert_eq!(read(Side::After), ["/edited", "/come"]);
}

#[test]
fn a_folder_moves_to_any_depth_and_back() {
    let near = image(|layer| layer.file("a/x", "bytes"));
    let deep = image(|layer| layer.file("b/a/a/x", "bytes"));
    let there = ["/a > /b/a/a", "/a/x > /b/a/a/x"];
    assert_eq!(moved(&near, &deep), there);
    let back = there.map(|line| {
        let (from, to) = line.split_once(" > ").expect("two paths");
        format!("{to} > {from}")
    });
    assert_eq!(moved(&deep, &near), back);
}

#[test]
fn equal_names_pair_before_near_paths() {
    let before = image(|layer| layer.file("a/b/one", "same").file("z/two", "same"));
    let after = image(|layer| layer.file("a/b/two", "same").file("q/r/s/one", "same"));
    assert_eq!(
        moved(&before, &after),
        ["/z/two > /a/b/two", "/a/b/one > /q/r/s/one"]
    );
}

#[test]
fn near_paths_pair_first_when_names_do_not() {
    let before = image(|layer| layer.file("a/b/one", "same").file("z/two", "same"));
    let after = image(|layer| layer.file("z/three", "same").file("a/four", "same"));
    assert_eq!(
        moved(&before, &after),
        ["/a/b/one > /a/four", "/z/two > /z/three"]
    );
}

#[test]
fn surplus_copies_are_removed() {
    let before = image(|layer| {
        layer
            .file("a/x", "same")
            .file("b/x", "same")
            .file("c/x", "same")
    });
    let after = image(|layer| layer.file("b/y/x", "same"));
    assert_eq!(moved(&before, &after), ["/b/x > /b/y/x"]);
    assert_eq!(compare(&before, &after).counts.removed, 2);
}

#[test]
fn a_folder_moves_with_its_contents() {
    let tree = |layer: LayerBuilder, top: &str| {
        layer
            .file(format!("{top}/lib/a.py"), "a")
            .file(format!("{top}/lib/__init__.py"), "")
            .file(format!("{top}/lib/deep/license"), "free")
            .file(format!("{top}/license"), "free")
            .symlink(format!("{top}/lib/link"), "a.py")
            .hard_link(format!("{top}/hard"), format!("{top}/lib/a.py"))
    };
    let before = image(|layer| tree(layer, "opt/old").file("opt/keep", "k"));
    let after = image(|layer| tree(layer, "srv/new").file("opt/keep", "k"));
    let comparison = compare(&before, &after);
    assert_eq!(
        folders(&comparison, Sides::new(&before, &after)),
        ["/opt/old > /srv/new"]
    );
    let counts = comparison.counts;
    assert_eq!(
        (counts.moved, counts.added, counts.removed, counts.same),
        (6, 0, 0, 1)
    );
}

#[test]
fn a_changed_folder_does_not_move_as_one() {
    let before = image(|layer| {
        layer
            .file("old/a", "a")
            .file("old/in/b", "b")
            .file("old/in/c", "c")
    });
    let after = image(|layer| {
        layer
            .file("new/a", "A")
            .file("new/in/b", "b")
            .file("new/in/c", "c")
    });
    let comparison = compare(&before, &after);
    assert_eq!(
        folders(&comparison, Sides::new(&before, &after)),
        ["/old/in > /new/in"]
    );
    assert_eq!(comparison.counts.moved, 2);
}

#[test]
fn very_many_copies_pair_by_their_endings() {
    let many = |top: &'static str| {
        move |layer: LayerBuilder| {
            (0..100).fold(layer, |layer, at| {
                layer.file(format!("{top}/p{at:03}/license"), "free")
            })
        }
    };
    let before = image(many("old"));
    let after = image(|layer| many("new")(layer).file("new/p050/more", "more"));
    let moved = moved(&before, &after);
    // All but one, with their folders.
    assert_eq!(moved.len(), 100 + 99);
    assert!(moved.contains(&"/old/p077/license > /new/p077/license".to_owned()));
}

#[test]
fn an_inserted_layer_leaves_the_rest_the_same() {
    let layer = |text: &'static str| move |layer: LayerBuilder| layer.file("etc/file", text);
    let before = ImageBuilder::new("a")
        .with_unique_sizes()
        .layer("FROM base", layer("base"))
        .layer("RUN apt", layer("apt 1"))
        .layer("COPY app", layer("app"))
        .image();
    let after = ImageBuilder::new("b")
        .with_unique_sizes()
        .layer("FROM base", layer("base"))
        .layer("RUN new", layer("new"))
        .layer("RUN apt", layer("apt 2"))
        .layer("COPY app", layer("app"))
        .image();
    let comparison = compare(&before, &after);
    let relations: Vec<_> = comparison
        .layers
        .pairs
        .iter()
        .map(|pair| pair.relation)
        .collect();
    assert_eq!(
        relations,
        [
            LayerRelation::Same,
            LayerRelation::After,
            LayerRelation::Rebuilt,
            LayerRelation::Same
        ]
    );
    assert_eq!(comparison.layers.shared, 2);
    assert_eq!(comparison.layers.transfer.layers, 2);
    assert_eq!(comparison.layers.transfer.unpacked, Some(3 + 5));
}

#[test]
fn facts_are_matched_by_key() {
    let with = |env: &[&str], user: &str| {
        let config = Config {
            env: env.iter().map(|&pair| pair.to_owned()).collect(),
            user: user.to_owned(),
            ..Config::default()
        };
        ImageBuilder::new("facts:1")
            .with_unique_sizes()
            .config(config)
            .image()
    };
    let (before, after) = (
        with(&["PATH=/bin", "A=1"], ""),
        with(&["A=2", "PATH=/bin"], "app"),
    );
    let comparison = compare(&before, &after);
    let changed = comparison.metadata.iter().filter(|fact| !fact.is_same());
    let shown: Vec<String> = changed
        .map(|fact| {
            let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "·".to_owned());
            let Sides { before, after } = &fact.values;
            format!(
                "{} {}: {} > {}",
                fact.field,
                fact.key,
                side(before),
                side(after)
            )
        })
        .collect();
    assert_eq!(shown, ["user : · > app", "env A: 1 > 2"]);
}

#[test]
fn text_differs_by_lines_with_context() {
    let before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";
    let after = "one\ntwo\n3\nfour\nfive\nsix\nseven\neight\nnine";
    let FileDiff::Text(diff) = diff_files(before.as_bytes(), after.as_bytes(), 1) else {
        panic!("these are lines");
    };
    let mut shown = String::new();
    for group in &diff.groups {
        let _ = writeln!(shown, "{}", diff.head(group));
        for line in &diff.lines[group.clone()] {
            let sign = match line.kind {
                DiffLineKind::Same => ' ',
                DiffLineKind::Removed => '-',
                DiffLineKind::Added => '+',
            };
            let _ = writeln!(shown, "{sign}{}", String::from_utf8_lossy(&line.text));
        }
    }
    assert_eq!(
        shown,
        "@@ -2,3 +2,3 @@\n two\n-three\n+3\n four\n@@ -8 +8,2 @@\n eight\n+nine\n"
    );
    assert_eq!((diff.added, diff.removed), (2, 1));
    let beside = diff.side_by_side(&diff.groups[0]);
    assert_eq!(
        beside,
        [
            Sides::new(Some(0), Some(0)),
            Sides::new(Some(1), Some(2)),
            Sides::new(Some(3), Some(3))
        ]
    );
    assert!(diff.lines.last().is_some_and(|line| line.unended));
}

#[test]
fn binary_files_show_their_first_difference() {
    let diff = diff_files(b"\x7fELF\0abc", b"\x7fELF\0abd", 3);
    assert_eq!(diff, FileDiff::Binary { first: 7 });
    assert_eq!(
        diff_files(b"a\0", b"a\0b", 3),
        FileDiff::Binary { first: 2 }
    );
    assert_eq!(diff_files(b"", b"", 3), FileDiff::Same);
}
