//! Lists, measures and prunes what the cache keeps. Returns text; reads no index.

use std::fmt::Write as _;

use crate::bytes::{Units, age, count, human};
use crate::cache::{Cache, Cached, CachedKind};
use crate::cli::CacheAction;
use crate::escape;
use crate::failure::Failure;

/// Carries out an action; returns what to print.
///
/// # Errors
/// [`Failure`] when the folder cannot be read, or a file cannot be removed.
pub(super) fn run(action: CacheAction, cache: &Cache) -> Result<String, Failure> {
    let folder = escape::text(&cache.folder().to_string_lossy()).into_owned();
    let failed = |why: std::io::Error| {
        Failure::new(format!("the cache in {folder} cannot be used"))
            .because(why)
            .hint("check its permissions, or remove the folder")
    };
    if action == CacheAction::Prune {
        let removed = sums(&cache.prune().map_err(failed)?);
        return Ok(format!("removed {removed}, from {folder}\n"));
    }
    let all = cache.list().map_err(failed)?;
    let mut text = String::new();
    if action == CacheAction::List {
        for kept in &all {
            let seconds = kept.used.elapsed().unwrap_or_default().as_secs();
            let used =
                age(seconds).map_or("used just now".to_owned(), |age| format!("used {age} ago"));
            let size = human(kept.bytes, Units::Si);
            let _ = writeln!(text, "{}  {size:>9}  {used}", kept.digest);
        }
    }
    let _ = writeln!(text, "{}, in {folder}", sums(&all));
    Ok(text)
}

/// Returns how many of each kind there are, and their bytes: `3 layers, 1 table of contents, 2.1 MB`.
fn sums(all: &[Cached]) -> String {
    let of = |kind| all.iter().filter(|kept| kept.kind == kind).count() as u64;
    let mut text = count(of(CachedKind::Layer), "layer", "layers");
    for (kind, one, many) in [
        (CachedKind::Table, "table of contents", "tables of contents"),
        (CachedKind::Archive, "archive", "archives"),
    ] {
        if of(kind) > 0 {
            let _ = write!(text, ", {}", count(of(kind), one, many));
        }
    }
    let bytes = human(all.iter().map(|kept| kept.bytes).sum(), Units::Si);
    format!("{text}, {bytes}")
}
