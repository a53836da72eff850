//! Commands and questions that their own threads wait for: nobody follows them, but the engine's end waits for them, and
//! the process's end leaves nothing behind that they started.

use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::Instant;

use super::call::Call;
use super::{next, span, work_for};
use crate::panics;
use crate::recall::{self, Answer};
use crate::sys;
use crate::truth::Door;

/// Those under way. A forked child has none of its parent's.
struct Runs {
    process: u32,
    calls: Mutex<Vec<Arc<Call>>>,
    /// One of these is over.
    less: Condvar,
}

impl Runs {
    fn here() -> &'static Self {
        static RUNS: AtomicPtr<Runs> = AtomicPtr::new(ptr::null_mut());
        let process = std::process::id();
        sys::shared(&RUNS, |runs| runs.process == process, || Self::of(process))
    }

    fn of(process: u32) -> Self {
        Self { process, calls: Mutex::default(), less: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Call>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers on this thread, which waits for the end.
pub(crate) fn run(door: Door, text: &str) -> Answer {
    let _span = span(door, next, text).entered();
    recall::at_once(door, text).unwrap_or_else(|| {
        let _run = Run::begin();
        recall::anew(door, text)
    })
}

/// One that its own thread waits for, while it does.
struct Run {
    runs: &'static Runs,
    call: Arc<Call>,
}

impl Run {
    fn begin() -> Self {
        static ONCE: Once = Once::new();

        ONCE.call_once(|| sys::at_exit(at_exit));
        let (runs, call) = (Runs::here(), Arc::new(Call::unfollowed()));
        runs.lock().push(call.clone());
        work_for(Some(call.clone()));
        Self { runs, call }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        work_for(None);
        // In a child that was forked meanwhile by this very thread it may be held for ever.
        if self.runs.process == std::process::id() {
            self.runs.lock().retain(|run| !Arc::ptr_eq(run, &self.call));
            self.runs.less.notify_all();
        }
    }
}

/// Waits until all of them have ended, until then at most. Whether they have.
pub(crate) fn let_runs_end(deadline: Instant) -> bool {
    let runs = Runs::here();
    let rest = deadline.saturating_duration_since(Instant::now());
    let waited = runs.less.wait_timeout_while(runs.lock(), rest, |runs| !runs.is_empty());
    waited.unwrap_or_else(PoisonError::into_inner).0.is_empty()
}

/// Called when the process exits: what it started for its commands is not left behind. Waits for nobody.
extern "C" fn at_exit() {
    let _ = panics::catch(|| {
        let Ok(runs) = Runs::here().calls.try_lock().map(|runs| runs.clone()) else { return };
        runs.iter().for_each(|run| run.kill());
    });
}
