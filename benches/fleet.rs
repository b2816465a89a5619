//! Times `dive-rs fleet` on a registry without layers: manifests and configs are those of four real images (`recorded/`, a Docker build copied by skopeo)
//! with the digests replaced, so that as many images as wanted share layers as a fleet does. Prints images, distinct layers, requests, seconds and peak memory
//! of each number of images, so that growth is seen.
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

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// How many images are on one base, and how many layers a base has.
const ON_BASE: usize = 100;
const BASE_LAYERS: usize = 8;
/// How many layers of its own an image has; on average 3.92, so that with the bases there are four layers per image.
const OWN_LAYERS: usize = 4;
const FEWER: usize = 8;

/// Manifest and config of each recorded image.
const RECORDED: [&str; 4] = [
    include_str!("recorded/node-app-default.json"),
    include_str!("recorded/node-app-slim.json"),
    include_str!("recorded/go-app-onbuild.json"),
    include_str!("recorded/go-app-multistage.json"),
];

/// What the connections share.
#[derive(Default)]
struct Registry {
    recorded: Vec<Value>,
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
        let registry = Arc::new(Registry {
            recorded: RECORDED
                .iter()
                .map(|text| serde_json::from_str(text).unwrap())
                .collect(),
            ..Registry::default()
        });
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
    let Registry {
        recorded,
        requests,
        configs,
    } = registry;
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
            let digest = digest(config(image, recorded).as_bytes());
            let body = manifest(image, &digest, recorded);
            // The config is requested after the manifest.
            configs.lock().unwrap().insert(digest, image);
            (kind, body)
        } else {
            let digest = path.strip_prefix("/v2/team/app/blobs/")?;
            let image = *configs.lock().unwrap().get(digest)?;
            ("application/octet-stream", config(image, recorded))
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

/// Returns the manifest of an image: a recorded one, with these digests and as many layers.
fn manifest(image: usize, config: &str, recorded: &[Value]) -> String {
    let mut manifest = recorded[image % recorded.len()]["manifest"].clone();
    manifest["config"]["digest"] = json!(config);
    let samples = manifest["layers"].as_array().unwrap().clone();
    let layer = |number: usize| {
        let mut layer = samples[number % samples.len()].clone();
        layer["digest"] = json!(digest(&number.to_le_bytes()));
        layer["size"] = json!(1000 + number * 7919 % 50_000_000);
        layer
    };
    manifest["layers"] = layers(image).map(layer).collect();
    manifest.to_string()
}

/// Returns the config of an image: a recorded one, with these layers.
fn config(image: usize, recorded: &[Value]) -> String {
    let mut config = recorded[image % recorded.len()]["config"].clone();
    let (empty, samples): (Vec<Value>, Vec<Value>) = config["history"]
        .as_array()
        .unwrap()
        .iter()
        .cloned()
        .partition(|step| step["empty_layer"] == true);
    let step = |number: usize| samples[number % samples.len()].clone();
    config["history"] = layers(image).map(step).chain(empty).collect();
    config["rootfs"]["diff_ids"] = layers(image)
        .map(|number| json!(digest(&(!number).to_le_bytes())))
        .collect();
    config["config"]["Labels"] = json!({ "number": image.to_string() });
    config.to_string()
}
