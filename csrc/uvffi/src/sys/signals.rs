use std::mem::MaybeUninit;
use std::ptr;

/// Blocks SIGPIPE on this thread and on those it starts from now on.
///
/// A host that is not Rust or Python may leave that signal at its default, which ends the process when a peer hangs
/// up. Child processes start with an empty mask all the same.
pub(crate) fn block_broken_pipe() {
    // SAFETY: a set on this stack, filled before it is used; the call can only fail for a bad first argument.
    unsafe {
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), ptr::null_mut());
    }
}

/// For the tests: ends the process as `kill -9` does.
#[cfg(feature = "faults")]
pub(crate) fn kill_this_process() {
    // SAFETY: two numbers.
    unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
}
