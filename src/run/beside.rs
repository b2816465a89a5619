//! What a screen is to show beside the images: loads what the nodes have and runs the scanner before the screen opens, where their words can be read. The
//! order is all there is here.

use std::collections::HashSet;
use std::io::{self, Write as _};

use super::{load_watched, scan};
use crate::cli::{Look, ScanWish, TransferWish, Two, Wanted};
use crate::failure::Failure;
use crate::load;
use crate::report::ProgressLine;
use crate::scan::Scanner;
use crate::ui::ExtrasRequest;

/// What is asked for beside one image.
pub(super) fn one(look: &Look, line: &ProgressLine) -> Result<ExtrasRequest, Failure> {
    let mut held = HashSet::new();
    for request in look.transfer.iter().flat_map(|wish| &wish.have) {
        held.extend(load::identities(&load_watched(request, line)?.image));
    }
    let scans = match (&look.scan, &look.wanted) {
        (None, _) => Vec::new(),
        (Some(ScanWish::Reports(scan)), _) => vec![scan.clone()],
        (Some(ScanWish::Run(scanner)), Wanted::Named(request)) => {
            tell(*scanner, look.verbosity);
            vec![scan::run(*scanner, request)?]
        }
        (Some(ScanWish::Run(_)), Wanted::Picked(..)) => {
            return Err(Failure::new("nothing to scan yet: no image named")
                .hint("dive-rs --scan SCANNER IMAGE"));
        }
    };
    Ok(ExtrasRequest {
        held,
        scans,
        ..links(look.transfer.as_ref())
    })
}

/// What is asked for beside two images.
pub(super) fn two(two: &Two) -> Result<ExtrasRequest, Failure> {
    let scans = match &two.scan {
        None => Vec::new(),
        Some(ScanWish::Reports(scans)) => vec![scans.before.clone(), scans.after.clone()],
        Some(ScanWish::Run(scanner)) => {
            tell(*scanner, two.verbosity);
            let requests = two.requests.as_ref();
            let before = scan::run(*scanner, requests.before)?;
            vec![before, scan::run(*scanner, requests.after)?]
        }
    };
    Ok(ExtrasRequest {
        scans,
        ..links(two.transfer.as_ref())
    })
}

fn links(wish: Option<&TransferWish>) -> ExtrasRequest {
    let asked = ExtrasRequest::default();
    match wish {
        Some(wish) => ExtrasRequest {
            links: wish.links.clone(),
            nodes: wish.nodes,
            have: wish.held(),
            ..asked
        },
        None => asked,
    }
}

/// Says what is waited for.
fn tell(scanner: Scanner, verbosity: u8) {
    if verbosity > 0 {
        let program = scanner.program();
        // It is lost when nobody listens.
        let _ = writeln!(io::stderr().lock(), "{program} looks for vulnerabilities …");
    }
}
