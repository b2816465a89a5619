//! The version of this build, for people and for programs. The release sets `DIVE_RS_COMMIT` and `DIVE_RS_DATE` when it compiles; no other build
//! knows its commit.

use std::sync::LazyLock;

use serde::Serialize;

/// The commit, and the day of the commit, that this was built from.
const COMMIT: Option<&str> = option_env!("DIVE_RS_COMMIT");
pub(crate) const DATE: Option<&str> = option_env!("DIVE_RS_DATE");

/// The version as `--version` prints it behind the name: `0.1.0`, in a release `0.1.0 (1a2b3c4d5 2026-11-28)`.
pub(crate) static LINE: LazyLock<String> = LazyLock::new(|| {
    let version = env!("CARGO_PKG_VERSION");
    match (COMMIT, DATE) {
        (Some(commit), Some(date)) => format!("{version} ({} {date})", short(commit)),
        (Some(commit), None) => format!("{version} ({})", short(commit)),
        _ => version.to_owned(),
    }
});

#[derive(Serialize)]
struct Document {
    name: &'static str,
    version: &'static str,
    /// `null` where the build did not know it.
    commit: Option<&'static str>,
    /// `null` where the build did not know it.
    date: Option<&'static str>,
    os: &'static str,
    architecture: &'static str,
    /// `musl` and `gnu` on Linux, `msvc` on Windows, empty elsewhere.
    environment: &'static str,
    profile: &'static str,
}

/// Returns the line of `dive-rs version`.
pub(crate) fn text() -> String {
    format!("dive-rs {}\n", *LINE)
}

/// Returns the document of `dive-rs version --json`.
pub(crate) fn json() -> String {
    let document = Document {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        commit: COMMIT,
        date: DATE,
        os: std::env::consts::OS,
        architecture: std::env::consts::ARCH,
        environment: if cfg!(target_env = "musl") {
            "musl"
        } else if cfg!(target_env = "gnu") {
            "gnu"
        } else if cfg!(target_env = "msvc") {
            "msvc"
        } else {
            ""
        },
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
