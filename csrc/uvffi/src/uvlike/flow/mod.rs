//! The flow of the resident `uv pip` commands: uv's order of calls, over uv's own crates.

mod again;
mod building;
mod builds;
mod bytecode;
mod carry_out;
mod change;
mod check;
mod commits;
mod editable;
mod execute;
mod files;
mod freeze;
mod install;
mod list;
mod locate;
mod manner;
mod mounts;
mod origins;
mod planned;
mod pointers;
mod provider;
mod resolve;
mod satisfied;
mod show;
mod sources;
mod sync;
mod there;
mod touched;
mod tree;
mod uninstall;

use std::sync::Arc;

use serde_json::Value;
use uv_cache::Cache;
use uv_client::BaseClientBuilder;

pub(crate) use again::Parsed;
pub(crate) use building::{Account, Building, Prepared, with_downloads};
pub(crate) use planned::Planned;
pub(crate) use tree::Node;

use crate::calls;
use crate::change::Change;
use crate::clients::Clients;
use crate::engine::Refusal;
use crate::environment::{Environment, Locked};
use crate::fault::Fault;
use crate::freshness::IndexFacts;
use crate::notice::Notice;
use crate::output::Output;
use crate::reply::digest;
use crate::reroute::Reroute;
use crate::source::Source;
use crate::transaction::Changed;
use crate::truth::Notes;
use crate::uvlike::settings::{Command, Resolved};
use crate::uvlike::text::Printer;

/// What one resident call works with.
pub(crate) struct Flow<'a> {
    pub(crate) resolved: Arc<Resolved>,
    pub(crate) cache: Cache,
    pub(crate) clients: &'a Clients,
    /// One for the call: its clones share the credentials that URLs bring along.
    pub(crate) client: BaseClientBuilder<'static>,
    /// What the indexes say in this call: they hear all that `client` gets.
    pub(crate) facts: Arc<IndexFacts>,
    pub(crate) printer: Printer,
    pub(crate) output: Output,
    pub(crate) notes: &'a Notes,
    pub(crate) asked: &'a Asking,
    pub(crate) building: Building,
}

/// What a request asks for beside its command.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    /// The command, for the history.
    pub(crate) text: String,
    pub(crate) durable: bool,
    /// The digest of the plan that is to be carried out.
    pub(crate) expect: Option<String>,
}

/// How a resident call ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// uv's exit code: 0, or 1 or 2 with the reason in the call's text.
    pub(crate) exit_code: i32,
    pub(crate) changes: Vec<Change>,
    pub(crate) dry_run: bool,
    pub(crate) environment: Option<Arc<Environment>>,
    pub(crate) done: Done,
    /// What a command that reads found, beside its text.
    pub(crate) data: Option<Value>,
    /// Whether the exit code is part of what was found, and no failure to find it.
    pub(crate) is_answer: bool,
    /// What can be kept for the same request.
    pub(crate) kept: Option<Kept>,
}

/// By what the same request may be answered again.
#[derive(Debug)]
pub(crate) enum Kept {
    /// Should only what is installed change, and satisfy it still.
    Parsed(Box<Parsed>),
    /// Should what is installed be again what it was.
    Planned(Box<Planned>),
}

/// What came of a Transaction, beside the changes.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// The number of the change in the history, if it was written.
    pub(crate) generation: Option<u64>,
    /// Names that Python imports whose files were changed.
    pub(crate) modules: Vec<String>,
    pub(crate) notices: Vec<Notice>,
    /// Where what came is from.
    pub(crate) sources: Vec<Source>,
}

impl Done {
    /// What came of a Transaction.
    pub(crate) fn note(&mut self, changed: Changed) {
        self.modules = changed.modules;
        match changed.generation {
            Ok(generation) => self.generation = generation,
            Err(error) => self.notices.push(Notice::unwritten(&error)),
        }
        if !changed.kept.is_empty() {
            self.notices.push(Notice::kept(&changed.kept));
        }
    }
}

/// Ends a flow before its end.
pub(crate) enum Stop {
    /// Nothing was changed; the Child answers.
    Reroute(Reroute),
    /// Nothing was changed; something has to be built first.
    Unbuilt(Reroute),
    /// The reason stands in the call's text; this is uv's exit code.
    Exit(i32),
    /// Nothing was changed; uvffi itself refuses.
    Fault(Fault),
}

impl Outcome {
    /// Tells of what a dead process had left.
    fn note_recovery(&mut self, lock: &Locked, notes: &Notes) {
        if !lock.notices.is_empty() {
            notes.spoil("it tells of a change that was interrupted");
            self.done.notices.extend(lock.notices.iter().cloned());
        }
    }
}

impl From<Reroute> for Stop {
    fn from(reroute: Reroute) -> Self {
        Self::Reroute(reroute)
    }
}

impl Flow<'_> {
    /// Ends the flow if its call was cancelled.
    fn go_on(&self) -> Result<(), Stop> {
        if calls::is_cancelled() { Err(Stop::Fault(calls::cancelled())) } else { Ok(()) }
    }

    /// Refuses to change anything else than what a plan showed, where one was.
    fn check_expected(&self, environment: &Environment, changes: &[Change]) -> Result<(), Stop> {
        self.check_expected_in(&environment.place().prefix, changes)
    }

    /// The same, where `prefix` is empty if there was no need to look for an environment.
    fn check_expected_in(&self, prefix: &str, changes: &[Change]) -> Result<(), Stop> {
        if self.is_expected_in(prefix, changes) {
            return Ok(());
        }
        let told = |change: &Change| match (&change.previous_version, &change.version) {
            (Some(before), Some(after)) => format!("{} {before} -> {after}", change.name),
            (None, Some(after)) => format!("{} {after}", change.name),
            _ => format!("{} (removal)", change.name),
        };
        let list: Vec<_> = changes.iter().map(told).collect();
        let list = if list.is_empty() { "nothing".to_owned() } else { list.join(", ") };
        Err(Stop::Fault(plan_changed(&self.asked.text, &format!("now it would change: {list}"))))
    }

    fn is_expected_in(&self, prefix: &str, changes: &[Change]) -> bool {
        self.asked.expect.as_ref().is_none_or(|expected| *expected == digest(prefix, changes))
    }

    /// Runs the command.
    pub(crate) async fn run(self) -> Result<Outcome, Refusal> {
        let mut outcome = Outcome {
            exit_code: 0,
            changes: Vec::new(),
            dry_run: false,
            environment: None,
            done: Done::default(),
            data: None,
            is_answer: false,
            kept: None,
        };
        let resolved = self.resolved.clone();
        let end = match &resolved.command {
            Command::Install(settings) => self.install(settings, &mut outcome).await,
            Command::Sync(settings) => self.sync(settings, &mut outcome).await,
            Command::Uninstall(settings) => self.uninstall(settings, &mut outcome).await,
            Command::List(settings) => self.list(settings, &mut outcome),
            Command::Freeze(settings) => self.freeze(settings, &mut outcome),
            Command::Show(settings) => self.show(settings, &mut outcome),
            Command::Check(settings) => self.check(settings, &mut outcome),
            Command::Tree(settings) => self.tree(settings, &mut outcome),
        };
        match end {
            Ok(()) => Ok(outcome),
            Err(Stop::Exit(code)) => {
                outcome.exit_code = code;
                // What was found before an error is no answer.
                outcome.data = outcome.data.filter(|_| outcome.is_answer);
                Ok(outcome)
            }
            Err(Stop::Reroute(reroute)) => Err(reroute.into()),
            Err(Stop::Unbuilt(reroute)) => Err(Refusal::Unbuilt(reroute, Box::new(outcome))),
            Err(Stop::Fault(fault)) => Err(fault.into()),
        }
    }
}

/// That what a plan showed is not what would be done now.
pub(crate) fn plan_changed(asked: &str, found: &str) -> Fault {
    Fault::new("plan-changed", format!("`{asked}` is not what was planned any more: {found}"))
        .hint("Make a new plan; nothing was changed")
}
