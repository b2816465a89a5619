//! SOCI's table of contents of a gzip layer, as its tool writes it: a flatbuffer that a test can change before it is written.

use crate::bundle::digest;

/// How many bytes of the tar are in a block of the packed layer, and in a span.
const STORED: usize = 32 << 10;
pub const SPAN: usize = 4 * STORED;
/// The window of a checkpoint.
pub const WINDOW: usize = 32 << 10;

/// Packs a tar without compressing it: each stored block comes after an empty one of ten bits, so that blocks begin within bytes. Returns the blob, and the
/// places where spans begin: the byte, the bits before it, and the offset in the tar.
pub fn gzip(tar: &[u8]) -> (Vec<u8>, Vec<(usize, u8, usize)>) {
    let mut blob = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut places = vec![(blob.len(), 0, 0)];
    let mut sum = flate2::Crc::new();
    for (index, block) in tar.chunks(STORED).enumerate() {
        let is_last = (index + 1) * STORED >= tar.len();
        if index > 0 && (index * STORED).is_multiple_of(SPAN) {
            places.push((blob.len() + 2, 6, index * STORED));
        }
        let length = u16::try_from(block.len()).unwrap();
        blob.extend_from_slice(&[2, u8::from(is_last) << 2]);
        blob.extend_from_slice(&length.to_le_bytes());
        blob.extend_from_slice(&(!length).to_le_bytes());
        blob.extend_from_slice(block);
        sum.update(block);
    }
    blob.extend_from_slice(&sum.sum().to_le_bytes());
    blob.extend_from_slice(&sum.amount().to_le_bytes());
    (blob, places)
}

/// A field of a flatbuffer.
#[derive(Clone)]
pub enum Field {
    Absent,
    Byte(u8),
    U32(u32),
    I64(i64),
    Text(Vec<u8>),
    Table(Vec<Field>),
    Tables(Vec<Vec<Field>>),
    Texts(Vec<String>),
    /// Tables that are all the same one.
    Repeated(Vec<Field>, usize),
}

/// Writes a table behind what is there; returns where it is.
fn write(out: &mut Vec<u8>, fields: &[Field]) -> usize {
    let list = out.len();
    let mut places = Vec::new();
    let mut length = 4_u16;
    for field in fields {
        places.push(length);
        length += match field {
            Field::Absent => 0,
            Field::Byte(_) => 1,
            Field::I64(_) => 8,
            _ => 4,
        };
    }
    let list_length = u16::try_from(4 + 2 * fields.len()).unwrap();
    out.extend_from_slice(&list_length.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    for (field, place) in fields.iter().zip(&places) {
        let place = if matches!(field, Field::Absent) {
            0
        } else {
            *place
        };
        out.extend_from_slice(&place.to_le_bytes());
    }
    let start = out.len();
    out.extend_from_slice(&u32::try_from(start - list).unwrap().to_le_bytes());
    for field in fields {
        match field {
            Field::Absent => {}
            Field::Byte(byte) => out.push(*byte),
            Field::U32(number) => out.extend_from_slice(&number.to_le_bytes()),
            Field::I64(number) => out.extend_from_slice(&number.to_le_bytes()),
            _ => out.extend_from_slice(&[0; 4]),
        }
    }
    for (field, place) in fields.iter().zip(places) {
        let own = start + usize::from(place);
        let found = match field {
            Field::Text(text) => write_text(out, text),
            Field::Table(fields) => write(out, fields),
            Field::Tables(items) => write_all(out, items, |out, item| write(out, item)),
            Field::Texts(items) => {
                write_all(out, items, |out, item| write_text(out, item.as_bytes()))
            }
            Field::Repeated(fields, count) => {
                let found = write_all(out, &vec![(); *count], |_, ()| 0);
                let only = write(out, fields);
                for index in 0..*count {
                    point(out, found + 4 + 4 * index, only);
                }
                found
            }
            _ => continue,
        };
        point(out, own, found);
    }
    start
}

fn write_text(out: &mut Vec<u8>, text: &[u8]) -> usize {
    let start = out.len();
    out.extend_from_slice(&u32::try_from(text.len()).unwrap().to_le_bytes());
    out.extend_from_slice(text);
    start
}

fn write_all<T>(out: &mut Vec<u8>, items: &[T], each: impl Fn(&mut Vec<u8>, &T) -> usize) -> usize {
    let start = out.len();
    out.extend_from_slice(&u32::try_from(items.len()).unwrap().to_le_bytes());
    out.resize(start + 4 + 4 * items.len(), 0);
    for (index, item) in items.iter().enumerate() {
        let found = each(out, item);
        if found > 0 {
            point(out, start + 4 + 4 * index, found);
        }
    }
    start
}

fn point(out: &mut [u8], from: usize, to: usize) {
    let offset = u32::try_from(to - from).unwrap().to_le_bytes();
    out[from..from + 4].copy_from_slice(&offset);
}

/// A table as its tool writes it, before it is a flatbuffer.
pub struct Ztoc {
    /// The lengths of blob and tar.
    pub stored: usize,
    pub length: usize,
    /// The compression.
    pub algorithm: u8,
    /// The digests of the spans.
    pub spans: Vec<String>,
    /// The checkpoints, packed.
    pub checkpoints: Vec<u8>,
    /// The fields of each entry.
    pub entries: Vec<Vec<Field>>,
}

impl Ztoc {
    /// Returns the table of a layer: its tar, its blob, and the places where spans begin.
    pub fn of(tar: &[u8], blob: &[u8], places: &[(usize, u8, usize)]) -> Self {
        let mut checkpoints = u32::try_from(places.len()).unwrap().to_le_bytes().to_vec();
        checkpoints.extend_from_slice(&(SPAN as u64).to_le_bytes());
        let mut spans = Vec::new();
        for (index, &(place, bits, before)) in places.iter().enumerate() {
            checkpoints.extend_from_slice(&(place as u64).to_le_bytes());
            checkpoints.extend_from_slice(&(before as u64).to_le_bytes());
            checkpoints.push(bits);
            let window = &tar[before.saturating_sub(WINDOW)..before];
            checkpoints.resize(checkpoints.len() + WINDOW - window.len(), 0);
            checkpoints.extend_from_slice(window);
            let end = places.get(index + 1).map_or(blob.len(), |next| next.0);
            spans.push(digest(&blob[place - usize::from(bits > 0)..end]));
        }
        let mut archive = tar::Archive::new(tar);
        let entries = archive
            .entries()
            .unwrap()
            .map(|entry| described(entry.unwrap()));
        Self {
            stored: blob.len(),
            length: tar.len(),
            algorithm: 1,
            spans,
            checkpoints,
            entries: entries.collect(),
        }
    }

    /// Returns an entry by its name.
    pub fn entry(&mut self, name: &str) -> &mut Vec<Field> {
        let named = |entry: &&mut Vec<Field>| matches!(&entry[0], Field::Text(own) if own == name.as_bytes());
        self.entries.iter_mut().find(named).unwrap()
    }

    /// Returns the flatbuffer.
    pub fn bytes(&self) -> Vec<u8> {
        let size = |number: usize| Field::I64(i64::try_from(number).unwrap());
        let info = vec![
            Field::Byte(self.algorithm),
            Field::U32(u32::try_from(self.spans.len()).unwrap() - 1),
            Field::Texts(self.spans.clone()),
            Field::Text(self.checkpoints.clone()),
        ];
        let root = [
            Field::Text(b"0.9".to_vec()),
            Field::Text(b"tests".to_vec()),
            size(self.stored),
            size(self.length),
            Field::Table(vec![Field::Tables(self.entries.clone())]),
            Field::Table(info),
        ];
        let mut out = vec![0; 4];
        let start = write(&mut out, &root);
        point(&mut out, 0, start);
        out
    }
}

/// Returns the entry of a table for one of a tar.
fn described(mut entry: tar::Entry<'_, &[u8]>) -> Vec<Field> {
    let header = entry.header().clone();
    let kind = kind_of(&header);
    let number = |number: u64| Field::I64(i64::try_from(number).unwrap());
    let short = |number: u64| Field::U32(u32::try_from(number).unwrap());
    let text = |bytes: &[u8]| Field::Text(bytes.to_vec());
    let device = |own: std::io::Result<Option<u32>>| match own {
        Ok(Some(own)) if kind == "char" => number(own.into()),
        _ => Field::Absent,
    };
    let mut own = vec![
        text(&entry.path_bytes()),
        text(kind.as_bytes()),
        number(entry.raw_file_position()),
        number(header.size().unwrap()),
        text(entry.link_name_bytes().as_deref().unwrap_or_default()),
        number(header.mode().unwrap().into()),
        short(header.uid().unwrap()),
        short(header.gid().unwrap()),
        Field::Absent,
        Field::Absent,
        text(b"2026-01-01T00:00:00Z"),
        device(header.device_major()),
        device(header.device_minor()),
    ];
    let pax = entry.pax_extensions().unwrap();
    let records = pax.into_iter().flatten().map(|record| {
        let record = record.unwrap();
        vec![text(record.key_bytes()), text(record.value_bytes())]
    });
    own.push(Field::Tables(records.collect()));
    own
}

/// Returns how tables of contents name the type of an entry.
pub fn kind_of(header: &tar::Header) -> &'static str {
    match header.entry_type().as_byte() {
        b'1' => "hardlink",
        b'2' => "symlink",
        b'3' => "char",
        b'5' => "dir",
        b'6' => "fifo",
        _ => "reg",
    }
}
