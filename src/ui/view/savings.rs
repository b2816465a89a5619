//! The savings tab: a line for each finding with the bytes it saves after those above it, the layer to change, its title, and the size of the image then. What
//! is part of another saving is marked, so that no sum counts it twice.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::analysis::findings::FindingLevel;
use crate::bytes::{Units, human};
use crate::ui::loaded::content_analysis::{ContentSummary, ListedFinding};
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;
use crate::ui::wording::savings;

use crate::ui::view::text;

/// From how many columns on the size after each saving is shown.
const WIDE: usize = 60;
/// The columns of that size, or of the saving that contains this one.
const END: usize = 12;

/// Returns the column heads; narrow ones end with the size of the image after all fixes, once it is known.
pub(in crate::ui) fn head(explore: &Explore, units: Units, columns: usize) -> String {
    let (size, layer) = (units.columns(), layer(explore));
    let heads = format!(
        "{}{}   ",
        text::right("Saves", size),
        text::right("L", layer + 1)
    );
    let after = savings::after_fixes(explore, units);
    let title = match after {
        Some(_) if columns >= WIDE => {
            let room = columns.saturating_sub(text::width(&heads) + END);
            format!(
                "{}{}",
                text::left("  Finding", room),
                text::right("Size after", END)
            )
        }
        Some(after) => format!("Finding · after all fixes {after}"),
        None => "Finding".to_owned(),
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
    let is_wide = columns >= WIDE && savings::after_fixes(explore, units).is_some();
    let rows = content.listed.iter();
    rows.map(|listed| line(explore, content, listed, units, theme, (columns, is_wide)))
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
    (columns, is_wide): (usize, bool),
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
    let part = |other| format!("part of {}", content.rank(other));
    let (title, end) = match listed.saving {
        None if is_wide => (format!("  {title}"), String::new()),
        None => (title.to_owned(), String::new()),
        Some(saving) => match saving.within {
            Some(other) if is_wide => (format!("  └ {title}"), part(other)),
            Some(other) => (format!("└ {}: {title}", part(other)), String::new()),
            None => {
                let rank = content.rank(saving.finding);
                let end = explore.summary.analysis.sum(saving.then, units);
                (format!("{rank} {title}"), end)
            }
        },
    };
    let room = columns.saturating_sub(size + layer + 4);
    let mut spans = vec![
        Span::styled(text::right(&saved, size), saved_style),
        Span::styled(text::right(&at, layer + 1), theme.faint),
        Span::styled(format!(" {mark} "), style),
    ];
    if is_wide {
        let room = room.saturating_sub(END);
        spans.push(Span::styled(text::left(&title, room), style));
        spans.push(Span::styled(text::right(&end, END), theme.faint));
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
