//! Performs effects: starts loading, reading and extracting, each on its own thread. Results come back as messages.

use std::sync::Arc;

use crate::analysis::BaseHint;
use crate::compare::{Comparison, Side, Sides};
use crate::failure::Failure;
use crate::image::Image;
use crate::load::{self, Cancel, FileContents, ListedImage, Loaded, Progress, Pull, Request};
use crate::pair::Pair;
use crate::ui::loaded::extras::ExtrasRequest;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::effect::Effect;
use crate::ui::model::message::Msg;
use crate::ui::model::picker::{PickImage, PickOrigin, display_name};
use crate::ui::shell::jobs::contents;
use crate::ui::shell::jobs::{self, Extraction, ShellEvent, completion, loading};
use crate::ui::shell::{Exit, Shell, terminal};

impl Shell {
    /// Performs an effect, and returns the exit if it is one.
    pub(super) fn perform(&mut self, effect: Effect) -> Option<Exit> {
        match effect {
            Effect::Quit => return Some(Exit::Quit),
            Effect::Pick(image) => return Some(Exit::Picked(image)),
            Effect::CancelLoad => {
                return Some(Exit::Failure(Failure::cancelled("loading was cancelled")));
            }
            Effect::StopLoad => self.cancel.cancel(),
            Effect::Load(image) => self.load_picked(&image),
            Effect::LoadTwo(images) => self.load_picked_two(&images),
            Effect::CompareWith {
                ticket,
                image,
                reference,
                picked,
            } => self.compare_with(ticket, image, &reference, picked.as_deref()),
            Effect::Report {
                images,
                comparison,
                units,
                format,
                to,
            } => {
                if let Some(pair) = self.pair(images, comparison) {
                    jobs::report(pair, units, format, to, self.events.clone());
                }
            }
            Effect::Suspend => self.suspend(),
            Effect::Read(ticket, file_ref, from) => {
                if let Some((contents, cancel)) = self.start_request(ticket, &file_ref.image) {
                    let events = self.events.clone();
                    contents::window(ticket, file_ref, from, contents, cancel, events);
                }
            }
            Effect::Preview(request) => {
                self.preview.cancel();
                self.preview = Cancel::default();
                if let Some((ticket, file_ref)) = request
                    && let Some(contents) = self.contents(&file_ref.image)
                {
                    let (events, cancel) = (self.events.clone(), self.preview.clone());
                    contents::preview(ticket, file_ref, contents, cancel, events);
                }
            }
            Effect::Search(ticket, file_ref, text) => {
                if let Some((contents, cancel)) = self.start_request(ticket, &file_ref.image) {
                    let events = self.events.clone();
                    contents::search(ticket, file_ref, text, contents, cancel, events);
                }
            }
            Effect::Diff {
                ticket,
                name,
                images,
                versions,
            } => {
                let before = self.contents(&images.before);
                let before = before.map(|contents| self.watched(ticket, contents));
                if let Some(before) = before
                    && let Some((after, cancel)) = self.start_request(ticket, &images.after)
                {
                    let (events, contents) = (self.events.clone(), Sides::new(before, after));
                    contents::diff(ticket, name, images, versions, contents, cancel, events);
                }
            }
            Effect::Extract {
                ticket,
                image,
                extent,
                to,
            } => {
                if let Some((contents, cancel)) = self.start_request(ticket, &image) {
                    let what = Extraction {
                        ticket,
                        image,
                        extent,
                        to,
                    };
                    self.extracting += 1;
                    jobs::extract(what, contents, cancel, self.events.clone());
                }
            }
            Effect::Page(file_ref) => {
                let paged = self.page(&file_ref);
                self.show_error(paged);
            }
            Effect::Compute(ticket, computation) => {
                jobs::compute(ticket, *computation, self.events.clone());
            }
            Effect::Complete(typed) => completion::complete(typed, self.events.clone()),
            Effect::Copy(text) => {
                let copied = terminal::copy(&text);
                self.show_error(copied.map_err(jobs::terminal));
            }
            Effect::Stop(ticket) => {
                if let Some(cancel) = self.running.remove(&ticket.0) {
                    cancel.cancel();
                }
            }
        }
        None
    }

    /// Shows an error as a notice.
    fn show_error(&self, done: Result<(), Failure>) {
        if let Err(why) = done {
            let msg = Msg::Error(Arc::new(why));
            let _ = self.events.send(ShellEvent::message(msg));
        }
    }

    /// Starts to load another image to compare the loaded one with.
    fn compare_with(
        &mut self,
        ticket: Ticket,
        image: Arc<Image>,
        reference: &str,
        picked: Option<&ListedImage>,
    ) {
        if let Some((contents, cancel)) = self.start_request(ticket, &image) {
            let (request, base) = self.load_options.clone();
            let named = jobs::expand(reference).to_string_lossy().into_owned();
            let request = request.beside(named);
            let request = picked.map_or_else(|| request.clone(), |picked| request.choose(picked));
            let loaded = Loaded { image, contents };
            // A scan report of one image does not apply to two.
            let extras_request = ExtrasRequest {
                scans: Vec::new(),
                ..self.model.options.extras.clone()
            };
            loading::compare_with(
                loaded,
                request,
                base,
                extras_request,
                cancel,
                self.events.clone(),
            );
        }
    }

    /// Starts loading.
    pub(in crate::ui) fn load<L>(&mut self, base: BaseHint, loader: L)
    where
        L: FnOnce(&Cancel, &(dyn Fn(Progress) + Sync)) -> Result<Loaded, load::Error>
            + Send
            + 'static,
    {
        self.loading = true;
        let (cancel, events) = (self.cancel.clone(), self.events.clone());
        let extras_request = self.model.options.extras.clone();
        loading::load(
            self.model.load,
            base,
            extras_request,
            cancel,
            events,
            loader,
        );
    }

    /// Lets the user pick one of several images, unless a source cannot be read again.
    pub(super) fn several(
        &mut self,
        side: Option<Side>,
        images: Vec<ListedImage>,
        failure: Failure,
    ) -> Option<Exit> {
        // The other image of a comparison is loaded again as well.
        let can_reopen = match (side, &self.pair) {
            (Some(_), Some((requests, _))) => {
                requests.before.can_reopen() && requests.after.can_reopen()
            }
            _ => self.load_options.0.can_reopen(),
        };
        if !can_reopen {
            return Some(Exit::Failure(failure));
        }
        let pair = side.zip(self.pair.as_ref());
        let pair = pair.map(|(side, (requests, _))| {
            let names = requests.as_ref().map(|one| one.reference.clone());
            (side, names)
        });
        self.picking = side;
        self.apply(jobs::pick(images, pair))
    }

    /// Starts to load the image that was picked.
    fn load_picked(&mut self, image: &PickImage) {
        if let PickOrigin::Listed(listed) = &image.origin
            && let Some(side) = self.picking.take()
            && let Some((requests, _)) = &mut self.pair
        {
            let request = requests.get(side).choose(listed);
            *requests.get_mut(side) = request;
            return self.load_pair();
        }
        let (request, base) = (self.picked(image), self.load_options.1.clone());
        self.load(base, move |cancel, progress| {
            load::load(&request, cancel, progress)
        });
    }

    /// Starts to load the two images that were picked.
    fn load_picked_two(&mut self, images: &Sides<PickImage>) {
        let requests = images.as_ref().map(|image| self.picked(image));
        self.pair = Some((requests, self.load_options.1.clone()));
        self.load_pair();
    }

    /// Starts to load the two images that are compared from the start.
    pub(in crate::ui) fn load_pair(&mut self) {
        let Some((requests, base)) = self.pair.clone() else {
            return;
        };
        self.loading = true;
        let (cancel, events) = (self.cancel.clone(), self.events.clone());
        let extras_request = self.model.options.extras.clone();
        loading::load_two(extras_request, cancel, events, move |cancel, progress| {
            Pair::load(requests.as_ref(), &base, cancel, progress)
        });
    }

    /// Returns how an image of a list is loaded.
    fn picked(&self, image: &PickImage) -> Request {
        let request = &self.load_options.0;
        match &image.origin {
            PickOrigin::Listed(listed) => request.choose(listed),
            PickOrigin::Engine(engine) => Request {
                reference: display_name(image).to_owned(),
                source: Some((*engine).into()),
                pull: Pull::Never,
                ..request.clone()
            },
        }
    }

    /// Returns two images with their contents.
    fn pair(&self, images: Sides<Arc<Image>>, comparison: Arc<Comparison>) -> Option<Pair> {
        let loaded = images.map(|image| {
            let contents = self.contents(&image)?;
            Some(Loaded { image, contents })
        });
        Some(Pair {
            loaded: Sides::new(loaded.before?, loaded.after?),
            comparison,
        })
    }

    /// Returns the contents of an image.
    pub(super) fn contents(&self, image: &Arc<Image>) -> Option<FileContents> {
        let mut all = self.contents.iter();
        let found = all.find(|(loaded, _)| Arc::ptr_eq(loaded, image))?;
        Some(found.1.clone())
    }

    /// Returns contents that send the progress of reading the image again.
    fn watched(&self, ticket: Ticket, contents: FileContents) -> FileContents {
        jobs::watched(ticket, contents, self.events.clone())
    }

    fn start_request(
        &mut self,
        ticket: Ticket,
        image: &Arc<Image>,
    ) -> Option<(FileContents, Cancel)> {
        let contents = self.contents(image)?;
        // Only one overlay is open, so an earlier request is stale.
        self.running.drain().for_each(|(_, cancel)| cancel.cancel());
        let cancel = Cancel::default();
        self.running.insert(ticket.0, cancel.clone());
        Some((self.watched(ticket, contents), cancel))
    }
}
