//! The installer and the install step of the action, with a release in a folder: what is downloaded is checked, and what is not the release is not
//! installed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A release of one program for this machine, and a home to install it in.
struct Release {
    folder: TempDir,
}

impl Release {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("dive-rs-{}-unknown-linux-musl", std::env::consts::ARCH);
        let script = format!(
            "set -e; mkdir -p release/{name} home; printf '#!/bin/sh\\necho dive-rs 9.9.9\\n' >release/{name}/dive-rs
             chmod +x release/{name}/dive-rs; cd release; tar -czf {name}.tar.gz {name}; rm -r {name}; sha256sum {name}.tar.gz >SHA256SUMS"
        );
        let made = Command::new("sh")
            .args(["-c", &script])
            .current_dir(folder.path())
            .status();
        assert!(made.unwrap().success());
        Self { folder }
    }

    fn path(&self, below: &str) -> std::path::PathBuf {
        self.folder.path().join(below)
    }

    /// Runs a program with nothing on its PATH but the machine's own programs and those in `bin`.
    fn run(&self, program: &str, args: &[&str], env: &[(&str, &str)]) -> Output {
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        let download = format!("file://{}", self.path("release").display());
        Command::new(program)
            .args(args)
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.path("home"))
            .env("DIVE_RS_DOWNLOAD", download)
            .envs(env.iter().copied())
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn install(&self) -> Output {
        let script = Path::new(ROOT).join(".packaging/install.sh");
        self.run("sh", &[&script.to_string_lossy()], &[])
    }

    /// Runs the install step as it stands in action.yml.
    fn step(&self, env: &[(&str, &str)]) -> Output {
        let action: Value = serde_saphyr::from_str(include_str!("../../action.yml")).unwrap();
        let script = action["runs"]["steps"][0]["run"].as_str().unwrap();
        let temporary = self.path("temp");
        let mut all = vec![
            ("ACTION_PATH", ROOT),
            ("ACTION_REF", "main"),
            ("VERSION", ""),
        ];
        let temporary = temporary.to_string_lossy();
        all.push(("RUNNER_TEMP", &temporary));
        all.extend(env);
        self.run("bash", &["-eo", "pipefail", "-c", script], &all)
    }

    fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::create_dir_all(self.path("bin")).unwrap();
        let file = self.path("bin").join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn append(&self, file: &str, bytes: &[u8]) {
        let file = self.path("release").join(file);
        let mut all = fs::read(&file).unwrap();
        all.extend(bytes);
        fs::write(file, all).unwrap();
    }

    fn archive(&self) -> String {
        let files = fs::read_dir(self.path("release")).unwrap();
        let mut names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.find(|name| name.ends_with(".tar.gz")).unwrap()
    }
}

fn text(output: &Output) -> String {
    let code = output.status.code().unwrap_or(-1);
    format!(
        "{code} {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_release_is_installed_where_the_user_has_programs() {
    let release = Release::new();
    let installed = text(&release.install());
    assert!(
        installed.starts_with("0 ")
            && installed.contains("installed ")
            && installed.contains("(dive-rs 9.9.9)"),
        "{installed}"
    );
    assert!(installed.contains("is not on the PATH"), "{installed}");
    assert!(release.path("home/.local/bin/dive-rs").exists());
    assert!(
        text(&release.install()).starts_with("0 "),
        "again, over the old one"
    );
}

#[test]
fn what_is_not_the_release_is_not_installed() {
    let release = Release::new();
    release.append(&release.archive(), b"more");
    let refused = text(&release.install());
    assert!(
        refused.starts_with("1 ") && refused.contains("the checksum of "),
        "{refused}"
    );
    fs::write(release.path("release/SHA256SUMS"), "").unwrap();
    assert!(text(&release.install()).contains("SHA256SUMS does not list"));
    fs::remove_file(release.path("release/SHA256SUMS")).unwrap();
    assert!(
        text(&release.install()).starts_with("3 "),
        "there is nothing to download"
    );
    assert!(!release.path("home/.local/bin/dive-rs").exists());
}

#[test]
fn the_attestation_counts_where_it_can_be_checked() {
    let release = Release::new();
    release.program("gh", r#"[ "$1 $2" = "attestation verify" ] && [ "$4 $5" = "--repo dive-rs/dive-rs" ] && exit "$ATTESTED""#);
    let script = Path::new(ROOT).join(".packaging/install.sh");
    let install = |attested: &str| {
        let env = [("GH_TOKEN", "token"), ("ATTESTED", attested)];
        text(&release.run("sh", &[&script.to_string_lossy()], &env))
    };
    assert!(
        install("1").contains("the attestation of "),
        "{}",
        install("1")
    );
    assert!(!release.path("home/.local/bin/dive-rs").exists());
    assert!(install("0").starts_with("0 "), "{}", install("0"));
}

#[test]
fn the_action_installs_the_release_or_compiles() {
    let release = Release::new();
    release.program("cargo", r#"echo "cargo $*""#);
    let folder = release.path("temp/dive-rs/bin");
    let installed = text(&release.step(&[]));
    assert!(
        installed.starts_with("0 ") && !installed.contains("cargo"),
        "{installed}"
    );
    assert!(folder.join("dive-rs").exists());
    // Something else under the release's name is an error, not a reason to compile.
    release.append(&release.archive(), b"more");
    let refused = text(&release.step(&[]));
    assert!(
        refused.starts_with("1 ") && !refused.contains("cargo"),
        "{refused}"
    );
    fs::remove_dir_all(release.path("release")).unwrap();
    let compiled = text(&release.step(&[]));
    let expected = format!(
        "cargo install --locked --path {ROOT} --root {}",
        release.path("temp/dive-rs").display()
    );
    assert!(
        compiled.starts_with("0 ") && compiled.contains(&expected),
        "{compiled}"
    );
    // One that is there is used.
    release.program("dive-rs", "exit 9");
    assert_eq!(text(&release.step(&[])), "0 ");
}

/// The version in the address: the input's, the action's own tag, or the latest.
#[test]
fn the_version_is_the_inputs_or_the_actions_own() {
    let release = Release::new();
    release.program("curl", "for last; do :; done; echo \"$last\" >&2; exit 22");
    release.program("cargo", "exit 0");
    let from = |version: &str, action: &str| {
        let env = [
            ("VERSION", version),
            ("ACTION_REF", action),
            ("DIVE_RS_DOWNLOAD", ""),
        ];
        let printed = text(&release.step(&env));
        let address = printed
            .split_whitespace()
            .find(|word| word.starts_with("https://"));
        let address = address.unwrap_or_else(|| panic!("{printed}")).to_owned();
        let rest = address
            .strip_prefix("https://github.com/dive-rs/dive-rs/releases/")
            .unwrap()
            .to_owned();
        rest.rsplit_once('/').unwrap().0.to_owned()
    };
    assert_eq!(from("", "main"), "latest/download");
    assert_eq!(from("", "v1"), "latest/download");
    assert_eq!(from("", "v1.2.3"), "download/v1.2.3");
    assert_eq!(from("1.3.0", "v1.2.3"), "download/v1.3.0");
}
