//! Packages inside programs and Java archives: real sections in an ELF file made here, archives packed here.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};

use dive_rs::image::Compression as Packing;
use serde_json::Value;

use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, oci_archive};
use crate::packages::{debian, installed, lines};

/// The `.go.buildinfo` section of a program that Go 1.19.8 built from one file.
const GO_1_19: &[u8] = b"\xff Go buildinf:\x08\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08go1.19.8\xe5\x010w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6path\tcommand-line-arguments\nbuild\t-compiler=gc\nbuild\tCGO_ENABLED=1\nbuild\tCGO_CFLAGS=\nbuild\tCGO_CPPFLAGS=\nbuild\tCGO_CXXFLAGS=\nbuild\tCGO_LDFLAGS=\nbuild\tGOARCH=amd64\nbuild\tGOOS=linux\nbuild\tGOAMD64=v1\n\xf92C1\x86\x18 r\0\x82B\x10A\x16\xd8\xf2";

/// The frame around the module list in every Go program.
const FRAME: [&[u8]; 2] = [
    b"0w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6",
    b"\xf92C1\x86\x18 r\0\x82B\x10A\x16\xd8\xf2",
];

/// The load address of the programs made here.
const ADDRESS: u64 = 0x40_0000;

/// Returns a 64-bit ELF file with these sections in one segment, and the address of each.
fn elf(sections: &[(&str, &[u8])]) -> (Vec<u8>, Vec<u64>) {
    // Larger than the smallest program that the analysis reads.
    let mut bytes = vec![0; 200 << 10];
    let (mut names, mut table, mut starts) = (vec![0], vec![0; 64], Vec::new());
    let strings = (".shstrtab", Vec::new());
    let all = sections
        .iter()
        .map(|(name, content)| (*name, content.to_vec()));
    for (name, mut content) in all.chain([strings]) {
        let at = u32::try_from(names.len()).expect("few names");
        names.extend_from_slice(name.as_bytes());
        names.push(0);
        if name == ".shstrtab" {
            content.clone_from(&names);
        }
        let start = bytes.len() as u64;
        bytes.extend_from_slice(&content);
        bytes.resize(bytes.len().next_multiple_of(16), 0);
        starts.push(start);
        let kind: u32 = if name == ".shstrtab" { 3 } else { 1 };
        table.extend_from_slice(&at.to_le_bytes());
        table.extend_from_slice(&kind.to_le_bytes());
        table.extend_from_slice(&2_u64.to_le_bytes());
        table.extend_from_slice(&(ADDRESS + start).to_le_bytes());
        table.extend_from_slice(&start.to_le_bytes());
        table.extend_from_slice(&(content.len() as u64).to_le_bytes());
        table.extend_from_slice(&[0; 24]);
    }
    let end = bytes.len() as u64;
    let count = u16::try_from(table.len() / 64).expect("few sections");
    bytes.extend_from_slice(&table);
    let mut head = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0".to_vec();
    for word in [ADDRESS, 64, end] {
        head.extend_from_slice(&word.to_le_bytes());
    }
    head.extend_from_slice(&[0; 4]);
    for half in [64_u16, 56, 1, 64, count, count - 1] {
        head.extend_from_slice(&half.to_le_bytes());
    }
    head.extend_from_slice(b"\x01\0\0\0\x06\0\0\0");
    for word in [0, ADDRESS, ADDRESS, end, end, 4096] {
        head.extend_from_slice(&word.to_le_bytes());
    }
    bytes[..head.len()].copy_from_slice(&head);
    (bytes, starts)
}

fn program(bytes: &[u8]) -> Vec<String> {
    let image = ImageBuilder::new("app").layer("COPY app /app", |layer| {
        layer.file("app/program", bytes).mode(0o755)
    });
    lines(&installed(&image).1)
}

fn modules() -> Vec<u8> {
    let text = b"path\tgithub.com/acme/server/cmd\nmod\tgithub.com/acme/server\tv1.4.0\th1:x=\ndep\tgithub.com/google/uuid\tv1.6.0\th1:y=\ndep\tgithub.com/old/yaml\tv1.0.0\n=>\tgithub.com/new/yaml\tv1.2.0\th1:z=\nbuild\t-compiler=gc\n";
    [FRAME[0], text, FRAME[1]].concat()
}

#[test]
fn a_real_go_program_names_its_main_package_and_go_itself() {
    let (bytes, _) = elf(&[(".text", b"code"), (".go.buildinfo", GO_1_19)]);
    let expected = [
        format!(
            "go command-line-arguments go1.19.8 layer 1 {} B 1",
            bytes.len()
        ),
        "go stdlib 1.19.8 layer 1 0 B 0".to_owned(),
    ];
    assert_eq!(program(&bytes), expected);
}

#[test]
fn go_modules_are_read_in_both_formats() {
    let (version, modules) = (b"go1.17.13", modules());
    let byte = |number: usize| u8::try_from(number).expect("seven bits");
    let head = |flags: u8| [b"\xff Go buildinf:\x08", &[flags][..]].concat();
    let mut inline = head(2);
    inline.resize(32, 0);
    inline.push(byte(version.len()));
    inline.extend_from_slice(version);
    inline.extend_from_slice(&[byte(modules.len() & 0x7f) | 0x80, byte(modules.len() >> 7)]);
    inline.extend_from_slice(&modules);
    let (inline, _) = elf(&[(".go.buildinfo", &inline)]);

    // Before Go 1.18: two addresses, each of an address and a length.
    let words = [version.as_slice(), &modules];
    let (_, at) = elf(&[
        ("a", words[0]),
        ("b", words[1]),
        ("c", &[0; 16]),
        ("d", &[0; 16]),
    ]);
    let header = |place: usize| {
        let address = (ADDRESS + at[place]).to_le_bytes();
        [address, (words[place].len() as u64).to_le_bytes()].concat()
    };
    let address = |place: usize| (ADDRESS + at[place]).to_le_bytes();
    let info = [head(0), address(2).to_vec(), address(3).to_vec()].concat();
    let (pointers, _) = elf(&[
        ("a", words[0]),
        ("b", words[1]),
        ("c", &header(0)),
        ("d", &header(1)),
        (".go.buildinfo", &info),
    ]);
    for bytes in [inline, pointers] {
        let expected = [
            format!(
                "go github.com/acme/server v1.4.0 layer 1 {} B 1",
                bytes.len()
            ),
            "go github.com/google/uuid v1.6.0 layer 1 0 B 0".to_owned(),
            "go github.com/new/yaml v1.2.0 layer 1 0 B 0".to_owned(),
            "go stdlib 1.17.13 layer 1 0 B 0".to_owned(),
        ];
        assert_eq!(program(&bytes), expected);
    }
}

#[test]
fn an_auditable_rust_program_names_its_crates() {
    let audit = br#"{"packages":[{"name":"adler","version":"0.2.3","source":"crates.io"},{"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"},{"name":"server","version":"0.1.0","source":"local","dependencies":[0],"root":true}]}"#;
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(audit).expect("memory takes it");
    let packed = packed.finish().expect("memory takes it");
    let (bytes, _) = elf(&[(".dep-v0", &packed)]);
    let expected = [
        "rust adler 0.2.3 layer 1 0 B 0".to_owned(),
        format!("rust server 0.1.0 layer 1 {} B 1", bytes.len()),
    ];
    assert_eq!(program(&bytes), expected);
}

#[test]
fn damaged_programs_give_no_packages() {
    let (bytes, _) = elf(&[(".go.buildinfo", GO_1_19), (".dep-v0", b"no zlib")]);
    for cut in [4, 40, 63, 64, 200, bytes.len() - 1] {
        let mut short = bytes[..cut].to_vec();
        short.resize(200 << 10, 0xff);
        assert_eq!(program(&short), Vec::<String>::new(), "{cut}");
    }
    // Absurd section counts, offsets and sizes.
    for at in 0x20..0x40 {
        let mut odd = bytes.clone();
        odd[at] = 0xff;
        program(&odd);
    }
}

/// Returns a Java archive with stored and compressed files.
fn jar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (at, (name, text)) in files.iter().enumerate() {
        let packs = at % 2 == 1;
        let method = if packs {
            rawzip::CompressionMethod::DEFLATE
        } else {
            rawzip::CompressionMethod::STORE
        };
        let file = archive.new_file(name).compression_method(method);
        let (mut entry, config) = file.start().expect("memory takes it");
        let descriptor = if packs {
            let packer = DeflateEncoder::new(&mut entry, Compression::default());
            let mut writer = config.wrap(packer);
            writer.write_all(text.as_bytes()).expect("memory takes it");
            let (packer, descriptor) = writer.finish().expect("memory takes it");
            packer.finish().expect("memory takes it");
            descriptor
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(text.as_bytes()).expect("memory takes it");
            writer.finish().expect("memory takes it").1
        };
        entry.finish(descriptor).expect("memory takes it");
    }
    archive.finish().expect("memory takes it");
    bytes
}

#[test]
fn java_archives_are_identified_by_maven_manifest_or_name() {
    let properties = |artifact: &str| {
        format!("#Generated\ngroupId=org.acme\nartifactId={artifact}\nversion=2.0\n")
    };
    let manifest = "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.old.thing;x=1\r\nBundle-Version: 3.1\r\n";
    let (a, b) = (properties("server"), properties("shaded"));
    let files = [
        (
            "app/server-2.0.jar",
            jar(&[
                ("META-INF/MANIFEST.MF", manifest),
                ("META-INF/maven/org.acme/shaded/pom.properties", &b),
                ("META-INF/maven/org.acme/server/pom.properties", &a),
                ("BOOT-INF/lib/inner-1.1.jar", "x"),
            ]),
        ),
        ("app/thing.jar", jar(&[("META-INF/MANIFEST.MF", manifest)])),
        ("app/named-4.2.jar", jar(&[("A.class", "x")])),
    ];
    let image = ImageBuilder::new("app").layer("COPY app /app", |layer| {
        let put = |layer: crate::fixture::LayerBuilder, (path, bytes)| layer.file(path, bytes);
        files.clone().into_iter().fold(layer, put)
    });
    let size = |at: usize| files[at].1.len();
    let expected = [
        "java inner 1.1 layer 1 0 B 0".to_owned(),
        format!("java named 4.2 layer 1 {} B 1", size(2)),
        format!("java org.acme:server 2.0 layer 1 {} B 1", size(0)),
        "java org.acme:shaded 2.0 layer 1 0 B 0".to_owned(),
        format!("java org.old.thing 3.1 layer 1 {} B 1", size(1)),
    ];
    assert_eq!(lines(&installed(&image).1), expected);
}

/// Plain layers are read in part, compressed ones decompressed, streams buffered: the result is the same.
#[test]
fn every_source_gives_the_same_content_analysis() {
    let (bytes, _) = elf(&[(".go.buildinfo", GO_1_19)]);
    let archive = jar(&[("META-INF/MANIFEST.MF", "Bundle-SymbolicName: org.thing\n")]);
    let image = debian().layer("COPY app /app", |layer| {
        layer
            .file("app/program", &bytes)
            .mode(0o755)
            .file("app/thing.jar", &archive)
            .file(
                "app/node_modules/ms/package.json",
                "{\"name\":\"ms\",\"version\":\"2.1.3\"}",
            )
    });
    let content_analysis = |output: &str| {
        let json: Value = serde_json::from_str(output).expect("it is JSON");
        (json["packages"].clone(), json["categories"].clone())
    };
    let ways = [
        docker_save(&image, Docker::Old),
        docker_save(&image, Docker::New),
        oci_archive(&image, Packing::None),
        oci_archive(&image, Packing::Gzip),
        oci_archive(&image, Packing::Zstd),
    ];
    let mut found = Vec::new();
    for archive in ways {
        let shell = Shell::new().file("save.tar", &archive);
        found.push(content_analysis(
            &shell.run("--json - --base-layers 1 save.tar").stdout,
        ));
        let streamed = shell.run_args(&["--json", "-", "--base-layers", "1", "-"], &archive);
        found.push(content_analysis(&streamed.stdout));
    }
    let kinds = |(packages, _): &(Value, Value)| -> Vec<String> {
        let packages = packages.as_array().expect("packages").iter();
        packages
            .map(|package| format!("{} {}", package["kind"], package["name"]).replace('"', ""))
            .collect()
    };
    let expected = [
        "dpkg bash",
        "dpkg dpkg",
        "dpkg libc6:i386",
        "npm ms",
        "go command-line-arguments",
        "go stdlib",
        "java org.thing",
    ];
    assert_eq!(kinds(&found[0]), expected);
    for content_analysis in &found {
        assert_eq!(*content_analysis, found[0]);
    }
}

/// The text of `--ci` contains no content analysis, so no file is read for one.
#[test]
fn ci_runs_the_content_analysis_only_for_json() {
    let shell = Shell::new().file("save.tar", docker_save(&debian(), Docker::New));
    let observed = "Category";
    assert!(
        shell
            .run("--report text save.tar")
            .stdout
            .contains(observed)
    );
    assert!(!shell.run("--ci save.tar").stdout.contains(observed));
    let json: Value =
        serde_json::from_str(&shell.run("--ci --json - save.tar").stdout).expect("it is JSON");
    assert_eq!(json["packages"].as_array().map(Vec::len), Some(3));
}
