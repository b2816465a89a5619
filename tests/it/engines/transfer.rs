//! Estimated pull and push times, compared with a real engine that pushes to and pulls from a real registry through a link of known speed. If the machine was
//! too busy for that speed, the measured speed counts and is printed; when it was too busy to unpack during the measurement, the measurement is repeated.

use std::io::Write as _;
use std::time::{Instant, SystemTime};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::address;
use super::http::Socket;
use super::image::tar;
use super::throttle::{Passed, Throttle};
use crate::command::Shell;
use crate::fixture_tar::pack;
use crate::registry::server::Registry;
use crate::source::hex;
use dive_rs::image::Compression;

/// Slow enough that other work is negligible.
const BITS: f64 = 25e6;
/// The largest error of an estimate.
const OFF: f64 = 0.25;
/// The number of attempts: one quiet moment is enough.
const TRIES: usize = 4;

#[test]
fn docker_takes_the_estimated_time() {
    // It stores layers uncompressed and compresses them while sending.
    holds("DIVE_RS_TEST_DOCKER", Compression::None);
}

#[test]
fn docker_with_containerd_takes_the_estimated_time() {
    // It stores and sends layers as they were received.
    holds("DIVE_RS_TEST_CONTAINERD", Compression::Gzip);
}

fn holds(variable: &str, compression: Compression) {
    let Some(address) = address(variable) else {
        return;
    };
    let socket = Socket::at(&address);
    let Some(registry) = Registry::start() else {
        return;
    };
    let far: Vec<String> = (0..TRIES)
        .map_while(|_| tried(&socket, &address, &registry, compression).err())
        .collect();
    assert!(far.len() < TRIES, "{}", far.join("\n"));
}

/// Pushes and pulls an image that no registry has.
fn tried(
    socket: &Socket,
    address: &str,
    registry: &Registry,
    compression: Compression,
) -> Result<(), String> {
    let link = Throttle::to(&registry.host(), BITS);
    let name = format!("{}/dive-rs/transfer:1", link.host());
    socket.load(&archive(&name, compression));
    let shell = Shell::new().env("DOCKER_HOST", address);
    let ended = shell.run(&format!("--json - --link 25Mbit/s docker://{name}"));
    let document: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"));
    let printed = &document["transfer"];
    let seconds = |key: &str| printed["links"][0][key].as_f64().unwrap();

    assert_eq!(printed["estimated"], compression == Compression::None);

    let (push, up) = took(|| socket.push(&name, "e30="), || link.up());
    socket.remove(&name);
    link.down();
    let (pull, down) = took(|| socket.pull(&name), || link.down());
    socket.remove(&name);

    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    let stored = printed["compressedBytes"].as_f64().unwrap() / down.bytes as f64;
    assert!(
        (0.9..1.1).contains(&stored),
        "stored bytes are off: {printed} {down:?}"
    );
    near("push", seconds("pushSeconds"), push, up)?;
    near("pull", seconds("pullSeconds"), pull, down)
}

/// Compares an estimate with a measurement over a link of [`BITS`]; prints it when it is far off.
fn near(what: &str, printed: f64, measured: f64, passed: Passed) -> Result<(), String> {
    let mut printed = printed;
    if passed.rate < BITS * 0.9 {
        // Most of the time is transfer, so it scales with the link's speed.
        printed *= BITS / passed.rate;
        let mbit = passed.rate / 1e6;
        let _ = writeln!(
            std::io::stderr(),
            "{what}: the link kept {mbit:.1} Mbit/s of 25"
        );
    }
    let off = (printed - measured).abs() / measured;
    let observed = format!("{what}: said {printed:.2} s, took {measured:.2} s, {passed:?}");
    let _ = writeln!(std::io::stderr(), "{observed}");
    (off <= OFF).then_some(()).ok_or(observed)
}

fn took(act: impl FnOnce(), passed: impl FnOnce() -> Passed) -> (f64, Passed) {
    let begun = Instant::now();
    act();
    (begun.elapsed().as_secs_f64(), passed())
}

/// A new image: four layers, some compressible and some not, about 16 MB compressed.
fn archive(name: &str, compression: Compression) -> Vec<u8> {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let mut state = u64::try_from(now & u128::from(u64::MAX)).unwrap() | 1;
    let mut noise = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut random = |len: usize| -> Vec<u8> { (0..len / 8).flat_map(|_| noise()).collect() };
    let words: Vec<Vec<u8>> = (0..512).map(|_| random(16)).collect();
    let mut picks = random(1 << 20).into_iter();
    let text: Vec<u8> = std::iter::from_fn(|| {
        let pick = usize::from(picks.next()?) | usize::from(picks.next()? & 1) << 8;
        Some(words[pick].clone())
    })
    .flatten()
    .collect();
    let layers = [
        tar(&[("base", &random(6 << 20))]),
        tar(&[("text", &text)]),
        tar(&[("app", &random(5 << 20))]),
        tar(&[("more", &random(3 << 20))]),
    ];
    let digest = |bytes: &[u8]| format!("sha256:{}", hex(&Sha256::digest(bytes)));
    let diff_ids: Vec<String> = layers.iter().map(|layer| digest(layer)).collect();
    let layers = layers.map(|layer| pack(&layer, compression));
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": layers.iter().map(|_| json!({"created_by": "COPY"})).collect::<Vec<_>>(),
    })
    .to_string();
    let config_name = format!("{}.json", digest(config.as_bytes()).replace("sha256:", ""));
    let names: Vec<String> = (0..layers.len())
        .map(|at| format!("{at}/layer.tar"))
        .collect();
    let manifest =
        json!([{"Config": config_name, "RepoTags": [name], "Layers": names}]).to_string();
    let mut files = vec![(config_name.as_str(), config.as_bytes())];
    files.extend(
        names
            .iter()
            .map(String::as_str)
            .zip(layers.iter().map(Vec::as_slice)),
    );
    files.push(("manifest.json", manifest.as_bytes()));
    tar(&files)
}
