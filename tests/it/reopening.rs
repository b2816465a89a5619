//! Archives opened a second time: compressed layers are not read again while their file is the same, and everything else is. Counts bytes, not time.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use dive_rs::archive::{Archive, Cancel, Error, Input, Piece, ReadOptions, copy_layers, read};
use dive_rs::cache::Cache;
use dive_rs::image::Compression;
use serde_json::{Value, json};

use crate::build_times::attested_image;
use crate::bundle;
use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, Tar, docker_save, hex, layer_tar, oci_archive, pack};
use crate::reading::{account, options, stream};

/// The most that a program reads beside layers: its libraries, the documents, the index.
const SMALL: u64 = 1 << 20;

/// Digits in no order, which every compression halves: in gzip in blocks with codes of their own, where decompression can begin.
fn digits(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut digit = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        b"0123456789abcdef"[usize::try_from(state >> 60).unwrap()]
    };
    (0..length).map(|_| digit()).collect()
}

/// Two layers, of which the first has `length` bytes before the file `last`.
fn image(length: usize) -> ImageBuilder {
    ImageBuilder::new("app:1")
        .layer("ADD rootfs /", |layer| {
            layer
                .dir("etc")
                .file("etc/motd", "hello\n")
                .file("usr/lib/data", digits(1, length))
                .file("usr/lib/last", "the last\n")
        })
        .layer("RUN rm /etc/motd", |layer| layer.whiteout("etc/motd"))
}

/// Runs the program; returns its output and how many bytes it read.
fn run_counted(shell: &Shell, line: &str) -> (String, u64) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dive-rs"))
        .args(line.split_whitespace())
        .current_dir(shell.path())
        .env_clear()
        .env("HOME", shell.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdout, mut text) = (child.stdout.take().unwrap(), String::new());
    stdout.read_to_string(&mut text).unwrap();
    let read = crate::pty::bytes_read(child.id());
    child.wait().unwrap();
    (text, read)
}

fn kept(shell: &Shell) -> Vec<PathBuf> {
    let folder = shell.path().join(".cache/dive-rs/layers");
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Returns an image as a docker archive whose compressed layers have no digest in their names, as build tools write it.
fn docker_archive(image: &ImageBuilder) -> Vec<u8> {
    let mut tar = Tar::default();
    let mut names = Vec::new();
    for (at, layer) in image.layers.iter().enumerate() {
        let name = format!("{at}.tar.gz");
        tar.file(&name, &pack(&layer_tar(layer), Compression::Gzip));
        names.push(name);
    }
    let ids = image
        .layers
        .iter()
        .map(|layer| format!("sha256:{}", hex(&layer_tar(layer))));
    let ids: Vec<String> = ids.collect();
    let config = json!({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": ids}});
    tar.file("config.json", config.to_string().as_bytes());
    let manifest = json!([{"Config": "config.json", "RepoTags": ["app:1"], "Layers": names}]);
    tar.file("manifest.json", manifest.to_string().as_bytes());
    tar.end()
}

/// Returns an image as `docker save | gzip` writes it: an archive that is compressed as one file.
fn whole(image: &ImageBuilder, compression: Compression) -> Vec<u8> {
    pack(&docker_save(image, Docker::New), compression)
}

/// Returns an archive with one more file, which is empty: it may be a layer.
fn with_empty_file(archive: &[u8]) -> Vec<u8> {
    let mut more = Tar::default();
    more.file("empty", b"");
    [&archive[..archive.len() - 1024], &more.end()].concat()
}

#[test]
fn a_layer_of_an_archive_is_read_once() {
    let image = image(4 << 20);
    let oci = oci_archive(&image, Compression::Gzip);
    let shell = Shell::new()
        .file("gzip.tar", &oci)
        .file("zstd.tar", oci_archive(&image, Compression::Zstd))
        .file("docker.tar", docker_archive(&image))
        .file("whole.tar.gz", whole(&image, Compression::Gzip))
        .file("whole.tar.zst", whole(&image, Compression::Zstd))
        .file("twice.tar.gz", pack(&oci, Compression::Gzip))
        .file(
            "empty.tar.gz",
            pack(&with_empty_file(&oci), Compression::Gzip),
        );
    tar::Archive::new(&oci[..])
        .unpack(shell.path().join("layout"))
        .unwrap();
    for name in [
        "gzip.tar",
        "zstd.tar",
        "docker.tar",
        "layout",
        "whole.tar.gz",
        "whole.tar.zst",
        "twice.tar.gz",
        "empty.tar.gz",
    ] {
        let run = |options: &str| run_counted(&shell, &format!("--ci {options} {name}"));
        let large = 3 << 19;
        let (first, read) = run("");
        assert!(
            first.contains("efficiency") && read > large,
            "{name}: {read} B"
        );
        let again = |options, least: u64, most: u64| {
            let (text, read) = run(options);
            assert_eq!(text, first, "{name} {options}");
            assert!((least..most).contains(&read), "{name} {options}: {read} B");
        };
        again("", 0, SMALL);
        again("--verify", large, u64::MAX);
        again("--no-cache", large, u64::MAX);
        for file in kept(&shell) {
            let mut bytes = fs::read(&file).unwrap();
            bytes.truncate(bytes.len() - 1);
            fs::write(&file, bytes).unwrap();
        }
        again("", large, u64::MAX);
        again("", 0, SMALL);
    }
}

/// Packages, categories and findings need the contents of some files: what was found in them is kept as well.
#[test]
fn the_content_analysis_reads_no_layer_again() {
    let status = "Package: zlib\nStatus: install ok installed\nVersion: 1.3\nArchitecture: amd64\n";
    let key = format!("AKIA{}", "Q".repeat(16));
    let image = image(4 << 20).layer("COPY key /", |layer| {
        layer
            .file("var/lib/dpkg/status", status)
            .file("srv/key", format!("\n{key}\n"))
            .file("srv/data", digits(3, 4 << 20))
    });
    let archives = [Compression::Gzip, Compression::Zstd]
        .map(|compression| [oci_archive(&image, compression), whole(&image, compression)]);
    for archive in archives.into_iter().flatten() {
        let shell = Shell::new().file("app.tar", archive);
        let run =
            |options: &str| run_counted(&shell, &format!("--report json=- {options} app.tar"));
        let (first, read) = run("");
        assert!(
            first.contains("zlib") && first.contains("an AWS access key id"),
            "{first}"
        );
        assert!(read > 3 << 20, "{read} B");
        let again = |options, least: u64, most: u64| {
            let (text, read) = run(options);
            assert_eq!(text, first, "{options}");
            assert!((least..most).contains(&read), "{options}: {read} B");
        };
        again("", 0, SMALL);
        again("--verify", 3 << 20, u64::MAX);
        again("--no-cache", 3 << 20, u64::MAX);
        for file in kept(&shell) {
            if file.extension().is_some_and(|end| end == "data") {
                fs::write(file, "junk").unwrap();
            }
        }
        again("", 3 << 19, u64::MAX);
        again("", 0, SMALL);
    }
}

/// A layer that a layout links to, as build systems write it, is hashed when it is opened first.
#[cfg(target_os = "linux")]
#[test]
fn a_link_out_of_a_layout_is_hashed_once() {
    let shell = Shell::new();
    let (layout, outside) = (shell.path().join("layout"), shell.path().join("outside"));
    let oci = oci_archive(&image(8 << 20), Compression::Gzip);
    tar::Archive::new(&oci[..]).unpack(&layout).unwrap();
    let blobs = fs::read_dir(layout.join("blobs/sha256")).unwrap();
    let blobs = blobs.map(|entry| entry.unwrap().path());
    let layer = blobs.max_by_key(|path| fs::metadata(path).unwrap().len());
    let layer = layer.unwrap();
    fs::rename(&layer, &outside).unwrap();
    std::os::unix::fs::symlink(&outside, &layer).unwrap();
    let length = fs::metadata(&outside).unwrap().len();
    let run = |options: &str| run_counted(&shell, &format!("--ci {options} layout"));
    let (first, read) = run("");
    assert!(first.contains("efficiency") && read > length, "{read} B");
    let (again, read) = run("");
    assert!(again == first && read < SMALL, "{read} B");
    for option in ["--verify", "--no-cache"] {
        assert!(run(option).1 > length, "{option}");
    }
    let bytes = fs::read(&outside).unwrap();
    fs::write(&outside, &bytes[1..]).unwrap();
    let (_, read) = run("");
    assert!(read < SMALL, "of another size: {read} B");
}

/// A layer that another archive has too is hashed, and not decompressed again: its index is there.
#[test]
fn a_copy_of_an_archive_is_hashed_once() {
    let oci = oci_archive(&image(4 << 20), Compression::Gzip);
    let shell = Shell::new().file("one.tar", &oci).file("two.tar", &oci);
    let (first, _) = run_counted(&shell, "--ci one.tar");
    let files = kept(&shell);
    let (second, read) = run_counted(&shell, "--ci two.tar");
    assert_eq!(second.replace("two.tar", "one.tar"), first);
    assert!((3 << 19..3 << 20).contains(&read), "hashed: {read} B");
    assert_eq!(kept(&shell).len(), files.len());
    let (_, read) = run_counted(&shell, "--ci two.tar");
    assert!(read < SMALL, "{read} B");
}

/// From the first run on, a file is read from the nearest mark.
#[test]
fn one_file_of_a_kept_layer_is_read_from_the_nearest_mark() {
    let image = image(32 << 20);
    for archive in [
        oci_archive(&image, Compression::Gzip),
        whole(&image, Compression::Gzip),
    ] {
        let packed = archive.len() as u64;
        let shell = Shell::new().file("gzip.tar", &archive);
        let cat = || run_counted(&shell, "cat gzip.tar /usr/lib/last");
        let (text, first) = cat();
        assert!(
            text == "the last\n" && first > packed,
            "{first} B of {packed}"
        );
        let (text, again) = cat();
        assert_eq!(text, "the last\n");
        assert!(
            again < 6 << 20 && again < packed / 3,
            "{again} B of {packed}"
        );
        let (_, without) = run_counted(&shell, "cat --no-cache gzip.tar /usr/lib/last");
        assert!(without > packed);
    }
}

/// Replaces the bytes of a file of an archive with others, which are not longer: zeros follow a gzip stream in its place.
fn replace(archive: &mut [u8], name: &str, bytes: &[u8]) {
    let at = archive
        .chunks(512)
        .position(|block| block.starts_with(name.as_bytes()));
    let header = at.unwrap() * 512;
    let size = std::str::from_utf8(&archive[header + 124..header + 135]).unwrap();
    let size = usize::from_str_radix(size, 8).unwrap();
    let content = &mut archive[header + 512..header + 512 + size];
    content.fill(0);
    content[..bytes.len()].copy_from_slice(bytes);
}

/// An archive whose first layer has the digest of the image's and other bytes.
fn forged(archive: &[u8], image: &ImageBuilder) -> Vec<u8> {
    let mut forged = archive.to_vec();
    let layer = pack(&layer_tar(&image.layers[0]), Compression::Gzip);
    let other = ImageBuilder::new("x").layer("ADD", |layer| layer.file("forged", "x"));
    let other = pack(&layer_tar(&other.layers[0]), Compression::Gzip);
    replace(
        &mut forged,
        &format!("blobs/sha256/{}", hex(&layer)),
        &other,
    );
    forged
}

fn list(shell: &Shell, options: &str, name: &str) -> String {
    shell.run(&format!("ls -R {options} {name}")).to_string()
}

#[test]
fn an_archive_that_claims_another_digest_is_neither_kept_nor_believed() {
    let image = image(1000);
    let archive = oci_archive(&image, Compression::Gzip);
    let other = forged(&archive, &image);
    let shell = Shell::new()
        .file("good.tar", &archive)
        .file("forged.tar", &other)
        .file("good.tar.gz", pack(&archive, Compression::Gzip))
        .file("forged.tar.gz", pack(&other, Compression::Gzip));
    let good = list(&shell, "--no-cache", "good.tar");
    let bad = list(&shell, "--no-cache", "forged.tar");
    assert!(
        good.contains("usr") && bad.contains("forged"),
        "{good}{bad}"
    );
    assert!(kept(&shell).is_empty());
    for name in [
        "forged.tar",
        "forged.tar",
        "good.tar",
        "forged.tar",
        "good.tar",
        "forged.tar",
        "forged.tar.gz",
        "good.tar.gz",
        "forged.tar.gz",
        "good.tar.gz",
        "good.tar",
        "forged.tar",
    ] {
        let is_good = name.starts_with("good");
        let expected = if is_good { &good } else { &bad };
        assert_eq!(list(&shell, "", name), *expected, "{name}");
    }
}

/// A file that is overwritten in place is read again, whatever time it shows.
#[test]
fn a_file_with_other_bytes_at_the_same_place_is_read_again() {
    let image = image(1000);
    let archive = oci_archive(&image, Compression::Gzip);
    let other = forged(&archive, &image);
    overwritten_files_are_read_again(&archive, &other);
    let packed = [archive, other].map(|bytes| pack(&bytes, Compression::Gzip));
    let length = packed[0].len().max(packed[1].len());
    let [archive, other] = packed.map(|mut bytes| {
        // Zeros may follow a gzip stream.
        bytes.resize(length, 0);
        bytes
    });
    overwritten_files_are_read_again(&archive, &other);
}

fn overwritten_files_are_read_again(archive: &[u8], other: &[u8]) {
    assert_eq!(archive.len(), other.len());
    let shell = Shell::new().file("image.tar", archive);
    let path = shell.path().join("image.tar");
    let good = list(&shell, "", "image.tar");
    assert_eq!(list(&shell, "", "image.tar"), good);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let overwrite = |path: &Path, bytes: &[u8]| {
        fs::write(path, bytes).unwrap();
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(modified).unwrap();
    };
    overwrite(&path, other);
    let bad = list(&shell, "", "image.tar");
    assert!(bad.contains("forged"), "{bad}");
    assert_eq!(list(&shell, "", "image.tar"), bad);
    // The same with another file under the name.
    let beside = shell.path().join("beside.tar");
    overwrite(&beside, archive);
    fs::rename(beside, &path).unwrap();
    assert_eq!(list(&shell, "", "image.tar"), good);
}

#[test]
fn standard_input_and_plain_layers_leave_nothing() {
    let plain = oci_archive(&image(1000), Compression::None);
    let packed = oci_archive(&image(1000), Compression::Gzip);
    let shell = Shell::new().file("plain.tar", plain);
    assert_eq!(shell.run("ls plain.tar").code, Some(0));
    assert_eq!(shell.run_args(&["ls", "-"], &packed).code, Some(0));
    assert!(kept(&shell).is_empty());
}

/// A stream that must not be read.
struct Unreadable;

impl std::io::Read for Unreadable {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("it is read"))
    }
}

/// Opens an image whose sender identifies it by an id, and sends nothing.
fn reopen(options: &ReadOptions) -> Result<Archive, Error> {
    let stream = Input::Stream(Box::new(Unreadable));
    read(stream, options, &Cancel::default(), &|_| ())
}

/// Returns the options of such a sender, with a cache of its own.
fn sent_as(id: &str) -> (ReadOptions, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path().to_owned(), 1 << 30);
    let options = ReadOptions {
        sender_id: Some(id.to_owned()),
        cache: Some(Arc::new(cache)),
        ..options()
    };
    (options, folder)
}

#[test]
fn a_stream_of_a_known_image_is_not_read_again() {
    let image = image(1000).layer("COPY a /", |layer| layer.file("a", "a"));
    for bytes in [
        docker_save(&image, Docker::Old),
        docker_save(&image, Docker::New),
        oci_archive(&image, Compression::None),
        oci_archive(&image, Compression::Gzip),
        oci_archive(&image, Compression::Zstd),
        with_empty_file(&oci_archive(&image, Compression::Gzip)),
    ] {
        let mut plain = stream(&bytes, &options()).unwrap();
        let about = plain.image.about.clone();
        for id in [about.id.as_ref(), about.digest.as_ref()]
            .into_iter()
            .flatten()
        {
            let (options, _folder) = sent_as(id);
            assert!(reopen(&options).is_err());
            let first = stream(&bytes, &options).unwrap();
            let again = reopen(&options).unwrap();
            assert_eq!(account(&again.image), account(&first.image));
            // What the id does not prove is left out.
            let own = &first.image.about;
            assert_eq!((&own.id, &own.history), (&about.id, &about.history));
            plain.image.about = own.clone();
            assert_eq!(account(&first.image), account(&plain.image));
            assert!(again.layers.are_unread() && !first.layers.are_unread());
            for layer in first.image.layer_ids() {
                let name = first.layers.cache_name(layer);
                assert!(name.is_some_and(|name| name.starts_with("sha256:")));
                assert_eq!(again.layers.cache_name(layer), name);
            }
            let verified = ReadOptions {
                verify: true,
                ..options
            };
            assert!(reopen(&verified).is_err());
        }
    }
}

/// What is kept under the id of an image is that image: its documents and layers have the digests that follow from the id.
#[test]
fn a_stream_that_is_another_image_is_not_kept() {
    let image = image(1000);
    let good = oci_archive(&image, Compression::Gzip);
    let about = stream(&good, &options()).unwrap().image.about;
    let [id, digest] = [about.id, about.digest].map(Option::unwrap);
    let other = ImageBuilder::new("x").layer("ADD", |layer| layer.file("x", "x"));
    let other_image = oci_archive(&other, Compression::Gzip);
    // A tag that looks like the id of another image.
    let mut named = other.clone();
    named.tag = Some(id.clone());
    let named = docker_save(&named, Docker::Old);
    let unended = {
        let layers = image.layers.iter().map(layer_tar);
        let layers: Vec<Vec<u8>> = layers.map(|tar| tar[..tar.len() - 1024].to_vec()).collect();
        let layers: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
        crate::bundle::docker(&layers).tar()
    };
    let unended_id = stream(&unended, &options())
        .unwrap()
        .image
        .about
        .id
        .unwrap();
    for (bytes, id) in [
        (&forged(&good, &image), &id),
        (&forged(&good, &image), &digest),
        (&other_image, &id),
        (&other_image, &digest),
        (&named, &id),
        (&unended, &unended_id),
    ] {
        let (options, folder) = sent_as(id);
        stream(bytes, &options).unwrap();
        assert!(reopen(&options).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// Annotations, tags and provenance that do not follow from the id are claims of this sender: the same id from another sender has its own.
#[test]
fn what_the_id_does_not_prove_is_not_kept() {
    let layer = layer_tar(&image(1000).layers[0]);
    let config = bundle::config("amd64", &[&layer]);
    let predicate = json!({"metadata": {
        "buildStartedOn": "2026-01-01T00:00:00Z",
        "buildFinishedOn": "2026-01-01T00:00:58Z",
    }});
    let attested = attested_image(&config, &[&layer], &predicate, 0);
    let manifest = bundle::manifest(&config, &[&layer]);
    let mut annotated = manifest.clone();
    annotated["annotations"] = json!({"org.opencontainers.image.base.name": "not/its:base"});
    let named = json!({"annotations": {"io.containerd.image.name": "not/its:name"}});
    let saved = bundle::Bundle::default()
        .json(
            "index.json",
            &bundle::index(&[bundle::listed(&annotated, &named)]),
        )
        .json_blob(&annotated)
        .json_blob(&config)
        .blob(&layer)
        .json(
            "manifest.json",
            &json!([{
                "Config": bundle::blob(config.to_string()),
                "RepoTags": ["not/its:name"],
                "Layers": [bundle::blob(&layer)],
            }]),
        );
    let digest = |document: &Value| bundle::digest(document.to_string());
    let plain = stream(&attested.tar(), &options()).unwrap();
    let index = plain.image.about.clone();
    assert!(index.build_times.total.is_some());
    let of_index = {
        let text = attested.document("index.json");
        text["manifests"][0]["digest"].as_str().unwrap().to_owned()
    };
    for (bundle, id, is_attested) in [
        (&saved, digest(&config), false),
        (&attested, digest(&config), false),
        (&attested, digest(&manifest), false),
        (&attested, of_index, true),
    ] {
        let (mut options, _folder) = sent_as(&id);
        options.expected.tags = vec!["its/own:name".to_owned()];
        let first = stream(&bundle.tar(), &options).unwrap();
        options.expected.tags = vec!["its/new:name".to_owned()];
        let again = reopen(&options).unwrap();
        for (read, name) in [(&first, "its/own:name"), (&again, "its/new:name")] {
            let about = &read.image.about;
            assert_eq!(about.tags, [name]);
            assert_eq!(about.build_times.total.is_some(), is_attested, "{id}");
            assert_eq!(about.annotations, []);
            assert_eq!(about.id.as_ref(), Some(&digest(&config)));
        }
    }
}

/// The contents of a stream that was listed before are read from a copy, without listing it again.
#[test]
fn a_known_stream_is_copied_to_read_its_contents() {
    let image = image(1000);
    for bytes in [
        docker_save(&image, Docker::Old),
        oci_archive(&image, Compression::Gzip),
        with_empty_file(&oci_archive(&image, Compression::Zstd)),
    ] {
        let id = stream(&bytes, &options()).unwrap().image.about.id.unwrap();
        let (options, _folder) = sent_as(&id);
        stream(&bytes, &options).unwrap();
        let again = reopen(&options).unwrap();
        let copy = |bytes: &[u8]| {
            let stream = std::io::Cursor::new(bytes.to_vec());
            copy_layers(stream, &again.layers, &Cancel::default())
        };
        let copied = copy(&bytes).unwrap();
        assert!(copied.are_kept() && !copied.are_unread());
        let layer = again.image.layer_ids().next().unwrap();
        let last = again.image.tree.find(b"usr/lib/last").unwrap();
        let (_, entry) = again
            .image
            .layer(layer)
            .changes
            .entries
            .iter()
            .find(|(node, _)| *node == last)
            .copied()
            .unwrap();
        let offset = again.image.entry(entry).offset();
        let mut content = Vec::new();
        let read = copied.read(layer, &[offset], &Cancel::default(), |_, piece| {
            if let Piece::Bytes(some) = piece {
                content.extend_from_slice(some);
            }
            Ok(true)
        });
        assert_eq!((read.unwrap(), &*content), ((), &b"the last\n"[..]));
        let other = ImageBuilder::new("x").layer("ADD", |layer| layer.file("x", "x"));
        let error = copy(&docker_save(&other, Docker::Old)).unwrap_err();
        assert!(matches!(error, Error::Reopen(_)), "{error}");
    }
}
