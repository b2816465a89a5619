//! One rpm header: an index of tags, then their values (rpm manual, "Header format"). Independent of the database format.

use super::{RpmPackage, read_u32_be, wide};
use crate::analysis::packages::package::NameVersion;

const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const ARCHITECTURE: u32 = 1022;
const FOLDER_OF: u32 = 1116;
const BASE_NAMES: u32 = 1117;
const FOLDERS: u32 = 1118;

/// The most folders of one package.
const MOST_FOLDERS: usize = 1 << 20;

const NUMBERS: u32 = 4;
const TEXT: u32 = 6;
const TEXTS: u32 = 8;
const TRANSLATED: u32 = 9;

/// A header, cut into index and store.
struct RpmHeader<'a> {
    index: &'a [u8],
    store: &'a [u8],
}

/// Parses a header; `None` when it is invalid or has no name. Paths are counted against `room`, in bytes; paths beyond it are left out.
pub(super) fn entry(bytes: &[u8], room: &mut usize) -> Option<RpmPackage> {
    let tags = wide(read_u32_be(bytes, 0)?).checked_mul(16)?;
    let (index, store) = bytes.get(8..)?.split_at_checked(tags)?;
    let store = store.get(..wide(read_u32_be(bytes, 4)?))?;
    let header = RpmHeader { index, store };
    let text = |tag| header.text(tag).unwrap_or_default();
    let mut version = format!("{}-{}", text(VERSION), text(RELEASE));
    if let Some(epoch) = header.number(EPOCH, 0).filter(|&epoch| epoch > 0) {
        version = format!("{epoch}:{version}");
    }
    Some(RpmPackage {
        named: NameVersion::new(text(NAME), version)?,
        architecture: text(ARCHITECTURE),
        files: header.files(room),
    })
}

impl RpmHeader<'_> {
    /// Returns the type and count of a tag, and the store from its value on.
    fn tag(&self, tag: u32) -> Option<(u32, usize, &[u8])> {
        let mut entries = self.index.chunks_exact(16);
        let found = entries.find(|entry| read_u32_be(entry, 0) == Some(tag))?;
        let store = self.store.get(wide(read_u32_be(found, 8)?)..)?;
        Some((read_u32_be(found, 4)?, wide(read_u32_be(found, 12)?), store))
    }

    fn text(&self, tag: u32) -> Option<String> {
        let (kind, _, store) = self.tag(tag)?;
        let first = store.split(|&byte| byte == 0).next()?;
        matches!(kind, TEXT | TEXTS | TRANSLATED)
            .then(|| String::from_utf8_lossy(first).into_owned())
    }

    fn number(&self, tag: u32, at: usize) -> Option<u32> {
        let (kind, count, store) = self.tag(tag)?;
        (kind == NUMBERS && at < count)
            .then(|| read_u32_be(store, at.checked_mul(4)?))
            .flatten()
    }

    fn texts(&self, tag: u32) -> impl Iterator<Item = &[u8]> {
        let tag = self.tag(tag).filter(|(kind, ..)| *kind == TEXTS);
        let texts = tag.map(|(_, count, store)| store.split(|&byte| byte == 0).take(count));
        texts.into_iter().flatten()
    }

    /// Returns the file paths, each from a name and a folder index.
    fn files(&self, room: &mut usize) -> Vec<Vec<u8>> {
        let folders: Vec<&[u8]> = self.texts(FOLDERS).take(MOST_FOLDERS).collect();
        let Some((NUMBERS, _, of)) = self.tag(FOLDER_OF) else {
            return Vec::new();
        };
        let names = self.texts(BASE_NAMES).enumerate();
        let paths = names.map_while(|(at, name)| {
            let folder = folders.get(wide(read_u32_be(of, at.checked_mul(4)?)?))?;
            let path = size_of::<Vec<u8>>() + folder.len() + name.len();
            *room = room.checked_sub(path)?;
            Some([*folder, name].concat())
        });
        paths.collect()
    }
}
