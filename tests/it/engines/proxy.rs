//! A socket that forwards to an engine's, records the requests, and closes after some bytes of an answer: simulates an engine that
//! dies.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::http::Socket;
use crate::source::Scratch;

pub(crate) struct Proxy {
    socket: Socket,
    requested: Receiver<Vec<u8>>,
    _scratch: Scratch,
}

impl Proxy {
    /// Returns a proxy that closes after `bytes` of each answer. Its thread ends with the process.
    pub(crate) fn cutting_after(engine: &Socket, bytes: usize) -> Self {
        let name = format!("proxy-{:?}-{bytes}", thread::current().id()).replace(['(', ')'], "");
        let scratch = Scratch::new(&name);
        let path = scratch.path().join("engine.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let engine = engine.path().to_owned();
        let (hears, requested) = channel();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = UnixStream::connect(&engine).unwrap();
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let hears = hears.clone();
                thread::spawn(move || {
                    forward(from, to, usize::MAX, |some| drop(hears.send(some.to_vec())));
                });
                thread::spawn(move || forward(server, client, bytes, |_| ()));
            }
        });
        let socket = Socket::at(&format!("unix://{}", path.display()));
        Self {
            socket,
            requested,
            _scratch: scratch,
        }
    }

    /// Returns all requests since the last call.
    pub(crate) fn requested(&self) -> String {
        let bytes: Vec<u8> = self.requested.try_iter().flatten().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }
}

fn forward(mut from: UnixStream, mut to: UnixStream, mut left: usize, hear: impl Fn(&[u8])) {
    let mut buffer = [0; 4096];
    while left > 0 {
        let want = buffer.len().min(left);
        let Ok(len @ 1..) = from.read(&mut buffer[..want]) else {
            break;
        };
        hear(&buffer[..len]);
        if to.write_all(&buffer[..len]).is_err() {
            break;
        }
        left -= len;
    }
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}
