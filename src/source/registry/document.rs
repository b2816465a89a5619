//! Fetches a document in one piece: a manifest, a config, a page of a list. What is in it, and whether its digest matches, is checked by the caller.

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::client::{ANSWER, Client, GetRequest};
use super::connection::broken;
use super::error::{Cause, RegistryError};
use super::retry::retried;

/// Fetches a document of at most `largest` bytes, trying again where that may help; returns the headers of the response and the document.
pub(super) async fn document(
    client: &Client,
    request: &GetRequest<'_>,
    largest: usize,
) -> Result<(HeaderMap, Bytes), RegistryError> {
    retried(request.what, async || {
        document_once(client, request, largest).await
    })
    .await
}

/// As [`document`], with one attempt.
pub(super) async fn document_once(
    client: &Client,
    request: &GetRequest<'_>,
    largest: usize,
) -> Result<(HeaderMap, Bytes), RegistryError> {
    let (head, body) = client.get(request).await?.into_parts();
    let body = Limited::new(body, largest).collect();
    let body = tokio::time::timeout(ANSWER, body).await;
    let body = body.map_err(|_| client.error(Cause::Timeout(ANSWER)))?;
    let body = body.map_err(|why| {
        let what = request.what;
        client.error(if why.is::<LengthLimitError>() {
            Cause::OverLimit {
                what: what.to_owned(),
                limit: largest,
            }
        } else {
            broken(what, 0, why)
        })
    })?;
    Ok((head.headers, body.to_bytes()))
}
