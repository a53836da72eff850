//! Descriptors that a forked child must not keep: it shares what they are open on, and with it the lock.

use std::sync::Once;
use std::sync::atomic::{AtomicI32, Ordering};

const NONE: i32 = -1;
/// As many as environments are locked at once; a further one is kept by a child, as any other descriptor.
static HELD: [AtomicI32; 128] = [const { AtomicI32::new(NONE) }; 128];

/// From now on a forked child closes its copy of this descriptor, before it does anything else.
pub(crate) fn close_in_children(number: i32) {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        // SAFETY: the handler does nothing but what a handler may: atomics and close(2).
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
    for slot in &HELD {
        if slot.compare_exchange(NONE, number, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            return;
        }
    }
}

/// It is about to be closed here.
pub(crate) fn keep_in_children(number: i32) {
    for slot in &HELD {
        if slot.compare_exchange(number, NONE, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            return;
        }
    }
}

extern "C" fn in_child() {
    for slot in &HELD {
        let number = slot.swap(NONE, Ordering::AcqRel);
        if number != NONE {
            // SAFETY: this process's own copy, of which nobody else here knows.
            unsafe { libc::close(number) };
        }
    }
}
