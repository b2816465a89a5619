//! The memory that the indexes of images may take: counted before anything is kept, shared by all readers of a run. Measures no machine and reads nothing;
//! the caller sets the limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ids::TooLarge;

/// The fewest items for which a list grows.
const FEWEST: usize = 4;

/// A number of bytes that indexes may take. Clones share it; the default has no limit.
#[derive(Clone, Debug)]
pub struct Budget(Arc<SharedBudget>);

#[derive(Debug)]
struct SharedBudget {
    limit: u64,
    taken: AtomicU64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(u64::MAX)
    }
}

impl Budget {
    /// Returns a budget of so many bytes.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self(Arc::new(SharedBudget {
            limit,
            taken: AtomicU64::new(0),
        }))
    }

    /// Returns the limit in bytes.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.0.limit
    }

    /// Returns how many bytes are taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.0.taken.load(Ordering::Relaxed)
    }

    /// Returns an account without bytes.
    #[must_use]
    pub(crate) fn account(&self) -> Account {
        Account {
            budget: self.clone(),
            taken: 0,
        }
    }
}

/// The bytes that one owner has taken from a budget. They are returned when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Account {
    budget: Budget,
    taken: u64,
}

impl Account {
    /// Takes bytes.
    ///
    /// # Errors
    /// [`TooLarge::Memory`] when the budget has fewer.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<(), TooLarge> {
        let SharedBudget { limit, taken } = &*self.budget.0;
        taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
                taken.checked_add(bytes).filter(|sum| sum <= limit)
            })
            .map_err(|taken| TooLarge::Memory {
                requested: taken.saturating_add(bytes),
                limit: *limit,
            })?;
        self.taken += bytes;
        Ok(())
    }

    /// Adds an item to a list, whose memory is taken before it grows.
    ///
    /// # Errors
    /// [`TooLarge`] when the budget or the system has no memory for it.
    #[inline]
    pub(crate) fn push<T>(&mut self, list: &mut Vec<T>, item: T) -> Result<(), TooLarge> {
        if list.len() == list.capacity() {
            self.reserve(list, list.len().max(FEWEST))?;
        }
        list.push(item);
        Ok(())
    }

    /// Adds bytes to a list, whose memory is taken before it grows.
    ///
    /// # Errors
    /// As [`Self::push`].
    #[inline]
    pub(crate) fn extend(&mut self, list: &mut Vec<u8>, bytes: &[u8]) -> Result<(), TooLarge> {
        if list.capacity() - list.len() < bytes.len() {
            self.reserve(list, list.len().max(bytes.len()))?;
        }
        list.extend_from_slice(bytes);
        Ok(())
    }

    /// Makes room for more items in a list.
    ///
    /// # Errors
    /// As [`Self::push`].
    #[cold]
    pub(crate) fn reserve<T>(&mut self, list: &mut Vec<T>, more: usize) -> Result<(), TooLarge> {
        let room = list.capacity() - list.len();
        let grown = more.saturating_sub(room).saturating_mul(size_of::<T>());
        self.take(grown as u64)?;
        let bytes = grown as u64;
        list.try_reserve_exact(more).map_err(|_| {
            self.give_back(bytes);
            TooLarge::System { bytes }
        })
    }

    /// Returns a list of so many equal items.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub(crate) fn filled<T: Clone>(&mut self, item: T, len: usize) -> Result<Vec<T>, TooLarge> {
        let mut list = Vec::new();
        self.reserve(&mut list, len)?;
        list.resize(len, item);
        Ok(list)
    }

    /// Returns bytes that are no longer needed.
    pub(crate) fn give_back(&mut self, bytes: u64) {
        let bytes = bytes.min(self.taken);
        self.taken -= bytes;
        self.budget.0.taken.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Returns how many bytes it has taken.
    #[must_use]
    pub(crate) const fn taken(&self) -> u64 {
        self.taken
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.give_back(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, TooLarge};

    #[test]
    fn accounts_share_a_budget_and_return_what_they_took() {
        let budget = Budget::new(1000);
        let (mut one, mut other) = (budget.account(), budget.account());
        let mut list = Vec::new();
        for item in 0..50_u64 {
            one.push(&mut list, item).expect("room");
        }
        assert_eq!(budget.taken(), 8 * list.capacity() as u64);
        let (requested, limit) = (budget.taken() + 600, 1000);
        assert_eq!(other.take(600), Err(TooLarge::Memory { requested, limit }));
        drop(one);
        assert_eq!((other.take(600), budget.taken()), (Ok(()), 600));
        other.give_back(100);
        assert_eq!(budget.taken(), 500);
        drop(other);
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn memory_that_the_system_does_not_have_is_an_error() {
        let mut account = Budget::default().account();
        let mut list: Vec<u64> = Vec::new();
        let much = account.reserve(&mut list, isize::MAX as usize / 8);
        assert!(matches!(much, Err(TooLarge::System { .. })), "{much:?}");
        assert!(account.reserve(&mut list, usize::MAX).is_err());
    }
}
