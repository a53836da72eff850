//! Descriptors that are handed to another process.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The descriptors beside the standard ones that a program started now would have open. `None` where there are more
/// than it is worth to look at.
pub(crate) fn inheritable() -> Option<Vec<RawFd>> {
    const MOST: usize = 512;
    let mut found = Vec::new();
    for (at, entry) in std::fs::read_dir("/proc/self/fd").ok()?.enumerate() {
        if at >= MOST {
            return None;
        }
        let number: RawFd = entry.ok()?.file_name().to_str()?.parse().ok()?;
        // SAFETY: a number; it may be closed by now.
        let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
        if number > 2 && flags >= 0 && flags & libc::FD_CLOEXEC == 0 {
            found.push(number);
        }
    }
    found.sort_unstable();
    Some(found)
}

/// A number that the host has open, to be sent. Should it be closed in between, sending fails or sends what is there
/// now, as for a program that is started.
pub(crate) fn borrowed<'a>(number: RawFd) -> BorrowedFd<'a> {
    // SAFETY: not -1, and used for one system call.
    unsafe { BorrowedFd::borrow_raw(number) }
}

/// Leaves this process with these descriptors under these numbers, and no other.
pub(crate) fn keep_only(wanted: Vec<(OwnedFd, RawFd)>, apart: OwnedFd) -> io::Result<OwnedFd> {
    let over = wanted.iter().map(|(_, number)| *number).max().unwrap_or(2).max(2) + 1;
    let up = |descriptor: OwnedFd| -> io::Result<RawFd> {
        // SAFETY: an open descriptor; the copy is new.
        let number = unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_DUPFD_CLOEXEC, over) };
        if number < 0 { Err(io::Error::last_os_error()) } else { Ok(number) }
    };
    // First all of them out of the way of the numbers that they and others are to have.
    let apart = up(apart)?;
    let moved =
        wanted.into_iter().map(|(descriptor, number)| Ok((up(descriptor)?, number))).collect::<io::Result<Vec<_>>>()?;
    close_between(0, over - 1)?;
    for (from, number) in &moved {
        // SAFETY: two numbers, of which the first is open.
        if unsafe { libc::dup2(*from, *number) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    close_between(over, apart - 1)?;
    close_between(apart + 1, RawFd::MAX)?;
    // SAFETY: the one that was spared.
    Ok(unsafe { OwnedFd::from_raw_fd(apart) })
}

/// Takes what is under a number away from it, to a number that is not one of the standard streams.
pub(crate) fn take_over(number: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: the copy is new.
    unsafe {
        let copy = libc::fcntl(number, libc::F_DUPFD_CLOEXEC, 3);
        if copy < 0 { Err(io::Error::last_os_error()) } else { Ok(OwnedFd::from_raw_fd(copy)) }
    }
}

/// A file without a name, to be read by whom it is sent to.
pub(crate) fn nameless_file() -> io::Result<File> {
    // SAFETY: a C string; the number is new.
    unsafe {
        match libc::memfd_create(c"uvffi".as_ptr(), libc::MFD_CLOEXEC) {
            -1 => Err(io::Error::last_os_error()),
            number => Ok(File::from_raw_fd(number)),
        }
    }
}

/// A handle on a directory, for [`enter`].
pub(crate) fn open_directory(path: &Path) -> io::Result<OwnedFd> {
    let flags = libc::O_PATH | libc::O_DIRECTORY;
    // The standard library wants a way of access; with this flag the kernel asks for none.
    Ok(File::options().read(true).custom_flags(flags).open(path)?.into())
}

/// Makes it the working directory.
pub(crate) fn enter(directory: &OwnedFd) -> io::Result<()> {
    // SAFETY: an open descriptor.
    if unsafe { libc::fchdir(directory.as_raw_fd()) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Closes all numbers from the first to the last.
fn close_between(first: RawFd, last: RawFd) -> io::Result<()> {
    if first > last {
        return Ok(());
    }
    // SAFETY: numbers only; the caller's process has nobody else who could own them.
    match unsafe { libc::syscall(libc::SYS_close_range, first as u32, last as u32, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
