//! Reads a flatbuffer (`FlatBuffers`, "Internals"): tables, strings and vectors, each read within bounds. Nothing is copied. Independent of any schema.

/// The bytes are not such a flatbuffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

type Checked<T> = Result<T, Damaged>;

/// A table. Fields are numbered in the order of the schema; one that is not there has its default.
#[derive(Clone, Copy, Debug)]
pub(super) struct FlatTable<'a> {
    bytes: &'a [u8],
    start: usize,
    /// The offsets of its fields, two bytes each.
    fields: &'a [u8],
}

/// A vector of offsets to strings or tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct FlatVector<'a> {
    bytes: &'a [u8],
    start: usize,
    count: usize,
}

impl<'a> FlatTable<'a> {
    /// Returns the root of a buffer.
    pub(super) fn root(bytes: &'a [u8]) -> Checked<Self> {
        Self::at(bytes, follow(bytes, 0)?)
    }

    fn at(bytes: &'a [u8], start: usize) -> Checked<Self> {
        let back = i32::from_le_bytes(array(bytes, start)?);
        let back = isize::try_from(back).map_err(|_| Damaged)?;
        let list = start.checked_add_signed(back.checked_neg().ok_or(Damaged)?);
        let list = list.ok_or(Damaged)?;
        let length = usize::from(u16::from_le_bytes(array(bytes, list)?));
        // Behind the lengths of the list and of the table.
        let fields = bytes.get(list..).and_then(|rest| rest.get(4..length));
        Ok(Self {
            bytes,
            start,
            fields: fields.ok_or(Damaged)?,
        })
    }

    /// Returns where a field is; `None` if it is absent.
    fn field(&self, number: usize) -> Option<usize> {
        let offset = self.fields.get(2 * number..2 * number + 2)?;
        match u16::from_le_bytes([offset[0], offset[1]]) {
            0 => None,
            offset => self.start.checked_add(usize::from(offset)),
        }
    }

    fn bytes<const N: usize>(&self, number: usize) -> Checked<Option<[u8; N]>> {
        self.field(number)
            .map(|at| array(self.bytes, at))
            .transpose()
    }

    /// Returns a byte; `None` if it is absent.
    pub(super) fn byte(&self, number: usize) -> Checked<Option<u8>> {
        Ok(self.bytes(number)?.map(|[byte]| byte))
    }

    /// Returns a number of 32 bits.
    pub(super) fn u32(&self, number: usize) -> Checked<u32> {
        Ok(self.bytes(number)?.map_or(0, u32::from_le_bytes))
    }

    /// Returns a number of 64 bits with a sign that is not negative.
    pub(super) fn size(&self, number: usize) -> Checked<u64> {
        let number = self.bytes(number)?.map_or(0, i64::from_le_bytes);
        u64::try_from(number).map_err(|_| Damaged)
    }

    /// Returns a table; `None` if it is absent.
    pub(super) fn table(&self, number: usize) -> Checked<Option<Self>> {
        let at = |at| Self::at(self.bytes, follow(self.bytes, at)?);
        self.field(number).map(at).transpose()
    }

    /// Returns the bytes of a string or of a vector of bytes; none if it is not there.
    pub(super) fn string(&self, number: usize) -> Checked<&'a [u8]> {
        self.field(number)
            .map_or(Ok(&[][..]), |at| string(self.bytes, at))
    }

    /// Returns a vector of offsets; an empty one if it is not there.
    pub(super) fn vector(&self, number: usize) -> Checked<FlatVector<'a>> {
        let bytes = self.bytes;
        let Some(at) = self.field(number) else {
            let (start, count) = (0, 0);
            return Ok(FlatVector {
                bytes,
                start,
                count,
            });
        };
        let (start, count) = counted(bytes, at)?;
        let length = count.checked_mul(4).ok_or(Damaged)?;
        let is_whole = bytes.get(start..).is_some_and(|rest| rest.len() >= length);
        let vector = FlatVector {
            bytes,
            start,
            count,
        };
        if is_whole { Ok(vector) } else { Err(Damaged) }
    }
}

impl<'a> FlatVector<'a> {
    /// Returns how many items it has: at most a quarter of the buffer's bytes.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    /// Returns the items as tables.
    pub(super) fn tables(self) -> impl Iterator<Item = Checked<FlatTable<'a>>> {
        let at = move |index| {
            let item = self.start + 4 * index;
            FlatTable::at(self.bytes, follow(self.bytes, item)?)
        };
        (0..self.count).map(at)
    }

    /// Returns the items as strings.
    pub(super) fn strings(self) -> impl Iterator<Item = Checked<&'a [u8]>> {
        (0..self.count).map(move |index| string(self.bytes, self.start + 4 * index))
    }
}

/// Returns the bytes at a place.
pub(super) fn array<const N: usize>(bytes: &[u8], at: usize) -> Checked<[u8; N]> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.copied().ok_or(Damaged)
}

/// Returns the place that an offset leads to, from where it stands.
fn follow(bytes: &[u8], at: usize) -> Checked<usize> {
    let offset = u32::from_le_bytes(array(bytes, at)?);
    let offset = usize::try_from(offset).map_err(|_| Damaged)?;
    at.checked_add(offset).ok_or(Damaged)
}

/// Returns where the items of a string or a vector begin, and how many it has.
fn counted(bytes: &[u8], at: usize) -> Checked<(usize, usize)> {
    let place = follow(bytes, at)?;
    let count = u32::from_le_bytes(array(bytes, place)?);
    let count = usize::try_from(count).map_err(|_| Damaged)?;
    Ok((place + 4, count))
}

fn string(bytes: &[u8], at: usize) -> Checked<&[u8]> {
    let (start, count) = counted(bytes, at)?;
    let found = bytes.get(start..).and_then(|rest| rest.get(..count));
    found.ok_or(Damaged)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Damaged, FlatTable};

    /// A table with a byte, a table and a string, as a writer lays it out.
    fn buffer() -> Vec<u8> {
        let mut bytes = vec![14, 0, 0, 0];
        // The list of fields: its length, the table's, and where its fields are.
        bytes.extend_from_slice(&[10, 0, 13, 0, 12, 0, 4, 0, 8, 0]);
        // The table: how far back its list is, the offsets of table and string, the byte.
        bytes.extend_from_slice(&[10, 0, 0, 0, 13, 0, 0, 0, 13, 0, 0, 0, 7]);
        // The list of a table without fields, and the table.
        bytes.extend_from_slice(&[4, 0, 4, 0, 4, 0, 0, 0]);
        bytes.extend_from_slice(b"\x03\0\0\0abc");
        bytes
    }

    #[test]
    fn fields_are_read_and_absent_ones_have_defaults() {
        let bytes = buffer();
        let root = FlatTable::root(&bytes).unwrap();
        assert_eq!(root.byte(0), Ok(Some(7)));
        let inner = root.table(1).unwrap().unwrap();
        assert_eq!(inner.size(0), Ok(0));
        assert_eq!(root.string(2), Ok(&b"abc"[..]));
        assert_eq!((root.string(3), root.u32(9)), (Ok(&b""[..]), Ok(0)));
        assert_eq!(root.vector(3).unwrap().len(), 0);
        let cut = FlatTable::root(&bytes[..bytes.len() - 1]).unwrap();
        assert_eq!(cut.string(2), Err(Damaged));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_within_bounds(
            mut bytes in prop::collection::vec(any::<u8>(), 0..60),
            root in 0_u8..40,
        ) {
            if let Some(first) = bytes.first_chunk_mut() {
                *first = [root, 0, 0, 0];
            }
            if let Ok(table) = FlatTable::root(&bytes) {
                for number in 0..4 {
                    let _ = (table.byte(number), table.u32(number), table.size(number));
                    let _ = (table.string(number), table.table(number));
                    if let Ok(vector) = table.vector(number) {
                        prop_assert!(vector.len() <= bytes.len() / 4);
                        let _ = (vector.tables().count(), vector.strings().count());
                    }
                }
            }
        }
    }
}
