//! A pax header: the attributes of the next entry. Keys that are not needed are skipped.
//!
//! Formats: POSIX.1-2017 "pax Extended Header"; GNU tar manual, "Storing Sparse Files" (pax 0.0, 0.1, 1.0); `SCHILY.xattr.*` of star.

use crate::archive::tar::modified::ModifiedTime;

/// The attributes in a pax header.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pax {
    pub(crate) path: Option<Vec<u8>>,
    pub(crate) link: Option<Vec<u8>>,
    pub(crate) size: Option<u64>,
    pub(crate) uid: Option<u64>,
    pub(crate) gid: Option<u64>,
    pub(crate) modified: Option<ModifiedTime>,
    pub(crate) xattrs: Vec<(Vec<u8>, Vec<u8>)>,
    pub(crate) sparse: SparsePax,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct SparsePax {
    pub(crate) major: Option<u64>,
    pub(crate) real_size: Option<u64>,
    pub(crate) name: Option<Vec<u8>>,
    pub(crate) pieces: Vec<(u64, u64)>,
    offset: u64,
}

impl Pax {
    /// Parses records of the form `LENGTH KEY=VALUE\n`; stops at the first malformed one. Returns whether all were valid.
    pub(crate) fn read(&mut self, mut text: &[u8]) -> bool {
        let mut valid = true;
        while !text.is_empty() {
            let Some((key, value, rest)) = split_record(text) else {
                return false;
            };
            valid &= self.set(key, value);
            text = rest;
        }
        valid
    }

    /// Sets one attribute; returns whether its value is valid.
    fn set(&mut self, key: &[u8], value: &[u8]) -> bool {
        match key {
            b"path" => self.path = Some(value.to_vec()),
            b"linkpath" => self.link = Some(value.to_vec()),
            b"size" => return number(&mut self.size, value),
            b"uid" => return number(&mut self.uid, value),
            b"gid" => return number(&mut self.gid, value),
            b"mtime" => self.modified = ModifiedTime::from_pax(value),
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

/// Sets a number; an empty value clears it. Returns false for anything else.
fn number(slot: &mut Option<u64>, value: &[u8]) -> bool {
    *slot = decimal(value);
    slot.is_some() || value.is_empty()
}

/// Splits off the first record: key, value and the rest. Its length includes the digits of the length.
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
