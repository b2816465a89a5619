//! Every producer's archive layout gives the same image, as a file and as a stream. Layer contents are tested in `tar_dialects`.

use std::sync::Mutex;

use dive_rs::archive::{Cancel, Input, ReadOptions, ReadProgress, read};
use dive_rs::image::{ArchiveLayout, Compression, Description, Image, LayerHeading};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use crate::bundle::{Bundle, blob, config, digest, docker, index, listed, manifest, oci};
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, hex, oci_archive, pack, spelled};
use crate::raw_tar::RawTar;
use crate::reading::{both, file, image, options, platform, seekable, stream, tagged, verified};

fn base() -> Vec<u8> {
    RawTar::default()
        .dir("etc/")
        .file("etc/a", "base")
        .file("etc/b", "more")
        .end()
}

fn top() -> Vec<u8> {
    RawTar::default()
        .file("etc/.wh.b", "")
        .file("etc/a", "top!")
        .end()
}

/// Checks that an image has the two layers with their instructions.
fn is_ours(image: &Image) {
    assert_eq!(image.layers.len(), 2);
    assert_eq!(image.size(), 12);
    let find = |path: &str| image.tree.find(path.as_bytes()).expect("listed");
    let top = image.top().expect("layers");
    assert!(image.timeline.at(find("/etc/a"), top).is_some());
    assert!(image.timeline.at(find("/etc/b"), top).is_none());
}

fn says_what_it_ran(image: &Image) {
    let printed: Vec<&str> = image
        .layers
        .iter()
        .map(|layer| layer.heading.instruction.as_str())
        .collect();
    assert_eq!(printed, ["RUN 0", "RUN 1"]);
    assert_eq!(image.about.history.len(), 4);
    let diff_ids: Vec<Option<String>> = image
        .layers
        .iter()
        .map(|layer| layer.heading.diff_id.clone())
        .collect();
    assert_eq!(diff_ids, [Some(digest(base())), Some(digest(top()))]);
}

#[test]
fn docker_24_with_a_repeated_layer_whose_target_comes_later() {
    let layers = [base(), top(), base()];
    let all: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
    let config = config("amd64", &all);
    let name = format!("{}.json", hex(config.to_string().as_bytes()));
    let bundle = Bundle::default()
        .link("ccc/layer.tar", "../aaa/layer.tar")
        .file("ccc/VERSION", "1.0")
        .file("aaa/layer.tar", &layers[0])
        .file("bbb/layer.tar", &layers[1])
        .json(&name, &config)
        .json(
            "manifest.json",
            &json!([{"Config": name, "RepoTags": ["app:1"], "Layers": ["aaa/layer.tar", "bbb/layer.tar", "ccc/layer.tar"]}]),
        )
        .json("repositories", &json!({"app": {"1": "ccc"}}));
    let image = image(&bundle.tar());
    assert_eq!(image.layers.len(), 3);
    assert_eq!(image.size(), 20);
    assert_eq!(image.layers[0].entry_count, image.layers[2].entry_count);
    assert_eq!(image.about.tags, ["app:1"]);
    // An uncompressed layer of `docker save` has no compressed size.
    assert_eq!(image.layers[0].heading.compressed, None);
}

#[test]
fn docker_25_0_with_an_oci_manifest_that_lists_no_layers() {
    let config = config("amd64", &[&base(), &top()]);
    let mut empty = manifest(&config, &[]);
    empty["layers"] = Value::Null;
    let names = [blob(base()), blob(top())];
    let listing =
        json!([{"Config": blob(config.to_string()), "RepoTags": ["app:1"], "Layers": names}]);
    let common = Bundle::default()
        .blob(base())
        .blob(top())
        .json_blob(&config)
        .json_blob(&empty)
        .json("manifest.json", &listing);
    let without = common.clone().json(
        "index.json",
        &json!({"schemaVersion": 2, "manifests": null}),
    );
    let with = common.json("index.json", &index(&[listed(&empty, &json!({}))]));
    for bundle in [without, with] {
        let image = image(&bundle.tar());
        is_ours(&image);
        says_what_it_ran(&image);
    }
}

#[test]
fn docker_25_with_junk_beside_it() {
    let bundle = docker(&[&base(), &top()]).json(
        "blobs/sha256/0123",
        &json!({"id": "junk", "created": "1970-01-01T00:00:00Z"}),
    );
    let image = image(&bundle.tar());
    is_ours(&image);
    says_what_it_ran(&image);
    assert!(image.about.digest.is_some(), "the OCI manifest is known");
}

/// `docker save` with the containerd store: a nested index, an attestation, and platforms that were never pulled.
fn containerd() -> Bundle {
    let (base, top) = (
        pack(&base(), Compression::Gzip),
        pack(&top(), Compression::Gzip),
    );
    let own = config("amd64", &[&self::base(), &self::top()]);
    let image = manifest(&own, &[&base, &top]);
    let absent = manifest(&config("arm64", &[b"gone"]), &[b"gone"]);
    let statement = json!({"architecture": "unknown", "os": "unknown", "rootfs": {"type": "layers", "diff_ids": [digest("{}")]}});
    let attestation = manifest(
        &statement,
        &[b"{\"_type\":\"https://in-toto.io/Statement/v0.1\"}"],
    );
    let nested = index(&[
        listed(
            &image,
            &json!({"platform": {"os": "linux", "architecture": "amd64"}}),
        ),
        listed(
            &absent,
            &json!({"platform": {"os": "linux", "architecture": "arm64"}}),
        ),
        listed(
            &attestation,
            &json!({"platform": {"os": "unknown", "architecture": "unknown"}, "annotations": {"vnd.docker.reference.type": "attestation-manifest"}}),
        ),
    ]);
    let named = json!({"annotations": {"io.containerd.image.name": "docker.io/library/app:1", "org.opencontainers.image.ref.name": "1"}});
    Bundle::default()
        .json("index.json", &index(&[listed(&nested, &named)]))
        .json_blob(&nested)
        .json_blob(&image)
        .json_blob(&attestation)
        .json_blob(&statement)
        .json_blob(&own)
        .blob("{\"_type\":\"https://in-toto.io/Statement/v0.1\"}")
        .blob(&base)
        .blob(&top)
}

#[test]
fn containerd_with_attestations_and_absent_platforms() {
    let listing = json!([{
        "Config": blob(config("amd64", &[&base(), &top()]).to_string()),
        "RepoTags": ["app:1"],
        "Layers": [blob(pack(&base(), Compression::Gzip)), blob(pack(&top(), Compression::Gzip))],
    }]);
    for bundle in [containerd(), containerd().json("manifest.json", &listing)] {
        let image = image(&bundle.tar());
        is_ours(&image);
        says_what_it_ran(&image);
        assert_eq!(image.about.tags, ["app:1"]);
        assert_eq!(
            image.compressed_size(),
            Some(
                (pack(&base(), Compression::Gzip).len() + pack(&top(), Compression::Gzip).len())
                    as u64
            )
        );
    }
    let error = both(&containerd().tar(), &platform("arm64")).err();
    assert!(error.is_some_and(|error| error.contains("linux/arm64")));
}

/// One image for two platforms; a blob of this machine's platform is missing.
fn for_two_platforms(left_out: impl Fn(&str, &[u8]) -> bool) -> Bundle {
    let mut bundle = Bundle::default();
    let mut manifests = Vec::new();
    for (architecture, layer) in [("amd64", top()), ("arm64", base())] {
        let config = config(architecture, &[&layer]);
        let manifest = manifest(&config, &[&layer]);
        let about = json!({"platform": {"os": "linux", "architecture": architecture}});
        manifests.push(listed(&manifest, &about));
        for bytes in [config.to_string().into_bytes(), layer] {
            if !left_out(architecture, &bytes) {
                bundle = bundle.blob(&bytes);
            }
        }
        bundle = bundle.json_blob(&manifest);
    }
    bundle.json("index.json", &index(&manifests))
}

/// The damage is reported; another platform's image does not replace the damaged one.
#[test]
fn a_missing_blob_of_one_platform_is_named() {
    let config = config("amd64", &[&top()]).to_string().into_bytes();
    for (what, lost) in [("layer", top()), ("config", config)] {
        let archive = for_two_platforms(|_, bytes| bytes == lost).tar();
        let named = format!("{what} {} is not in the archive", blob(&lost));
        for options in [platform("amd64"), options()] {
            if options.choice.platform.is_none() && std::env::consts::ARCH != "x86_64" {
                continue;
            }
            assert_eq!(both(&archive, &options).expect_err("a blob is gone"), named);
        }
        let other = both(&archive, &platform("arm64")).expect("this one is whole");
        assert_eq!(other.image.about.platform.architecture, "arm64");
    }
    let whole = for_two_platforms(|_, _| false).tar();
    assert!(both(&whole, &platform("amd64")).is_ok());
}

#[test]
fn podman_kaniko_crane_and_docker_1() {
    let config = config("amd64", &[&base(), &top()]);
    let (text, id) = (config.to_string(), hex(config.to_string().as_bytes()));
    let (low, high) = (
        format!("{}.tar", hex(&base())),
        format!("{}.tar", hex(&top())),
    );
    let podman = Bundle::default()
        .file(&low, base())
        .link("111/layer.tar", &format!("../{low}"))
        .file(&high, top())
        .link("222/layer.tar", &format!("../{high}"))
        .file(&format!("{id}.json"), &text)
        .json("manifest.json", &json!([{"Config": format!("{id}.json"), "RepoTags": ["localhost/app:1"], "Layers": [low, high]}]));
    let (low, high) = (
        format!("{}.tar.gz", hex(&base())),
        format!("{}.tar.gz", hex(&top())),
    );
    let kaniko = Bundle::default()
        .file(&format!("sha256:{id}"), &text)
        .file(&low, pack(&base(), Compression::Gzip))
        .file(&high, pack(&top(), Compression::Gzip))
        .json(
            "manifest.json",
            &json!([{"Config": format!("sha256:{id}"), "RepoTags": null, "Layers": [low, high]}]),
        );
    for bundle in [podman, kaniko] {
        let image = image(&bundle.tar());
        is_ours(&image);
        says_what_it_ran(&image);
    }
    let first = Bundle::default()
        .json("aaa/json", &json!({"id": "aaa", "container_config": {"Cmd": ["/bin/sh", "-c", "RUN 0"]}}))
        .file("aaa/layer.tar", base())
        .json("bbb/json", &json!({"id": "bbb", "parent": "aaa", "config": {"Env": ["A=1"]}, "container_config": {"Cmd": ["/bin/sh", "-c", "RUN 1"]}}))
        .file("bbb/layer.tar", top())
        .json("repositories", &json!({"app": {"1": "bbb"}}));
    let image = image(&first.tar());
    is_ours(&image);
    assert_eq!(image.layers[1].heading.instruction, "RUN 1");
    assert_eq!(image.about.tags, ["app:1"]);
    assert_eq!(image.about.config.env, ["A=1"]);
}

/// Compresses a layer.
type Way<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

#[test]
fn layers_with_every_compression() {
    let skippable = |bytes: &[u8]| {
        [
            b"\x50\x2a\x4d\x18\x04\0\0\0abcd".as_slice(),
            &pack(bytes, Compression::Zstd),
            b"\x5f\x2a\x4d\x18\x02\0\0\0xy",
        ]
        .concat()
    };
    let members = |bytes: &[u8]| {
        let (one, two) = bytes.split_at(700);
        [
            pack(one, Compression::Gzip),
            pack(b"", Compression::Gzip),
            pack(two, Compression::Gzip),
        ]
        .concat()
    };
    let frames = |bytes: &[u8]| {
        let (one, two) = bytes.split_at(700);
        [pack(one, Compression::Zstd), pack(two, Compression::Zstd)].concat()
    };
    let ways: [(Way<'_>, Compression); 6] = [
        (&|bytes| bytes.to_vec(), Compression::None),
        (&|bytes| pack(bytes, Compression::Gzip), Compression::Gzip),
        (&members, Compression::Gzip),
        (&|bytes| pack(bytes, Compression::Zstd), Compression::Zstd),
        (&skippable, Compression::Zstd),
        (&frames, Compression::Zstd),
    ];
    for (way, compression) in ways {
        let (low, high) = (way(&base()), way(&top()));
        let archive = oci(&[&base(), &top()], &[&low, &high]).tar();
        let found = both(&archive, &verified()).expect("an image").image;
        is_ours(&found);
        says_what_it_ran(&found);
        assert!(
            found
                .layers
                .iter()
                .all(|layer| layer.compression == compression)
        );
        assert_eq!(
            found.compressed_size(),
            Some((low.len() + high.len()) as u64)
        );
        // And with the archive itself compressed.
        for outer in [Compression::Gzip, Compression::Zstd] {
            let found = image(&pack(&archive, outer));
            is_ours(&found);
            assert_eq!(
                crate::reading::account(&found),
                crate::reading::account(&image(&archive))
            );
        }
    }
}

#[test]
fn an_oci_layout_in_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = oci(&[&base(), &top()], &[&base(), &top()]);
    bundle.write(folder.path());
    let input = Input::Folder(folder.path().to_owned());
    let found = read(input, &verified(), &Cancel::default(), &|_| ()).expect("an image");
    is_ours(&found.image);
    let mut of_archive = image(&bundle.tar());
    assert_eq!(of_archive.about.origin, "OCI archive");
    of_archive.about.origin = "OCI folder".to_owned();
    assert_eq!(
        crate::reading::account(&found.image),
        crate::reading::account(&of_archive)
    );
}

/// Two images under two names; one has two platforms.
fn several() -> Bundle {
    let (base, top) = (base(), top());
    let configs = [
        config("amd64", &[&base]),
        config("s390x", &[&base]),
        config("riscv64", &[&top]),
    ];
    let manifests = [
        manifest(&configs[0], &[&base]),
        manifest(&configs[1], &[&base]),
        manifest(&configs[2], &[&top]),
    ];
    let name = |name: &str| json!({"annotations": {"org.opencontainers.image.ref.name": name}});
    let one = index(&[
        listed(&manifests[0], &json!({})),
        listed(&manifests[1], &json!({})),
    ]);
    let bundle = Bundle::default()
        .json(
            "index.json",
            &index(&[
                listed(&one, &name("one:1")),
                listed(&manifests[2], &name("two:1")),
            ]),
        )
        .json_blob(&one)
        .blob(&base)
        .blob(&top);
    manifests
        .iter()
        .chain(&configs)
        .fold(bundle, Bundle::json_blob)
}

#[test]
fn one_of_several_is_chosen_by_tag_and_platform() {
    let archive = several().tar();
    let error = both(&archive, &options()).expect_err("no word which");
    assert_eq!(error, "the archive has 2 images: one:1, two:1");
    let two = both(&archive, &tagged("two:1")).expect("by tag");
    assert_eq!(two.image.about.platform.architecture, "riscv64");
    let other = both(&archive, &platform("s390x")).expect("by platform");
    assert_eq!(other.image.about.tags, ["one:1"]);
    let error = both(&archive, &tagged("three")).expect_err("no such tag");
    assert_eq!(error, "no image named `three`; there are one:1, two:1");
    let error = both(&archive, &platform("mips")).expect_err("no such platform");
    assert_eq!(
        error,
        "no image for linux/mips; there are linux/amd64, linux/s390x, linux/riscv64"
    );
}

#[test]
fn what_is_not_an_image_is_named() {
    let name = blob(top());
    let missing = docker(&[&base(), &top()]).tar();
    let missing = without(&missing, &name);
    assert_eq!(
        both(&missing, &options()).expect_err("a blob is gone"),
        format!("layer {name} is not in the archive")
    );
    let xz = [b"\xfd7zXZ\0\0".as_slice(), &[7; 600]].concat();
    let packed = oci(&[&base()], &[&xz]).tar();
    assert_eq!(
        both(&packed, &options()).expect_err("xz"),
        format!(
            "layer {} (application/vnd.oci.image.layer.v1.tar) is neither a tar nor gzip nor zstd: it starts with fd 37 7a 58 5a 00 00 07",
            blob(&xz)
        )
    );
    for (bytes, expected) in [
        (Vec::new(), "the archive is empty"),
        (
            b"hello, I am a text".to_vec(),
            "not a tar archive (it starts with \"hello, I\")",
        ),
        (
            base(),
            "no image in the archive: it has neither manifest.json, index.json nor repositories",
        ),
        (
            Bundle::default().file("manifest.json", "null").tar(),
            "manifest.json lists no image that is in the archive",
        ),
        (
            Bundle::default().file("manifest.json", "[]").tar(),
            "manifest.json lists no image that is in the archive",
        ),
    ] {
        assert_eq!(both(&bytes, &options()).expect_err("no image"), expected);
    }
}

#[test]
fn a_scheme_requires_its_kind() {
    let insisting = |layout| {
        let mut options = options();
        options.choice.layout = Some(layout);
        options
    };
    let oci = oci(&[&base()], &[&base()]).tar();
    assert!(both(&oci, &insisting(ArchiveLayout::Oci)).is_ok());
    assert_eq!(
        both(&oci, &insisting(ArchiveLayout::Docker)).expect_err("an OCI archive"),
        "no docker archive: it has index.json instead"
    );
    // `docker save` since version 25 is both.
    let docker = docker(&[&base()]).tar();
    assert!(both(&docker, &insisting(ArchiveLayout::Docker)).is_ok());
    assert!(both(&docker, &insisting(ArchiveLayout::Oci)).is_ok());
    let docker = without(&docker, "index.json");
    assert_eq!(
        both(&docker, &insisting(ArchiveLayout::Oci)).expect_err("a docker archive"),
        "no OCI archive: it has manifest.json instead"
    );
}

/// Removes a file from an archive.
fn without(archive: &[u8], name: &str) -> Vec<u8> {
    let at = archive
        .windows(name.len())
        .position(|window| window == name.as_bytes())
        .expect("it is there");
    let mut other = archive.to_vec();
    let mut block: [u8; 512] = archive[at..at + 512].try_into().expect("a block");
    block[0] = b'X';
    crate::raw_tar::seal(&mut block);
    other[at..at + 512].copy_from_slice(&block);
    other
}

#[test]
fn digests_are_verified_on_request() {
    let packed = pack(&top(), Compression::Gzip);
    let honest = oci(&[&base(), &top()], &[&base(), &packed]);
    both(&honest.tar(), &verified()).expect("all is right");
    // A config that lists another layer, a blob with other bytes, and a config that does not match its name.
    let lying = oci(&[&base(), &base()], &[&base(), &packed]).tar();
    let error = both(&lying, &verified()).expect_err("another diff_id");
    assert_eq!(
        error,
        format!(
            "layer with diff_id {} does not match its digest: its digest is {}",
            digest(base()),
            digest(top())
        )
    );
    both(&lying, &options()).expect("nobody asked");
    let mut other = docker(&[&base(), &top()]).tar();
    let at = other
        .windows(4)
        .position(|window| window == b"top!")
        .expect("the content");
    other[at] = b'T';
    let error = both(&other, &verified()).expect_err("another blob");
    assert!(
        error.starts_with(&format!("blob {} does not match its digest", digest(top()))),
        "{error}"
    );
    both(&other, &options()).expect("nobody asked");
    let mut other = docker(&[&base(), &top()]).tar();
    let at = other
        .windows(5)
        .position(|window| window == b"RUN 1")
        .expect("the config");
    other[at + 4] = b'7';
    for result in [seekable(&other, &verified()), stream(&other, &verified())] {
        let error = result.expect_err("another config").to_string();
        assert!(error.contains("does not match its digest"), "{error}");
    }
}

#[test]
fn an_image_has_its_source() {
    let builder = ImageBuilder::new("x:1").layer("COPY", |layer| layer.file("a", "a"));
    let folder = tempfile::tempdir().expect("a folder");
    let origin = |bytes: &[u8], scheme: &str| {
        let path = folder.path().join("image.tar");
        std::fs::write(&path, bytes).expect("room for a test");
        let request = dive_rs::load::Request {
            reference: format!("{scheme}{}", path.display()),
            ..Default::default()
        };
        let loaded = dive_rs::load::load(&request, &Cancel::default(), |_| {}).expect("an image");
        loaded.image.about.origin.clone()
    };
    let saved = docker_save(&builder, Docker::New);
    let oci = oci_archive(&builder, Compression::Gzip);
    assert_eq!(origin(&saved, ""), "docker archive");
    assert_eq!(
        origin(&pack(&saved, Compression::Gzip), ""),
        "docker archive"
    );
    assert_eq!(origin(&saved, "docker-archive://"), "docker archive");
    assert_eq!(origin(&oci, ""), "OCI archive");
    assert_eq!(origin(&oci, "oci-archive://"), "OCI archive");
    let request = dive_rs::load::Request {
        built_in: true,
        ..Default::default()
    };
    let built_in = dive_rs::load::Request {
        tag: Some("go-app:onbuild".to_owned()),
        ..request
    };
    let loaded = dive_rs::load::load(&built_in, &Cancel::default(), |_| {}).expect("an image");
    assert_eq!(loaded.image.about.origin, "built in");
}

/// OCI image spec, "Digests": sha512 is the other registered algorithm.
#[test]
fn sha512_digests_are_verified() {
    let sum = |bytes: &[u8]| {
        let hex = spelled(&Sha512::digest(bytes));
        (format!("sha512:{hex}"), format!("blobs/sha512/{hex}"))
    };
    let packed = pack(&base(), Compression::Gzip);
    let archive = |diff_id: &str, layer: &[u8], other_config: bool| {
        let mut config = config("amd64", &[&base()]);
        config["rootfs"]["diff_ids"] = json!([diff_id]);
        let config = config.to_string();
        let manifest = json!({
            "schemaVersion": 2,
            "config": {"digest": sum(config.as_bytes()).0},
            "layers": [{"digest": sum(&packed).0}],
        })
        .to_string();
        Bundle::default()
            .json(
                "index.json",
                &index(&[json!({"digest": sum(manifest.as_bytes()).0})]),
            )
            .file(&sum(manifest.as_bytes()).1, &manifest)
            .file(
                &sum(config.as_bytes()).1,
                if other_config { "{}" } else { &config },
            )
            .file(&sum(&packed).1, layer)
            .tar()
    };
    let honest = archive(&digest(base()), &packed, false);
    let image = both(&honest, &verified()).expect("all is right").image;
    assert!(image.warnings.is_empty());
    let printed = |archive: &[u8]| both(archive, &verified()).expect_err("other bytes");
    let again = [packed.as_slice(), &[0]].concat();
    let error = printed(&archive(&digest(base()), &again, false));
    assert!(error.starts_with("blob sha512:"), "{error}");
    let error = printed(&archive(&digest(base()), &packed, true));
    assert!(error.starts_with("config blobs/sha512/"), "{error}");
    seekable(&archive(&sum(&base()).0, &packed, false), &verified()).expect("all is right");
    let lying = archive(&sum(&top()).0, &packed, false);
    let error = seekable(&lying, &verified()).expect_err("another tar");
    assert!(
        error.to_string().starts_with("layer with diff_id sha512:"),
        "{error}"
    );
    // What cannot be verified is reported.
    for unknown in ["md5:00", "sha256"] {
        let image = both(&archive(unknown, &packed, false), &verified()).expect("nobody knows");
        assert_eq!(
            image.image.warnings[0].text,
            "1 layer was verified compressed only: the digest of the unpacked layer is unknown"
        );
    }
}

/// An image is read even when another image of the archive is incomplete.
#[test]
fn an_image_is_read_beside_an_incomplete_one() {
    let own = config("amd64", &[&top()]).to_string();
    for other in [None, Some("junk"), Some("7")] {
        let listing = json!([
            {"Config": blob(&own), "RepoTags": ["one:1"], "Layers": [blob(top())]},
            {"Config": "two.json", "RepoTags": ["two:2", "two:3"], "Layers": [blob(top())]},
        ]);
        let bundle = Bundle::default()
            .json("manifest.json", &listing)
            .blob(&own)
            .blob(top());
        let archive = other
            .map_or_else(
                || bundle.clone(),
                |other| bundle.clone().file("two.json", other),
            )
            .tar();
        both(&archive, &tagged("one:1")).expect("this one is whole");
        let error = both(&archive, &tagged("two:2")).expect_err("this one is not");
        assert!(error.contains("two.json"), "{error}");
        assert_eq!(
            both(&archive, &tagged("three:3")).expect_err("not there"),
            "no image named `three:3`; there are one:1, two:2, two:3"
        );
    }
    // An index with another entry beside the image.
    let config = config("amd64", &[&top()]);
    let manifest = manifest(&config, &[&top()]);
    let lines = [json!({"digest": "not one"}), listed(&manifest, &json!({}))];
    let archive = Bundle::default()
        .json("index.json", &index(&lines))
        .json_blob(&manifest)
        .json_blob(&config)
        .blob(top());
    both(&archive.tar(), &options()).expect("this one is whole");
}

#[test]
fn configs_are_read_as_far_as_possible() {
    let mut own = config("amd64", &[&base(), &top()]);
    own["history"] = json!([null, {"created_by": "RUN caf\u{e9}"}]);
    own["config"]["Env"] = json!([null, "A=1"]);
    let text = own.to_string().replace('é', "\u{1}");
    let bytes: Vec<u8> = text
        .bytes()
        .map(|byte| if byte == 1 { 0xe9 } else { byte })
        .collect();
    let listing = json!([{"Config": "own.json", "Layers": [blob(base()), blob(top())]}]);
    let archive = Bundle::default()
        .json("manifest.json", &listing)
        .file("own.json", bytes)
        .blob(base())
        .blob(top());
    let image = both(&archive.tar(), &options()).expect("an image").image;
    let printed: Vec<&str> = image
        .layers
        .iter()
        .map(|layer| layer.heading.instruction.as_str())
        .collect();
    assert_eq!(printed, ["", "RUN caf\u{fffd}"]);
    assert_eq!(image.about.config.env, ["", "A=1"]);
}

/// Config fields of a wrong type are ignored, as engines and dive ignore them.
#[test]
fn invalid_config_fields_are_ignored() {
    let mut own = config("amd64", &[&base(), &top()]);
    own["created"] = json!(7);
    own["author"] = json!(["nobody"]);
    own["history"] = json!([{"created_by": 5, "comment": "kept"}, {"created_by": "RUN it", "empty_layer": "no"}]);
    own["config"] = json!({"Env": "A=1", "Labels": ["x"], "User": 0, "Cmd": {"a": 1}, "Healthcheck": [], "WorkingDir": "/w"});
    // A duplicate key, where the last one counts, and half a surrogate pair.
    let text = own.to_string();
    let text = text.replacen(
        "\"RUN it\"",
        r#""RUN \ud800 \\ud800 it \udc00\ud83d\ude00","comment":"twice","comment":"last""#,
        1,
    );
    let listing = json!([{"Config": "own.json", "Layers": [blob(base()), blob(top())]}]);
    let archive = Bundle::default()
        .json("manifest.json", &listing)
        .file("own.json", text)
        .blob(base())
        .blob(top());
    let about = both(&archive.tar(), &options())
        .expect("an image")
        .image
        .about;
    let history = about.history.iter();
    let printed: Vec<(&str, &str)> = history
        .map(|line| (&*line.created_by, &*line.comment))
        .collect();
    let surrogates = "RUN \u{fffd} \\ud800 it \u{fffd}\u{1f600}";
    assert_eq!(printed, [("", "kept"), (surrogates, "last")]);
    let run = about.config;
    assert_eq!((run.created, run.author), (None, None));
    assert_eq!((run.env.len(), run.labels.len(), run.cmd.len()), (0, 0, 0));
    assert_eq!((&*run.user, &*run.working_dir), ("", "/w"));
}

/// Any amount of white space may precede JSON (RFC 8259, section 2).
#[test]
fn blanks_before_a_document_are_skipped_in_files_and_streams() {
    for blanks in [900, 3 << 20] {
        let listing = json!([{"Config": "own.json", "Layers": [blob(base()), blob(top())]}]);
        let spaced = |value: &Value| format!("{}{value}", " ".repeat(blanks));
        let archive = Bundle::default()
            .file("manifest.json", spaced(&listing))
            .file("own.json", spaced(&config("amd64", &[&base(), &top()])))
            .blob(base())
            .blob(top());
        is_ours(&both(&archive.tar(), &options()).expect("an image").image);
    }
    let large = Bundle::default()
        .file("manifest.json", " ".repeat(33 << 20))
        .blob(base());
    let printed = both(&large.tar(), &options()).expect_err("no real one is so large");
    assert_eq!(printed, "manifest.json is larger than 4194304 bytes");
}

/// The last file of a name counts, whatever its kind.
#[test]
fn the_last_file_of_a_name_counts() {
    let whole = docker(&[&top()]);
    let junk = whole.clone().file("manifest.json", "\u{1}junk").tar();
    let error = both(&junk, &options()).expect_err("the last one is junk");
    assert!(error.starts_with("cannot read manifest.json"), "{error}");
    let twice = Bundle::default().file("manifest.json", "\u{1}junk").tar();
    let end = twice.len() - 1024;
    both(&[&twice[..end], &whole.tar()].concat(), &options()).expect("the last one is whole");
}

/// Until a layer's digest is known, its size identifies it. When that was wrong, the other layer's bar is reset.
#[test]
fn a_misidentified_layer_resets_its_bar() {
    let files = (0..9).fold(RawTar::default(), |tar, at| {
        tar.file(format!("large{at}"), vec![0; 1_000_000])
    });
    let (small, large) = (top(), files.end());
    let heading = |tar: &[u8], expected| LayerHeading {
        diff_id: Some(digest(tar)),
        expected: Some(expected),
        ..LayerHeading::default()
    };
    let expected = Description {
        // The reported sizes were wrong.
        headings: vec![heading(&small, 9_000_000), heading(&large, 10)],
        ..Description::default()
    };
    let options = ReadOptions {
        partial: true,
        expected,
        ..options()
    };
    let listing = json!([{"Config": "own.json", "Layers": ["1/layer.tar", "2/layer.tar"]}]);
    let stream = Bundle::default()
        .file("2/layer.tar", &large)
        .file("1/layer.tar", &small)
        .json("own.json", &config("amd64", &[&small, &large]))
        .json("manifest.json", &listing)
        .tar();
    let observed = Mutex::new(Vec::new());
    let observe = |progress| {
        if let ReadProgress::Layer { layer, done, total } = progress {
            let mut observed = observed.lock().expect("one thread");
            observed.push((layer.index(), done * 100 / total));
        }
    };
    let input = Input::Stream(Box::new(std::io::Cursor::new(stream)));
    read(input, &options, &Cancel::default(), &observe).expect("an image");
    let observed = observed.into_inner().expect("one thread");
    let lasts = |layer| {
        observed
            .iter()
            .filter(move |observed| observed.0 == layer)
            .map(|observed| observed.1)
    };
    let mut taken = lasts(0).skip_while(|&percent| percent == 0);
    assert!(taken.any(|percent| percent == 0), "{observed:?}");
    assert_eq!(
        [lasts(0).next_back(), lasts(1).next_back()],
        [Some(100); 2],
        "{observed:?}"
    );
}

/// Reads a compressed archive and returns its progress: `0: 40 %` of the first layer, `two layers` once the number is known.
fn progress_of(archive: &Bundle, options: &ReadOptions) -> Vec<String> {
    let observed = Mutex::new(Vec::new());
    let observe = |progress| {
        let words = match progress {
            ReadProgress::Headings(headings) => {
                let made = headings.iter().map(|layer| layer.instruction.clone());
                made.collect::<Vec<_>>().join(", ")
            }
            ReadProgress::Layer { layer, done, total } => {
                format!("{}: {} %", layer.0, done * 100 / total)
            }
            ReadProgress::Stream { .. } | ReadProgress::Partial(_) => return,
        };
        observed.lock().expect("one at a time").push(words);
    };
    let packed = pack(&archive.tar(), Compression::Gzip);
    read(
        Input::File(file(&packed)),
        options,
        &Cancel::default(),
        &observe,
    )
    .expect("an image");
    let mut observed = observed.into_inner().expect("one thread");
    observed.dedup();
    observed
}

/// The manifest is last, so the layers are unknown at first; the config precedes it.
#[test]
fn a_stream_shows_blobs_and_layers_once_the_config_is_known() {
    let (base, top) = (base(), top());
    let listing = json!([{"Config": "own.json", "Layers": ["2/layer.tar", "1/layer.tar"], "RepoTags": ["a:1"]}]);
    let archive = Bundle::default()
        .file("1/layer.tar", &top)
        .json("1/json", &json!({"id": "1"}))
        .json("own.json", &config("amd64", &[&base, &top]))
        .file("2/layer.tar", &base)
        .json("manifest.json", &listing);
    let partial = ReadOptions {
        partial: true,
        ..options()
    };
    let both = "RUN 0, RUN 1";
    assert_eq!(
        progress_of(&archive, &partial),
        [
            "0: 0 %", "0: 100 %", both, "1: 100 %", "0: 0 %", "0: 100 %", both
        ]
    );
    assert_eq!(progress_of(&archive, &options()), [both]);
    // Streams may be slow: a layer's progress is reported often.
    let slow = RawTar::default().file("large", vec![0; 2 << 20]).end();
    let observed = progress_of(&docker(&[&slow]), &partial);
    assert!(observed.len() > 12, "{observed:?}");
    // With two configs the right one is unknown; an attestation is not a config.
    let attested = json!({"os": "unknown", "rootfs": {"diff_ids": ["sha256:a"]}});
    let two = Bundle::default()
        .json("attested.json", &attested)
        .file("1/layer.tar", &top)
        .json("other.json", &config("amd64", &[&top]))
        .json("own.json", &config("amd64", &[&base, &top]))
        .file("2/layer.tar", &base)
        .json("manifest.json", &listing);
    assert_eq!(
        progress_of(&two, &partial),
        [
            "0: 0 %", "0: 100 %", "RUN 0", "0: 100 %", "", "0: 100 %", "1: 0 %", "1: 100 %", both
        ]
    );
    let wanted = ReadOptions {
        partial: true,
        ..platform("arm64")
    };
    let other = two.json("third.json", &config("arm64", &[&base]));
    let list = json!([{"Config": "third.json", "Layers": ["2/layer.tar"]}]);
    let observed = progress_of(&other.json("manifest.json", &list), &wanted);
    assert_eq!(
        observed[4..],
        ["RUN 0", "0: 100 %", "RUN 0"],
        "{observed:?}"
    );
}

#[test]
fn layer_sizes_are_known_before_a_layer_is_read() {
    let observed = Mutex::new(Vec::new());
    let observe = |progress| {
        if let ReadProgress::Layer { layer, done, total } = progress {
            let mut observed = observed.lock().expect("one at a time");
            observed.push((layer.0, done, total > 0));
        }
    };
    let archive = Input::File(file(&docker(&[&base(), &top(), &base()]).tar()));
    read(archive, &options(), &Cancel::default(), &observe).expect("an image");
    let mut observed = observed.into_inner().expect("all are done");
    observed[..3].sort_unstable();
    assert_eq!(observed[..3], [(0, 0, true), (1, 0, true), (2, 0, true)]);
}
