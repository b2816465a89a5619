//! The layers of an image that an engine may have, for telling a base from what stands on it. Never pulls, reads no byte.

use super::asking::ask;
use super::engine::{engines, inspect, reach};
use super::environment::Environment;
use super::error::Error;
use super::spelling::{Engine, is_name};
use crate::archive::Cancel;

/// Returns the diff_ids of the first of these images that the engine has, bottom first; nothing when it has none of them.
///
/// # Errors
/// [`Error`] when the engine cannot be reached, or the user cancelled.
pub fn layers(
    which: Option<Engine>,
    references: &[String],
    environment: &Environment,
    cancel: &Cancel,
) -> Result<Option<Vec<String>>, Error> {
    ask(cancel, async {
        let (mut attempts, mut asked) = (Vec::new(), false);
        for engine in engines(which) {
            let reached = reach(engine, environment, &mut attempts, &|_| {}).await;
            let Some(connection) = reached else { continue };
            asked = true;
            for reference in references.iter().filter(|reference| is_name(reference)) {
                // What the engine does not take for a name it does not have.
                let inspected = inspect(&connection, reference).await.ok().flatten();
                let layers = inspected.and_then(|image| image.root_fs?.layers);
                if layers.is_some() {
                    return Ok(layers);
                }
            }
        }
        if asked {
            return Ok(None);
        }
        let name = references.first().cloned().unwrap_or_default();
        Err(Error::NoEngine { name, attempts })
    })
}
