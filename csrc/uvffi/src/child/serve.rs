//! The server itself: the launcher's process with the library loaded, one thread, and nothing else begun.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use clap::Parser;

use super::become_uv::become_uv;
use super::footing;
use super::server::SERVER_VARIABLE;
use super::wire::{self, Carried, DONE, ENDED, LONGEST, ORDER};
use crate::sys::{self, Alone};

struct Serving {
    control: OwnedFd,
    /// Can be read from when the host has ended.
    host: OwnedFd,
    forks: Vec<Fork>,
}

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
    let ignored = footing::ignored()?;
    // Brings in, once for all forks, what uv's parser is made of.
    let _ = uv_cli::Cli::try_parse_from(["uv", "--version"]);
    let own = i32::try_from(std::process::id()).map_err(io::Error::other)?;
    sys::send(control.as_raw_fd(), format!("{} {own}", wire::hello()).as_bytes(), &[])?;

    let mut serving = Serving { control, host, forks: Vec::new() };
    while let Some(carried) = serving.next_order(idle)? {
        match alone.fork() {
            Ok(None) => {
                drop(serving);
                return become_uv(&alone, own, ignored, carried).map(Some);
            }
            Ok(Some(number)) => serving.forked(number, carried),
            // The host sees that its order was dropped.
            Err(_) => {}
        }
    }
    Ok(None)
}

impl Serving {
    /// What the next order carries; nothing if there will be none.
    fn next_order(&mut self, idle: Duration) -> io::Result<Option<Vec<OwnedFd>>> {
        let mut open = true;
        let mut idle_until = Instant::now() + idle;
        loop {
            if self.forks.is_empty() && (!open || Instant::now() >= idle_until) {
                return Ok(None);
            }
            let mut wanted = vec![
                sys::waiting(self.host.as_raw_fd(), libc::POLLIN),
                sys::waiting(if open { self.control.as_raw_fd() } else { -1 }, libc::POLLIN),
            ];
            for fork in &self.forks {
                wanted.push(sys::waiting(if fork.ended { -1 } else { fork.handle.as_raw_fd() }, libc::POLLIN));
                wanted.push(sys::waiting(fork.reply.as_raw_fd(), libc::POLLRDHUP));
            }
            let left = idle_until.saturating_duration_since(Instant::now());
            sys::poll(&mut wanted, self.forks.is_empty().then_some(left))?;
            let happened: Vec<bool> = wanted.iter().map(|one| one.revents != 0).collect();
            if happened[0] {
                self.forks.iter().for_each(|fork| sys::kill_group(fork.number));
                return Ok(None);
            }
            if self.attend(&happened[2..]) {
                idle_until = Instant::now() + idle;
            }
            if happened[1] {
                let mut buffer = [0; LONGEST];
                match sys::receive(self.control.as_raw_fd(), &mut buffer) {
                    Ok((0, _)) => open = false,
                    Ok((size, carried)) if buffer[..size] == *ORDER && carried.len() >= Carried::Count as usize => {
                        return Ok(Some(carried));
                    }
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_) => open = false,
                }
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

    fn forked(&mut self, number: i32, carried: Vec<OwnedFd>) {
        let reply = carried.into_iter().next();
        match (reply, sys::process_handle(number)) {
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
