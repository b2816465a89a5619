//! Opening a line of the Packages tab or of the Savings tab.

use crate::ui::loaded::content_analysis::LoadState;
use crate::ui::loaded::file_group::FileGroup;
use crate::ui::model::explore::Explore;
use crate::ui::pane::PackageRow;

/// Shows the files of the selected line in the tree, and returns a notice.
pub(super) fn open(explore: &mut Explore) -> Option<String> {
    let LoadState::Ready(content) = explore.content.clone() else {
        return None;
    };
    let group = match explore.packages.rows().get(explore.tab_cursor().at())? {
        PackageRow::Share(group) => *group,
        PackageRow::Package(id) => FileGroup::Package(*id),
        PackageRow::Note(at) => return content.content_analysis.packages.notes.get(*at).cloned(),
    };
    if explore.show_group(&content, group) {
        return Some("esc shows all files".to_owned());
    }
    let FileGroup::Package(id) = group else {
        return Some("no files".to_owned());
    };
    let package = content.content_analysis.packages.get(id);
    explore.show(package.layer, package.location);
    Some("the package has no files; showing its record".to_owned())
}

/// Shows the files of the selected finding in the tree, and returns a notice.
pub(super) fn open_finding(explore: &mut Explore) -> Option<String> {
    let LoadState::Ready(content) = explore.content.clone() else {
        return None;
    };
    let shown = explore.show_group(&content, FileGroup::Finding(explore.tab_cursor().at()));
    let words = if shown {
        "esc shows all files"
    } else {
        "the finding has no files"
    };
    Some(words.to_owned())
}
