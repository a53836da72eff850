//! The flow of `uv pip install` and `uv pip uninstall`: uv's order of calls, over uv's own crates.

mod bytecode;
mod editable;
mod execute;
mod install;
mod locate;
mod provider;
mod resolve;
mod sources;
mod touched;
mod uninstall;
mod wheels_only;

use uv_cache::Cache;
use uv_client::BaseClientBuilder;

use crate::change::Change;
use crate::clients::Clients;
use crate::environment::Environment;
use crate::reroute::Reroute;
use crate::uvlike::settings::{Command, Resolved};
use crate::uvlike::text::Printer;

/// What one resident call works with.
pub(crate) struct Flow<'a> {
    pub(crate) resolved: &'a Resolved,
    pub(crate) cache: Cache,
    pub(crate) clients: &'a Clients,
    /// One for the call: its clones share the credentials that URLs bring along.
    pub(crate) client: BaseClientBuilder<'static>,
    pub(crate) printer: Printer,
}

/// How a resident call ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// uv's exit code: 0, or 1 or 2 with the reason in the call's text.
    pub(crate) exit_code: i32,
    pub(crate) changes: Vec<Change>,
    pub(crate) dry_run: bool,
    pub(crate) environment: Option<std::sync::Arc<Environment>>,
}

/// Ends a flow before its end.
pub(crate) enum Stop {
    /// Nothing was changed; the Child answers.
    Reroute(Reroute),
    /// The reason stands in the call's text; this is uv's exit code.
    Exit(i32),
}

impl From<Reroute> for Stop {
    fn from(reroute: Reroute) -> Self {
        Self::Reroute(reroute)
    }
}

impl Flow<'_> {
    /// Runs the command.
    pub(crate) async fn run(self) -> Result<Outcome, Reroute> {
        let mut outcome = Outcome { exit_code: 0, changes: Vec::new(), dry_run: false, environment: None };
        let end = match &self.resolved.command {
            Command::Install(settings) => self.install(settings, &mut outcome).await,
            Command::Uninstall(settings) => self.uninstall(settings, &mut outcome).await,
        };
        match end {
            Ok(()) => Ok(outcome),
            Err(Stop::Exit(code)) => {
                outcome.exit_code = code;
                Ok(outcome)
            }
            Err(Stop::Reroute(reroute)) => Err(reroute),
        }
    }
}
