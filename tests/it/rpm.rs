//! rpm databases written by the real `rpm` and Berkeley DB, compared with `rpm -qa`, and damaged ones. SUSE's format is written here, since Debian's
//! `rpm` cannot write it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::fixture::ImageBuilder;
use crate::packages::{installed, lines};

const ONE: &str = "\
Name: one
Version: 1.0
Release: 1
Summary: one
License: MIT
BuildArch: noarch
%description
%install
mkdir -p %{buildroot}/usr/share/one
echo one > %{buildroot}/usr/share/one/a
echo two > %{buildroot}/usr/share/one/b
%files
/usr/share/one
";
/// A package whose header does not fit on a page.
const MANY: &str = "\
Name: many
Epoch: 2
Version: 3.1
Release: 4.el9
Summary: many
License: MIT
BuildArch: noarch
%description
%install
mkdir -p %{buildroot}/opt/many
for i in $(seq 900); do echo $i > %{buildroot}/opt/many/file-number-$i; done
%files
/opt/many
";
/// This many more packages, so that the B-tree has inner pages.
const MORE: usize = 12;

/// Packages that the real rpm built.
struct Built {
    folder: TempDir,
    /// The packages' files.
    built: Vec<PathBuf>,
}

/// Runs a program; returns nothing when it is not installed.
fn run(program: &str, args: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new(program);
    let done = command.args(args).stdin(Stdio::null()).output().ok()?;
    let printed = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program} {args:?}: {printed}");
    Some(done.stdout)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

impl Built {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let top = format!("_topdir {}", text(folder.path()));
        let more = |at| {
            format!(
                "%package -n more-{at}\nSummary: more\n%description -n more-{at}\n%files -n more-{at}\n"
            )
        };
        let more: String = (0..MORE).map(more).collect();
        for spec in [format!("{ONE}{more}"), MANY.to_owned()] {
            let file = folder.path().join("package.spec");
            fs::write(&file, spec).expect("room for a test");
            let args = ["--quiet", "-bb", "--define", &top, text(&file)];
            if run("rpmbuild", &args).is_none() {
                crate::engines::skip("rpm is not installed");
                return None;
            }
        }
        let built = fs::read_dir(folder.path().join("RPMS/noarch")).expect("packages");
        let built = built.map(|file| file.expect("a package").path());
        let mut built: Vec<PathBuf> = built.collect();
        built.sort();
        Some(Self { folder, built })
    }

    fn packages(&self) -> impl Iterator<Item = Vec<u8>> {
        self.built
            .iter()
            .map(|file| fs::read(file).expect("a package"))
    }

    /// Returns rpm's database of all packages, and rpm's list of them.
    fn sqlite(&self) -> (Vec<u8>, Vec<String>) {
        let place = self.folder.path().join("database");
        fs::create_dir(&place).expect("room for a test");
        let common = ["--dbpath", text(&place), "--define", "_db_backend sqlite"];
        let install = ["-i", "--justdb", "--nodeps", "--ignoreos"];
        let files: Vec<&str> = self.built.iter().map(|file| text(file)).collect();
        run("rpm", &[common.as_slice(), &install, &files].concat()).expect("rpm");
        let format = "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\n";
        let printed = run(
            "rpm",
            &[common.as_slice(), &["-qa", "--qf", format]].concat(),
        );
        let printed = String::from_utf8(printed.expect("rpm")).expect("names of packages");
        let mut printed: Vec<String> = printed.lines().map(str::to_owned).collect();
        printed.sort();
        let file = place.join("rpmdb.sqlite");
        (fs::read(file).expect("a database"), printed)
    }

    /// Returns all headers in SUSE's format: a page of slots, then blobs in blocks of 16 bytes.
    fn ndb(&self) -> Vec<u8> {
        let numbers = |numbers: [u32; 3]| numbers.map(u32::to_le_bytes).concat();
        let mut slots = [b"RpmP".as_slice(), &numbers([0, 1, 1]), &[0; 16]].concat();
        let mut blobs = Vec::new();
        for (index, package) in (1..).zip(self.packages()) {
            let header = header(&package);
            let len = u32::try_from(header.len()).expect("a length");
            let block = u32::try_from((4096 + blobs.len()) / 16).expect("a place");
            slots.extend([b"Slot".as_slice(), &numbers([index, block, len / 16 + 2])].concat());
            blobs.extend([b"BlbS".as_slice(), &numbers([index, 7, len]), header].concat());
            blobs.resize(blobs.len().next_multiple_of(16), 0);
        }
        while slots.len() < 4096 {
            slots.extend([b"Slot".as_slice(), &numbers([0, 0, 0])].concat());
        }
        slots.extend(blobs);
        slots
    }

    /// Returns Berkeley DB's database of all headers, as rpm stores them.
    fn berkeley(&self) -> Option<Vec<u8>> {
        let mut load = "VERSION=3\nformat=bytevalue\ntype=hash\nHEADER=END\n".to_owned();
        let hex = |bytes: &[u8]| {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            digits.collect::<String>()
        };
        // rpm stores the last number at key 0.
        load.push_str(" 00000000\n 02000000\n");
        for (at, package) in (1_u32..).zip(self.packages()) {
            let key = hex(&at.to_le_bytes());
            load = format!("{load} {key}\n {}\n", hex(header(&package)));
        }
        load.push_str("DATA=END\n");
        let file = self.folder.path().join("Packages");
        let mut command = Command::new("db5.3_load");
        let Ok(mut child) = command.arg(&file).stdin(Stdio::piped()).spawn() else {
            crate::engines::skip("Berkeley DB's tools are not installed");
            return None;
        };
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(load.as_bytes()).expect("it listens");
        drop(stdin);
        assert!(child.wait().expect("it ends").success());
        Some(fs::read(file).expect("a database"))
    }
}

/// Returns a package's header as stored in a database: without lead, signature and magic.
fn header(package: &[u8]) -> &[u8] {
    let number = |at: usize| {
        let four = package[at..at + 4].try_into().expect("four bytes");
        usize::try_from(u32::from_be_bytes(four)).expect("a length")
    };
    let len = |at: usize| 8 + 16 * number(at + 8) + number(at + 12);
    let signature = 96;
    let own = (signature + 8 + len(signature)).next_multiple_of(8);
    &package[own + 8..own + 8 + len(own)]
}

fn image(folder: &str, file: &str, database: &[u8]) -> ImageBuilder {
    ImageBuilder::new("fedora").layer("FROM fedora", |layer| {
        let layer = layer
            .file(format!("{folder}/{file}"), database)
            .filled("usr/share/one/a", 4, 1)
            .filled("usr/share/one/b", 5, 2);
        (1..=900).fold(layer, |layer, at| {
            layer.filled(format!("opt/many/file-number-{at}"), 10, 3)
        })
    })
}

/// Returns the expected result for all packages.
fn expected() -> Vec<String> {
    let more = |at| format!("rpm more-{at} 1.0-1 layer 1 0 B 0");
    let mut expected: Vec<String> = (0..MORE).map(more).collect();
    expected.push("rpm many 2:3.1-4.el9 layer 1 9000 B 900".to_owned());
    expected.push("rpm one 1.0-1 layer 1 9 B 2".to_owned());
    expected.sort();
    expected
}

#[test]
fn rpms_own_database_matches_rpm() {
    let Some(built) = Built::new() else { return };
    let (database, printed) = built.sqlite();
    let named = |line: &String| {
        let line = line.replace("rpm ", "");
        line.split(" layer").next().expect("a package").to_owned()
    };
    assert_eq!(printed, expected().iter().map(named).collect::<Vec<_>>());
    let inner = |page: &[u8]| page[0] == 5;
    assert!(database.chunks(4096).any(inner), "too few packages");
    holds("usr/lib/sysimage/rpm", "rpmdb.sqlite", &database);
    holds("usr/lib/sysimage/rpm", "Packages.db", &built.ndb());
}

#[test]
fn a_berkeley_database_matches_rpm() {
    let Some(database) = Built::new().and_then(|built| built.berkeley()) else {
        return;
    };
    holds("var/lib/rpm", "Packages", &database);
}

/// Checks that a database gives all packages, and a damaged one no others.
fn holds(folder: &str, file: &str, database: &[u8]) {
    let (_, packages) = installed(&image(folder, file, database));
    assert_eq!(lines(&packages), expected(), "{file}");
    assert_eq!(packages.notes, [""; 0], "{file}");
    damaged(folder, file, database);
}

/// Checks that every kind of damage gives packages or a note, never a panic.
fn damaged(folder: &str, file: &str, database: &[u8]) {
    let mut state = 0x9e37_79b9_u32;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        usize::try_from(state).expect("a number") % below
    };
    let looked_at = |bytes: &[u8]| {
        let (_, packages) = installed(&image(folder, file, bytes));
        assert!(packages.list.len() <= 2 * MORE);
    };
    for _ in 0..25 {
        let mut bytes = database.to_vec();
        for _ in 0..=random(20) {
            let at = random(bytes.len());
            bytes[at] = u8::try_from(random(256)).expect("a byte");
        }
        // Positions that point to all others.
        let at = random(512);
        bytes[at] ^= 1 << random(8);
        looked_at(&bytes);
        bytes.truncate(1 + random(database.len()));
        looked_at(&bytes);
    }
}
