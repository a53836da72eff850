//! The Verdicts of this process, by what was asked and in which view of the process.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use rustc_hash::FxBuildHasher;

use super::identity::Identity;
use super::verdict::Verdict;
use super::view::{self, View};
use crate::sys;

/// Which of the ABI's functions was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Door {
    Run,
    Query,
}

const MOST: usize = 16_384;
const MOST_BYTES: usize = 48 << 20;

/// After so many answers that were new, memory is given back to the system.
const TRIMMED: u64 = 512;

static MEMORY: LazyLock<RwLock<Memory>> = LazyLock::new(RwLock::default);
static GIVEN: AtomicU64 = AtomicU64::new(1);
static BYTES: AtomicUsize = AtomicUsize::new(0);
static EVICTED: AtomicU64 = AtomicU64::new(0);
static REMEMBERED: AtomicU64 = AtomicU64::new(0);

#[derive(Default)]
struct Memory {
    doors: [HashMap<Box<str>, Vec<Arc<Verdict>>, FxBuildHasher>; 2],
    views: HashSet<View, FxBuildHasher>,
    held: usize,
}

/// The Verdict on a request, if there is one, and the working directory as it was seen for that. Whether it holds is
/// to be asked.
pub(crate) fn recall(door: Door, request: &str) -> Option<(Arc<Verdict>, Identity)> {
    view::looked(|view, cwd| {
        // A forked child may have got the lock as another thread held it: then there is nothing.
        let memory =
            if sys::forked() { MEMORY.try_read().ok()? } else { MEMORY.read().unwrap_or_else(PoisonError::into_inner) };
        let found = memory.doors[door as usize].get(request)?.iter().find(|known| known.footing.view.0[..] == *view)?;
        found.given.store(GIVEN.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Some((found.clone(), *cwd))
    })?
}

/// Remembers a Verdict in the place of any other on the same request in the same view.
pub(crate) fn remember(door: Door, request: &str, mut verdict: Verdict) {
    if sys::forked() {
        return;
    }
    verdict.given.store(GIVEN.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    let mut memory = MEMORY.write().unwrap_or_else(PoisonError::into_inner);
    memory.share(&mut verdict.footing.view);
    let size = size(request, &verdict);
    let known = memory.doors[door as usize].entry(request.into()).or_default();
    if let Some(known) = known.iter_mut().find(|known| known.footing.view == verdict.footing.view) {
        shrink(self::size(request, known));
        *known = Arc::new(verdict);
    } else {
        known.push(Arc::new(verdict));
        memory.held += 1;
    }
    if BYTES.fetch_add(size, Ordering::Relaxed) > MOST_BYTES || memory.held > MOST {
        memory.evict();
    }
    drop(memory);
    if REMEMBERED.fetch_add(1, Ordering::Relaxed) % TRIMMED == TRIMMED - 1 {
        // What is kept stands between what each of these calls used and freed, up to thrice as much.
        sys::trim();
    }
}

/// Drops all.
pub(crate) fn forget() {
    let mut memory = MEMORY.write().unwrap_or_else(PoisonError::into_inner);
    *memory = Memory::default();
    BYTES.store(0, Ordering::Relaxed);
}

/// Drops one that holds no more, unless another took its place.
pub(crate) fn drop_one(door: Door, request: &str, verdict: &Arc<Verdict>) {
    if sys::forked() {
        return;
    }
    let mut memory = MEMORY.write().unwrap_or_else(PoisonError::into_inner);
    let Some(known) = memory.doors[door as usize].get_mut(request) else { return };
    let before = known.len();
    known.retain(|known| !Arc::ptr_eq(known, verdict));
    let (gone, empty) = (before - known.len(), known.is_empty());
    if empty {
        memory.doors[door as usize].remove(request);
    }
    memory.held -= gone;
    if gone > 0 {
        shrink(size(request, verdict));
    }
}

/// About how much memory an entry takes: of the table, too.
fn size(request: &str, verdict: &Verdict) -> usize {
    verdict.size() + request.len() + 96
}

fn shrink(size: usize) {
    let _ = BYTES.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bytes| Some(bytes.saturating_sub(size)));
}

/// How many are held, about how many bytes they take, and how many had to go to make room.
pub(crate) fn figures() -> (usize, usize, u64) {
    let held = MEMORY.try_read().map_or(0, |memory| memory.held);
    (held, BYTES.load(Ordering::Relaxed), EVICTED.load(Ordering::Relaxed))
}

impl Memory {
    /// Keeps one copy of equal views.
    fn share(&mut self, view: &mut View) {
        match self.views.get(view) {
            Some(known) => *view = known.clone(),
            None => _ = self.views.insert(view.clone()),
        }
    }

    /// Makes room: an eighth goes, those that were longest not given.
    fn evict(&mut self) {
        let mut given: Vec<u64> = self.all().map(|known| known.given.load(Ordering::Relaxed)).collect();
        let eighth = given.len() / 8;
        let (_, limit, _) = given.select_nth_unstable(eighth);
        let limit = *limit;
        let mut bytes = 0;
        for door in &mut self.doors {
            door.retain(|request, known| {
                known.retain(|known| known.given.load(Ordering::Relaxed) >= limit);
                bytes += known.iter().map(|known| size(request, known)).sum::<usize>();
                !known.is_empty()
            });
        }
        let held = self.all().count();
        EVICTED.fetch_add((self.held - held) as u64, Ordering::Relaxed);
        self.held = held;
        BYTES.store(bytes, Ordering::Relaxed);
        // Kept alive by this table alone.
        self.views.retain(|view| Arc::strong_count(&view.0) > 1);
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Verdict>> {
        self.doors.iter().flat_map(HashMap::values).flatten()
    }
}
