//! The lists of every report, in their one order: totals, growth, a fresh node, shared layers, images, files, what could not be read.

use crate::bytes::{count, thousands};
use crate::fleet::fleet_index::ImageRowId;
use crate::fleet::growth::{Growth, NamedImages};
use crate::fleet::page::drill::total;
use crate::fleet::page::list::ListColumnKind::{Bytes, Count, Long, Short, Time};
use crate::fleet::page::{
    Cell, Change, FleetFacts, List, ListColumn, ListKind, Page, Subject, Total,
};
use crate::fleet::row::ErrorRow;
use crate::fleet::summary::{GroupLabel, LayerGroup, Sum, Summary};

/// The characters of a name in front of numbers.
const NAME: usize = 22;
/// Those of a platform.
const PLATFORM: usize = 20;
/// Those of a day, `≤ 2026-11-29`.
const DAY: usize = 12;

impl FleetFacts {
    /// Returns the lists of the overview, or one of them alone.
    pub(super) fn overview(&self, alone: Option<ListKind>) -> Page {
        let kinds = ListKind::OVERVIEW.into_iter();
        let kinds = kinds.filter(|kind| alone.is_none_or(|alone| alone == *kind));
        Page {
            title: "Overview".to_owned(),
            lines: Vec::new(),
            totals: self.overview_totals(),
            lists: kinds.filter_map(|kind| self.list(kind)).collect(),
        }
    }

    /// Returns a list of the overview; `None` for one that the run does not have.
    fn list(&self, kind: ListKind) -> Option<List> {
        let (growth, deep) = (self.growth.as_ref(), self.summary.deep.as_ref());
        let list = match kind {
            ListKind::Totals => self.totals(),
            ListKind::Growth => self.growth(growth?),
            ListKind::Names => Self::changed_names(growth?),
            ListKind::FreshNode => self.fresh_node(),
            ListKind::Shared => self.shared(),
            ListKind::Images => {
                let largest = self.summary.largest.iter().copied();
                self.images("Largest images", largest)
            }
            ListKind::Errors => errors(self.fleet.errors()),
            kind => self.deep(deep?, kind)?,
        };
        let is_always = matches!(
            kind,
            ListKind::Totals | ListKind::FreshNode | ListKind::Shared | ListKind::Categories
        );
        (is_always || !list.is_empty()).then_some(list)
    }

    /// Returns the numbers that lists of the overview add up to.
    fn overview_totals(&self) -> Vec<Total> {
        let saved = total(ListKind::Shared, Some(3), Cell::Bytes(self.summary.saved()));
        let alone = total(ListKind::Images, Some(0), self.summary.alone);
        let deep = self.summary.deep.as_ref();
        let deep = deep.map(|deep| total(ListKind::Smaller, Some(0), Cell::Bytes(deep.savings)));
        [saved, alone].into_iter().chain(deep).collect()
    }

    fn totals(&self) -> List {
        let Summary {
            alone, distinct, ..
        } = self.summary;
        let shared = format!(
            "{}; sharing saves {}",
            self.distinct_share(),
            self.bytes(self.summary.saved())
        );
        let columns = [("", Short(NAME)), ("", Bytes), ("", Long)];
        let list = List::new(ListKind::Totals, self.counts(), columns);
        let list = list.short().rows([
            (
                [Cell::Word("each image alone"), alone.into(), Cell::Empty],
                Some(Subject::Images),
            ),
            (
                [
                    Cell::Word("each layer once"),
                    distinct.into(),
                    Cell::text(&shared),
                ],
                Some(Subject::Layers),
            ),
        ]);
        self.size_notes().into_iter().fold(list, List::note)
    }

    /// Returns what the sizes leave out, one sentence per line.
    fn size_notes(&self) -> Vec<String> {
        let Sum {
            unknown, unpacked, ..
        } = self.summary.distinct;
        let layers = |number| count(number, "layer", "layers");
        let unknown = (unknown > 0).then(|| format!("The size of {} is unknown.", layers(unknown)));
        let unpacked = (unpacked > 0).then(|| {
            let layers = layers(unpacked);
            format!("The compressed size of {layers} is unknown: the size counts instead.")
        });
        unknown.into_iter().chain(unpacked).collect()
    }

    fn growth(&self, growth: &Growth) -> List {
        let (before, after) = (&growth.before, &growth.after);
        let columns = [
            ("", Short(NAME)),
            ("before", Bytes),
            ("after", Bytes),
            ("Δ", Bytes),
        ];
        let mut list = List::new(ListKind::Growth, "Since the earlier run", columns).short();
        let mut row = |name, cells: [Cell; 3], subject| {
            let cells = std::iter::once(Cell::Word(name)).chain(cells);
            list.push(cells, Some(subject));
        };
        let counts = |before: usize, after: usize| {
            let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            let delta = Cell::Difference(number(after) - number(before));
            [Cell::count(before), Cell::count(after), delta]
        };
        let sums = |before: Sum, after: Sum| {
            [
                before.into(),
                after.into(),
                change(before.bytes, after.bytes),
            ]
        };
        let images = counts(before.images, after.images);
        row("images", images, Subject::Images);
        let layers = counts(before.layers, after.layers);
        row("layers", layers, Subject::Layers);
        let alone = sums(before.alone, after.alone);
        row("each image alone", alone, Subject::Images);
        let once = sums(before.distinct, after.distinct);
        row("each layer once", once, Subject::Layers);
        for (name, before, after) in [
            ("hidden", before.hidden, after.hidden),
            ("savings", before.savings, after.savings),
        ] {
            if let (Some(before), Some(after)) = (before, after) {
                let cells = [
                    Cell::Bytes(before),
                    Cell::Bytes(after),
                    change(before, after),
                ];
                row(name, cells, Subject::ReadImages);
            }
        }
        row(
            "layers only before",
            [
                growth.only_before.1.into(),
                Cell::Empty,
                change(growth.only_before.1.bytes, 0),
            ],
            Subject::OnlyBefore,
        );
        row(
            "layers only after",
            [
                Cell::Empty,
                growth.only_after.1.into(),
                change(0, growth.only_after.1.bytes),
            ],
            Subject::OnlyAfter,
        );
        list.note(self.layers_since(growth))
            .note(names_since(growth))
    }

    /// Returns which layers only one of the runs has, as a sentence.
    fn layers_since(&self, growth: &Growth) -> String {
        let layers = |number: usize, sum: Sum| {
            let layers = count(number as u64, "layer", "layers");
            format!("{layers} ({})", self.sum(sum))
        };
        let (after, before) = (&growth.only_after, &growth.only_before);
        format!(
            "A node with all layers of the earlier run pulls {}; {} of that run {} no longer used.",
            layers(after.0.len(), after.1),
            layers(before.0.len(), before.1),
            if before.0.len() == 1 { "is" } else { "are" },
        )
    }

    fn changed_names(growth: &Growth) -> List {
        let columns = [
            ("before", Bytes),
            ("after", Bytes),
            ("Δ", Bytes),
            ("name", Long),
        ];
        let list = List::new(ListKind::Names, "Names with other images", columns);
        list.rows(growth.names.iter().zip(0..).map(|(name, at)| {
            let (before, after) = name.bytes();
            let images = |images: &Option<NamedImages>, without| match images {
                Some(images) => Cell::from(images.sum),
                None => Cell::Word(without),
            };
            let cells = [
                images(&name.before, "added"),
                images(&name.after, "removed"),
                change(before, after),
                Cell::text(&name.name),
            ];
            (cells, Some(Subject::Name(at)))
        }))
    }

    fn fresh_node(&self) -> List {
        let columns = [
            ("platform", Short(PLATFORM)),
            ("images", Count),
            ("bytes", Bytes),
        ];
        let mut list = List::new(ListKind::FreshNode, "A fresh node pulls", columns).short();
        list.columns
            .extend(self.links.iter().map(|link| ListColumn {
                name: link.to_string(),
                kind: Time,
            }));
        for (platform, at) in self.summary.platforms.iter().zip(0..) {
            let name = match &*platform.platform {
                "" => Cell::Word("unknown"),
                name => Cell::text(name),
            };
            let sum = platform.distinct;
            let cells = [name, Cell::count(platform.images), sum.into()];
            let times = self.links.iter().map(|link| {
                let seconds = self.download(sum, *link);
                if sum.unknown > 0 {
                    Cell::AtLeastSeconds(seconds)
                } else {
                    Cell::Seconds(seconds)
                }
            });
            list.push(cells.into_iter().chain(times), Some(Subject::Platform(at)));
        }
        let nodes = match self.nodes {
            1 => "The time of the download alone".to_owned(),
            nodes => format!("The time until {nodes} nodes have downloaded all over one link"),
        };
        list.note(format!("{nodes}; unpacking adds to it."))
    }

    fn shared(&self) -> List {
        let groups = &self.summary.shared;
        if groups.is_empty() {
            return List::new(ListKind::Shared, "No layer is in two images", []);
        }
        let columns = [
            ("images", Count),
            ("layers", Count),
            ("bytes", Bytes),
            ("saved", Bytes),
            ("created", Short(DAY)),
            ("image or instruction", Long),
        ];
        let list = List::new(ListKind::Shared, "Shared layers", columns);
        let list = list.rows(groups.iter().zip(0..).map(|(group, at)| {
            let cells = [
                Cell::count(group.images),
                Cell::GroupLayers(at),
                group.sum.into(),
                Cell::Bytes(group.saved),
                Cell::text(&created(group)),
                match group.label {
                    GroupLabel::Image(image) => Cell::Image(image),
                    GroupLabel::Layer(_) => Cell::text(&self.label(group)),
                },
            ];
            (cells, Some(Subject::Group(at)))
        }));
        list.note("created: the day of the image that they end; ≤: of the oldest image on them")
    }

    /// Returns a list of images.
    pub(super) fn images(
        &self,
        title: impl Into<String>,
        images: impl IntoIterator<Item = ImageRowId>,
    ) -> List {
        let columns = [
            ("bytes", Bytes),
            ("own", Bytes),
            ("names", Count),
            ("image", Long),
        ];
        let list = List::new(ListKind::Images, title, columns);
        let rows = images.into_iter().map(|image| {
            let sums = self.summary.sums_of(image);
            let cells = [
                sums.all.into(),
                sums.own.into(),
                Cell::count(self.fleet.names_of(image).len()),
                Cell::Image(image),
            ];
            (cells, Some(Subject::Image(image)))
        });
        list.rows(rows)
            .note("own: layers that are in no other image")
    }
}

/// Returns a difference of bytes.
const fn change(before: u64, after: u64) -> Cell {
    Cell::Change(Change { before, after })
}

/// Returns how many names were added, removed and changed, as a sentence.
fn names_since(growth: &Growth) -> String {
    let added = growth.names.iter().filter(|change| change.before.is_none());
    let removed = growth.names.iter().filter(|change| change.after.is_none());
    let (added, removed) = (added.count(), removed.count());
    let number = |number: usize| thousands(number as u64);
    format!(
        "Names: {} added, {} removed, {} with other images, {} unchanged.",
        number(added),
        number(removed),
        number(growth.names.len() - added - removed),
        number(growth.unchanged),
    )
}

/// Returns the day on which the layers of a group were created, or before which.
fn created(group: &LayerGroup) -> String {
    match (&group.created, &group.oldest) {
        (Some(day), _) => day.clone(),
        (None, Some(day)) => format!("≤ {day}"),
        (None, None) => String::new(),
    }
}

/// Returns the names that could not be read, each with the cause.
fn errors(errors: &[ErrorRow]) -> List {
    let list = List::new(ListKind::Errors, "Not read", [("", Long)]);
    list.rows(errors.iter().map(|error| {
        // Most messages begin with the name.
        let text = if error.message.contains(&error.name) {
            error.message.clone()
        } else {
            format!("{}: {}", error.name, error.message)
        };
        let hint = error.hint.iter().map(|hint| format!("; {hint}"));
        let text = std::iter::once(text).chain(hint).collect::<String>();
        ([Cell::Text(text.into())], None)
    }))
}
