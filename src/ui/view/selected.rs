//! What there is to say of a path beside its name: the look of its status, the line about the selected one.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::analysis::Status;
use crate::escape;
use crate::image::NodeId;
use crate::ui::loaded::summary::status_word;
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;
use crate::ui::wording::categories;

use crate::ui::view::text;

/// Returns the glyph and the style of a status.
pub(super) fn status_look(theme: &Theme, status: Status) -> (&'static str, Style) {
    match status {
        Status::Absent => ("·", theme.faint),
        Status::Unmodified => (" ", theme.text),
        Status::Added => ("+", theme.added),
        Status::Removed => ("−", theme.removed),
        Status::Modified(_) => ("~", theme.modified),
    }
}

/// Returns what there is to say of the selected path: what changed, which layer shows it, where it is in full. What changed stands there before all of
/// the path, whose end is in the tree above, too; other words as far as the path leaves room.
pub(super) fn line<'a>(explore: &Explore, theme: &Theme, columns: usize) -> Vec<Span<'a>> {
    let Some(row) = explore.tree.lines.selected() else {
        return Vec::new();
    };
    let path = escape::name(&explore.image.tree.path(row.path)).into_owned();
    let status = explore.tree.comparison().status(row.path);
    let (glyph, style) = status_look(theme, status);
    let mut said = format!(" {glyph}");
    let room = |of_path: usize| columns.saturating_sub(of_path + GAP.len());
    let whole = room(text::width(&path));
    let least = room(text::width(&path).min(LEAST));
    let (word, more) = words(explore, row.path, status);
    let wide = |words: &str| text::width(&said) + text::width(words);
    match changed(status) {
        Some(what) if wide(&word) > least => {
            let what = format!(" {what}");
            if wide(&what) <= least {
                said.push_str(&what);
            }
        }
        None if wide(&word) > whole => {}
        _ => {
            said.push_str(&word);
            for words in more {
                let left = whole.saturating_sub(text::width(&said));
                said.push_str(&words.within(left));
            }
        }
    }
    said.push_str(GAP);
    let room = columns.saturating_sub(text::width(&said));
    vec![
        Span::styled(said, style),
        Span::styled(text::clip_start(&path, room).into_owned(), theme.faint),
    ]
}

/// The columns a path keeps whatever is said of it.
const LEAST: usize = 16;
/// What stands between the words and the path.
const GAP: &str = "  ";

/// Words about a path.
enum Words {
    /// Some that are said whole or not at all.
    Whole(String),
    /// A list that is said as far as there is room.
    List(Vec<String>),
}

impl Words {
    /// Returns as much of them as has room.
    fn within(self, columns: usize) -> String {
        let places = match self {
            Self::Whole(words) if text::width(&words) <= columns => return words,
            Self::Whole(_) => return String::new(),
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

/// Returns what of a path changed; nothing when only what is below it did.
fn changed(status: Status) -> Option<String> {
    let Status::Modified(what) = status else {
        return None;
    };
    let names: Vec<_> = what.names().collect();
    (names[..] != ["below"]).then(|| names.join(", "))
}

/// Returns the word for a path's status, with what changed, and what else there is to say of it, the most telling first.
fn words(explore: &Explore, path: NodeId, status: Status) -> (String, Vec<Words>) {
    let (image, comparison) = (&explore.image, explore.tree.comparison());
    let mut word = format!(" {}", status_word(status));
    let mut more = Vec::new();
    match (changed(status), status) {
        (Some(what), _) => word = format!("{word}: {what}"),
        (None, Status::Modified(_)) => " changed below".clone_into(&mut word),
        _ => {}
    }
    if status == Status::Absent {
        let events = image.timeline.of(path).iter();
        let place = events.map(|event| {
            let verb = match event.entry {
                Some(_) => "in",
                None => "removed in",
            };
            format!("{verb} layer {}", event.layer.0 + 1)
        });
        more.push(Words::List(place.collect()));
    } else if let Some(layer) = comparison.removed_by(image, path) {
        more.push(Words::Whole(format!(" in layer {}", layer.0 + 1)));
    } else if let Some((layer, _)) = comparison.source(image, path) {
        more.push(Words::Whole(format!(" · layer {}", layer.0 + 1)));
    }
    let told = categories::short(explore, path).into_iter();
    more.extend(told.map(|words| Words::Whole(format!(" · {words}"))));
    (word, more)
}
