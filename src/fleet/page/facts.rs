//! A run as reports and the screen show it: its rows by number, their summary, an earlier run, and what pull times are estimated for.

use std::borrow::Cow;

use crate::analysis::LinkSpeed;
use crate::bytes::{Units, count, human, share};
use crate::fleet::fleet_index::{FleetIndex, LayerRowId};
use crate::fleet::growth::Growth;
use crate::fleet::page::{Page, PageTarget, Subject};
use crate::fleet::summary::{GroupLabel, LayerGroup, Sum, Summary};
use crate::fleet::tables::Tables;

/// A run, and how it is shown.
#[derive(Debug)]
pub struct FleetFacts {
    /// Its rows.
    pub fleet: FleetIndex,
    /// The earlier run.
    pub earlier: Option<FleetIndex>,
    /// Its sums.
    pub summary: Summary,
    /// The differences from the earlier run.
    pub growth: Option<Growth>,
    /// The links that pull times are estimated for.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull over one link.
    pub nodes: u64,
    /// The units of sizes.
    pub units: Units,
    /// Where the rows are, as typed.
    pub from: Vec<String>,
    /// The path of the rows of the earlier run, as typed.
    pub earlier_from: Option<String>,
}

impl FleetFacts {
    /// Returns a run without an earlier one, for one node.
    #[must_use]
    pub fn of(tables: Tables) -> Self {
        let fleet = FleetIndex::of(tables);
        Self {
            summary: Summary::of(&fleet),
            fleet,
            earlier: None,
            growth: None,
            links: LinkSpeed::USUAL.to_vec(),
            nodes: 1,
            units: Units::default(),
            from: Vec::new(),
            earlier_from: None,
        }
    }

    /// Returns the run compared with an earlier one.
    #[must_use]
    pub fn since(mut self, earlier: Tables) -> Self {
        let earlier = FleetIndex::of(earlier);
        let before = Summary::of(&earlier);
        self.growth = Some(Growth::of(
            (&earlier, &before),
            (&self.fleet, &self.summary),
        ));
        self.earlier = Some(earlier);
        self
    }

    /// Returns the page behind a target.
    #[must_use]
    pub fn page(&self, target: PageTarget) -> Page {
        let page = match target.subject {
            Subject::Overview => self.overview(target.alone),
            subject => self.drill(subject),
        };
        match target.alone {
            Some(list) => page.alone(list),
            None => page,
        }
    }

    /// Returns a sum as text, `≥` before one with unknown sizes.
    #[must_use]
    pub fn sum(&self, sum: Sum) -> String {
        let least = if sum.unknown > 0 { "≥ " } else { "" };
        format!("{least}{}", self.bytes(sum.bytes))
    }

    /// Returns bytes as text.
    #[must_use]
    pub fn bytes(&self, bytes: u64) -> String {
        human(bytes, self.units)
    }

    /// Returns the seconds in which all nodes have downloaded some bytes.
    #[must_use]
    pub fn download(&self, sum: Sum, link: LinkSpeed) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "estimates are not that exact")]
        let bytes = sum.bytes as f64 * self.nodes as f64;
        bytes / link.bytes_per_second()
    }

    /// Returns the part of the images' bytes that is pulled once each layer is pulled once.
    #[must_use]
    pub(crate) fn distinct_share(&self) -> String {
        match self.summary.alone.bytes {
            0 => share(1, 1),
            all => share(self.summary.distinct.bytes, all),
        }
    }

    /// Returns the numbers of images, names and layers.
    #[must_use]
    pub fn counts(&self) -> String {
        let Summary {
            images,
            names,
            layers,
            ..
        } = self.summary;
        format!(
            "{} with {} and {}",
            count(images as u64, "image", "images"),
            count(names as u64, "name", "names"),
            count(layers as u64, "layer", "layers"),
        )
    }

    /// Returns the words of the command that prints the report.
    #[must_use]
    pub fn command(&self) -> Vec<String> {
        let words = ["dive-rs", "fleet", "report"].map(str::to_owned);
        let earlier = self.earlier_from.iter();
        let earlier = earlier.flat_map(|from| ["--earlier".to_owned(), from.clone()]);
        let format = ["--format", "text"].map(str::to_owned);
        let words = words.into_iter().chain(self.from.iter().cloned());
        words.chain(earlier).chain(format).collect()
    }

    /// Returns the layers of a group.
    #[must_use]
    pub(crate) fn group_layers(&self, group: u32) -> &[LayerRowId] {
        let group = self.summary.shared.get(group as usize);
        group.map_or(&[], |group| &group.layers)
    }

    /// Returns what a group of layers is, not escaped.
    #[must_use]
    pub fn label<'a>(&'a self, group: &LayerGroup) -> Cow<'a, str> {
        Cow::Borrowed(match group.label {
            GroupLabel::Image(image) => self.fleet.name_of(image),
            GroupLabel::Layer(layer) => match &*self.fleet.layer(layer).instruction {
                "" => "(no instruction known)",
                instruction => instruction,
            },
        })
    }
}
