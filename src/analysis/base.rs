//! Where the base image ends and your layers begin, and why it is thought so. No reading: what a base image has is handed in.

use crate::bytes::count;
use crate::image::{BaseLayers, Image, LayerId, plain_instruction};

/// What the user said of the base.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaseHint {
    /// `--base-layers N`.
    pub layers: Option<usize>,
    /// Name and diff_ids of the `--base IMAGE`, bottom first.
    pub image: Option<(String, Vec<String>)>,
}

/// The lowest layers that come from the base image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// How many layers, from the bottom.
    pub layers: usize,
    /// Why that many.
    pub reason: BaseReason,
    /// How many layers the user gave, where there are fewer.
    pub beyond: Option<usize>,
    /// The base that the image names, where that did not settle it: what it is called, and why it did not.
    pub unsettled: Option<(String, UnresolvedBase)>,
}

/// Why a base that an image names does not settle the boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnresolvedBase {
    /// No engine was asked for it.
    Unasked,
    /// The engine does not have it.
    Absent,
    /// What has its name has other layers.
    Other,
}

/// How the boundary was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseReason {
    /// The user gave the number.
    Given,
    /// These are the layers shared with the named image.
    SharedWith(String),
    /// These are the layers shared with the image that the annotations or labels name.
    Annotated(String),
    /// The history goes on after an inherited `CMD`.
    History,
    /// Nothing else is known: the first layer.
    FirstLayer,
}

impl Base {
    /// Finds the boundary: what the user said, else the base that the image names, else the history, else the first layer alone (`numbers.md`, "Base
    /// image").
    #[must_use]
    pub fn of(image: &Image, hint: &BaseHint) -> Self {
        let settled = |layers, reason| Self {
            layers,
            reason,
            beyond: None,
            unsettled: None,
        };
        let count = image.layers.len();
        if let Some(layers) = hint.layers {
            return Self {
                beyond: Some(layers).filter(|layers| *layers > count),
                ..settled(layers.min(count), BaseReason::Given)
            };
        }
        if let Some((name, diff_ids)) = &hint.image {
            let layers = shared(image, diff_ids);
            return settled(layers, BaseReason::SharedWith(name.clone()));
        }
        let named = image.about.base.as_ref();
        let unsettled = match named.map(|named| (&named.layers, named.display_name())) {
            None => None,
            Some((BaseLayers::Known(diff_ids), name)) => match shared(image, diff_ids) {
                0 => Some((name.to_owned(), UnresolvedBase::Other)),
                layers => return settled(layers, BaseReason::Annotated(name.to_owned())),
            },
            Some((BaseLayers::Absent, name)) => Some((name.to_owned(), UnresolvedBase::Absent)),
            Some((BaseLayers::Unknown, name)) => Some((name.to_owned(), UnresolvedBase::Unasked)),
        };
        let (layers, reason) = match inherited(image) {
            Some(layers) => (layers, BaseReason::History),
            None => (count.min(1), BaseReason::FirstLayer),
        };
        Self {
            layers,
            reason,
            beyond: None,
            unsettled,
        }
    }

    /// Returns what is odd in what the user said of it.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let there = count(self.layers as u64, "layer", "layers");
        let beyond = self.beyond?;
        Some(format!(
            "--base-layers {beyond}: it has {there}, and all of them are taken for the base"
        ))
    }

    /// Returns what a layer's instruction says, on one line and not made safe; of a base layer without one, whose it is.
    #[must_use]
    pub fn instruction(&self, image: &Image, layer: LayerId) -> String {
        let said = plain_instruction(&image.layer(layer).heading.instruction);
        match &self.reason {
            _ if !said.is_empty() => said,
            BaseReason::SharedWith(name) | BaseReason::Annotated(name)
                if layer.index() < self.layers =>
            {
                format!("FROM {name}")
            }
            _ if layer.index() < self.layers => "FROM … (no instruction known)".to_owned(),
            _ => "(no instruction known)".to_owned(),
        }
    }

    /// Returns the reason in words.
    #[must_use]
    pub fn why(&self) -> String {
        let why = match &self.reason {
            BaseReason::Given => match self.beyond {
                Some(layers) => format!("{layers} were given"),
                None => "as given".to_owned(),
            },
            BaseReason::SharedWith(name) => format!("shared with {name}"),
            BaseReason::Annotated(name) => format!("shared with {name}, which the image names"),
            BaseReason::History => "up to the inherited CMD".to_owned(),
            BaseReason::FirstLayer => "the first layer".to_owned(),
        };
        match &self.unsettled {
            None => why,
            Some((name, unsettled)) => {
                let but = match unsettled {
                    UnresolvedBase::Unasked => "",
                    UnresolvedBase::Absent => ", which is not here",
                    UnresolvedBase::Other => ", whose layers here are others",
                };
                format!("annotation names {name}{but}; {why}")
            }
        }
    }
}

/// Returns how many of an image's lowest layers have these diff_ids.
fn shared(image: &Image, diff_ids: &[String]) -> usize {
    let own = image
        .layers
        .iter()
        .map(|layer| layer.heading.diff_id.as_ref());
    own.zip(diff_ids)
        .take_while(|(own, base)| *own == Some(*base))
        .count()
}

/// Returns how many layers stand below the last `CMD` that later layers follow.
fn inherited(image: &Image) -> Option<usize> {
    let history = &image.about.history;
    let last_layer = history.iter().rposition(|line| line.layer.is_some())?;
    let cmd = history[..last_layer]
        .iter()
        .rposition(|line| line.layer.is_none() && is_cmd(&line.created_by))?;
    let layers = history[..cmd]
        .iter()
        .filter(|line| line.layer.is_some())
        .count();
    (layers > 0).then_some(layers)
}

/// Classic builds write `/bin/sh -c #(nop)  CMD [...]`, BuildKit writes `CMD [...]`.
fn is_cmd(created_by: &str) -> bool {
    created_by
        .trim_start_matches("/bin/sh -c ")
        .trim_start_matches("#(nop)")
        .trim_start()
        .starts_with("CMD ")
}
