//! One resident command: its settings, its cache, and the runs of its flow.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fs, thread};

use uv_cache::Cache;
use uv_cli::Cli;
use uv_client::Connectivity;

use crate::calls;
use crate::child::{self, Ended};
use crate::engine::Refusal;
use crate::freshness::IndexFacts;
use crate::output::Output;
use crate::request::Request;
use crate::reroute::Reroute;
use crate::truth::Notes;
use crate::uvlike::flow::{Asking, Building, Flow, Outcome, Prepared, with_downloads};
use crate::uvlike::settings::{self, Resolved};
use crate::uvlike::text::{FAILURE, Printer};
use crate::warm::Warm;

/// What is the same in all runs of a command's flow; above all the moment since which uv's cache is fresh.
pub(crate) struct Work<'a> {
    resolved: Arc<Resolved>,
    cache: Cache,
    output: Output,
    warm: &'a Warm,
    notes: &'a Notes,
    asked: &'a Asking,
    /// The last to go: when nothing of this uses the cache any more.
    _passing: Option<Passing>,
}

impl<'a> Work<'a> {
    /// uv's own order: settings, cache. `root`: the directory of the cache, where another process has decided it.
    pub(crate) async fn begin(
        cli: Cli,
        output: &Output,
        warm: &'a Warm,
        notes: &'a Notes,
        asked: &'a Asking,
        root: Option<&Path>,
    ) -> Result<Self, Refusal> {
        // For the tests: nothing that a user can ask for panics, as far as we know.
        assert!(std::env::var_os("UVFFI_TEST_PANIC").is_none(), "UVFFI_TEST_PANIC is set");
        if let Some(file) = &cli.top_level.config_file {
            notes.about_to_read(file);
        }
        let resolved = settings::resolve(cli, output).await?;
        settings::preconditions(&resolved)?;
        let cache = match root {
            Some(root) => Cache::from_path(root),
            None => resolved.cache().await?,
        };
        let cache = cache
            .init()
            .await
            .map_err(|error| Reroute::because(format!("uv's cache can't be used: {error}")))?
            .with_refresh(resolved.refresh());
        let passing = cache.is_temporary().then(|| Passing(cache.root().to_owned()));
        Ok(Self { resolved: Arc::new(resolved), cache, output: output.clone(), warm, notes, asked, _passing: passing })
    }

    /// The command; where something has to be built for it, a Child does that first.
    pub(crate) async fn run(&self, request: &Request) -> Result<Outcome, Refusal> {
        let before = self.output.so_far();
        let (reason, so_far) = match self.run_once(Building::Refused).await {
            Err(Refusal::Unbuilt(reason, so_far)) => (reason, so_far),
            ended => return ended,
        };
        self.notes.spoil("something had to be built");
        // All else of this call waits for it.
        let prepared = match child::prepare(request, self.cache.root())? {
            _ if calls::is_cancelled() => return Err(calls::cancelled().into()),
            Ended::Prepared(prepared) => {
                Prepared { said: with_downloads(&self.output.so_far(), &prepared.said), ..prepared }
            }
            Ended::Failed(said) => {
                self.output.replace(&with_downloads(&self.output.so_far(), &said));
                return Ok(Outcome { exit_code: FAILURE, ..*so_far });
            }
            Ended::Left => return Err(reason.into()),
        };
        // What the Child had from an index is taken as it had it. Where that is not enough, the index is asked.
        let mut ended = self.run_again(&before, prepared.clone(), Connectivity::Offline).await;
        if is_worth_asking(&ended) {
            ended = self.run_again(&before, prepared, self.connectivity()).await;
        }
        match ended {
            // It did not stay in uv's cache.
            Err(Refusal::Unbuilt(reason, _)) => Err(reason.into()),
            Ok(mut outcome) => {
                outcome.done.notices.splice(..0, so_far.done.notices);
                Ok(outcome)
            }
            refused => refused,
        }
    }

    async fn run_again(
        &self,
        before: &str,
        prepared: Prepared,
        connectivity: Connectivity,
    ) -> Result<Outcome, Refusal> {
        self.output.begin_again(before);
        self.run_with(Building::Done(prepared), connectivity).await
    }

    fn connectivity(&self) -> Connectivity {
        self.resolved.globals.network_settings.connectivity
    }

    /// One run of the flow.
    pub(crate) async fn run_once(&self, building: Building) -> Result<Outcome, Refusal> {
        self.run_with(building, self.connectivity()).await
    }

    async fn run_with(&self, building: Building, connectivity: Connectivity) -> Result<Outcome, Refusal> {
        let facts = IndexFacts::begin(self.warm.clients.seen())?;
        let flow = Flow {
            resolved: self.resolved.clone(),
            cache: self.cache.clone(),
            clients: &self.warm.clients,
            client: facts.watch(self.resolved.base_client_builder().connectivity(connectivity)),
            facts,
            printer: Printer::new(self.resolved.globals.quiet, self.output.clone()),
            output: self.output.clone(),
            notes: self.notes,
            asked: self.asked,
            building,
        };
        // Large, and there may be some.
        Box::pin(flow.run()).await
    }
}

/// The directory of a cache that is the call's alone.
struct Passing(PathBuf);

impl Drop for Passing {
    /// It went with the cache. But where the call was cancelled a wheel may still have been unpacked into it, which then
    /// left something there: that is removed, under its hands, which ends it too.
    fn drop(&mut self) {
        const PATIENCE: Duration = Duration::from_millis(800);
        const STEP: Duration = Duration::from_millis(10);

        let deadline = Instant::now() + PATIENCE;
        while calls::is_cancelled() && self.0.exists() && Instant::now() < deadline {
            let _ = fs::remove_dir_all(&self.0);
            thread::sleep(STEP);
        }
    }
}

/// Whether a run that asked no index came to nothing, and may do better if it asks.
fn is_worth_asking(ended: &Result<Outcome, Refusal>) -> bool {
    match ended {
        Ok(outcome) => outcome.exit_code != 0 && outcome.changes.is_empty() && !calls::is_cancelled(),
        Err(Refusal::Reroute(_) | Refusal::Unbuilt(..)) => true,
        Err(Refusal::Fault(_)) => false,
    }
}
