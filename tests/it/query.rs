//! Queries: the properties of selections on random images, against a naive oracle, and the numbers that a query is made from.

use dive_rs::analysis::{
    Analysis, BaseHint, Category, ContentAnalysis, EntryDifferences, HiddenKind, Status, diff,
    hidden_bytes,
};
use dive_rs::image::{Image, LayerId, NodeId};
use dive_rs::query::{Condition, PackageFilter, PathContent, Query, Selection, StoredAs, contents};
use proptest::prelude::*;

use crate::fixture::ImageBuilder;
use crate::packages::content_analysis;
use crate::properties;
use crate::screens::app;

/// Returns every content that is no folder, visible and hidden.
fn all(image: &Image, analysis: &Analysis) -> Vec<PathContent> {
    let mut all = Vec::new();
    contents(image, analysis, |content, _| {
        let entry = image.entry(content.entry);
        if !entry.is_dir() {
            // All of its bytes at each name; which one counts is the selection's.
            let bytes = entry.size;
            all.push(PathContent { bytes, ..content });
        }
    });
    all
}

/// Returns whether a condition holds, decided from paths and layers alone; `None` for conditions about what files contain.
fn holds(image: &Image, content: &PathContent, condition: &Condition) -> Option<bool> {
    let path = image.tree.path(content.node);
    Some(match condition {
        Condition::Layers(first, last) => content.layer >= *first && content.layer <= *last,
        Condition::Visible => content.hidden.is_none(),
        Condition::Hidden(None) => content.hidden.is_some(),
        Condition::Hidden(kind) => content.hidden == *kind,
        Condition::At(node) => content.node == *node,
        Condition::Below(folder) => {
            let mut folder = image.tree.path(*folder);
            let whole = path == folder;
            folder.push(b'/');
            whole || *folder == b"//"[..] || path.starts_with(&folder)
        }
        Condition::MinSize(bytes) => content.bytes >= *bytes,
        Condition::Path(text) => {
            let text = text.to_lowercase();
            let path = path.to_ascii_lowercase();
            path.windows(text.len()).any(|part| part == text.as_bytes())
        }
        Condition::Change(change) => {
            // What the layer that stores it counts at the path.
            let before = content.layer.0.checked_sub(1).map(LayerId);
            let [before, after] = [before, Some(content.layer)].map(|at| image.snapshot(at));
            match (diff(image, &before, &after)[content.node.index()], change) {
                (Status::Added, StoredAs::Added) => true,
                (Status::Modified(what), StoredAs::Modified) => what != EntryDifferences::BELOW,
                _ => false,
            }
        }
        Condition::HiddenBy(layer) => {
            let hidden = hidden_bytes(image).entries.into_iter();
            let mut records = hidden.filter(|row| row.hidden_by == *layer);
            let key = (content.node, content.layer, content.entry);
            content.hidden.is_some()
                && records.any(|row| (row.node, row.stored_in, row.entry) == key)
        }
        Condition::Category(_)
        | Condition::Package(_)
        | Condition::OneOfPackages(_)
        | Condition::Finding(_) => return None,
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let layer = || (0_u32..6).prop_map(LayerId);
    let kinds = vec![
        None,
        Some(HiddenKind::Overwritten),
        Some(HiddenKind::ReStored),
        Some(HiddenKind::Deleted),
    ];
    prop_oneof![
        (layer(), layer())
            .prop_map(|(one, other)| Condition::Layers(one.min(other), one.max(other))),
        layer().prop_map(Condition::HiddenBy),
        Just(Condition::Visible),
        prop::sample::select(kinds).prop_map(Condition::Hidden),
        (0_u32..8).prop_map(|node| Condition::Below(NodeId(node))),
        (0_u32..8).prop_map(|node| Condition::At(NodeId(node))),
        (0_u64..800).prop_map(Condition::MinSize),
        prop::sample::select(vec!["a", "B", "a/", "/a/b", ".B/", "a-"])
            .prop_map(|text| Condition::Path(text.to_owned())),
        prop_oneof![Just(StoredAs::Added), Just(StoredAs::Modified)].prop_map(Condition::Change),
    ]
}

/// Checks that every sum is the sum of what is selected.
fn sums_are_right(image: &Image, selection: &Selection) {
    for node in image.tree.ids() {
        let below = selection.contents().iter();
        let below = below.filter(|content| image.tree.contains(node, content.node));
        let (count, bytes) = below.fold((0, 0), |(count, bytes), content| {
            (count + 1, bytes + content.bytes)
        });
        assert_eq!(selection.bytes_below(node), bytes);
        assert_eq!(selection.count_below(node), count);
        let at = selection.at(node).iter();
        assert!(at.clone().all(|content| content.node == node));
        let here = selection
            .contents()
            .iter()
            .filter(|content| content.node == node);
        assert_eq!(here.count(), at.count());
    }
}

/// Checks that a query made from each number totals that number.
fn numbers_are_right(image: &Image, analysis: &Analysis, content: &ContentAnalysis) {
    let total =
        |condition: Condition| Selection::of(image, analysis, Some(content), &Query::of(condition));
    for bytes in &content.categories.list {
        let selection = total(Condition::Category(bytes.category));
        assert_eq!(selection.bytes(), bytes.bytes(), "{:?}", bytes.category);
        let visible = Query::of(Condition::Category(bytes.category)).and(Condition::Visible);
        let visible = Selection::of(image, analysis, Some(content), &visible);
        assert_eq!(visible.bytes(), bytes.visible, "{:?}", bytes.category);
    }
    for (id, package) in content.packages.ids() {
        let selection = total(PackageFilter::Package(id).into());
        assert_eq!(selection.bytes(), package.bytes, "{}", package.name);
        assert_eq!(
            selection.contents().len(),
            package.files,
            "{}",
            package.name
        );
    }
    let shares = content.packages.shares(image);
    for (owner, share) in [
        (PackageFilter::AnyPackage, shares.packages),
        (PackageFilter::Unowned, shares.unowned),
    ] {
        let selection = total(owner.into());
        assert_eq!(selection.bytes(), share.bytes, "{owner:?}");
        assert_eq!(selection.contents().len(), share.files, "{owner:?}");
    }
    for (at, finding) in content.findings.list.iter().enumerate() {
        let selection = total(Condition::Finding(at));
        let bytes = selection.bytes().saturating_sub(selection.replaced());
        assert_eq!(bytes, finding.bytes, "{:?}", finding.kind);
    }
    let hidden = &analysis.hidden;
    for (kind, bytes) in [
        (None, hidden.bytes()),
        (Some(HiddenKind::Overwritten), hidden.overwritten),
        (Some(HiddenKind::ReStored), hidden.re_stored),
        (Some(HiddenKind::Deleted), hidden.deleted),
    ] {
        assert_eq!(total(Condition::Hidden(kind)).bytes(), bytes, "{kind:?}");
    }
    for layer in image.layer_ids() {
        let stored = total(Condition::Layers(layer, layer));
        assert_eq!(stored.bytes(), image.layer(layer).size, "{layer:?}");
        let hides = total(Condition::HiddenBy(layer));
        assert_eq!(
            hides.bytes(),
            hidden.layers[layer.index()].hides,
            "{layer:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_selection_is_what_every_term_holds_for(
        builder in properties::image(), conditions in prop::collection::vec(condition(), 1..4)
    ) {
        let image = builder.image();
        let analysis = Analysis::of(&image, &BaseHint::default());
        let mut expected = all(&image, &analysis);
        let top = NodeId(u32::try_from(image.tree.len() - 1).unwrap());
        let conditions = conditions.into_iter().map(|condition| match condition {
            Condition::Below(node) => Condition::Below(node.min(top)),
            Condition::At(node) => Condition::At(node.min(top)),
            condition => condition,
        });
        let query = Query { conditions: conditions.collect() };
        expected.retain(|content| {
            query.conditions.iter().all(|condition| holds(&image, content, condition) == Some(true))
        });
        // A visible content counts at its first selected name.
        let mut counted = std::collections::BTreeSet::new();
        for content in expected.iter_mut().filter(|content| content.hidden.is_none()) {
            if !counted.insert((content.layer, content.entry)) {
                content.bytes = 0;
            }
        }
        expected.sort_by_key(PathContent::sort_key);
        let selection = Selection::of(&image, &analysis, None, &query);
        prop_assert_eq!(selection.contents(), &expected[..]);
        let largest = expected.iter().map(|content| content.bytes).max();
        prop_assert_eq!(selection.largest().map(|content| content.bytes), largest);
        sums_are_right(&image, &selection);
    }

    #[test]
    fn no_terms_select_the_finished_image(builder in properties::image()) {
        let image = builder.image();
        let analysis = Analysis::of(&image, &BaseHint::default());
        let selection = Selection::of(&image, &analysis, None, &Query::default());
        let sizes = dive_rs::analysis::sizes(&image, &image.snapshot(image.top()));
        for node in image.tree.ids() {
            prop_assert_eq!(selection.bytes_below(node), sizes[node.index()]);
        }
        prop_assert!(selection.contents().iter().all(|content| content.hidden.is_none()));
        prop_assert_eq!(selection.bytes(), analysis.visible);
    }

    #[test]
    fn a_number_of_any_image_is_the_total_of_its_query(builder in properties::image()) {
        let (image, analysis, content) = content_analysis(&builder, &BaseHint::default());
        numbers_are_right(&image, &analysis, &content);
    }
}

#[test]
fn a_number_is_the_total_of_its_query() {
    for builder in [app(), crate::screens_packages::debian()] {
        let (image, analysis, content) = content_analysis(&builder, &BaseHint::default());
        numbers_are_right(&image, &analysis, &content);
        // Every content has one category, so that the categories divide the image.
        let total: u64 = Category::ALL
            .iter()
            .map(|&category| {
                let query = Query::of(Condition::Category(category));
                Selection::of(&image, &analysis, Some(&content), &query).bytes()
            })
            .sum();
        assert_eq!(total, analysis.size);
    }
}

/// Returns the paths of what a layer stores and adds or modifies.
fn stored_as(builder: &ImageBuilder, layer: u32, change: StoredAs) -> Vec<String> {
    let image = builder.image();
    let analysis = Analysis::of(&image, &BaseHint::default());
    let layer = Condition::Layers(LayerId(layer), LayerId(layer));
    let query = Query::of(layer).and(Condition::Change(change));
    let selection = Selection::of(&image, &analysis, None, &query);
    let contents = selection.contents().iter();
    let path = |content: &PathContent| image.tree.path(content.node);
    let paths = contents.map(|content| String::from_utf8_lossy(&path(content)).into_owned());
    paths.collect()
}

#[test]
fn a_link_stored_again_with_the_same_file_is_not_modified() {
    let builder = ImageBuilder::new("links");
    let builder = builder.layer("RUN", |layer| layer.file("b", "1").hard_link("a", "b"));
    let same = builder
        .clone()
        .layer("RUN", |layer| layer.file("b", "1").hard_link("a", "b"));
    assert!(stored_as(&same, 1, StoredAs::Modified).is_empty());
    let other = builder.layer("RUN", |layer| layer.file("b", "2").hard_link("a", "b"));
    assert_eq!(stored_as(&other, 1, StoredAs::Modified), ["/a", "/b"]);
}

#[test]
fn a_layer_does_not_change_the_path_of_a_later_link_to_its_file() {
    let builder = ImageBuilder::new("links")
        .layer("COPY", |layer| layer.file("a", "1"))
        .layer("COPY", |layer| layer.file("b", "2"))
        .layer("RUN", |layer| layer.hard_link("a", "b").hard_link("c", "b"));
    assert_eq!(stored_as(&builder, 1, StoredAs::Added), ["/b"]);
    assert!(stored_as(&builder, 1, StoredAs::Modified).is_empty());
}

#[test]
fn a_glob_selects_what_is_below_a_folder_too() {
    let builder = ImageBuilder::new("globs").layer("COPY", |layer| {
        layer
            .file("usr/lib/a.so", "1")
            .file("usr/lib/sub.so/b", "22")
            .file("usr/lib/c.sot", "333")
    });
    let image = builder.image();
    let analysis = Analysis::of(&image, &BaseHint::default());
    let bytes = |text: &str| {
        let query = Query::of(Condition::Path(text.to_owned()));
        Selection::of(&image, &analysis, None, &query).bytes()
    };
    assert_eq!(bytes("*.so"), 3);
    assert_eq!(bytes("/usr/*"), 6);
    assert_eq!(bytes("/usr/lib/[ac]*"), 4);
    assert_eq!(bytes("lib/C"), 3);
    // A glob that cannot be read selects nothing.
    assert_eq!(bytes("[a"), 0);
}

#[test]
fn a_term_is_not_repeated_and_the_last_one_can_be_dropped() {
    let size = Condition::MinSize(7);
    let query = Query::of(Condition::Visible).and(size.clone()).and(size);
    assert_eq!(query.conditions.len(), 2);
    let query = query.without_last();
    assert_eq!(query, Query::of(Condition::Visible));
    assert!(query.without_last().is_empty());
    assert_eq!(size_of::<PathContent>(), 24);
}
