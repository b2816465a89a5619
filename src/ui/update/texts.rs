//! Words the texts of the explore screen whose input changed.

use crate::bytes::Units;
use crate::ui::model::explore::{Explore, LayerText, SavingsText, SelectionInput, TitleInput};
use crate::ui::wording::{facts, find, header_text, overview, savings, title};

use crate::ui::update::details;

/// Brings the texts up to date.
pub(super) fn refresh(explore: &mut Explore, units: Units) {
    let revision = explore.revision();
    if explore.facts.revision() != Some(revision) {
        let facts = facts::image_lines(explore, units);
        explore.facts.set(facts, revision);
    }
    let columns = usize::from(explore.areas.tab_rows().width);
    explore.facts.wrap(columns);
    let mut texts = std::mem::take(&mut explore.texts);
    let progress = explore.loading.as_ref().map(|loading| loading.changes);
    texts.header.update((revision, progress), || {
        header_text::numbers(explore, units)
    });
    if let Some(layer) = explore.layer() {
        texts.layer.update((revision, layer), || LayerText {
            instruction: facts::instruction(explore, layer),
            facts: facts::layer_lines(explore, layer, units),
        });
    }
    let lines = &explore.tree.lines;
    let find = &mut texts.find;
    let tree = &explore.image.tree;
    find.update(lines.find_state(), || {
        find::hit_position(lines, |node| tree.end(node))
    });
    explore.texts.find = std::mem::take(find);
    texts
        .title
        .update(TitleInput::of(explore), || title::title(explore, units));
    texts.find = std::mem::take(&mut explore.texts.find);
    texts
        .overview
        .update(revision, || overview::overview(explore, units));
    texts.savings.update(revision, || SavingsText {
        scope: savings::scope(explore),
        after: savings::after_fixes(explore, units),
    });
    explore.texts = texts;
}

/// Brings the details of the selection up to date; they have a pane on wide terminals.
pub(super) fn refresh_selection(explore: &mut Explore, units: Units) {
    let mut details = std::mem::take(&mut explore.texts.selection);
    details.update(SelectionInput::of(explore), || {
        details::of_selection(explore, units)
    });
    explore.texts.selection = details;
}
