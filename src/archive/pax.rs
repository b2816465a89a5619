//! What a pax header says of the next record: the keys that matter here, the rest passed over.
//!
//! Formats: POSIX.1-2017 "pax Extended Header"; GNU tar manual, "Storing Sparse Files" (pax 0.0, 0.1, 1.0); `SCHILY.xattr.*` of star.

use super::header::Modified;

/// What a pax header says.
#[derive(Clone, Debug, Default)]
pub(super) struct Pax {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<u64>,
    pub(super) gid: Option<u64>,
    pub(super) modified: Option<Modified>,
    pub(super) xattrs: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) sparse: SparsePax,
}

#[derive(Clone, Debug, Default)]
pub(super) struct SparsePax {
    pub(super) major: Option<u64>,
    pub(super) real_size: Option<u64>,
    pub(super) name: Option<Vec<u8>>,
    pub(super) pieces: Vec<(u64, u64)>,
    offset: u64,
}

impl Pax {
    /// Reads records of the form `LENGTH KEY=VALUE\n`; stops at the first that is not. Returns whether all could be understood.
    pub(super) fn read(&mut self, mut text: &[u8]) -> bool {
        let mut good = true;
        while !text.is_empty() {
            let Some((key, value, rest)) = split_record(text) else {
                return false;
            };
            good &= self.set(key, value);
            text = rest;
        }
        good
    }

    /// Returns whether the value is one of its key's.
    fn set(&mut self, key: &[u8], value: &[u8]) -> bool {
        match key {
            b"path" => self.path = Some(value.to_vec()),
            b"linkpath" => self.link = Some(value.to_vec()),
            b"size" => return number(&mut self.size, value),
            b"uid" => return number(&mut self.uid, value),
            b"gid" => return number(&mut self.gid, value),
            b"mtime" => self.modified = Modified::of_pax(value),
            b"GNU.sparse.major" => self.sparse.major = decimal(value),
            b"GNU.sparse.realsize" | b"GNU.sparse.size" => self.sparse.real_size = decimal(value),
            b"GNU.sparse.name" => self.sparse.name = Some(value.to_vec()),
            b"GNU.sparse.offset" => self.sparse.offset = decimal(value).unwrap_or(0),
            b"GNU.sparse.numbytes" => self
                .sparse
                .pieces
                .push((self.sparse.offset, decimal(value).unwrap_or(0))),
            b"GNU.sparse.map" => {
                let numbers: Vec<u64> = value
                    .split(|&byte| byte == b',')
                    .filter_map(decimal)
                    .collect();
                self.sparse.pieces = numbers
                    .chunks_exact(2)
                    .map(|pair| (pair[0], pair[1]))
                    .collect();
            }
            _ => {
                if let Some(name) = key.strip_prefix(b"SCHILY.xattr.") {
                    self.xattrs.push((name.to_vec(), value.to_vec()));
                }
            }
        }
        true
    }
}

/// Sets a number; an empty value takes back what was said before. Returns false for what is none.
fn number(slot: &mut Option<u64>, value: &[u8]) -> bool {
    *slot = decimal(value);
    slot.is_some() || value.is_empty()
}

/// Splits the first record off: its key, its value and what follows. Its length counts all of it, the length's own digits included.
fn split_record(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = text.iter().position(|&byte| byte == b' ')?;
    let length = usize::try_from(decimal(&text[..blank])?).ok()?;
    let record = text.get(blank + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&byte| byte == b'=')?;
    let (key, value) = (&record[..equals], &record[equals + 1..]);
    (!key.is_empty()).then_some((key, value, &text[length..]))
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.trim().parse().ok()
}
