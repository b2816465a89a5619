//! What the bytes of an image are for: every byte, visible or hidden, has exactly one category. `categories/table.rs` lists the rules; this file sums up.

mod category;
mod matcher;
mod table;

use crate::image::{Image, LayerId, NodeId};

use crate::analysis::base::Base;
use crate::analysis::hidden::HiddenBytes;
use crate::analysis::packages::Packages;
pub use category::Category;
use matcher::{CategoryMatcher, CategoryRuleId};

/// Unpacked bytes of one category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryBytes {
    /// The category.
    pub category: Category,
    /// Visible bytes.
    pub visible: u64,
    /// Hidden bytes.
    pub hidden: u64,
}

impl CategoryBytes {
    /// Returns all bytes of the category.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.visible.saturating_add(self.hidden)
    }
}

/// The bytes of all categories; their sum is the image size.
#[derive(Clone, Debug)]
pub struct Categories {
    /// Every category, in the order of [`Category::ALL`], also those without bytes.
    pub list: [CategoryBytes; Category::ALL.len()],
    /// For each layer the unpacked bytes of every category that it stores, visible or hidden, in the order of [`Category::ALL`].
    pub layers: Vec<[u64; Category::ALL.len()]>,
    /// For each rule the bytes it applies to, visible or hidden.
    by_rule: Vec<u64>,
    /// For each node the rule of its visible entry.
    rules: Vec<CategoryRuleId>,
    /// For each hidden entry, in the order of [`HiddenBytes::entries`], its rule.
    hidden_rules: Vec<CategoryRuleId>,
}

impl Categories {
    /// Finds the category of every byte: by path, then by the owning package if known. One pass over the paths, one over the hidden entries.
    #[must_use]
    pub fn of(
        image: &Image,
        base: &Base,
        hidden_bytes: &HiddenBytes,
        packages: Option<&Packages>,
    ) -> Self {
        let matcher = CategoryMatcher::new(image, base, packages);
        let mut categories = Self {
            list: Category::ALL.map(|category| CategoryBytes {
                category,
                visible: 0,
                hidden: 0,
            }),
            layers: vec![[0; Category::ALL.len()]; image.layers.len()],
            by_rule: vec![0; CategoryRuleId::COUNT],
            rules: vec![CategoryRuleId::ANYTHING; image.tree.len()],
            hidden_rules: Vec::with_capacity(hidden_bytes.entries.len()),
        };
        let paths = matcher.paths();
        for node in image.tree.ids() {
            let Some(visible) = image.visible(node) else {
                continue;
            };
            // All names of a content have the category of the one at which it counts, which comes first.
            let rule = match visible.counted_at {
                Some(first) => categories.rules[first.index()],
                None => matcher.rule(paths[node.index()], node, visible.layer, true),
            };
            categories.rules[node.index()] = rule;
            let bytes = &mut categories.list[rule.category() as usize].visible;
            *bytes = bytes.saturating_add(visible.bytes);
            categories.store(visible.layer, rule, visible.bytes);
        }
        for hidden in &hidden_bytes.entries {
            let rule = matcher.rule(
                paths[hidden.node.index()],
                hidden.node,
                hidden.stored_in,
                false,
            );
            categories.hidden_rules.push(rule);
            let bytes = &mut categories.list[rule.category() as usize].hidden;
            *bytes = bytes.saturating_add(hidden.bytes);
            categories.store(hidden.stored_in, rule, hidden.bytes);
        }
        categories
    }

    fn store(&mut self, layer: LayerId, rule: CategoryRuleId, size: u64) {
        let (category, of_rule) = (rule.category(), &mut self.by_rule[rule.index()]);
        *of_rule = of_rule.saturating_add(size);
        if let Some(bytes) = self.layers.get_mut(layer.index()) {
            let bytes = &mut bytes[category as usize];
            *bytes = bytes.saturating_add(size);
        }
    }

    /// Returns the bytes of one category.
    #[must_use]
    pub fn get(&self, category: Category) -> CategoryBytes {
        self.list[category as usize]
    }

    /// Returns the categories with bytes, largest first.
    #[must_use]
    pub fn largest(&self) -> Vec<CategoryBytes> {
        let mut found: Vec<CategoryBytes> = self.list.to_vec();
        found.retain(|bytes| bytes.bytes() > 0);
        found.sort_by_key(|bytes| std::cmp::Reverse(bytes.bytes()));
        found
    }

    /// Returns the category of the visible entry at a path.
    #[must_use]
    pub fn category(&self, node: NodeId) -> Category {
        self.rules[node.index()].category()
    }

    /// Returns the category of a hidden entry, by its index in [`HiddenBytes::entries`].
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn hidden_category(&self, entry: usize) -> Category {
        self.hidden_rules[entry].category()
    }

    /// Returns the reason for the category of a hidden entry, by its index in [`HiddenBytes::entries`].
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn hidden_reason(&self, entry: usize) -> &'static str {
        self.hidden_rules[entry].reason()
    }

    /// Returns the bytes of a category by reason, most first.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn reasons(&self, category: Category) -> Vec<(&'static str, u64)> {
        let mut reasons: Vec<(&'static str, u64)> = Vec::new();
        for (rule, bytes) in CategoryRuleId::all_ids().zip(&self.by_rule) {
            if rule.category() != category || *bytes == 0 {
                continue;
            }
            match reasons
                .iter_mut()
                .find(|(reason, _)| *reason == rule.reason())
            {
                Some((_, sum)) => *sum = sum.saturating_add(*bytes),
                None => reasons.push((rule.reason(), *bytes)),
            }
        }
        reasons.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        reasons
    }

    /// Returns the reason for the category of the visible entry at a path, as one sentence.
    #[must_use]
    pub fn reason(&self, node: NodeId) -> &'static str {
        self.rules[node.index()].reason()
    }
}
