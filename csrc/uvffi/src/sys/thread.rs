use std::mem::MaybeUninit;
use std::time::Duration;

/// The system's number of this thread.
pub(crate) fn thread_number() -> u64 {
    // SAFETY: takes nothing.
    #[cfg(target_os = "linux")]
    let number = u64::try_from(unsafe { libc::gettid() }).unwrap_or_default();
    #[cfg(target_os = "macos")]
    let number = {
        let mut number = 0;
        // SAFETY: a place for the number; 0 is the thread that asks.
        unsafe { libc::pthread_threadid_np(0, &raw mut number) };
        number
    };
    number
}

/// The time by a clock that all processes of the system share and nobody sets.
pub(crate) fn since_boot() -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: a place for the time, which is a valid one even if the call failed.
    let time = unsafe {
        libc::clock_gettime(libc::CLOCK_MONOTONIC, time.as_mut_ptr());
        time.assume_init()
    };
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
