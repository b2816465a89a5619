//! The savings tab: the size of the image after all fixes, and a line for each finding with the bytes it saves, the layer to change, and its title.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::analysis::findings::{Finding, FindingLevel};
use crate::bytes::{Units, human};
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;
use crate::ui::wording::savings;

use crate::ui::view::text;

/// Returns the column heads; the last one is the size of the image after all fixes, once it is known.
pub(in crate::ui) fn head(explore: &Explore, units: Units, columns: usize) -> String {
    let (size, layer) = (units.columns(), layer(explore));
    let title = match savings::after_fixes(explore, units) {
        Some(after) => format!("Finding · after all fixes {after}"),
        None => "Finding".to_owned(),
    };
    let heads = format!(
        "{}{}   {title}",
        text::right("Saves", size),
        text::right("L", layer + 1)
    );
    text::clip(&heads, columns).into_owned()
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
    let findings = &content.content_analysis.findings.list;
    let missing = explore.not_kept().map(|why| {
        let why = format!("not kept: {why}");
        Line::styled(text::clip(&why, columns).into_owned(), theme.warning)
    });
    let rows = findings.iter();
    rows.map(|finding| line(explore, finding, units, theme, columns))
        .chain(missing)
        .skip(explore.tab_cursor().top())
        .take(height)
        .collect()
}

fn line<'a>(
    explore: &Explore,
    finding: &Finding,
    units: Units,
    theme: &Theme,
    columns: usize,
) -> Line<'a> {
    let (size, layer) = (units.columns(), layer(explore));
    let saved = match finding.bytes {
        0 => String::new(),
        bytes => human(bytes, units),
    };
    let at = finding
        .layer
        .map_or_else(String::new, |layer| (layer.0 + 1).to_string());
    let (mark, style) = level(finding.level, theme);
    let room = columns.saturating_sub(size + layer + 4);
    Line::from(vec![
        Span::styled(text::right(&saved, size), theme.text),
        Span::styled(text::right(&at, layer + 1), theme.faint),
        Span::styled(format!(" {mark} "), style),
        Span::styled(text::clip(finding.kind.title(), room).into_owned(), style),
    ])
}

/// Returns the glyph and the colour of a level; never colour alone.
pub(super) const fn level(level: FindingLevel, theme: &Theme) -> (&'static str, Style) {
    match level {
        FindingLevel::Error => ("‼", theme.removed),
        FindingLevel::Warning => ("!", theme.warning),
        FindingLevel::Note => ("·", theme.text),
    }
}
