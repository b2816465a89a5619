//! Runs of `fleet` that are killed in the middle.

use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use super::stock::{Stock, list};
use crate::command::Shell;
use crate::registry::proxy::{Answer, Proxy};

/// Runs `dive-rs fleet list` with these arguments on the first images of the stock, once for each number of requests, lowest last, after which it is killed;
/// requests are counted over all runs.
pub(crate) fn killed(
    stock: &Stock,
    images: usize,
    args: &[&str],
    requests: &[usize],
    after_each: impl Fn(&Shell),
) -> (Shell, Proxy) {
    let (send, receive) = channel();
    let (send, kills) = (Mutex::new(send), Mutex::new(requests.to_vec()));
    let proxy = stock.before(move |_, before| {
        let mut kills = kills.lock().unwrap();
        if kills.last() == Some(&before) {
            kills.pop();
            send.lock().unwrap().send(()).unwrap();
        }
        Answer::Pass
    });
    let host = proxy.host();
    let shell = Shell::new().file("list", list(&host, images));
    for _ in requests {
        let mut run = Command::new(env!("CARGO_BIN_EXE_dive-rs"))
            .args(["fleet", "list", "--insecure-registry", &host])
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
