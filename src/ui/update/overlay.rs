//! Actions and answers while an overlay is open.

use crate::bytes::{count, human};
use crate::load::ExtractResult;
use crate::ui::compare::Compare;
use crate::ui::keys::action::Action;
use crate::ui::loaded::job_result::JobResult;
use crate::ui::loaded::loading::RereadProgress;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::effect::Effect;
use crate::ui::model::explore::Explore;
use crate::ui::model::message::Msg;
use crate::ui::model::overlay::{ExtractPrompt, Extracting, Overlay, PathHistory};
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{DiffRows, FileWindow, Focus, Hits, ReadState, Tab, TextInput, Viewport};

use crate::ui::wording::categories;

use crate::ui::update::{action_list, files, help, prompt, screens, unhandled};

/// The notice for a search without hits.
const NOT_FOUND: &str = "not found";

/// Shows the selected path's history; in a comparison that in the active image, or in the one that has the path.
pub(in crate::ui) fn history(model: &mut Model) {
    let history = match &model.screen {
        Screen::Explore(explore) => history_in(explore),
        Screen::Compare(compare) => history_in_side(compare),
        _ => None,
    };
    if let Some(history) = history {
        model.overlay = Some(Overlay::History(history));
    }
}

fn history_in(explore: &Explore) -> Option<PathHistory> {
    let node = explore.focused_path()?;
    // Starts at the version that is seen now: the selected content, that of the compared layers, else the last one.
    let content = explore.selected_content();
    let content = content.filter(|content| content.node == node);
    let content = content.map(|content| content.shown_after(&explore.image));
    let compared = explore.tree.comparison().range().after;
    let compared = compared.filter(|_| explore.focus == Focus::Tree);
    let after = content.or(compared).or(explore.image.top());
    let history = PathHistory::new(&explore.image, &explore.summary, node, after);
    let package_lines = categories::package_lines(explore.content.ready(), &explore.image, node);
    Some(PathHistory {
        package_lines,
        ..history
    })
}

fn history_in_side(compare: &Compare) -> Option<PathHistory> {
    let row = compare.selected_path()?;
    let side = compare.side_at(row);
    let node = compare.node_at(row, side)?;
    let (image, summary) = (compare.images.get(side), compare.summaries.get(side));
    let content = compare.content_analysis(side).map(|content| &**content);
    Some(PathHistory {
        side: Some(side),
        package_lines: categories::package_lines(content, image, node),
        ..PathHistory::new(image, summary, node, image.top())
    })
}

/// Goes to the layer of the selected version; from a comparison into its image.
fn open_version(model: &mut Model, history: &PathHistory) {
    let events = history.image.timeline.events(history.node);
    let Some(layer) = events.get(history.cursor.at()).map(|event| event.layer) else {
        return;
    };
    model.overlay = None;
    match (&mut model.screen, history.side) {
        (Screen::Explore(explore), _) => explore.show(layer, history.node),
        (_, Some(side)) => screens::explore_path(model, side, (layer, history.node)),
        _ => {}
    }
}

/// Updates package and category of the path in a history after the content analysis changed.
pub(super) fn update_owner(overlay: &mut Option<Overlay>, explore: &Explore) {
    if let Some(Overlay::History(history)) = overlay {
        history.package_lines =
            categories::package_lines(explore.content.ready(), &explore.image, history.node);
    }
}

/// Runs an action.
pub(in crate::ui) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    let page = model.overlay_areas.viewport;
    let overlay = model.overlay.as_mut()?;
    match (overlay, action) {
        (Overlay::Viewer(viewer), action) if viewer.typing.is_some() => match action {
            Action::Accept => {
                let line = viewer.typing.take().unwrap_or_default();
                line.text().clone_into(&mut viewer.query);
                if !viewer.search(page) {
                    return files::search(model);
                }
                if viewer.hits.places.is_empty() && !viewer.query.is_empty() {
                    model.notice = Some(NOT_FOUND.to_owned());
                }
            }
            Action::Escape => viewer.typing = None,
            _ => {}
        },
        (Overlay::Viewer(viewer), action) => match action {
            Action::Show(tab) => {
                let line = viewer.leads_to;
                model.overlay = None;
                show_line(model, tab, line);
            }
            Action::Escape => {
                let ticket = viewer.ticket;
                model.overlay = None;
                return Some(Effect::Stop(ticket));
            }
            Action::Move(motion) => {
                viewer.step(motion, page);
                return files::go(model);
            }
            Action::Left | Action::Right => viewer.shift(action == Action::Right),
            Action::Hex => viewer.toggle_hex(page),
            Action::Wrap => viewer.toggle_wrap(page),
            Action::Find => viewer.typing = Some(TextInput::new("")),
            Action::NextHit | Action::PreviousHit => {
                viewer.next_hit(action == Action::NextHit, page);
                return files::go(model);
            }
            Action::Pager => return files::page(model),
            Action::Diff => return files::diff(model),
            Action::Help => help::open(model),
            _ => model.notice = Some(unhandled(action)),
        },
        (Overlay::Prompt(_), action) => return prompt::act(model, action),
        (Overlay::Actions(_), action) => return action_list::act(model, action, page.height),
        (Overlay::Diff(_), action) => return diff(model, action, page),
        (Overlay::Destination(destination), Action::Accept) => {
            let destination = destination.clone();
            prompt::remember(model);
            return extract(model, destination);
        }
        (Overlay::Destination(_), Action::Complete) => return prompt::complete(model),
        (Overlay::Destination(_), Action::Move(motion)) => prompt::recall(model, motion),
        (Overlay::Extracting(extracting), Action::Escape) => {
            extracting.stopping = true;
            return Some(Effect::Stop(extracting.ticket));
        }
        (Overlay::Destination(_) | Overlay::History(_), Action::Escape) => {
            model.overlay = None;
        }
        (Overlay::History(history), Action::Move(motion)) => {
            history.cursor.step(motion, history.versions, page.height);
        }
        (Overlay::History(history), Action::Open) => {
            let history = history.clone();
            open_version(model, &history);
        }
        (_, Action::Help) => help::open(model),
        _ => model.notice = Some(unhandled(action)),
    }
    None
}

/// Shows a line of a tab.
fn show_line(model: &mut Model, tab: Tab, line: Option<usize>) {
    if let (Screen::Explore(explore), Some(line)) = (&mut model.screen, line) {
        explore.show_tab(tab);
        let (len, height) = (explore.tab_len(tab), explore.areas.tab_height(tab));
        explore.tab_cursors[tab as usize].set(line, len, height);
    }
}

/// Runs an action in a diff.
fn diff(model: &mut Model, action: Action, page: Viewport) -> Option<Effect> {
    let Some(Overlay::Diff(view)) = &mut model.overlay else {
        return None;
    };
    match action {
        Action::Escape => {
            let ticket = view.ticket;
            let back = view.back.clone();
            model.overlay = back.map(Overlay::Viewer);
            return Some(Effect::Stop(ticket));
        }
        Action::Move(motion) => view.step(motion, page),
        Action::DiffColumns => view.turn(page),
        Action::Wrap => view.toggle_wrap(page),
        Action::Left | Action::Right => view.shift(action == Action::Right),
        Action::NextHit | Action::PreviousHit => {
            if !view.next_group(action == Action::NextHit, page) {
                model.notice = Some("no further change".to_owned());
            }
        }
        Action::Help => help::open(model),
        _ => model.notice = Some(unhandled(action)),
    }
    None
}

fn extract(model: &mut Model, destination: ExtractPrompt) -> Option<Effect> {
    let ticket = model.ticket();
    let image = model.image()?;
    let to = destination.line.text().trim().to_owned();
    if to.is_empty() {
        model.notice = Some("name a folder".to_owned());
        return None;
    }
    model.overlay = Some(Overlay::Extracting(Extracting {
        ticket,
        what: destination.what,
        to: to.clone(),
        done: 0,
        bytes: destination.bytes,
        stopping: false,
    }));
    Some(Effect::Extract {
        ticket,
        image,
        extent: destination.extent,
        to,
    })
}

/// Takes the progress of reading the image again; that of another request is dropped.
pub(in crate::ui) fn reads_again(model: &mut Model, ticket: Ticket, progress: RereadProgress) {
    let waits = model.overlay.as_ref().and_then(Overlay::ticket);
    if waits == Some(ticket) {
        model.reread = Some(progress);
    }
}

/// Takes bytes of a file; an answer to another request is dropped.
pub(in crate::ui) fn content(model: &mut Model, ticket: Ticket, answer: JobResult<FileWindow>) {
    if let Some((viewer, page)) = model.viewer_of(ticket) {
        viewer.answer(answer, page);
    }
}

/// Takes what is found in a content after it is shown; an answer to another request is dropped.
pub(in crate::ui) fn more(model: &mut Model, msg: Msg) {
    match msg {
        Msg::Program(ticket, program) => {
            if let Some(window) = model.viewer_of(ticket).and_then(|it| it.0.window()) {
                window.set_program(Some(program));
            }
        }
        Msg::Colouring(ticket, more) => {
            if let Some(window) = model.viewer_of(ticket).and_then(|it| it.0.window()) {
                window.colour(more);
            }
        }
        Msg::DiffColouring(ticket, side, more) => {
            if let Some(Overlay::Diff(view)) = &mut model.overlay
                && view.ticket == ticket
                && let ReadState::Ready(rows) = &mut view.state
            {
                rows.colour(side, more);
            }
        }
        _ => {}
    }
}

/// Takes the hits of a search; an answer to another request is dropped.
pub(in crate::ui) fn found(
    model: &mut Model,
    ticket: Ticket,
    answer: JobResult<Hits>,
) -> Option<Effect> {
    let page = model.overlay_areas.viewport;
    let Some(Overlay::Viewer(viewer)) = &mut model.overlay else {
        return None;
    };
    if viewer.ticket != ticket {
        return None;
    }
    let notice = match &answer {
        Ok(hits) if hits.places.is_empty() => Some(NOT_FOUND.to_owned()),
        Ok(_) => None,
        Err(why) => Some(why.one_line()),
    };
    viewer.found(answer.unwrap_or_default(), page);
    if notice.is_some() {
        model.notice = notice;
    }
    files::go(model)
}

/// Takes the differences; an answer to another request is dropped.
pub(in crate::ui) fn differs(model: &mut Model, ticket: Ticket, answer: JobResult<DiffRows>) {
    if let Some(Overlay::Diff(view)) = &mut model.overlay
        && view.ticket == ticket
    {
        view.state = match answer {
            Ok(differences) => ReadState::Ready(differences),
            Err(why) => ReadState::Failed(why),
        };
    }
}

/// Takes the progress of an extraction.
pub(in crate::ui) fn written(model: &mut Model, ticket: Ticket, bytes: u64) {
    if let Some(Overlay::Extracting(extracting)) = &mut model.overlay
        && extracting.ticket == ticket
    {
        extracting.done = bytes;
    }
}

/// Takes the result of an extraction.
pub(in crate::ui) fn extracted(
    model: &mut Model,
    ticket: Ticket,
    answer: JobResult<ExtractResult>,
) {
    let Some(Overlay::Extracting(extracting)) = &model.overlay else {
        return;
    };
    if extracting.ticket != ticket {
        return;
    }
    let to = crate::escape::text(&extracting.to).into_owned();
    model.notice = Some(match answer {
        Ok(written) => {
            let bytes = human(written.bytes, model.options.units);
            let paths = count(written.paths, "path", "paths");
            let left_out = written.skipped.to_string();
            let left_out = match left_out.as_str() {
                "" => left_out,
                kinds => format!("; left out: {kinds}"),
            };
            let lost = written.lost.to_string();
            let lost = match lost.as_str() {
                "" => lost,
                what => format!("; {what}"),
            };
            format!("{paths}, {bytes} written to {to}{left_out}{lost}")
        }
        Err(why) => why.one_line(),
    });
    model.overlay = None;
}
