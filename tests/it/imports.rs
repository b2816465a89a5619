//! Checks the sources: which module imports which, which module uses which crate, and the length of files. Also the sizes of the types of which an image has
//! millions.

use std::fs;
use std::path::{Path, PathBuf};

use dive_rs::image::{Entry, EntryId, Node};

/// A module and the modules it may import; those without any may be used everywhere, except `image`.
const MODULES: &[(&str, &[&str])] = &[
    ("image", &[]),
    ("argument", &[]),
    ("escape", &[]),
    ("bytes", &[]),
    ("threads", &[]),
    ("small_file", &[]),
    ("suggest", &[]),
    ("syntax", &[]),
    ("treemap", &[]),
    ("user_folders", &[]),
    ("demo", &[]),
    ("version", &[]),
    ("failure", &["fleet", "load", "pair"]),
    ("dockerfile", &["image", "failure"]),
    ("logging", &["failure"]),
    ("build", &["failure", "image", "load"]),
    ("docker_plugin", &["failure", "source"]),
    ("archive", &["image"]),
    ("analysis", &["image"]),
    ("query", &["image", "analysis"]),
    ("compare", &["image", "analysis"]),
    ("extract", &["image", "archive"]),
    ("open", &["image", "archive", "analysis", "compare"]),
    ("source", &["archive", "image"]),
    ("cache", &["archive", "analysis", "image"]),
    ("pair", &["analysis", "compare", "image", "load"]),
    (
        "load",
        &[
            "cache", "archive", "image", "analysis", "source", "extract", "demo", "open",
        ],
    ),
    ("fleet", &["image", "analysis", "load"]),
    ("scan", &["image", "analysis", "failure"]),
    (
        "ci",
        &["image", "analysis", "compare", "failure", "query", "scan"],
    ),
    ("config", &["ci", "failure", "ui"]),
    (
        "report",
        &[
            "image",
            "analysis",
            "compare",
            "ci",
            "dockerfile",
            "failure",
            "fleet",
            "load",
            "query",
            "scan",
        ],
    ),
    (
        "ui",
        &[
            "image", "analysis", "compare", "ci", "failure", "fleet", "load", "pair", "query",
            "report", "scan",
        ],
    ),
];

/// Who alone may name a crate.
const CRATES: &[(&str, &[&str])] = &[
    ("ratatui", &["ui"]),
    ("crossterm", &["ui"]),
    ("tar", &["archive"]),
    ("flate2", &["archive", "analysis", "fleet"]),
    ("object", &["analysis"]),
    ("syntect", &["syntax"]),
    ("rawzip", &["analysis"]),
    ("parquet", &["fleet", "report"]),
    ("toml", &["config", "source"]),
    ("zstd", &["archive", "cache", "demo"]),
    ("bollard", &["source"]),
    ("tokio", &["source"]),
    ("hyper", &["source"]),
    ("hyper_util", &["source"]),
    ("rustls", &["source"]),
    ("env_logger", &["logging"]),
    ("log", &["load", "logging", "source"]),
];

/// Returns every source file: its path below `src`, and its text.
pub fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("sources") {
            let path = entry.expect("sources").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let below = path.strip_prefix(&root).expect("below the root");
                let text = fs::read_to_string(&path).expect("sources");
                found.push((below.to_owned(), text));
            }
        }
    }
    found
}

/// Returns the top-level module that a source file is in.
fn module(path: &Path) -> String {
    let first = path.components().next().expect("a name");
    let name = first.as_os_str().to_string_lossy();
    name.trim_end_matches(".rs").to_owned()
}

/// Returns the words that follow `start` in code: comments are left out.
fn named(text: &str, start: &str) -> Vec<String> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let words = |line: &str| -> Vec<String> {
        let rests = line.split(start).skip(1);
        rests
            .flat_map(|rest| match rest.strip_prefix('{') {
                Some(group) => group
                    .split('}')
                    .next()
                    .unwrap_or_default()
                    .split(',')
                    .map(first_word)
                    .collect(),
                None => vec![first_word(rest)],
            })
            .collect()
    };
    code.flat_map(words)
        .filter(|word| !word.is_empty())
        .collect()
}

fn first_word(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
        .collect()
}

#[test]
fn modules_import_one_way() {
    for (path, text) in sources() {
        let module = module(&path);
        let Some((_, open)) = MODULES.iter().find(|(name, _)| *name == module) else {
            continue;
        };
        for word in named(&text, "crate::") {
            let is_shared = MODULES
                .iter()
                .any(|(name, open)| *name == word && open.is_empty() && word != "image");
            let fine = word == module || is_shared || open.contains(&word.as_str());
            // What stands at the top of the crate is no module.
            let is_module = MODULES.iter().any(|(name, _)| *name == word)
                || ["cli", "run", "main"].contains(&word.as_str());
            assert!(fine || !is_module, "{} may not know {word}", path.display());
        }
    }
}

#[test]
fn every_crate_is_known_to_its_module_alone() {
    for (path, text) in sources() {
        let module = module(&path);
        for (name, modules) in CRATES {
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            let path_start = format!("{name}::");
            let known = code.into_iter().any(|line| {
                line.match_indices(&path_start).any(|(at, _)| {
                    !line[..at].ends_with(|before: char| {
                        before.is_ascii_alphanumeric() || "_:".contains(before)
                    })
                })
            });
            assert!(
                !known || modules.contains(&module.as_str()),
                "{} may not know {name}",
                path.display()
            );
        }
    }
}

#[test]
fn every_file_states_its_purpose_and_is_short() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{}", path.display());
        let code = text
            .lines()
            .take_while(|line| *line != "#[cfg(test)]")
            .count();
        assert!(code <= 500, "{} has {code} lines", path.display());
    }
}

#[test]
fn a_million_files_stay_small() {
    assert_eq!(size_of::<Node>(), 16);
    assert_eq!(size_of::<Entry>(), 40);
    assert_eq!(size_of::<Option<EntryId>>(), 4);
}
