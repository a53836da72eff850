use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::clients::Clients;
use crate::reroute::Reroute;
use crate::sentinel::Sentinel;

/// What must live and die together: pooled connections end with the runtime that owns their sockets.
pub(crate) struct Warm {
    pub(crate) runtime: Runtime,
    pub(crate) clients: Clients,
    sentinel: Sentinel,
}

/// How many runtimes were given up because the host closed their descriptors.
static ABANDONED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Of a runtime's thread: how many runtimes had been given up when it began.
    static BEGAN: Cell<Option<u64>> = const { Cell::new(None) };
}

pub(crate) fn abandoned() -> u64 {
    ABANDONED.load(Ordering::Acquire)
}

/// Whether this thread serves a runtime that was given up: what becomes of it concerns nobody.
pub(crate) fn is_abandoned_thread() -> bool {
    BEGAN.try_with(Cell::get).ok().flatten().is_some_and(|began| began < abandoned())
}

/// The warm state, built when first needed and again after a shutdown.
#[derive(Default)]
pub(crate) struct WarmSlot(Mutex<Option<Arc<Warm>>>);

impl WarmSlot {
    /// The warm state; a call keeps its share until it ends.
    pub(crate) fn get(&self) -> Result<Arc<Warm>, Reroute> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(warm) = intact(&mut slot) {
            return Ok(warm.clone());
        }
        // The runtime keeps some descriptors for the whole process: lost once, there may be no other runtime.
        let failed = |error| match abandoned() {
            0 => Reroute::because(format!("no runtime could be started: {error}")),
            _ => Reroute::because(format!("the host closed the descriptors of the engine's runtime: {error}")),
        };
        let sentinel = Sentinel::new().map_err(failed)?;
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(error) => {
                sentinel.close();
                return Err(failed(error));
            }
        };
        Ok(slot.insert(Arc::new(Warm { runtime, clients: Clients::default(), sentinel })).clone())
    }

    /// The warm state, if there is one.
    pub(crate) fn peek(&self) -> Option<Arc<Warm>> {
        // Never waits: a forked child asks for its status too.
        self.0.try_lock().ok().and_then(|slot| slot.clone())
    }

    /// Lets go of it. True if every call that shared it ended, and its threads too, by then.
    pub(crate) fn drop_by(&self, deadline: Instant) -> bool {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        intact(&mut slot);
        let Some(mut warm) = slot.take() else {
            return true;
        };
        drop(slot);
        loop {
            match Arc::try_unwrap(warm) {
                Ok(Warm { runtime, clients, sentinel }) => {
                    drop(clients);
                    sentinel.close();
                    runtime.shutdown_timeout(deadline.saturating_duration_since(Instant::now()));
                    return true;
                }
                Err(shared) if Instant::now() < deadline => {
                    warm = shared;
                    std::thread::sleep(Duration::from_millis(1));
                }
                // The last of the calls under way ends it.
                Err(_) => return false,
            }
        }
    }
}

/// What is in the slot, if the host has left it whole.
///
/// A host that closes all descriptors it does not know takes the runtime's and the connections' away, and may open
/// files of its own under their numbers. Nothing may be done with these then, not even an end: it is given up as it is.
fn intact(slot: &mut Option<Arc<Warm>>) -> Option<&Arc<Warm>> {
    if slot.as_ref().is_some_and(|warm| !warm.sentinel.is_there()) {
        ABANDONED.fetch_add(1, Ordering::AcqRel);
        std::mem::forget(slot.take());
    }
    slot.as_ref()
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        // A call drives its own futures; this thread is for sockets and timers.
        .worker_threads(1)
        .thread_name("uvffi-runtime")
        .thread_stack_size(uv_configuration::min_stack_size())
        .on_thread_start(|| {
            BEGAN.set(Some(abandoned()));
            crate::sys::block_broken_pipe();
        })
        .thread_keep_alive(Duration::from_secs(2))
        .enable_all()
        .build()
}
