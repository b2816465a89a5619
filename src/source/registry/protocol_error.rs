//! What is wrong with a registry's answers, and with requests that cannot be sent. No message has a login. Text only.

use std::sync::Arc;

use thiserror::Error;

use crate::archive::SharedError;

/// Something that the protocol does not allow, or that is not supported.
#[derive(Clone, Debug, Error)]
pub enum ProtocolError {
    /// The registry wants a login in an unknown way.
    #[error("unsupported authentication scheme: {0}")]
    Scheme(String),
    /// The registry's token server gives no token.
    #[error("token server: {0}")]
    Token(#[source] TokenError),
    /// A redirect that is not followed.
    #[error(transparent)]
    Redirect(RedirectError),
    /// Redirects and challenges without an end.
    #[error("more than {0} redirects")]
    Redirects(usize),
    /// Name and host make no address.
    #[error("{0} is not a URL")]
    Url(String),
    /// The request cannot be made.
    #[error("{0}")]
    Request(#[source] Arc<http::Error>),
    /// A digest in a manifest is none, or of an unknown kind.
    #[error("`{0}` is not a digest that can be checked")]
    Digest(String),
    /// The answer for an image is something else, as from a web site.
    #[error("the answer is not a manifest, its type is `{0}`")]
    NotAManifest(String),
    /// The length of a blob is unknown.
    #[error("{0}: neither manifest nor registry tells its length")]
    NoLength(String),
    /// The answer to a range is another one.
    #[error("{0}: the registry returned a different range")]
    OtherRange(String),
    /// A list cannot be parsed.
    #[error("{what}: {cause}")]
    List {
        /// Which list.
        what: String,
        /// The error.
        #[source]
        cause: Arc<serde_json::Error>,
    },
    /// A list is longer than any.
    #[error("{what} has more than {limit} names")]
    LongList {
        /// Which list.
        what: String,
        /// How many names are read at most.
        limit: usize,
    },
}

/// Why a token server gives no token.
#[derive(Clone, Debug, Error)]
pub enum TokenError {
    /// Its address cannot be parsed.
    #[error("its address is not a URL")]
    Url,
    /// Its address has a login.
    #[error("its address has a user or a password")]
    Login,
    /// It would get the login without TLS.
    #[error("it does not use TLS")]
    Plain,
    /// The request cannot be made.
    #[error("{0}")]
    Request(#[source] Arc<http::Error>),
    /// It does not exist.
    #[error("HTTP status 404")]
    NotFound,
    /// Its answer is too long or breaks off.
    #[error("{0}")]
    Body(#[source] SharedError),
    /// Its answer has none.
    #[error("its answer has no token")]
    NoToken,
}

/// Why a redirect is not followed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RedirectError {
    /// It has no address, or one that cannot be parsed.
    #[error("a redirect to an invalid address")]
    Address,
    /// The address has a login.
    #[error("a redirect to an address with a user or a password")]
    Login,
    /// The host is to be reached without TLS.
    #[error("redirected from TLS to plain HTTP at {0}")]
    Plain(String),
}
