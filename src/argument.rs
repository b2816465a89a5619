//! Words of the command line taken apart where they need not be text: a file may have any name. What they mean is not known here.

use std::borrow::Cow;
use std::ffi::OsStr;

/// Returns what stands before and behind the first `mark`, which is ASCII. What stands before is told as text.
pub(crate) fn split<'a>(word: &'a OsStr, mark: &str) -> Option<(Cow<'a, str>, Cow<'a, OsStr>)> {
    let bytes = word.as_encoded_bytes();
    let mut places = bytes.windows(mark.len());
    let place = places.position(|some| some == mark.as_bytes())?;
    Some((
        String::from_utf8_lossy(&bytes[..place]),
        after(word, place + mark.len()),
    ))
}

/// Returns a word without its first bytes, the last of which is ASCII.
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
