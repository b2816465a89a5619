//! A proxy in front of a registry that answers as a test's rule decides: it passes requests on, breaks connections, refuses, or changes answers. One request
//! per connection. Records the requests.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A recorded request.
#[derive(Clone, Debug)]
pub(crate) struct RecordedRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl RecordedRequest {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_blob(&self) -> bool {
        self.path.contains("/blobs/")
    }
}

/// The answer to a request.
pub(crate) enum Answer {
    /// The registry's answer.
    Pass,
    /// The same without the request's range.
    Whole,
    /// So many bytes of the body, then the connection ends.
    Cut(usize),
    /// So many bytes of the body, then nothing for as long as the client waits.
    Stall(usize),
    /// The same body with this length in the header.
    Length(usize),
    /// This body in place of the registry's.
    Body(Vec<u8>),
    /// Status, headers and body of its own.
    Own(&'static str, Vec<(&'static str, String)>, String),
}

type Rule = dyn Fn(&RecordedRequest, usize) -> Answer + Send + Sync;

pub(crate) struct Proxy {
    port: u16,
    requested: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl Proxy {
    /// Starts a proxy in front of `upstream`; `rule` returns the answer, given the request and the number of requests before it. The proxy runs until the tests
    /// end.
    pub(crate) fn start(
        upstream: String,
        rule: impl Fn(&RecordedRequest, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requested = Arc::new(Mutex::new(Vec::new()));
        let (kept, rule): (_, Arc<Rule>) = (Arc::clone(&requested), Arc::new(rule));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (upstream, kept, rule) =
                    (upstream.clone(), Arc::clone(&kept), Arc::clone(&rule));
                thread::spawn(move || {
                    // A client may disconnect at any time.
                    let _ = serve(stream?, &upstream, &kept, &*rule);
                    std::io::Result::Ok(())
                });
            }
        });
        Self { port, requested }
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn requested(&self) -> Vec<RecordedRequest> {
        self.requested.lock().unwrap().clone()
    }

    /// Returns the blobs that were requested, with their ranges.
    pub(crate) fn blobs(&self) -> Vec<(String, Option<String>)> {
        let requested = self.requested();
        let blobs = requested.iter().filter(|requested| requested.is_blob());
        blobs
            .map(|requested| {
                let digest = requested.path.rsplit('/').next().unwrap().to_owned();
                (digest, requested.header("range").map(str::to_owned))
            })
            .collect()
    }
}

fn serve(
    mut client: TcpStream,
    upstream: &str,
    kept: &Mutex<Vec<RecordedRequest>>,
    rule: &Rule,
) -> std::io::Result<()> {
    let Some(requested) = read_request(&mut client)? else {
        return Ok(());
    };
    let before = {
        let mut kept = kept.lock().unwrap();
        kept.push(requested.clone());
        kept.len() - 1
    };
    let answer = rule(&requested, before);
    if let Answer::Own(status, headers, body) = &answer {
        write!(
            client,
            "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        )?;
        for (name, value) in headers {
            write!(client, "{name}: {value}\r\n")?;
        }
        return write!(client, "\r\n{body}");
    }
    let is_whole = matches!(answer, Answer::Whole);
    let (status, headers, body) = forward(&requested, upstream, is_whole)?;
    let body = match &answer {
        Answer::Body(own) => own.clone(),
        _ => body,
    };
    let length = match &answer {
        Answer::Length(length) => *length,
        _ => body.len(),
    };
    write!(
        client,
        "{status}\r\nConnection: close\r\nContent-Length: {length}\r\n"
    )?;
    for (name, value) in headers {
        write!(client, "{name}: {value}\r\n")?;
    }
    write!(client, "\r\n")?;
    match answer {
        Answer::Cut(count) => client.write_all(&body[..count.min(body.len())]),
        Answer::Stall(count) => {
            client.write_all(&body[..count.min(body.len())])?;
            // Ends when the client disconnects.
            client.read_exact(&mut [0])
        }
        _ => client.write_all(&body),
    }
}

type Parts = (String, Vec<(String, String)>, Vec<u8>);

/// Sends a request to the registry; returns the status line, the headers to pass on, and the body.
fn forward(requested: &RecordedRequest, upstream: &str, is_whole: bool) -> std::io::Result<Parts> {
    let mut server = TcpStream::connect(upstream)?;
    write!(
        server,
        "{} {} HTTP/1.1\r\nHost: {upstream}\r\nConnection: close\r\n",
        requested.method, requested.path
    )?;
    for (name, value) in &requested.headers {
        let own = ["host", "connection", "authorization"]
            .iter()
            .any(|own| name.eq_ignore_ascii_case(own));
        let dropped = own || (is_whole && name.eq_ignore_ascii_case("range"));
        if !dropped {
            write!(server, "{name}: {value}\r\n")?;
        }
    }
    write!(server, "\r\n")?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap_or(answer.len() - 4);
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default().to_owned();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.filter(|(name, _)| {
        !["content-length", "connection"]
            .iter()
            .any(|own| name.eq_ignore_ascii_case(own))
    });
    let headers = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Ok((status, headers, answer[end + 4..].to_vec()))
}

fn read_request(client: &mut TcpStream) -> std::io::Result<Option<RecordedRequest>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte)? == 0 {
            return Ok(None);
        }
        head.push(byte[0]);
        // A TLS record, as registries without TLS answer it.
        if head == [0x16] {
            write!(client, "HTTP/1.1 400 Bad Request\r\n\r\n")?;
            return Ok(None);
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, path) = (words.next(), words.next());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers: Vec<_> = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut requested = RecordedRequest {
        method: method.unwrap_or_default().to_owned(),
        path: path.unwrap_or_default().to_owned(),
        headers,
        body: String::new(),
    };
    let length = requested
        .header("content-length")
        .and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    client.read_exact(&mut body)?;
    requested.body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(requested))
}

/// Starts a proxy that opens tunnels (RFC 9110, section 9.3.6); returns its address and the requested hosts.
pub(crate) fn tunnel() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let requested = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&requested);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let kept = Arc::clone(&kept);
            thread::spawn(move || -> std::io::Result<()> {
                let mut client = stream?;
                let Some(request) = read_request(&mut client)? else {
                    return Ok(());
                };
                kept.lock().unwrap().push(request.path.clone());
                let mut server = TcpStream::connect(&request.path)?;
                write!(client, "HTTP/1.1 200 OK\r\n\r\n")?;
                let (mut from, mut to) = (server.try_clone()?, client.try_clone()?);
                thread::spawn(move || std::io::copy(&mut from, &mut to));
                std::io::copy(&mut client, &mut server).map(drop)
            });
        }
    });
    (address, requested)
}
