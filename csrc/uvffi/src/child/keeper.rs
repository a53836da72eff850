//! The server of this process, if it has one.

use std::env;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::NAME;
use super::footing::{Footing, loading};
use super::fork::Fork;
use super::server::{Refusal, Server, WORDS};
use super::streams::Streams;
use super::wire::{Order, variable};
use crate::request::Request;
use crate::sys;

/// After how many seconds without a command a server ends.
const IDLE_VARIABLE: &str = "UVFFI_CHILD_IDLE";
const IDLE: &str = "120";

/// As many servers may come to nothing, one after the other, before no further one is tried.
const STRIKES: u32 = 3;

/// One that served nobody and lived shorter than this came to nothing.
const SHORT: Duration = Duration::from_secs(5);

/// The kernel's limits for a new process are looked at by starting one.
const LONGEST_STRING: usize = 100_000;
const LONGEST_ORDER: usize = 1_000_000;

/// What a process knows of its server. A forked child has one of its own, and nothing of its parent's.
pub(super) struct Keeper {
    process: u32,
    state: Mutex<State>,
    plain: AtomicU64,
    forks: AtomicU64,
}

#[derive(Default)]
struct State {
    server: Option<Arc<Server>>,
    starting: bool,
    /// Grows when all is let go: what was begun before is not wanted any more.
    era: u64,
    begun: u64,
    strikes: u32,
    trouble: Option<String>,
}

pub(super) fn keeper() -> &'static Keeper {
    static KEEPER: AtomicPtr<Keeper> = AtomicPtr::new(ptr::null_mut());
    let process = std::process::id();
    sys::shared(&KEEPER, |keeper| keeper.process == process, || Keeper::new(process))
}

impl Keeper {
    fn new(process: u32) -> Self {
        Self { process, state: Mutex::default(), plain: AtomicU64::new(0), forks: AtomicU64::new(0) }
    }

    pub(super) fn count_plain(&self) {
        self.plain.fetch_add(1, Ordering::Relaxed);
    }

    /// A fork that carries a command out, or nothing, if there is no server that could.
    pub(super) fn fork(&self, request: &Request, launcher: &Path, directory: &Path) -> ControlFlow<(Fork, Streams)> {
        let Some(server) = self.lock().server.clone() else { return ControlFlow::Continue(()) };
        if !server.is_there() {
            return self.gone(&server, None);
        }
        let Some(library) = sys::library() else { return ControlFlow::Continue(()) };
        let Ok((footing, told)) = Footing::now(launcher, library, loading(request)) else {
            return self.gone(&server, Some("the system does not tell what processes inherit"));
        };
        if let Some(what) = server.footing.differs(&footing) {
            return self.gone(&server, Some(what));
        }
        let Some(numbers) = sys::inheritable() else { return ControlFlow::Continue(()) };
        let order = Order {
            words: std::iter::once(NAME.into()).chain(request.argv.iter().cloned()).collect(),
            variables: match &request.env {
                Some(env) => env.iter().map(|(name, value)| variable(name, value)).collect(),
                None => env::vars_os().map(|(name, value)| variable(&name, &value)).collect(),
            },
            umask: told.umask,
            niceness: sys::niceness(),
            ignored: told.ignored,
            limits: sys::limits(),
            numbers,
        };
        if !is_modest(&order) {
            return ControlFlow::Continue(());
        }
        // The process's own directory may have another name by now, or none.
        let directory = if request.cwd.is_some() { directory } else { Path::new(".") };
        match server.order(&order, directory, &request.stdin) {
            Ok(running) => {
                self.forks.fetch_add(1, Ordering::Relaxed);
                self.lock().strikes = 0;
                ControlFlow::Break(running)
            }
            Err(Refusal::ThisOne(why)) => {
                self.lock().trouble = Some(why);
                ControlFlow::Continue(())
            }
            Err(Refusal::Gone(why)) => self.gone(&server, Some(&why)),
        }
    }

    /// Lets go of a server that is of no use any more.
    fn gone<T>(&self, server: &Arc<Server>, why: Option<&str>) -> ControlFlow<T> {
        let mut state = self.lock();
        if state.server.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, server)) {
            state.server = None;
            state.strikes = if server.served() == 0 && server.age() < SHORT { state.strikes + 1 } else { 0 };
            if let Some(why) = why {
                state.trouble = Some(why.to_owned());
            }
        }
        ControlFlow::Continue(())
    }

    /// Begins a server for the commands that follow, unless there is one. Returns at once.
    pub(super) fn begin(&'static self, launcher: &Path, request: &Request) {
        let Some(library) = sys::library() else { return };
        let mut state = self.lock();
        if state.server.is_some() || state.starting || state.strikes >= STRIKES || is_unwanted() {
            return;
        }
        state.starting = true;
        let (era, launcher, loading) = (state.era, PathBuf::from(launcher), loading(request));
        drop(state);
        let work = move || {
            let idle = env::var(IDLE_VARIABLE).ok().filter(|idle| idle.parse::<u32>().is_ok());
            let started = Server::start(&launcher, library, loading, idle.as_deref().unwrap_or(IDLE));
            let mut state = self.lock();
            state.starting = false;
            state.begun += 1;
            let unwanted = match started {
                Ok(server) if state.era == era => state.server.replace(Arc::new(server)),
                Ok(server) => Some(Arc::new(server)),
                Err(error) => {
                    state.strikes += 1;
                    state.trouble = Some(format!("no server could be started: {error}"));
                    None
                }
            };
            drop(state);
            drop(unwanted);
        };
        // It waits most of the time; a small stack will do, but for buffers.
        let thread = thread::Builder::new().name("uvffi-child".to_owned()).stack_size(256 << 10);
        if let Err(error) = thread.spawn(work) {
            let mut state = self.lock();
            state.starting = false;
            state.strikes += 1;
            state.trouble = Some(format!("no thread could be started for a server: {error}"));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the server go; it ends after the last command that it runs.
pub(crate) fn shutdown() {
    let mut state = keeper().lock();
    state.era += 1;
    state.strikes = 0;
    let server = state.server.take();
    drop(state);
    drop(server);
}

/// Figures for `status`. Never waits.
pub(crate) fn status() -> Value {
    let keeper = keeper();
    let state = keeper.state.try_lock();
    let (server, number, begun, trouble) = match &state {
        Ok(state) => match &state.server {
            Some(server) if server.is_there() => ("ready", Some(server.number), state.begun, state.trouble.as_deref()),
            _ if state.starting => ("starting", None, state.begun, state.trouble.as_deref()),
            _ if state.strikes >= STRIKES => ("given up", None, state.begun, state.trouble.as_deref()),
            _ => ("none", None, state.begun, state.trouble.as_deref()),
        },
        Err(_) => ("busy", None, 0, None),
    };
    json!({
        "plain": keeper.plain.load(Ordering::Relaxed),
        "forks": keeper.forks.load(Ordering::Relaxed),
        "server": server,
        "process": number,
        "begun": begun,
        "trouble": trouble,
    })
}

/// Orphans come to some processes: there a server would be one more child of the host.
fn is_unwanted() -> bool {
    sys::gets_orphans()
}

/// Whether a process could be started with this, and a fork be told.
fn is_modest(order: &Order) -> bool {
    let lengths = || order.words.iter().chain(&order.variables).map(|string| string.len());
    order.words.len() < WORDS
        && lengths().all(|length| length < LONGEST_STRING)
        && lengths().sum::<usize>() < LONGEST_ORDER
}
