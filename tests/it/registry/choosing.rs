//! One of several images in a registry: the platform chooses it, and what is no image is none there either.

use serde_json::Value;

use super::NAME;
use super::push::push_index;
use super::server::Registry;
use crate::choosing::windows_index;
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
