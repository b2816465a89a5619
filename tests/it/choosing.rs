//! Choosing among the images of an archive: every name that an error lists can be chosen, and what is not an image is never a candidate.

use dive_rs::archive::{Error, ReadOptions};
use dive_rs::image::Platform;
use serde_json::{Value, json};

use crate::bundle::{Bundle, blob, config, descriptor, digest, index, listed, manifest};
use crate::fixture_tar::hex;
use crate::raw_tar::RawTar;
use crate::reading::{both, options, seekable, stream, tagged};

fn layer(text: &str) -> Vec<u8> {
    RawTar::default().file("a", text).end()
}

/// `docker save ID ID`: two images without a name.
pub fn untagged() -> (Bundle, [String; 2]) {
    let layers = [layer("one"), layer("two!")];
    let mut bundle = Bundle::default();
    let (mut lines, mut ids) = (Vec::new(), Vec::new());
    for (at, bytes) in layers.iter().enumerate() {
        let config = config("amd64", &[bytes]).to_string();
        let (id, name) = (hex(config.as_bytes()), format!("{at}/layer.tar"));
        bundle = bundle
            .file(&name, bytes)
            .file(&format!("{id}.json"), config);
        lines.push(json!({"Config": format!("{id}.json"), "RepoTags": null, "Layers": [name]}));
        ids.push(id);
    }
    let ids = [ids.remove(0), ids.remove(0)];
    (bundle.json("manifest.json", &Value::Array(lines)), ids)
}

/// Returns the names that an error lists, the same from a file and from a stream, and the platforms of the images.
fn choices(bytes: &[u8], options: &ReadOptions) -> Vec<(String, String)> {
    let list = |error: Error| match error {
        Error::SeveralImages { images } | Error::SeveralPlatforms { images } => images,
        error => panic!("{error}"),
    };
    let of_file = list(seekable(bytes, options).expect_err("several"));
    assert_eq!(of_file, list(stream(bytes, options).expect_err("several")));
    let shown = of_file.into_iter().map(|image| {
        assert!(image.bytes.is_some_and(|bytes| bytes > 0), "{image:?}");
        (image.name, image.platform.to_string())
    });
    shown.collect()
}

#[test]
fn untagged_images_are_chosen_by_their_ids() {
    let (bundle, ids) = untagged();
    let archive = bundle.tar();
    let error = both(&archive, &options()).expect_err("two images");
    assert_eq!(
        error,
        format!(
            "the archive has 2 images: sha256:{}, sha256:{}",
            ids[0], ids[1]
        )
    );
    for (id, size) in ids.iter().zip([3, 4]) {
        let short = id[..12].to_owned();
        for name in [
            format!("sha256:{id}"),
            id.clone(),
            format!("sha256:{short}"),
            short,
            format!("{id}.json"),
        ] {
            let found = both(&archive, &tagged(&name)).expect("a name that is listed");
            assert_eq!(found.image.size(), size, "{name}");
        }
    }
    let error = both(&archive, &tagged("ffff")).expect_err("no such id");
    assert!(error.starts_with("no image named `ffff`; there are sha256:"));
}

#[test]
fn manifests_without_a_name_are_chosen_by_their_digests() {
    let layers = [layer("one"), layer("two!")];
    let manifests = [0, 1].map(|at| manifest(&config("amd64", &[&layers[at]]), &[&layers[at]]));
    let nested = index(&[listed(&manifests[1], &json!({}))]);
    let named = json!({"annotations": {"org.opencontainers.image.ref.name": "1", "io.containerd.image.name": "docker.io/library/app:1"}});
    let mut bundle = Bundle::default()
        .json(
            "index.json",
            &index(&[listed(&manifests[0], &named), listed(&nested, &json!({}))]),
        )
        .json_blob(&nested);
    for (at, layer) in layers.iter().enumerate() {
        bundle = bundle
            .blob(layer)
            .json_blob(&manifests[at])
            .json_blob(&config("amd64", &[layer]));
    }
    let archive = bundle.tar();
    let second = digest(manifests[1].to_string());
    assert_eq!(
        both(&archive, &options()).expect_err("two images"),
        format!("the archive has 2 images: app:1, {second}")
    );
    let of_config = config("amd64", &[&layers[1]]).to_string();
    let id = digest(&of_config);
    for name in [
        &second,
        &second[..19],
        &second[7..19],
        &id,
        &id[7..19],
        &digest(nested.to_string()),
        &format!("app@{second}"),
        &blob(&of_config),
    ] {
        let found = both(&archive, &tagged(name)).expect("a name that is listed");
        assert_eq!(found.image.size(), 4, "{name}");
    }
    for name in ["app:1", "1", "docker.io/library/app:1"] {
        let found = both(&archive, &tagged(name)).expect("a tag");
        assert_eq!(found.image.size(), 3, "{name}");
    }
}

#[test]
fn images_of_one_name_and_platform_are_listed_by_their_digests() {
    let layers = [layer("one"), layer("two!")];
    let manifests = [0, 1].map(|at| manifest(&config("amd64", &[&layers[at]]), &[&layers[at]]));
    let named = json!({"annotations": {"org.opencontainers.image.ref.name": "app:1"}});
    let lines = [listed(&manifests[0], &named), listed(&manifests[1], &named)];
    let mut bundle = Bundle::default().json("index.json", &index(&lines));
    for (at, layer) in layers.iter().enumerate() {
        bundle = bundle
            .blob(layer)
            .json_blob(&manifests[at])
            .json_blob(&config("amd64", &[layer]));
    }
    let archive = bundle.tar();
    let listed_names = choices(&archive, &options());
    for ((name, _), size) in listed_names.iter().zip([3, 4]) {
        let found = both(&archive, &tagged(name)).expect("a name that is listed");
        assert_eq!(found.image.size(), size, "{name}");
    }
}

/// Windows images of one tag for several versions of the system; one platform is in the config only.
pub fn windows_versions() -> Vec<u8> {
    windows_index(1)
}

/// Does as [`windows_versions`] with the platforms in the index from the image at a place on.
pub fn windows_index(first: usize) -> Vec<u8> {
    let layers = [layer("one"), layer("two!")];
    let versions = ["10.0.17763.5458", "10.0.20348.2322"];
    let images = [0, 1].map(|at| {
        let mut config = config("amd64", &[&layers[at]]);
        config["os"] = "windows".into();
        config["os.version"] = versions[at].into();
        let manifest = manifest(&config, &[&layers[at]]);
        (config, manifest)
    });
    let platform = |at: usize| {
        if at < first {
            return json!({});
        }
        json!({"platform": {"os": "windows", "architecture": "amd64", "os.version": versions[at]}})
    };
    let lines = [0, 1].map(|at| listed(&images[at].1, &platform(at)));
    let nested = index(&lines);
    let bundle = Bundle::default()
        .json("index.json", &index(&[listed(&nested, &json!({}))]))
        .json_blob(&nested);
    let bundle = layers.iter().fold(bundle, Bundle::blob);
    let documents = images
        .iter()
        .flat_map(|(config, manifest)| [config, manifest]);
    documents.fold(bundle, Bundle::json_blob).tar()
}

#[test]
fn versions_of_windows_are_chosen_like_platforms() {
    let archive = windows_versions();
    let of = |version: &str| {
        let mut options = options();
        options.choice.platform = Some(Platform {
            os: "windows".to_owned(),
            architecture: "amd64".to_owned(),
            os_version: version.to_owned(),
            ..Platform::default()
        });
        options
    };
    for options in [options(), of("")] {
        assert_eq!(
            both(&archive, &options).expect_err("two versions"),
            "the image is for windows(10.0.17763.5458)/amd64, windows(10.0.20348.2322)/amd64"
        );
    }
    for (version, size) in [
        ("10.0.17763.5458", 3),
        ("10.0.20348.2322", 4),
        ("10.0.20348", 4),
    ] {
        let found = both(&archive, &of(version)).expect("a version that is listed");
        assert_eq!(found.image.size(), size);
        assert!(found.image.about.platform.os_version.starts_with(version));
    }
    for version in ["10.0.2", "10.0.20348.2322.1", "10.0.1"] {
        assert!(both(&archive, &of(version)).is_err(), "{version}");
    }
    for (name, _) in choices(&archive, &options()) {
        assert!(both(&archive, &tagged(&name)).is_ok(), "{name}");
    }
}

/// Returns an artifact's manifest, whose config is an empty object.
fn artifact(artifact_type: Option<&str>, config_type: &str, layer_type: &str) -> Value {
    let mut manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor(config_type, "{}"),
        "layers": [descriptor(layer_type, "hello")],
    });
    if let Some(artifact_type) = artifact_type {
        manifest["artifactType"] = artifact_type.into();
    }
    manifest
}

/// Returns artifacts of every kind with their names.
fn artifacts() -> Vec<(Value, &'static str)> {
    let image = "application/vnd.oci.image.config.v1+json";
    let empty = "application/vnd.oci.empty.v1+json";
    vec![
        (
            artifact(
                Some("application/vnd.amazon.soci.index.v2+json"),
                "application/vnd.amazon.soci.index.v2+json",
                "application/octet-stream",
            ),
            "a SOCI index",
        ),
        (
            artifact(
                None,
                "application/vnd.amazon.soci.index.v1+json",
                "application/octet-stream",
            ),
            "a SOCI index",
        ),
        (
            artifact(
                None,
                image,
                "application/vnd.dev.cosign.simplesigning.v1+json",
            ),
            "a signature",
        ),
        (
            artifact(None, image, "application/vnd.in-toto+json"),
            "an attestation",
        ),
        (
            artifact(
                Some("application/vnd.docker.attestation.manifest.v1+json"),
                empty,
                "application/vnd.in-toto+json",
            ),
            "an attestation",
        ),
        (
            artifact(
                Some("application/spdx+json"),
                empty,
                "application/spdx+json",
            ),
            "an SBOM",
        ),
        (
            artifact(
                None,
                "application/vnd.cncf.helm.config.v1+json",
                "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
            ),
            "a Helm chart",
        ),
        (
            artifact(Some("application/vnd.acme.rocket"), empty, "text/plain"),
            "an artifact of type application/vnd.acme.rocket",
        ),
    ]
}

#[test]
fn an_artifact_alone_is_named() {
    for (artifact, kind) in artifacts() {
        let archive = Bundle::default()
            .json("index.json", &index(&[listed(&artifact, &json!({}))]))
            .json_blob(&artifact)
            .blob("{}")
            .blob("hello")
            .tar();
        let error = both(&archive, &options()).expect_err("no image");
        assert_eq!(error, format!("{kind}, not an image"));
        let error = seekable(&archive, &options()).expect_err("no image");
        let hint = error.hint().expect("a next step");
        assert!(!hint.contains("save") && !hint.contains("again"), "{hint}");
    }
}

#[test]
fn an_artifact_beside_an_image_is_no_candidate() {
    let layer = layer("one");
    let config = config("amd64", &[&layer]);
    let image = manifest(&config, &[&layer]);
    let own = listed(&image, &json!({}));
    for (artifact, kind) in artifacts() {
        // Some indexes repeat the artifact's type, and the image's platform.
        let platform = json!({"platform": {"os": "linux", "architecture": "amd64"}, "artifactType": artifact["artifactType"]});
        for extra in [json!({}), platform] {
            let nested = index(&[listed(&artifact, &extra), own.clone()]);
            let archive = Bundle::default()
                .json("index.json", &index(&[listed(&nested, &json!({}))]))
                .json_blob(&nested)
                .json_blob(&artifact)
                .json_blob(&image)
                .json_blob(&config)
                .blob("{}")
                .blob("hello")
                .blob(&layer)
                .tar();
            let found =
                both(&archive, &options()).unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert_eq!(found.image.size(), 3);
        }
    }
}

/// Returns an index of images for several variants of platforms, and the contents of `/a` of the image that each platform means. For the tests of registries.
#[cfg(unix)]
pub fn variants() -> (Vec<u8>, Vec<(&'static str, &'static str)>) {
    let platforms = [
        ("arm", Some("v5")),
        ("arm", Some("v7")),
        ("arm64", Some("v8")),
        ("amd64", None),
        ("amd64", Some("v3")),
        ("s390x", None),
    ];
    let mut bundle = Bundle::default();
    let mut lines = Vec::new();
    for (architecture, variant) in platforms {
        let name = format!("{architecture}{}", variant.unwrap_or_default());
        let layer = layer(&name);
        let mut config = config(architecture, &[&layer]);
        let mut platform = json!({ "os": "linux", "architecture": architecture });
        if let Some(variant) = variant {
            config["variant"] = variant.into();
            platform["variant"] = variant.into();
        }
        let manifest = manifest(&config, &[&layer]);
        lines.push(listed(&manifest, &json!({ "platform": platform })));
        bundle = bundle.blob(&layer).json_blob(&manifest).json_blob(&config);
    }
    let root = index(&lines);
    let archive = bundle
        .json("index.json", &index(&[listed(&root, &json!({}))]))
        .json_blob(&root)
        .tar();
    let expected = vec![
        ("linux/arm", "armv7"),
        ("linux/arm/7", "armv7"),
        ("linux/armhf", "armv7"),
        ("linux/armel", "armv5"),
        ("linux/arm/v6", "armv5"),
        ("linux/arm/v8", "armv7"),
        ("linux/arm64", "arm64v8"),
        ("linux/aarch64", "arm64v8"),
        ("linux/arm64/v9", "arm64v8"),
        ("linux/amd64", "amd64"),
        ("linux/x86_64", "amd64"),
        ("Linux/AMD64/v1", "amd64"),
        ("linux/amd64/v2", "amd64"),
        ("linux/amd64/v4", "amd64v3"),
        ("linux/s390x", "s390x"),
    ];
    (archive, expected)
}
