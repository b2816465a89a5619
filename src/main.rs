//! The program: parses the arguments, runs the plan and exits with its code. Everything else is in the library.

use std::process::ExitCode;

use dive_rs::{cli, failure, run};

fn main() -> ExitCode {
    failure::catch_aborts();
    let outcome = cli::parse(std::env::args_os()).and_then(run);
    failure::exit(&outcome)
}
