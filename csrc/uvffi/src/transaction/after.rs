//! One thread that does what is left to do after an answer, and ends when there was nothing for a while. It makes
//! and removes no name on disk: whoever removes the environment meanwhile must not meet us there.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::place::Place;
use crate::inventory::Root;
use crate::panics;
use crate::sys;

/// How long the thread waits for more.
const IDLE: Duration = Duration::from_secs(3);

/// After which time a place is tried again that somebody has locked.
const AGAIN: Duration = Duration::from_millis(20);

#[derive(Debug)]
struct Work {
    later: Vec<Later>,
    running: bool,
    /// Until when the thread sleeps, if it does.
    asleep: Option<Instant>,
    /// How many places the thread is finishing just now.
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
    /// What a place has left. A call that comes before does it itself, and waits for nobody.
    Finish(Weak<Place>),
    /// What is known of its trees is to be written down.
    Write(Weak<Place>),
    /// Roots to be listed again, once what they hold is old enough to be believed later.
    Settle(Vec<Arc<Root>>),
}

static WORK: Mutex<Work> = Mutex::new(Work { later: Vec::new(), running: false, asleep: None, busy: 0 });
static MORE: Condvar = Condvar::new();
static LESS: Condvar = Condvar::new();

/// Lets the thread do these things in time.
pub(crate) fn do_later(later: impl IntoIterator<Item = Later>) {
    let mut work = lock();
    for one in later {
        work.add(one);
    }
    if !work.running {
        let thread = thread::Builder::new().name("uvffi-after".to_owned()).stack_size(256 << 10).spawn(run);
        // Without it the next Transaction of a place finishes what the last one left.
        work.running = thread.is_ok();
    }
    if work.asleep.is_some_and(|until| work.later.iter().any(|one| one.due < until)) {
        MORE.notify_one();
    }
}

/// Finishes what places have left, and waits for the thread to do so, until then at most.
pub(crate) fn wait_until(end: Instant) {
    if sys::forked() {
        return;
    }
    let mut work = lock();
    let (finish, later): (Vec<_>, Vec<_>) = std::mem::take(&mut work.later)
        .into_iter()
        .partition(|one| matches!(one.what, What::Finish(_) | What::Write(_)));
    work.later = later;
    drop(work);
    for one in finish {
        let mut what = Some(one.what);
        while let Some(again) = what.take().and_then(What::do_it)
            && Instant::now() < end
        {
            thread::sleep(AGAIN / 10);
            what = Some(again);
        }
    }
    let rest = end.saturating_duration_since(Instant::now());
    drop(LESS.wait_timeout_while(lock(), rest, |work| work.busy > 0));
}

impl Work {
    /// One of a kind for a place is enough. What is to wait until nothing changes waits anew after each change, which
    /// keeps the thread from a place where calls follow each other at once: they find its lock free.
    fn add(&mut self, one: Later) {
        match self.later.iter_mut().find(|known| known.what.is_the_same_as(&one.what)) {
            Some(known) if one.what.waits_for_rest() => *known = one,
            Some(_) => {}
            None => self.later.push(one),
        }
    }
}

fn run() {
    sys::block_broken_pipe();
    let mut work = lock();
    loop {
        let now = Instant::now();
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut work.later).into_iter().partition(|one| one.due <= now);
        work.later = later;
        if !due.is_empty() {
            work.busy += 1;
            drop(work);
            // A panic of one must not end the thread for all.
            let done = panics::contained(|| due.into_iter().filter_map(|one| one.what.do_it()).collect::<Vec<_>>());
            let due = Instant::now() + AGAIN;
            work = lock();
            work.later.extend(done.into_iter().flatten().map(|what| Later { due, what }));
            work.busy -= 1;
            LESS.notify_all();
            continue;
        }
        let next = work.later.iter().map(|one| one.due.saturating_duration_since(now)).min().unwrap_or(IDLE);
        work.asleep = Some(now + next);
        let (guard, waited) = MORE.wait_timeout(work, next).unwrap_or_else(PoisonError::into_inner);
        work = guard;
        work.asleep = None;
        if waited.timed_out() && work.later.is_empty() {
            work.running = false;
            return;
        }
    }
}

fn lock() -> MutexGuard<'static, Work> {
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

impl What {
    fn is_the_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Finish(one), Self::Finish(other)) | (Self::Write(one), Self::Write(other)) => one.ptr_eq(other),
            (Self::Settle(one), Self::Settle(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
            }
            _ => false,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Finish(_) => "finish",
            Self::Write(_) => "write",
            Self::Settle(_) => "settle",
        }
    }

    /// Whether it is of no use before the last change is over.
    fn waits_for_rest(&self) -> bool {
        !matches!(self, Self::Write(_))
    }

    /// Does it; gives it back where somebody has the place's lock.
    #[tracing::instrument(name = "after", level = "debug", skip_all, fields(what = self.name()))]
    fn do_it(self) -> Option<Self> {
        match self {
            Self::Finish(place) => {
                let there = place.upgrade()?;
                return (!there.finish_if_free()).then_some(Self::Finish(place));
            }
            Self::Write(place) => {
                if let Some(place) = place.upgrade() {
                    place.write_changes();
                }
            }
            Self::Settle(roots) => roots.iter().for_each(|root| root.settle()),
        }
        None
    }
}
