//! The system's clock, as far as the times of files depend on it.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Nanoseconds since 1970, as files are stamped.
pub(super) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX))
}

/// Grows when the clock was set: a time that was given before may be given again.
pub(super) fn epoch() -> u32 {
    static EPOCH: AtomicU32 = AtomicU32::new(0);
    static OFFSET: AtomicI64 = AtomicI64::new(i64::MIN);
    static CHANGING: Mutex<()> = Mutex::new(());

    // Between the calendar and a clock that can't be set. What slows or hastens one does so with the other.
    let offset = now().saturating_sub(since_start());
    if offset.saturating_sub(OFFSET.load(Ordering::Acquire)).abs() <= STEP {
        return EPOCH.load(Ordering::Acquire);
    }
    let _one = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
    let known = OFFSET.swap(offset, Ordering::AcqRel);
    if known != i64::MIN && offset.saturating_sub(known).abs() > STEP {
        EPOCH.fetch_add(1, Ordering::AcqRel);
    }
    EPOCH.load(Ordering::Acquire)
}

/// Less than this is the time between two looks at two clocks.
const STEP: i64 = 10_000_000;

fn since_start() -> i64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    nanoseconds(START.elapsed())
}

pub(super) fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
