//! The columns of the tree: the names have theirs first, and what stands beside them gives way where they would be cut. Pure, as the layout it
//! belongs to.

use crate::bytes::Units;
use crate::ui::model::explore::Explore;

use crate::ui::layout::Areas;

/// The columns that names keep beside the bar; beside permissions and owner that nobody asked for, and that somebody did.
const NAME: usize = 16;
const EASY_NAME: usize = 22;
const LEAST_NAME: usize = 12;
/// The columns of the widest owner of 16 bits; what is wider is cut where names would have less than [`WIDE_NAME`].
const OWNER: usize = 11;
const WIDE_NAME: usize = 32;
/// The columns of the status and of the fold before a name.
const MARKS: usize = 5;
/// The columns of permissions, and of the gap behind them.
const PERMISSIONS: usize = 11;

/// Which columns stand beside the names, and how wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeColumns {
    /// Whether permissions are shown.
    pub permissions: bool,
    /// The columns of the owner; none when it is not shown.
    pub owner: usize,
    /// The columns of the size.
    pub size: usize,
    /// The columns of the bar; none when it is not shown.
    pub bar: usize,
}

/// Returns the columns there is room for. Of what is asked for, the bar gives way first, then the owner, then permissions.
#[must_use]
pub fn tree_columns(explore: &Explore, areas: &Areas, units: Units) -> TreeColumns {
    let width = usize::from(areas.tree_rows().width);
    let size = match units {
        Units::Si => 8,
        Units::Binary => 10,
    };
    let beside = |name: usize| width.saturating_sub(size + MARKS + name);
    let owner = explore.summary.owner;
    let whole = PERMISSIONS + owner < beside(WIDE_NAME);
    let owner = if whole { owner } else { owner.min(OWNER) };
    let with_owner = PERMISSIONS + owner + 1;
    let asked = explore.attributes == Some(true);
    let room = beside(if asked { LEAST_NAME } else { EASY_NAME });
    let wished = explore.attributes.unwrap_or(room >= with_owner);
    let permissions = wished && room >= PERMISSIONS;
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
