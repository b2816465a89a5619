//! Splits arguments that need not be UTF-8: a file may have any name.

use std::borrow::Cow;
use std::ffi::OsStr;

/// Splits an argument at the first `mark`, which must be ASCII. The part before it is returned as text.
pub(crate) fn split<'a>(word: &'a OsStr, mark: &str) -> Option<(Cow<'a, str>, Cow<'a, OsStr>)> {
    let bytes = word.as_encoded_bytes();
    let mut windows = bytes.windows(mark.len());
    let at = windows.position(|window| window == mark.as_bytes())?;
    Some((
        String::from_utf8_lossy(&bytes[..at]),
        after(word, at + mark.len()),
    ))
}

/// Returns an argument without its first bytes, the last of which is ASCII.
#[cfg(unix)]
fn after(word: &OsStr, bytes: usize) -> Cow<'_, OsStr> {
    use std::os::unix::ffi::OsStrExt as _;
    Cow::Borrowed(OsStr::from_bytes(&word.as_bytes()[bytes..]))
}

#[cfg(not(unix))]
fn after(word: &OsStr, bytes: usize) -> Cow<'_, OsStr> {
    let rest = &word.as_encoded_bytes()[bytes..];
    Cow::Owned(String::from_utf8_lossy(rest).into_owned().into())
}
