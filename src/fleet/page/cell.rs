//! A cell of a list, and its text. Names are looked up when they are shown, so that a list of all layers holds numbers only.

use std::borrow::Cow;
use std::sync::Arc;

use crate::analysis::seconds;
use crate::bytes::{human, share, signed, thousands};
use crate::fleet::fleet_index::{ImageRowId, LayerRowId};
use crate::fleet::page::FleetFacts;
use crate::fleet::summary::Sum;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// An empty cell.
    Empty,
    /// A number of things.
    Count(u64),
    /// A difference between two numbers of things.
    Difference(i64),
    /// Bytes.
    Bytes(u64),
    /// The known bytes of a sum with unknown ones.
    AtLeast(u64),
    /// A difference of bytes.
    Change(Change),
    /// Millionths of a ratio.
    Millionths(u64),
    /// Seconds.
    Seconds(f64),
    /// Seconds for the known bytes of a sum with unknown ones.
    AtLeastSeconds(f64),
    /// The first name of an image.
    Image(ImageRowId),
    /// The instruction of a layer, else its digest.
    Layer(LayerRowId),
    /// The number of layers of a group, by its place among the shared ones.
    GroupLayers(u32),
    /// A name, a sentence.
    Text(Arc<str>),
    /// A path.
    Path(Arc<str>),
    /// The id of a category.
    Category(Arc<str>),
    /// A word of the program.
    Word(&'static str),
}

/// A difference of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The bytes before.
    pub before: u64,
    /// The bytes after.
    pub after: u64,
}

impl Change {
    /// Returns the bytes after less those before.
    #[must_use]
    pub fn delta(self) -> i128 {
        i128::from(self.after) - i128::from(self.before)
    }
}

impl From<Sum> for Cell {
    fn from(sum: Sum) -> Self {
        if sum.unknown > 0 {
            Self::AtLeast(sum.bytes)
        } else {
            Self::Bytes(sum.bytes)
        }
    }
}

impl Cell {
    /// Returns a number of things.
    #[must_use]
    pub(super) fn count(number: usize) -> Self {
        Self::Count(number as u64)
    }

    /// Returns a text.
    #[must_use]
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// Returns its number for sums and for sorting; `None` for a text.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds are sorted by thousandths"
    )]
    pub fn number(&self, facts: &FleetFacts) -> Option<i128> {
        Some(match self {
            Self::Empty => 0,
            Self::Count(number)
            | Self::Bytes(number)
            | Self::AtLeast(number)
            | Self::Millionths(number) => i128::from(*number),
            Self::Difference(number) => i128::from(*number),
            Self::Change(change) => change.delta(),
            Self::Seconds(seconds) | Self::AtLeastSeconds(seconds) => (seconds * 1000.0) as i128,
            Self::GroupLayers(group) => facts.group_layers(*group).len() as i128,
            Self::Image(_)
            | Self::Layer(_)
            | Self::Text(_)
            | Self::Path(_)
            | Self::Category(_)
            | Self::Word(_) => return None,
        })
    }
}

impl FleetFacts {
    /// Returns a cell as text. Names are not escaped.
    #[must_use]
    pub fn text<'a>(&'a self, cell: &'a Cell) -> Cow<'a, str> {
        let owned = match cell {
            Cell::Empty => String::new(),
            Cell::Count(number) => thousands(*number),
            Cell::Difference(0) => "0".to_owned(),
            Cell::Difference(number) => {
                let sign = if *number > 0 { "+" } else { "−" };
                format!("{sign}{}", thousands(number.unsigned_abs()))
            }
            Cell::Bytes(bytes) => human(*bytes, self.units),
            Cell::AtLeast(bytes) => format!("≥ {}", human(*bytes, self.units)),
            Cell::Millionths(number) => share(*number, 1_000_000),
            Cell::Change(change) => signed(change.delta(), self.units),
            Cell::Seconds(time) => seconds(*time),
            Cell::AtLeastSeconds(time) => format!("≥ {}", seconds(*time)),
            Cell::GroupLayers(group) => thousands(self.group_layers(*group).len() as u64),
            Cell::Image(image) => return Cow::Borrowed(self.fleet.name_of(*image)),
            Cell::Layer(layer) => return Cow::Borrowed(self.layer_name(*layer)),
            Cell::Text(text) | Cell::Path(text) | Cell::Category(text) => {
                return Cow::Borrowed(text);
            }
            Cell::Word(word) => return Cow::Borrowed(word),
        };
        Cow::Owned(owned)
    }

    /// Returns the instruction of a layer, else its digest.
    pub(super) fn layer_name(&self, layer: LayerRowId) -> &str {
        let row = self.fleet.layer(layer);
        match &*row.instruction {
            "" => &row.layer,
            instruction => instruction,
        }
    }
}
