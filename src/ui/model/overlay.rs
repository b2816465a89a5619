//! Overlays: what covers a screen, one at a time. State only; drawing is in `view`, logic in `update`.

use std::sync::Arc;

use crate::compare::Side;
use crate::image::{Image, LayerId, NodeId};
use crate::load::ExtractScope;

use crate::ui::keys::HelpLine;
use crate::ui::keys::action::Action;
use crate::ui::loaded::loading::Loading;
use crate::ui::loaded::summary::ExploreSummary;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::pane::{Cursor, DiffView, Edit, TextInput, Viewer, stored_below};

/// An overlay.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The viewer of a file or of a text.
    Viewer(Box<Viewer>),
    /// A diff of two versions of a file.
    Diff(Box<DiffView>),
    /// The history of a path.
    History(PathHistory),
    /// The prompt for the folder to extract to.
    Destination(ExtractPrompt),
    /// The progress of an extraction.
    Extracting(Extracting),
    /// A prompt for one line.
    Prompt(Box<Prompt>),
    /// The actions that can be run by name.
    Actions(ActionList),
}

impl Overlay {
    /// Returns the ticket of its request.
    #[must_use]
    pub const fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Viewer(viewer) => Some(viewer.ticket),
            Self::Diff(view) => Some(view.ticket),
            Self::Extracting(extracting) => Some(extracting.ticket),
            Self::History(_) | Self::Destination(_) | Self::Prompt(_) | Self::Actions(_) => None,
        }
    }
}

/// The actions that can be run by name, and the words that filter them.
#[derive(Clone, Debug, Default)]
pub struct ActionList {
    /// The words, in any case; an action has to contain all of them.
    pub line: TextInput,
    /// The selected action.
    pub cursor: Cursor,
    /// All actions that are enabled.
    pub actions: Vec<ListedAction>,
}

/// An action of the list.
#[derive(Clone, Debug)]
pub struct ListedAction {
    /// Its key, as text.
    pub key: String,
    /// The action.
    pub action: Action,
    /// What it does.
    pub help: &'static str,
}

impl ActionList {
    /// Returns the actions that contain all words, those whose name or text starts with the first word first.
    pub fn shown(&self) -> impl Iterator<Item = &ListedAction> {
        let words = self.line.text().to_lowercase();
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let matches = |one: &&ListedAction| {
            let name = one.action.name();
            let mut words = words.iter();
            words.all(|word| one.help.to_lowercase().contains(word) || name.contains(&**word))
        };
        let mut shown: Vec<&ListedAction> = self.actions.iter().filter(matches).collect();
        shown.sort_by_key(|one| {
            let starts = |word: &String| {
                one.action.name().starts_with(&**word) || one.help.to_lowercase().starts_with(word)
            };
            words.first().is_some_and(|word| !starts(word))
        });
        shown.into_iter()
    }

    /// Returns the selected action.
    #[must_use]
    pub fn selected(&self) -> Option<Action> {
        let selected = self.shown().nth(self.cursor.at());
        selected.map(|one| one.action)
    }

    /// Edits the words; the first action that fits is selected.
    pub fn edit(&mut self, edit: Edit) {
        self.line.apply(edit);
        self.cursor = Cursor::default();
    }
}

/// The list of keys.
#[derive(Clone, Debug, Default)]
pub struct KeyList {
    /// The first line in view.
    pub top: usize,
    /// The lines; computed after every message.
    pub lines: Vec<HelpLine>,
}

/// The purpose of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// The file to write a report to.
    Report,
    /// The image to compare with.
    OtherImage,
}

impl PromptKind {
    /// Returns what accepting the line does.
    #[must_use]
    pub(crate) const fn verb(self) -> &'static str {
        match self {
            Self::Report => "write",
            Self::OtherImage => "compare",
        }
    }
}

/// The lines accepted in prompts, of each purpose the last one last.
#[derive(Clone, Debug, Default)]
pub(crate) struct PromptHistory {
    /// Files of reports.
    pub(crate) reports: Vec<String>,
    /// Images to compare with.
    pub(crate) images: Vec<String>,
    /// Folders to extract to.
    pub(crate) folders: Vec<String>,
}

/// A prompt for one line.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The purpose.
    pub kind: PromptKind,
    /// The line being typed.
    pub line: TextInput,
    /// The pending request and its progress.
    pub(crate) pending: Option<(Ticket, Loading)>,
}

/// The versions of a path, one per layer.
#[derive(Clone, Debug)]
pub struct PathHistory {
    /// The image.
    pub image: Arc<Image>,
    /// Its summary.
    pub(crate) summary: Arc<ExploreSummary>,
    /// Its side in a comparison.
    pub side: Option<Side>,
    /// The path.
    pub node: NodeId,
    /// How many versions there are.
    pub versions: usize,
    /// The bytes that each layer stores in a folder; empty for a file.
    pub stored: Vec<u64>,
    /// The selected version.
    pub cursor: Cursor,
    /// Package and category of the path: labels and texts.
    pub package_lines: Vec<(&'static str, String)>,
}

impl PathHistory {
    /// Returns the history of a path, with the last version up to a layer selected, and without package and category.
    #[must_use]
    pub(crate) fn new(
        image: &Arc<Image>,
        summary: &Arc<ExploreSummary>,
        node: NodeId,
        after: Option<LayerId>,
    ) -> Self {
        let events = image.timeline.events(node);
        let now = events.iter().rposition(|event| Some(event.layer) <= after);
        let mut cursor = Cursor::default();
        cursor.set(now.unwrap_or(0), events.len(), events.len());
        Self {
            image: Arc::clone(image),
            summary: Arc::clone(summary),
            side: None,
            node,
            versions: events.len(),
            stored: stored_below(image, node),
            cursor,
            package_lines: Vec::new(),
        }
    }
}

/// The prompt for the folder to extract to.
#[derive(Clone, Debug)]
pub struct ExtractPrompt {
    /// What to extract.
    pub extent: ExtractScope,
    /// Its name, escaped.
    pub what: String,
    /// Its unpacked bytes.
    pub bytes: u64,
    /// The folder being typed.
    pub line: TextInput,
}

/// An extraction in progress.
#[derive(Clone, Debug)]
pub struct Extracting {
    /// The ticket of the request.
    pub ticket: Ticket,
    /// What is extracted, escaped.
    pub what: String,
    /// The folder, as typed.
    pub to: String,
    /// Unpacked bytes written so far.
    pub done: u64,
    /// Unpacked bytes in total.
    pub bytes: u64,
    /// Whether it was cancelled and has not ended yet.
    pub stopping: bool,
}
