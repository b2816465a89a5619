//! The packages tab: the bytes of packages and of unowned files, and a line for each package with its bytes, layer, kind, name and version.

use ratatui::text::{Line, Span};

use crate::analysis::Amount;
use crate::bytes::Units;
use crate::escape;
use crate::ui::loaded::content_analysis::ContentSummary;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{PackageLine, PackageOrder};
use crate::ui::theme::Theme;
use crate::ui::wording::categories;

use crate::ui::view::text;

/// From how many columns on the kind is shown, and versions are aligned.
const KIND_FROM: usize = 36;
const VERSIONS_FROM: usize = 50;
/// The columns of the widest kind.
const KIND: usize = 6;
/// The most columns of a name, so that its version fits.
const NAME: usize = 40;

/// The widths of the columns that fit, in terminal columns; 0 for a hidden one.
struct PackageColumns {
    size: usize,
    layer: usize,
    kind: usize,
    /// The name's, when versions are aligned.
    name: Option<usize>,
}

impl PackageColumns {
    fn of(explore: &Explore, units: Units, columns: usize) -> Self {
        let size = Amount::columns(explore.summary.analysis.is_complete(), units);
        let layer = explore.layer_count().to_string().len().max(2);
        let kind = if columns >= KIND_FROM { KIND + 1 } else { 0 };
        let rest = columns.saturating_sub(size + layer + kind + 2);
        let name = (columns >= VERSIONS_FROM).then(|| NAME.min(rest * 3 / 5));
        Self {
            size,
            layer,
            kind,
            name,
        }
    }
}

/// Returns the column heads; the sorted one is marked.
pub(super) fn head(explore: &Explore, units: Units, columns: usize) -> String {
    let columns = PackageColumns::of(explore, units, columns);
    let order = explore.packages.order();
    let mark = |of: PackageOrder, words: &str, mark: &str| {
        let mark = if of == order { mark } else { "" };
        format!("{words}{mark}")
    };
    let size = text::right(&mark(PackageOrder::Bytes, "Size", " ▾"), columns.size);
    let layer = match order {
        PackageOrder::Layer => text::right("L▴", columns.layer + 1),
        _ => text::right("L", columns.layer + 1),
    };
    let kind = text::left(" Kind", columns.kind);
    let name = mark(PackageOrder::Name, "Package", " ▴");
    match columns.name {
        Some(wide) => format!("{size}{layer}{kind} {} Version", text::left(&name, wide)),
        None => format!("{size}{layer}{kind} {name}"),
    }
}

/// Returns the lines in view.
pub(super) fn lines<'a>(
    explore: &Explore,
    units: Units,
    theme: &Theme,
    columns: usize,
    height: usize,
) -> Vec<Line<'a>> {
    let Some(content) = explore.content.ready() else {
        return Vec::new();
    };
    let rows = explore.packages.rows().iter();
    let rows = rows.skip(explore.tab_cursor().top()).take(height);
    rows.map(|row| line(explore, content, *row, units, theme, columns))
        .collect()
}

fn line<'a>(
    explore: &Explore,
    content: &ContentSummary,
    row: PackageLine,
    units: Units,
    theme: &Theme,
    room: usize,
) -> Line<'a> {
    let columns = PackageColumns::of(explore, units, room);
    let packages = &content.content_analysis.packages;
    let sum = |bytes| explore.summary.analysis.sum(bytes, units);
    let size = |bytes| text::right(&sum(bytes), columns.size);
    let before = columns.size + columns.layer + columns.kind + 2;
    let room = room.saturating_sub(before);
    match row {
        PackageLine::Note(at) => {
            let note = packages.notes.get(at).map_or("", String::as_str);
            let words = text::clip(note, before + room).into_owned();
            Line::styled(words, theme.warning)
        }
        PackageLine::Share(owner) => {
            let (share, words) = categories::share(content, owner);
            let gap = before - columns.size;
            Line::from(vec![
                Span::styled(size(share.bytes), theme.title),
                Span::raw(" ".repeat(gap)),
                Span::styled(text::clip(&words, room).into_owned(), theme.title),
            ])
        }
        PackageLine::Package(id) => {
            let package = packages.get(id);
            let (name, version) = (escape::text(&package.name), escape::text(&package.version));
            let layer = (package.layer.0 + 1).to_string();
            let name = match columns.name {
                Some(wide) => text::left(&name, wide),
                None => text::clip(&name, room).into_owned(),
            };
            let room = room.saturating_sub(text::width(&name) + 1);
            let mut spans = vec![
                Span::styled(size(package.bytes), theme.text),
                Span::styled(text::right(&layer, columns.layer + 1), theme.faint),
            ];
            if columns.kind > 0 {
                let kind = format!(" {}", package.kind.name());
                spans.push(Span::styled(text::left(&kind, columns.kind), theme.faint));
            }
            spans.push(Span::styled(format!(" {name} "), theme.text));
            spans.push(Span::styled(
                text::clip(&version, room).into_owned(),
                theme.faint,
            ));
            Line::from(spans)
        }
    }
}
