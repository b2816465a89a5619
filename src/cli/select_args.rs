//! The options that select files of an image by what they are, as the screen's queries do. What depends on the image is looked up after it is loaded.

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Args};

use super::file_plan::{GLOB_HINT, layers};
use crate::analysis::Category;
use crate::analysis::findings::FindingKind;
use crate::ci::bytes;
use crate::escape;
use crate::failure::Failure;
use crate::query::{
    PackageFilter, QueryOptions, StatusOption, glob_condition, glob_pattern, path_regex,
};
use crate::suggest::did_you_mean;

/// The options of a query. All of them have to hold.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct SelectArgs {
    /// Select files of this category (ids: docs/json.md)
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(Category::ALL.map(Category::id)), hide_possible_values = true)]
    pub(super) category: Option<String>,

    /// Select files of this package: [KIND:]NAME[@VERSION]
    #[arg(long, value_name = "NAME")]
    pub(super) package: Option<String>,

    /// Select visible files that a package owns, or that none does
    #[arg(long, value_name = "OWNER", value_parser = PossibleValuesParser::new(PackageFilter::ALL.iter().filter_map(|filter| filter.name())))]
    pub(super) owned_by: Option<String>,

    /// Select files of this finding (ids: docs/json.md); LAYER, counted from 1, chooses among several of one ID
    #[arg(long, value_name = "ID[:LAYER]")]
    pub(super) finding: Option<String>,

    /// Select files that this layer hides, counted from 1
    #[arg(long, value_name = "N")]
    pub(super) hidden_by: Option<u32>,

    /// Select files of this status. `added`, `modified`: by the layer that stores the file; all others: in the finished image. Repeatable, all have to hold
    #[arg(long, value_name = "STATUS", action = ArgAction::Append, value_parser = PossibleValuesParser::new(StatusOption::ALL.map(StatusOption::name)))]
    pub(super) status: Vec<String>,

    /// Select files of at least this size (20MB, 1.5 GiB, 1000)
    #[arg(long, value_name = "SIZE")]
    pub(super) min_size: Option<String>,

    /// Select files whose path, or a folder above, matches this glob; repeatable, all have to match
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    pub(super) glob: Vec<String>,

    /// Select files whose path contains this text (case-insensitive, not fuzzy), or matches a regular expression after `re:`; repeatable, all have to match
    #[arg(long, value_name = "TEXT", action = ArgAction::Append)]
    pub(super) find: Vec<String>,
}

impl SelectArgs {
    /// Returns the options, with those of `outer` for options that are not set.
    pub(super) fn or(self, outer: &Self) -> Self {
        let longer = |own: Vec<String>, outer: &[String]| [own, outer.to_vec()].concat();
        Self {
            category: self.category.or_else(|| outer.category.clone()),
            package: self.package.or_else(|| outer.package.clone()),
            owned_by: self.owned_by.or_else(|| outer.owned_by.clone()),
            finding: self.finding.or_else(|| outer.finding.clone()),
            hidden_by: self.hidden_by.or(outer.hidden_by),
            status: longer(self.status, &outer.status),
            min_size: self.min_size.or_else(|| outer.min_size.clone()),
            glob: longer(self.glob, &outer.glob),
            find: longer(self.find, &outer.find),
        }
    }

    /// Returns the query that the options and `--layer` mean.
    ///
    /// # Errors
    /// [`Failure`] when a value is invalid.
    pub(super) fn query(&self, layer: Option<&str>) -> Result<QueryOptions, Failure> {
        let min_size = self.min_size.as_deref().map(|text| {
            bytes(text).map_err(|why| {
                Failure::of(why)
                    .about("--min-size")
                    .hint("a size such as 500kB or 2MiB")
            })
        });
        let mut paths = Vec::new();
        for glob in &self.glob {
            let text = glob_condition(glob);
            glob_pattern(&text).map_err(|why| {
                // The message names the glob as written.
                let why = glob_pattern(glob).err().unwrap_or(why);
                Failure::of(why).about("--glob").hint(GLOB_HINT)
            })?;
            paths.push(text);
        }
        for text in &self.find {
            paths.push(find(text)?);
        }
        let category = |id: &String| Category::ALL.into_iter().find(|one| one.id() == id);
        let filter = |word: &String| {
            PackageFilter::ALL
                .into_iter()
                .find(|one| one.name() == Some(word))
        };
        let status = |word: &String| StatusOption::ALL.into_iter().find(|one| one.name() == word);
        Ok(QueryOptions {
            category: self.category.as_ref().and_then(category),
            package: self.package.clone(),
            owned_by: self.owned_by.as_ref().and_then(filter),
            finding: self.finding.as_deref().map(finding).transpose()?,
            layers: layer.map(layers).transpose()?,
            hidden_by: self.hidden_by,
            statuses: self.status.iter().filter_map(status).collect(),
            min_size: min_size.transpose()?,
            paths,
        })
    }
}

/// Checks the text of a find.
fn find(text: &str) -> Result<String, Failure> {
    if let Some(pattern) = text.strip_prefix("re:") {
        path_regex(pattern).map_err(|why| {
            Failure::new(format!("--find: `{}`: {why}", escape::text(text)))
                .with_source(why)
                .hint("re: and a regular expression, or the text itself")
        })?;
    }
    Ok(text.to_owned())
}

/// Reads `ID` or `ID:LAYER`.
fn finding(text: &str) -> Result<(FindingKind, Option<u32>), Failure> {
    let (id, layer) = text
        .split_once(':')
        .map_or((text, None), |(id, layer)| (id, Some(layer)));
    let known: Vec<&str> = FindingKind::ALL.into_iter().map(FindingKind::id).collect();
    let kind = FindingKind::from_name(id).ok_or_else(|| {
        let near = did_you_mean(id, &known);
        Failure::new(format!(
            "--finding: unknown finding `{}`{near}",
            escape::text(id)
        ))
        .hint(format!("findings: {}", known.join(", ")))
    })?;
    let layer = layer.map(|layer| {
        layer.parse().map_err(|_| {
            Failure::new(format!(
                "--finding: `{}` is not a layer",
                escape::text(layer)
            ))
            .hint("--finding deleted:7 is the finding about the seventh layer from the bottom")
        })
    });
    Ok((kind, layer.transpose()?))
}
