//! Mirrors of `registries.conf`: tried before the registry, and left out where they are absent, busy or wrong.

use std::sync::atomic::{AtomicUsize, Ordering};

use dive_rs::image::Compression;

use super::access::{accepted, refused};
use super::proxy::{Answer, Proxy, RecordedRequest};
use super::push::push;
use super::server::Registry;
use super::{NAME, Served, facts, image};
use crate::command::{Ended, Shell};
use crate::fixture_tar::oci_archive;

/// Runs on `web.example/NAME`, which is at a host and has mirrors.
fn ask(registry: &str, mirrors: &[&str], version: &str, options: &str) -> Ended {
    let registry = format!(
        "[[registry]]\nprefix = \"web.example\"\nlocation = \"{registry}\"\ninsecure = true\n"
    );
    let mirrors = mirrors
        .iter()
        .map(|mirror| format!("[[registry.mirror]]\nlocation = \"{mirror}\"\ninsecure = true\n"));
    let text: String = std::iter::once(registry).chain(mirrors).collect();
    let shell = Shell::new().file("registries.conf", text);
    let file = shell.path().join("registries.conf").display().to_string();
    let shell = shell.env("CONTAINERS_REGISTRIES_CONF", &file);
    shell.run(&format!("{options} registry://web.example/{NAME}{version}"))
}

fn own(status: &'static str, header: (&'static str, &str)) -> Answer {
    let headers = vec![(header.0, header.1.to_owned())];
    Answer::Own(status, headers, String::new())
}

#[test]
fn mirrors_are_tried_before_the_registry() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let Some(empty) = Registry::start() else {
        return;
    };
    push(
        &empty.host(),
        "other/image",
        "1",
        &oci_archive(&image(), Compression::Zstd),
    );
    let mirror = served.before(|_, _| Answer::Pass);
    let ask = |mirror: &str| ask(&served.registry.host(), &[mirror], ":1", "--quiet");
    accepted(ask(&mirror.host()));
    assert_eq!(mirror.requested().len(), 5);
    // A mirror without the image, and one that is not there.
    accepted(ask(&empty.host()));
    accepted(ask("127.0.0.1:9"));
}

/// A mirror that lacks the image hides no error of the registry.
#[test]
fn a_busy_registry_behind_a_mirror_is_queried_again() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let ask = |registry: &Proxy, mirror: &Proxy| {
        ask(&registry.host(), &[&mirror.host()], ":1", "--quiet")
    };
    let absent = served.before(move |_, _| own("404 Not Found", ("X", "")));
    let largest = served.blobs.layers().remove(0);
    for fault in 0..3 {
        let (seen, named) = (AtomicUsize::new(0), largest.clone());
        let registry = served.before(move |requested, _| {
            let is_first =
                requested.path.ends_with(&named) && seen.fetch_add(1, Ordering::Relaxed) == 0;
            match fault {
                _ if !is_first => Answer::Pass,
                0 => own("503 Service Unavailable", ("X", "")),
                1 => own("429 Too Many Requests", ("Retry-After", "1")),
                _ => Answer::Cut(0),
            }
        });
        accepted(ask(&registry, &absent));
    }
    // A mirror's error is tried again too, and the registry's is shown.
    let busy = || served.before(move |_, _| own("503 Service Unavailable", ("Retry-After", "0")));
    let denied = served.before(move |_, _| own("403 Forbidden", ("X", "")));
    let mirror = busy();
    refused(ask(&denied, &mirror), "access denied");
    let requests = (denied.requested().len(), mirror.requested().len());
    assert_eq!(requests, (6, 6));
    // What the registry itself does not have, no mirror will have later.
    let mirror = busy();
    refused(ask(&absent, &mirror), "is not in the registry");
    assert_eq!(mirror.requested().len(), 1);
}

/// It would take minutes.
#[test]
fn a_mirror_that_wants_a_pause_is_not_waited_for() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let layer = served.blobs.layers().remove(0);
    let pause = || own("429 Too Many Requests", ("Retry-After", "100"));
    let mirror = served.before(move |_, _| pause());
    let named = layer.clone();
    let registry = served.before(move |requested, _| {
        if requested.path.ends_with(&named) {
            own("404 Not Found", ("X", ""))
        } else {
            Answer::Pass
        }
    });
    let cause = format!("blob {layer} is not in the registry");
    refused(
        ask(&registry.host(), &[&mirror.host()], ":1", "--quiet"),
        &cause,
    );
    assert_eq!(mirror.requested().len(), 1);
    // A mirror that has the manifest and then wants a pause.
    let mirror = served.before(move |requested, _| {
        if requested.is_blob() {
            pause()
        } else {
            Answer::Pass
        }
    });
    let host = served.registry.host();
    accepted(ask(&host, &[&mirror.host()], ":1", "--quiet"));
}

/// Runs on an image whose first mirror answers some requests otherwise; returns the run, and how many requests the second mirror got.
fn with_wrong_mirror(
    served: &Served,
    version: &str,
    is_wrong: impl Fn(&RecordedRequest) -> Option<Answer> + Send + Sync + 'static,
) -> (Ended, String, usize) {
    let wrong = served.before(move |requested, _| is_wrong(requested).unwrap_or(Answer::Pass));
    let second = served.before(|_, _| Answer::Pass);
    let mirrors = [&*wrong.host(), &second.host()];
    let ended = ask(&served.registry.host(), &mirrors, version, "--json -");
    (ended, wrong.host(), second.requested().len())
}

#[test]
fn a_mirror_that_sends_wrong_bytes_is_left_out() {
    for compression in [Compression::Gzip, Compression::None] {
        let Some(served) = Served::start(compression) else {
            return;
        };
        let digest = served.blobs.image()["digest"].as_str().unwrap().to_owned();
        let by_digest = format!("@{digest}");
        let expected = facts(&ask(&served.registry.host(), &[], &by_digest, "--json -"));
        let manifest: serde_json::Value =
            serde_json::from_slice(&served.blobs.all[&digest]).unwrap();
        let config = manifest["config"]["digest"].as_str().unwrap().to_owned();
        let layer = served.blobs.layers().remove(0);
        let bytes = &served.blobs.all[&layer];
        let mut changed = bytes.clone();
        // In gzip's header a time, in a tar the contents of a file.
        let at = if compression == Compression::Gzip {
            4
        } else {
            bytes.len() / 2
        };
        changed[at] ^= 1;
        let garbage = vec![b'x'; bytes.len()];
        let short = bytes[..bytes.len() / 2].to_vec();
        let page = b"<html>".to_vec();
        for (wrong, answer) in [
            (&digest, &page),
            (&config, &page),
            (&layer, &changed),
            (&layer, &garbage),
            (&layer, &short),
        ] {
            let (named, body) = (wrong.clone(), answer.clone());
            let (ended, mirror, others) =
                with_wrong_mirror(&served, &by_digest, move |requested| {
                    let is_wrong = requested.path.ends_with(&named);
                    is_wrong.then(|| Answer::Body(body.clone()))
                });
            assert_eq!(facts(&ended), expected, "{wrong}");
            let warning = format!("the mirror {mirror} sent other bytes than {wrong} names");
            assert!(ended.stdout.contains(&warning), "{ended}");
            assert!(others > 0, "{wrong}");
        }
    }
}

/// Where the registry itself sends the wrong bytes, too, its error is shown.
#[test]
fn the_last_one_that_sends_wrong_bytes_is_an_error() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let layer = served.blobs.layers().remove(0);
    let mut changed = served.blobs.all[&layer].clone();
    changed[4] ^= 1;
    let lying = || {
        let (layer, changed) = (layer.clone(), changed.clone());
        served.before(move |requested, _| {
            if requested.path.ends_with(&layer) {
                Answer::Body(changed.clone())
            } else {
                Answer::Pass
            }
        })
    };
    let (mirror, registry) = (lying(), lying());
    let ended = ask(&registry.host(), &[&mirror.host()], ":1", "--quiet");
    refused(ended, "does not match its digest");
    let blobs = registry.blobs().into_iter();
    assert_eq!(blobs.filter(|(digest, _)| *digest == layer).count(), 1);
}
