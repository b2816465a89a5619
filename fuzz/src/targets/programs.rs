//! Any bytes as a program: ELF, Go's build information, Rust's list of crates. Zeros fill it up to the size of a program.

use crate::analyse;
use crate::fixture::ImageBuilder;

/// The smallest program that is read, in bytes.
const SMALLEST: usize = 128 << 10;

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let mut program = bytes.to_vec();
    program.resize(program.len().max(SMALLEST), 0);
    let builder = ImageBuilder::new("program").layer("COPY", |layer| {
        layer.file("app/program", program).mode(0o755)
    });
    analyse(&builder);
}
