//! The files of an archive by name: in a seekable tar, in a folder, or what was kept of a stream. Follows the links that old versions of `docker save`
//! wrote for repeated layers. No manifests here.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::archive::cancel::Cancel;
use crate::archive::compression::detect::HEAD;
use crate::archive::diagnose::archive_error;
use crate::archive::digest::{Algorithm, digest_from_name, digest_of_all};
use crate::archive::documents;
use crate::archive::documents::Documents;
use crate::archive::error::Error;
use crate::archive::fetch::fetched::Fetched;
use crate::archive::fetch::interface::{DocumentKind, FETCHED_AT_ONCE, Fetch, FetchError};
use crate::archive::input::blob::Blob;
use crate::archive::input::byte_source::SeekSource;
use crate::archive::layer_cache::LayerCache;
use crate::archive::safe_names;
use crate::archive::tar::reader::TarReader;
use crate::image::{Account, Budget, Listing};

/// The longest target of a link that is followed, in bytes (Linux: `PATH_MAX`).
const LONGEST_TARGET: usize = 4095;
/// The most bytes that are hashed each time, in about a millisecond: documents and small layers.
const QUICK: u64 = 1 << 20;
/// Most links in a chain.
const MOST_LINKS: usize = 16;

/// The files of an archive.
pub(crate) enum Store {
    /// Of a seekable tar: offset and length by name.
    Tar {
        blob: Blob,
        files: HashMap<String, (u64, u64)>,
        links: Links,
        /// The offset of its end, if the zeros that mark it are missing.
        unmarked: Option<u64>,
        /// The memory of the names.
        _account: Account,
    },
    /// Files below a folder; the cache has the links out of it that were checked before.
    Folder(PathBuf, Option<Arc<dyn LayerCache>>),
    /// Documents and blobs that are fetched by digest.
    Fetched(Remote),
    /// Of a stream: its JSON documents, and its layers already listed.
    Stream(StreamContents),
}

/// What is fetched by digest, and the documents that were.
pub(crate) struct Remote {
    fetch: Arc<dyn Fetch>,
    cancel: Cancel,
    /// What each name led to, so that none is requested twice.
    documents: Mutex<HashMap<String, Result<Vec<u8>, FetchError>>>,
}

impl Remote {
    pub(crate) fn new(fetch: Arc<dyn Fetch>, cancel: &Cancel) -> Self {
        Self {
            fetch,
            cancel: cancel.clone(),
            documents: Mutex::default(),
        }
    }

    /// Returns a document by its name in an OCI layout. It is fetched once.
    fn document(&self, kind: DocumentKind, name: &str) -> Result<Option<Vec<u8>>, Error> {
        if name == "index.json" {
            return Ok(Some(self.fetch.index()));
        }
        let Some(digest) = digest_from_name(name) else {
            return Ok(None);
        };
        let known = self.documents().get(name).cloned();
        let fetched = known.unwrap_or_else(|| {
            let fetched = self.fetch.document(kind, &digest, &self.cancel);
            self.documents().insert(name.to_owned(), fetched.clone());
            fetched
        });
        fetched.map(Some).map_err(|error| self.error(error))
    }

    fn error(&self, error: FetchError) -> Error {
        if self.cancel.is_cancelled() {
            Error::Cancelled
        } else {
            Error::Fetch(error)
        }
    }

    /// Returns whether a document is there without a request.
    fn has(&self, name: &str) -> bool {
        name == "index.json" || self.documents().contains_key(name)
    }

    fn documents(&self) -> MutexGuard<'_, HashMap<String, Result<Vec<u8>, FetchError>>> {
        self.documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is kept of a stream.
#[derive(Default)]
pub(crate) struct StreamContents {
    pub(crate) documents: Documents,
    pub(crate) layers: HashMap<String, StreamedLayer>,
    /// The first bytes of all other files.
    pub(crate) others: HashMap<String, Vec<u8>>,
    pub(crate) links: Links,
    /// The offset of its end, if the zeros that mark it are missing.
    pub(crate) unmarked: Option<u64>,
}

impl StreamContents {
    /// Returns a layer, and the name of its file in the stream.
    pub(crate) fn find<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a StreamedLayer)> {
        let name = self.links.follow(name);
        Some((name, self.layers.get(name)?))
    }

    /// Returns the first bytes of a file that is not a layer.
    pub(crate) fn head(&self, name: &str) -> Option<&[u8]> {
        let text = || self.documents.get(name).ok().flatten();
        let found = self.others.get(name).map(Vec::as_slice).or_else(text);
        found.map(|bytes| &bytes[..bytes.len().min(HEAD)])
    }
}

/// A file of a stream that looks like a layer: its listing, or why it has none. The latter matters only if a manifest lists it.
pub(crate) struct StreamedLayer {
    pub(crate) listing: Result<Arc<Listing>, Error>,
    pub(crate) stored: u64,
    /// Its offset in the stream.
    pub(crate) start: u64,
    /// The number of files of the same name before it; the last one counts.
    pub(crate) before: usize,
    /// The name under which a cache keeps its index.
    pub(crate) cache_name: Option<Arc<str>>,
}

/// The links of an archive: by name, the name that each points to, and its target as written.
#[derive(Default)]
pub(crate) struct Links(HashMap<String, (String, String)>);

impl Links {
    /// Adds a symbolic link, whose target is relative to its folder, or a hard link, whose target is relative to the root.
    pub(crate) fn add(&mut self, name: &str, target: &[u8], symbolic: bool) {
        if target.len() > LONGEST_TARGET {
            return;
        }
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let target = if symbolic && !target.starts_with(b"/") {
            [folder.as_bytes(), b"/", target].concat()
        } else {
            target.to_vec()
        };
        let written = String::from_utf8_lossy(&target).into_owned();
        let target = (safe_names::normalized(&target), written);
        self.0.insert(name.to_owned(), target);
    }

    /// Adds a link as [`Self::all`] returned it.
    pub(crate) fn restore(&mut self, (name, next, written): (String, String, String)) {
        self.0.insert(name, (next, written));
    }

    /// Returns each link: its name, the name that it points to, and its target as written.
    pub(crate) fn all(&self) -> impl Iterator<Item = (String, String, String)> {
        let links = self.0.iter();
        links.map(|(name, (next, written))| (name.clone(), next.clone(), written.clone()))
    }

    /// Returns the target of a link as written.
    pub(crate) fn target(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|(_, written)| written.as_str())
    }

    /// Returns the name at the end of the links that start at `name`.
    pub(crate) fn follow<'a>(&'a self, name: &'a str) -> &'a str {
        let mut at = name;
        for _ in 0..MOST_LINKS {
            match self.0.get(at) {
                Some((next, _)) => at = next,
                None => break,
            }
        }
        at
    }
}

impl Store {
    /// Indexes a seekable tar by its headers.
    pub(crate) fn index(blob: Blob, budget: &Budget, cancel: &Cancel) -> Result<Self, Error> {
        let mut files = HashMap::new();
        let mut links = Links::default();
        let mut account = budget.account();
        let mut reader = TarReader::new(SeekSource::new(blob.clone()));
        while reader
            .next()
            .map_err(|error| archive_error(error, &reader))?
        {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let header = reader.header();
            let name = safe_names::normalized(&header.path);
            if header.type_flag == b'5' {
                continue;
            }
            let kept = safe_names::footprint(&name) + header.link.len() as u64;
            account.take(kept).map_err(|error| {
                Error::too_large("the list of the archive's files", error)
                    .after_part(reader.position(), blob.len())
            })?;
            match header.type_flag {
                b'1' | b'2' => links.add(&name, &header.link, header.type_flag == b'2'),
                _ => {
                    files.insert(name, (reader.position(), header.stored));
                }
            }
        }
        let unmarked = reader.unmarked();
        let unmarked = unmarked.map_err(|error| archive_error(error, &reader))?;
        Ok(Self::Tar {
            blob,
            files,
            links,
            unmarked,
            _account: account,
        })
    }

    /// Returns the offset of the archive's end if the zeros that mark it are missing: it may be truncated between two files.
    pub(crate) fn unmarked(&self) -> Option<u64> {
        match self {
            Self::Tar { unmarked, .. } => *unmarked,
            Self::Stream(contents) => contents.unmarked,
            Self::Folder(..) | Self::Fetched(_) => None,
        }
    }

    /// Returns a file as a blob.
    pub(crate) fn blob(&self, name: &str) -> Result<Option<Blob>, Error> {
        self.blob_within(name, 0..=u64::MAX)
    }

    /// Returns a file as a blob. One outside of the archive's folder is read only if it has one of these numbers of bytes.
    pub(crate) fn blob_within(
        &self,
        name: &str,
        sizes: RangeInclusive<u64>,
    ) -> Result<Option<Blob>, Error> {
        match self {
            Self::Tar {
                blob, files, links, ..
            } => Ok(files
                .get(links.follow(name))
                .map(|&(start, len)| blob.part(start, len))),
            Self::Folder(folder, cache) => {
                let path = folder.join(safe_names::normalized(name.as_bytes()));
                let open = || match fs::metadata(&path) {
                    Ok(about) if about.is_file() => Blob::file(File::open(&path)?).map(Some),
                    Ok(_) => Ok(None),
                    Err(error) if is_absent(&error) => Ok(None),
                    Err(error) => Err(error),
                };
                let blob = open().map_err(|source| Error::File {
                    path: path.clone(),
                    source,
                })?;
                if let Some(blob) = &blob {
                    check_outside((folder, &path), name, blob, &sizes, cache.as_deref())?;
                }
                Ok(blob)
            }
            Self::Stream(_) | Self::Fetched(_) => Ok(None),
        }
    }

    /// Returns what fetches a blob by its digest; `None` if blobs are not fetched. A length that is not known takes a request.
    pub(crate) fn fetched(
        &self,
        digest: String,
        length: Option<u64>,
    ) -> Result<Option<Fetched>, Error> {
        let Self::Fetched(remote) = self else {
            return Ok(None);
        };
        let length = length.map_or_else(
            || {
                let length = remote.fetch.length(&digest, &remote.cancel);
                length.map_err(|error| remote.error(error))
            },
            Ok,
        )?;
        let fetch = Arc::clone(&remote.fetch);
        Ok(Some(Fetched::new(fetch, digest, length)))
    }

    /// Returns the bytes of a manifest or an index.
    pub(crate) fn manifest(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Fetched(remote) => remote.document(DocumentKind::Manifest, name),
            _ => self.text(name),
        }
    }

    /// Fetches documents, several at once, where each costs a request. Errors are found when they are read.
    pub(crate) fn fetch_ahead(&self, kind: DocumentKind, names: &[String]) {
        let Self::Fetched(remote) = self else {
            return;
        };
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                let _ = remote.document(kind, name);
            }
        };
        thread::scope(|scope| {
            for _ in 0..FETCHED_AT_ONCE.min(names.len()) {
                // What no thread fetches is fetched when it is read.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
        });
    }

    /// Returns the bytes of a manifest or an index, unless that costs a request.
    pub(crate) fn known_manifest(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Fetched(remote) if !remote.has(name) => Ok(None),
            _ => self.manifest(name),
        }
    }

    /// Returns the bytes of a document that the image is complete without.
    pub(crate) fn extra(&self, kind: DocumentKind, name: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Fetched(remote) => remote.document(kind, name),
            _ => self.text(name),
        }
    }

    /// Returns whether each document costs a request.
    pub(crate) const fn is_fetched(&self) -> bool {
        matches!(self, Self::Fetched(_))
    }

    /// Returns whether there is a file of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::Stream(contents) => {
                let name = contents.links.follow(name);
                contents.documents.has(name)
                    || contents.others.contains_key(name)
                    || contents.layers.contains_key(name)
            }
            Self::Fetched(_) => name == "index.json",
            _ => self.blob(name).is_ok_and(|blob| blob.is_some()),
        }
    }

    /// Returns the error of a missing file: a link may point out of the archive.
    pub(crate) fn missing(&self, what: &str, name: &str) -> Error {
        let target = match self {
            Self::Tar { links, .. } => links.target(name).map(str::to_owned),
            Self::Stream(contents) => contents.links.target(name).map(str::to_owned),
            Self::Folder(folder, _) => {
                let target = fs::read_link(folder.join(safe_names::normalized(name.as_bytes())));
                target.ok().map(|target| target.display().to_string())
            }
            Self::Fetched(_) => None,
        };
        Error::missing(what, name, target)
    }

    /// Returns how many bytes a file has as it is stored; `None` if that is unknown.
    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        if let Self::Stream(contents) = self {
            return Some(contents.find(name)?.1.stored);
        }
        Some(self.blob(name).ok()??.len())
    }

    /// Returns the bytes of a small file.
    pub(crate) fn text(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        if let Self::Fetched(remote) = self {
            return remote.document(DocumentKind::Config, name);
        }
        if let Self::Stream(contents) = self {
            let name = contents.links.follow(name);
            // Of other files the first bytes are enough: they fail to parse as JSON.
            let found = contents.documents.get(name)?.map(<[u8]>::to_vec);
            return Ok(found.or_else(|| contents.others.get(name).cloned()));
        }
        let Some(blob) = self.blob_within(name, 0..=documents::LARGEST)? else {
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

/// Checks a blob that a link leads to outside of its folder: only a file with the size in its descriptor and the digest in the blob's name is read, so that
/// a layout cannot make other files of the system be shown. Build systems fill layouts with such links.
fn check_outside(
    (folder, path): (&Path, &Path),
    name: &str,
    blob: &Blob,
    sizes: &RangeInclusive<u64>,
    cache: Option<&dyn LayerCache>,
) -> Result<(), Error> {
    let failed = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    let (folder, target) = (folder.canonicalize(), path.canonicalize());
    if target.map_err(failed)?.starts_with(folder.map_err(failed)?) {
        return Ok(());
    }
    let Some(expected) = digest_from_name(name) else {
        return Ok(());
    };
    let other = |found| Error::Digest {
        what: "the target of the link".to_owned(),
        name: name.to_owned(),
        found,
    };
    // What cannot be the blob is not hashed.
    if !sizes.contains(&blob.len()) {
        return Err(other(format!("a file of {} bytes", blob.len())));
    }
    let cache = cache.filter(|_| blob.len() > QUICK);
    let known = cache.zip(blob.place());
    if let Some((cache, place)) = &known
        && cache.is_verified(&expected, place)
    {
        return Ok(());
    }
    // From here on the file's identity shows whether it is changed.
    let known = known.filter(|(_, place)| blob.settles_at(place));
    let algorithm = Algorithm::of(&expected).unwrap_or_default();
    let found = digest_of_all(blob.reader(0), algorithm).map_err(failed)?;
    if found == expected {
        if let Some((cache, place)) = known.filter(|(_, place)| blob.is_at(place)) {
            cache.set_verified(&expected, &place);
        }
        return Ok(());
    }
    Err(other(found))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
