//! Pull and push times of one image and of two, in every format that has them, and how they are estimated. `analysis` has the model.

use std::io::{self, Write};

use serde::Serialize;

use super::styling::Styling;
use crate::analysis::{CONCURRENT_DOWNLOADS, LinkSpeed, MachineSpeed, Transfer, seconds};
use crate::bytes::{Units, count, human, human_if_known};
use crate::compare::Sides;
use crate::escape;

/// The transfer of one image.
#[derive(Clone, Debug)]
pub struct ImageTransfer {
    /// The layers to move.
    pub transfer: Transfer,
    /// The links, in the order of the output.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull.
    pub nodes: u64,
    /// Names of images that the nodes already have.
    pub have: Vec<String>,
}

/// The transfer of two images, and of the second to nodes that have the first.
#[derive(Clone, Debug)]
pub struct PairTransfer {
    /// Each image to nodes that have nothing.
    pub fresh: Sides<Transfer>,
    /// The second image to nodes that have the first.
    pub update: Transfer,
    /// The links, in the order of the output.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull.
    pub nodes: u64,
}

/// Returns how the times are estimated, one sentence per line.
#[must_use]
pub(crate) fn method(speed: MachineSpeed, estimated: bool, units: Units) -> Vec<String> {
    let mut lines = vec![
        format!(
            "compressed size ÷ link speed, {CONCURRENT_DOWNLOADS} layers at a time; each layer is unpacked while others download"
        ),
        gzip_speed(speed, units),
    ];
    if estimated {
        lines.push(
            "the compressed size is estimated from samples of the uncompressed layers".to_owned(),
        );
    }
    lines
}

fn gzip_speed(speed: MachineSpeed, units: Units) -> String {
    let (unpack, pack) = (human(speed.unpack, units), human(speed.pack, units));
    let how = if speed.measured {
        format!(
            "unpacking at {unpack}/s, as measured on this machine; compressing at {pack}/s, half of the measured speed, as Docker does"
        )
    } else {
        format!(
            "unpacking at {unpack}/s and compressing at {pack}/s, a usual server's speeds; --measure-speed measures this machine"
        )
    };
    format!("{how}; disk speed is ignored")
}

impl ImageTransfer {
    pub(super) fn text(
        &self,
        units: Units,
        styling: Styling,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let Self {
            transfer, nodes, ..
        } = self;
        writeln!(out, "\n{}", styling.bold("Transfer"))?;
        write!(
            out,
            "  {} in {}",
            transfer.compressed_text(units),
            layers(transfer.layers.len())
        )?;
        if !self.have.is_empty() {
            let have = self.have.join(", ");
            let present_layers = layers(transfer.present);
            write!(
                out,
                "; {present_layers} not transferred: nodes have {}",
                escape::text(&have)
            )?;
        }
        writeln!(out)?;
        let shared = if *nodes > 1 {
            format!("  {nodes} nodes on one link")
        } else {
            String::new()
        };
        let head = format!("  {:<14}{:>12}{:>14}{shared}", "link", "pull", "push");
        writeln!(out, "{}", styling.bold(&head))?;
        for &link in &self.links {
            write!(
                out,
                "  {:<14}{:>12}{:>14}",
                link.to_string(),
                seconds(transfer.pull(link)),
                seconds(transfer.push(link))
            )?;
            if *nodes > 1 {
                write!(out, "  {}", seconds(transfer.pull_shared(link, *nodes)))?;
            }
            writeln!(out)?;
        }
        if *nodes > 1 {
            let all = transfer.compressed();
            let all = all.map(|bytes| bytes.saturating_mul(*nodes));
            let all = human_if_known(all, units);
            writeln!(
                out,
                "  {nodes} nodes download {all}; with a link of its own each takes as long as one"
            )?;
        }
        for line in method(transfer.speed, transfer.is_estimated(), units) {
            writeln!(out, "  {}", styling.faint(&line))?;
        }
        Ok(())
    }

    pub(super) fn markdown(&self, units: Units, out: &mut impl Write) -> io::Result<()> {
        let transfer = &self.transfer;
        let bytes = transfer.compressed_text(units);
        writeln!(out, "\n### Transfer: {bytes}\n")?;
        writeln!(out, "| Link | Pull | Push |\n| --- | ---: | ---: |")?;
        for &link in &self.links {
            let (pull, push) = (seconds(transfer.pull(link)), seconds(transfer.push(link)));
            writeln!(out, "| {link} | {pull} | {push} |")?;
        }
        writeln!(out)?;
        for line in method(transfer.speed, transfer.is_estimated(), units) {
            writeln!(out, "- {line}")?;
        }
        Ok(())
    }

    pub(super) fn keys(&self) -> TransferKeys {
        let transfer = &self.transfer;
        TransferKeys {
            compressed_bytes: transfer.compressed(),
            estimated: transfer.is_estimated(),
            layers: transfer.layers.len(),
            present_layers: transfer.present,
            nodes: self.nodes,
            unpack_bytes_per_second: transfer.speed.unpack,
            pack_bytes_per_second: transfer.speed.pack,
            links: self
                .links
                .iter()
                .map(|&link| LinkKeys {
                    bits_per_second: link.bits_per_second(),
                    pull_seconds: transfer.pull(link),
                    push_seconds: transfer.push(link),
                    shared_pull_seconds: transfer.pull_shared(link, self.nodes),
                })
                .collect(),
        }
    }
}

impl PairTransfer {
    /// Returns for each link the seconds to pull the first image, the second, and the second with the first present.
    fn pulls(&self) -> impl Iterator<Item = (LinkSpeed, [Option<f64>; 3])> + '_ {
        let three = [&self.fresh.before, &self.fresh.after, &self.update];
        self.links
            .iter()
            .map(move |&link| (link, three.map(|one| one.pull(link))))
    }

    fn is_estimated(&self) -> bool {
        self.fresh.before.is_estimated() || self.fresh.after.is_estimated()
    }

    pub(super) fn text(
        &self,
        units: Units,
        styling: Styling,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let head = format!(
            "  {:<14}{:>12}{:>14}{:>28}",
            "pull", "before", "after", "after, if before is present"
        );
        writeln!(out, "\n{}", styling.bold(&head))?;
        let bytes = [&self.fresh.before, &self.fresh.after, &self.update]
            .map(|one| human_if_known(one.compressed(), units));
        let label = if self.is_estimated() {
            "compressed ≈"
        } else {
            "compressed"
        };
        writeln!(
            out,
            "  {label:<14}{:>12}{:>14}{:>28}",
            bytes[0], bytes[1], bytes[2]
        )?;
        for (link, pulls) in self.pulls() {
            let [before, after, update] = pulls.map(seconds);
            writeln!(
                out,
                "  {:<14}{before:>12}{after:>14}{update:>28}",
                link.to_string()
            )?;
            if self.nodes > 1 {
                let three = [&self.fresh.before, &self.fresh.after, &self.update];
                let [before, after, update] =
                    three.map(|one| seconds(one.pull_shared(link, self.nodes)));
                let name = format!("  {} at once", self.nodes);
                writeln!(out, "  {name:<14}{before:>12}{after:>14}{update:>28}")?;
            }
        }
        for line in method(self.update.speed, self.is_estimated(), units) {
            writeln!(out, "  {}", styling.faint(&line))?;
        }
        Ok(())
    }

    /// Returns the lines of a table with its header.
    pub(super) fn markdown(&self) -> Vec<String> {
        let mut lines = vec![
            "| Pull | before | after | after, if before is present |\n| --- | ---: | ---: | ---: |"
                .to_owned(),
        ];
        lines.extend(self.pulls().map(|(link, pulls)| {
            let [before, after, update] = pulls.map(seconds);
            format!("| {link} | {before} | {after} | {update} |")
        }));
        lines.push(String::new());
        lines
    }

    pub(super) fn keys(&self) -> Vec<PairLinkKeys> {
        let pulls = self.pulls();
        pulls
            .map(|(link, [before, after, update])| PairLinkKeys {
                bits_per_second: link.bits_per_second(),
                before_pull_seconds: before,
                after_pull_seconds: after,
                update_pull_seconds: update,
            })
            .collect()
    }
}

fn layers(number: usize) -> String {
    count(number as u64, "layer", "layers")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransferKeys {
    compressed_bytes: Option<u64>,
    estimated: bool,
    layers: usize,
    present_layers: usize,
    nodes: u64,
    unpack_bytes_per_second: u64,
    pack_bytes_per_second: u64,
    links: Vec<LinkKeys>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkKeys {
    bits_per_second: u64,
    pull_seconds: Option<f64>,
    push_seconds: Option<f64>,
    shared_pull_seconds: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PairLinkKeys {
    bits_per_second: u64,
    before_pull_seconds: Option<f64>,
    after_pull_seconds: Option<f64>,
    update_pull_seconds: Option<f64>,
}
