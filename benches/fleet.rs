//! Times `dive-rs fleet` on a registry that has no bytes: manifests and configs are made from numbers while they are requested, as those of a real image are
//! written. Prints images, distinct layers, requests, seconds and peak memory of each size, so that growth is seen.
//!
//! `cargo bench --bench fleet [IMAGES…]`, 12500 25000 50000 by default; needs GNU time, and takes a minute.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a program that prints figures and ends at the first surprise"
)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use sha2::{Digest as _, Sha256};

/// How many images are on one base, and how many layers a base has.
const ON_BASE: usize = 100;
const BASE_LAYERS: usize = 8;
/// How many layers of its own an image has; on average 3.92, so that with the bases there are four layers an image.
const OWN_LAYERS: usize = 4;
const FEWER: usize = 8;

/// What the connections share.
#[derive(Default)]
struct Registry {
    requests: AtomicUsize,
    /// The image of each config whose manifest was requested.
    configs: Mutex<HashMap<String, usize>>,
}

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .filter_map(|word| word.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        vec![12_500, 25_000, 50_000]
    } else {
        sizes
    };
    println!("images  layers  requests  seconds  images/s  peak MiB");
    for images in sizes {
        let registry = Arc::new(Registry::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let shared = Arc::clone(&registry);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(stream, images, &shared));
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let ended = Command::new("/usr/bin/time")
            .args([
                "-f",
                "%e %M",
                env!("CARGO_BIN_EXE_dive-rs"),
                "fleet",
                "--quiet",
            ])
            .args(["--insecure-registry", &host, "--repository"])
            .arg(format!("{host}/team/app"))
            .arg("--out")
            .arg(&out)
            .env("HOME", folder.path())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.success(), "{stderr}");
        let rows = |table: &str| {
            let text = std::fs::read_to_string(out.join(format!("{table}.ndjson"))).unwrap();
            text.lines().count()
        };
        assert_eq!((rows("images"), rows("errors")), (images, 0));
        let last = stderr.lines().last().unwrap();
        let (seconds, kilobytes) = last.split_once(' ').unwrap();
        let (seconds, kilobytes): (f64, f64) =
            (seconds.parse().unwrap(), kilobytes.parse().unwrap());
        #[expect(clippy::cast_precision_loss, reason = "a few thousands")]
        let rate = images as f64 / seconds;
        println!(
            "{images}  {}  {}  {seconds}  {rate:.0}  {:.0}",
            rows("layers"),
            registry.requests.load(Ordering::Relaxed),
            kilobytes / 1024.0
        );
    }
}

/// Answers the requests of one connection.
fn serve(stream: TcpStream, images: usize, registry: &Registry) -> Option<()> {
    let Registry { requests, configs } = registry;
    stream.set_nodelay(true).ok()?;
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    let mut out = stream;
    loop {
        let mut request = String::new();
        if lines.read_line(&mut request).ok()? == 0 {
            return None;
        }
        if !request.starts_with("GET /v2/") {
            // The start of TLS: this registry has none.
            out.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                .ok()?;
            return None;
        }
        let mut header = String::new();
        while lines.read_line(&mut header).ok()? > 2 {
            header.clear();
        }
        requests.fetch_add(1, Ordering::Relaxed);
        let path = request.split(' ').nth(1)?;
        let (media_type, body) = if path.ends_with("/tags/list") {
            let tags: Vec<String> = (0..images).map(|image| format!("\"{image}\"")).collect();
            let body = format!(r#"{{"name":"team/app","tags":[{}]}}"#, tags.join(","));
            ("application/json", body)
        } else if let Some(tag) = path.strip_prefix("/v2/team/app/manifests/") {
            let kind = "application/vnd.oci.image.manifest.v1+json";
            let image = tag.parse().ok()?;
            let digest = digest(config(image).as_bytes());
            let body = manifest(image, &digest);
            // The config is requested after the manifest.
            configs.lock().unwrap().insert(digest, image);
            (kind, body)
        } else {
            let digest = path.strip_prefix("/v2/team/app/blobs/")?;
            let image = *configs.lock().unwrap().get(digest)?;
            ("application/octet-stream", config(image))
        };
        let length = body.len();
        write!(
            out,
            "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .ok()?;
    }
}

/// Returns the numbers of an image's layers, bottom first.
fn layers(image: usize) -> impl Iterator<Item = usize> {
    let base = image / ON_BASE;
    let own = OWN_LAYERS - usize::from(image % ON_BASE < FEWER);
    // Numbers of bases are odd, others even.
    let of_base = (0..BASE_LAYERS).map(move |layer| (base * BASE_LAYERS + layer) * 2 + 1);
    of_base.chain((0..own).map(move |layer| (image * OWN_LAYERS + layer) * 2))
}

fn digest(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

fn manifest(image: usize, config: &str) -> String {
    let layer = |number: usize| {
        let digest = digest(&number.to_le_bytes());
        let size = 1000 + number * 7919 % 50_000_000;
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{digest}","size":{size}}}"#
        )
    };
    let layers: Vec<String> = layers(image).map(layer).collect();
    let layers = layers.join(",");
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{config}","size":1}},"layers":[{layers}]}}"#
    )
}

fn config(image: usize) -> String {
    let (mut diff_ids, mut history) = (Vec::new(), Vec::new());
    for number in layers(image) {
        let diff_id = digest(&(!number).to_le_bytes());
        diff_ids.push(format!(r#""{diff_id}""#));
        history.push(format!(
            r#"{{"created":"2026-11-29T08:00:00Z","created_by":"RUN /bin/sh -c apt-get install package-{number} # buildkit","comment":"buildkit.dockerfile.v0"}}"#
        ));
    }
    let (diff_ids, history) = (diff_ids.join(","), history.join(","));
    format!(
        r#"{{"architecture":"amd64","os":"linux","created":"2026-11-29T08:00:00Z","config":{{"Env":["PATH=/usr/bin","NUMBER={image}"],"Cmd":["/app"],"Labels":{{"org.opencontainers.image.base.name":"docker.io/library/debian:12"}}}},"history":[{history}],"rootfs":{{"type":"layers","diff_ids":[{diff_ids}]}}}}"#
    )
}
