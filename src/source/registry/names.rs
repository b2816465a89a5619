//! Lists what a registry has: the tags of a repository and the repositories of a registry, page by page (OCI distribution spec, "Listing Tags"; Docker
//! registry API, "Catalog"). Opens no image.

use std::collections::HashSet;
use std::sync::Arc;

use http::header::LINK;
use serde::Deserialize;

use super::client::{Client, GetRequest};
use super::connections::Connections;
use super::document::document;
use super::error::{Cause, RegistryError};
use super::protocol_error::ProtocolError;
use super::reference::RegistryReference;
use crate::archive::Cancel;
use crate::source::blocking::until_cancelled;

/// The most names of one list; more are an error, not a shorter list.
const MOST_NAMES: usize = 1_000_000;
/// The largest page, in bytes.
const LARGEST_PAGE: usize = 32 << 20;

/// One page of a list.
#[derive(Deserialize)]
struct ListPage {
    #[serde(alias = "tags", alias = "repositories")]
    names: Option<Vec<String>>,
}

/// Returns the tags of a repository, in the registry's order.
///
/// # Errors
/// [`RegistryError`] when they cannot be fetched.
pub(in crate::source) fn tags(
    repository: &RegistryReference,
    connections: &Connections,
    cancel: &Cancel,
) -> Result<Vec<String>, RegistryError> {
    listed(
        repository,
        "tags/list",
        "",
        "the list of tags",
        connections,
        cancel,
    )
}

/// Returns the repositories of a registry, in its order.
///
/// # Errors
/// [`RegistryError`] when they cannot be fetched: many registries have no such list, or not for this user.
pub(in crate::source) fn repositories(
    registry: &RegistryReference,
    connections: &Connections,
    cancel: &Cancel,
) -> Result<Vec<String>, RegistryError> {
    let what = "the list of repositories";
    listed(registry, "_catalog", "?n=1000", what, connections, cancel)
}

fn listed(
    reference: &RegistryReference,
    path: &str,
    query: &str,
    what: &str,
    connections: &Connections,
    cancel: &Cancel,
) -> Result<Vec<String>, RegistryError> {
    let client = Client::new(reference.clone(), &connections.shared)?;
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut next = Some(query.to_owned());
    while let Some(query) = next {
        let fetching = page(&client, format!("{path}{query}"), what);
        let fetched = until_cancelled(connections.handle(), cancel, fetching);
        let (page, link) = fetched.unwrap_or_else(|| Err(client.error(Cause::Cancelled)))?;
        let before = names.len();
        names.extend(page.into_iter().filter(|name| seen.insert(name.clone())));
        if names.len() > MOST_NAMES {
            let error = ProtocolError::LongList {
                what: what.to_owned(),
                limit: MOST_NAMES,
            };
            return Err(client.error(Cause::Protocol(error)));
        }
        // A page without a new name is the last one, whatever it links to.
        next = link.filter(|_| names.len() > before);
    }
    Ok(names)
}

/// Fetches a page; returns its names, and the query of the next page.
async fn page(
    client: &Client,
    path: String,
    what: &str,
) -> Result<(Vec<String>, Option<String>), RegistryError> {
    let request = GetRequest {
        path,
        what,
        accept: "application/json",
        range: None,
    };
    let (headers, page) = document(client, &request, LARGEST_PAGE).await?;
    let page: ListPage = serde_json::from_slice(&page).map_err(|cause| {
        client.error(Cause::Protocol(ProtocolError::List {
            what: what.to_owned(),
            cause: Arc::new(cause),
        }))
    })?;
    let link = headers.get(LINK);
    let link = link.and_then(|link| next_query(link.to_str().ok()?));
    Ok((page.names.unwrap_or_default(), link))
}

/// Returns the query of the next page that a `Link` header names: `</v2/app/tags/list?last=b&n=2>; rel="next"`. Host and path stay those of the list.
fn next_query(link: &str) -> Option<String> {
    let (target, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
    let is_next = rest
        .split(';')
        .any(|parameter| matches!(parameter.trim(), "rel=\"next\"" | "rel=next"));
    let (_, query) = target.split_once('?')?;
    is_next.then(|| format!("?{query}"))
}

#[cfg(test)]
mod tests {
    use super::next_query;

    #[test]
    fn only_the_query_of_a_link_is_followed() {
        for (link, expected) in [
            (
                r#"</v2/a/tags/list?last=b&n=2>; rel="next""#,
                Some("?last=b&n=2"),
            ),
            (
                r"<https://evil.example/x?last=b>; rel=next",
                Some("?last=b"),
            ),
            (r#"</v2/_catalog?n=2>; rel="prev""#, None),
            (r#"</v2/_catalog>; rel="next""#, None),
            ("<?last=b>; rel=next", Some("?last=b")),
            ("?last=b", None),
            ("", None),
        ] {
            assert_eq!(next_query(link).as_deref(), expected, "{link}");
        }
    }
}
