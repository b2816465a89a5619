//! The screen step, for one image or two. Whatever may print (the scanner, the images that nodes have) runs before the screen opens.

use std::io::{self, Write as _};

use super::load::{Loader, with_contents};
use super::scan;
use crate::analysis::BaseHint;
use crate::cli::{ImageChoice, InspectPlan, InspectedImages, NO_IMAGE_HINT, ScanOption};
use crate::compare::Sides;
use crate::failure::{Failure, RunOutcome};
use crate::load::{self, Cancel, Engine, LocalImage, Request};
use crate::ui;

/// Opens the screen of a plan and returns when the user leaves it.
pub(super) fn open(plan: &InspectPlan) -> Result<RunOutcome, Failure> {
    let images = Loader::of(plan);
    let extras = extras(plan, &images)?;
    let base = images.base(&plan.base)?;
    drop(images);
    let options = options(plan, base.options, extras);
    match &plan.images {
        InspectedImages::Single(image) => open_one(&image.choice, &base.hint, options)?,
        InspectedImages::Comparison(requests) => open_two(requests, &base.hint, options)?,
    }
    Ok(RunOutcome::Done)
}

fn open_one(
    choice: &ImageChoice,
    base: &BaseHint,
    options: ui::ScreenOptions,
) -> Result<(), Failure> {
    match choice {
        ImageChoice::Named(request) => ui::run(&with_contents(request, true), base, options),
        ImageChoice::Picked(engine, request) => {
            let images = local_images(*engine)?;
            let request = with_contents(request, true);
            ui::pick(images, now(), &request, base, options)
        }
    }
}

fn open_two(
    requests: &Sides<Request>,
    base: &BaseHint,
    options: ui::ScreenOptions,
) -> Result<(), Failure> {
    let requests = requests
        .as_ref()
        .map(|request| with_contents(request, true));
    ui::run_two(requests, base, options)
}

/// Returns the scans and the transfer options that the screen shows beside the images.
fn extras(plan: &InspectPlan, images: &Loader<'_>) -> Result<ui::ExtrasRequest, Failure> {
    let mut extras = ui::ExtrasRequest::default();
    if let Some(option) = &plan.transfer {
        extras.links.clone_from(&option.links);
        extras.nodes = option.nodes;
        extras.measure_speed = option.measure_speed;
        extras.have = option.names_of_present_images();
        extras.present = images.layer_identities(&option.have)?;
    }
    announce_scanner(plan);
    extras.scans = scan::scans(plan)?;
    Ok(extras)
}

/// Names the scanner that is about to run.
fn announce_scanner(plan: &InspectPlan) {
    if let Some(ScanOption::Run(scanner)) = &plan.scan
        && plan.verbosity > 0
        && !plan.images.named().is_empty()
    {
        let program = scanner.program();
        // A closed standard error is not a reason to stop.
        let _ = writeln!(io::stderr().lock(), "{program} scans for vulnerabilities …");
    }
}

fn options(plan: &InspectPlan, base: Vec<String>, extras: ui::ExtrasRequest) -> ui::ScreenOptions {
    ui::ScreenOptions {
        base,
        notes: plan.notes.clone(),
        extras,
        ..plan.config.screen_options(!plan.colours)
    }
}

/// Returns the images of the local engines, to pick one from.
fn local_images(engine: Option<Engine>) -> Result<Vec<LocalImage>, Failure> {
    let images = load::local(engine, &Cancel::default()).map_err(|error| {
        let hint = error.hint().unwrap_or_default();
        Failure::new("no image named, and no engine to list images from")
            .because(error)
            .hint(format!("{hint}\n{NO_IMAGE_HINT}").trim().to_owned())
    })?;
    if images.is_empty() {
        return Err(
            Failure::new("no image named, and the local engines have none").hint(NO_IMAGE_HINT),
        );
    }
    Ok(images)
}

/// Returns the time in seconds since 1970.
fn now() -> i64 {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}
