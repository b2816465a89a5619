//! What layers store below a folder, for its history. Nothing in words.

use crate::image::{EntryId, Event, Image, LayerId, NodeId};

/// Returns the bytes that each layer stores in a folder; nothing for a path that was never one. One pass over what is below it.
#[must_use]
pub(in crate::ui) fn stored_below(image: &Image, folder: NodeId) -> Vec<u64> {
    let events = image.timeline.events(folder).iter();
    let is_folder = |entry: EntryId| image.entry(entry).is_dir();
    if !events.filter_map(|event| event.entry).any(is_folder) {
        return Vec::new();
    }
    let mut stored = vec![0_u64; image.layers.len()];
    for event in events_below(image, folder) {
        if let Some(sum) = stored.get_mut(event.layer.index()) {
            *sum = sum.saturating_add(bytes(image, event));
        }
    }
    stored
}

/// Returns whether a layer stores bytes below a path. Ends at the first ones.
#[must_use]
pub(in crate::ui) fn stores_below(image: &Image, folder: NodeId, layer: LayerId) -> bool {
    let mut events = events_below(image, folder);
    events.any(|event| event.layer == layer && bytes(image, event) > 0)
}

fn events_below(image: &Image, folder: NodeId) -> impl Iterator<Item = Event> {
    let below = (folder.0 + 1..image.tree.end(folder).0).map(NodeId);
    below.flat_map(|node| image.timeline.events(node).iter().copied())
}

fn bytes(image: &Image, event: Event) -> u64 {
    event.entry.map_or(0, |entry| image.entry(entry).size)
}
