//! A value derived from others: computed when they change, read while drawing. Independent of the value's type.

use std::sync::Arc;

/// A value and what it was derived from.
#[derive(Debug)]
pub(crate) struct Derived<K, V> {
    input: Option<K>,
    value: V,
}

impl<K, V: Default> Default for Derived<K, V> {
    fn default() -> Self {
        Self {
            input: None,
            value: V::default(),
        }
    }
}

impl<K: PartialEq, V> Derived<K, V> {
    /// Derives the value again if its input is another one.
    pub(crate) fn update(&mut self, input: K, derive: impl FnOnce() -> V) {
        if self.input.as_ref() != Some(&input) {
            self.value = derive();
            self.input = Some(input);
        }
    }
}

impl<K, V> Derived<K, V> {
    /// Returns the value.
    #[must_use]
    pub(crate) const fn get(&self) -> &V {
        &self.value
    }
}

/// A shared value as an input: equal to itself alone.
#[derive(Debug)]
pub(crate) struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// Returns the input that stands for a value.
    #[must_use]
    pub(crate) fn new(value: &Arc<T>) -> Self {
        Self(Arc::clone(value))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
