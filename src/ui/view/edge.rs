//! The lines at the top and at the bottom: what image this is, and which keys lead on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::bytes::human;
use crate::escape;
use crate::image::Description;
use crate::ui::explore::Explore;
use crate::ui::facts;
use crate::ui::keys;
use crate::ui::loading::Loading;
use crate::ui::model::{Context, Model, Screen};
use crate::ui::theme::Theme;

use super::text;

/// Draws the header: the name, then as many of the numbers as fit.
pub(super) fn header(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (about, analysis) = (&explore.image.about, &explore.known.analysis);
    let units = model.options.units;
    let mut parts = vec![
        human(analysis.size, units),
        count(explore.image.layers.len(), "layer"),
        format!("efficiency {}", facts::percent(analysis.efficiency.score)),
        format!("reclaimable {}", human(analysis.waste.bytes(), units)),
    ];
    if let Some(coming) = &explore.coming {
        parts = vec![progress_words(coming, model)];
    }
    let platform = match about.platform.os.as_str() {
        // Not read yet, or nobody said.
        "" => String::new(),
        _ => escape::text(&about.platform.to_string()).into_owned(),
    };
    let room = usize::from(area.width);
    let numbers = loop {
        let joined = format!("{} ", parts.join("   "));
        if parts.len() <= 1 || text::width(&joined) + 30 <= room {
            break joined;
        }
        // What the tabs say too goes first.
        parts.remove(usize::from(parts.len() > 3));
    };
    let numbers_width = text::width(&numbers);
    let room = room.saturating_sub(numbers_width + 12);
    let mut left = vec![Span::styled(" dive-rs  ", theme.key)];
    let room = name(about, theme, room, &mut left);
    if !platform.is_empty() && room >= text::width(&platform) + 2 {
        left.push(Span::styled(format!("  {platform}"), theme.faint));
    }
    Line::from(left).render(area, buffer);
    Line::styled(numbers, theme.text)
        .right_aligned()
        .render(area, buffer);
}

/// The least columns of a path that are worth showing beside a tag.
const PATH_LEAST: usize = 8;

/// Says the image's name, and its tag where that is not the name already; returns the room that is left.
fn name(about: &Description, theme: &Theme, room: usize, line: &mut Vec<Span<'_>>) -> usize {
    let reference = escape::text(&about.reference);
    let tag = about.tags.first().filter(|tag| {
        let short = tag.strip_suffix(":latest").unwrap_or(tag);
        !about.reference.ends_with(tag.as_str()) && !about.reference.ends_with(short)
    });
    let Some(tag) = tag else {
        let shown = text::clip_start(&reference, room).into_owned();
        let left = room.saturating_sub(text::width(&shown));
        line.push(Span::styled(shown, theme.title));
        return left;
    };
    let tag = escape::text(tag);
    let shown = text::clip_start(&tag, room).into_owned();
    let left = room.saturating_sub(text::width(&shown));
    line.push(Span::styled(shown, theme.title));
    if left < PATH_LEAST + 2 {
        return left;
    }
    let path = text::clip_start(&reference, left - 2).into_owned();
    let left = left - 2 - text::width(&path);
    line.push(Span::styled(format!("  {path}"), theme.faint));
    left
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// Returns how far loading has come, in words: part, rate, time left.
pub(super) fn progress_words(loading: &Loading, model: &Model) -> String {
    if loading.given_up {
        return "loading was given up".to_owned();
    }
    let units = model.options.units;
    let sum = loading.sum();
    let mut words = vec![escape::text(&loading.doing).into_owned()];
    if sum.total > 0 {
        let percent = u128::from(sum.done) * 100 / u128::from(sum.total);
        words.push(format!("{} %", percent.min(100)));
    } else if sum.done > 0 {
        words.push(human(sum.done, units));
    }
    if let Some(rate) = loading.rate().filter(|&rate| rate > 0) {
        words.push(format!("{}/s", human(rate, units)));
    }
    if let Some(seconds) = loading.seconds_left() {
        words.push(match seconds {
            0..=99 => format!("{seconds} s left"),
            _ => format!("{} min left", seconds.div_ceil(60)),
        });
    }
    words.join(" · ")
}

/// Draws the footer: the line being typed, or a word to the user, or the keys.
pub(super) fn footer(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if let (None, Screen::Explore(explore)) = (&model.overlay, &model.screen)
        && let Some(line) = &explore.typing
    {
        let said = match explore.tree.find() {
            Some(find) => match find.broken() {
                Some(why) => escape::text(why).into_owned(),
                None if find.is_done(&explore.image) => count(find.hits().len(), "hit"),
                None => format!("{} …", count(find.hits().len(), "hit")),
            },
            None => "letters in order, or re: and a regular expression".to_owned(),
        };
        typed(
            " find  ",
            line,
            &format!("{said}   ↵ keep  ↑↓ next  esc end"),
            theme,
            area,
            buffer,
        );
        return;
    }
    if let (None, Screen::Pick(pick)) = (&model.overlay, &model.screen) {
        let keys = keys::bound(model)
            .filter(|line| line.context == Context::Picking && !line.footer.is_empty())
            .filter_map(|line| Some(format!("{} {}", keys::leading(model, line)?, line.footer)));
        let words = keys.collect::<Vec<_>>().join("   ");
        typed(" filter  ", &pick.query, &words, theme, area, buffer);
        return;
    }
    if let (None, Screen::Compare(compare)) = (&model.overlay, &model.screen)
        && let Some(line) = &compare.typing
    {
        let words = "part of a name   ↵ keep  esc end";
        typed(" find  ", line, words, theme, area, buffer);
        return;
    }
    if let Some(notice) = &model.notice {
        let notice = escape::text(notice);
        let notice = text::clip(&notice, usize::from(area.width).saturating_sub(2));
        Line::styled(format!(" {notice}"), theme.title).render(area, buffer);
        return;
    }
    let shown = keys::bound(model)
        .filter(|line| !line.footer.is_empty())
        .filter_map(|line| Some((keys::leading(model, line)?.to_string(), line)));
    let (last, first): (Vec<_>, Vec<_>) =
        shown.partition(|(_, line)| line.context == Context::Always);
    let mut room = usize::from(area.width).saturating_sub(1);
    room = room.saturating_sub(last.iter().map(wide).sum());
    let mut fits = |shown: &(String, &keys::Binding)| {
        let fits = wide(shown) <= room;
        room = room.saturating_sub(wide(shown));
        fits
    };
    let first = first.into_iter().take_while(&mut fits);
    let mut spans = vec![Span::raw(" ")];
    for (key, line) in first.chain(last) {
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::styled(format!(" {}   ", line.footer), theme.faint));
    }
    Line::from(spans).render(area, buffer);
}

fn wide((key, line): &(String, &keys::Binding)) -> usize {
    text::width(key) + text::width(line.footer) + 4
}

/// Draws a line being typed, its cursor in view, and words at the right.
pub(super) fn typed(
    label: &str,
    line: &crate::ui::pane::Line,
    words: &str,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (before, after) = line.split();
    let (before, after) = (escape::text(before), escape::text(after));
    let mut room = usize::from(area.width).saturating_sub(text::width(label) + 1);
    if room > text::width(words) + 20 {
        room -= text::width(words) + 2;
        Line::styled(format!("{words} "), theme.faint)
            .right_aligned()
            .render(area, buffer);
    }
    let before = text::clip_start(&before, room.saturating_sub(1));
    let mut rest = after.chars();
    let at = rest.next().map_or_else(|| " ".to_owned(), String::from);
    let room = room.saturating_sub(text::width(&before) + text::width(&at));
    let rest: String = rest.collect();
    Line::from(vec![
        Span::styled(label.to_owned(), theme.key),
        Span::raw(before.into_owned()),
        Span::styled(
            at,
            theme.text.add_modifier(ratatui::style::Modifier::REVERSED),
        ),
        Span::raw(text::clip(&rest, room).into_owned()),
    ])
    .render(area, buffer);
}
