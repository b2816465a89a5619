//! The result of a job: work on another thread. An error keeps its kind and its sources; it becomes text where it is shown.

use std::sync::Arc;

use crate::failure::Failure;

/// A result, or why there is none.
pub(crate) type JobResult<T> = Result<T, Arc<Failure>>;
