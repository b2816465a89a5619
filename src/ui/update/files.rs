//! Viewing and extracting files: which entry is selected, and the request to the shell.

use std::sync::Arc;

use crate::bytes::count;
use crate::compare::Sides;
use crate::escape;
use crate::image::{Image, LayerId, NodeId};
use crate::load::{ExtractScope, PathVersion};
use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::effect::{Effect, FileRef};
use crate::ui::model::explore::{Explore, ResolvedFile};
use crate::ui::model::overlay::{ExtractPrompt, Overlay};
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{DiffView, FilesPane, Focus, ReadState, TextInput, ViewedFile, Viewer};

use crate::ui::update::compare;

/// The notice for an empty list.
const NOTHING: &str = "there is nothing to extract";

/// Opens the viewer on the selected file.
pub(super) fn view(model: &mut Model) -> Option<Effect> {
    let (file, way) = selected_file(model)?;
    let image = model.image()?;
    Some(open(model, image, file, way))
}

/// Opens the viewer on a file and requests its first bytes; `way` is escaped.
pub(super) fn open(
    model: &mut Model,
    image: Arc<Image>,
    file: ViewedFile,
    way: Vec<String>,
) -> Effect {
    let ticket = model.ticket();
    model.overlay = Some(Overlay::Viewer(Box::new(Viewer::of(ticket, file, way))));
    Effect::Read(ticket, file_ref(image, file), 0)
}

fn file_ref(image: Arc<Image>, file: ViewedFile) -> FileRef {
    FileRef {
        name: image.tree.name(file.node).to_vec(),
        image,
        layer: file.layer,
        entry: file.entry,
    }
}

/// Requests the start of the file in the third pane if another one is selected; for none the last request is cancelled.
pub(super) fn preview(model: &mut Model) -> Option<Effect> {
    let Screen::Explore(explore) = &mut model.screen else {
        return None;
    };
    if !explore.selection.take_stale() {
        return None;
    }
    let image = &explore.image;
    let preview = explore.selection.preview.as_ref();
    let request = preview.and_then(|viewer| {
        let file = file_ref(Arc::clone(image), viewer.file?);
        Some((viewer.ticket, file))
    });
    Some(Effect::Preview(request))
}

/// Requests the bytes that the viewer jumps to, once.
pub(super) fn go(model: &mut Model) -> Option<Effect> {
    let Some(Overlay::Viewer(viewer)) = &mut model.overlay else {
        return None;
    };
    let jump = viewer.jump.as_mut().filter(|jump| !jump.requested)?;
    jump.requested = true;
    let from = jump.from();
    // A search of the file is cancelled.
    viewer.searching = false;
    let (ticket, file_ref) = next_request(model)?;
    Some(Effect::Read(ticket, file_ref, from))
}

/// Requests a search of the file.
pub(super) fn search(model: &mut Model) -> Option<Effect> {
    let Some(Overlay::Viewer(viewer)) = &mut model.overlay else {
        return None;
    };
    viewer.jump = None;
    let text = viewer.query.clone();
    let (ticket, file_ref) = next_request(model)?;
    Some(Effect::Search(ticket, file_ref, text))
}

/// Gives the viewer a new request for its file.
fn next_request(model: &mut Model) -> Option<(Ticket, FileRef)> {
    let ticket = model.ticket();
    let image = model.image()?;
    let Some(Overlay::Viewer(viewer)) = &mut model.overlay else {
        return None;
    };
    viewer.ticket = ticket;
    Some((ticket, file_ref(image, viewer.file?)))
}

/// Requests the differences of the file in the viewer, else of the selected one, to another version, or to the other image.
pub(super) fn diff(model: &mut Model) -> Option<Effect> {
    let ticket = model.ticket();
    let back = match &model.overlay {
        Some(Overlay::Viewer(viewer)) => Some(viewer.clone()),
        _ => None,
    };
    let back = back.map(|mut viewer| {
        // Its own request is cancelled.
        (viewer.jump, viewer.searching) = (None, false);
        viewer
    });
    let Screen::Explore(explore) = &model.screen else {
        return compare::diff(model, back);
    };
    let (file, way) = match &back {
        Some(viewer) => (viewer.file?, viewer.way.clone()),
        None => selected_file(model)?,
    };
    let image = Arc::clone(&explore.image);
    let mut versions = [file.other?, (file.layer, file.entry)];
    versions.sort_unstable();
    let versions = Sides::new(versions[0], versions[1]);
    let view = DiffView {
        ticket,
        // The path and the links that were followed from it.
        path: way.join(" → "),
        against: versions.map(|(layer, _)| format!("layer {}", layer.0 + 1)),
        beside: false,
        state: ReadState::Reading,
        top: 0,
        left: 0,
        wrap: false,
        back,
    };
    model.overlay = Some(Overlay::Diff(Box::new(view)));
    Some(Effect::Diff {
        ticket,
        name: image.tree.name(file.node).to_vec(),
        images: Sides::new(Arc::clone(&image), image),
        versions,
    })
}

/// Requests the selected file in `$PAGER`.
pub(super) fn page(model: &mut Model) -> Option<Effect> {
    let file = match &model.overlay {
        Some(Overlay::Viewer(viewer)) => viewer.file?,
        _ => selected_file(model)?.0,
    };
    Some(Effect::Page(file_ref(model.image()?, file)))
}

/// Opens the prompt for the folder to extract the selection, or the filesystem, to.
pub(super) fn prompt_destination(model: &mut Model, all: bool) {
    let Screen::Explore(explore) = &model.screen else {
        return;
    };
    // The last folder, until another one is typed.
    let folder = model.typed.folders.last();
    let folder = TextInput::selected(folder.map_or("./extracted", String::as_str));
    let destination = match (all, explore.focus) {
        (true, _) => filesystem(explore),
        (false, Focus::Files) if explore.list().is_some_and(FilesPane::has_marks) => {
            marked(explore, folder)
        }
        (false, Focus::Tree | Focus::Files) => path(explore, folder),
        (false, _) => layer(explore),
    };
    match destination {
        Some(destination) => model.overlay = Some(Overlay::Destination(destination)),
        None => model.notice = Some(NOTHING.to_owned()),
    }
}

/// Returns the destination of the filesystem after the later layer of the range; nothing before the first layer.
fn filesystem(explore: &Explore) -> Option<ExtractPrompt> {
    let comparison = explore.tree.comparison();
    let layer = comparison.range().after?;
    Some(ExtractPrompt {
        extent: ExtractScope::Visible {
            layer,
            node: NodeId::ROOT,
        },
        what: format!("the filesystem after layer {}", layer.0 + 1),
        bytes: comparison.total_bytes(),
        line: TextInput::new("./filesystem"),
    })
}

/// Returns the destination of the files that the selected layer stores; nothing without a layer.
fn layer(explore: &Explore) -> Option<ExtractPrompt> {
    let layer = explore.layer()?;
    Some(ExtractPrompt {
        extent: ExtractScope::Layer(layer),
        what: format!("the files of layer {}", layer.0 + 1),
        bytes: explore.image.layer(layer).size,
        line: TextInput::new(&format!("./layer-{}", layer.0 + 1)),
    })
}

/// Returns the destination of the marked files, below their folders. The highest of several versions of a path is extracted.
fn marked(explore: &Explore, folder: TextInput) -> Option<ExtractPrompt> {
    let list = explore.list()?;
    let mut items: Vec<PathVersion> = Vec::new();
    let mut bytes: u64 = 0;
    for content in list.marked() {
        let item = PathVersion {
            base: NodeId::ROOT,
            node: content.node,
            layer: content.layer,
            entry: content.entry,
        };
        match items.last_mut().filter(|last| last.node == item.node) {
            Some(same) => *same = item,
            None => items.push(item),
        }
    }
    for item in &items {
        bytes = bytes.saturating_add(explore.image.entry(item.entry).size);
    }
    let what = count(items.len() as u64, "marked file", "marked files");
    Some(ExtractPrompt {
        extent: ExtractScope::Items(items),
        what,
        bytes,
        line: folder,
    })
}

/// Returns the destination of the selected path in the state that shows it, or after the last layer that has it; nothing without one.
fn path(explore: &Explore, folder: TextInput) -> Option<ExtractPrompt> {
    let (image, comparison) = (&explore.image, explore.tree.comparison());
    let node = explore.selected_node()?;
    if let Some(content) = explore.selected_content() {
        // Its own layer has it, hidden or not.
        return Some(ExtractPrompt {
            extent: ExtractScope::Visible {
                layer: content.shown_after(image),
                node,
            },
            what: escape::name(&image.tree.path(node)).into_owned(),
            bytes: image.entry(content.entry).size,
            line: folder,
        });
    }
    let row = explore.tree.lines.selected()?;
    let range = comparison.range();
    let shows = |layer: &LayerId| image.timeline.at(row.path, *layer).is_some();
    let layer = range.after.filter(shows).or(range.before.filter(shows));
    let layer_outside_range = explore.tree.layer_outside_range(image, row.path);
    let layer = layer.or(layer_outside_range)?;
    let layer_bytes = layer_outside_range.map(|layer| image.visible_size(row.path, layer));
    Some(ExtractPrompt {
        extent: ExtractScope::Visible {
            layer,
            node: row.path,
        },
        what: escape::name(&image.tree.path(row.path)).into_owned(),
        bytes: layer_bytes.unwrap_or(row.weight),
        line: folder,
    })
}

fn selected_file(model: &Model) -> Option<ResolvedFile> {
    let Screen::Explore(explore) = &model.screen else {
        return None;
    };
    explore.file(explore.focused_path()?).ok()
}
