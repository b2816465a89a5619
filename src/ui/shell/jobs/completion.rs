//! Completes a path that is typed in a prompt, on a worker thread: a filesystem may be slow.

use std::path::Path;
use std::sync::mpsc::Sender;

use crate::ui::model::message::Msg;
use crate::ui::shell::jobs::{ShellEvent, expand, start};

/// The most entries of a folder that are looked at.
const MOST: usize = 20_000;

/// Sends the completion of a path, and the names that fit.
pub(in crate::ui) fn complete(typed: String, events: Sender<ShellEvent>) {
    start(&events.clone(), move || {
        let (completed, names) = completion(&typed);
        let msg = Msg::Completed(typed, completed, names);
        let _ = events.send(ShellEvent::message(msg));
    });
}

/// Returns the typed path with what all entries that start like it have in common, and their names.
fn completion(typed: &str) -> (String, Vec<String>) {
    let start = typed.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, name) = typed.split_at(start);
    let path = match folder {
        "" => Path::new(".").to_owned(),
        folder => expand(folder),
    };
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .take(MOST)
        .filter_map(|entry| {
            let is_dir = entry.path().is_dir();
            let name = entry.file_name().into_string().ok()?;
            Some(if is_dir { format!("{name}/") } else { name })
        })
        .filter(|entry| entry.starts_with(name))
        .filter(|entry| !entry.starts_with('.') || name.starts_with('.'))
        .collect();
    names.sort_unstable();
    let common = match &names[..] {
        [] => name,
        [first, .., last] => {
            let same = first.char_indices().zip(last.chars());
            let end = same.take_while(|((_, one), other)| one == other).last();
            end.map_or("", |((at, letter), _)| &first[..at + letter.len_utf8()])
        }
        [only] => only.as_str(),
    };
    (format!("{folder}{common}"), names)
}

#[cfg(test)]
mod tests {
    use super::completion;

    #[test]
    fn paths_are_completed_as_far_as_they_are_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        for name in ["image-a.tar", "image-b.tar", ".hidden"] {
            std::fs::write(path(name), "").expect("a file");
        }
        std::fs::create_dir(path("layers")).expect("a folder");
        let complete = |name: &str| completion(&path(name));
        assert_eq!(complete("im").0, path("image-"));
        assert_eq!(complete("im").1, ["image-a.tar", "image-b.tar"]);
        assert_eq!(
            complete("image-a"),
            (path("image-a.tar"), vec!["image-a.tar".to_owned()])
        );
        assert_eq!(complete("la").0, path("layers/"));
        assert_eq!(complete("nothing"), (path("nothing"), Vec::new()));
        assert_eq!(complete("").1.len(), 3, "hidden entries need their dot");
        assert_eq!(complete(".h").0, path(".hidden"));
    }
}
