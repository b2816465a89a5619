//! Permissions: the user of the container, setuid programs, world-writable paths. Uses the configuration and mode bits alone; saves no bytes.

use std::collections::BTreeSet;

use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix, FixPlace};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::findings::quoting::quoted;
use crate::analysis::main_program::follow;
use crate::image::{Entry, EntryKind, LayerId};

/// The most paths in one command.
const MOST_PATHS: usize = 12;

/// Returns the findings.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let setuid = |about: &Entry| {
        about.kind() == EntryKind::File
            && about.permissions() & 0o6000 != 0
            && about.permissions() & 0o111 != 0
    };
    let open = |about: &Entry| {
        let sticky = about.kind() == EntryKind::Directory && about.permissions() & 0o1000 != 0;
        let counts = matches!(about.kind(), EntryKind::File | EntryKind::Directory);
        counts && !sticky && about.permissions() & 0o002 != 0
    };
    let setuid = paths(context, setuid).map(|(layer, claims)| {
        let why = format!(
            "{}{} {} the rights of the owner or group, a common way to gain privileges. A service rarely needs them.",
            crate::bytes::count(claims.len() as u64, "program", "programs"),
            of_layers(layer, &claims),
            match claims.len() {
                1 => "has a setuid or setgid bit: it runs with",
                _ => "have a setuid or setgid bit: they run with",
            },
        );
        let fix = chmod(context, "a-s", "-perm /6000 -type f", &claims);
        Finding::new(FindingKind::Setuid, layer, claims, why, fix)
    });
    let open = paths(context, open).map(|(layer, claims)| {
        let why = format!(
            "Every user in the container may write {}{}: programs started from there can be replaced.",
            crate::bytes::count(claims.len() as u64, "path", "paths"),
            of_layers(layer, &claims),
        );
        let which = "-perm -2 ! -type l ! -perm -1000";
        let fix = chmod(context, "o-w", which, &claims);
        Finding::new(FindingKind::WorldWritable, layer, claims, why, fix)
    });
    let own = |finding: Finding| {
        let own = finding
            .claims
            .iter()
            .any(|claim| context.is_own(claim.layer));
        if own {
            finding
        } else {
            finding.at(FindingLevel::Note)
        }
    };
    [root(context), setuid, open.map(own)]
        .into_iter()
        .flatten()
        .collect()
}

/// Returns the layers of paths of several layers in words: ` in layers 1 and 4`.
fn of_layers(layer: Option<LayerId>, claims: &[ClaimedEntry]) -> String {
    if layer.is_some() {
        return String::new();
    }
    let layers: BTreeSet<LayerId> = claims.iter().map(|claim| claim.layer).collect();
    let numbers: Vec<String> = layers
        .iter()
        .map(|layer| (layer.0 + 1).to_string())
        .collect();
    match numbers.split_last() {
        Some((last, rest)) => format!(" in layers {} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn root(context: &ImageContext<'_>) -> Option<Finding> {
    let config = &context.image.about.config;
    let starts = !config.entrypoint.is_empty() || !config.cmd.is_empty();
    // Windows has no root user.
    if !is_root(&config.user) || !starts || context.image.about.platform.os == "windows" {
        return None;
    }
    let why = "No USER is set: an attacker who takes over the program is root in the container."
        .to_owned();
    let fix = Fix::new(FixPlace::Before, vec!["USER 65532:65532".to_owned()]);
    Some(Finding::new(
        FindingKind::RunsAsRoot,
        None,
        Vec::new(),
        why,
        fix,
    ))
}

/// Returns the visible entries that match, and their layer if all of them are of one.
fn paths(
    context: &ImageContext<'_>,
    fits: impl Fn(&Entry) -> bool,
) -> Option<(Option<LayerId>, Vec<ClaimedEntry>)> {
    let seen = context.image.tree.ids().filter_map(|node| {
        let seen = context.image.visible(node)?;
        let about = context.image.entry(seen.entry);
        let counts = seen.counted_at.is_none() && !about.is_implied();
        (counts && fits(about)).then_some(ClaimedEntry {
            node,
            entry: Some(seen.entry),
            layer: seen.layer,
            bytes: 0,
        })
    });
    let claims: Vec<ClaimedEntry> = seen.collect();
    let first = claims.first()?.layer;
    let is_same = claims.iter().all(|claim| claim.layer == first);
    Some((is_same.then_some(first), claims))
}

/// Returns the lines that change the mode of some paths, as a user who may; for many paths a `find` command.
fn chmod(context: &ImageContext<'_>, how: &str, which: &str, claims: &[ClaimedEntry]) -> Fix {
    if follow(context.image, b"/bin/sh").is_none() {
        // The image has no shell.
        return Fix::new(
            FixPlace::Text,
            vec![format!(
                "Set the mode in the build context, with chmod {how}, or with COPY --chmod."
            )],
        );
    }
    let line = if claims.len() > MOST_PATHS {
        format!("RUN find / -xdev {which} -exec chmod {how} {{}} +")
    } else {
        let paths = claims.iter().map(|claim| quoted(&context.path(claim.node)));
        format!("RUN chmod {how} {}", paths.collect::<Vec<_>>().join(" "))
    };
    let user = &context.image.about.config.user;
    if is_root(user) {
        return Fix::new(FixPlace::Before, vec![line]);
    }
    let user = user.replace(char::is_control, "?");
    Fix::new(
        FixPlace::Before,
        vec!["USER root".to_owned(), line, format!("USER {user}")],
    )
}

fn is_root(user: &str) -> bool {
    let user = user.split(':').next().unwrap_or_default();
    ["", "0", "root"].contains(&user)
}
