//! Transfer times: properties of the model, the output in every format, and refused arguments. They are compared with a real registry and engine in
//! `engines`.

use std::collections::HashSet;

use dive_rs::analysis::{LayerTransfer, LinkSpeed, MachineSpeed, Transfer};
use dive_rs::image::Compression;
use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::command::{Ended, Shell};
use crate::fixture::{Content, ImageBuilder};
use crate::fixture_tar::{Docker, docker_save, oci_archive};

/// Incompressible bytes.
fn noise(len: usize) -> Content {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let bytes = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    });
    Content::File(bytes.take(len).collect())
}

fn base() -> ImageBuilder {
    ImageBuilder::new("base:1").layer("ADD base", |layer| layer.put("lib", noise(100_000)))
}

fn image() -> ImageBuilder {
    let zeros = |layer: crate::fixture::LayerBuilder| layer.filled("zeros", 400_000, 0);
    ImageBuilder::new("app:1")
        .layer("ADD base", |layer| layer.put("lib", noise(100_000)))
        .layer("RUN pad", zeros)
        .layer("COPY app", |layer| layer.put("app", noise(20_000)))
        .layer("RUN pad", zeros)
}

fn shell() -> Shell {
    Shell::new()
        .file("base.tar", docker_save(&base(), Docker::New))
        .file("app.tar", docker_save(&image(), Docker::Old))
        .file("oci.tar", oci_archive(&image(), Compression::Gzip))
}

/// Returns the part about the transfer: the same on every machine.
fn still(ended: &Ended) -> String {
    let printed = ended.to_string();
    let lines = printed.lines();
    lines
        .skip_while(|line| !line.contains("Transfer") && !line.contains("after, with before"))
        .collect::<Vec<_>>()
        .join("\n")
}

// At a kilobyte a second the time to unpack is negligible.
#[test]
fn text_shows_times_and_their_basis() {
    let shell = shell();
    assert_snapshot!(
        "plain",
        still(&shell.run("app.tar --link 8kbit/s --link 4kbit/s"))
    );
    assert_snapshot!(
        "packed",
        still(&shell.run("oci.tar --link 8kbit/s --nodes 40 --have base.tar"))
    );
    assert_snapshot!(
        "two",
        still(&shell.run("base.tar app.tar --link 8kbit/s --nodes 2"))
    );
    let markdown = shell.run("--report markdown app.tar --link 8kbit/s --transfer");
    assert_snapshot!("markdown", still(&markdown));
    let usual = shell.run("app.tar --transfer").stdout;
    for link in ["25 Mbit/s", "100 Mbit/s", "1 Gbit/s"] {
        assert!(usual.contains(link), "{usual}");
    }
}

#[test]
fn the_machine_is_measured_only_on_request() {
    let shell = shell();
    let usual = shell.run("app.tar --transfer").stdout;
    assert!(usual.contains("unpacking at 300.0 MB/s"), "{usual}");
    assert!(!usual.contains("as measured"), "{usual}");
    let measured = shell.run("app.tar --measure-speed").stdout;
    assert!(
        measured.contains("as measured on this machine"),
        "{measured}"
    );
}

#[test]
fn times_are_shown_only_on_request() {
    let shell = shell();
    let ended = shell.run("--json - app.tar");
    assert!(!ended.stdout.contains("pullSeconds"));
    assert!(!shell.run("app.tar").stdout.contains("Transfer"));
}

fn json(shell: &Shell, line: &str, schema: &str) -> Value {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let ended = shell.run(line);
    let document: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    document["transfer"].clone()
}

#[test]
fn json_matches_its_schema_and_estimates_gzip() {
    let shell = shell();
    let one = include_str!("../../docs/json.schema.json");
    let plain = json(&shell, "--json - app.tar --link 8kbit/s", one);
    let packed = json(&shell, "--json - oci.tar --link 8kbit/s", one);
    assert_eq!(
        (&plain["estimated"], &packed["estimated"]),
        (&true.into(), &false.into())
    );
    // A repeated blob is transferred once.
    assert_eq!(plain["layers"], 3);
    let stored = |transfer: &Value| transfer["compressedBytes"].as_f64().expect("a number");
    let ratio = stored(&plain) / stored(&packed);
    assert!((0.99..1.01).contains(&ratio), "{ratio}");
    let pull = packed["links"][0]["pullSeconds"]
        .as_f64()
        .expect("a number");
    assert!((pull - stored(&packed) / 1000.0).abs() < 0.5, "{pull}");
    let have = json(
        &shell,
        "--json - oci.tar --have app.tar --link 8kbit/s",
        one,
    );
    assert_eq!(
        (&have["compressedBytes"], &have["presentLayers"]),
        (&0.into(), &4.into())
    );

    let two = include_str!("../../docs/compare.schema.json");
    let two = json(&shell, "--json - base.tar oci.tar --transfer", two);
    let link = &two["links"][1];
    assert_eq!(link["bitsPerSecond"], 100_000_000);
    let seconds = |key: &str| link[key].as_f64().expect("a number");
    assert!(seconds("updatePullSeconds") < seconds("afterPullSeconds"));
}

#[test]
fn invalid_options_are_refused() {
    let shell = shell();
    let lines = [
        "app.tar --link 50MB/s",
        "app.tar --link fast",
        "app.tar --nodes 0",
        "app.tar --have absent.tar",
        "base.tar app.tar --have base.tar",
    ];
    let observed = lines.map(|line| format!("$ dive-rs {line}\n{}", shell.run(line)));
    assert_snapshot!("refused", observed.join("\n"));
}

fn speed() -> MachineSpeed {
    MachineSpeed {
        unpack: 1_000_000,
        pack: 100_000,
        cores: 2,
        measured: true,
    }
}

proptest! {
    /// A pull takes at least the longer of transfer and unpacking, and at most their sum.
    #[test]
    #[expect(clippy::cast_precision_loss, reason = "the property is not that exact")]
    fn a_pull_lies_between_the_parts_and_their_sum(sizes in vec((0_u64..1 << 30, 0_u64..1 << 32), 0..12), bits in 1_u64..1 << 34, nodes in 1_u64..50) {
        let parcels: Vec<LayerTransfer> = sizes.iter().map(|&(compressed, unpacked)| LayerTransfer { compressed: Some(compressed), unpacked: Some(unpacked), estimated: false }).collect();
        let transfer = Transfer { layers: parcels, present: 0, speed: speed() };
        let link = LinkSpeed::new(bits).expect("not 0");
        let sums = sizes.iter().fold((0.0, 0.0), |sums, &(stored, unpacked)| (sums.0 + stored as f64 * 8.0 / bits as f64, sums.1 + unpacked as f64 / 1e6));
        let pull = transfer.pull(link).expect("it is known");
        let close = 1.0 + 1e-9;
        prop_assert!(pull * close >= sums.0.max(sums.1), "{pull} {sums:?}");
        prop_assert!(pull <= (sums.0 + sums.1) * close, "{pull} {sums:?}");
        let twice = LinkSpeed::new(bits * 2).expect("not 0");
        prop_assert!(transfer.pull(twice) <= Some(pull * close));
        prop_assert!(transfer.pull_shared(link, nodes) >= Some(pull / close));
        prop_assert!(transfer.push(link) >= Some(sums.0 / close));
    }

    /// Layers at the other end cost nothing; all others cost the same as before.
    #[test]
    fn held_layers_are_not_transferred(held in prop::sample::subsequence(vec![0_usize, 1, 2, 3], 0..=4)) {
        let image = image().image();
        let ids: HashSet<String> = held.iter().filter_map(|&at| image.layers[at].identity().map(str::to_owned)).collect();
        let all = Transfer::of(&image, &[], &HashSet::new(), speed());
        let rest = Transfer::of(&image, &[], &ids, speed());
        let of_held: u64 = image.layers.iter().filter(|layer| layer.identity().is_some_and(|id| ids.contains(id))).map(|layer| layer.size).sum();
        prop_assert_eq!(rest.compressed().map(|bytes| bytes + of_held), all.compressed());
    }
}
