//! Writes the seeds of every target to `corpus`: small inputs that reach each reader.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use dive_rs::image::Compression;
use dive_rs_fuzz::bundle::{Bundle, docker, oci};
use dive_rs_fuzz::fixture_tar::pack;
use dive_rs_fuzz::raw_tar::{GNU, RawTar, raw};
use dive_rs_fuzz::targets::table::{footer, members};
use dive_rs_fuzz::targets::ztoc;
use serde_json::json;

/// A layer with each type of member, a whiteout, GNU's long names and pax headers.
fn layer() -> Vec<u8> {
    RawTar::default()
        .dir("etc/")
        .file("etc/motd", "hello\n")
        .hard_link("etc/again", "etc/motd")
        .symlink("link", "etc/motd")
        .header(&raw("null", b'3', 0))
        .pax(b'g', &[("uid", b"7")])
        .pax(
            b'x',
            &[("path", b"long/name"), ("SCHILY.xattr.user.a", b"b")],
        )
        .file("cut", "content")
        .put(&raw("././@LongLink", b'L', 0).magic(GNU), &[b'n'; 200])
        .file("cut", "content")
        .pax(
            b'x',
            &[
                ("GNU.sparse.major", b"1"),
                ("GNU.sparse.minor", b"0"),
                ("GNU.sparse.name", b"sparse"),
                ("GNU.sparse.realsize", b"9"),
            ],
        )
        .file("sparse", "1\n0\n1\n")
        .file("etc/.wh.motd", "")
        .file("etc/.wh..wh..opq", "")
        .end()
}

/// The documents of an image for the target `layout`, in its order; digests are digits there.
fn documents() -> Vec<String> {
    let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
    let descriptor = |kind: &str, digit: &str| json!({"mediaType": format!("application/vnd.oci.image.{kind}"), "digest": digest(digit), "size": 2048});
    let index = json!({"schemaVersion": 2, "manifests": [
        {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": digest("3"), "size": 9},
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest("1"), "size": 9,
         "platform": {"os": "linux", "architecture": "amd64", "variant": "v2", "os.version": "1"},
         "annotations": {"org.opencontainers.image.ref.name": "app:1"}},
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest("4"), "size": 9,
         "platform": {"os": "unknown", "architecture": "unknown"},
         "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest("1")}},
    ]});
    let manifest = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("config.v1+json", "2"), "layers": [descriptor("layer.v1.tar", "7")],
        "annotations": {"org.opencontainers.image.base.name": "debian:12", "org.opencontainers.image.base.digest": digest("9")}});
    let config = json!({"os": "linux", "architecture": "amd64", "created": "2026-11-29T08:00:00Z",
        "config": {"Env": ["A=b"], "Entrypoint": ["/a"], "Cmd": ["b"], "User": "me", "WorkingDir": "/w",
                   "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/v": {}}, "Labels": {"a": "b"}, "Healthcheck": {"Test": ["CMD", "x"]}},
        "history": [{"created_by": "ENV A=b", "empty_layer": true}, {"created": "2026-11-29T08:00:00Z", "created_by": "COPY a /", "comment": "buildkit.dockerfile.v0"}],
        "rootfs": {"type": "layers", "diff_ids": [digest("8")]}});
    let nested = json!({"manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest("1")}]});
    let attestation = json!({"layers": [{"mediaType": "application/vnd.in-toto+json", "digest": digest("5"), "size": 9,
        "annotations": {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"}}]});
    let provenance = json!({"predicate": {"metadata": {"buildStartedOn": "2026-11-29T08:00:00Z", "buildFinishedOn": "2026-11-29T08:00:09.5Z"},
        "runDetails": {"metadata": {"startedOn": "x", "finishedOn": "y"}}}});
    let blob = |digit: &str| format!("blobs/sha256/{}", digit.repeat(64));
    let docker = json!([{"Config": blob("2"), "RepoTags": ["app:1"], "Layers": [blob("7")]}]);
    let repositories = json!({"app": {"1": "7".repeat(64)}});
    let all = [index, manifest, config, nested, attestation, provenance];
    let all = all.iter().map(ToString::to_string);
    all.chain([docker.to_string(), repositories.to_string()])
        .collect()
}

/// A table of contents with each type of entry: a file in one part and one in two, the second of which shares its member with other bytes.
fn table(compression: Compression) -> Vec<u8> {
    let (_, offsets) = members(compression);
    let sum = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let json = json!({"version": 1, "entries": [
        {"name": "etc/", "type": "dir", "mode": 493, "modtime": "2026-11-29T08:00:00.5Z"},
        {"name": "etc/motd", "type": "reg", "size": 5, "mode": 420, "uid": 1, "gid": 1, "offset": offsets[0],
         "chunkDigest": sum, "xattrs": {"user.a": "Yg=="}},
        {"name": "etc/inner", "type": "reg", "size": 5, "offset": offsets[1], "innerOffset": 6},
        {"name": "etc/two", "type": "reg", "size": 3005, "offset": offsets[1], "chunkSize": 5},
        {"name": "etc/two", "type": "chunk", "offset": offsets[2], "chunkOffset": 5, "chunkSize": 3000},
        {"name": "etc/again", "type": "hardlink", "linkName": "etc/motd"},
        {"name": "link", "type": "symlink", "linkName": "etc/motd"},
        {"name": "null", "type": "char", "devMajor": 1, "devMinor": 3},
        {"name": "sda", "type": "block"}, {"name": "pipe", "type": "fifo"},
        {"name": "etc/.wh.motd", "type": "reg"}, {"name": "etc/.wh..wh..opq", "type": "reg"},
    ]});
    json.to_string().into_bytes()
}

/// rpm's header of one package: an index of tags, then their values.
fn rpm_header() -> Vec<u8> {
    let (mut index, mut store) = (Vec::new(), Vec::new());
    let texts: [(u32, u32, &[u8], u32); 7] = [
        (1000, 6, b"one\0", 1),
        (1001, 6, b"1.0\0", 1),
        (1002, 6, b"1\0", 1),
        (1022, 6, b"noarch\0", 1),
        (1117, 8, b"a\0b\0", 2),
        (1118, 8, b"/usr/share/one/\0", 1),
        (1116, 4, &[0; 8], 2),
    ];
    for (tag, kind, value, count) in texts {
        let at = u32::try_from(store.len()).expect("small");
        index.extend([tag, kind, at, count].map(u32::to_be_bytes).concat());
        store.extend_from_slice(value);
    }
    let lengths =
        [index.len() / 16, store.len()].map(|length| u32::try_from(length).expect("small"));
    [&lengths.map(u32::to_be_bytes).concat()[..], &index, &store].concat()
}

/// SUSE's format: a page of slots, then blobs in blocks of 16 bytes.
fn ndb(header: &[u8]) -> Vec<u8> {
    let numbers = |numbers: [u32; 3]| numbers.map(u32::to_le_bytes).concat();
    let length = u32::try_from(header.len()).expect("small");
    let mut slots = [b"RpmP".as_slice(), &numbers([0, 1, 1]), &[0; 16]].concat();
    slots.extend([b"Slot".as_slice(), &numbers([1, 256, length / 16 + 2])].concat());
    while slots.len() < 4096 {
        slots.extend([b"Slot".as_slice(), &numbers([0, 0, 0])].concat());
    }
    slots.extend([b"BlbS".as_slice(), &numbers([1, 7, length]), header].concat());
    slots
}

/// SQLite's format with pages of 512 bytes: the schema, and a table with one row.
fn sqlite(header: &[u8]) -> Vec<u8> {
    let row = |serials: &[u8], content: &[u8]| {
        let head = [
            &[u8::try_from(serials.len() + 1).expect("small")][..],
            serials,
        ]
        .concat();
        let length = head.len() + content.len();
        let length = [
            0x80 | u8::try_from(length >> 7).expect("small"),
            u8::try_from(length & 0x7f).expect("small"),
        ];
        [&length[..], &[1], &head, content].concat()
    };
    let page = |start: usize, cell: &[u8]| {
        let mut page = vec![0; 512];
        let at = 512 - cell.len();
        page[at..].copy_from_slice(cell);
        let place = u16::try_from(at).expect("small").to_be_bytes();
        page[start..start + 10]
            .copy_from_slice(&[13, 0, 0, 0, 1, place[0], place[1], 0, place[0], place[1]]);
        page
    };
    // The serial type of a text is 13 + 2 × its length, of a blob 12 + 2 × its length.
    let schema = row(
        &[13 + 10, 13 + 16, 13 + 16, 1, 13],
        b"tablePackagesPackages\x02",
    );
    let mut first = page(100, &schema);
    first[..18].copy_from_slice(b"SQLite format 3\0\x02\0");
    let serial = 12 + 2 * header.len();
    let serial = [
        0x80 | u8::try_from(serial >> 7).expect("small"),
        u8::try_from(serial & 0x7f).expect("small"),
    ];
    let packages = row(&[&[0][..], &serial].concat(), header);
    [first, page(0, &packages)].concat()
}

/// Berkeley DB's hash with pages of 512 bytes: a page of metadata, a key and a value.
fn berkeley(header: &[u8]) -> Vec<u8> {
    let mut meta = vec![0; 512];
    meta[12..16].copy_from_slice(&0x0006_1561_u32.to_le_bytes());
    meta[20..24].copy_from_slice(&512_u32.to_le_bytes());
    let mut page = vec![0; 512];
    page[25] = 13;
    page[20..22].copy_from_slice(&2_u16.to_le_bytes());
    let key = 512 - 5;
    page[key..].copy_from_slice(&[1, 1, 0, 0, 0]);
    let value = key - header.len() - 1;
    page[value] = 1;
    page[value + 1..key].copy_from_slice(header);
    page[26..28].copy_from_slice(&u16::try_from(key).expect("small").to_le_bytes());
    page[28..30].copy_from_slice(&u16::try_from(value).expect("small").to_le_bytes());
    [meta, page].concat()
}

/// A 64-bit ELF file with these sections in one segment.
fn elf(sections: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut names, mut table) = (vec![0; 120], vec![0], vec![0; 64]);
    let mut all = sections.to_vec();
    all.push((".shstrtab", b""));
    let text: Vec<u8> = all
        .iter()
        .flat_map(|(name, _)| [name.as_bytes(), b"\0"].concat())
        .collect();
    for (name, content) in all {
        let at = u32::try_from(names.len()).expect("small");
        names.extend([name.as_bytes(), b"\0"].concat());
        let is_names = name == ".shstrtab";
        let content = if is_names {
            [b"\0", &text[..]].concat()
        } else {
            content.to_vec()
        };
        let start = bytes.len() as u64;
        table.extend(at.to_le_bytes());
        table.extend(if is_names { 3_u32 } else { 1 }.to_le_bytes());
        for word in [2, 0x40_0000 + start, start, content.len() as u64, 0, 1, 0] {
            table.extend(word.to_le_bytes());
        }
        bytes.extend(content);
    }
    let end = bytes.len() as u64;
    let count = u16::try_from(table.len() / 64).expect("few");
    bytes.extend(table);
    let mut head = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0".to_vec();
    for word in [0x40_0000, 64, end] {
        head.extend(word.to_le_bytes());
    }
    head.extend([0; 4]);
    for half in [64_u16, 56, 1, 64, count, count - 1] {
        head.extend(half.to_le_bytes());
    }
    head.extend(b"\x01\0\0\0\x06\0\0\0");
    for word in [0, 0x40_0000, 0x40_0000, end, end, 4096_u64] {
        head.extend(word.to_le_bytes());
    }
    bytes[..head.len()].copy_from_slice(&head);
    bytes
}

/// A zip archive with one stored file.
fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let crc = {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        crc.sum()
    };
    let length = u32::try_from(content.len()).expect("small");
    let names = u16::try_from(name.len()).expect("small");
    let about = [
        &[10, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
        &[crc, length, length].map(u32::to_le_bytes).concat(),
        &[names, 0].map(u16::to_le_bytes).concat(),
    ]
    .concat();
    let mut bytes = [b"PK\x03\x04", &about[..], name.as_bytes(), content].concat();
    let start = u32::try_from(bytes.len()).expect("small");
    let central = [b"PK\x01\x02\x0a\0", &about[..], &[0; 14], name.as_bytes()].concat();
    let size = u32::try_from(central.len()).expect("small");
    bytes.extend(central);
    bytes.extend(
        [
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
            &[size, start].map(u32::to_le_bytes).concat()[..],
            b"\0\0",
        ]
        .concat(),
    );
    bytes
}

fn zlib(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes)?;
    packed.finish()
}

const GO: &[u8] = b"\xff Go buildinf:\x08\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08go1.19.8\x600w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6path\ta/b\nmod\ta/b\tv1.4.0\th1:x=\ndep\tc/d\tv1.6.0\n=>\te/f\tv1.2.0\n\xf92C1\x86\x18 r\0\x82B\x10A\x16\xd8\xf2";

/// Texts of package records and others, by the variant of the target `packages`.
const RECORDS: &[(u8, &str)] = &[
    (
        0,
        "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\nConffiles:\n /etc/b 3fc2\nDepends: libc6 (>= 2), x | y\n\n\0/bin/bash\n/usr\n\0/a\n/b\nbash\n",
    ),
    (
        1,
        "Package: base\nVersion: 1\nArchitecture: amd64\n\0d41d8cd98f00b204e9800998ecf8427e  bin/bash\n",
    ),
    (
        2,
        "C:Q1qK=\nP:busybox\nV:1.36.1-r29\nA:x86_64\nF:bin\nR:bash\na:0:0:755\nZ:Q1Fm\n\nP:curl\nV:8\nF:usr\nR:c\n\n\0P:a\nV:1\nF:b\nR:c\n\n",
    ),
    (
        3,
        "{\"name\":\"npm\",\"version\":\"1.0.0\"}\0{\"name\":\"@a/b\",\"version\":\"2\"}",
    ),
    (
        4,
        "Metadata-Version: 2.1\nName: a\nVersion: 1\n\ntext\0a/__init__.py,sha256=x,9\n../../bin/a,,\n\"q,\"\"x\",,\n",
    ),
    (
        5,
        "Metadata-Version: 1.0\nName: b\nVersion: 2\n\0../b/x.py\nPKG-INFO\n\0Name: c\nVersion: 3\n",
    ),
    (
        6,
        "Gem::Specification.new do |s|\n  s.name = \"rake\".freeze\n  s.version = \"13\"\nend\n",
    ),
    (
        7,
        "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME='Debian 12'\n\0machine a login b password c\n",
    ),
    (
        8,
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nAKIAIOSFODNN7EXAMPLE\nghp_0123456789abcdefghijklmnopqrstuvwxyz\0-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n\0{\"auths\":{\"a\":{\"auth\":\"bWU6c2VjOnJldA==\"}}}",
    ),
];

const SCANS: &[&str] = &[
    r#"{"SchemaVersion":2,"Results":[{"Target":"x","Class":"os-pkgs","Type":"debian","Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"bash","PkgPath":"bin/bash","InstalledVersion":"5.2.15-2+b7","FixedVersion":"6","Layer":{"DiffID":"sha256:0"},"Severity":"CRITICAL","Title":"t"}]}]}"#,
    r#"{"matches":[{"vulnerability":{"id":"CVE-1","severity":"Unknown","fix":{"versions":["2"],"state":"fixed"},"cvss":[{"metrics":{"baseScore":9.1}}]},"relatedVulnerabilities":[{"id":"CVE-2"}],"artifact":{"name":"bash","version":"5","locations":[{"path":"/bin/bash","layerID":"sha256:0"}]}}],"descriptor":{"name":"grype"}}"#,
    r#"{"results":[{"source":{"path":"/x"},"packages":[{"package":{"name":"bash","version":"5","image_origin_details":{"index":0}},"vulnerabilities":[{"id":"GHSA-1","aliases":["CVE-1"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H"}],"affected":[{"package":{"name":"bash"},"ranges":[{"events":[{"introduced":"0"},{"fixed":"6"}]}]}],"database_specific":{"severity":"MODERATE"}}],"groups":[{"ids":["GHSA-1"],"max_severity":"9.1"}]}]}],"image_metadata":{"layer_metadata":[{"diff_id":"sha256:0"}]}}"#,
    r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Trivy","rules":[{"id":"CVE-1","name":"OsPackageVulnerability","properties":{"security-severity":"9.8"},"help":{"text":"Severity: high\nPackage: bash\nVersion: 5\nFix Version: 6\nLocation: /bin/bash"}}]}},"results":[{"ruleId":"CVE-1","ruleIndex":0,"level":"error","message":{"text":"Package: bash\nInstalled Version: 5\nVulnerability CVE-1\nSeverity: HIGH\nFixed Version: 6"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"bin/bash"}},"logicalLocations":[{"fullyQualifiedName":"a@sha256:0:/bin/bash"}]}]}]}]}"#,
];

const RULES: &str = "rules:\n  lowestEfficiency: 0.9\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: 0.1\n  deny: ['*.pem', '/root/**', '{a,b}[c-d]?']\n  budget: {'/usr/**': 10MB}\n  denyFindings: [deleted, secret]\n  denyLevel: high\n  highestLayerCount: 10\nwarn: [deny]\nlayers: own\nfloor: 1MB\nignore: ['/var/cache/**']\naccept:\n  - {id: deleted, path: '/a/**', reason: because}\n";
const TOML: &str = "start = 'tree'\nunits = 'binary'\nsort = 'size'\n[keys]\nquit = ['q', 'ctrl+c']\n[colors]\naccent = '#ff0000'\n";
const YAML: &str = "log:\n  enabled: true\nkeybinding:\n  quit: ctrl+c\n  toggle-view: tab, f1\ndiff:\n  hide: [added]\nfiletree:\n  collapse-dir: false\n  pane-width: 0.5\nlayer:\n  show-aggregated-changes: false\nignore-errors: true\ncontainer-engine: podman\n";
const REGISTRY: &[(u8, &str)] = &[
    (
        0,
        "localhost:5000/a/b:1\0[[registry]]\nprefix = \"localhost:5000\"\nlocation = \"b.io/x\"\ninsecure = true\n[[registry.mirror]]\nlocation = \"m.io\"\npull-from-mirror = \"digest-only\"\n",
    ),
    (
        0,
        "alpine@sha256:0000000000000000000000000000000000000000000000000000000000000000\0[[registry]]\nlocation = \"docker.io\"\nblocked = true\n",
    ),
    (
        1,
        "Bearer realm=\"https://a/token\",service=\"b\",scope=\"repository:a/b:pull\"",
    ),
    (1, "Basic realm=\"a \\\"b\\\"\", Negotiate"),
    (
        2,
        "{\"token\":\"x\",\"access_token\":\"y\",\"expires_in\":60}",
    ),
    (
        3,
        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no hunter2\"}],\"details\":\"x\"}",
    ),
    (
        4,
        "q.io\0a/b\0{\"auths\":{\"q.io/a\":{\"auth\":\"bWU6c2VjOnJldA==\"},\"https://q.io/v2/\":{\"identitytoken\":\"t\",\"username\":\"u\",\"password\":\"p\"}},\"credHelpers\":{\"a\":\"b\"}}",
    ),
];
const NAMES: &str = "app:1\0A=b\0/a\0me\0k\0v\x002026-11-29T08:00:00Z\0RUN a\0usr/<b>x</b>\0var/`y`\0c|d\0link\0/usr/x\0again\0{\"name\":\"a\",\"version\":\"1\"}\0RUN <script>\0**\0t\0CVE-1\0bash\x005\x006\0title";

/// Lists (0) and journals (1) of fleets.
const FLEET: &[(u8, &str)] = &[
    (0, "# ours\nalpine:3.20\nregistry://a.io/b@sha256:00\n./a.tar\n"),
    (0, r#"{"image":"registry://a.io/b@sha256:00","platform":"linux/arm/v7","names":["b:1","b:2"],"layers":["sha256:11"]}
{"error":{"name":"c","platform":null,"message":"gone","hint":null}}"#),
    (0, r#"{"items":[{"metadata":{"name":"n1"},"status":{"nodeInfo":{"architecture":"arm64","operatingSystem":"linux"},"images":[{"names":["a@sha256:00","a:1"]}]}},
{"spec":{"nodeName":"n1","nodeSelector":{"kubernetes.io/arch":"amd64"},"containers":[{"name":"c","image":"b:1"}],"initContainers":[{"name":"i","image":"c"}],"ephemeralContainers":[]},
"status":{"containerStatuses":[{"name":"c","image":"b:1","imageID":"docker-pullable://b@sha256:00"}]}}]}"#),
    (1, r#"{"name":{"name":"a","platform":null,"root":"sha256:00","found":{"Image":[{"image":"sha256:00","id":null,"platform":"linux/amd64","created":null,"layers":1,"compressed_bytes":1,"size_bytes":null,"visible_bytes":null,"hidden_bytes":null,"savings_bytes":null,"base_name":null},[{"layer":"sha256:11","diff_id":null,"compressed_bytes":1,"size_bytes":null,"instruction":"COPY"}]]}}}
{"name":{"name":"b","platform":"linux/amd64","root":"sha256:00","found":"Same"}}
{"deep":{"image":"sha256:00","sizes":[1],"visible_bytes":1,"hidden_bytes":0,"savings_bytes":0,"categories":[],"findings":[],"packages":[],"large_files":[]}}
"#),
];


fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let layer = layer();
    let (gzip, zstd) = (
        pack(&layer, Compression::Gzip),
        pack(&layer, Compression::Zstd),
    );
    let whole = docker(&[&layer]).tar();
    let first = |byte: u8, bytes: &[u8]| [&[byte][..], bytes].concat();
    let header = rpm_header();
    let audit = zlib(br#"{"packages":[{"name":"a","version":"1","root":true},{"name":"b","version":"2","kind":"build"}]}"#)?;
    let old_go = b"\xff Go buildinf:\x08\0\x00\x01\x40\0\0\0\0\0\x10\x01\x40\0\0\0\0\0";
    let mut seeds = vec![
        ("archive", whole.clone()),
        ("archive", oci(&[&layer], &[&gzip]).tar()),
        ("archive", oci(&[&layer], &[&zstd]).tar()),
        ("archive", pack(&whole, Compression::Gzip)),
        ("archive", pack(&whole, Compression::Zstd)),
        ("archive", Bundle::default().link("a", "b").file("b", "c").tar()),
        ("layer", first(0, &layer)),
        ("layer", first(1, &layer)),
        ("layer", first(2, &layer)),
        ("gunzip", first(1, &gzip[3..])),
        ("gunzip", first(0, &[&gzip[3..], &gzip].concat())),
        ("zstd", first(0, &zstd[4..])),
        ("zstd", first(1, &[&zstd[4..], &zstd].concat())),
        ("layout", first(0, documents().join("\0").as_bytes())),
        ("layout", first(1, documents().join("\0").as_bytes())),
        ("table", first(0, &table(Compression::Gzip))),
        ("table", first(1, &table(Compression::Zstd))),
        ("table", first(5, &table(Compression::Zstd))),
        ("table", first(2, &footer(Compression::Gzip, 0))),
        ("table", first(3, &pack(&table(Compression::Zstd), Compression::Zstd))),
        ("table", first(7, &footer(Compression::Zstd, 9))),
        ("ztoc", ztoc::table().to_vec()),
        ("rpm", first(0, &sqlite(&header))),
        ("rpm", first(1, &ndb(&header))),
        ("rpm", first(2, &berkeley(&header))),
        ("programs", elf(&[(".go.buildinfo", GO)])),
        ("programs", elf(&[(".go.buildinfo", old_go), (".interp", b"/lib/ld.so\0"), (".dynamic", &[1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]), (".dynstr", b"\0libc.so\0")])),
        ("programs", elf(&[(".dep-v0", &audit), (".debug_info", b"x"), (".symtab", b"y")])),
        ("jar", zip("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\nBundle-SymbolicName: a.b;x=1\r\nBundle-Version: 3.1\r\nImplementation-Title: c\r\n")),
        ("jar", zip("META-INF/maven/a/b/pom.properties", b"groupId=a\nartifactId=b\nversion=2.0\n")),
        ("jar", zip("BOOT-INF/lib/c-1.2.jar", &zip("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n"))),
        ("rules", first(0, RULES.as_bytes())),
        ("rules", first(128, b"**/*.{a,b}")),
        ("config", first(0, TOML.as_bytes())),
        ("config", first(1, YAML.as_bytes())),
        ("reports", NAMES.as_bytes().to_vec()),
        ("keys", b"\0\x89jj/usr\x88vD\x88?\x83i2345678910\xd0\x05\x05\xd5\x50\x20tzs~+-:sort\x82".to_vec()),
        ("keys", b"\x02\x80jjoDv?\x831234567t\xd4\x09\x09\x83".to_vec()),
    ];
    seeds.extend(
        RECORDS
            .iter()
            .map(|(kind, text)| ("packages", first(*kind, text.as_bytes()))),
    );
    seeds.extend(SCANS.iter().map(|text| ("scan", text.as_bytes().to_vec())));
    seeds.extend(
        REGISTRY
            .iter()
            .map(|(kind, text)| ("registry", first(*kind, text.as_bytes()))),
    );
    seeds.extend(
        FLEET
            .iter()
            .map(|(kind, text)| ("fleet", first(*kind, text.as_bytes()))),
    );
    for (at, (target, bytes)) in seeds.into_iter().enumerate() {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{at}")), bytes)?;
    }
    Ok(())
}
