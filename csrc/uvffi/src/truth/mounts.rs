//! Whether anything was mounted or unmounted: a descriptor does not see what is mounted over its path.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::filesystem;
use super::identity::{Identity, identity_of_descriptor, same_object};
use crate::sys::{self, Descriptor, priority_event};

/// Grows with each mount and unmount in the process's namespace. `None` where the kernel does not tell: then only
/// paths can be asked.
pub(crate) fn epoch() -> Option<u64> {
    if sys::forked() {
        // The parent's descriptor: an event taken here would be missed there.
        return None;
    }
    let mut watch = WATCH.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((list, seen)) = *watch
        && matches!(priority_event(list), Ok(false))
        // The host may have closed it, and opened something under its number that never has an event.
        && identity_of_descriptor(list.0).is_ok_and(|now| same_object(&now, &seen))
    {
        return Some(EPOCH.load(Ordering::Acquire));
    }
    // Something happened, or the descriptor is gone, or there was none.
    if let Some((list, seen)) = watch.take()
        && identity_of_descriptor(list.0).is_ok_and(|now| same_object(&now, &seen))
    {
        list.close();
    }
    filesystem::forget();
    let epoch = EPOCH.fetch_add(1, Ordering::AcqRel) + 1;
    let list = Descriptor::reading(LIST).ok()?;
    let seen = identity_of_descriptor(list.0).ok()?;
    *watch = Some((list, seen));
    Some(epoch)
}

/// The host may have closed descriptors: look whether ours is still what it was.
pub(crate) fn suspect() {
    let mut watch = WATCH.lock().unwrap_or_else(PoisonError::into_inner);
    let lost = |(list, seen): &(Descriptor, Identity)| {
        !identity_of_descriptor(list.0).is_ok_and(|now| same_object(&now, seen))
    };
    if watch.as_ref().is_some_and(lost) {
        *watch = None;
    }
}

/// Lets go of the descriptor.
pub(crate) fn close() {
    if sys::forked() {
        return;
    }
    suspect();
    if let Some((list, _)) = WATCH.lock().unwrap_or_else(PoisonError::into_inner).take() {
        list.close();
    }
}

const LIST: &std::ffi::CStr = c"/proc/self/mountinfo";

static EPOCH: AtomicU64 = AtomicU64::new(0);
static WATCH: Mutex<Option<(Descriptor, Identity)>> = Mutex::new(None);
