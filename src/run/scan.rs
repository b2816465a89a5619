//! The scan step: the scans of a plan's images, from reports or from a scanner that is run. `scan` assigns vulnerabilities to layers and packages.

use crate::cli::{InspectPlan, ScanOption};
use crate::failure::Failure;
use crate::load::{Engine, Request};
use crate::scan::{self, ScanReport, ScanTarget};
use crate::source::Source;

/// Returns a scan for each image of a plan; none when the plan has no scan.
pub(super) fn scans(plan: &InspectPlan) -> Result<Vec<ScanReport>, Failure> {
    match &plan.scan {
        None => Ok(Vec::new()),
        Some(ScanOption::Reports(scans)) => Ok(scans.clone()),
        Some(ScanOption::Run(scanner)) => {
            let requests = plan.images.named();
            if requests.is_empty() {
                return Err(
                    Failure::new("no image named to scan").hint("dive-rs --scan SCANNER IMAGE")
                );
            }
            requests
                .into_iter()
                .map(|request| scan::run(*scanner, &scan_target(request)?))
                .collect()
        }
    }
}

/// Returns where a scanner finds the image.
fn scan_target(request: &Request) -> Result<ScanTarget, Failure> {
    if request.built_in {
        return Err(Failure::new("a built-in image cannot be scanned")
            .hint("name an image or an archive, or pass a report: --scan-report FILE"));
    }
    Ok(match request.source()? {
        Source::Engine { which, name } => ScanTarget::Engine(name, which.map(Engine::name)),
        Source::Registry(reference) => ScanTarget::Engine(reference.to_string(), Some("registry")),
        Source::DockerArchive(path) => ScanTarget::Path(path, Some("docker-archive")),
        Source::OciArchive(path) => ScanTarget::Path(path, Some("oci-archive")),
        Source::OciFolder(path) => ScanTarget::Path(path, Some("oci-dir")),
        Source::ImageFolder(_) => {
            return Err(Failure::new(
                "scanners do not read a folder with the manifest of one image",
            )
            .hint(
                "copy it: `skopeo copy dir:PATH oci:FOLDER`, or pass a report: --scan-report FILE",
            ));
        }
        Source::Path(path) if path.is_dir() => ScanTarget::Path(path, Some("oci-dir")),
        Source::Path(path) => ScanTarget::Path(path, None),
        Source::Stdin(_) => {
            return Err(
                Failure::new("standard input cannot be scanned: it can be read only once")
                    .hint("save the archive to a file, or pass a report: --scan-report FILE"),
            );
        }
    })
}
