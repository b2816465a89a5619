//! The boundary between base layers and own layers, and how it was found. Reads nothing: the layers of the base image are passed in.

use crate::bytes::count;
use crate::image::{BaseLayers, Image, LayerId, NO_INSTRUCTION, without_copied_digest};

/// The user's choice of the base.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaseHint {
    /// `--base-layers N`.
    pub layers: Option<usize>,
    /// Name and diff_ids of the `--base IMAGE`, bottom first.
    pub image: Option<(String, Vec<String>)>,
}

/// The layers of the base image, at the bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Number of base layers, from the bottom.
    pub layers: usize,
    /// How the number was found.
    pub reason: BaseReason,
    /// The number of the user, when the image has fewer layers.
    pub requested: Option<usize>,
    /// The base image that the image names, when it did not decide the boundary: its name, and the reason.
    pub unresolved: Option<(String, UnresolvedBase)>,
}

/// Why the base image that an image names does not decide the boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnresolvedBase {
    /// It was not looked up in an engine.
    NotLookedUp,
    /// The engine does not have it.
    Absent,
    /// The image of that name has other layers.
    Other,
}

/// How the boundary was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseReason {
    /// The user set the number.
    Given,
    /// The layers shared with the image of the user.
    SharedWith(String),
    /// The layers shared with the image that annotations or labels name.
    Annotated(String),
    /// The history continues after the `CMD` of a base image.
    History,
    /// The first layer, when nothing else is known.
    FirstLayer,
}

impl Base {
    /// Finds the boundary: the user's choice, else the base that the image names, else the history, else the first layer alone.
    #[must_use]
    pub fn of(image: &Image, hint: &BaseHint) -> Self {
        let resolved = |layers, reason| Self {
            layers,
            reason,
            requested: None,
            unresolved: None,
        };
        let count = image.layers.len();
        if let Some(layers) = hint.layers {
            return Self {
                requested: Some(layers).filter(|layers| *layers > count),
                ..resolved(layers.min(count), BaseReason::Given)
            };
        }
        if let Some((name, diff_ids)) = &hint.image {
            let layers = shared(image, diff_ids);
            return resolved(layers, BaseReason::SharedWith(name.clone()));
        }
        let named = image.about.base.as_ref();
        let unresolved = match named.map(|named| (&named.layers, named.display_name())) {
            None => None,
            Some((BaseLayers::Known(diff_ids), name)) => match shared(image, diff_ids) {
                0 => Some((name.to_owned(), UnresolvedBase::Other)),
                layers => return resolved(layers, BaseReason::Annotated(name.to_owned())),
            },
            Some((BaseLayers::Absent, name)) => Some((name.to_owned(), UnresolvedBase::Absent)),
            Some((BaseLayers::Unknown, name)) => {
                Some((name.to_owned(), UnresolvedBase::NotLookedUp))
            }
        };
        let (layers, reason) = match layers_below_cmd(image) {
            Some(layers) => (layers, BaseReason::History),
            None => (count.min(1), BaseReason::FirstLayer),
        };
        Self {
            layers,
            reason,
            requested: None,
            unresolved,
        }
    }

    /// Returns a warning about the user's number.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let there = count(self.layers as u64, "layer", "layers");
        let requested = self.requested?;
        Some(format!(
            "--base-layers {requested}: the image has {there}, all of them count as base layers"
        ))
    }

    /// Returns the instruction of a layer for people, or what stands for it, on one line, not escaped; for a base layer without one, its base image.
    #[must_use]
    pub fn instruction(&self, image: &Image, layer: LayerId) -> String {
        let instruction = without_copied_digest(&image.layer(layer).heading.description());
        match &self.reason {
            _ if !instruction.is_empty() => instruction,
            BaseReason::SharedWith(name) | BaseReason::Annotated(name)
                if layer.index() < self.layers =>
            {
                format!("FROM {name}")
            }
            _ => NO_INSTRUCTION.to_owned(),
        }
    }

    /// Returns the reason as text.
    #[must_use]
    pub fn why(&self) -> String {
        let why = match &self.reason {
            BaseReason::Given => match self.requested {
                Some(layers) => format!("{layers} set by the user"),
                None => "set by the user".to_owned(),
            },
            BaseReason::SharedWith(name) => format!("shared with {name}"),
            BaseReason::Annotated(name) => format!("shared with {name}, named by the image"),
            BaseReason::History => {
                "guessed from the build history: ends at the base's CMD".to_owned()
            }
            BaseReason::FirstLayer => "assumed, as the image names no base".to_owned(),
        };
        match &self.unresolved {
            None => why,
            Some((name, unresolved)) => {
                let but = match unresolved {
                    UnresolvedBase::NotLookedUp => ", which was not looked up",
                    UnresolvedBase::Absent => ", which is not available",
                    UnresolvedBase::Other => ", whose layers differ here",
                };
                format!("the image names {name}{but}; {why}")
            }
        }
    }
}

/// Returns how many of the lowest layers have these diff_ids.
fn shared(image: &Image, diff_ids: &[String]) -> usize {
    let own = image
        .layers
        .iter()
        .map(|layer| layer.heading.diff_id.as_ref());
    own.zip(diff_ids)
        .take_while(|(own, base)| *own == Some(*base))
        .count()
}

/// Returns the number of layers below the last `CMD` that is followed by layers.
fn layers_below_cmd(image: &Image) -> Option<usize> {
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
