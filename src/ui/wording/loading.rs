//! The progress of a load and of other work in words. No colours, no widths, no clock.

use std::borrow::Cow;

use crate::bytes::{Units, human};
use crate::escape;
use crate::ui::loaded::loading::{ByteProgress, Loading, RereadProgress};
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};

/// Returns what the footer shows instead of the keys: a notice, or the progress of work that the screen waits for.
#[must_use]
pub(in crate::ui) fn footer_notice(model: &Model) -> Option<Cow<'_, str>> {
    if let Some(notice) = &model.notice {
        return Some(Cow::Borrowed(notice));
    }
    if model.help.is_some() {
        return None;
    }
    reread(model).or_else(|| computing(model)).map(Cow::Owned)
}

/// Returns how much of a total is done, in percent.
#[must_use]
pub(in crate::ui) fn percent(done: u64, total: u64) -> u128 {
    (u128::from(done) * 100 / u128::from(total.max(1))).min(100)
}

/// Returns the progress of reading layers again for an answer; `None` where a dialog already shows it.
fn reread(model: &Model) -> Option<String> {
    let RereadProgress { progress, kept } = model.reread?;
    if let Some(Overlay::Extracting(extracting)) = &model.overlay
        && (extracting.stopping || kept)
    {
        return None;
    }
    let ByteProgress { done, total } = progress;
    let step = if kept {
        "reading the compressed archive"
    } else if done == 0 {
        return Some("contents not kept, requesting the image again … · esc to cancel".to_owned());
    } else {
        "contents not kept, loading again"
    };
    let units = model.options.units;
    let read = human(done, units);
    // An engine estimates the total.
    let of = if total > done {
        format!(" of {}", human(total, units))
    } else {
        String::new()
    };
    Some(format!("{step}: {read}{of} · esc to cancel"))
}

/// Returns what a worker thread computes for the screen, if `esc` cancels it there.
fn computing(model: &Model) -> Option<String> {
    if model.overlay.is_some() {
        return None;
    }
    let what = match &model.screen {
        Screen::Explore(explore) => explore.computing(),
        Screen::Compare(compare) => compare.computing(),
        _ => None,
    };
    Some(format!("{} … · esc to cancel", what?))
}

/// Returns the progress of a load: percent, rate, time left, or the seconds without data.
#[must_use]
pub(in crate::ui) fn progress(loading: &Loading, units: Units) -> String {
    if loading.cancelled {
        return "loading cancelled".to_owned();
    }
    let ByteProgress { done, total } = loading.sum();
    let mut parts = vec![escape::text(&loading.doing).into_owned()];
    if total > 0 && done > 0 {
        // An engine estimates totals, so an unfinished load never shows 100 %.
        parts.push(format!("{} %", percent(done, total).min(99)));
    } else if done > 0 {
        parts.push(human(done, units));
    }
    if let Some(seconds) = loading.seconds_without_data() {
        let so_far = parts.join(" · ");
        return match done {
            0 => format!("{so_far} … {seconds} s"),
            // Everything arrived: what is left is work on it.
            _ if total > 0 && done >= total => format!("computing … {seconds} s"),
            _ => format!("{so_far} · no data for {seconds} s"),
        };
    }
    if let Some(rate) = loading.rate().filter(|&rate| rate > 0) {
        parts.push(format!("{}/s", human(rate, units)));
    }
    if let Some(seconds) = loading.seconds_left() {
        parts.push(match seconds {
            0..=99 => format!("{seconds} s left"),
            _ => format!("{} min left", seconds.div_ceil(60)),
        });
    }
    parts.join(" · ")
}
