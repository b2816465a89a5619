//! Turns real images into the archive that `dive-rs --demo` opens: every path, size, owner, mode, link and layer as it was, each file's content
//! but a line that stands for it, then a hole. Equal contents stay equal, different ones different. Small texts and the databases of packages are
//! kept whole. Run by `build.sh`; knows nothing of how dive-rs reads.
//!
//! `cargo run --release --example skeleton -- OUT.tar.zst IMAGE.tar…`, each image as `docker save` writes it.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use object::read::{Object, ObjectSection};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, EntryType, Header};
use xxhash_rust::xxh3::xxh3_64;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// How much of a program's head is kept, in bytes: its headers, the name of its interpreter and its notes.
const HEAD: u64 = 4 << 10;
/// Pieces no further apart than this are kept as one, in bytes.
const NEAR: u64 = 512;

/// A layer made small: its tar, and what is known of the real one.
struct Skeleton {
    tar: Vec<u8>,
    /// Digest and bytes of the real layer as a registry would keep it, gzip.
    packed: (String, u64),
}

fn main() -> Fallible<()> {
    let mut args = std::env::args_os().skip(1);
    let out = args
        .next()
        .ok_or("usage: skeleton OUT.tar.zst IMAGE.tar…")?;
    let mut archive = Builder::new(Vec::new());
    let mut skeletons = HashMap::new();
    let mut manifest = Vec::new();
    for image in args {
        let images = read_image(Path::new(&image), &mut archive, &mut skeletons)?;
        manifest.extend(images);
    }
    append(
        &mut archive,
        "manifest.json",
        &serde_json::to_vec(&manifest)?,
    )?;
    let bytes = archive.into_inner()?;
    let mut packer = zstd::Encoder::new(File::create(&out)?, 22)?;
    packer.long_distance_matching(true)?;
    packer.window_log(27)?;
    packer.write_all(&bytes)?;
    packer.finish()?;
    Ok(())
}

/// Appends the config and the layers of an archive's images; returns their lines of the manifest.
fn read_image(
    path: &Path,
    archive: &mut Builder<Vec<u8>>,
    skeletons: &mut HashMap<String, (String, Skeleton)>,
) -> Fallible<Vec<Value>> {
    let mut file = File::open(path)?;
    let places = places(&mut file)?;
    let text = |file: &mut File, name: &str| -> Fallible<Vec<u8>> {
        let &(start, len) = places.get(name).ok_or_else(|| format!("no {name}"))?;
        let mut bytes = vec![0; usize::try_from(len)?];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    };
    let images: Vec<Value> = serde_json::from_slice(&text(&mut file, "manifest.json")?)?;
    let mut lines = Vec::new();
    for image in images {
        let name = image["Config"].as_str().ok_or("no Config")?;
        let mut config: Value = serde_json::from_slice(&text(&mut file, name)?)?;
        let (mut layers, mut sources) = (Vec::new(), BTreeMap::new());
        let real = config["rootfs"]["diff_ids"].as_array().cloned();
        let real = real.ok_or("no diff_ids")?;
        let names = image["Layers"].as_array().ok_or("no Layers")?;
        let mut diff_ids = Vec::new();
        for (name, real) in names.iter().zip(&real) {
            let real = real.as_str().ok_or("a diff_id is no text")?.to_owned();
            if !skeletons.contains_key(&real) {
                let name = name.as_str().ok_or("a layer's name is no text")?;
                let &(start, len) = places.get(name).ok_or_else(|| format!("no {name}"))?;
                file.seek(SeekFrom::Start(start))?;
                let skeleton = skeleton((&mut file).take(len))?;
                let diff_id = digest(&skeleton.tar);
                append(archive, &format!("{}.tar", &diff_id[7..]), &skeleton.tar)?;
                writeln!(
                    io::stderr(),
                    "{name}: {len} bytes, as gzip {}",
                    skeleton.packed.1
                )?;
                skeletons.insert(real.clone(), (diff_id, skeleton));
            }
            let (diff_id, skeleton) = &skeletons[&real];
            let (packed, size) = &skeleton.packed;
            let media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
            sources.insert(
                diff_id.clone(),
                json!({"mediaType": media_type, "size": size, "digest": packed}),
            );
            layers.push(format!("{}.tar", &diff_id[7..]));
            diff_ids.push(diff_id.clone());
        }
        config["rootfs"]["diff_ids"] = json!(diff_ids);
        let config = serde_json::to_vec(&config)?;
        let name = format!("{}.json", &digest(&config)[7..]);
        append(archive, &name, &config)?;
        lines.push(json!({
            "Config": name, "RepoTags": image["RepoTags"], "Layers": layers, "LayerSources": sources,
        }));
    }
    Ok(lines)
}

/// Returns where each file of a tar lies; a link stands for what it points at.
fn places(file: &mut File) -> Fallible<HashMap<String, (u64, u64)>> {
    let (mut places, mut links) = (HashMap::new(), Vec::new());
    for entry in Archive::new(file).entries_with_seek()? {
        let entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        if let Some(target) = entry.link_name()? {
            let target = target
                .to_string_lossy()
                .trim_start_matches("../")
                .to_owned();
            links.push((name, target));
        } else {
            places.insert(name, (entry.raw_file_position(), entry.size()));
        }
    }
    for (name, target) in links {
        if let Some(&place) = places.get(&target) {
            places.insert(name, place);
        }
    }
    Ok(places)
}

/// Reads a layer's tar and writes the small one.
fn skeleton(layer: impl Read) -> Fallible<Skeleton> {
    let mut tar = Builder::new(Vec::new());
    let gzip = GzEncoder::new(Hashed::default(), Compression::default());
    let mut archive = Archive::new(Tee(layer, gzip));
    for entry in archive.entries()? {
        copy(entry?, &mut tar)?;
    }
    let mut tee = archive.into_inner();
    io::copy(&mut tee, &mut io::sink())?;
    let packed = tee.1.finish()?;
    let digest = format!("sha256:{}", hex(&packed.digest.finalize()));
    Ok(Skeleton {
        tar: tar.into_inner()?,
        packed: (digest, packed.bytes),
    })
}

fn copy(mut entry: tar::Entry<impl Read>, tar: &mut Builder<Vec<u8>>) -> Fallible<()> {
    let attributes: Vec<(String, Vec<u8>)> = match entry.pax_extensions()? {
        None => Vec::new(),
        Some(all) => all
            .filter_map(Result::ok)
            .filter_map(|one| Some((one.key().ok()?.to_owned(), one.value_bytes().to_vec())))
            .filter(|(key, _)| key.starts_with("SCHILY.xattr."))
            .collect(),
    };
    if !attributes.is_empty() {
        let all = attributes.iter();
        tar.append_pax_extensions(all.map(|(key, value)| (key.as_str(), value.as_slice())))?;
    }
    let from = entry.header();
    let mut header = Header::new_gnu();
    header.set_entry_type(from.entry_type());
    header.set_mode(from.mode()?);
    header.set_uid(from.uid()?);
    header.set_gid(from.gid()?);
    header.set_mtime(from.mtime()?);
    header.set_size(0);
    let path = entry.path_bytes().into_owned();
    let path = Path::new(std::str::from_utf8(&path)?);
    if let Some(target) = entry.link_name()? {
        tar.append_link(&mut header, path, &target)?;
        return Ok(());
    }
    let kind = from.entry_type();
    if kind.is_character_special() || kind.is_block_special() {
        header.set_device_major(from.device_major()?.unwrap_or_default())?;
        header.set_device_minor(from.device_minor()?.unwrap_or_default())?;
    }
    if !kind.is_file() {
        tar.append_data(&mut header, path, io::empty())?;
        return Ok(());
    }
    let size = entry.size();
    let mut content = Vec::new();
    entry.read_to_end(&mut content)?;
    let pieces = pieces(path, &content);
    let kept: u64 = pieces.iter().map(|piece| piece.1.len() as u64).sum();
    header.set_size(kept);
    let bytes: Vec<u8> = pieces.iter().flat_map(|piece| piece.1.clone()).collect();
    if kept != size {
        header.set_entry_type(EntryType::GNUSparse);
        let gnu = header.as_gnu_mut().ok_or("a GNU header")?;
        gnu.set_real_size(size);
        // A map ends with an empty piece at the end of the file.
        let end = (size, Vec::new());
        for (place, (offset, piece)) in gnu.sparse.iter_mut().zip(pieces.iter().chain([&end])) {
            place.set_offset(*offset);
            place.set_length(piece.len() as u64);
        }
    }
    tar.append_data(&mut header, path, bytes.as_slice())?;
    Ok(())
}

/// Returns what is kept of a content and where it stands: at most three pieces.
fn pieces(path: &Path, content: &[u8]) -> Vec<(u64, Vec<u8>)> {
    // Half the hash tells contents of the same size apart well enough, and every byte of it is one that cannot be packed.
    let hash = xxh3_64(content) >> 32;
    let line = format!("left out of the demo {hash:08x}\n");
    if content.len() <= line.len() || is_kept(path, content.len()) {
        return vec![(0, content.to_vec())];
    }
    program(path, content).unwrap_or_else(|| vec![(0, line.into_bytes())])
}

/// Returns what tells how one of the application's own programs was built and linked: its head, the names and the table of its sections, and Go's
/// account of it. Those differ from program to program; nothing when it is none.
fn program(path: &Path, content: &[u8]) -> Option<Vec<(u64, Vec<u8>)>> {
    let system = ["usr", "bin", "sbin", "lib", "lib64"];
    if system.iter().any(|folder| path.starts_with(folder)) || !content.starts_with(b"\x7fELF") {
        return None;
    }
    let file = object::File::parse(content).ok()?;
    let range = |name: &str| file.section_by_name(name)?.file_range();
    let number = |at: usize, len: usize| {
        let bytes = content.get(at..at + len)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    };
    // ELF-64: where the table of the sections is, how large a line of it is, and how many there are.
    let table = (number(0x28, 8)?, number(0x3a, 2)? * number(0x3c, 2)?);
    let mut ranges = vec![(0, HEAD), table];
    ranges.extend(
        [range(".shstrtab"), range(".go.buildinfo")]
            .into_iter()
            .flatten(),
    );
    ranges.sort_unstable();
    let mut pieces: Vec<(u64, Vec<u8>)> = Vec::new();
    for (start, len) in ranges {
        let end = start + len;
        match pieces.last_mut() {
            Some((first, piece)) if start <= *first + piece.len() as u64 + NEAR => {
                let from = usize::try_from(*first).ok()?;
                let end = usize::try_from(end).ok()?.max(from + piece.len());
                *piece = content.get(from..end)?.to_vec();
            }
            _ => {
                let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
                pieces.push((start as u64, content.get(start..end)?.to_vec()));
            }
        }
    }
    // A GNU header has room for four pieces, of which the last one ends the file.
    (pieces.len() <= 3).then_some(pieces)
}

/// Returns whether a file is kept whole: what names packages, and small texts that a person may want to look at.
fn is_kept(path: &Path, len: usize) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let text = path.to_string_lossy();
    let text = text.trim_start_matches("./");
    let below = |folder: &str| text.starts_with(folder);
    let database = text == "var/lib/dpkg/status"
        || below("var/lib/dpkg/info/") && name.ends_with(".list")
        || below("lib/apk/db/")
        || text.contains("node_modules/") && name == "package.json" && len < 8 << 10;
    let looked_at = len < 4 << 10
        && (matches!(
            text,
            "etc/os-release" | "usr/lib/os-release" | "etc/passwd" | "etc/group"
        ) || below("go/src/app/")
            || below("usr/src/app/") && !text.contains("node_modules/"));
    database || looked_at
}

fn append(archive: &mut Builder<Vec<u8>>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, name, bytes)
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads, and gives what was read to a writer as well.
struct Tee<R, W>(R, W);

impl<R: Read, W: Write> Read for Tee<R, W> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(into)?;
        self.1.write_all(&into[..count])?;
        Ok(count)
    }
}

/// Digests and counts what is written to it.
#[derive(Default)]
struct Hashed {
    digest: Sha256,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, some: &[u8]) -> io::Result<usize> {
        self.digest.update(some);
        self.bytes += some.len() as u64;
        Ok(some.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
