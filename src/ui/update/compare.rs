//! Actions and answers on the compare screen without an overlay.

use std::sync::Arc;

use crate::compare::{Comparison, Sameness, Side, Sides};
use crate::escape;
use crate::image::{Image, NodeId};
use crate::load::ExtractScope;
use crate::ui::compare::{Compare, CompareFocus};
use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::layout::views;
use crate::ui::loaded::summary::ExploreSummary;
use crate::ui::model::effect::{Effect, FileRef};
use crate::ui::model::overlay::{ExtractPrompt, Overlay};
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{
    CompareTab, CompareView, DiffView, ReadState, RowPrefix, TextInput, ViewedFile, Viewer,
};

use crate::ui::update::{
    details, files, help, outline, overlay, prompt, queries, screens, unhandled,
};

/// The screen width from which a diff has two columns.
const BESIDE: u16 = 120;

/// Shows the compare screen.
pub(super) fn arrived(
    model: &mut Model,
    images: Sides<Arc<Image>>,
    comparison: Arc<Comparison>,
    summaries: Sides<Arc<ExploreSummary>>,
) {
    let is_explored = matches!(model.screen, Screen::Explore(_));
    if is_explored && !prompt::is_pending(model) {
        // The user cancelled the prompt.
        return;
    }
    model.overlay = None;
    let sameness = match comparison.sameness {
        Sameness::Verified => Some("both are the same image"),
        Sameness::Unverified => {
            Some("both are the same image by their digests, which are unverified (--verify)")
        }
        Sameness::Contradicted => Some(
            "both have the same digests, but their layers differ: --verify finds the wrong one",
        ),
        Sameness::Other => None,
    };
    if let Some(sameness) = sameness {
        model.notice = Some(sameness.to_owned());
    } else if images.before.about.platform != images.after.about.platform {
        model.notice = Some("the images are for different platforms".to_owned());
    }
    let (start, units) = (&model.options.start, model.options.units);
    let unfolds = start.unfold && start.folded;
    let compare = Compare::new(images, comparison, summaries, unfolds, units);
    let screen = Screen::Compare(Box::new(compare));
    if is_explored {
        model.open(screen);
    } else {
        model.screen = screen;
    }
}

/// Runs an action.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    let Screen::Compare(compare) = &mut model.screen else {
        return None;
    };
    if compare.typing.is_some() {
        let (mut typing, mut last) = (compare.typing.take(), compare.last_find.clone());
        compare.with_files(|lines, trees| {
            outline::finding(&mut typing, &mut last, lines, trees, action);
        });
        (compare.typing, compare.last_find) = (typing, last);
        match action {
            Action::Escape => compare.cancel_find(),
            Action::Open => return open(model),
            _ => {}
        }
        return None;
    }
    if compare.is_on_map() && on_map(compare, action) {
        return None;
    }
    if action == Action::StayOnHit {
        compare.stay_on_hit();
        return None;
    }
    if compare.with_files(|lines, trees| outline::act(lines, trees, action)) {
        if let Action::Toggle(_) | Action::MinSize = action {
            compare.relist();
        }
        return None;
    }
    match action {
        Action::Help => help::open(model),
        Action::Move(motion) => {
            compare.step(motion);
        }
        Action::NextPane | Action::PreviousPane => {
            compare.front.focus = match compare.front.focus {
                CompareFocus::Tabs => CompareFocus::Files,
                CompareFocus::Files => CompareFocus::Tabs,
            };
        }
        Action::Sort => compare.next_order(),
        Action::Swap => compare.swap(),
        Action::Report => prompt::report(model),
        Action::ActivateOther | Action::ActivateBefore | Action::ActivateAfter => {
            model.notice = Some(choose_side(compare, action));
        }
        Action::ExploreImage => screens::explore_selection(model),
        Action::Details => details::open(model),
        Action::History => overlay::history(model),
        Action::OtherEnd => {
            compare.follow_move();
        }
        Action::ShowFiles(view) => compare.show_view(view),
        Action::Files => compare.show_view(match compare.front.view {
            CompareView::Files => CompareView::Tree,
            CompareView::Tree | CompareView::Map => CompareView::Files,
        }),
        Action::ShowCompareTab(tab) => {
            compare.choose_tab(tab);
        }
        Action::NextTab | Action::PreviousTab => {
            let forward = action == Action::NextTab;
            let shown = views::next(views::COMPARED.list, compare.front_index(), forward);
            return act(model, shown);
        }
        Action::Find => {
            compare.typing = Some(outline::query(&compare.front.files));
            compare.begin_find();
        }
        Action::NextHit | Action::PreviousHit => {
            let forward = action == Action::NextHit;
            compare.front.focus = CompareFocus::Files;
            if compare.is_on_map() {
                compare.show_view(CompareView::Tree);
            }
            if compare.front.files.find().is_some() {
                compare.with_files(|lines, trees| lines.next_hit(trees, forward));
            } else if !compare.next_change(forward) {
                model.notice = Some("no further change".to_owned());
            }
        }
        Action::Escape => escape(model),
        Action::Open => return open(model),
        Action::View => return view(model),
        Action::Pager => return page(model),
        Action::Diff => return diff(model, None),
        Action::Extract => extract(model),
        _ => model.notice = Some(unhandled(action)),
    }
    None
}

/// Makes an image the active one, and returns the notice.
fn choose_side(compare: &mut Compare, action: Action) -> String {
    compare.active_side = match action {
        Action::ActivateBefore => Side::Before,
        Action::ActivateAfter => Side::After,
        _ => compare.active_side.other(),
    };
    format!("active: {}", compare.active_side.name())
}

/// Runs an action on the map; false when it is not about the map.
fn on_map(compare: &mut Compare, action: Action) -> bool {
    match action {
        Action::Left | Action::Right => compare.front.map.sideways(action == Action::Right),
        Action::Open => compare.zoom_in(),
        Action::ShowInTree => compare.show_in_tree(),
        Action::Escape if compare.front.map.is_zoomed() => {
            compare.with_map(|map, files| map.zoom_out(files));
        }
        _ => return false,
    }
    true
}

/// Leaves the find, the filter, the view opened from another one, the comparison opened from another screen, or the view in front of the first one.
fn escape(model: &mut Model) {
    let is_inner = !model.behind.is_empty();
    let Screen::Compare(compare) = &mut model.screen else {
        return;
    };
    if compare.cancel_computation() {
        return;
    }
    if leave_context(compare) {
        return;
    }
    if compare.views.is_empty() && !is_inner && !compare.is_home() {
        compare.choose_tab(CompareTab::default());
    } else {
        screens::back_or_notice(model);
    }
}

/// Leaves the find or the filter of the view in front; false if there is neither.
fn leave_context(compare: &mut Compare) -> bool {
    let usual = compare.usual_filter();
    match compare.escape_context() {
        None => return false,
        Some(Context::Found) => {
            compare.with_files(|lines, trees| lines.end_find(trees));
            compare.end_find();
        }
        Some(_) => compare.with_files(|lines, trees| lines.set_filter(trees, usual)),
    }
    compare.relist();
    true
}

/// Opens the selection of the focused pane.
fn open(model: &mut Model) -> Option<Effect> {
    let Screen::Compare(compare) = &mut model.screen else {
        return None;
    };
    if compare.front.focus == CompareFocus::Tabs {
        if compare.opens() && !compare.open_line() {
            model.notice = Some(queries::NO_FILES.to_owned());
        }
        return None;
    }
    let line = compare.front.files.selected()?;
    if line.shape != RowPrefix::Leaf {
        compare.with_files(|lines, trees| lines.toggle(trees));
        return None;
    }
    if compare.is_changed_file(line.path) {
        return diff(model, None);
    }
    view(model)
}

/// Returns the selected file of the viewed side; sets a notice when there is none.
fn selected(model: &mut Model) -> Option<(Side, NodeId, FileRef)> {
    let Screen::Compare(compare) = &mut model.screen else {
        return None;
    };
    let row = compare.front.files.selected()?.path;
    let side = compare.side_at(row);
    compare.viewed = side;
    match compare.file(row, side) {
        Ok((node, layer, entry)) => {
            let image = Arc::clone(compare.images.get(side));
            Some((
                side,
                node,
                FileRef {
                    name: image.tree.name(node).to_vec(),
                    image,
                    layer,
                    entry,
                },
            ))
        }
        Err(why) => {
            model.notice = Some(why.to_string());
            None
        }
    }
}

/// Opens the viewer on the selected file.
fn view(model: &mut Model) -> Option<Effect> {
    let (side, node, file_ref) = selected(model)?;
    let path = file_ref.image.tree.path(node);
    let Screen::Compare(compare) = &model.screen else {
        return None;
    };
    let way = format!("{}: {}", version(compare, side), escape::name(&path));
    let file = ViewedFile {
        node,
        layer: file_ref.layer,
        entry: file_ref.entry,
        other: None,
    };
    Some(files::open(model, file_ref.image, file, vec![way]))
}

/// Returns a side of the selected file in words, with the version that the query selects of it, if that is hidden: `after (hidden version of L1)`.
fn version(compare: &Compare, side: Side) -> String {
    let row = compare.front.files.selected();
    let content = row.and_then(|row| compare.selected_content(row.path, side));
    let hidden = content.filter(|content| content.hidden.is_some());
    match hidden {
        Some(content) => format!(
            "{} (hidden version of {})",
            side.name(),
            content.layer.short_name()
        ),
        None => side.name().to_owned(),
    }
}

/// Requests the selected file in `$PAGER`.
fn page(model: &mut Model) -> Option<Effect> {
    let (_, _, file_ref) = selected(model)?;
    Some(Effect::Page(file_ref))
}

/// Requests the differences of the selected path; of a moved one those between its two paths. `back` is shown again afterwards.
pub(super) fn diff(model: &mut Model, back: Option<Box<Viewer>>) -> Option<Effect> {
    let ticket = model.ticket();
    let beside = model.size.width >= BESIDE;
    let Screen::Compare(compare) = &mut model.screen else {
        return None;
    };
    let row = compare.front.files.selected()?.path;
    let versions = match compare.versions(row) {
        Ok(versions) => versions,
        Err(why) => {
            model.notice = Some(why.to_string());
            return None;
        }
    };
    let images = compare.images.clone();
    let path = compare.comparison.path(compare.both(), row);
    let name = path.rsplit(|&byte| byte == b'/').next();
    let name = name.unwrap_or_default().to_vec();
    let against = Sides::EACH.map(|side| version(compare, side));
    let path = compare.path_with_links(row);
    model.overlay = Some(Overlay::Diff(Box::new(DiffView {
        ticket,
        path,
        against,
        state: ReadState::Reading,
        beside,
        top: 0,
        left: 0,
        wrap: false,
        back,
    })));
    Some(Effect::Diff {
        ticket,
        name,
        images,
        versions,
    })
}

/// Prompts for the folder to extract the selection to.
fn extract(model: &mut Model) {
    let Screen::Compare(compare) = &mut model.screen else {
        return;
    };
    let Some(row) = compare.front.files.selected().map(|line| line.path) else {
        return;
    };
    let side = compare.side_at(row);
    compare.viewed = side;
    let image = compare.images.get(side);
    let selected = compare.selected_content(row, side);
    let selected = selected.filter(|content| !image.entry(content.entry).is_dir());
    let node = compare.comparison.rows.node(row, side);
    let node = node.or(selected.map(|content| content.node));
    if let Some((node, top)) = node.zip(image.top()) {
        let path = image.tree.path(node);
        // The layer of a hidden version shows it.
        let layer = selected.map_or(top, |content| content.shown_after(image));
        let bytes = selected.map(|content| image.entry(content.entry).size);
        model.overlay = Some(Overlay::Destination(ExtractPrompt {
            extent: ExtractScope::Visible { layer, node },
            what: format!("{} ({})", escape::name(&path), side.name()),
            bytes: bytes.unwrap_or(compare.comparison.sizes.get(side)[row.index()]),
            line: TextInput::selected(&format!("./extracted-{}", side.name())),
        }));
    }
}
