//! What the model asks for, begun: loading, reading, extracting, each on a thread of its own. What comes of it is the model's to decide.

use std::sync::Arc;

use crate::analysis::BaseHint;
use crate::compare::{Comparison, Sides};
use crate::failure::Failure;
use crate::image::Image;
use crate::load::{self, Cancel, Contents, Loaded, LocalImage, Progress, Pull, Request};
use crate::pair::Pair;
use crate::ui::loaded::extras::Asked;
use crate::ui::model::message::{Effect, Msg, Ticket};
use crate::ui::model::picker::called;
use crate::ui::shell::jobs::contents;
use crate::ui::shell::jobs::{self, Extraction, Wake, loading};
use crate::ui::shell::{End, Shell};

impl Shell {
    /// Does what was asked for, and returns the end if it is one.
    pub(super) fn perform(&mut self, effect: Effect) -> Option<End> {
        match effect {
            Effect::Quit => return Some(End::Quit),
            Effect::CancelLoad => {
                return Some(End::Failure(Failure::cancelled("loading was cancelled")));
            }
            Effect::StopLoad => self.cancel.cancel(),
            Effect::Load(image) => self.load_picked(&image),
            Effect::LoadTwo(images) => self.load_picked_two(&images),
            Effect::CompareWith {
                ticket,
                image,
                reference,
            } => {
                if let Some((contents, cancel)) = self.ask(ticket, &image) {
                    let (request, base) = self.how.clone();
                    let named = jobs::expand(&reference).to_string_lossy().into_owned();
                    let request = request.beside(named);
                    let loaded = Loaded { image, contents };
                    // What was reported of one image says nothing of two.
                    let asked = Asked {
                        scans: Vec::new(),
                        ..self.model.options.asked.clone()
                    };
                    loading::compare_with(loaded, request, base, asked, cancel, self.wake.clone());
                }
            }
            Effect::Report {
                images,
                comparison,
                units,
                format,
                to,
            } => {
                if let Some(pair) = self.pair(images, comparison) {
                    jobs::report(pair, units, format, to, self.wake.clone());
                }
            }
            Effect::Suspend => self.suspend(),
            Effect::Read(ticket, wanted, from) => {
                if let Some((contents, cancel)) = self.ask(ticket, &wanted.image) {
                    let wake = self.wake.clone();
                    contents::window(ticket, wanted, from, contents, cancel, wake);
                }
            }
            Effect::Search(ticket, wanted, text) => {
                if let Some((contents, cancel)) = self.ask(ticket, &wanted.image) {
                    let wake = self.wake.clone();
                    contents::search(ticket, wanted, text, contents, cancel, wake);
                }
            }
            Effect::Diff {
                ticket,
                images,
                versions,
            } => {
                let before = self.contents(&images.before);
                let before = before.map(|contents| self.watched(ticket, contents));
                if let Some(before) = before
                    && let Some((after, cancel)) = self.ask(ticket, &images.after)
                {
                    let (wake, contents) = (self.wake.clone(), Sides::new(before, after));
                    contents::diff(ticket, images, versions, contents, cancel, wake);
                }
            }
            Effect::Extract {
                ticket,
                image,
                extent,
                to,
            } => {
                if let Some((contents, cancel)) = self.ask(ticket, &image) {
                    let what = Extraction {
                        ticket,
                        image,
                        extent,
                        to,
                    };
                    self.extracting += 1;
                    jobs::extract(what, contents, cancel, self.wake.clone());
                }
            }
            Effect::Page(wanted) => {
                if let Err(why) = self.page(&wanted) {
                    let _ = self.wake.send(Wake::tell(Msg::Trouble(why)));
                }
            }
            Effect::Stop(ticket) => {
                if let Some(cancel) = self.asked.remove(&ticket.0) {
                    cancel.cancel();
                }
            }
        }
        None
    }

    /// Starts to load.
    pub(in crate::ui) fn load<L>(&mut self, base: BaseHint, loader: L)
    where
        L: FnOnce(&Cancel, &(dyn Fn(Progress) + Sync)) -> Result<Loaded, load::Error>
            + Send
            + 'static,
    {
        self.loading = true;
        let (cancel, wake) = (self.cancel.clone(), self.wake.clone());
        let asked = self.model.options.asked.clone();
        loading::load(self.model.load, base, asked, cancel, wake, loader);
    }

    /// Starts to load the image that was picked.
    fn load_picked(&mut self, image: &LocalImage) {
        let (request, base) = (self.picked(image), self.how.1.clone());
        self.load(base, move |cancel, progress| {
            load::load(&request, cancel, progress)
        });
    }

    /// Starts to load the two images that were picked.
    fn load_picked_two(&mut self, images: &Sides<LocalImage>) {
        let requests = images.as_ref().map(|image| self.picked(image));
        let base = self.how.1.clone();
        self.loading = true;
        let (cancel, wake) = (self.cancel.clone(), self.wake.clone());
        let asked = self.model.options.asked.clone();
        loading::load_two(asked, cancel, wake, move |cancel, progress| {
            Pair::load(requests.as_ref(), &base, cancel, progress)
        });
    }

    /// Returns how an image of an engine's list is loaded.
    fn picked(&self, image: &LocalImage) -> Request {
        Request {
            reference: called(image).to_owned(),
            source: Some(image.engine.into()),
            pull: Pull::Never,
            ..self.how.0.clone()
        }
    }

    /// Returns two images with the way back to their bytes.
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

    /// Returns the way back to an image's bytes.
    pub(super) fn contents(&self, image: &Arc<Image>) -> Option<Contents> {
        let mut all = self.contents.iter();
        let found = all.find(|(loaded, _)| Arc::ptr_eq(loaded, image))?;
        Some(found.1.clone())
    }

    /// Returns contents that tell how far they have come for a question, where the image has to come once more.
    fn watched(&self, ticket: Ticket, contents: Contents) -> Contents {
        jobs::watched(ticket, contents, self.wake.clone())
    }

    fn ask(&mut self, ticket: Ticket, image: &Arc<Image>) -> Option<(Contents, Cancel)> {
        let contents = self.contents(image)?;
        // One thing lies over the screen, so one question is open: an earlier one is given up.
        self.asked.drain().for_each(|(_, cancel)| cancel.cancel());
        let cancel = Cancel::default();
        self.asked.insert(ticket.0, cancel.clone());
        Some((self.watched(ticket, contents), cancel))
    }
}
