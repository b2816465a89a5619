//! Carries out the wish to know of vulnerabilities: has the image scanned where that was asked, then ties what was found to it. The order is all there is
//! here.

use crate::analysis::{Base, ContentAnalysis};
use crate::cli::ScanWish;
use crate::compare::{Side, Sides};
use crate::failure::Failure;
use crate::image::Image;
use crate::load::{Engine, Request};
use crate::pair::Pair;
use crate::scan::{self, ScanReport, ScanTarget, Scanner, Vulnerabilities};
use crate::source::Source;

/// What was found in one image. `request` is what it was loaded by.
pub(super) fn one(
    wish: &ScanWish<ScanReport>,
    request: &Request,
    image: &Image,
    base: &Base,
    content_analysis: &ContentAnalysis,
) -> Result<Vulnerabilities, Failure> {
    let scan = match wish {
        ScanWish::Reports(scan) => scan.clone(),
        ScanWish::Run(scanner) => run(*scanner, request)?,
    };
    Ok(scan::locate(scan, image, base, &content_analysis.packages))
}

/// What was found in two images.
pub(super) fn both(
    wish: &ScanWish<Sides<ScanReport>>,
    requests: Sides<&Request>,
    pair: &Pair,
    content_analyses: &Sides<ContentAnalysis>,
) -> Result<Sides<Vulnerabilities>, Failure> {
    let each = |side: Side| {
        let wish = match wish {
            ScanWish::Reports(scans) => ScanWish::Reports(scans.get(side).clone()),
            ScanWish::Run(scanner) => ScanWish::Run(*scanner),
        };
        let base = &pair.comparison.analyses.get(side).base;
        let image: &Image = &pair.loaded.get(side).image;
        one(
            &wish,
            requests.get(side),
            image,
            base,
            content_analyses.get(side),
        )
    };
    Ok(Sides::new(each(Side::Before)?, each(Side::After)?))
}

/// Returns what a scanner that is run reports of an image.
pub(super) fn run(scanner: Scanner, request: &Request) -> Result<ScanReport, Failure> {
    scan::run(scanner, &place(request)?)
}

/// Returns where a scanner finds the image.
fn place(request: &Request) -> Result<ScanTarget, Failure> {
    if request.built_in {
        return Err(
            Failure::new("no scanner can be run on what is built into the program")
                .hint("name an image or an archive, or hand over a report: --scan-report FILE"),
        );
    }
    Ok(match request.source()? {
        Source::Engine { which, name } => ScanTarget::Engine(
            name,
            which.map(|engine| match engine {
                Engine::Docker => "docker",
                Engine::Podman => "podman",
            }),
        ),
        Source::DockerArchive(path) => ScanTarget::Path(path, Some("docker-archive")),
        Source::OciArchive(path) => ScanTarget::Path(path, Some("oci-archive")),
        Source::OciFolder(path) => ScanTarget::Path(path, Some("oci-dir")),
        Source::Path(path) if path.is_dir() => ScanTarget::Path(path, Some("oci-dir")),
        Source::Path(path) => ScanTarget::Path(path, None),
        Source::Stdin(_) => {
            return Err(Failure::new(
                "standard input cannot be scanned too: it can be read but once",
            )
            .hint("put the archive into a file, or hand over a report: --scan-report FILE"));
        }
    })
}
