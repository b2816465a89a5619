//! The manual pages and the version, as `man` and programs read them.

use dive_rs::ci::RuleId;
use serde_json::Value;

use crate::command::Shell;
use crate::engines;

#[test]
fn the_pages_are_clean() {
    if !engines::is_installed("mandoc") {
        return;
    }
    for page in ["dive-rs", "dive-ci"] {
        let shell = Shell::new();
        let text = shell.run(&format!("man {page}")).stdout;
        let shell = shell.file(page, text);
        let ended = shell.program("mandoc", &["-T", "lint", "-W", "all", page]);
        assert_eq!(ended.to_string(), "exit 0\n");
        assert_eq!(shell.program("mandoc", &["-T", "utf8", page]).code, Some(0));
    }
}

#[test]
fn the_pages_name_everything() {
    let shell = Shell::new();
    let program = shell.run("man").stdout.replace("\\-", "-");
    for option in [
        "--ci-config",
        "--platform",
        "--report",
        "build",
        "completion",
        "install-docker-plugin",
    ] {
        assert!(program.contains(option), "{option}");
    }
    for heading in ["EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"] {
        assert!(
            program.contains(&format!(".SH {heading}\n"))
                || program.contains(&format!(".SH \"{heading}\"")),
            "{heading}"
        );
    }
    for variable in variables() {
        assert!(program.contains(&variable), "{variable}");
    }
    let rules = shell.run("man dive-ci").stdout;
    for id in RuleId::ALL {
        assert!(rules.contains(id.name()), "{}", id.name());
    }
}

/// Returns the environment variables that the sources name, except Windows' own and the request for completions.
fn variables() -> Vec<String> {
    let sources = [
        include_str!("../../src/source/environment.rs"),
        include_str!("../../src/cli/environment.rs"),
        include_str!("../../src/cache/folder.rs"),
        include_str!("../../src/config/location.rs"),
        include_str!("../../src/logging.rs"),
    ];
    let name = regex::Regex::new(r#""([A-Z][A-Z_]+)""#).unwrap();
    let found = sources
        .into_iter()
        .flat_map(|text| name.captures_iter(text));
    let mut found: Vec<String> = found.map(|name| name[1].to_owned()).collect();
    found.retain(|name| !["APPDATA", "LOCALAPPDATA"].contains(&name.as_str()));
    assert!(found.len() > 20, "{found:?}");
    found
}

#[test]
fn the_version_is_a_document_too() {
    let shell = Shell::new();
    let document: Value = serde_json::from_str(&shell.run("version --json").stdout).unwrap();
    assert_eq!(document["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["os"], std::env::consts::OS);
    assert_eq!(document["architecture"], std::env::consts::ARCH);
    assert_eq!(shell.run("version").stdout, shell.run("--version").stdout);
}
