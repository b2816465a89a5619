//! A registry as a source: names, logins, connections, documents and blobs of the OCI distribution spec. Everything is fetched by digest and
//! checked against it; no archive format is known here. Re-exports only.
//!
//! The client is a small one of our own, not the `oci-client` crate: identity tokens, mirrors, waiting after a 429 and resuming by range would all have to
//! be built around that crate, which also follows redirects inside reqwest. It would add 29 crates to the tree (0.18); this client adds one: hyper, rustls
//! and ring are there through bollard.

mod authorize;
mod blob;
mod challenge;
mod client;
mod connection;
mod connections;
mod document;
mod endpoint_state;
mod error;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod hint;
mod login;
mod names;
mod pace;
mod protocol_error;
mod redirect;
mod reference;
mod refusal;
mod retry;
mod session;
mod setting_error;
mod settings;
mod token;
mod transport;

pub use connections::Connections;
pub use error::{Cause, RegistryError};
pub(super) use names::{repositories, tags};
pub use protocol_error::{ProtocolError, RedirectError, TokenError};
pub(crate) use reference::is_registry_host;
pub use reference::{ReferenceError, RegistryReference};
pub(super) use session::open;
pub use setting_error::SettingError;
pub use settings::RegistryOptions;
pub(super) use transport::{certificates, machine_roots, private_key};
