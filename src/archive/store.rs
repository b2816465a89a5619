//! What an archive holds, by name: the places of a tar's files, a folder's files, or what was kept while a stream went by. Follows the links old
//! `docker save` wrote for repeated layers. No manifests here.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::blob::Blob;
use super::cancel::Cancel;
use super::clean;
use super::compression::HEAD;
use super::documents::{self, Documents};
use super::error::Error;
use super::fault::outer_fault;
use super::scan::Scan;
use crate::archive::byte_source::SeekSource;
use crate::image::Listing;

/// How many links may follow each other.
const MOST_LINKS: usize = 16;

/// Files by name.
pub(super) enum Store {
    /// Places in a tar that can be read anywhere.
    Tar {
        blob: Blob,
        files: HashMap<String, (u64, u64)>,
        links: Links,
        /// Where it ends, if the zeros that mark its end are missing.
        unmarked: Option<u64>,
    },
    /// Files below a folder.
    Folder(PathBuf),
    /// What a stream held: its JSON documents, and its layers already listed.
    Passed(Passed),
}

/// What was kept of a stream.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) documents: Documents,
    pub(super) layers: HashMap<String, PassedLayer>,
    /// The first bytes of what is neither.
    pub(super) others: HashMap<String, Vec<u8>>,
    pub(super) links: Links,
    /// Where it ended, if the zeros that mark the end of a tar did not come.
    pub(super) unmarked: Option<u64>,
}

impl Passed {
    /// Returns what counts as the layer of a name, and the name it has in the stream.
    pub(super) fn find<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a PassedLayer)> {
        let name = self.links.follow(name);
        Some((name, self.layers.get(name)?))
    }

    /// Returns the first bytes of something that is no layer.
    pub(super) fn head(&self, name: &str) -> Option<&[u8]> {
        let text = || self.documents.get(name).ok().flatten();
        let found = self.others.get(name).map(Vec::as_slice).or_else(text);
        found.map(|bytes| &bytes[..bytes.len().min(HEAD)])
    }
}

/// A layer that went by: listed, or why not. Most often the latter is no layer at all, and nobody asks.
pub(super) struct PassedLayer {
    pub(super) listing: Result<Arc<Listing>, Error>,
    pub(super) stored: u64,
    /// Where it begins in the stream.
    pub(super) start: u64,
    /// How many of the same name went by before: the last one counts.
    pub(super) before: usize,
}

/// Links of an archive, from name to name.
#[derive(Default)]
pub(super) struct Links(HashMap<String, String>);

impl Links {
    /// Adds a symbolic link, whose target counts from its own folder, or a hard link, whose target counts from the root.
    pub(super) fn add(&mut self, name: &str, target: &[u8], symbolic: bool) {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let whole = if symbolic && !target.starts_with(b"/") {
            [folder.as_bytes(), b"/", target].concat()
        } else {
            target.to_vec()
        };
        self.0.insert(name.to_owned(), clean::name(&whole));
    }

    /// Returns the name at the end of the links that start at `name`.
    pub(super) fn follow<'a>(&'a self, name: &'a str) -> &'a str {
        let mut at = name;
        for _ in 0..MOST_LINKS {
            match self.0.get(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }
}

impl Store {
    /// Indexes a tar by its headers alone.
    pub(super) fn index(blob: Blob, cancel: &Cancel) -> Result<Self, Error> {
        let mut files = HashMap::new();
        let mut links = Links::default();
        let mut scan = Scan::new(SeekSource::new(blob.clone()));
        while scan.next().map_err(|fault| outer_fault(fault, &scan))? {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let header = scan.header();
            let name = clean::name(&header.path);
            match header.type_flag {
                b'1' | b'2' => links.add(&name, &header.link, header.type_flag == b'2'),
                b'5' => {}
                _ => {
                    files.insert(name, (scan.position(), header.stored));
                }
            }
        }
        let unmarked = scan.unmarked();
        let unmarked = unmarked.map_err(|fault| outer_fault(fault, &scan))?;
        Ok(Self::Tar {
            blob,
            files,
            links,
            unmarked,
        })
    }

    /// Returns where a tar ends that was perhaps cut between two files: the zeros that mark its end are missing.
    pub(super) fn unmarked(&self) -> Option<u64> {
        match self {
            Self::Tar { unmarked, .. } => *unmarked,
            Self::Passed(passed) => passed.unmarked,
            Self::Folder(_) => None,
        }
    }

    /// Returns the blob of a name, to be read at any place.
    pub(super) fn blob(&self, name: &str) -> Result<Option<Blob>, Error> {
        match self {
            Self::Tar {
                blob, files, links, ..
            } => Ok(files
                .get(links.follow(name))
                .map(|&(start, len)| blob.part(start, len))),
            Self::Folder(folder) => {
                let path = folder.join(clean::name(name.as_bytes()));
                let open = || match fs::metadata(&path) {
                    Ok(about) if about.is_file() => Blob::whole(File::open(&path)?).map(Some),
                    Ok(_) => Ok(None),
                    Err(error) if is_absent(&error) => Ok(None),
                    Err(error) => Err(error),
                };
                open().map_err(|source| Error::File { path, source })
            }
            Self::Passed(_) => Ok(None),
        }
    }

    /// Returns whether there is a file of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Passed(passed) => {
                let name = passed.links.follow(name);
                passed.documents.has(name)
                    || passed.others.contains_key(name)
                    || passed.layers.contains_key(name)
            }
            _ => self.blob(name).is_ok_and(|blob| blob.is_some()),
        }
    }

    /// Returns a small file's bytes.
    pub(super) fn text(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        if let Self::Passed(passed) = self {
            let name = passed.links.follow(name);
            // What is no JSON is refused at its first bytes; they are enough to say so.
            let found = passed.documents.get(name)?.map(<[u8]>::to_vec);
            return Ok(found.or_else(|| passed.others.get(name).cloned()));
        }
        let Some(blob) = self.blob(name)? else {
            return Ok(None);
        };
        if blob.len() > documents::LARGEST {
            return Err(Error::OverLimit {
                what: name.to_owned(),
                limit: documents::LARGEST,
            });
        }
        let mut text = Vec::new();
        blob.reader(0)
            .read_to_end(&mut text)
            .map_err(|source| Error::Io {
                what: name.to_owned(),
                source,
            })?;
        Ok(Some(text))
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
