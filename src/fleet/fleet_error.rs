//! Why a name of the list gave no image, or a layer could not be kept: the kind, its text and its hint. A row of the table of errors is made of it here alone.

use std::io;
use std::sync::Arc;

use thiserror::Error;

use super::row::ErrorRow;
use crate::escape;
use crate::load;

/// Why something could not be read.
#[derive(Debug, Error)]
pub(crate) enum FleetError {
    /// The image cannot be opened or read, or the list is a registry's or an engine's and cannot be.
    #[error(transparent)]
    Load(#[from] load::Error),
    /// The name means another image than before.
    #[error("{}: the name now refers to another image", escape::text(.0))]
    Moved(String),
    /// A list is a file or a pipe that cannot be read.
    #[error("{0}")]
    List(#[source] io::Error),
    /// A line of a list.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// A list that begins like JSON.
    #[error("not the JSON of kubectl: {}", escape::text(&.0.to_string()))]
    Kubernetes(#[source] serde_json::Error),
    /// A line of a plan.
    #[error("not a line of a plan: {}", escape::text(&.0.to_string()))]
    PlanLine(#[source] serde_json::Error),
    /// A platform of a plan.
    #[error("the plan's platform is not a platform")]
    PlanPlatform,
    /// The run that wrote the plan could not read it either.
    #[error("{message}")]
    OfPlan {
        /// That run's message.
        message: String,
        /// That run's hint.
        hint: Option<String>,
    },
    /// A layer was read and is not in the cache.
    #[error("layer {} cannot be kept in the cache", escape::text(.0))]
    NotKept(String),
}

impl FleetError {
    /// Returns whether the user cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        matches!(self, Self::Load(error) if error.is_cancelled())
    }

    /// Returns what the user can do.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Load(error) => return error.hint(),
            Self::OfPlan { hint, .. } => return hint.clone(),
            Self::Moved(_) => "name it by its digest, or describe the images again",
            Self::List(_) => {
                "one image per line: dive-rs fleet FILE, or a pipe: … | dive-rs fleet -"
            }
            Self::NotUtf8 => "write one image per line, in UTF-8",
            Self::Kubernetes(_) => "kubectl get pods -A -o json, or kubectl get nodes -o json",
            Self::PlanLine(_) | Self::PlanPlatform => "write the plan again: dive-rs fleet plan",
            Self::NotKept(_) => {
                "check that the cache folder is writable and has space; XDG_CACHE_HOME moves it"
            }
        };
        Some(hint.to_owned())
    }
}

/// A name of the list that gave no image, or not all of it.
#[derive(Clone, Debug)]
pub(crate) struct FailedName {
    /// The name; without the login, where it is refused for one.
    pub(crate) name: String,
    /// The platform that was chosen for it.
    pub(crate) platform: Option<String>,
    /// Why. Names that mean the same share it.
    pub(crate) error: Arc<FleetError>,
}

impl FailedName {
    pub(super) fn new(
        name: impl Into<String>,
        platform: Option<String>,
        error: impl Into<FleetError>,
    ) -> Self {
        let error = error.into();
        // A name with a login must appear nowhere.
        let masked = match &error {
            FleetError::Load(error) => error.masked_name().map(str::to_owned),
            _ => None,
        };
        Self {
            name: masked.unwrap_or_else(|| name.into()),
            platform,
            error: Arc::new(error),
        }
    }

    /// Returns its row in the table of errors.
    pub(crate) fn row(&self) -> ErrorRow {
        ErrorRow {
            name: self.name.clone(),
            platform: self.platform.clone(),
            message: self.error.to_string(),
            hint: self.error.hint(),
        }
    }
}
