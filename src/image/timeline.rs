//! How layers stack, as one short list of versions for each path. The filesystem after any layer, the changes of a layer, the layer that hides a byte, and
//! a file's history are all look-ups in it. It is built by folding the change sets once, without a copy of the tree for each layer.

use super::budget::Account;
use super::entry::Entry;
use super::ids::{EntryId, LayerId, NodeId, TooLarge};
use super::layer::ChangeSet;
use super::names::Names;
use super::snapshot::Snapshot;
use super::tree::Tree;

/// Most events of an image.
const MOST_EVENTS: usize = 1 << 26;
/// Most paths that are visited to remove what a layer hides: thousands of layers may each hide a folder of a million deleted files.
const MOST_VISITS: u64 = 1 << 31;

/// A change of the visible entry of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The layer that made it.
    pub layer: LayerId,
    /// The visible entry from this layer on; `None` if it was removed.
    pub entry: Option<EntryId>,
}

/// The events of each node, oldest first, at most one per layer.
#[derive(Debug)]
pub struct Timeline {
    starts: Vec<u32>,
    events: Vec<Event>,
}

impl Timeline {
    /// Folds the layers' change sets, bottom first, each in the order whiteouts, opaque markers, own entries (OCI image spec, "Whiteouts").
    /// `implied` is the entry of a folder that a tar implies but does not have. Memory is taken from `account`. Returns the timeline, and for each layer how
    /// many of its whiteouts hid nothing.
    ///
    /// # Errors
    /// [`TooLarge`] when there are more events than in any real image, such as a few blobs stacked ten thousand times, or no memory for them.
    pub(super) fn fold<'a>(
        tree: &Tree,
        entries: &[Entry],
        implied: EntryId,
        layers: impl Iterator<Item = &'a ChangeSet>,
        account: &mut Account,
    ) -> Result<(Self, Vec<usize>), TooLarge> {
        let before = account.taken();
        let visible = account.filled(None, tree.len())?;
        let mut stack = Stack {
            tree,
            entries,
            implied,
            visible: Snapshot::new(visible, Names::default()),
            layer: LayerId(0),
            log: Vec::new(),
            visits: 0,
            account,
        };
        let mut misses = Vec::new();
        for (layer, changes) in (0..).zip(layers) {
            stack.layer = LayerId(layer);
            misses.push(stack.apply(changes)?);
            if stack.log.len() > MOST_EVENTS || stack.visits > MOST_VISITS {
                return Err(TooLarge::Count);
            }
        }
        let Stack { log, account, .. } = stack;
        let timeline = Self::from_log(tree.len(), &log, account)?;
        drop(log);
        // Only the memory of the timeline stays taken.
        let kept = 4 * timeline.starts.len() + size_of::<Event>() * timeline.events.len();
        account.give_back(account.taken() - before - kept as u64);
        Ok((timeline, misses))
    }

    fn from_log(
        len: usize,
        log: &[(NodeId, Event)],
        account: &mut Account,
    ) -> Result<Self, TooLarge> {
        let mut starts = account.filled(0_u32, len + 1)?;
        for (node, _) in log {
            starts[node.index() + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        account.take(4 * starts.len() as u64)?;
        let mut next = starts.clone();
        let none = Event {
            layer: LayerId(0),
            entry: None,
        };
        let mut events = account.filled(none, log.len())?;
        for (node, event) in log {
            let slot = &mut next[node.index()];
            events[*slot as usize] = *event;
            *slot += 1;
        }
        Ok(Self { starts, events }.settled())
    }

    /// Keeps the last of several events of one layer at one node, and drops removals of what did not exist before the layer.
    fn settled(mut self) -> Self {
        let mut kept = 0_u32;
        for node in 0..self.starts.len() - 1 {
            let (from, to) = (self.starts[node] as usize, self.starts[node + 1] as usize);
            let first = kept;
            for at in from..to {
                let event = self.events[at];
                if at + 1 < to && self.events[at + 1].layer == event.layer {
                    continue;
                }
                let before = (kept > first)
                    .then(|| self.events[kept as usize - 1].entry)
                    .flatten();
                if event.entry.is_some() || before.is_some() {
                    self.events[kept as usize] = event;
                    kept += 1;
                }
            }
            self.starts[node] = first;
        }
        if let Some(last) = self.starts.last_mut() {
            *last = kept;
        }
        self.events.truncate(kept as usize);
        self.events.shrink_to_fit();
        self
    }

    /// Returns a path's events, oldest first.
    #[must_use]
    pub fn events(&self, node: NodeId) -> &[Event] {
        &self.events[self.starts[node.index()] as usize..self.starts[node.index() + 1] as usize]
    }

    /// Returns the visible entry of a path after a layer.
    #[must_use]
    pub fn at(&self, node: NodeId, layer: LayerId) -> Option<EntryId> {
        visible_after(self.events(node), layer)
    }

    /// Returns the visible entry of a path after a layer, with the layer that stores it.
    #[must_use]
    pub fn stored_entry(&self, node: NodeId, layer: LayerId) -> Option<(LayerId, EntryId)> {
        self.origin(node, layer).zip(self.at(node, layer))
    }

    /// Returns the layer that stores the visible entry of a path after `layer`.
    #[must_use]
    pub fn origin(&self, node: NodeId, layer: LayerId) -> Option<LayerId> {
        self.events(node)
            .iter()
            .rev()
            .find(|event| event.layer <= layer)
            .filter(|event| event.entry.is_some())
            .map(|event| event.layer)
    }

    /// Returns the visible entry of every path after a layer: one pass over all nodes.
    pub(super) fn snapshot(&self, layer: LayerId) -> Vec<Option<EntryId>> {
        let after =
            |span: &[u32]| visible_after(&self.events[span[0] as usize..span[1] as usize], layer);
        self.starts.windows(2).map(after).collect()
    }
}

fn visible_after(events: &[Event], layer: LayerId) -> Option<EntryId> {
    events
        .iter()
        .rev()
        .find(|event| event.layer <= layer)
        .and_then(|event| event.entry)
}

/// The state of the fold.
struct Stack<'a> {
    tree: &'a Tree,
    entries: &'a [Entry],
    implied: EntryId,
    visible: Snapshot,
    layer: LayerId,
    log: Vec<(NodeId, Event)>,
    /// How many paths were visited to remove them.
    visits: u64,
    account: &'a mut Account,
}

impl Stack<'_> {
    fn apply(&mut self, changes: &ChangeSet) -> Result<usize, TooLarge> {
        let mut misses = 0;
        let mut hidden = NodeId::ROOT;
        let mut marked = Vec::new();
        for &(node, _) in &changes.whiteouts {
            // Lists are sorted, so what a parent's whiteout has hidden is before `hidden`.
            if node >= hidden {
                misses += usize::from(self.visible.get(node).is_none());
                hidden = self.tree.end(node);
                self.clear(node, hidden)?;
                marked.extend(self.tree.parent(node));
            }
        }
        hidden = NodeId::ROOT;
        for &node in &changes.opaque {
            if node >= hidden {
                hidden = self.tree.end(node);
                self.clear(NodeId(node.0 + 1), hidden)?;
            }
            marked.push(node);
        }
        // A marker is a file in its folder, so engines create the folder.
        for node in marked {
            self.imply(node)?;
        }
        // Entries that replaced what was below them earlier in the tar, each inside the one before.
        let mut files: Vec<(NodeId, EntryId)> = Vec::new();
        for &(node, entry) in &changes.entries {
            while files.pop_if(|(end, _)| *end <= node).is_some() {}
            if files.last().is_some_and(|&(_, file)| entry < file) {
                continue;
            }
            if self.tree.end(node).0 > node.0 + 1 && !self.entries[entry.index()].is_dir() {
                files.push((self.tree.end(node), entry));
            }
            if let Some(parent) = self.tree.parent(node) {
                self.imply(parent)?;
            }
            let was_dir = self
                .visible
                .get(node)
                .is_some_and(|before| self.entries[before.index()].is_dir());
            if was_dir && !self.entries[entry.index()].is_dir() {
                self.clear(NodeId(node.0 + 1), self.tree.end(node))?;
            }
            self.set(node, Some(entry))?;
        }
        Ok(misses)
    }

    /// Adds every missing folder down to `node`, `node` included; a file in the way is replaced.
    fn imply(&mut self, node: NodeId) -> Result<(), TooLarge> {
        let mut at = Some(node);
        while let Some(id) = at {
            if self
                .visible
                .get(id)
                .is_some_and(|entry| self.entries[entry.index()].is_dir())
            {
                break;
            }
            self.set(id, Some(self.implied))?;
            at = self.tree.parent(id);
        }
        Ok(())
    }

    /// Removes every path of a range of complete subtrees.
    fn clear(&mut self, from: NodeId, to: NodeId) -> Result<(), TooLarge> {
        let mut at = from;
        while at < to {
            self.visits += 1;
            if self.visible.get(at).is_some() {
                self.set(at, None)?;
                at = NodeId(at.0 + 1);
            } else {
                // Below a missing path there is none.
                at = self.tree.end(at);
            }
        }
        Ok(())
    }

    fn set(&mut self, node: NodeId, entry: Option<EntryId>) -> Result<(), TooLarge> {
        self.visible.entries_mut()[node.index()] = entry;
        let layer = self.layer;
        let event = Event { layer, entry };
        self.account.push(&mut self.log, (node, event))
    }
}
