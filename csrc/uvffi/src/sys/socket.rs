//! Pairs of sockets between two processes that keep messages apart and carry descriptors.

use std::io;
use std::mem;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::time::{Duration, Instant};

/// As many descriptors as Linux lets one message carry.
const MOST: usize = 253;

/// Room for that many, and for the header before them.
type Control = [u64; 8 + MOST / 2];

/// Two ends; each is closed when a program is begun.
pub(crate) fn socket_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut numbers = [0; 2];
    // SAFETY: an array of two; both numbers are new and nobody else's.
    unsafe {
        if libc::socketpair(libc::AF_UNIX, libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC, 0, numbers.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok((OwnedFd::from_raw_fd(numbers[0]), OwnedFd::from_raw_fd(numbers[1])))
    }
}

/// Sends one message, all of it or nothing. Never waits, and raises no signal.
pub(crate) fn send(socket: RawFd, bytes: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
    if descriptors.len() > MOST {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let numbers: Vec<RawFd> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let mut control: Control = [0; 8 + MOST / 2];
    let mut piece = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    // SAFETY: the header's pointers are to locals that outlive the call; `control` has room for what is written there.
    let sent = unsafe {
        let mut header: libc::msghdr = mem::zeroed();
        header.msg_iov = &raw mut piece;
        header.msg_iovlen = 1;
        if !numbers.is_empty() {
            let size = u32::try_from(mem::size_of_val(numbers.as_slice())).map_err(io::Error::other)?;
            header.msg_control = control.as_mut_ptr().cast();
            header.msg_controllen = libc::CMSG_SPACE(size) as _;
            let first = libc::CMSG_FIRSTHDR(&raw const header);
            (*first).cmsg_level = libc::SOL_SOCKET;
            (*first).cmsg_type = libc::SCM_RIGHTS;
            (*first).cmsg_len = libc::CMSG_LEN(size) as _;
            ptr::copy_nonoverlapping(numbers.as_ptr(), libc::CMSG_DATA(first).cast(), numbers.len());
        }
        libc::sendmsg(socket, &raw const header, libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT)
    };
    if usize::try_from(sent) == Ok(bytes.len()) { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Takes one message that is there: how many bytes it has (0: the other end is closed), and what it carries. An error
/// of the kind `WouldBlock` where there is none.
pub(crate) fn receive(socket: RawFd, buffer: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut control: Control = [0; 8 + MOST / 2];
    let mut piece = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    let mut carried = Vec::new();
    // SAFETY: as for `send`; numbers that came are new and nobody else's.
    unsafe {
        let mut header: libc::msghdr = mem::zeroed();
        header.msg_iov = &raw mut piece;
        header.msg_iovlen = 1;
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = mem::size_of_val(&control) as _;
        let size = libc::recvmsg(socket, &raw mut header, libc::MSG_CMSG_CLOEXEC | libc::MSG_DONTWAIT);
        let size = usize::try_from(size).map_err(|_| io::Error::last_os_error())?;
        let mut at = libc::CMSG_FIRSTHDR(&raw const header);
        while !at.is_null() {
            if ((*at).cmsg_level, (*at).cmsg_type) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
                let bytes = (*at).cmsg_len as usize - libc::CMSG_LEN(0) as usize;
                let numbers = libc::CMSG_DATA(at).cast::<RawFd>();
                for index in 0..bytes / mem::size_of::<RawFd>() {
                    carried.push(OwnedFd::from_raw_fd(numbers.add(index).read_unaligned()));
                }
            }
            at = libc::CMSG_NXTHDR(&raw const header, at);
        }
        if header.msg_flags & (libc::MSG_CTRUNC | libc::MSG_TRUNC) != 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok((size, carried))
    }
}

/// The same, waiting for it for at most so long: an error of the kind `TimedOut` after that.
pub(crate) fn receive_within(
    socket: RawFd,
    buffer: &mut [u8],
    limit: Option<Duration>,
) -> io::Result<(usize, Vec<OwnedFd>)> {
    let deadline = limit.map(|limit| Instant::now() + limit);
    loop {
        match receive(socket, buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            told => return told,
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        poll(&mut [waiting(socket, libc::POLLIN)], left)?;
    }
}

/// Says to the other end that nothing more will be sent, whoever else holds copies of this one.
pub(crate) fn hang_up(socket: RawFd) {
    // SAFETY: two numbers.
    unsafe { libc::shutdown(socket, libc::SHUT_WR) };
}

/// Something that [`poll`] is to look at.
pub(crate) fn waiting(number: RawFd, events: i16) -> libc::pollfd {
    libc::pollfd { fd: number, events, revents: 0 }
}

/// Waits until something happens on one of these, or `limit` is over. A signal ends it as if nothing had happened.
pub(crate) fn poll(wanted: &mut [libc::pollfd], limit: Option<Duration>) -> io::Result<()> {
    // Rounded up: the last part of a millisecond is not to be spent in turning round.
    let limit = limit.map_or(-1, |limit| i32::try_from(limit.as_micros().div_ceil(1000)).unwrap_or(i32::MAX));
    let count = libc::nfds_t::try_from(wanted.len()).map_err(io::Error::other)?;
    // SAFETY: a slice of the right type and its length.
    if unsafe { libc::poll(wanted.as_mut_ptr(), count, limit) } >= 0 {
        return Ok(());
    }
    match io::Error::last_os_error() {
        error if error.kind() == io::ErrorKind::Interrupted => {
            wanted.iter_mut().for_each(|one| one.revents = 0);
            Ok(())
        }
        error => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn messages_stay_apart_and_carry_descriptors() {
        let (here, there) = socket_pair().unwrap();
        let (mut hear, tell) = io::pipe().unwrap();
        send(here.as_raw_fd(), b"one", &[tell.as_fd(), tell.as_fd()]).unwrap();
        send(here.as_raw_fd(), b"two", &[]).unwrap();
        drop(tell);
        let mut buffer = [0; 16];
        let (size, mut carried) = receive(there.as_raw_fd(), &mut buffer).unwrap();
        assert_eq!((&buffer[..size], carried.len()), (b"one".as_slice(), 2));
        File::from(carried.pop().unwrap()).write_all(b"through").unwrap();
        drop(carried);
        let mut text = String::new();
        hear.read_to_string(&mut text).unwrap();
        assert_eq!(text, "through");
        assert_eq!(receive(there.as_raw_fd(), &mut buffer).unwrap().0, 3);
    }

    #[test]
    fn nothing_there_too_late_and_closed_are_told_apart() {
        let (here, there) = socket_pair().unwrap();
        let mut buffer = [0; 4];
        assert_eq!(receive(there.as_raw_fd(), &mut buffer).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        let late = receive_within(there.as_raw_fd(), &mut buffer, Some(Duration::from_millis(20)));
        assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
        send(here.as_raw_fd(), b"too long for it", &[]).unwrap();
        assert_eq!(receive(there.as_raw_fd(), &mut buffer).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let copy = here.try_clone().unwrap();
        hang_up(here.as_raw_fd());
        assert_eq!(receive_within(there.as_raw_fd(), &mut buffer, None).unwrap().0, 0);
        drop(copy);
    }
}
