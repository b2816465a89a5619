//! The rows: what is counted once, what an image costs in requests, and what hostile documents become.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::stock::{Stock, image, list};
use super::{column, fleet, other_messages, rows};
use crate::command::Shell;
use crate::fixture_tar::hex;
use crate::registry::proxy::Answer;
use crate::registry::push::{push_blob, push_manifest};

#[test]
fn images_share_layers_and_cost_two_requests() {
    let Some(mut stock) = Stock::with_images(12) else {
        return;
    };
    // The same image under another name.
    stock.push("team/app", "latest", &image(0));
    let proxy = stock.before(|_, _| Answer::Pass);
    let host = proxy.host();
    let text = format!(
        "# ours\n\n{}{host}/team/app:latest\n{}",
        list(&host, 12),
        list(&host, 2)
    );
    let shell = Shell::new();
    let ended = fleet(&shell, &host, "-", &text);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(other_messages(&ended).is_empty(), "{ended}");
    assert_eq!(rows(&ended, "images").len(), 12);
    assert_eq!(rows(&ended, "names").len(), 13);
    // Two bases of two layers, two applications.
    let layers = rows(&ended, "layers");
    assert_eq!(layers.len(), 6);
    assert!(layers.iter().all(|layer| layer["compressed_bytes"].is_i64()
        && layer["size_bytes"].is_null()
        && layer["diff_id"].is_string()));
    assert!(column(&layers, "instruction").contains(&"COPY app /app".to_owned()));
    let of_images = rows(&ended, "image_layers");
    assert_eq!(of_images.len(), 36);
    let known: BTreeSet<String> = column(&layers, "layer").into_iter().collect();
    let used: BTreeSet<String> = column(&of_images, "layer").into_iter().collect();
    assert_eq!(known, used);
    // Manifest and config of each; of the other name the manifest alone.
    let requested = proxy.requested();
    let blobs = requested.iter().filter(|one| one.is_blob()).count();
    assert_eq!((requested.len(), blobs), (12 * 2 + 1, 12));
    let schema = include_str!("../../../docs/fleet.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    for line in ended.stdout.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert!(schema.is_valid(&row), "{line}");
    }
    // The order of the list changes nothing.
    let backwards: Vec<&str> = text.lines().rev().collect();
    let again = fleet(&shell, &host, "--parallel 1 -", &backwards.join("\n"));
    assert_eq!(again.stdout, ended.stdout);
    assert!(!shell.path().join(".cache").exists(), "nothing to keep");
}

#[test]
fn what_cannot_be_read_is_a_row() {
    let Some(stock) = Stock::with_images(1) else {
        return;
    };
    let host = stock.registry.host();
    let text = format!(
        "registry://{host}/team/app:0\nregistry://{host}/team/app:none\nUPPER\nfoo://x\nregistry://me:s3cret@{host}/a\n./absent.tar\n\u{1b}[31m\n"
    );
    let shell = Shell::new();
    let ended = fleet(&shell, &host, "-", &text);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(
        ended
            .stderr
            .starts_with("warning: 6 names could not be read"),
        "{ended}"
    );
    let errors = rows(&ended, "errors");
    let names = column(&errors, "name");
    assert_eq!(errors.len(), 6, "{ended}");
    assert!(names.contains(&"\u{1b}[31m".to_owned()), "{names:?}");
    for text in [&ended.stdout, &ended.stderr] {
        assert!(
            !text.contains("s3cret") && !text.contains('\u{1b}'),
            "{ended}"
        );
    }
    assert!(
        errors.iter().all(|error| error["hint"].is_string()),
        "{ended}"
    );
    let ended = fleet(
        &shell,
        &host,
        &format!("registry://{host}/team/app:none"),
        "",
    );
    assert_eq!(ended.code, Some(2), "{ended}");
    assert_eq!(rows(&ended, "errors").len(), 1);
    let first = other_messages(&ended)[0];
    assert!(
        first.starts_with("error: no image could be read: "),
        "{ended}"
    );
    let ended = fleet(&shell, &host, "-", "# nothing\n");
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("the lists name no image"), "{ended}");
    let ended = fleet(&shell, &host, "", "");
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("no image named"), "{ended}");
}

/// Numbers that no database holds, layers without a digest, and documents that are none.
#[test]
fn hostile_manifests_become_rows() {
    let Some(stock) = Stock::with_images(1) else {
        return;
    };
    let host = stock.registry.host();
    let push = |tag: &str, layers: Value, history: &str| {
        let config = json!({
            "architecture": "amd64", "os": "linux\u{202e}",
            "history": [{ "created_by": history }, { "created_by": history }],
            "rootfs": { "type": "layers", "diff_ids": [] },
        });
        let config = config.to_string().into_bytes();
        let digest = format!("sha256:{}", hex(&config));
        push_blob(&host, "team/app", &digest, &config);
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": digest, "size": config.len(),
            },
            "layers": layers,
        });
        (tag.to_owned(), manifest.to_string().into_bytes())
    };
    let layer = |size: u64| {
        json!({
            "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
            "digest": format!("sha256:{}", "0a".repeat(32)), "size": size,
        })
    };
    let large = push(
        "large",
        json!([layer(u64::MAX), layer(u64::MAX)]),
        "RUN \u{1b}[2J\u{202e}",
    );
    let small = push("small", json!([layer(5)]), "A");
    let bodies = [large, small, ("none".to_owned(), b"[]".to_vec())];
    let tags: Vec<String> = bodies.iter().map(|(tag, _)| tag.clone()).collect();
    let proxy = stock.before(move |requested, _| {
        let body = bodies
            .iter()
            .find(|(tag, _)| requested.path.ends_with(&format!("manifests/{tag}")));
        body.map_or(Answer::Pass, |(_, body)| Answer::Body(body.clone()))
    });
    let host = proxy.host();
    // The answer needs a media type, which the registry's own manifest has.
    let name = |tag: &String| format!("registry://{host}/team/app:{tag}");
    let names: Vec<String> = tags.iter().map(name).collect();
    for tag in &tags {
        let bytes = br#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
        let media_type = "application/vnd.oci.image.index.v1+json";
        push_manifest(&stock.registry.host(), "team/app", tag, media_type, bytes);
    }
    let ended = fleet(&Shell::new(), &host, "-", &names.join("\n"));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(rows(&ended, "images").len(), 2, "{ended}");
    assert_eq!(rows(&ended, "errors").len(), 1, "{ended}");
    let sums = column(&rows(&ended, "images"), "compressed_bytes");
    assert!(sums.contains(&i64::MAX.to_string()), "{ended}");
    // The lesser of two sizes of one layer counts, whichever came first.
    let layers = rows(&ended, "layers");
    assert_eq!(column(&layers, "compressed_bytes"), ["5"], "{ended}");
    assert!(
        ended
            .stdout
            .chars()
            .all(|letter| letter == '\n' || !letter.is_control())
    );
    assert!(!ended.stdout.contains('\u{202e}'));
}

#[test]
fn a_registry_that_wants_a_pause_gets_it() {
    let Some(stock) = Stock::with_images(3) else {
        return;
    };
    let proxy = stock.before(|_, before| match before {
        // After it, every other request waits, too.
        1 => Answer::Own(
            "429 Too Many Requests",
            vec![("Retry-After", "1".to_owned())],
            String::new(),
        ),
        _ => Answer::Pass,
    });
    let host = proxy.host();
    let started = std::time::Instant::now();
    let ended = fleet(&Shell::new(), &host, "--parallel 1 -", &list(&host, 3));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(rows(&ended, "images").len(), 3);
    assert_eq!(proxy.requested().len(), 7);
    assert!(started.elapsed().as_millis() >= 1000);
    // Twelve requests a second: the last of six follows 417 ms after the first.
    let started = std::time::Instant::now();
    let ended = fleet(&Shell::new(), &host, "--rate 12 -", &list(&host, 3));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(started.elapsed().as_millis() >= 400);
}

/// A registry that allows no request for hours gets none for the other images.
#[test]
fn a_registry_that_is_closed_for_long_is_left_alone() {
    let Some(stock) = Stock::with_images(1) else {
        return;
    };
    let proxy = stock.before(|_, _| {
        Answer::Own(
            "429 Too Many Requests",
            vec![("Retry-After", "9000".to_owned())],
            String::new(),
        )
    });
    let host = proxy.host();
    let ended = fleet(&Shell::new(), &host, "--parallel 1 -", &list(&host, 20));
    assert_eq!(ended.code, Some(2), "{ended}");
    assert_eq!(rows(&ended, "errors").len(), 20);
    assert_eq!(proxy.requested().len(), 1, "{:#?}", proxy.requested());
}
