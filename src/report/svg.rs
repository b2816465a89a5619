//! The map of an image as an SVG picture, for READMEs and pages: areas to scale, coloured by category, with a legend. No scripts, no links; names are
//! text. `treemap` computes the layout.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::colours::{CATEGORIES, ink};
use super::facts::ImageFacts;
use super::finding_text::node_path;
use super::xml::Xml;
use crate::analysis::{Amount, Category, sizes};
use crate::bytes::count;
use crate::escape;
use crate::image::NodeId;
use crate::treemap::{Area, squarify};

const WIDTH: f64 = 1200.0;
/// The map between the title and the legend.
const MAP: Area = Area {
    left: 0.0,
    top: 34.0,
    right: WIDTH,
    bottom: 654.0,
};
/// The height of a folder's title.
const TITLE: f64 = 16.0;
/// The width of a character of 12 pixels in a monospaced font.
const CHARACTER: f64 = 7.3;
/// The smallest rectangle that is drawn, in square pixels.
const LEAST_AREA: f64 = 40.0;
/// The most rectangles, so that a picture stays below half a megabyte.
const MOST: usize = 1500;
/// The columns of the legend.
const COLUMNS: u16 = 3;

const STYLE: &str = "text{font:12px ui-monospace,monospace;fill:#1b1f24}rect{stroke:#fff;stroke-width:1}.page{fill:#fff}.folder{fill:#f0f2f5}\
@media(prefers-color-scheme:dark){.dim,.label{fill:#e6edf3}rect{stroke:#0d1117}.page{fill:#0d1117}.folder{fill:#161b22}}";

/// A path with its place in the picture.
struct Tile {
    node: NodeId,
    area: Area,
}

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let image = facts.image;
    let sums = sizes(image, &image.snapshot(image.top()));
    let tiles = tiles(facts, &sums);
    let legend = legend(facts);
    let rows = (0..).zip(legend.chunks(COLUMNS.into())).last();
    let rows: u16 = rows.map_or(0, |(row, _)| row + 1);
    let height = MAP.bottom + 14.0 + 20.0 * f64::from(rows);
    let reference = escape::text(&image.about.reference);
    let title = format!(
        "{reference}: {} visible in {}, by category",
        facts.analysis.sum(facts.analysis.visible, facts.units),
        count(image.layers.len() as u64, "layer", "layers")
    );
    let title = Xml(&title);
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">"#
    )?;
    writeln!(out, "<title>{title}</title><style>{STYLE}</style>")?;
    writeln!(
        out,
        r#"<rect class="page" width="{WIDTH}" height="{height}"/>"#
    )?;
    writeln!(out, r#"<text class="label" x="4" y="21">{title}</text>"#)?;
    for tile in &tiles {
        draw(facts, &sums, tile, out)?;
    }
    for (at, (category, bytes)) in (0_u16..).zip(&legend) {
        let x = f64::from(at % COLUMNS) * WIDTH / f64::from(COLUMNS) + 4.0;
        let y = MAP.bottom + 12.0 + f64::from(at / COLUMNS) * 20.0;
        writeln!(
            out,
            r#"<rect x="{x}" y="{y}" width="12" height="12" fill="{}"/><text class="label" x="{}" y="{}">{} {}</text>"#,
            CATEGORIES[*category as usize],
            x + 18.0,
            y + 11.0,
            category.name(),
            facts.analysis.sum(*bytes, facts.units),
        )?;
    }
    writeln!(out, "</svg>")
}

/// Returns the categories with visible bytes, largest first; none without a content analysis.
fn legend(facts: &ImageFacts<'_>) -> Vec<(Category, u64)> {
    let content = facts.content_analysis.iter();
    let mut legend: Vec<(Category, u64)> = content
        .flat_map(|content| content.categories.list)
        .map(|bytes| (bytes.category, bytes.visible))
        .filter(|(_, bytes)| *bytes > 0)
        .collect();
    legend.sort_by_key(|(_, bytes)| Reverse(*bytes));
    legend
}

/// Lays out the largest paths: breadth first, so that the limit cuts the deepest ones.
fn tiles(facts: &ImageFacts<'_>, sums: &[u64]) -> Vec<Tile> {
    let tree = &facts.image.tree;
    let mut tiles = Vec::new();
    let mut folders = std::collections::VecDeque::from([(NodeId::ROOT, MAP)]);
    while let Some((folder, area)) = folders.pop_front() {
        let mut children: Vec<NodeId> = tree
            .children(folder)
            .filter(|node| sums[node.index()] > 0)
            .collect();
        children.sort_by_key(|node| Reverse(sums[node.index()]));
        let weights: Vec<u64> = children.iter().map(|node| sums[node.index()]).collect();
        for (node, area) in children.into_iter().zip(squarify(&weights, area)) {
            if area.width() * area.height() < LEAST_AREA || tiles.len() >= MOST {
                continue;
            }
            tiles.push(Tile { node, area });
            let inner = Area {
                left: area.left + 2.0,
                top: area.top + TITLE,
                right: area.right - 2.0,
                bottom: area.bottom - 2.0,
            };
            if is_divided(facts, node) && inner.width() > 12.0 && inner.height() > 12.0 {
                folders.push_back((node, inner));
            }
        }
    }
    tiles
}

fn is_divided(facts: &ImageFacts<'_>, node: NodeId) -> bool {
    let visible = facts.image.visible_entry(node);
    visible.is_some_and(|(_, entry)| facts.image.entry(entry).is_dir())
}

fn draw(facts: &ImageFacts<'_>, sums: &[u64], tile: &Tile, out: &mut impl Write) -> io::Result<()> {
    let Tile { node, area } = *tile;
    let is_folder = is_divided(facts, node);
    let colour = CATEGORIES[category(facts, largest_file(facts, sums, node)) as usize];
    // A folder too small to be divided has the colour of its largest file.
    let is_open = is_folder && area.height() > TITLE + 14.0 && area.width() > 16.0;
    let amount = Amount::of(
        sums[node.index()],
        !is_folder || facts.analysis.is_complete(),
    );
    let bytes = amount.bytes(facts.units);
    let path = node_path(facts.image, node);
    let about = match facts.image.visible_entry(node) {
        Some((layer, _)) if !is_folder => format!(
            "{path}, {bytes}, {}, layer {}",
            category(facts, node).name(),
            layer.index() + 1
        ),
        _ => format!("{path}, {bytes}"),
    };
    let (x, y, width, height) = (area.left, area.top, area.width(), area.height());
    write!(
        out,
        r#"<g><title>{}</title><rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" "#,
        Xml(&about)
    )?;
    if is_open {
        write!(out, r#"class="folder"/>"#)?;
    } else {
        write!(out, r#"fill="{colour}"/>"#)?;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and at most the width of the picture"
    )]
    let room = ((width - 8.0) / CHARACTER).max(0.0) as usize;
    if room >= 3 && height >= TITLE {
        let name = escape::name(facts.image.tree.name(node));
        let mut label: String = name.chars().take(room).collect();
        if label.len() < name.len() {
            label.pop();
            label.push('…');
        }
        let (x, y) = (x + 4.0, y + 12.0);
        let label = Xml(&label);
        if is_open {
            write!(
                out,
                r#"<text class="label" x="{x:.1}" y="{y:.1}">{label}</text>"#
            )?;
        } else {
            let ink = ink(colour);
            write!(
                out,
                r#"<text x="{x:.1}" y="{y:.1}" style="fill:{ink}">{label}</text>"#
            )?;
        }
    }
    writeln!(out, "</g>")
}

fn category(facts: &ImageFacts<'_>, node: NodeId) -> Category {
    let content = facts.content_analysis;
    content.map_or(Category::SystemFiles, |content| {
        content.categories.category(node)
    })
}

/// Returns the largest file below a folder, or the file itself.
fn largest_file(facts: &ImageFacts<'_>, sums: &[u64], node: NodeId) -> NodeId {
    let largest = |node: NodeId| {
        let children = facts.image.tree.children(node);
        children.max_by_key(|child| (sums[child.index()], Reverse(*child)))
    };
    let next = |node: &NodeId| largest(*node).filter(|child| sums[child.index()] > 0);
    std::iter::successors(Some(node), next)
        .last()
        .unwrap_or(node)
}
