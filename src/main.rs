//! The program: parse, run, exit code. Nothing else; everything it does is the library's.

use std::process::ExitCode;

use dive_rs::{cli, failure, run};

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = cli::parse(std::env::args_os()).and_then(run);
    failure::exit(&outcome)
}
