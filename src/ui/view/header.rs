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
use crate::ui::keys;
use crate::ui::keys::availability;
use crate::ui::model::explore::Explore;
use crate::ui::model::message::Action;
use crate::ui::model::{Model, Screen};
use crate::ui::theme::Theme;
use crate::ui::wording::facts;

use crate::ui::view::{outline, progress, text};

/// Draws the header: the name, then as many of the numbers as fit.
pub(in crate::ui) fn header(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (about, analysis) = (&explore.image.about, &explore.summary.analysis);
    let units = model.options.units;
    let mut parts = vec![
        human(analysis.size, units),
        count(explore.image.layers.len() as u64, "layer", "layers"),
        format!("efficiency {}", facts::percent(analysis.efficiency.score)),
        format!("reclaimable {}", human(analysis.hidden.bytes(), units)),
    ];
    if let Some(loading) = &explore.loading {
        parts = vec![progress::words(loading, model)];
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
    // What cannot be told whole is cut at its end, and leaves the name its room.
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
pub(in crate::ui) fn footer(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if model.help.is_none() && model.overlay.is_none() {
        let said = |words: String| model.notice.clone().unwrap_or(words);
        let line = match &model.screen {
            Screen::Explore(explore) => explore.typing.as_ref().map(|line| {
                let found = outline::found(explore.tree.lines.find());
                (" find  ", line, said(found))
            }),
            Screen::Compare(compare) => compare.typing.as_ref().map(|line| {
                let found = outline::found(compare.files.find());
                (" find  ", line, said(found))
            }),
            Screen::Picker(pick) => Some((" filter  ", &pick.query, said(String::new()))),
            _ => None,
        };
        if let Some((label, line, words)) = line {
            let room = beside(label, area);
            let words = with_keys(model, words, room);
            typed(label, line, &words, theme, area, buffer);
            return;
        }
    }
    if let Some(notice) = &model.notice {
        return say(notice, theme, area, buffer);
    }
    if let Some(words) = progress::again(model).filter(|_| model.help.is_none()) {
        return say(&words, theme, area, buffer);
    }
    let mut spans = vec![Span::raw(" ")];
    for Offer { key, words } in offered(model, usize::from(area.width).saturating_sub(1)) {
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::styled(format!(" {words}{GAP}"), theme.faint));
    }
    Line::from(spans).render(area, buffer);
}

/// A key and what it does.
struct Offer {
    key: String,
    words: &'static str,
}

impl Offer {
    fn width(&self) -> usize {
        text::width(&self.key) + 1 + text::width(self.words)
    }
}

/// What stands between keys.
const GAP: &str = "   ";

/// Returns as many of the keys that work as have room, and that lead on from here. The one that leads to all others has it first, then the nearest
/// one, then the way out.
fn offered(model: &Model, room: usize) -> Vec<Offer> {
    let shown = keys::bound(model)
        .filter(|line| !line.footer.is_empty())
        .filter(|line| availability::disabled_reason(model, line.action).is_none())
        .filter_map(|line| Some((keys::leading(&keys::bound(model), line)?.to_string(), line)));
    let (last, first): (Vec<_>, Vec<_>) =
        shown.partition(|(_, line)| matches!(line.action, Action::Help | Action::Quit));
    let all = first.into_iter().chain(last).enumerate();
    let mut all: Vec<(usize, u8, Offer)> = all
        .map(|(at, (key, line))| {
            let rank = match line.action {
                Action::Help => 0,
                _ if at == 0 => 1,
                Action::Quit => 2,
                _ => 3,
            };
            let words = line.footer;
            (at, rank, Offer { key, words })
        })
        .collect();
    all.sort_by_key(|(at, rank, _)| (*rank, *at));
    let mut left = room + text::width(GAP);
    let fits = |(.., offer): &(usize, u8, Offer)| {
        let wide = offer.width() + text::width(GAP);
        let fits = wide <= left;
        left = left.saturating_sub(wide);
        fits
    };
    let mut fitting: Vec<_> = all.into_iter().take_while(fits).collect();
    fitting.sort_by_key(|(at, ..)| *at);
    fitting.into_iter().map(|(.., offer)| offer).collect()
}

/// Returns words, and after them as many of the keys as have room.
fn with_keys(model: &Model, words: String, room: usize) -> String {
    let used = match text::width(&words) {
        0 => 0,
        wide => wide + text::width(GAP),
    };
    let keys = offered(model, room.saturating_sub(used)).into_iter();
    let keys = keys.map(|Offer { key, words }| format!("{key} {words}"));
    let parts: Vec<String> = std::iter::once(words).chain(keys).collect();
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(GAP)
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

/// The columns that words at the right leave a line being typed.
const QUERY: usize = 20;

/// Returns the columns that words have beside a line being typed.
fn beside(label: &str, area: Rect) -> usize {
    usize::from(area.width).saturating_sub(text::width(label) + QUERY + 2)
}

/// Draws a line being typed, its cursor in view, and words at the right.
pub(in crate::ui) fn typed(
    label: &str,
    line: &crate::ui::pane::TextInput,
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
