//! What opening a line of the packages tab or of the advice tab does.

use crate::ui::loaded::content_analysis::LoadState;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{PackageRow, Whose};

/// Shows the files of the selected line in the tree, and returns a word to the user.
pub(super) fn open(explore: &mut Explore) -> Option<String> {
    let LoadState::ContentView(told) = explore.telling.clone() else {
        return None;
    };
    let whose = match explore.packages.rows().get(explore.place().at())? {
        PackageRow::Share(whose) => *whose,
        PackageRow::Package(id) => Whose::Package(*id),
        PackageRow::Note(at) => return told.content_analysis.packages.notes.get(*at).cloned(),
    };
    if explore.show_whose(&told, whose) {
        return Some("esc shows all files again".to_owned());
    }
    let Whose::Package(id) = whose else {
        return Some("there are no such files".to_owned());
    };
    let package = told.content_analysis.packages.get(id);
    explore.show(package.layer, package.place);
    Some("it has no files of its own; this one tells of it".to_owned())
}

/// Shows what the selected finding speaks of in the tree, and returns a word to the user.
pub(super) fn open_finding(explore: &mut Explore) -> Option<String> {
    let LoadState::ContentView(told) = explore.telling.clone() else {
        return None;
    };
    let shown = explore.show_whose(&told, Whose::Finding(explore.place().at()));
    let words = if shown {
        "esc shows all files again"
    } else {
        "it speaks of no file"
    };
    Some(words.to_owned())
}
