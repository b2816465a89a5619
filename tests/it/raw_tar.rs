//! Tars block by block: every dialect, and what no tar program writes. `fixture_tar` makes regular ones from described images.

/// A header with every field free.
#[derive(Clone, Debug)]
pub struct Raw {
    pub name: Vec<u8>,
    pub prefix: Vec<u8>,
    pub link: Vec<u8>,
    pub kind: u8,
    pub mode: u32,
    pub uid: u64,
    pub gid: u64,
    pub size: u64,
    pub device: (u32, u32),
    /// `ustar\0` and version, GNU's `ustar  \0`, or empty as before 1988.
    pub magic: [u8; 8],
}

pub const USTAR: [u8; 8] = *b"ustar\x0000";
pub const GNU: [u8; 8] = *b"ustar  \0";
pub const OLD: [u8; 8] = [0; 8];

/// Starts a header.
pub fn raw(name: impl AsRef<[u8]>, kind: u8, size: u64) -> Raw {
    Raw {
        name: name.as_ref().to_vec(),
        prefix: Vec::new(),
        link: Vec::new(),
        kind,
        mode: 0o644,
        uid: 0,
        gid: 0,
        size,
        device: (0, 0),
        magic: USTAR,
    }
}

impl Raw {
    pub fn link(mut self, target: impl AsRef<[u8]>) -> Self {
        self.link = target.as_ref().to_vec();
        self
    }

    pub fn magic(mut self, magic: [u8; 8]) -> Self {
        self.magic = magic;
        self
    }

    /// Returns the block with a valid checksum.
    pub fn block(&self) -> [u8; 512] {
        let mut block = [0; 512];
        let mut put = |at: usize, most: usize, bytes: &[u8]| {
            let len = bytes.len().min(most);
            block[at..at + len].copy_from_slice(&bytes[..len]);
        };
        put(0, 100, &self.name);
        put(100, 8, format!("{:07o}\0", self.mode).as_bytes());
        put(108, 8, &number(self.uid, 8));
        put(116, 8, &number(self.gid, 8));
        put(124, 12, &number(self.size, 12));
        put(136, 12, b"14000000000\0");
        put(156, 1, &[self.kind]);
        put(157, 100, &self.link);
        put(257, 8, &self.magic);
        put(329, 8, format!("{:07o}\0", self.device.0).as_bytes());
        put(337, 8, format!("{:07o}\0", self.device.1).as_bytes());
        put(345, 155, &self.prefix);
        seal(&mut block);
        block
    }
}

/// Writes octal when it fits, else GNU's base 256.
fn number(value: u64, len: usize) -> Vec<u8> {
    let octal = format!("{value:0width$o}\0", width = len - 1);
    if octal.len() <= len {
        return octal.into_bytes();
    }
    let mut field = vec![0; len];
    field[0] = 0x80;
    if len == 8 {
        field[1..].copy_from_slice(&value.to_be_bytes()[1..]);
    } else {
        field[len - 8..].copy_from_slice(&value.to_be_bytes());
    }
    field
}

/// Writes a header's checksum.
pub fn seal(block: &mut [u8; 512]) {
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A tar under construction.
#[derive(Clone, Debug, Default)]
pub struct RawTar(pub Vec<u8>);

impl RawTar {
    /// Adds a header without content.
    pub fn header(mut self, raw: &Raw) -> Self {
        self.0.extend(raw.block());
        self
    }

    /// Adds bytes, padded to a block.
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    /// Adds a header with content; the header's size is the content's.
    pub fn put(self, raw: &Raw, bytes: &[u8]) -> Self {
        let size = bytes.len() as u64;
        self.header(&Raw {
            size,
            ..raw.clone()
        })
        .bytes(bytes)
    }

    pub fn file(self, name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        self.put(&raw(name, b'0', 0), bytes.as_ref())
    }

    pub fn dir(self, name: impl AsRef<[u8]>) -> Self {
        self.header(&raw(name, b'5', 0))
    }

    pub fn symlink(self, name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.header(&raw(name, b'2', 0).link(target))
    }

    pub fn hard_link(self, name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.header(&raw(name, b'1', 0).link(target))
    }

    /// Adds a pax header: `x` for the next entry, `g` for all that follow.
    pub fn pax(self, kind: u8, records: &[(&str, &[u8])]) -> Self {
        let text: Vec<u8> = records
            .iter()
            .flat_map(|(key, value)| pax_record(key, value))
            .collect();
        self.put(&raw("PaxHeaders/0", kind, 0), &text)
    }

    /// Adds the end marker.
    pub fn end(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 1024, 0);
        self.0
    }
}

/// A record: its own length in decimal, a space, `key=value`, a newline.
fn pax_record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = [b" ", key.as_bytes(), b"=", value, b"\n"].concat();
    let mut len = rest.len();
    while len != rest.len() + len.to_string().len() {
        len = rest.len() + len.to_string().len();
    }
    [len.to_string().into_bytes(), rest].concat()
}
