//! The columns of the tree. Names get room first; the bar, the owner and the permissions are dropped, in this order, when they would cut names.

use crate::ui::layout::ExploreAreas;

/// The least columns of names beside the bar.
const NAME: usize = 16;
/// The least columns of names beside permissions and owner that are shown by default.
const MIN_NAME_BY_DEFAULT: usize = 22;
/// The least columns of names beside permissions and owner that the user turned on.
const MIN_NAME_TURNED_ON: usize = 12;
/// The columns of the longest owner with 16-bit ids; a longer one is cut unless names have [`NAME_FOR_FULL_OWNER`].
const OWNER: usize = 11;
const NAME_FOR_FULL_OWNER: usize = 32;
/// The columns of the status and of the fold mark before a name.
const MARKS: usize = 5;
/// The columns of permissions with the space after them.
const PERMISSIONS: usize = 11;

/// The columns beside the names, and their widths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreeColumns {
    /// Whether permissions are shown.
    pub permissions: bool,
    /// The width of the owner; 0 when hidden.
    pub owner: usize,
    /// The width of the size.
    pub size: usize,
    /// The width of the bar; 0 when hidden.
    pub bar: usize,
}

/// Returns the columns that fit. `owner` is the width of the longest owner, `size` that of the widest size; `attributes` is whether permissions and owner are shown, unset when that
/// depends on the room.
#[must_use]
pub(crate) fn tree_columns(
    areas: &ExploreAreas,
    owner: usize,
    attributes: Option<bool>,
    size: usize,
) -> TreeColumns {
    let width = usize::from(areas.tree_rows().width);
    let beside = |name: usize| width.saturating_sub(size + MARKS + name);
    let fits = PERMISSIONS + owner < beside(NAME_FOR_FULL_OWNER);
    let owner = if fits { owner } else { owner.min(OWNER) };
    let with_owner = PERMISSIONS + owner + 1;
    let turned_on = attributes == Some(true);
    let room = beside(if turned_on {
        MIN_NAME_TURNED_ON
    } else {
        MIN_NAME_BY_DEFAULT
    });
    let wanted = attributes.unwrap_or(room >= with_owner);
    let permissions = wanted && room >= PERMISSIONS;
    let (owner, used) = match (permissions, room >= with_owner) {
        (true, true) => (owner, with_owner),
        (true, false) => (0, PERMISSIONS),
        (false, _) => (0, 0),
    };
    let bar = match width {
        0..42 => 0,
        42..90 => 6,
        _ => 10,
    };
    TreeColumns {
        permissions,
        owner,
        size,
        bar: if beside(NAME) > used + bar { bar } else { 0 },
    }
}
