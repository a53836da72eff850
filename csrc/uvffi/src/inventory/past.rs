//! Readings of distributions that left a listing, for the time when the very same directory comes back.
//!
//! A rename changes when a directory was changed last, and so all that proves a reading of it. Who made that rename, and
//! had seen the directory unchanged just before, says so here; the files in it prove themselves.

use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::reading::Reading;
use crate::truth::{Identity, Reach, Witness};

/// So many are kept; then all are dropped, since which ones come back nobody knows.
const MOST: usize = 1024;

type Key = ((u32, u32), u64, (i64, u32));

struct Past {
    reading: Arc<Reading>,
    /// How the directory was after the rename that brought it back.
    back: Option<Identity>,
}

static PAST: LazyLock<Mutex<FxHashMap<Key, Past>>> = LazyLock::new(Mutex::default);

fn key(identity: &Identity) -> Key {
    (identity.dev, identity.ino, identity.born)
}

/// Keeps the reading of an entry that is no longer listed.
pub(super) fn keep(reading: &Arc<Reading>) {
    let Some(identity) = reading.identity().filter(|_| reading.whole().is_some()) else { return };
    let mut past = PAST.lock().unwrap_or_else(PoisonError::into_inner);
    if past.len() >= MOST {
        past.clear();
    }
    past.insert(key(identity), Past { reading: reading.clone(), back: None });
}

/// Says that a dist-info was brought back by a rename, unchanged since it left.
pub(crate) fn came_back(dist_info: &Path) {
    let Ok(witness) = Witness::of(dist_info, Reach::Descriptor) else { return };
    let Some(now) = witness.seen() else { return };
    let mut past = PAST.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(known) = past.get_mut(&key(now)) else { return };
    let same = known.reading.identity().is_some_and(|then| (then.modified, then.size) == (now.modified, now.size));
    known.back = same.then_some(*now);
}

/// The reading of a dist-info that came back, if it is as it was then.
pub(super) fn again(path: &Path) -> Option<Arc<Reading>> {
    let mut past = PAST.lock().unwrap_or_else(PoisonError::into_inner);
    if past.is_empty() {
        return None;
    }
    let witness = Witness::of(path, Reach::Descriptor).ok()?;
    let now = witness.seen()?;
    let known = past.get(&key(now)).filter(|known| known.back.as_ref() == Some(now))?;
    let reading = known.reading.moved(path, witness.clone())?;
    past.remove(&key(now));
    Some(Arc::new(reading))
}

/// Drops all.
pub(super) fn forget() {
    PAST.lock().unwrap_or_else(PoisonError::into_inner).clear();
}
