//! Parses a table of contents into what streaming the layer would list, and into the parts of the blob that hold the files' contents. The JSON is the
//! same in eStargz and zstd:chunked. It is a claim of the image's author: every place and every length is checked before it is used.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::archive::digest::sha256_bytes;
use crate::archive::layer::listing::Lister;
use crate::archive::table::fetch_table::{FetchedTable, TableError, TableFault, type_flag};
use crate::archive::table::parts::{ContentPart, EntryLocation, HEADERS, LARGEST_PART, next_slot};
use crate::archive::tar::header::Header;
use crate::archive::tar::modified::ModifiedTime;
use crate::image::{Account, Budget, Compression, Listing, hash_of_digest, nanoseconds_since_1970};

/// The contents of a table.
pub(crate) struct TableEntries {
    pub(crate) listing: Listing,
    /// Where the entries are, in order.
    pub(crate) slots: Vec<EntryLocation>,
    /// The parts of the blob with their contents, in order.
    pub(crate) parts: Vec<ContentPart>,
    /// The memory of both.
    pub(crate) account: Account,
}

/// Parses a table.
///
/// # Errors
/// [`TableError`] when it is not as it should be.
pub(crate) fn parse(
    table: &FetchedTable,
    compression: Compression,
    budget: &Budget,
) -> Result<TableEntries, TableError> {
    let mut builder = Builder {
        lister: Lister::new(compression, budget),
        slots: Vec::new(),
        parts: Vec::new(),
        account: budget.account(),
        address: 0,
        files_end: table.files_end,
        open: None,
        failed: None,
    };
    let mut json = serde_json::Deserializer::from_slice(&table.bytes);
    let parsed = TableSeed(&mut builder)
        .deserialize(&mut json)
        .and_then(|()| json.end());
    if let Some(failed) = builder.failed {
        return Err(failed);
    }
    parsed.map_err(TableFault::Json)?;
    builder.close()?;
    let mut listing = builder.lister.into_listing();
    listing.from_table = true;
    Ok(TableEntries {
        listing,
        slots: builder.slots,
        parts: builder.parts,
        account: builder.account,
    })
}

/// An entry as written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an entry")]
struct RawEntry<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(default)]
    size: u64,
    #[serde(default, borrow)]
    modtime: Cow<'a, str>,
    #[serde(default, borrow)]
    link_name: Cow<'a, str>,
    #[serde(default)]
    mode: u32,
    #[serde(default)]
    uid: u64,
    #[serde(default)]
    gid: u64,
    #[serde(default)]
    dev_major: u32,
    #[serde(default)]
    dev_minor: u32,
    #[serde(default)]
    xattrs: Option<BTreeMap<String, String>>,
    #[serde(default, borrow)]
    digest: Cow<'a, str>,
    #[serde(default)]
    offset: u64,
    #[serde(default)]
    inner_offset: u64,
    #[serde(default)]
    chunk_offset: u64,
    #[serde(default)]
    chunk_size: u64,
    #[serde(default, borrow)]
    chunk_digest: Cow<'a, str>,
}

/// Parses the table's object.
struct TableSeed<'b>(&'b mut Builder);

impl<'de> DeserializeSeed<'de> for TableSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for TableSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut version, mut listed) = (0_u64, false);
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "version" => version = map.next_value()?,
                "entries" if listed => return Err(A::Error::duplicate_field("entries")),
                "entries" => {
                    map.next_value_seed(EntriesSeed(&mut *self.0))?;
                    listed = true;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if version != 1 || !listed {
            return Err(A::Error::custom(format!("version {version} is unknown")));
        }
        Ok(())
    }
}

/// Parses the list of entries, each on its own: a table can have millions.
struct EntriesSeed<'b>(&'b mut Builder);

impl<'de> DeserializeSeed<'de> for EntriesSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for EntriesSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(entry) = entries.next_element::<RawEntry<'de>>()? {
            if let Err(error) = self.0.add(&entry) {
                self.0.failed = Some(error);
                return Err(A::Error::custom("an entry"));
            }
        }
        Ok(())
    }
}

/// A regular file whose parts are being listed.
struct OpenFile {
    name: String,
    size: u64,
    /// How many of its bytes the parts so far hold.
    covered: u64,
    digest: Option<[u8; 32]>,
    /// The address of its content, and the index of its first part.
    address: u64,
    first_part: usize,
}

/// What was parsed so far.
struct Builder {
    lister: Lister,
    slots: Vec<EntryLocation>,
    parts: Vec<ContentPart>,
    account: Account,
    /// The address of the next entry.
    address: u64,
    /// Where the blob's files end at the latest.
    files_end: u64,
    open: Option<OpenFile>,
    failed: Option<TableError>,
}

impl Builder {
    fn add(&mut self, raw: &RawEntry<'_>) -> Result<(), TableError> {
        if raw.kind == "chunk" {
            return match &self.open {
                Some(open) if open.name == raw.name => self.add_part(raw),
                _ => Err(TableError::damaged("a part belongs to no file")),
            };
        }
        self.close()?;
        let header = header(raw, self.address)?;
        self.address = next_slot(self.address, header.size);
        let digest = sha256_bytes(&raw.digest);
        let slot = EntryLocation {
            start: header.offset,
            size: header.size,
            modified: header.modified,
        };
        self.account.push(&mut self.slots, slot)?;
        if header.size > 0 {
            self.open = Some(OpenFile {
                name: raw.name.clone().into_owned(),
                size: header.size,
                covered: 0,
                digest,
                address: header.offset + HEADERS,
                first_part: self.parts.len(),
            });
            self.add_part(raw)?;
        }
        if let Some(found) = self.lister.entry_of(&header)? {
            let has_content = found.entry.size > 0;
            let hash = digest.filter(|_| has_content).map(hash_of_digest);
            self.lister.push(&found, hash)?;
        }
        Ok(())
    }

    /// Adds a part of the open file: the one after those before.
    fn add_part(&mut self, raw: &RawEntry<'_>) -> Result<(), TableError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let left = open.size - open.covered;
        let length = match raw.chunk_size {
            0 => left,
            length => length,
        };
        let before = self.parts.last().map_or(0, |part| part.offset);
        let is_valid = raw.chunk_offset == open.covered
            && (1..=left).contains(&length)
            && (before..self.files_end).contains(&raw.offset);
        if !is_valid {
            return Err(TableError::damaged("a part is not where it should be"));
        }
        let unpacked = raw.inner_offset.saturating_add(length);
        if unpacked > u64::from(LARGEST_PART) {
            return Err(TableError::refused("has parts that are too large"));
        }
        let short = |number| u32::try_from(number).unwrap_or(LARGEST_PART);
        let part = ContentPart {
            address: open.address + open.covered,
            offset: raw.offset,
            inner: short(raw.inner_offset),
            length: short(length),
            digest: sha256_bytes(&raw.chunk_digest),
        };
        self.account.push(&mut self.parts, part)?;
        open.covered += length;
        Ok(())
    }

    /// Ends the open file.
    fn close(&mut self) -> Result<(), TableError> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        if open.covered != open.size {
            return Err(TableError::damaged("a file's parts are not all of it"));
        }
        // The only part of a file is the file.
        if let [part] = &mut self.parts[open.first_part..] {
            part.digest = part.digest.or(open.digest);
        }
        Ok(())
    }
}

/// Returns an entry as the header that streaming would find at an address.
fn header(raw: &RawEntry<'_>, address: u64) -> Result<Header, TableError> {
    let type_flag = type_flag(raw.kind.as_bytes())?;
    // Writers put this character in place of bytes that are not UTF-8: the name differs from that in the layer.
    if [&raw.name, &raw.link_name]
        .iter()
        .any(|name| name.contains('\u{fffd}'))
    {
        let why = "cannot hold a name that is not UTF-8";
        return Err(TableError::refused(why));
    }
    let size = if type_flag == b'0' { raw.size } else { 0 };
    let xattrs = raw.xattrs.iter().flatten().map(|(name, value)| {
        let value = STANDARD.decode(value);
        let value = value.map_err(|_| TableError::damaged("an attribute is not base64"))?;
        Ok((name.clone().into_bytes(), value))
    });
    let is_device = matches!(type_flag, b'3' | b'4');
    Ok(Header {
        offset: address,
        path: raw.name.as_bytes().to_vec(),
        link: raw.link_name.as_bytes().to_vec(),
        stored: size,
        size,
        type_flag,
        mode: raw.mode,
        uid: raw.uid,
        gid: raw.gid,
        modified: modified(&raw.modtime),
        device: is_device.then_some((raw.dev_major, raw.dev_minor)),
        xattrs: xattrs.collect::<Result<_, TableError>>()?,
        after_end: false,
        pieces: None,
    })
}

fn modified(text: &str) -> ModifiedTime {
    let nanoseconds = nanoseconds_since_1970(text).unwrap_or(0);
    let second = 1_000_000_000;
    ModifiedTime {
        seconds: i64::try_from(nanoseconds.div_euclid(second)).unwrap_or(0),
        nanos: u32::try_from(nanoseconds.rem_euclid(second)).unwrap_or(0),
    }
}
