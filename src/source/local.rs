//! The images that the local engines have, for a picker. Opens none of them.

use bollard::models::ImageSummary;
use bollard::query_parameters::ListImagesOptions;

use super::asking::ask;
use super::connect::answer;
use super::engine::{engines, reach, said};
use super::environment::Environment;
use super::error::Error;
use super::open::Event;
use super::spelling::Engine;
use crate::archive::Cancel;

/// An image in a local engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalImage {
    /// Who has it.
    pub engine: Engine,
    /// Its name, `alpine:3.20`; nothing for one that has lost it.
    pub name: Option<String>,
    /// Its id: `sha256:…`.
    pub id: String,
    /// Its size in bytes as the engine counts it.
    pub size: u64,
    /// When it was made, in seconds since 1970.
    pub created: i64,
}

/// Returns the images of every engine that answers, Docker's first, the newest first; one for each name.
///
/// # Errors
/// [`Error`] when no engine can be reached or answers in vain, or the user cancelled.
pub fn list(
    which: Option<Engine>,
    environment: &Environment,
    cancel: &Cancel,
    tell: &impl Fn(Event),
) -> Result<Vec<LocalImage>, Error> {
    ask(cancel, async {
        let (mut attempts, mut asked, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for engine in engines(which) {
            let Some(connection) = reach(engine, environment, &mut attempts, tell).await else {
                continue;
            };
            if asked.contains(&connection.address) {
                continue;
            }
            let images = connection.docker.list_images(None::<ListImagesOptions>);
            let images = answer(images).await;
            let mut images = images.map_err(|error| Error::Asked {
                name: "the list of images".into(),
                engine: connection.place(),
                cause: said(&error),
            })?;
            images.sort_by_key(|image| std::cmp::Reverse(image.created));
            found.extend(
                images
                    .iter()
                    .flat_map(|image| named(connection.engine, image)),
            );
            asked.push(connection.address);
        }
        if asked.is_empty() {
            let name = "the list of images".into();
            return Err(Error::NoEngine { name, attempts });
        }
        Ok(found)
    })
}

fn named(engine: Engine, image: &ImageSummary) -> Vec<LocalImage> {
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
