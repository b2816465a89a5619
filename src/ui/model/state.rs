//! The state of the program: one screen, at most one overlay above it, and a notice.

use std::sync::Arc;

use crate::compare::Sides;
use crate::fleet::page::FleetFacts;
use crate::image::Image;
use crate::load::LocalImage;

use crate::ui::compare::Compare;
use crate::ui::fleet::FleetScreen;
use crate::ui::layout::overlay::OverlayAreas;
use crate::ui::layout::{self, ScreenAreas, Size};
use crate::ui::loaded::loading::{Loading, RereadProgress};
use crate::ui::loaded::ticket::{LoadId, Ticket};
use crate::ui::model::explore::Explore;
use crate::ui::model::footer::Footer;
use crate::ui::model::options::ScreenOptions;
use crate::ui::model::overlay::{KeyList, Overlay, PromptHistory};
use crate::ui::model::picker::Picker;
use crate::ui::pane::{Viewer, Viewport};

/// The model.
#[derive(Debug)]
pub struct Model {
    /// The terminal's size.
    pub size: Size,
    /// Where the parts of every screen are drawn; computed after every message.
    pub areas: ScreenAreas,
    /// The options of this run.
    pub options: ScreenOptions,
    /// The current load, or the last one.
    pub load: LoadId,
    /// The ticket of the latest request.
    pub(crate) next_ticket: Ticket,
    /// The screen.
    pub screen: Screen,
    /// The screens that this one was opened from, the first one first.
    pub behind: Vec<Screen>,
    /// The overlay above the screen.
    pub overlay: Option<Overlay>,
    /// Where the overlay is drawn; computed after every message.
    pub overlay_areas: OverlayAreas,
    /// The lines that were accepted in prompts.
    pub(crate) typed: PromptHistory,
    /// The progress of reading the image again for the overlay.
    pub reread: Option<RereadProgress>,
    /// The list of keys, while it is open above everything else.
    pub help: Option<KeyList>,
    /// A notice, until the next key.
    pub(crate) notice: Option<String>,
    /// What the footer shows; computed after every message.
    pub(crate) footer: Footer,
}

/// A screen.
#[derive(Debug)]
pub enum Screen {
    /// A list of images to pick from.
    Picker(Picker),
    /// The progress of an image of which no layer is loaded yet.
    Loading(Loading),
    /// The progress of two images.
    LoadingTwo(Box<Sides<Loading>>),
    /// One image, loaded completely or in part.
    Explore(Box<Explore>),
    /// Two images.
    Compare(Box<Compare>),
    /// Many images.
    Fleet(Box<FleetScreen>),
}

impl Model {
    /// Returns a model that waits for an image.
    #[must_use]
    pub fn new(reference: &str, size: Size, options: ScreenOptions) -> Self {
        Self {
            size,
            areas: layout::screen(size),
            notice: options.notice(),
            options,
            load: LoadId(0),
            next_ticket: Ticket(0),
            screen: Screen::Loading(Loading::new(reference)),
            behind: Vec::new(),
            overlay: None,
            overlay_areas: OverlayAreas::default(),
            typed: PromptHistory::default(),
            reread: None,
            help: None,
            footer: Footer::default(),
        }
    }

    /// Returns a model that lists images to pick from; `now` is in seconds since 1970.
    #[must_use]
    pub fn picking(images: Vec<LocalImage>, now: i64, size: Size, options: ScreenOptions) -> Self {
        Self {
            screen: Screen::Picker(Picker::new(images, now)),
            ..Self::new("", size, options)
        }
    }

    /// Returns a model that waits for two images.
    #[must_use]
    pub fn of_two(references: Sides<&str>, size: Size, options: ScreenOptions) -> Self {
        let loading = references.map(Loading::new);
        Self {
            screen: Screen::LoadingTwo(Box::new(loading)),
            ..Self::new("", size, options)
        }
    }

    /// Returns a model that waits for the rows of many images.
    #[must_use]
    pub(crate) fn waiting_for_fleet(from: &str, size: Size, options: ScreenOptions) -> Self {
        let mut loading = Loading::new(from);
        "reading the rows".clone_into(&mut loading.doing);
        Self {
            screen: Screen::Loading(loading),
            ..Self::new("", size, options)
        }
    }

    /// Returns a model of many images.
    #[must_use]
    pub fn of_fleet(facts: Arc<FleetFacts>, size: Size, options: ScreenOptions) -> Self {
        Self {
            screen: Screen::Fleet(Box::new(FleetScreen::new(facts))),
            ..Self::new("", size, options)
        }
    }

    /// Returns the image on the screen; of two images the one last viewed.
    #[must_use]
    pub fn image(&self) -> Option<Arc<Image>> {
        match &self.screen {
            Screen::Explore(explore) => Some(Arc::clone(&explore.image)),
            Screen::Compare(compare) => Some(Arc::clone(compare.images.get(compare.viewed))),
            Screen::Picker(_) | Screen::Loading(_) | Screen::LoadingTwo(_) | Screen::Fleet(_) => {
                None
            }
        }
    }

    /// Returns whether the first load is not complete; quitting then cancels it.
    #[must_use]
    pub(crate) fn is_incomplete(&self) -> bool {
        match &self.screen {
            Screen::Explore(explore) => explore.loading.is_some(),
            screen => matches!(screen, Screen::Loading(_) | Screen::LoadingTwo(_)),
        }
    }

    /// Returns every comparison, in front and behind.
    pub(crate) fn comparisons(&mut self) -> impl Iterator<Item = &mut Compare> {
        let all = self.behind.iter_mut().chain([&mut self.screen]);
        all.filter_map(|screen| match screen {
            Screen::Compare(compare) => Some(&mut **compare),
            _ => None,
        })
    }

    /// Returns every screen that explores one image, in front and behind.
    pub fn explored(&mut self) -> impl Iterator<Item = &mut Explore> {
        let all = self.behind.iter_mut().chain([&mut self.screen]);
        all.filter_map(|screen| match screen {
            Screen::Explore(explore) => Some(&mut **explore),
            _ => None,
        })
    }

    /// Opens a screen in front of the current one, whose computation is cancelled.
    pub fn open(&mut self, screen: Screen) {
        match &mut self.screen {
            Screen::Explore(explore) => explore.cancel_query(),
            Screen::Compare(compare) => compare.cancel_computation(),
            Screen::Picker(_) | Screen::Loading(_) | Screen::LoadingTwo(_) | Screen::Fleet(_) => {
                false
            }
        };
        let behind = std::mem::replace(&mut self.screen, screen);
        self.behind.push(behind);
    }

    /// Returns to the screen behind; false if there is none.
    pub fn close(&mut self) -> bool {
        let behind = self.behind.pop();
        let closed = behind.is_some();
        if let Some(screen) = behind {
            self.screen = screen;
        }
        closed
    }

    /// Returns an unused ticket.
    pub(crate) const fn ticket(&mut self) -> Ticket {
        self.next_ticket.next()
    }

    /// Returns the viewer that waits for an answer to a request: the overlay, or the start of a file in the third pane.
    pub(crate) fn viewer_of(&mut self, ticket: Ticket) -> Option<(&mut Viewer, Viewport)> {
        let overlay = match &mut self.overlay {
            Some(Overlay::Viewer(viewer)) => Some((&mut **viewer, self.overlay_areas.viewport)),
            _ => None,
        };
        let preview = match &mut self.screen {
            Screen::Explore(explore) => {
                let viewport = explore.preview_areas.viewport;
                let preview = explore.selection.preview.as_mut();
                preview.map(|viewer| (viewer, viewport))
            }
            _ => None,
        };
        let mut both = overlay.into_iter().chain(preview);
        both.find(|(viewer, _)| viewer.ticket == ticket)
    }

    /// Returns whether work is left that [`Msg::Continue`](crate::ui::model::message::Msg::Continue) continues.
    #[must_use]
    pub fn has_work(&self) -> bool {
        match &self.screen {
            Screen::Explore(explore) => explore.tree.has_work(),
            Screen::Compare(compare) => compare.front.files.has_work(),
            _ => false,
        }
    }
}
