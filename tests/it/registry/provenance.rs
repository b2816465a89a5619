//! The time of a build from the provenance that BuildKit pushes beside an image: at most two small requests, only where the time is shown, and never a
//! reason for an image to fail.

use serde_json::{Value, json};

use super::NAME;
use super::proxy::{Answer, Proxy, RecordedRequest};
use super::push::push_index;
use super::server::Registry;
use crate::build_times::{attested, predicates};
use crate::bundle::Bundle;
use crate::command::{Ended, Shell};

/// Index, manifest, config, layer.
const WITHOUT: usize = 4;

/// Runs on an image behind a proxy; returns how it ended and how many requests it took.
fn run(
    registry: &Registry,
    rule: impl Fn(&RecordedRequest, usize) -> Answer + Send + Sync + 'static,
    line: &str,
) -> (Ended, usize) {
    let proxy = Proxy::start(registry.host(), rule);
    let host = proxy.host();
    let image = format!("registry://{host}/{NAME}:1");
    let line = line.replace("IMAGE", &image);
    let ended = Shell::new().run(&format!("{line} --no-cache --insecure-registry {host}"));
    (ended, proxy.requested().len())
}

fn push(registry: &Registry, archive: &Bundle) {
    push_index(&registry.host(), NAME, "1", &archive.tar());
}

fn build_seconds(ended: &Ended) -> Value {
    let document: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {ended}"));
    document["image"]["buildSeconds"].clone()
}

#[test]
fn provenance_is_read_from_a_registry() {
    let Some(registry) = Registry::start() else {
        return;
    };
    for (predicate, expected) in predicates() {
        push(&registry, &attested(&predicate, 0));
        let (ended, requests) = run(&registry, |_, _| Answer::Pass, "--json - IMAGE");
        assert_eq!(build_seconds(&ended), expected, "{ended}");
        assert_eq!(requests, WITHOUT + 2);
    }
}

#[test]
fn provenance_is_fetched_only_where_it_is_shown() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let (predicate, _) = &predicates()[0];
    push(&registry, &attested(predicate, 0));
    for (line, expected) in [
        ("ls IMAGE", WITHOUT),
        ("extract IMAGE / -", WITHOUT),
        // No layer either.
        ("--shallow IMAGE", WITHOUT - 1),
        ("--json - IMAGE --base IMAGE", 2 * WITHOUT + 2),
        // The layer of both is fetched once.
        ("--report text IMAGE IMAGE", 2 * (WITHOUT + 2) - 1),
    ] {
        let (ended, requests) = run(&registry, |_, _| Answer::Pass, line);
        assert_eq!(ended.code, Some(0), "{line}: {ended}");
        assert_eq!(requests, expected, "{line}");
    }
}

#[test]
fn an_image_is_complete_without_its_provenance() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let (predicate, _) = &predicates()[0];
    // More than a small request: its size is in the attestation.
    push(&registry, &attested(predicate, 5 << 20));
    let (ended, requests) = run(&registry, |_, _| Answer::Pass, "--json - IMAGE");
    assert_eq!(build_seconds(&ended), json!(null), "{ended}");
    assert_eq!(requests, WITHOUT + 1);

    push(&registry, &attested(predicate, 0));
    // The third of the requests is for the attestation, the fourth for the statement.
    let unavailable = || Answer::Own("503 Service Unavailable", Vec::new(), String::new());
    for (broken, answer) in [
        (3, unavailable as fn() -> Answer),
        (3, || Answer::Body(b"[]".to_vec())),
        (4, unavailable),
        (4, || Answer::Cut(10)),
    ] {
        let rule = move |_: &RecordedRequest, before: usize| {
            if before == broken {
                answer()
            } else {
                Answer::Pass
            }
        };
        let (ended, requests) = run(&registry, rule, "--json - IMAGE");
        assert_eq!(ended.code, Some(0), "{ended}");
        assert_eq!(build_seconds(&ended), json!(null), "{ended}");
        // Neither is requested again.
        assert_eq!(requests, WITHOUT + broken - 2, "{ended}");
    }
}
