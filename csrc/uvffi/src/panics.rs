//! A panic must not reach the host: nothing is printed, and the call that met it gets an error result.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

use crate::engine;
use crate::fault::Fault;
use crate::warm;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Puts a hook in place that prints nothing.
///
/// This library carries a standard library of its own, so the hook is ours alone: other Rust code of the process
/// keeps the one it has. Not for `uvffi_main`, where a panic shall look like uv's.
pub(crate) fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| panic::set_hook(Box::new(note)));
}

/// Runs `work`; a panic on this thread becomes a [`Fault`].
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        let said = LAST.try_with(RefCell::take).ok().flatten();
        Fault::internal(match said {
            Some(said) => format!("uvffi panicked: {said}"),
            None => "uvffi panicked".to_owned(),
        })
    })
}

/// Runs work that shares nothing with other calls and may panic where the disk changed under it: then there is no
/// result, and nothing else is the worse for it.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    CONTAINED.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    CONTAINED.set(false);
    result
}

/// On whatever thread it happens, a panic may have left a static half-made: from now on all work is uv's own process.
fn note(info: &PanicHookInfo<'_>) {
    if CONTAINED.try_with(Cell::get).unwrap_or(false) || warm::is_abandoned_thread() {
        return;
    }
    engine::poison();
    let message = info.payload_as_str().unwrap_or("no message");
    let said = match info.location() {
        Some(at) => format!("{message} (at {}:{})", at.file(), at.line()),
        None => message.to_owned(),
    };
    // Neither fails while a thread ends or a panic is being handled.
    let _ = LAST.try_with(|last| last.try_borrow_mut().map(|mut last| *last = Some(said)));
}
