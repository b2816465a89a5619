//! Writes the large synthetic archives that `whole.sh` measures: `cargo bench --bench archives -- FOLDER`. Measures nothing.

#![expect(clippy::print_stderr, reason = "a program for people who measure")]

mod synth;

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::PathBuf;

fn main() -> io::Result<()> {
    let folder = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let Some(folder) = folder.map(PathBuf::from) else {
        eprintln!("usage: cargo bench --bench archives -- FOLDER");
        return Ok(());
    };
    let images = [
        ("synth-whiteouts.tar", synth::removed(100_000, 400)),
        ("synth-changes.tar", synth::changed(20_000, 60, 1000)),
        ("synth-million.tar", synth::spread(1_000_000, 20)),
    ];
    for (name, steps) in images {
        let path = folder.join(name);
        eprintln!("{}", path.display());
        synth::write(
            &steps,
            &mut BufWriter::with_capacity(1 << 20, File::create(path)?),
        )?;
    }
    Ok(())
}
