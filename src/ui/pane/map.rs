//! The map: the paths below a folder as rectangles in half cells, nested while there is room, and the selected one. A folder is divided only if its
//! rectangle has room for its entries, so the work depends on the screen, not on the image. No colours.

use std::cmp::Reverse;

use ratatui::layout::{Position, Rect};

use crate::image::{Image, NodeId};
use crate::query::Selection;

use crate::ui::pane::cursor::Motion;
use crate::ui::pane::paths::PathId;
use crate::ui::pane::treemap::squarify;

/// The least columns and half rows of a folder's rectangle that is divided further.
const LEAST: (u16, u16) = (10, 8);

/// A tree whose paths have weights: what a map shows.
pub(crate) trait Weighed {
    /// What names a path.
    type Id: PathId;

    /// Returns the folder a path is in, or nothing for the root.
    fn parent(&self, path: Self::Id) -> Option<Self::Id>;
    /// Returns the entries of a folder.
    fn children(&self, folder: Self::Id) -> impl Iterator<Item = Self::Id>;
    /// Returns the bytes at and below a path.
    fn bytes(&self, path: Self::Id) -> u64;
}

/// What is selected of an image.
#[derive(Clone, Copy)]
pub(crate) struct SelectedFiles<'a> {
    pub(crate) image: &'a Image,
    pub(crate) selection: &'a Selection,
}

impl Weighed for SelectedFiles<'_> {
    type Id = NodeId;

    fn parent(&self, path: NodeId) -> Option<NodeId> {
        self.image.tree.parent(path)
    }

    fn children(&self, folder: NodeId) -> impl Iterator<Item = NodeId> {
        self.image.tree.children(folder)
    }

    fn bytes(&self, path: NodeId) -> u64 {
        self.selection.bytes_below(path)
    }
}

/// A rectangle of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile<I> {
    /// The path; of a rest, the folder that it is in.
    pub node: I,
    /// How many entries of the folder are too small for a rectangle of their own; 0 when the rectangle is the path itself.
    pub rest: usize,
    /// Its bytes.
    pub bytes: u64,
    /// Its area in columns and half rows.
    pub area: Rect,
    /// The path of its largest file.
    pub largest: I,
}

/// The map's state.
#[derive(Clone, Debug)]
pub struct MapPane<I> {
    root: Option<I>,
    frame: Rect,
    tiles: Vec<Tile<I>>,
    /// For every half cell of the frame its rectangle.
    grid: Vec<u32>,
    selected: usize,
    /// How many paths the last layout looked at.
    visited: usize,
    valid: bool,
}

impl<I> Default for MapPane<I> {
    fn default() -> Self {
        Self {
            root: None,
            frame: Rect::default(),
            tiles: Vec::new(),
            grid: Vec::new(),
            selected: 0,
            visited: 0,
            valid: false,
        }
    }
}

impl<I: PathId> MapPane<I> {
    /// Lays out a tree in the cells of a terminal, unless it is laid out so.
    pub(crate) fn arrange(&mut self, files: &impl Weighed<Id = I>, cells: Rect) {
        let frame = Rect::new(0, 0, cells.width, 2 * cells.height);
        if self.valid && self.frame == frame {
            return;
        }
        let selected = self.selected().map(|tile| (tile.node, tile.rest > 0));
        let mut layout = Layout {
            files,
            tiles: Vec::new(),
            visited: 0,
        };
        layout.divide(self.root(), frame);
        let Layout { tiles, visited, .. } = layout;
        (self.tiles, self.visited) = (tiles, visited);
        (self.frame, self.valid) = (frame, true);
        self.grid = grid(&self.tiles, frame);
        let same = |tile: &Tile<I>| selected == Some((tile.node, tile.rest > 0));
        self.selected = self
            .tiles
            .iter()
            .position(same)
            .unwrap_or_else(|| self.largest());
    }

    /// Returns the place of the largest rectangle that is a path itself; of equal ones the first.
    fn largest(&self) -> usize {
        let rank = |(at, tile): &(usize, &Tile<I>)| (tile.rest == 0, tile.bytes, Reverse(*at));
        let largest = self.tiles.iter().enumerate().max_by_key(rank);
        largest.map_or(0, |(at, _)| at)
    }

    /// Returns the folder that the map shows.
    #[must_use]
    pub(crate) fn root(&self) -> I {
        self.root.unwrap_or_else(|| I::of(0))
    }

    /// Returns whether the map shows less than the image.
    #[must_use]
    pub fn is_zoomed(&self) -> bool {
        self.root() != I::of(0)
    }

    /// Returns the rectangles.
    #[must_use]
    pub fn tiles(&self) -> &[Tile<I>] {
        &self.tiles
    }

    /// Returns how many paths the last layout looked at.
    #[must_use]
    pub const fn visited(&self) -> usize {
        self.visited
    }

    /// Returns the place of the rectangle at a column and a half row of the frame.
    #[must_use]
    pub(crate) fn tile_at(&self, x: u16, y: u16) -> Option<usize> {
        let inside = x < self.frame.width && y < self.frame.height;
        let at = usize::from(y) * usize::from(self.frame.width) + usize::from(x);
        let tile = usize::try_from(*self.grid.get(at).filter(|_| inside)?).ok()?;
        (tile < self.tiles.len()).then_some(tile)
    }

    /// Returns the selected rectangle.
    #[must_use]
    pub fn selected(&self) -> Option<&Tile<I>> {
        self.tiles.get(self.selected)
    }

    /// Returns the place of the selected rectangle.
    #[must_use]
    pub const fn selected_at(&self) -> usize {
        self.selected
    }

    /// Selects the rectangle at a position of the terminal, in whose `cells` the map is. Returns whether there is one.
    pub(crate) fn press(&mut self, cells: Rect, at: Position) -> bool {
        let inside = cells.contains(at);
        let tile = inside.then(|| self.tile_at(at.x - cells.x, 2 * (at.y - cells.y)));
        if let Some(tile) = tile.flatten() {
            self.select(tile);
            return true;
        }
        false
    }

    /// Selects a rectangle.
    pub fn select(&mut self, at: usize) {
        self.selected = at.min(self.tiles.len().saturating_sub(1));
    }

    /// Makes the layout out of date: the weights changed.
    pub(crate) const fn invalidate(&mut self) {
        self.valid = false;
    }

    /// Moves to the nearest rectangle above or below, or to the first or last one.
    pub(crate) fn step(&mut self, motion: Motion) {
        match motion {
            Motion::Up | Motion::PageUp => self.go(|tile| flip(turn(tile))),
            Motion::Down | Motion::PageDown => self.go(turn),
            Motion::First => self.selected = 0,
            Motion::Last => self.selected = self.tiles.len().saturating_sub(1),
        }
    }

    /// Moves to the nearest rectangle at the right or at the left.
    pub(crate) fn sideways(&mut self, right: bool) {
        if right {
            self.go(edges);
        } else {
            self.go(|tile| flip(edges(tile)));
        }
    }

    /// Moves in the direction that `edges` turns into "right": to the nearest rectangle that starts behind the selected one, those beside it first.
    fn go(&mut self, edges: impl Fn(Rect) -> [i32; 4]) {
        let Some(from) = self.selected() else { return };
        let [_, top, right, bottom] = edges(from.area);
        let rank = |(at, tile): (usize, &Tile<I>)| {
            let [left, other_top, _, other_bottom] = edges(tile.area);
            let ahead = left >= right;
            let beside = other_top < bottom && top < other_bottom;
            let off = (other_top + other_bottom - top - bottom).abs();
            ahead.then_some(((!beside, left - right, off), at))
        };
        let nearest = self.tiles.iter().enumerate().filter_map(rank).min();
        if let Some((_, at)) = nearest {
            self.selected = at;
        }
    }

    /// Returns the next folder on the way to the selected rectangle that has fewer bytes than the one shown, so that its map differs; `None` where there is
    /// none, as for a file of the folder shown.
    #[must_use]
    pub(crate) fn next_folder(&self, files: &impl Weighed<Id = I>) -> Option<I> {
        let root = self.root();
        let parent = |node: &I| files.parent(*node);
        let way = std::iter::successors(Some(self.selected()?.node), parent);
        let folders = way.filter(|node| files.children(*node).next().is_some());
        let inside = folders.take_while(|node| files.bytes(*node) < files.bytes(root));
        inside.last()
    }

    /// Shows the next folder on the way to the selected rectangle; false when there is none.
    pub(crate) fn zoom_in(&mut self, files: &impl Weighed<Id = I>) -> bool {
        let folder = self.next_folder(files);
        if folder.is_some() {
            (self.root, self.valid) = (folder, false);
        }
        folder.is_some()
    }

    /// Shows the nearest folder above with more bytes, by its shortest path: undoes a zoom.
    pub(crate) fn zoom_out(&mut self, files: &impl Weighed<Id = I>) {
        let Some(parent) = files.parent(self.root()) else {
            return;
        };
        let above = std::iter::successors(Some(parent), |node| files.parent(*node));
        let same = above.take_while(|node| files.bytes(*node) == files.bytes(parent));
        (self.root, self.valid) = (same.last(), false);
    }
}

/// Returns left, top, right and bottom of an area.
fn edges(area: Rect) -> [i32; 4] {
    [area.left(), area.top(), area.right(), area.bottom()].map(i32::from)
}

/// Returns the edges with right turned to left.
const fn flip([left, top, right, bottom]: [i32; 4]) -> [i32; 4] {
    [-right, top, -left, bottom]
}

/// Returns the edges with down turned to right.
fn turn(area: Rect) -> [i32; 4] {
    let [left, top, right, bottom] = edges(area);
    [top, left, bottom, right]
}

/// A layout as it is computed.
struct Layout<'a, W: Weighed> {
    files: &'a W,
    tiles: Vec<Tile<W::Id>>,
    visited: usize,
}

impl<W: Weighed> Layout<'_, W> {
    /// Divides a folder's rectangle among its entries: those of less than a half cell share one.
    fn divide(&mut self, folder: W::Id, frame: Rect) {
        let total = self.files.bytes(folder);
        if total == 0 || frame.is_empty() {
            return;
        }
        let cells = u128::from(frame.area());
        let (mut shown, mut rest, mut rest_bytes) = (Vec::new(), 0, total);
        for child in self.files.children(folder) {
            self.visited += 1;
            let bytes = self.files.bytes(child);
            if u128::from(bytes) * cells >= u128::from(total) {
                shown.push((bytes, child));
                rest_bytes = rest_bytes.saturating_sub(bytes);
            } else if bytes > 0 {
                rest += 1;
            }
        }
        shown.sort_by_key(|&(bytes, child)| (Reverse(bytes), child));
        let mut weights: Vec<u64> = shown.iter().map(|&(bytes, _)| bytes).collect();
        // What a folder has besides its entries counts as one of them.
        if rest_bytes > 0 {
            rest = rest.max(1);
            weights.push(rest_bytes);
        }
        for (at, area) in squarify(&weights, frame).into_iter().enumerate() {
            let tile = |node, rest, largest| Tile {
                node,
                rest,
                bytes: weights[at],
                area,
                largest,
            };
            match shown.get(at) {
                _ if area.is_empty() => {}
                Some(&(_, child)) => {
                    let is_folder = self.files.children(child).next().is_some();
                    if is_folder && area.width >= LEAST.0 && area.height >= LEAST.1 {
                        self.divide(child, area);
                    } else {
                        self.tiles.push(tile(child, 0, self.largest(child)));
                    }
                }
                None => self.tiles.push(tile(folder, rest, self.largest(folder))),
            }
        }
    }

    /// Returns the largest file at or below a path.
    fn largest(&self, from: W::Id) -> W::Id {
        let mut node = from;
        while let Some(child) = self
            .files
            .children(node)
            .max_by_key(|child| (self.files.bytes(*child), Reverse(*child)))
        {
            node = child;
        }
        node
    }
}

/// Returns for every half cell of the frame its rectangle.
fn grid<I>(tiles: &[Tile<I>], frame: Rect) -> Vec<u32> {
    let width = usize::from(frame.width);
    let mut grid = vec![u32::MAX; width * usize::from(frame.height)];
    for (at, tile) in tiles.iter().enumerate() {
        for y in tile.area.top()..tile.area.bottom() {
            let row = usize::from(y) * width;
            let columns = usize::from(tile.area.left())..usize::from(tile.area.right());
            for x in columns {
                grid[row + x] = u32::try_from(at).unwrap_or(u32::MAX);
            }
        }
    }
    grid
}
