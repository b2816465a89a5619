//! One image in a registry, open for reading: its root descriptor, its documents, its blobs. Blocks its callers.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use sha2::{Digest as _, Sha256, Sha512};

use super::blob::{BlobRange, BlobStream, blob_path, length};
use super::client::{Client, GetRequest};
use super::connections::Connections;
use super::document::{document, document_once};
use super::error::{Cause, RegistryError};
use super::protocol_error::ProtocolError;
use super::reference::{RegistryReference, is_digest};
use crate::archive::{BlobBytes, Cancel, DocumentKind, Fetch, FetchError};
use crate::source::blocking::until_cancelled;

/// The largest manifest or config, in bytes.
const LARGEST: usize = 32 << 20;
/// The largest document that an image is complete without, in bytes.
const LARGEST_EXTRA: usize = 4 << 20;
/// What a manifest may be (OCI image spec, "Media Types"; Docker's before it).
const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

/// An image in a registry.
pub(in crate::source) struct Session {
    client: Arc<Client>,
    connections: Connections,
    /// The root descriptor, as an image index lists it.
    index: Vec<u8>,
    /// The manifest that the name means, and its digest.
    root: (String, Vec<u8>),
    /// A warning about why it is read from there.
    warning: Option<String>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({})", self.client.reference)
    }
}

/// Fetches the manifest that a name means. Blocks until it is there or the user cancels.
///
/// # Errors
/// [`RegistryError`] when it cannot be fetched.
pub(in crate::source) fn open(
    reference: &RegistryReference,
    connections: &Connections,
    cancel: &Cancel,
) -> Result<Session, RegistryError> {
    let client = Arc::new(Client::new(reference.clone(), &connections.shared)?);
    let version = reference.version();
    let request = GetRequest {
        path: format!("manifests/{version}"),
        what: "the image",
        accept: MANIFESTS,
        range: None,
    };
    let fetching = checked(
        &client,
        &request,
        LARGEST,
        reference.digest.as_deref(),
        true,
    );
    let fetched = until_cancelled(connections.handle(), cancel, fetching);
    let (headers, bytes) = fetched.unwrap_or_else(|| Err(client.error(Cause::Cancelled)))?;
    // Web sites answer every address, and so do networks before a login.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if !text.trim_ascii_start().starts_with(b"{") {
        let kind = answered_type(&headers);
        let error = ProtocolError::NotAManifest(kind);
        return Err(client.error(Cause::Protocol(error)));
    }
    let digest = digest_like(reference.digest.as_deref().unwrap_or_default(), &bytes);
    let media_type = manifest_type(&headers, &bytes);
    if media_type.contains("manifest.v1") && !media_type.contains("oci") {
        return Err(client.error(Cause::Schema1));
    }
    let mut descriptor = serde_json::json!({
        "mediaType": media_type,
        "digest": digest,
        "size": bytes.len(),
    });
    if reference.tag.is_some() {
        let name = reference.to_string();
        descriptor["annotations"] = serde_json::json!({ "io.containerd.image.name": name });
    }
    let index = serde_json::json!({ "schemaVersion": 2, "manifests": [descriptor] });
    Ok(Session {
        index: index.to_string().into_bytes(),
        root: (digest, bytes.into()),
        warning: None,
        client,
        connections: connections.clone(),
    })
}

/// Returns a manifest's media type: its own, else that of the response.
fn manifest_type(headers: &HeaderMap, bytes: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "mediaType")]
        media_type: Option<String>,
        #[serde(rename = "schemaVersion")]
        version: Option<u64>,
    }
    match serde_json::from_slice::<Typed>(bytes) {
        Ok(Typed {
            version: Some(1), ..
        }) => "application/vnd.docker.distribution.manifest.v1+json".to_owned(),
        Ok(Typed {
            media_type: Some(own),
            ..
        }) => own,
        _ => answered_type(headers),
    }
}

/// Returns the media type of a response, empty if it has none.
fn answered_type(headers: &HeaderMap) -> String {
    let answered = headers.get(CONTENT_TYPE);
    let answered = answered.and_then(|value| value.to_str().ok());
    let answered = answered.and_then(|value| value.split(';').next());
    answered.unwrap_or_default().trim().to_owned()
}

/// Returns the digest of some bytes, made as another one is.
fn digest_like(other: &str, bytes: &[u8]) -> String {
    if other.starts_with("sha512:") {
        return format!("sha512:{}", hex(&Sha512::digest(bytes)));
    }
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Fetches a document and compares it with its digest, if that is known. A mirror that sends another one is left out.
async fn checked(
    client: &Client,
    request: &GetRequest<'_>,
    largest: usize,
    promised: Option<&str>,
    is_retried: bool,
) -> Result<(HeaderMap, Bytes), RegistryError> {
    loop {
        let fetched = if is_retried {
            document(client, request, largest).await
        } else {
            document_once(client, request, largest).await
        };
        let (headers, bytes) = fetched?;
        let found = promised.map(|promised| (promised, digest_like(promised, &bytes)));
        match found {
            Some((promised, found)) if found != promised => {
                if !client.reject(&request.path, promised) {
                    let what = format!("{} {promised}", request.what);
                    return Err(client.error(Cause::Digest { what, found }));
                }
            }
            _ => return Ok((headers, bytes)),
        }
    }
}

impl Session {
    /// Returns the digest of the manifest or index that the name means.
    pub(in crate::source) fn digest(&self) -> &str {
        &self.root.0
    }

    /// Returns the same image with a warning about why it is read from the registry.
    pub(in crate::source) fn with_warning(self, warning: Option<String>) -> Self {
        Self { warning, ..self }
    }

    /// Returns the host, as messages name it.
    pub(in crate::source) fn host(&self) -> &str {
        &self.client.reference.host
    }

    /// Checks that a layer may be fetched, and its digest be checked.
    fn check_layer(&self, digest: &str) -> Result<(), FetchError> {
        let cause = if self.client.shared.options.no_layers {
            Cause::NotCached(digest.to_owned())
        } else if is_digest(digest) {
            return Ok(());
        } else {
            Cause::Protocol(ProtocolError::Digest(digest.to_owned()))
        };
        Err(self.client.error(cause).into_fetch())
    }

    fn fetched(
        &self,
        kind: DocumentKind,
        digest: &str,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, RegistryError> {
        if digest == self.root.0 {
            return Ok(self.root.1.clone());
        }
        if !is_digest(digest) {
            let error = ProtocolError::Digest(digest.to_owned());
            return Err(self.client.error(Cause::Protocol(error)));
        }
        let (path, what, accept) = match kind {
            DocumentKind::Manifest => ("manifests", "the manifest", MANIFESTS),
            DocumentKind::Config => ("blobs", "the config", "*/*"),
            DocumentKind::Attestation => ("manifests", "the attestation", MANIFESTS),
            DocumentKind::Statement => ("blobs", "the provenance", "*/*"),
            DocumentKind::TableIndex => ("manifests", "the SOCI index", MANIFESTS),
        };
        let request = GetRequest {
            path: format!("{path}/{digest}"),
            what,
            accept,
            range: None,
        };
        let is_extra = !matches!(kind, DocumentKind::Manifest | DocumentKind::Config);
        let largest = if is_extra { LARGEST_EXTRA } else { LARGEST };
        // Without a SOCI index all layers would be fetched; without the others, an image is complete.
        let is_retried = !is_extra || kind == DocumentKind::TableIndex;
        let fetching = checked(&self.client, &request, largest, Some(digest), is_retried);
        let fetched = until_cancelled(self.connections.handle(), cancel, fetching);
        let fetched = fetched.unwrap_or_else(|| Err(self.client.error(Cause::Cancelled)));
        Ok(fetched?.1.into())
    }
}

impl Fetch for Session {
    fn index(&self) -> Vec<u8> {
        self.index.clone()
    }

    fn document(
        &self,
        kind: DocumentKind,
        digest: &str,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, FetchError> {
        self.fetched(kind, digest, cancel)
            .map_err(RegistryError::into_fetch)
    }

    fn length(&self, digest: &str, cancel: &Cancel) -> Result<u64, FetchError> {
        self.check_layer(digest)?;
        let finding = length(&self.client, digest);
        let found = until_cancelled(self.connections.handle(), cancel, finding);
        let found = found.unwrap_or_else(|| Err(self.client.error(Cause::Cancelled)));
        found.map_err(RegistryError::into_fetch)
    }

    fn blob(
        &self,
        digest: &str,
        length: u64,
        range: Range<u64>,
        cancel: &Cancel,
    ) -> Result<BlobBytes, FetchError> {
        self.check_layer(digest)?;
        let part = BlobRange {
            digest: digest.to_owned(),
            length,
            range: range.start..range.end.min(length),
        };
        let handle = self.connections.handle();
        let (reader, is_whole) = BlobStream::start(&self.client, handle, part, cancel);
        Ok(BlobBytes {
            reader: Box::new(reader),
            is_whole,
        })
    }

    fn reject(&self, digest: &str) -> bool {
        self.client.reject(&blob_path(digest), digest)
    }

    fn warnings(&self) -> Vec<String> {
        let why = self.warning.clone().into_iter();
        why.chain(self.client.warnings()).collect()
    }
}
