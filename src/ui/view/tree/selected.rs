//! The line about the selected path: its status, what changed, its layer, package and category, and the full path.

use ratatui::text::Span;

use crate::analysis::{EntryDifferences, Status};
use crate::bytes::{Units, human};
use crate::escape;
use crate::image::{LayerId, NodeId};
use crate::ui::loaded::summary::status_word;
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;
use crate::ui::wording::{categories, facts, query};

use crate::ui::view::text;
use crate::ui::view::tree::columns;

/// Returns the line about the selected path. The status, what changed and the layer come before the full path, whose end is also in the tree; other facts
/// are shown as far as the path leaves room.
pub(in crate::ui::view) fn line<'a>(
    explore: &Explore,
    theme: &Theme,
    units: Units,
    columns: usize,
) -> Vec<Span<'a>> {
    let Some(node) = explore.selected_node() else {
        return Vec::new();
    };
    let is_list = explore.list().is_some();
    let path = escape::name(&explore.image.tree.path(node)).into_owned();
    // The rows of the list keep the names of the files.
    let path = match path.rsplit_once('/') {
        Some(("", _)) if is_list => "in /".to_owned(),
        Some((folder, _)) if is_list => format!("in {folder}"),
        _ => path,
    };
    let query = explore.selection().is_some();
    let status = if query {
        Status::Unmodified
    } else {
        explore.tree.comparison().status(node)
    };
    let (glyph, style) = columns::style_of(explore, theme, node);
    let mut words = format!(" {glyph}");
    let room = |of_path: usize| columns.saturating_sub(of_path + GAP.len());
    let beside_path = room(text::width(&path));
    let least = room(text::width(&path).min(LEAST));
    let (word, more) = if query {
        under_query(explore, node, units)
    } else {
        status_facts(explore, node, status)
    };
    let with = |more: &str| text::width(&words) + text::width(more);
    match changed(status) {
        Some(what) if with(&word) > least => {
            let what = format!(" {what}");
            if with(&what) <= least {
                words.push_str(&what);
            }
        }
        None if with(&word) > least => {}
        _ => {
            words.push_str(&word);
            for (at, fact) in more.into_iter().enumerate() {
                // The layer is shown before the start of a long path.
                let is_first = match fact {
                    PathFact::Text(_) => at == 0,
                    PathFact::Instruction(_) => is_list,
                    PathFact::List(_) => false,
                };
                let room = if is_first { least } else { beside_path };
                let left = room.saturating_sub(text::width(&words));
                words.push_str(&fact.within(left));
            }
        }
    }
    words.push_str(GAP);
    let room = columns.saturating_sub(text::width(&words));
    vec![
        Span::styled(words, style),
        Span::styled(text::clip_start(&path, room).into_owned(), theme.faint),
    ]
}

/// The columns a path always keeps.
const LEAST: usize = 16;
/// The gap between the words and the path.
const GAP: &str = "  ";

/// The columns of an instruction: with fewer it is left out, with more it is truncated.
const LEAST_INSTRUCTION: usize = 16;
const MOST_INSTRUCTION: usize = 40;

/// A fact about a path.
enum PathFact {
    /// A text, shown in full or not at all.
    Text(String),
    /// A list, truncated to the items that fit.
    List(Vec<String>),
    /// An instruction, truncated.
    Instruction(String),
}

impl PathFact {
    /// Returns as much of it as fits.
    fn within(self, columns: usize) -> String {
        let places = match self {
            Self::Text(words) if text::width(&words) <= columns => return words,
            Self::Text(_) => return String::new(),
            Self::Instruction(_) if columns < LEAST_INSTRUCTION => return String::new(),
            Self::Instruction(words) => {
                return text::clip(&words, columns.min(MOST_INSTRUCTION)).into_owned();
            }
            Self::List(places) => places,
        };
        let (mut list, mut fits) = (String::new(), String::new());
        for (at, place) in places.iter().enumerate() {
            list.push_str(if at == 0 { ": " } else { ", " });
            list.push_str(place);
            let more = if at + 1 < places.len() { ", …" } else { "" };
            if text::width(&list) > columns {
                break;
            }
            if text::width(&list) + text::width(more) <= columns {
                fits = format!("{list}{more}");
            }
        }
        fits
    }
}

/// Returns what changed of a path; `None` when only something below it changed.
fn changed(status: Status) -> Option<String> {
    let Status::Modified(what) = status else {
        return None;
    };
    (what != EntryDifferences::BELOW).then(|| what.list())
}

/// Returns why a selected content is hidden, then its layer, owner and category; of a folder the number of its contents.
fn under_query(explore: &Explore, node: NodeId, units: Units) -> (String, Vec<PathFact>) {
    let Some(content) = explore.selected_content() else {
        let selection = explore.selection();
        let number = selection.map(|all| query::number(explore, all, node));
        return (format!(" {}", number.unwrap_or_default()), Vec::new());
    };
    let layer = format!(" · layer {}", content.layer.0 + 1);
    let whole = explore.image.entry(content.entry).size;
    let part = (0 < content.bytes && content.bytes < whole).then(|| {
        let part = human(content.bytes, units);
        PathFact::Text(format!(" · {part} of its {}", human(whole, units)))
    });
    let hider = |by: LayerId| format!("layer {}", by.0 + 1);
    if let Some(hidden) = facts::hidden_by(&explore.image, content, hider) {
        let stored = instruction(explore, content.layer);
        return (format!(" {hidden}"), vec![PathFact::Text(layer), stored]);
    }
    let owner = categories::package_and_category(explore, node).into_iter();
    let owner = owner.map(|words| PathFact::Text(format!(" · {words}")));
    let by = instruction(explore, content.layer);
    let layer = PathFact::Text(layer);
    // The rows of the list have the package and the category.
    let all = match explore.list() {
        Some(_) => part.into_iter().chain([layer, by]).chain(owner).collect(),
        None => part
            .into_iter()
            .chain([layer])
            .chain(owner)
            .chain([by])
            .collect(),
    };
    (" visible".to_owned(), all)
}

fn instruction(explore: &Explore, layer: LayerId) -> PathFact {
    PathFact::Instruction(format!(" {}", facts::instruction(explore, layer)))
}

/// Returns the word for a path's status with what changed, then further facts, the most important first.
fn status_facts(explore: &Explore, path: NodeId, status: Status) -> (String, Vec<PathFact>) {
    let (image, comparison) = (&explore.image, explore.tree.comparison());
    let mut word = format!(" {}", status_word(status));
    let (mut more, mut by) = (Vec::new(), None);
    match (changed(status), status) {
        (Some(what), _) => word = format!("{word}: {what}"),
        (None, Status::Modified(_)) => " modified below".clone_into(&mut word),
        _ => {}
    }
    if status == Status::Absent {
        let events = image.timeline.events(path).iter();
        let place = events.map(|event| {
            let verb = match event.entry {
                Some(_) => "in",
                None => "removed in",
            };
            format!("{verb} layer {}", event.layer.0 + 1)
        });
        more.push(PathFact::List(place.collect()));
    } else if let Some(layer) = comparison.removed_by(image, path) {
        more.push(PathFact::Text(format!(" in layer {}", layer.0 + 1)));
        by = Some(layer);
    } else if let Some((layer, _)) = comparison.source(image, path) {
        more.push(PathFact::Text(format!(" · layer {}", layer.0 + 1)));
        by = Some(layer);
    }
    let owner = categories::package_and_category(explore, path).into_iter();
    more.extend(owner.map(|words| PathFact::Text(format!(" · {words}"))));
    more.extend(by.map(|layer| instruction(explore, layer)));
    (word, more)
}
