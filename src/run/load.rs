//! The loading steps: an image with a progress line, the base, the baseline, the layers that nodes already have. Where an archive has several images, the
//! user picks one. Nothing is analysed beyond what these need.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::analysis::{Analysis, BaseHint};
use crate::ci::{Baseline, Rules};
use crate::cli::{
    BaseOption, BaselineOption, FilePlan, InspectPlan, InspectedImages, PickerOption,
};
use crate::compare::{Side, Sides};
use crate::config::Configuration;
use crate::escape;
use crate::failure::Failure;
use crate::image::{ArchiveLayout, Description, Image};
use crate::load::{self, Cancel, ListedImage, Loaded, Request, SharedBlobs};
use crate::pair::Pair;
use crate::report::{ProgressLine, warning_lines};
use crate::source::Source;
use crate::ui::{self, CommandImage};

/// The hint for several images where no option chooses one.
const NAMED_IN_REFERENCE: &str =
    "name one after the path: docker-archive:PATH:NAME, oci-archive:PATH:NAME or oci:PATH:NAME";

/// Loads the images of a plan while no screen is open.
pub(super) struct Loader<'a> {
    line: ProgressLine,
    config: &'a Configuration,
    picker: Option<&'a PickerOption>,
    /// The blobs that the image and its baseline have in common.
    shared: Option<SharedBlobs>,
    /// The warnings of the images that no report is about.
    warnings: Mutex<Vec<String>>,
}

impl<'a> Loader<'a> {
    /// Returns the loader of a plan. With the log on, there is no progress line: both write to standard error.
    pub(super) fn of(plan: &'a InspectPlan) -> Self {
        let has_baseline = match &plan.images {
            InspectedImages::Single(one) => {
                matches!(one.baseline, Some(BaselineOption::Image { .. }))
            }
            InspectedImages::Comparison(_) => false,
        };
        Self {
            shared: has_baseline.then(SharedBlobs::default),
            ..Self::new(plan.verbosity, &plan.config, plan.picker.as_ref())
        }
    }

    /// Returns the loader of a command on files.
    pub(super) fn of_files(plan: &'a FilePlan) -> Self {
        Self::new(plan.verbosity, &plan.config, plan.picker.as_ref())
    }

    fn new(verbosity: u8, config: &'a Configuration, picker: Option<&'a PickerOption>) -> Self {
        Self {
            line: ProgressLine::new(verbosity != 1, config.units),
            config,
            picker,
            shared: None,
            warnings: Mutex::default(),
        }
    }

    /// Loads an image.
    pub(super) fn image(&self, request: &Request) -> Result<Loaded, Failure> {
        self.operand(request, None)
    }

    /// Loads the image of an option, of which only the layers are used.
    fn layers(&self, request: &Request, option: &'static str) -> Result<Loaded, Failure> {
        let request = Request {
            provenance: false,
            ..request.clone()
        };
        self.operand(&request, Some(option))
    }

    fn operand(&self, request: &Request, role: Option<&'static str>) -> Result<Loaded, Failure> {
        let loaded = self.chosen(request, role)?;
        loaded.map_err(|error| failure(error, role))
    }

    /// Loads an image; where there are several, the one that the user picks.
    fn chosen(
        &self,
        request: &Request,
        role: Option<&'static str>,
    ) -> Result<Result<Loaded, load::Error>, Failure> {
        let loaded = self.load(request);
        let choices = loaded.as_ref().err().and_then(load::Error::choices);
        let loaded = match choices.filter(|_| self.picker.is_some() && request.can_reopen()) {
            Some(images) => self.load(&request.choose(&self.pick(images, request, role)?)),
            None => loaded,
        };
        if let (Some(_), Ok(loaded)) = (role, &loaded) {
            let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
            warnings.extend(named_warnings(&loaded.image));
        }
        Ok(loaded)
    }

    /// Ends the progress line; returns the warnings of the base, the baseline and the images that nodes have.
    pub(super) fn finish(self) -> Vec<String> {
        self.warnings
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn load(&self, request: &Request) -> Result<Loaded, load::Error> {
        let request = &Request {
            shared: self.shared.clone(),
            ..request.clone()
        };
        load::load(request, &Cancel::default(), |progress| {
            self.line.show(&progress);
        })
    }

    /// Loads two images and compares them. Each of them may have to be picked.
    pub(super) fn pair(&self, requests: &Sides<Request>, hint: &BaseHint) -> Result<Pair, Failure> {
        let mut requests = requests.clone();
        let mut picked = Vec::new();
        loop {
            let show = |_, progress| self.line.show(&progress);
            let loaded = Pair::load(requests.as_ref(), hint, &Cancel::default(), show);
            let error = match loaded {
                Ok(pair) => return Ok(pair),
                Err(error) => error,
            };
            let side = error.side;
            // The other image is loaded again as well.
            let can_reopen = Side::BOTH
                .iter()
                .all(|&side| requests.get(side).can_reopen());
            let can_pick = self.picker.is_some() && can_reopen && !picked.contains(&side);
            let Some(images) = error.error.choices().filter(|_| can_pick) else {
                return Err(error.into());
            };
            let request = requests.get(side);
            let chosen = request.choose(&self.pick(images, request, Some(side.name()))?);
            *requests.get_mut(side) = chosen;
            picked.push(side);
        }
    }

    /// Lets the user pick one of the images at a name.
    fn pick(
        &self,
        images: &[ListedImage],
        request: &Request,
        role: Option<&'static str>,
    ) -> Result<ListedImage, Failure> {
        let no_color = self.picker.is_none_or(|picker| picker.no_color);
        let operand = CommandImage {
            role,
            name: request.reference.clone(),
        };
        ProgressLine::clear();
        let options = self.config.screen_options(no_color);
        ui::pick_one(images.to_vec(), operand, options)
    }

    /// Returns what is known about the base: the number of its layers, or the layers of an image, which is loaded.
    pub(super) fn base_hint(&self, option: &BaseOption) -> Result<BaseHint, Failure> {
        Ok(self.base(option)?.hint)
    }

    /// Returns what is known about the base, with the options that state it again.
    pub(super) fn base(&self, option: &BaseOption) -> Result<LoadedBase, Failure> {
        let mut options = Vec::new();
        let hint = match option {
            BaseOption::Unspecified => BaseHint::default(),
            BaseOption::Layers(layers) => {
                options = vec!["--base-layers".to_owned(), layers.to_string()];
                BaseHint {
                    layers: Some(*layers),
                    image: None,
                }
            }
            BaseOption::Image(request) => {
                let base = self.layers(request, "--base");
                let base = base.map_err(|failure| failure.about("--base"))?;
                options = vec!["--base".to_owned(), named_again(request, &base.image.about)];
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
        };
        Ok(LoadedBase { hint, options })
    }

    /// Returns the baseline that growth is measured against, loading it when it is an image; `contents` states whether its contents are compared too.
    pub(super) fn baseline(
        &self,
        option: Option<&BaselineOption>,
        rules: Option<&Rules>,
        contents: bool,
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
        let request = Request {
            provenance: contents,
            ..with_contents(request, contents)
        };
        let loaded = match self.chosen(&request, Some(BASELINE))? {
            Ok(loaded) => loaded,
            Err(error) if optional && error.is_absent() => {
                return Ok(LoadedBaseline {
                    warning: Some(format!("no baseline: {error}")),
                    ..LoadedBaseline::default()
                });
            }
            Err(error) => return Err(failure(error, Some(BASELINE))),
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
        &self,
        requests: &[Request],
    ) -> Result<HashSet<String>, Failure> {
        let mut identities = HashSet::new();
        for request in requests {
            identities.extend(load::identities(&self.layers(request, "--have")?.image));
        }
        Ok(identities)
    }
}

/// The base of an image.
pub(super) struct LoadedBase {
    /// What is known about it.
    pub(super) hint: BaseHint,
    /// The options that state it.
    pub(super) options: Vec<String>,
}

/// Returns a name of an image that was loaded for an option, which has no `--tag` of its own: one that was picked among several is named after the path, or
/// by its digest.
fn named_again(request: &Request, about: &Description) -> String {
    let naming = about.selected_by.clone();
    let as_written = request.with_scheme();
    if naming == request.naming() {
        return as_written;
    }
    let is_of_platform = naming.platform != request.platform;
    let digest = about.digest.as_ref().or(about.id.as_ref()).cloned();
    let Some(name) = naming.tag.filter(|_| !is_of_platform).or(digest) else {
        return as_written;
    };
    let (transport, path) = match request.source() {
        Ok(Source::DockerArchive(path)) => ("docker-archive", path),
        Ok(Source::OciArchive(path)) => ("oci-archive", path),
        Ok(Source::OciFolder(path)) => ("oci", path),
        Ok(Source::Path(path)) => match about.layout {
            Some(ArchiveLayout::Docker) => ("docker-archive", path),
            Some(ArchiveLayout::Oci) if !path.is_dir() => ("oci-archive", path),
            _ => ("oci", path),
        },
        // A digest of a registry replaces the tag.
        Ok(Source::Registry(_)) if name.contains(':') => return format!("{as_written}@{name}"),
        _ => return as_written,
    };
    match path.to_str() {
        Some(path) => format!("{transport}:{path}:{name}"),
        None => as_written,
    }
}

/// Returns the warnings of an image after its name.
pub(super) fn named_warnings(image: &Image) -> impl Iterator<Item = String> {
    let name = escape::text(&image.about.reference).into_owned();
    let lines = warning_lines(image).into_iter();
    lines.map(move |line| format!("{name}: {line}"))
}

/// The role of the image that growth is measured against.
const BASELINE: &str = "baseline";

/// Returns the failure of loading an image with a role. `--tag` chooses for the inspected image only, which has no role.
fn failure(error: load::Error, role: Option<&'static str>) -> Failure {
    let is_other = role.is_some();
    if is_other && error.lists_names() {
        Failure::from(error).hint(NAMED_IN_REFERENCE)
    } else {
        error.into()
    }
}

/// What growth is measured against.
#[derive(Default)]
pub(super) struct LoadedBaseline {
    /// The numbers; `None` without a baseline.
    pub(super) numbers: Option<Baseline>,
    /// The image, if the baseline is one.
    pub(super) loaded: Option<Loaded>,
    /// Why there is no baseline, though one is named.
    pub(super) warning: Option<String>,
}

/// Returns a request that keeps contents, where they are read after loading.
pub(super) fn with_contents(request: &Request, keep: bool) -> Request {
    Request {
        keep_contents: request.keep_contents || keep,
        ..request.clone()
    }
}
