//! `--transfer`, `--link`, `--nodes`, `--have` and `--measure-speed`: the transfer times to estimate. Nothing is loaded or measured here.

use super::args::Args;
use super::images::other_image;
use crate::analysis::LinkSpeed;
use crate::escape;
use crate::failure::Failure;
use crate::load::Request;

/// The links and nodes that transfer times are estimated for.
#[derive(Clone, Debug, Default)]
pub struct TransferOption {
    /// The links, in the order of the arguments.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull.
    pub nodes: u64,
    /// Whether the machine's speed is measured.
    pub measure_speed: bool,
    /// Images that the nodes already have.
    pub have: Vec<Request>,
}

impl TransferOption {
    /// Returns the names of the images that the nodes already have, as the user wrote them.
    #[must_use]
    pub(crate) fn names_of_present_images(&self) -> Vec<String> {
        let have = self.have.iter();
        have.map(|request| request.reference.clone()).collect()
    }
}

/// Returns the transfer options of one image; `None` when no option needs an estimate.
///
/// # Errors
/// [`Failure`] when a link, the number of nodes or an image is invalid.
pub(super) fn transfer_of_one(args: &Args) -> Result<Option<TransferOption>, Failure> {
    let has_options = !args.links.is_empty() || !args.have.is_empty() || args.nodes.is_some();
    if !(args.transfer || args.measure_speed || has_options) {
        return Ok(None);
    }
    let link = |text: &String| {
        LinkSpeed::parse(text).map_err(|why| {
            let text = escape::text(text);
            Failure::new(format!("--link: `{text}` is not a speed: {why}"))
                .with_source(why)
                .hint("bits per second, such as --link 50Mbit/s; also kbit/s, Gbit/s, bit/s")
        })
    };
    let mut links = args.links.iter().map(link).collect::<Result<Vec<_>, _>>()?;
    if links.is_empty() {
        links = LinkSpeed::USUAL.to_vec();
    }
    let nodes = args.nodes.unwrap_or(1);
    if nodes == 0 {
        return Err(
            Failure::new("--nodes 0: at least one node must pull").hint("--nodes 1 or more")
        );
    }
    let have = args.have.iter().map(|image| other_image(args, image));
    Ok(Some(TransferOption {
        links,
        nodes,
        measure_speed: args.measure_speed,
        have: have.collect::<Result<_, _>>()?,
    }))
}

/// Returns the transfer options of two images.
///
/// # Errors
/// As [`transfer_of_one`], and when `--have` is used.
pub(super) fn transfer_of_two(args: &Args) -> Result<Option<TransferOption>, Failure> {
    if !args.have.is_empty() {
        return Err(Failure::new("--have cannot be used with two images").hint(
            "a comparison already estimates the pull of AFTER by a node that has BEFORE; --have is for one image",
        ));
    }
    transfer_of_one(args)
}
