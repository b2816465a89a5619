//! Packages and the owner of each byte: images with package databases, described in code, and this machine's own database.

use std::collections::HashMap;
use std::io::Cursor;

use dive_rs::analysis::needed_files::{ExtractedData, NeededFile, needed_files};
use dive_rs::analysis::packages::{Packages, find};
use dive_rs::analysis::{Analysis, BaseHint, ContentAnalysis};
use dive_rs::compare::{PackageStep, Sides, package_changes};
use dive_rs::image::Image;

use crate::fixture::{Content, ImageBuilder};

/// Returns the packages of an image.
pub fn installed(builder: &ImageBuilder) -> (Image, Packages) {
    let (image, needed_files, extracted) = read(builder);
    let packages = find(&image, &needed_files, &extracted);
    (image, packages)
}

/// Returns the content analysis of an image.
pub fn content_analysis(
    builder: &ImageBuilder,
    hint: &BaseHint,
) -> (Image, Analysis, ContentAnalysis) {
    let (image, needed_files, extracted) = read(builder);
    let analysis = Analysis::of(&image, hint);
    let content_analysis = ContentAnalysis::of(
        &image,
        &analysis,
        (&needed_files, &extracted),
        &HashMap::new(),
    );
    (image, analysis, content_analysis)
}

/// Reads the files that the analysis needs straight from the description.
fn read(builder: &ImageBuilder) -> (Image, Vec<NeededFile>, Vec<Option<ExtractedData>>) {
    let image = builder.image();
    let needed_files = needed_files(&image);
    let extract = |file: &NeededFile| -> Option<ExtractedData> {
        // The path that stores it: a hard link may name it elsewhere.
        let entries = image.layer(file.layer).changes.entries.iter();
        let own = entries.copied().find(|(_, entry)| *entry == file.entry);
        let path = image.tree.path(own.map_or(file.node, |(node, _)| node));
        let records = &builder.layers[file.layer.index()].records;
        let record = records
            .iter()
            .rev()
            .find(|record| path[1..] == *record.path)
            .expect("what is wanted is there");
        match &record.content {
            Content::File(bytes) => file.extract(Cursor::new(bytes)),
            _ => None,
        }
    };
    let extracted: Vec<Option<ExtractedData>> = needed_files.iter().map(extract).collect();
    (image, needed_files, extracted)
}

/// Returns one line per package: kind, name, version, layer, bytes, files.
pub fn lines(packages: &Packages) -> Vec<String> {
    let line = |package: &dive_rs::analysis::packages::Package| {
        format!(
            "{} {} {} layer {} {} B {}",
            package.kind.name(),
            package.name,
            package.version,
            package.layer.index() + 1,
            package.bytes,
            package.files
        )
    };
    packages.list.iter().map(line).collect()
}

fn owner<'a>(image: &Image, packages: &'a Packages, path: &str) -> Option<&'a str> {
    let node = image.tree.find(path.as_bytes()).expect("it is there");
    let id = packages.package_of(node)?;
    Some(&packages.get(id).name)
}

const STATUS: &str = "\
Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
Description: GNU Bourne Again SHell
 Bash is an sh-compatible command language interpreter.
Conffiles:
 /etc/bash.bashrc 3fc2f7d4b5a5c8b1a4e1c4a8d1f2c3b4

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: dpkg
Status: install ok installed
Architecture: amd64
Version: 1.21.22

Package: libc6
Status: install ok installed
Architecture: i386
Multi-Arch: same
Version: 2.36-9
";

/// A Debian whose `/bin` is a link, as in every release since bookworm.
pub fn debian() -> ImageBuilder {
    ImageBuilder::new("debian")
        .layer("FROM debian", |layer| {
            layer
                .symlink("bin", "usr/bin")
                .filled("usr/bin/bash", 1000, 1)
                .filled("usr/bin/sh.distrib", 50, 2)
                .filled("usr/bin/sh", 70, 3)
                .filled("lib/libc.so.6", 400, 4)
                .filled("etc/bash.bashrc", 30, 5)
                .filled("etc/hostname", 7, 6)
                .file("var/lib/dpkg/status", STATUS)
                .file(
                    "var/lib/dpkg/diversions",
                    "/bin/sh\n/bin/sh.distrib\ndpkg\n",
                )
                .file(
                    "var/lib/dpkg/info/bash.list",
                    "/.\n/bin\n/bin/bash\n/bin/sh\n/etc\n/etc/bash.bashrc\n/usr/share/doc/bash/gone\n",
                )
                .file("var/lib/dpkg/info/dpkg.list", "/bin/sh\n")
                .file("var/lib/dpkg/info/libc6:i386.list", "/lib/libc.so.6\n")
        })
        .layer("COPY etc /etc", |layer| {
            layer
                .filled("etc/bash.bashrc", 31, 7)
                .filled("app/main", 90, 8)
        })
        .layer("RUN chmod 600 /lib/libc.so.6", |layer| {
            layer.filled("lib/libc.so.6", 400, 4).mode(0o600)
        })
}

#[test]
fn debians_packages_own_their_files_through_links_and_diversions() {
    let (image, packages) = installed(&debian());
    let expected = [
        "dpkg bash 5.2.15-2+b7 layer 1 1050 B 2",
        "dpkg dpkg 1.21.22 layer 1 70 B 1",
        "dpkg libc6:i386 2.36-9 layer 1 400 B 1",
    ];
    assert_eq!(lines(&packages), expected);
    assert_eq!(owner(&image, &packages, "/usr/bin/sh"), Some("dpkg"));
    assert_eq!(
        owner(&image, &packages, "/usr/bin/sh.distrib"),
        Some("bash")
    );
    // chmod keeps the owner; other content does not.
    assert_eq!(
        owner(&image, &packages, "/lib/libc.so.6"),
        Some("libc6:i386")
    );
    assert_eq!(owner(&image, &packages, "/etc/bash.bashrc"), None);
}

#[test]
fn every_byte_has_an_owner_or_none() {
    let (image, packages) = installed(&debian());
    assert_eq!(owner(&image, &packages, "/usr/bin/bash"), Some("bash"));
    // Whether its own layers or its base store a file is another question.
    for path in ["/etc/bash.bashrc", "/app/main", "/etc/hostname"] {
        assert_eq!(owner(&image, &packages, path), None, "{path}");
    }
}

#[test]
fn distroless_keeps_one_file_a_package() {
    let image = ImageBuilder::new("distroless").layer("", |layer| {
        layer
            .file(
                "var/lib/dpkg/status.d/tzdata",
                "Package: tzdata\nVersion: 2024a-0\nArchitecture: all\n",
            )
            .file(
                "var/lib/dpkg/status.d/tzdata.md5sums",
                "d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n",
            )
            .filled("usr/share/zoneinfo/UTC", 114, 1)
    });
    let (_, packages) = installed(&image);
    assert_eq!(lines(&packages), ["dpkg tzdata 2024a-0 layer 1 114 B 1"]);
}

/// An Alpine's database before and after `apk add`, shortened.
const ALPINE: &str = "C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:busybox\nV:1.36.1-r29\nA:x86_64\nF:bin\nR:busybox\na:0:0:755\nZ:Q1Fm\nF:etc\nR:securetty\n\n";
const ADDED: &str = "P:curl\nV:8.9.1-r1\nF:usr/bin\nR:curl\n\n";

#[test]
fn alpines_packages_are_in_the_layer_that_added_them() {
    for database in ["lib/apk/db/installed", "usr/lib/apk/db/installed"] {
        let image = ImageBuilder::new("alpine")
            .layer("FROM alpine", |layer| {
                layer
                    .filled("bin/busybox", 800, 1)
                    .filled("etc/securetty", 20, 2)
                    .file(database, ALPINE)
            })
            .layer("RUN apk add curl && touch /etc/securetty", |layer| {
                layer
                    .filled("usr/bin/curl", 250, 3)
                    .filled("etc/securetty", 20, 2)
                    .file(database, format!("{ALPINE}{ADDED}"))
            });
        let (_, packages) = installed(&image);
        let expected = [
            "apk busybox 1.36.1-r29 layer 1 820 B 2",
            "apk curl 8.9.1-r1 layer 2 250 B 1",
        ];
        assert_eq!(lines(&packages), expected);
    }
}

#[cfg(unix)]
#[test]
fn contents_lost_from_a_stream_are_reported() {
    use crate::fixture_tar::{Docker, docker_save, pack};
    use dive_rs::image::Compression;
    use dive_rs::load::{Cancel, Request, load};
    let archive = pack(&docker_save(&debian(), Docker::New), Compression::Gzip);
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("debian.tar.gz");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let analysed = |keep_contents| {
        let request = Request {
            reference: pipe.to_str().expect("text").to_owned(),
            keep_contents,
            ..Request::default()
        };
        let (pipe, archive) = (pipe.clone(), archive.clone());
        std::thread::spawn(move || std::fs::write(pipe, archive));
        let cancel = Cancel::default();
        let loaded = load(&request, &cancel, |_| ()).expect("an image");
        let analysis = Analysis::of(&loaded.image, &BaseHint::default());
        let content_analysis = loaded.content_analysis(&analysis, &cancel, |_, _| {});
        content_analysis.expect("a content analysis").packages
    };
    let kept = analysed(true);
    assert_eq!((kept.list.len(), kept.notes.len()), (3, 0));
    let gone = analysed(false);
    assert_eq!(gone.list.len(), 0);
    let printed = "layers 1, 2, 3 were not kept (no disk space): their packages are unknown";
    assert!(
        gone.notes.iter().any(|note| note == printed),
        "{:?}",
        gone.notes
    );
}

#[test]
fn an_unreadable_rpm_database_is_reported() {
    let image = ImageBuilder::new("fedora")
        .layer("", |layer| layer.file("var/lib/rpm/rpmdb.sqlite", "SQLite"));
    let (_, packages) = installed(&image);
    assert_eq!(packages.list.len(), 0);
    let notes = ["/var/lib/rpm/rpmdb.sqlite: rpm database not read"];
    assert_eq!(packages.notes, notes);
}

#[test]
fn packages_of_languages_own_their_folders() {
    let package = |name: &str| format!("{{\"name\":\"{name}\",\"version\":\"1.0.0\"}}");
    let record = "requests/__init__.py,sha256=x,40\n\"requests/a,b.py\",,\n../../../bin/requests,,\nrequests-2.31.0.dist-info/METADATA,,\n";
    let image = ImageBuilder::new("app").layer("COPY . .", |layer| {
        layer
            .file("app/package.json", package("mine"))
            .file("app/node_modules/express/package.json", package("express"))
            .filled("app/node_modules/express/index.js", 100, 1)
            .file("app/node_modules/express/lib/package.json", package("inner"))
            .file("app/node_modules/express/node_modules/ms/package.json", package("ms"))
            .file("app/node_modules/@types/node/package.json", package("@types/node"))
            .file("usr/lib/python3.11/requests-2.31.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\n\nName: not this\n")
            .file("usr/lib/python3.11/requests-2.31.0.dist-info/RECORD", record)
            .filled("usr/lib/python3.11/requests/__init__.py", 40, 2)
            .filled("usr/lib/python3.11/requests/a,b.py", 5, 2)
            .filled("bin/requests", 7, 3)
            .file("usr/lib/ruby/specifications/rake-13.0.6.gemspec", "Gem::Specification.new do |s|\n  s.name = \"rake\".freeze\n  s.version = \"13.0.6\"\n")
            .filled("usr/lib/ruby/gems/rake-13.0.6/lib/rake.rb", 900, 4)
            .filled("usr/lib/ruby/cache/rake-13.0.6.gem", 300, 5)
            .file("app/lib/commons-io-2.11.0.jar", "not an archive")
    });
    let (image, packages) = installed(&image);
    let expected = [
        "npm @types/node 1.0.0 layer 1 40 B 1",
        "npm express 1.0.0 layer 1 170 B 3",
        "npm ms 1.0.0 layer 1 31 B 1",
        "python requests 2.31.0 layer 1 235 B 5",
        "gem rake 13.0.6 layer 1 1278 B 3",
        "java commons-io 2.11.0 layer 1 14 B 1",
    ];
    assert_eq!(lines(&packages), expected);
    assert_eq!(owner(&image, &packages, "/bin/requests"), Some("requests"));
    assert_eq!(owner(&image, &packages, "/app/package.json"), None);
}

/// This machine's own packages, if it is a Debian: the list of `dpkg-query`, and every byte of some of them.
#[test]
#[cfg(unix)]
fn a_real_debian_matches_dpkg() {
    use std::fs;
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    use std::path::Path;

    let format = "-f=${db:Status-Status}\t${Package}\t${Version}\n";
    let Ok(printed) = std::process::Command::new("dpkg-query")
        .args(["-W", format])
        .output()
    else {
        return;
    };
    let printed = String::from_utf8(printed.stdout).expect("names of packages");
    let installed_here = printed
        .lines()
        .filter_map(|line| line.strip_prefix("installed\t"));
    let mut expected: Vec<String> = installed_here.map(str::to_owned).collect();
    expected.sort();

    let weighed = ["bash", "coreutils", "dpkg", "grep"];
    let mut sizes = weighed.map(|_| 0);
    let database = Path::new("/var/lib/dpkg");
    let builder = ImageBuilder::new("here").layer("FROM here", |mut layer| {
        for top in ["bin", "sbin", "lib", "lib64"] {
            if let Ok(target) = fs::read_link(Path::new("/").join(top)) {
                layer = layer.symlink(top, target.as_os_str().as_bytes());
            }
        }
        for name in ["status", "diversions"] {
            let text = fs::read(database.join(name)).expect("a database");
            layer = layer.file(format!("var/lib/dpkg/{name}"), text);
        }
        for list in fs::read_dir(database.join("info")).expect("a database") {
            let name = list.expect("a database").file_name().into_vec();
            let Some(package) = name.strip_suffix(b".list") else {
                continue;
            };
            let path = database
                .join("info")
                .join(std::ffi::OsStr::from_bytes(&name));
            let text = fs::read(path).expect("a database");
            if let Some(at) = weighed.iter().position(|one| one.as_bytes() == package) {
                for line in text.split(|&byte| byte == b'\n') {
                    let path = Path::new(std::ffi::OsStr::from_bytes(line));
                    let Ok(about) = fs::symlink_metadata(path) else {
                        continue;
                    };
                    if about.is_file() {
                        sizes[at] += about.len();
                        let real = fs::canonicalize(path).expect("it is there");
                        let real = &real.as_os_str().as_bytes()[1..];
                        layer = layer.filled(real, about.len(), 1);
                    }
                }
            }
            layer = layer.file([b"var/lib/dpkg/info/".as_slice(), &name].concat(), text);
        }
        layer
    });
    let (_, packages) = installed(&builder);
    let named = packages.list.iter().map(|package| {
        let name = package.name.split(':').next().expect("a name");
        format!("{name}\t{}", package.version)
    });
    let mut found: Vec<String> = named.collect();
    found.sort();
    assert_eq!(found, expected);
    for (name, size) in weighed.iter().zip(sizes) {
        let package = packages.list.iter().find(|package| package.name == *name);
        assert_eq!(package.map(|package| package.bytes), Some(size), "{name}");
    }
}

#[test]
fn packages_are_added_removed_and_changed() {
    let stanzas = |list: &[(&str, &str)]| {
        let stanza = |(name, version): &(&str, &str)| {
            format!("Package: {name}\nStatus: install ok installed\nVersion: {version}\n\n")
        };
        let text: String = list.iter().map(stanza).collect();
        let image =
            ImageBuilder::new("debian").layer("", |layer| layer.file("var/lib/dpkg/status", text));
        installed(&image).1
    };
    let before = stanzas(&[
        ("curl", "7.88.1-10"),
        ("gone", "1"),
        ("libc6", "2.36-9"),
        ("up", "1.9"),
    ]);
    let after = stanzas(&[
        ("curl", "7.88.1-10"),
        ("libc6", "2.36~rc1-9"),
        ("new", "1"),
        ("up", "1.10"),
    ]);
    let both = Sides::new(&before, &after);
    let changes = package_changes(both);
    let printed: Vec<(PackageStep, &str)> = changes
        .list
        .iter()
        .map(|change| {
            let sides = change.of(both);
            let package = sides.before.or(sides.after).expect("one of them");
            (change.step, package.name.as_str())
        })
        .collect();
    let expected = [
        (PackageStep::Removed, "gone"),
        (PackageStep::Downgraded, "libc6"),
        (PackageStep::Added, "new"),
        (PackageStep::Upgraded, "up"),
    ];
    assert_eq!((printed.as_slice(), changes.same), (expected.as_slice(), 1));
}
