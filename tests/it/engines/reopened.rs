//! Images of real engines opened a second time: no engine exports an image whose layers are in the cache, unless contents are read.

use super::proxy::Proxy;
use super::{Tested, image, proxied};
use crate::command::Shell;
use serde_json::Value;

pub(super) fn an_image_is_exported_once(tested: &Tested) {
    let proxy = Proxy::cutting_after(&tested.socket, usize::MAX);
    let (source, shell) = (tested.engine, proxied(Shell::new(), tested.engine, &proxy));
    let run = |line: &str, expected: usize| {
        let name = image::NAME;
        let line = line.replace("IMAGE", &format!("--source {source} --pull never {name}"));
        let ended = shell.run(&line);
        assert_eq!(ended.code, Some(0), "{line}: {ended}");
        let requested = proxy.requested();
        let exports = requested.matches("/get").count();
        assert_eq!(exports, expected, "{line}: {requested}");
        ended.stdout
    };
    let first = run("--ci IMAGE", 1);
    assert_eq!(run("--ci IMAGE", 0), first);
    // The contents of some files are needed once, and all of them come at once.
    let report = |exports| {
        let text = run("--report json=- --link 100Mbit/s IMAGE", exports);
        let mut facts: Value = serde_json::from_str(&text).unwrap();
        // The speeds of the machine are measured each time.
        let mut transfer = facts["transfer"].take();
        (facts, transfer["compressedBytes"].take())
    };
    assert_eq!(report(1), report(0));
    assert_eq!(run("extract IMAGE out", 1), "");
    assert_eq!(shell.read("out/hello"), "hello");
    assert_eq!(run("ls IMAGE", 0), "hello\nnoise\n");
    assert_eq!(run("--verify --ci IMAGE", 1), first);
    assert_eq!(run("--no-cache --ci IMAGE", 1), first);
    let kept = shell.run("cache");
    assert!(kept.stdout.contains("\n2 layers, 1 archive, "), "{kept}");
    let of_platform = run("--ci --platform linux/amd64 IMAGE", 1);
    assert_eq!(run("--ci --platform linux/amd64 IMAGE", 0), of_platform);
}

/// Each layer would wait for an export of its own.
pub(super) fn an_export_that_fails_is_tried_once(tested: &Tested) {
    let [proxy, broken] =
        [usize::MAX, 700_000].map(|bytes| Proxy::cutting_after(&tested.socket, bytes));
    let (source, shell) = (tested.engine, proxied(Shell::new(), tested.engine, &proxy));
    let line = |options: &str| format!("{options} --source {source} --pull never {}", image::NAME);
    let first = shell.run(&line("--ci"));
    assert_eq!(first.code, Some(0), "{first}");
    let shell = proxied(shell, tested.engine, &broken);
    let ended = shell.run(&line("--report json=- --link 100Mbit/s"));
    assert_eq!(broken.requested().matches("/get").count(), 1, "{ended}");
    let error = "stopped after";
    assert!(
        ended.code == Some(2) && ended.stderr.contains(error),
        "{ended}"
    );
}
