//! `--shallow` from a registry: manifest and config, and no blob of a layer.

use dive_rs::image::Compression;

use super::proxy::Answer;
use super::{Served, run};
use crate::command::Shell;

#[test]
fn two_requests_are_enough() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let proxy = served.before(|_, _| Answer::Pass);
    let shell = Shell::new();
    let ended = run(&shell, &proxy.host(), "--shallow");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("COPY app /app"), "{ended}");
    let requested = proxy.requested();
    assert_eq!(requested.len(), 2, "manifest and config");
    for layer in served.blobs.layers() {
        assert!(requested.iter().all(|one| !one.path.contains(&layer)));
    }
    assert!(!shell.path().join(".cache").exists(), "nothing to keep");
}
