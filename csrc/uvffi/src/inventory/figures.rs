//! How often roots were listed and distributions read, for `status`.

use std::sync::atomic::{AtomicU64, Ordering};

static LISTED: AtomicU64 = AtomicU64::new(0);
static READ: AtomicU64 = AtomicU64::new(0);

pub(super) fn count_listing() {
    LISTED.fetch_add(1, Ordering::Relaxed);
}

pub(super) fn count_reading() {
    READ.fetch_add(1, Ordering::Relaxed);
}

/// Listings and readings so far.
pub(crate) fn figures() -> (u64, u64) {
    (LISTED.load(Ordering::Relaxed), READ.load(Ordering::Relaxed))
}
