//! Compares the bytes before SOCI's spans, from which decompression goes on, with the layer that was read. Nothing else checks them: the table has digests of the
//! packed spans alone. Fetches nothing.

use std::io;
use std::num::NonZeroUsize;

use crate::archive::cancel::Cancel;
use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::compression::gzip::format::WINDOW;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::input::blob::Blob;
use crate::archive::input::byte_source::{ByteSource as _, StreamSource};

/// Returns the index of the first checkpoint whose window is not what the blob has before it. `checkpoints` are in order.
///
/// # Errors
/// When the blob cannot be read, or the user cancelled.
pub(crate) fn first_wrong_window(
    checkpoints: &[Checkpoint],
    blob: Blob,
    threads: NonZeroUsize,
    cancel: &Cancel,
) -> io::Result<Option<usize>> {
    let mut tar = StreamSource::new(GzipReader::new(blob, threads)?);
    let mut window = Vec::new();
    for (index, checkpoint) in checkpoints.iter().enumerate() {
        if cancel.is_cancelled() {
            return Err(io::Error::other("cancelled"));
        }
        let gap = checkpoint.before.saturating_sub(tar.position());
        let skipped = tar.skip(gap.saturating_sub(WINDOW as u64))?;
        if skipped > 0 {
            window.clear();
        }
        let kept = window.len();
        let more = usize::try_from(gap - skipped).unwrap_or(WINDOW).min(WINDOW);
        window.resize(kept + more, 0);
        let count = tar.fill(&mut window[kept..])?;
        window.drain(..(kept + more).saturating_sub(WINDOW));
        // Before the start of the tar there is nothing to compare.
        if count < more || !checkpoint.window()?.ends_with(&window) {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::num::NonZeroUsize;

    use super::first_wrong_window;
    use crate::archive::cancel::Cancel;
    use crate::archive::compression::gzip::checkpoint::Checkpoint;
    use crate::archive::compression::gzip::format::WINDOW;
    use crate::archive::input::blob::Blob;

    #[test]
    fn windows_are_compared_with_the_bytes_before_them() {
        let plain: Vec<u8> = (0..100_000_u32).flat_map(u32::to_be_bytes).collect();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&plain).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&encoder.finish().unwrap()).unwrap();
        let blob = Blob::file(file).unwrap();
        let places = [
            0, 10, 5000, 20_000, 40_000, 40_001, 200_000, 210_000, 400_000,
        ];
        // `wrong` is one whose window has another byte at its start, `past` one that lies behind the end.
        let checkpoints = |wrong: Option<usize>, past: usize| {
            let of = |(index, before): (usize, usize)| {
                let mut window = vec![0; WINDOW.saturating_sub(before)];
                let bytes = &plain[..before];
                window.extend_from_slice(&bytes[before.saturating_sub(WINDOW)..]);
                if wrong == Some(index) {
                    window[WINDOW - before.min(WINDOW)] ^= 1;
                }
                let before = before + if index == places.len() - 1 { past } else { 0 };
                Checkpoint::new(0, before as u64, &window).unwrap()
            };
            places.into_iter().enumerate().map(of).collect::<Vec<_>>()
        };
        let found = |checkpoints: &[Checkpoint]| {
            let threads = NonZeroUsize::MIN;
            first_wrong_window(checkpoints, blob.clone(), threads, &Cancel::default()).unwrap()
        };
        assert_eq!(found(&checkpoints(None, 0)), None);
        for wrong in 1..places.len() {
            assert_eq!(found(&checkpoints(Some(wrong), 0)), Some(wrong));
        }
        assert_eq!(found(&checkpoints(None, 1)), Some(places.len() - 1));
    }
}
