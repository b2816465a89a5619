//! Images of real engines opened a second time: no engine exports an image whose layers are in the cache, unless contents are read.

use super::proxy::Proxy;
use super::{Tested, image};
use crate::command::Shell;
use dive_rs::source::Engine;
use serde_json::Value;

pub(super) fn an_image_is_exported_once(tested: &Tested) {
    let proxy = Proxy::cutting_after(&tested.socket, usize::MAX);
    let (source, variable) = match tested.engine {
        Engine::Docker => ("docker", "DOCKER_HOST"),
        Engine::Podman => ("podman", "CONTAINER_HOST"),
    };
    let address = format!("unix://{}", proxy.socket().path().display());
    let shell = Shell::new().env(variable, &address);
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
}
