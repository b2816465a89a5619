//! Matches paths against the rules of `table`: prepared once for an image, then a few comparisons for each path, whatever the number of rules.

use crate::image::{EntryKind, Image, LayerId, NodeId};

use crate::analysis::base::Base;
use crate::analysis::categories::category::Category;
use crate::analysis::categories::table::{CategoryRule, Pattern, RULES};
use crate::analysis::packages::{PackageKind, Packages};

/// A rule, by its index in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CategoryRuleId(u16);

impl CategoryRuleId {
    /// The last rule, which matches everything.
    #[expect(clippy::cast_possible_truncation, reason = "the table is short")]
    pub(super) const ANYTHING: Self = Self(RULES.len() as u16 - 1);

    /// How many rules there are.
    pub(super) const COUNT: usize = RULES.len();

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Returns every rule, in the order of the table.
    #[cfg(feature = "cli")]
    pub(super) fn all_ids() -> impl Iterator<Item = Self> {
        Self::all().map(|(rule, _)| rule)
    }

    pub(super) fn category(self) -> Category {
        self.get().category
    }

    pub(super) fn reason(self) -> &'static str {
        self.get().reason
    }

    fn get(self) -> &'static CategoryRule {
        &RULES[self.index()]
    }

    fn all() -> impl Iterator<Item = (Self, Pattern)> {
        (0..).map(Self).zip(RULES.iter().map(|row| row.pattern))
    }

    /// Returns the rule of a pattern that occurs once.
    fn of(pattern: Pattern) -> Self {
        let found = Self::all().find(|(_, other)| *other == pattern);
        found.map_or(Self::ANYTHING, |(row, _)| row)
    }
}

/// Names and their rules, indexed by one byte of the name.
type ByByte = [Vec<(&'static [u8], CategoryRuleId)>; 256];

/// The rules, prepared for an image.
pub(super) struct CategoryMatcher<'a> {
    image: &'a Image,
    base: &'a Base,
    packages: Option<&'a Packages>,
    /// Rules for exact paths, by node.
    fixed: Vec<(NodeId, CategoryRuleId)>,
    /// Folder names by their first byte, suffixes by their last.
    folders: ByByte,
    ends: ByByte,
    /// For each package its rule, or that of its kind.
    named: Vec<Option<CategoryRuleId>>,
    /// For each layer whether COPY or ADD created it.
    copied: Vec<bool>,
    program_folders: Vec<NodeId>,
    system: Vec<(NodeId, CategoryRuleId)>,
    fallbacks: [CategoryRuleId; 3],
}

impl<'a> CategoryMatcher<'a> {
    pub(super) fn new(image: &'a Image, base: &'a Base, packages: Option<&'a Packages>) -> Self {
        let mut matcher = Self {
            image,
            base,
            packages,
            fixed: Vec::new(),
            folders: std::array::from_fn(|_| Vec::new()),
            ends: std::array::from_fn(|_| Vec::new()),
            named: packages.map_or_else(Vec::new, package_rules),
            copied: image
                .layer_ids()
                .map(|layer| image.is_copied(layer))
                .collect(),
            program_folders: program_folders(image),
            system: Vec::new(),
            fallbacks: [Pattern::Base, Pattern::Copied, Pattern::ProgramFolder]
                .map(CategoryRuleId::of),
        };
        let homes = expand(image, "/home/*");
        let homes: Vec<NodeId> = homes.into_iter().chain(expand(image, "/root")).collect();
        for (row, pattern) in CategoryRuleId::all() {
            match pattern {
                Pattern::Below(path) => {
                    let nodes = expand(image, path);
                    matcher
                        .fixed
                        .extend(nodes.into_iter().map(|node| (node, row)));
                }
                Pattern::Home(path) => {
                    let nodes = homes
                        .iter()
                        .flat_map(|home| expand_from(image, *home, path));
                    matcher.fixed.extend(nodes.map(|node| (node, row)));
                }
                Pattern::Folder(name) => {
                    if let Some(first) = name.bytes().next() {
                        matcher.folders[usize::from(first)].push((name.as_bytes(), row));
                    }
                }
                Pattern::Suffix(end) => {
                    if let Some(last) = end.bytes().next_back() {
                        matcher.ends[usize::from(last)].push((end.as_bytes(), row));
                    }
                }
                Pattern::System(path) => {
                    let nodes = expand(image, path);
                    matcher
                        .system
                        .extend(nodes.into_iter().map(|node| (node, row)));
                }
                _ => {}
            }
        }
        // The first of two rules for one path applies.
        matcher.fixed.sort_by_key(|(node, _)| *node);
        matcher.fixed.dedup_by_key(|(node, _)| *node);
        matcher
    }

    /// Returns for each node the rule that its path alone decides. One pass, parents first.
    pub(super) fn paths(&self) -> Vec<Option<CategoryRuleId>> {
        let tree = &self.image.tree;
        let mut rows: Vec<Option<CategoryRuleId>> = vec![None; tree.len()];
        let mut fixed = self.fixed.iter().peekable();
        for node in tree.ids() {
            let above = tree.parent(node).and_then(|parent| rows[parent.index()]);
            let here = fixed.next_if(|(place, _)| *place == node);
            rows[node.index()] = match (here, above) {
                (Some((_, row)), _) => Some(*row),
                (None, Some(above)) if above.category().covers_subtree() => Some(above),
                (None, above) => self.name(node).or(above),
            };
        }
        rows
    }

    /// Returns the rule of a folder's name or of a suffix.
    fn name(&self, node: NodeId) -> Option<CategoryRuleId> {
        let name = self.image.tree.name(node);
        let (first, last) = (*name.first()?, *name.last()?);
        let folder = self.folders[usize::from(first)]
            .iter()
            .find(|(folder, _)| *folder == name)
            .filter(|_| self.was_folder(node));
        let end = || {
            let ends = self.ends[usize::from(last)].iter();
            ends.copied().find(|(end, _)| name.ends_with(end))
        };
        folder.copied().or_else(end).map(|(_, row)| row)
    }

    fn was_folder(&self, node: NodeId) -> bool {
        let tree = &self.image.tree;
        let is_dir = |entry| self.image.entry(entry).kind() == EntryKind::Directory;
        let mut entries = self.image.timeline.events(node).iter();
        tree.end(node).0 > node.0 + 1 || entries.any(|event| event.entry.is_some_and(is_dir))
    }

    /// Returns the rule of an entry: `path` is the rule of its path, `visible` whether the entry is visible.
    pub(super) fn rule(
        &self,
        path: Option<CategoryRuleId>,
        node: NodeId,
        layer: LayerId,
        visible: bool,
    ) -> CategoryRuleId {
        if let Some(row) = path {
            return row;
        }
        let owner = self.packages.filter(|_| visible);
        let owner = owner.and_then(|packages| packages.package_of(node));
        if let Some(row) = owner.and_then(|id| self.named[id.index()]) {
            return row;
        }
        let [base, copied, program_folders] = self.fallbacks;
        if layer.index() < self.base.layers {
            return base;
        }
        if self.copied[layer.index()] {
            return copied;
        }
        let below = |folder: NodeId| self.image.tree.contains(folder, node);
        if self.program_folders.iter().any(|folder| below(*folder)) {
            return program_folders;
        }
        let system = self.system.iter().find(|(folder, _)| below(*folder));
        system.map_or(CategoryRuleId::ANYTHING, |(_, row)| *row)
    }
}

/// Returns the rule for each package.
fn package_rules(packages: &Packages) -> Vec<Option<CategoryRuleId>> {
    let patterns: Vec<(CategoryRuleId, &str)> = CategoryRuleId::all()
        .filter_map(|(row, pattern)| match pattern {
            Pattern::Package(name) => Some((row, name)),
            _ => None,
        })
        .collect();
    let (installed, library) = (
        CategoryRuleId::of(Pattern::Installed),
        CategoryRuleId::of(Pattern::Library),
    );
    let row = |package: &crate::analysis::packages::Package| match package.kind {
        kind if kind.is_system() => {
            // The architecture of a foreign package is not part of its name here.
            let name = package.name.split(':').next().unwrap_or_default();
            let named = patterns.iter().find(|(_, pattern)| matches(pattern, name));
            Some(named.map_or(installed, |(row, _)| *row))
        }
        PackageKind::Npm | PackageKind::Python | PackageKind::Gem => Some(library),
        _ => None,
    };
    packages.list.iter().map(row).collect()
}

/// Returns whether a name matches a pattern with at most one `*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => pattern == name,
    }
}

/// Returns the nodes of a path whose names may contain a `*`.
fn expand(image: &Image, path: &str) -> Vec<NodeId> {
    expand_from(image, NodeId::ROOT, path)
}

fn expand_from(image: &Image, start: NodeId, path: &str) -> Vec<NodeId> {
    let tree = &image.tree;
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.fold(vec![start], |folders, part| {
        if !part.contains('*') {
            let one = |folder| tree.child(folder, part.as_bytes());
            return folders.into_iter().filter_map(one).collect();
        }
        let fits = |node: &NodeId| {
            let name = std::str::from_utf8(tree.name(*node));
            name.is_ok_and(|name| matches(part, name))
        };
        let children = folders.into_iter().flat_map(|folder| tree.children(folder));
        children.filter(fits).collect()
    })
}

/// Folders of system programs: files beside the main program are not part of the application there.
const PROGRAMS: [&str; 6] = [
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
];

/// Returns the working folder, the main program and its folder.
fn program_folders(image: &Image) -> Vec<NodeId> {
    let config = &image.about.config;
    let mut places = Vec::new();
    places.extend(image.tree.find(config.working_dir.as_bytes()));
    let words = config.entrypoint.iter().chain(&config.cmd);
    if let Some(program) = words.clone().next().filter(|word| word.starts_with('/')) {
        let folder = program.rsplit_once('/').map_or("", |(folder, _)| folder);
        places.extend(image.tree.find(program.as_bytes()));
        if !PROGRAMS.contains(&folder) {
            places.extend(image.tree.find(folder.as_bytes()));
        }
    }
    places.retain(|place| *place != NodeId::ROOT);
    places
}
