//! The layers pane: for each layer its size, its share of the image, its hidden bytes and its instruction. `progress` draws layers that are
//! still loading.

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::analysis::{layer_bytes, layer_size};
use crate::bytes::Units;
use crate::image::LayerId;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::Focus;
use crate::ui::theme::Theme;
use crate::ui::wording::facts;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{progress, text};

/// The widths of the columns that fit, in terminal columns; 0 for a hidden one.
pub(super) struct LayerColumns {
    pub(super) number: usize,
    pub(super) size: usize,
    pub(super) bar: usize,
    pub(super) hidden: usize,
}

impl LayerColumns {
    pub(super) fn of(width: usize, layers: usize, units: Units) -> Self {
        let size = units.columns();
        let bar = match width {
            0..28 => 0,
            28..42 => 4,
            42..70 => 6,
            _ => 10,
        };
        Self {
            number: layers.to_string().len().max(2),
            size,
            bar,
            hidden: if width >= 40 { size } else { 0 },
        }
    }

    /// Returns a bar between its ends, which narrow panes leave out.
    pub(super) fn framed<'a>(&self, bar: String, style: Style, theme: &Theme) -> Vec<Span<'a>> {
        match self.bar {
            0 => Vec::new(),
            1..6 => vec![Span::raw(" "), Span::styled(bar, style)],
            _ => vec![
                Span::styled(" ▕", theme.faint),
                Span::styled(bar, style),
                Span::styled("▏", theme.faint),
            ],
        }
    }
}

/// Draws the pane.
pub(super) fn draw(explore: &Explore, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let areas = &explore.areas;
    let focused = explore.focus == Focus::Layers;
    let place = explore.layer().map_or(0, |layer| layer.0 + 1);
    let stacked = Stacked {
        above: false,
        below: !areas.details.is_empty(),
    };
    let titles = (
        Line::styled(" Layers ", theme.title),
        Line::styled(
            legend(
                &format!("{place}/{}", explore.layer_lines()),
                areas.layers.width,
            ),
            theme.faint,
        ),
    );
    frame::draw(
        areas.layers,
        stacked,
        titles,
        frame::style(theme, focused),
        buffer,
    );
    let rows = areas.layer_rows();
    let columns = LayerColumns::of(
        usize::from(rows.width),
        explore.layer_lines(),
        model.options.units,
    );
    let heads = head(&columns, usize::from(rows.width));
    frame::heads(rows, &heads, theme, buffer);
    let image_size = explore.image.size();
    let top = explore.layers.cursor.top();
    for (line, at) in (top..explore.layer_lines())
        .take(usize::from(rows.height))
        .enumerate()
    {
        let Some(row) = frame::row(rows, line) else {
            break;
        };
        let width = usize::from(row.width);
        let spans = match &explore.loading {
            Some(loading) if !explore.image.layers.get(at).is_some_and(|layer| layer.read) => {
                progress::line(loading, model, theme, &columns, at, width)
            }
            _ => loaded(explore, model, theme, &columns, at, image_size, width),
        };
        frame::line(row, 0, &Line::from(spans), buffer);
        if explore.layer().is_some_and(|layer| layer.index() == at) {
            frame::select(rows, line, focused, theme, buffer);
        }
    }
    frame::scrollbar(
        rows,
        top,
        explore.layer_lines(),
        frame::style(theme, focused),
        buffer,
    );
}

/// Returns the meaning of the marks before a layer and the selected layer's number, as much as fits.
fn legend(number: &str, width: u16) -> String {
    let room = usize::from(width).saturating_sub(2 + " Layers ".len() + 1);
    let forms = [
        format!(" ▐ compared  ▒ base  █ own  {number} "),
        format!(" ▒ base  █ own  {number} "),
        format!(" {number} "),
    ];
    let [.., least] = &forms;
    let fits = forms.iter().find(|form| text::width(form) <= room);
    fits.unwrap_or(least).clone()
}

fn head(columns: &LayerColumns, width: usize) -> String {
    let mut head = format!("{:1$} ", "", columns.number + 2);
    head.push_str(&text::right("Size", columns.size));
    match columns.bar {
        0 => {}
        1..6 => head = format!("{head} {}", " ".repeat(columns.bar)),
        _ => head = format!("{head}  {} ", text::left("Share", columns.bar)),
    }
    if columns.hidden > 0 {
        head = format!("{head} {}", text::right("Hidden", columns.hidden));
    }
    let forms = ["  Instruction", "  Instr."];
    let fits = |form: &&str| text::width(&head) + text::width(form) <= width;
    head.push_str(forms.into_iter().find(fits).unwrap_or_default());
    head
}

/// Returns the line of a loaded layer.
fn loaded<'a>(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    columns: &LayerColumns,
    at: usize,
    image_size: u64,
    width: usize,
) -> Vec<Span<'a>> {
    let units = model.options.units;
    let known = &explore.summary.analysis;
    let layer = &explore.image.layers[at];
    let is_base = at < known.base.layers;
    let style = if is_base { theme.base } else { theme.text };
    let mut spans = vec![
        Span::styled(range_mark(explore, at), theme.mark),
        Span::styled(
            if is_base { "▒" } else { "█" },
            if is_base { theme.base } else { theme.bar },
        ),
        Span::styled(
            text::right(&(at + 1).to_string(), columns.number),
            theme.faint,
        ),
        Span::styled(
            format!(" {}", text::right(&layer_size(layer, units), columns.size)),
            style,
        ),
    ];
    let bar = text::bar(layer.size, image_size, columns.bar);
    spans.extend(columns.framed(bar, theme.bar, theme));
    if columns.hidden > 0 {
        let hidden = known.hidden.layers.get(at).map_or(0, |layer| layer.hidden);
        let style = if hidden > 0 {
            theme.warning
        } else {
            theme.faint
        };
        spans.push(Span::styled(
            format!(
                " {}",
                text::right(&layer_bytes(layer, hidden, units), columns.hidden)
            ),
            style,
        ));
    }
    spans.push(Span::raw("  "));
    let used: usize = spans.iter().map(Span::width).sum();
    let instruction = facts::instruction(explore, LayerId(u32::try_from(at).unwrap_or(0)));
    spans.push(Span::styled(
        text::clip(&instruction, width.saturating_sub(used)).into_owned(),
        style,
    ));
    spans
}

/// Returns the mark of a layer: an end of the range, or within it.
fn range_mark(explore: &Explore, at: usize) -> &'static str {
    let range = explore.layers.range(explore.layer_count());
    let is = |end: Option<LayerId>| end.is_some_and(|end| end.index() == at);
    if matches!(explore.layers.mode, crate::ui::pane::CompareMode::Below) {
        return if is(range.after) { "▐" } else { " " };
    }
    let within = range.after.is_some_and(|after| at < after.index())
        && range.before.is_none_or(|before| at > before.index());
    match (is(range.before), is(range.after)) {
        (true, _) => "◇",
        (_, true) => "◆",
        _ if within => "│",
        _ => " ",
    }
}
