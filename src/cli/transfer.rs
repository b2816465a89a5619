//! What is meant by asking for transfer times: which links, how many nodes, what they have. Nothing is measured here.

use super::args::Args;
use super::images::request;
use crate::analysis::LinkSpeed;
use crate::escape;
use crate::failure::Failure;
use crate::load::Request;

/// What to say of pulling and pushing.
#[derive(Clone, Debug)]
pub struct TransferWish {
    /// The links, in the order they were named.
    pub links: Vec<LinkSpeed>,
    /// How many nodes pull.
    pub nodes: u64,
    /// Images that they have.
    pub have: Vec<Request>,
}

impl TransferWish {
    /// Returns the images that they have as they were named.
    #[must_use]
    pub fn held(&self) -> Vec<String> {
        let have = self.have.iter();
        have.map(|request| request.reference.clone()).collect()
    }
}

/// Returns what was asked of transfer; nothing when nobody asked.
pub(super) fn transfer(args: &Args) -> Result<Option<TransferWish>, Failure> {
    if !args.transfer && args.links.is_empty() && args.have.is_empty() && args.nodes.is_none() {
        return Ok(None);
    }
    let link = |text: &String| {
        LinkSpeed::read(text).map_err(|why| {
            let text = escape::text(text);
            Failure::new(format!("--link: cannot take `{text}`: {why}"))
                .hint("bits per second, such as --link 50Mbit/s; also kbit/s, Gbit/s, bit/s")
        })
    };
    let mut links = args.links.iter().map(link).collect::<Result<Vec<_>, _>>()?;
    if links.is_empty() {
        links = LinkSpeed::USUAL.to_vec();
    }
    let nodes = args.nodes.unwrap_or(1);
    if nodes == 0 {
        return Err(Failure::new("--nodes 0: nobody pulls").hint("one node or more"));
    }
    let have = args.have.iter().map(|image| request(args, image));
    Ok(Some(TransferWish {
        links,
        nodes,
        have: have.collect::<Result<_, _>>()?,
    }))
}

/// Returns what was asked of the transfer of two images.
pub(super) fn of_two(args: &Args) -> Result<Option<TransferWish>, Failure> {
    if !args.have.is_empty() {
        return Err(Failure::new("--have beside two images").hint(
            "a comparison says what a node that has BEFORE needs for AFTER; --have is for one image",
        ));
    }
    transfer(args)
}
