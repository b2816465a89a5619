//! The manifests of package managers, filled in for a release: each fits the schema of its package manager and names files of the release only.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = "1.2.3";
const ADDRESS: &str = "https://github.com/dive-rs/dive-rs/releases/download/v1.2.3/";
/// The archives that `.packaging/pack` makes.
const ARCHIVES: [&str; 4] = [
    "dive-rs-x86_64-unknown-linux-musl.tar.gz",
    "dive-rs-aarch64-unknown-linux-musl.tar.gz",
    "dive-rs-universal-apple-darwin.tar.gz",
    "dive-rs-x86_64-pc-windows-msvc.zip",
];

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn manifests_fit_their_schemas_and_name_the_files_of_the_release() {
    let folder = tempfile::tempdir().unwrap();
    let sums: Vec<String> = ARCHIVES
        .iter()
        .zip(1_u64..)
        .map(|(name, sum)| format!("{sum:064x}  {name}\n"))
        .collect();
    let list = folder.path().join("SHA256SUMS");
    std::fs::write(&list, sums.concat()).unwrap();
    let filled = Command::new(Path::new(ROOT).join(".packaging/manifests"))
        .args([
            VERSION.as_ref(),
            list.as_os_str(),
            folder.path().as_os_str(),
        ])
        .output()
        .unwrap();
    assert!(
        filled.status.success() && filled.stderr.is_empty(),
        "{filled:?}"
    );
    for (manifest, schema) in [
        ("dive-rs.json", include_str!("schema/scoop.json")),
        (
            "dive-rs.dive-rs.yaml",
            include_str!("schema/winget-version-1.9.0.json"),
        ),
        (
            "dive-rs.dive-rs.installer.yaml",
            include_str!("schema/winget-installer-1.9.0.json"),
        ),
        (
            "dive-rs.dive-rs.locale.en-US.yaml",
            include_str!("schema/winget-defaultLocale-1.9.0.json"),
        ),
    ] {
        let schema: Value = serde_json::from_str(schema).expect("a schema");
        let value: Value = serde_saphyr::from_str(&read(folder.path(), manifest)).expect("YAML");
        let schema = jsonschema::validator_for(&schema).expect("a schema");
        let errors: Vec<String> = schema
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{manifest}: {errors:#?}");
    }
    let mut named = BTreeSet::new();
    for manifest in [
        "dive-rs.json",
        "dive-rs.rb",
        "dive-rs.dive-rs.installer.yaml",
    ] {
        let text = read(folder.path(), manifest);
        let files = text.split(ADDRESS).skip(1);
        named.extend(
            files
                .filter_map(|rest| rest.split(['"', '\n']).next())
                .map(str::to_owned),
        );
    }
    assert_eq!(named, ARCHIVES.map(str::to_owned).into());
}

#[test]
fn cargo_binstall_finds_the_archive_of_each_target() {
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let package = &metadata["packages"][0];
    let binstall = &package["metadata"]["binstall"];
    for (target, archive) in [
        ("x86_64-unknown-linux-musl", 0),
        ("x86_64-unknown-linux-gnu", 0),
        ("aarch64-unknown-linux-musl", 1),
        ("aarch64-unknown-linux-gnu", 1),
        ("x86_64-apple-darwin", 2),
        ("aarch64-apple-darwin", 2),
        ("x86_64-pc-windows-msvc", 3),
    ] {
        let own = &binstall["overrides"][target];
        let of = |key: &str| own[key].as_str().or(binstall[key].as_str()).expect("text");
        let suffix = match of("pkg-fmt") {
            "tgz" => ".tar.gz",
            "zip" => ".zip",
            other => panic!("{target}: {other}"),
        };
        let extension = if suffix == ".zip" { ".exe" } else { "" };
        let filled = |text: &str| {
            [
                ("{ repo }", package["repository"].as_str().expect("text")),
                ("{ version }", VERSION),
                ("{ target }", target),
                ("{ archive-suffix }", suffix),
                ("{ bin }", "dive-rs"),
                ("{ binary-ext }", extension),
            ]
            .iter()
            .fold(text.to_owned(), |text, (name, value)| {
                text.replace(name, value)
            })
        };
        assert_eq!(
            filled(of("pkg-url")),
            format!("{ADDRESS}{}", ARCHIVES[archive])
        );
        let folder = ARCHIVES[archive].trim_end_matches(suffix);
        assert_eq!(
            filled(of("bin-dir")),
            format!("{folder}/dive-rs{extension}")
        );
    }
}
