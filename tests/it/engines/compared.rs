//! Comparisons with images of a real engine: against the archive the engine saves, against another image, on either side.

use serde_json::Value;

use super::proxy::Proxy;
use super::{Tested, build, image, proxied};
use crate::command::{Ended, Shell};
use dive_rs::source::Engine;

/// Returns a folder with a `docker` or `podman` that uses the tested engine, and the names of its images with a scheme.
fn shell(tested: &Tested) -> (Shell, &'static str, String) {
    let (name, from) = match tested.engine {
        Engine::Docker => ("docker", image::NAME.to_owned()),
        Engine::Podman => ("podman", format!("localhost/{}", image::NAME)),
    };
    (build::context(tested), name, from)
}

fn files(ended: &Ended) -> [u64; 5] {
    let document: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"));
    let count = |key: &str| document["difference"]["files"][key].as_u64().unwrap();
    ["added", "removed", "changed", "moved", "same"].map(count)
}

pub(super) fn an_image_is_compared_with_its_archive(tested: &Tested) {
    let (shell, name, from) = shell(tested);
    let image = format!("{name}://{from}");
    let saved = shell.program(name, &["save", &from, "-o", "saved.tar"]);
    assert_eq!(saved.code, Some(0), "{saved}");
    for pair in [[&*image, "saved.tar"], ["saved.tar", &*image]] {
        let ended = shell.run_args(&pair, b"");
        assert_eq!(ended.code, Some(0), "{ended}");
        assert!(
            ended.stdout.contains("Both are the same image"),
            "{pair:?}: {ended}"
        );
    }
}

pub(super) fn an_image_is_compared_with_what_was_built_on_it(tested: &Tested) {
    let (shell, name, from) = shell(tested);
    let text = format!("FROM {from}\nCOPY a /more\nCOPY b /hello\n");
    std::fs::write(shell.path().join("Dockerfile"), text).unwrap();
    let built = format!("localhost/dive-rs-compared-{name}:1");
    let done = shell.program(name, &["build", "-t", &built, "."]);
    assert_eq!(done.code, Some(0), "{done}");
    let (before, after) = (format!("{name}://{from}"), format!("{name}://{built}"));
    let ended = shell.run_args(&["--json", "-", &before, &after], b"");
    assert_eq!(files(&ended), [1, 0, 1, 0, 1], "{ended}");
    let saved = shell.program(name, &["save", &built, "-o", "built.tar"]);
    assert_eq!(saved.code, Some(0), "{saved}");
    let archive = std::fs::read(shell.path().join("built.tar")).unwrap();
    let ended = shell.run_args(&["--json", "-", "-", &before], &archive);
    assert_eq!(files(&ended), [0, 1, 1, 0, 1], "{ended}");
}

/// An engine that exports one image may delay every query about another.
pub(super) fn no_image_is_packed_before_both_are_found(tested: &Tested) {
    let proxy = Proxy::cutting_after(&tested.socket, usize::MAX);
    let (source, shell) = (tested.engine, proxied(Shell::new(), tested.engine, &proxy));
    let compared = |other: &str| {
        let line = format!("--source {source} --pull never {} {other}", image::NAME);
        (shell.run(&line), proxy.requested())
    };
    let (ended, requested) = compared("no/such:image");
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(requested.contains("/json"), "{requested}");
    assert!(!requested.contains("/get"), "{requested}");
    let (ended, requested) = compared(image::NAME);
    assert_eq!(ended.code, Some(0), "{ended}");
    let last = requested.rfind("/history").expect("both are asked about");
    let first = requested.find("/get").expect("both are packed");
    assert!(last < first, "{requested}");
    assert_eq!(requested.matches("/get").count(), 2, "{requested}");
}
