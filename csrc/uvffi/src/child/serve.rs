//! The server itself: the launcher's process with the library loaded, one thread, and nothing else begun.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use super::become_uv::become_uv;
use super::footing;
use super::server::SERVER_VARIABLE;
use super::spare;
use super::wire::{self, Carried, DONE, ENDED, LONGEST, ORDER};
use crate::sys::{self, Alone};

/// Before a fork in advance is tried again, where one failed.
const PAUSE: Duration = Duration::from_secs(1);

struct Serving {
    control: OwnedFd,
    /// Can be read from when the host has ended.
    host: OwnedFd,
    spare: Option<Spare>,
    /// Not before this.
    spare_after: Instant,
    forks: Vec<Fork>,
}

/// A fork that was made in advance and waits for an order.
struct Spare {
    number: i32,
    handle: OwnedFd,
    /// Where it is told of one.
    link: OwnedFd,
}

/// A fork that carries one out.
struct Fork {
    number: i32,
    handle: OwnedFd,
    reply: OwnedFd,
    ended: bool,
}

/// Serves until there is nobody to serve any more. In each fork it returns too: with the words that uv is to be run
/// with, in a process that has become as one that was started for them.
pub(crate) fn serve() -> io::Result<Option<Vec<OsString>>> {
    let idle = env::var(SERVER_VARIABLE).ok().and_then(|idle| idle.parse().ok()).unwrap_or(1);
    let idle = Duration::from_secs(idle);
    let control = sys::take_over(0)?;
    let null = || File::options().read(true).write(true).open("/dev/null").map(OwnedFd::from);
    let control = sys::keep_only(vec![(null()?, 0), (null()?, 1), (null()?, 2)], control)?;
    let (_, mut carried) = sys::receive(control.as_raw_fd(), &mut [0; LONGEST])?;
    let host = carried.pop().ok_or(io::ErrorKind::InvalidData)?;
    let alone = Alone::check()?;
    // The host has no child that it does not know of.
    if alone.fork()?.is_some() {
        sys::leave(0);
    }
    sys::begin_session();
    let place =
        Place { number: i32::try_from(std::process::id()).map_err(io::Error::other)?, ignored: footing::ignored()? };
    sys::send(control.as_raw_fd(), format!("{} {}", wire::hello(), place.number).as_bytes(), &[])?;

    let mut serving = Serving { control, host, spare: None, spare_after: Instant::now(), forks: Vec::new() };
    loop {
        let carried = match serving.next(idle)? {
            Next::Nothing => return Ok(None),
            Next::Spare => None,
            Next::Order(carried) => Some(carried),
        };
        let (ours, theirs) = sys::socket_pair()?;
        match (alone.fork(), carried) {
            (Ok(None), carried) => {
                drop((serving, ours));
                let carried = match carried {
                    Some(carried) => carried,
                    None => spare::wait(&theirs, place.number)?,
                };
                // From here on numbers are given away that may be this one.
                drop(theirs);
                return become_uv(&alone, &place, carried).map(Some);
            }
            (Ok(Some(number)), Some(carried)) => serving.begun(number, sys::process_handle(number), carried),
            (Ok(Some(number)), None) => serving.keep(number, ours),
            // The host sees that its order was dropped.
            (Err(_), Some(_)) => {}
            (Err(_), None) => serving.spare_after = Instant::now() + PAUSE,
        }
    }
}

/// What a fork must know of the server.
pub(super) struct Place {
    pub(super) number: i32,
    /// The signals that it ignores.
    pub(super) ignored: u64,
}

/// What is to be done next.
enum Next {
    /// Nothing will be.
    Nothing,
    /// Time to fork in advance.
    Spare,
    /// An order, with what it carries, and nobody there to take it.
    Order(Vec<OwnedFd>),
}

impl Serving {
    /// Waits, and serves, until something is to be forked off.
    fn next(&mut self, idle: Duration) -> io::Result<Next> {
        let mut open = true;
        let mut idle_until = Instant::now() + idle;
        loop {
            if self.forks.is_empty() && (!open || Instant::now() >= idle_until) {
                return Ok(Next::Nothing);
            }
            let spare = self.spare.as_ref().map_or(-1, |spare| spare.handle.as_raw_fd());
            let mut wanted = vec![
                sys::waiting(self.host.as_raw_fd(), libc::POLLIN),
                sys::waiting(if open { self.control.as_raw_fd() } else { -1 }, libc::POLLIN),
                sys::waiting(spare, libc::POLLIN),
            ];
            for fork in &self.forks {
                wanted.push(sys::waiting(if fork.ended { -1 } else { fork.handle.as_raw_fd() }, libc::POLLIN));
                wanted.push(sys::waiting(fork.reply.as_raw_fd(), libc::POLLRDHUP));
            }
            // Orders that wait come before one that may.
            let lacks = open && self.spare.is_none() && Instant::now() >= self.spare_after;
            let left = if lacks { Duration::ZERO } else { idle_until.saturating_duration_since(Instant::now()) };
            sys::poll(&mut wanted, (lacks || self.forks.is_empty()).then_some(left))?;
            let happened: Vec<bool> = wanted.iter().map(|one| one.revents != 0).collect();
            if happened[0] {
                self.forks.iter().for_each(|fork| sys::kill_group(fork.number));
                return Ok(Next::Nothing);
            }
            if happened[2]
                && let Some(spare) = self.spare.take()
            {
                let _ = sys::reap(spare.number);
                self.spare_after = Instant::now() + PAUSE;
            }
            if self.attend(&happened[3..]) {
                idle_until = Instant::now() + idle;
            }
            if happened[1] {
                let mut buffer = [0; LONGEST];
                match sys::receive(self.control.as_raw_fd(), &mut buffer) {
                    Ok((0, _)) => open = false,
                    Ok((size, carried)) if buffer[..size] == *ORDER && carried.len() >= Carried::Count as usize => {
                        idle_until = Instant::now() + idle;
                        if let Some(carried) = self.hand_over(carried) {
                            return Ok(Next::Order(carried));
                        }
                    }
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_) => open = false,
                }
            } else if lacks && !happened.contains(&true) {
                return Ok(Next::Spare);
            }
        }
    }

    /// Gives an order to the fork that waits for one. Where there is none, it comes back.
    fn hand_over(&mut self, carried: Vec<OwnedFd>) -> Option<Vec<OwnedFd>> {
        let Some(Spare { number, handle, link }) = self.spare.take() else { return Some(carried) };
        let borrowed: Vec<BorrowedFd<'_>> = carried.iter().map(AsFd::as_fd).collect();
        if sys::send(link.as_raw_fd(), ORDER, &borrowed).is_ok() {
            self.begun(number, Ok(handle), carried);
            return None;
        }
        sys::kill(number);
        let _ = sys::reap(number);
        Some(carried)
    }

    fn keep(&mut self, number: i32, link: OwnedFd) {
        match sys::process_handle(number) {
            Ok(handle) => self.spare = Some(Spare { number, handle, link }),
            Err(_) => {
                sys::kill(number);
                let _ = sys::reap(number);
            }
        }
    }

    /// Tells of forks that have ended, and forgets those whose host is done with them. Whether there was any.
    fn attend(&mut self, happened: &[bool]) -> bool {
        let mut at = 0;
        let before = self.forks.len();
        self.forks.retain_mut(|fork| {
            let (ended, hung_up) = (happened[2 * at], happened[2 * at + 1]);
            at += 1;
            if ended {
                fork.ended = true;
                if let Ok(status) = sys::status_unreaped(fork.number) {
                    let message: Vec<u8> = std::iter::once(ENDED).chain(status.to_le_bytes()).collect();
                    let _ = sys::send(fork.reply.as_raw_fd(), &message, &[]);
                }
            }
            if hung_up {
                fork.finish();
            }
            !hung_up
        });
        before != self.forks.len()
    }

    fn begun(&mut self, number: i32, handle: io::Result<OwnedFd>, carried: Vec<OwnedFd>) {
        let reply = carried.into_iter().next();
        match (reply, handle) {
            (Some(reply), Ok(handle)) => self.forks.push(Fork { number, handle, reply, ended: false }),
            _ => {
                sys::kill_group(number);
                let _ = sys::reap(number);
            }
        }
    }
}

impl Fork {
    /// The host has hung up: as it should, or because it gave up, or died. The number is free afterwards.
    fn finish(&mut self) {
        let mut buffer = [0; LONGEST];
        let done = loop {
            match sys::receive(self.reply.as_raw_fd(), &mut buffer) {
                Ok((1, _)) if buffer[0] == DONE => break true,
                Ok((0, _)) | Err(_) => break false,
                Ok(_) => {}
            }
        };
        if !done {
            sys::kill_group(self.number);
        }
        let _ = sys::reap(self.number);
    }
}
