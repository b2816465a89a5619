//! The dialogs: the folder to extract into, the progress of an extraction, a prompt for one line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::bytes::human;
use crate::escape;
use crate::ui::layout;
use crate::ui::loaded::loading::ByteProgress;
use crate::ui::model::overlay::{ExtractPrompt, Extracting, Prompt, PromptKind};
use crate::ui::model::{Model, Screen};
use crate::ui::theme::Theme;
use crate::ui::wording::image_names;
use crate::ui::wording::loading as load_words;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::input;
use crate::ui::view::text;

/// Draws the prompt for the folder to extract into.
pub(super) fn destination(
    prompt: &ExtractPrompt,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let rows = dialog(" Extract ", theme, area, buffer);
    let what = format!(
        " {}, {}",
        prompt.what,
        human(prompt.bytes, model.options.units)
    );
    let columns = usize::from(rows.width);
    frame::line(
        rows,
        0,
        &Line::styled(text::clip_start(&what, columns).into_owned(), theme.text),
        buffer,
    );
    if let Some(row) = frame::row(rows, 1) {
        input::draw(" into folder  ", &prompt.line, "", theme, row, buffer);
    }
    let words = " created if missing; existing files are never overwritten";
    frame::line(
        rows,
        2,
        &Line::styled(text::clip(words, columns).into_owned(), theme.faint),
        buffer,
    );
    let keys = match &model.notice {
        Some(notice) => format!(" {}", escape::text(notice)),
        None => " ↵ extract   esc cancel".to_owned(),
    };
    frame::line(
        rows,
        3,
        &Line::styled(text::clip(&keys, columns).into_owned(), theme.faint),
        buffer,
    );
}

/// Draws the progress of an extraction.
pub(super) fn extracting(
    going: &Extracting,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let rows = dialog(" Extract ", theme, area, buffer);
    let columns = usize::from(rows.width);
    let to = escape::text(&going.to).into_owned();
    let units = model.options.units;
    // Nothing is written until reading reaches the first file to extract.
    let on_the_way = model.reread.map(|again| again.progress);
    let on_the_way = on_the_way.filter(|read| going.done == 0 && read.done > 0);
    let (done, all, reading) = match on_the_way {
        Some(ByteProgress { done, total }) => (done, total, "reading "),
        None => (going.done, going.bytes, ""),
    };
    let words = match (going.stopping, all) {
        (true, _) => " cancelling …".to_owned(),
        (false, 0) => format!(" {reading}{}   esc cancel", human(done, units)),
        (false, all) => {
            let (done, all) = (human(done, units), human(all, units));
            format!(" {reading}{done} of {all}   esc cancel")
        }
    };
    let lines = [
        Line::styled(
            text::clip_start(&format!(" {}", going.what), columns).into_owned(),
            theme.text,
        ),
        Line::styled(
            text::clip(&format!(" into {to}"), columns).into_owned(),
            theme.faint,
        ),
        Line::styled(
            format!(
                " {}",
                text::bar(done, all.max(1), columns.saturating_sub(2))
            ),
            theme.bar,
        ),
        Line::styled(words, theme.faint),
    ];
    for (at, line) in lines.iter().enumerate() {
        frame::line(rows, at, line, buffer);
    }
}

/// Draws a prompt for one line, or the progress of the load it started.
pub(super) fn prompt(
    prompt: &Prompt,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (title, label) = match prompt.kind {
        PromptKind::Report => (" Report ", " into file  "),
        PromptKind::OtherImage => (" Compare ", " with image  "),
    };
    let words = match (prompt.kind, &model.screen) {
        (PromptKind::OtherImage, Screen::Explore(explore)) => {
            let name = image_names::image(&explore.image.about);
            [
                format!(" before  {}, on the screen", escape::text(name)),
                " after   the image that you name: a name, an id or a path".to_owned(),
            ]
        }
        _ => [
            String::new(),
            " .md for Markdown, .json for JSON, any other name for text".to_owned(),
        ],
    };
    let rows = dialog(title, theme, area, buffer);
    let columns = usize::from(rows.width);
    if let Some(row) = frame::row(rows, 0) {
        input::draw(label, &prompt.line, "", theme, row, buffer);
    }
    // An error is shown in the footer, which has room for it.
    let [first, second] = words;
    let (second, keys) = match &prompt.pending {
        Some((_, loading)) => (
            format!(" {}", load_words::progress(loading, model.options.units)),
            " esc cancel".to_owned(),
        ),
        None => (second, format!(" ↵ {}   esc cancel", prompt.kind.verb())),
    };
    for (at, text) in [(1, &first), (2, &second), (3, &keys)] {
        let line = Line::styled(text::clip(text, columns).into_owned(), theme.faint);
        frame::line(rows, at, &line, buffer);
    }
}

fn dialog(title: &'static str, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let title = Line::styled(title, theme.title);
    frame::draw(
        area,
        Stacked::NOT,
        (title, Line::default()),
        theme.border_focus,
        buffer,
    );
    layout::inside(area, 1, 1)
}
