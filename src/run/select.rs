//! The selection step: the query of a command line, looked up in the loaded image, and the contents that it selects. Prints nothing.

use crate::analysis::{Analysis, ContentAnalysis};
use crate::escape;
use crate::failure::Failure;
use crate::image::{Image, LayerId};
use crate::query::{QueryError, QueryOptions, Selection, finding_name};
use crate::suggest::did_you_mean;

/// Returns the contents that options select.
///
/// # Errors
/// [`Failure`] when the image has no such layer, package or finding.
pub(super) fn selection(
    options: &QueryOptions,
    image: &Image,
    analysis: &Analysis,
    content: Option<&ContentAnalysis>,
) -> Result<Selection, Failure> {
    let query = options
        .query(image, content)
        .map_err(|unknown| failure(unknown, image, content))?;
    Ok(Selection::of(image, analysis, content, &query))
}

/// Returns the layer of a number, from 1.
///
/// # Errors
/// [`Failure`] when the image has no such layer.
pub(super) fn layer(image: &Image, option: &'static str, number: u32) -> Result<LayerId, Failure> {
    let layers = image.layers.len();
    let index = number.checked_sub(1);
    let index = index.filter(|index| (*index as usize) < layers);
    index
        .map(LayerId)
        .ok_or_else(|| unknown_layer_error(image, option, number))
}

fn unknown_layer_error(image: &Image, option: &str, number: u32) -> Failure {
    let hint = match image.layers.len() {
        0 => "the image has no layers".to_owned(),
        1 => "the image has one layer, number 1".to_owned(),
        layers => format!("the image has {layers} layers, 1 to {layers}, counted from the bottom"),
    };
    Failure::new(format!("{option}: there is no layer {number}")).hint(hint)
}

fn failure(unknown: QueryError, image: &Image, content: Option<&ContentAnalysis>) -> Failure {
    match unknown {
        QueryError::Layer(option, number) => unknown_layer_error(image, option, number),
        QueryError::Package(name) => {
            let packages = content.map(|content| content.packages.ids());
            let names = packages
                .into_iter()
                .flatten()
                .map(|(_, package)| &*package.name);
            let names: Vec<&str> = names.collect();
            let near = escape::text(&did_you_mean(&name, &names)).into_owned();
            let name = escape::text(&name);
            Failure::new(format!(
                "--package: the image has no package `{name}`{near}"
            ))
            .hint("[KIND:]NAME[@VERSION]; `packages` of the JSON report lists them")
        }
        QueryError::Finding => {
            let findings = content.map_or(&[][..], |content| &content.findings.list);
            let mut names: Vec<String> = findings.iter().map(finding_name).collect();
            names.dedup();
            let hint = if names.is_empty() {
                "the image has no findings".to_owned()
            } else {
                let names = names.join(", ");
                format!("its findings: {names}; layers count from 1, in the JSON from 0")
            };
            Failure::new("--finding: the image has no such finding").hint(hint)
        }
        QueryError::SeveralFindings(kind, layers) => {
            let id = kind.id();
            let mut names: Vec<String> =
                layers.iter().map(|layer| format!("{id}:{layer}")).collect();
            names.dedup();
            Failure::new(format!("--finding: the image has several findings `{id}`"))
                .hint(format!("name one: {}", names.join(", ")))
        }
    }
}
