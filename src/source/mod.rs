//! Opens images: an engine's socket, a registry, a file, a folder, standard input.
//!
//! `Source::parse` parses how the user names an image; `open` returns an `OpenedSource`: an input for `archive`, and the engine's description of
//! the layers. [`list`] lists the images of the engines.
//!
//! This is the only module with bollard and tokio, and it hides them: every public function blocks, and stops soon after a cancel. It parses no archive format,
//! decompresses nothing, prints nothing, and reads the process's environment in one place only (`SourceEnvironment::of_process`). Re-exports only.

mod address;
mod answer_limit;
mod attempt;
mod base_layers;
mod blocking;
mod client_error;
mod connect;
mod connection_hints;
mod context;
mod credentials;
mod endpoint;
mod engine;
mod engine_description;
mod environment;
mod error;
mod export;
mod file;
mod find;
mod local_images;
mod login_error;
mod open;
mod options;
mod pull;
mod reference;
mod registry;
mod registry_lists;
mod skopeo;
mod ssh;
mod tls;
mod version;

pub use attempt::{FailedAttempt, Reason};
pub use base_layers::base_layers;
pub use client_error::EngineError;
pub use context::{ContextCause, ContextError, DockerContext};
pub use endpoint::{EngineEndpoint, endpoints};
pub use engine::Engine;
pub use engine_description::EngineDescription;
pub use environment::SourceEnvironment;
pub use error::Error;
pub use export::ExportError;
pub use local_images::{LocalImage, list};
pub use login_error::{EntryError, HelperError, LoginCause, LoginError};
pub use open::{OpenedSource, open};
pub use options::{OpenEvent, OpenOptions, Pull};
pub use reference::{Source, SourceKind};
#[cfg(fuzzing)]
pub use registry::fuzzing;
pub(crate) use registry::is_registry_host;
pub use registry::{
    Cause, Connections, ProtocolError, RedirectError, ReferenceError, RegistryError,
    RegistryOptions, RegistryReference, SettingError, TokenError,
};
pub(crate) use registry_lists::{images_of_repository, repositories_of_registry};
pub(crate) use skopeo::is_skopeo_name;
pub use ssh::{SshError, SshFailure, SshHost};
pub use tls::Tls;
