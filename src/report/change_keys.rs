//! The keys of a changed path, of one layer or of two images. No values are computed here.

use serde::Serialize;

/// A changed path.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeKeys {
    pub(super) path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path_bytes: Option<String>,
    pub(super) status: &'static str,
    pub(super) what: Vec<&'static str>,
    pub(super) before: Option<SizeKeys>,
    pub(super) after: Option<SizeKeys>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moved_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moved_from_bytes: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_dir: bool,
}

/// The bytes of a path before or after the change, and the other path at which they count.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SizeKeys {
    pub(super) size_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) counted_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) counted_at_bytes: Option<String>,
}
