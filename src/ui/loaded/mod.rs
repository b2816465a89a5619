//! What arrives from threads while a screen is up: loading state, what is computed from an image, the content analysis, extras. This file holds
//! re-exports only.

pub mod content_analysis;
pub mod extras;
pub mod file_group;
pub mod loading;
pub mod summary;
pub mod ticket;
