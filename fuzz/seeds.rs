//! Writes the seeds of every target to `corpus`: small inputs that reach each reader.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use dive_rs_fuzz::{file, image, member};

/// A layer with each type of member, a whiteout and a pax header.
fn layer() -> Vec<u8> {
    let mut tar = Vec::new();
    member(&mut tar, "etc/", b'5', "", b"");
    file(&mut tar, "etc/motd", b"hello\n");
    member(&mut tar, "etc/again", b'1', "etc/motd", b"");
    member(&mut tar, "link", b'2', "etc/motd", b"");
    member(&mut tar, "null", b'3', "", b"");
    member(
        &mut tar,
        "pax",
        b'x',
        "",
        b"18 path=long/name\n25 SCHILY.xattr.user.a=b\n",
    );
    file(&mut tar, "cut", b"content");
    member(&mut tar, "././@LongLink", b'L', "", &[b'n'; 200]);
    file(&mut tar, "cut", b"content");
    let sparse = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n";
    member(&mut tar, "pax", b'x', "", sparse);
    file(&mut tar, "sparse", b"1\n0\n1\n");
    file(&mut tar, "etc/.wh.motd", b"");
    file(&mut tar, "etc/.wh..wh..opq", b"");
    tar.resize(tar.len() + 1024, 0);
    tar
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes)?;
    packed.finish()
}

fn main() -> io::Result<()> {
    let (layer, corpus) = (
        layer(),
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"),
    );
    let packed = gzip(&layer)?;
    let zstd = zstd::encode_all(&layer[..], 3)?;
    let whole = image(&layer);
    let first = |byte: u8| [&[byte][..], &layer[..]].concat();
    let seeds: [(&str, &str, Vec<u8>); 10] = [
        ("archive", "plain", whole.clone()),
        ("archive", "gzip-layer", image(&packed)),
        ("archive", "zstd-layer", image(&zstd)),
        ("archive", "gzip-around", gzip(&whole)?),
        ("archive", "zstd-around", zstd::encode_all(&whole[..], 3)?),
        ("layer", "plain", first(0)),
        ("layer", "gzip", first(1)),
        ("layer", "zstd", first(2)),
        ("gunzip", "one-member", packed[3..].to_vec()),
        (
            "gunzip",
            "two-members",
            [&packed[3..], &packed[..]].concat(),
        ),
    ];
    for (target, name, bytes) in seeds {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
