//! What a new process gets from the thread that starts it, beside what it is told.

use std::io;

/// How many kinds of limits there are.
const LIMITS: u32 = 16;

/// A soft and a hard limit.
pub(crate) type Limit = (u64, u64);

pub(crate) fn limits() -> Vec<Limit> {
    (0..LIMITS)
        .map(|kind| {
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: a struct of the right type; it stays as it is for a kind that the system doesn't know.
            unsafe { libc::getrlimit(kind as _, &raw mut limit) };
            (limit.rlim_cur, limit.rlim_max)
        })
        .collect()
}

/// Sets those limits that are not so already.
pub(crate) fn set_limits(wanted: &[Limit]) -> io::Result<()> {
    for (kind, (wanted, own)) in (0..LIMITS).zip(wanted.iter().zip(limits())) {
        let limit = libc::rlimit { rlim_cur: wanted.0, rlim_max: wanted.1 };
        // SAFETY: a struct of the right type.
        if *wanted != own && unsafe { libc::setrlimit(kind as _, &raw const limit) } != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// How nice this thread is: -20 to 19.
pub(crate) fn niceness() -> i32 {
    // SAFETY: numbers only. The system call itself has no values that could be taken for errors.
    20 - unsafe { libc::syscall(libc::SYS_getpriority, libc::PRIO_PROCESS, 0) } as i32
}

pub(crate) fn set_niceness(wanted: i32) -> io::Result<()> {
    // SAFETY: numbers only.
    if niceness() != wanted && unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, wanted) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

pub(crate) fn set_umask(mask: u32) {
    // SAFETY: a number.
    unsafe { libc::umask(mask as libc::mode_t) };
}

/// The bit of SIGCHLD in a set of signals, and that of SIGPIPE.
pub(crate) const CHILD_ENDED: u64 = 1 << (libc::SIGCHLD - 1);
pub(crate) const BROKEN_PIPE: u64 = 1 << (libc::SIGPIPE - 1);

/// Ignores exactly those signals of which the bit is set (the first is number 1); all others do what they do by
/// default. Only signals whose bits differ from those in `now` are touched.
pub(crate) fn set_ignored(now: u64, wanted: u64) {
    for number in (1..=64).filter(|number| (now ^ wanted) >> (number - 1) & 1 == 1) {
        let action = if wanted >> (number - 1) & 1 == 1 { libc::SIG_IGN } else { libc::SIG_DFL };
        // SAFETY: no handler is set. It fails for numbers that are the C library's own.
        unsafe { libc::signal(number, action) };
    }
}

/// By what rules this thread is given the processor and the disk, how it is executed, and what it may do as root.
pub(crate) fn manners() -> [i64; 6] {
    // SAFETY: numbers only, but for a struct of the right type.
    unsafe {
        let mut parameter: libc::sched_param = std::mem::zeroed();
        libc::sched_getparam(0, &raw mut parameter);
        [
            libc::sched_getscheduler(0).into(),
            parameter.sched_priority.into(),
            libc::syscall(libc::SYS_ioprio_get, 1, 0),
            libc::personality(0xffff_ffff).into(),
            libc::prctl(libc::PR_GET_TIMERSLACK).into(),
            libc::prctl(libc::PR_GET_SECUREBITS).into(),
        ]
    }
}
