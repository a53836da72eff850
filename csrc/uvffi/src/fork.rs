use std::process;
use std::sync::OnceLock;

/// Whether this process was forked off one that had used the engine.
///
/// The runtime's and the thread pool's threads did not survive that, and locks may have been copied while held, so a
/// forked child sends all work to the Child.
pub(crate) fn forked() -> bool {
    static FIRST: OnceLock<u32> = OnceLock::new();
    let now = process::id();
    *FIRST.get_or_init(|| now) != now
}
