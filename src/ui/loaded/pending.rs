//! Work of a screen that a worker thread does: requested once, with a ticket, by which its result is known. Independent of the kind of work.

use crate::ui::loaded::ticket::Ticket;

/// Work, and what to do with its result.
#[derive(Clone, Debug)]
pub(crate) struct Pending<W, T> {
    /// The work, until it is requested.
    work: Option<W>,
    ticket: Ticket,
    then: T,
}

impl<W, T> Pending<W, T> {
    /// Returns work that waits to be requested.
    #[must_use]
    pub(crate) fn new(work: W, then: T) -> Self {
        Self {
            work: Some(work),
            ticket: Ticket::default(),
            then,
        }
    }

    /// Returns the work to request with this ticket, if it waits.
    pub(crate) fn take(&mut self, ticket: impl FnOnce() -> Ticket) -> Option<(Ticket, W)> {
        let work = self.work.take()?;
        self.ticket = ticket();
        Some((self.ticket, work))
    }

    /// Returns what to do with its result.
    #[must_use]
    pub(crate) const fn then(&self) -> &T {
        &self.then
    }

    /// Ends the work that was requested with this ticket, and returns what to do with its result; `None` if other work is pending.
    pub(crate) fn answered(pending: &mut Option<Self>, ticket: Ticket) -> Option<T> {
        let is_its = |it: &mut Self| it.work.is_none() && it.ticket == ticket;
        Some(pending.take_if(is_its)?.then)
    }
}
