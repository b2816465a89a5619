//! Reads that fail, come short or are interrupted, and writes that fail, each at every place in turn: the result is right or an error, and nothing is left
//! half-written.

use std::io::{self, Read};

use dive_rs::archive::{Archive, Cancel, Error, Input, read};
use dive_rs::image::Compression;
use serde_json::Value;

use crate::bundle::{docker, oci};
use crate::command::{Ended, Shell};
use crate::fixture_tar::pack;
use crate::raw_tar::RawTar;
use crate::reading::options;

/// What happens at one call.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Error,
    Interrupted,
    None,
}

/// Reads a few bytes at a time; one call fails.
struct Failing {
    bytes: io::Cursor<Vec<u8>>,
    /// Calls until the fault.
    left: usize,
    fault: Fault,
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let is_now = self.left == 0;
        self.left = self.left.wrapping_sub(1);
        match self.fault {
            Fault::Error if is_now => return Err(io::Error::other("the disk is on fire")),
            Fault::Interrupted if is_now => return Err(io::ErrorKind::Interrupted.into()),
            _ => {}
        }
        // An odd number, so that every header is cut somewhere.
        let most = buffer.len().min(511);
        self.bytes.read(&mut buffer[..most])
    }
}

fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let one = RawTar::default()
        .dir("etc/")
        .file("etc/a", vec![b'1'; 2000])
        .pax(b'x', &[("path", "long/".repeat(60).as_bytes())])
        .file("cut", "two")
        .hard_link("again", "etc/a")
        .end();
    let two = RawTar::default().file("etc/.wh.a", "").end();
    let packed = |compression| oci(&[&one], &[&pack(&one, compression)]).tar();
    let plain = docker(&[&one, &two]).tar();
    vec![
        ("gzip layer", packed(Compression::Gzip)),
        ("zstd layer", packed(Compression::Zstd)),
        ("gzip around it", pack(&plain, Compression::Gzip)),
        ("zstd around it", pack(&plain, Compression::Zstd)),
        ("plain", plain),
    ]
}

fn load(bytes: &[u8], left: usize, fault: Fault) -> Result<Archive, Error> {
    let stream = Failing {
        bytes: io::Cursor::new(bytes.to_vec()),
        left,
        fault,
    };
    let input = Input::Stream(Box::new(stream));
    read(input, &options(), &Cancel::default(), &|_| ())
}

#[test]
fn a_read_that_fails_at_any_call_is_an_error_and_an_interrupted_one_is_repeated() {
    for (what, bytes) in archives() {
        let whole = load(&bytes, 0, Fault::None).expect("an image").image;
        // One call more finds the end.
        for call in 0..=bytes.len() / 511 {
            let image = load(&bytes, call, Fault::Interrupted);
            let image = image.unwrap_or_else(|error| panic!("{what}, call {call}: {error}"));
            assert_eq!(image.image.size(), whole.size(), "{what}, call {call}");
            assert_eq!(
                image.image.tree.len(),
                whole.tree.len(),
                "{what}, call {call}"
            );
            assert_eq!(image.image.warnings, whole.warnings, "{what}, call {call}");
            // What comes after the zeros that end an archive is not needed.
            let failed = load(&bytes, call, Fault::Error);
            match failed {
                Ok(image) => {
                    assert_eq!(image.image.size(), whole.size(), "{what}, call {call}");
                    assert_eq!(
                        image.image.tree.len(),
                        whole.tree.len(),
                        "{what}, call {call}"
                    );
                }
                Err(error) => {
                    let text = format!("{error:?}");
                    assert!(text.contains("on fire"), "{what}, call {call}: {text}");
                }
            }
        }
    }
}

/// Runs with files that cannot grow beyond so many kibibytes: the system refuses the write that would cross it.
fn limited(shell: &Shell, kibibytes: u64, line: &str) -> Ended {
    let script = format!("trap '' XFSZ; ulimit -f {kibibytes}; exec dive-rs {line}");
    shell.program("bash", &["-c", &script])
}

fn names(shell: &Shell) -> Vec<String> {
    let entries = std::fs::read_dir(shell.path()).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("ours")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
#[cfg(target_os = "linux")]
fn a_write_that_fails_at_any_place_leaves_nothing_half_written() {
    let noise: Vec<u8> = (0..30_000_u32)
        .flat_map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes())
        .collect();
    let files = (0..8).fold(RawTar::default(), |tar, at| {
        tar.file(format!("d/{at}"), &noise[..4000 * at])
    });
    let layer = files.file("large", &noise).end();
    let archive = oci(&[&layer], &[&pack(&layer, Compression::Gzip)]).tar();
    for kibibytes in [0, 1, 2, 4, 8, 12, 16, 24, 32, 64, 96, 112, 120, 256] {
        let shell = Shell::new()
            .file("image.tar", &archive)
            .env("XDG_CACHE_HOME", "/dev/null/none");
        let before = names(&shell);
        let extracted = limited(&shell, kibibytes, "extract image.tar / new");
        match extracted.code {
            Some(0) => {
                let large = std::fs::read(shell.path().join("new/large")).expect("written");
                assert!(large == noise, "{kibibytes}");
                std::fs::remove_dir_all(shell.path().join("new")).expect("ours");
            }
            code => assert_eq!(code, Some(2), "{kibibytes}: {extracted}"),
        }
        assert_eq!(names(&shell), before, "{kibibytes}: {extracted}");

        let reported = limited(&shell, kibibytes, "--json report.json image.tar");
        match reported.code {
            Some(0) => {
                let json: Value = serde_json::from_str(&shell.read("report.json")).expect("whole");
                assert!(json.is_object());
                std::fs::remove_file(shell.path().join("report.json")).expect("ours");
            }
            code => assert_eq!(code, Some(2), "{kibibytes}: {reported}"),
        }
        assert_eq!(names(&shell), before, "{kibibytes}: {reported}");

        // A stream's contents are kept in a file without a name.
        let piped = limited(&shell, kibibytes, "cat - /large < image.tar | sha256sum");
        let whole = limited(&shell, 4096, "cat image.tar /large | sha256sum");
        assert!(
            piped.stdout == whole.stdout || piped.stderr.contains("error: "),
            "{kibibytes}: {piped}"
        );
    }
}

/// A cached index that could not be written whole is none.
#[test]
#[cfg(target_os = "linux")]
fn a_cache_that_cannot_be_written_changes_no_result() {
    let layer = (0..2000).fold(RawTar::default(), |tar, at| {
        tar.file(format!("folder/{at}"), "content")
    });
    let layer = layer.end();
    let archive = oci(&[&layer], &[&pack(&layer, Compression::Gzip)]).tar();
    let expected = Shell::new()
        .file("image.tar", &archive)
        .run("ls --no-cache image.tar");
    assert_eq!(expected.code, Some(0), "{expected}");
    for kibibytes in [0, 1, 2, 4, 8, 16, 32, 64] {
        let shell = Shell::new().file("image.tar", &archive);
        for limit in [kibibytes, 4096] {
            let listed = limited(&shell, limit, "ls image.tar");
            assert_eq!(listed.code, Some(0), "{kibibytes}: {listed}");
            assert_eq!(listed.stdout, expected.stdout, "{kibibytes}");
        }
    }
}
