//! The savings tab: a line for each finding with the bytes it saves after those above it, the layer to change, its title, and the size of the image then. What
//! is part of another saving is marked, so that no sum counts it twice.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::analysis::Amount;
use crate::analysis::findings::FindingLevel;
use crate::bytes::{Units, human};
use crate::ui::loaded::content_analysis::{ContentSummary, ListedFinding};
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;
use crate::ui::wording::savings;

use crate::ui::view::text;

/// From how many columns on the size after each saving, or the saving that contains it, is shown; its columns, and in a narrow list.
const END_FROM: usize = 44;
const WIDE: usize = 60;
const END: usize = 12;
const NARROW_END: usize = 9;
/// The head above it.
const END_HEAD: &str = "Size after";

/// Returns the columns of the size after each saving; 0 where it is not shown.
fn end_columns(explore: &Explore, units: Units, columns: usize) -> usize {
    let size = Amount::columns(explore.summary.analysis.is_complete(), units);
    match columns {
        _ if explore.texts.savings.get().after.is_none() => 0,
        WIDE.. => END,
        END_FROM.. if size < NARROW_END => NARROW_END,
        _ => 0,
    }
}

/// Returns the column heads; those of a list without sizes end with the size of the image after all fixes, once it is known.
pub(super) fn head(explore: &Explore, units: Units, columns: usize) -> String {
    let (size, layer) = (units.columns(), layer(explore));
    let heads = format!(
        "{}{}   ",
        text::right("Saves", size),
        text::right("L", layer + 1)
    );
    let title = match (
        end_columns(explore, units, columns),
        &explore.texts.savings.get().after,
    ) {
        (0, Some(after)) => format!("Finding · after all fixes {after}"),
        (0, None) => "Finding".to_owned(),
        (end, _) => {
            let end = text::right(END_HEAD, end.max(text::width(END_HEAD)));
            let room = columns.saturating_sub(text::width(&heads) + text::width(&end));
            format!("{}{end}", text::left("  Finding", room))
        }
    };
    text::clip(&format!("{heads}{title}"), columns).into_owned()
}

fn layer(explore: &Explore) -> usize {
    explore.layer_count().to_string().len().max(2)
}

/// Returns the lines in view.
pub(in crate::ui) fn lines<'a>(
    explore: &Explore,
    units: Units,
    theme: &Theme,
    columns: usize,
    height: usize,
) -> Vec<Line<'a>> {
    let Some(content) = explore.content.ready() else {
        return Vec::new();
    };
    let missing = explore.not_kept().map(|why| {
        let why = format!("not kept: {why}");
        Line::styled(text::clip(&why, columns).into_owned(), theme.warning)
    });
    let end = end_columns(explore, units, columns);
    let rows = content.listed.iter();
    rows.map(|listed| line(explore, content, listed, units, theme, (columns, end)))
        .chain(missing)
        .skip(explore.tab_cursor().top())
        .take(height)
        .collect()
}

fn line<'a>(
    explore: &Explore,
    content: &ContentSummary,
    listed: &ListedFinding,
    units: Units,
    theme: &Theme,
    (columns, end): (usize, usize),
) -> Line<'a> {
    let finding = &content.content_analysis.findings.list[listed.finding];
    let (size, layer) = (units.columns(), layer(explore));
    // The bytes of a contained one are counted with another.
    let (saved, saved_style) = match listed.saving {
        Some(saving) if saving.within.is_some() => (human(saving.bytes, units), theme.faint),
        Some(saving) => (human(saving.bytes, units), theme.text),
        None => (String::new(), theme.text),
    };
    let at = finding
        .layer
        .map_or_else(String::new, |layer| (layer.0 + 1).to_string());
    let (mark, style) = level(finding.level, theme);
    let title = finding.kind.title();
    let (title, then) = match listed.saving {
        None if end > 0 => (format!("  {title}"), String::new()),
        None => (title.to_owned(), String::new()),
        Some(saving) => match (saving.within.map(|other| content.rank(other)), end) {
            (Some(rank), 0) => (format!("└ part of {rank}: {title}"), String::new()),
            (Some(rank), NARROW_END) => (format!("└ {title}"), format!("part of {rank}")),
            (Some(rank), _) => (format!("  └ {title}"), format!("part of {rank}")),
            (None, _) => {
                let rank = content.rank(saving.finding);
                let then = explore.summary.analysis.sum(saving.then, units);
                (format!("{rank} {title}"), then)
            }
        },
    };
    let room = columns.saturating_sub(size + layer + 4);
    let mut spans = vec![
        Span::styled(text::right(&saved, size), saved_style),
        Span::styled(text::right(&at, layer + 1), theme.faint),
        Span::styled(format!(" {mark} "), style),
    ];
    if end > 0 {
        // A blank stays before what takes all of its columns.
        let end = end.max(text::width(&then) + 1);
        let room = room.saturating_sub(end);
        let alone = savings::partly_shared(content, listed.finding)
            .map(|_| format!("  of its {}", human(finding.bytes, units)))
            .filter(|alone| text::width(&title) + text::width(alone) < room)
            .unwrap_or_default();
        let alone_columns = room.saturating_sub(text::width(&title));
        spans.push(Span::styled(text::clip(&title, room).into_owned(), style));
        spans.push(Span::styled(text::left(&alone, alone_columns), theme.faint));
        spans.push(Span::styled(text::right(&then, end), theme.faint));
    } else {
        spans.push(Span::styled(text::clip(&title, room).into_owned(), style));
    }
    Line::from(spans)
}

/// Returns the glyph and the colour of a level; never colour alone.
pub(super) const fn level(level: FindingLevel, theme: &Theme) -> (&'static str, Style) {
    match level {
        FindingLevel::Error => ("‼", theme.removed),
        FindingLevel::Warning => ("!", theme.warning),
        FindingLevel::Note => ("·", theme.text),
    }
}
