//! Images from a real registry on loopback: plain, with TLS, with a password, behind a token server, and behind a proxy that breaks what it can.
//! Nothing here leaves this machine.

pub(crate) mod access;
mod cached;
mod choosing;
mod faults;
mod lazy;
mod logins;
mod mirrors;
mod packed;
mod provenance;
pub(crate) mod proxy;
pub(crate) mod push;
pub(crate) mod server;
mod shallow;
mod soci;
mod tables;
mod unchecked;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

use dive_rs::image::Compression;
use serde_json::{Value, json};

use self::proxy::{Answer, Proxy};
use self::push::{Blobs, push, push_blob, push_manifest};
use self::server::Registry;
use crate::command::{Ended, Shell};
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{hex, oci_archive};

/// The name of the image that most tests push.
const NAME: &str = "team/app/web";

/// Three layers, one of them large enough to be cut into pieces.
fn image() -> ImageBuilder {
    ImageBuilder::new("web")
        .layer("ADD rootfs /", |layer| {
            let noise: Vec<u8> = (0..300_000_u32)
                .flat_map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes())
                .collect();
            layer
                .dir("etc")
                .file("etc/motd", "hello\n")
                .file("usr/lib/noise", noise)
        })
        .layer("RUN rm /etc/motd", |layer| layer.whiteout("etc/motd"))
        .layer("COPY app /app", |layer| {
            layer.dir("app").file("app/run", "#!/bin/sh\n")
        })
}

/// A registry with the image as `NAME:1`.
struct Served {
    registry: Registry,
    archive: Vec<u8>,
    blobs: Blobs,
}

impl Served {
    /// Returns nothing where no registry is installed.
    fn start(compression: Compression) -> Option<Self> {
        Some(Self::in_registry(Registry::start()?, compression))
    }

    fn in_registry(registry: Registry, compression: Compression) -> Self {
        let archive = oci_archive(&image(), compression);
        let blobs = push(&registry.host(), NAME, "1", &archive);
        Self {
            registry,
            archive,
            blobs,
        }
    }

    fn before(
        &self,
        rule: impl Fn(&proxy::RecordedRequest, usize) -> Answer + Send + Sync + 'static,
    ) -> Proxy {
        Proxy::start(self.registry.host(), rule)
    }
}

/// Runs on the image at a host, which may use plain HTTP.
fn run(shell: &Shell, host: &str, rest: &str) -> Ended {
    shell.run(&format!(
        "--insecure-registry {host} registry://{host}/{NAME}:1 {rest}"
    ))
}

/// Returns a report without what names the source.
fn facts(ended: &Ended) -> Value {
    assert_eq!(ended.code, Some(0), "{ended}");
    let mut json: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {ended}"));
    for key in ["image", "warnings", "source"] {
        json.as_object_mut().unwrap().remove(key);
    }
    json
}

#[test]
fn an_image_is_read_as_from_its_archive() {
    let compressions = [Compression::Gzip, Compression::Zstd, Compression::None];
    let of_each = |compression| {
        let registries = Registry::each().into_iter();
        registries.map(move |registry| Served::in_registry(registry, compression))
    };
    for served in compressions.into_iter().flat_map(of_each) {
        let shell = Shell::new().file("image.tar", &served.archive);
        let expected = facts(&shell.run("--json - image.tar"));
        let proxy = served.before(|_, _| Answer::Pass);
        assert_eq!(facts(&run(&shell, &proxy.host(), "--json -")), expected);
        // A manifest, a config, and each layer once.
        let requested = proxy.requested();
        assert_eq!(requested.len(), 2 + 3, "{requested:#?}");
        let mut layers: Vec<String> = proxy
            .blobs()
            .into_iter()
            .map(|(digest, _)| digest)
            .collect();
        let mut expected = served.blobs.layers();
        layers.retain(|digest| expected.contains(digest));
        layers.sort();
        expected.sort();
        assert_eq!(layers, expected);
    }
}

#[test]
fn a_digest_names_the_manifest() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let host = served.registry.host();
    let digest = served.blobs.image()["digest"].as_str().unwrap();
    let shell = Shell::new();
    let named = |digest: &str| {
        shell.run(&format!(
            "--insecure-registry {host} --source registry {host}/{NAME}@{digest} --quiet"
        ))
    };
    assert_eq!(named(digest).code, Some(0));
    let other = named(&format!("sha256:{}", "00".repeat(32)));
    assert_eq!(other.code, Some(2), "{other}");
    assert!(other.stderr.contains("is not in the registry"), "{other}");
}

/// Without an engine a name is looked for in its registry; a path never is.
#[test]
fn a_bare_name_leads_to_the_registry_where_no_engine_answers() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let proxy = served.before(|_, _| Answer::Pass);
    let host = proxy.host();
    let shell = Shell::new()
        .env("DOCKER_HOST", "unix:///nowhere")
        .env("CONTAINER_HOST", "unix:///nowhere");
    let found = shell.run(&format!("-vv --insecure-registry {host} {host}/{NAME}:1"));
    assert_eq!(found.code, Some(0), "{found}");
    assert!(
        found.stdout.starts_with(&format!("{host}/{NAME}:1")),
        "{found}"
    );
    let why = format!(
        "no engine answered (docker at unix:///nowhere: no socket there; podman at unix:///nowhere: no socket there): read from the registry {host}"
    );
    assert!(found.stdout.contains(&why), "{found}");
    let ended = shell.run(&format!(
        "--insecure-registry {host} --json - {host}/{NAME}:1"
    ));
    assert!(ended.stdout.contains(&why), "{ended}");
    let listed = shell.run(&format!("ls --insecure-registry {host} {host}/{NAME}:1"));
    let warnings: Vec<&str> = listed.stderr.lines().collect();
    let unchecked = format!(
        "warning: {host} was read over plain HTTP: allowed by --insecure-registry or registries.conf"
    );
    assert_eq!(warnings, [format!("warning: {why}"), unchecked]);
    let requested = proxy.requested().len();
    let never = shell.run(&format!(
        "--pull never --insecure-registry {host} {host}/{NAME}:1"
    ));
    assert!(
        never
            .stderr
            .contains("no container engine can be reached\n"),
        "{never}"
    );
    for path in [
        format!("./{host}/{NAME}:1"),
        format!("{host}/{NAME}.tar"),
        format!("/{host}/{NAME}"),
    ] {
        let refused = shell.run(&format!("--insecure-registry {host} {path}"));
        assert_eq!(refused.code, Some(2), "{refused}");
    }
    assert_eq!(
        proxy.requested().len(),
        requested,
        "nobody asked the registry"
    );
    let missing = shell.run(&format!("--insecure-registry {host} {host}/{NAME}:2"));
    assert_eq!(missing.code, Some(2));
    let first = missing.stderr.lines().next().unwrap();
    let expected = format!(
        "error: {host}/{NAME}:2: no container engine can be reached, and the registry {host}: the image is not in the registry"
    );
    assert!(first.starts_with(&expected), "{missing}");
    assert!(
        missing.stderr.contains("docker at unix:///nowhere"),
        "{missing}"
    );
}

/// Pushes an index of two platforms and an attestation.
fn push_index(host: &str) -> Vec<String> {
    let mut manifests = Vec::new();
    for (architecture, text) in [("amd64", "one"), ("s390x", "two")] {
        let image = ImageBuilder::new("web").layer("COPY x /x", |layer| layer.file("x", text));
        let blobs = Blobs::of(&oci_archive(&image, Compression::Gzip));
        let (mut config_digest, mut manifest) = (String::new(), Value::Null);
        for (digest, bytes) in &blobs.all {
            let Ok(json) = serde_json::from_slice::<Value>(bytes) else {
                push_blob(host, NAME, digest, bytes);
                continue;
            };
            if json["rootfs"].is_object() {
                let mut json = json;
                json["architecture"] = architecture.into();
                let bytes = json.to_string().into_bytes();
                config_digest = format!("sha256:{}", hex(&bytes));
                push_blob(host, NAME, &config_digest, &bytes);
                manifest["config"]["size"] = bytes.len().into();
            } else {
                let size = manifest["config"]["size"].clone();
                manifest = json;
                manifest["config"]["size"] = size;
            }
        }
        manifest["config"]["digest"] = config_digest.as_str().into();
        manifest["config"]["mediaType"] = "application/vnd.oci.image.config.v1+json".into();
        let bytes = manifest.to_string().into_bytes();
        let digest = format!("sha256:{}", hex(&bytes));
        push_manifest(
            host,
            NAME,
            &digest,
            "application/vnd.oci.image.manifest.v1+json",
            &bytes,
        );
        manifests.push(json!({
            "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": bytes.len(),
            "platform": { "os": "linux", "architecture": architecture },
        }));
        if architecture == "s390x" {
            let mut attestation = manifests[0].clone();
            attestation["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
            attestation["annotations"] =
                json!({ "vnd.docker.reference.type": "attestation-manifest" });
            attestation["digest"] = digest.as_str().into();
            attestation["size"] = bytes.len().into();
            manifests.insert(0, attestation);
        }
    }
    let index = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests,
    });
    push_manifest(
        host,
        NAME,
        "many",
        "application/vnd.oci.image.index.v1+json",
        index.to_string().as_bytes(),
    );
    manifests
        .iter()
        .map(|one| one["digest"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn of_many_platforms_only_the_wanted_one_is_fetched() {
    for registry in Registry::each() {
        check_platforms(&registry);
    }
}

fn check_platforms(registry: &Registry) {
    push_index(&registry.host());
    let proxy = Proxy::start(registry.host(), |_, _| Answer::Pass);
    let host = proxy.host();
    let shell = Shell::new();
    let on = |platform: &str| {
        shell.run(&format!("--insecure-registry {host} --platform {platform} --quiet --json - registry://{host}/{NAME}:many"))
    };
    let found = on("linux/s390x");
    assert_eq!(found.code, Some(0), "{found}");
    assert!(found.stdout.contains("s390x"), "{found}");
    // Index, manifest, config, layer.
    assert_eq!(proxy.requested().len(), 4, "{:#?}", proxy.requested());
    let absent = on("linux/riscv64");
    assert_eq!(absent.code, Some(2));
    assert!(
        absent.stderr.contains("linux/amd64, linux/s390x"),
        "{absent}"
    );
}

#[test]
fn a_manifest_of_the_first_schema_is_named() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let proxy = served.before(|_, _| {
        let body = br#"{"schemaVersion":1,"fsLayers":[],"history":[]}"#.to_vec();
        Answer::Body(body)
    });
    let ended = run(&Shell::new(), &proxy.host(), "");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("schema 1"), "{ended}");
}

/// Returns the request for the image of a registry.
fn request(host: &str) -> dive_rs::load::Request {
    dive_rs::load::Request {
        reference: format!("registry://{host}/{NAME}:1"),
        registry: Box::new(dive_rs::load::RegistryOptions {
            insecure: vec![host.to_owned()],
            ..dive_rs::load::RegistryOptions::default()
        }),
        ..dive_rs::load::Request::default()
    }
}

#[test]
fn contents_are_extracted_without_a_second_download() {
    use dive_rs::archive::Cancel;
    use dive_rs::load::{self, Request};
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let proxy = served.before(|_, _| Answer::Pass);
    for keep_contents in [true, false] {
        let request = Request {
            keep_contents,
            ..request(&proxy.host())
        };
        let progress = AtomicUsize::new(0);
        let loaded = load::load(&request, &Cancel::default(), |_| {
            progress.fetch_add(1, Ordering::Relaxed);
        });
        let loaded = loaded.unwrap();
        assert!(
            progress.load(Ordering::Relaxed) > 4,
            "each layer's progress is shown"
        );
        let before = proxy.requested().len();
        let image = &loaded.image;
        let layer = image.layer_ids().last().unwrap();
        let entry = image.layer(layer).changes.entries.last().unwrap().1;
        let bytes = loaded
            .contents
            .read(image, layer, entry, 0, 100, &Cancel::default())
            .unwrap();
        assert_eq!(bytes, b"#!/bin/sh\n");
        let requested: Vec<_> = proxy.requested().split_off(before);
        if keep_contents {
            assert!(requested.is_empty(), "{requested:?}");
        } else {
            assert_eq!(requested.len(), 1, "{requested:?}");
        }
    }
}

/// The layers that are there are browsed while the others arrive, so the smallest come first; where only the end counts, the largest do.
#[test]
fn the_smallest_layers_come_first_where_they_are_browsed() {
    use dive_rs::archive::Cancel;
    use dive_rs::load::{self, Request};
    let Some(registry) = Registry::start() else {
        return;
    };
    let mut image = ImageBuilder::new("web");
    for kilobytes in [40, 10, 50, 20, 60, 30] {
        let noise: Vec<u8> = (0..kilobytes * 256_u32)
            .flat_map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes())
            .collect();
        image = image.layer("ADD", move |layer| layer.file("noise", noise));
    }
    let blobs = push(
        &registry.host(),
        NAME,
        "1",
        &oci_archive(&image, Compression::None),
    );
    let layers = blobs.layers();
    for (keep_contents, first) in [(true, [10, 20, 30]), (false, [60, 50, 40])] {
        // None is answered before three are requested: they could overtake each other.
        let seen = (Mutex::new(0), Condvar::new());
        let known = layers.clone();
        let proxy = Proxy::start(registry.host(), move |request, _| {
            if known.iter().any(|layer| request.path.ends_with(layer)) {
                let mut count = seen.0.lock().unwrap();
                *count += 1;
                seen.1.notify_all();
                drop(seen.1.wait_while(count, |count| *count < 3));
            }
            Answer::Pass
        });
        let request = Request {
            keep_contents,
            ..request(&proxy.host())
        };
        load::load(&request, &Cancel::default(), |_| ()).unwrap();
        let requested = proxy.blobs().into_iter();
        let sizes: Vec<usize> = requested
            .filter(|(digest, _)| layers.contains(digest))
            .map(|(digest, _)| blobs.all[&digest].len() / 10_240 * 10)
            .collect();
        assert_eq!(sizes.len(), 6);
        let mut three = sizes[..3].to_vec();
        three.sort_unstable();
        let mut first = first.to_vec();
        first.sort_unstable();
        assert_eq!(three, first, "{sizes:?}");
    }
}
