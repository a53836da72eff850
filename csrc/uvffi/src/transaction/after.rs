//! One thread that does what is left to do after an answer, and ends when there was nothing for a while.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::left;
use super::place::Place;
use crate::inventory::Root;
use crate::sys::{self, Time};

/// How long the thread waits for more.
const IDLE: Duration = Duration::from_secs(3);

#[derive(Debug)]
struct Work {
    places: VecDeque<Weak<Place>>,
    later: Vec<Later>,
    running: bool,
    /// Places that the thread has taken and not finished.
    busy: usize,
}

/// Something to be done at a time.
#[derive(Debug)]
pub(crate) struct Later {
    pub(crate) due: Instant,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    /// Directories of bytecode to look through, once what was compiled meanwhile is there.
    Sweep { caches: Vec<PathBuf>, came: Time },
    /// Roots to be listed again, once what they hold is old enough to be believed later.
    Settle(Vec<Arc<Root>>),
}

static WORK: Mutex<Work> =
    Mutex::new(Work { places: VecDeque::new(), later: Vec::new(), running: false, busy: 0 });
static MORE: Condvar = Condvar::new();
static LESS: Condvar = Condvar::new();

/// Lets the thread finish what a place has left, and do the rest later.
pub(crate) fn finish_soon(place: Weak<Place>, later: Vec<Later>) {
    let mut work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    work.places.push_back(place);
    work.later.extend(later);
    if !work.running {
        let thread = thread::Builder::new().name("uvffi-after".to_owned()).stack_size(256 << 10).spawn(run);
        // Without it the next Transaction of that place does it.
        work.running = thread.is_ok();
    }
    MORE.notify_one();
}

/// Waits until what was left is done, for so long at most. What is only swept later is not waited for.
pub(crate) fn wait(most: Duration) {
    if sys::forked() {
        return;
    }
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = LESS.wait_timeout_while(work, most, |work| work.running && (work.busy > 0 || !work.places.is_empty()));
}

fn run() {
    sys::block_broken_pipe();
    let mut work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(place) = work.places.pop_front() {
            work.busy += 1;
            drop(work);
            if let Some(place) = place.upgrade() {
                place.finish_left();
            }
            work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
            work.busy -= 1;
            LESS.notify_all();
            continue;
        }
        let now = Instant::now();
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut work.later).into_iter().partition(|one| one.due <= now);
        work.later = later;
        if !due.is_empty() {
            drop(work);
            due.into_iter().for_each(|one| one.what.do_it());
            work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        let next = work.later.iter().map(|one| one.due.saturating_duration_since(now)).min();
        let (guard, waited) =
            MORE.wait_timeout(work, next.unwrap_or(IDLE)).unwrap_or_else(PoisonError::into_inner);
        work = guard;
        if waited.timed_out() && work.places.is_empty() && work.later.is_empty() {
            work.running = false;
            return;
        }
    }
}

impl What {
    fn do_it(self) {
        match self {
            Self::Sweep { caches, came } => left::sweep(&caches, came),
            Self::Settle(roots) => roots.iter().for_each(|root| root.settle()),
        }
    }
}
