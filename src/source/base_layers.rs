//! The layers of a base image that an engine may have, to distinguish base layers from own layers. Never pulls, reads no byte.

use super::blocking::block_on;
use super::engine::Engine;
use super::environment::SourceEnvironment;
use super::error::Error;
use super::find::{engines, inspect, reach};
use super::reference::is_name;
use crate::archive::Cancel;

/// Returns the diff_ids of the first of these images that an engine has, bottom first; `None` if it has none of them.
///
/// # Errors
/// [`Error`] when the engine cannot be reached, or the user cancelled.
pub fn base_layers(
    which: Option<Engine>,
    references: &[String],
    environment: &SourceEnvironment,
    cancel: &Cancel,
) -> Result<Option<Vec<String>>, Error> {
    block_on(cancel, async {
        let (mut attempts, mut queried) = (Vec::new(), false);
        for engine in engines(which) {
            let reached = reach(engine, environment, &mut attempts, &|_| {}).await;
            let Some(connection) = reached else { continue };
            queried = true;
            for reference in references.iter().filter(|reference| is_name(reference)) {
                // A name that the engine refuses is an image that it does not have.
                let inspected = inspect(&connection, reference).await.ok().flatten();
                let layers = inspected.and_then(|image| image.root_fs?.layers);
                if layers.is_some() {
                    return Ok(layers);
                }
            }
        }
        if queried {
            return Ok(None);
        }
        let name = references.first().cloned().unwrap_or_default();
        Err(Error::NoEngine { name, attempts })
    })
}
