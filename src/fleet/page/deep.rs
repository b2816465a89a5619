//! The lists of a report about the files of images: totals, categories, images that could be smaller, findings, rules, packages, the same content in several layers.

use crate::bytes::count;
use crate::fleet::deep_summary::{DeepSummary, positive};
use crate::fleet::page::list::ListColumnKind::{Bytes, Count, Long, Short};
use crate::fleet::page::{Cell, FleetFacts, List, ListKind, Subject};

/// The characters of a category's id.
pub(super) const CATEGORY: usize = 26;
/// Those of a kind of package.
pub(super) const PACKAGE_KIND: usize = 8;

impl FleetFacts {
    /// Returns a list about files.
    pub(super) fn deep(&self, deep: &DeepSummary, kind: ListKind) -> Option<List> {
        Some(match kind {
            ListKind::Files => files(deep),
            ListKind::Categories => categories(deep),
            ListKind::Smaller => self.smaller(deep),
            ListKind::Findings => findings(deep),
            ListKind::Rules => rules(deep),
            ListKind::Packages => packages(deep),
            ListKind::Duplicates => duplicates(deep),
            _ => return None,
        })
    }

    fn smaller(&self, deep: &DeepSummary) -> List {
        let columns = [("saves", Bytes), ("of", Bytes), ("image", Long)];
        let list = List::new(ListKind::Smaller, "Images that could be smaller", columns);
        list.rows(deep.smaller.iter().map(|image| {
            let row = self.fleet.image(*image);
            let bytes = |bytes: Option<i64>| Cell::Bytes(positive(bytes.unwrap_or_default()));
            let cells = [
                bytes(row.savings_bytes),
                bytes(row.size_bytes),
                Cell::Image(*image),
            ];
            (cells, Some(Subject::Image(*image)))
        }))
    }
}

fn files(deep: &DeepSummary) -> List {
    let images = count(deep.images as u64, "image", "images");
    let columns = [("", Short(22)), ("", Bytes), ("", Long)];
    let list = List::new(ListKind::Files, format!("Files of {images}"), columns);
    let row = |name, bytes, note| {
        let cells = [Cell::Word(name), Cell::Bytes(bytes), Cell::Word(note)];
        (cells, Some(Subject::ReadImages))
    };
    list.short().rows([
        row("size", deep.size, ""),
        row("hidden", deep.hidden, "no container sees them"),
        row("savings", deep.savings, "after fixing all findings"),
    ])
}

fn categories(deep: &DeepSummary) -> List {
    let columns = [
        ("category", Short(CATEGORY)),
        ("visible", Bytes),
        ("hidden", Bytes),
        ("images", Count),
    ];
    let list = List::new(ListKind::Categories, "Bytes by category", columns);
    list.short()
        .rows(deep.categories.iter().zip(0..).map(|(sum, at)| {
            let cells = [
                Cell::Category(sum.category.as_str().into()),
                Cell::Bytes(sum.visible),
                Cell::Bytes(sum.hidden),
                Cell::count(sum.images),
            ];
            (cells, Some(Subject::Category(at)))
        }))
}

fn findings(deep: &DeepSummary) -> List {
    let columns = [("saves", Bytes), ("images", Count), ("finding", Long)];
    let list = List::new(ListKind::Findings, "Findings", columns);
    let list = list.rows(deep.findings.iter().zip(0..).map(|(sum, at)| {
        let cells = [
            Cell::Bytes(sum.bytes),
            Cell::count(sum.images),
            Cell::text(&sum.finding),
        ];
        (cells, Some(Subject::Finding(at)))
    }));
    list.note("saves: by fixing each alone; savings can overlap")
}

fn rules(deep: &DeepSummary) -> List {
    let columns = [
        ("failed", Count),
        ("warned", Count),
        ("images", Count),
        ("rule", Long),
    ];
    let list = List::new(ListKind::Rules, "Rules", columns);
    list.rows(deep.rules.iter().zip(0..).map(|(sum, at)| {
        let cells = [
            Cell::count(sum.failed),
            Cell::count(sum.warned),
            Cell::count(sum.images),
            Cell::text(&sum.rule),
        ];
        (cells, Some(Subject::Rule(at)))
    }))
}

fn packages(deep: &DeepSummary) -> List {
    let columns = [
        ("bytes", Bytes),
        ("images", Count),
        ("kind", Short(PACKAGE_KIND)),
        ("package", Long),
    ];
    let list = List::new(ListKind::Packages, "Packages", columns);
    list.rows(deep.packages.iter().zip(0..).map(|(sum, at)| {
        let cells = [
            Cell::Bytes(sum.bytes),
            Cell::count(sum.images),
            Cell::text(&sum.kind),
            Cell::text(&sum.name),
        ];
        (cells, Some(Subject::Package(at)))
    }))
}

fn duplicates(deep: &DeepSummary) -> List {
    let columns = [
        ("layers", Count),
        ("bytes", Bytes),
        ("extra", Bytes),
        ("path", Long),
    ];
    let title = "The same content in several layers";
    let list = List::new(ListKind::Duplicates, title, columns);
    list.rows(deep.duplicates.iter().zip(0..).map(|(file, at)| {
        let cells = [
            Cell::count(file.layers.len()),
            Cell::Bytes(file.bytes),
            Cell::Bytes(file.extra),
            Cell::Path(file.path.as_str().into()),
        ];
        (cells, Some(Subject::Duplicate(at)))
    }))
}
