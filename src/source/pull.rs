//! Makes an engine pull an image, and reports progress. The result is in the engine's store; nothing is kept here.

use std::collections::HashMap;

use bollard::auth::DockerCredentials;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt;

use super::client_error::EngineError;
use super::connect::Connection;
use super::error::Error;
use super::options::OpenEvent;
use crate::image::Platform;

/// Makes an engine pull an image; returns when it is pulled.
pub(super) async fn pull(
    connection: &Connection,
    name: &str,
    platform: Option<&Platform>,
    login: Option<DockerCredentials>,
    report: &dyn Fn(OpenEvent),
) -> Result<(), Error> {
    let options = CreateImageOptions {
        from_image: Some(with_tag(name)),
        platform: platform.map(ToString::to_string).unwrap_or_default(),
        ..CreateImageOptions::default()
    };
    let mut stream = std::pin::pin!(connection.docker.create_image(Some(options), None, login));
    let mut progress = PullProgress::default();
    while let Some(line) = stream.next().await {
        let line = line.map_err(|error| Error::Pull {
            name: name.to_owned(),
            engine: connection.place(),
            cause: EngineError::of_client(error),
        })?;
        if let Some(event) = progress.take(&line) {
            report(event);
        }
    }
    Ok(())
}

/// Adds `latest` to a name without a tag, which engines take for all tags.
fn with_tag(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains([':', '@']) {
        name.to_owned()
    } else {
        format!("{name}:latest")
    }
}

/// The progress of each layer's download, in bytes so far and in all.
#[derive(Default)]
struct PullProgress {
    known: HashMap<String, (u64, u64)>,
}

impl PullProgress {
    /// Takes a line of the engine's response; returns the progress of the pull.
    fn take(&mut self, line: &CreateImageInfo) -> Option<OpenEvent> {
        let status = line.status.clone()?;
        if let (Some(id), Some(detail)) = (&line.id, &line.progress_detail) {
            let count = |bytes: Option<i64>| bytes.and_then(|bytes| u64::try_from(bytes).ok());
            let known = self.known.entry(id.clone()).or_default();
            match (status.as_str(), count(detail.current), count(detail.total)) {
                ("Downloading", Some(done), total) => {
                    known.1 = total.unwrap_or(known.1).max(done);
                    known.0 = done;
                }
                (
                    "Download complete" | "Pull complete" | "Extracting" | "Verifying Checksum",
                    ..,
                ) => known.0 = known.1,
                _ => {}
            }
        }
        let sum =
            |of: fn(&(u64, u64)) -> u64| self.known.values().map(of).fold(0, u64::saturating_add);
        Some(OpenEvent::Pulling {
            done: sum(|known| known.0),
            total: sum(|known| known.1),
            status,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ProgressDetail;

    fn line(id: &str, status: &str, current: Option<i64>, total: Option<i64>) -> CreateImageInfo {
        CreateImageInfo {
            id: Some(id.into()),
            status: Some(status.into()),
            progress_detail: Some(ProgressDetail { current, total }),
            ..CreateImageInfo::default()
        }
    }

    #[test]
    fn downloads_are_summed_over_layers() {
        let mut progress = PullProgress::default();
        let _ = progress.take(&line("a", "Downloading", Some(5), Some(10)));
        let _ = progress.take(&line("b", "Downloading", Some(1), Some(20)));
        let _ = progress.take(&line("a", "Download complete", None, None));
        let event = progress.take(&line("a", "Extracting", Some(99), Some(100)));
        assert!(
            matches!(
                event,
                Some(OpenEvent::Pulling {
                    done: 11,
                    total: 30,
                    ..
                })
            ),
            "{event:?}"
        );
    }

    #[test]
    fn a_name_without_a_tag_means_latest() {
        assert_eq!(with_tag("reg:5000/a"), "reg:5000/a:latest");
        assert_eq!(with_tag("a:1"), "a:1");
        assert_eq!(with_tag("a@sha256:00"), "a@sha256:00");
    }
}
