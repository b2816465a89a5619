//! Where to extract to and how far extracting has come; one line that is asked for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::bytes::human;
use crate::escape;
use crate::ui::layout;
use crate::ui::loaded::loading::ByteProgress;
use crate::ui::model::Model;
use crate::ui::model::overlay::{Destination, Extracting, Prompt, PromptKind};
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;
use crate::ui::view::{header, progress};

/// Draws the question for a folder.
pub(super) fn destination(
    asked: &Destination,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let rows = dialog(" Extract ", theme, area, buffer);
    let what = format!(
        " {}, {}",
        asked.what,
        human(asked.bytes, model.options.units)
    );
    let columns = usize::from(rows.width);
    frame::line(
        rows,
        0,
        &Line::styled(text::clip_start(&what, columns).into_owned(), theme.text),
        buffer,
    );
    if let Some(row) = frame::row(rows, 1) {
        header::typed(" into folder  ", &asked.line, "", theme, row, buffer);
    }
    let words = " is made; nothing there is overwritten";
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

/// Draws how far it has come.
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
    // Nothing is written before the reading has come to what is wanted.
    let on_the_way = model.reread.map(|again| again.progress);
    let on_the_way = on_the_way.filter(|read| going.done == 0 && read.done > 0);
    let (done, all, reading) = match on_the_way {
        Some(ByteProgress { done, total }) => (done, total, "reading "),
        None => (going.done, going.bytes, ""),
    };
    let words = match (going.stopping, all) {
        (true, _) => " stopping…".to_owned(),
        (false, 0) => format!(" {reading}{}   esc cancels", human(done, units)),
        (false, all) => {
            let (done, all) = (human(done, units), human(all, units));
            format!(" {reading}{done} of {all}   esc cancels")
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

/// Draws a question for one line, or how far its answer has come.
pub(super) fn prompt(
    prompt: &Prompt,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (title, label, words) = match prompt.kind {
        PromptKind::Report => (
            " Report ",
            " into file  ",
            " .md is Markdown, .json is JSON, anything else is text",
        ),
        PromptKind::OtherImage => (
            " Compare ",
            " with image  ",
            " a name, an id or a path; what is on the screen is before",
        ),
    };
    let rows = dialog(title, theme, area, buffer);
    let columns = usize::from(rows.width);
    if let Some(row) = frame::row(rows, 0) {
        header::typed(label, &prompt.line, "", theme, row, buffer);
    }
    // What went wrong is said at the bottom, where it has room.
    let (words, keys) = match &prompt.pending {
        Some((_, loading)) => (
            format!(" {}", progress::words(loading, model)),
            " esc cancel",
        ),
        None => (words.to_owned(), " ↵ go on   esc cancel"),
    };
    for (at, text) in [(2, words.as_str()), (3, keys)] {
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
