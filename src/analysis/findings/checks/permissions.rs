//! Who may do what in a container: which user it runs as, programs that run as their owner, what everybody may write. By the configuration and permission
//! bits alone; no bytes are saved here.

use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::findings::quoting::quoted;
use crate::analysis::main_program::follow;
use crate::image::{Entry, Kind, LayerId};

/// The most paths that a line names.
const MOST_PATHS: usize = 12;

/// Finds them.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let setuid = |about: &Entry| {
        about.kind() == Kind::File
            && about.permissions() & 0o6000 != 0
            && about.permissions() & 0o111 != 0
    };
    let open = |about: &Entry| {
        let sticky = about.kind() == Kind::Directory && about.permissions() & 0o1000 != 0;
        let counts = matches!(about.kind(), Kind::File | Kind::Directory);
        counts && !sticky && about.permissions() & 0o002 != 0
    };
    let setuid = paths(case, setuid).map(|(layer, claims)| {
        let why = format!(
            "{} with a setuid or setgid bit: who starts one runs as the user or group that owns it, a way up for whoever gets in. A service seldom needs any.",
            crate::bytes::count(claims.len() as u64, "program", "programs")
        );
        let fix = chmod(case, "a-s", "-perm /6000 -type f", &claims);
        Finding::new(FindingKind::Setuid, layer, claims, why, fix)
    });
    let open = paths(case, open).map(|(layer, claims)| {
        let why = format!(
            "Everybody in the container may write {}: what is started from there can be replaced.",
            crate::bytes::count(claims.len() as u64, "path", "paths")
        );
        let which = "-perm -2 ! -type l ! -perm -1000";
        let fix = chmod(case, "o-w", which, &claims);
        Finding::new(FindingKind::WorldWritable, layer, claims, why, fix)
    });
    let own = |finding: Finding| {
        let own = finding.claims.iter().any(|claim| case.is_own(claim.layer));
        if own {
            finding
        } else {
            finding.at(FindingLevel::Note)
        }
    };
    [root(case), setuid, open.map(own)]
        .into_iter()
        .flatten()
        .collect()
}

fn root(case: &ImageContext<'_>) -> Option<Finding> {
    let config = &case.image.about.config;
    let starts = !config.entrypoint.is_empty() || !config.cmd.is_empty();
    // Windows has no root, and its administrator in a container is another matter.
    if !is_root(&config.user) || !starts || case.image.about.platform.os == "windows" {
        return None;
    }
    let why =
        "No USER line says otherwise: whoever breaks into the program is root in the container."
            .to_owned();
    let fix = Fix::Before(vec!["USER 65532:65532".to_owned()]);
    Some(Finding::new(
        FindingKind::RunsAsRoot,
        None,
        Vec::new(),
        why,
        fix,
    ))
}

/// Returns what is seen in the end and fits, with the layer to change: the topmost of yours that has one, else the topmost.
fn paths(
    case: &ImageContext<'_>,
    fits: impl Fn(&Entry) -> bool,
) -> Option<(Option<LayerId>, Vec<Claim>)> {
    let seen = case.image.tree.ids().filter_map(|node| {
        let last = case.image.timeline.of(node).last()?;
        let entry = last.entry?;
        let about = case.image.entry(entry);
        (fits(about) && !about.is_implied()).then_some(Claim {
            node,
            entry: Some(entry),
            layer: last.layer,
            bytes: 0,
        })
    });
    let claims: Vec<Claim> = seen.collect();
    let layer = claims.iter().map(|claim| claim.layer).max();
    (!claims.is_empty()).then_some((layer, claims))
}

/// Returns the lines that change the mode of some paths, as the user who may; of many, the line that finds them.
fn chmod(case: &ImageContext<'_>, how: &str, which: &str, claims: &[Claim]) -> Fix {
    if follow(case.image, b"/bin/sh").is_none() {
        // Nothing there can run a command.
        return Fix::Words(vec![format!(
            "Set the mode where they are copied from, with chmod {how}, or with COPY --chmod."
        )]);
    }
    let line = if claims.len() > MOST_PATHS {
        format!("RUN find / -xdev {which} -exec chmod {how} {{}} +")
    } else {
        let paths = claims.iter().map(|claim| quoted(&case.path(claim.node)));
        format!("RUN chmod {how} {}", paths.collect::<Vec<_>>().join(" "))
    };
    let user = &case.image.about.config.user;
    if is_root(user) {
        return Fix::Before(vec![line]);
    }
    let user = user.replace(char::is_control, "?");
    Fix::Before(vec!["USER root".to_owned(), line, format!("USER {user}")])
}

fn is_root(user: &str) -> bool {
    let user = user.split(':').next().unwrap_or_default();
    ["", "0", "root"].contains(&user)
}
