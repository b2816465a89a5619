//! Runs of `fleet` that are killed in the middle.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use super::stock::{Stock, list};
use crate::command::Shell;
use crate::registry::proxy::{Answer, Proxy};

/// When a run is killed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// At this request, counted over all runs.
    Request(usize),
    /// At the first request after its journal has this many lines.
    Lines(usize),
}

/// Returns moments at which the journal has grown by a few lines, last one first, up to `most` lines.
pub(crate) fn at_random_lines(most: usize) -> Vec<Moment> {
    let (mut state, mut lines, mut moments) = (1_u32, 1, Vec::new());
    loop {
        // Numerical Recipes, "Quick and Dirty Generators".
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        lines += usize::try_from(state >> 30).unwrap() * 2 + 1;
        if lines > most {
            moments.reverse();
            return moments;
        }
        moments.push(Moment::Lines(lines));
    }
}

/// Runs `dive-rs fleet list --out out` with these arguments on the first images of the stock, once for each moment, last one first, at which it is killed.
/// Its journal is in `state`.
pub(crate) fn killed(
    stock: &Stock,
    images: usize,
    (args, state): (&[&str], &str),
    moments: &[Moment],
    after_each: impl Fn(&Shell),
) -> (Shell, Proxy) {
    let (send, receive) = channel();
    let (send, kills) = (Mutex::new(send), Mutex::new(moments.to_vec()));
    let shell = Shell::new();
    let journal = shell.path().join(state).join("unfinished.ndjson");
    let proxy = stock.before(move |_, before| {
        let mut kills = kills.lock().unwrap();
        let is_now = match kills.last() {
            None => false,
            Some(Moment::Request(request)) => *request == before,
            Some(Moment::Lines(lines)) => {
                let text = fs::read(&journal).unwrap_or_default();
                // What stands behind the last end is a part as well.
                text.split(|&byte| byte == b'\n').count() > *lines
            }
        };
        if !is_now {
            return Answer::Pass;
        }
        kills.pop();
        send.lock().unwrap().send(()).unwrap();
        // The run waits for its end here.
        Answer::Stall(0)
    });
    let host = proxy.host();
    let shell = shell.file("list", list(&host, images));
    for _ in moments {
        let mut run = Command::new(env!("CARGO_BIN_EXE_dive-rs"))
            .args([
                "fleet",
                "list",
                "--out",
                "out",
                "--insecure-registry",
                &host,
            ])
            .args(args)
            .current_dir(shell.path())
            .env_clear()
            .env("HOME", shell.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        receive.recv_timeout(Duration::from_mins(1)).unwrap();
        run.kill().unwrap();
        run.wait().unwrap();
        after_each(&shell);
    }
    (shell, proxy)
}
