//! Queries as options of a command line: words that are looked up in an image, and the options of a query. Reads no arguments and prints nothing.

use crate::analysis::findings::{Finding, FindingKind};
use crate::analysis::packages::{Package, PackageId};
use crate::analysis::{Category, ContentAnalysis, HiddenKind};
use crate::image::{Image, LayerId, NodeId};

use crate::query::condition::{Condition, PackageFilter, Query, StoredAs};
use crate::query::globs::is_glob;

/// The options of a query. All of them have to hold. Layers are counted from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryOptions {
    /// `--category`.
    pub category: Option<Category>,
    /// `--package`: `NAME`, `NAME@VERSION`, `KIND:NAME` or `KIND:NAME@VERSION`.
    pub package: Option<String>,
    /// `--owned-by`.
    pub owned_by: Option<PackageFilter>,
    /// `--finding`: a kind, of any layer or of one.
    pub finding: Option<(FindingKind, Option<u32>)>,
    /// `--layer`: these layers, both ends included.
    pub layers: Option<(u32, u32)>,
    /// `--hidden-by`.
    pub hidden_by: Option<u32>,
    /// `--status`.
    pub statuses: Vec<StatusOption>,
    /// `--min-size`, in bytes.
    pub min_size: Option<u64>,
    /// `--glob` and `--find`, as [`Condition::Path`] has them.
    pub paths: Vec<String>,
}

/// What is known of a file in the finished image, as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusOption {
    /// Visible or hidden.
    Any,
    /// Visible.
    Visible,
    /// Hidden, for any reason.
    Hidden,
    /// Hidden for one reason.
    HiddenAs(HiddenKind),
    /// Added or modified by the layer that stores it.
    Stored(StoredAs),
}

/// Why words select nothing in an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryError {
    /// There is no such layer. The option, and the number.
    Layer(&'static str, u32),
    /// There is no such package.
    Package(String),
    /// There is no such finding.
    Finding,
    /// Several findings are of the kind; the layers that they are about, from 1.
    SeveralFindings(FindingKind, Vec<usize>),
}

impl StatusOption {
    /// Every word, in the order of the help.
    pub const ALL: [Self; 8] = [
        Self::Any,
        Self::Visible,
        Self::Hidden,
        Self::HiddenAs(HiddenKind::Overwritten),
        Self::HiddenAs(HiddenKind::ReStored),
        Self::HiddenAs(HiddenKind::Deleted),
        Self::Stored(StoredAs::Added),
        Self::Stored(StoredAs::Modified),
    ];

    /// Returns the word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Visible => "visible",
            Self::Hidden => "hidden",
            Self::HiddenAs(kind) => kind.name(),
            Self::Stored(StoredAs::Added) => "added",
            Self::Stored(StoredAs::Modified) => "modified",
        }
    }

    fn condition(self) -> Condition {
        match self {
            // A query with a condition selects hidden contents too, and this one holds for all of them.
            Self::Any => Condition::Below(NodeId::ROOT),
            Self::Visible => Condition::Visible,
            Self::Hidden => Condition::Hidden(None),
            Self::HiddenAs(kind) => Condition::Hidden(Some(kind)),
            Self::Stored(change) => Condition::Change(change),
        }
    }
}

impl QueryOptions {
    /// Returns whether they select contents of the image. Layers alone do not: they choose the versions that are listed.
    #[must_use]
    pub fn select(&self) -> bool {
        *self
            != Self {
                layers: self.layers,
                ..Self::default()
            }
    }

    /// Returns whether they depend on the content analysis.
    #[must_use]
    pub(crate) const fn need_content_analysis(&self) -> bool {
        self.category.is_some()
            || self.package.is_some()
            || self.owned_by.is_some()
            || self.finding.is_some()
    }

    /// Returns the query that they mean for an image.
    ///
    /// # Errors
    /// [`QueryError`] when the image has no such layer, package or finding.
    pub fn query(
        &self,
        image: &Image,
        content: Option<&ContentAnalysis>,
    ) -> Result<Query, QueryError> {
        let layer = |option, number: u32| {
            let index = number
                .checked_sub(1)
                .filter(|at| (*at as usize) < image.layers.len());
            index.map(LayerId).ok_or(QueryError::Layer(option, number))
        };
        let mut conditions = Vec::new();
        if let Some((first, last)) = self.layers {
            conditions.push(Condition::Layers(
                layer("--layer", first)?,
                layer("--layer", last)?,
            ));
        }
        if let Some(by) = self.hidden_by {
            conditions.push(Condition::HiddenBy(layer("--hidden-by", by)?));
        }
        conditions.extend(self.category.map(Condition::Category));
        if let Some(name) = &self.package {
            conditions.push(package(content, name)?);
        }
        conditions.extend(self.owned_by.map(Condition::Package));
        if let Some((kind, layer)) = self.finding {
            conditions.push(finding(content, kind, layer)?);
        }
        conditions.extend(self.statuses.iter().map(|status| status.condition()));
        conditions.extend(self.min_size.map(Condition::MinSize));
        conditions.extend(self.paths.iter().cloned().map(Condition::Path));
        let query = Query::default();
        Ok(conditions.into_iter().fold(query, Query::and))
    }
}

/// Returns the text of a [`Condition::Path`] that matches a glob. One without any of `*?[{` is put into braces: without them it would be a text to find.
#[must_use]
pub(crate) fn glob_condition(glob: &str) -> String {
    match glob.strip_prefix('/') {
        _ if is_glob(glob) => glob.to_owned(),
        Some(rest) => format!("/{{{rest}}}"),
        None => format!("{{{glob}}}"),
    }
}

/// Returns the options and the paths that select the same as a query does; `None` if no options can.
#[must_use]
pub fn options_of(
    query: &Query,
    image: &Image,
    content: Option<&ContentAnalysis>,
) -> Option<(Vec<String>, Option<String>)> {
    let mut words = Vec::new();
    let mut path = None;
    let mut selects = false;
    for condition in &query.conditions {
        let (option, value) = match condition {
            Condition::At(node) | Condition::Below(node) => {
                let text = String::from_utf8(image.tree.path(*node)).ok()?;
                if path.replace(text).is_some() {
                    return None;
                }
                continue;
            }
            Condition::Layers(first, last) => ("--layer", layers(*first, *last)),
            Condition::HiddenBy(layer) => ("--hidden-by", layers(*layer, *layer)),
            Condition::Category(category) => ("--category", category.id().to_owned()),
            Condition::Package(PackageFilter::Package(id)) => {
                ("--package", only_name(content?, &[*id])?)
            }
            Condition::OneOfPackages(ids) => ("--package", only_name(content?, ids)?),
            Condition::Package(filter) => ("--owned-by", filter.name()?.to_owned()),
            Condition::Finding(at) => {
                let list = &content?.findings.list;
                let found = list.get(*at)?;
                let name = finding_name(found);
                let same = list.iter().filter(|other| finding_name(other) == name);
                if same.count() > 1 {
                    return None;
                }
                ("--finding", name)
            }
            Condition::Visible => ("--status", StatusOption::Visible.name().to_owned()),
            Condition::Hidden(None) => ("--status", StatusOption::Hidden.name().to_owned()),
            Condition::Hidden(Some(kind)) => ("--status", kind.name().to_owned()),
            Condition::Change(change) => {
                ("--status", StatusOption::Stored(*change).name().to_owned())
            }
            Condition::MinSize(bytes) => ("--min-size", bytes.to_string()),
            Condition::Path(text) if is_glob(text) && !text.starts_with("re:") => {
                ("--glob", text.clone())
            }
            Condition::Path(text) => ("--find", text.clone()),
        };
        // Any other option is accepted once, so two conditions of its kind cannot be written.
        let is_repeatable = ["--status", "--glob", "--find"].contains(&option);
        if !is_repeatable && words.iter().any(|word| word == option) {
            return None;
        }
        selects |= option != "--layer";
        words.extend([option.to_owned(), value]);
    }
    if !selects && !query.is_empty() {
        words.extend(["--status".to_owned(), StatusOption::Any.name().to_owned()]);
    }
    Some((words, path))
}

fn layers(first: LayerId, last: LayerId) -> String {
    let [first, last] = [first, last].map(|layer| layer.index() + 1);
    if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    }
}

impl PackageFilter {
    /// Those that have a word.
    pub const ALL: [Self; 2] = [Self::AnyPackage, Self::Unowned];

    /// Returns the word for options; `None` for one package.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Package(_) => None,
            Self::AnyPackage => Some("packages"),
            Self::Unowned => Some("none"),
        }
    }
}

/// Returns the names of a package for options, the shortest first.
fn names(package: &Package) -> [String; 4] {
    let Package {
        kind,
        name,
        version,
        ..
    } = package;
    let kind = kind.name();
    [
        name.clone(),
        format!("{kind}:{name}"),
        format!("{name}@{version}"),
        format!("{kind}:{name}@{version}"),
    ]
}

/// Returns the packages of a name.
fn packages_named(content: &ContentAnalysis, name: &str) -> Vec<PackageId> {
    let all = content.packages.ids();
    let found = all.filter(|(_, package)| names(package).iter().any(|one| one == name));
    found.map(|(id, _)| id).collect()
}

fn package(content: Option<&ContentAnalysis>, name: &str) -> Result<Condition, QueryError> {
    let found = content.map_or_else(Vec::new, |content| packages_named(content, name));
    match found[..] {
        [] => Err(QueryError::Package(name.to_owned())),
        [id] => Ok(Condition::Package(PackageFilter::Package(id))),
        _ => Ok(Condition::OneOfPackages(found)),
    }
}

/// Returns the shortest name that means these packages and no other.
fn only_name(content: &ContentAnalysis, ids: &[PackageId]) -> Option<String> {
    let first = content.packages.get(*ids.first()?);
    names(first)
        .into_iter()
        .find(|name| packages_named(content, name) == ids)
}

/// Returns the name of a finding for options: its id, and the layer that it is about, counted from 1.
#[must_use]
pub(crate) fn finding_name(finding: &Finding) -> String {
    let id = finding.kind.id();
    match finding.layer {
        Some(layer) => format!("{id}:{}", layer.index() + 1),
        None => id.to_owned(),
    }
}

fn finding(
    content: Option<&ContentAnalysis>,
    kind: FindingKind,
    layer: Option<u32>,
) -> Result<Condition, QueryError> {
    let list = content.map_or(&[][..], |content| &content.findings.list);
    let number = |finding: &Finding| finding.layer.map(|layer| layer.index() + 1);
    let is_meant = |finding: &Finding| {
        finding.kind == kind && layer.is_none_or(|layer| number(finding) == Some(layer as usize))
    };
    let found: Vec<usize> = (0..list.len()).filter(|at| is_meant(&list[*at])).collect();
    match found[..] {
        [] => Err(QueryError::Finding),
        [at] => Ok(Condition::Finding(at)),
        _ => {
            let layers = found.iter().filter_map(|at| number(&list[*at])).collect();
            Err(QueryError::SeveralFindings(kind, layers))
        }
    }
}
