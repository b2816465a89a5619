//! A link of a known speed to a server on loopback: a proxy that counts the bytes each way and limits their rate.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes that may pass at once.
const BURST: usize = 16 << 10;

pub(crate) struct Throttle {
    port: u16,
    ways: [Arc<Mutex<Way>>; 2],
}

/// One direction of the link, shared by all its connections.
struct Way {
    bytes_per_second: f64,
    /// When the link is free again.
    free: Instant,
    passed: u64,
    first: Option<Instant>,
    last: Instant,
}

/// The traffic in one direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed {
    pub(crate) bytes: u64,
    /// Bits per second from the first byte to the last.
    pub(crate) rate: f64,
}

impl Throttle {
    /// Returns a link to a port. Its threads end with the process.
    pub(crate) fn to(host: &str, bits_per_second: f64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let now = Instant::now();
        let way = || {
            Arc::new(Mutex::new(Way {
                bytes_per_second: bits_per_second / 8.0,
                free: now,
                passed: 0,
                first: None,
                last: now,
            }))
        };
        let ways = [way(), way()];
        let (given, host) = (ways.clone(), host.to_owned());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&host).unwrap();
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let [up, down] = given.clone();
                thread::spawn(move || forward(from, to, &up));
                thread::spawn(move || forward(server, client, &down));
            }
        });
        Self { port, ways }
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns the traffic from the server since the last call.
    pub(crate) fn down(&self) -> Passed {
        Way::take(&self.ways[1])
    }

    /// Returns the traffic to the server since the last call.
    pub(crate) fn up(&self) -> Passed {
        Way::take(&self.ways[0])
    }
}

impl Way {
    fn take(way: &Mutex<Self>) -> Passed {
        let mut way = way.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = std::mem::take(&mut way.passed);
        let first = way.first.take().unwrap_or(way.last);
        let seconds = (way.last - first).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
        let rate = bytes as f64 * 8.0 / seconds;
        Passed { bytes, rate }
    }

    /// Takes the link for some bytes; returns when they have passed.
    fn pass(&mut self, len: usize) -> Instant {
        let now = Instant::now();
        #[expect(clippy::cast_precision_loss, reason = "a few kilobytes")]
        let takes = Duration::from_secs_f64(len as f64 / self.bytes_per_second);
        // Idle time is not credited.
        self.free = self.free.max(now) + takes;
        self.passed += len as u64;
        self.first.get_or_insert(now);
        self.last = self.free;
        self.free
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, way: &Mutex<Way>) {
    let mut buffer = [0; BURST];
    while let Ok(len @ 1..) = from.read(&mut buffer) {
        let through = way.lock().unwrap_or_else(PoisonError::into_inner).pass(len);
        thread::sleep(through.saturating_duration_since(Instant::now()));
        if to.write_all(&buffer[..len]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}
