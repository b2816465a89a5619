//! What the digest by which a sender identifies an image proves about its stream: the documents that follow from it, by the digests in them, and the layers
//! with the digests that those give. Names, annotations and provenance beside them are unproven claims of the sender. Reads nothing.

use serde_json::{Value, json};

use crate::archive::digest::{digest_from_name, matches_digest};
use crate::archive::documents::Documents;
use crate::archive::error::Error;
use crate::archive::manifest::candidate::Chosen;
use crate::archive::manifest::oci::blob_name;
use crate::archive::store::{Links, Store, StreamContents};

/// Removes from a stream what the digest `id` does not prove, and returns the image that `find` finds in the rest. Leaves the stream as it was, and returns
/// `chosen`, if that is not the image of this digest.
pub(super) fn reduce(
    store: &mut Store,
    chosen: &Chosen,
    id: &str,
    find: impl Fn(&Store) -> Result<Chosen, Error>,
) -> Option<Chosen> {
    let Store::Stream(contents) = store else {
        return None;
    };
    let proven = documents(contents, chosen, id)?;
    let all = std::mem::replace(&mut contents.documents, proven);
    let found = find(store).ok();
    let found = found.filter(|found| found.about.id == chosen.about.id);
    let Store::Stream(contents) = store else {
        return None;
    };
    if found.is_none() {
        contents.documents = all;
    }
    found
}

/// Returns the documents that follow from the digest, and one that leads to them; `None` if no document has it.
fn documents(contents: &StreamContents, chosen: &Chosen, id: &str) -> Option<Documents> {
    let name = blob_name(id)?;
    let mut proven = Documents::default();
    let mut add = |name: &str, text: &[u8]| proven.keep(name.to_owned(), text.to_vec()).ok();
    let of = |root: Value| root.to_string().into_bytes();
    let mut all = contents.documents.iter();
    if chosen.about.id.as_deref() == Some(id) {
        let (_, config) = all.find(|(_, text)| matches_digest(text, id))?;
        let layers = chosen.layers.iter();
        let layers = layers.map(|layer| contents.links.follow(&layer.name));
        let layers: Vec<&str> = layers.collect();
        add(&name, config)?;
        add(
            "manifest.json",
            &of(json!([{"Config": name, "Layers": layers}])),
        )?;
        return Some(proven);
    }
    let mut is_there = false;
    for (own, text) in all {
        if digest_from_name(own).is_some_and(|digest| matches_digest(text, &digest)) {
            is_there |= *own == name;
            add(own, text)?;
        }
    }
    let kind = if chosen.about.digest.as_deref() == Some(id) {
        "manifest"
    } else {
        "index"
    };
    let media_type = format!("application/vnd.oci.image.{kind}.v1+json");
    let root = json!({"manifests": [{"mediaType": media_type, "digest": id}]});
    add("index.json", &of(root))?;
    is_there.then_some(proven)
}

/// Removes all layers but the image's from a stream, if they have the digests in its proven documents; returns whether they have.
pub(super) fn prove_layers(contents: &mut StreamContents, chosen: &Chosen) -> bool {
    let mut layers = chosen.layers.iter().zip(&chosen.about.headings);
    let are_proven = layers.all(|(layer, heading)| {
        let found = contents.layers.get(&layer.name);
        let listing = found.and_then(|found| found.listing.as_ref().ok());
        let Some((blob, tar)) = listing.and_then(|listing| listing.digests.as_ref()) else {
            return false;
        };
        let (of_blob, of_tar) = (layer.digest.as_ref(), heading.diff_id.as_ref());
        of_blob.or(of_tar).is_some()
            && of_blob.is_none_or(|expected| expected == blob)
            && of_tar.is_none_or(|expected| expected == tar)
    });
    if are_proven {
        let is_own = |name: &String| chosen.layers.iter().any(|layer| layer.name == *name);
        contents.layers.retain(|name, _| is_own(name));
        contents.others.clear();
        contents.links = Links::default();
    }
    are_proven
}
