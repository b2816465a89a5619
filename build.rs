//! Finds the commit that a release build is made from, for `--version`. `DIVE_RS_COMMIT` and `DIVE_RS_DATE` name it where there is no repository. A debug build
//! has none: it would be compiled anew after each commit.

use std::env;
use std::fs;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for name in ["DIVE_RS_COMMIT", "DIVE_RS_DATE"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        return;
    }
    // Git changes this file with each commit.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo:rerun-if-changed={log}");
    }
    let named = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let commit = named("DIVE_RS_COMMIT")
        .or_else(packaged)
        .or_else(|| git(&["rev-parse", "HEAD"]));
    let Some(commit) = commit else { return };
    println!("cargo:rustc-env=DIVE_RS_COMMIT={commit}");
    let date = named("DIVE_RS_DATE").or_else(|| git(&["show", "-s", "--format=%cs", &commit]));
    if let Some(date) = date {
        println!("cargo:rustc-env=DIVE_RS_DATE={date}");
    }
}

/// Returns the commit that a package from crates.io was made from.
fn packaged() -> Option<String> {
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// Returns what git prints. A package that is unpacked inside of another repository is no part of it.
fn git(arguments: &[&str]) -> Option<String> {
    if !fs::exists(".git").ok()? {
        return None;
    }
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
