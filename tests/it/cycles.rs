//! No file imports a file of another folder that imports it, directly or through others: read off the sources. A name that a front page re-exports
//! counts as an import of the file that defines it. Tests inside a file may import anything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::imports::sources;

/// A module: its folder, the modules it imports, and what it re-exports.
#[derive(Default)]
struct Module {
    folder: String,
    imports: Vec<Vec<String>>,
    /// The path of each re-exported name.
    exports: BTreeMap<String, Vec<String>>,
}

type Modules = BTreeMap<Vec<String>, Module>;

/// Reads all modules of the crate; the root is the empty path.
fn modules() -> Modules {
    let found: Vec<(Vec<String>, String)> = sources()
        .into_iter()
        .map(|(path, text)| (module_path(&path), text))
        .collect();
    let paths: BTreeSet<Vec<String>> = found.iter().map(|(path, _)| path.clone()).collect();
    let parse = |(path, text): (Vec<String>, String)| {
        let is_parent = paths
            .iter()
            .any(|other| other.len() > path.len() && other.starts_with(&path));
        let folder = if is_parent {
            path.join("/")
        } else {
            path[..path.len().saturating_sub(1)].join("/")
        };
        let mut module = Module {
            folder,
            ..Module::default()
        };
        for (is_export, import) in imports(&code(&text), &path, &paths) {
            if is_export {
                let name = import.last().cloned().unwrap_or_default();
                module.exports.insert(name, import);
            } else {
                module.imports.push(import);
            }
        }
        (path, module)
    };
    found.into_iter().map(parse).collect()
}

/// Returns the module path of a source file: `ui/view/mod.rs` and `ui/view.rs` are `ui::view`, `lib.rs` is the root.
fn module_path(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> = file
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts.last().is_some_and(|last| last == "mod") || parts == ["lib"] {
        parts.pop();
    }
    parts
}

/// Returns a file's code without comments and without its own tests.
fn code(text: &str) -> String {
    let lines = text.lines();
    let code = lines.take_while(|line| *line != "#[cfg(test)]");
    let code = code.filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// Returns the paths that a module's code names, absolute in the crate, and for each whether it is re-exported.
fn imports(
    code: &str,
    module: &[String],
    paths: &BTreeSet<Vec<String>>,
) -> Vec<(bool, Vec<String>)> {
    let mut found = Vec::new();
    for statement in code.split(';') {
        let words = statement.trim_start();
        // Attributes, or the code of the function it is in, may be before it.
        let at = words.match_indices("use ").map(|(at, _)| at);
        let at = at.filter(|&at| starts_use(&words[..at])).last();
        let (words, tree) = match at {
            Some(at) => (&words[..at], &words[at + "use ".len()..]),
            None => (words, ""),
        };
        let line = words.rsplit('\n').next().unwrap_or_default();
        let is_export = line.trim_start().starts_with("pub");
        for path in leaves(tree) {
            found.extend(absolute(&path, module, paths).map(|path| (is_export, path)));
        }
        // Paths inside code.
        for start in ["crate::", "super::", "self::"] {
            for (at, _) in words.match_indices(start) {
                let is_start =
                    !words[..at].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c));
                let end = words[at..]
                    .find(|c: char| !(c.is_alphanumeric() || "_:".contains(c)))
                    .map_or(words.len(), |len| at + len);
                if is_start {
                    let path = words[at..end]
                        .split("::")
                        .map(str::to_owned)
                        .collect::<Vec<_>>();
                    found.extend(absolute(&path, module, paths).map(|path| (false, path)));
                }
            }
        }
    }
    found
}

/// Returns whether `use` may follow: at the start of a line, or behind its visibility.
fn starts_use(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    line.is_empty() || line == "pub" || line.starts_with("pub(") && line.ends_with(')')
}

/// Returns the paths of a use tree: `a::{b, c::{d, self}}` has `a::b`, `a::c::d` and `a::c`.
fn leaves(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((before, group)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        let parts = path.split("::").map(|part| part.trim().to_owned());
        let parts: Vec<String> = parts
            .filter(|part| !part.is_empty() && part != "self" || path.starts_with(part.as_str()))
            .collect();
        return if parts.iter().all(String::is_empty) {
            Vec::new()
        } else {
            vec![parts]
        };
    };
    let prefix = before.trim().trim_end_matches("::");
    let group = group.rsplit_once('}').map_or(group, |(group, _)| group);
    let (mut depth, mut from, mut parts) = (0_usize, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[from..]);
    let parts = parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .flat_map(|part| {
            leaves(&if part == "self" {
                prefix.to_owned()
            } else {
                format!("{prefix}::{part}")
            })
        })
        .collect()
}

/// Returns a path from the crate's root; nothing for other crates.
fn absolute(
    path: &[String],
    module: &[String],
    paths: &BTreeSet<Vec<String>>,
) -> Option<Vec<String>> {
    let mut base = module.to_vec();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|part| part == "super") {
                base.pop()?;
                rest = &rest[1..];
            }
        }
        first => {
            let child = [module, &[first.to_owned()]].concat();
            if !paths.contains(&child) {
                return None;
            }
        }
    }
    base.extend_from_slice(rest);
    Some(base)
}

/// Returns the module that defines what a path names.
fn defining(path: &[String], modules: &Modules) -> Option<Vec<String>> {
    let mut path = path.to_vec();
    // A name can be re-exported several times.
    for _ in 0..8 {
        let depth = (0..=path.len())
            .rev()
            .find(|&depth| modules.contains_key(&path[..depth]))?;
        let module = &modules[&path[..depth]];
        match path.get(depth).and_then(|name| module.exports.get(name)) {
            Some(target) if *target != path => path = target.clone(),
            _ => return (depth > 0).then(|| path[..depth].to_vec()),
        }
    }
    None
}

/// Returns the groups of modules that import each other, directly or through others.
fn cycles(modules: &Modules) -> Vec<BTreeSet<&[String]>> {
    let mut edges: BTreeMap<&[String], BTreeSet<Vec<String>>> = BTreeMap::new();
    for (path, module) in modules {
        let targets = module
            .imports
            .iter()
            .filter_map(|import| defining(import, modules));
        let targets = targets.filter(|target| target != path).collect();
        edges.insert(path, targets);
    }
    let reach = |from: &[String]| -> BTreeSet<Vec<String>> {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_vec()]);
        while let Some(at) = next.pop() {
            for target in edges.get(&at[..]).into_iter().flatten() {
                if seen.insert(target.clone()) {
                    next.push(target.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&[String], BTreeSet<Vec<String>>> =
        edges.keys().map(|path| (*path, reach(path))).collect();
    let mut cycles: Vec<BTreeSet<&[String]>> = Vec::new();
    for (path, targets) in &reached {
        if cycles.iter().any(|cycle| cycle.contains(path)) || !targets.contains(*path) {
            continue;
        }
        let back =
            |other: &&&[String]| targets.contains(**other) && reached[**other].contains(*path);
        cycles.push(reached.keys().filter(back).copied().collect());
    }
    cycles
}

#[test]
fn files_of_different_folders_import_one_way() {
    let modules = modules();
    let mut found = Vec::new();
    for cycle in cycles(&modules) {
        let folders: BTreeSet<&str> = cycle
            .iter()
            .map(|path| modules[*path].folder.as_str())
            .collect();
        let names: Vec<String> = cycle.iter().map(|path| path.join("::")).collect();
        if folders.len() > 1 {
            found.push(names.join(" "));
        }
    }
    assert!(found.is_empty(), "cycles:\n{}", found.join("\n"));
}

#[test]
fn use_trees_are_flattened() {
    let paths = |tree| -> Vec<String> {
        let leaves = leaves(tree).into_iter();
        leaves.map(|path| path.join("::")).collect()
    };
    assert_eq!(paths("crate::a::B"), ["crate::a::B"]);
    assert_eq!(
        paths("crate::a::{self, b::{C, D as E}, F}"),
        [
            "crate::a",
            "crate::a::b::C",
            "crate::a::b::D",
            "crate::a::F"
        ]
    );
}
