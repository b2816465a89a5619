//! Where the base image ends and your layers begin, and why it is thought so. No reading: what a base image has is handed in.

use crate::image::{Image, LayerId, plain_instruction};

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
}

/// How the boundary was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseReason {
    /// The user gave the number.
    Given,
    /// These are the layers shared with the named image.
    SharedWith(String),
    /// The history goes on after an inherited `CMD`.
    History,
    /// Nothing else is known: the first layer.
    FirstLayer,
}

impl Base {
    /// Finds the boundary: what the user said, else the history, else the first layer alone (`numbers.md`, "Base image").
    #[must_use]
    pub fn of(image: &Image, hint: &BaseHint) -> Self {
        let count = image.layers.len();
        if let Some(layers) = hint.layers {
            return Self {
                layers: layers.min(count),
                reason: BaseReason::Given,
            };
        }
        if let Some((name, diff_ids)) = &hint.image {
            let own = image
                .layers
                .iter()
                .map(|layer| layer.heading.diff_id.as_ref());
            let layers = own
                .zip(diff_ids)
                .take_while(|(own, base)| *own == Some(*base))
                .count();
            return Self {
                layers,
                reason: BaseReason::SharedWith(name.clone()),
            };
        }
        match inherited(image) {
            Some(layers) => Self {
                layers,
                reason: BaseReason::History,
            },
            None => Self {
                layers: count.min(1),
                reason: BaseReason::FirstLayer,
            },
        }
    }

    /// Returns what a layer's instruction says, on one line and not made safe; of a base layer without one, whose it is.
    #[must_use]
    pub fn instruction(&self, image: &Image, layer: LayerId) -> String {
        let said = plain_instruction(&image.layer(layer).heading.instruction);
        match &self.reason {
            _ if !said.is_empty() => said,
            BaseReason::SharedWith(name) if layer.index() < self.layers => format!("FROM {name}"),
            _ if layer.index() < self.layers => "FROM … (no instruction known)".to_owned(),
            _ => "(no instruction known)".to_owned(),
        }
    }

    /// Returns the reason in words.
    #[must_use]
    pub fn why(&self) -> String {
        match &self.reason {
            BaseReason::Given => "as given".to_owned(),
            BaseReason::SharedWith(name) => format!("shared with {name}"),
            BaseReason::History => "up to the inherited CMD".to_owned(),
            BaseReason::FirstLayer => "the first layer".to_owned(),
        }
    }
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
