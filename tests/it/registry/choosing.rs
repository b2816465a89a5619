//! One of several images in a registry: the platform chooses it, and what is no image is none there either.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::NAME;
use super::proxy::{Answer, Proxy};
use super::push::push_index;
use super::server::Registry;
use crate::choosing::{variants, windows_index};
use crate::command::Shell;

#[test]
fn versions_of_windows_in_a_registry_are_listed_and_chosen() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    push_index(&host, NAME, "1", &windows_index(0));
    let image = format!("registry://{host}/{NAME}:1");
    let run = |line: &str| {
        let line = line.replace("IMAGE", &image);
        Shell::new().run(&format!("{line} --insecure-registry {host}"))
    };
    let list = "windows(10.0.17763.5458)/amd64, windows(10.0.20348.2322)/amd64";
    for line in [
        "ls IMAGE",
        "cat IMAGE /a",
        "--json - IMAGE",
        "--ci IMAGE",
        "--json - IMAGE --platform windows/amd64",
        "--json - IMAGE IMAGE",
    ] {
        let ended = run(line);
        assert_eq!(ended.code, Some(2), "{line}: {ended}");
        assert!(ended.stderr.contains(list), "{line}: {ended}");
        assert!(ended.stderr.contains("--platform "), "{line}: {ended}");
    }
    let absent = run("ls IMAGE --platform windows/amd64:10.0.2");
    let expected = format!("no image for windows(10.0.2)/amd64; there are {list}");
    assert!(absent.stderr.contains(&expected), "{absent}");
    for (platform, content) in [
        ("windows/amd64:10.0.17763", "one"),
        ("windows(10.0.20348)/amd64", "two!"),
    ] {
        let ended = run(&format!("cat IMAGE /a --platform {platform}"));
        assert_eq!(ended.stdout, content, "{ended}");
    }
    let pair = "windows/amd64:10.0.17763,windows/amd64:10.0.20348";
    let ended = run(&format!("--json - IMAGE IMAGE --platform {pair}"));
    let document: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {ended}"));
    assert_eq!(document["difference"]["sizeBytes"], 1, "{ended}");
}

#[test]
fn a_variant_of_the_platform_is_chosen_as_engines_choose_it() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    let (archive, expected) = variants();
    push_index(&host, NAME, "1", &archive);
    let shell = Shell::new().file("image.tar", &archive);
    for (platform, content) in expected {
        for image in [&format!("registry://{host}/{NAME}:1"), "image.tar"] {
            let line = format!("cat --insecure-registry {host} --platform {platform} {image} /a");
            let ended = shell.run(&line);
            assert_eq!(ended.stdout, content, "{line}: {ended}");
        }
    }
}

/// Their platforms are in their configs: three are fetched at once, and each document once.
#[test]
fn images_without_a_platform_in_the_index_are_read_at_once() {
    let Some(registry) = Registry::start() else {
        return;
    };
    push_index(&registry.host(), NAME, "1", &windows_index(usize::MAX));
    let waiting = (Mutex::new(0), Condvar::new());
    let proxy = Proxy::start(registry.host(), move |requested, _| {
        // The second document below the index is not answered before the third is requested.
        if requested.path.contains("sha256:") {
            let mut count = waiting.0.lock().unwrap();
            *count += 1;
            waiting.1.notify_all();
            let second = Duration::from_secs(10);
            let is_alone = |count: &mut i32| *count < 2;
            drop(waiting.1.wait_timeout_while(count, second, is_alone));
        }
        Answer::Pass
    });
    let host = proxy.host();
    let started = std::time::Instant::now();
    let line = format!(
        "cat --insecure-registry {host} --platform windows/amd64:10.0.20348 registry://{host}/{NAME}:1 /a"
    );
    let ended = Shell::new().run(&line);
    assert_eq!(ended.stdout, "two!", "{ended}");
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "one after another"
    );
    let requested = proxy.requested();
    let paths: HashSet<&str> = requested.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths.len(), requested.len(), "{requested:#?}");
}
