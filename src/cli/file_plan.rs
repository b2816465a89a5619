//! The arguments of `ls`, `du`, `cat` and `extract` become a [`FilePlan`]. What depends on the image, such as its number of layers, is checked after it is
//! loaded.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::args::Args;
use super::environment::CliEnvironment;
use super::file_args::{CatArgs, DuArgs, ExtractArgs, LsArgs, SourceArgs, VersionArgs};
use super::images::{base, budget, image_choice};
use super::resolve::{config, needs_files, picker, verbosity};
use super::run_plan::{BaseOption, ImageChoice, PickerOption};
use super::select_args::SelectArgs;
use crate::bytes::Units;
use crate::config::Configuration;
use crate::escape;
use crate::failure::Failure;
use crate::load::Request;
use crate::query::{QueryOptions, glob_pattern, is_glob};
use crate::report::Sizes;

/// One command on the files of an image.
#[derive(Debug)]
pub struct FilePlan {
    /// The image.
    pub request: Request,
    /// The versions of its paths.
    pub versions: VersionOption,
    /// The query that selects files.
    pub query: QueryOptions,
    /// What the options state about the base image.
    pub base: BaseOption,
    /// The paths as typed; the root if there are none.
    pub paths: Vec<Vec<u8>>,
    /// The command.
    pub command: FileCommand,
    /// The configuration, after the options of the command line.
    pub config: Configuration,
    /// The picker of an image, if the user can pick one.
    pub picker: Option<PickerOption>,
    /// The amount of output on standard error: 0 errors only, 1 notes, 2 and more the log.
    pub verbosity: u8,
    /// Warnings about the configuration, one line each.
    pub notes: Vec<String>,
}

/// A command on files.
#[derive(Debug)]
pub enum FileCommand {
    /// List paths.
    Ls(LsOptions),
    /// Sum folders.
    Du(DuOptions),
    /// Print files.
    Cat,
    /// Extract paths.
    Extract(ExtractOptions),
}

/// The options of `ls`.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch")]
pub struct LsOptions {
    /// Whether mode, owner, size and layer are shown.
    pub long: bool,
    /// Whether folders in folders are listed.
    pub recursive: bool,
    /// Whether folders are listed like files.
    pub directory: bool,
    /// Whether each path is a line of JSON.
    pub json: bool,
    /// How sizes are written.
    pub sizes: Sizes,
}

/// The options of `du`.
#[derive(Debug)]
pub struct DuOptions {
    /// Whether files are listed.
    pub all: bool,
    /// How many folders below a path are listed; `None` for all.
    pub depth: Option<u16>,
    /// Whether each sum is a line of JSON.
    pub json: bool,
    /// How sizes are written.
    pub sizes: Sizes,
}

/// The options of `extract`.
#[derive(Debug)]
pub struct ExtractOptions {
    /// Where to.
    pub destination: ExtractDestination,
    /// Whether the folders of a path are kept.
    pub parents: bool,
}

/// Where files are extracted to.
#[derive(Debug)]
pub enum ExtractDestination {
    /// A folder.
    Folder(PathBuf),
    /// A tar stream on standard output.
    Stdout,
}

/// The versions of paths that a command lists. Layers are counted from 1.
#[derive(Clone, Debug, Default)]
pub struct VersionOption {
    /// What these layers store, both ends included.
    pub layers: Option<(u32, u32)>,
    /// The filesystem after this layer.
    pub up_to: Option<u32>,
    /// Whether deleted paths are included.
    pub deleted: bool,
}

/// Returns the plan of `ls`.
///
/// # Errors
/// [`Failure`] when an argument is invalid.
pub(super) fn ls(
    args: &Args,
    ls: &LsArgs,
    environment: &CliEnvironment,
) -> Result<FilePlan, Failure> {
    let operands = Operands::of("ls", &ls.list.source, ls.image.as_ref(), &ls.paths);
    let select = Some(&ls.list.select);
    let mut plan = plan(
        args,
        &ls.list.source,
        operands,
        &ls.list.version,
        select,
        environment,
    )?;
    plan.command = FileCommand::Ls(LsOptions {
        long: ls.long,
        recursive: ls.recursive,
        directory: ls.directory,
        json: ls.list.json,
        sizes: sizes(ls.list.bytes, plan.config.units),
    });
    Ok(plan)
}

/// Returns the plan of `du`.
///
/// # Errors
/// [`Failure`] when an argument is invalid.
pub(super) fn du(
    args: &Args,
    du: &DuArgs,
    environment: &CliEnvironment,
) -> Result<FilePlan, Failure> {
    let operands = Operands::of("du", &du.list.source, du.image.as_ref(), &du.paths);
    let select = Some(&du.list.select);
    let mut plan = plan(
        args,
        &du.list.source,
        operands,
        &du.list.version,
        select,
        environment,
    )?;
    plan.command = FileCommand::Du(DuOptions {
        all: du.all,
        depth: if du.summarize { Some(0) } else { du.depth },
        json: du.list.json,
        sizes: sizes(du.list.bytes, plan.config.units),
    });
    Ok(plan)
}

/// Returns the plan of `cat`.
///
/// # Errors
/// [`Failure`] when an argument is invalid.
pub(super) fn cat(
    args: &Args,
    cat: &CatArgs,
    environment: &CliEnvironment,
) -> Result<FilePlan, Failure> {
    let operands = Operands::of("cat", &cat.source, cat.image.as_ref(), &cat.paths);
    if operands.image.is_some() && operands.paths.is_empty() {
        return Err(Failure::new("`cat` needs a path")
            .hint("dive-rs cat IMAGE PATH; dive-rs ls IMAGE lists the paths"));
    }
    let mut plan = plan(args, &cat.source, operands, &cat.version, None, environment)?;
    plan.request.keep_contents = true;
    Ok(plan)
}

/// Returns the plan of `extract`.
///
/// # Errors
/// [`Failure`] when an argument is invalid, or standard output is a terminal.
pub(super) fn extract(
    args: &Args,
    extract: &ExtractArgs,
    environment: &CliEnvironment,
) -> Result<FilePlan, Failure> {
    let mut operands = Operands::of(
        "extract",
        &extract.source,
        extract.image.as_ref(),
        &extract.paths,
    );
    let destination = operands.paths.pop();
    let destination = match (&operands.image, destination) {
        (None, _) => ExtractDestination::Stdout,
        (Some(_), None) => {
            return Err(Failure::new("`extract` needs a destination")
                .hint("dive-rs extract IMAGE [PATH]... DEST, with a folder or `-` as DEST"));
        }
        (Some(_), Some(word)) if word == "-" && environment.terminal => {
            return Err(Failure::new("a tar stream is not written to a terminal")
                .hint("redirect it: dive-rs extract IMAGE PATH - > files.tar"));
        }
        (Some(_), Some(word)) if word == "-" => ExtractDestination::Stdout,
        (Some(_), Some(word)) if word.is_empty() => {
            return Err(Failure::new("the name of the destination is empty")
                .hint("name a folder, `.` for the current one, or `-`"));
        }
        (Some(_), Some(word)) => ExtractDestination::Folder(PathBuf::from(word)),
    };
    let mut plan = plan(
        args,
        &extract.source,
        operands,
        &extract.version,
        None,
        environment,
    )?;
    plan.request.keep_contents = true;
    plan.command = FileCommand::Extract(ExtractOptions {
        destination,
        parents: extract.parents,
    });
    Ok(plan)
}

/// The image and the paths of a command. With `--demo`, the first word is a path.
struct Operands {
    command: &'static str,
    image: Option<OsString>,
    paths: Vec<OsString>,
}

impl Operands {
    fn of(
        command: &'static str,
        source: &SourceArgs,
        image: Option<&OsString>,
        paths: &[OsString],
    ) -> Self {
        let (image, first) = match image {
            image if source.demo => (Some(OsString::new()), image),
            image => (image.cloned(), None),
        };
        Self {
            command,
            image,
            paths: first.into_iter().chain(paths).cloned().collect(),
        }
    }
}

/// Returns a plan to print files.
fn plan(
    args: &Args,
    source: &SourceArgs,
    operands: Operands,
    version: &VersionArgs,
    select: Option<&SelectArgs>,
    environment: &CliEnvironment,
) -> Result<FilePlan, Failure> {
    let command = operands.command;
    let usage = format!(
        "dive-rs {command} IMAGE names the image after the command; dive-rs {command} --help lists its options"
    );
    refuse_other_options(args, command, &usage)?;
    let layer = version.layer.as_deref().or(args.layer.as_deref());
    let query = query_options(args, layer, command, select)?;
    let Some(image) = operands.image else {
        return Err(Failure::new("no image named").hint(usage));
    };
    let mut args = Args {
        command: None,
        demo: source.demo,
        images: Vec::new(),
        reading: source.reading.clone().or(&args.reading),
        output: source.output.clone().or(&args.output),
        ..args.clone()
    };
    if !source.demo {
        args.images.push(image);
    }
    budget(&args)?;
    if args.shallow {
        return Err(needs_files("this command"));
    }
    let (config, notes) = config(&args, environment)?;
    let ImageChoice::Named(request) = image_choice(&args, false)? else {
        return Err(Failure::new("no image named").hint(usage));
    };
    let mut paths = Vec::new();
    for path in &operands.paths {
        paths.push(image_path(path)?);
    }
    if paths.is_empty() {
        paths.push(b"/".to_vec());
    }
    Ok(FilePlan {
        request: Request {
            hash_versions: query.select(),
            provenance: false,
            keep_contents: query.need_content_analysis(),
            ..request
        },
        versions: VersionOption {
            layers: query.layers,
            up_to: version.up_to.as_deref().map(up_to).transpose()?,
            deleted: version.deleted,
        },
        query,
        base: base(&args)?,
        paths,
        command: FileCommand::Cat,
        picker: picker(&args, environment, environment.is_ci()),
        config,
        verbosity: verbosity(&args),
        notes,
    })
}

/// Refuses options before the command that it does not have.
fn refuse_other_options(args: &Args, command: &str, usage: &str) -> Result<(), Failure> {
    if !args.images.is_empty() || args.demo {
        let message = format!("`{command}` takes its image as its own argument");
        return Err(Failure::new(message).hint(usage));
    }
    if args.json.is_some() || !args.reports.is_empty() || args.ci == Some(true) {
        let message = format!("`{command}` writes no report and checks no rules");
        return Err(Failure::new(message).hint("omit --json, --report and --ci"));
    }
    Ok(())
}

/// Returns the options that select files; `select` has the options of a command that selects by more than paths.
fn query_options(
    args: &Args,
    layer: Option<&str>,
    command: &str,
    select: Option<&SelectArgs>,
) -> Result<QueryOptions, Failure> {
    let query = args.select.query(layer)?;
    match select {
        Some(select) => select.clone().or(&args.select).query(layer),
        None if query.select() => {
            let message = format!("`{command}` selects by path only");
            Err(Failure::new(message).hint(
                "PATH can be a glob; `ls` and `du` select by category, package, status and size",
            ))
        }
        None => Ok(query),
    }
}

const fn sizes(bytes: bool, units: Units) -> Sizes {
    if bytes {
        Sizes::Exact
    } else {
        Sizes::Human(units)
    }
}

/// Returns a path of an image as bytes; a glob must be valid.
fn image_path(typed: &OsStr) -> Result<Vec<u8>, Failure> {
    if typed.is_empty() {
        return Err(Failure::new("a path is empty").hint("`/` is the root of the image"));
    }
    if let Some(text) = typed.to_str().filter(|text| is_glob(text)) {
        glob_pattern(text).map_err(|why| Failure::of(why).hint(GLOB_HINT))?;
    }
    Ok(typed.as_encoded_bytes().to_vec())
}

/// The hint for an invalid glob.
pub(super) const GLOB_HINT: &str = "* and ? match within a folder, ** across folders, [a-z] one character, {a,b} either; \\ makes the next one plain";

/// Reads `N` or `FIRST-LAST`.
pub(super) fn layers(text: &str) -> Result<(u32, u32), Failure> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let range = number(first).zip(number(last));
    range.filter(|(first, last)| first <= last).ok_or_else(|| {
        let text = escape::text(text);
        Failure::new(format!(
            "--layer: `{text}` is neither a layer nor a range of layers"
        ))
        .hint("--layer 3 is the third layer from the bottom, --layer 3-5 the third to the fifth")
    })
}

fn up_to(text: &str) -> Result<u32, Failure> {
    number(text).ok_or_else(|| {
        let text = escape::text(text);
        Failure::new(format!("--up-to: `{text}` is not a layer"))
            .hint("--up-to 3 is the filesystem after the third layer from the bottom")
    })
}

/// Reads the number of a layer, from 1.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number > 0)
}
