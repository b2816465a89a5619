//! The parts of the process's environment that a command line's meaning depends on, read once and passed on as a value.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use crate::config::ConfigFolders;

/// Environment variables and the terminal, as far as options depend on them.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct CliEnvironment {
    /// `CI`.
    pub ci: Option<String>,
    /// Whether `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// Whether `CLICOLOR_FORCE` is set to something other than 0.
    pub force_color: bool,
    /// The file that a GitHub job's summary is appended to, from `GITHUB_STEP_SUMMARY`.
    pub summary: Option<PathBuf>,
    /// The index of this process in an array job of Kubernetes, AWS Batch or Slurm.
    pub job_index: Option<String>,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// Whether standard input and standard error are a terminal: questions can be shown.
    pub prompts: bool,
    /// The folders that are searched for a configuration.
    pub places: ConfigFolders,
}

impl CliEnvironment {
    /// Reads the environment of this process.
    #[must_use]
    pub(crate) fn of_process() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            ci: std::env::var("CI").ok(),
            no_color: set("NO_COLOR"),
            force_color: set("CLICOLOR_FORCE")
                && std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            summary: std::env::var_os("GITHUB_STEP_SUMMARY")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
            job_index: job_index(|name| std::env::var(name).ok()),
            terminal: std::io::stdout().is_terminal(),
            prompts: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
            places: ConfigFolders::of_process(),
        }
    }

    /// Returns whether `CI` is a true value.
    pub(super) fn is_ci(&self) -> bool {
        let word = self.ci.as_deref().unwrap_or_default();
        ["1", "t", "true", "yes"]
            .iter()
            .any(|truth| word.eq_ignore_ascii_case(truth))
    }
}

/// Returns the index of a process in an array job, from 0.
fn job_index(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let of_slurm = || {
        let task = variable("SLURM_ARRAY_TASK_ID")?;
        // An array of tasks can begin at another number.
        let first = variable("SLURM_ARRAY_TASK_MIN");
        let numbers = (task.parse::<u64>(), first.map(|first| first.parse::<u64>()));
        match numbers {
            (Ok(number), Some(Ok(first))) => Some(number.checked_sub(first)?.to_string()),
            _ => Some(task),
        }
    };
    variable("JOB_COMPLETION_INDEX")
        .or_else(|| variable("AWS_BATCH_JOB_ARRAY_INDEX"))
        .or_else(of_slurm)
}
