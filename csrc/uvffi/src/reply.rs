use serde::Serialize;
use serde_json::Value;

use crate::calls;
use crate::change::{Action, Change};
use crate::child::ChildOutput;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::notice::Notice;
use crate::reroute::Reroute;
use crate::source::Source;
use crate::uvlike::flow::Done;

/// The number in `schema` of every answer. It grows when a member changes meaning or goes away.
pub(crate) const SCHEMA: u32 = 1;

/// uv's exit code for what it could not begin to do.
const EXIT_ERROR: i32 = 2;
const EXIT_FAILED: i32 = 1;
/// As a shell tells of a program that Ctrl-C ended.
const EXIT_INTERRUPTED: i32 = 130;

/// The answer to one command.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reply {
    schema: u32,
    pub(crate) exit_code: i32,
    pub(crate) route: Answered,
    /// Why the Child had to do it.
    pub(crate) reason: Option<String>,
    /// What is there now that the command put there.
    installed: Vec<Distribution>,
    /// What was there before that the command took away.
    removed: Vec<Distribution>,
    pub(crate) changes: Vec<Change>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// What the command found, where it is one that reads; of the Child, where that is JSON.
    data: Option<Value>,
    pub(crate) environment: Option<Place>,
    pub(crate) dry_run: bool,
    /// The number of this change in the environment's history.
    generation: Option<u64>,
    /// Names that Python imports whose files were changed.
    modules: Vec<String>,
    notices: Vec<Notice>,
    /// Where what came is from, as far as it is known.
    sources: Vec<Source>,
    pub(crate) error: Option<Failure>,
    #[serde(skip)]
    fault: bool,
}

/// Who answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answered {
    Resident,
    Child,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Distribution {
    name: String,
    version: Option<String>,
}

/// The Environment a command worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    pub(crate) prefix: String,
    /// The interpreter's executable.
    pub(crate) python: String,
    pub(crate) python_version: String,
}

impl Reply {
    /// The answer of the engine itself; `output` is standard output and standard error, without colour.
    pub(crate) fn resident(exit_code: i32, output: (String, String)) -> Self {
        let (stdout, stderr) = output;
        Self {
            schema: SCHEMA,
            exit_code,
            route: Answered::Resident,
            reason: None,
            installed: Vec::new(),
            removed: Vec::new(),
            changes: Vec::new(),
            error: Failure::of(exit_code, &stdout, &stderr),
            stdout,
            stderr,
            data: None,
            environment: None,
            dry_run: false,
            generation: None,
            modules: Vec::new(),
            notices: Vec::new(),
            sources: Vec::new(),
            fault: false,
        }
    }

    /// The answer of uv in a process of its own.
    pub(crate) fn child(reason: &Reroute, output: ChildOutput) -> Self {
        Self {
            route: Answered::Child,
            reason: Some(reason.0.to_string()),
            data: read_json(&output.stdout),
            ..Self::resident(output.exit_code, (output.stdout, output.stderr))
        }
    }

    /// That a command of uvffi's own could not be done; one that is none is a fault.
    pub(crate) fn refused(fault: Fault) -> Self {
        let is_none = fault.code == "bad-request";
        let text = format!("error: {}\n", fault.message);
        let reply = Self::from(fault);
        if is_none { reply } else { Self { exit_code: EXIT_FAILED, stderr: text, fault: false, ..reply } }
    }

    /// The answer of a call that was cancelled; `changes` are those that were seen of uv in a process of its own.
    pub(crate) fn cancelled(changes: Option<Vec<Change>>) -> Self {
        let mut fault = calls::cancelled();
        if changes.as_ref().is_some_and(|changes| !changes.is_empty()) {
            fault.message = "The command was cancelled while uv was changing the environment".to_owned();
        }
        let text = format!("error: {}\n", fault.message);
        let reply = Self { exit_code: EXIT_INTERRUPTED, stderr: text, fault: false, ..Self::from(fault) };
        reply.with_changes(changes.unwrap_or_default(), false)
    }

    /// Adds what was changed, or with `dry_run` would be.
    pub(crate) fn with_changes(mut self, changes: Vec<Change>, dry_run: bool) -> Self {
        if !dry_run {
            self.installed = changes.iter().filter_map(Distribution::after).collect();
            self.removed = changes.iter().filter_map(Distribution::before).collect();
        }
        self.changes = changes;
        self.dry_run = dry_run;
        self
    }

    /// Adds what came of a Transaction besides.
    pub(crate) fn with_done(mut self, done: Done) -> Self {
        Done { generation: self.generation, modules: self.modules, notices: self.notices, sources: self.sources } =
            done;
        self
    }

    /// Adds what the command found.
    pub(crate) fn with_data(mut self, data: Option<Value>) -> Self {
        self.data = data;
        self
    }

    /// Adds something to be known beside the answer.
    pub(crate) fn with_notice(mut self, notice: Option<Notice>) -> Self {
        self.notices.extend(notice);
        self
    }

    pub(crate) fn within(mut self, environment: Option<Place>) -> Self {
        self.environment = environment;
        self
    }

    /// By which a plan is known again: what it would change, and where.
    pub(crate) fn digest(&self) -> String {
        let prefix = self.environment.as_ref().map(|place| place.prefix.as_str()).unwrap_or_default();
        digest(prefix, &self.changes)
    }

    /// Whether the C functions call this an error result: no command gave this answer.
    pub(crate) fn is_fault(&self) -> bool {
        self.fault
    }

    pub(crate) fn to_value(&self) -> Value {
        // Every key is a string and every value finite: neither this nor the next can fail.
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        Self {
            error: Some(Failure {
                code: fault.code.into(),
                message: fault.message,
                explanation: None,
                hints: fault.hint.into_iter().map(String::from).collect(),
            }),
            fault: true,
            ..Self::resident(EXIT_ERROR, (String::new(), String::new()))
        }
    }
}

/// What is on standard output, where that is a JSON object or array and nothing else.
fn read_json(stdout: &str) -> Option<Value> {
    stdout.starts_with(['{', '[']).then(|| serde_json::from_str(stdout).ok())?
}

/// The digest of changes of what is installed at a prefix.
pub(crate) fn digest(prefix: &str, changes: &[Change]) -> String {
    let told = |change: &Change| (change.name.clone(), change.previous_version.clone(), change.version.clone());
    let changes: Vec<_> = changes.iter().map(told).collect();
    uv_cache_key::cache_digest(&serde_json::to_string(&(prefix, changes)).unwrap_or_default())
}

impl Distribution {
    fn after(change: &Change) -> Option<Self> {
        (change.action != Action::Uninstalled)
            .then(|| Self { name: change.name.clone(), version: change.version.clone() })
    }

    fn before(change: &Change) -> Option<Self> {
        (change.action != Action::Installed)
            .then(|| Self { name: change.name.clone(), version: change.previous_version.clone() })
    }
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
