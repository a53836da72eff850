//! Descriptors held open on witnesses: an optimisation, three times as fast as a path, and nothing else.
//!
//! 1. There are few: 240, with which the engine keeps below 256, or an eighth of what the process has left.
//! 2. The host may close any of them and open another file under its number: what one shows is compared before it is
//!    believed, and again before it is closed.
//! 3. They keep a filesystem from being unmounted: what was not asked for some seconds is closed.
//! 4. In a forked child they are the parent's: nothing is asked of them or done with them.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::mounts;
use super::witness::Witness;
use crate::sys::{self, Descriptor};

/// No descriptor.
pub(super) const NONE: i32 = -1;

const MOST: usize = 240;

/// Milliseconds without a question after which a descriptor is closed.
const IDLE: u32 = 5000;

/// Milliseconds without a question after which another witness may have the place.
const LESS_ASKED: u32 = 3;

static POOL: Mutex<Pool> = Mutex::new(Pool { held: Vec::new(), counted: 0, sweeping: false });

static LOST: AtomicU64 = AtomicU64::new(0);
static HELD: AtomicUsize = AtomicUsize::new(0);

/// How many may be held, as last counted: see `counted`.
static ROOM: AtomicUsize = AtomicUsize::new(usize::MAX);

struct Pool {
    held: Vec<Arc<Witness>>,
    /// When [`ROOM`] was last counted.
    counted: u32,
    /// Whether the thread runs that closes what is idle.
    sweeping: bool,
}

/// Milliseconds since the first question.
pub(super) fn now() -> u32 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u32::try_from(START.elapsed().as_millis()).unwrap_or(u32::MAX)
}

/// Holds descriptors on these witnesses, each named once, as far as there is room and they may be held.
pub(super) fn hold<'w>(witnesses: impl Iterator<Item = &'w Arc<Witness>>) {
    if sys::forked() {
        return;
    }
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    // Under the lock: two threads may want the same.
    let wanted: Vec<_> = witnesses.filter(|witness| witness.could_be_held()).collect();
    let room = pool.make_room(wanted.len());
    for witness in wanted {
        if pool.held.len() >= room {
            break;
        }
        let Ok(descriptor) = Descriptor::handle(witness.path()) else { break };
        if witness.is_shown_by(descriptor.0) {
            witness.held.store(descriptor.0, Ordering::Release);
            pool.add(witness.clone());
        } else {
            descriptor.close();
        }
    }
    pool.start_sweeping();
}

/// Whether so many more may be held and nobody has to make room.
pub(super) fn has_room(more: u32) -> bool {
    HELD.load(Ordering::Relaxed) + more as usize <= ROOM.load(Ordering::Relaxed)
}

/// Forgets the descriptor of one witness; closes it if it is still `ours`.
pub(super) fn let_go(witness: &Witness, number: i32, ours: bool) {
    if witness.held.compare_exchange(number, NONE, Ordering::AcqRel, Ordering::Acquire).is_err() {
        return;
    }
    HELD.fetch_sub(1, Ordering::Relaxed);
    if ours {
        Descriptor(number).close();
    } else {
        LOST.fetch_add(1, Ordering::Relaxed);
    }
}

/// Closes all.
pub(crate) fn close_all() {
    if sys::forked() {
        return;
    }
    for witness in std::mem::take(&mut POOL.lock().unwrap_or_else(PoisonError::into_inner).held) {
        close(&witness);
    }
}

/// How many are held, how many may be, and how many the host took away.
pub(crate) fn figures() -> (usize, usize, u64) {
    (HELD.load(Ordering::Relaxed), counted().unwrap_or_else(most_now), LOST.load(Ordering::Relaxed))
}

fn close(witness: &Witness) {
    let number = witness.held.load(Ordering::Acquire);
    if number != NONE {
        let_go(witness, number, witness.is_shown_by(number));
    }
}

/// `None` where it was not counted yet, or there was no room at all.
fn counted() -> Option<usize> {
    Some(ROOM.load(Ordering::Relaxed)).filter(|room| (1..=MOST).contains(room))
}

fn most_now() -> usize {
    let free = sys::limit().saturating_sub(sys::open_count());
    MOST.min((free + HELD.load(Ordering::Relaxed)) / 8)
}

impl Pool {
    fn add(&mut self, witness: Arc<Witness>) {
        HELD.fetch_add(1, Ordering::Relaxed);
        self.held.push(witness);
    }

    /// Makes room for so many more, as far as others were asked less of late; how many may be held in all.
    fn make_room(&mut self, more: usize) -> usize {
        let now = now();
        let fresh = counted().filter(|_| now.saturating_sub(self.counted) <= 1000);
        let room = fresh.unwrap_or_else(|| {
            self.counted = now;
            most_now()
        });
        ROOM.store(room, Ordering::Relaxed);
        let missing = (self.held.len() + more).saturating_sub(room);
        if missing == 0 {
            return room;
        }
        self.held.sort_unstable_by_key(|witness| witness.asked.load(Ordering::Relaxed));
        let mut closed = 0;
        self.held.retain(|witness| {
            let stays = closed >= missing || now.saturating_sub(witness.asked.load(Ordering::Relaxed)) < LESS_ASKED;
            if !stays {
                close(witness);
                closed += 1;
            }
            stays
        });
        room
    }

    /// Closes what is idle.
    fn sweep(&mut self) {
        let now = now();
        self.held.retain(|witness| {
            let number = witness.held.load(Ordering::Acquire);
            if number == NONE {
                return false;
            }
            // The last to know of it: no answer is proved by it any more.
            let unused = Arc::strong_count(witness) == 1;
            if unused || now.saturating_sub(witness.asked.load(Ordering::Relaxed)) > IDLE {
                close(witness);
                return false;
            }
            true
        });
    }

    fn start_sweeping(&mut self) {
        if self.sweeping || self.held.is_empty() {
            return;
        }
        let started = thread::Builder::new().name("uvffi-idle".to_owned()).stack_size(128 << 10).spawn(|| {
            sys::block_broken_pipe();
            loop {
                thread::sleep(Duration::from_secs(1));
                let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
                pool.sweep();
                if pool.held.is_empty() {
                    pool.sweeping = false;
                    // Held, it would keep the namespace's events; asked anew, it costs a few microseconds.
                    mounts::close();
                    return;
                }
            }
        });
        // Without it nothing would ever be closed.
        self.sweeping = started.is_ok();
        if started.is_err() {
            for witness in std::mem::take(&mut self.held) {
                close(&witness);
            }
        }
    }
}
