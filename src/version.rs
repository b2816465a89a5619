//! The version of this build, for people and for programs. `build.rs` sets `DIVE_RS_COMMIT` and `DIVE_RS_DATE` in release builds.

use std::env::consts::{ARCH, OS};
use std::sync::LazyLock;

use serde::Serialize;

/// The commit, and the day of the commit, that this was built from.
const COMMIT: Option<&str> = option_env!("DIVE_RS_COMMIT");
pub(crate) const DATE: Option<&str> = option_env!("DIVE_RS_DATE");

/// The C library: `musl` and `gnu` on Linux, `msvc` on Windows, empty elsewhere.
const ENVIRONMENT: &str = if cfg!(target_env = "musl") {
    "musl"
} else if cfg!(target_env = "gnu") {
    "gnu"
} else if cfg!(target_env = "msvc") {
    "msvc"
} else {
    ""
};

/// The version as `--version` prints it behind the name: `0.1.0`, in a release build `0.1.0 (1a2b3c4d5 2026-11-28 x86_64-linux-musl)`.
pub(crate) static LINE: LazyLock<String> = LazyLock::new(|| {
    let version = env!("CARGO_PKG_VERSION");
    let Some(commit) = COMMIT else {
        return version.to_owned();
    };
    let system = [ARCH, OS, ENVIRONMENT].join("-");
    let known = [
        Some(short(commit)),
        DATE,
        Some(system.trim_end_matches('-')),
    ];
    let known: Vec<&str> = known.into_iter().flatten().collect();
    format!("{version} ({})", known.join(" "))
});

#[derive(Serialize)]
struct Build {
    name: &'static str,
    version: &'static str,
    /// `null` in builds without a commit.
    commit: Option<&'static str>,
    /// `null` in builds without a commit.
    date: Option<&'static str>,
    os: &'static str,
    architecture: &'static str,
    environment: &'static str,
    profile: &'static str,
}

/// Returns the line of `dive-rs version`.
pub(crate) fn text() -> String {
    format!("dive-rs {}\n", *LINE)
}

/// Returns the document of `dive-rs version --json`.
pub(crate) fn json() -> String {
    let document = Build {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        commit: COMMIT,
        date: DATE,
        os: OS,
        architecture: ARCH,
        environment: ENVIRONMENT,
        profile: if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        },
    };
    // A document of plain text fields can always be written.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn short(commit: &str) -> &str {
    commit.get(..9).unwrap_or(commit)
}
