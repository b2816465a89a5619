//! The meaning of layers in the plainest and slowest form: a map from path to visible entry, and a loop over it for every
//! question. Shares no code with the library. Only for the properties.

use std::collections::{BTreeMap, BTreeSet};

use dive_rs::analysis::{EntryDifferences, HiddenKind, Status};

use crate::fixture::{Content, LayerBuilder, Record};

/// A path as its components; the root has none.
pub type Path = Vec<Vec<u8>>;

/// The visible thing at a path: an entry of a layer, or a folder without an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// The entry's layer, its index there, and the entry.
    Record(usize, usize, Record),
    /// A folder that the tar fills without an entry for it.
    Implied,
}

/// A filesystem.
pub type Files = BTreeMap<Path, Seen>;

/// What a regular file of a layer stores: the layer and the entry's index there.
pub type Stored = (usize, usize);

/// What an unpacking engine has at a path.
#[derive(Clone, Debug)]
enum Thing {
    /// A name of a content.
    File(Stored),
    /// A symbolic link to a target.
    Symlink(Vec<u8>),
    Other,
}

/// A tar applied entry by entry, as an unpacking engine does. Only for the targets of hard links.
#[derive(Clone, Debug, Default)]
struct Unpacked(BTreeMap<Path, Thing>);

impl Unpacked {
    /// Applies a layer in the order of its tar, but for opaque markers, which come first. A link takes the content that its target has at that moment.
    fn apply(&mut self, at: usize, layer: &LayerBuilder) {
        let mut own: BTreeSet<Path> = BTreeSet::new();
        let opaque = |record: &&Record| record.content == Content::Opaque;
        for record in layer.records.iter().filter(opaque) {
            let folder = split(&record.path);
            self.0.retain(|path, _| !is_below(path, &folder));
        }
        for (place, record) in layer.records.iter().enumerate() {
            let path = split(&record.path);
            match &record.content {
                Content::Opaque => continue,
                Content::Whiteout => {
                    let hidden = |other: &Path| *other == path || is_below(other, &path);
                    self.0
                        .retain(|other, _| own.contains(other) || !hidden(other));
                    continue;
                }
                Content::Directory => {
                    self.0.insert(path.clone(), Thing::Other);
                }
                content => {
                    let stored = match content {
                        Content::HardLink(target) => self.content(target),
                        _ => bytes(record).map(|_| (at, place)),
                    };
                    let thing = match content {
                        Content::Symlink(target) => Thing::Symlink(target.clone()),
                        _ => stored.map_or(Thing::Other, Thing::File),
                    };
                    self.0.retain(|other, _| !is_below(other, &path));
                    self.0.insert(path.clone(), thing);
                }
            }
            for len in 0..path.len() {
                let folder = path[..len].to_vec();
                if self.0.contains_key(&folder) {
                    self.0.insert(folder, Thing::Other);
                }
            }
            own.insert(path);
        }
    }

    /// Returns the content at the target of a hard link. Symbolic links are followed as `link` does: on the way, not at the end.
    fn content(&self, target: &[u8]) -> Option<Stored> {
        let (mut left, mut at, mut followed) = (split(target), Path::new(), 0);
        while !left.is_empty() {
            let name = left.remove(0);
            if name == b".." {
                at.pop();
                continue;
            }
            at.push(name);
            if left.is_empty() {
                break;
            }
            if let Some(Thing::Symlink(target)) = self.0.get(&at) {
                followed += 1;
                if followed > 40 {
                    return None;
                }
                at.pop();
                if target.starts_with(b"/") {
                    at.clear();
                }
                left.splice(0..0, split(target));
            }
        }
        match self.0.get(&at) {
            Some(Thing::File(stored)) => Some(*stored),
            _ => None,
        }
    }
}

/// Returns for every link its content, by layer and place, and for each layer the content at every path after it.
pub fn contents(
    layers: &[LayerBuilder],
) -> (BTreeMap<Stored, Stored>, Vec<BTreeMap<Path, Stored>>) {
    let stacked = stack(layers);
    let (mut links, mut states) = (BTreeMap::new(), Vec::new());
    let mut before = Unpacked::default();
    for (at, layer) in layers.iter().enumerate() {
        for (place, record) in layer.records.iter().enumerate() {
            if let Content::HardLink(target) = &record.content {
                let mut moment = before.clone();
                let so_far = LayerBuilder {
                    records: layer.records[..place].to_vec(),
                    ..LayerBuilder::default()
                };
                let opaque = layer.records[place..].iter();
                let opaque = opaque.filter(|record| record.content == Content::Opaque);
                let so_far = LayerBuilder {
                    records: opaque.chain(&so_far.records).cloned().collect(),
                    ..so_far
                };
                let shift = so_far.records.len() - place;
                moment.apply(usize::MAX, &so_far);
                let found = moment.content(target);
                let found = found.map(|(layer, place)| match layer {
                    usize::MAX => (at, place - shift),
                    layer => (layer, place),
                });
                links.extend(found.map(|found| ((at, place), found)));
            }
        }
        // What the layer leaves is the business of `stack`; names that it leaves are those of entries.
        let state: BTreeMap<Path, Stored> = stacked[at]
            .iter()
            .filter_map(|(path, seen)| {
                let Seen::Record(layer, place, record) = seen else {
                    return None;
                };
                let content = match record.content {
                    Content::HardLink(_) => *links.get(&(*layer, *place))?,
                    _ => bytes(record).map(|_| (*layer, *place))?,
                };
                Some((path.clone(), content))
            })
            .collect();
        before = Unpacked::default();
        for (path, seen) in &stacked[at] {
            let thing = match (state.get(path), seen.record().content) {
                (Some(stored), _) => Thing::File(*stored),
                (None, Content::Symlink(target)) => Thing::Symlink(target),
                (None, _) => Thing::Other,
            };
            before.0.insert(path.clone(), thing);
        }
        states.push(state);
    }
    (links, states)
}

/// Splits a path.
pub fn split(path: &[u8]) -> Path {
    path.split(|&byte| byte == b'/')
        .filter(|part| !part.is_empty())
        .map(<[u8]>::to_vec)
        .collect()
}

/// Returns the bytes of a regular file's entry; empty for anything else.
pub fn bytes(record: &Record) -> Option<Vec<u8>> {
    match &record.content {
        Content::File(bytes) => Some(bytes.clone()),
        Content::Filled { size, fill } => Some(vec![*fill; usize::try_from(*size).expect("small")]),
        _ => None,
    }
}

/// Returns an entry's size.
pub fn size(record: &Record) -> u64 {
    bytes(record).map_or(0, |bytes| bytes.len() as u64)
}

impl Seen {
    pub fn is_dir(&self) -> bool {
        matches!(self, Self::Implied)
            || matches!(self, Self::Record(_, _, record) if record.content == Content::Directory)
    }

    pub fn size(&self) -> u64 {
        match self {
            Self::Record(_, _, record) => size(record),
            Self::Implied => 0,
        }
    }

    /// Returns the entry; an implied folder's is a plain folder's.
    pub fn record(&self) -> Record {
        match self {
            Self::Record(_, _, record) => record.clone(),
            Self::Implied => Record {
                path: Vec::new(),
                content: Content::Directory,
                mode: 0o755,
                owner: (0, 0),
                xattrs: Vec::new(),
            },
        }
    }
}

fn is_below(path: &Path, folder: &Path) -> bool {
    path.len() > folder.len() && path.starts_with(folder)
}

/// Returns the filesystem after each layer.
pub fn stack(layers: &[LayerBuilder]) -> Vec<Files> {
    let mut files = Files::new();
    let mut all = Vec::new();
    for (at, layer) in layers.iter().enumerate() {
        apply(&mut files, at, layer);
        all.push(files.clone());
    }
    all
}

fn apply(files: &mut Files, at: usize, layer: &LayerBuilder) {
    for record in &layer.records {
        if record.content == Content::Whiteout {
            let path = split(&record.path);
            files.retain(|other, _| *other != path && !is_below(other, &path));
        }
    }
    let opaque = |record: &&Record| record.content == Content::Opaque;
    for record in layer.records.iter().filter(opaque) {
        let path = split(&record.path);
        files.retain(|other, _| !is_below(other, &path));
    }
    for record in layer.records.iter().filter(opaque) {
        imply(files, &split(&record.path));
    }
    // A marker is a file in its folder, unless the folder itself is hidden.
    let hidden: Vec<Path> = layer
        .records
        .iter()
        .filter(|record| record.content == Content::Whiteout)
        .map(|record| split(&record.path))
        .collect();
    for path in &hidden {
        if !hidden.iter().any(|other| is_below(path, other)) {
            imply(files, &path[..path.len() - 1].to_vec());
        }
    }
    // The last of several entries of one path counts. Parents of a path are folders, whatever the tar had for them before; a later entry that is not a
    // folder replaces the folder.
    let mut puts = BTreeMap::new();
    for (place, record) in layer.records.iter().enumerate() {
        if !matches!(record.content, Content::Whiteout | Content::Opaque) {
            puts.insert(split(&record.path), Seen::Record(at, place, record.clone()));
        }
    }
    let place = |seen: &Seen| match seen {
        Seen::Record(_, place, _) => *place,
        Seen::Implied => 0,
    };
    for (path, seen) in &puts {
        let overtaken = puts.iter().any(|(other, later)| {
            is_below(path, other) && !later.is_dir() && place(later) > place(seen)
        });
        if overtaken {
            continue;
        }
        let (path, seen) = (path.clone(), seen.clone());
        if let Some((_, folder)) = path.split_last() {
            imply(files, &folder.to_vec());
        }
        if !seen.is_dir() {
            files.retain(|other, _| !is_below(other, &path));
        }
        files.insert(path, seen);
    }
}

fn imply(files: &mut Files, path: &Path) {
    for len in 0..=path.len() {
        let folder = path[..len].to_vec();
        if !files.get(&folder).is_some_and(Seen::is_dir) {
            files.insert(folder, Seen::Implied);
        }
    }
}

/// Returns how two entries of a path differ.
fn compare(a: &Record, b: &Record) -> EntryDifferences {
    let mut what = EntryDifferences::NOTHING;
    let mut note = |differs: bool, kind| {
        if differs {
            what = what.and(kind);
        }
    };
    note(a.mode != b.mode, EntryDifferences::MODE);
    note(a.owner != b.owner, EntryDifferences::OWNER);
    match (&a.content, &b.content) {
        _ if bytes(a).is_some() && bytes(b).is_some() => {
            note(bytes(a) != bytes(b), EntryDifferences::CONTENT);
            note(a.xattrs != b.xattrs, EntryDifferences::XATTRS);
        }
        (Content::Symlink(x), Content::Symlink(y))
        | (Content::HardLink(x), Content::HardLink(y)) => {
            note(x != y, EntryDifferences::TARGET);
            note(a.xattrs != b.xattrs, EntryDifferences::XATTRS);
        }
        (Content::CharDevice(..), Content::CharDevice(..)) => {
            note(a.content != b.content, EntryDifferences::DEVICE);
            note(a.xattrs != b.xattrs, EntryDifferences::XATTRS);
        }
        (x, y) if x == y => note(a.xattrs != b.xattrs, EntryDifferences::XATTRS),
        _ => note(true, EntryDifferences::KIND),
    }
    what
}

/// Compares two filesystems at every path.
pub fn diff(paths: &BTreeSet<Path>, before: &Files, after: &Files) -> BTreeMap<Path, Status> {
    let own = |path: &Path| match (before.get(path), after.get(path)) {
        (None, None) => Status::Absent,
        (None, Some(_)) => Status::Added,
        (Some(_), None) => Status::Removed,
        (Some(a), Some(b)) => match compare(&a.record(), &b.record()) {
            EntryDifferences::NOTHING => Status::Unmodified,
            what => Status::Modified(what),
        },
    };
    let changed = |path: &Path| !matches!(own(path), Status::Absent | Status::Unmodified);
    let whole = |path: &Path| {
        let below = paths
            .iter()
            .any(|other| is_below(other, path) && changed(other));
        match own(path) {
            Status::Absent if path.is_empty() => Status::Unmodified,
            Status::Unmodified if below => Status::Modified(EntryDifferences::BELOW),
            Status::Modified(what) if below => Status::Modified(what.and(EntryDifferences::BELOW)),
            other => other,
        }
    };
    paths
        .iter()
        .map(|path| (path.clone(), whole(path)))
        .collect()
}

/// Returns the filesystem after each layer as [`stack`], with the file that each hard link names in place of the link.
pub fn shown(layers: &[LayerBuilder]) -> Vec<Files> {
    let (_, states) = contents(layers);
    let mut all = stack(layers);
    for (files, state) in all.iter_mut().zip(&states) {
        for (path, &(layer, place)) in state {
            let record = layers[layer].records[place].clone();
            files.insert(path.clone(), Seen::Record(layer, place, record));
        }
    }
    all
}

/// Returns the bytes that count at each path: those of a content at its first name.
pub fn counted(layers: &[LayerBuilder], state: &BTreeMap<Path, Stored>) -> BTreeMap<Path, u64> {
    let mut seen = BTreeSet::new();
    let firsts = state.iter().filter(|(_, content)| seen.insert(**content));
    firsts
        .map(|(path, &(layer, place))| (path.clone(), size(&layers[layer].records[place])))
        .collect()
}

/// Returns every path in the layers, with all its parents.
pub fn paths(layers: &[LayerBuilder]) -> BTreeSet<Path> {
    let mut all = BTreeSet::from([Path::new()]);
    for record in layers.iter().flat_map(|layer| &layer.records) {
        let path = split(&record.path);
        all.extend((1..=path.len()).map(|len| path[..len].to_vec()));
    }
    all
}

/// Hidden bytes: path, bytes, stored in, hidden by, kind.
pub type Hidden = (Path, u64, usize, usize, HiddenKind);

/// Returns all hidden bytes: of every content without a name, when the last name was removed and how.
pub fn buried(layers: &[LayerBuilder]) -> Vec<Hidden> {
    let (_, states) = contents(layers);
    let after = shown(layers);
    let mut all = Vec::new();
    for (at, layer) in layers.iter().enumerate() {
        for (place, record) in layer.records.iter().enumerate() {
            let names = |layer: usize| {
                let names = states[layer].iter();
                names.filter(|(_, content)| **content == (at, place))
            };
            if size(record) == 0 {
                continue;
            }
            let Some(by) = (at..layers.len()).find(|&layer| names(layer).next().is_none()) else {
                continue;
            };
            let own = split(&record.path);
            let path = match by.checked_sub(1).filter(|before| *before >= at) {
                Some(before) if names(before).all(|(path, _)| *path != own) => {
                    let first = names(before).next();
                    first.expect("it had a name").0.clone()
                }
                _ => own,
            };
            let how = match after[by].get(&path) {
                _ if by == at => HiddenKind::Overwritten,
                None => HiddenKind::Deleted,
                Some(Seen::Record(_, _, other)) if bytes(other) == bytes(record) => {
                    HiddenKind::ReStored
                }
                Some(_) => HiddenKind::Overwritten,
            };
            all.push((path, size(record), at, by, how));
        }
    }
    all
}

/// dive's numbers by path: number of leaves, sum of sizes, smallest size.
pub fn tallies(layers: &[LayerBuilder]) -> BTreeMap<Path, Vec<u64>> {
    let after = stack(layers);
    let mut tallies: BTreeMap<Path, Vec<u64>> = BTreeMap::new();
    for (at, layer) in layers.iter().enumerate() {
        // dive's tree of this layer: whiteouts are nodes, opaque markers are not.
        let mut nodes: BTreeMap<Path, u64> = BTreeMap::new();
        let mut hidden = BTreeSet::new();
        for record in &layer.records {
            let mut path = split(&record.path);
            if record.content == Content::Whiteout {
                hidden.insert(path.clone());
                if let Some(last) = path.last_mut() {
                    *last = [b".wh.", last.as_slice()].concat();
                }
            }
            for len in 1..=path.len() {
                nodes.entry(path[..len].to_vec()).or_insert(0);
            }
            if record.content != Content::Opaque {
                nodes.insert(path, size(record));
            }
        }
        for (path, size) in &nodes {
            let last = path.last().expect("the root is no node");
            if last.starts_with(b".wh.") || nodes.keys().any(|other| is_below(other, path)) {
                continue;
            }
            tallies.entry(path.clone()).or_default().push(*size);
        }
        for path in hidden {
            let before = at.checked_sub(1).map(|below| &after[below]);
            let weight = match before.and_then(|files| files.get(&path)) {
                Some(seen @ Seen::Record(..)) if seen.is_dir() => before
                    .into_iter()
                    .flatten()
                    .filter(|(other, _)| is_below(other, &path))
                    .map(|(_, seen)| seen.size())
                    .sum(),
                _ => 0,
            };
            tallies.entry(path).or_default().push(weight);
        }
    }
    tallies
}
