//! What the screen shows, as one value: a screen, perhaps something over it, perhaps a word to the user. Only `update` writes it; it holds no
//! terminal, no clock, no thread and no colour.

pub mod action;
pub mod context;
pub mod explore;
pub mod message;
pub mod overlay;
pub mod picker;
pub(in crate::ui) mod start;

use std::sync::Arc;

use crate::bytes::Units;
use crate::compare::Sides;
use crate::escape;
use crate::image::Image;
use crate::load::LocalImage;

use crate::ui::compare::{self, Compare};
use crate::ui::keys::KeyMap;
use crate::ui::loaded::extras::ExtrasRequest;
use crate::ui::loaded::loading::{ByteProgress, Loading};
use crate::ui::model::explore::{Explore, Focus};
use crate::ui::model::message::{LoadId, Size, Tab, Ticket};
use crate::ui::model::overlay::Overlay;
use crate::ui::model::picker::Picker;
use crate::ui::model::start::Start;

pub use crate::ui::model::context::Context;

/// What the user chose for the screen as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The colours.
    pub theme: crate::ui::theme::ThemeName,
    /// What is said of the terminal's colours.
    pub terminal: crate::ui::theme::terminal_colours::TerminalColours,
    /// Whether colours are used at all.
    pub no_color: bool,
    /// How bytes are shown.
    pub units: Units,
    /// How the explore screen stands when it opens.
    pub start: Start,
    /// Which keys mean what.
    pub keys: KeyMap,
    /// What is asked for beside the images.
    pub extras: ExtrasRequest,
    /// What is odd in what was asked or configured, one line each; the first is shown until the first key.
    pub notes: Vec<String>,
}

impl Options {
    /// Returns the word to the user that the screen opens with.
    fn notice(&self) -> Option<String> {
        let first = escape::text(self.notes.first()?).into_owned();
        Some(match self.notes.len() - 1 {
            0 => first,
            more => format!("{first} (and {more} more, on standard error)"),
        })
    }
}

/// The model.
#[derive(Debug)]
pub struct Model {
    /// The terminal's size.
    pub size: Size,
    /// What the user chose.
    pub options: Options,
    /// Which load is going on, or was the last.
    pub load: LoadId,
    /// The next question's ticket.
    pub next_ticket: Ticket,
    /// What fills the screen.
    pub screen: Screen,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// How far the reading has come that leads to what lies over the screen.
    pub reread: Option<RereadProgress>,
    /// The keys, over everything else: the first line in view.
    pub help: Option<usize>,
    /// A word to the user, until the next key.
    pub notice: Option<String>,
}

/// Reading on the way to what is wanted: an image that comes once more, or a packed archive up to there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RereadProgress {
    /// How far it has come.
    pub progress: ByteProgress,
    /// Whether the bytes are at hand; else the image comes once more.
    pub kept: bool,
}

/// What fills the screen.
#[derive(Debug)]
pub enum Screen {
    /// An image is to be picked.
    Picker(Picker),
    /// Nothing can be browsed yet.
    Loading(Loading),
    /// Neither of two images can be browsed yet.
    LoadingTwo(Box<Sides<Loading>>),
    /// One image, read wholly or in part.
    Explore(Box<Explore>),
    /// Two images.
    Compare(Box<Compare>),
}

impl Model {
    /// Returns a model that waits for an image to be loaded.
    #[must_use]
    pub fn new(reference: &str, size: Size, options: Options) -> Self {
        Self {
            size,
            notice: options.notice(),
            options,
            load: LoadId(0),
            next_ticket: Ticket(0),
            screen: Screen::Loading(Loading::new(reference)),
            overlay: None,
            reread: None,
            help: None,
        }
    }

    /// Returns a model that lets the user pick an image first; `now` is in seconds since 1970.
    #[must_use]
    pub fn picking(images: Vec<LocalImage>, now: i64, size: Size, options: Options) -> Self {
        Self {
            screen: Screen::Picker(Picker::new(images, now)),
            ..Self::new("", size, options)
        }
    }

    /// Returns where keys count now, most particular first.
    #[must_use]
    pub fn contexts(&self) -> Vec<Context> {
        use Context as C;
        if self.help.is_some() {
            return vec![C::Help, C::List, C::Always];
        }
        self.contexts_below_help()
    }

    /// Returns where keys count when the list of keys is put away.
    #[must_use]
    pub fn contexts_below_help(&self) -> Vec<Context> {
        use Context as C;
        match (&self.overlay, &self.screen) {
            (Some(Overlay::Viewer(viewer)), _) if viewer.typing.is_some() => vec![C::Typing],
            (Some(Overlay::Viewer(viewer)), _) if viewer.file.is_none() => {
                vec![C::Text, C::List, C::Always]
            }
            (Some(Overlay::Viewer(_)), _) => vec![C::Viewer, C::List, C::Always],
            (Some(Overlay::Diff(_)), _) => vec![C::Diff, C::List, C::Always],
            (Some(Overlay::Prompt(prompt)), _) if prompt.pending.is_some() => {
                vec![C::Extracting, C::Always]
            }
            (Some(Overlay::Destination(_) | Overlay::Prompt(_)), _) => vec![C::Typing],
            (Some(Overlay::Extracting(_)), _) => vec![C::Extracting, C::Always],
            (Some(Overlay::History(_)), _) => vec![C::History, C::List, C::Always],
            (None, Screen::Picker(pick)) => {
                let paired = pick.pair().map(|_| C::Paired);
                let out = pick.escape_context();
                let here = paired.into_iter().chain(out);
                here.chain([C::Picking, C::Typing]).collect()
            }
            (None, Screen::Loading(_) | Screen::LoadingTwo(_)) => vec![C::Loading, C::Always],
            (None, Screen::Compare(compare)) if compare.typing.is_some() => {
                vec![C::Finding, C::Typing]
            }
            (None, Screen::Compare(compare)) => {
                let panes: &[Context] = match compare.focus {
                    compare::Focus::Files => &[C::Files],
                    compare::Focus::Top if compare.row_above().is_some() => &[C::Placed, C::Top],
                    compare::Focus::Top => &[C::Top],
                };
                let out = compare.files.escape_context().into_iter();
                let here = out.chain(panes.iter().copied());
                here.chain([C::Compare, C::List, C::Always]).collect()
            }
            (None, Screen::Explore(explore)) if explore.typing.is_some() => {
                vec![C::Finding, C::Typing]
            }
            (None, Screen::Explore(explore)) => {
                let panes = explore_panes(explore).iter().copied();
                explore.escape_context().into_iter().chain(panes).collect()
            }
        }
    }

    /// Returns a model that waits for two images.
    #[must_use]
    pub fn of_two(references: Sides<&str>, size: Size, options: Options) -> Self {
        let loading = references.map(Loading::new);
        Self {
            screen: Screen::LoadingTwo(Box::new(loading)),
            ..Self::new("", size, options)
        }
    }

    /// Returns the image that is looked into.
    #[must_use]
    pub fn image(&self) -> Option<Arc<Image>> {
        match &self.screen {
            Screen::Explore(explore) => Some(Arc::clone(&explore.image)),
            Screen::Compare(compare) => Some(Arc::clone(compare.images.get(compare.viewed))),
            Screen::Picker(_) | Screen::Loading(_) | Screen::LoadingTwo(_) => None,
        }
    }

    /// Returns whether the first load has not come to its end, or was given up: leaving now is leaving it.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        match &self.screen {
            Screen::Explore(explore) => explore.loading.is_some(),
            screen => matches!(screen, Screen::Loading(_) | Screen::LoadingTwo(_)),
        }
    }

    /// Returns a ticket nobody has.
    pub const fn ticket(&mut self) -> Ticket {
        self.next_ticket.0 = self.next_ticket.0.wrapping_add(1);
        self.next_ticket
    }

    /// Returns whether there is work that [`Msg::Continue`](crate::ui::model::message::Msg::Continue) goes on with.
    #[must_use]
    pub fn has_work(&self) -> bool {
        match &self.screen {
            Screen::Explore(explore) => explore.tree.has_work(),
            Screen::Compare(compare) => compare.files.has_work(),
            _ => false,
        }
    }
}

/// Returns where keys count on the explore screen.
fn explore_panes(explore: &Explore) -> &'static [Context] {
    use Context as C;
    match (explore.focus, explore.tab) {
        (Focus::Layers, _) => &[C::Layers, C::Explore, C::List, C::Always],
        (Focus::Tree, _) => &[C::Tree, C::Explore, C::List, C::Always],
        (Focus::Tabs, Tab::Hidden) => &[C::Hidden, C::Tabs, C::Explore, C::List, C::Always],
        (Focus::Tabs, Tab::Savings) => &[C::Savings, C::Tabs, C::Explore, C::List, C::Always],
        (Focus::Tabs, Tab::Packages) => &[C::Packages, C::Tabs, C::Explore, C::List, C::Always],
        (Focus::Tabs, _) => &[C::Tabs, C::Explore, C::List, C::Always],
    }
}
