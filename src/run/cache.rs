//! Lists, measures and prunes the kept indexes of layers. Returns text; reads no index.

use std::fmt::Write as _;

use crate::bytes::{Units, age, count, human};
use crate::cache::Cache;
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
    let number = |layers: usize| count(layers as u64, "layer", "layers");
    if action == CacheAction::Prune {
        let (layers, bytes) = cache.prune().map_err(failed)?;
        let bytes = human(bytes, Units::Si);
        return Ok(format!(
            "removed {}, {bytes}, from {folder}\n",
            number(layers)
        ));
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
    let sum = human(all.iter().map(|kept| kept.bytes).sum(), Units::Si);
    let tables = all.iter().filter(|kept| kept.is_table).count();
    let mut kept = number(all.len() - tables);
    if tables > 0 {
        let tables = count(tables as u64, "table of contents", "tables of contents");
        let _ = write!(kept, ", {tables}");
    }
    let _ = writeln!(text, "{kept}, {sum}, in {folder}");
    Ok(text)
}
