//! Where bytes come from: an engine's socket, a file, a folder, standard input.
//!
//! [`Source::parse`] says what the user's word for an image means, [`open`] turns it into bytes: one [`Opened`] with an input that the archive
//! room reads, and what the engine could already tell of the layers. [`list`] names the images an engine has.
//!
//! This is the only room that knows bollard and tokio, and it hides them: everything public blocks, and stops soon after a cancel. It knows no
//! archive format, unpacks nothing, prints nothing, and reads the process's environment in one place only ([`Environment::of_process`]).
//! This file holds re-exports only.

mod asking;
mod base;
mod connect;
mod context;
mod credentials;
mod endpoint;
mod engine;
mod environment;
mod error;
mod export;
mod file;
mod headings;
mod local;
mod open;
mod pull;
mod remedy;
mod spelling;
mod version;

pub use base::layers;
pub use context::Context;
pub use endpoint::{Endpoint, Tls, endpoints};
pub use environment::Environment;
pub use error::{Attempt, Error, Reason};
pub use export::Fault;
pub use headings::About;
pub use local::{LocalImage, list};
pub use open::{Event, Opened, Pull, Wish, open};
pub use spelling::{Engine, Source, SourceKind};
