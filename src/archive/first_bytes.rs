//! The first bytes of something unknown, for an error message.

use std::fmt;

/// The first bytes of something unknown. Shown as text if they are text, else in hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstBytes(Vec<u8>);

impl FirstBytes {
    /// Returns the first of some bytes.
    pub(crate) fn of(head: &[u8]) -> Self {
        Self(head[..head.len().min(8)].to_vec())
    }

    /// Returns whether they begin with a format's mark.
    pub(super) fn starts_with(&self, mark: &[u8]) -> bool {
        self.0.starts_with(mark)
    }
}

impl fmt::Display for FirstBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0;
        if head.is_empty() {
            return f.write_str("nothing");
        }
        if head
            .iter()
            .all(|byte| byte.is_ascii_graphic() || *byte == b' ')
        {
            return write!(f, "{:?}", String::from_utf8_lossy(head));
        }
        let hex: Vec<String> = head.iter().map(|byte| format!("{byte:02x}")).collect();
        f.write_str(&hex.join(" "))
    }
}
