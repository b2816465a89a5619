//! System calls of the program that fail, each in turn: strace makes the first fail, then the second, until none is left. The result is right or an error,
//! and nothing is left half-written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use dive_rs::image::Compression;
use serde_json::Value;

use crate::bundle::oci;
use crate::command::{Ended, Shell};
use crate::fixture_tar::pack;
use crate::raw_tar::RawTar;

/// More calls than any of these runs makes.
const MOST: usize = 2000;

/// The image that is read.
fn shell() -> Shell {
    let layer = RawTar::default()
        .dir("d/")
        .file("d/a", "one")
        .file("d/b", vec![b'2'; 5000])
        .symlink("d/link", "a")
        .hard_link("d/again", "d/a")
        .end();
    let above = RawTar::default().file("d/a", "two").end();
    let packed = pack(&layer, Compression::Gzip);
    Shell::new().file(
        "image.tar",
        oci(&[&layer, &above], &[&packed, &above]).tar(),
    )
}

fn is_available() -> bool {
    let found = Command::new("strace").arg("-V").output().is_ok();
    if !found {
        crate::engines::skip("strace is not installed");
    }
    found
}

/// Runs the program with the `nth` of some calls failing; also returns whether it makes as many.
fn with_fault(shell: &Shell, calls: &str, fault: &str, nth: usize, line: &str) -> (Ended, bool) {
    let (trace, inject) = (
        format!("trace={calls}"),
        format!("inject={calls}:{fault}:when={nth}"),
    );
    let script = format!(
        "exec strace -f -qqq -o trace -e {trace} -e {inject} -e signal=none {} {line}",
        env!("CARGO_BIN_EXE_dive-rs")
    );
    let ended = shell.program("bash", &["-c", &script]);
    let trace = shell.path().join("trace");
    let text = fs::read_to_string(&trace).expect("strace wrote it");
    fs::remove_file(trace).expect("ours");
    (ended, text.contains("(INJECTED)"))
}

/// Returns the names below a folder, with the contents of files.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).expect("a folder") {
            let path = entry.expect("ours").path();
            let name = path.strip_prefix(folder).expect("below it");
            let name = name.to_string_lossy().into_owned();
            let about = fs::symlink_metadata(&path).expect("ours");
            if about.is_dir() {
                open.push(path);
                found.insert(name, Vec::new());
            } else {
                found.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    found
}

/// Makes each call fail in turn; `check` receives the result.
fn each_call(shell: &Shell, faults: &[(&str, &str)], line: &str, check: impl Fn(&str, &Ended)) {
    for (calls, fault) in faults {
        for nth in 1.. {
            let (ended, is_hit) = with_fault(shell, calls, fault, nth, line);
            check(&format!("{calls} {nth} {fault}: {ended}"), &ended);
            if !is_hit {
                assert_eq!(ended.code, Some(0), "{ended}");
                break;
            }
            assert!(nth < MOST, "{calls} never ends");
        }
    }
}

/// Returns whether a run ended with an error: its own, or that of the dynamic loader.
fn is_error(ended: &Ended) -> bool {
    ended.code == Some(2) && ended.stderr.contains("error: ") || ended.code == Some(127)
}

#[test]
fn an_extraction_is_whole_or_nothing() {
    if !is_available() {
        return;
    }
    let shell = shell().env("XDG_CACHE_HOME", "/dev/null/none");
    let before = tree(shell.path());
    let ended = shell.run("extract image.tar /d new");
    assert_eq!(ended.code, Some(0), "{ended}");
    let new = shell.path().join("new");
    let whole = tree(&new);
    assert!(whole.len() >= 4, "{:?}", whole.keys());
    fs::remove_dir_all(&new).expect("ours");
    let faults = [
        ("write", "error=ENOSPC"),
        ("write", "error=EINTR"),
        ("pread64", "error=EIO"),
        ("pread64", "error=EINTR"),
        ("openat", "error=EMFILE"),
        ("mkdirat,mkdir", "error=ENOSPC"),
        ("linkat,symlinkat", "error=EPERM"),
        ("renameat2,renameat,rename", "error=EIO"),
        ("fchmod,fchmodat,utimensat", "error=EPERM"),
    ];
    each_call(
        &shell,
        &faults,
        "extract image.tar /d new",
        |what, ended| {
            if new.exists() {
                assert_eq!(ended.code, Some(0), "{what}");
                assert!(tree(&new) == whole, "{what}: {:?}", tree(&new).keys());
                fs::remove_dir_all(&new).expect("ours");
            } else {
                // The message itself may be what could not be written.
                assert!(is_error(ended) || what.starts_with("write"), "{what}");
                assert_ne!(ended.code, Some(0), "{what}");
            }
            assert_eq!(tree(shell.path()).len(), before.len(), "{what}");
        },
    );
}

#[test]
fn a_report_is_whole_or_nothing() {
    if !is_available() {
        return;
    }
    let shell = shell().env("XDG_CACHE_HOME", "/dev/null/none");
    let before = tree(shell.path());
    let report = shell.path().join("report.json");
    let faults = [
        ("write", "error=ENOSPC"),
        ("write", "error=EINTR"),
        ("openat", "error=EMFILE"),
        ("fsync,fdatasync,ftruncate", "error=EIO"),
        ("renameat2,renameat,rename,linkat,link", "error=EIO"),
    ];
    each_call(
        &shell,
        &faults,
        "--json report.json image.tar",
        |what, ended| {
            if report.exists() {
                let text = shell.read("report.json");
                serde_json::from_str::<Value>(&text)
                    .unwrap_or_else(|error| panic!("{what}: {error}"));
                assert!(matches!(ended.code, Some(0 | 2)), "{what}");
                fs::remove_file(&report).expect("ours");
            } else {
                assert_ne!(ended.code, Some(0), "{what}");
            }
            assert_eq!(tree(shell.path()).len(), before.len(), "{what}");
        },
    );
}

#[test]
fn a_stream_is_read_whole_or_is_an_error() {
    if !is_available() {
        return;
    }
    let shell = shell().env("XDG_CACHE_HOME", "/dev/null/none");
    let faults = [
        ("write,pwrite64", "error=ENOSPC"),
        ("read", "error=EIO"),
        ("read", "error=EINTR"),
        ("pread64", "error=EIO"),
        ("pread64", "error=EINTR"),
        ("fstatfs", "error=EIO"),
    ];
    each_call(
        &shell,
        &faults,
        "cat - /d/b < image.tar",
        |what, ended| match ended.code {
            Some(0) => assert_eq!(ended.stdout, "2".repeat(5000), "{what}"),
            _ => assert!(is_error(ended) || what.starts_with("write"), "{what}"),
        },
    );
}

#[test]
fn a_cache_that_fails_at_any_call_changes_no_result() {
    if !is_available() {
        return;
    }
    let expected = shell().run("ls --no-cache image.tar").stdout;
    // An empty cache is written; a full one is read.
    for is_filled in [false, true] {
        let shell = shell();
        let folder = shell.path().join(".cache");
        let prepare = || {
            let _ = fs::remove_dir_all(&folder);
            if is_filled {
                assert_eq!(shell.run("ls image.tar").code, Some(0));
            }
        };
        prepare();
        let faults = [
            ("write,pwrite64", "error=ENOSPC"),
            ("write,pwrite64", "error=EINTR"),
            ("openat", "error=EACCES"),
            ("read,pread64", "error=EIO"),
            ("mkdirat,mkdir", "error=ENOSPC"),
            ("renameat2,renameat,rename", "error=EIO"),
            ("utimensat,flock,ftruncate,fsync", "error=EIO"),
            ("statx,newfstatat,fstat", "error=EACCES"),
        ];
        each_call(&shell, &faults, "ls image.tar", |what, ended| {
            match ended.code {
                Some(0) => assert_eq!(ended.stdout, expected, "{what}"),
                _ => assert!(is_error(ended) || what.starts_with("write"), "{what}"),
            }
            // What is left in the cache is right or is not used.
            let again = shell.run("ls image.tar");
            assert_eq!(again.code, Some(0), "{what}: {again}");
            assert_eq!(again.stdout, expected, "{what}");
            prepare();
        });
    }
}
