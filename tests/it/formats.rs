//! Folders and spellings of other tools: the folder of skopeo's `dir:` and `podman save --format docker-dir`, skopeo's names of images, and archives
//! whose layers are links.

use std::fs;
use std::path::Path;

use dive_rs::archive::{Cancel, Error, Input, ReadOptions, read};
use dive_rs::image::{ArchiveLayout, Compression};
use serde_json::{Value, json};

use crate::bundle::{Bundle, config, digest, docker, index, listed, manifest, oci};
use crate::command::Shell;
use crate::fixture_tar::{hex, pack};
use crate::raw_tar::RawTar;
use crate::reading::{account, both, options};

fn layer(text: &str) -> Vec<u8> {
    RawTar::default().file("a", text).end()
}

/// Returns the manifest of an image of one gzip layer, and the files of its folder without that manifest.
fn single(architecture: &str, layer: &[u8]) -> (Value, Bundle) {
    let packed = pack(layer, Compression::Gzip);
    let config = config(architecture, &[layer]);
    let mut manifest = manifest(&config, &[&packed]);
    manifest["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json".into();
    manifest["config"]["mediaType"] = "application/vnd.docker.container.image.v1+json".into();
    manifest["layers"][0]["mediaType"] = "application/vnd.docker.image.rootfs.diff.tar.gzip".into();
    let bundle = Bundle::default()
        .file("version", "Directory Transport Version: 1.1\n")
        .file(&hex(config.to_string().as_bytes()), config.to_string())
        .file(&hex(&packed), &packed);
    (manifest, bundle)
}

fn folder(bundle: &Bundle) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    bundle.write(folder.path());
    folder
}

fn read_folder(folder: &Path, options: &ReadOptions) -> Result<dive_rs::archive::Archive, Error> {
    let input = Input::Folder(folder.to_owned());
    read(input, options, &Cancel::default(), &|_| ())
}

#[test]
fn a_folder_of_one_image_is_read() {
    let layer = layer("one");
    let (manifest, bundle) = single("amd64", &layer);
    let bundle = bundle.json("manifest.json", &manifest);
    let of_folder = read_folder(folder(&bundle).path(), &options()).expect("an image");
    let image = of_folder.image;
    assert_eq!((image.size(), image.layers.len()), (3, 1));
    assert_eq!(image.about.origin, "image folder");
    assert_eq!(image.about.digest, Some(digest(manifest.to_string())));
    assert_eq!(image.about.platform.to_string(), "linux/amd64");
    let stored = pack(&layer, Compression::Gzip).len() as u64;
    assert_eq!(image.layers[0].heading.compressed, Some(stored));
    // The same files in an archive, checked against their digests.
    let mut verified = options();
    verified.verify = true;
    for options in [options(), verified] {
        let of_tar = both(&bundle.tar(), &options).expect("an image").image;
        assert_eq!(of_tar.about.origin, "image archive");
        assert_eq!(of_tar.size(), 3);
    }
}

#[test]
fn a_folder_of_one_image_can_have_several_platforms() {
    let layers = [layer("one"), layer("two!")];
    let parts = [single("amd64", &layers[0]), single("s390x", &layers[1])];
    let lines = parts.each_ref().map(|(manifest, _)| {
        listed(
            manifest,
            &json!({"platform": {"os": "linux", "architecture": manifest["x"]}}),
        )
    });
    let whole = folder(&Bundle::default().json("manifest.json", &index(&lines)));
    for (manifest, bundle) in &parts {
        bundle.write(whole.path());
        let text = manifest.to_string();
        let name = format!("{}.manifest.json", hex(text.as_bytes()));
        fs::write(whole.path().join(name), text).expect("room for a test");
    }
    for (architecture, size) in [("amd64", 3), ("s390x", 4)] {
        let found = read_folder(whole.path(), &crate::reading::platform(architecture));
        assert_eq!(found.expect("a platform that is there").image.size(), size);
    }
}

#[test]
fn the_first_schema_is_named_with_a_way_out() {
    let old = json!({
        "schemaVersion": 1,
        "name": "library/app",
        "tag": "1",
        "architecture": "amd64",
        "fsLayers": [{"blobSum": digest("x")}],
        "history": [{"v1Compatibility": "{}"}],
        "signatures": [],
    });
    let folder = folder(&Bundle::default().json("manifest.json", &old));
    let error = read_folder(folder.path(), &options()).expect_err("no layers");
    assert!(matches!(error, Error::Schema1), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("v2s2")));
}

#[test]
fn a_required_folder_of_one_image_is_no_other_kind() {
    let required = |layout| {
        let mut options = options();
        options.choice.layout = Some(layout);
        options
    };
    let layer = layer("one");
    let (manifest, bundle) = single("amd64", &layer);
    let own = bundle.json("manifest.json", &manifest).tar();
    assert!(both(&own, &required(ArchiveLayout::Single)).is_ok());
    assert_eq!(
        both(&own, &required(ArchiveLayout::Oci)).expect_err("one image"),
        "no OCI archive: it has manifest.json instead"
    );
    assert!(both(&own, &required(ArchiveLayout::Docker)).is_err());
    let others = [oci(&[&layer], &[&layer]), docker(&[&layer])];
    for other in others {
        let error = both(&other.tar(), &required(ArchiveLayout::Single)).expect_err("another kind");
        assert!(
            error.starts_with("no folder with the manifest of one image"),
            "{error}"
        );
    }
    // A layout's own index counts, whatever lies beside it.
    let stray = oci(&[&layer], &[&layer]).json("manifest.json", &manifest);
    let plain = oci(&[&layer], &[&layer]);
    assert_eq!(
        account(&both(&stray.tar(), &options()).expect("a layout").image),
        account(&both(&plain.tar(), &options()).expect("a layout").image)
    );
}

#[test]
fn a_layer_that_is_a_link_out_of_the_archive_says_so() {
    let config = config("amd64", &[&layer("one")]);
    let lines = json!([{"Config": "c.json", "RepoTags": ["n:1"], "Layers": ["a/layer.tar", "b/layer.tar"]}]);
    let target = "/nix/store/0c1wa5-layer/layer.tar";
    let bundle = Bundle::default()
        .file("a/layer.tar", layer("one"))
        .json("c.json", &config)
        .json("manifest.json", &lines);
    let archive = bundle.clone().link("b/layer.tar", target).tar();
    let expected = format!("layer b/layer.tar is a link to {target}, which is not in the archive");
    assert_eq!(both(&archive, &options()).expect_err("a link"), expected);
    #[cfg(unix)]
    {
        let folder = folder(&bundle);
        fs::create_dir(folder.path().join("b")).expect("a folder");
        std::os::unix::fs::symlink(target, folder.path().join("b/layer.tar")).expect("a link");
        let error = read_folder(folder.path(), &options()).expect_err("a link");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn skopeos_spelling_opens_the_same_images() {
    let layer = layer("one");
    let shell = Shell::new().file("docker.tar", docker(&[&layer]).tar());
    let shell = shell.file("oci.tar", oci(&[&layer], &[&layer]).tar());
    let sub = |name: &str| shell.path().join(name);
    oci(&[&layer], &[&layer]).write(&sub("layout"));
    let (manifest, bundle) = single("amd64", &layer);
    bundle
        .json("manifest.json", &manifest)
        .write(&sub("single"));
    let absolute = format!("oci:{}:app:1", sub("layout").display());
    for image in [
        "docker-archive:docker.tar",
        "docker-archive:docker.tar:",
        "docker-archive:docker.tar:app:1",
        "oci-archive:oci.tar:app:1",
        "oci-archive:./oci.tar",
        "oci:layout",
        "oci:layout:app:1",
        &absolute,
        "dir:single",
        "dir://single",
        "--source dir single",
        "single",
        "./single",
        "--platform linux/amd64 dir:single",
    ] {
        let ended = shell.run(&format!("{image} --json -"));
        assert_eq!(ended.code, Some(0), "{image}: {ended}");
        assert!(
            ended.stdout.contains("\"sizeBytes\": 3"),
            "{image}: {ended}"
        );
    }
    docker(&[&layer]).write(&sub("unpacked"));
    assert_eq!(shell.run("unpacked --json -").code, Some(0));
    let unpacked = shell.run("dir:unpacked");
    assert!(
        unpacked
            .stderr
            .contains("hint: it is an unpacked docker archive (`docker save`, `podman save`)"),
        "{unpacked}"
    );
    for (image, printed) in [
        (
            "oci:layout:app:2",
            "error: oci:layout:app:2: no image named `app:2`",
        ),
        (
            "docker-archive:docker.tar:two:1",
            "error: docker-archive:docker.tar:two:1: no image named `two:1`",
        ),
        ("dir:/nothing/here", "error: /nothing/here: No such file"),
        (
            "dir:layout",
            "error: dir:layout: no folder with the manifest of one image",
        ),
        (
            "oci:single",
            "error: oci:single: no OCI archive: it has manifest.json instead",
        ),
    ] {
        let ended = shell.run(image);
        assert_eq!(ended.code, Some(2), "{image}: {ended}");
        assert!(ended.stderr.starts_with(printed), "{image}: {ended}");
        assert!(ended.stderr.contains("\nhint: "), "{image}: {ended}");
    }
}
