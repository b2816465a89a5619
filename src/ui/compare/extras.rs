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

/// Returns the download times at the middle link, or else the first, and the number of critical and high vulnerabilities.
pub(super) fn short(extras: &Sides<Arc<Extras>>, left: Side) -> Vec<String> {
    let links = &extras.get(left).links;
    let middle = links.iter().find(|link| **link == LinkSpeed::MIDDLE);
    let download = middle.or(links.first()).map(|&link| {
        let [from, to] = [left, left.other()].map(|side| {
            let transfer = &extras.get(side).transfer;
            seconds(transfer.download(link))
        });
        format!("download at {link} {from} → {to}")
    });
    let found = found(extras, left, &[Severity::Critical, Severity::High]);
    let found = found
        .map(|(severity, [from, to])| format!("{} {} → {}", severity.name(), from.all, to.all));
    download.into_iter().chain(found).collect()
}

/// Returns the pull times at every link, the method of the estimate, and the number of vulnerabilities of every severity.
pub(super) fn full(extras: &Sides<Arc<Extras>>, left: Side, units: Units) -> Vec<TabLine> {
    let line = TabLine::plain;
    let right = extras.get(left.other());
    let links = right.links.iter();
    let pull = links.map(|&link| {
        let (from, to) = pulls(extras, left, link);
        let mut text = format!("at {link} {from} → {to}");
        if let Some(update) = &right.update {
            let update = seconds(update.pull(link));
            text = format!("{text}, {update} if {} is present", left.name());
        }
        if right.nodes > 1 {
            let all = [left, left.other()].map(|side| {
                let transfer = &extras.get(side).transfer;
                seconds(transfer.pull_shared(link, right.nodes))
            });
            text = format!("{text}; {} nodes at once {}", right.nodes, all.join(" → "));
        }
        line("pull", text)
    });
    let transfers = [left, left.other()].map(|side| &extras.get(side).transfer);
    let estimated = transfers.iter().any(|transfer| transfer.is_estimated());
    let how = method(transfers[0].speed, estimated, units);
    let found = found(extras, left, &Severity::ALL);
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

/// Returns the vulnerabilities that only one of the images has: those of the right one first, the most severe first.
pub(super) fn moved(
    extras: &Sides<Arc<Extras>>,
    images: Sides<&Image>,
    comparison: &Comparison,
    left: Side,
) -> Vec<TabLine> {
    let side = |side: Side| extras.get(side).vulnerabilities.as_ref();
    let (Some(from), Some(to)) = (side(left), side(left.other())) else {
        return Vec::new();
    };
    let key =
        |found: &LocatedVulnerability| (found.reported.id.clone(), found.reported.package.clone());
    let had: HashSet<_> = from.found.iter().map(key).collect();
    let has: HashSet<_> = to.found.iter().map(key).collect();
    let one = |side: Side, found: &LocatedVulnerability| {
        let (label, change) = if side == left {
            ("removed", StatusKind::Removed)
        } else {
            ("added", StatusKind::Added)
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
        .map(|found| one(left.other(), found));
    let fixed = fixed
        .take(MOST_VULNERABILITIES)
        .map(|found| one(left, found));
    new.chain(fixed).collect()
}

fn pulls(extras: &Sides<Arc<Extras>>, left: Side, link: LinkSpeed) -> (String, String) {
    let pull = |side: Side| seconds(extras.get(side).transfer.pull(link));
    (pull(left), pull(left.other()))
}

/// Returns the number of vulnerabilities of some severities in either image; empty without scanner reports.
fn found(
    extras: &Sides<Arc<Extras>>,
    left: Side,
    severities: &[Severity],
) -> impl Iterator<Item = (Severity, [SeverityCounts; 2])> {
    let sides = [left, left.other()].map(|side| extras.get(side).vulnerabilities.as_ref());
    let both = match sides {
        [Some(from), Some(to)] => Some([from, to]),
        _ => None,
    };
    let count = move |severity| both.map(|both| (severity, both.map(|all| all.count(severity))));
    severities.iter().copied().filter_map(count)
}
