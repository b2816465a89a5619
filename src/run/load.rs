//! The loading steps: an image with a progress line, the base, the baseline, the layers that nodes already have. Nothing is analysed beyond what these need.

use std::collections::HashSet;

use crate::analysis::{Analysis, BaseHint};
use crate::ci::{Baseline, Rules};
use crate::cli::{BaseOption, BaselineOption, InspectPlan};
use crate::failure::Failure;
use crate::load::{self, Cancel, Loaded, Request};
use crate::report::ProgressLine;

/// Returns the progress line of a plan. With the log on, there is none: both write to standard error.
pub(super) fn progress_line(plan: &InspectPlan) -> ProgressLine {
    ProgressLine::new(plan.verbosity != 1, plan.config.units)
}

/// Loads an image and shows the progress.
pub(super) fn image(request: &Request, line: &ProgressLine) -> Result<Loaded, Failure> {
    let show = |progress| line.show(&progress);
    Ok(load::load(request, &Cancel::default(), show)?)
}

/// Returns a request that keeps contents, where they are read after loading.
pub(super) fn with_contents(request: &Request, keep: bool) -> Request {
    Request {
        keep_contents: request.keep_contents || keep,
        ..request.clone()
    }
}

/// Returns what is known about the base: the number of its layers, or the layers of an image, which is loaded.
pub(super) fn base_hint(option: &BaseOption, line: &ProgressLine) -> Result<BaseHint, Failure> {
    Ok(match option {
        BaseOption::Unspecified => BaseHint::default(),
        BaseOption::Layers(layers) => BaseHint {
            layers: Some(*layers),
            image: None,
        },
        BaseOption::Image(request) => {
            let base = image(request, line).map_err(|failure| failure.of_option("--base"))?;
            let layers = &base.image.layers;
            let diff_id = |layer: &crate::image::Layer| layer.heading.diff_id.clone();
            let diff_ids = layers
                .iter()
                .map(|layer| diff_id(layer).unwrap_or_default());
            BaseHint {
                layers: None,
                image: Some((request.reference.clone(), diff_ids.collect())),
            }
        }
    })
}

/// What growth is measured against.
#[derive(Default)]
pub(super) struct LoadedBaseline {
    /// The numbers; nothing without a baseline.
    pub(super) numbers: Option<Baseline>,
    /// The image, if the baseline is one.
    pub(super) loaded: Option<Loaded>,
    /// Why there is no baseline, though one is named.
    pub(super) warning: Option<String>,
}

/// Returns the baseline that growth is measured against, loading it when it is an image.
pub(super) fn baseline(
    option: Option<&BaselineOption>,
    rules: Option<&Rules>,
    contents: bool,
    line: &ProgressLine,
) -> Result<LoadedBaseline, Failure> {
    let (request, optional) = match option {
        None => return Ok(LoadedBaseline::default()),
        Some(BaselineOption::File(baseline)) => {
            return Ok(LoadedBaseline {
                numbers: Some(baseline.clone()),
                ..LoadedBaseline::default()
            });
        }
        Some(BaselineOption::Image { request, optional }) => (request, *optional),
    };
    let request = with_contents(request, contents);
    let show = |progress| line.show(&progress);
    let loaded = match load::load(&request, &Cancel::default(), show) {
        Ok(loaded) => loaded,
        Err(error) if optional && error.is_absent() => {
            return Ok(LoadedBaseline {
                warning: Some(format!("no baseline: {error}")),
                ..LoadedBaseline::default()
            });
        }
        Err(error) => return Err(error.into()),
    };
    let analysis = Analysis::of(&loaded.image, &BaseHint::default());
    Ok(LoadedBaseline {
        numbers: Some(Baseline::of(&loaded.image, &analysis, rules)),
        loaded: Some(loaded),
        warning: None,
    })
}

/// Returns the identities of the layers of some images, which are loaded.
pub(super) fn layer_identities(
    requests: &[Request],
    line: &ProgressLine,
) -> Result<HashSet<String>, Failure> {
    let mut identities = HashSet::new();
    for request in requests {
        identities.extend(load::identities(&image(request, line)?.image));
    }
    Ok(identities)
}
