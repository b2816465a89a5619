//! Synthetic images of any size as `docker save` archives, written entry by entry. For benches only: a container cannot run them.

#![expect(unreachable_pub, reason = "every bench is a program of its own")]

use std::io::{self, Write};

/// What one layer does to the numbered files.
#[derive(Clone, Copy)]
pub enum Step {
    /// Adds `count` files, starting with number `from`.
    Add { from: u32, count: u32 },
    /// Overwrites `count` files: every `stride`th, starting with number `from`.
    Change { from: u32, count: u32, stride: u32 },
    /// Deletes `count` files: every `stride`th, starting with number `from`.
    Remove { from: u32, count: u32, stride: u32 },
}

/// Returns an image with `files` files in `layers` layers.
pub fn spread(files: u32, layers: u32) -> Vec<Step> {
    let count = files / layers;
    (0..layers)
        .map(|layer| Step::Add {
            from: layer * count,
            count,
        })
        .collect()
}

/// Returns an image with `files` files, and then `layers` layers that each change `count` of them.
pub fn changed(files: u32, layers: u32, count: u32) -> Vec<Step> {
    let stride = files / count;
    let change = |layer| Step::Change {
        from: layer % stride,
        count,
        stride,
    };
    [Step::Add {
        from: 0,
        count: files,
    }]
    .into_iter()
    .chain((0..layers).map(change))
    .collect()
}

/// Returns an image with `files` files, and then a layer that deletes `count` of them.
pub fn removed(files: u32, count: u32) -> Vec<Step> {
    vec![
        Step::Add {
            from: 0,
            count: files,
        },
        Step::Remove {
            from: 0,
            count,
            stride: files / count,
        },
    ]
}

const IN_A_FOLDER: u32 = 100;
const BYTES: usize = 100;

impl Step {
    fn files(self) -> impl Iterator<Item = u32> {
        let (from, count, stride) = match self {
            Self::Add { from, count } => (from, count, 1),
            Self::Change {
                from,
                count,
                stride,
            }
            | Self::Remove {
                from,
                count,
                stride,
            } => (from, count, stride),
        };
        (0..count).map(move |at| from + at * stride)
    }

    /// Returns the layer's tar.
    fn len(self) -> u64 {
        let mut folder = u32::MAX;
        let content = if matches!(self, Self::Remove { .. }) {
            0
        } else {
            512
        };
        let records = self.files().map(|file| {
            let new = std::mem::replace(&mut folder, file / IN_A_FOLDER) != folder;
            512 + content + if new { 512 } else { 0 }
        });
        records.sum::<u64>() + 1024
    }

    fn write(self, layer: usize, out: &mut impl Write) -> io::Result<()> {
        let mut folder = u32::MAX;
        for file in self.files() {
            if std::mem::replace(&mut folder, file / IN_A_FOLDER) != folder {
                record(out, &format!("usr/lib/d{folder:05}/"), b'5', 0)?;
            }
            if matches!(self, Self::Remove { .. }) {
                let name = format!("usr/lib/d{folder:05}/.wh.file-{file:07}.so");
                record(out, &name, b'0', 0)?;
                continue;
            }
            let name = format!("usr/lib/d{folder:05}/file-{file:07}.so");
            record(out, &name, b'0', BYTES as u64)?;
            let mut content = [b'.'; 512];
            content[BYTES..].fill(0);
            let text = format!("file {file} of layer {layer}");
            content[..text.len()].copy_from_slice(text.as_bytes());
            out.write_all(&content)?;
        }
        out.write_all(&[0; 1024])
    }
}

/// Writes an image's archive.
pub fn write(steps: &[Step], out: &mut impl Write) -> io::Result<()> {
    let names: Vec<String> = (0..steps.len())
        .map(|layer| format!("{layer:064x}/layer.tar"))
        .collect();
    for (layer, (step, name)) in steps.iter().zip(&names).enumerate() {
        record(out, name, b'0', step.len())?;
        step.write(layer, out)?;
    }
    let quoted = |texts: Vec<String>| texts.join(",");
    let config = format!(
        r#"{{"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z","config":{{}},"history":[{}],"rootfs":{{"type":"layers","diff_ids":[{}]}}}}"#,
        quoted(
            (0..steps.len())
                .map(|layer| format!(
                    r#"{{"created":"2026-01-01T00:00:00Z","created_by":"RUN step {layer}"}}"#
                ))
                .collect()
        ),
        quoted(
            (0..steps.len())
                .map(|layer| format!(r#""sha256:{layer:064x}""#))
                .collect()
        ),
    );
    let manifest = format!(
        r#"[{{"Config":"config.json","RepoTags":["synth:latest"],"Layers":[{}]}}]"#,
        quoted(names.iter().map(|name| format!("{name:?}")).collect()),
    );
    for (name, text) in [("config.json", config), ("manifest.json", manifest)] {
        record(out, name, b'0', text.len() as u64)?;
        out.write_all(text.as_bytes())?;
        out.write_all(&vec![0; text.len().next_multiple_of(512) - text.len()])?;
    }
    out.write_all(&[0; 1024])?;
    out.flush()
}

fn record(out: &mut impl Write, name: &str, kind: u8, size: u64) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_mode(if kind == b'5' { 0o755 } else { 0o644 });
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(1_767_225_600);
    header.set_size(size);
    header.set_cksum();
    out.write_all(header.as_bytes())
}
