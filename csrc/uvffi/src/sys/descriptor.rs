use std::ffi::CStr;
use std::io;

/// The number of a descriptor in a process whose host may close it, and open another under the same number, at any
/// time. Nothing happens when one is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor(pub(crate) i32);

/// Numbers from here on are out of the way of hosts that use select(2).
const HIGH: i32 = 1024;

impl Descriptor {
    /// A handle on an object, not on its content, and not on what a link at the end of the path leads to.
    pub(crate) fn handle(path: &CStr) -> io::Result<Self> {
        Self::open(path, libc::O_PATH | libc::O_NOFOLLOW)
    }

    pub(crate) fn reading(path: &CStr) -> io::Result<Self> {
        Self::open(path, libc::O_RDONLY)
    }

    /// A file in memory, empty and without a name, which nobody else has. Its number stays low, among its neighbours.
    pub(crate) fn nothing() -> io::Result<Self> {
        // SAFETY: a C string.
        let number = unsafe { libc::memfd_create(c"uvffi".as_ptr(), libc::MFD_CLOEXEC) };
        if number < 0 { Err(io::Error::last_os_error()) } else { Ok(Self(number)) }
    }

    fn open(path: &CStr, flags: i32) -> io::Result<Self> {
        // SAFETY: a C string.
        let number = unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC) };
        if number < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(number).moved_up())
    }

    /// The same under a high number, if the process may have any.
    fn moved_up(self) -> Self {
        if self.0 >= HIGH || limit() <= HIGH as usize {
            return self;
        }
        // SAFETY: a number that was just opened here.
        let high = unsafe { libc::fcntl(self.0, libc::F_DUPFD_CLOEXEC, HIGH) };
        if high < 0 {
            return self;
        }
        self.close();
        Self(high)
    }

    /// To be called only on a number that was just seen to be ours.
    pub(crate) fn close(self) {
        // SAFETY: the caller's look; a number that went astray in between is the host's race with itself.
        unsafe { libc::close(self.0) };
    }
}

/// How many descriptors the process may have open.
pub(crate) fn limit() -> usize {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a struct of the right type.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return 0;
    }
    usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX)
}

/// How many it has.
pub(crate) fn open_count() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Whether an event of high priority waits on a descriptor; an error where there is no such descriptor.
pub(crate) fn priority_event(descriptor: Descriptor) -> io::Result<bool> {
    let mut poll = libc::pollfd { fd: descriptor.0, events: libc::POLLPRI, revents: 0 };
    // SAFETY: one struct of the right type; nothing is waited for.
    match unsafe { libc::poll(&raw mut poll, 1, 0) } {
        0 => Ok(false),
        1 if poll.revents & libc::POLLNVAL != 0 => Err(io::Error::from_raw_os_error(libc::EBADF)),
        1 => Ok(true),
        _ => Err(io::Error::last_os_error()),
    }
}

/// For the tests: what a host does that opens a file of its own under a number of ours.
#[cfg(test)]
pub(crate) fn duplicate_onto(from: i32, number: i32) -> bool {
    // SAFETY: two numbers.
    unsafe { libc::dup2(from, number) == number }
}
