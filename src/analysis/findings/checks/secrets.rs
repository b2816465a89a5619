//! Secrets in the image: in text files of any layer, visible or hidden; in files known to contain secrets; in the environment and the build history. Only the kind
//! and the place of a secret are reported, never its value.

use std::collections::BTreeMap;

use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix, FixPlace};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::needed_files::secret_patterns::{self, Secret};
use crate::image::{EntryKind, LayerId, NodeId, instruction_text};

/// Names of files that contain secrets. A `*` matches any part of the name.
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
    (".env", SETTINGS),
    (".vault-token", "a Vault token"),
];
/// What a file with variables is: not every one has a secret.
const SETTINGS: &str = "settings that often hold secrets";
/// As [`NAMES`], with their folder.
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

/// The most secrets in one sentence.
const MOST_LISTED: usize = 4;

/// Returns one finding for each layer, and one for the configuration and history.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let mut layers: BTreeMap<LayerId, Vec<(ClaimedEntry, String)>> = BTreeMap::new();
    let claim = |node: NodeId, entry, layer| {
        let stored = ClaimedEntry {
            node,
            entry: Some(entry),
            layer,
            bytes: 0,
        };
        ClaimedEntry {
            node: context.reachable(&stored),
            ..stored
        }
    };
    for (file, found) in &context.secrets {
        let claim = claim(file.node, file.entry, file.layer);
        if context.packages.package_of(claim.node).is_none() {
            let layer = layers.entry(file.layer).or_default();
            layer.push((claim, describe(found)));
        }
    }
    let is_listed = |node: NodeId, layer: LayerId| {
        context
            .secrets
            .iter()
            .any(|(file, _)| (file.node, file.layer) == (node, layer))
    };
    for layer in context.image.layer_ids() {
        for &(node, entry) in &context.image.layer(layer).changes.entries {
            let about = context.image.entry(entry);
            if about.kind() != EntryKind::File || about.size == 0 {
                continue;
            }
            let claim = claim(node, entry, layer);
            let Some(what) = secret_file(context, claim.node) else {
                continue;
            };
            if !is_listed(node, layer) && !is_packaged(context, claim.node) {
                let layer = layers.entry(layer).or_default();
                layer.push((claim, what.to_owned()));
            }
        }
    }
    let mut findings: Vec<Finding> = layers
        .into_iter()
        .map(|(layer, found)| finding(context, layer, found))
        .collect();
    findings.extend(configured(context));
    findings
}

fn describe(found: &[Secret]) -> String {
    let each = found
        .iter()
        .map(|secret| format!("{} on line {}", secret.what, secret.line));
    each.collect::<Vec<_>>().join(", ")
}

fn finding(
    context: &ImageContext<'_>,
    layer: LayerId,
    found: Vec<(ClaimedEntry, String)>,
) -> Finding {
    let sure = context.secrets.iter().any(|(file, _)| file.layer == layer)
        || found.iter().any(|(_, what)| what != SETTINGS);
    let hidden = found.iter().filter(|(claim, _)| !context.is_visible(claim));
    let hidden = hidden.count();
    let list = found
        .iter()
        .take(MOST_LISTED)
        .map(|(claim, what)| format!("{}: {what}", context.path(claim.node)));
    let more = found.len().saturating_sub(MOST_LISTED);
    let more = (more > 0).then(|| format!("and {more} more"));
    let list: Vec<String> = list.chain(more).collect();
    let end = match (hidden, found.len()) {
        (0, _) => "Everyone who can pull the image can read it.",
        (hidden, all) if hidden == all => {
            "A later layer deletes or replaces it, but everyone who can pull the image can read it."
        }
        _ => {
            "Later layers delete or replace some of it, but everyone who can pull the image can read all of it."
        }
    };
    let why = format!("{}. {end}", list.join("; "));
    let mut lines =
        vec!["Revoke it and issue a new one: a pushed secret is no longer secret.".to_owned()];
    lines.push(if context.is_copied(layer) {
        "List it in .dockerignore, and mount it where it is needed: RUN --mount=type=secret,id=NAME …".to_owned()
    } else {
        "Mount it for one command only: RUN --mount=type=secret,id=NAME …".to_owned()
    });
    let claims = found.into_iter().map(|(claim, _)| claim).collect();
    let finding = Finding::new(
        FindingKind::Secret,
        Some(layer),
        claims,
        why,
        Fix::new(FixPlace::Text, lines),
    );
    if sure {
        finding
    } else {
        finding.at(FindingLevel::Warning)
    }
}

/// Returns the kind of secret that a file of this name contains.
fn secret_file(context: &ImageContext<'_>, node: NodeId) -> Option<&'static str> {
    let tree = &context.image.tree;
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

/// Returns whether it belongs to a package, such as a trust store or an example.
fn is_packaged(context: &ImageContext<'_>, node: NodeId) -> bool {
    let path = context.image.tree.path(node);
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
    context.packages.package_of(node).is_some()
        || below.iter().any(|start| path.starts_with(start.as_bytes()))
        || inside.iter().any(|part| {
            path.windows(part.len())
                .any(|window| window == part.as_bytes())
        })
}

/// Finds secrets in the environment and in the history.
fn configured(context: &ImageContext<'_>) -> Option<Finding> {
    let about = &context.image.about;
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
        let is_env = instruction_text(&line.created_by).starts_with("ENV ");
        if let Some(secret) = secret_patterns::find(line.created_by.as_bytes())
            .first()
            .filter(|_| !is_env)
        {
            found.push(format!(
                "{} in line {} of the build history",
                secret.what,
                at + 1
            ));
            continue;
        }
        // `|2 ONE=… TWO=…` before the command: build arguments.
        let given = line.created_by.split_whitespace();
        let given = given.skip_while(|word| !word.starts_with('|')).skip(1);
        let given = given.take_while(|word| !word.starts_with('/'));
        let named = given.filter_map(|word| word.split_once('='));
        if let Some((name, _)) = named
            .into_iter()
            .find(|(name, value)| is_secret_name(name, value))
        {
            let text = format!("a value in ARG {name}");
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    if found.is_empty() {
        return None;
    }
    let why = format!(
        "{}. Everyone who can pull the image can read it.",
        found.join("; ")
    );
    let fix = Fix::new(
        FixPlace::Text,
        vec![
            "Revoke it and issue a new one: a pushed secret is no longer secret.".to_owned(),
            "Set it when the container starts, or mount it: RUN --mount=type=secret,id=NAME …"
                .to_owned(),
        ],
    );
    Some(Finding::new(
        FindingKind::Secret,
        None,
        Vec::new(),
        why,
        fix,
    ))
}

/// Returns the kind of secret in a variable, if any.
pub(in crate::analysis::findings) fn of_variable(name: &str, value: &str) -> Option<&'static str> {
    let found = secret_patterns::find(format!("{name}={value}").as_bytes());
    let kind = found.first().map(|secret| secret.what);
    kind.or_else(|| is_secret_name(name, value).then_some("a value"))
}

/// Returns whether a variable has the name of a secret, and a value.
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
