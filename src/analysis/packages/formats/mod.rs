//! One parser for each kind of package record: bytes in, names, versions and paths out. No parser reads a file or depends on the image.

pub(super) mod apk;
pub(super) mod dpkg;
pub(super) mod gem;
pub(in crate::analysis) mod go;
pub(in crate::analysis) mod jar;
pub(super) mod npm;
pub(super) mod python;
pub(super) mod rpm;
pub(super) mod rust;
