//! Writes the archive that `dive-rs --demo` opens from real images: every path, size, owner, mode, link and layer is kept, and each file's content is
//! replaced by one line of text and a hole. Equal contents stay equal, different ones different. Contents that the content analysis reads are kept, so
//! that the demo shows the findings of the real image, and so are small text files.
//!
//! `cargo run --release --example skeleton -- OUT.tar.zst IMAGE.tar…`, with images written by `docker save`. `build.sh` runs it.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use dive_rs::analysis::needed_files::{NeededFile, needed_files};
use dive_rs::load::{Cancel, Request, load};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, EntryType, GnuExtSparseHeader, Header};
use xxhash_rust::xxh3::xxh3_64;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Pieces at most this far apart are merged, in bytes.
const NEAR: usize = 512;
/// Number of pieces that fit in a GNU sparse header, and in an extension header.
const PIECES: [usize; 2] = [4, 21];

/// A piece of a file and its offset.
type Piece = (u64, Vec<u8>);

/// Facts about all images, collected before the first layer is written.
#[derive(Default)]
struct Known {
    /// Kept pieces by content hash; equal contents keep the same pieces.
    kept: HashMap<u64, Vec<Piece>>,
    /// Contents by size, in order of appearance; the position makes each unique.
    seen: HashMap<usize, Vec<u64>>,
}

/// A reduced layer: its tar, and facts about the real one.
struct Skeleton {
    tar: Vec<u8>,
    /// Digest and size of the real layer compressed with gzip.
    packed: (String, u64),
}

fn main() -> Fallible<()> {
    let mut args = std::env::args_os().skip(1);
    let out = args
        .next()
        .ok_or("usage: skeleton OUT.tar.zst IMAGE.tar…")?;
    let images: Vec<OsString> = args.collect();
    let mut known = Known::default();
    for image in &images {
        known.learn(Path::new(image))?;
    }
    let mut archive = Builder::new(Vec::new());
    let mut skeletons = HashMap::new();
    let mut manifest = Vec::new();
    for image in &images {
        let images = small(Path::new(image), &mut known, &mut archive, &mut skeletons)?;
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

/// An image of an archive: its entry in the manifest, its config, and each layer's diff_id and path.
struct Found {
    line: Value,
    config: Value,
    layers: Vec<(String, (u64, u64))>,
}

/// Returns the images of an archive.
fn images(file: &mut File) -> Fallible<Vec<Found>> {
    let places = places(file)?;
    let place = |name: &Value| -> Fallible<(u64, u64)> {
        let name = name.as_str().ok_or("a name is no text")?;
        Ok(*places.get(name).ok_or_else(|| format!("no {name}"))?)
    };
    let mut parsed = |name: &Value| -> Fallible<Value> {
        let (start, len) = place(name)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(serde_json::from_reader(BufReader::new(file.take(len)))?)
    };
    let mut found = Vec::new();
    let lines = parsed(&json!("manifest.json"))?;
    for line in lines.as_array().ok_or("no list of images")? {
        let config = parsed(&line["Config"])?;
        let ids = config["rootfs"]["diff_ids"].as_array();
        let names = line["Layers"].as_array().ok_or("no Layers")?;
        let mut layers = Vec::new();
        for (id, name) in ids.ok_or("no diff_ids")?.iter().zip(names) {
            let id = id.as_str().ok_or("a diff_id is no text")?;
            layers.push((id.to_owned(), place(name)?));
        }
        found.push(Found {
            line: line.clone(),
            config,
            layers,
        });
    }
    Ok(found)
}

/// Appends the configs and layers of an archive's images; returns their manifest entries.
fn small(
    path: &Path,
    known: &mut Known,
    archive: &mut Builder<Vec<u8>>,
    skeletons: &mut HashMap<String, (String, Skeleton)>,
) -> Fallible<Vec<Value>> {
    let mut file = File::open(path)?;
    let mut lines = Vec::new();
    for mut image in images(&mut file)? {
        let (mut layers, mut sources) = (Vec::new(), BTreeMap::new());
        let mut diff_ids = Vec::new();
        for (real, place) in image.layers {
            if !skeletons.contains_key(&real) {
                let skeleton = skeleton(plain(&mut file, place)?, known)?;
                let diff_id = digest(&skeleton.tar);
                append(archive, &format!("{}.tar", &diff_id[7..]), &skeleton.tar)?;
                writeln!(io::stderr(), "{real}: as gzip {}", skeleton.packed.1)?;
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
        image.config["rootfs"]["diff_ids"] = json!(diff_ids);
        let config = serde_json::to_vec(&image.config)?;
        let name = format!("{}.json", &digest(&config)[7..]);
        append(archive, &name, &config)?;
        let tags = &image.line["RepoTags"];
        lines.push(json!({
            "Config": name, "RepoTags": tags, "Layers": layers, "LayerSources": sources,
        }));
    }
    Ok(lines)
}

/// Returns a layer's tar, decompressed if necessary.
fn plain(file: &mut File, (start, len): (u64, u64)) -> Fallible<Box<dyn Read + '_>> {
    file.seek(SeekFrom::Start(start))?;
    let mut layer = BufReader::with_capacity(1 << 20, file.take(len));
    let is_gzip = layer.fill_buf()?.starts_with(b"\x1f\x8b");
    Ok(if is_gzip {
        Box::new(MultiGzDecoder::new(layer))
    } else {
        Box::new(layer)
    })
}

/// Returns the offset of each file in a tar; a link has the offset of its target.
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

/// Reads a layer's tar and writes the reduced one.
fn skeleton(layer: impl Read, known: &mut Known) -> Fallible<Skeleton> {
    let mut tar = Builder::new(Vec::new());
    let gzip = GzEncoder::new(Hashed::default(), Compression::default());
    let mut archive = Archive::new(Tee(layer, gzip));
    for entry in archive.entries()? {
        copy(entry?, known, &mut tar)?;
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

fn copy(
    mut entry: tar::Entry<impl Read>,
    known: &mut Known,
    tar: &mut Builder<Vec<u8>>,
) -> Fallible<()> {
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
    let pieces = known.pieces(&content);
    let kept: u64 = pieces.iter().map(|piece| piece.1.len() as u64).sum();
    header.set_size(kept);
    let mut bytes = Vec::new();
    if kept != size {
        header.set_entry_type(EntryType::GNUSparse);
        bytes = map(&mut header, size, &pieces)?;
    }
    bytes.extend(pieces.iter().flat_map(|piece| &piece.1));
    tar.append_data(&mut header, path, bytes.as_slice())?;
    Ok(())
}

/// Writes the positions of a file's pieces into its header; returns the extension headers.
fn map(header: &mut Header, size: u64, pieces: &[Piece]) -> Fallible<Vec<u8>> {
    // A sparse map ends with an empty piece at the end of the file.
    let ends = pieces.iter().map(|piece| (piece.0, piece.1.len() as u64));
    let places: Vec<(u64, u64)> = ends.chain([(size, 0)]).collect();
    let (first, rest) = places.split_at(places.len().min(PIECES[0]));
    let gnu = header.as_gnu_mut().ok_or("a GNU header")?;
    gnu.set_real_size(size);
    for (place, (offset, len)) in gnu.sparse.iter_mut().zip(first) {
        place.set_offset(*offset);
        place.set_length(*len);
    }
    gnu.set_is_extended(!rest.is_empty());
    let mut more = Vec::new();
    let mut chunks = rest.chunks(PIECES[1]).peekable();
    while let Some(chunk) = chunks.next() {
        let mut on = GnuExtSparseHeader::new();
        for (place, (offset, len)) in on.sparse.iter_mut().zip(chunk) {
            place.set_offset(*offset);
            place.set_length(*len);
        }
        on.set_is_extended(chunks.peek().is_some());
        more.extend(on.as_bytes());
    }
    Ok(more)
}

impl Known {
    /// Collects what to keep of an archive's images.
    fn learn(&mut self, path: &Path) -> Fallible<()> {
        let request = Request {
            reference: path.to_str().ok_or("a path that is no text")?.to_owned(),
            ..Request::default()
        };
        let image = load(&request, &Cancel::default(), |_| {})?.image;
        let mut files: HashMap<(String, Vec<u8>), NeededFile> = HashMap::new();
        for wanted in needed_files(&image) {
            let layer = image.layer(wanted.layer).heading.diff_id.clone();
            let path = image.tree.path(wanted.node)[1..].to_vec();
            files.insert((layer.ok_or("a layer without diff_id")?, path), wanted);
        }
        let mut file = File::open(path)?;
        for image in images(&mut file)? {
            for (layer, place) in image.layers {
                for entry in Archive::new(plain(&mut file, place)?).entries()? {
                    let mut entry = entry?;
                    let path = entry.path_bytes().into_owned();
                    let path = path.strip_prefix(b"./").unwrap_or(&path).to_vec();
                    let shown =
                        is_shown(&path, entry.size()) && entry.header().entry_type().is_file();
                    let wanted = files.get(&(layer.clone(), path));
                    if wanted.is_none() && !shown {
                        continue;
                    }
                    let mut content = Vec::new();
                    entry.read_to_end(&mut content)?;
                    let mut file = Recorded::new(&content);
                    let taken = wanted.is_some_and(|wanted| wanted.extract(&mut file).is_some());
                    let ranges = match (shown, taken) {
                        (true, _) => vec![(0, content.len())],
                        (_, true) => file.read,
                        (_, false) => continue,
                    };
                    self.kept
                        .insert(xxh3_64(&content), pieces(&content, ranges));
                }
            }
        }
        Ok(())
    }

    /// Returns the kept pieces of a content with their offsets, and a line that marks the rest as removed.
    fn pieces(&mut self, content: &[u8]) -> Vec<Piece> {
        let hash = xxh3_64(content);
        let seen = self.seen.entry(content.len()).or_default();
        let at = seen.iter().position(|other| *other == hash);
        let at = at.unwrap_or_else(|| {
            seen.push(hash);
            seen.len() - 1
        });
        let line = match at {
            0 => "left out of the demo\n".to_owned(),
            at => format!("left out of the demo {at}\n"),
        };
        let mut pieces = self.kept.get(&hash).cloned().unwrap_or_default();
        if content.len() <= line.len() {
            return vec![(0, content.to_vec())];
        }
        // The line goes into the first hole that is large enough.
        let mut end = 0;
        let starts = pieces
            .iter()
            .map(|piece| (piece.0, piece.0 + piece.1.len() as u64));
        let ends = starts.chain([(content.len() as u64, 0)]).enumerate();
        for (at, (start, next)) in ends {
            if start - end >= line.len() as u64 {
                pieces.insert(at, (end, line.into_bytes()));
                break;
            }
            end = next;
        }
        pieces
    }
}

/// Returns the pieces of a content within the ranges, in order; neighbouring pieces are merged.
fn pieces(content: &[u8], mut ranges: Vec<(usize, usize)>) -> Vec<Piece> {
    ranges.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (start, end) in ranges {
        match joined.last_mut() {
            Some((_, last)) if start <= *last + NEAR => *last = end.max(*last),
            _ => joined.push((start, end)),
        }
    }
    let piece = |(start, end): (usize, usize)| (start as u64, content[start..end].to_vec());
    joined.into_iter().map(piece).collect()
}

/// Returns whether a file is a small text file.
fn is_shown(path: &[u8], size: u64) -> bool {
    let path = String::from_utf8_lossy(path);
    let system = [
        "etc/os-release",
        "usr/lib/os-release",
        "etc/passwd",
        "etc/group",
    ];
    let own = ["go/src/app/", "usr/src/app/"]
        .iter()
        .any(|folder| path.starts_with(folder));
    size < 4 << 10 && (system.contains(&&*path) || own && !path.contains("/node_modules/"))
}

/// A content, and the ranges that were read.
struct Recorded<'a> {
    content: Cursor<&'a [u8]>,
    read: Vec<(usize, usize)>,
}

impl<'a> Recorded<'a> {
    fn new(content: &'a [u8]) -> Self {
        Self {
            content: Cursor::new(content),
            read: Vec::new(),
        }
    }
}

impl Read for Recorded<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(self.content.position()).map_err(io::Error::other)?;
        let count = self.content.read(into)?;
        self.read.push((start, start + count));
        Ok(count)
    }
}

impl Seek for Recorded<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.content.seek(to)
    }
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

/// Reads, and copies what was read to a writer.
struct Tee<R, W>(R, W);

impl<R: Read, W: Write> Read for Tee<R, W> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(into)?;
        self.1.write_all(&into[..count])?;
        Ok(count)
    }
}

/// Digests and counts the bytes written to it.
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
