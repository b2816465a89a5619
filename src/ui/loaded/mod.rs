//! Values that worker threads send to a screen: the progress of a load, the analysis, the content analysis, extras. This file declares modules only.

pub mod content_analysis;
pub mod extras;
pub mod file_query;
pub mod job_result;
pub mod loading;
pub(in crate::ui) mod pending;
pub mod summary;
pub mod ticket;
