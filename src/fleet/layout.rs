//! The folder of `--out`: where each table of a run is, and where its state is. Lines of JSON are in one file per table. Parquet files are in a folder for each
//! table and in it one for each run, whose name engines read as the column `run`: each part of a list adds its file there. Reads folders, and no table.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::row::Table;
use super::shard::Shard;
use crate::bytes::count;

/// The file that describes the tables; it is there only beside complete ones.
pub(crate) const RUN_FILE: &str = "run.json";
/// The folder with the state of the runs whose tables are Parquet files. No table has this name.
const RUNS: &str = "runs";

/// The form of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TableForm {
    /// Lines of JSON.
    Ndjson,
    /// Parquet, as a run of this name.
    Parquet(RunName),
}

/// The name of a run: a part of paths that no engine takes for something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunName(String);

/// Where the tables of a run, or of a part of one, are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutputFolder {
    pub(crate) folder: PathBuf,
    pub(crate) form: TableForm,
    /// The part of the list that the tables are of.
    pub(crate) shard: Shard,
}

impl RunName {
    /// Returns `None` for a text with other characters than letters, digits, `.`, `_` and `-`, or that begins with a dot or an underscore.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let is_hidden = text.starts_with(['.', '_']);
        let is_name = !text.is_empty() && text.len() <= 100 && text.chars().all(is_plain);
        (is_name && !is_hidden).then(|| Self(text.to_owned()))
    }

    /// Returns the folder of the run's state in a folder of `--out`.
    fn folder(&self, out: &Path) -> PathBuf {
        out.join(RUNS).join(&self.0)
    }
}

impl OutputFolder {
    /// Returns the folder of the journal and of [`RUN_FILE`].
    pub(crate) fn state(&self) -> PathBuf {
        match &self.form {
            TableForm::Ndjson => self.folder.clone(),
            TableForm::Parquet(run) => run.folder(&self.folder).join(part_name(self.shard)),
        }
    }

    /// Returns the file of a table.
    pub(crate) fn table(&self, table: Table) -> PathBuf {
        match &self.form {
            TableForm::Ndjson => self.folder.join(format!("{}.ndjson", table.name())),
            TableForm::Parquet(run) => {
                let folder = self.folder.join(table.name());
                let folder = folder.join(format!("run={}", run.0));
                folder.join(format!("{}.parquet", part_name(self.shard)))
            }
        }
    }

    /// Returns what the folder has that the tables would be mixed up with.
    pub(crate) fn conflict(&self) -> Option<String> {
        match &self.form {
            TableForm::Ndjson => {
                let has_runs = self.folder.join(RUNS).is_dir();
                has_runs.then(|| "tables as Parquet files".to_owned())
            }
            TableForm::Parquet(_) if self.folder.join(RUN_FILE).is_file() => {
                Some("tables as lines of JSON".to_owned())
            }
            TableForm::Parquet(run) => {
                let parts = parts(&run.folder(&self.folder)).unwrap_or_default();
                let mut counts = parts.into_iter().map(Shard::count);
                let other = counts.find(|count| *count != self.shard.count())?;
                let parts = count(u64::from(other), "part", "parts");
                Some(format!("run {} in {parts}", run.0))
            }
        }
    }
}

/// Returns the name of a part of a run.
fn part_name(shard: Shard) -> String {
    format!("part-{}-of-{}", shard.index(), shard.count())
}

/// What a folder of rows is.
#[derive(Debug)]
pub(super) enum FolderContent {
    /// A folder with the tables of one run, or of each of its parts.
    Tables(Vec<OutputFolder>),
    /// One with several runs, which have these names.
    Runs(Vec<String>),
    /// None, or one with a run that has not ended.
    Incomplete,
}

/// Returns what a folder is: one of `--out`, or below `runs` in it the folder of one run.
///
/// # Errors
/// [`io::Error`] when it cannot be read.
pub(super) fn find(folder: &Path) -> io::Result<FolderContent> {
    if folder.join(RUN_FILE).is_file() {
        return Ok(FolderContent::Tables(vec![OutputFolder {
            folder: folder.to_owned(),
            form: TableForm::Ndjson,
            shard: Shard::WHOLE,
        }]));
    }
    let runs = folder.join(RUNS);
    if runs.is_dir() {
        let mut names = names(&runs, RunName::new)?;
        names.sort_by(|one, other| one.0.cmp(&other.0));
        return match &*names {
            [run] => of_run(folder, run),
            [] => Ok(FolderContent::Incomplete),
            _ => Ok(FolderContent::Runs(
                names.into_iter().map(|name| name.0).collect(),
            )),
        };
    }
    let folder = folder.canonicalize()?;
    let name = folder.file_name().and_then(|name| name.to_str());
    let runs = folder.parent().filter(|runs| runs.ends_with(RUNS));
    match (name.and_then(RunName::new), runs.and_then(Path::parent)) {
        (Some(run), Some(out)) => of_run(out, &run),
        _ => Ok(FolderContent::Incomplete),
    }
}

/// Returns the parts of a run, if it has ended in all of them.
fn of_run(folder: &Path, run: &RunName) -> io::Result<FolderContent> {
    let mut shards = parts(&run.folder(folder))?;
    shards.sort_by_key(|shard| shard.index());
    let count = shards.first().map_or(0, |shard| shard.count());
    let parts: Vec<OutputFolder> = shards
        .into_iter()
        .map(|shard| OutputFolder {
            folder: folder.to_owned(),
            form: TableForm::Parquet(run.clone()),
            shard,
        })
        .collect();
    let is_complete =
        |part: &OutputFolder| part.shard.count() == count && part.state().join(RUN_FILE).is_file();
    // A name of a part is there once: as many as there are parts are all of them.
    Ok(
        if count > 0 && parts.len() == count as usize && parts.iter().all(is_complete) {
            FolderContent::Tables(parts)
        } else {
            FolderContent::Incomplete
        },
    )
}

/// Returns the parts of a run that have a state.
fn parts(run: &Path) -> io::Result<Vec<Shard>> {
    names(run, |name| {
        let (index, count) = name.strip_prefix("part-")?.split_once("-of-")?;
        let shard = Shard::new(index.parse().ok()?, count.parse().ok()?)?;
        // Other spellings of numbers are other names.
        (part_name(shard) == name).then_some(shard)
    })
}

/// Returns the folders in a folder, by what their names mean.
fn names<T>(folder: &Path, meaning: impl Fn(&str) -> Option<T>) -> io::Result<Vec<T>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().is_dir() {
            found.extend(entry.file_name().to_str().and_then(&meaning));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::RunName;

    #[test]
    fn a_run_has_a_name_that_is_one_part_of_a_path() {
        for (text, is_name) in [
            ("2026-11-29", true),
            ("a_b.C", true),
            ("", false),
            ("..", false),
            ("_hidden", false),
            ("a/b", false),
            ("a=b", false),
            ("é", false),
            (&"a".repeat(101), false),
        ] {
            assert_eq!(RunName::new(text).is_some(), is_name, "{text}");
        }
    }
}
