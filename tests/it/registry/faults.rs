//! What connections, proxies and registries do wrong: what can be resumed is, what cannot is an error that names host, repository and cause.

use std::time::Duration;

use dive_rs::archive::Cancel;
use dive_rs::image::Compression;
use dive_rs::load::{self, RegistryOptions, Request};
use serde_json::{Value, json};

use super::proxy::{Answer, Proxy, RecordedRequest};
use super::{NAME, Served, facts, request, run};
use crate::command::{Ended, Shell};

/// Runs on the image behind a proxy that treats the requests for the largest layer so, counted from 0.
fn with_blob(
    served: &Served,
    rule: impl Fn(&RecordedRequest, usize) -> Answer + Send + Sync + 'static,
) -> (Ended, Proxy) {
    let largest = served.blobs.layers().remove(0);
    let seen = std::sync::atomic::AtomicUsize::new(0);
    let proxy = served.before(move |requested, _| {
        if !requested.path.ends_with(&largest) {
            return Answer::Pass;
        }
        rule(
            requested,
            seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
        )
    });
    (run(&Shell::new(), &proxy.host(), "--quiet"), proxy)
}

fn again(status: &'static str) -> Answer {
    Answer::Own(status, vec![("Retry-After", "0".to_owned())], String::new())
}

/// Returns the requested ranges of the largest layer.
fn ranges(served: &Served, proxy: &Proxy) -> Vec<Option<String>> {
    let largest = served.blobs.layers().remove(0);
    let blobs = proxy.blobs().into_iter();
    blobs
        .filter(|(digest, _)| *digest == largest)
        .map(|(_, range)| range)
        .collect()
}

fn fails(ended: &Ended, proxy: &Proxy, cause: &str) {
    assert_eq!(ended.code, Some(2), "{ended}");
    let named = format!("error: {}/{NAME}:1: ", proxy.host());
    assert!(
        ended.stderr.starts_with(&named) && ended.stderr.contains(cause),
        "{cause}: {ended}"
    );
    assert!(ended.stderr.contains("\nhint: "), "{ended}");
}

#[test]
fn a_connection_that_breaks_is_resumed_where_it_broke() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let size = served.blobs.all[&served.blobs.layers()[0]].len();
    let (ended, proxy) = with_blob(&served, |_, at| match at {
        0 => Answer::Cut(100_000),
        1 => Answer::Cut(0),
        2 => Answer::Cut(50_000),
        _ => Answer::Pass,
    });
    assert_eq!(ended.code, Some(0), "{ended}");
    let from = |at: usize| Some(format!("bytes={at}-{}", size - 1));
    assert_eq!(
        ranges(&served, &proxy),
        [None, from(100_000), from(100_000), from(150_000)]
    );
}

#[test]
fn a_registry_may_ignore_ranges() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let (ended, proxy) = with_blob(&served, |_, at| match at {
        0 => Answer::Cut(100_000),
        _ => Answer::Whole,
    });
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(ranges(&served, &proxy).len(), 2);
}

/// Answers to a range that are none of it: the layer is requested whole, once.
#[test]
fn a_registry_that_refuses_ranges_is_read_from_the_beginning() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let refused = || Answer::Own("416 Range Not Satisfiable", Vec::new(), String::new());
    let other = || {
        let headers = vec![("Content-Range", "bytes 7-8/9".to_owned())];
        Answer::Own("206 Partial Content", headers, "xx".to_owned())
    };
    let unmarked = || Answer::Own("206 Partial Content", Vec::new(), "xx".to_owned());
    let size = served.blobs.all[&served.blobs.layers()[0]].len();
    let from = Some(format!("bytes=100000-{}", size - 1));
    for answer in [refused, other, unmarked] {
        let (ended, proxy) = with_blob(&served, move |requested, at| match at {
            0 => Answer::Cut(100_000),
            _ if requested.header("range").is_some() => answer(),
            _ => Answer::Pass,
        });
        assert_eq!(ended.code, Some(0), "{ended}");
        assert_eq!(ranges(&served, &proxy), [None, from.clone(), None]);
    }
    // Without a range there is nothing else to try.
    let (ended, proxy) = with_blob(&served, move |_, _| refused());
    fails(&ended, &proxy, "HTTP status 416");
    assert_eq!(ranges(&served, &proxy), [None]);
    let (ended, proxy) = with_blob(&served, move |_, _| other());
    fails(&ended, &proxy, "the registry returned a different range");
    assert_eq!(ranges(&served, &proxy), [None]);
}

#[test]
fn a_busy_registry_is_queried_again() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let proxy = served.before(|_, at| match at {
        0 | 2 | 4 => again("429 Too Many Requests"),
        3 => again("503 Service Unavailable"),
        _ => Answer::Pass,
    });
    let ended = run(&Shell::new(), &proxy.host(), "--quiet");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(proxy.requested().len(), 5 + 4);
    let (ended, proxy) = with_blob(&served, |_, _| again("429 Too Many Requests"));
    fails(&ended, &proxy, "too many requests, try again in 0 s");
    assert_eq!(ranges(&served, &proxy).len(), 6, "five retries");
    let (ended, proxy) = with_blob(&served, |_, _| {
        Answer::Own(
            "429 Too Many Requests",
            vec![("Retry-After", "3600".to_owned())],
            String::new(),
        )
    });
    fails(&ended, &proxy, "try again in 3600 s");
    assert_eq!(ranges(&served, &proxy).len(), 1, "nobody waits for an hour");
}

#[test]
fn other_bytes_than_the_digest_says_are_refused() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let mut other = served.blobs.all[&served.blobs.layers()[0]].clone();
    // The time in the header of gzip: it unpacks to the same.
    other[4] ^= 1;
    let (ended, proxy) = with_blob(&served, move |_, _| Answer::Body(other.clone()));
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(
        ended.stderr.contains("does not match its digest"),
        "{ended}"
    );
    assert!(ended.stderr.contains(&proxy.host()), "{ended}");

    let proxy = served.before(|requested, _| {
        // The config comes first.
        if requested.is_blob() {
            Answer::Body(b"{}".to_vec())
        } else {
            Answer::Pass
        }
    });
    let ended = run(&Shell::new(), &proxy.host(), "--quiet");
    fails(&ended, &proxy, "does not match its digest");
}

#[test]
fn lengths_that_lie_are_found_out() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let (ended, proxy) = with_blob(&served, |_, _| Answer::Length(1000));
    fails(&ended, &proxy, "has 1000 bytes, the manifest lists");
    let (ended, proxy) = with_blob(&served, |_, _| Answer::Length(10_000_000));
    fails(&ended, &proxy, "has 10000000 bytes, the manifest lists");
    let (ended, proxy) = with_blob(&served, |_, _| Answer::Body(vec![0; 10]));
    fails(&ended, &proxy, "has 10 bytes, the manifest lists");
}

#[test]
fn a_document_that_breaks_or_is_too_large_is_named() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let proxy = served.before(|_, _| Answer::Cut(10));
    let ended = run(&Shell::new(), &proxy.host(), "");
    fails(&ended, &proxy, "of the image, after 5 retries");
    let proxy = served.before(|_, _| Answer::Body(vec![b' '; (32 << 20) + 1]));
    let ended = run(&Shell::new(), &proxy.host(), "");
    fails(&ended, &proxy, "the image is larger than 33554432 bytes");
    assert_eq!(proxy.requested().len(), 1, "it is not requested again");
}

/// Such manifests are in registries, and engines run their images.
#[test]
fn a_layer_is_read_whatever_length_the_manifest_lists() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let expected = facts(&run(&Shell::new(), &served.registry.host(), "--json -"));
    let manifest = &served.blobs.all[served.blobs.image()["digest"].as_str().unwrap()];
    let manifest: Value = serde_json::from_slice(manifest).unwrap();
    let largest = served.blobs.layers().remove(0);
    let mut other = served.blobs.all[&largest].clone();
    other[4] ^= 1;
    for size in [json!(0), json!(null), json!(-1), json!("10240"), json!(1.5)] {
        let mut manifest = manifest.clone();
        manifest["layers"][0]["size"] = size.clone();
        let manifest = manifest.to_string().into_bytes();
        for is_changed in [false, true] {
            let (manifest, largest, other) = (manifest.clone(), largest.clone(), other.clone());
            let proxy = served.before(move |requested, _| {
                let is_range = requested.header("range").is_some();
                if requested.path.contains("/manifests/") {
                    Answer::Body(manifest.clone())
                } else if is_changed && requested.path.ends_with(&largest) && !is_range {
                    Answer::Body(other.clone())
                } else {
                    Answer::Pass
                }
            });
            let ended = run(&Shell::new(), &proxy.host(), "--json -");
            if is_changed {
                let words = "does not match its digest";
                assert!(ended.stderr.contains(words), "{size}: {ended}");
            } else {
                assert_eq!(facts(&ended), expected, "{size}");
                assert_eq!(proxy.requested().len(), 6, "one more for the length");
            }
        }
    }
}

/// A web site, or a network before its login.
#[test]
fn an_answer_that_is_no_manifest_is_named() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    for (body, cause) in [
        (
            "<html>",
            "the answer is not a manifest, its type is `text/html`",
        ),
        ("", "the answer is not a manifest"),
        ("null", "the answer is not a manifest"),
    ] {
        let proxy = served.before(move |_, _| {
            let headers = vec![("Content-Type", "text/html; charset=utf-8".to_owned())];
            Answer::Own("200 OK", headers, body.to_owned())
        });
        let ended = run(&Shell::new(), &proxy.host(), "");
        fails(&ended, &proxy, cause);
    }
    let proxy = served.before(|_, _| Answer::Body(b"{\"".to_vec()));
    let ended = run(&Shell::new(), &proxy.host(), "");
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains(": cannot read sha256:"), "{ended}");
}

/// Nor is it fetched where no layer may be.
#[test]
fn the_length_of_a_kept_layer_is_not_requested() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let manifest = &served.blobs.all[served.blobs.image()["digest"].as_str().unwrap()];
    let mut manifest: Value = serde_json::from_slice(manifest).unwrap();
    for layer in manifest["layers"].as_array_mut().unwrap() {
        layer["size"] = Value::Null;
    }
    let manifest = manifest.to_string().into_bytes();
    let proxy = served.before(move |requested, _| {
        if requested.path.contains("/manifests/") {
            Answer::Body(manifest.clone())
        } else {
            Answer::Pass
        }
    });
    let shell = Shell::new();
    let first = facts(&run(&shell, &proxy.host(), "--json -"));
    let before = proxy.requested().len();
    assert_eq!(facts(&run(&shell, &proxy.host(), "--json -")), first);
    assert_eq!(proxy.requested().len(), before + 2, "manifest and config");
    let host = proxy.host();
    let survey = "fleet --deep --stage images --insecure-registry";
    let ended = shell.run(&format!("{survey} {host} registry://{host}/{NAME}:1"));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(!ended.stderr.contains("not in the cache"), "{ended}");
}

#[test]
fn a_refusal_names_host_repository_and_cause() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    for (status, cause) in [
        ("404 Not Found", "is not in the registry"),
        ("403 Forbidden", "access denied"),
        ("401 Unauthorized", "requires a login"),
        ("418 I'm a teapot", "HTTP status 418"),
    ] {
        let words = r#"{"errors":[{"code":"X","message":"no \u001b[31m way"}]}"#;
        let proxy = served.before(move |_, _| {
            Answer::Own(
                status,
                vec![("WWW-Authenticate", "Basic".to_owned())],
                words.to_owned(),
            )
        });
        let ended = run(&Shell::new(), &proxy.host(), "");
        fails(&ended, &proxy, cause);
        assert!(!ended.stderr.contains('\u{1b}'), "{ended}");
    }
    let proxy = served.before(|_, _| {
        Answer::Own(
            "302 Found",
            vec![("Location", "/again".to_owned())],
            String::new(),
        )
    });
    fails(
        &run(&Shell::new(), &proxy.host(), ""),
        &proxy,
        "more than 10 redirects",
    );
    let ended = run(&Shell::new(), "127.0.0.1:9", "");
    assert!(
        ended.stderr.contains("cannot connect to 127.0.0.1:9"),
        "{ended}"
    );
}

#[test]
fn a_blob_that_is_missing_is_named() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let (ended, proxy) = with_blob(&served, |_, _| {
        Answer::Own("404 Not Found", Vec::new(), String::new())
    });
    let largest = served.blobs.layers().remove(0);
    fails(
        &ended,
        &proxy,
        &format!("blob {largest} is not in the registry"),
    );
    assert!(
        ended
            .stderr
            .contains("hint: the registry has the image without it"),
        "{ended}"
    );
}

/// Whatever stands still, a cancel ends it.
#[test]
fn a_cancel_ends_a_wait_for_bytes() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let largest = served.blobs.layers().remove(0);
    let proxy = served.before(move |requested, _| {
        if requested.path.ends_with(&largest) {
            Answer::Stall(70_000)
        } else {
            Answer::Pass
        }
    });
    for keep_contents in [true, false] {
        let request = Request {
            keep_contents,
            ..request(&proxy.host())
        };
        let cancel = Cancel::default();
        let before = proxy.requested().len();
        std::thread::scope(|scope| {
            let loading = scope.spawn(|| load::load(&request, &cancel, |_| ()));
            // Until all five requests were sent.
            while proxy.requested().len() < before + 5 {
                std::thread::sleep(Duration::from_millis(5));
            }
            cancel.cancel();
            let error = loading.join().unwrap().unwrap_err();
            assert!(error.is_cancelled(), "{error}");
        });
    }
}

#[test]
fn a_blob_that_stands_still_is_requested_again_where_it_stopped() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let largest = served.blobs.layers().remove(0);
    for (stalls, ends) in [(1, "well"), (usize::MAX, "with an error")] {
        let seen = std::sync::atomic::AtomicUsize::new(0);
        let stalled = largest.clone();
        let proxy = served.before(move |requested, _| {
            let is_stalled = requested.path.ends_with(&stalled)
                && seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < stalls;
            // The first answer has some bytes, the others have none.
            match requested.header("range") {
                _ if !is_stalled => Answer::Pass,
                None => Answer::Stall(70_000),
                Some(_) => Answer::Stall(0),
            }
        });
        let host = proxy.host();
        let request = Request {
            reference: format!("registry://{host}/{NAME}:1"),
            registry: Box::new(RegistryOptions {
                insecure: vec![host],
                stall: Some(Duration::from_millis(500)),
                ..RegistryOptions::default()
            }),
            ..Request::default()
        };
        let loaded = load::load(&request, &Cancel::default(), |_| ());
        assert_eq!(
            loaded.is_ok(),
            stalls == 1,
            "it ends {ends}: {:?}",
            loaded.err()
        );
        let ranges = ranges(&served, &proxy);
        assert_eq!(ranges[0], None);
        let resumed = ranges[1]
            .as_deref()
            .is_some_and(|range| range.starts_with("bytes=70000-"));
        assert!(resumed, "{ranges:?}");
    }
}
