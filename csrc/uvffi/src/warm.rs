use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::clients::Clients;
use crate::reroute::Reroute;

/// What must live and die together: pooled connections end with the runtime that owns their sockets.
pub(crate) struct Warm {
    pub(crate) runtime: Runtime,
    pub(crate) clients: Clients,
}

/// The warm state, built when first needed and again after a shutdown.
#[derive(Default)]
pub(crate) struct WarmSlot(Mutex<Option<Arc<Warm>>>);

impl WarmSlot {
    /// The warm state; a call keeps its share until it ends.
    pub(crate) fn get(&self) -> Result<Arc<Warm>, Reroute> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(warm) = &*slot {
            return Ok(warm.clone());
        }
        let runtime = runtime().map_err(|error| Reroute::because(format!("no thread could be started: {error}")))?;
        Ok(slot.insert(Arc::new(Warm { runtime, clients: Clients::default() })).clone())
    }

    /// The warm state, if there is one.
    pub(crate) fn peek(&self) -> Option<Arc<Warm>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets go of it. True if every call that shared it ended, and its threads too, within `timeout`.
    pub(crate) fn drop_within(&self, timeout: Duration) -> bool {
        let Some(mut warm) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return true;
        };
        let deadline = Instant::now() + timeout;
        loop {
            match Arc::try_unwrap(warm) {
                Ok(Warm { runtime, clients }) => {
                    drop(clients);
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

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        // A call drives its own futures; this thread is for sockets and timers.
        .worker_threads(1)
        .thread_name("uvffi-runtime")
        .thread_stack_size(uv_configuration::min_stack_size())
        .on_thread_start(crate::sys::block_broken_pipe)
        .thread_keep_alive(Duration::from_secs(2))
        .enable_all()
        .build()
}
