//! Whether anything was mounted or unmounted: a descriptor does not see what is mounted over its path.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::filesystem;
use crate::sentinel::Sentinel;
use crate::sys::{self, Descriptor, priority_event};

/// Grows with each mount and unmount in the process's namespace. `None` where the kernel does not tell: then only
/// paths can be asked.
pub(crate) fn epoch() -> Option<u64> {
    if sys::forked() {
        // The parent's descriptor: an event taken here would be missed there.
        return None;
    }
    let mut watch = WATCH.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(list) = &*watch
        && matches!(priority_event(list.descriptor()), Ok(false))
        // Anything else under its number might never have an event.
        && list.is_there()
    {
        return Some(EPOCH.load(Ordering::Acquire));
    }
    // Something happened, or the descriptor is gone, or there was none.
    if let Some(list) = watch.take() {
        list.close();
    }
    filesystem::forget();
    let epoch = EPOCH.fetch_add(1, Ordering::AcqRel) + 1;
    *watch = Some(Sentinel::on(Descriptor::reading(LIST).ok()?).ok()?);
    Some(epoch)
}

/// Lets go of the descriptor.
pub(crate) fn close() {
    if sys::forked() {
        return;
    }
    if let Some(list) = WATCH.lock().unwrap_or_else(PoisonError::into_inner).take() {
        list.close();
    }
}

const LIST: &std::ffi::CStr = c"/proc/self/mountinfo";

static EPOCH: AtomicU64 = AtomicU64::new(0);
static WATCH: Mutex<Option<Sentinel>> = Mutex::new(None);
