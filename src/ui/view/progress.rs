//! How far a load has come: a layer still to come on a line, and the whole in words.

use ratatui::text::Span;

use crate::bytes::human;
use crate::escape;
use crate::image::plain_instruction;
use crate::ui::loaded::loading::{ByteProgress, Loading};
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, RereadProgress};
use crate::ui::theme::Theme;

use crate::ui::view::layers::Columns;
use crate::ui::view::text;

/// Returns the line of a layer: bytes so far, a bar, the part in percent, its instruction.
pub(in crate::ui) fn line<'a>(
    loading: &Loading,
    model: &Model,
    theme: &Theme,
    columns: &Columns,
    at: usize,
    width: usize,
) -> Vec<Span<'a>> {
    let ByteProgress { done, total } = loading.layers.get(at).copied().unwrap_or_default();
    let bytes = match done {
        _ if loading.cancelled => "not here".to_owned(),
        // Nobody knows yet whether it is this one that comes.
        0 => "to come".to_owned(),
        done => human(done, model.options.units),
    };
    let mut spans = vec![Span::styled(
        format!(
            "  {} {}",
            text::right(&(at + 1).to_string(), columns.number),
            text::right(&bytes, columns.size)
        ),
        theme.faint,
    )];
    let done = if loading.cancelled { 0 } else { done };
    let bar = text::bar(done, total.max(1), columns.bar);
    spans.extend(columns.framed(bar, theme.hit, theme));
    if columns.buried > 0 {
        let percent = match total {
            0 => String::new(),
            _ if loading.cancelled => String::new(),
            total => format!("{} %", percent(done, total)),
        };
        spans.push(Span::styled(
            format!(" {}", text::right(&percent, columns.buried)),
            theme.faint,
        ));
    }
    spans.push(Span::raw("  "));
    let used: usize = spans.iter().map(Span::width).sum();
    let heading = loading.headings.get(at);
    let words = heading.map(|heading| plain_instruction(&heading.instruction));
    // What only passes is told before it is known which layer it is.
    let words = words.unwrap_or("its instruction is to come".into());
    let words = escape::text(&words);
    spans.push(Span::styled(
        text::clip(&words, width.saturating_sub(used)).into_owned(),
        theme.faint,
    ));
    spans
}

fn percent(done: u64, total: u64) -> u128 {
    (u128::from(done) * 100 / u128::from(total.max(1))).min(100)
}

/// Returns what is said of the reading that leads to an answer, but where a dialog says it.
pub(in crate::ui) fn again(model: &Model) -> Option<String> {
    let RereadProgress { progress, kept } = model.reread?;
    if let Some(Overlay::Extracting(extracting)) = &model.overlay
        && (extracting.stopping || kept)
    {
        return None;
    }
    let ByteProgress { done, total } = progress;
    let why = if kept {
        "the packed archive is read up to it"
    } else if done == 0 {
        return Some(
            "it was not kept, so the image is asked for once more … · esc stops".to_owned(),
        );
    } else {
        "it was not kept, so the image comes once more"
    };
    let units = model.options.units;
    let read = human(done, units);
    // What an engine says of the whole is a guess.
    let of = if total > done {
        format!(" of {}", human(total, units))
    } else {
        String::new()
    };
    Some(format!("{why}: {read}{of} · esc stops"))
}

/// Returns how far loading has come, in words: part, rate, time left; how long it has been silent.
pub(in crate::ui) fn words(loading: &Loading, model: &Model) -> String {
    if loading.cancelled {
        return "loading was given up".to_owned();
    }
    let units = model.options.units;
    let ByteProgress { done, total } = loading.sum();
    let mut words = vec![escape::text(&loading.doing).into_owned()];
    if total > 0 && done > 0 {
        // Totals are what an engine guessed; what is not all there is not a whole.
        words.push(format!("{} %", percent(done, total).min(99)));
    } else if done > 0 {
        words.push(human(done, units));
    }
    if let Some(seconds) = loading.silent() {
        let so_far = words.join(" · ");
        return match done {
            0 => format!("{so_far} … {seconds} s"),
            _ => format!("{so_far} · nothing new for {seconds} s"),
        };
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
