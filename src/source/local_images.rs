//! Lists the images of the local engines, for the picker. Opens none of them.

use bollard::models::ImageSummary;
use bollard::query_parameters::ListImagesOptions;

use super::blocking::block_on;
use super::client_error::EngineError;
use super::connect::response;
use super::engine::Engine;
use super::environment::SourceEnvironment;
use super::error::Error;
use super::find::{engines, reach};
use super::options::OpenEvent;
use crate::archive::Cancel;

/// An image in a local engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalImage {
    /// The engine that has it.
    pub engine: Engine,
    /// Its name, `alpine:3.20`; `None` for an untagged image.
    pub name: Option<String>,
    /// Its id: `sha256:…`.
    pub id: String,
    /// Its size in bytes as the engine counts it.
    pub size: u64,
    /// When it was created, in seconds since 1970.
    pub created: i64,
}

/// Returns the images of every engine that responds: Docker's first, the newest first, one item for each name.
///
/// # Errors
/// [`Error`] when no engine can be reached or one returns an error, or the user cancelled.
pub fn list(
    which: Option<Engine>,
    environment: &SourceEnvironment,
    cancel: &Cancel,
    report: &dyn Fn(OpenEvent),
) -> Result<Vec<LocalImage>, Error> {
    block_on(cancel, async {
        let (mut attempts, mut queried, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for engine in engines(which) {
            let Some(connection) = reach(engine, environment, &mut attempts, report).await else {
                continue;
            };
            if queried.contains(&connection.address) {
                continue;
            }
            let images = connection.docker.list_images(None::<ListImagesOptions>);
            let images = response(images).await;
            let mut images = images.map_err(|error| Error::Query {
                name: "the list of images".into(),
                engine: connection.place(),
                cause: EngineError::of_client(error),
            })?;
            images.sort_by_key(|image| std::cmp::Reverse(image.created));
            found.extend(
                images
                    .iter()
                    .flat_map(|image| images_of(connection.engine, image)),
            );
            queried.push(connection.address);
        }
        if queried.is_empty() {
            let name = "the list of images".into();
            return Err(Error::NoEngine { name, attempts });
        }
        Ok(found)
    })
}

fn images_of(engine: Engine, image: &ImageSummary) -> Vec<LocalImage> {
    let one = |name: Option<&String>| LocalImage {
        engine,
        name: name.cloned(),
        id: image.id.clone(),
        size: u64::try_from(image.size).unwrap_or_default(),
        created: image.created,
    };
    let names = || {
        image
            .repo_tags
            .iter()
            .filter(|name| *name != "<none>:<none>")
    };
    if names().next().is_none() {
        return vec![one(None)];
    }
    names().map(|name| one(Some(name))).collect()
}
