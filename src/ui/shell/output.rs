//! The output of frames: buffered and written to the terminal in one piece, as one synchronized update, so that no partial frame is visible.

use std::io::{self, Write};

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};

/// A terminal that buffers output until it is flushed.
pub(in crate::ui) struct TerminalOutput<W> {
    terminal: W,
    buffered: Vec<u8>,
}

impl<W> TerminalOutput<W> {
    pub(in crate::ui) const fn new(terminal: W) -> Self {
        Self {
            terminal,
            buffered: Vec::new(),
        }
    }
}

impl<W: Write> Write for TerminalOutput<W> {
    fn write(&mut self, some: &[u8]) -> io::Result<usize> {
        if self.buffered.is_empty() {
            // Terminals without it ignore it.
            queue!(self.buffered, BeginSynchronizedUpdate)?;
        }
        self.buffered.extend_from_slice(some);
        Ok(some.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.buffered.is_empty() {
            queue!(self.buffered, EndSynchronizedUpdate)?;
            let written = self.terminal.write_all(&self.buffered);
            self.buffered.clear();
            written?;
        }
        self.terminal.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::TerminalOutput;

    /// What was written, one after the other.
    #[derive(Default)]
    struct Pieces(Vec<Vec<u8>>);

    impl Write for &mut Pieces {
        fn write(&mut self, some: &[u8]) -> io::Result<usize> {
            self.0.push(some.to_vec());
            Ok(some.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_frame_is_one_piece() {
        let mut pieces = Pieces::default();
        let mut output = TerminalOutput::new(&mut pieces);
        for frame in [&["a", "b\n", "c"][..], &["d"], &[]] {
            for part in frame {
                output.write_all(part.as_bytes()).unwrap();
            }
            output.flush().unwrap();
        }
        output.write_all(b"half").unwrap();
        drop(output);
        let expected = ["\x1b[?2026hab\nc\x1b[?2026l", "\x1b[?2026hd\x1b[?2026l"];
        assert_eq!(pieces.0, expected.map(|piece| piece.as_bytes().to_vec()));
    }
}
