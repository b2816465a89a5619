//! The map of an image, or of what a query selects, as an SVG picture, for READMEs and pages: areas to scale, coloured by category, with a legend. No
//! scripts, no links; names are text. `treemap` computes the layout.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::colours::{CATEGORIES, ink};
use super::facts::ImageFacts;
use super::finding_text::node_path;
use super::selected::ShownFiles;
use super::xml::Xml;
use crate::analysis::{Amount, Category};
use crate::bytes::count;
use crate::escape;
use crate::image::NodeId;
use crate::query::PathContent;
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
#[derive(Clone, Copy)]
struct SvgTile {
    node: NodeId,
    /// Whether it is divided: the path and all below it, not the path alone.
    is_folder: bool,
    bytes: u64,
    area: Area,
}

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let image = facts.image;
    let files = ShownFiles::of(facts);
    let tiles = tiles(facts, &files);
    let legend = files.categories();
    let rows = (0..).zip(legend.chunks(COLUMNS.into())).last();
    let rows: u16 = rows.map_or(0, |(row, _)| row + 1);
    let height = MAP.bottom + 14.0 + 20.0 * f64::from(rows);
    let reference = escape::text(&image.about.reference);
    let title = format!(
        "{reference}: {} in {}, by category",
        files.total(),
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
        draw(facts, &files, tile, out)?;
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
            files.amount(*bytes).bytes(facts.units),
        )?;
    }
    writeln!(out, "</svg>")
}

/// Lays out the largest paths: breadth first, so that the limit cuts the deepest ones.
fn tiles(facts: &ImageFacts<'_>, files: &ShownFiles<'_>) -> Vec<SvgTile> {
    let mut tiles = Vec::new();
    let mut folders = std::collections::VecDeque::from([(NodeId::ROOT, MAP)]);
    while let Some((folder, area)) = folders.pop_front() {
        let inside = inside(facts, files, folder);
        let weights: Vec<u64> = inside.iter().map(|tile| tile.bytes).collect();
        for (tile, area) in inside.into_iter().zip(squarify(&weights, area)) {
            if area.width() * area.height() < LEAST_AREA || tiles.len() >= MOST {
                continue;
            }
            let tile = SvgTile { area, ..tile };
            tiles.push(tile);
            let inner = Area {
                left: area.left + 2.0,
                top: area.top + TITLE,
                right: area.right - 2.0,
                bottom: area.bottom - 2.0,
            };
            if tile.is_folder && inner.width() > 12.0 && inner.height() > 12.0 {
                folders.push_back((tile.node, inner));
            }
        }
    }
    tiles
}

/// Returns what a folder is divided into, largest first: the paths in it, and the hidden files that it replaced. No areas.
fn inside(facts: &ImageFacts<'_>, files: &ShownFiles<'_>, folder: NodeId) -> Vec<SvgTile> {
    let tile = |node, is_folder, bytes| SvgTile {
        node,
        is_folder,
        bytes,
        area: MAP,
    };
    let children = facts.image.tree.children(folder);
    let below = children.map(|node| {
        let bytes = files.selection.bytes_below(node);
        tile(node, files.is_folder(node), bytes)
    });
    let below: Vec<SvgTile> = below.collect();
    let all = below.iter().map(|tile| tile.bytes);
    let all = all.fold(0, u64::saturating_add);
    let own = files.selection.bytes_below(folder).saturating_sub(all);
    let mut inside = below;
    inside.push(tile(folder, false, own));
    inside.retain(|tile| tile.bytes > 0);
    inside.sort_by_key(|tile| Reverse(tile.bytes));
    inside
}

fn draw(
    facts: &ImageFacts<'_>,
    files: &ShownFiles<'_>,
    tile: &SvgTile,
    out: &mut impl Write,
) -> io::Result<()> {
    let SvgTile {
        is_folder, area, ..
    } = *tile;
    let is_open = is_folder && area.height() > TITLE + 14.0 && area.width() > 16.0;
    // A folder too small to be divided has the colour of its largest file.
    let colour = if is_open {
        ""
    } else {
        CATEGORIES[category(files, largest_file(facts, files, tile)) as usize]
    };
    let (x, y, width, height) = (area.left, area.top, area.width(), area.height());
    write!(
        out,
        r#"<g><title>{}</title><rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" "#,
        Xml(&title(facts, files, tile))
    )?;
    if is_open {
        write!(out, r#"class="folder"/>"#)?;
    } else {
        write!(out, r#"fill="{colour}"/>"#)?;
    }
    if let Some(label) = label(facts, tile) {
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

/// Returns the text for a tile under the mouse: its path and its bytes; of a file also its category and its layer.
fn title(facts: &ImageFacts<'_>, files: &ShownFiles<'_>, tile: &SvgTile) -> String {
    let node = tile.node;
    let amount = if tile.is_folder {
        files.amount(tile.bytes)
    } else {
        Amount::Known(tile.bytes)
    };
    let bytes = amount.bytes(facts.units);
    let path = node_path(facts.image, node);
    match files.selection.at(node) {
        _ if tile.is_folder => format!("{path}, {bytes}"),
        [content] => format!(
            "{path}, {bytes}, {}, layer {}{}",
            category(files, node).name(),
            content.layer.index() + 1,
            files.note(content)
        ),
        versions => format!(
            "{path}, {bytes}, {}, {} versions",
            category(files, node).name(),
            versions.len()
        ),
    }
}

/// Returns the name in a tile, truncated to its width; `None` where the tile is too small for one.
fn label(facts: &ImageFacts<'_>, tile: &SvgTile) -> Option<String> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and at most the width of the picture"
    )]
    let room = ((tile.area.width() - 8.0) / CHARACTER).max(0.0) as usize;
    if room < 3 || tile.area.height() < TITLE {
        return None;
    }
    let name = escape::name(facts.image.tree.name(tile.node));
    let mut label: String = name.chars().take(room).collect();
    if label.len() < name.len() {
        label.pop();
        label.push('…');
    }
    Some(label)
}

/// Returns the category of the largest version of a file.
fn category(files: &ShownFiles<'_>, node: NodeId) -> Category {
    let versions = files.selection.at(node).iter();
    let largest = versions.max_by_key(|content| (content.bytes, Reverse(content.sort_key())));
    let category = largest.and_then(|content: &PathContent| files.category(content));
    category.unwrap_or(Category::SystemFiles)
}

/// Returns the largest file of a tile.
fn largest_file(facts: &ImageFacts<'_>, files: &ShownFiles<'_>, tile: &SvgTile) -> NodeId {
    let next = |tile: &SvgTile| {
        let inside = tile.is_folder.then(|| inside(facts, files, tile.node));
        inside?.first().copied()
    };
    std::iter::successors(Some(*tile), next)
        .last()
        .map_or(tile.node, |tile| tile.node)
}
