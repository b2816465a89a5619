//! Extraction writes visible files, only below the chosen folder, never over existing ones, and leaves no partial file. The archives are hostile.

use std::cell::Cell;
use std::fs;
use std::io::Cursor;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use dive_rs::archive::{self, Piece, reread};
use dive_rs::image::{Compression, LayerId, NodeId};
use dive_rs::load::{Cancel, Error, ExtractResult, ExtractScope, Loaded, Request, load};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::bundle::{blob, docker};
use crate::fixture::Content;
use crate::fixture_tar::{Docker, docker_save, pack};
use crate::oracle::{self, Seen};
use crate::properties;
use crate::raw_tar::{Raw, RawTar, raw};
use crate::reading;

/// An image in a folder, with space for output beside it.
struct Bench {
    folder: TempDir,
    loaded: Loaded,
}

impl Bench {
    fn new(archive: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("image.tar");
        fs::write(&file, archive).expect("room for a test");
        let request = Request {
            reference: file.to_str().expect("text").to_owned(),
            ..Request::default()
        };
        let loaded = load(&request, &Cancel::default(), |_| ()).expect("an image");
        fs::remove_file(&file).expect("it is open already");
        Self { folder, loaded }
    }

    /// Extracts everything, cancels after the first bytes, and checks that nothing is left.
    fn cancel(&self) {
        let cancel = Cancel::default();
        let stop = |_| cancel.cancel();
        let contents = &self.loaded.contents;
        let error = contents
            .extract(&self.loaded.image, self.all(), &self.to(), &cancel, stop)
            .expect_err("cancelled");
        assert!(error.is_cancelled());
        assert!(!self.to().exists());
    }

    fn of(layers: &[RawTar]) -> Self {
        let ended: Vec<Vec<u8>> = layers.iter().map(|layer| layer.clone().end()).collect();
        let all: Vec<&[u8]> = ended.iter().map(Vec::as_slice).collect();
        Self::new(&docker(&all).tar())
    }

    fn to(&self) -> PathBuf {
        self.folder.path().join("to")
    }

    fn all(&self) -> ExtractScope {
        ExtractScope::Visible {
            layer: self.loaded.image.top().expect("layers"),
            node: NodeId::ROOT,
        }
    }

    fn extract(&self, extent: ExtractScope, to: &Path) -> Result<ExtractResult, Error> {
        let contents = &self.loaded.contents;
        contents.extract(&self.loaded.image, extent, to, &Cancel::default(), |_| ())
    }

    /// Everything in the bench's folder except `to`, sorted.
    fn beside(&self) -> Vec<PathBuf> {
        below(self.folder.path())
            .into_iter()
            .filter(|path| !path.starts_with(self.to()))
            .collect()
    }
}

/// Returns all paths in a folder, sorted; links are not followed.
fn below(folder: &Path) -> Vec<PathBuf> {
    let (mut todo, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                todo.push(entry.path());
            }
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

#[test]
fn nothing_is_written_through_links_or_dots() {
    let outside = tempfile::tempdir().expect("a folder");
    let away = outside.path().to_str().expect("text");
    let layers = [
        RawTar::default()
            .symlink("a", away)
            .file("a/through", "evil")
            .symlink("b", "../../..")
            .dir("b/")
            .file("b/up", "evil")
            .file("c/f", "fine")
            .symlink("c", away)
            .hard_link("h", "../../../etc/passwd")
            .hard_link("i", format!("{away}/x"))
            .symlink("self", "self")
            .file("../../dots", "evil")
            .file(format!("{away}/absolute"), "evil")
            .symlink("D", away)
            .file("d/case", "evil"),
        RawTar::default().symlink("e", away).symlink("f/g", away),
        RawTar::default()
            .file("e/over", "evil")
            .file("f/g/over", "evil")
            .hard_link("e/hard", "e/over"),
    ];
    let bench = Bench::of(&layers);
    let extents = bench
        .loaded
        .image
        .layer_ids()
        .map(ExtractScope::Layer)
        .chain([bench.all()]);
    for (at, extent) in extents.enumerate() {
        let to = bench.to().join(at.to_string());
        bench.extract(extent, &to).expect("it can be written");
        assert_eq!(below(outside.path()), Vec::<PathBuf>::new());
        assert_eq!(bench.beside(), [bench.to()][..0]);
        assert!(below(&to).len() > 2);
    }
    let last = bench.to().join("3");
    assert_eq!(
        fs::read(last.join("e/over")).expect("a folder by now"),
        b"evil"
    );
    assert_eq!(fs::read(last.join("dots")).expect("within"), b"evil");
    assert!(
        last.join(away.trim_start_matches('/'))
            .join("absolute")
            .is_file()
    );
}

#[test]
fn the_last_of_two_equal_blobs_in_a_stream_is_reread() {
    let one = RawTar::default().file("etc/motd", "the first").end();
    let before = RawTar::default().file("before", vec![b'x'; 3000]);
    let two = before.file("etc/motd", "the last").end();
    let name = blob(&one);
    let bundle = docker(&[&one]).file(&name, "junk").file(&name, &two);
    for archive in [bundle.tar(), pack(&bundle.tar(), Compression::Gzip)] {
        let bench = Bench::new(&archive);
        bench.extract(bench.all(), &bench.to()).expect("room");
        let motd = fs::read(bench.to().join("etc/motd")).expect("written");
        assert_eq!(motd, b"the last");
    }
}

#[test]
fn contents_are_found_when_the_stream_is_read_again() {
    let one = RawTar::default().file("etc/motd", "the first").end();
    let two = RawTar::default()
        .file("first", vec![b'x'; 3_000_000])
        .file("etc/motd", "the last")
        .end();
    let bundle = docker(&[&one]).file(&blob(&one), "junk");
    let bundle = bundle.file(&blob(&one), &two).tar();
    for stream in [pack(&bundle, Compression::Gzip), bundle] {
        let archive = reading::stream(&stream, &reading::options()).expect("an image");
        assert!(!archive.layers.are_kept());
        let (image, bottom) = (&archive.image, LayerId(0));
        let motd = image.tree.find(b"/etc/motd").expect("listed");
        let entry = image.timeline.at(motd, bottom).expect("listed");
        let offsets = [image.entry(entry).offset()];
        let mut ignored = |_, _: Piece<'_>| Ok(true);
        let requested = archive
            .layers
            .read(bottom, &offsets, &Cancel::default(), &mut ignored);
        assert!(
            matches!(requested, Err(archive::Error::NotKept { layer: 1 })),
            "{requested:?}"
        );
        let gone = archive.layers.streamed(bottom).expect("it went by");
        let again = |bytes: &[u8], cancel: &Cancel| {
            let mut content = Vec::new();
            let take = |_, piece: Piece<'_>| {
                if let Piece::Bytes(some) = piece {
                    content.extend_from_slice(some);
                }
                Ok(true)
            };
            reread(Cursor::new(bytes.to_vec()), gone, &offsets, cancel, take).map(|()| content)
        };
        let content = again(&stream, &Cancel::default()).expect("it is there");
        assert_eq!(content, b"the last");
        let other = again(&docker(&[&two]).tar(), &Cancel::default());
        assert!(
            matches!(other, Err(archive::Error::MissingBlob { .. })),
            "{other:?}"
        );
        let cancel = Cancel::default();
        cancel.cancel();
        let stopped = again(&stream, &cancel);
        assert!(
            matches!(stopped, Err(archive::Error::Cancelled)),
            "{stopped:?}"
        );
    }
}

#[test]
fn a_name_too_long_for_a_file_system_is_skipped_and_counted() {
    let long = "n".repeat(256);
    let bench = Bench::of(&[RawTar::default()
        .pax(b'x', &[("path", long.as_bytes())])
        .file("cut", "1")
        .pax(b'x', &[("path", format!("{long}/below").as_bytes())])
        .file("cut", "1")
        .pax(b'x', &[("path", &long.as_bytes()[1..])])
        .file("cut", "1")]);
    let to = bench.to();
    let done = bench.extract(bench.all(), &to).expect("the rest is there");
    assert_eq!(done.skipped.unnameable, 2);
    assert_eq!(below(&to), [to.join(&long[1..])]);
}

#[test]
fn nothing_is_ever_overwritten() {
    let bench = Bench::of(&[RawTar::default()
        .file("a", vec![b'1'; 300_000])
        .file("b/c", vec![b'2'; 300_000])]);
    let to = bench.to();
    fs::create_dir(&to).expect("a folder");
    fs::write(to.join("b"), "mine").expect("a file");
    let error = bench.extract(bench.all(), &to).expect_err("b is there");
    assert!(
        error
            .to_string()
            .ends_with("b exists already and is a file"),
        "{error}"
    );
    assert_eq!(below(&to), [to.join("b")]);
    // Nor what appears while contents are read; what was moved is moved back.
    fs::remove_file(to.join("b")).expect("ours");
    let observed = Cell::new(false);
    let meanwhile = |_| {
        if !observed.replace(true) {
            fs::write(to.join("b"), "meanwhile").expect("a file");
        }
    };
    let contents = &bench.loaded.contents;
    let error = contents
        .extract(
            &bench.loaded.image,
            bench.all(),
            &to,
            &Cancel::default(),
            meanwhile,
        )
        .expect_err("b has come");
    assert!(
        error
            .to_string()
            .ends_with("b exists already and is a file"),
        "{error}"
    );
    assert_eq!(below(&to), [to.join("b")]);
    assert_eq!(fs::read(to.join("b")).expect("theirs"), b"meanwhile");
    // A dangling link exists as well.
    fs::remove_file(to.join("b")).expect("ours");
    std::os::unix::fs::symlink("nowhere", to.join("b")).expect("a link");
    bench
        .extract(bench.all(), &to)
        .expect_err("a link is there");
    assert_eq!(below(&to), [to.join("b")]);
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let bench = Bench::of(&[RawTar::default()
        .file("small", "fits")
        .file("large", vec![b'x'; 4 << 20])]);
    let disk = tempfile::tempdir().expect("a folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(disk.path())
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        crate::engines::skip("only root can mount a small disk");
        return;
    }
    let error = bench.extract(bench.all(), &disk.path().join("new/to"));
    let left = below(disk.path());
    let unmounted = Command::new("umount").arg(disk.path()).status();
    let error = error.expect_err("no room");
    assert!(
        error.to_string().starts_with("cannot write large: ")
            || error.to_string().contains("large"),
        "{error}"
    );
    assert!(error.hint().is_some_and(|hint| hint.contains("more space")));
    assert_eq!(left, Vec::<PathBuf>::new());
    assert!(unmounted.is_ok_and(|status| status.success()));
}

#[test]
fn a_cancel_leaves_nothing_behind() {
    let bench = Bench::of(&[RawTar::default().file("a", vec![b'1'; 3 << 20])]);
    bench.cancel();
}

#[test]
fn an_enormous_sparse_file_needs_no_space() {
    let size = (i64::MAX as u64).to_string();
    let huge = [
        ("GNU.sparse.size", size.as_bytes()),
        ("GNU.sparse.map", &b"0,1"[..]),
        ("GNU.sparse.name", b"huge"),
    ];
    let large = [
        ("GNU.sparse.size", &b"1000000000000"[..]),
        ("GNU.sparse.map", b"999999999999,1"),
        ("GNU.sparse.name", b"large"),
    ];
    let bench = Bench::of(&[RawTar::default().pax(b'x', &huge).file("x", "h")]);
    let id = bench.loaded.image.layers[0].changes.entries[0].1;
    let contents = &bench.loaded.contents;
    let read = contents
        .read(
            &bench.loaded.image,
            LayerId(0),
            id,
            0,
            100_000,
            &Cancel::default(),
        )
        .expect("the beginning");
    assert_eq!((read.len(), read[0], read[99_999]), (100_000, b'h', 0));
    let image = &bench.loaded.image;
    let end = i64::MAX as u64 - 5;
    let read = contents.read(image, LayerId(0), id, end, 100, &Cancel::default());
    assert_eq!(read.expect("the end"), [0; 5]);
    // A filesystem may have a smaller maximum file size.
    let _ = bench.extract(bench.all(), &bench.to());
    let blocks = |folder: &Path| {
        below(folder)
            .iter()
            .filter_map(|path| fs::symlink_metadata(path).ok())
            .map(|about| about.blocks())
            .sum::<u64>()
    };
    assert!(blocks(bench.folder.path()) < 1000);
    let bench = Bench::of(&[RawTar::default()
        .pax(b'x', &large)
        .file("x", "l")
        .hard_link("twin", "large")
        .hard_link("again", "twin")]);
    let done = bench.extract(bench.all(), &bench.to());
    assert!(blocks(bench.folder.path()) < 1000);
    if let Ok(done) = done {
        assert_eq!((done.paths, done.bytes), (3, 1));
        assert_eq!(
            fs::metadata(bench.to().join("again"))
                .expect("a link")
                .len(),
            1_000_000_000_000
        );
    }
}

#[test]
fn modes_are_kept_without_setuid_bits() {
    let with = |name: &str, mode| Raw {
        mode,
        ..raw(name, b'0', 0)
    };
    let bench = Bench::of(&[RawTar::default()
        .put(&with("setuid", 0o4755), b"#!")
        .put(&with("secret", 0o000), b"?")
        .header(&Raw {
            mode: 0o3555,
            ..raw("folder/", b'5', 0)
        })
        .file("folder/within", "w")
        .header(&raw("null", b'3', 0))
        .header(&raw("pipe", b'6', 0))]);
    let done = bench.extract(bench.all(), &bench.to()).expect("written");
    let mode = |name: &str| {
        fs::metadata(bench.to().join(name))
            .expect("there")
            .permissions()
            .mode()
            & 0o7777
    };
    assert_eq!(
        [mode("setuid"), mode("secret"), mode("folder")],
        [0o755, 0, 0o1755]
    );
    assert_eq!(done.paths, 4);
    assert_eq!(done.skipped.to_string(), "2 devices and pipes");
    let mine = fs::metadata(bench.to()).expect("there");
    let lost = match (mine.uid(), mine.gid()) {
        (0, 0) => "setuid bits not kept",
        _ => "owners and setuid bits not kept",
    };
    assert_eq!(done.lost.to_string(), lost);
    let foreign = Raw {
        uid: 4_000_000,
        ..raw("foreign", b'0', 0)
    };
    let bench = Bench::of(&[RawTar::default().put(&foreign, b"f")]);
    let done = bench.extract(bench.all(), &bench.to()).expect("written");
    assert_eq!(done.lost.to_string(), "owners not kept");
}

/// Times from the header with pax fractions; links have their own, not their target's.
#[test]
fn times_are_kept() {
    let late = [("mtime", &b"1000000000.25"[..])];
    let early = [("mtime", &b"-1.5"[..])];
    let bench = Bench::of(&[RawTar::default()
        .dir("folder/")
        .file("folder/plain", "p")
        .pax(b'x', &late)
        .file("folder/late", "l")
        .hard_link("twin", "folder/late")
        .pax(b'x', &late)
        .dir("folder/below/")
        .pax(b'x', &late)
        .symlink("link", "folder/plain")
        .pax(b'x', &early)
        .file("early", "")]);
    bench.extract(bench.all(), &bench.to()).expect("written");
    let time = |name: &str| {
        let about = fs::symlink_metadata(bench.to().join(name)).expect("there");
        (about.mtime(), about.mtime_nsec())
    };
    let (header, late) = ((0o14_000_000_000, 0), (1_000_000_000, 250_000_000));
    let names = [
        "folder",
        "folder/plain",
        "folder/late",
        "twin",
        "folder/below",
        "link",
        "early",
    ];
    assert_eq!(
        names.map(time),
        [header, header, late, late, late, late, (-2, 500_000_000)]
    );
}

#[test]
fn an_existing_file_is_named() {
    let bench = Bench::of(&[RawTar::default().file("etc/motd", "m")]);
    let file = bench.folder.path().join("file");
    fs::write(&file, "mine").expect("a file");
    for to in [file.clone(), file.join("below")] {
        let error = bench.extract(bench.all(), &to).expect_err("a file");
        let printed = format!("{} is a file, not a folder", file.display());
        assert_eq!(error.to_string(), printed);
        assert!(error.hint().is_some());
    }
    fs::create_dir(bench.to()).expect("a folder");
    fs::write(bench.to().join("etc"), "mine").expect("a file");
    let error = bench.extract(bench.all(), &bench.to()).expect_err("there");
    assert!(
        error
            .to_string()
            .ends_with("etc exists already and is a file"),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn visible_files_are_written(builder in properties::image()) {
        let bench = Bench::new(&docker_save(&builder, Docker::New));
        let stacked = oracle::shown(&builder.layers);
        let seen = stacked.last().expect("layers");
        let written = bench.extract(bench.all(), &bench.to());
        if seen.len() <= 1 {
            prop_assert!(written.is_err());
            return Ok(());
        }
        prop_assert!(written.is_ok(), "{written:?}");
        prop_assert_eq!(bench.beside(), Vec::<PathBuf>::new());
        for (path, what) in seen.iter().filter(|(path, _)| !path.is_empty()) {
            use std::os::unix::ffi::OsStrExt;
            let place = bench.to().join(std::ffi::OsStr::from_bytes(&path.join(&b'/')));
            let about = fs::symlink_metadata(&place);
            match what {
                Seen::Implied => prop_assert!(about.expect("a folder").is_dir()),
                Seen::Record(_, _, record) => match &record.content {
                    Content::Directory => prop_assert!(about.expect("a folder").is_dir()),
                    Content::Symlink(target) => prop_assert_eq!(fs::read_link(&place).expect("a link").into_os_string().into_encoded_bytes(), target.clone()),
                    Content::CharDevice(..) | Content::Fifo => prop_assert!(about.is_err()),
                    // It names nothing.
                    Content::HardLink(_) => prop_assert!(about.is_err()),
                    _ => prop_assert_eq!(fs::read(&place).expect("a file"), oracle::bytes(record).expect("bytes")),
                },
            }
        }
    }
}

#[test]
fn another_name_of_a_file_has_the_bytes_of_its_own_layer() {
    let link = Raw {
        link: "first".into(),
        ..raw("second", b'1', 0)
    };
    let bench = Bench::of(&[
        RawTar::default().file("first", "old").header(&link),
        RawTar::default().file("first", "new"),
    ]);
    bench.extract(bench.all(), &bench.to()).expect("written");
    let read = |name: &str| fs::read_to_string(bench.to().join(name)).expect("there");
    assert_eq!(
        (read("first"), read("second")),
        ("new".into(), "old".into())
    );
}

#[test]
fn reading_a_compressed_archive_shows_progress_and_can_be_cancelled() {
    let large: Vec<u8> = (0..5_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let one = RawTar::default().file("large", large).end();
    let two = RawTar::default().file("motd", "there").end();
    let bench = Bench::new(&pack(&docker(&[&one, &two]).tar(), Compression::Zstd));
    let image = &bench.loaded.image;
    let motd = image.tree.find(b"/motd").expect("listed");
    let extent = ExtractScope::Visible {
        layer: LayerId(1),
        node: motd,
    };
    let observed = Arc::new(Mutex::new(Vec::new()));
    let (observe, cancel) = (Arc::clone(&observed), Cancel::default());
    let contents = bench.loaded.contents.clone().watched(move |read, all| {
        observe.lock().expect("one thread").push((read, all));
    });
    let extract =
        |cancel: &Cancel| contents.extract(image, extent.clone(), &bench.to(), cancel, |_| ());
    cancel.cancel();
    assert!(extract(&cancel).expect_err("stopped").is_cancelled());
    extract(&Cancel::default()).expect("written");
    let observed = observed.lock().expect("one thread");
    assert!(observed.len() > 2, "{observed:?}");
    let all = observed[0].1;
    assert!(
        observed
            .iter()
            .all(|&(read, of)| of == all && Some(read) <= all),
        "{observed:?}"
    );
}

/// A folder outside the destination, with files and modes that must not change.
struct Outside(TempDir);

impl Outside {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("inner")).expect("a folder");
        fs::write(folder.path().join("inner/mine"), "mine").expect("a file");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).expect("ours");
        Self(folder)
    }

    /// Returns every path with its mode, its time and its number of names.
    fn state(&self) -> Vec<(PathBuf, u32, i64, u64)> {
        let mut paths = below(self.0.path());
        paths.push(self.0.path().to_owned());
        let about = |path: PathBuf| {
            let about = fs::symlink_metadata(&path).expect("there");
            (path, about.mode(), about.mtime(), about.nlink())
        };
        paths.into_iter().map(about).collect()
    }

    /// Puts a link to this folder in the place of another one, which is moved beside.
    fn replace(&self, folder: &Path) {
        let mut aside = folder.as_os_str().to_owned();
        aside.push("-aside");
        fs::rename(folder, aside).expect("a folder");
        std::os::unix::fs::symlink(self.0.path(), folder).expect("a free name");
    }
}

/// Returns the folder that an extraction writes to before it moves the files.
fn staged(to: &Path) -> PathBuf {
    let hidden = |path: &PathBuf| path.to_string_lossy().contains("/.dive-rs-");
    below(to).into_iter().find(hidden).expect("a stage")
}

#[test]
fn a_folder_swapped_for_a_link_changes_nothing_outside() {
    let layer = RawTar::default()
        .header(&Raw {
            mode: 0o700,
            ..raw("d/", b'5', 0)
        })
        .dir("d/inner/")
        .file("a", vec![b'1'; 300_000])
        .file("d/f", vec![b'2'; 300_000])
        .file("d/inner/f", "3")
        .file("d/inner/mine", "theirs")
        .hard_link("d/inner/twin", "a")
        .symlink("d/inner/link", "a");
    // The folder of the image, one in it, the temporary folder, the destination and the folder above it.
    let replaced: [fn(&Path) -> PathBuf; 5] = [
        |to| staged(to).join("d"),
        |to| staged(to).join("d/inner"),
        staged,
        Path::to_owned,
        |to| to.parent().expect("a folder").to_owned(),
    ];
    for replaced in replaced {
        for after in [1, 300_001] {
            let (bench, outside) = (Bench::of(std::slice::from_ref(&layer)), Outside::new());
            let to = bench.to().join("x/y");
            let before = outside.state();
            let observed = Cell::new(false);
            let swap = |bytes| {
                if bytes >= after && !observed.replace(true) {
                    outside.replace(&replaced(&to));
                }
            };
            let contents = &bench.loaded.contents;
            let (image, cancel) = (&bench.loaded.image, Cancel::default());
            // It may end well or not: what is moved in the way is not written to.
            let _ = contents.extract(image, bench.all(), &to, &cancel, swap);
            assert!(observed.get());
            assert_eq!(outside.state(), before);
        }
    }
}

/// Another program swaps a folder and a link without a pause, while files are written into the folder.
#[test]
fn a_folder_swapped_all_the_time_changes_nothing_outside() {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use std::sync::atomic::{AtomicBool, Ordering};
    let layer = (0..100).fold(RawTar::default().dir("d/"), |layer, number| {
        layer
            .file(format!("d/{number}"), "content")
            .hard_link(format!("d/twin{number}"), format!("d/{number}"))
            .symlink(format!("d/link{number}"), "0")
    });
    let (bench, outside) = (Bench::of(&[layer]), Outside::new());
    let (to, before, ended) = (bench.to(), outside.state(), AtomicBool::new(false));
    fs::create_dir(&to).expect("a folder");
    let link = bench.folder.path().join("link");
    std::os::unix::fs::symlink(outside.0.path(), &link).expect("a free name");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                for stage in fs::read_dir(&to).into_iter().flatten().flatten() {
                    let folder = stage.path().join("d");
                    let _ = renameat_with(CWD, &folder, CWD, &link, RenameFlags::EXCHANGE);
                }
            }
        });
        for _ in 0..10 {
            let _ = bench.extract(bench.all(), &to);
            let _ = fs::remove_dir_all(to.join("d"));
        }
        ended.store(true, Ordering::Relaxed);
    });
    assert_eq!(outside.state(), before);
}

#[test]
fn a_destination_that_is_a_link_is_followed_only_with_a_slash_at_its_end() {
    let bench = Bench::of(&[RawTar::default().file("f", "f")]);
    let (real, link) = (bench.folder.path().join("real"), bench.to());
    fs::create_dir(&real).expect("a folder");
    std::os::unix::fs::symlink("real", &link).expect("a free name");
    let error = bench.extract(bench.all(), &link).expect_err("a link");
    assert_eq!(
        error.to_string(),
        format!("{} is a link, not a folder", link.display())
    );
    assert!(error.hint().is_some_and(|hint| hint.contains("slash")));
    assert_eq!(below(&real), Vec::<PathBuf>::new());
    // A link on the way to the destination is followed, as `/tmp` is one on macOS.
    bench
        .extract(bench.all(), &link.join("below"))
        .expect("new");
    assert_eq!(below(&real.join("below")), [real.join("below/f")]);
    let mut chosen = link.into_os_string();
    chosen.push("/");
    bench
        .extract(bench.all(), Path::new(&chosen))
        .expect("chosen");
    assert!(real.join("f").is_file());
}

#[test]
fn a_failed_extraction_removes_deep_folders() {
    let deep = "d/".repeat(1500);
    let bench = Bench::of(&[RawTar::default()
        .pax(b'x', &[("path", format!("{deep}f").as_bytes())])
        .file("cut", "1")
        .file("z", vec![b'1'; 300_000])]);
    bench.cancel();
}
