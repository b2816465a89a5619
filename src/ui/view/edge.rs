//! The lines at the top and at the bottom: what image this is, and which keys lead on.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::bytes::{count, human};
use crate::escape;
use crate::image::Description;
use crate::ui::explore::Explore;
use crate::ui::facts;
use crate::ui::keys;
use crate::ui::message::Action;
use crate::ui::model::{Context, Model, Screen};
use crate::ui::offer;
use crate::ui::theme::Theme;

use super::{coming, outline, text};

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
        count(explore.image.layers.len() as u64, "layer", "layers"),
        format!("efficiency {}", facts::percent(analysis.efficiency.score)),
        format!("reclaimable {}", human(analysis.waste.bytes(), units)),
    ];
    if let Some(loading) = &explore.coming {
        parts = vec![coming::words(loading, model)];
    }
    let room = usize::from(area.width);
    let shown = tag(about).unwrap_or(&about.reference);
    let least = text::width(&escape::text(shown)).min(NAME_LEAST);
    // The program's own name goes first, then the size, which the image tab says too, then the layers, which are there to see.
    let (mut brand, mut gap) = (BRAND, "   ");
    let numbers = loop {
        let numbers = format!("{} ", parts.join(gap));
        if text::width(brand) + least + 2 + text::width(&numbers) <= room {
            break numbers;
        }
        if gap.len() > 2 {
            gap = "  ";
        } else if brand == BRAND {
            brand = " ";
        } else if parts.len() > 1 {
            parts.remove(0);
        } else {
            break numbers;
        }
    };
    let room = room.saturating_sub(text::width(brand) + 2 + text::width(&numbers));
    let mut left = vec![Span::styled(brand, theme.key)];
    let title = text::clip_start(&escape::text(shown), room).into_owned();
    let mut room = room.saturating_sub(text::width(&title));
    left.push(Span::styled(title, theme.title));
    let path = if shown == about.reference {
        ""
    } else {
        &about.reference
    };
    // Where it is from gives way to everything else.
    let mut place = about.platform.to_string();
    let whole = format!("{place} · {}", about.origin);
    let beside = (text::width(path) + 2).min(PATH_LEAST + 2) * usize::from(!path.is_empty());
    if !about.origin.is_empty() && text::width(&whole) + 2 + beside <= room {
        place = whole;
    }
    let mut more = |words: Cow<'_, str>, least: usize| {
        if room >= text::width(&words).min(least) + 2 && !words.is_empty() {
            let words = text::clip_start(&words, room - 2).into_owned();
            room -= 2 + text::width(&words);
            left.push(Span::styled(format!("  {words}"), theme.faint));
        }
    };
    // Not read yet, or nobody said.
    if !about.platform.os.is_empty() {
        more(escape::text(&place), usize::MAX);
    }
    if !path.is_empty() {
        more(escape::text(path), PATH_LEAST);
    }
    Line::from(left).render(area, buffer);
    Line::styled(numbers, theme.text)
        .right_aligned()
        .render(area, buffer);
}

/// The program's name, at the left of the header.
const BRAND: &str = " dive-rs  ";
/// The columns an image's name has before numbers are left out.
const NAME_LEAST: usize = 20;
/// The least columns of a path that are worth showing beside a tag.
const PATH_LEAST: usize = 8;

/// Returns the image's tag, where that is not what the user called it.
fn tag(about: &Description) -> Option<&str> {
    let tag = about.tags.first()?;
    let short = tag.strip_suffix(":latest").unwrap_or(tag);
    let said = about.reference.ends_with(tag) || about.reference.ends_with(short);
    (!said).then_some(tag)
}

/// Draws the footer: the line being typed, or a word to the user, or the keys.
pub(super) fn footer(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let finding = match (&model.overlay, &model.screen) {
        (None, Screen::Explore(explore)) => {
            let typing = explore.typing.as_ref();
            typing.map(|line| (line, outline::found(explore.tree.lines.find())))
        }
        (None, Screen::Compare(compare)) => {
            let typing = compare.typing.as_ref();
            typing.map(|line| (line, outline::found(compare.files.find())))
        }
        _ => None,
    };
    if let Some((line, words)) = finding {
        typed(" find  ", line, &words, theme, area, buffer);
        return;
    }
    if let (None, Screen::Pick(pick)) = (&model.overlay, &model.screen) {
        let room = usize::from(area.width).saturating_sub(text::width(FILTER) + QUERY + 2);
        typed(
            FILTER,
            &pick.query,
            &pick_keys(model, room),
            theme,
            area,
            buffer,
        );
        return;
    }
    if let Some(notice) = &model.notice {
        return say(notice, theme, area, buffer);
    }
    if let Some(read) = model.again.filter(|_| model.help.is_none()) {
        return say(
            &coming::again(read, model.options.units),
            theme,
            area,
            buffer,
        );
    }
    let mut named = Vec::new();
    let shown = keys::bound(model)
        .filter(|line| !line.footer.is_empty())
        .filter(|line| offer::why_not(model, line.action).is_none())
        .filter_map(|line| Some((keys::leading(model, line)?.to_string(), line)))
        // A more particular line says it better.
        .filter(|(key, _)| {
            let new = !named.contains(key);
            named.push(key.clone());
            new
        });
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

/// Says a word to the user, over the lines above where one is not enough: the end of an error tells what to do.
fn say(notice: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let columns = usize::from(area.width).saturating_sub(2);
    // All but the line at the top may be covered: nothing of it is cut.
    let lines = text::said(notice, columns, usize::from(area.y.max(1)));
    for (line, y) in lines.iter().rev().zip((0..area.bottom()).rev()) {
        let row = Rect {
            y,
            height: 1,
            ..area
        };
        Clear.render(row, buffer);
        Line::styled(format!(" {line}"), theme.title).render(row, buffer);
    }
}

fn wide((key, line): &(String, &keys::Binding)) -> usize {
    text::width(key) + text::width(line.footer) + 4
}

/// What stands before the picker's query.
const FILTER: &str = " filter  ";
/// The columns that words at the right leave a line being typed.
const QUERY: usize = 20;

/// Returns as many of the picker's keys as have room; the one that leads to all others has it first.
fn pick_keys(model: &Model, room: usize) -> String {
    let mut keys: Vec<_> = keys::bound(model)
        .filter(|line| line.context == Context::Picking && !line.footer.is_empty())
        .filter_map(|line| {
            let words = format!("{} {}", keys::leading(model, line)?, line.footer);
            Some((line.action, words, false))
        })
        .collect();
    let mut left = room + GAP.len();
    for first in [true, false] {
        for (action, words, shown) in &mut keys {
            let wide = text::width(words) + GAP.len();
            if (*action == Action::Help) == first && wide <= left {
                left -= wide;
                *shown = true;
            }
        }
    }
    let shown = keys.into_iter().filter(|(.., shown)| *shown);
    let words: Vec<String> = shown.map(|(_, words, _)| words).collect();
    words.join(GAP)
}

/// What stands between keys.
const GAP: &str = "   ";

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
    if room > text::width(words) + QUERY {
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
    let look = if line.is_selected() {
        theme.selected
    } else {
        Style::default()
    };
    Line::from(vec![
        Span::styled(label.to_owned(), theme.key),
        Span::styled(before.into_owned(), look),
        Span::styled(at, theme.text.add_modifier(Modifier::REVERSED)),
        Span::raw(text::clip(&rest, room).into_owned()),
    ])
    .render(area, buffer);
}
