//! Secrets that are shipped: in texts of any layer, also in those that a later one deleted; in files that hold nothing else; in the environment and in the
//! instructions. What is found is named, never shown.

use std::collections::BTreeMap;

use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::needed_files::secret_patterns::{self, Secret};
use crate::image::{Kind, LayerId, NodeId, instruction_words};

/// Names of files that hold nothing but secrets. A `*` stands for any part of the name.
const NAMES: [(&str, &str); 16] = [
    ("id_rsa", "an SSH private key"),
    ("id_dsa", "an SSH private key"),
    ("id_ecdsa", "an SSH private key"),
    ("id_ed25519", "an SSH private key"),
    ("*.pfx", "a key store"),
    ("*.p12", "a key store"),
    ("*.jks", "a key store"),
    ("*.keystore", "a key store"),
    ("*.kdbx", "a password store"),
    (".git-credentials", "git's logins"),
    (".netrc", "logins"),
    (".pypirc", "a package index's login"),
    (".htpasswd", "password hashes"),
    (".dockercfg", "a registry's login"),
    (".env", "settings that often hold secrets"),
    (".vault-token", "a Vault token"),
];
/// As [`NAMES`], with the folder they are in.
const PLACES: [(&str, &str, &str); 4] = [
    (".aws", "credentials", "AWS keys"),
    (".kube", "config", "a cluster's login"),
    (".docker", "config.json", "registries' logins"),
    (
        "gcloud",
        "application_default_credentials.json",
        "a Google login",
    ),
];

/// The most that a sentence names.
const MOST_TOLD: usize = 4;

/// Finds them, a finding a layer and one for what the image says of itself.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let mut layers: BTreeMap<LayerId, Vec<(Claim, String)>> = BTreeMap::new();
    let mut add = |node: NodeId, entry, layer, what: String| {
        let claim = Claim {
            node,
            entry: Some(entry),
            layer,
            bytes: 0,
        };
        layers.entry(layer).or_default().push((claim, what));
    };
    for (file, found) in &case.secrets {
        if case.packages.owner(file.node).is_none() {
            add(file.node, file.entry, file.layer, said(found));
        }
    }
    let told = |node: NodeId, layer: LayerId| {
        case.secrets
            .iter()
            .any(|(file, _)| (file.node, file.layer) == (node, layer))
    };
    for layer in case.image.layer_ids() {
        for &(node, entry) in &case.image.layer(layer).changes.puts {
            let about = case.image.entry(entry);
            let Some(what) = named(case, node) else {
                continue;
            };
            if about.kind() == Kind::File
                && about.size > 0
                && !told(node, layer)
                && !is_others(case, node)
            {
                add(node, entry, layer, what.to_owned());
            }
        }
    }
    let mut findings: Vec<Finding> = layers
        .into_iter()
        .map(|(layer, found)| finding(case, layer, found))
        .collect();
    findings.extend(configured(case));
    findings
}

fn said(found: &[Secret]) -> String {
    let each = found
        .iter()
        .map(|secret| format!("{} on line {}", secret.what, secret.line));
    each.collect::<Vec<_>>().join(", ")
}

fn finding(case: &ImageContext<'_>, layer: LayerId, found: Vec<(Claim, String)>) -> Finding {
    let sure = case.secrets.iter().any(|(file, _)| file.layer == layer)
        || found
            .iter()
            .any(|(_, what)| what != ".env" && !what.starts_with("settings"));
    let hidden = found.iter().filter(|(claim, _)| !case.is_seen(claim));
    let hidden = hidden.count();
    let list = found
        .iter()
        .take(MOST_TOLD)
        .map(|(claim, what)| format!("{}: {what}", case.path(claim.node)));
    let more = found.len().saturating_sub(MOST_TOLD);
    let more = (more > 0).then(|| format!("and {more} more"));
    let list: Vec<String> = list.chain(more).collect();
    let end = match (hidden, found.len()) {
        (0, _) => "Whoever can pull the image can read it.",
        (hidden, all) if hidden == all => {
            "A later layer deletes or replaces it, and whoever can pull the image can read it all the same."
        }
        _ => {
            "Some of it a later layer deletes or replaces; whoever can pull the image can read it all the same."
        }
    };
    let why = format!("{}. {end}", list.join("; "));
    let mut lines = vec!["Take it back: what was pushed is known. Issue a new one.".to_owned()];
    lines.push(if case.is_copied(layer) {
        "Name it in .dockerignore, and mount it where it is needed: RUN --mount=type=secret,id=NAME …".to_owned()
    } else {
        "Hand it in for one command alone: RUN --mount=type=secret,id=NAME …".to_owned()
    });
    let claims = found.into_iter().map(|(claim, _)| claim).collect();
    let finding = Finding::new(
        FindingKind::Secret,
        Some(layer),
        claims,
        why,
        Fix::Words(lines),
    );
    if sure {
        finding
    } else {
        finding.at(FindingLevel::Warning)
    }
}

/// Returns what a file of this name holds.
fn named(case: &ImageContext<'_>, node: NodeId) -> Option<&'static str> {
    let tree = &case.image.tree;
    let name = std::str::from_utf8(tree.name(node)).ok()?;
    let folder = tree.parent(node).map(|folder| tree.name(folder));
    let is_one = |pattern: &str| match pattern.strip_prefix('*') {
        Some(end) => name.ends_with(end),
        None => name == pattern,
    };
    let by_name = NAMES
        .iter()
        .find(|(pattern, _)| is_one(pattern))
        .map(|(_, what)| *what);
    by_name.or_else(|| {
        let here =
            |place: &&(&str, &str, &str)| folder == Some(place.0.as_bytes()) && name == place.1;
        PLACES.iter().find(here).map(|place| place.2)
    })
}

/// Returns whether a package brought it, as trust stores and examples are.
fn is_others(case: &ImageContext<'_>, node: NodeId) -> bool {
    let path = case.image.tree.path(node);
    let below = [
        "/usr/share/",
        "/usr/lib/",
        "/etc/ssl/certs/",
        "/etc/pki/",
        "/usr/local/go/",
    ];
    let inside = [
        "/node_modules/",
        "/site-packages/",
        "/dist-packages/",
        "/testdata/",
    ];
    case.packages.owner(node).is_some()
        || below.iter().any(|start| path.starts_with(start.as_bytes()))
        || inside.iter().any(|part| {
            path.windows(part.len())
                .any(|window| window == part.as_bytes())
        })
}

/// Finds secrets in the environment and in the instructions.
fn configured(case: &ImageContext<'_>) -> Option<Finding> {
    let about = &case.image.about;
    let mut found = Vec::new();
    for (name, value) in about
        .config
        .env
        .iter()
        .filter_map(|line| line.split_once('='))
    {
        if let Some(what) = of_variable(name, value) {
            found.push(format!("{what} in ENV {name}"));
        }
    }
    for (at, line) in about.history.iter().enumerate() {
        let is_env = instruction_words(&line.created_by).starts_with("ENV ");
        if let Some(secret) = secret_patterns::find(line.created_by.as_bytes())
            .first()
            .filter(|_| !is_env)
        {
            found.push(format!("{} in line {} of the history", secret.what, at + 1));
            continue;
        }
        // `|2 ONE=… TWO=…` before the command: arguments of the build.
        let given = line.created_by.split_whitespace();
        let given = given.skip_while(|word| !word.starts_with('|')).skip(1);
        let given = given.take_while(|word| !word.starts_with('/'));
        let named = given.filter_map(|word| word.split_once('='));
        if let Some((name, _)) = named
            .into_iter()
            .find(|(name, value)| is_secret_name(name, value))
        {
            let told = format!("a value in ARG {name}");
            if !found.contains(&told) {
                found.push(told);
            }
        }
    }
    if found.is_empty() {
        return None;
    }
    let why = format!(
        "{}. Whoever can pull the image can read it.",
        found.join("; ")
    );
    let fix = Fix::Words(vec![
        "Take it back: what was pushed is known. Issue a new one.".to_owned(),
        "Set it where the container is started, or mount it: RUN --mount=type=secret,id=NAME …"
            .to_owned(),
    ]);
    Some(Finding::new(
        FindingKind::Secret,
        None,
        Vec::new(),
        why,
        fix,
    ))
}

/// Returns what secret a variable holds, if one.
pub(in crate::analysis::findings) fn of_variable(name: &str, value: &str) -> Option<&'static str> {
    let found = secret_patterns::find(format!("{name}={value}").as_bytes());
    let told = found.first().map(|secret| secret.what);
    told.or_else(|| is_secret_name(name, value).then_some("a value"))
}

/// Returns whether a variable's name says that its value is a secret, and there is one.
fn is_secret_name(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ends = [
        "PASSWORD",
        "PASSWD",
        "SECRET",
        "SECRET_KEY",
        "API_KEY",
        "ACCESS_KEY",
        "PRIVATE_KEY",
        "AUTH_TOKEN",
        "ACCESS_TOKEN",
        "NPM_TOKEN",
        "GITHUB_TOKEN",
    ];
    value.len() >= 6 && !value.starts_with(['/', '$']) && ends.iter().any(|end| name.ends_with(end))
}
