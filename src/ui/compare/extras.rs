//! The extras of a comparison: the pull time of either image and the vulnerabilities found in it. In short for the header, in full for the tab Why.

use std::collections::HashSet;
use std::sync::Arc;

use crate::analysis::{LinkSpeed, seconds};
use crate::bytes::Units;
use crate::compare::{Comparison, Side, Sides};
use crate::image::Image;
use crate::report::method;
use crate::scan::{LocatedVulnerability, Severity, SeverityCounts};
use crate::ui::loaded::extras::{Extras, MOST_VULNERABILITIES, vulnerability_line};
use crate::ui::pane::StatusKind;

use crate::ui::compare::tabs::{LineTarget, TabLine};

/// Returns the pull times at the middle link, or else at the first; `…` until they are computed, `None` without a link.
pub(super) fn pull(extras: Option<&Sides<Arc<Extras>>>) -> Option<String> {
    let Some(extras) = extras else {
        return Some("pull …".to_owned());
    };
    let link = extras.after.middle_link()?;
    let (from, to) = pulls(extras, link);
    Some(format!("pull at {link} {from} → {to}"))
}

/// Returns the number of critical and high vulnerabilities.
pub(super) fn severe(extras: &Sides<Arc<Extras>>) -> Vec<String> {
    let found = found(extras, &[Severity::Critical, Severity::High]);
    let words = |(severity, [from, to]): (Severity, [SeverityCounts; 2])| {
        format!("{} {} → {}", severity.name(), from.all, to.all)
    };
    found.map(words).collect()
}

/// Returns the pull times at every link, the method of the estimate, and the number of vulnerabilities of every severity.
pub(super) fn full(extras: &Sides<Arc<Extras>>, units: Units) -> Vec<TabLine> {
    let line = TabLine::plain;
    let after = &extras.after;
    let links = after.links.iter();
    let pull = links.map(|&link| {
        let (from, to) = pulls(extras, link);
        let mut text = format!("at {link} {from} → {to}");
        if let Some(update) = &after.update {
            let update = seconds(update.pull(link));
            text = format!("{text}, {update} on a host that has before");
        }
        if after.nodes > 1 {
            let all = Side::BOTH.map(|side| {
                let transfer = &extras.get(side).transfer;
                seconds(transfer.pull_shared(link, after.nodes))
            });
            text = format!("{text}; {} nodes at once {}", after.nodes, all.join(" → "));
        }
        line("pull", text)
    });
    let transfers = Side::BOTH.map(|side| &extras.get(side).transfer);
    let estimated = transfers.iter().any(|transfer| transfer.is_estimated());
    let how = method(transfers[0].speed, estimated, units);
    let found = found(extras, &Severity::ALL);
    let found = found
        .filter(|(_, counts)| *counts != [SeverityCounts::default(); 2])
        .map(|(severity, [from, to])| {
            let own_layers = |counts: SeverityCounts| counts.all - counts.in_base;
            let (all, all_to) = (from.all, to.all);
            let (base, base_to) = (from.in_base, to.in_base);
            let (own, own_to) = (own_layers(from), own_layers(to));
            let base = format!("base layers {base} → {base_to}");
            let text = format!("{all} → {all_to}: {base}, own layers {own} → {own_to}");
            line(severity.name(), text)
        });
    pull.chain(how.into_iter().map(|text| line("", text)))
        .chain(found)
        .collect()
}

/// Returns the vulnerabilities that only one of the images has: those of the image after first, the most severe first.
pub(super) fn moved(
    extras: &Sides<Arc<Extras>>,
    images: Sides<&Image>,
    comparison: &Comparison,
) -> Vec<TabLine> {
    let side = |side: Side| extras.get(side).vulnerabilities.as_ref();
    let (Some(from), Some(to)) = (side(Side::Before), side(Side::After)) else {
        return Vec::new();
    };
    let key =
        |found: &LocatedVulnerability| (found.reported.id.clone(), found.reported.package.clone());
    let had: HashSet<_> = from.found.iter().map(key).collect();
    let has: HashSet<_> = to.found.iter().map(key).collect();
    let one = |side: Side, found: &LocatedVulnerability| {
        let (label, change) = match side {
            Side::Before => ("removed", StatusKind::Removed),
            Side::After => ("added", StatusKind::Added),
        };
        let row = found
            .node
            .and_then(|node| comparison.rows.row_of(side, node));
        TabLine {
            change,
            opens: row.map(LineTarget::Row),
            ..TabLine::plain(label, vulnerability_line(images.get(side), found))
        }
    };
    let new = to.found.iter().filter(|found| !had.contains(&key(found)));
    let fixed = from.found.iter().filter(|found| !has.contains(&key(found)));
    let new = new
        .take(MOST_VULNERABILITIES)
        .map(|found| one(Side::After, found));
    let fixed = fixed
        .take(MOST_VULNERABILITIES)
        .map(|found| one(Side::Before, found));
    new.chain(fixed).collect()
}

fn pulls(extras: &Sides<Arc<Extras>>, link: LinkSpeed) -> (String, String) {
    let pull = |extras: &Extras| seconds(extras.transfer.pull(link));
    (pull(&extras.before), pull(&extras.after))
}

/// Returns the number of vulnerabilities of some severities in either image; empty without scanner reports.
fn found(
    extras: &Sides<Arc<Extras>>,
    severities: &[Severity],
) -> impl Iterator<Item = (Severity, [SeverityCounts; 2])> {
    let sides = Side::BOTH.map(|side| extras.get(side).vulnerabilities.as_ref());
    let both = match sides {
        [Some(from), Some(to)] => Some([from, to]),
        _ => None,
    };
    let count = move |severity| both.map(|both| (severity, both.map(|all| all.count(severity))));
    severities.iter().copied().filter_map(count)
}
