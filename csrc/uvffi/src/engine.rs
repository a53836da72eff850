//! The one resident state of the process, and the way of one call through it.
//!
//! 1. A Request whose directory and variables are not the process's own, or whose process is a fork or had a
//!    panic, goes to the Child.
//! 2. The command line is parsed with uv's own parser and looked up in the table of [`crate::flags`].
//! 3. What is resident gets a thread, resolves its settings, and runs uv's flow over warm clients.
//! 4. Where that finds out, before it changed anything, that it must not go on, the Child begins anew.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::call::{install_sink, on_own_thread};
use crate::fault::Fault;
use crate::inventory;
use crate::output::Output;
use crate::reply::Reply;
use crate::request::Request;
use crate::reroute::Reroute;
use crate::route::route;
use crate::targets::{Targets, Told};
use crate::truth::Notes;
use crate::uvlike::flow::{Account, Asking, Building, Kept, Outcome, plan_changed};
use crate::uvlike::settings;
use crate::warm::WarmSlot;
use crate::work::Work;
use crate::{answers, calls, child, frozen_env, listed, own, recall, status, sys, transaction};

/// What is warm: built when first needed, and nothing of it decided by one call for another.
pub(crate) struct Engine {
    warm: WarmSlot,
    answered: AtomicU64,
    rerouted: AtomicU64,
}

/// Why a Request has no resident answer.
pub(crate) enum Refusal {
    Reroute(Reroute),
    /// Something has to be built first; and how far it came.
    Unbuilt(Reroute, Box<Outcome>),
    Fault(Fault),
}

impl From<Reroute> for Refusal {
    fn from(reroute: Reroute) -> Self {
        Self::Reroute(reroute)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

static ENGINE: OnceLock<Engine> = OnceLock::new();

/// Not part of the engine: a panic may come before there is one.
static POISONED: AtomicBool = AtomicBool::new(false);

/// The engine of this process, started by the first call that needs it.
pub(crate) fn engine() -> &'static Engine {
    ENGINE.get_or_init(|| {
        install_sink();
        sys::forked();
        // Its map registers a memory barrier for the process. Before the first thread that is free; among threads the
        // kernel waits for all of them, some seven milliseconds here.
        drop(uv_workspace::WorkspaceCache::default());
        // Readers of the preview flags panic where none are set; never finalized, or no call could differ.
        let _ = uv_preview::set(uv_preview::Preview::default());
        Engine { warm: WarmSlot::default(), answered: AtomicU64::new(0), rerouted: AtomicU64::new(0) }
    })
}

/// Answers one command; what can be kept of it comes back where the same request may be answered by that again.
pub(crate) fn run(request: Request, notes: &Notes) -> (Reply, Option<Kept>) {
    let engine = engine();
    if own::is_own(&request.argv) {
        return (own::run(&request, notes).unwrap_or_else(Reply::refused), None);
    }
    match engine.resident(&request, notes) {
        Ok((reply, kept)) => {
            engine.answered.fetch_add(1, Ordering::Relaxed);
            (reply, kept)
        }
        Err(Refusal::Reroute(reroute) | Refusal::Unbuilt(reroute, _)) => {
            notes.spoil("the Child answered");
            engine.rerouted.fetch_add(1, Ordering::Relaxed);
            let reply = as_planned(&request, &reroute).and_then(|()| in_child(&request, &reroute));
            (reply.unwrap_or_else(Reply::from), None)
        }
        Err(Refusal::Fault(fault)) => (fault.into(), None),
    }
}

/// Whether a panic was met: nothing that is remembered counts any more.
pub(crate) fn is_poisoned() -> bool {
    POISONED.load(Ordering::Acquire)
}

/// After a panic uv's statics may be poisoned: from now on the Child answers.
pub(crate) fn poison() {
    POISONED.store(true, Ordering::Release);
}

/// Lets go of what is warm; a later call builds it again. False if calls under way outlasted `timeout`.
pub(crate) fn shutdown(timeout: Duration) -> bool {
    let deadline = Instant::now() + timeout;
    child::shutdown();
    if sys::forked() {
        return true;
    }
    calls::cancel_all();
    let ended = calls::let_runs_end(deadline);
    transaction::wait_until(deadline);
    recall::forget();
    inventory::forget_all();
    ENGINE.get().is_none_or(|engine| engine.warm.drop_by(deadline)) && ended
}

impl Engine {
    #[tracing::instrument(name = "resident", level = "debug", skip_all)]
    fn resident(&self, request: &Request, notes: &Notes) -> Result<(Reply, Option<Kept>), Refusal> {
        self.admit(request)?;
        let output = Output::default();
        let asked = Asking { text: request.text(), durable: request.is_durable(), expect: request.expect.clone() };
        let work = || {
            // On the call's own thread: the parser wants some stack.
            let cli = route(&request.argv)?;
            let warm = self.warm.get()?;
            let flow = async { Work::begin(*cli, &output, &warm, notes, &asked, None).await?.run(request).await };
            warm.runtime.handle().block_on(ended_or_cancelled(Box::pin(flow)))
        };
        let outcome = on_own_thread(&output, work)??;
        if outcome.exit_code != 0 && !outcome.is_answer {
            notes.spoil("it failed");
        }
        if output.has_warned() {
            notes.spoil("uv warned, and may not do so another time");
        }
        let kept = outcome.kept.filter(|_| !output.has_warned());
        let place = outcome.environment.map(|environment| environment.place());
        let reply = Reply::resident(outcome.exit_code, output.take_both())
            .with_changes(outcome.changes, outcome.dry_run)
            .with_done(outcome.done)
            .with_data(outcome.data)
            .within(place);
        Ok((reply, kept))
    }

    /// In a process that only prepares: has what a command needs in uv's cache, and says on the way what uv says. The
    /// code to end with, and what the host is to be told.
    pub(crate) fn prepare(&self, request: &Request, cache: &Path) -> Result<(i32, Value), Refusal> {
        self.admit(request)?;
        let output = Output::live();
        let notes = Notes::spoiled("nothing is answered");
        let asked = Asking { text: request.text(), durable: false, expect: None };
        let work = || {
            let cli = route(&request.argv)?;
            let warm = self.warm.get()?;
            let flow = async {
                let work = Work::begin(*cli, &output, &warm, &notes, &asked, Some(cache)).await?;
                work.run_once(Building::Here).await
            };
            warm.runtime.handle().block_on(Box::pin(flow))
        };
        let outcome = on_own_thread(&output, work)??;
        let told = outcome.data.unwrap_or_else(|| serde_json::to_value(Account::default()).unwrap_or_default());
        Ok((outcome.exit_code, told))
    }

    /// The settings of a command as uv prints them for `--show-settings`.
    pub(crate) fn settings(&self, request: &Request) -> Result<String, Refusal> {
        self.admit(request)?;
        let output = Output::default();
        let work = || {
            let cli = route(&request.argv)?;
            let warm = self.warm.get()?;
            warm.runtime.handle().block_on(async { Ok(settings::resolve(*cli, &output).await?.show()) })
        };
        on_own_thread(&output, work)?
    }

    /// Whether uv's crates, as they are in this process, see what the Request is to see.
    fn admit(&self, request: &Request) -> Result<(), Refusal> {
        self.awake()?;
        request.same_process_view()??;
        Ok(frozen_env::unchanged()?)
    }

    /// Whether uv's crates can be used in this process, and still be trusted.
    pub(crate) fn awake(&self) -> Result<(), Reroute> {
        if sys::forked() {
            return Err(Reroute::because("this process is a fork of the one that loaded the engine"));
        }
        if POISONED.load(Ordering::Acquire) {
            return Err(Reroute::because("an earlier call panicked in this process"));
        }
        Ok(())
    }

    /// Counts an answer that was given without it.
    pub(crate) fn count(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits for something on the engine's runtime.
    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> Result<T, Fault> {
        let warm = self.warm.get().map_err(|reroute| Fault::internal(reroute.0.to_string()))?;
        Ok(warm.runtime.handle().block_on(future))
    }

    /// Figures about the engine.
    pub(crate) fn status(&self) -> Value {
        let warm = self.warm.peek();
        let (resident, child) = (self.answered.load(Ordering::Relaxed), self.rerouted.load(Ordering::Relaxed));
        status::of(&status::Engine {
            resident,
            child,
            clients: warm.as_ref().map_or(0, |warm| warm.clients.count()),
            warm: warm.is_some(),
            child_only: self.awake().err().map(|reroute| reroute.0),
        })
    }
}

/// Awaits a flow. One whose call is cancelled has some time to end by itself, which leaves no thread behind.
/// What it comes to then nobody is told.
async fn ended_or_cancelled(flow: impl Future<Output = Result<Outcome, Refusal>>) -> Result<Outcome, Refusal> {
    const PATIENCE: Duration = Duration::from_secs(1);

    let mut flow = std::pin::pin!(flow);
    if let Some(outcome) = calls::unless_cancelled(&mut flow).await {
        return outcome;
    }
    drop(tokio::time::timeout(PATIENCE, flow).await);
    Err(calls::cancelled().into())
}

/// Whether the Child would do what a plan showed, where one was.
fn as_planned(request: &Request, reroute: &Reroute) -> Result<(), Fault> {
    let Some(expected) = &request.expect else { return Ok(()) };
    let mut dry = Request { expect: None, ..request.clone() };
    answers::dry(&mut dry)?;
    let now = in_child(&dry, reroute)?;
    if now.digest() == *expected {
        Ok(())
    } else {
        Err(plan_changed(&request.text(), "it would change something else"))
    }
}

/// Lets uv answer in a process of its own, and tells what changed by looking before and after.
#[tracing::instrument(name = "child", level = "debug", skip_all, fields(reason = %reroute.0, exit_code))]
fn in_child(request: &Request, reroute: &Reroute) -> Result<Reply, Fault> {
    let launcher = child::launcher()?;
    let cwd = request.directory()?;
    let targets = Targets::of(&Told { argv: &request.argv, cwd: &cwd, var: &|name| request.var(name) });
    let _claim = inventory::claim_known(targets.roots());
    let before = targets.inventory();
    let output = match child::run(request, &launcher) {
        _ if calls::is_cancelled() => {
            return Ok(Reply::cancelled(Some(before.changes_to(&targets.inventory()))).within(targets.place()));
        }
        Ok(output) => {
            tracing::Span::current().record("exit_code", output.exit_code);
            output
        }
        // It may have run all the same: a host that ignores its children can't wait for one.
        Err(fault) => return Ok(Reply::from(fault).with_changes(before.changes_to(&targets.inventory()), false)),
    };
    let dry_run = request.is_dry_run();
    let mut changes = if dry_run { Vec::new() } else { before.changes_to(&targets.inventory()) };
    if changes.is_empty() && request.changes_an_environment() && output.exit_code == 0 {
        // A dry run leaves nothing to look at, and some places only uv itself finds: then its text tells.
        changes = listed::changes(&output.stderr);
    }
    Ok(Reply::child(reroute, output).with_changes(changes, dry_run).within(targets.place()))
}
