//! Reads that fail, come short or are interrupted, and writes that fail, each at every place in turn: the result is right or an error, and nothing is left
//! half-written.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dive_rs::analysis::BaseHint;
use dive_rs::archive::{Archive, Cancel, Error, Input, Piece, ReadAt, read};
use dive_rs::bytes::Units;
use dive_rs::ci::{RuleOptions, Rules, judge};
#[cfg(target_os = "linux")]
use dive_rs::image::Compression;
use dive_rs::report::{Facts, Format, ImageFacts};

use crate::bundle::docker;
#[cfg(target_os = "linux")]
use crate::bundle::oci;
#[cfg(target_os = "linux")]
use crate::command::{Ended, Shell};
#[cfg(target_os = "linux")]
use crate::fixture_tar::pack;
use crate::hostile::compressed;
use crate::packages::{content_analysis, debian};
use crate::raw_tar::RawTar;
use crate::reading::{account, options};

/// What happens at one call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Error,
    Interrupted,
    /// One byte comes, or is taken.
    Short,
    None,
}

impl Fault {
    /// Returns how many bytes a call may have.
    fn strike(self, most: usize) -> io::Result<usize> {
        match self {
            Self::Error => Err(io::Error::other("the disk is on fire")),
            Self::Interrupted => Err(io::ErrorKind::Interrupted.into()),
            Self::Short => Ok(most.min(1)),
            Self::None => Ok(most),
        }
    }
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
        // An odd number, so that every header is cut somewhere.
        let mut most = buffer.len().min(511);
        if is_now {
            most = self.fault.strike(most)?;
        }
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
    compressed(&one, docker(&[&one, &two]).tar())
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

/// Bytes in memory; one call fails.
#[derive(Debug)]
struct FailingAt {
    bytes: Vec<u8>,
    /// Calls so far.
    calls: AtomicUsize,
    /// The call that fails.
    call: usize,
    fault: Fault,
}

impl ReadAt for FailingAt {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let is_now = self.calls.fetch_add(1, Ordering::Relaxed) == self.call;
        let most = if is_now {
            self.fault.strike(buffer.len())?
        } else {
            buffer.len()
        };
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let mut left = self.bytes.get(start..).unwrap_or_default();
        left.read(&mut buffer[..most])
    }

    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }
}

/// Reads an image, the contents of its files, and compares it with another; returns what that finds.
fn explore(bytes: &Arc<FailingAt>, other: &Archive) -> Result<String, Error> {
    let input = Input::At(Arc::clone(bytes) as Arc<dyn ReadAt>);
    let archive = read(input, &options(), &Cancel::default(), &|_| ())?;
    let image = &archive.image;
    let mut found = account(image);
    for layer in image.layer_ids() {
        let entries = image.layer(layer).changes.entries.iter();
        let files = entries.map(|(_, entry)| image.entry(*entry));
        let mut offsets: Vec<u64> = files
            .filter(|entry| entry.size > 0)
            .map(dive_rs::image::Entry::offset)
            .collect();
        offsets.sort_unstable();
        offsets.dedup();
        let each = |_, piece: Piece<'_>| {
            if let Piece::Bytes(bytes) = piece {
                found.push_str(&String::from_utf8_lossy(bytes));
            }
            Ok(true)
        };
        archive
            .layers
            .read(layer, &offsets, &Cancel::default(), each)?;
    }
    let comparison = dive_rs::compare_archives(other, &archive)?;
    let _ = write!(found, "{:?}", comparison.counts);
    Ok(found)
}

#[test]
fn a_read_that_fails_at_any_place_of_a_file_is_an_error_or_repeated() {
    let other = RawTar::default().file("etc/a", vec![b'3'; 2000]).end();
    let other = crate::reading::seekable(&docker(&[&other]).tar(), &options()).expect("an image");
    for (what, bytes) in archives() {
        let run = |call, fault| {
            let bytes = Arc::new(FailingAt {
                bytes: bytes.clone(),
                calls: AtomicUsize::new(0),
                call,
                fault,
            });
            let found = explore(&bytes, &other);
            // Whoever still reads still has the bytes.
            assert_eq!(Arc::strong_count(&bytes), 1, "{what}, call {call}");
            (found, bytes.calls.load(Ordering::Relaxed))
        };
        let (whole, calls) = run(0, Fault::None);
        let whole = whole.expect("an image");
        assert!(calls > 2, "{what}: {calls}");
        for call in 0..calls {
            for fault in [Fault::Interrupted, Fault::Short] {
                let found = run(call, fault).0;
                let found = found.unwrap_or_else(|error| panic!("{what}, call {call}: {error}"));
                assert_eq!(found, whole, "{what}, call {call}, {fault:?}");
            }
            match run(call, Fault::Error).0 {
                Ok(found) => assert_eq!(found, whole, "{what}, call {call}"),
                Err(error) => {
                    let text = format!("{error:?}");
                    assert!(text.contains("on fire"), "{what}, call {call}: {text}");
                }
            }
        }
    }
}

/// Takes bytes; one call fails.
struct FailingWrite {
    taken: Vec<u8>,
    calls: usize,
    call: usize,
    fault: Fault,
}

impl Write for FailingWrite {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_now = self.calls == self.call;
        self.calls += 1;
        let count = if is_now {
            self.fault.strike(bytes.len())?
        } else {
            bytes.len()
        };
        self.taken.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_write_that_fails_at_any_call_is_the_error_of_the_report() {
    let (image, analysis, content) = content_analysis(&debian(), &BaseHint::default());
    let (rules, _) = Rules::merge(&RuleOptions::default()).expect("rules");
    let verdict = judge(&rules, &image, &analysis, None, None, None);
    let facts = ImageFacts {
        image: &image,
        analysis: &analysis,
        content_analysis: Some(&content),
        selection: None,
        query: "",
        changes: true,
        verdict: Some(&verdict),
        rules: Some(&rules),
        growth: None,
        source: "image.tar",
        transfer: None,
        vulnerabilities: None,
        units: Units::Si,
    };
    for format in Format::ALL {
        let run = |call, fault| {
            let out = FailingWrite {
                taken: Vec::new(),
                calls: 0,
                call,
                fault,
            };
            // As every report is written.
            let mut out = BufWriter::new(out);
            let written = format.write(Facts::One(&facts), false, &mut out);
            let written = written.and_then(|()| out.flush());
            (written, out.into_parts().0)
        };
        let (written, whole) = run(0, Fault::None);
        written.expect("memory takes all");
        for call in 0..whole.calls {
            for fault in [Fault::Interrupted, Fault::Short] {
                let (written, out) = run(call, fault);
                let written = written.map(|()| out.taken == whole.taken);
                assert!(written.expect("repeated"), "{format:?}, call {call}");
            }
            let (written, out) = run(call, Fault::Error);
            let error = written.expect_err("the call failed");
            assert!(error.to_string().contains("on fire"), "{format:?}: {error}");
            assert!(whole.taken.starts_with(&out.taken), "{format:?} {call}");
        }
    }
}

/// Runs with files that cannot grow beyond so many kibibytes: the system refuses the write that would cross it.
#[cfg(target_os = "linux")]
fn limited(shell: &Shell, kibibytes: u64, line: &str) -> Ended {
    let script = format!("trap '' XFSZ; ulimit -f {kibibytes}; exec dive-rs {line}");
    shell.program("bash", &["-c", &script])
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
        let before = shell.names();
        let extracted = limited(&shell, kibibytes, "extract image.tar / new");
        match extracted.code {
            Some(0) => {
                let large = std::fs::read(shell.path().join("new/large")).expect("written");
                assert!(large == noise, "{kibibytes}");
                std::fs::remove_dir_all(shell.path().join("new")).expect("ours");
            }
            code => assert_eq!(code, Some(2), "{kibibytes}: {extracted}"),
        }
        assert_eq!(shell.names(), before, "{kibibytes}: {extracted}");

        let reported = limited(&shell, kibibytes, "--json report.json image.tar");
        match reported.code {
            Some(0) => {
                let json: serde_json::Value =
                    serde_json::from_str(&shell.read("report.json")).expect("whole");
                assert!(json.is_object());
                std::fs::remove_file(shell.path().join("report.json")).expect("ours");
            }
            code => assert_eq!(code, Some(2), "{kibibytes}: {reported}"),
        }
        assert_eq!(shell.names(), before, "{kibibytes}: {reported}");

        // A stream's contents are kept in a file without a name.
        let piped = limited(&shell, kibibytes, "cat - /large < image.tar | sha256sum");
        let whole = limited(&shell, 4096, "cat image.tar /large | sha256sum");
        assert!(
            piped.stdout == whole.stdout || piped.stderr.contains("error: "),
            "{kibibytes}: {piped}"
        );
    }
}

/// A cached index that was written incompletely is ignored.
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
