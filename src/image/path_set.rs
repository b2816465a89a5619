//! Collects paths in any order, each once, and freezes them into a [`Tree`]. Nothing is ever removed.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::budget::{Account, Budget};
use super::ids::{NodeId, TooLarge};
use super::tree::{Node, Tree, name_of};

/// Paths in the order they were added; a parent always precedes its children.
#[derive(Debug)]
pub struct PathSet {
    nodes: Vec<Node>,
    names: Vec<u8>,
    index: HashTable<HashSlot>,
    hasher: DefaultHashBuilder,
    account: Account,
}

/// A path in the hash index. The hash is kept so that the index grows without reading names that are scattered in memory.
#[derive(Clone, Copy, Debug)]
struct HashSlot {
    hash: u32,
    id: u32,
}

impl HashSlot {
    /// Returns the hash with 64 bits: the index uses the upper bits as well as the lower ones.
    fn spread(self) -> u64 {
        u64::from(self.hash) << 32 | u64::from(self.hash)
    }
}

impl Default for PathSet {
    fn default() -> Self {
        let root = Node {
            parent: 0,
            end: 0,
            name: 0,
            name_len: 0,
            depth: 0,
        };
        Self {
            nodes: vec![root],
            names: Vec::new(),
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            account: Account::default(),
        }
    }
}

impl PathSet {
    /// Returns a set with the root alone, whose memory is taken from a budget.
    #[must_use]
    pub fn within(budget: &Budget) -> Self {
        Self {
            account: budget.account(),
            ..Self::default()
        }
    }

    /// The root, which is always there.
    pub const ROOT: u32 = 0;

    /// Returns how many paths there are, the root included.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "the root is always there")]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the child of `parent` with a name; adds it if it is missing.
    ///
    /// # Errors
    /// [`TooLarge`] when 32 bits cannot count the paths or their bytes, or 16 bits the name or the depth, or there is no memory for it.
    pub fn child(&mut self, parent: u32, name: &[u8]) -> Result<u32, TooLarge> {
        let Self {
            nodes,
            names,
            index,
            hasher,
            account,
        } = self;
        let id = u32::try_from(nodes.len()).map_err(|_| TooLarge::Count)?;
        let [.., a, b, c, d] = hasher.hash_one((parent, name)).to_ne_bytes();
        let hash = u32::from_ne_bytes([a, b, c, d]);
        let new = HashSlot { hash, id };
        let same = |slot: &HashSlot| {
            let node = &nodes[slot.id as usize];
            slot.hash == hash && node.parent == parent && name_of(names, node) == name
        };
        if let Some(known) = index.find(new.spread(), same) {
            return Ok(known.id);
        }
        let node = Node {
            parent,
            end: 0,
            name: u32::try_from(names.len()).map_err(|_| TooLarge::Count)?,
            name_len: u16::try_from(name.len()).map_err(|_| TooLarge::Count)?,
            depth: nodes[parent as usize]
                .depth
                .checked_add(1)
                .ok_or(TooLarge::Count)?,
        };
        account.extend(names, name)?;
        account.push(nodes, node)?;
        if index.len() == index.capacity() {
            grow(index, account)?;
        }
        index.insert_unique(new.spread(), new, |slot| slot.spread());
        Ok(id)
    }

    /// Adds all paths of `other`; returns the id here for each of its ids.
    ///
    /// # Errors
    /// [`TooLarge`] as [`Self::child`].
    pub fn merge(&mut self, other: &Self) -> Result<Vec<u32>, TooLarge> {
        let mut map = Vec::new();
        let bytes = 4 * other.nodes.len() as u64;
        map.try_reserve_exact(other.nodes.len())
            .map_err(|_| TooLarge::System { bytes })?;
        map.push(Self::ROOT);
        for node in &other.nodes[1..] {
            map.push(self.child(map[node.parent as usize], name_of(&other.names, node))?);
        }
        Ok(map)
    }

    /// Returns the last component of a path.
    #[must_use]
    pub fn name(&self, id: u32) -> &[u8] {
        name_of(&self.names, &self.nodes[id as usize])
    }

    /// Returns the folder of a path; the root's is the root.
    #[must_use]
    pub fn parent(&self, id: u32) -> u32 {
        self.nodes[id as usize].parent
    }

    /// Returns the paths but the root as columns: parents, lengths of names, and the names one after the other.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn parts(&self) -> (Vec<u32>, Vec<u16>, &[u8]) {
        let nodes = &self.nodes[1..];
        let parents = nodes.iter().map(|node| node.parent).collect();
        let lengths = nodes.iter().map(|node| node.name_len).collect();
        (parents, lengths, &self.names)
    }

    /// Returns the set of some columns, to be read and merged into another: paths added to it are not compared with those that are there. `None` if the
    /// columns do not fit together.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn of_parts(parents: &[u32], lengths: &[u16], names: &[u8]) -> Option<Self> {
        let mut set = Self::default();
        if parents.len() != lengths.len() {
            return None;
        }
        set.nodes.reserve_exact(parents.len());
        let mut name = 0_u32;
        for (&parent, &name_len) in parents.iter().zip(lengths) {
            let depth = set.nodes.get(parent as usize)?.depth.checked_add(1)?;
            set.nodes.push(Node {
                parent,
                end: 0,
                name,
                name_len,
                depth,
            });
            name = name.checked_add(u32::from(name_len))?;
        }
        set.names = names.to_vec();
        (name as usize == names.len() && u32::try_from(set.nodes.len()).is_ok()).then_some(set)
    }

    /// Returns the bytes that it takes.
    #[must_use]
    pub(crate) const fn taken(&self) -> u64 {
        self.account.taken()
    }

    /// Takes the memory of a set that was put together elsewhere from a budget.
    ///
    /// # Errors
    /// [`TooLarge::Memory`] when the budget has less.
    pub(crate) fn charge(&mut self, budget: &Budget) -> Result<(), TooLarge> {
        let mut account = budget.account();
        let nodes = self.nodes.capacity() * size_of::<Node>();
        account.take((nodes + self.names.capacity() + self.index.allocation_size()) as u64)?;
        self.account = account;
        Ok(())
    }

    /// Freezes the set; returns the tree, and the node there for each id here.
    ///
    /// # Errors
    /// [`TooLarge`] when there is no memory for the tree beside the set.
    pub fn freeze(self) -> Result<(Tree, Vec<NodeId>), TooLarge> {
        let Self {
            mut nodes,
            mut names,
            index,
            mut account,
            ..
        } = self;
        account.give_back(index.allocation_size() as u64);
        drop(index);
        names.shrink_to_fit();
        account.take(nodes.len() as u64 * SORTING)?;
        let children = Children::of(&nodes, &names);
        let ranks = pre_order(&mut nodes, &children);
        drop(children);
        let mut sorted = nodes.clone();
        for (old, node) in nodes.iter().enumerate() {
            let rank = ranks[old].index();
            sorted[rank] = Node {
                parent: ranks[node.parent as usize].0,
                end: ranks[old].0 + node.end,
                ..*node
            };
        }
        let tree = Tree {
            nodes: sorted,
            names,
        };
        Ok((tree, ranks))
    }
}

/// Makes the index twice as large.
fn grow(index: &mut HashTable<HashSlot>, account: &mut Account) -> Result<(), TooLarge> {
    let before = index.allocation_size();
    // A table has a power of two of places and is refilled from the old one.
    account.take(before.max(64) as u64)?;
    index
        .try_reserve(1, |slot| slot.spread())
        .map_err(|_| TooLarge::System {
            bytes: 2 * before as u64,
        })?;
    Ok(())
}

/// Bytes per node that sorting takes beside the nodes themselves: the sorted nodes, their ranks and lists of children.
const SORTING: u64 = 16 + 4 + 4 + 8;

/// The children of every node as one list, grouped by parent and sorted by name within a group.
struct Children {
    starts: Vec<u32>,
    ids: Vec<u32>,
}

impl Children {
    fn of(nodes: &[Node], names: &[u8]) -> Self {
        let mut starts = vec![0_u32; nodes.len() + 1];
        for node in &nodes[1..] {
            starts[node.parent as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut ids = vec![0_u32; nodes.len() - 1];
        for (id, node) in (0_u32..).zip(nodes).skip(1) {
            let slot = &mut next[node.parent as usize];
            ids[*slot as usize] = id;
            *slot += 1;
        }
        let name = |id: &u32| name_of(names, &nodes[*id as usize]);
        for group in starts.windows(2) {
            ids[group[0] as usize..group[1] as usize].sort_unstable_by(|a, b| name(a).cmp(name(b)));
        }
        Self { starts, ids }
    }
}

/// Sets `end` to each node's subtree size; returns each node's rank in pre-order. Not recursive, since the input decides the depth.
fn pre_order(nodes: &mut [Node], children: &Children) -> Vec<NodeId> {
    for node in &mut *nodes {
        node.end = 1;
    }
    for id in (1..nodes.len()).rev() {
        let Node { parent, end, .. } = nodes[id];
        nodes[parent as usize].end += end;
    }
    // Parents precede children, so a parent's rank is known before its children's.
    let mut ranks = vec![NodeId::ROOT; nodes.len()];
    for parent in 0..nodes.len() {
        let mut rank = ranks[parent].0 + 1;
        for &child in
            &children.ids[children.starts[parent] as usize..children.starts[parent + 1] as usize]
        {
            ranks[child as usize] = NodeId(rank);
            rank += nodes[child as usize].end;
        }
    }
    ranks
}
