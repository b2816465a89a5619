//! The header of one image: its name, where it comes from, its numbers.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::compare::Side;
use crate::escape;
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;
use crate::ui::wording::image_names;

use crate::ui::view::{frame, text};

/// Draws the header: the name, then as many of the numbers as fit.
pub(super) fn draw(explore: &Explore, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let about = &explore.image.about;
    let texts = explore.texts.header.get();
    let room = usize::from(area.width);
    let shown = image_names::image(about);
    let least = text::width(&escape::text(shown)).min(NAME_LEAST.max(room * 2 / 5));
    let path = if shown == about.reference {
        ""
    } else {
        &about.reference
    };
    let with_origin = match &*about.origin {
        "" => about.platform.to_string(),
        origin => format!("{} · {origin}", about.platform),
    };
    let with_origin_width = text::width(&escape::text(&with_origin));
    let beside = (text::width(path) + 2).min(PATH_LEAST + 2) * usize::from(!path.is_empty());
    let left = text::width(&escape::text(shown)) + 2 + with_origin_width + beside;
    let trimmed = texts.numbers.iter().map(|part| part.trim_end());
    let trimmed: Vec<&str> = trimmed.filter(|part| !part.is_empty()).collect();
    let padded: Vec<&str> = texts.numbers.iter().map(String::as_str).collect();
    let fits =
        |brand: &str, numbers: &str| text::width(brand) + least + 2 + text::width(numbers) <= room;
    let line = |parts: &[&str], gap: &str| format!("{} ", parts.join(gap));
    // Room for what is still loading gives way first, with the pull time, then the program's name, then the layers, which have a pane, then hidden bytes
    // and the percentage. Of a side of a comparison its name stays.
    let (long, short) = match explore.side {
        None => (BRAND, " "),
        Some(Side::Before) => (" comparison › before  ", " before  "),
        Some(Side::After) => (" comparison › after  ", " after  "),
    };
    let (mut brand, mut parts) = (long, &trimmed[..]);
    let mut numbers = line(&padded, "   ");
    let is_wide = |numbers: &str| text::width(brand) + left + 2 + text::width(numbers) <= room;
    if is_wide(&numbers) {
        let pull = texts.pull.iter();
        let mut pull = pull.map(|words| format!("{words}   {numbers}"));
        if let Some(more) = pull.find(|more| is_wide(more)) {
            numbers = more;
        }
    } else {
        numbers = loop {
            let numbers = line(parts, "  ");
            if fits(brand, &numbers) {
                break numbers;
            }
            if brand == long {
                brand = short;
            } else if let [fewer @ .., _] = parts
                && !fewer.is_empty()
            {
                parts = fewer;
            } else {
                break numbers;
            }
        };
    }
    // Numbers that still do not fit are truncated, so that the name keeps its columns.
    let numbers = if text::width(brand) + text::width(&numbers) > room {
        text::clip(
            &numbers,
            room.saturating_sub(text::width(brand) + least + 2),
        )
    } else {
        Cow::Borrowed(&*numbers)
    };
    let room = room.saturating_sub(text::width(brand) + 2 + text::width(&numbers));
    let mut left = vec![Span::styled(brand, theme.key)];
    let title = text::clip_start(&escape::text(shown), room).into_owned();
    let mut room = room.saturating_sub(text::width(&title));
    left.push(Span::styled(title, theme.title));
    // The origin gives way to everything else.
    let place = if with_origin_width + 2 + beside <= room {
        with_origin
    } else {
        about.platform.to_string()
    };
    let mut more = |words: Cow<'_, str>, least: usize| {
        if room >= text::width(&words).min(least) + 2 && !words.is_empty() {
            let words = text::clip_start(&words, room - 2).into_owned();
            room -= 2 + text::width(&words);
            left.push(Span::styled(format!("  {words}"), theme.faint));
        }
    };
    // Missing until the config is read, or where the config has none.
    if !about.platform.os.is_empty() {
        more(escape::text(&place), usize::MAX);
    }
    if !path.is_empty() {
        more(escape::text(path), PATH_LEAST);
    }
    Line::from(left).render(area, buffer);
    frame::right(area, numbers.into_owned(), theme.text, buffer);
}

/// The program's name, at the left of the header.
const BRAND: &str = " dive-rs  ";
/// The columns an image's name has before numbers are left out, with two fifths of a wide screen.
const NAME_LEAST: usize = 20;
/// The least columns of a path that are worth showing beside a tag.
const PATH_LEAST: usize = 8;
