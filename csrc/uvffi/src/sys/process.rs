//! Processes: forking them off, waiting for them, ending them.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{FromRawFd, OwnedFd};

/// That this process has one thread: it may be forked and change what all threads share.
pub(crate) struct Alone(());

impl Alone {
    /// Looks whether it is so. As long as this is there, no thread is begun.
    pub(crate) fn check() -> io::Result<Self> {
        let threads = std::fs::read_dir("/proc/self/task")?.count();
        if threads == 1 { Ok(Self(())) } else { Err(io::Error::other(format!("this process has {threads} threads"))) }
    }

    /// Forks. `None` in the child, the child's number in the process that asked.
    pub(crate) fn fork(&self) -> io::Result<Option<i32>> {
        // SAFETY: no other thread could hold anything that would be held for ever in the child.
        match unsafe { libc::fork() } {
            -1 => Err(io::Error::last_os_error()),
            0 => Ok(None),
            number => Ok(Some(number)),
        }
    }
}

/// Ends this process at once: nothing is written out, nobody is told.
pub(crate) fn leave(code: i32) -> ! {
    // SAFETY: a number.
    unsafe { libc::_exit(code) }
}

/// Has something called when this process exits in order, or lets go of the library; where the system has no room for
/// that, it is not.
pub(crate) fn at_exit(what: extern "C" fn()) {
    // SAFETY: a function of this library, which is there as long as it is known.
    unsafe { libc::atexit(what) };
}

/// A descriptor that can be read from once the process has ended, all threads of it.
pub(crate) fn process_handle(number: i32) -> io::Result<OwnedFd> {
    // SAFETY: numbers only; what comes back is new and nobody else's, and closed when a program is begun.
    unsafe {
        let handle = libc::syscall(libc::SYS_pidfd_open, number, 0);
        if handle < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(OwnedFd::from_raw_fd(i32::try_from(handle).map_err(io::Error::other)?))
    }
}

/// Waits for the end of a child and leaves it to be reaped: until then its number is its own.
pub(crate) fn wait_unreaped(number: i32) -> io::Result<()> {
    loop {
        match is_child(number, 0) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            told => return told,
        }
    }
}

/// Whether there is such a child, alive or not, that nobody has reaped.
pub(crate) fn is_unreaped(number: i32) -> bool {
    is_child(number, libc::WNOHANG).is_ok()
}

fn is_child(number: i32, flags: i32) -> io::Result<()> {
    let mut told = MaybeUninit::<libc::siginfo_t>::zeroed();
    let id = libc::id_t::try_from(number).map_err(io::Error::other)?;
    // SAFETY: a buffer of the right type.
    match unsafe { libc::waitid(libc::P_PID, id, told.as_mut_ptr(), libc::WEXITED | libc::WNOWAIT | flags) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// What wait(2) will tell of a child that has ended, and is not reaped by that.
pub(crate) fn status_unreaped(number: i32) -> io::Result<i32> {
    let mut told = MaybeUninit::<libc::siginfo_t>::zeroed();
    let id = libc::id_t::try_from(number).map_err(io::Error::other)?;
    // SAFETY: a buffer of the right type, which is filled where the call succeeds.
    unsafe {
        if libc::waitid(libc::P_PID, id, told.as_mut_ptr(), libc::WEXITED | libc::WNOWAIT) != 0 {
            return Err(io::Error::last_os_error());
        }
        let told = told.assume_init();
        Ok(match told.si_code {
            libc::CLD_EXITED => (told.si_status() & 0xff) << 8,
            libc::CLD_DUMPED => told.si_status() | 0x80,
            _ => told.si_status(),
        })
    }
}

/// Reaps a child that has ended, and gives what wait(2) tells of it.
pub(crate) fn reap(number: i32) -> io::Result<i32> {
    let mut status = 0;
    // SAFETY: a place for the status.
    match unsafe { libc::waitpid(number, &raw mut status, 0) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(status),
    }
}

/// Kills a process, and the group that it leads, if it does.
pub(crate) fn kill_group(number: i32) {
    if number > 1 {
        // SAFETY: two numbers, none of which means "all".
        unsafe {
            libc::kill(-number, libc::SIGKILL);
            libc::kill(number, libc::SIGKILL);
        }
    }
}

/// Kills one process.
pub(crate) fn kill(number: i32) {
    if number > 1 {
        // SAFETY: as above.
        unsafe { libc::kill(number, libc::SIGKILL) };
    }
}

/// When a process was started, in ticks since the system was: with its number it names one process for all times.
pub(crate) fn started(number: i32) -> Option<u64> {
    let text = std::fs::read(format!("/proc/{number}/stat")).ok()?;
    // The program's name stands in brackets and may contain anything.
    let after = text.iter().rposition(|byte| *byte == b')')? + 2;
    str::from_utf8(text.get(after..)?).ok()?.split(' ').nth(19)?.parse().ok()
}

/// Whether orphans come to this process, as they do to the first one of a system or a container.
pub(crate) fn gets_orphans() -> bool {
    let mut reaper: libc::c_int = 0;
    // SAFETY: a place for the answer.
    unsafe { libc::prctl(libc::PR_GET_CHILD_SUBREAPER, &raw mut reaper) };
    reaper != 0 || std::process::id() == 1
}

/// Begins a session: this process leads it and a group, and has no terminal. Nothing happens to the leader of a group.
pub(crate) fn begin_session() {
    // SAFETY: takes nothing.
    unsafe { libc::setsid() };
}

/// From now on this process is killed when its parent ends; an error if it has ended by now.
pub(crate) fn die_with(parent: i32) -> io::Result<()> {
    // SAFETY: numbers only. The parent has one thread: the death of any of them counts.
    unsafe {
        if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) != 0 {
            return Err(io::Error::last_os_error());
        }
        if libc::getppid() == parent { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_start_names_a_process() {
        let own = i32::try_from(std::process::id()).unwrap();
        assert!(started(own).unwrap() > 0);
        let mut other = Command::new("sleep").arg("30").stdin(Stdio::null()).spawn().unwrap();
        let number = i32::try_from(other.id()).unwrap();
        assert!(started(number) >= started(own));
        assert!(is_unreaped(number));
        kill(number);
        wait_unreaped(number).unwrap();
        assert!(is_unreaped(number));
        other.wait().unwrap();
        assert!(!is_unreaped(number));
        assert_eq!(started(number), None);
    }
}
