//! dive's rules on images whose hard links still show what a later layer replaces or deletes: the default limits, and those that a user sets.

use std::collections::BTreeSet;

use dive_rs::analysis::{Analysis, BaseHint};
use dive_rs::ci::{Measure, RuleId, RuleOptions, Rules, judge};
use dive_rs::image::{ContentId, EntryKind, LayerId};
use proptest::prelude::*;
use serde_json::Value;

use crate::command::Shell;
use crate::fixture::{ImageBuilder, LayerBuilder};
use crate::fixture_tar::{Docker, docker_save};
use crate::properties;

/// Returns images of which no byte is hidden, each with its twin without the link.
fn images() -> [(&'static str, ImageBuilder, ImageBuilder); 5] {
    let image = |cache: fn(LayerBuilder) -> LayerBuilder| {
        let image = ImageBuilder::new("linked:1").layer("FROM", |layer| layer.dir("cache"));
        image.layer("RUN cache", |layer| cache(layer.dir("cache")))
    };
    let plain = || image(|layer| layer.filled("cache/x", 3000, 1));
    let linked = || {
        image(|layer| {
            let layer = layer.filled("cache/x", 3000, 1);
            layer.hard_link("lib/x", "cache/x")
        })
    };
    let pair = |name, then: fn(LayerBuilder) -> LayerBuilder| {
        let end = |image: ImageBuilder| image.layer("RUN then", then);
        (name, end(linked()), end(plain()))
    };
    let delete = |layer: LayerBuilder| layer.whiteout("cache/x");
    let link = |layer: LayerBuilder| layer.hard_link("lib/x", "cache/x");
    let replace = |layer: LayerBuilder| layer.filled("b", 3000, 2);
    [
        pair("replaced", |layer| layer.filled("cache/x", 10, 2)),
        pair("deleted", delete),
        // The folder is a leaf in the first layer, so that dive counts it twice, with all that it contained.
        pair("folder deleted", |layer| layer.whiteout("cache")),
        (
            "linked in a later layer",
            plain().layer("RUN link", link).layer("RUN then", delete),
            plain().layer("RUN then", delete),
        ),
        (
            "link replaced",
            ImageBuilder::new("linked:1")
                .layer("RUN", |layer| {
                    layer.filled("a", 3000, 1).hard_link("b", "a")
                })
                .layer("RUN then", replace),
            ImageBuilder::new("plain:1")
                .layer("RUN", |layer| {
                    layer.filled("a", 3000, 1).filled("b", 3000, 1)
                })
                .layer("RUN then", replace),
        ),
    ]
}

/// dive's numbers count a file as wasted though a hard link still shows it. The default limits do not; those that a user sets are on dive's numbers.
#[test]
fn the_default_rules_fail_no_image_of_which_hard_links_keep_every_byte() {
    let keeps = "no byte is hidden, because other hard links keep the files (highestHiddenPercent)";
    let note = "without files that other hard links keep; dive's value is";
    for (name, linked, plain) in images() {
        let shell = Shell::new()
            .file("linked.tar", docker_save(&linked, Docker::New))
            .file("plain.tar", docker_save(&plain, Docker::New))
            .file("dives", "rules:\n  highestWastedBytes: disabled\n")
            .file("ours", "rules:\n  highestLayerCount: 9\n")
            .file(
                "hidden",
                "rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n  highestHiddenPercent: 0.1\n",
            );
        let ended = shell.run("--ci linked.tar");
        assert_eq!(ended.code, Some(0), "{name}: {ended}");
        assert!(ended.stdout.contains(note), "{name}: {ended}");
        assert_eq!(shell.run("--ci --ci-config ours linked.tar").code, Some(0));
        // The numbers are dive's everywhere, and each is named where another one is judged.
        let json = shell.run("--ci linked.tar --json -").stdout;
        let json: Value = serde_json::from_str(&json).expect("JSON");
        let rule = json["verdict"]["rules"]
            .as_array()
            .and_then(|rules| rules.iter().find(|rule| rule["rule"] == "lowestEfficiency"))
            .expect("the rule");
        let dives = json["image"]["efficiencyScore"].as_f64().expect("a ratio");
        assert!(rule["measured"].as_f64() > Some(dives), "{name}: {rule}");
        let why = format!("{note} {:.1} %", dives * 100.0);
        assert_eq!(rule["why"], why, "{name}");
        for line in [
            "--ci --ci-config dives linked.tar",
            "--ci --highestUserWastedPercent 0.1 linked.tar",
            "--ci --rule lowestEfficiency=0.9 linked.tar",
        ] {
            let ended = shell.run(line);
            assert_eq!(ended.code, Some(1), "dive's verdict on {name}: {ended}");
            assert!(ended.stdout.contains(keeps), "{name}: {ended}");
            assert!(!ended.stdout.contains(note), "{name}: {ended}");
        }
        assert_eq!(
            shell.run("--ci --ci-config hidden linked.tar").code,
            Some(0)
        );
        let ended = shell.run("--ci plain.tar");
        assert_eq!(ended.code, Some(1), "{name}: {ended}");
        assert!(!ended.stdout.contains(keeps), "{name}: {ended}");
        assert!(!ended.stdout.contains(note), "{name}: {ended}");
    }
}

/// Returns a ratio; 1 when only `all` is 0, `empty` when both are.
#[expect(clippy::cast_precision_loss, reason = "as the rules divide, once")]
fn ratio(part: u64, all: u64, empty: f64) -> f64 {
    match (part, all) {
        (0, 0) => empty,
        (_, 0) => 1.0,
        (part, all) => part as f64 / all as f64,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// With the default limits, dive's rules leave out exactly the repeated paths whose earlier files are all visible at another name; an image without
    /// hard links has dive's values to the bit.
    #[test]
    fn the_default_rules_leave_out_only_what_hard_links_show(builder in properties::image()) {
        let image = builder.image();
        let analysis = Analysis::of(&image, &BaseHint::default());
        let numbers = &analysis.efficiency;
        let (default, _) = Rules::merge(&RuleOptions::default()).expect("rules");
        let verdict = judge(&default, &image, &analysis, None, None, None);
        let measured = |id: RuleId| {
            let mut results = verdict.results.iter();
            results.find(|result| result.id == id).and_then(|result| result.measured)
        };
        let shown: BTreeSet<ContentId> =
            image.tree.ids().filter_map(|node| image.visible_entry(node)).collect();
        let (mut least, total) = numbers.sums;
        let mut wasted = numbers.wasted_bytes;
        for row in &numbers.inefficient {
            let last = image.timeline.events(row.node).last();
            let last = last.and_then(|event| Some((event.layer, event.entry?)));
            let mut copies = Vec::new();
            for layer in image.layer_ids() {
                let changes = &image.layer(layer).changes;
                let stored = changes.entries.iter().filter(|(node, _)| *node == row.node);
                let stored = stored.map(|(_, id)| (layer, *id));
                copies.extend(stored.filter(|copy| Some(*copy) != last));
                let deletes = changes.whiteouts.iter().any(|(node, _)| *node == row.node);
                let before = (deletes && layer.0 > 0).then(|| LayerId(layer.0 - 1));
                let inside = image.tree.ids().filter(|id| image.tree.contains(row.node, *id));
                let inside = inside.filter(|id| *id != row.node);
                let stored = |node| image.timeline.stored_entry(node, before?);
                copies.extend(inside.filter_map(stored));
            }
            let contents = copies.into_iter().filter_map(|copy| image.content(copy));
            let contents: Vec<ContentId> = contents.collect();
            if !contents.is_empty() && contents.iter().all(|content| shown.contains(content)) {
                least += row.total - row.least;
                wasted -= row.total;
            }
        }
        let efficiency = ratio(least, total, 1.0);
        prop_assert_eq!(measured(RuleId::LowestEfficiency), Some(Measure::Ratio(efficiency)));
        let percent = ratio(wasted, numbers.user_bytes, 0.0);
        prop_assert_eq!(measured(RuleId::HighestUserWastedPercent), Some(Measure::Ratio(percent)));
        if !image.entries().iter().any(|entry| entry.kind() == EntryKind::HardLink) {
            prop_assert_eq!(efficiency.to_bits(), numbers.score.to_bits());
            prop_assert_eq!(percent.to_bits(), numbers.user_wasted_ratio.to_bits());
        }
    }
}
